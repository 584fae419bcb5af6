"""Which cells of an evaluation are hidden, so that nobody is recognised in what is shown, nor by subtraction.

*Primary*: a cell is hidden if it is about fewer people than the threshold for any question that is asked in it,
if all gave the same answer (group disclosure), if number and mean say how few gave an answer, and if it rests
on one course, for one teacher teaches it. All questions of an evaluation are hidden together.

*Complementary*: further cells are hidden until each hidden cell can hold at least as many numbers of people as the
threshold says, with everything that is shown the same, and at least two answers
(`kwaliteitsmonitor.methods.disclosure.circulation`); in answers that is more, if one person may have given several.
As each hidden cell holds someone, it follows that every sum of hidden cells that can be computed is about at least as
many people as the threshold. The cells about the fewest people are taken (Hundepool and others, *Statistical Disclosure
Control*, 2012, chapter 4, on secondary cell suppression).

*Earlier releases* that hold the same evaluation stay readable. A cell that was hidden stays so while its contents are
the same; one that was shown cannot protect another while they are. What changed between two releases is itself a table
in which nobody may be recognised: if a shown cell changed by fewer people than the threshold it is shown in two
significant digits (`coarse`) if all answers of those few stay possible within the rounding, and else hidden.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from kwaliteitsmonitor.methods.disclosure.audit import narrowed
from kwaliteitsmonitor.methods.disclosure.cells import Answers, Behind, Behinds, Population, at_least, sizes, summed
from kwaliteitsmonitor.methods.disclosure.circulation import COARSE, HIDDEN, Circulation, Layer, Room, State
from kwaliteitsmonitor.methods.disclosure.feasible_tables import left_open
from kwaliteitsmonitor.methods.disclosure.secondary import Partners
from kwaliteitsmonitor.methods.statistics.sums import Cell

COARSE_FROM = 100
"""From how many people on a cell may be shown in two significant digits, which are then fewer than it has."""
TOTALS = 100
"""How much dearer it is to hide a figure of the whole institution, which a release is made for, than one of a unit."""
AUDITS = 120
"""How many computations of what releases say together are made for an evaluation: some seconds' worth."""
WIDEST_SCALE = 10
"""The widest scale of which rounding a mean to one decimal is reckoned to leave every answer possible."""


FEW_PEOPLE, ONE_COURSE, SUBTRACTION = "few_people", "one_course", "subtraction"
EARLIER, CHANGED = "earlier_release", "changed_by_few"
"""The rules by which a cell is hidden, as `hidden_by` has them."""


@dataclass(frozen=True)
class Outcome:
    """The cells that are not shown in full, and those of them that nothing left can protect."""

    state: State
    unprotected: tuple[Cell, ...] = ()
    rules: Mapping[Cell, str] = field(default_factory=dict)
    """By which rule each is not, as `hidden_by` has it, but for those that were hidden anyway."""


def coarse_from(few: int) -> int:
    """From how many people on a cell in which so few changed may be shown in two digits, and need not be hidden."""
    return max(COARSE_FROM, 10 * few * WIDEST_SCALE)


def is_small(answers: Answers, threshold: int, people: Mapping[str, int] | None = None) -> bool:
    """Whether a question that was answered has fewer people than the threshold, or all answers the same.

    `people` are at least how many there are; if it is not said, as many as answers.
    """
    of = people or {}
    return any(0 < min(sum(c), of.get(q, sum(c))) < threshold or sum(c) == max(c) > 0 for q, c in answers.items())


def primary(
    population: Population,
    answers: Mapping[Cell, Answers],
    threshold: int,
    several: Collection[str] = (),
    scores: tuple[int, ...] = (),
) -> dict[Cell, str]:
    """The cells that are hidden for what they hold themselves, and by which rule.

    `several` are courses that more than one teaches.

    With `scores`, in their order, those are hidden too of which number and mean say how few gave an answer.
    """
    few = {
        cell
        for cell, of_cell in answers.items()
        if is_small(of_cell, threshold)
        or cell in population.few
        or (scores and not all(left_open(counts, scores, threshold) for counts in of_cell.values() if any(counts)))
    }
    alone = {cell for cell, courses in population.alone.items() if not courses <= {*several}}
    return {cell: FEW_PEOPLE if cell in few else ONE_COURSE for cell in answers if cell in few or cell in alone}


def decide(
    answers: Mapping[Cell, Answers],
    first: Collection[Cell],
    threshold: int,
    earlier: Sequence[Layer] = (),
    behind: Behinds | None = None,
) -> Outcome:
    """What to hide of the cells of one evaluation, given those that are hidden anyway and what was shown before.

    `earlier` are the releases that hold the same evaluation, the oldest first; `behind` the people in its leaves.
    """
    gate = _Gate(answers, threshold, [layer for layer in earlier if layer.answers], behind=behind or {})
    gate.start(first)
    gate.run()
    return Outcome(dict(sorted(gate.state.items(), key=lambda item: str(item[0]))), tuple(gate.unprotected), gate.rules)


@dataclass
class _Gate:
    """The cells on their way to being safe. Whatever is hidden stays hidden, so that what is proved stays proved."""

    answers: Mapping[Cell, Answers]
    threshold: int
    earlier: Sequence[Layer]
    state: dict[Cell, str] = field(default_factory=dict)
    unprotected: list[Cell] = field(default_factory=list)
    rules: dict[Cell, str] = field(default_factory=dict)
    audits: int = AUDITS
    behind: Behinds = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.n = {cell: max(sizes(answers).values(), default=0) for cell, answers in self.answers.items()}
        # Two digits say little of a hundred people and much of ten: the question that the fewest answered decides.
        self.fewest = {cell: min(filter(None, sizes(a).values()), default=0) for cell, a in self.answers.items()}
        self.now = Layer.of_release(self.answers, self.state, self.behind)
        self.changes = [(layer, _change(layer, self.now)) for layer in self.earlier]
        same = [(c, layer) for layer in self.earlier for c in self.answers if layer.answers.get(c) == self.answers[c]]
        self.locked = {cell for cell, layer in same if cell not in layer.state}
        self.kept = {cell: layer.state[cell] for cell, layer in same if cell in layer.state}
        self.queue: list[Cell] = []
        self._made: dict[tuple[int, ...], Circulation] = {}

    def start(self, first: Collection[Cell]) -> None:
        """Hide what is hidden anyway, what was and did not change, and what changed by few people."""
        for cell in first:
            self.hide(cell)
        for cell in self.kept.keys() - self.locked:
            self.hide(cell, self.kept[cell], EARLIER)
        for layer, change in self.changes:
            for cell, answers in change.answers.items():
                if (
                    cell not in layer.state
                    and cell in self.answers
                    and is_small(answers, self.threshold, change.people.get(cell))
                ):
                    few = max(sizes(answers).values())
                    possible = self.fewest[cell] >= coarse_from(few)
                    self.hide(cell, COARSE if possible else HIDDEN, CHANGED)
        self.queue = sorted({*self.queue, *(c for layer in self.earlier for c in layer.state)}, key=_order)

    def hide(self, cell: Cell, how: str = HIDDEN, rule: str = SUBTRACTION) -> None:
        """Hide a cell, or show it coarsely, unless it is hidden already."""
        if cell in self.answers and self.state.get(cell) not in (HIDDEN, how):
            self.state[cell] = how
            self.rules.setdefault(cell, rule)
            self.queue.append(cell)
            self._made.clear()

    def run(self) -> None:
        """Protect each cell that is hidden: now, in every earlier release, and in what changed since."""
        while self.queue:
            cell = self.queue.pop(0)
            if self.state.get(cell) == HIDDEN and cell not in self.locked:
                self._protect(cell, self.now, [[self.now], [self.now, *self.earlier[-1:]], [self.now, *self.earlier]])
            for layer, change in self.changes:
                if layer.state.get(cell) == HIDDEN and cell in layer.answers:
                    self._protect(cell, layer, [[layer], [layer, self.now], [self.now, *self.earlier]])
                if cell in layer.state and self.state.get(cell) == HIDDEN and cell in change.answers:
                    self._protect(cell, change, [[change]])

    def _protect(self, target: Cell, layer: Layer, views: Sequence[Sequence[Layer]]) -> None:
        """Hide more until a cell that is hidden in a release (or in what changed since one) has enough room.

        Ways prove that it has. If earlier releases hold other contents no single way need run through all of them,
        and what can be computed from them together decides. A cell that could be computed from earlier releases alone
        is lost. If nothing is left to hide, all that is shown had been shown before, and adds nothing.
        """
        while True:
            rooms = []
            for view in views:
                room = self._circulation(view).room(target, layer, self.threshold)
                if not room.short:
                    return
                rooms.append((view, room))
            if self.earlier and self._settled(target, layer, rooms[-1][1].short):
                return
            added = self._added(target, rooms)
            if not added:
                if layer is self.now:
                    self.unprotected.append(target)
                return
            for cell, how in added:
                self.hide(cell, how)

    def _settled(self, target: Cell, layer: Layer, questions: Sequence[str]) -> bool:
        """Whether the cell stays uncertain given all releases, or was already exact given the earlier ones.

        When the computations that are allowed are used up, the answer is assumed to be no, so that more may be
        suppressed than needed.
        """
        releases = [*self.earlier, self.now]
        place = next((i for i, one in enumerate(releases) if one is layer), None)
        self.audits -= len(questions)
        if place is None or self.audits < 0:
            return False
        if not narrowed(releases, place, target, questions, self.threshold):
            return True
        return layer is not self.now and narrowed(self.earlier, place, target, questions, self.threshold)

    def _circulation(self, view: Sequence[Layer]) -> Circulation:
        key = tuple(id(layer) for layer in view)
        if key not in self._made:
            self._made[key] = Circulation(view, self._fixed(view))
        return self._made[key]

    def _fixed(self, view: Sequence[Layer]) -> set[Cell]:
        """The leaves that cannot differ in these releases alone, for another holds the same contents."""
        others = [layer for layer in (self.now, *self.earlier) if not any(layer is one for one in view)]
        if len(view) == 1 and not any(view[0] is layer for layer in (self.now, *self.earlier)):
            return set()
        return {
            cell
            for layer in view
            for cell, answers in layer.answers.items()
            if cell.programme is not None and any(other.answers.get(cell) == answers for other in others)
        }

    def _added(self, target: Cell, rooms: Sequence[tuple[Sequence[Layer], Room]]) -> list[tuple[Cell, str]]:
        """What to hide besides, at the least cost, to give a cell more room."""
        # Several ways that each give some of the room may cost less than the one that gives all of it.
        options = [self._partners(*room, strict=strict).cheapest(target) for strict in (True, False) for room in rooms]
        ways = [way for way in options if way]
        if ways:
            return min(ways, key=lambda way: way[0])[1]
        able = [cell for cell in self.answers if self.state.get(cell) != HIDDEN and cell not in self.locked]
        near = [c for c in able if target.unit == c.unit or target.level == c.level] or able
        return [(min(near, key=lambda c: (c.unit is None, self.n[c], _order(c))), HIDDEN)] if near else []

    def _partners(self, view: Sequence[Layer], room: Room, *, strict: bool) -> Partners:
        """The cells on which a way may run: those open in all of these releases, and those that may yet be hidden."""
        partners = Partners(view, room, strict=strict)
        live = [layer for layer in view if layer.state is self.state]
        fixed = self._fixed(view)
        for cell in sorted(set().union(*(layer.answers for layer in view)), key=_order):
            rest = [layer for layer in view if layer.state is not self.state]
            if cell in fixed or not all(layer.open_edge(cell) for layer in rest):
                continue
            if all(layer.open_edge(cell) for layer in live):
                partners.add(cell, self.state.get(cell, HIDDEN) if live else HIDDEN, 0)
            if live and self.state.get(cell) != HIDDEN and cell in self.answers and cell not in self.locked:
                partners.add(cell, HIDDEN, self.n[cell] * (TOTALS if cell.unit is None else 1))
                if self.earlier and self.fewest[cell] >= COARSE_FROM and cell not in self.state:
                    partners.add(cell, COARSE, 1 + self.n[cell] // COARSE_FROM)
        return partners


def _change(before: Layer, after: Layer) -> Layer:
    """The difference between two releases as a layer of its own, as far as the later one shows it."""
    people = people_changed(before.answers, after.answers, before.behind, after.behind)
    return Layer(changed(before.answers, after.answers), after.state, people)


def changed(before: Mapping[Cell, Answers], after: Mapping[Cell, Answers]) -> dict[Cell, Answers]:
    """The answers that came in each published cell, and after them those that went, per question."""
    ways = _ways(before, after)
    return summed({leaf: {q: (*came, *gone) for q, (came, gone) in of.items()} for leaf, of in ways.items()})


def people_changed(
    before: Mapping[Cell, Answers], after: Mapping[Cell, Answers], then: Behinds, now: Behinds
) -> dict[Cell, dict[str, int]]:
    """At least how many people the answers are of that came or went in each published cell, per question.

    Who gave another answer than before is one person, though an answer came and one went; and who came may have
    answered as many courses as there are.
    """
    leaves: dict[Cell, dict[str, Behind]] = {}
    for leaf, questions in _ways(before, after).items():
        for question, (came, gone) in questions.items():
            sides = ((came, now), (gone, then))
            of = [-(-sum(counts) // _courses(known, leaf, question)) for counts, known in sides]
            leaves.setdefault(leaf, {})[question] = Behind(max(of), 1)
    return at_least(changed(before, after), leaves)


def _courses(behind: Behinds, leaf: Cell, question: str) -> int:
    known = behind.get(leaf, {}).get(question)
    return known.courses if known else 1


def _ways(
    before: Mapping[Cell, Answers], after: Mapping[Cell, Answers]
) -> dict[Cell, dict[str, tuple[tuple[int, ...], tuple[int, ...]]]]:
    """Per leaf that is not the same and per question the answers that came, and those that went."""
    leaves: dict[Cell, dict[str, tuple[tuple[int, ...], tuple[int, ...]]]] = {}
    for leaf in {*before, *after}:
        old, new = before.get(leaf, {}), after.get(leaf, {})
        if leaf.programme is None or old == new:
            continue
        of_leaf = leaves.setdefault(leaf, {})
        for question in {*old, *new}:
            ways = new.get(question, ()), old.get(question, ())
            width = max(map(len, ways))
            to, of = ([*counts, *[0] * (width - len(counts))] for counts in ways)
            came = tuple(max(0, a - b) for a, b in zip(to, of, strict=True))
            gone = tuple(max(0, b - a) for a, b in zip(to, of, strict=True))
            if any(came) or any(gone):
                of_leaf[question] = came, gone
    return leaves


def _order(cell: Cell) -> tuple[int, str]:
    """The order in which cells are judged: the largest first, then by name."""
    return sum(part is not None for part in cell), str(cell)
