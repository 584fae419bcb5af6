"""A correction that was decided and finds no cell: what it was to mend still counts, so a draft says what it lacks."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets.common.cycle_tables import CycleTables
from assets.decisions.corrections import GONE, NOWHERE, OF_ANSWERS
from assets.status.states import status_of
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.readers.feed_record import FeedRecord
from schemas.consequences import Costs
from schemas.profile import load_profile, profile_folder
from schemas.words import Words, both

CYCLE = "2021-03"


@pytest.mark.parametrize(
    ("rule", "why", "told"),
    [
        ("corrections.guard", NOWHERE, True),
        ("corrections.possible", OF_ANSWERS, True),
        ("corrections.guard", GONE, False),  # its row is set aside, and told as such where figures need it
    ],
)
def test_a_correction_that_was_not_made_is_among_what_is_lacking(
    tmp_path: Path, rule: str, why: Words, told: bool
) -> None:
    profile, workspace = load_profile(profile_folder("leiden")), Workspace(tmp_path)
    found = RuleResult(
        "correction_records", rule, Costs.FIGURES, Outcome.FAILED, 1, 1, "x", "x",
        cells=("personeel/2020.parquet row 3, fte",), detail=both(why),
    )  # fmt: skip
    FeedRecord(results=(found,)).write(workspace, CYCLE, "staff")
    lacking = status_of(CycleTables(workspace, profile, CYCLE)).lacking
    said = [one for one in lacking if one.startswith("correctie niet gemaakt")]
    where = "personeel/2020.parquet rij 3, kolom fte"
    assert [one.partition(" / ")[0] for one in said] == ([f"correctie niet gemaakt: {where}: {why.nl}"] if told else [])
