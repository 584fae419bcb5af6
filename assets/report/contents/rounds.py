"""Spending per financial round: what was expected each time, what was realised so far, and how that moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from assets.report.contents.drawn import rounds_chart
from assets.report.contents.showing import Notes, amounts, money
from assets.report.document import Block, Cell, Column, Figure, Section, Table
from assets.report.document import Row as Line
from assets.report.reading import Reading, Row

Cells = Mapping[tuple[str | None, int], Row]
"""Rows by theme, none for the total, and round."""


def rounds(reading: Reading) -> Section | None:
    """The section on the rounds of the year that is accounted for, or none where there is no round before this one."""
    year = reading.cycle.spending_year
    rows = reading.rows("spending_rounds", year)
    numbers = sorted({row["round"] for row in rows})
    if len(numbers) < 2:
        return None
    cells = {(row["theme"], row["round"]): row for row in rows}
    expected = _expected(reading, cells, numbers, year)
    chart = rounds_chart(reading, expected, numbers)
    blocks: list[Block] = [expected, *([chart] if chart is not None else []), _realised(reading, cells, numbers, year)]
    return Section("rounds", reading.say("Besteding per ronde", "Spending per round"), tuple(blocks))


def _expected(reading: Reading, cells: Cells, numbers: Sequence[int], year: int) -> Table:
    """What each round expected of the whole year, and how that moved since the round before."""
    say = reading.say
    columns = [Column("theme", say("Thema", "Theme")), amounts("budget", say("Begroot", "Budget"))]
    columns += [amounts(f"forecast_{n}", say(f"Verwacht in BFR {n}", f"Expected in BFR {n}")) for n in numbers]
    columns += [
        amounts(
            f"drift_{n}", say(f"Verloop naar BFR {n}", f"Drift to BFR {n}"), f"{{forecast_{n}}} - {{forecast_{n - 1}}}"
        )
        for n in numbers[1:]
    ]
    last, notes = numbers[-1], Notes()

    def figures(theme: str | None) -> list[Figure]:
        said = notes.keys(reading.halves(cells[(theme, last)]["note"]))
        found = [money(reading, cells[(theme, last)], "budget", said)]
        found += [money(reading, cells[(theme, n)], "forecast") for n in numbers]
        found += [money(reading, cells[(theme, n)], "forecast_drift") for n in numbers[1:]]
        return found

    caption = say(f"Verwachting voor {year} per ronde", f"What each round expected of {year}")
    return Table("table-rounds", caption, tuple(columns), _lines(reading, cells, numbers, figures), notes.by_key)


def _realised(reading: Reading, cells: Cells, numbers: Sequence[int], year: int) -> Table:
    """What was realised by each round."""
    columns = (
        Column("theme", reading.say("Thema", "Theme")),
        *(amounts(f"realised_{n}", reading.say(f"Tot en met BFR {n}", f"Up to BFR {n}")) for n in numbers),
    )

    def figures(theme: str | None) -> list[Figure]:
        return [money(reading, cells[(theme, n)], "realised") for n in numbers]

    caption = reading.say(f"Gerealiseerd in {year} per ronde", f"Realised in {year} per round")
    return Table("table-rounds-realised", caption, columns, _lines(reading, cells, numbers, figures))


def _lines(
    reading: Reading, cells: Cells, numbers: Sequence[int], figures: Callable[[str | None], Sequence[Cell]]
) -> tuple[Line, ...]:
    """A line per theme of which every round has figures, and one for the total."""
    whole = [theme for theme in reading.themes if all((theme, n) in cells for n in numbers)]
    lines = [Line((reading.theme(theme), *figures(theme))) for theme in whole]
    if all((None, n) in cells for n in numbers):
        lines.append(Line((reading.say("Totaal", "Total"), *figures(None)), "total"))
    return tuple(lines)
