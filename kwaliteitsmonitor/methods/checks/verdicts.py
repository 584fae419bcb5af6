"""What the rules say of the tables of a cycle, each table judged once.

The same rows under the same rules have the same verdict. Which rows fail is kept with the cycle, by a digest over the
rows, the rules and what judges them, so that a cycle that runs again has only those tables judged that changed. A table
can be judged ahead: the judge works beside the run, which takes the verdict when it needs it.

    work/<cycle>/judged/verdicts.json    written once, as a run ends; a run that is killed has its tables judged again
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property, lru_cache
from importlib.metadata import version

import pyarrow as pa

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks import outcomes
from kwaliteitsmonitor.methods.checks.expectations import Failing
from kwaliteitsmonitor.methods.checks.judge import judge, to_json
from kwaliteitsmonitor.methods.checks.results import RuleResult
from schemas.contract import Constraint, Table
from schemas.packages import ROOT
from schemas.profile import Profile
from schemas.tables import CATALOGUE

STEP, NAME = "judged", "verdicts"
JUDGING = ("kwaliteitsmonitor/methods/checks/expectations.py", "schemas/exports/expectations.py")
"""The code that turns rules into verdicts; what the rules are is part of the digest itself."""
LIBRARIES = ("great-expectations", "numpy", "pandas", "pyarrow")

Ask = Callable[[str, Sequence[Constraint], pa.Table], Failing]

Known = dict[str, dict[str, Failing]]
"""Verdicts by the name of the table and by their digest."""


class Verdicts:
    """The verdicts of a run of a cycle; those of its last run are known. `ask` judges what is not."""

    def __init__(self, workspace: Workspace, cycle: str, ask: Ask | None = None) -> None:
        self.workspace = workspace
        self.cycle = cycle
        self._ask: Ask = ask or judge().failing
        self._ahead: dict[str, Future[Failing]] = {}
        self._used: Known = {}

    def validate(self, table: Table, rows: pa.Table) -> list[RuleResult]:
        """The outcome of every value rule of a bound contract over these rows; see `outcomes.validate`."""
        return outcomes.validate(table, rows, self._failing)

    def ahead(self, profile: Profile, tables: Mapping[str, pa.Table]) -> None:
        """Have the judge begin with tables that a step made, and go on at once."""
        codes = profile.code_lists()
        for name, rows in tables.items():
            constraints = outcomes.judged_rules(CATALOGUE[name].bind(codes))
            digest = digest_of(name, constraints, rows)
            if rows.num_rows and digest not in self._ahead and digest not in self._known.get(name, {}):
                self._ahead[digest] = _beside().submit(self._ask, name, constraints, rows)

    def save(self) -> None:
        """Keep the verdicts of this run; of a table that it did not judge, those of the last run that did."""
        if self._used:
            self.workspace.write_json(self.cycle, STEP, NAME, {**self._kept(), **self._used})

    def _failing(self, name: str, constraints: Sequence[Constraint], rows: pa.Table) -> Failing:
        digest = digest_of(name, constraints, rows)
        used = self._used.setdefault(name, {})
        verdict = used.get(digest) or self._known.get(name, {}).get(digest)
        if verdict is None:
            begun = self._ahead.pop(digest, None)
            verdict = self._ask(name, constraints, rows) if begun is None else begun.result()
        if all(positions is not None for positions in verdict.values()):  # what could not be judged is tried again
            used[digest] = verdict
        return verdict

    @cached_property
    def _known(self) -> Known:
        """What earlier runs left."""
        return {
            name: {digest: {rule: tuple(rows) for rule, rows in of.items()} for digest, of in verdicts.items()}
            for name, verdicts in self._kept().items()
        }

    def _kept(self) -> dict[str, dict[str, dict[str, list[int]]]]:
        return self.workspace.read_json_or_none(self.cycle, STEP, NAME) or {}


def digest_of(name: str, constraints: Sequence[Constraint], rows: pa.Table) -> str:
    """SHA-256 over the rows of a table, its rules, and what judges them."""
    sink = pa.BufferOutputStream()
    plain = rows.combine_chunks().replace_schema_metadata(None)
    with pa.ipc.new_stream(sink, plain.schema) as writer:
        writer.write_table(plain)
    total = hashlib.sha256(json.dumps([name, _judging(), [to_json(c) for c in constraints]]).encode())
    total.update(sink.getvalue())
    return total.hexdigest()


@lru_cache(maxsize=1)
def _judging() -> list[str]:
    return [
        *(hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in JUDGING),
        *(version(name) for name in LIBRARIES),
    ]


@lru_cache(maxsize=1)
def _beside() -> ThreadPoolExecutor:
    """One thread that waits for the judge; it ends with the process."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="verdicts")
