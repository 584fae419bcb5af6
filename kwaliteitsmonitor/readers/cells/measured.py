"""Read numbers whose row says what they measure: shares, which may be written as percentages, or others.

`17,3%` as text, 0.173 that its cell shows as 17,3%, and 0,173 are the same share. A number that is no share is never
taken for a percentage, nor multiplied as one if the form says that shares are in per cent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from kwaliteitsmonitor.readers.cells.numbers import OF_ONE, Measure, Percentage, written
from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.cells.texts import Cell
from schemas.profile.indicators import Measured
from schemas.values import Value
from schemas.words import Words

Problems = list[tuple[int, Words]]
ReadColumn = Callable[[Sequence[Cell], CellReader], tuple[Sequence[Value], Problems]]

ONE = Decimal(1)
SPREAD = "spread"
_PER_CENT = frozenset(OF_ONE.values())

WITHOUT_SIGN = Words(
    "een percentage met het teken erbij, bijvoorbeeld 0,8%: de kop of de naam zegt procenten, en een getal tot en met "
    "1 kan ook een fractie zijn",
    "a percentage with its sign, such as 0.8%: the header or the name says per cent, and a number up to 1 may be a "
    "fraction as well",
)


@dataclass(frozen=True)
class Said:
    """What is said of the cells of a column: the code and the year of each row, and where they are said in per cent.

    `percent` gives, per position, what a number is multiplied by to be a fraction.
    """

    codes: Sequence[str | None]
    years: Sequence[int | None]
    percent: Mapping[int, Decimal]


def read_measured(
    cells: Sequence[Cell], reader: CellReader, measures: Said, read: ReadColumn
) -> tuple[list[Value], Problems]:
    """A column read, each cell by what its row measures, with the positions of those that were refused and why.

    `read` reads cells that all measure the same. A row of which it is not known what it measures is read as a number:
    it is set aside for its code.
    """
    groups: dict[tuple[str | None, int | None, Decimal | None], list[int]] = {}
    for at, (code, year) in enumerate(zip(measures.codes, measures.years, strict=True)):
        groups.setdefault((code, year, measures.percent.get(at)), []).append(at)
    values: list[Value] = [None] * len(cells)
    problems: Problems = []
    large = _above_one(cells, reader, measures)
    for (code, year, percent), positions in groups.items():
        known = reader.measured(code, year) if reader.measured and code is not None else None
        own = reader if known is None else _of_row(reader, known, percent)
        doubtful = percent is not None and own.share and reader.scale is None and code not in large
        numbers, refused = read([cells[at] for at in positions], own)
        wrong = dict(refused)
        for number, (at, value) in enumerate(zip(positions, numbers, strict=True)):
            expected = wrong.get(number)
            if known is not None and known.share:
                ends = _ends(reader, known)
                if doubtful and value and _plain(cells[at], reader) is not None:
                    expected = WITHOUT_SIGN
                elif expected is not None or (isinstance(value, Decimal) and not _within(value, *ends)):
                    expected = _share(*ends, reader)
            if expected is None:
                values[at] = value
            else:
                problems.append((at, expected))
    return values, sorted(problems, key=lambda problem: problem[0])


def impossible_ratios(
    columns: Mapping[str, Sequence[Value]], reader: CellReader, measures: Said
) -> Iterator[tuple[int, Words]]:
    """The positions of rows whose numerator and denominator make a share that cannot be, and what was expected."""
    for at, (code, year) in enumerate(zip(measures.codes, measures.years, strict=True)):
        numerator, denominator = columns["numerator"][at], columns["denominator"][at]
        known = reader.measured(code, year) if reader.measured and code is not None else None
        if known is None or not (known.share and known.by_parts):
            continue
        if not (isinstance(numerator, int | Decimal) and isinstance(denominator, int | Decimal) and denominator):
            continue
        if not _within(numerator / denominator, known.lowest, known.highest):
            low, high = (None if end is None else end * denominator for end in (known.lowest, known.highest))
            yield at, _between(low, high, reader, Words("een teller", "a numerator"))


def _of_row(reader: CellReader, known: Measured, percent: Decimal | None) -> CellReader:
    """The reader of rows that measure the same. A scale that makes a percentage a fraction is about shares alone."""
    scale = reader.scale
    if known.share:
        scale = scale if scale in _PER_CENT else percent
    elif scale in _PER_CENT:
        scale = None
    return replace(reader, share=known.share, scale=scale, measured=None)


def _ends(reader: CellReader, known: Measured) -> tuple[Decimal | None, Decimal | None]:
    """The ends between which a share lies, or its spread: no wider than the ends are apart."""
    if reader.field.name != SPREAD:
        return known.lowest, known.highest
    apart = None if known.lowest is None or known.highest is None else known.highest - known.lowest
    return Decimal(0), apart


def _above_one(cells: Iterable[Cell], reader: CellReader, measures: Said) -> set[str | None]:
    """The codes of which some number that is said to be in per cent is too large to be a fraction."""
    return {
        measures.codes[at]
        for at, cell in enumerate(cells)
        if at in measures.percent and (number := _plain(cell, reader)) is not None and abs(number) > ONE
    }


def _plain(cell: Cell, reader: CellReader) -> Decimal | None:
    """The number in a cell that does not say itself that it is a percentage; `None` if there is none."""
    if isinstance(cell, bool | Percentage):
        return None
    if isinstance(cell, int | float | Decimal):
        number = Decimal(str(cell))
        return number if number.is_finite() else None
    parsed = written(cell, reader.locale) if isinstance(cell, str) else None
    return parsed.value if parsed is not None and parsed.measure is Measure.PLAIN else None


def _within(value: float | Decimal, low: Decimal | None, high: Decimal | None) -> bool:
    return (low is None or low <= value) and (high is None or value <= high)


def _share(low: Decimal | None, high: Decimal | None, reader: CellReader) -> Words:
    example = "17,3%" if reader.locale == "nl" else "17.3%"
    expected = _between(low, high, reader, Words("een aandeel", "a share"))
    return Words(
        f"{expected.nl}, of een percentage, bijvoorbeeld {example}", f"{expected.en}, or a percentage, as {example}"
    )


def _between(low: Decimal | None, high: Decimal | None, reader: CellReader, what: Words) -> Words:
    first, last = (None if end is None else _shown(end, reader) for end in (low, high))
    if first is None and last is None:
        return what
    if last is None:
        return Words(f"{what.nl} van ten minste {first}", f"{what.en} of at least {first}")
    if first is None:
        return Words(f"{what.nl} van ten hoogste {last}", f"{what.en} of at most {last}")
    return Words(f"{what.nl} van {first} tot en met {last}", f"{what.en} from {first} to {last}")


def _shown(number: Decimal, reader: CellReader) -> str:
    text = f"{number.normalize():f}"
    return text.replace(".", ",") if reader.locale == "nl" else text
