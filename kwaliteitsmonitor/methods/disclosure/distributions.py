"""Select the cells whose distribution of answers may be published: those that disclose nobody.

- *Minimum threshold*: each answer to a question was given by at least as many people in the cell as the threshold.
  ACRO holds every cell of a frequency table to a minimum (`safe_threshold`; Green and others, *SACRO*, 2023).
- *Zero cells*: an answer that others gave and nobody in the cell did tells of each of them that they did not
  (`zeros_are_disclosive` in ACRO; *class disclosure* in the Handbook on Statistical Disclosure Control for Outputs,
  Griffiths and others, 2019).
- *Group disclosure*: if nearly all gave one answer, it is known of each with near certainty (Hundepool and others,
  *Statistical Disclosure Control*, 2012, chapter 5, on tables of frequencies). The share is that of ACRO's rule of
  dominance, `safe_nk_k`.

Beside it, how much of the spread is shown (`kwaliteitsmonitor.methods.disclosure.distributions_shown`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from kwaliteitsmonitor.methods.disclosure.cells import Answers, Behinds
from kwaliteitsmonitor.methods.disclosure.circulation import COARSE, State
from kwaliteitsmonitor.methods.disclosure.distributions_shown import Question
from kwaliteitsmonitor.methods.disclosure.feasible_tables import NEARLY_ALL
from kwaliteitsmonitor.methods.disclosure.gate import changed, is_small, people_changed
from kwaliteitsmonitor.methods.disclosure.milp import NOTHING, PRINTED, View
from kwaliteitsmonitor.methods.statistics.sums import Cell


def tells(counts: Sequence[int], answered: Sequence[bool], threshold: int) -> bool:
    """Whether a distribution gives someone away; `answered` says which answers anybody gave to the question."""
    n = sum(counts)
    return any(wanted and count < threshold for count, wanted in zip(counts, answered, strict=True)) or (
        max(counts) >= NEARLY_ALL * n
    )


@dataclass(frozen=True)
class Shares:
    """What is shown of the answers beside their number and mean, per question.

    `hidden` are the cells whose distribution is not shown; `mute` are those of them of which the spread is not either.
    Of those in `whole`, the same for each question, number and mean are not shown.
    """

    hidden: Mapping[str, frozenset[Cell]] = field(default_factory=dict)
    mute: Mapping[str, frozenset[Cell]] = field(default_factory=dict)
    whole: frozenset[Cell] = frozenset()
    unprotected: tuple[Cell, ...] = ()

    def of(self, question: str) -> dict[Cell, str]:
        """How much is shown of each cell whose distribution is not."""
        mute = self.mute.get(question, frozenset())
        return {cell: NOTHING if cell in mute else PRINTED for cell in self.hidden.get(question, ())}


@dataclass(frozen=True)
class Asked:
    """The answers of an evaluation per cell and question, by the scores; `points` are steps per point, per question."""

    answers: Mapping[Cell, Answers]
    scores: tuple[int, ...]
    points: Mapping[str, int]
    few_gave: Collection[tuple[Cell, str]] = ()
    """The cells with a question to which fewer people than the threshold gave one answer, however often."""
    behind: Behinds = field(default_factory=dict)
    """The people behind the answers in leaves."""


class Former(NamedTuple):
    """An earlier release that holds the same evaluation: its answers, what it showed of them, and the people behind."""

    answers: Mapping[Cell, Answers]
    shares: Shares
    behind: Behinds = MappingProxyType({})


def undistributed(questions: Asked, state: State, threshold: int, earlier: Sequence[Former] = ()) -> Shares:
    """What is shown of the distributions of each question; `state` is what of the cells themselves is not shown.

    `earlier` are the releases that hold the same evaluation.
    """
    hidden, mute = {}, {}
    unprotected: set[Cell] = set()
    for question in sorted({q for of_cell in questions.answers.values() for q in of_cell}):
        shown, open_to_all = _protected(_question(questions, question, state, threshold, earlier))
        hidden[question] = frozenset(cell for cell, _ in shown)
        mute[question] = frozenset(cell for cell, how in shown if how == NOTHING)
        unprotected.update(open_to_all)
    return Shares(hidden, mute, _whole(state), tuple(sorted(unprotected, key=str)))


Items = tuple[tuple[Cell, tuple[int, ...]], ...]
Shown = tuple[tuple[Cell, str], ...]


@dataclass(frozen=True)
class _Given:
    """All that decides what is shown of a question; see `Question`."""

    answers: Items
    scores: tuple[int, ...]
    points: int
    threshold: int
    shown: Shown
    used: tuple[bool, ...]
    locked: frozenset[Cell]
    earlier: tuple[tuple[Items, Shown, frozenset[Cell]], ...]
    hidden: frozenset[Cell]


@lru_cache(maxsize=64)
def _protected(known: _Given) -> tuple[Shown, tuple[Cell, ...]]:
    """How much is shown of each cell whose distribution is not, and the cells that nothing protects.

    Looking for other worlds is what takes time, and a process that runs the same again need not.
    """
    question = Question(
        dict(known.answers),
        known.scores,
        known.points,
        known.threshold,
        dict(known.shown),
        known.used,
        known.locked,
        [View(dict(answers), dict(shown), hidden) for answers, shown, hidden in known.earlier],
        known.hidden,
    )
    question.protect([cell for cell in question.shown if cell not in known.hidden])
    question.protect_earlier()
    return tuple(question.shown.items()), tuple(question.unprotected)


def _whole(state: State) -> frozenset[Cell]:
    """The cells of which nothing at all is shown."""
    return frozenset(cell for cell, how in state.items() if how != COARSE)


def _question(questions: Asked, question: str, state: State, threshold: int, earlier: Sequence[Former]) -> _Given:
    """What decides how much is shown of one question."""
    answers = _of_question(questions.answers, question)
    own = {cell: of_cell[question] for cell, of_cell in answers.items()}
    total = [
        sum(of_score) for of_score in zip(*(counts for cell, counts in own.items() if cell.programme), strict=True)
    ]
    answered = [n > 0 for n in total]
    shown = {cell: PRINTED for cell in own if cell in state or tells(own[cell], answered, threshold)}
    shown |= {cell: PRINTED for cell, of in questions.few_gave if of == question and cell in own}
    shown |= {cell: NOTHING for cell in _whole(state) if cell in own}
    before = [_view(former, question) for former in earlier]
    locked = frozenset(
        cell
        for cell, counts in own.items()
        for one in before
        if one.answers.get(cell) == counts and cell not in one.shown
    )
    for one, former in zip(before, earlier, strict=True):
        for cell, how in one.shown.items():
            if cell in own and cell not in locked and one.answers.get(cell) == own[cell]:
                shown[cell] = NOTHING if NOTHING in (how, shown.get(cell)) else PRINTED
        for cell in _changed_by_few(question, answers, questions.behind, one, former.behind, threshold):
            shown.setdefault(cell, PRINTED)
    return _Given(
        tuple(own.items()),
        questions.scores,
        questions.points.get(question, 1),
        threshold,
        tuple(shown.items()),
        tuple(answered),
        locked,
        tuple((tuple(one.answers.items()), tuple(one.shown.items()), one.hidden) for one in before),
        _whole(state),
    )


def _view(former: Former, question: str) -> View:
    """What an earlier release showed of a question."""
    answers = {cell: of_cell[question] for cell, of_cell in _of_question(former.answers, question).items()}
    return View(answers, former.shares.of(question), former.shares.whole)


def _changed_by_few(
    question: str,
    answers: Mapping[Cell, Answers],
    behind: Behinds,
    before: View,
    behind_before: Behinds,
    threshold: int,
) -> Iterator[Cell]:
    """The cells whose difference with what was shown before would be what few people answered."""
    layer = {cell: {question: counts} for cell, counts in before.answers.items()}
    people = people_changed(layer, answers, behind_before, behind)
    for cell, few in changed(layer, answers).items():
        if cell not in before.shown and cell in answers and is_small(few, threshold, people.get(cell)):
            yield cell


def _of_question(answers: Mapping[Cell, Answers], question: str) -> dict[Cell, Answers]:
    return {cell: {question: of_cell[question]} for cell, of_cell in answers.items() if question in of_cell}
