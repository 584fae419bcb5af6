"""The scale in which each answer was asked, and answers that were plainly asked in another.

The profile says per question and year on which scale it was asked; the form of a delivery may say otherwise. An answer
outside that scale is wrong. If more than an odd few of a delivery's answers to a question are, they were asked on
another scale than is said, and then those that happen to lie within it are wrong as well: a 5 of ten is no 5 of five.
So all of them are set aside, with what to say in the profile to have them counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.readers.answers.typed_answers import Typed
from schemas.consequences import Costs
from schemas.contract import Table
from schemas.profile.questions import EVERY_QUESTION, FIVE_POINTS, FURTHEST, ONLY, Question, Scale
from schemas.tables.counted import SCALE_NAMES, SCORE
from schemas.words import Words

if TYPE_CHECKING:
    import duckdb

    from kwaliteitsmonitor.readers.answers.counts import Counted

RULE = "evaluations.score.scale"
RANGE = "evaluations.score.range"
HALF = "evaluations.score.half_of_scale"
ODD_ANSWERS = 10
ODD_SHARE = 0.10
"""Up to so many answers outside the scale, or up to such a share of them, are the odd few that somebody mistyped."""

ODD_SMALL = 2
ODD_SMALL_SHARE = 0.25
"""Of few answers: up to so many, or such a share of them, are odd ones."""

LONG_SCALE = 8
ENOUGH = 30
"""Of a scale of so many steps, so many answers without one in its upper half were hardly asked on it."""

FAR = Words("ver daarbuiten", "far outside")

Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Asked:
    """The way a question was asked: its version, the scale, and the numbers that mean no answer."""

    scale: Scale = FIVE_POINTS
    version: str = ONLY
    no_answer: frozenset[int] = frozenset()


@dataclass
class _Met:
    """What was met with of one question in one delivery, among answers that could be read."""

    way: Asked
    answers: int = 0
    outside: int = 0
    aside: int = 0
    lowest: int = 2**62
    highest: int = -(2**62)

    @property
    def mistaken(self) -> bool:
        """Whether more answers than an odd few lie outside the scale."""
        many = self.outside > ODD_ANSWERS and self.outside > ODD_SHARE * self.answers
        return many or (self.outside > ODD_SMALL and self.outside > ODD_SMALL_SHARE * self.answers)

    @property
    def half_used(self) -> bool:
        """Whether many answers on a long scale leave its upper numbers unused."""
        scale = self.way.scale
        upper = scale.low + (scale.high - scale.low) // 2 + 1
        return scale.high - scale.low >= LONG_SCALE and self.answers >= ENOUGH and self.highest < upper


@dataclass
class Scales:
    """The scales of the questions of a profile, and of deliveries whose form says otherwise."""

    questions: Sequence[Question] = ()
    _forms: dict[str, Mapping[str, Scale]] = field(default_factory=dict)
    _paths: dict[str, str] = field(default_factory=dict)
    _met: dict[tuple[str | None, ...], _Met] = field(default_factory=dict)

    def of_delivery(self, part: Counted) -> None:
        """Take in what the form of a delivery says of its scales."""
        self._forms[part.file.delivery.id] = part.form.scales
        self._paths[part.file.delivery.id] = part.file.delivery.path

    def way_of(self, question: str, academic_year: str, delivery: str) -> Asked:
        """How a question was asked in an academic year, in a delivery; a question that is not known, on five points."""
        known = next((one for one in self.questions if one.id == question), None)
        year = academic_year[-4:]
        version = known.version_in(int(year)) if known and year.isdigit() else None
        declared = self._forms.get(delivery, {})
        scale = declared.get(question) or declared.get(EVERY_QUESTION)
        if version is None:
            return Asked(scale or (known.scale if known else FIVE_POINTS))
        scale = scale or version.scale or FIVE_POINTS
        none = frozenset(code for code in version.no_answer if not scale.low <= code <= scale.high)
        return Asked(scale, version.version, none)

    def which(self, rows: pa.Table) -> tuple[Places, list[Asked]]:
        """For each row how it was asked, as a position in the list of ways that there are."""
        place, triples = _alike(rows, ("question", "academic_year", "_delivery"))
        ways: dict[Asked, int] = {}
        of_triple = [ways.setdefault(self.way_of(q or "", y or "", d or ""), len(ways)) for q, y, d in triples]
        return np.array(of_triple, np.int64)[place] if len(of_triple) else place, list(ways)

    def answered(self, connection: duckdb.DuckDBPyConnection, part: Counted, some: Typed) -> Typed:
        """Combinations without those whose number means no answer to their question, which are counted apart."""
        self.of_delivery(part)
        if not any(q.no_answer or q.versions for q in self.questions):
            return some
        place, ways = self.which(some.rows)
        scores = some.rows.column(SCORE).to_numpy()
        none = np.zeros(some.rows.num_rows, bool)
        for number, way in enumerate(ways):
            if way.no_answer:
                none |= (place == number) & np.isin(scores, sorted(way.no_answer))
        if not none.any():
            return some
        left = int(some.rows.column("answers").to_numpy()[none].sum())
        part.answers -= left
        part.no_answer += left
        gone = pa.table({"h": some.hashes[none]})  # noqa: F841 - the engine reads it by name
        connection.execute(f"DELETE FROM groups_{part.at} WHERE h IN (SELECT h FROM gone)")
        return Typed(some.rows.filter(pa.array(~none)), some.hashes[~none], some.file[~none])

    def apart(self, own: Table, rows: pa.Table) -> Iterator[tuple[Table, Places]]:
        """The rows of each scale, by their positions, with the contract bound to it; without rows, the contract."""
        place, ways = self.which(rows)
        if not ways:
            yield own, place
            return
        self._meet(rows, place, ways)
        by_scale: dict[Scale, list[int]] = {}
        for number, way in enumerate(ways):
            by_scale.setdefault(way.scale, []).append(number)
        for scale, numbers in by_scale.items():
            yield bound(own, scale), np.flatnonzero(np.isin(place, numbers))

    def _meet(self, rows: pa.Table, place: Places, ways: Sequence[Asked]) -> None:
        """Note how many answers each delivery has to each question, and which of them lie outside their scale."""
        filled = np.flatnonzero(rows.column(SCORE).is_valid().to_numpy())
        rows, place = rows.take(pa.array(filled)), place[filled]
        if not rows.num_rows:
            return
        low, high = (np.array([getattr(a.scale, end) for a in ways], np.int64)[place] for end in ("low", "high"))
        group, keys = _alike(rows, ("_delivery", "question"))
        order = np.argsort(group, kind="stable")
        starts = np.flatnonzero(np.diff(group[order], prepend=-1))
        scores, answers = (rows.column(name).to_numpy()[order] for name in (SCORE, "answers"))
        outside = np.where((scores < low[order]) | (scores > high[order]), answers, 0)
        total, beyond = (np.add.reduceat(numbers, starts).tolist() for numbers in (answers, outside))
        lowest, highest = np.minimum.reduceat(scores, starts).tolist(), np.maximum.reduceat(scores, starts).tolist()
        for number, key in enumerate(keys):
            met = self._met.setdefault(key, _Met(ways[place[order[starts[number]]]]))
            met.answers += total[number]
            met.outside += beyond[number]
            met.lowest, met.highest = min(met.lowest, lowest[number]), max(met.highest, highest[number])

    def mistaken(self, some: Typed) -> Iterator[tuple[Words, Places]]:
        """The combinations, by position, whose answers were asked on another scale, with the scale that is expected."""
        wrong = {key: met for key, met in self._met.items() if met.mistaken}
        if not wrong or not some.rows.num_rows:
            return
        group, keys = _alike(some.rows, ("_delivery", "question"))
        for number, key in enumerate(keys):
            if key in wrong:
                positions = np.flatnonzero(group == number)
                wrong[key].aside += int(some.rows.column("answers").to_numpy()[positions].sum())
                yield _expected(wrong[key].way.scale), positions

    def results(self, of: str) -> Iterator[RuleResult]:
        """Of each question of this delivery that was asked on another scale, or seems so, a finding."""
        for (delivery, question), met in sorted(self._met.items(), key=str):
            if delivery != of:
                continue
            if met.mistaken:
                yield self._result(RULE, Costs.FIGURES, of, question, met)
            elif met.half_used:
                yield self._result(HALF, Costs.NOTE, of, question, met)

    def _result(self, rule: str, costs: Costs, delivery: str, question: str | None, met: _Met) -> RuleResult:
        path, expected, observed = self._paths.get(delivery, delivery), _expected(met.way.scale), _range(met)
        ends = "{worst: …, best: …}"
        key = f"scales: {{{question}: {ends}}}"
        counted = ("geen ervan is geteld", "none of them is counted") if rule == RULE else ("geteld", "counted")
        return RuleResult(
            "evaluations",
            rule,
            costs,
            Outcome.FAILED,
            met.answers,
            met.aside,
            "de antwoorden op een vraag passen bij de schaal waarin zij is gesteld",
            "the answers to a question fit the scale in which it was asked",
            quarantines=rule == RULE,
            cells=(f"{path}, {question}",),
            detail=Words(
                f"{path}, {question}: antwoorden van {observed.nl}, verwacht {expected.nl}; {counted[0]}. "
                f"Zet bij de vorm van deze bron in feeds.yaml: {key}",
                f"{path}, {question}: answers from {observed.en}, expected {expected.en}; {counted[1]}. "
                f"Set in the form of this source in feeds.yaml: {key}",
            ),
        )

    def marked(self, rows: pa.Table) -> pa.Table:
        """Counts of answers with the scale and the version in which they were asked, after the score."""
        place, ways = self.which(rows)
        values = [(a.scale.worst, a.scale.best, a.version) for a in ways]
        at = rows.column_names.index(SCORE) + 1
        for offset, (name, kind) in enumerate(zip(SCALE_NAMES, (pa.int64(), pa.int64(), pa.string()), strict=True)):
            column = pa.array([value[offset] for value in values], kind).take(pa.array(place))
            rows = rows.add_column(at + offset, pa.field(name, kind), column)
        return rows


def bound(own: Table, scale: Scale) -> Table:
    """The contract with the range of the score that a scale allows."""
    fields = (
        replace(f, minimum=Decimal(scale.low), maximum=Decimal(scale.high)) if f.name == SCORE else f
        for f in own.fields
    )
    return replace(own, fields=tuple(fields))


def _expected(scale: Scale) -> Words:
    turned = scale.worst > scale.best
    nl, en = (" (omgekeerd)", " (reversed)") if turned else ("", "")
    return Words(f"{scale.low} tot en met {scale.high}{nl}", f"{scale.low} to {scale.high}{en}")


def _range(met: _Met) -> Words:
    """The range in which the answers lie; a number that belongs to no scale may be anything, and is not shown."""
    low, high = (Words(f"{e}", f"{e}") if abs(e) <= FURTHEST else FAR for e in (met.lowest, met.highest))
    return Words(f"{low.nl} tot en met {high.nl}", f"{low.en} to {high.en}")


def _alike(rows: pa.Table, names: Sequence[str]) -> tuple[Places, list[tuple[str | None, ...]]]:
    """For each row the number of its values in these columns, and the values by number."""
    which = np.zeros(rows.num_rows, np.int64)
    for name in names:
        codes = rows.column(name).combine_chunks().dictionary_encode("encode").indices.to_numpy()
        _, which = np.unique(which * (rows.num_rows + 1) + codes, return_inverse=True)
    _, first = np.unique(which, return_index=True)
    some = rows.select(list(names)).take(pa.array(first))
    return which, list(zip(*(some.column(name).to_pylist() for name in names), strict=True))
