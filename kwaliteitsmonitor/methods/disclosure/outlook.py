"""Outlook on suppression: the hidden cells per rule, how to hide fewer, and the cost of a small correction.

It is reported to the operators, before anything is published, from what was chosen for the cycle
(`kwaliteitsmonitor.methods.disclosure.pattern`). It holds names of courses and of cells, and is for nobody else.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypedDict

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.disclosure.cells import Evaluation, covering
from kwaliteitsmonitor.methods.disclosure.circulation import COARSE
from kwaliteitsmonitor.methods.disclosure.evaluations import Entry, Listed
from kwaliteitsmonitor.methods.disclosure.gate import ONE_COURSE, coarse_from
from kwaliteitsmonitor.methods.disclosure.pattern import NAME, STEP, Chosen
from kwaliteitsmonitor.methods.disclosure.release_history import Given
from kwaliteitsmonitor.methods.figures.printing import number
from kwaliteitsmonitor.methods.statistics.sums import Cell
from schemas.profile import Profile
from schemas.tables.shared.code_words import HIDDEN_BY
from schemas.words import Words

MANY = 3
"""From so many cells on that rest on one course it is asked whether several people teach it."""


@dataclass(frozen=True)
class Cost:
    """The most figures that a correction of some answers in one programme costs: hidden, or in two digits.

    It is what the gate does with the figures themselves; what it hides to protect them comes on top.
    """

    answers: int
    hidden: int
    coarse: int


class CostRecord(TypedDict):
    """A cost as plain values."""

    answers: int
    hidden: int
    coarse: int


class OutlookRecord(TypedDict):
    """An outlook as plain values."""

    cells: int
    hidden_by: dict[str, int]
    courses_to_confirm: dict[str, int]
    shown_by_an_earlier_release: list[str]
    cells_with_estimated_people: int
    cost_of_a_correction: list[CostRecord]


@dataclass(frozen=True)
class Outlook:
    """What a cycle hides: cells by rule, of how many; the courses on which cells rest alone, with how many these are.

    `exposed` are cells that are hidden for what they hold though an earlier release shows the same, and `estimated`
    the number of cells in which people are estimated from answers. `shown` is the number of figures that are shown.
    """

    cells: int
    shown: int
    by_rule: Mapping[str, int]
    courses: Mapping[str, int]
    exposed: tuple[str, ...]
    estimated: int
    costs: tuple[Cost, ...]

    @property
    def alone(self) -> int:
        """The number of cells that are hidden because they are about one course."""
        return self.by_rule.get(ONE_COURSE, 0)

    def to_json(self) -> OutlookRecord:
        """As plain values, for a program to read."""
        return {
            "cells": self.cells,
            "hidden_by": dict(self.by_rule),
            "courses_to_confirm": dict(self.courses),
            "shown_by_an_earlier_release": list(self.exposed),
            "cells_with_estimated_people": self.estimated,
            "cost_of_a_correction": [
                {"answers": one.answers, "hidden": one.hidden, "coarse": one.coarse} for one in self.costs
            ],
        }


def outlook(workspace: Workspace, cycle: str, profile: Profile) -> Outlook | None:
    """What a cycle hides, as the last run of it chose; `None` if there was none, or it has no evaluations."""
    kept: Chosen | None = workspace.read_json_or_none(cycle, STEP, NAME)
    if not kept or not kept["shown"]["answers"] or "reasons" not in kept:
        return None
    threshold = profile.institution.disclosure.threshold
    sizes = _sizes(kept["shown"]["answers"])
    withheld = {((y, e), Cell(*cell)): how for y, e, *cell, how in map(Listed._make, kept["shown"]["cells"])}
    shown = {key: of for key, of in sizes.items() if withheld.get(key) in (None, COARSE)}
    return Outlook(
        len(sizes),
        sum(map(len, shown.values())),
        Counter(one.said for one in map(Listed._make, kept["reasons"]["rules"])),
        dict(sorted(kept["courses"].items())),
        tuple(_named(one) for one in kept["reasons"]["exposed"]),
        len(kept["reasons"]["estimated"]),
        tuple(_cost(shown, few, list(sizes)) for few in sorted({1, max(1, threshold - 1)})),
    )


def newest(workspace: Workspace, profile: Profile) -> Outlook | None:
    """What the cycle hides of which the last run was the latest; `None` if no run of any is known."""
    paths = workspace.root.glob(f"work/*/{STEP}/{NAME}.json")
    cycles = [path.parent.parent.name for path in sorted(paths, key=lambda path: path.stat().st_mtime)]
    return outlook(workspace, cycles[-1], profile) if cycles else None


Key = tuple[Evaluation, Cell]


def _sizes(answers: Iterable[Entry]) -> dict[Key, dict[str, int]]:
    """The number of answers to each question in every published cell."""
    sizes: dict[Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for year, evaluation, unit, programme, level, question, _, count in map(Given._make, answers):
        for cell in covering(Cell(unit, programme, level)):
            sizes[((year, evaluation), cell)][question] += count
    return sizes


def _cost(shown: Mapping[Key, Mapping[str, int]], few: int, keys: Sequence[Key]) -> Cost:
    costs = [Cost(few, 0, 0)]
    for evaluation, leaf in keys:
        if leaf.programme is not None:
            cells = [shown[evaluation, cell] for cell in covering(leaf) if (evaluation, cell) in shown]
            coarse = sum(len(of) for of in cells if min(of.values()) >= coarse_from(few))
            costs.append(Cost(few, sum(map(len, cells)) - coarse, coarse))
    return max(costs, key=lambda one: (one.hidden + one.coarse, one.hidden))


def _named(one: Entry) -> str:
    return " ".join(str(part) for part in one if part is not None)


def _nl(count: int) -> str:
    return number(Decimal(count), 0, "nl")


def _en(count: int) -> str:
    return number(Decimal(count), 0, "en")


def sentences(outlook: Outlook) -> Iterator[Words]:
    """What there is to say of it, a sentence each."""
    for rule, cells in sorted(outlook.by_rule.items(), key=lambda item: -item[1]):
        words = HIDDEN_BY[rule]
        yield Words(
            f"Verborgen of in twee cijfers: {_nl(cells)} van {_nl(outlook.cells)} cellen: {words.nl}.",
            f"Hidden or in two digits: {_en(cells)} of {_en(outlook.cells)} cells: {words.en}.",
        )
    if outlook.estimated:
        yield Words(
            f"Geschat: in {_nl(outlook.estimated)} cellen is niet bekend wie antwoordde; "
            "mensen zijn uit antwoorden geschat.",
            f"Estimated: in {_en(outlook.estimated)} cells it is not known who answered; "
            "people are estimated from answers.",
        )
    if outlook.exposed:
        named = ", ".join(outlook.exposed)
        yield Words(
            f"Eerder getoond, nu verborgen om wat erin staat: {named}. Wat al gepubliceerd is, is niet terug te halen.",
            f"Shown before, and now hidden for what they hold: {named}. What is published cannot be taken back.",
        )
    for cost in outlook.costs:
        if cost.hidden + cost.coarse:
            nl = "één antwoord" if cost.answers == 1 else f"{cost.answers} antwoorden"
            en = "one answer" if cost.answers == 1 else f"{cost.answers} answers"
            yield Words(
                f"Een correctie van {nl} in één opleiding na publicatie: ten hoogste {_nl(cost.hidden)} cijfers "
                f"verborgen en {_nl(cost.coarse)} in twee cijfers, van {_nl(outlook.shown)}; "
                "wat die moet beschermen komt erbij.",
                f"A correction of {en} in one programme after publication: at most {_en(cost.hidden)} figures "
                f"hidden and {_en(cost.coarse)} in two digits, of {_en(outlook.shown)}; "
                "what must protect these comes on top.",
            )


def courses_question(outlook: Outlook | None) -> Words | None:
    """The question to whoever keeps the profile: which courses several people teach; `None` if few cells need it."""
    if outlook is None or outlook.alone < MANY:
        return None
    codes = ", ".join(outlook.courses)
    return Words(
        f"{_nl(outlook.alone)} cellen zijn verborgen omdat zij op één cursus berusten. Zet in profile.yaml onder "
        f"disclosure.courses_taught_by_several welke hiervan door meer mensen worden gegeven: {codes}",
        f"{_en(outlook.alone)} cells are hidden because they rest on one course. Put in profile.yaml, under "
        f"disclosure.courses_taught_by_several, which of these several people teach: {codes}",
    )


def remarks(outlook: Outlook | None) -> list[Words]:
    """All that there is to say and to ask."""
    return [*(sentences(outlook) if outlook else ()), *filter(None, [courses_question(outlook)])]


def as_json(outlook: Outlook | None) -> OutlookRecord | None:
    """The outlook as plain values; `None` if nothing is known."""
    return outlook.to_json() if outlook else None
