"""The outcome of staging one delivery of answers, independent of other deliveries, and the table derived from it.

Nothing in an outcome depends on another delivery. So the outcome of a delivery that was counted once can be kept, and
what is put together from kept outcomes is the same to the byte as what is counted anew, in any order and mix of both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from kwaliteitsmonitor.methods.checks.results import SHOWN_CELLS, Outcome, RuleResult, of_constraint
from kwaliteitsmonitor.methods.disclosure.respondents import Respondents
from kwaliteitsmonitor.readers.answers.files import AnswerFile
from kwaliteitsmonitor.readers.answers.scales import RULE
from kwaliteitsmonitor.readers.findings import PATH, path_result
from kwaliteitsmonitor.readers.losses import KEYS, Loss
from kwaliteitsmonitor.readers.quarantine import Quarantined
from kwaliteitsmonitor.readers.set_aside import Beyond
from kwaliteitsmonitor.readers.staging import StagedTable, Tally
from kwaliteitsmonitor.readers.uneven_loss import lost_units
from schemas.contract import Table
from schemas.exports.arrow import arrow_schema
from schemas.words import Words


@dataclass(frozen=True)
class CountedDelivery:
    """What staging makes of one delivery of answers.

    `rows` are the counts of what was accepted, in order. `failed` gives per rule how many answers broke it, `listed`
    the first answers that were set aside, and `beyond` a file with all of them if they are more than are listed.
    `people` are those behind the answers. `findings` say how the file was read, `also_in_path` names the fields that
    both the file and its path hold. `unjudged` are rules that could not be judged. If the delivery could not be read
    at all, `reason` says why and the rest is empty. `lasting` is false if the same bytes may come out otherwise
    the next time: such an outcome is not kept.
    """

    rows: pa.Table
    tally: Tally = field(default_factory=lambda: Tally(0, 0, 0))
    failed: Mapping[str, int] = field(default_factory=dict)
    listed: tuple[Quarantined, ...] = ()
    findings: tuple[RuleResult, ...] = ()
    also_in_path: tuple[str, ...] = ()
    unjudged: tuple[RuleResult, ...] = ()
    people: Respondents = field(default_factory=Respondents)
    beyond: Path | None = None
    reason: Words | None = None
    lasting: bool = True


class Remembered(Protocol):
    """What is remembered of deliveries that were counted before."""

    def find(self, file: AnswerFile) -> CountedDelivery | None:
        """What was made of a delivery, as it is read now; `None` if that is not known."""

    def keep(self, file: AnswerFile, made: CountedDelivery) -> CountedDelivery:
        """Remember what was made of a delivery, and return it as it is kept."""


class Nothing:
    """Remembers nothing, so that every delivery is counted."""

    def find(self, _file: AnswerFile) -> CountedDelivery | None:
        """Nothing is known of any delivery."""
        return None

    def keep(self, _file: AnswerFile, made: CountedDelivery) -> CountedDelivery:
        """What was made, as it was made."""
        return made


def together(
    table: Table, own: Table, parts: Sequence[tuple[AnswerFile, CountedDelivery]], beyond: Beyond
) -> StagedTable:
    """The staged table of a bound contract from what was made of each delivery, in the order of the deliveries.

    `own` is the contract as answers are staged; `beyond` holds the files with all that is set aside of a delivery.
    """
    by_id = sorted(((file.delivery.id, made) for file, made in parts), key=lambda one: one[0])
    rows = pa.concat_tables([arrow_schema(own).empty_table(), *(made.rows for _, made in by_id)]).combine_chunks()
    staged = StagedTable(rows, [item for _, made in parts for item in made.listed])
    staged.people = {file.delivery.id: made.people for file, made in parts}
    staged.tallies = {file.delivery.id: made.tally for file, made in parts}
    staged.empty = {identity for identity, tally in staged.tallies.items() if tally.received == 0}
    staged.elsewhere = {file.delivery.id: _elsewhere(table, made) for file, made in parts}
    staged.results = _results(table, [made for _, made in parts])
    staged.losses = [loss for file, made in parts for loss in _losses(table, file, made)]
    for file, made in parts:
        if made.beyond is not None:
            staged.beyond = beyond
            beyond.files[file.delivery.id] = made.beyond
    return staged


def _losses(table: Table, file: AnswerFile, made: CountedDelivery) -> Iterator[Loss]:
    """The questions and the units of a delivery of which no answer counts: the means of the whole go without them."""
    yield from lost_units(table, file.delivery, file.path_fields, made.findings, made.rows)
    about = {name: value for name, value in file.path_fields.items() if name in KEYS}
    for finding in made.findings:
        if finding.rule == RULE and finding.outcome is Outcome.FAILED:
            for place in map(str, finding.cells):
                question = place.removeprefix(f"{file.delivery.path}, ")
                yield Loss(table.name, file.delivery.id, place, (RULE,), {**about, "question": question})


def _elsewhere(table: Table, made: CountedDelivery) -> int:
    """How many answers are of another period than the delivery, by the rule that finds most of them."""
    of_period = (n for rule, n in made.failed.items() if rule.endswith(f".{PATH}") and table[rule.split(".")[1]].clock)
    return max(of_period, default=0)


def _results(table: Table, parts: Sequence[CountedDelivery]) -> list[RuleResult]:
    """What each rule found, in answers, and what is to be said of each file."""
    failed: Counter[str] = Counter()
    places: dict[str, list[str]] = {}
    unjudged: dict[str, RuleResult] = {}
    for made in parts:
        failed.update(made.failed)
        unjudged |= {result.rule: result for result in made.unjudged}
        for item in made.listed:
            of_rule = places.setdefault(item.rule, [])
            if len(of_rule) < SHOWN_CELLS:
                of_rule.append(item.place)
    received = sum(made.tally.received for made in parts)
    results = []
    for constraint in table.constraints():
        rule = constraint.id
        passed = of_constraint(table.name, constraint, Outcome.PASSED, received, ())
        judged = replace(unjudged.get(rule, passed), checked=received, failed=0, rows=())
        if failed[rule]:
            judged = replace(judged, failed=failed[rule], outcome=Outcome.FAILED, cells=tuple(places.get(rule, ())))
        results.append(judged)
    results.extend(finding for made in parts for finding in made.findings)
    for name in dict.fromkeys(name for made in parts for name in made.also_in_path):
        rule = f"{table.name}.{name}.{PATH}"
        checked = sum(made.tally.received for made in parts if name in made.also_in_path)
        results.append(replace(path_result(table, table[name], checked, places.get(rule, ())), failed=failed[rule]))
    return results
