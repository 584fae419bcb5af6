"""What the rules say of the tables of a cycle, each table judged once.

The same rows under the same rules have the same verdict. Which rows fail is kept with the cycle, by a digest over the
rows, the rules and what judges them, so that a cycle that runs again has only those tables judged that changed. A table
can be judged ahead: the judge works beside the run, which asks for the verdict when it needs it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache
from importlib.metadata import version

import pyarrow as pa

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks import expectations
from kwaliteitsmonitor.methods.checks.judge import judge, to_json
from kwaliteitsmonitor.methods.checks.results import RuleResult
from schemas.contract import Constraint, Table
from schemas.packages import ROOT
from schemas.profile import Profile
from schemas.tables import CATALOGUE

STEP = "judged"
JUDGING = ("kwaliteitsmonitor/methods/checks/expectations.py", "schemas/exports/expectations.py")
"""The code that turns rules into verdicts; what the rules are is part of the digest itself."""
LIBRARIES = ("great-expectations", "numpy", "pandas", "pyarrow")

Ask = Callable[[str, Sequence[Constraint], pa.Table], expectations.Failing]

_ahead: dict[str, Future[expectations.Failing]] = {}
"""Verdicts that were asked for ahead, by their digest, until they are wanted."""


class Verdicts:
    """The verdicts of one step of a cycle; those of its last run are known. `ask` judges what is not."""

    def __init__(self, workspace: Workspace, cycle: str, ask: Ask | None = None) -> None:
        self.workspace = workspace
        self.cycle = cycle
        self._ask: Ask = ask or judge().failing
        self._known: dict[str, dict[str, expectations.Failing]] = {}
        self._used: dict[str, dict[str, expectations.Failing]] = {}

    def validate(self, table: Table, rows: pa.Table) -> list[RuleResult]:
        """The outcome of every value rule of a bound contract over these rows; see `expectations.validate`."""
        return expectations.validate(table, rows, self._failing)

    def ahead(self, profile: Profile, step: str, names: Iterable[str]) -> None:
        """Have the judge begin with tables that a step of the cycle wrote, and go on at once."""
        codes = profile.code_lists()
        for name in names:
            rows = self.workspace.read(self.cycle, step, name)
            constraints = expectations.judged_rules(CATALOGUE[name].bind(codes))
            digest = digest_of(name, constraints, rows)
            if rows.num_rows and digest not in _ahead and digest not in self._verdicts(name):
                _ahead[digest] = _beside().submit(self._ask, name, constraints, rows)

    def _failing(self, name: str, constraints: Sequence[Constraint], rows: pa.Table) -> expectations.Failing:
        digest = digest_of(name, constraints, rows)
        found = self._verdicts(name).get(digest)
        if found is None:
            asked = _ahead.pop(digest, None)
            found = self._ask(name, constraints, rows) if asked is None else asked.result()
        used = self._used.setdefault(name, {})
        if all(positions is not None for positions in found.values()):  # what could not be judged is tried again
            used[digest] = found
        self.workspace.write_json(self.cycle, STEP, name, used)
        return found

    def _verdicts(self, name: str) -> dict[str, expectations.Failing]:
        """What is known of a table, by digest."""
        if name not in self._known:
            kept = self.workspace.found_json(self.cycle, STEP, name) or {}
            self._known[name] = {
                digest: {rule: tuple(positions) for rule, positions in of.items()} for digest, of in kept.items()
            }
        return self._known[name]


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
