"""A grid that is understood, put together as the table of a contract: its columns, its notes and its flaws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kwaliteitsmonitor.readers.cells.grid import AS_THE_HEADER, Grid, Headless, Note, RawTable
from kwaliteitsmonitor.readers.cells.texts import Cell, is_blank
from kwaliteitsmonitor.readers.forms import captions, rows
from kwaliteitsmonitor.readers.forms.flaws import place_of
from kwaliteitsmonitor.readers.forms.headers import Headers, letter, text_in
from kwaliteitsmonitor.readers.forms.layout import Layout
from kwaliteitsmonitor.readers.forms.pivoting import Lengthened, lengthened
from kwaliteitsmonitor.readers.forms.rows import Rows
from kwaliteitsmonitor.readers.forms.wanted import Shape
from schemas.profile.forms import PLACEHOLDER, Unpivot
from schemas.words import CELLS, ROWS, Words, counted

LEFT_OUT = "left_out"


@dataclass(frozen=True)
class Understood:
    """A grid that is understood, to be put together as a table."""

    grid: Grid
    headers: Headers
    texts: tuple[str, ...]
    data: Rows
    layout: Layout
    wanted: Shape
    flaws: Mapping[tuple[int, int], Words]

    def table(self, ragged: tuple[int, ...], notes: list[Note]) -> RawTable:
        """The table; `ragged` are the numbers of rows that have not the cells that the header asks for."""
        form, layout, data = self.wanted.form, self.layout, self.data
        fields: dict[str, Sequence[Cell]] = {name: data.columns[at[0]] for name, at in layout.fields.items()}
        fields |= {name: self._composed(name) for name in layout.composed}
        fields |= {name: [self.wanted.constant(name)] * len(data.numbers) for name in form.constants}
        left = {reason: tuple(numbers) for reason, numbers in data.left.items()}
        dropped, longer = 0, None
        if form.unpivot and layout.pivots:
            longer = self._lengthened(fields, form.unpivot)
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
            (*notes, *left_out(left, dropped)),
            sum(map(len, left.values())) + dropped,
            rows.width_of_lines(form) if form.slices else AS_THE_HEADER,
            self.grid.addressed,
            self._percent(numbers, longer),
            unread=self._unread(),
        )

    def _percent(self, numbers: Sequence[int], longer: Lengthened | None) -> dict[str, dict[int, Decimal]]:
        """Per field whose rows say what it measures, the positions of which a header or a caption says per cent."""
        percents: dict[str, dict[int, Decimal]] = {}
        factors = captions.percents(self.grid, self.headers)
        pivot = self.wanted.form.unpivot.value if longer and self.wanted.form.unpivot else ""
        for field_ in self.wanted.table.fields:
            if not factors or field_.measured_by is None:
                continue
            if longer and field_.name == pivot:
                percents[pivot] = {at: factors[index] for at, index in enumerate(longer.column) if index in factors}
            elif field_.name in self.layout.fields and self.layout.fields[field_.name][0] in factors:
                percents[field_.name] = dict.fromkeys(range(len(numbers)), factors[self.layout.fields[field_.name][0]])
        return percents

    def _unread(self) -> Sequence[tuple[str, ...]]:
        """What stands in each row where no field reads; of rows about people nobody asks."""
        layout = self.layout
        if self.wanted.table.personal or layout.pivots:
            return ()
        read = {index for at in layout.fields.values() for index in at}
        read |= {index for parts in layout.composed.values() for index in parts.values()}
        left = [map(text_in, cells) for index, cells in enumerate(self.data.columns) if index not in read]
        return list(zip(*left, strict=True))

    def _place(self, index: int) -> str:
        return place_of(self.grid, self.headers, index) if index < len(self.headers.texts) else ""

    def _places(self) -> dict[str, str]:
        """The column of each field that has one; of a composed field that of its first part."""
        places = {name: self._place(at[0]) for name, at in self.layout.fields.items()}
        for name, parts in self.layout.composed.items():
            places[name] = self._place(next(iter(parts.values()))) if parts else ""
        return places

    def _composed(self, name: str) -> list[str | None]:
        """The text of a composed field in each row; `None` if one of its parts is empty."""
        parts = self.layout.composed[name]
        template = self.wanted.form.compose[name]
        columns = [map(text_in, self.data.columns[index]) for index in parts.values()]
        known: dict[tuple[str, ...], str | None] = {}
        texts = []
        for cells in zip(*columns, strict=True) if columns else [()] * len(self.data.numbers):
            if cells not in known:
                known[cells] = _put_in(template, dict(zip(parts, cells, strict=True))) if all(cells) else None
            texts.append(known[cells])
        return texts

    def _lengthened(self, fields: Mapping[str, Sequence[Cell]], unpivot: Unpivot) -> Lengthened:
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
        flaws: dict[tuple[str, int], Words] = {}
        unpivot = self.wanted.form.unpivot
        for at, number in enumerate(numbers):
            if number not in concerned:
                continue
            for index, names in fields.items():
                if (number, index) in self.flaws:
                    flaws |= {(name, at): self.flaws[number, index] for name in names}
            if longer and unpivot and (number, longer.column[at]) in self.flaws:
                flaws[unpivot.value, at] = self.flaws[number, longer.column[at]]
        return flaws

    def _unknown(self) -> Iterator[str]:
        """The headers that nothing explains, and columns without one that hold something."""
        for index in self.layout.unknown:
            if index >= len(self.headers.texts):
                continue
            if self.texts[index]:
                yield self.texts[index]
            elif not all(map(is_blank, self.data.columns[index])):
                yield Headless(letter(index))


def _put_in(template: str, texts: Mapping[str, str]) -> str:
    """A template with the text of each part in its place."""
    return PLACEHOLDER.sub(lambda match: texts[match[1]], template)


def left_out(left: Mapping[Words, tuple[int, ...]], dropped: int) -> Iterator[Note]:
    """What is said of rows that are no data, by why not, and of so many cells that hold no answer."""
    for reason, numbers in left.items():
        rows = counted(len(numbers), ROWS)
        yield Note(LEFT_OUT, Words(f"{rows.nl} {reason.nl}", f"{rows.en} {reason.en}"), numbers)
    if dropped:
        cells = counted(dropped, CELLS)
        yield Note(LEFT_OUT, Words(f"{cells.nl} zonder antwoord of waarde", f"{cells.en} without an answer or value"))
