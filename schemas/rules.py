"""The rules outside the contracts of tables: what each checks, and the consequence if it fails.

What a contract says of its columns and keys costs what its table declares (`schemas.contract`). These are the others:
about deliveries, decisions, totals and figures. `docs/rules.md` is written from both, and a test compares the findings
of runs with this list.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from schemas.consequences import Costs


@dataclass(frozen=True)
class DeclaredRule:
    """A rule by its id, in which `<…>` stands for the name of a table, a field or a feed.

    `costs` holds more than one where it follows from what is found: a column that lacks costs a delivery, one that is
    not known costs nothing.
    """

    id: str
    costs: tuple[Costs, ...]
    nl: str
    en: str

    def covers(self, rule: str) -> bool:
        """Whether a rule that was judged is this one."""
        pattern = re.sub(r"\\?<[a-z]+\\?>", r"[a-z0-9_]+", re.escape(self.id))
        return re.fullmatch(pattern, rule) is not None


NOTHING, NOTE, ROW, FIGURES, DELIVERY, RELEASE = Costs

OF_DELIVERIES: tuple[DeclaredRule, ...] = (
    DeclaredRule(
        "<feed>.delivered",
        (FIGURES, NOTHING),
        "elke verplichte levering is er; een levering die niet verplicht is, kost niets",
        "every required delivery is there; one that is not required costs nothing",
    ),
    DeclaredRule(
        "deliveries.readable",
        (DELIVERY,),
        "een levering is leesbaar en van een bekende eenheid",
        "a delivery is readable and of a known unit",
    ),
    DeclaredRule(
        "<table>.columns",
        (DELIVERY, FIGURES, ROW, NOTE),
        "het bestand heeft de kolommen van het contract: zonder een kolom of zonder een enkele rij kost het de "
        "levering, een rij van een andere lengte zichzelf, een onbekende kolom niets",
        "the file has the columns of the contract: without a column or without a single row it costs the delivery, a "
        "row of another length itself, an unknown column nothing",
    ),
    DeclaredRule(
        "<table>.<field>.path",
        (FIGURES, ROW),
        "een kolom zegt hetzelfde als de naam van het bestand, en een peildatum is die van zijn periode",
        "a column says what the name of the file says, and a reference date is that of its period",
    ),
    DeclaredRule(
        "<table>.<field>.window",
        (NOTE,),
        "een datum ligt rond de periode waarvoor is geleverd, en niet na de ontvangst",
        "a date lies around the period that is delivered for, and not after receipt",
    ),
    DeclaredRule(
        "<table>.rows_kept",
        (DELIVERY,),
        "een levering van antwoorden, inschrijvingen of personeel verliest niet meer dan een deel van haar rijen "
        "(`rows_lost`)",
        "a delivery of answers, enrolments or staff loses no more than a share of its rows (`rows_lost`)",
    ),
    DeclaredRule(
        "<table>.<field>.kept",
        (NOTE,),
        "van elke eenheid en opleiding telt ten minste de helft van de rijen; een eenheid "
        "waarvan er geen telt, geldt als niet geleverd",
        "of each unit and programme at least half of the rows count; a unit "
        "of which none counts is taken as not delivered",
    ),
    DeclaredRule(
        "<table>.<field>.spelling",
        (NOTHING,),
        "een code of kenmerk is overal op één manier geschreven",
        "a code or id is written in one way throughout",
    ),
    DeclaredRule(
        "<table>.<field>.notation",
        (NOTE,),
        "een kolom is in één notatie geschreven",
        "a column is written in one notation",
    ),
    DeclaredRule(
        "<table>.read_as",
        (NOTE, NOTHING),
        "het bestand is gelezen zoals het er staat, zonder keuzes",
        "the file was read as it stands, without choices",
    ),
    DeclaredRule(
        "<table>.stated",
        (NOTE,),
        "wat een bestand zelf optelt of aftrekt, volgt uit zijn bedragen",
        "what a file itself adds up or subtracts follows from its amounts",
    ),
    DeclaredRule("deliveries.on_time", (NOTHING,), "een levering is op tijd", "a delivery is on time"),
    DeclaredRule("deliveries.arrive_once", (NOTHING,), "een levering komt een keer aan", "a delivery arrives once"),
    DeclaredRule(
        "deliveries.unambiguous",
        (NOTE,),
        "van twee verschillende bestanden is duidelijk welk later kwam",
        "of two different files it is clear which came later",
    ),
    DeclaredRule(
        "deliveries.recognised",
        (NOTE,),
        "elk bestand in de aanleverzone heeft een naam die een levering aanwijst",
        "every file in the landing zone has a name that points to a delivery",
    ),
    DeclaredRule(
        "deliveries.of_this_cycle",
        (NOTHING,),
        "elke levering in de aanleverzone is van een periode die de cyclus leest",
        "every delivery in the landing zone is of a period that the cycle reads",
    ),
    DeclaredRule(
        "deliveries.used",
        (RELEASE,),
        "van de gevonden leveringen wordt er minstens een gebruikt",
        "at least one of the deliveries that were found is used",
    ),
    DeclaredRule(
        "deliveries.balance",
        (RELEASE,),
        "aangenomen en apart gezette rijen zijn samen de ontvangen rijen",
        "rows accepted and quarantined add up to rows received",
    ),
    DeclaredRule(
        "<feed>.balance",
        (RELEASE,),
        "aangenomen en apart gezette rijen zijn samen de ontvangen rijen",
        "rows accepted and quarantined add up to rows received",
    ),
    DeclaredRule(
        "evaluations.counts.balance",
        (RELEASE,),
        "aangenomen en apart gezette antwoorden zijn samen de ontvangen antwoorden",
        "answers accepted and quarantined add up to answers received",
    ),
    DeclaredRule(
        "<table>.units_there",
        (NOTE,),
        "een levering is van een eenheid die er in dat verslagjaar is",
        "a delivery is of a unit that is there in that reporting year",
    ),
)

OF_ANSWERS: tuple[DeclaredRule, ...] = (
    DeclaredRule(
        "evaluations.score.scale",
        (FIGURES,),
        "de antwoorden op een vraag passen bij de schaal waarin zij is gesteld; anders telt geen ervan",
        "the answers to a question fit the scale in which it was asked; else none of them counts",
    ),
    DeclaredRule(
        "evaluations.score.half_of_scale",
        (NOTE,),
        "de antwoorden op een vraag gebruiken de hele schaal",
        "the answers to a question use the whole scale",
    ),
    DeclaredRule(
        "evaluations.other_years",
        (NOTE,),
        "antwoorden zijn van een studiejaar dat deze cyclus leest",
        "answers are of an academic year that this cycle reads",
    ),
    DeclaredRule(
        "evaluations.programme_of_another_unit",
        (NOTE,),
        "een eenheid levert antwoorden over eigen opleidingen",
        "a unit delivers answers about programmes of its own",
    ),
    DeclaredRule(
        "evaluations.more_answers_than_invited",
        (NOTE,),
        "er zijn niet meer antwoorden op een vraag dan uitgenodigden; anders is er geen respons",
        "there are no more answers to a question than people invited; else there is no response rate",
    ),
    DeclaredRule(
        "evaluations.shown_before",
        (NOTE,),
        "wat verborgen is om wat erin staat, is niet eerder getoond",
        "what is hidden for what it holds was not shown before",
    ),
    DeclaredRule(
        "evaluations.invited_unknown",
        (NOTE, NOTHING),
        "van elke opleiding met antwoorden is bekend hoeveel er zijn uitgenodigd; anders is er geen respons. Waar geen "
        "levering het zegt, kost het niets",
        "of each programme with answers it is known how many were invited; else there is no response rate. Where no "
        "feed says so it costs nothing",
    ),
)

OF_ACCOUNTS: tuple[DeclaredRule, ...] = (
    DeclaredRule(
        "faculty_measures.measure_of_unit",
        (NOTE,),
        "een rij over voortgang is van een maatregel die de eenheid volgens het profiel heeft; een andere telt mee",
        "a row about progress is of a measure that the unit has by the profile; another counts all the same",
    ),
)

OF_DECISIONS: tuple[DeclaredRule, ...] = (
    DeclaredRule(
        "corrections.guard",
        (FIGURES,),
        "een gecorrigeerde cel houdt wat de correctie verwacht; anders wordt haar rij apart gezet",
        "a corrected cell holds what the correction expects; else its row is set aside",
    ),
    DeclaredRule(
        "corrections.possible",
        (FIGURES,),
        "wat gecorrigeerd wordt, mag gecorrigeerd worden",
        "what is corrected may be corrected",
    ),
    DeclaredRule(
        "corrections.applies",
        (NOTE,),
        "een correctie gaat over een levering die telt",
        "a correction is of a delivery that counts",
    ),
    DeclaredRule(
        "withdrawals.apply",
        (NOTE,),
        "een intrekking gaat over een levering die op of voor de dag van het besluit kwam",
        "a withdrawal is of a delivery that came on or before the day of the decision",
    ),
    DeclaredRule(
        "approvals.given",
        (NOTE,),
        "wat goedkeuring behoeft, is goedgekeurd door de raad van de eenheid; tot dan blijft de uitgave een concept",
        "what needs approval is approved by the council of the unit; until then the release stays a draft",
    ),
    DeclaredRule(
        "approvals.by_the_council",
        (NOTE,),
        "een besluit is van de raad die over de eenheid gaat; een ander besluit telt niet",
        "a decision is of the council of the unit; another decision does not count",
    ),
    DeclaredRule(
        "waivers.understood",
        (NOTE,),
        "een ontheffing noemt één ding: een verplichting, een soort levering met eenheid, of een controle",
        "a waiver names an obligation, a feed with its unit, or a rule, and one of these",
    ),
    DeclaredRule(
        "waivers.needed",
        (NOTHING,),
        "een ontheffing was nodig voor deze uitgave",
        "a waiver was needed for this release",
    ),
)

OF_FIGURES: tuple[DeclaredRule, ...] = (
    DeclaredRule(
        "control_totals.delivered_total",
        (RELEASE,),
        "een meegeleverd totaal is de som van de rijen",
        "a delivered total is the sum of its lines",
    ),
    DeclaredRule(
        "control_totals.printed_arithmetic",
        (NOTE, NOTHING),
        "een gedrukt verschil is gerealiseerd min begroot",
        "a printed difference is realised minus budget",
    ),
    DeclaredRule(
        "control_totals.printed_value",
        (NOTE,),
        "een gedrukt cijfer is het berekende, afgerond",
        "a printed figure is the computed one, rounded",
    ),
    DeclaredRule(
        "control_totals.possible",
        (NOTE,),
        "een gedrukt cijfer ligt op de schaal van zijn indicator",
        "a printed figure lies on its indicator's scale",
    ),
    DeclaredRule(
        "bfr.budget_is_plan",
        (NOTE,),
        "de definitieve begroting is het bestedingsplan",
        "the definitive budget is the spending plan",
    ),
    DeclaredRule(
        "bfr.budget_in_unit_of_plan",
        (NOTE,),
        "de begroting staat in dezelfde eenheid als het bestedingsplan",
        "the budget is in the same unit as the spending plan",
    ),
    DeclaredRule(
        "bfr.departure_explained",
        (NOTE,),
        "over- of onderbesteding boven de drempel is toegelicht",
        "over- or underspending beyond the threshold is explained",
    ),
    DeclaredRule(
        "spending_plan.shift_without_consent",
        (NOTE,),
        "met een verschuiving in het bestedingsplan heeft een raad ingestemd",
        "a council has consented to a shift in the spending plan",
    ),
    DeclaredRule(
        "spending_plan.order_known",
        (NOTE,),
        "van de versies van het bestedingsplan is bekend welke na welke kwam",
        "it is known in which order the versions of the spending plan came",
    ),
    DeclaredRule(
        "indicator_values.possible",
        (RELEASE,),
        "een cijfer ligt op de schaal van zijn indicator",
        "a figure lies on the scale of its indicator",
    ),
    DeclaredRule(
        "delivered_figures.used",
        (NOTE,),
        "een geleverd cijfer is van een indicator die als cijfer wordt geleverd, op een niveau dat die heeft",
        "a delivered figure is of an indicator that is delivered as such, at a level that it has",
    ),
    DeclaredRule(
        "delivered_figures.filled",
        (NOTE,),
        "een geleverd cijfer heeft een waarde, of een teller en een noemer",
        "a delivered figure has a value, or a numerator and a denominator",
    ),
    DeclaredRule(
        "delivered_figures.possible",
        (FIGURES,),
        "een geleverd cijfer ligt op de schaal van zijn indicator",
        "a delivered figure lies on the scale of its indicator",
    ),
    DeclaredRule(
        "delivered_figures.once",
        (FIGURES,),
        "van een eenheid komt een indicator een keer, of elke keer met dezelfde getallen",
        "of a unit an indicator comes once, or with the same numbers each time",
    ),
    DeclaredRule(
        "delivered_figures.ratio",
        (NOTE, NOTHING),
        "een geleverde verhouding is haar teller gedeeld door haar noemer",
        "a delivered ratio is its numerator divided by its denominator",
    ),
    DeclaredRule(
        "delivered_figures.total",
        (NOTE, NOTHING),
        "een geleverd cijfer van het geheel is wat de eenheden geven",
        "a delivered figure of the whole is what its units give",
    ),
)

RULES: tuple[DeclaredRule, ...] = (*OF_DELIVERIES, *OF_ANSWERS, *OF_ACCOUNTS, *OF_DECISIONS, *OF_FIGURES)


def declared(rule: str) -> DeclaredRule | None:
    """The declaration of a rule that was judged, none if it is not declared here."""
    return next((one for one in RULES if one.covers(rule)), None)
