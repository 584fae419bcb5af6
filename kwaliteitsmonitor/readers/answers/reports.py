"""What staging reports of answers: each rule with the number of answers that break it, and how each file was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from kwaliteitsmonitor.methods.checks.results import SHOWN_CELLS, Outcome, RuleResult
from kwaliteitsmonitor.readers.answers.counts import Counted
from kwaliteitsmonitor.readers.answers.typed_answers import Kinds
from kwaliteitsmonitor.readers.cells.grid import Headless, Note, RawTable, unknown_columns
from kwaliteitsmonitor.readers.findings import COLUMNS, Spelled, names_result, notes_results, of_file
from kwaliteitsmonitor.readers.forms.rows import ABOVE, ANOTHER_RECORD
from kwaliteitsmonitor.readers.forms.understood import LEFT_OUT
from kwaliteitsmonitor.readers.quarantine import Quarantined, Read
from kwaliteitsmonitor.readers.uneven_loss import uneven
from schemas.consequences import Costs
from schemas.contract import Table
from schemas.words import ANSWERS, CELLS, LINES, ROWS, Words, counted, joined

LONGEST_HEADER = 200
"""Characters of a header that are shown: the text of a question is a sentence, and a cell of open text no header."""


def failed_by(kinds: Kinds, counts: Mapping[int, int]) -> dict[str, int]:
    """How many answers broke each rule, from how many are set aside by each reason."""
    failed: Counter[str] = Counter()
    for kind, number in kinds.known.items():
        failed[kind.rule] += counts.get(number, 0)
    return {rule: count for rule, count in sorted(failed.items()) if count}


def findings_of(table: Table, part: Counted, listed: Sequence[Quarantined]) -> tuple[RuleResult, ...]:
    """What is to be said of one file: its columns, how it was read, and what in it is no answer."""
    return (_columns_result(table, part, listed), *_notes(table, part), *_names(table, part))


def uneven_of(table: Table, part: Counted, rows: pa.Table) -> Iterator[RuleResult]:
    """Of which units and programmes most answers are set aside; `rows` are the counts of those that were accepted."""
    read = Read(part.file.delivery, RawTable("", {}, (), {}, (), ()), part.file.path_fields)
    for name, received in part.received_by.items():
        summed = rows.group_by(name).aggregate([("answers", "sum")]).to_pydict()
        result = uneven(table, name, read, received, dict(zip(summed[name], summed["answers_sum"], strict=True)))
        if result is not None:
            yield result


def _names(table: Table, part: Counted) -> Iterator[RuleResult]:
    """Which names were read otherwise than they are written, with the number of answers."""
    read = Read(part.file.delivery, RawTable("", {}, (), {}, (), ()), part.file.path_fields)
    for (name, message), count in sorted(part.names_read_otherwise.items()):
        spelled = Spelled(message, part.answers, count, [part.file.delivery.path], ANSWERS)
        yield names_result(table, read, table[name], spelled)


def _columns_result(table: Table, part: Counted, listed: Sequence[Quarantined]) -> RuleResult:
    """Whether nothing stands in a file that no column of the contract explains.

    A line of which no answer can be made is an answer less, which is shown and blocks nothing, as any answer that is
    set aside.
    """
    rule, path = f"{table.name}.{COLUMNS}", part.file.delivery.path
    problems = []
    if part.lines_aside:
        rows = ", ".join([f"{item.sheet} {item.row}".strip() for item in listed if item.rule == rule][:SHOWN_CELLS])
        lines = counted(part.lines_aside, LINES)
        problems.append(
            Words(f"{lines.nl} zonder leesbaar antwoord: {rows}", f"{lines.en} without a readable answer: {rows}")
        )
    headless = map(Headless, part.headless)
    unknown = [
        *(header if isinstance(header, Headless) else _short(header) for header in part.selected.unknown),
        *headless,
    ]
    if unknown:
        problems.append(unknown_columns(unknown))
    read = Read(part.file.delivery, RawTable("", {}, (), {}, (), ()), part.file.path_fields)
    message = joined(problems)
    return RuleResult(
        table.name,
        rule,
        table.costs if part.lines_aside else Costs.NOTE,
        Outcome.FAILED if problems else Outcome.PASSED,
        1,
        int(bool(problems)),
        "het bestand heeft de kolommen van het contract",
        "the file has the columns of the contract",
        quarantines=bool(part.lines_aside),
        cells=(path,) if problems else (),
        detail=of_file(read, message) if message else None,
    )


def _notes(table: Table, part: Counted) -> Iterator[RuleResult]:
    """How a file was read, and what in it is no answer."""
    selected = part.selected
    raw = selected.raw or RawTable("", {}, range(part.answers), {}, (), ())
    notes = [*selected.notes, *_left_out(part)]
    return notes_results(table, Read(part.file.delivery, replace(raw, notes=tuple(notes)), part.file.path_fields))


def _left_out(part: Counted) -> Iterator[Note]:
    for count, reason in ((part.selected.above, ABOVE), (part.other_records, ANOTHER_RECORD)):
        if count:
            rows = counted(count, ROWS)
            yield Note(LEFT_OUT, Words(f"{rows.nl} {reason.nl}", f"{rows.en} {reason.en}"))
    if part.no_answer:
        cells = counted(part.no_answer, CELLS)
        yield Note(LEFT_OUT, Words(f"{cells.nl} zonder antwoord", f"{cells.en} without an answer"))


def _short(header: str) -> str:
    return header if isinstance(header, Headless) else header[:LONGEST_HEADER]
