"""The table of obligations of a cycle, with the state of each."""

from __future__ import annotations

from schemas.contract import Field, Kind, Layer, Reference, Table
from schemas.tables.shared.code_words import OBLIGATION, OBLIGATION_STATE
from schemas.tables.shared.fields import cycle, reporting_year


def _text(name: str, nl: str, en: str, example: str = "x", *, nullable: bool = True, code_list: str = "") -> Field:
    return Field(name, Kind.TEXT, nl, en, example, nullable=nullable, code_list=code_list)


OBLIGATIONS = Table(
    "obligations",
    Layer.PUBLISHED,
    "wat verschuldigd is voor deze cyclus: door welke eenheid, wat, uiterlijk wanneer, en hoe het ervoor staat",
    "what is owed for this cycle: by which unit, what, by when, and how it stands",
    (
        cycle(),
        _text(
            "obligation",
            "kenmerk van de verplichting; een ontheffing noemt dit",
            "id of the obligation; a waiver names it",
            "progress:2019-2020:U1:T1:M1",
            nullable=False,
        ),
        Field(
            "kind",
            Kind.TEXT,
            "soort verplichting",
            "kind of obligation",
            "progress",
            codes=tuple(OBLIGATION),
            code_labels=OBLIGATION,
        ),
        reporting_year(),
        _text("feed", "soort levering waarmee eraan wordt voldaan", "feed that is to meet it", "bfr", nullable=False),
        _text(
            "period",
            "periode van die levering; leeg waar die geen periode heeft",
            "period of that feed; empty where it has none",
            "2019-2020",
        ),
        _text("unit", "eenheid; leeg voor de instelling zelf", "unit; empty for the institution itself", "U1"),
        _text("theme", "thema waarover het gaat", "theme that it is about", "T1", code_list="themes"),
        _text("measure", "maatregel waarover het gaat", "measure that it is about", "M1", code_list="measures"),
        _text("indicator", "indicator waarover het gaat", "indicator that it is about", "I1", code_list="indicators"),
        _text("level", "bachelor of master, waar de indicator die onderscheidt", "bachelor or master, if told apart"),
        _text("council", "raad die zich uitspreekt", "council that has its say", "C1", code_list="councils"),
        _text("subject", "waarover de raad zich uitspreekt", "what the council has its say on", "faculty_report"),
        _text("programme", "opleidingscode (CROHO)", "programme code (CROHO)", "P1", code_list="programmes"),
        Field(
            "due",
            Kind.DATE,
            "uiterste datum; leeg waar er geen is",
            "last day; empty if none",
            "2020-12-31",
            nullable=True,
        ),
        Field(
            "state",
            Kind.TEXT,
            "hoe het ervoor staat",
            "how it stands",
            "met",
            codes=tuple(OBLIGATION_STATE),
            code_labels=OBLIGATION_STATE,
        ),
        Field("met_on", Kind.DATE, "voldaan op", "met on", "2020-12-18", nullable=True),
        _text(
            "met_by",
            "kenmerk van de levering die eraan voldoet; leeg waar een besluit dat doet",
            "id of the delivery that meets it; empty where a decision does",
            "0" * 16,
        ),
        _text(
            "waived_because",
            "reden van de ontheffing; leeg waar er geen is",
            "reason of the waiver; empty where there is none",
            "merged",
        ),
        _text(
            "part_of",
            "kenmerk van de verplichting tot de levering waarvan dit deel is",
            "id of the obligation of the delivery that it is part of",
            "delivery:2019-2020:U1:faculty_report",
        ),
        _text("nl", "wat verschuldigd is, in het Nederlands", "what is owed, in Dutch", nullable=False),
        _text("en", "wat verschuldigd is, in het Engels", "what is owed, in English", nullable=False),
    ),
    key=("obligation",),
    references=(Reference(("part_of",), "obligations", ("obligation",)),),
)
