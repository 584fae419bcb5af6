"""Reasons why a figure of an institution does not count in the sector's, in words for readers of the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.rows import SectorLeftOutRow
from schemas.words import Words

REASONS: Mapping[str, Words] = {
    "suppressed": Words("onderdrukt: het gaat over te weinig mensen", "suppressed: it is about too few people"),
    "not_available": Words("niet beschikbaar", "not available"),
    "not_applicable": Words("niet van toepassing", "not applicable"),
    "not_given": Words("de instelling geeft dit cijfer niet", "the institution does not give this figure"),
    "twice": Words(
        "twee indicatoren van de instelling noemen dezelfde definitie",
        "two indicators of the institution name the same definition",
    ),
    "does_not_combine": Words(
        "een gemiddelde over cursussen of eenheden, of een geleverd cijfer, is niet samen te nemen",
        "a mean over courses or units, or a figure as delivered, does not combine",
    ),
    "no_number": Words(
        "het aantal waarop het gemiddelde berust is niet gepubliceerd",
        "the number on which the mean rests is not published",
    ),
    "no_parts": Words("teller en noemer zijn niet gepubliceerd", "numerator and denominator are not published"),
    "other_version": Words("andere versie van de definitie", "another version of the definition"),
    "other_method": Words("ander soort cijfer", "another kind of figure"),
    "other_measure": Words("andere maat", "another unit of measure"),
    "other_scale": Words("andere schaal", "another scale"),
    "other_level": Words("anders gesplitst naar bachelor en master", "split otherwise into bachelor and master"),
    "other_year": Words("ander verslagjaar", "another reporting year"),
    "other_spread": Words("andere soort spreiding", "another kind of spread"),
    "spread_does_not_combine": Words(
        "een spreiding van deze soort is niet samen te nemen", "a spread of this kind does not combine"
    ),
    "no_spread": Words("de spreiding is niet gepubliceerd", "the spread is not published"),
    "no_spending": Words("de instelling verantwoordt geen geld", "the institution accounts for no money"),
    "no_crosswalk": Words(
        "de uitgave heeft geen besteding naar landelijk thema",
        "the release has no spending by national theme",
    ),
    "other_currency": Words("andere munteenheid", "another currency"),
    "other_fiscal_year": Words("ander boekjaar", "another fiscal year"),
    "other_moment": Words("opgegeven op een ander moment van het jaar", "given at another moment of the year"),
    "own_definition": Words(
        "eigen definitie: de indicator noemt geen definitie waarover instellingen het eens zijn",
        "own definition: the indicator names no definition on which institutions agreed",
    ),
}
"""By code, in the order in which the report tells them: those about a figure, then those about all of a kind."""


@dataclass(frozen=True)
class Named:
    """An indicator that does not count: its names to several institutions and to its own, and which part of it."""

    indicator: str | None = None
    level: str | None = None
    own: str | None = None
    label: Words | None = None
    part: str = "value"


NONE = Named()
"""That all of a kind does not count, such as the money of an institution."""


def left_out(
    reason: str, institution: str, subject: str, named: Named = NONE, *, reporting_year: int | None = None
) -> SectorLeftOutRow:
    """A row of `sector_left_out`; `subject`, the indicator and the year say what does not count."""
    words = REASONS[reason]
    return {
        "subject": subject,
        "reporting_year": reporting_year,
        "indicator": named.indicator,
        "level": named.level,
        "institution": institution,
        "own_indicator": named.own,
        "label_nl": None if named.label is None else named.label.nl,
        "label_en": None if named.label is None else named.label.en,
        "part": named.part,
        "reason": reason,
        "reason_nl": words.nl,
        "reason_en": words.en,
    }
