"""What a person sees of a cycle on the terminal: the two tables, what was set aside, and who delivered what."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from rich import box
from rich.console import Console
from rich.table import Table

from assets.indicators.printing import number, percentage, thousands
from assets.publication.release import current
from assets.settings import Settings
from assets.workspace import Workspace
from schemas.errors import UsageError
from schemas.profile import Profile

SHOWN = 12
FIGURES = ("begroot", "gereal.", "verschil", "%", "aandeel", "over", "regels", "apart gezet", "aantal")


def summary(settings: Settings, cycle: str, *, released: bool, new: bool = False) -> None:
    """The closing summary of a run: Table 1 and Table 2 where there is a release, findings, and where everything is.

    `new` says whether the run made a new release, or found that the current one is the same to the byte.
    """
    console = Console()
    profile, workspace = settings.profile, settings.workspace
    if released:
        release = current(workspace, cycle)
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
    """The critical rules that failed, or could not be judged, in the last run of a cycle."""
    rows = workspace.read(cycle, "validation", "quality_results").to_pylist()
    return sorted({r["rule"] for r in rows if r["severity"] == "critical" and r["outcome"] != "passed"})


def show_status(settings: Settings, cycle: str) -> int:
    """Print who delivered what for a cycle, as its last run found it.

    Raises `UsageError` where the cycle has not been run here.
    """
    profile, workspace = settings.profile, settings.workspace
    key = profile.cycle(cycle).key
    if not workspace.path(key, "status", "delivery_status").is_file():
        raise UsageError(
            f"cycle {key} has not been run here",
            where=str(workspace.root),
            remedy=f"Run it first: kwaliteitsmonitor run --cycle {key}",
        )
    rows = workspace.read(key, "status", "delivery_status").to_pylist()
    table = _table(
        f"Leveringen voor cyclus {key}",
        "levering",
        "periode",
        "eenheid",
        "stand",
        "ontvangen",
        "uiterlijk",
        "regels",
        "apart gezet",
    )
    names = {feed.id: feed.nl for feed in profile.feeds}
    for r in rows:
        table.add_row(
            names.get(r["feed"], r["feed"]),
            r["period"] or "",
            r["unit"] or "",
            _STANDS[r["status"]] + (" (te laat)" if r["late"] else ""),
            _day(r["received_on"]),
            _day(r["deadline"]),
            _count(r["rows_received"]),
            _count(r["rows_quarantined"]),
        )
    console = Console()
    console.print(table)
    counts = Counter(_STANDS[r["status"]] for r in rows)
    console.print(", ".join(f"{n} {stand}" for stand, n in sorted(counts.items())), highlight=False)
    _set_aside(console, profile, workspace, key)
    _where(console, workspace, key)
    return 0


_STANDS = {
    "accepted": "aangenomen",
    "partly_accepted": "deels aangenomen",
    "rejected": "[red]geweigerd[/]",
    "missing": "[red]ontbreekt[/]",
    "duplicate": "dubbel",
    "superseded": "vervangen",
}


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
        finding = r["detail"] or r["nl"]
        table.add_row(
            r["severity"] if r["outcome"] == "failed" else "niet te beoordelen",
            r["rule"],
            _count(r["failed"]),
            r["cells"] or "",
            finding,
            style=shade,
        )
    console.print(table)


_ORDER = {"critical": 0, "warning": 1, "info": 2}


def _set_aside(console: Console, profile: Profile, workspace: Workspace, cycle: str) -> None:
    tables = [
        workspace.read(cycle, "staged", f"{feed.id}.quarantine")
        for feed in profile.feeds
        if workspace.path(cycle, "staged", f"{feed.id}.quarantine").is_file()
    ]
    rows = pa.concat_tables(tables).to_pylist() if tables else []
    if not rows:
        console.print("Geen regels apart gezet.", highlight=False)
        return
    places = {(r["delivery"], r["sheet"], r["row"]) for r in rows}
    table = _table(
        f"Apart gezet: {number(Decimal(len(places)), 0, 'nl')} regels",
        "bestand",
        "cel",
        "gevonden",
        "verwacht",
        "regel",
    )
    for r in rows[:SHOWN]:
        cell = f"{r['sheet']}!{r['cell']}" if r["sheet"] else r["cell"]
        table.add_row(r["file"], cell, r["found"] or "(leeg)", r["expected"], r["rule"])
    console.print(table)
    if len(rows) > SHOWN:
        console.print(
            f"… en nog {len(rows) - SHOWN}; alle staan in {workspace.step(cycle, 'staged')}",
            highlight=False,
            soft_wrap=True,
        )


def _where(console: Console, workspace: Workspace, cycle: str) -> None:
    release = current(workspace, cycle)
    if release is None:
        console.print("Er is nog geen uitgave van deze cyclus.", highlight=False)
        return
    lacking = workspace.read_json(cycle, "status", "missing")["lacking"]
    stand = "concept, compleet" if not lacking else f"concept, mist {len(lacking)} leveringen"
    console.print(f"Uitgave {cycle} {release.name} ({stand}): {_short(release)}", highlight=False, soft_wrap=True)


def _short(path: Path) -> str:
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


def _count(value: Any) -> str:
    return "" if value is None else number(Decimal(value), 0, "nl")


def _day(value: Any) -> str:
    return "" if value is None else f"{value.day}-{value.month}-{value.year}"
