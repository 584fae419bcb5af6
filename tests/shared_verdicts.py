"""Verdicts on tables that the tests of a session share, whichever worker asked for them.

Great Expectations takes as long over the tables of a small cycle as all else that the cycle does. Tests run hundreds of
cycles, of which most tables are the same to the byte. What was judged once is known by the digest of the rows and the
rules, as a cycle knows what its last run judged; commands in processes of their own and tests of the judge judge anew.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import pyarrow as pa

from kwaliteitsmonitor.methods.checks.expectations import Failing
from kwaliteitsmonitor.methods.checks.judge import Judge, judge
from kwaliteitsmonitor.methods.checks.verdicts import digest_of
from schemas.contract import Constraint


def share(folder: Path) -> None:
    """Have the judge of this process look in a folder first, and write there what it judged."""
    one = judge()
    if "failing" in vars(one):
        return
    folder.mkdir(exist_ok=True)

    def failing(name: str, constraints: Sequence[Constraint], rows: pa.Table) -> Failing:
        path = folder / f"{digest_of(name, constraints, rows)}.json"
        if path.exists():
            return {rule: tuple(positions) for rule, positions in json.loads(path.read_text(encoding="utf-8")).items()}
        verdict = Judge.failing(one, name, constraints, rows)
        if None not in verdict.values():
            made = path.with_suffix(f".{uuid4().hex}")
            made.write_text(json.dumps(verdict), encoding="utf-8")
            made.rename(path)
        return verdict

    vars(one)["failing"] = failing
