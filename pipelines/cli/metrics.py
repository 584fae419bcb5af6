"""The `metrics` command: how runs went over the years, as a table and a chart."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.text import Text

from pipelines.cli.options import settings_options
from pipelines.cli.output import new_table, print_json
from pipelines.cli.terminal import in_utf8
from schemas.errors import UsageError

if TYPE_CHECKING:
    from kwaliteitsmonitor.foundation.settings import Settings
    from kwaliteitsmonitor.operations.metrics.records import Run

FORMS = ("table", "json", "csv")
ENDINGS = (".svg", ".html")


@click.command()
@click.option("--format", "form", type=click.Choice(FORMS), default="table", show_default=True)
@click.option("--chart", "picture", type=click.Path(path_type=Path), metavar="FILE.svg|FILE.html", help="Draw a chart.")
@click.option("--all", "every", is_flag=True, help="Feeds that were taken up too, not just cycles.")
@click.option("--cycle", default="", metavar="YYYY-MM", help="One cycle; or a month as 03, over the years.")
@click.option("--last", type=click.IntRange(min=1), metavar="N", help="The newest N runs.")
@settings_options
def metrics(settings: Settings, form: str, picture: Path | None, every: bool, cycle: str, last: int | None) -> int:
    r"""How long runs took over the years, how many rows came and were set aside, and how much memory it took.

    \b
    Examples:
      kwaliteitsmonitor metrics
      kwaliteitsmonitor metrics --cycle 03 --chart march.html
      kwaliteitsmonitor metrics --format csv
    """
    from kwaliteitsmonitor.operations.metrics.records import read

    runs = [run for run in read(settings.workspace) if (every or run.job == "cycle") and _is_of(run, cycle)]
    runs = runs[-last:] if last else runs
    if picture is not None:
        _draw(runs, picture, settings.profile.institution.languages[0])
    match form:
        case "json":
            print_json([asdict(run) for run in runs])
        case "csv":
            in_utf8()
            click.echo(_csv(runs), nl=False)
        case _:
            _show(runs, settings.profile.institution.languages[0])
    return 0


def _is_of(run: Run, cycle: str) -> bool:
    return not cycle or run.cycle == cycle or (len(cycle) == 2 and run.cycle.endswith(f"-{cycle}"))


def _draw(runs: list[Run], to: Path, language: str) -> None:
    """Write the chart. Raises `UsageError` if the file is to be of another kind, or there is nothing to draw."""
    from kwaliteitsmonitor.foundation.workspace import replacing
    from kwaliteitsmonitor.operations.metrics.charting import drawing, page, table

    if to.suffix.lower() not in ENDINGS:
        raise UsageError(f"a chart is not written as '{to.suffix}'", where=str(to), expected=" or ".join(ENDINGS))
    if not runs:
        raise UsageError("there is nothing to draw", where=str(to), remedy="Run a cycle first.")
    html = to.suffix.lower() == ".html"
    with replacing(to) as partial:
        text = page(runs, table(runs, language), language) if html else drawing(runs, language)
        partial.write_text(text, encoding="utf-8")


def _show(runs: list[Run], language: str) -> None:
    from kwaliteitsmonitor.operations.metrics.charting import in_words, table

    if runs:
        rows = table(runs, language)
        shown = new_table(*rows[0])
        for row in rows:
            shown.add_row(*(Text(value) for value in row.values()))
        Console().print(shown)
    click.echo(in_words(runs, language))


def _csv(runs: list[Run]) -> str:
    """A line per run, with numbers as a program reads them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = ("started", "run", "job", "cycle", "release", "outcome", "seconds", "memory", "version", "code")
    writer.writerow([*names, "rows_received", "rows_accepted", "rows_quarantined"])
    for run in runs:
        rows = run.rows
        writer.writerow([*(getattr(run, name) for name in names), rows.received, rows.accepted, rows.quarantined])
    return text.getvalue()
