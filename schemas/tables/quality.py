"""Tables about deliveries and their quality: what came in, what was set aside and which rules held."""

from __future__ import annotations

from decimal import Decimal

from schemas.consequences import COSTS, Costs, Severity
from schemas.contract import Field, Kind, Layer, Table
from schemas.tables.obligations import OBLIGATIONS
from schemas.tables.shared.fields import cycle, notes

_SHA = Field("delivery", Kind.TEXT, "kenmerk van de levering", "id of the delivery", "0" * 16, nullable=True)
_HASH = Field(
    "sha256", Kind.TEXT, "SHA-256 van de ontvangen bytes", "SHA-256 of the bytes received", "0" * 64, nullable=True
)
_FEED = Field("feed", Kind.TEXT, "soort levering", "feed", "bfr")
_RULE = Field("rule", Kind.TEXT, "controle", "rule", "bfr.theme.codes")
_SEVERITY = Field("severity", Kind.TEXT, "ernst", "severity", "critical", codes=tuple(Severity))
_COSTS = (
    Field(
        "costs",
        Kind.TEXT,
        "wat het kost als het niet geldt",
        "what it costs where the rule does not hold",
        "figures",
        codes=tuple(Costs),
        code_labels={str(costs): label for costs, label in COSTS.items()},
    ),
    Field("costs_nl", Kind.TEXT, "wat het kost, in het Nederlands", "what it costs, in Dutch", COSTS[Costs.FIGURES].nl),
    Field("costs_en", Kind.TEXT, "wat het kost, in het Engels", "what it costs, in English", COSTS[Costs.FIGURES].en),
)
_PERIOD = Field("period", Kind.TEXT, "periode waarover", "period covered", "2019-2020", nullable=True)
_UNIT = Field(
    "unit",
    Kind.TEXT,
    "eenheid; leeg voor de hele instelling",
    "unit; empty for the whole institution",
    "U1",
    nullable=True,
)


def _count(name: str, nl: str, en: str, *, nullable: bool = False) -> Field:
    return Field(name, Kind.INTEGER, nl, en, 12, nullable=nullable, minimum=Decimal(0), unit_of_measure="rows")


QUARANTINE = Table(
    "quarantine",
    Layer.DELIVERED,
    "rijen die niet aan hun contract voldoen, met de reden",
    "rows that do not meet their contract, with the reason",
    (
        _FEED,
        Field("table", Kind.TEXT, "tabel", "table", "bfr"),
        Field("delivery", Kind.TEXT, "kenmerk van de levering", "id of the delivery", "0" * 16),
        Field("file", Kind.TEXT, "bestand", "file", "bfr/2020-3.xlsx"),
        Field("sheet", Kind.TEXT, "werkblad", "worksheet", "BFR", nullable=True),
        Field("row", Kind.INTEGER, "rijnummer in de bron", "row number in the source", 14),
        Field(
            "column",
            Kind.TEXT,
            "kolom in de bron, waar elke kolom een eigen rij geeft",
            "column in the source, where each column gives a row of its own",
            "D",
            nullable=True,
        ),
        Field("cell", Kind.TEXT, "cel of kolom", "cell or column", "D14"),
        _RULE,
        _SEVERITY,
        _COSTS[0],
        Field(
            "found",
            Kind.TEXT,
            "wat er stond; afgeschermd bij persoonsgegevens",
            "what was found; masked where personal",
            "X9",
            nullable=True,
        ),
        Field(
            "expected_nl", Kind.TEXT, "wat verwacht werd, in het Nederlands", "what was expected, in Dutch", "T1 of T2"
        ),
        Field(
            "expected_en", Kind.TEXT, "wat verwacht werd, in het Engels", "what was expected, in English", "T1 or T2"
        ),
    ),
)

DELIVERY_STATUS = Table(
    "delivery_status",
    Layer.PUBLISHED,
    "wie wat heeft geleverd, en wat ervan is aangenomen",
    "who delivered what, and what of it was accepted",
    (
        cycle(),
        _FEED,
        _PERIOD,
        _UNIT,
        Field("required", Kind.BOOLEAN, "verplicht", "required", True),
        Field(
            "status",
            Kind.TEXT,
            "stand van de levering",
            "state of the delivery",
            "accepted",
            codes=(
                "accepted",
                "partly_accepted",
                "rejected",
                "missing",
                "duplicate",
                "superseded",
                "withdrawn",
                "arriving",
                "not_pulled",
            ),
        ),
        Field("received_on", Kind.DATE, "ontvangen op", "received on", "2020-12-18", nullable=True),
        Field("deadline", Kind.DATE, "uiterste datum", "deadline", "2020-12-31", nullable=True),
        Field("late", Kind.BOOLEAN, "te laat", "late", False),
        Field("file", Kind.TEXT, "bestand", "file", "a.xlsx", nullable=True),
        _SHA,
        _HASH,
        Field(
            "version",
            Kind.INTEGER,
            "versie van de levering",
            "version of the delivery",
            1,
            nullable=True,
            minimum=Decimal(1),
        ),
        _count("rows_received", "rijen ontvangen", "rows received", nullable=True),
        _count("rows_accepted", "rijen aangenomen", "rows accepted", nullable=True),
        _count("rows_quarantined", "rijen apart gezet", "rows quarantined", nullable=True),
        _count("rows_left_out", "rijen die geen gegevens zijn", "rows that are no data", nullable=True),
        _count("cells_corrected", "gecorrigeerde cellen", "cells corrected", nullable=True),
        Field(
            "waived_because",
            Kind.TEXT,
            "reden van de ontheffing; leeg waar er geen is",
            "reason of the waiver; empty where there is none",
            "merged",
            nullable=True,
        ),
        Field(
            "approval",
            Kind.TEXT,
            "goedkeuring door de raad van de eenheid; leeg waar die niet nodig is",
            "approval by the unit's council; empty where none is needed",
            "approved",
            nullable=True,
            codes=("approved", "rejected", "waiting"),
        ),
        Field("approved_on", Kind.DATE, "goedgekeurd op", "approved on", "2020-12-10", nullable=True),
        Field(
            "in_landing_zone",
            Kind.BOOLEAN,
            "staat nu in de aanleverzone",
            "is in the landing zone now",
            True,
            nullable=True,
        ),
        *notes("reason", "reden bij afwijzing", "reason of rejection", lists=False),
    ),
)

QUALITY_RESULTS = Table(
    "quality_results",
    Layer.PUBLISHED,
    "uitkomst van elke controle",
    "outcome of every rule",
    (
        cycle(),
        Field("table", Kind.TEXT, "tabel", "table", "bfr"),
        _RULE,
        _SEVERITY,
        Field("outcome", Kind.TEXT, "uitkomst", "outcome", "passed", codes=("passed", "failed", "not_run")),
        _count("checked", "gecontroleerde rijen", "rows checked"),
        _count("failed", "rijen die niet voldoen", "rows that fail"),
        Field("quarantines", Kind.BOOLEAN, "rijen worden apart gezet", "rows are set aside", True),
        Field(
            "waived_because",
            Kind.TEXT,
            "reden van de ontheffing; leeg waar er geen is",
            "reason of the waiver; empty where there is none",
            "known",
            nullable=True,
        ),
        Field(
            "cells", Kind.TEXT, "plaatsen (ten hoogste tien)", "places (ten at most)", "a.xlsx BFR!D14", nullable=True
        ),
        Field(
            "nl",
            Kind.TEXT,
            "wat moet gelden, in het Nederlands",
            "what must hold, in Dutch",
            "theme is een bekende code",
        ),
        Field("en", Kind.TEXT, "wat moet gelden, in het Engels", "what must hold, in English", "theme is a known code"),
        *notes("detail", "bevinding", "finding", lists=False),
        *_COSTS,
    ),
    key=("rule", "detail"),
)

QUALITY: tuple[Table, ...] = (QUARANTINE, DELIVERY_STATUS, OBLIGATIONS, QUALITY_RESULTS)
