"""On which other figures a figure rests, as rows of `lineage_figures`.

A total rests on what is below it: all themes on the themes, a theme on the units, a unit on its measures. That is only
said if it adds up, part by part; if something below is hidden or missing, the deliveries alone are published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypedDict

from kwaliteitsmonitor.methods.figures.numbers import exact_number
from schemas.figures import PUBLISHED, SHARE
from schemas.figures.model import Derived
from schemas.profile import Indicator, Profile
from schemas.rows import IndicatorValuesRow, LineageFiguresRow
from schemas.values import AnyRow, Row, Value

Totals = Mapping[str, Mapping[str, Decimal | None]]
"""Per figure and part what its contributions add up to; none where one of them is not told."""
Place = tuple[int, str, str, str | None, str | None, str | None]
"""The reporting year, evaluation and question of a result, and its unit, programme and level."""


class ResultRow(TypedDict):
    """What the lineage reads of a row of `evaluation_results`."""

    figure_id: str
    status: str
    reporting_year: int
    evaluation: str
    question: str
    unit: str | None
    programme: str | None
    level: str | None
    n: int | None
    invited: int | None
    sd_units: float | None
    change: float | None


class ShareRow(TypedDict):
    """What the lineage reads of a row of `evaluation_shares`."""

    figure_id: str
    status: str
    answers: int | None


@dataclass
class Resting:
    """The rows that are found, and what they are checked by."""

    totals: Totals
    rows: list[LineageFiguresRow] = field(default_factory=list)

    def on(self, relation: str, figure: str, others: Iterable[str | None]) -> None:
        """Note that a figure is derived from others; from none if one of them is missing."""
        figures = list(others)
        if figures and None not in figures:
            self.rows.extend(
                {"figure_id": figure, "relation": relation, "of_figure": str(o)} for o in sorted(map(str, figures))
            )

    def below(self, figure: str, others: Iterable[str]) -> bool:
        """Note that a figure adds up from others, if it does in each part that all of them have."""
        figures = list(others)
        own = self.totals.get(figure, {})
        theirs = [self.totals.get(other, {}) for other in figures]
        shared = [part for part in own if theirs and all(part in of for of in theirs)]
        if not shared or not all(_adds_up(own[part], [of[part] for of in theirs]) for part in shared):
            return False
        self.on("below", figure, figures)
        return True


def _adds_up(whole: Decimal | None, parts: Sequence[Decimal | None]) -> bool:
    known = [part for part in parts if part is not None]
    return whole is not None and len(known) == len(parts) and sum(known, Decimal(0)) == whole


def of_tables(into: Resting, tables: Mapping[str, Sequence[Row]], profile: Profile) -> None:
    """The figures from which those of these tables are derived, by what `schemas.figures` declares of each.

    `tables` are the rows of each table, and of every table of which its figures are derived.
    """
    for name in tables:
        for relation in PUBLISHED[name].derived:
            others = tables[relation.table]
            if relation.by:
                BY_PROFILE[relation.by](into, relation.relation, tables[name], others, profile)
            else:
                _declared(into, relation, tables[name], others, profile.last_round)


def _declared(into: Resting, relation: Derived, rows: Sequence[Row], others: Sequence[Row], last_round: int) -> None:
    """The figures of one table that are derived from others by one relation."""
    possible = [one for one in others if (relation.hidden or one["status"] == "ok") and _filled(one, relation.others)]
    groups = _by(possible, *relation.same.values())
    for row in rows:
        if row["status"] != "ok" or not _filled(row, relation.own) or (relation.settled and row["round"] != last_round):
            continue
        of = groups[tuple(row[name] for name in relation.same)]
        if relation.latest:
            shown = (one for one in others if one["status"] == "ok")
            before = [_number(one, relation.latest) for one in shown if _earlier(one, row, relation)]
            of = [one for one in of if one[relation.latest] == max(before, default=None)]
        figure = str(row["figure_id"])
        match relation.relation:
            case "below":
                into.below(figure, _ids(of))
            case "carried":
                _carried(into, figure, _ids(of))
            case _:
                into.on(relation.relation, figure, _ids(of))


def _filled(row: Row, columns: Mapping[str, bool]) -> bool:
    return all((row[name] is not None) == filled for name, filled in columns.items())


def _earlier(one: Row, row: Row, relation: Derived) -> bool:
    same = all(one[name] == row[name] for name in relation.within)
    return same and _number(one, relation.latest) < _number(row, relation.latest)


def _number(row: Row, name: str) -> int:
    """The number of a round or year in a row. Raises `TypeError` if the column holds none."""
    value = row[name]
    if not isinstance(value, int):
        raise TypeError(f"{name} is no whole number")
    return value


def _carried(into: Resting, figure: str, others: Sequence[str]) -> None:
    """What is carried over is what the figures of the year before leave, if those are shown and add up."""
    amounts = [exact_number("carry_over", "left_over", into.totals.get(other, {})) for other in others]
    if amounts and _adds_up(into.totals.get(figure, {}).get("carried_over"), amounts):
        into.on("carried", figure, others)


def of_answers(
    into: Resting,
    results: Sequence[ResultRow],
    shares: Sequence[ShareRow],
    values: Sequence[IndicatorValuesRow],
    indicators: Iterable[Indicator],
) -> None:
    """The figures from which those over answers are derived: a whole from its units, a unit from its programmes."""
    shown = {_place(row): row for row in results if row["status"] == "ok"}
    everywhere: dict[Place, list[Place]] = defaultdict(list)
    for row in results:
        for parent in _parents(_place(row)):
            everywhere[parent].append(_place(row))
    of_result: dict[str, dict[str, ShareRow]] = defaultdict(dict)
    for share in shares:
        result, _, score = share["figure_id"].partition(SHARE)
        of_result[result][score] = share
    for place, row in shown.items():
        figure, parts = row["figure_id"], [shown.get(one) for one in everywhere[place]]
        whole = [one for one in parts if one is not None]
        of_whole = _sum_of(one["n"] for one in whole)
        if whole and len(whole) == len(parts) and of_whole is not None and of_whole == row["n"]:
            into.on("below", figure, _ids(whole))
            if "sum" not in into.totals.get(figure, {}):
                _shares(into, of_result[figure], [of_result[one["figure_id"]] for one in whole])
            if row["sd_units"] is not None and place[3:] == (None, None, place[5]):
                into.on("units", figure, _ids(whole))
        if row["change"] is not None:
            before = shown.get((place[0] - 1, *place[1:]))
            into.on("before", figure, [before["figure_id"]] if before else [])
    definitions = {(one.id, one.version): one for one in indicators if one.answers is not None}
    for value in values:
        one = definitions.get((value["indicator"], value["definition_version"]))
        if one is not None and one.answers is not None and value["status"] == "ok":
            year, of = value["reporting_year"], one.answers
            place = (year, of.evaluation, of.question, value["unit"], None, value["level"])
            _indicator(into, value["figure_id"], place, shown, everywhere)


def of_delivered(into: Resting, values: Sequence[IndicatorValuesRow], indicators: Iterable[Indicator]) -> None:
    """The delivered figure of the institution is derived from those of its units, if all are shown and it adds up."""
    combining = {(i.id, i.version) for i in indicators if i.delivered is not None and i.delivered.combine != "none"}
    groups: dict[tuple[int, str, str | None], list[IndicatorValuesRow]] = defaultdict(list)
    for row in values:
        if (row["indicator"], row["definition_version"]) in combining:
            groups[(row["reporting_year"], row["indicator"], row["level"])].append(row)
    for group in groups.values():
        whole = [row["figure_id"] for row in group if row["unit"] is None and row["status"] == "ok"]
        units = [row for row in group if row["unit"] is not None and row["status"] != "not_available"]
        if whole and all(row["status"] == "ok" for row in units):
            into.below(whole[0], _ids(units))


def _by_crosswalk(into: Resting, relation: str, rows: Sequence[Row], others: Sequence[Row], profile: Profile) -> None:
    """What spending by national theme is derived from: parts of the figures of one's own themes, and its total."""
    shown = [row for row in rows if row["status"] == "ok"]
    if relation == "whole":
        wholes = {row["reporting_year"]: str(row["figure_id"]) for row in shown if row["kind"] == "total"}
        for row in shown:
            into.on(relation, str(row["figure_id"]), [wholes.get(row["reporting_year"])])
        return
    parts = {theme.id: theme.national for theme in profile.themes}
    themes = _by([row for row in others if row["status"] == "ok"], "reporting_year")
    for row in shown:
        of_year = themes[(row["reporting_year"],)]
        own = [r for r in of_year if r["theme"] is not None]
        match row["kind"]:
            case "total":
                of = [r for r in of_year if r["theme"] is None]
            case "not_mapped":
                of = [r for r in own if r["theme"] == row["theme"]]
            case _:
                of = [r for r in own if row["national_theme"] in parts.get(str(r["theme"]), {})]
        into.on(relation, str(row["figure_id"]), _ids(of))


def _by_units(into: Resting, _relation: str, rows: Sequence[Row], others: Sequence[Row], profile: Profile) -> None:
    """The figures from which the spending of units with their parts is derived: those of these units."""
    units = _by([row for row in others if row["status"] == "ok"], "reporting_year", "theme")
    for row in rows:
        if row["status"] == "ok":
            within = profile.within(str(row["unit"]))
            of = [one for one in units[(row["reporting_year"], row["theme"])] if one["unit"] in within]
            into.below(str(row["figure_id"]), _ids(of))


BY_PROFILE: Mapping[str, Callable[[Resting, str, Sequence[Row], Sequence[Row], Profile], None]] = {
    "crosswalk": _by_crosswalk,
    "units": _by_units,
}
"""How the figures of money are found from which others are derived by what the profile says."""


def _indicator(
    into: Resting,
    figure: str,
    place: Place,
    shown: Mapping[Place, ResultRow],
    everywhere: Mapping[Place, Sequence[Place]],
) -> None:
    result = shown.get(place)
    into.on("same", figure, [result["figure_id"]] if result else [])
    units = [shown.get(one) for one in everywhere.get(place, ())] if place[3] is None else [result]
    into.on("units", figure, [one["figure_id"] if one else None for one in units])


def _shares(into: Resting, own: Mapping[str, ShareRow], parts: Sequence[Mapping[str, ShareRow]]) -> None:
    """The shares of a whole, from those of its parts that are published."""
    for score, row in own.items():
        below = [of.get(score) for of in parts]
        published = [one for one in below if one is not None and one["status"] == "ok"]
        # An answer that a unit could not give, on a scale of its own, is none of its shares.
        missing = [one for one in below if one is not None and one["status"] != "ok"]
        of_parts = _sum_of(one["answers"] for one in published)
        if row["status"] == "ok" and not missing and of_parts is not None and of_parts == row["answers"]:
            into.on("below", row["figure_id"], _ids(published))


def _sum_of(numbers: Iterable[int | None]) -> int | None:
    """What numbers add up to; `None` if one of them is not there."""
    known = list(numbers)
    return None if None in known else sum(one for one in known if one is not None)


def _place(row: ResultRow) -> Place:
    question = row["reporting_year"], row["evaluation"], row["question"]
    return *question, row["unit"], row["programme"], row["level"]


def _parents(place: Place) -> list[Place]:
    """The cells just above one: a programme is in its unit and level, a unit and level in both, a unit in the whole."""
    question, (unit, programme, level) = place[:3], place[3:]
    if programme is not None:
        return [(*question, unit, None, level)]
    if unit is not None and level is not None:
        return [(*question, unit, None, None), (*question, None, None, level)]
    return [(*question, None, None, None)] if unit is not None else []


def _by(rows: Iterable[Row], *names: str) -> dict[tuple[Value, ...], list[Row]]:
    groups: dict[tuple[Value, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in names)].append(row)
    return groups


def _ids(rows: Iterable[AnyRow]) -> list[str]:
    return [str(row["figure_id"]) for row in rows]
