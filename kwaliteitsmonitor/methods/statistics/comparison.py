"""Whether a figure is comparable with that of the year before, and the difference with its 95% interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kwaliteitsmonitor.methods.statistics.moments import Interval, Moments, welch
from schemas.words import Words


@dataclass(frozen=True)
class Measured:
    """A mean as far as a comparison looks at it: the moments, the kind of spread, and who answered."""

    moments: Moments
    spread_kind: str
    units: frozenset[str]
    levels: frozenset[str]
    open_link: bool = False


@dataclass(frozen=True)
class Comparison:
    """The change since the year before; none with the reasons why not."""

    change: Interval | None
    reasons: tuple[Words, ...] = ()


NO_YEAR_BEFORE = Words("geen cijfer van het jaar ervoor", "no figure of the year before")
TOO_FEW = Words(
    "te weinig antwoorden voor een interval van het verschil", "too few answers for an interval of the change"
)


def not_comparable(breaks: Sequence[Words]) -> Words:
    """What is said of a figure whose series breaks: that it does not compare, and why."""
    return Words(
        f"niet vergelijkbaar met het jaar ervoor: {'; '.join(b.nl for b in breaks)}",
        f"not comparable with the year before: {'; '.join(b.en for b in breaks)}",
    )


def another_spread(before: str) -> Words:
    """What is said of a figure whose spread is of another kind than that of the year before."""
    return Words(
        f"een ander soort spreiding dan het jaar ervoor ({before})",
        f"another kind of spread than the year before ({before})",
    )


def compare(now: Measured, before: Measured | None, breaks: Sequence[Words] = ()) -> Comparison:
    """The change with its interval by Welch, refused where both figures are not of the same kind.

    They are not where the series breaks between them, where the spreads are of different kinds, where a unit or a level
    answered in one of both years only, and where anyone could answer in one of them.
    """
    reasons = [not_comparable(breaks)] if breaks else []
    if before is None:
        return Comparison(None, (*reasons, NO_YEAR_BEFORE))
    if now.spread_kind != before.spread_kind:
        reasons.append(another_spread(before.spread_kind))
    for nl, en, ours, theirs in (
        ("eenheden", "units", now.units, before.units),
        ("niveaus", "levels", now.levels, before.levels),
    ):
        if ours != theirs:
            only = ", ".join(sorted(ours ^ theirs))
            reasons.append(
                Words(
                    f"niet vergeleken met het jaar ervoor: in een van beide jaren ontbreken {nl} ({only})",
                    f"not compared with the year before: {en} are missing in one of both years ({only})",
                )
            )
    if now.open_link or before.open_link:
        reasons.append(
            Words(
                "niet vergeleken met het jaar ervoor: een vragenlijst stond open voor iedereen met de link",
                "not compared with the year before: a questionnaire was open to anyone with the link",
            )
        )
    if reasons:
        return Comparison(None, tuple(reasons))
    change = welch(now.moments, before.moments)
    return Comparison(change, () if change else (TOO_FEW,))
