"""One spelling for each course, in all that is delivered of courses: files, parts, units, years and feeds alike.

Each delivery is read by itself, so that its counts can be kept, and has one spelling for each course of its own. Here
they meet: what differs in capitals and spaces alone is one course, by which answers are counted, invited are compared
with answers, and what rests on one teacher is recognised. Zeros and all other characters tell courses apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc

from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.readers.findings import SPELLING
from schemas.consequences import Costs
from schemas.spelling import fold, one_line
from schemas.words import ANSWERS, ROWS, Words, counted

COURSE = "course"
ELSEWHERE = Words(
    "een cursus die elders met andere hoofdletters of spaties staat; zij tellen als één cursus",
    "a course that stands elsewhere in other capitals or spaces; they count as one course",
)

Spelled = Mapping[str, str]
"""For each spelling that is not read as it stands, the one that is."""

NOTHING_RESPELLED: Spelled = MappingProxyType({})


def spelled(staged: Mapping[str, pa.Table], known: Collection[str] = ()) -> Spelled:
    """The one spelling of each course that these tables write in several: as the profile does, else capitals first.

    `known` are the codes of the profile.
    """
    alike: dict[str, set[str]] = defaultdict(set)
    for code in known:
        alike[fold(code)].add(code)
    for table in staged.values():
        if COURSE in table.column_names:
            for code in pc.unique(table.column(COURSE)).to_pylist():
                if code is not None:
                    alike[fold(code)].add(code)
    spellings: dict[str, str] = {}
    for group in alike.values():
        first = min(group & set(known) or group, key=lambda code: (code != one_line(code), code))
        spellings |= {code: first for code in group if code != first}
    return spellings


def in_one_spelling(rows: pa.Table, spellings: Spelled) -> pa.Table:
    """Rows with one spelling for each course, if they have any."""
    if not spellings or COURSE not in rows.column_names:
        return rows
    column = rows.column(COURSE).combine_chunks()
    encoded = column.dictionary_encode("encode")
    values = [None if code is None else spellings.get(code, code) for code in encoded.dictionary.to_pylist()]
    respelled = pa.array(values, column.type).take(encoded.indices)
    return rows.set_column(rows.column_names.index(COURSE), COURSE, respelled)


def respelled_results(
    staged: Mapping[str, pa.Table], spellings: Spelled, files: Mapping[str, str]
) -> Iterator[RuleResult]:
    """Per delivery how much of it is of a course that is written otherwise elsewhere; never which course.

    `files` gives the file of each delivery.
    """
    for name, rows in staged.items():
        if not spellings or COURSE not in rows.column_names:
            continue
        weight, of = ("answers", ANSWERS) if "answers" in rows.column_names else ("_row", ROWS)
        how = "sum" if of is ANSWERS else "count"
        mine = rows.filter(pc.is_in(rows.column(COURSE), pa.array(list(spellings), pa.string())))
        total = dict(_by_delivery(rows, weight, how))
        for delivery, count in _by_delivery(mine, weight, how):
            times, file = counted(count, of), files.get(delivery, delivery)
            yield RuleResult(
                name,
                f"{name}.{COURSE}.{SPELLING}",
                Costs.NOTHING,
                Outcome.FAILED,
                total[delivery],
                count,
                "elke cursus is overal op één manier geschreven",
                "each course is written in one way throughout",
                cells=(file,),
                detail=Words(f"{file}: {times.nl} van {ELSEWHERE.nl}", f"{file}: {times.en} of {ELSEWHERE.en}"),
            )


def _by_delivery(rows: pa.Table, weight: str, how: str) -> list[tuple[str, int]]:
    summed = rows.group_by("_delivery").aggregate([(weight, how)]).to_pydict()
    return sorted(zip(summed["_delivery"], summed[f"{weight}_{how}"], strict=True))
