"""Shape the cells of a file into the table of a contract, following a form of the profile.

Nothing here types a cell: it finds the headers, selects the rows that are data, and puts the cells of each field in a
column. Rows that a form says are no data are counted, with the reason; what it does not explain stays, and is judged by
the contract.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kwaliteitsmonitor.readers.cells.grid import Grid, Note, RawTable
from kwaliteitsmonitor.readers.files.refusals import EXPORT_AGAIN, RefusedFileError
from kwaliteitsmonitor.readers.forms import captions, other_years, rows
from kwaliteitsmonitor.readers.forms.beside import without_comparison
from kwaliteitsmonitor.readers.forms.flaws import flaws_of, mark_codes, mark_percentages
from kwaliteitsmonitor.readers.forms.headers import Headers, find, fits
from kwaliteitsmonitor.readers.forms.joining import Lookup, lookup
from kwaliteitsmonitor.readers.forms.layout import Layout, Plan
from kwaliteitsmonitor.readers.forms.remarks import without_remarks
from kwaliteitsmonitor.readers.forms.rows import Rows
from kwaliteitsmonitor.readers.forms.stated import stated
from kwaliteitsmonitor.readers.forms.totals import emptied_for_the_whole, without_totals
from kwaliteitsmonitor.readers.forms.understood import Understood
from kwaliteitsmonitor.readers.forms.wanted import Shape
from schemas.contract import Table
from schemas.profile.forms import Form
from schemas.spelling import fold
from schemas.words import Words

UNFOUND = "unfound"
NOTHING_KNOWN = 1000
"""As many fields as no contract has: what a row lacks in which no header is known at all."""


def shape(grid: Grid, others: Sequence[Grid], wanted: Shape) -> RawTable:
    """The table of a contract in a grid; `others` are the grids of the same file from which columns may be joined.

    Raises `UnreadableError` if a join cannot be made without multiplying rows, or at all, and if a column is not
    there by which the form tells which rows are data.
    """
    form, plan = wanted.form, wanted.plan
    lookups = [lookup(join, others) for join in form.joins]
    short: tuple[int, ...] = ()
    if form.slices:
        grid, short = rows.sliced(grid, form)
        headers = Headers(tuple(form.slices), tuple(form.slices))
    else:
        headers = find(grid, form, lambda texts: _lacking(texts, plan, wanted, lookups))
        grid, headers = without_comparison(grid, headers)
    data = rows.data_rows(grid, form, headers)
    texts, notes = _refine(data, headers.texts, form, lookups)
    layout = plan.layout(texts)
    if not layout.lacking(wanted.table, wanted.path_fields):
        refuse_unknowable(form, texts)
    labels = wanted.labels(layout)
    without_totals(data, labels)
    notes += emptied_for_the_whole(data, labels)
    data = without_remarks(data, wanted.needed(layout), labels.is_name)
    flaws = flaws_of(grid, headers, data, layout, wanted)
    mark_percentages(grid, data)
    mark_codes(grid, data)
    understood = Understood(grid, headers, texts, data, layout, wanted, flaws)
    made = understood.table((*data.ragged, *short), [*notes, *_notes(grid, headers, texts, layout, wanted)])
    ignored = {index for index, text in enumerate(texts) if text and fits(form.ignored)(text)}
    return replace(made, stated=stated(grid, headers, data, layout, wanted.table, ignored))


def _lacking(texts: Sequence[str], plan: Plan, wanted: Shape, lookups: Sequence[Lookup]) -> int:
    taken = [name for one in lookups if one.there(texts) for name in one.take]
    layout = plan.layout([*texts, *taken])
    if not (layout.fields or layout.composed or layout.pivots):
        return NOTHING_KNOWN
    return layout.lacking(wanted.table, wanted.path_fields) + len(_absent(wanted.form, [*texts, *taken]))


def _absent(form: Form, headers: Sequence[str]) -> list[str]:
    """The missing headers by which the form selects the rows that are data."""
    if form.header == "none" and not form.slices:
        return []
    there = set(map(fold, headers))
    deciding = [*form.where, *(one.header for one in form.skip if one.header)]
    return [header for header in dict.fromkeys(deciding) if fold(header) not in there]


def refuse_unknowable(form: Form, headers: Sequence[str]) -> None:
    """Refuse a file of which cannot be known which rows are data. Raises `UnreadableError`."""
    absent = ", ".join(_absent(form, headers))
    if absent:
        raise RefusedFileError(
            Words(
                f"de kolom {absent} is er niet, waaraan te zien is welke rijen gegevens zijn",
                f"the column {absent} is not there, which tells which rows are data",
            ),
            Words("die kolom, of een andere vorm in het profiel", "that column, or another form in the profile"),
            EXPORT_AGAIN,
        )


def _refine(
    data: Rows, headers: Sequence[str], form: Form, lookups: Sequence[Lookup]
) -> tuple[tuple[str, ...], list[Note]]:
    """Leave out what is no data, fill down and join; returns the headers, with those that came along."""
    notes: list[Note] = []
    at: dict[str, int] = {}
    for index, header in enumerate(headers):
        at.setdefault(fold(header), index)
    rows.skip(data, form.skip, at)
    rows.fill_down(data, [at[fold(header)] for header in form.fill_down if fold(header) in at])
    for one in lookups:
        if not one.there(headers):
            continue
        columns, missed = one.columns([data.columns[at[fold(header)]] for header in one.by], data.numbers)
        for name, column in zip(one.take, columns, strict=True):
            at.setdefault(fold(name), len(data.columns))
            data.columns.append(column)
        headers = (*headers, *one.take)
        notes.extend(missed)
    if form.header != "none" or form.slices:
        rows.keep_where(data, form.where, at)
    return tuple(headers), notes


def _notes(grid: Grid, headers: Headers, texts: Sequence[str], layout: Layout, wanted: Shape) -> Iterator[Note]:
    yield from grid.notes
    yield from captions.notes(grid, headers, wanted.table, wanted.path_fields, wanted.aliases.get("units", {}))
    read = sorted(
        {index for positions in layout.fields.values() for index in positions if index < len(headers.written)}
    )
    yield from other_years.notes(
        wanted.table,
        wanted.path_fields,
        grid.name,
        captions.captions(grid, headers),
        [(index, headers.written[index]) for index in read],
        [wanted.form.sheet, *wanted.form.columns],
    )
    named = ", ".join(dict.fromkeys(_not_there(wanted.form, texts, layout)))
    if named and not layout.lacking(wanted.table, wanted.path_fields):
        yield Note("absent", Words(f"zonder de kolommen {named}", f"without the columns {named}"))


def _not_there(form: Form, texts: Sequence[str], layout: Layout) -> Iterator[str]:
    """Headers that the form names and that are not there, of fields that may do without as well."""
    yield from layout.absent
    yield from (header for header, name in form.columns.items() if name in layout.missing)
    named, there = form.headers_named(), set(map(fold, texts))
    for key in ("compose", "split", "joins", "fill_down"):
        yield from (header for header in sorted(named[key] - {"#"}) if fold(header) not in there)


def fitting(grid: Grid, wanted: Shape) -> bool:
    """Whether a grid has, as far as its headers tell, all that the table must have."""
    headers = find(grid, wanted.form, lambda texts: _lacking(texts, wanted.plan, wanted, ()))
    return bool(headers.texts) and not _lacking(headers.texts, wanted.plan, wanted, ())


def unfound(table: Table, name: str, notes: Iterable[Note] = ()) -> RawTable:
    """What is read of a file in which the table's worksheet or member is not there: every column is missing.

    `notes` say what was left unread.
    """
    message = Words(f"zonder werkblad of tabel '{name}'", f"without a worksheet or table '{name}'")
    return RawTable(name, {}, (), {}, table.names, (), notes=(Note(UNFOUND, message), *notes))
