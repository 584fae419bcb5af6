"""From the cells of a file to the table of a contract, as a form of the profile says.

Nothing here types a cell: it finds the headers, tells rows that are data from those that are not, and puts the cells of
each field in a column. Rows that a form says are no data are counted, with the reason; what it does not explain stays,
and is judged by the contract.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from typing import Any

from assets.staged.cells.identifiers import Padded
from assets.staged.cells.numbers import Percentage
from assets.staged.cells.reading import CellReader, Refused, is_blank
from assets.staged.files.refusals import EXPORT_AGAIN, RefusedFileError
from assets.staged.forms import captions, rows
from assets.staged.forms.amounts import NOTHING_NAMED, Amounts, Named
from assets.staged.forms.beside import without_comparison
from assets.staged.forms.headers import Headers, find, fits, letter, text_in
from assets.staged.forms.joining import Lookup, lookup
from assets.staged.forms.layout import Layout, Plan
from assets.staged.forms.pivoting import Lengthened, lengthened
from assets.staged.forms.rows import Rows
from assets.staged.forms.stated import stated
from assets.staged.grid import AS_THE_HEADER, Grid, Note, RawTable
from schemas.contract import Kind, Table
from schemas.profile.forms import PLACEHOLDER, Form
from schemas.spelling import fold
from schemas.words import CELLS, ROWS, Words, counted

LEFT_OUT = "left_out"
UNFOUND = "unfound"
NOTHING_KNOWN = 1000
"""As many fields as no contract has: what a row lacks in which no header is known at all."""


@dataclass(frozen=True)
class Shape:
    """What is known before a file is opened: its form, the contract, and what the delivery tells by itself (`told`).

    `aliases` are other spellings of codes, by code list; `named` what is known of its amounts. The contract is bound to
    the lists of the institution.
    """

    form: Form
    table: Table
    told: Mapping[str, Any] = field(default_factory=dict)
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    named: Named = NOTHING_NAMED

    @property
    def plan(self) -> Plan:
        """What to look for among headers."""
        unpivot = self.form.unpivot
        return Plan(self.form, self.table, self._reader(unpivot.name) if unpivot else None)

    def constant(self, name: str) -> Any:
        """The value of a field that is the same in every row; its text where it is none, to be refused in each."""
        text = self.form.constants[name]
        try:
            return self._reader(name)(text)
        except Refused:
            return text

    def names(self, layout: Layout) -> dict[int, Callable[[str], bool]]:
        """The columns of names by which rows are told apart, each with what tells whether a text is one of them."""
        if self.table.personal:
            return {}
        fields = [self.table[n] for n in self.table.key if n in layout.fields]
        return {layout.fields[f.name][0]: partial(self._is_name, f.name) for f in fields if f.codes and not f.nullable}

    def _is_name(self, name: str, text: str) -> bool:
        return self._reader(name).code(text) in self.table[name].codes or fold(text) in map(
            fold, self.form.values.get(name, {})
        )

    def _reader(self, name: str) -> CellReader:
        named = self.table[name]
        return CellReader(
            named,
            "iso",
            {**named.code_aliases, **self.aliases.get(named.code_list, {})},
            b"-",  # of no account: neither a code in a header nor a constant is an identifier of a person
            values=self.form.values.get(name, {}),
        )


def shape(grid: Grid, others: Sequence[Grid], wanted: Shape) -> RawTable:
    """The table of a contract in a grid; `others` are the grids of the same file from which columns may be joined.

    Raises `UnreadableError` where a join cannot be made without multiplying rows, or at all, and where a column is not
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
    if not layout.lacking(wanted.table, wanted.told):
        refuse_unknowable(form, texts)
    rows.without_totals(data, wanted.names(layout))
    flaws = _flaws(grid, headers, data, layout, wanted)
    _mark_percentages(grid, data)
    _mark_codes(grid, data)
    found = _Found(grid, headers, texts, data, layout, wanted, flaws)
    made = found.table((*data.ragged, *short), [*notes, *_notes(grid, headers, texts, layout, wanted)])
    ignored = {index for index, text in enumerate(texts) if text and fits(form.ignored)(text)}
    return replace(made, stated=stated(grid, headers, data, layout, wanted.table, ignored))


def _lacking(texts: Sequence[str], plan: Plan, wanted: Shape, lookups: Sequence[Lookup]) -> int:
    taken = [name for one in lookups if one.there(texts) for name in one.take]
    layout = plan.layout([*texts, *taken])
    if not (layout.fields or layout.composed or layout.pivots):
        return NOTHING_KNOWN
    return layout.lacking(wanted.table, wanted.told) + len(_absent(wanted.form, [*texts, *taken]))


def _absent(form: Form, headers: Sequence[str]) -> list[str]:
    """The headers by which the form tells rows that are data from those that are not, and that are not there."""
    if form.header == "none" and not form.slices:
        return []
    there = set(map(fold, headers))
    told_by = [*form.where, *(one.header for one in form.skip if one.header)]
    return [header for header in dict.fromkeys(told_by) if fold(header) not in there]


def refuse_unknowable(form: Form, headers: Sequence[str]) -> None:
    """Refuse a file of which cannot be known which rows are data. Raises `UnreadableError`."""
    absent = ", ".join(_absent(form, headers))
    if absent:
        raise RefusedFileError(
            Words(
                f"de kolom {absent} is er niet, waaraan te zien is welke regels gegevens zijn",
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


def _flaws(grid: Grid, headers: Headers, data: Rows, layout: Layout, wanted: Shape) -> dict[tuple[int, int], Words]:
    """What is wrong with cells whatever they hold, by row number and column."""
    flaws: dict[tuple[int, int], Words] = dict(grid.flaws)
    columns = dict(layout.fields)
    unpivot = wanted.form.unpivot
    if unpivot:
        columns[unpivot.value] = tuple(index for index, _ in layout.pivots)
    money = {index: name for name, at in columns.items() if wanted.table[name].kind is Kind.MONEY for index in at}
    read = frozenset(index for at in columns.values() for index in at)
    flaws |= Amounts(grid, headers, data, money, read, wanted.form.scale, wanted.named).refused()
    flaws |= dict.fromkeys(captions.shared_numbers(grid, wanted.table, columns), captions.ONE_NUMBER)
    for name, (first, *more) in layout.fields.items():
        for index in more:
            said = Words(
                f"een waarde: {_place(grid, headers, first)} en {_place(grid, headers, index)} zijn allebei {name}, "
                "en verschillen",
                f"one value: {_place(grid, headers, first)} and {_place(grid, headers, index)} are both {name}, "
                "and differ",
            )
            for number, one, other in zip(data.numbers, data.columns[first], data.columns[index], strict=True):
                if one != other and text_in(one) != text_in(other):
                    flaws[number, first] = said
    return flaws


def _place(grid: Grid, headers: Headers, index: int) -> str:
    """How people find a column: by its letter, or its header where a file has no letters."""
    if grid.addressed or index >= len(headers.texts) or not headers.texts[index]:
        return letter(index)
    text = headers.texts[index]
    return text if headers.texts.count(text) == 1 else f"{text} ({letter(index)})"


def _mark_percentages(grid: Grid, data: Rows) -> None:
    """Mark the cells that show a fraction as a percentage, which is another number than it holds."""
    marked: dict[int, set[int]] = {}
    for number, index in grid.percentages:
        marked.setdefault(index, set()).add(number)
    for index, numbers in marked.items():
        if index < len(data.columns):
            data.columns[index] = [
                Percentage(cell)
                if number in numbers and isinstance(cell, int | float) and not isinstance(cell, bool)
                else cell
                for number, cell in zip(data.numbers, data.columns[index], strict=True)
            ]


def _mark_codes(grid: Grid, data: Rows) -> None:
    """Mark the cells that show a whole number as a code, with zeros before it: of a name that is what was meant."""
    shown: dict[int, dict[int, str]] = {}
    for (number, index), code in grid.padded.items():
        shown.setdefault(index, {})[number] = code
    for index, codes in shown.items():
        if index < len(data.columns):
            data.columns[index] = [
                Padded(cell, codes[number].format(int(cell)))
                if number in codes and isinstance(cell, float) and cell.is_integer()
                else cell
                for number, cell in zip(data.numbers, data.columns[index], strict=True)
            ]


def _notes(grid: Grid, headers: Headers, texts: Sequence[str], layout: Layout, wanted: Shape) -> Iterator[Note]:
    yield from grid.notes
    yield from captions.notes(grid, headers, wanted.table, wanted.told, wanted.aliases.get("units", {}))
    named = ", ".join(dict.fromkeys(_not_there(wanted.form, texts, layout)))
    if named and not layout.lacking(wanted.table, wanted.told):
        yield Note("absent", Words(f"zonder de kolommen {named}", f"without the columns {named}"))


def _not_there(form: Form, texts: Sequence[str], layout: Layout) -> Iterator[str]:
    """Headers that the form names and that are not there, of fields that may do without as well."""
    yield from layout.absent
    yield from (header for header, name in form.columns.items() if name in layout.missing)
    named, there = form.headers_named(), set(map(fold, texts))
    for key in ("compose", "split", "joins", "fill_down"):
        yield from (header for header in sorted(named[key] - {"#"}) if fold(header) not in there)


@dataclass(frozen=True)
class _Found:
    """A grid that is understood, to be put together as a table."""

    grid: Grid
    headers: Headers
    texts: tuple[str, ...]
    data: Rows
    layout: Layout
    wanted: Shape
    flaws: Mapping[tuple[int, int], Words]

    def table(self, ragged: tuple[int, ...], notes: list[Note]) -> RawTable:
        form, layout, data = self.wanted.form, self.layout, self.data
        fields: dict[str, Sequence[Any]] = {name: data.columns[at[0]] for name, at in layout.fields.items()}
        fields |= {name: self._composed(name) for name in layout.composed}
        fields |= {name: [self.wanted.constant(name)] * len(data.numbers) for name in form.constants}
        left = {said: tuple(numbers) for said, numbers in data.left.items()}
        dropped, longer = 0, None
        if form.unpivot and layout.pivots:
            longer = self._lengthened(fields)
            fields, dropped = dict(longer.fields), longer.dropped
        numbers = longer.numbers if longer else data.numbers
        places = self._places()
        return RawTable(
            self.grid.name,
            {name: fields[name] for name in self.wanted.table.names if name in fields},
            numbers,
            {name: place for name, place in places.items() if place},
            layout.missing,
            tuple(self._unknown()),
            ragged,
            [self._place(index) for index in longer.column] if longer else (),
            form.unpivot.value if longer and form.unpivot else "",
            self._flawed(numbers, longer),
            (*notes, *_left_out(left, dropped)),
            sum(map(len, left.values())) + dropped,
            rows.width_of_lines(form) if form.slices else AS_THE_HEADER,
            self.grid.addressed,
            self._percent(numbers, longer),
        )

    def _percent(self, numbers: Sequence[int], longer: Lengthened | None) -> dict[str, dict[int, Decimal]]:
        """Per field whose rows say what it measures, the positions of which a header or a caption says per cent."""
        found: dict[str, dict[int, Decimal]] = {}
        said = captions.percents(self.grid, self.headers)
        pivot = self.wanted.form.unpivot.value if longer and self.wanted.form.unpivot else ""
        for field_ in self.wanted.table.fields:
            if not said or field_.measured_by is None:
                continue
            if longer and field_.name == pivot:
                found[pivot] = {at: said[index] for at, index in enumerate(longer.column) if index in said}
            elif field_.name in self.layout.fields and self.layout.fields[field_.name][0] in said:
                found[field_.name] = dict.fromkeys(range(len(numbers)), said[self.layout.fields[field_.name][0]])
        return found

    def _place(self, index: int) -> str:
        return _place(self.grid, self.headers, index) if index < len(self.headers.texts) else ""

    def _places(self) -> dict[str, str]:
        """The column of each field that has one; of a composed field that of its first part."""
        found = {name: self._place(at[0]) for name, at in self.layout.fields.items()}
        for name, parts in self.layout.composed.items():
            found[name] = self._place(next(iter(parts.values()))) if parts else ""
        return found

    def _composed(self, name: str) -> list[Any]:
        """The text of a composed field in each row; none where one of its parts is empty."""
        parts = self.layout.composed[name]
        template = self.wanted.form.compose[name]
        columns = [map(text_in, self.data.columns[index]) for index in parts.values()]
        known: dict[tuple[str, ...], str | None] = {}
        found = []
        for cells in zip(*columns, strict=True) if columns else [()] * len(self.data.numbers):
            if cells not in known:
                by_part = dict(zip(parts, cells, strict=True))
                known[cells] = (
                    PLACEHOLDER.sub(lambda m, by=by_part: by[m[1]], template) if all(cells) else None  # type: ignore[misc]
                )
            found.append(known[cells])
        return found

    def _lengthened(self, fields: Mapping[str, Sequence[Any]]) -> Lengthened:
        unpivot = self.wanted.form.unpivot
        assert unpivot is not None  # noqa: S101 - only asked for where there is one
        return lengthened(
            fields,
            self.data.numbers,
            [(index, code, self.data.columns[index]) for index, code in self.layout.pivots],
            unpivot.name,
            unpivot.value,
            self.wanted.form.empty.get(unpivot.value, ()),
            set(self.flaws),
        )

    def _flawed(self, numbers: Sequence[int], longer: Lengthened | None) -> dict[tuple[str, int], Words]:
        """The flaws by field and by position in the columns of the table."""
        if not self.flaws:
            return {}
        fields: dict[int, list[str]] = {}
        for name, positions in self.layout.fields.items():
            fields.setdefault(positions[0], []).append(name)
        for name, parts in self.layout.composed.items():
            for index in parts.values():
                fields.setdefault(index, []).append(name)
        concerned = {number for number, _ in self.flaws}
        found: dict[tuple[str, int], Words] = {}
        unpivot = self.wanted.form.unpivot
        for at, number in enumerate(numbers):
            if number not in concerned:
                continue
            for index, names in fields.items():
                if (number, index) in self.flaws:
                    found |= {(name, at): self.flaws[number, index] for name in names}
            if longer and unpivot and (number, longer.column[at]) in self.flaws:
                found[unpivot.value, at] = self.flaws[number, longer.column[at]]
        return found

    def _unknown(self) -> Iterator[str]:
        """The headers that nothing explains, and columns without one that hold something."""
        for index in self.layout.unknown:
            if index >= len(self.headers.texts):
                continue
            if self.texts[index]:
                yield self.texts[index]
            elif not all(map(is_blank, self.data.columns[index])):
                yield f"{letter(index)} (zonder kop / no header)"


def _left_out(left: Mapping[Words, tuple[int, ...]], dropped: int) -> Iterator[Note]:
    for said, numbers in left.items():
        rows = counted(len(numbers), ROWS)
        yield Note(LEFT_OUT, Words(f"{rows.nl} {said.nl}", f"{rows.en} {said.en}"), numbers)
    if dropped:
        cells = counted(dropped, CELLS)
        yield Note(LEFT_OUT, Words(f"{cells.nl} zonder antwoord of waarde", f"{cells.en} without an answer or value"))


def fitting(grid: Grid, wanted: Shape) -> bool:
    """Whether a grid has, as far as its headers tell, all that the table must have."""
    headers = find(grid, wanted.form, lambda texts: _lacking(texts, wanted.plan, wanted, ()))
    return bool(headers.texts) and not _lacking(headers.texts, wanted.plan, wanted, ())


def unfound(table: Table, name: str, notes: Iterable[Note] = ()) -> RawTable:
    """What is read of a file in which the table's worksheet or member is not there: every column is missing.

    `notes` say what was left unread.
    """
    said = Words(f"zonder werkblad of tabel '{name}'", f"without a worksheet or table '{name}'")
    return RawTable(name, {}, (), {}, table.names, (), notes=(Note(UNFOUND, said), *notes))
