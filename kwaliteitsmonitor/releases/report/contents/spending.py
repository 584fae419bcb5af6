"""Table 2: the spending per theme, with budget, realised, difference and shares; a table per year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kwaliteitsmonitor.releases.report.contents.charts import spending_chart
from kwaliteitsmonitor.releases.report.contents.columns import Columns, is_total
from kwaliteitsmonitor.releases.report.document.model import Block, Section, Table
from kwaliteitsmonitor.releases.report.document.reading import Reading
from kwaliteitsmonitor.releases.report.document.table_spec import ColumnSpec, TableSpec
from schemas.rows import SpendingOverviewRow


def spending(reading: Reading) -> Section | None:
    """The section on spending per theme, newest year first, or `None` if the release has no figure of it."""
    rows = reading.rows(SpendingOverviewRow)
    years = sorted({row["reporting_year"] for row in rows}, reverse=True)
    shown = [year for year in years if year >= reading.cycle.spending_year - 1]
    if not shown:
        return None
    blocks: list[Block] = []
    for year in shown:
        table = _table_2(reading, [row for row in rows if row["reporting_year"] == year], year)
        chart = spending_chart(reading, table, year) if year == shown[0] else None
        blocks.extend([table, chart] if chart is not None else [table])
    theme = reading.house.theme
    return Section("spending", reading.say(f"Besteding per {theme}", f"Spending per {theme}"), tuple(blocks))


def _table_2(reading: Reading, rows: Sequence[SpendingOverviewRow], year: int) -> Table:
    columns = Columns.of(reading, SpendingOverviewRow)

    def noted(column: ColumnSpec[SpendingOverviewRow]) -> ColumnSpec[SpendingOverviewRow]:
        """With what an earlier report printed otherwise; what is said of the whole row stands at its budget."""

        def notes(row: SpendingOverviewRow) -> Iterable[str]:
            remarks = reading.notes(row) if column.name == "budget" else ()
            return (*remarks, *reading.misprints("spending", year, row["theme"], column.name))

        return column.noting(notes)

    figures = (
        columns.money("budget"),
        columns.money("realised"),
        columns.money("difference"),
        columns.fraction("difference_pct"),
        columns.fraction("realised_pct_of_budget"),
        columns.fraction("share_of_budget"),
        columns.fraction("share_of_realised"),
        columns.points("share_shift_pp"),
    )
    theme, settled = reading.house.theme, f"{reading.house.round} {rows[0]['round']}"
    caption = reading.say(f"Besteding per {theme} in {year} ({settled})", f"Spending per {theme} in {year} ({settled})")
    return TableSpec(f"table-spending-{year}", caption, (columns.theme(), *map(noted, figures)), is_total).table(rows)
