"""Queries over answers as Ibis expressions: their counts, second answers, texts without blanks around them.

Ibis writes them in the SQL of the engine that is asked, so that every engine is asked the same.

An answer is a whole number on a short scale, so the number of answers with each combination of values says all that a
mean, a spread or a share needs. Cells are counted as they stand. What a combination of them means is worked out
afterwards, for the few thousand combinations that there are, and not for each of millions of answers; only what says
who answered differs from answer to answer, and is read in the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from schemas.identifiers import MOST_EXACT

if TYPE_CHECKING:
    import ibis.expr.types as ir

ANSWERS, ANONYMOUS, LATER = "_answers", "_anonymous", "_later"
"""The columns of counts: all answers, those without a respondent, and those of a respondent who answered before."""

ROW, PLACE, WHO = "_row", "_place", "_who"
"""Of an answer: the row of the file from 0, its place among all answers of the file, and who gave it."""

WHY, OTHERWISE = "_why", "otherwise"
"""What is wrong with who gave an answer, and what stands there where it is but written in another way."""


BLANKS = " \t\n\r\xa0"
"""Space, tab, line feed, carriage return and no-break space: what may stand around a text without being part of it."""


def counts(answers: ir.Table, by: Sequence[str], who: ir.StringValue | None) -> ir.Table:
    """The number of answers with each combination of the cells `by`, and how many of those have no respondent.

    `who` says who gave an answer, `None` if the table does not say it of any; nothing is then said to be missing.
    """
    import ibis

    nobody = ibis.literal(0, "int64") if who is None else answers.count(where=who.isnull())
    return answers.group_by([answers[name] for name in by]).aggregate(**{ANSWERS: answers.count(), ANONYMOUS: nobody})


def trimmed(text: ir.StringValue) -> ir.StringValue:
    """A text without blanks around it, and `None` if nothing is left. It is first looked at whether there are any."""
    import ibis

    blanks = list(BLANKS)
    doubtful = text.left(1).isin(blanks) | text.right(1).isin(blanks)
    bare = text.re_replace(f"^[{BLANKS}]+|[{BLANKS}]+$", "")
    return ibis.ifelse(doubtful, bare, text).nullif("")


def filled(cells: Sequence[ir.Value]) -> ir.BooleanValue:
    """Whether anything but blanks stands in one of the cells of a row."""
    import ibis

    conditions: list[ir.BooleanValue] = [
        (trimmed(cell) if cell.type().is_string() else cell).notnull() for cell in cells
    ]
    return ibis.or_(*conditions)


def put_together(pieces: Sequence[str | ir.Value]) -> ir.StringValue:
    """Texts and cells as one text; `None` if one of the cells is empty."""
    import ibis

    texts = [ibis.literal(piece) if isinstance(piece, str) else trimmed(as_text(piece)) for piece in pieces]
    whole = texts[0]
    for text in texts[1:]:
        whole = whole + text
    return whole


def as_text(cell: ir.Value) -> ir.StringValue:
    """A cell as text; a fraction that holds a whole number is that number, as every reader of cells has it."""
    import ibis

    if not cell.type().is_floating():
        return cell.cast("string")
    whole = cell.cast("int64")
    exact = (cell.abs() < MOST_EXACT) & (whole.cast("float64") == cell.cast("float64"))
    return ibis.ifelse(exact, whole.cast("string"), cell.cast("string"))


def later_ones(answers: ir.Table, once: Sequence[str], order: Sequence[str]) -> ir.Table:
    """Duplicate answers of a respondent: all but the first in this order.

    `once` are the columns that identify an answer, the respondent among them; none of them is empty. Only the answers
    of respondents with duplicates are sorted.
    """
    import ibis

    keys = list(once)
    twice = answers.group_by(keys).aggregate(_times=answers.count())
    twice = twice.filter(twice["_times"] > 1)
    suspected = answers.semi_join(twice, keys)
    nth = ibis.row_number().over(group_by=keys, order_by=[suspected[name] for name in order])
    numbered = suspected.mutate(_nth=nth)
    return numbered.filter(numbered["_nth"] > 0).drop("_nth")


def first_ones(answers: ir.Table, once: Sequence[str], order: Sequence[str]) -> ir.Table:
    """The answers without those of `later_ones`."""
    import ibis

    keys = list(once)
    twice = answers.group_by(keys).aggregate(_times=answers.count())
    twice = twice.filter(twice["_times"] > 1)
    suspected = answers.semi_join(twice, keys)
    nth = ibis.row_number().over(group_by=keys, order_by=[suspected[name] for name in order])
    numbered = suspected.mutate(_nth=nth)
    return answers.anti_join(twice, keys).union(numbered.filter(numbered["_nth"] == 0).drop("_nth"))
