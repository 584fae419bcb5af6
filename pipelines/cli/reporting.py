"""What a person sees of a run on the terminal: the two tables, what was found, and what was set aside."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assets.indicators.printing import number, percentage, thousands
from assets.publication.places import current, newest
from assets.publication.release import is_final
from assets.settings import Settings
from assets.status.states import set_aside
from assets.workspace import Workspace
from schemas.profile import Profile
from schemas.words import half

SHOWN = 12
FIGURES = ("begroot", "gereal.", "verschil", "%", "aandeel", "over", "regels", "apart gezet", "aantal")


def summary(settings: Settings, cycle: str, *, released: bool, new: bool = False) -> None:
    """The closing summary of a run: Table 1 and Table 2 where there is a release, findings, and where everything is.

    `new` says whether the run made a new release, or found that the current one is the same to the byte.
    """
    console = Console()
    profile, workspace = settings.profile, settings.workspace
    if released:
        release = newest(workspace, cycle)
        if release is not None:
            console.print(_indicators(profile, pq.read_table(release / "tables" / "indicator_values.parquet")))
            console.print(_spending(profile, pq.read_table(release / "tables" / "spending_overview.parquet")))
    _findings(console, workspace, cycle)
    _set_aside(console, profile, workspace, cycle)
    if released:
        if not new:
            console.print(
                "Geen nieuwe uitgave: leveringen, profiel en code zijn dezelfde / no new release: nothing changed.",
                highlight=False,
            )
        _where(console, workspace, cycle)


def blocking(workspace: Workspace, cycle: str) -> list[str]:
    """The critical rules that failed, or could not be judged, and were not waived, in the last run of a cycle."""
    rows = workspace.read(cycle, "validation", "quality_results").to_pylist()
    return sorted(
        {
            r["rule"]
            for r in rows
            if r["severity"] == "critical" and r["outcome"] != "passed" and not r["waived_because"]
        }
    )


def _indicators(profile: Profile, values: pa.Table) -> Table:
    """Table 1: the indicators of this year and the year before, per theme."""
    rows = [r for r in values.to_pylist() if r["unit"] is None]
    years = sorted({r["reporting_year"] for r in rows})
    table = _table("Tabel 1. Indicatoren", "indicator", "", *(str(year) for year in years))
    by_key: dict[tuple[str, str | None], dict[int, str]] = {}
    for r in rows:
        by_key.setdefault((r["indicator"], r["level"]), {})[r["reporting_year"]] = r["printed_nl"]
    themes = {i.id: i.theme for i in profile.indicators}
    labels = {i.id: i.nl for i in profile.indicators}
    for theme in profile.themes:
        of_theme = [(key, printed) for key, printed in by_key.items() if themes[key[0]] == theme.id]
        if of_theme:
            table.add_section()
            table.add_row(f"[bold]{theme.nl}[/]")
        for (indicator, level), printed in of_theme:
            table.add_row(f"  {labels[indicator]}", level or "", *(printed.get(year, "") for year in years))
    return table


def _spending(profile: Profile, overview: pa.Table) -> Table:
    """Table 2: the spending overview of the newest year, in k€ as the report prints it."""
    rows = overview.to_pylist()
    year = max(r["reporting_year"] for r in rows)
    of_year = [r for r in rows if r["reporting_year"] == year]
    table = _table(
        f"Tabel 2. Bestedingen {year}, BFR {of_year[0]['round']} (k€)",
        "thema",
        "begroot",
        "gereal.",
        "verschil",
        "%",
        "aandeel\nbegroot",
        "aandeel\ngereal.",
        "over",
    )
    names = {t.id: t.nl for t in profile.themes}
    for r in of_year:
        if r["theme"] is None:
            table.add_section()
        style = "bold" if r["theme"] is None else ""
        table.add_row(
            names.get(r["theme"], "Totaal"),
            r["budget_printed_nl"],
            r["realised_printed_nl"],
            r["difference_printed_nl"],
            _percent(r["difference_pct"]),
            _percent(r["share_of_budget"]),
            _percent(r["share_of_realised"]),
            "" if r["left_over"] is None else thousands(r["left_over"], "nl"),
            style=style,
        )
    return table


def _findings(console: Console, workspace: Workspace, cycle: str) -> None:
    rows = workspace.read(cycle, "validation", "quality_results").to_pylist()
    wrong = [r for r in rows if r["outcome"] != "passed"]
    console.print(
        f"{number(Decimal(len(rows)), 0, 'nl')} regels gecontroleerd, {len(wrong)} met een bevinding.", highlight=False
    )
    if not wrong:
        return
    table = _table("Bevindingen", "ernst", "regel", "aantal", "waar", "bevinding")
    for r in sorted(wrong, key=lambda r: (_ORDER[r["severity"]], r["rule"]))[: 3 * SHOWN]:
        shade = "red" if r["severity"] == "critical" else ""
        finding = half(r["detail"] or r["nl"], "nl")
        waived = f" (ontheffing: {r['waived_because']})" if r["waived_because"] else ""
        table.add_row(
            _SEVERITIES[r["severity"]] if r["outcome"] == "failed" else "niet te beoordelen",
            r["rule"],
            count(r["failed"]),
            escape(r["cells"] or ""),
            escape(finding + waived),
            style="" if waived else shade,
        )
    console.print(table)


_ORDER = {"critical": 0, "warning": 1, "info": 2}
_SEVERITIES = {"critical": "kritiek", "warning": "waarschuwing", "info": "ter informatie"}


def _set_aside(console: Console, profile: Profile, workspace: Workspace, cycle: str) -> None:
    items, places, rows = _first_set_aside([str(path) for path in set_aside(profile, workspace, cycle)])
    if not items:
        console.print("Geen regels apart gezet.", highlight=False)
        return
    table = _table(f"Apart gezet: {count(places)} regels", "bestand", "cel", "gevonden", "verwacht", "regel")
    for file, sheet, cell, found, expected, rule in rows:
        place = f"{sheet}!{cell}" if sheet else cell
        table.add_row(*map(escape, (file, place, found or "(leeg)", expected)), rule)
    console.print(table)
    if items > SHOWN:
        console.print(
            f"… en nog {count(items - SHOWN)}; alle staan in {workspace.step(cycle, 'staged')}",
            highlight=False,
            soft_wrap=True,
        )


def _first_set_aside(files: list[str]) -> tuple[int, int, list[tuple[Any, ...]]]:
    """How many items are set aside, in how many rows, and the first of them; they are counted where they stand."""
    import duckdb

    if not files:
        return 0, 0, []
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW aside AS FROM read_parquet([{', '.join(map(_literal, files))}])")
        items = connection.execute("SELECT count(*) FROM aside").fetchall()[0][0]
        every = 'SELECT count(*) FROM (SELECT DISTINCT delivery, sheet, "row", "column" FROM aside)'
        places = connection.execute(every).fetchall()[0][0]
        first = f"SELECT file, sheet, cell, found, expected_nl, rule FROM aside LIMIT {SHOWN}"
        return items, places, connection.execute(first).fetchall()


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _where(console: Console, workspace: Workspace, cycle: str) -> None:
    release, counting = newest(workspace, cycle), current(workspace, cycle)
    if release is None or counting is None:
        console.print("Er is nog geen uitgave van deze cyclus.", highlight=False)
        return
    missing = workspace.read_json(cycle, "status", "missing")
    for said in dict.fromkeys(reason for _, _, reasons in missing["waived"] for reason in reasons):
        console.print(escape(_sentence(half(said, "nl"))), highlight=False, soft_wrap=True)
    lacking = missing["lacking"]
    stand = "concept, compleet" if not lacking else f"concept, mist nog {len(lacking)}"
    stand = "definitief" if is_final(release) else stand
    console.print(f"Uitgave {cycle} {release.name} ({stand}): {short(release)}", highlight=False, soft_wrap=True)
    pages = sorted((release / "report").glob("*.html"))
    if pages:
        console.print(f"Verslag, ook als Word, Excel en PDF: {short(pages[-1])}", highlight=False, soft_wrap=True)
    if counting != release.resolve():
        console.print(
            f"Wat telt blijft {counting.name}, die definitief is, tot `finalise` dit concept definitief maakt; "
            f"`kwaliteitsmonitor diff {cycle}/{counting.name} {cycle}/{release.name}` zegt wat er verandert.",
            highlight=False,
            soft_wrap=True,
        )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def short(path: Path) -> str:
    """The path as seen from where the command runs, where that is shorter."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _table(title: str, *columns: str) -> Table:
    """A table in which figures stand to the right and are never broken; words give way on a narrow terminal."""
    table = Table(
        title=title,
        box=box.SIMPLE_HEAD,
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        collapse_padding=True,
    )
    for column in columns:
        if column.startswith(FIGURES) or column.isdigit():
            table.add_column(column, justify="right", no_wrap=True)
        else:
            table.add_column(column, overflow="fold")
    return table


def _percent(value: float | None) -> str:
    return "" if value is None else percentage(Decimal(repr(value)), 1, "nl")


def count(value: Any) -> str:
    """A count as people write it; nothing where there is none."""
    return "" if value is None else number(Decimal(value), 0, "nl")


def day(value: Any) -> str:
    """A day as people write it; nothing where there is none."""
    return "" if value is None else f"{value.day}-{value.month}-{value.year}"
