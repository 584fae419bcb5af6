"""Spending per financial round: what was expected each time, what was realised so far, and how that moved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from kwaliteitsmonitor.methods.figures.house_words import heading
from kwaliteitsmonitor.releases.format.reader import Row
from kwaliteitsmonitor.releases.report.contents.charts import rounds_chart
from kwaliteitsmonitor.releases.report.contents.showing import Notes, amounts, money
from kwaliteitsmonitor.releases.report.document.model import Block, Cell, Column, Figure, Paragraph, Section, Table
from kwaliteitsmonitor.releases.report.document.model import Row as Line
from kwaliteitsmonitor.releases.report.document.reading import Reading

Cells = Mapping[tuple[str | None, int], Row]
"""Rows by theme, none for the total, and round."""


BESIDE = 4
"""So many rounds stand beside each other in a table, each with how it moved: more columns cannot be read."""


def rounds(reading: Reading) -> Section | None:
    """The section on the rounds of the year that is accounted for, or `None` if there is no round before this one."""
    year = reading.cycle.spending_year
    rows = reading.rows("spending_rounds", year)
    every = sorted({row["round"] for row in rows})
    if len(every) < 2:
        return None
    numbers = every[-BESIDE:]
    cells = {(row["theme"], row["round"]): row for row in rows}
    expected = _expected(reading, cells, numbers, year)
    chart = rounds_chart(reading, expected, numbers)
    blocks: list[Block] = [expected, *([chart] if chart is not None else []), _realised(reading, cells, numbers, year)]
    if len(every) > len(numbers):
        blocks.append(Paragraph(_latest(reading, len(numbers), len(every))))
    return Section("rounds", reading.say("Besteding per ronde", "Spending per round"), tuple(blocks))


def _latest(reading: Reading, shown: int, every: int) -> str:
    return reading.say(
        f"Van de {every} rondes staan de laatste {shown} hier; de tabellen van de uitgave hebben ze alle.",
        f"Of the {every} rounds the last {shown} stand here; the tables of the release have all of them.",
    )


def _expected(reading: Reading, cells: Cells, numbers: Sequence[int], year: int) -> Table:
    """What each round expected of the whole year, and how that moved since the round before."""
    say, called = reading.say, reading.house.round
    columns = [Column("theme", heading(reading.house.theme)), amounts(reading, "budget", say("Begroot", "Budget"))]
    for n in numbers:
        title = say(f"Verwacht in {called} {n}", f"Expected in {called} {n}")
        columns.append(amounts(reading, f"forecast_{n}", title))
    for before, n in pairwise(numbers):
        title = say(f"Verloop naar {called} {n}", f"Drift to {called} {n}")
        columns.append(amounts(reading, f"drift_{n}", title, f"{{forecast_{n}}} - {{forecast_{before}}}"))
    last, notes = numbers[-1], Notes()

    def figures(theme: str | None) -> list[Figure]:
        marks = notes.keys(reading.halves(cells[(theme, last)]["note"]))
        shown = [money(reading, cells[(theme, last)], "budget", marks)]
        shown += [money(reading, cells[(theme, n)], "forecast") for n in numbers]
        shown += [money(reading, cells[(theme, n)], "forecast_drift") for n in numbers[1:]]
        return shown

    caption = say(f"Verwachting voor {year} per ronde", f"What each round expected of {year}")
    return Table("table-rounds", caption, tuple(columns), _lines(reading, cells, numbers, figures), notes.by_key)


def _realised(reading: Reading, cells: Cells, numbers: Sequence[int], year: int) -> Table:
    """What was realised by each round."""
    called = [f"{reading.house.round} {n}" for n in numbers]
    titles = [reading.say(f"Tot en met {one}", f"Up to {one}") for one in called]
    columns = (
        Column("theme", heading(reading.house.theme)),
        *(amounts(reading, f"realised_{n}", title) for n, title in zip(numbers, titles, strict=True)),
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
