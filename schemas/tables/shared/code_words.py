"""What people call the codes of the contracts, in Dutch and English.

A delivery may hold either word or the code itself; a workbook template offers the word. The codes of an institution
(units, themes, measures) have their names in its profile.
"""

from __future__ import annotations

from collections.abc import Mapping

from schemas.words import Words

CodeWords = Mapping[str, Words]

LEVEL: CodeWords = {"Ba": Words("bachelor", "bachelor"), "Ma": Words("master", "master")}

EVALUATION_LEVEL: CodeWords = {**LEVEL, "other": Words("overig", "other")}
"""Evaluations are held of more than bachelor's and master's programmes."""

PROGRESS: CodeWords = {
    "not_started": Words("nog niet gestart", "not started"),
    "on_course": Words("op koers", "on course"),
    "at_risk": Words("loopt risico", "at risk"),
    "done": Words("afgerond", "done"),
}

CONSULTATION_SUBJECT: CodeWords = {
    "faculty_report": Words("facultair onderwijsjaarverslag", "faculty's annual education report"),
    "bfr": Words("financiële rapportage (BFR)", "financial round (BFR)"),
    "spending_plan": Words("bestedingsplan", "spending plan"),
    "programme_report": Words("opleidingsjaarverslag", "annual report of a programme"),
}

DECISION: CodeWords = {
    "approved": Words("goedgekeurd", "approved"),
    "advised": Words("geadviseerd", "advised"),
    "discussed": Words("besproken", "discussed"),
    "rejected": Words("afgewezen", "rejected"),
}

EVALUATION: CodeWords = {
    "course": Words("cursusevaluatie", "course evaluation"),
    "programme": Words("programma-evaluatie", "programme evaluation"),
}

ENROLMENT: CodeWords = {
    "main": Words("hoofdinschrijving", "main enrolment"),
    "secondary": Words("neveninschrijving", "secondary enrolment"),
}

CATEGORY: CodeWords = {
    "professor": Words("hoogleraar", "professor"),
    "associate_professor": Words("universitair hoofddocent", "associate professor"),
    "assistant_professor": Words("universitair docent", "assistant professor"),
    "lecturer": Words("docent", "lecturer"),
    "researcher": Words("onderzoeker", "researcher"),
    "phd_candidate": Words("promovendus", "PhD candidate"),
    "support": Words("ondersteunend personeel", "support staff"),
}

CROHO_TYPE: CodeWords = {
    "ba": Words("bachelor", "bachelor"),
    "ma": Words("master", "master"),
    "pm": Words("postinitiële master", "post-initial master"),
    "pi": Words("postinitiële opleiding", "post-initial programme"),
    "on": Words("ongedeelde opleiding", "undivided programme"),
}

CONTROL_ORIGIN: CodeWords = {
    "delivered": Words("bij een levering", "with a delivery"),
    "printed": Words("gedrukt in een verslag", "printed in a report"),
}

CONTROL_SUBJECT: CodeWords = {
    "budget": Words("begroot", "budgeted"),
    "realised": Words("gerealiseerd", "spent"),
    "forecast": Words("verwacht", "expected"),
    "difference": Words("verschil", "gap"),
    "indicator": Words("uitkomst van een indicator", "outcome of an indicator"),
}

CONTROL_UNIT: CodeWords = {
    "eur": Words("euro", "euro"),
    "keur": Words("duizend euro", "thousand euro"),
    "percent": Words("procent", "per cent"),
    "number": Words("getal", "plain number"),
}

DELIVERY_STATUS: CodeWords = {
    "accepted": Words("aangenomen", "accepted"),
    "partly_accepted": Words("deels aangenomen", "partly accepted"),
    "rejected": Words("geweigerd", "rejected"),
    "missing": Words("ontbreekt", "missing"),
    "not_pulled": Words("nog niet opgehaald", "not pulled yet"),
    "duplicate": Words("dubbel", "duplicate"),
    "superseded": Words("vervangen", "superseded"),
    "withdrawn": Words("ingetrokken", "withdrawn"),
    "arriving": Words("komt binnen", "arriving"),
}
"""How a delivery stands."""

OBLIGATION: CodeWords = {
    "delivery": Words("levering", "delivery"),
    "progress": Words("voortgang van een maatregel", "progress of a measure"),
    "advisers": Words("studieadviseurs", "study advisers"),
    "programme": Words("matching en proefstuderen van een opleiding", "matching and trial study of a programme"),
    "consultation": Words("uitspraak van een raad", "say of a council"),
    "panel": Words("panelgesprek met studenten", "panel discussion with students"),
    "line": Words("rij in een financiële ronde", "line of a financial round"),
    "explanation": Words("toelichting op een afwijking", "explanation of a deviation"),
    "figure": Words("geleverd cijfer", "delivered figure"),
}
"""What is owed."""

OBLIGATION_STATE: CodeWords = {
    "open": Words("ontbreekt", "lacking"),
    "not_yet_due": Words("nog niet verschuldigd", "not yet due"),
    "met": Words("voldaan", "met"),
    "late": Words("voldaan, te laat", "met, late"),
    "waived": Words("ontheffing", "waived"),
}
"""How an obligation stands."""
HIDDEN_BY: CodeWords = {
    "few_people": Words(
        "over te weinig mensen, of het zegt wat weinigen of bijna allen antwoordden",
        "about too few people, or it tells what few or nearly all answered",
    ),
    "one_course": Words("berust op één cursus, dus op één docent", "rests on one course, and so on one teacher"),
    "distribution": Words(
        "de verdeling zegt wat weinigen of bijna allen antwoordden",
        "the distribution tells what few or nearly all answered",
    ),
    "subtraction": Words(
        "zou een ander verborgen cijfer verraden, als verschil met wat getoond wordt",
        "would give away another hidden figure, by subtraction from what is shown",
    ),
    "earlier_release": Words(
        "was in een eerdere uitgave verborgen en is sindsdien niet veranderd",
        "was hidden in an earlier release, and has not changed since",
    ),
    "changed_by_few": Words(
        "sinds een eerdere uitgave veranderden antwoorden van weinig mensen",
        "answers of few people changed since an earlier release",
    ),
}
"""The rules by which a figure is hidden. That all answered the same is told no more closely than that few did."""

PEOPLE: CodeWords = {
    "counted": Words("geteld: wie antwoordde, is bekend", "counted: it is known who answered"),
    "estimated": Words(
        "geschat uit de antwoorden: wie antwoordde, is niet geleverd",
        "estimated from the answers: who answered was not delivered",
    ),
}
"""How the people behind answers are known, which are held against the threshold."""

SPREAD_SHOWN: CodeWords = {
    "exact": Words("zoals berekend", "as computed"),
    "rounded": Words(
        "afgerond op één decimaal, en zo ook wat op de spreiding berust",
        "rounded to one decimal, and so is what rests on the spread",
    ),
    "withheld": Words("niet getoond", "not shown"),
}
"""How much of a spread is shown, and of the intervals and changes that rest on it."""
