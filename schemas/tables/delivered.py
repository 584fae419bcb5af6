"""What faculties and systems deliver, feed by feed, in the canonical columns.

A field that a file does not carry itself (the unit of a workbook that one faculty fills in, say) is taken from the
delivery: the profile's path pattern names it.
"""

from __future__ import annotations

from decimal import Decimal

from schemas.contract import AtMost, Field, Kind, Layer, Severity, Table, Unique
from schemas.tables.shared_fields import (
    FIRST_YEAR,
    LAST_YEAR,
    LEVELS,
    academic_year,
    bfr_round,
    measure,
    money,
    programme,
    reporting_year,
    theme,
    unit,
)

ZERO = Decimal(0)

FACULTY_MEASURES = Table(
    "faculty_measures",
    Layer.DELIVERED,
    "voortgang per maatregel, uit het facultair onderwijsjaarverslag",
    "progress per measure, from the faculty's annual education report",
    (
        academic_year(),
        unit(),
        theme(),
        measure(),
        Field(
            "progress", Kind.TEXT, "voortgang van de maatregel", "progress of the measure", "on_course",
            "Voortgang", "Progress", codes=("not_started", "on_course", "at_risk", "done"),
        ),
        Field(
            "explanation", Kind.TEXT, "toelichting (vrije tekst)", "explanation (open text)", "Loopt volgens plan",
            "Toelichting", "Explanation", nullable=True, open_text=True,
        ),
    ),
    key=("academic_year", "unit", "theme", "measure"),
    sheet="Maatregelen",
)

FACULTY_STUDY_ADVISERS = Table(
    "faculty_study_advisers",
    Layer.DELIVERED,
    "studieadviseurs per eenheid, uit het facultair onderwijsjaarverslag",
    "study advisers per unit, from the faculty's annual education report",
    (
        academic_year(),
        unit(),
        Field(
            "fte", Kind.DECIMAL, "formatie studieadviseurs", "study adviser positions", Decimal("6.5"),
            "Fte", "Fte", minimum=ZERO, maximum=Decimal(200), unit_of_measure="fte",
        ),
        Field(
            "fte_temporary", Kind.DECIMAL, "waarvan tijdelijke ophoging", "of which a temporary increase",
            Decimal("0.5"), "Waarvan tijdelijk", "Of which temporary", minimum=ZERO, maximum=Decimal(200),
            unit_of_measure="fte",
        ),
        Field(
            "certified", Kind.INTEGER, "met certificaat van de universitaire leergang",
            "with the certificate of the university's course", 2, "Gecertificeerd", "Certified", minimum=ZERO,
            maximum=Decimal(500), unit_of_measure="persons",
        ),
        Field(
            "in_training", Kind.INTEGER, "in traject voor het certificaat", "in training for the certificate", 1,
            "In traject", "In training", minimum=ZERO, maximum=Decimal(500), unit_of_measure="persons",
        ),
    ),
    key=("academic_year", "unit"),
    rules=(
        AtMost(
            "temporary_within_fte", "fte_temporary", "fte",
            "de tijdelijke fte is deel van de fte", "temporary fte is part of the fte",
        ),
    ),
    sheet="Studieadviseurs",
)

FACULTY_PROGRAMMES = Table(
    "faculty_programmes",
    Layer.DELIVERED,
    "matching en proefstuderen per opleiding, uit het facultair onderwijsjaarverslag",
    "matching and trial study per programme, from the faculty's annual education report",
    (
        academic_year(),
        unit(),
        programme(),
        Field(
            "compulsory_matching", Kind.BOOLEAN, "verplichte matching", "compulsory matching", True,
            "Verplichte matching", "Compulsory matching",
        ),
        Field(
            "online_trial_study", Kind.BOOLEAN, "online proefstuderen", "online trial study", False,
            "Online proefstuderen", "Online trial study",
        ),
    ),
    key=("academic_year", "unit", "programme"),
    sheet="Opleidingen",
)

FACULTY_CONSULTATIONS = Table(
    "faculty_consultations",
    Layer.DELIVERED,
    "raadpleging en besluiten van raden, uit het facultair onderwijsjaarverslag",
    "consultations and decisions of councils, from the faculty's annual education report",
    (
        academic_year(),
        unit(),
        Field(
            "council", Kind.TEXT, "raad", "council", "faculty_council", "Raad", "Council", code_list="councils",
        ),
        Field(
            "subject", Kind.TEXT, "onderwerp", "subject", "faculty_report", "Onderwerp", "Subject",
            codes=("faculty_report", "bfr", "spending_plan"),
        ),
        Field("consulted_on", Kind.DATE, "datum", "date", "2020-11-12", "Datum", "Date"),
        Field(
            "decision", Kind.TEXT, "besluit", "decision", "approved", "Besluit", "Decision",
            codes=("approved", "advised", "discussed", "rejected"),
        ),
        Field(
            "remark", Kind.TEXT, "opmerking (vrije tekst)", "remark (open text)", "Zonder opmerkingen",
            "Opmerking", "Remark", nullable=True, open_text=True,
        ),
    ),
    key=("academic_year", "unit", "council", "subject", "consulted_on"),
    sheet="Medezeggenschap",
)

FACULTY_PANELS = Table(
    "faculty_panels",
    Layer.DELIVERED,
    "panelgesprekken met studenten, uit het facultair onderwijsjaarverslag",
    "panel discussions with students, from the faculty's annual education report",
    (
        academic_year(),
        unit(),
        theme(),
        Field("held_on", Kind.DATE, "datum", "date", "2020-10-08", "Datum", "Date"),
        Field(
            "participants", Kind.INTEGER, "aantal studenten", "number of students", 12, "Studenten", "Students",
            minimum=ZERO, maximum=Decimal(2000), unit_of_measure="persons",
        ),
        Field(
            "outcome", Kind.TEXT, "uitkomst (vrije tekst)", "outcome (open text)", "Meer contacturen gewenst",
            "Uitkomst", "Outcome", nullable=True, open_text=True,
        ),
    ),
    key=("academic_year", "unit", "theme", "held_on"),
    sheet="Panelgesprekken",
)

BFR = Table(
    "bfr",
    Layer.DELIVERED,
    "Bestuurlijk Financiële Rapportage: begroot, gerealiseerd en verwacht per maatregel",
    "the financial round (BFR): budget, realised and forecast per measure",
    (
        reporting_year(),
        bfr_round(),
        unit(),
        theme(),
        measure(),
        money("budget", "begroot voor het jaar", "budget for the year", "Begroot", "Budget", minimum=ZERO),
        money("realised", "gerealiseerd tot nu", "realised to date", "Gerealiseerd", "Realised"),
        money("forecast", "verwacht tot jaareinde", "forecast to year end", "Prognose", "Forecast", nullable=True),
        Field("submitted_on", Kind.DATE, "datum van indienen", "date of submission", "2021-02-15",
              "Ingediend op", "Submitted on"),
        Field("explanation", Kind.TEXT, "toelichting (vrije tekst)", "explanation (open text)", "Later gestart",
              "Toelichting", "Explanation", nullable=True, open_text=True),
    ),
    key=("reporting_year", "round", "unit", "theme", "measure"),
    sheet="BFR",
)

SPENDING_PLAN = Table(
    "spending_plan",
    Layer.DELIVERED,
    "bestedingsplan per versie",
    "spending plan per version",
    (
        Field("version", Kind.TEXT, "versie van het plan", "version of the plan", "original", "Versie", "Version"),
        unit(),
        theme(),
        Field("year", Kind.INTEGER, "kalenderjaar", "calendar year", 2020, "Jaar", "Year",
              minimum=FIRST_YEAR, maximum=LAST_YEAR),
        money("amount", "gepland bedrag", "planned amount", "Bedrag", "Amount", minimum=ZERO),
        Field("consent_by", Kind.TEXT, "raad die instemde", "council that consented", "university_council",
              "Instemming door", "Consent by", nullable=True, code_list="councils"),
        Field("consent_on", Kind.DATE, "datum van instemming", "date of consent", "2018-12-10",
              "Instemming op", "Consent on", nullable=True),
    ),
    key=("version", "unit", "theme", "year"),
    sheet="Bestedingsplan",
)

EVALUATION_FIELDS = (
    Field("evaluation", Kind.TEXT, "soort evaluatie", "kind of evaluation", "course", "Evaluatie", "Evaluation",
          codes=("course", "programme")),
    academic_year(),
    unit(),
    programme(),
    Field("level", Kind.TEXT, "bachelor of master", "bachelor or master", "Ba", "Niveau", "Level", codes=LEVELS),
    Field("course", Kind.TEXT, "cursuscode; leeg bij een programma-evaluatie",
          "course code; empty for a programme evaluation", "C-101", "Cursus", "Course", nullable=True),
)

EVALUATIONS = Table(
    "evaluations",
    Layer.DELIVERED,
    "antwoorden op cursus- en programma-evaluaties, een regel per antwoord",
    "answers to course and programme evaluations, a row per answer",
    (
        *EVALUATION_FIELDS,
        Field("question", Kind.TEXT, "vraag", "question", "Q1", "Vraag", "Question", code_list="questions"),
        Field("score", Kind.INTEGER, "antwoord op de vijfpuntsschaal", "answer on the five-point scale", 4,
              "Score", "Score", minimum=Decimal(1), maximum=Decimal(5), severity=Severity.WARNING, personal=True),
        Field("respondent", Kind.TEXT, "kenmerk van de respondent", "respondent's id", "R-000001",
              "Respondent", "Respondent", personal=True),
    ),
    rules=(
        Unique(
            "one_answer", ("evaluation", "academic_year", "programme", "course", "question", "respondent"),
            "een respondent beantwoordt een vraag een keer", "a respondent answers a question once",
            severity=Severity.WARNING,
        ),
    ),
    sheet="Antwoorden",
)

EVALUATION_POPULATION = Table(
    "evaluation_population",
    Layer.DELIVERED,
    "aantal uitgenodigden per evaluatie",
    "number invited per evaluation",
    (
        *EVALUATION_FIELDS,
        Field("invited", Kind.INTEGER, "aantal uitgenodigd", "number invited", 120, "Uitgenodigd", "Invited",
              minimum=ZERO, unit_of_measure="persons"),
    ),
    key=("evaluation", "academic_year", "programme", "level", "course"),
    sheet="Populatie",
)

ENROLMENTS = Table(
    "enrolments",
    Layer.DELIVERED,
    "inschrijvingen op de peildatum 1 oktober",
    "enrolments on the reference date of 1 October",
    (
        Field("reference_date", Kind.DATE, "peildatum", "reference date", "2020-10-01", "Peildatum", "Reference date"),
        Field("student", Kind.TEXT, "studentnummer", "student number", "S-000001", "Student", "Student",
              personal=True),
        programme(),
        Field("enrolment", Kind.TEXT, "hoofd- of neveninschrijving", "main or secondary enrolment", "main",
              "Inschrijving", "Enrolment", codes=("main", "secondary")),
    ),
    key=("reference_date", "student", "programme"),
    key_severity=Severity.WARNING,
    rules=(
        Unique(
            "one_main_enrolment", ("reference_date", "student"),
            "een student heeft een hoofdinschrijving", "a student has one main enrolment",
            severity=Severity.WARNING, where={"enrolment": "main"},
        ),
    ),
    sheet="Inschrijvingen",
)

STAFF = Table(
    "staff",
    Layer.DELIVERED,
    "aanstellingen op de peildatum",
    "appointments on the reference date",
    (
        Field("reference_date", Kind.DATE, "peildatum", "reference date", "2020-10-01", "Peildatum", "Reference date"),
        Field("person", Kind.TEXT, "personeelsnummer", "staff number", "E-00001", "Persoon", "Person", personal=True),
        unit(),
        Field("category", Kind.TEXT, "functiecategorie", "job category", "lecturer", "Categorie", "Category",
              codes=("professor", "associate_professor", "assistant_professor", "lecturer", "researcher",
                     "phd_candidate", "support")),
        Field("fte", Kind.DECIMAL, "omvang van de aanstelling", "size of the appointment", Decimal("0.8"),
              "Fte", "Fte", minimum=ZERO, maximum=Decimal("1.2"), unit_of_measure="fte"),
        Field("start_date", Kind.DATE, "in dienst sinds", "in service since", "2015-09-01",
              "In dienst", "Start date"),
        Field("bko_date", Kind.DATE, "datum basiskwalificatie onderwijs (BKO)", "date of the BKO teaching qualification",
              "2017-06-01", "BKO", "BKO", nullable=True),
        Field("sko_date", Kind.DATE, "datum seniorkwalificatie onderwijs (SKO)",
              "date of the SKO senior teaching qualification", "2019-06-01", "SKO", "SKO", nullable=True),
    ),
    key=("reference_date", "person", "unit", "category"),
    sheet="Personeel",
)

PROGRAMMES = Table(
    "programmes",
    Layer.DELIVERED,
    "opleidingen uit het CROHO-register",
    "programmes from the CROHO register",
    (
        programme(),
        Field("name", Kind.TEXT, "naam", "name", "B Geschiedenis", "Naam", "Name"),
        Field("croho_type", Kind.TEXT,
              "soort: bachelor, master, postinitieel (pm, pi), ongedeeld (on)",
              "type: bachelor, master, post-initial (pm, pi), undivided (on)", "ba", "Soort", "Type",
              codes=("ba", "ma", "pm", "pi", "on")),
        Field("funded", Kind.BOOLEAN, "bekostigd", "funded", True, "Bekostigd", "Funded"),
        Field("unit", Kind.TEXT, "eenheid; leeg bij een beëindigde opleiding", "unit; empty for a programme that ended",
              "U1", "Eenheid", "Unit", nullable=True, code_list="units"),
    ),
    key=("programme",),
    sheet="Opleidingen",
)

CONTROL_TOTALS = Table(
    "control_totals",
    Layer.DELIVERED,
    "controletotalen bij leveringen, en cijfers die een eerder verslag afdrukte",
    "control totals that came with deliveries, and figures that an earlier report printed",
    (
        Field("statement", Kind.TEXT, "kenmerk van de opgave", "id of the statement", "report-2020-table-2",
              "Opgave", "Statement"),
        Field("origin", Kind.TEXT, "bij een levering, of in een verslag gedrukt",
              "with a delivery, or printed in a report", "printed", "Herkomst", "Origin",
              codes=("delivered", "printed")),
        reporting_year(),
        bfr_round(nullable=True),
        Field("subject", Kind.TEXT, "waarover", "about what", "budget", "Onderwerp", "Subject",
              codes=("budget", "realised", "forecast", "difference", "indicator")),
        Field("indicator", Kind.TEXT, "indicator", "indicator", "I1", "Indicator", "Indicator", nullable=True,
              code_list="indicators"),
        Field("level", Kind.TEXT, "bachelor of master", "bachelor or master", "Ba", "Niveau", "Level",
              nullable=True, codes=LEVELS),
        unit(nullable=True),
        theme(nullable=True),
        Field("printed", Kind.TEXT, "zoals gedrukt", "as printed", "7.057", "Gedrukt", "Printed"),
        Field("value", Kind.DECIMAL, "het getal daarin", "the number in it", Decimal("7057"), "Waarde", "Value"),
        Field("printed_decimals", Kind.INTEGER, "gedrukte decimalen", "decimals printed", 0, "Decimalen", "Decimals",
              minimum=ZERO, maximum=Decimal(6)),
        Field("unit_of_measure", Kind.TEXT, "eenheid van het getal", "unit of the number", "keur", "Maat",
              "Unit of measure", codes=("eur", "keur", "percent", "number")),
    ),
    key=("statement", "reporting_year", "round", "subject", "indicator", "level", "unit", "theme"),
    sheet="Controletotalen",
)

DELIVERED: tuple[Table, ...] = (
    FACULTY_MEASURES,
    FACULTY_STUDY_ADVISERS,
    FACULTY_PROGRAMMES,
    FACULTY_CONSULTATIONS,
    FACULTY_PANELS,
    BFR,
    SPENDING_PLAN,
    EVALUATIONS,
    EVALUATION_POPULATION,
    ENROLMENTS,
    STAFF,
    PROGRAMMES,
    CONTROL_TOTALS,
)
