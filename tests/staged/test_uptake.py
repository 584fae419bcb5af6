"""What counts as something to take up: bytes and decisions, and neither names nor dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assets.decisions.records import Correction, Decisions, Withdrawal
from assets.staged.uptake import contents, noted
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from kwaliteitsmonitor.readers.feed_record import FeedRecord, taken_up
from schemas.profile import Feed
from schemas.profile.feeds import FileSource, Format, Period, SqlSource, comes_by_file, is_pulled
from schemas.words import Words

FILES = FileSource(kind="files", path="b/{reporting_year}.csv", format=Format.CSV, tables=["staff"])
DATABASE = SqlSource(kind="sql", connection="finance", database_table="lines", tables=["bfr"])
BOTH = Feed(id="f", nl="f", en="f", period=Period.REPORTING_YEAR, sources=[FILES, DATABASE])
BY_FILE, PULLED = (BOTH.model_copy(update={"sources": [source]}) for source in (FILES, DATABASE))
NOTHING = Decisions()
DAY = date(2021, 2, 1)
FIRST = Delivery("f", 0, "b/2020.csv", "1" * 64, 10, DAY, "2020")
SECOND = replace(FIRST, sha256="2" * 64)
OTHER_YEAR = replace(SECOND, period="2019")
REFUSED = replace(FIRST, sha256="", standing=Standing.UNPLACED, reason=Words("een verwijzing", "a link"))
SUPERSEDED = Standing.SUPERSEDED


def of(*deliveries: Delivery, decisions: Decisions = NOTHING, feed: Feed = BOTH) -> str:
    return contents(feed, deliveries, decisions)


@pytest.mark.parametrize(
    ("deliveries", "others"),
    [
        ([FIRST], [replace(FIRST, received_on=date(2021, 3, 1))]),
        ([FIRST], [replace(FIRST, path="b/2020 (2).csv")]),
        ([FIRST], [replace(FIRST, in_landing_zone=False)]),
        ([FIRST, OTHER_YEAR], [OTHER_YEAR, FIRST]),
        ([FIRST], [FIRST, replace(FIRST, path="b/copy.csv", standing=Standing.DUPLICATE)]),
        ([FIRST], [FIRST, replace(SECOND, sha256="", standing=Standing.ARRIVING)]),
        ([FIRST], [FIRST, replace(SECOND, source=1, path="finance/lines/2020")]),
    ],
    ids=["another date", "another name", "gone", "another order", "a copy", "still being written", "pulled"],
)
def test_what_changes_no_bytes_of_files_changes_nothing(deliveries: list[Delivery], others: list[Delivery]) -> None:
    assert of(*deliveries) == of(*others)


def test_other_bytes_periods_and_versions_and_a_second_file_that_is_not_read_are_changes() -> None:
    different = {
        of(),
        of(FIRST),
        of(SECOND),
        of(replace(FIRST, period="2019")),
        of(replace(FIRST, standing=SUPERSEDED), SECOND),
        of(FIRST, replace(SECOND, standing=SUPERSEDED)),
        of(REFUSED),
        of(REFUSED, replace(REFUSED, path="b/other.csv")),
    }
    assert len(different) == 8
    assert of() == of(replace(SECOND, source=1)) == ""


def test_a_decision_changes_the_feed_whose_file_it_is_about_and_no_other() -> None:
    correction = Correction("typing error", "controller", DAY, "d" * 16, "b/2020.csv", "", "B4", "62", "6")
    withdrawal = Withdrawal("wrong year", "controller", DAY, "d" * 16, "b/2020.csv", "1" * 64)
    corrected = of(FIRST, decisions=Decisions(corrections=(correction,)))
    withdrawn = of(FIRST, decisions=Decisions(withdrawals=(withdrawal,)))
    assert len({of(FIRST), corrected, withdrawn}) == 3
    assert of(FIRST, decisions=Decisions(corrections=(replace(correction, file="c/2020.csv"),))) == of(FIRST)


def test_which_feeds_come_by_file_and_which_are_pulled() -> None:
    ways = [(comes_by_file(feed), is_pulled(feed)) for feed in (BY_FILE, BOTH, PULLED)]
    assert ways == [(True, False), (True, True), (False, True)]


def test_going_back_to_what_was_is_a_step_of_its_own_and_the_same_again_is_none(tmp_path: Path) -> None:
    workspace, histories = Workspace(tmp_path), []
    assert taken_up(workspace, "2021-03", "f").contents == ""
    for delivery in (FIRST, SECOND, FIRST, SECOND, SECOND):
        before = taken_up(workspace, "2021-03", "f")
        record = FeedRecord(taken_up=noted(before, BY_FILE, [delivery], NOTHING, "Europe/Amsterdam"))
        record.write(workspace, "2021-03", "f")
        histories.append(taken_up(workspace, "2021-03", "f").history)
    assert len(set(histories[:4])) == 4
    assert histories[4] == histories[3]
    assert taken_up(workspace, "2021-03", "f").contents == of(SECOND)
    assert taken_up(workspace, "2021-05", "f").contents == ""
