"""Readable names for the evidence of a figure: its deliveries, days, cells and decisions."""

from __future__ import annotations

from datetime import date

from schemas.values import AnyRow
from schemas.words import Words
from schemas.written import place, short_day

_STATUS = {"draft": Words("concept", "draft"), "final": Words("definitief", "final")}
_OF_WAIVER = ("rule", "obligation")
"""The ids that a waiver may name; they are what was decided about, and are kept as they are."""


def day(of: object, to: str) -> str:
    """A day of the evidence as people write it in a narrow place."""
    if not of:
        return "–"
    try:
        return short_day(date.fromisoformat(str(of)[:10])).in_language(to)
    except ValueError:
        return str(of)  # a release of another hand; the page says what stands there


def status(of: str, to: str) -> str:
    """Whether a release is a draft or final."""
    return _STATUS.get(of, Words(of, of)).in_language(to)


def feed(one: AnyRow, to: str) -> str:
    """What the feed of a delivery or a waiver is called, where the profile has it still; empty if it names none."""
    return str(one.get(f"feed_{to}") or one.get("feed") or "")


def cell(of: object, to: str) -> str:
    """A cell as people find it."""
    return place(str(of), {}).in_language(to)


def waived(one: AnyRow, to: str) -> str:
    """What a waiver is about: its feed, period and unit by name, and the rule or obligation by its id."""
    about = [feed(one, to), *(str(one.get(name) or "") for name in ("period", "unit"))]
    ids = [f"`{one[name]}`" for name in _OF_WAIVER if one.get(name)]
    return ", ".join([*filter(None, about), *ids])
