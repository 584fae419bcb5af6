"""Students, staff and the programmes of the register."""

from __future__ import annotations

from decimal import Decimal

from schemas.consequences import Costs
from schemas.contract import Clock, Field, Kind, Layer, Table, Unique, Window
from schemas.tables.code_words import CATEGORY, CROHO_TYPE, ENROLMENT
from schemas.tables.shared_fields import (
    programme,
    unit,
)

ZERO = Decimal(0)
REFERENCE_DATE = Field(
    "reference_date",
    Kind.DATE,
    "peildatum",
    "reference date",
    "2020-10-01",
    "Peildatum",
    "Reference date",
    clock=Clock.REFERENCE_DATE,
)

ENROLMENTS = Table(
    "enrolments",
    Layer.DELIVERED,
    "inschrijvingen op de peildatum 1 oktober",
    "enrolments on the reference date of 1 October",
    (
        REFERENCE_DATE,
        Field("student", Kind.TEXT, "studentnummer", "student number", "S-000001", "Student", "Student", personal=True),
        programme(),
        Field(
            "enrolment",
            Kind.TEXT,
            "hoofd- of neveninschrijving",
            "main or secondary enrolment",
            "main",
            "Inschrijving",
            "Enrolment",
            codes=tuple(ENROLMENT),
            code_labels=ENROLMENT,
        ),
    ),
    key=("reference_date", "student", "programme"),
    rules=(
        Unique(
            "one_main_enrolment",
            ("reference_date", "student"),
            "een student heeft een hoofdinschrijving",
            "a student has one main enrolment",
            where={"enrolment": "main"},
        ),
    ),
    sheet="Inschrijvingen",
    row_costs=Costs.ROW,
)

ENROLMENT_COUNTS = Table(
    "enrolment_counts",
    Layer.DELIVERED,
    "telling van inschrijvingen op 1 oktober per opleiding (oktoberbestand)",
    "count of enrolments on 1 October per programme (October file)",
    (
        Field(
            "year",
            Kind.INTEGER,
            "jaar van de telling",
            "year of the count",
            2020,
            "Jaar",
            "Year",
            minimum=Decimal(2000),
            maximum=Decimal(2100),
            clock=Clock.REPORTING_YEAR,
        ),
        programme(),
        Field(
            "origin",
            Kind.TEXT,
            "herkomst (NL, EER, niet-EER)",
            "origin (NL, EEA, non-EEA)",
            "NL",
            "Herkomst",
            "Origin",
            nullable=True,
        ),
        Field(
            "phase",
            Kind.TEXT,
            "fase van de opleiding",
            "phase of the programme",
            "Bachelor",
            "Fase",
            "Phase",
            nullable=True,
        ),
        Field(
            "first_years",
            Kind.INTEGER,
            "eerstejaars",
            "first-years",
            12,
            "Eerstejaars",
            "First-years",
            nullable=True,
            minimum=ZERO,
            unit_of_measure="persons",
        ),
        Field(
            "main_enrolments",
            Kind.INTEGER,
            "hoofdinschrijvingen",
            "main enrolments",
            120,
            "Hoofdinschrijvingen",
            "Main enrolments",
            minimum=ZERO,
            unit_of_measure="persons",
        ),
    ),
    key=("year", "programme", "origin", "phase"),
    sheet="Oktobertelling",
)

STAFF = Table(
    "staff",
    Layer.DELIVERED,
    "aanstellingen op de peildatum",
    "appointments on the reference date",
    (
        REFERENCE_DATE,
        Field("person", Kind.TEXT, "personeelsnummer", "staff number", "E-00001", "Persoon", "Person", personal=True),
        unit(),
        Field(
            "category",
            Kind.TEXT,
            "functiecategorie",
            "job category",
            "lecturer",
            "Categorie",
            "Category",
            codes=tuple(CATEGORY),
            code_labels=CATEGORY,
        ),
        Field(
            "fte",
            Kind.DECIMAL,
            "omvang van de aanstelling",
            "size of the appointment",
            Decimal("0.8"),
            "Fte",
            "Fte",
            minimum=ZERO,
            maximum=Decimal("1.2"),
            unit_of_measure="fte",
        ),
        Field(
            "start_date",
            Kind.DATE,
            "in dienst sinds",
            "in service since",
            "2015-09-01",
            "In dienst",
            "Start date",
            window=Window(not_after="reference_date"),
        ),
        Field(
            "bko_date",
            Kind.DATE,
            "datum basiskwalificatie onderwijs (BKO)",
            "date of the BKO teaching qualification",
            "2017-06-01",
            "BKO",
            "BKO",
            nullable=True,
            window=Window(),
        ),
        Field(
            "sko_date",
            Kind.DATE,
            "datum seniorkwalificatie onderwijs (SKO)",
            "date of the SKO senior teaching qualification",
            "2019-06-01",
            "SKO",
            "SKO",
            nullable=True,
            window=Window(),
        ),
    ),
    key=("reference_date", "person", "unit", "category"),
    sheet="Personeel",
    row_costs=Costs.ROW,
)

PROGRAMMES = Table(
    "programmes",
    Layer.DELIVERED,
    "opleidingen uit het CROHO-register",
    "programmes from the CROHO register",
    (
        programme(),
        Field("name", Kind.TEXT, "naam", "name", "B Geschiedenis", "Naam", "Name"),
        Field(
            "croho_type",
            Kind.TEXT,
            "soort: bachelor, master, postinitieel (pm, pi), ongedeeld (on)",
            "type: bachelor, master, post-initial (pm, pi), undivided (on)",
            "ba",
            "Soort",
            "Type",
            codes=tuple(CROHO_TYPE),
            code_labels=CROHO_TYPE,
        ),
        Field("funded", Kind.BOOLEAN, "bekostigd", "funded", True, "Bekostigd", "Funded"),
        Field(
            "unit",
            Kind.TEXT,
            "eenheid; leeg bij een beëindigde opleiding",
            "unit; empty for a programme that ended",
            "U1",
            "Eenheid",
            "Unit",
            nullable=True,
            code_list="units",
        ),
    ),
    key=("programme",),
    sheet="Opleidingen",
)
