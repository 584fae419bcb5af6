"""What the texts of a field are read as, told to a database that holds them: texts that are read alike have one number.

A database can fold capitals and blanks, but it does not know what else is another way to write a name, what is no name
any more and what stands for nothing. So the few texts that it has are read here, by the same reader as those of a file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from kwaliteitsmonitor.readers.cells import names
from kwaliteitsmonitor.readers.cells.identifiers import stands_for_nothing
from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.typed_rows import read_column

EMPTY, UNREAD, NOTHING = 0, -1, -2
"""The numbers of a text that is blank, of one that cannot be read, and of a word for nothing: that one is empty in rows
that have no such name, and cannot be read in others."""


@dataclass(frozen=True)
class Readings:
    """The number of what each text of a field is read as, and the number of each value, from 1."""

    of_text: Mapping[str, int]
    of_value: Mapping[str, int]

    def value(self, text: str) -> str | None:
        """What a text is read as; `None` for one that is blank or stands for nothing, itself if it cannot be read."""
        number = self.of_text[text]
        return text if number == UNREAD else self._values.get(number)

    @cached_property
    def _values(self) -> Mapping[int, str]:
        return {number: value for value, number in self.of_value.items()}


def readings(texts: Collection[str], reader: CellReader) -> Readings:
    """What the different texts of a field of text are read as; `reader` is the reader of its cells."""
    ordered = sorted(texts)
    spelled = names.spellings(lambda: ordered, reader)
    values, problems = read_column(names.in_one_spelling(ordered, spelled), reader)
    known = sorted({value for value in values if isinstance(value, str)})
    of_value = {value: number for number, value in enumerate(known, start=1)}
    nothing = stands_for_nothing(reader.field) if reader.field.empty_where else None
    refused = {at: NOTHING if expected == nothing else UNREAD for at, expected in problems}
    numbers = (of_value[one] if isinstance(one, str) else refused.get(at, EMPTY) for at, one in enumerate(values))
    return Readings(dict(zip(ordered, numbers, strict=True)), of_value)
