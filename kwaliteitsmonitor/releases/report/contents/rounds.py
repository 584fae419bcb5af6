"""Spending per financial round: what was expected each time, what was realised so far, and how that moved."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from kwaliteitsmonitor.releases.report.contents.charts import rounds_chart
from kwaliteitsmonitor.releases.report.contents.columns import Columns, by_theme, is_total_line
from kwaliteitsmonitor.releases.report.document.model import Block, Paragraph, Section, Table
from kwaliteitsmonitor.releases.report.document.reading import Reading
from kwaliteitsmonitor.releases.report.document.table_spec import Beside, TableSpec
from schemas.rows import SpendingRoundsRow

BESIDE = 4
"""So many rounds stand beside each other in a table, each with how it moved: more columns cannot be read."""


def rounds(reading: Reading) -> Section | None:
    """The section on the rounds of the year that is accounted for, or `None` if there is no round before this one."""
    rows = reading.rows(SpendingRoundsRow, reading.cycle.spending_year)
    every = sorted({row["round"] for row in rows})
    if len(every) < 2:
        return None
    shown = every[-BESIDE:]
    lines = list(by_theme(reading, rows, "round", shown))
    expected = _expected(reading, lines, shown)
    chart = rounds_chart(reading, expected, shown)
    blocks: list[Block] = [expected, *([chart] if chart is not None else []), _realised(reading, lines, shown)]
    if len(every) > len(shown):
        blocks.append(Paragraph(_latest(reading, len(shown), len(every))))
    return Section("rounds", reading.say("Besteding per ronde", "Spending per round"), tuple(blocks))


def _latest(reading: Reading, shown: int, every: int) -> str:
    return reading.say(
        f"Van de {every} rondes staan de laatste {shown} hier; de tabellen van de uitgave hebben ze alle.",
        f"Of the {every} rounds the last {shown} stand here; the tables of the release have all of them.",
    )


def _expected(reading: Reading, lines: Sequence[Beside[SpendingRoundsRow]], numbers: Sequence[int]) -> Table:
    """What each round expected of the whole year, and how that moved since the round before."""
    say, called, year, last = reading.say, reading.house.round, reading.cycle.spending_year, numbers[-1]
    columns = Columns.of(reading, SpendingRoundsRow)
    expected = [
        columns.theme().of_any(),
        columns.money("budget").noting(reading.notes).at(last),
        *(
            columns.money("forecast", say(f"Verwacht in {called} {n}", f"Expected in {called} {n}")).at(
                n, f"forecast_{n}"
            )
            for n in numbers
        ),
        *(
            columns.money("forecast_drift", say(f"Verloop naar {called} {n}", f"Drift to {called} {n}")).at(
                n, f"drift_{n}", reads={"forecast": f"forecast_{n}", "earlier.forecast": f"forecast_{before}"}
            )
            for before, n in pairwise(numbers)
        ),
    ]
    caption = say(f"Verwachting voor {year} per ronde", f"What each round expected of {year}")
    return TableSpec("table-rounds", caption, expected, is_total_line).table(lines)


def _realised(reading: Reading, lines: Sequence[Beside[SpendingRoundsRow]], numbers: Sequence[int]) -> Table:
    """What was realised by each round."""
    say, called, year = reading.say, reading.house.round, reading.cycle.spending_year
    columns = Columns[SpendingRoundsRow](reading)
    realised = [
        columns.theme().of_any(),
        *(
            columns.money("realised", say(f"Tot en met {called} {n}", f"Up to {called} {n}")).at(n, f"realised_{n}")
            for n in numbers
        ),
    ]
    caption = say(f"Gerealiseerd in {year} per ronde", f"Realised in {year} per round")
    return TableSpec("table-rounds-realised", caption, realised, is_total_line).table(lines)
