"""Writing the table of a sender as a file: a workbook, delimited text, fixed width, Parquet or a ZIP of texts."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence

from kwaliteitsmonitor.exchange.workbooks.deterministic_zip import bytes_of
from kwaliteitsmonitor.sample.plain.cells import text, yes
from kwaliteitsmonitor.sample.plain.shaping import Shaped, Wanted, refused
from schemas.profile.feeds import AUTO, FileSource, Format

Tables = Sequence[tuple[Wanted, Shaped]]
MOMENT = (1980, 1, 1, 0, 0, 0)
"""What a file in a ZIP says of its time: the same whenever it is made."""


def file_bytes(source: FileSource, tables: Tables) -> bytes:
    """The file of a delivery. Raises `UsageError` if the source cannot hold several tables, or their cells."""
    if source.format is Format.WORKBOOK:
        return _workbook(tables)
    if source.format is Format.ZIP:
        return _zip(source, tables)
    if len(tables) > 1:
        raise refused(tables[0][0].feed, f"a {source.format} file holds one table, and it names {len(tables)}")
    wanted, shaped = tables[0]
    if source.format is Format.PARQUET:
        return _parquet(wanted, shaped)
    if source.format is Format.FIXED:
        return _fixed(source, wanted, shaped)
    return _delimited(source, wanted, shaped)


def _grid(wanted: Wanted, shaped: Shaped, *, as_text: bool = True) -> list[list[object]]:
    """The headers if the form has them, and the rows below."""
    rows = [[_shown(wanted, shaped, at, value, as_text) for at, value in enumerate(row)] for row in shaped.rows]
    form = wanted.form
    if form.header == "none":
        return _numbered(shaped.headers, rows)
    above = form.header - 1 if isinstance(form.header, int) else 0
    blank: list[object] = [""] * len(shaped.headers)
    title: list[object] = [wanted.table.nl if wanted.labels == "nl" else wanted.table.en, *blank[1:]]
    headers: list[list[object]] = [list(shaped.headers), *([blank] * (form.header_rows - 1))]
    return [*([title] * above), *headers, *rows]


def _shown(wanted: Wanted, shaped: Shaped, at: int, value: object, as_text: bool) -> object:
    locale = wanted.locale_of(shaped.fields[at])
    if as_text:
        return text(value, locale=locale)
    return yes(value, locale) if isinstance(value, bool) else value


def _numbered(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> list[list[object]]:
    """The cells if columns have no header but a number, each in the column of its number."""
    places = [int(header) - 1 for header in headers]
    width = max(places, default=-1) + 1
    table = []
    for row in rows:
        cells: list[object] = [""] * width
        for place, value in zip(places, row, strict=True):
            cells[place] = value
        table.append(cells)
    return table


def _delimited(source: FileSource, wanted: Wanted, shaped: Shaped) -> bytes:
    delimiter = ";" if source.delimiter == AUTO else source.delimiter
    encoding = "utf-8" if source.encoding == AUTO else source.encoding
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerows(_grid(wanted, shaped))
    try:
        return out.getvalue().encode(encoding)
    except (UnicodeEncodeError, LookupError):
        raise refused(wanted.feed, f"its encoding '{encoding}' has no place for what stands in it") from None


def _fixed(source: FileSource, wanted: Wanted, shaped: Shaped) -> bytes:
    slices = wanted.form.slices
    if not slices:
        raise refused(wanted.feed, "a file of fixed width needs `slices`")
    width = max(start - 1 + length for start, length in slices.values())
    lines = []
    for row in shaped.rows:
        line = [" "] * width
        for at, (header, value) in enumerate(zip(shaped.headers, row, strict=True)):
            start, length = slices[header]
            shown = str(_shown(wanted, shaped, at, value, as_text=True))
            if len(shown) > length:
                raise refused(wanted.feed, f"a value of '{header}' takes more than {length} characters")
            line[start - 1 : start - 1 + length] = shown.ljust(length)
        lines.append("".join(line) + "\n")
    return "".join(lines).encode("utf-8" if source.encoding == AUTO else source.encoding)


def _zip(source: FileSource, tables: Tables) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for wanted, shaped in tables:
            name = (wanted.form.member or f"{wanted.table.sheet}.csv").replace("*", wanted.table.name)
            archive.writestr(zipfile.ZipInfo(name, MOMENT), _delimited(source, wanted, shaped))
    return out.getvalue()


def _workbook(tables: Tables) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for wanted, shaped in tables:
        sheet = book.create_sheet((wanted.form.sheet or wanted.table.sheet).replace("*", str(wanted.year or "1")))
        for row in _grid(wanted, shaped, as_text=False):
            sheet.append(row)
    return bytes_of(book)


def _parquet(wanted: Wanted, shaped: Shaped) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrays = {header: _array(wanted, shaped, at) for at, header in enumerate(shaped.headers)}
    out = io.BytesIO()
    pq.write_table(pa.table(arrays), out, compression="zstd", store_schema=False)
    return out.getvalue()


def _array(wanted: Wanted, shaped: Shaped, at: int) -> object:
    """A column in the type of its field, as text if its form makes words of its values."""
    import pyarrow as pa

    from schemas.exports.arrow import arrow_type

    field, values = shaped.fields[at], [row[at] for row in shaped.rows]
    worded = field is None or any(field.name in part for part in (wanted.form.values, wanted.form.date_formats))
    if field is not None and not worded and field.name not in wanted.form.scale:
        return pa.array(values, arrow_type(field))
    return pa.array([None if v is None else _shown(wanted, shaped, at, v, as_text=True) for v in values], pa.string())
