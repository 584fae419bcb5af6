"""What staging made of a feed is one record; what earlier versions kept in files beside it is read as well."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult, to_table
from kwaliteitsmonitor.methods.disclosure.respondents import FewPeople, Respondents
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from kwaliteitsmonitor.readers.feed_record import Corrected, FeedRecord, TakenUp, demand_record, feed_record, taken_up
from kwaliteitsmonitor.readers.losses import Loss
from kwaliteitsmonitor.readers.staging import Tally
from schemas.consequences import Costs
from schemas.errors import UsageError
from schemas.words import Words

CYCLE, FEED = "2021-03", "finance"
DELIVERED = Delivery(
    FEED, 0, "bfr/2020-3/FGW.xlsx", "a" * 64, 12, date(2021, 2, 1), "2020-3", "FGW", standing=Standing.CURRENT,
    arrived=datetime(2021, 2, 1, 9, tzinfo=UTC),
)  # fmt: skip
RESULT = RuleResult(
    "bfr", "bfr.theme.codes", Costs.FIGURES, Outcome.FAILED, 9, 2, "een thema", "a theme", True,
    cells=(f"{DELIVERED.path} BFR!B4", Words("een blad", "a sheet")), detail=Words("x / 2; z", "y"),
)  # fmt: skip
WHOLE = FeedRecord(
    (DELIVERED,),
    {"bfr": {DELIVERED.id: Tally(9, 7, 2)}},
    {DELIVERED.id: ("FGW",)},
    (RESULT,),
    (Loss("bfr", DELIVERED.id, "BFR!B4", ("bfr.theme.codes",), {"unit": "FGW", "round": 3}),),
    Corrected((("a.xlsx", "BFR", "B4"),), ((DELIVERED.id, "r" * 16, 1),)),
    {DELIVERED.id: Respondents(5, (FewPeople("course", "2019-2020", "clear", "FGW", None, None, 4, 2),))},
    TakenUp("c", "h", "2021-02-01T09:00:00+01:00"),
)


def test_a_record_is_read_as_it_was_written_and_what_a_rule_finds_twice_is_one_result(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with pytest.raises(UsageError, match=r"staged/finance has not been made.*run the whole cycle"):
        demand_record(workspace, CYCLE, FEED)
    assert (feed_record(workspace, CYCLE, FEED), taken_up(workspace, CYCLE, FEED)) == (None, TakenUp())
    WHOLE.write(workspace, CYCLE, FEED)
    assert demand_record(workspace, CYCLE, FEED) == WHOLE
    assert taken_up(workspace, CYCLE, FEED) == WHOLE.taken_up
    replace(WHOLE, results=(RESULT, RESULT)).write(workspace, CYCLE, FEED)
    assert [(r.checked, r.failed) for r in demand_record(workspace, CYCLE, FEED).results] == [(18, 4)]


def test_files_of_an_earlier_version_are_read_and_are_gone_once_the_feed_is_staged_again(tmp_path: Path) -> None:
    workspace, record = Workspace(tmp_path), WHOLE.to_json()
    workspace.write_json(CYCLE, "staged", FEED, {name: record[name] for name in ("deliveries", "tallies", "units")})
    for name in ("losses", "corrections", "people"):
        workspace.write_json(CYCLE, "staged", f"{FEED}.{name}", record[name])
    workspace.write_json(CYCLE, "taken_up", FEED, record["taken_up"])
    workspace.write(CYCLE, "staged", f"{FEED}.results", to_table([RESULT], CYCLE))
    assert demand_record(workspace, CYCLE, FEED) == WHOLE
    assert taken_up(workspace, CYCLE, FEED) == WHOLE.taken_up
    nothing = FeedRecord((DELIVERED,), {"bfr": {DELIVERED.id: Tally(9, 9, 0)}})
    nothing.write(workspace, CYCLE, FEED)
    assert feed_record(workspace, CYCLE, FEED) == nothing
    assert [path.name for path in workspace.step(CYCLE, "staged").iterdir()] == [f"{FEED}.json"]
