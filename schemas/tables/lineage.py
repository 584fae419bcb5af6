"""What a release says of where its figures come from: deliveries, other figures, cells, and how they are put together.

A figure has *parts* (numerator, budget, sum of the answers). `lineage` says per part what each delivery contributed,
`lineage_figures` which other figures it is derived from, `lineage_cells` the places in the deliveries, and
`lineage_rules` how the numbers of a figure follow from its parts. Together they are enough to compute every figure
again.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from schemas.contract import Field, Kind, Layer, Reference, Table
from schemas.tables.shared.fields import figure_id, notes

ZERO = Decimal(0)
DECIMALS = 12
"""Of a contribution: exact for amounts, counts and fte; sums of means of courses are rounded to so many."""

RELATIONS = ("below", "carried", "whole", "earlier", "before", "units", "same", "divided")


def _text(name: str, nl: str, en: str, example: str = "x", *, nullable: bool = False) -> Field:
    return Field(name, Kind.TEXT, nl, en, example, nullable=nullable)


def _row(name: str, nl: str, en: str) -> Field:
    return Field(name, Kind.INTEGER, nl, en, 14, nullable=True, minimum=ZERO)


def _contribution(nl: str, en: str) -> Field:
    return Field("contribution", Kind.DECIMAL, nl, en, Decimal("12.5"), nullable=True, decimals=DECIMALS)


_PART = _text("part", "deel van het cijfer", "part of the figure", "numerator")
_DELIVERY = _text("delivery", "kenmerk van de levering", "id of the delivery")

CONTRIBUTIONS = Table(
    "contributions",
    Layer.KEPT,
    "wat elke levering, of een rij daarvan, aan de cijfers van een stap bijdroeg",
    "what each delivery, or a row of it, contributed to the figures of a step",
    (
        figure_id(),
        _PART,
        _DELIVERY,
        _row("rows", "aantal rijen; leeg waar niet geteld", "number of rows; empty where not counted"),
        _contribution("bijdrage aan dit deel", "contribution to this part"),
        _text("note_nl", "wat het filter liet vallen (nl)", "what the filter dropped (nl)"),
        _text("note_en", "wat het filter liet vallen (en)", "what the filter dropped (en)"),
        _row("people", "over hoeveel mensen het gaat", "how many people it is about"),
        _text("table", "tabel van de rij", "table of the row", "bfr", nullable=True),
        _text("sheet", "werkblad van de rij", "worksheet of the row", "BFR", nullable=True),
        _row("row", "rijnummer in de bron", "row number in the source"),
        _text("column", "kolom, waar elke kolom een rij geeft", "column, where each gives a row", "D", nullable=True),
        _text("field", "veld van de rij dat bijdroeg", "field of the row that contributed", "budget", nullable=True),
    ),
)
"""What the lineage is made of: each step keeps it of its figures, before disclosure control."""

_FILTER, *_FILTER_IN = notes("filter", "wat het filter liet vallen", "what the filter dropped")
_FILTERS = (replace(_FILTER, joins=None), *_FILTER_IN)
"""The column of before says the number that was dropped once and the reason in both languages: it does not join two."""

LINEAGE = Table(
    "lineage",
    Layer.PUBLISHED,
    "herkomst: per cijfer de leveringen waaruit het volgt",
    "lineage: per figure the deliveries it follows from",
    (
        figure_id(),
        _PART,
        _text("feed", "soort levering", "feed", "bfr"),
        _DELIVERY,
        _text("file", "bestand", "file", "a.xlsx"),
        _row(
            "rows",
            "aantal rijen; leeg waar onderdrukt of niet geteld",
            "number of rows; empty where suppressed or not counted",
        ),
        _contribution(
            "bijdrage aan dit deel, exact; de bijdragen tellen op; leeg waar onderdrukt",
            "contribution to this part, exact; contributions add up; empty where suppressed",
        ),
        *_FILTERS,
    ),
    references=(Reference(("delivery",), "delivery_status", ("delivery",)),),
)

LINEAGE_FIGURES = Table(
    "lineage_figures",
    Layer.PUBLISHED,
    "herkomst: per cijfer de andere cijfers waarop het rust",
    "lineage: per figure the other figures it rests on",
    (
        figure_id(),
        Field(
            "relation",
            Kind.TEXT,
            "hoe de cijfers samenhangen (below: telt op uit deze cijfers; carried: wat van het vorige jaar over is; "
            "whole: het geheel; earlier: de vorige ronde; before: het jaar ervoor; units: de eenheden; same: dezelfde "
            "antwoorden; divided: een deel van deze cijfers)",
            "how the figures belong together (below: adds up from these figures; carried: what the year before left; "
            "whole: the whole; earlier: the round before; before: the year before; units: the units; same: the same "
            "answers; divided: a part of these figures)",
            "below",
            codes=RELATIONS,
        ),
        _text("of_figure", "het andere cijfer", "the other figure"),
    ),
    key=("figure_id", "relation", "of_figure"),
)

LINEAGE_CELLS = Table(
    "lineage_cells",
    Layer.PUBLISHED,
    "herkomst: de plaatsen in de leveringen waar de delen van een cijfer staan",
    "lineage: the places in the deliveries where the parts of a figure stand",
    (
        figure_id(),
        _PART,
        _DELIVERY,
        _text("sheet", "werkblad; leeg waar er geen is", "worksheet; empty where there is none", "BFR", nullable=True),
        _row("row", "rijnummer in de bron", "row number in the source"),
        _row("last_row", "laatste rij, waar het een reeks rijen is", "last row, where it is a range of rows"),
        _text("cell", "cel; leeg waar de bron er geen heeft", "cell; empty where there are none", "D14", nullable=True),
        _text("column", "kolom, als in de bron", "column, as in the source", "Begroot", nullable=True),
        _text("key", "waarover de rij gaat", "what the row is about", "2020 3 U1 T1 M1", nullable=True),
        _text("written", "wat er stond, na correctie", "what stood there, once corrected", "12,5", nullable=True),
        _contribution("bijdrage van de cel aan het deel", "contribution of the cell to the part"),
    ),
    references=(Reference(("delivery",), "delivery_status", ("delivery",)),),
)

LINEAGE_RULES = Table(
    "lineage_rules",
    Layer.PUBLISHED,
    "herkomst: hoe de getallen van een cijfer uit zijn delen volgen",
    "lineage: how the numbers of a figure follow from its parts",
    (
        _text("kind", "soort cijfer, of een indicator en versie", "kind of figure, or indicator and version", "round"),
        _text("number", "kolom van het cijfer", "column of the figure", "difference"),
        _text("rule", "berekening uit de delen", "calculation from the parts", "realised - budget"),
    ),
    key=("kind", "number"),
)

NAMES = Table(
    "names",
    Layer.PUBLISHED,
    "wat de codes in deze uitgave betekenen",
    "what the codes in this release mean",
    (
        Field(
            "list",
            Kind.TEXT,
            "soort code",
            "kind of code",
            "units",
            codes=("units", "themes", "national_themes", "measures", "questions", "programmes"),
        ),
        _text("code", "code", "code", "U1"),
        _text("nl", "naam in het Nederlands", "name in Dutch"),
        _text("en", "naam in het Engels", "name in English"),
    ),
    key=("list", "code"),
)

LINEAGES: tuple[Table, ...] = (LINEAGE, LINEAGE_FIGURES, LINEAGE_CELLS, LINEAGE_RULES, NAMES)
