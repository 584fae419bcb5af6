"""Reading a kept file into the raw table of a contract: the file is opened, its table found, and shaped by its form.

Cells are typed later, by the contract (`kwaliteitsmonitor.readers.cells.reading`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from kwaliteitsmonitor.readers.cells.grid import Grid, PathFields, RawTable
from kwaliteitsmonitor.readers.files import grids
from kwaliteitsmonitor.readers.files.refusals import EXPORT_AGAIN, RefusedFileError
from kwaliteitsmonitor.readers.forms.amounts import NOTHING_NAMED, Named
from kwaliteitsmonitor.readers.forms.headers import fits
from kwaliteitsmonitor.readers.forms.shaping import fitting, shape, unfound
from kwaliteitsmonitor.readers.forms.wanted import Shape
from kwaliteitsmonitor.readers.unread_sheets import Unread
from schemas.contract import Table
from schemas.profile.feeds import FileSource, Format, SqlSource
from schemas.profile.forms import Form
from schemas.words import Words
from schemas.workbooks import is_own_sheet


def read(
    path: Path,
    source: FileSource | SqlSource,
    table: Table,
    *,
    year: int | None = None,
    path_fields: PathFields | None = None,
    aliases: Mapping[str, Mapping[str, str]] | None = None,
    named: Named = NOTHING_NAMED,
) -> RawTable:
    """The raw table of a bound contract in a kept file.

    `year` is the reporting year, which decides the form; `path_fields` are the fields in the path of the
    delivery, for files that do not hold them; `aliases` are other spellings of codes, by code list; `named` is what is
    known of the amounts in the file.
    Raises `UnreadableError` if the bytes are not what the source says they are, or if the profile has no form for
    that year.
    """
    form = form_of(source, table, year)
    file = _pulled(source) if isinstance(source, SqlSource) else source
    sheets = grids(path, file, _needed_members(file, form, table))
    grid = _table_in(sheets, file, form, table)
    wanted = Shape(form, table, path_fields or {}, aliases or {}, named)
    unread = Unread.of(path, file, form.sheet or table.sheet, year) if file.format is Format.WORKBOOK else None
    if grid is None:
        notes = unread.missed(path, file, lambda one: fitting(one, wanted)) if unread else ()
        return unfound(table, form.sheet or form.member or table.sheet, notes)
    raw = shape(grid, sheets, wanted)
    notes = unread.notes(first=table.name == file.tables[0]) if unread else ()
    return replace(raw, notes=(*raw.notes, *notes))


def named_of(source: FileSource | SqlSource, path: str, currency: str) -> Named:
    """What is known of the amounts in a file that came in under this path, or in what was pulled from a database."""
    if isinstance(source, SqlSource):
        return Named(currency, (source.database_table,), {name: column for column, name in source.columns.items()})
    return Named(currency, (PurePosixPath(path).stem,))


def form_of(source: FileSource | SqlSource, table: Table, year: int | None) -> Form:
    """The form of a table in a reporting year; what was pulled from a database has the names of the contract.

    Raises `UnreadableError` if the profile has forms of the table, and none for that year.
    """
    if isinstance(source, SqlSource):
        return Form(table=table.name, header=1)
    form = source.form(table.name, year)
    if form is not None:
        return form
    years = ", ".join(form.years for form in source.forms if form.table == table.name)
    shown = year or "-"
    raise RefusedFileError(
        Words(
            f"het profiel kent geen vorm van '{table.sheet or table.nl}' voor verslagjaar {shown}",
            f"the profile has no form of {table.name} for reporting year {shown}",
        ),
        Words(f"een verslagjaar in {years}", f"a reporting year in {years}"),
        Words("Voeg aan feeds.yaml een vorm toe die dan geldt.", "Add a form to feeds.yaml that holds in that year."),
    )


def _pulled(source: SqlSource) -> FileSource:
    """The file in which a pull from a database is kept: CSV of our own making."""
    return FileSource(kind="files", path="", format=Format.CSV, encoding="utf-8", tables=source.tables)


def _needed_members(source: FileSource, form: Form, table: Table) -> Sequence[str]:
    """The worksheets, or the files in a ZIP, that are needed; none if the file holds a single table."""
    if source.format is Format.WORKBOOK:
        return [form.sheet or table.sheet, *(join.member for join in form.joins)]
    if source.format is Format.ZIP and form.member:
        return [form.member, *(join.member for join in form.joins)]
    return []


def _table_in(sheets: Sequence[Grid], source: FileSource, form: Form, table: Table) -> Grid | None:
    """The grid that holds the table, or `None`. Raises `UnreadableError` if several would do."""
    if source.format not in (Format.WORKBOOK, Format.ZIP):
        return sheets[0] if sheets else None
    pattern = form.sheet if source.format is Format.WORKBOOK else form.member
    names = [pattern] if pattern else [table.sheet, f"{table.sheet}.*", table.name, f"{table.name}.*"]
    if source.format is Format.WORKBOOK and not pattern:
        names = [table.sheet]
    fit = fits(names)
    fitting = [grid for grid in sheets if fit(grid.name) or fit(grid.name.rsplit("/", 1)[-1])]
    if len(fitting) > 1:  # a pattern also fits the sheets that our own workbooks have beside the delivery
        fitting = [grid for grid in fitting if not is_own_sheet(grid.name)] or fitting
    joined = {join.member for join in form.joins}
    if len(fitting) > 1:
        fitting = [grid for grid in fitting if not fits(joined)(grid.name)] or fitting
    if len(fitting) > 1:
        shown = pattern or table.sheet
        raise RefusedFileError(
            Words(f"er zijn {len(fitting)} tabellen '{shown}'", f"there are {len(fitting)} tables '{shown}'"),
            Words("een, zodat duidelijk is welke telt", "one, so that it is clear which counts"),
            EXPORT_AGAIN,
        )
    return fitting[0] if fitting else None
