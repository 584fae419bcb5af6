"""Tables of a release that say where its figures come from: definitions and lineage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypedDict

from kwaliteitsmonitor.methods.disclosure.lineage_control import Contributions
from kwaliteitsmonitor.methods.disclosure.people import parts_to_hide
from kwaliteitsmonitor.methods.figures.contributions import LAST_DECIMAL, NOTHING, Contribution
from schemas.profile import Profile
from schemas.rows import DefinitionsRow, DeliveryStatusRow, LineageRow
from schemas.words import Words, both, each, words_in_list

INVITED = "invited"
SQUARES = "squares"
OF_COURSES = frozenset({"courses", "course_sum", "course_squares"})
"""Parts of figures over answers that are sums over courses."""


class _Filters(TypedDict):
    """What filters left out of a contribution."""

    filter: str | None
    filter_nl: str | None
    filter_en: str | None


def definitions(profile: Profile) -> list[DefinitionsRow]:
    """Every definition of every indicator, as rows of `definitions`."""
    return [
        {
            "indicator": i.id,
            "version": i.version,
            "theme": i.theme,
            "label_nl": i.nl,
            "label_en": i.en,
            "definition_nl": i.definition_nl,
            "definition_en": i.definition_en,
            "kind": i.kind,
            "unit_of_measure": i.unit_of_measure,
            "unit_of_analysis": i.unit_of_analysis,
            "spread_kind": i.spread_kind,
            "direction": i.direction,
            "valid_from": i.valid_from,
            "valid_until": i.valid_until,
            "combine": i.delivered.combine if i.delivered else None,
            "sector_id": i.sector_id or None,
            "scale_minimum": i.minimum,
            "scale_maximum": i.maximum,
        }
        for i in profile.indicators
    ]


def lineage(
    contributions: Iterable[Contribution],
    deliveries: Mapping[str, DeliveryStatusRow],
    suppressed: Sequence[str],
    threshold: int,
    corrected: Mapping[str, Mapping[str, int]] | None = None,
    over_answers: Contributions | None = None,
) -> list[LineageRow]:
    """What contributed to every figure that is shown, with the feed and file of each delivery.

    `corrected` gives, per delivery that was corrected, how many of its cells each delivery of the register corrected:
    the register is part of the evidence of every figure that such a delivery contributes to.

    What a suppressed figure was computed from would give it away, and is left out. A contribution about fewer people
    than the threshold, or from a unit whose own figure is suppressed, is named without its size, and so are the others
    that would give it away. Of figures over answers (`over_answers`) those sizes are told that are shown anyway.
    """
    answers = over_answers or Contributions()
    hidden = frozenset(suppressed)
    units = _suppressed_units(suppressed)
    parts: dict[tuple[str, str], list[Contribution]] = defaultdict(list)
    for e in contributions:
        if e.figure_id not in hidden:
            parts[(e.figure_id, e.part)].append(e)
    rows = [
        row
        for (figure, _), of_part in parts.items()
        for row in _part(of_part, deliveries, units.get(figure, frozenset()), threshold, answers)
    ]
    rows.extend(_corrections(parts, deliveries, corrected or {}))
    return sorted(rows, key=lambda r: (r["figure_id"], r["part"], r["delivery"]))


def _corrections(
    parts: Mapping[tuple[str, str], Sequence[Contribution]],
    deliveries: Mapping[str, DeliveryStatusRow],
    corrected: Mapping[str, Mapping[str, int]],
) -> Iterator[LineageRow]:
    """Per figure, the deliveries of the register that corrected what it was computed from."""
    sources: dict[str, set[str]] = defaultdict(set)
    for (figure, _), of_part in parts.items():
        sources[figure].update(e.delivery for e in of_part if e.delivery in corrected)
    for figure, of_figure in sources.items():
        cells: dict[str, int] = defaultdict(int)
        for delivery in of_figure:
            for register, count in corrected[delivery].items():
                cells[register] += count
        for register, count in cells.items():
            yield {
                "figure_id": figure,
                "part": "corrections",
                "feed": deliveries[register]["feed"],
                "delivery": register,
                "file": deliveries[register]["file"] or "",
                "rows": count,
                "contribution": None,
                **_filters(NOTHING),
            }


def _suppressed_units(suppressed: Iterable[str]) -> dict[str, set[str]]:
    """Per figure of the whole institution, the units whose own figure is suppressed."""
    units: dict[str, set[str]] = defaultdict(set)
    for figure in suppressed:
        cycle, kind, *parts = figure.split(":")
        if kind != "indicator":
            continue
        year, indicator, unit, level = parts
        units[":".join((cycle, kind, year, indicator, "all", level))].add(unit)
    return units


def _part(
    contributions: Sequence[Contribution],
    deliveries: Mapping[str, DeliveryStatusRow],
    units: Collection[str],
    threshold: int,
    answers: Contributions,
) -> Iterator[LineageRow]:
    over_answers = contributions[0].figure_id in answers.figures
    people: dict[str, int] = defaultdict(int)
    for e in contributions:
        if e.people is not None and not over_answers:
            people[e.delivery] += e.people
    unsaid = parts_to_hide(people, threshold, [d for d in people if deliveries[d]["unit"] in units]) if people else ()
    for e in contributions:
        published = _is_published(answers, e) if over_answers else e.delivery not in unsaid
        yield {
            "figure_id": e.figure_id,
            "part": e.part,
            "feed": deliveries[e.delivery]["feed"],
            "delivery": e.delivery,
            "file": deliveries[e.delivery]["file"] or "",
            "rows": e.rows if published else None,
            "contribution": e.contribution.quantize(LAST_DECIMAL) if published else None,
            **_filters(e.note),
        }


def _filters(note: Words) -> _Filters:
    """What filters left out, in a column per language; and in that of before, where the number is said once."""
    before = each(_in_both(one) for one in words_in_list(note))
    return {"filter": before or None, "filter_nl": note.nl or None, "filter_en": note.en or None}


def _in_both(left_out: Words) -> str:
    number, _, reason = left_out.nl.partition(": ")
    if reason and left_out.en.startswith(f"{number}: "):
        return f"{number}: {both(Words(reason, left_out.en.removeprefix(f'{number}: ')))}"
    return both(left_out)


def _is_published(answers: Contributions, e: Contribution) -> bool:
    if e.part == INVITED:
        return True  # it is the number that the figure itself shows
    if e.part in OF_COURSES:
        return answers.course_sums_published(e.figure_id, e.delivery)
    return (answers.squares_published if e.part == SQUARES else answers.size_published)(e.figure_id, e.delivery)
