"""What changed between two releases: every number and text that is not what it was, and of figures why.

Everything is read from the two releases as they were published, so that nothing comes to light that they withhold: a
figure that is hidden in either has no difference, and if the size of a contribution is withheld the causes of a
figure are named without a size.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from kwaliteitsmonitor.releases.diff.attribution import decompose, formula_of, is_rounded
from kwaliteitsmonitor.releases.diff.context import Circumstances, Made
from kwaliteitsmonitor.releases.diff.contributions import Sizes, contributions, parts_read
from kwaliteitsmonitor.releases.diff.models import ABSENT, ORDER, Cause, Changes, FigureChange, Kind, Value
from kwaliteitsmonitor.releases.diff.other_tables import beside
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from schemas.errors import UsageError
from schemas.figures import FIGURES, PUBLISHED, compared, formulas

SUPPRESSED = "suppressed"

_SPREAD = ("spread_kind", "spread_shown")
"""Columns that say of which kind the spread of a figure is, and how much of it is shown."""
_ROUNDED: Mapping[str, Collection[str]] = {
    "indicator_values": ("value", "spread"),
    "evaluation_results": (
        "mean", "sd_respondents", "sd_courses", "sd_units", "ci95_low", "ci95_high", "change_low", "change_high",
    ),
}  # fmt: skip
"""The numbers that disclosure control may round, by table."""
_UNSAID = ("sd_courses", "sd_units", "change_low", "change_high")
"""Those of results that it may round while the spread of the answers is shown as before."""
_BETWEEN = frozenset({"sd_courses", "sd_units"})
"""Kinds of spread of indicators of which it is not published how much is shown."""

Place = tuple[str, str, str]
"""A number: table, figure without its cycle, column."""


def changes(old: ReleaseReader, new: ReleaseReader) -> Changes:
    """What changed from one release to another; one that is being built will do too.

    Raises `UsageError` if they cannot be compared: of another institution, or without a figure in common.
    """
    around = Circumstances(Made(old), Made(new))
    _demand_same_institution(old, new)
    numbers = _with_a_number(_numbers(old, new), _numbers(new, old))
    shared = numbers[0].keys() & numbers[1].keys()
    if not shared:
        raise _nothing_in_common(old, new)
    # What one cycle does not tell of a year that another does is no change, but not its task.
    held = numbers[0].keys() | numbers[1].keys() if old.manifest.cycle == new.manifest.cycle else shared
    pairs = {place: (numbers[0].get(place, _NONE), numbers[1].get(place, _NONE)) for place in sorted(held)}
    unlike = {place: pair for place, pair in pairs.items() if pair[0] != pair[1]}
    wanted: dict[str, set[str]] = defaultdict(set)
    for table, figure, number in unlike:
        wanted[figure] |= parts_read(table, number)
    by_release = contributions(old, wanted), contributions(new, wanted)
    changed = tuple(_change(place, *pair, by_release, around) for place, pair in unlike.items())
    more = beside(old, new)
    used = {(cause.kind, cause.about) for figure in changed for cause in figure.causes}
    return Changes(
        old.name,
        new.name,
        changed,
        compared=len(shared),
        only_old=len(numbers[0].keys() - held),
        only_new=len(numbers[1].keys() - held),
        others=more.others,
        rows_only=more.rows_only,
        without_figure=tuple(one for one in around.all() if one not in used and one[0] is not Kind.CYCLE),
        files=more.files,
    )


def _demand_same_institution(old: ReleaseReader, new: ReleaseReader) -> None:
    names = old.manifest.institution, new.manifest.institution
    if names[0] != names[1]:
        raise UsageError(
            "releases of two institutions cannot be compared", where=" and ".join(names), expected="one institution"
        )


def _nothing_in_common(old: ReleaseReader, new: ReleaseReader) -> UsageError:
    return UsageError(
        "the releases have no figure in common",
        where=f"{old.name} and {new.name}",
        expected="releases that report on the same year, in whole or in part",
        remedy="Name two versions of a cycle, or cycles such as 2021-03 and 2021-05.",
    )


@dataclass(frozen=True)
class _Number:
    """A number as it was published, with the state of its figure, of what it is an indicator, and of its spread."""

    value: Value
    status: str
    indicator: str = ""
    spread_kind: str | None = field(default=None, compare=False)
    spread_shown: str | None = field(default=None, compare=False)


_NONE = _Number(None, ABSENT)


def _with_a_number(
    old: dict[Place, _Number], new: dict[Place, _Number]
) -> tuple[dict[Place, _Number], dict[Place, _Number]]:
    """The places of which one of the two has a number; the first number of a figure always stands for it."""

    def kept(place: Place) -> bool:
        table, _, number = place
        return number == compared(table)[0] or any(side.get(place, _NONE).value is not None for side in (old, new))

    left, right = ({place: one for place, one in side.items() if kept(place)} for side in (old, new))
    return left, right


def _change(
    place: Place, old: _Number, new: _Number, by_release: tuple[Mapping[str, Sizes], ...], around: Circumstances
) -> FigureChange:
    table, figure, number = place
    change = FigureChange(figure, table, number, old.value, new.value, old.status, new.status)
    indicator = new.indicator or old.indicator
    parts = parts_read(table, number)
    sizes = tuple({at: size for at, size in of.get(figure, {}).items() if at[0] in parts} for of in by_release)
    causes: Iterable[Cause] | None = None
    if isinstance(old.value, Decimal) and isinstance(new.value, Decimal):
        causes = _sized((old.value, new.value), table, number, sizes, around, indicator)
    if causes is None:
        causes = _named(sizes, around, indicator, change.difference)
        if _by_disclosure(table, number, old, new):
            # What is withheld depends on few people elsewhere, and on what earlier releases showed.
            causes = [Cause(Kind.DISCLOSURE, "", None) if c.kind is Kind.UNEXPLAINED else c for c in causes]
        elif not any(sizes):
            causes = _possible(causes, around)
    return FigureChange(figure, table, number, old.value, new.value, old.status, new.status, tuple(causes))


def _by_disclosure(table: str, number: str, old: _Number, new: _Number) -> bool:
    """Whether one of two numbers is hidden and the other is not, or is the other as disclosure control rounds it."""
    if (old.status == SUPPRESSED) != (new.status == SUPPRESSED):
        return True
    if PUBLISHED[table].money or old.status != new.status:
        return False
    if isinstance(old.value, Decimal) and isinstance(new.value, Decimal):
        alike = is_rounded(old.value, Fraction(new.value)) or is_rounded(new.value, Fraction(old.value))
        return alike and _may_be_rounded(table, number, old, new)
    return (old.value is None) != (new.value is None)


def _may_be_rounded(table: str, number: str, old: _Number, new: _Number) -> bool:
    """Whether disclosure control may have rounded one of two numbers and not the other.

    As a rule it says so: the spread of the figure is shown otherwise. Of spreads between courses or units, and of what
    compares with the year before, it does not say so.
    """
    if number not in _ROUNDED.get(table, ()):
        return False
    between = table == "indicator_values" and {old.spread_kind, new.spread_kind} <= _BETWEEN
    return old.spread_shown != new.spread_shown or between or number in _UNSAID


def _possible(causes: Iterable[Cause], around: Circumstances) -> list[Cause]:
    """What may have changed a number of which no delivery is published: all that is otherwise, without a size."""
    possible = [Cause(kind, about, None) for kind, about in around.all()]
    return [more for cause in causes for more in (possible if possible and cause.kind is Kind.UNEXPLAINED else [cause])]


def _sized(
    values: tuple[Decimal, Decimal],
    table: str,
    number: str,
    sizes: tuple[Mapping[tuple[str, str], Fraction | None], ...],
    around: Circumstances,
    indicator: str,
) -> list[Cause] | None:
    """The causes with their sizes; `None` if the releases do not tell what the number follows from."""
    there = [{part for part, _ in of} for of in sizes]
    known = [{place: size for place, size in of.items() if size is not None} for of in sizes]
    withheld = {place[0] for of in sizes for place, size in of.items() if size is None}
    usable = (there[0] & there[1]) - withheld if there[0] and there[1] else set()
    formula = formula_of(formulas(PUBLISHED[table], number), usable, values, (known[0], known[1]))
    if formula is None:
        return None
    return decompose(
        values,
        formula,
        (known[0], known[1]),
        lambda delivery: around.cause_of(delivery, indicator),
        around.otherwise(indicator),
    )


def _named(
    sizes: tuple[Mapping[tuple[str, str], Fraction | None], ...],
    around: Circumstances,
    indicator: str,
    difference: Decimal | None,
) -> list[Cause]:
    """The causes without a size: the deliveries behind the number that are others now, and what was decided.

    One cause that is the only one has the whole difference, unless the size of what it did is withheld.
    """
    places = {place for side in sizes for place in side}
    otherwise = around.otherwise(indicator)
    causes = set()
    for place in places:
        if not all(place in side and side[place] == sizes[0][place] for side in sizes):
            causes.add(around.cause_of(place[1], indicator))
    if difference is None:
        causes.update(around.waivers())
    own = sorted(causes - {otherwise}, key=lambda cause: (ORDER.index(cause[0]), cause[1])) or [otherwise]
    withheld = any(side.get(place, 0) is None for side in sizes for place in places)
    size = difference if len(own) == 1 and not withheld else None
    return [Cause(kind, about, size) for kind, about in own]


def _numbers(release: ReleaseReader, other: ReleaseReader) -> dict[Place, _Number]:
    """Every number of every figure of a release that is compared with those of another.

    A column that the other does not have came or went as a whole: that is no change of its figures.
    """
    numbers = {}
    for table in (of.name for of in FIGURES.values()):
        columns = compared(table)
        wanted = ("figure_id", "indicator", "status", *_SPREAD, *columns)
        read = release.table(table, wanted)
        there = set(read.column_names) & set(other.table(table, wanted).column_names)
        figures = [without_cycle(identity) for identity in read["figure_id"].to_pylist()]
        status = read["status"].to_pylist() if "status" in there else ["ok"] * len(figures)
        indicators = read["indicator"].to_pylist() if "indicator" in there else [""] * len(figures)
        spreads = [
            read[name].to_pylist() if name in read.column_names else [None] * len(figures) for name in _SPREAD
        ]
        for column in (name for name in columns if name in there):
            values = read[column].to_pylist()
            rows = zip(figures, values, status, indicators, *spreads, strict=True)
            for figure, value, state, indicator, kind, shown in rows:
                numbers[(table, figure, column)] = _Number(_value(value), state, indicator, kind, shown)
    return numbers


def _value(value: float | Decimal | str | None) -> Value:
    if value is None or isinstance(value, str):
        return value
    return Decimal(repr(value)) if isinstance(value, float) else Decimal(value)


def without_cycle(figure_id: str) -> str:
    """What a figure is called in every cycle: its id without the cycle."""
    return figure_id.partition(":")[2]
