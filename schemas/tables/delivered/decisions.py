"""Decisions about deliveries: corrections, waivers, approvals and withdrawals. Nobody edits a delivery.

They are delivered themselves, in a register whose every version is kept: what was decided, why, in which role, when.
"""

from __future__ import annotations

from dataclasses import replace

from schemas.contract import Field, Kind, Layer, Table, Window
from schemas.tables.shared.code_words import DECISION
from schemas.tables.shared.fields import unit
from schemas.words import Words

_REASON = Field("reason", Kind.TEXT, "reden", "reason", "typing error", "Reden", "Reason", as_typed=True)
_KEPT_ROLE = Field(
    "role", Kind.TEXT, "wie besloot (rol, geen naam)", "who decided (role, no name)", "controller", "Rol", "Role"
)
"""The role of a decision that is not published; corrections and waivers are, with theirs."""
_ROLE = replace(_KEPT_ROLE, as_typed=True)
_DECIDED_ON = Field(
    "decided_on",
    Kind.DATE,
    "datum van het besluit",
    "date of the decision",
    "2021-02-20",
    "Datum",
    "Date",
    window=Window(before=12, after=36),
)
_FILE = Field(
    "file", Kind.TEXT, "bestand, als in de aanleverzone", "file, as in the landing zone", "a/b.xlsx", "Bestand", "File"
)


def _text(name: str, nl: str, en: str, label_nl: str, label_en: str, example: str, *, nullable: bool = False) -> Field:
    return Field(name, Kind.TEXT, nl, en, example, label_nl, label_en, nullable=nullable)


CORRECTION_RECORDS = Table(
    "correction_records",
    Layer.DELIVERED,
    "correcties: welke cel anders gelezen wordt dan geleverd",
    "corrections: which cell is read otherwise than delivered",
    (
        _FILE,
        _text(
            "sheet",
            "werkblad; leeg bij een bestand zonder",
            "worksheet; empty for a file without",
            "Werkblad",
            "Sheet",
            "Studieadviseurs",
            nullable=True,
        ),
        _text(
            "cell",
            "cel, bijvoorbeeld `D14`; bij een bestand zonder cellen `rij 14, fte`",
            "cell, for example `D14`; `row 14, fte` in a file without cells",
            "Cel",
            "Cell",
            "D14",
        ),
        _text(
            "expected", "wat er nu staat", "what stands there now", "Staat er", "Stands there", "62,0", nullable=True
        ),
        _text("new_value", "wat er gelezen wordt", "what is read instead", "Wordt", "Becomes", "6,2", nullable=True),
        _REASON,
        _ROLE,
        _DECIDED_ON,
    ),
    key=("file", "sheet", "cell"),
    sheet="Correcties",
)

WAIVER_RECORDS = Table(
    "waiver_records",
    Layer.DELIVERED,
    "ontheffingen: waar een uitgave zonder mag",
    "waivers: what a release may do without",
    (
        _text("cycle", "cyclus, als 2021-03", "cycle, as 2021-03", "Cyclus", "Cycle", "2021-03"),
        _text(
            "feed",
            "soort levering; leeg bij een controle",
            "feed; empty for a rule",
            "Levering",
            "Feed",
            "bfr",
            nullable=True,
        ),
        _text(
            "period",
            "periode; leeg voor elke",
            "period; empty for any",
            "Periode",
            "Period",
            "2019-2020",
            nullable=True,
        ),
        unit(nullable=True),
        _text(
            "rule",
            "controle; leeg bij een levering",
            "rule; empty for a delivery",
            "Regel",
            "Rule",
            "bfr.theme.codes",
            nullable=True,
        ),
        _text(
            "obligation",
            "kenmerk van een verplichting, in plaats van levering, periode, eenheid en controle",
            "id of an obligation, in place of feed, period, unit and rule",
            "Verplichting",
            "Obligation",
            "progress:2019-2020:U1:T1:M1",
            nullable=True,
        ),
        _REASON,
        _ROLE,
        _DECIDED_ON,
    ),
    key=("cycle", "feed", "period", "unit", "rule", "obligation"),
    sheet="Ontheffingen",
)

APPROVAL_RECORDS = Table(
    "approval_records",
    Layer.DELIVERED,
    "goedkeuringen door raden die na de levering kwamen",
    "approvals by councils that came after the delivery",
    (
        _text("feed", "soort levering", "feed", "Levering", "Feed", "faculty_report"),
        _text("period", "periode", "period", "Periode", "Period", "2019-2020"),
        unit(nullable=True),
        Field(
            "council",
            Kind.TEXT,
            "raad",
            "council",
            "C1",
            "Raad",
            "Council",
            code_list="councils",
            identifier=Words("een raad", "a council"),
        ),
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
        _DECIDED_ON,
    ),
    key=("feed", "period", "unit", "council", "decided_on"),
    sheet="Goedkeuringen",
)

WITHDRAWAL_RECORDS = Table(
    "withdrawal_records",
    Layer.DELIVERED,
    "intrekkingen: leveringen die niet meer tellen",
    "withdrawals: deliveries that no longer count",
    (
        _FILE,
        Field(
            "sha256",
            Kind.TEXT,
            "SHA-256 van de bytes; leeg voor alles wat onder die naam kwam",
            "SHA-256 of the bytes; empty for all that came under that name",
            "0" * 64,
            "SHA-256",
            "SHA-256",
            nullable=True,
        ),
        _REASON,
        _KEPT_ROLE,
        _DECIDED_ON,
    ),
    key=("file", "sha256"),
    sheet="Intrekkingen",
)

DECISIONS: tuple[Table, ...] = (CORRECTION_RECORDS, WAIVER_RECORDS, APPROVAL_RECORDS, WITHDRAWAL_RECORDS)
