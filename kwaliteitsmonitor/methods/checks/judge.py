"""Great Expectations in a process beside the run, so that importing it and judging rows take another core.

Importing Great Expectations takes as long as all else that a small cycle does. The run starts the judge before anything
else, reads deliveries while it gets ready, and then asks it table by table: the rows travel as an Arrow file, the rules
and the positions of failing rows as a line of JSON. No value of a row comes back.

If the judge cannot be started or dies, the run judges by itself: slower, and with the same answers.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import IO, TYPE_CHECKING, TypedDict

import pyarrow as pa

from kwaliteitsmonitor.foundation.scratch import ScratchFolder
from kwaliteitsmonitor.methods.checks.deferred_imports import defer, leave_out
from kwaliteitsmonitor.methods.checks.expectations import Failing, failing, prepare
from schemas.consequences import Costs
from schemas.contract import Aspect, Constraint, Table

if TYPE_CHECKING:
    from kwaliteitsmonitor.methods.checks.results import RuleResult

log = logging.getLogger(__name__)

UNUSED = ("azure", "boto3", "botocore", "psycopg2", "pyspark", "rfc3987_syntax", "sqlalchemy")
"""Clients of clouds, clusters and databases, and a grammar of addresses. Great Expectations imports them if they are
installed; here rows come as a file."""

DEFERRED = ("altair", "requests", "scipy", "scipy.stats")
"""What Great Expectations draws, sends and compares distributions with, which no rule here asks for."""


class RuleRecord(TypedDict):
    """A rule as JSON holds it; JSON makes lists of its fields and codes."""

    id: str
    aspect: str
    fields: Sequence[str]
    costs: str
    codes: Sequence[str]
    where: Mapping[str, str | bool]
    minimum: str | None
    maximum: str | None


class Judge:
    """A process that judges rows; started once, and ended with the process that started it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[str] | None = None
        self._broken = False

    def start(self) -> None:
        """Start the process and go on at once; it gets ready by itself."""
        with self._lock:
            if self._process is not None or self._broken:
                return
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "kwaliteitsmonitor.methods.checks.judge"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                )
            except OSError:
                self._broken = True
                return
            atexit.register(self.close)

    def failing(self, name: str, constraints: Sequence[Constraint], rows: pa.Table) -> Failing:
        """The positions of the rows that fail each rule; see `expectations.failing`."""
        self.start()
        with self._lock:
            answer = None if self._broken else self._ask(name, constraints, rows)
        return failing(name, constraints, rows) if answer is None else answer

    def close(self, patience: float = 30.0) -> None:
        """End the process: it is asked to end, and killed after some seconds."""
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            with suppress(OSError):  # a judge that is gone cannot be told to go
                process.stdin.close()
            try:
                process.wait(timeout=patience)
            except subprocess.TimeoutExpired:  # it still imports, on a machine that has much to do
                process.kill()
                process.wait()

    def _ask(self, name: str, constraints: Sequence[Constraint], rows: pa.Table) -> Failing | None:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return None
        with ScratchFolder("judge") as folder:
            path = Path(folder) / "rows.arrow"
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, rows.schema) as writer:
                writer.write_table(rows)
            question = {"name": name, "rows": str(path), "constraints": [to_json(c) for c in constraints]}
            try:
                process.stdin.write(json.dumps(question) + "\n")
                process.stdin.flush()
                line = process.stdout.readline()
            except OSError:
                line = ""
        if not line:
            log.warning("the process that judges rows ended; the run judges by itself")
            self._broken = True
            return None
        return {rule: None if positions is None else tuple(positions) for rule, positions in json.loads(line).items()}


@lru_cache(maxsize=1)
def judge() -> Judge:
    """The judge of this process."""
    return Judge()


def validate(table: Table, rows: pa.Table) -> list[RuleResult]:
    """The outcome of every value rule of a bound contract over these rows, judged beside this process."""
    from kwaliteitsmonitor.methods.checks import outcomes  # which the judge itself does without

    return outcomes.validate(table, rows, judge().failing)


def to_json(constraint: Constraint) -> RuleRecord:
    """A rule as JSON holds it."""
    return {
        "id": constraint.id,
        "aspect": constraint.aspect,
        "fields": constraint.fields,
        "costs": constraint.costs,
        "codes": constraint.codes,
        "where": dict(constraint.where),
        "minimum": None if constraint.minimum is None else str(constraint.minimum),
        "maximum": None if constraint.maximum is None else str(constraint.maximum),
    }


def _from_json(data: RuleRecord) -> Constraint:
    def bound(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    return Constraint(
        data["id"],
        Aspect(data["aspect"]),
        tuple(data["fields"]),
        Costs(data["costs"]),
        "",
        "",
        codes=tuple(data["codes"]),
        where=data["where"],
        minimum=bound(data["minimum"]),
        maximum=bound(data["maximum"]),
    )


def serve(questions: IO[str], answers: IO[str]) -> None:
    """Answer questions, a line each, until there are no more."""
    leave_out(UNUSED)
    defer(DEFERRED)
    prepare()
    for line in questions:
        question = json.loads(line)
        with pa.memory_map(question["rows"]) as source:
            rows = pa.ipc.open_file(source).read_all()
            positions = failing(question["name"], [_from_json(c) for c in question["constraints"]], rows)
        answers.write(json.dumps(positions) + "\n")
        answers.flush()


if __name__ == "__main__":
    # Standard output carries the answers; whatever a library prints goes where errors go.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    serve(sys.stdin, answers)
