"""The `query` command: SQL over the current releases, and over nothing else."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kwaliteitsmonitor.foundation.engine import duckdb_for
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.spreadsheet_text import for_csv
from kwaliteitsmonitor.releases.format.catalog import current_tables, quoted, renew_catalog, view_tables
from kwaliteitsmonitor.releases.format.integrity import demand_whole
from kwaliteitsmonitor.releases.format.places import counting
from pipelines.cli.terminal import in_utf8
from schemas.errors import UsageError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

SHOWN = 200
TRY = 'Try: kwaliteitsmonitor query "show tables".'


def answer(settings: Settings, sql: str, form: str) -> int:
    """Print what a query gives. Each published table is a view of its name over the current release of every cycle.

    A catalog that is not over these releases, as in a workspace that was copied, is made anew beside it. Raises
    `KwaliteitsmonitorError` if the tables of a release are not what was published, and `UsageError` if there is
    no release or the query is not right. The connection can read the releases and nothing else, and cannot write.
    """
    import duckdb

    workspace = settings.workspace
    files = current_tables(workspace)
    for release in counting(workspace):
        demand_whole(release, tables=True)
    if not files:
        raise UsageError(
            "there is no release to ask",
            where=str(workspace.root),
            remedy="Run a cycle first, or name another place with --out.",
        )
    renew_catalog(workspace)
    with duckdb_for("query") as connection:
        view_tables(connection, files)
        allowed = ", ".join(quoted(str(path)) for paths in files.values() for path in paths)
        connection.execute(f"SET allowed_paths = [{allowed}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        try:
            if not connection.extract_statements(sql):
                raise UsageError("the query is empty", where="query", expected="a statement in SQL", remedy=TRY)
            result = connection.execute(sql)
            names = [column[0] for column in result.description or []]
            if form == "csv":
                in_utf8()
                _csv(names, result)
            else:
                _shown(names, result)
        except duckdb.Error as error:
            raise UsageError(
                f"the query is not right: {str(error).splitlines()[0]}",
                remedy=f"The tables are {', '.join(sorted(files))}; see dictionary.en.md in a release.",
            ) from error
    return 0


def _csv(names: list[str], result: DuckDBPyConnection) -> None:
    """Print CSV that a spreadsheet opens as it is: text that it would run as a formula stays text."""
    sys.stdout.write(_line(names))
    while rows := result.fetchmany(1_000):
        sys.stdout.writelines(map(_line, rows))


def _line(row: Sequence[object]) -> str:
    # Not by the `csv` module, which leaves a carriage return in a cell without quotes if lines end otherwise.
    cells = ["" if value is None else str(for_csv(value)) for value in row]
    if cells == [""]:
        return '""\n'  # an empty line would be no row
    return ",".join('"' + c.replace('"', '""') + '"' if any(s in c for s in ',"\r\n') else c for c in cells) + "\n"


def _shown(names: list[str], result: DuckDBPyConnection) -> None:
    rows = result.fetchmany(SHOWN + 1)
    table = Table(*names, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows[:SHOWN]:
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    console = Console()
    console.print(table)
    if len(rows) > SHOWN:
        console.print(f"… the first {SHOWN} rows; --format csv gives all.")
