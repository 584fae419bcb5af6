"""Map the columns of a file to fields, by comparing its headers with the form and the contract."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from kwaliteitsmonitor.readers.cells.percents import without_percent
from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.cells.texts import Refused
from kwaliteitsmonitor.readers.forms.headers import fits, headers_of, wildcard
from kwaliteitsmonitor.readers.forms.totals import is_total
from schemas.contract import Field, Kind, Table
from schemas.profile.forms import PLACEHOLDER, Form
from schemas.spelling import fold, one_line


@dataclass(frozen=True)
class Layout:
    """Columns by their position: of each field (more than one where several say to be it), and of those that pivot.

    `composed` gives the columns of the parts of a composed field. `pivots` are columns each of whose cells becomes a
    row, with the code for its header; `absent` are headers that the form names for them and that are not there.
    `unknown` are positions of columns that nothing explains. `missing` are fields that have no column at all.
    """

    fields: Mapping[str, tuple[int, ...]]
    composed: Mapping[str, Mapping[str, int]]
    pivots: tuple[tuple[int, str], ...]
    absent: tuple[str, ...]
    unknown: tuple[int, ...]
    missing: tuple[str, ...]

    def lacking(self, table: Table, declared: Collection[str]) -> int:
        """How many fields that must have a value have no column, and are not declared by the delivery either."""
        return sum(not (table[name].nullable or table[name].open_text or name in declared) for name in self.missing)


@dataclass(frozen=True)
class Plan:
    """What to look for among headers: a form and a contract.

    `reader` is that of the field which headers become the values of, if columns become rows; else None.
    """

    form: Form
    table: Table
    reader: CellReader | None = None

    def layout(self, headers: Sequence[str]) -> Layout:
        """Which column is which field, under these headers."""
        form, names = self.form, [fold(header) for header in headers]
        first: dict[str, int] = {}
        for index, name in enumerate(names):
            if name:
                first.setdefault(name, index)
        numbered = form.header == "none" or bool(form.slices)
        fields = self._explicit(headers)
        composed = self._composed(first)
        positions_of = {split.header: first.get(fold(split.header)) for split in form.split}
        fields |= {name: (at,) for s in form.split if (at := positions_of[s.header]) is not None for name in s.fields}
        ignored = fits(form.ignored)
        unread = {index for index, header in enumerate(headers) if header and ignored(header)}
        if not numbered:
            known = headers_of(self.table, {})
            settled = {name for name, _ in form.settled()} | set(fields)
            taken = unread | {index for positions in fields.values() for index in positions}
            for index, name in enumerate(names):
                owner = known.get(name) or self._in_percent(known.get(fold(without_percent(name))))
                if owner is not None and owner not in settled and index not in taken:
                    fields[owner] = (*fields.get(owner, ()), index)
        used = {index for positions in fields.values() for index in positions}
        used |= {index for parts in composed.values() for index in parts.values()}
        used |= {first[name] for name in self._named() if name in first}
        used |= unread
        pivots, absent = self._pivots(headers, used)
        used |= {index for index, _ in pivots}
        provided = {*fields, *form.constants, *composed}
        if form.unpivot and pivots:
            provided |= {form.unpivot.name, form.unpivot.value}
        return Layout(
            fields,
            composed,
            pivots,
            absent,
            () if numbered else tuple(index for index in range(len(headers)) if index not in used),
            tuple(name for name in self.table.names if name not in provided),
        )

    def _explicit(self, headers: Sequence[str]) -> dict[str, tuple[int, ...]]:
        """The columns of the fields for which the form names a header."""
        columns: dict[str, tuple[int, ...]] = {}
        for header, name in self.form.columns.items():
            if name not in self.table.names:
                continue  # of another table of the same source
            fit = fits([header])
            positions = tuple(index for index, text in enumerate(headers) if text and fit(text))
            if positions:
                columns[name] = tuple(sorted({*columns.get(name, ()), *positions}))
        return columns

    def _composed(self, first: Mapping[str, int]) -> dict[str, Mapping[str, int]]:
        """Per composed field the column of each of its parts, if all of them are there."""
        columns: dict[str, Mapping[str, int]] = {}
        for name, text in self.form.compose.items():
            parts = PLACEHOLDER.findall(text)
            if all(fold(part) in first for part in parts):
                columns[name] = {part: first[fold(part)] for part in parts}
        return columns

    def _named(self) -> set[str]:
        """The headers that the form uses for something else than a field."""
        named = self.form.headers_named()
        return {fold(header) for key in ("split", "joins", "where", "skip", "fill_down") for header in named[key]}

    def _pivots(
        self, headers: Sequence[str], used: Collection[int]
    ) -> tuple[tuple[tuple[int, str], ...], tuple[str, ...]]:
        """The columns that become rows, each with the code for its header, and the headers that are not there."""
        unpivot = self.form.unpivot
        if unpivot is None:
            return (), ()
        free = [(index, header) for index, header in enumerate(headers) if header and index not in used]
        if not unpivot.headers:
            return tuple((index, name) for index, header in free if (name := self._as_value(header))), ()
        patterns = [(header, wildcard(header), code) for header, code in unpivot.headers.items()]
        pivots: list[tuple[int, str]] = []
        met: set[str] = set()
        for index, text in free:
            for header, pattern, code in patterns:
                match = pattern.fullmatch(one_line(text))
                if match and not (pattern.groups and is_total(match[1])):
                    met.add(header)
                    pivots.append((index, code.replace("*", match[1].strip()) if pattern.groups else code))
                    break
        return tuple(pivots), tuple(header for header in unpivot.headers if header not in met)

    def _in_percent(self, name: str | None) -> str | None:
        """The field of a header that says per cent, if rows say what the field measures; else None."""
        return name if name is not None and self.table[name].measured_by else None

    def _as_value(self, header: str) -> str:
        """The header as a value of the field that the columns are named by, without a sign of percentages; or empty."""
        if self._is_value(header):
            return header
        value = self.table[self.form.unpivot.value] if self.form.unpivot else None
        bare = without_percent(header) if value is not None and value.measured_by else ""
        return bare if bare and self._is_value(bare) else ""

    def _is_value(self, header: str) -> bool:
        """Whether a header by itself is a value of the field that the columns are named by."""
        if self.reader is None:
            return False
        named = self.reader.field
        try:
            value = self.reader(header)
        except Refused:
            return False
        if named.codes:
            return value in named.codes
        return named.kind is Kind.INTEGER and isinstance(value, int) and _within(value, named)


def _within(value: int, bounded: Field) -> bool:
    low, high = bounded.minimum, bounded.maximum
    return low is not None and high is not None and low <= value <= high
