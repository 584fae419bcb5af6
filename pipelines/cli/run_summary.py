"""What a person sees of a run on the terminal: the two tables, what was found, and what was set aside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assets.common.cycle_tables import CycleTables
from assets.status.record import status_record
from assets.status.states import set_aside
from kwaliteitsmonitor.foundation.engine import duckdb_for
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.results import BETWEEN_CELLS, places_of
from kwaliteitsmonitor.methods.figures.money import shown as amount
from kwaliteitsmonitor.methods.figures.money import unit
from kwaliteitsmonitor.methods.figures.printing import Language, number, percentage
from kwaliteitsmonitor.readers.cells.shown import kept_as_shown
from kwaliteitsmonitor.releases.format.notes import notes_of, text_in
from kwaliteitsmonitor.releases.format.places import current, newest
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.format.release import is_final
from pipelines.cli.output import new_table
from schemas import figures
from schemas.profile import Indicator, Profile
from schemas.profile.institution import Money, Named
from schemas.profile.themes import Theme
from schemas.rows import IndicatorValuesRow, QualityResultsRow, SpendingOverviewRow
from schemas.tables import CATALOGUE
from schemas.words import ROWS, Words
from schemas.written import place

SHOWN = 12
INDICATORS = Words("Tabel 1. Indicatoren", "Table 1. Indicators")
AMOUNTS = (
    Words("begroot", "budget"),
    Words("gereal.", "realised"),
    Words("verschil", "difference"),
    Words("%", "%"),
    Words("aandeel\nbegroot", "share of\nbudget"),
    Words("aandeel\ngereal.", "share of\nrealised"),
    Words("over", "left over"),
)
FOUND = (
    Words("ernst", "severity"),
    Words("controle", "rule"),
    Words("aantal", "number"),
    Words("waar", "where"),
    Words("bevinding", "finding"),
)
SET_ASIDE = (
    Words("bestand", "file"),
    Words("cel", "cell"),
    Words("gevonden", "found"),
    Words("verwacht", "expected"),
    Words("controle", "rule"),
)
_ORDER = {"critical": 0, "warning": 1, "info": 2}
_SEVERITIES = {
    "critical": Words("kritiek", "critical"),
    "warning": Words("waarschuwing", "warning"),
    "info": Words("ter informatie", "for information"),
}
FIGURES = frozenset(words.in_language(language) for words in (*AMOUNTS, FOUND[2]) for language in ("nl", "en"))
"""The headers of columns of figures."""


def summary(settings: Settings, cycle: str, *, released: bool, new: bool = False) -> None:
    """The closing summary of a run: Table 1 and Table 2 if there is a release, findings, and where everything is.

    `new` says whether the run made a new release, or found that the current one is the same to the byte. It is said in
    the first language of the institution.
    """
    console = Console()
    profile, workspace = settings.profile, settings.workspace
    tables = CycleTables(workspace, profile, cycle)
    if released:
        folder = newest(workspace, cycle)
        if folder is not None:
            release = ReleaseReader(folder)
            for kind, shown in (("indicator", _indicators), ("spending", _spending)):
                table = release.table(figures.FIGURES[kind].name)
                if table.num_rows:  # an institution need not have both
                    console.print(shown(profile, table))
    language = profile.institution.languages[0]
    _findings(console, workspace, cycle, language)
    _set_aside(console, tables)
    if released:
        if not new:
            same = Words(
                "Geen nieuwe uitgave: leveringen, profiel en code zijn dezelfde.", "No new release: nothing changed."
            )
            console.print(same.in_language(language), highlight=False)
        _where(console, tables, language)


def _indicators(profile: Profile, values: pa.Table) -> Table:
    """Table 1: the indicators of this year and the year before, per theme."""
    every: list[IndicatorValuesRow] = values.to_pylist()
    rows = [r for r in every if r["unit"] is None]
    years = sorted({r["reporting_year"] for r in rows})
    language = profile.institution.languages[0]
    table = _table(INDICATORS.in_language(language), "indicator", "", *(str(year) for year in years))
    by_key: dict[tuple[str, str | None], dict[int, str]] = {}
    for r in rows:
        printed_in = r["printed_nl"] if language == "nl" else r["printed_en"]
        by_key.setdefault((r["indicator"], r["level"]), {})[r["reporting_year"]] = printed_in
    themes = {i.id: i.theme for i in profile.indicators}
    labels = {i.id: _name(i, language) for i in profile.indicators}
    for theme in profile.themes:
        of_theme = [(key, printed) for key, printed in by_key.items() if themes[key[0]] == theme.id]
        if of_theme:
            table.add_section()
            table.add_row(f"[bold]{_name(theme, language)}[/]")
        for (indicator, level), printed in of_theme:
            table.add_row(f"  {labels[indicator]}", level or "", *(printed.get(year, "") for year in years))
    _captioned(
        table,
        (
            (f"{labels[r['indicator']]} {r['reporting_year']}", r["note_nl"] if language == "nl" else r["note_en"])
            for r in rows
            if r["without"]
        ),
    )
    return table


def _spending(profile: Profile, overview: pa.Table) -> Table:
    """Table 2: the spending overview of the newest year, in the unit in which the report prints it."""
    rows: list[SpendingOverviewRow] = overview.to_pylist()
    words, money = profile.institution.words, profile.institution.money
    language = profile.institution.languages[0]
    year = max(r["reporting_year"] for r in rows)
    of_year = [r for r in rows if r["reporting_year"] == year]
    number_of, per = of_year[0]["round"], unit(money, language)
    title = Words(
        f"Tabel 2. Bestedingen {year}, {words.round.nl} {number_of} ({per})",
        f"Table 2. Spending {year}, {words.round.en} {number_of} ({per})",
    )
    headers = (_name(words.theme, language), *(column.in_language(language) for column in AMOUNTS))
    table = _table(title.in_language(language), *headers)
    names: dict[str | None, str] = {t.id: _name(t, language) for t in profile.themes}
    names[None] = Words("Totaal", "Total").in_language(language)
    for r in of_year:
        if r["theme"] is None:
            table.add_section()
        style = "bold" if r["theme"] is None else ""
        table.add_row(
            names[r["theme"]],
            _printed(r["budget"], r["budget_printed_nl"], money, language),
            _printed(r["realised"], r["realised_printed_nl"], money, language),
            _printed(r["difference"], r["difference_printed_nl"], money, language),
            _percent(r["difference_pct"], language),
            _percent(r["share_of_budget"], language),
            _percent(r["share_of_realised"], language),
            "" if r["left_over"] is None else amount(r["left_over"], money, language),
            style=style,
        )
    _captioned(table, ((names[r["theme"]], "; ".join(notes_of(r, language))) for r in of_year if r["without"]))
    return table


def _captioned(table: Table, without: Iterable[tuple[str, str | None]]) -> None:
    """Say below a table which of its figures go without something, and without what."""
    lines = [f"{escape(what)}: {escape(note)}" for what, note in without if note]
    if lines:
        table.caption, table.caption_justify = "\n".join(lines), "left"


def _printed(value: Decimal | None, printed: str | None, money: Money, language: Language) -> str:
    """An amount as the release prints it; it does so in Dutch, and what stands for no amount is the same in English."""
    if language == "nl" or value is None:
        return printed or ""
    return amount(value, money, language)


def _name(named: Theme | Indicator | Named, language: Language) -> str:
    return named.nl if language == "nl" else named.en


def _findings(console: Console, workspace: Workspace, cycle: str, language: Language) -> None:
    rows: list[QualityResultsRow] = workspace.read(cycle, "validation", "quality_results").to_pylist()
    wrong = [r for r in rows if r["outcome"] != "passed"]
    checked = count(len(rows), language)
    message = Words(
        f"{checked} controles, {len(wrong)} met een bevinding.",
        f"{checked} rules checked, {len(wrong)} with a finding.",
    )
    console.print(message.in_language(language), highlight=False)
    if not wrong:
        return
    unjudged = Words("niet te beoordelen", "cannot be judged").in_language(language)
    title = Words("Bevindingen", "Findings").in_language(language)
    table = _table(title, *(column.in_language(language) for column in FOUND))
    for r in sorted(wrong, key=lambda r: (_ORDER[r["severity"]], r["rule"]))[: 3 * SHOWN]:
        shade = "red" if r["severity"] == "critical" else ""
        finding = text_in(r, "detail", language) or (r["nl"] if language == "nl" else r["en"])
        because = Words("ontheffing", "waived").in_language(language)
        waived = f" ({because}: {r['waived_because']})" if r["waived_because"] else ""
        table.add_row(
            _SEVERITIES[r["severity"]].in_language(language) if r["outcome"] == "failed" else unjudged,
            r["rule"],
            count(r["failed"], language),
            escape(placed(r["cells"] or "", r["table"], language)),
            escape(finding + waived),
            style="" if waived else shade,
        )
    console.print(table)


def placed(cells: str, table: str, language: Language) -> str:
    """Places as people find them, with the columns of a table by what they are called."""
    contract = CATALOGUE.get(table)
    labels = contract.labels if contract else {}
    words = (cell if isinstance(cell, Words) else place(cell, labels) for cell in places_of(cells))
    return BETWEEN_CELLS.join(cell.in_language(language) for cell in words)


def _set_aside(console: Console, tables: CycleTables) -> None:
    language = tables.profile.institution.languages[0]
    items, places, rows = _first_set_aside([str(path) for path in set_aside(tables)], language)
    if not items:
        none = Words("Geen rijen apart gezet.", "No rows set aside.")
        console.print(none.in_language(language), highlight=False)
        return
    so_many = f"{count(places, language)} {ROWS[places != 1].in_language(language)}"
    title = Words(f"Apart gezet: {so_many}", f"Set aside: {so_many}").in_language(language)
    table = _table(title, *(column.in_language(language) for column in SET_ASIDE))
    empty = Words("(leeg)", "(empty)").in_language(language)
    for of, file, sheet, cell, value, expected, rule in rows:
        spot = placed(cell or "", of, language)
        held = kept_as_shown(value, expected).in_language(language) if value else empty
        table.add_row(*map(escape, (file, f"{sheet}!{spot}" if sheet else spot, held, expected)), rule)
    console.print(table)
    if items > SHOWN:
        more, kept = count(items - SHOWN, language), tables.workspace.step(tables.key, "staged")
        message = Words(f"… en nog {more}; alle staan in {kept}", f"… and {more} more; all of them are in {kept}")
        console.print(message.in_language(language), highlight=False, soft_wrap=True)


_Aside = tuple[str, str, str | None, str | None, str | None, str, str]
"""Of an item that was set aside: table, file, sheet, cell, what was found, what was expected, and the rule."""


def _first_set_aside(files: list[str], language: Language) -> tuple[int, int, list[_Aside]]:
    """How many items are set aside, in how many rows, and the first of them; they are counted where they stand."""
    if not files:
        return 0, 0, []
    with duckdb_for("summary") as connection:
        connection.execute(f"CREATE VIEW aside AS FROM read_parquet([{', '.join(map(_literal, files))}])")
        items = connection.execute("SELECT count(*) FROM aside").fetchall()[0][0]
        every = 'SELECT count(*) FROM (SELECT DISTINCT delivery, sheet, "row", "column" FROM aside)'
        places = connection.execute(every).fetchall()[0][0]
        first = f'SELECT "table", file, sheet, cell, found, expected_{language}, rule FROM aside LIMIT {SHOWN}'
        return items, places, connection.execute(first).fetchall()


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _where(console: Console, tables: CycleTables, language: Language) -> None:
    workspace, cycle = tables.workspace, tables.key
    release, counting = newest(workspace, cycle), current(workspace, cycle)
    if release is None or counting is None:
        _tell(
            console,
            Words("Er is nog geen uitgave van deze cyclus.", "There is no release of this cycle yet."),
            language,
        )
        return
    kept = status_record(tables)
    for sentence in kept.without:
        console.print(escape(_sentence(sentence.in_language(language))), highlight=False, soft_wrap=True)
    of_cycle = f"{cycle} {release.name}"
    stand = _stand(release, len(kept.lacking)).in_language(language)
    made = Words(f"Uitgave {of_cycle} ({stand}): {short(release)}", f"Release {of_cycle} ({stand}): {short(release)}")
    _tell(console, made, language)
    pages = sorted((release / "report").glob("*.html"))
    if pages:
        page = next((one for one in pages if one.name.endswith(f".{language}.html")), pages[-1])
        forms = Words("Verslag, ook als Word, Excel en PDF", "Report, also as Word, Excel and PDF").in_language(
            language
        )
        console.print(f"{forms}: {short(page)}", highlight=False, soft_wrap=True)
    if counting != release.resolve():
        compare = f"`kwaliteitsmonitor diff {cycle}/{counting.name} {cycle}/{release.name}`"
        stays = Words(
            f"Wat telt blijft {counting.name}, die definitief is, tot `finalise` dit concept definitief maakt; "
            f"{compare} zegt wat er verandert.",
            f"What counts is still {counting.name}, which is final, until `finalise` makes this draft final; "
            f"{compare} says what changes.",
        )
        _tell(console, stays, language)


def _stand(release: Path, lacking: int) -> Words:
    """Whether a release is final or a draft, and what a draft still lacks."""
    if is_final(release):
        return Words("definitief", "final")
    if lacking:
        return Words(f"concept, mist nog {lacking}", f"draft, still lacks {lacking}")
    return Words("concept, compleet", "draft, complete")


def _tell(console: Console, message: Words, language: Language) -> None:
    console.print(message.in_language(language), highlight=False, soft_wrap=True)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def short(path: Path) -> str:
    """The path as seen from where the command runs, if that is shorter."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _table(title: str, *columns: str) -> Table:
    """A table in which figures stand to the right and are never broken; words give way on a narrow terminal."""
    made = new_table(title=title)
    for column in columns:
        if column in FIGURES or column.isdigit():
            made.add_column(column, justify="right", no_wrap=True)
        else:
            made.add_column(column, overflow="fold")
    return made


def _percent(value: float | None, language: Language) -> str:
    return "" if value is None else percentage(Decimal(repr(value)), 1, language)


def count(value: int | None, language: Language = "nl") -> str:
    """A count as people write it; nothing if there is none."""
    return "" if value is None else number(Decimal(value), 0, language)


def day(value: date | None) -> str:
    """A day as people write it; nothing if there is none."""
    return "" if value is None else f"{value.day}-{value.month}-{value.year}"
