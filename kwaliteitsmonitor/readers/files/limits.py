"""How much of a delivered file is read: beyond this it is refused, with a sentence, before time or memory run out.

Every figure lies well above what a university delivers and well below what a small server can bear.
"""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """The most that is read of one file.

    `file_bytes`: a delivery of half a million rows is some 50 MB; what is larger is no delivery.
    `inflated_bytes`: a ZIP holds a thousandfold of itself where someone means harm. A worksheet of half a million rows
    of twelve cells inflates to some 280 MB.
    `inflation` counts beyond `inflation_from` bytes: deflate reaches 1030 to 1, worksheets that people made some 30.
    `members`: a workbook has some dozens of parts, a ZIP of a file per course some hundreds.
    `directory_bytes`: what the list of members of a ZIP takes, at most some 100 bytes a member.
    `rows`, `columns`: what Excel holds itself.
    `box`: cells of a worksheet from its first to its last filled row and column. A worksheet is laid out as one block
    in memory, empty cells too: some 60 bytes each.
    `cells` and `lines` bound a table of text or Parquet: some 60 bytes a cell and 100 a line.
    `sheets`: worksheets of a workbook, and `elements` the elements of what describes it.
    `cell_characters`: Excel allows 32,767; a text four times that, which is also the measure of Python's `csv`.
    `line_characters`: a line of the widest table that Excel holds, with cells that are not short.
    `copied_characters`: a text that stands in a workbook once may be shown in every cell; that much may come of it.
    """

    file_bytes: int = 512 * MB
    inflated_bytes: int = 1024 * MB
    inflation: int = 400
    inflation_from: int = 32 * MB
    members: int = 10_000
    directory_bytes: int = 4 * MB
    rows: int = 1_048_576
    columns: int = 16_384
    box: int = 12_000_000
    cells: int = 12_000_000
    lines: int = 3_000_000
    sheets: int = 1_000
    elements: int = 250_000
    cell_characters: int = 131_072
    line_characters: int = 4 * MB
    copied_characters: int = 512 * MB


LIMITS = Limits()
