"""Check that the paths of a feed determine the period of a delivery, and that no two feeds fill one table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from schemas.profile.faults import Fault, Path
from schemas.profile.feeds import CLOCKS, Feed, FileSource, Period

FILE = "feeds.yaml"
_OF_ANOTHER_CLOCK = {
    Period.NONE: ("academic_year", "reporting_year", "round"),
    Period.ACADEMIC_YEAR: (),
    Period.REPORTING_YEAR: ("academic_year", "round"),
    Period.ROUND: ("academic_year",),
}
"""By the clock of a feed what its paths cannot tell: no file with such a name would be of a period that is read."""


def clock_problems(at: int, feed: Feed, rounds: Collection[int]) -> Iterator[Fault]:
    """Paths that lack what tells the period of a delivery, or tell that of another clock.

    `rounds` are those that the cycles settle; empty if that is not known.
    """
    for number, source in enumerate(feed.sources):
        if not isinstance(source, FileSource):
            continue
        path: Path = (at, "sources", number, "path")
        of_path = {*source.in_path, *source.always(feed.period)}
        lacking = [name for name in CLOCKS[feed.period] if name not in of_path]
        if lacking:
            braced = " and ".join(f"{{{name}}}" for name in lacking)
            mistake = f"'{source.path}' does not tell the {' and the '.join(lacking)} of a file"
            expected = f"{braced} in it, since period is {feed.period.value}"
            hint = _hint(lacking)
            yield Fault(FILE, path, mistake, expected, hint, rests_on=((FILE, (at, "period")),))
        number_of = source.always(feed.period).get("round", "")
        if feed.period is Period.ROUND and rounds and number_of.isdecimal() and int(number_of) not in rounds:
            mistake, known = f"no cycle of profile.yaml has round {number_of}", ", ".join(map(str, sorted(rounds)))
            form: Path = (at, "sources", number, "forms", 0, "constants", "round")
            yield Fault(FILE, form, mistake, f"one of {known}", rests_on=(("profile.yaml", ("cycles",)),))
        strange = [name for name in _OF_ANOTHER_CLOCK[feed.period] if name in source.in_path]
        if strange:
            meant = _meant(source.in_path)
            mistake = (
                f"'{source.path}' tells the {' and the '.join(strange)} of a file, and period is {feed.period.value}"
            )
            hint = f"then period is {meant}" if meant else ""
            yield Fault(FILE, path, mistake, "a path without it", hint, rests_on=((FILE, (at, "period")),))


def _meant(names: Iterable[str]) -> str:
    """The clock whose parts are just those among the names in a path; empty if none has them."""
    clocks = {name for parts in CLOCKS.values() for name in parts}
    there = set(names) & clocks
    return next((clock.value for clock, parts in CLOCKS.items() if there == set(parts)), "")


def _hint(lacking: list[str]) -> str:
    """What else may be meant where a path does not tell all of a period."""
    if lacking == ["round"]:
        return 'or, where there is one round a year, `constants: {round: "1"}` in the form of each table'
    named = ", ".join(f"{name}: …" for name in lacking)
    return f"or period none, where one file holds all years, or `constants: {{{named}}}` in the form of each table"


def filled_twice(feeds: Iterable[tuple[int, Feed]]) -> Iterator[Fault]:
    """A table that two feeds fill: one would replace the other. One feed may have several sources."""
    first: dict[str, tuple[int, str]] = {}
    for at, feed in feeds:
        for name in feed.tables:
            number = next(n for n, source in enumerate(feed.sources) if name in source.tables)
            path: Path = (at, "sources", number, "tables")
            if name in first and first[name][1] != feed.id:
                other = first[name][1]
                mistake = f"{name} is filled by the feed {other} as well"
                hint = f"put this source under `sources` of {other}: a feed may have several"
                yield Fault(FILE, path, mistake, "each table in one feed", hint, first=(first[name][0], "id"))
            first.setdefault(name, (at, feed.id))
