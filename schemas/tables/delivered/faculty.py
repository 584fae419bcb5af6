"""What a faculty reports: its annual education report (*facultair onderwijsjaarverslag*), a sheet per table."""

from __future__ import annotations

from decimal import Decimal

from schemas.contract import AtMost, Field, Kind, Layer, Table, Window
from schemas.tables.shared.code_words import CONSULTATION_SUBJECT, DECISION, PROGRESS
from schemas.tables.shared.fields import (
    academic_year,
    measure,
    programme,
    theme,
    unit,
)
from schemas.words import Words

ZERO = Decimal(0)
AROUND_THE_YEAR = Window("academic_year", before=6, after=12)
"""A talk or a decision about an academic year is of that year, its preparation, or the year that accounts for it."""

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
            "progress",
            Kind.TEXT,
            "voortgang van de maatregel",
            "progress of the measure",
            "on_course",
            "Voortgang",
            "Progress",
            codes=tuple(PROGRESS),
            code_labels=PROGRESS,
        ),
        Field(
            "explanation",
            Kind.TEXT,
            "toelichting (vrije tekst)",
            "explanation (open text)",
            "Loopt volgens plan",
            "Toelichting",
            "Explanation",
            nullable=True,
            open_text=True,
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
            "fte",
            Kind.DECIMAL,
            "formatie studieadviseurs",
            "study adviser positions",
            Decimal("6.5"),
            "Fte",
            "Fte",
            minimum=ZERO,
            maximum=Decimal(200),
            unit_of_measure="fte",
        ),
        Field(
            "fte_temporary",
            Kind.DECIMAL,
            "waarvan tijdelijke ophoging",
            "of which a temporary increase",
            Decimal("0.5"),
            "Waarvan tijdelijk",
            "Of which temporary",
            minimum=ZERO,
            maximum=Decimal(200),
            unit_of_measure="fte",
        ),
        Field(
            "certified",
            Kind.INTEGER,
            "met certificaat van de universitaire leergang",
            "with the certificate of the university's course",
            2,
            "Gecertificeerd",
            "Certified",
            minimum=ZERO,
            maximum=Decimal(500),
            unit_of_measure="persons",
        ),
        Field(
            "in_training",
            Kind.INTEGER,
            "in traject voor het certificaat",
            "in training for the certificate",
            1,
            "In traject",
            "In training",
            minimum=ZERO,
            maximum=Decimal(500),
            unit_of_measure="persons",
        ),
    ),
    key=("academic_year", "unit"),
    rules=(
        AtMost(
            "temporary_within_fte",
            "fte_temporary",
            "fte",
            "de tijdelijke fte is deel van de fte",
            "temporary fte is part of the fte",
        ),
    ),
    sheet="Studieadviseurs",
    filled=True,
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
            "compulsory_matching",
            Kind.BOOLEAN,
            "verplichte matching",
            "compulsory matching",
            True,
            "Verplichte matching",
            "Compulsory matching",
        ),
        Field(
            "online_trial_study",
            Kind.BOOLEAN,
            "online proefstuderen",
            "online trial study",
            False,
            "Online proefstuderen",
            "Online trial study",
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
            "council",
            Kind.TEXT,
            "raad",
            "council",
            "faculty_council",
            "Raad",
            "Council",
            code_list="councils",
            identifier=Words("een raad", "a council"),
        ),
        Field(
            "subject",
            Kind.TEXT,
            "onderwerp",
            "subject",
            "faculty_report",
            "Onderwerp",
            "Subject",
            codes=tuple(CONSULTATION_SUBJECT),
            code_labels=CONSULTATION_SUBJECT,
        ),
        Field("consulted_on", Kind.DATE, "datum", "date", "2020-11-12", "Datum", "Date", window=AROUND_THE_YEAR),
        Field(
            "decision",
            Kind.TEXT,
            "besluit",
            "decision",
            "approved",
            "Besluit",
            "Decision",
            codes=tuple(DECISION),
            code_labels=DECISION,
        ),
        Field(
            "remark",
            Kind.TEXT,
            "opmerking (vrije tekst)",
            "remark (open text)",
            "Zonder opmerkingen",
            "Opmerking",
            "Remark",
            nullable=True,
            open_text=True,
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
        Field("held_on", Kind.DATE, "datum", "date", "2020-10-08", "Datum", "Date", window=AROUND_THE_YEAR),
        Field(
            "participants",
            Kind.INTEGER,
            "aantal studenten",
            "number of students",
            12,
            "Studenten",
            "Students",
            minimum=ZERO,
            maximum=Decimal(2000),
            unit_of_measure="persons",
        ),
        Field(
            "outcome",
            Kind.TEXT,
            "uitkomst (vrije tekst)",
            "outcome (open text)",
            "Meer contacturen gewenst",
            "Uitkomst",
            "Outcome",
            nullable=True,
            open_text=True,
        ),
    ),
    key=("academic_year", "unit", "theme", "held_on"),
    sheet="Panelgesprekken",
)

TABLES: tuple[Table, ...] = (
    FACULTY_MEASURES,
    FACULTY_STUDY_ADVISERS,
    FACULTY_PROGRAMMES,
    FACULTY_CONSULTATIONS,
    FACULTY_PANELS,
)
