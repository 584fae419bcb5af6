"""Columns from another table of the same file, found by a key that is unique there: rows are never multiplied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kwaliteitsmonitor.readers.cells.grid import Grid, Note
from kwaliteitsmonitor.readers.cells.texts import Cell, is_blank
from kwaliteitsmonitor.readers.files.refusals import EXPORT_AGAIN, RefusedFileError
from kwaliteitsmonitor.readers.forms.headers import SEARCHED, fits, text_in
from schemas.profile.forms import Join
from schemas.spelling import fold
from schemas.words import ROWS, Words, counted


@dataclass(frozen=True)
class Lookup:
    """Another table by its key: the cells of the columns `take` per key, which is under the headers `by` here."""

    member: str
    by: tuple[str, ...]
    take: tuple[str, ...]
    by_key: Mapping[tuple[str, ...], tuple[Cell, ...]]

    def there(self, headers: Sequence[str]) -> bool:
        """Whether these headers include the key."""
        names = set(map(fold, headers))
        return all(fold(header) in names for header in self.by)

    def columns(self, columns: Sequence[Sequence[Cell]], numbers: Sequence[int]) -> tuple[list[list[Cell]], list[Note]]:
        """The columns that come along for rows with these key columns, and the rows whose key is not there."""
        taken: list[tuple[Cell, ...]] = []
        absent: list[int] = []
        nothing = (None,) * len(self.take)
        for number, cells in zip(numbers, zip(*columns, strict=True), strict=True):
            key = tuple(map(text_in, cells))
            row = self.by_key.get(key)
            if row is None and any(key):
                absent.append(number)
            taken.append(row or nothing)
        notes = []
        if absent:
            rows, by = counted(len(absent), ROWS), ", ".join(self.by)
            message = Words(
                f"{rows.nl} waarvan {by} niet in {self.member} staat", f"{rows.en} whose {by} is not in {self.member}"
            )
            notes.append(Note("not_joined", message, tuple(absent)))
        return [list(column) for column in zip(*taken, strict=True)] or [[] for _ in self.take], notes


def lookup(join: Join, grids: Sequence[Grid]) -> Lookup:
    """The other table of a join.

    Raises `UnreadableError` if it is not in the file, lacks a header, or has a key more than once.
    """
    fit = fits([join.member])
    named = [grid for grid in grids if fit(grid.name) or fit(grid.name.rsplit("/", 1)[-1])]
    if len(named) != 1:
        raise RefusedFileError(
            Words(
                f"er {'is geen tabel' if not named else 'zijn meer tabellen'} '{join.member}' in dit bestand",
                f"there {'is no table' if not named else 'are several tables'} '{join.member}' in this file",
            ),
            Words("een, waaruit kolommen worden overgenomen", "one, from which columns are taken"),
            EXPORT_AGAIN,
        )
    grid = named[0]
    keys, take = [fold(header) for header in join.by.values()], [fold(header) for header in join.take]
    for at in range(min(SEARCHED, len(grid.cells))):
        names = [fold(text_in(cell)) for cell in grid.cells[at]]
        if {*keys, *take} <= set(names):
            return _read(join, grid, at, [names.index(key) for key in keys], [names.index(name) for name in take])
    lacking = ", ".join([*join.by.values(), *join.take])
    raise RefusedFileError(
        Words(f"'{join.member}' heeft niet de kolommen {lacking}", f"'{join.member}' lacks the columns {lacking}"),
        Words("die koppen op een rij", "those headers in one row"),
        EXPORT_AGAIN,
    )


def _read(join: Join, grid: Grid, at: int, keys: Sequence[int], take: Sequence[int]) -> Lookup:
    rows: dict[tuple[str, ...], tuple[Cell, ...]] = {}
    for number, row in zip(grid.numbers[at + 1 :], grid.cells[at + 1 :], strict=True):
        if all(map(is_blank, row)):
            continue
        if len(row) != len(grid.cells[at]):
            raise RefusedFileError(
                Words(
                    f"rij {number} van '{join.member}' heeft niet evenveel cellen als de kop",
                    f"row {number} of '{join.member}' has another number of cells than its header",
                ),
                remedy=EXPORT_AGAIN,
            )
        key = tuple(text_in(row[index]) for index in keys)
        if not any(key):
            continue
        if key in rows:
            raise _repeated(join, number)
        rows[key] = tuple(row[index] for index in take)
    return Lookup(join.member, tuple(join.by), tuple(join.take), rows)


def _repeated(join: Join, number: int) -> RefusedFileError:
    under = ", ".join(join.by.values())
    return RefusedFileError(
        Words(
            f"de sleutel ({under}) op rij {number} van '{join.member}' komt daar al voor",
            f"the key ({under}) in row {number} of '{join.member}' is already there",
        ),
        Words(
            "elke sleutel een keer: een tweede zou rijen verdubbelen",
            "each key once: a second one would multiply rows",
        ),
        Words(
            "Exporteer het opnieuw met een rij per sleutel, of laat het profiel meer kolommen van de sleutel noemen.",
            "Export it again with a row for each key, or let the profile name more columns of the key.",
        ),
    )
