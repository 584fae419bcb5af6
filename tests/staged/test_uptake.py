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

FILES = FileSource(kind="files", path="b/{reporting_year}.csv", format=Format.CSV, tables=["staff"])
DATABASE = SqlSource(kind="sql", connection="finance", database_table="lines", tables=["bfr"])
BY_FILE = Feed(id="f", nl="f", en="f", period=Period.REPORTING_YEAR, sources=[FILES])
BOTH = Feed(id="f", nl="f", en="f", period=Period.REPORTING_YEAR, sources=[FILES, DATABASE])
NOTHING = Decisions()
DAY = date(2021, 2, 1)
FIRST = Delivery("f", 0, "b/2020.csv", "1" * 64, 10, DAY, "2020")
SECOND = replace(FIRST, sha256="2" * 64)


def of(*deliveries: Delivery, decisions: Decisions = NOTHING, feed: Feed = BY_FILE) -> str:
    return contents(feed, deliveries, decisions)


def test_a_feed_without_deliveries_has_nothing_to_take_up() -> None:
    assert of() == ""


@pytest.mark.parametrize(
    "other",
    [
        replace(FIRST, received_on=date(2021, 3, 1)),
        replace(FIRST, path="b/2020 (2).csv"),
        replace(FIRST, in_landing_zone=False),
    ],
)
def test_another_date_another_name_or_a_file_that_is_gone_changes_nothing(other: Delivery) -> None:
    assert of(FIRST) == of(other)


def test_other_bytes_another_period_and_another_version_that_counts_are_changes() -> None:
    seen = {
        of(FIRST),
        of(SECOND),
        of(replace(FIRST, period="2019")),
        of(replace(FIRST, standing=Standing.SUPERSEDED), SECOND),
        of(FIRST, replace(SECOND, standing=Standing.SUPERSEDED)),
    }
    assert len(seen) == 5


def test_the_order_in_which_deliveries_are_found_changes_nothing() -> None:
    assert of(FIRST, replace(SECOND, period="2019")) == of(replace(SECOND, period="2019"), FIRST)


def test_a_copy_and_a_file_that_is_still_being_written_change_nothing() -> None:
    copy = replace(FIRST, path="b/copy.csv", standing=Standing.DUPLICATE)
    arriving = replace(SECOND, sha256="", standing=Standing.ARRIVING)
    assert of(FIRST, copy, arriving) == of(FIRST)


def test_two_files_that_are_not_read_at_all_are_told_apart_by_name() -> None:
    refused = replace(FIRST, sha256="", standing=Standing.UNPLACED, reason="a link")
    assert of(refused) != of(refused, replace(refused, path="b/other.csv"))


def test_what_is_pulled_from_a_database_is_no_business_of_who_looks_at_files() -> None:
    pulled = replace(SECOND, source=1, path="finance/lines/2020")
    assert of(FIRST, pulled, feed=BOTH) == of(FIRST, feed=BOTH)
    assert of(pulled, feed=BOTH) == ""


def test_a_decision_changes_the_feed_whose_file_it_is_about_and_no_other() -> None:
    correction = Correction("typing error", "controller", DAY, "d" * 16, "b/2020.csv", "", "B4", "62", "6")
    withdrawal = Withdrawal("wrong year", "controller", DAY, "d" * 16, "b/2020.csv", "1" * 64)
    corrected = of(FIRST, decisions=Decisions(corrections=(correction,)))
    withdrawn = of(FIRST, decisions=Decisions(withdrawals=(withdrawal,)))
    elsewhere = of(FIRST, decisions=Decisions(corrections=(replace(correction, file="c/2020.csv"),)))
    assert len({of(FIRST), corrected, withdrawn}) == 3
    assert elsewhere == of(FIRST)


def test_which_feeds_come_by_file_and_which_are_pulled() -> None:
    only = BOTH.model_copy(update={"sources": [DATABASE]})
    assert [(comes_by_file(feed), is_pulled(feed)) for feed in (BY_FILE, BOTH, only)] == [
        (True, False),
        (True, True),
        (False, True),
    ]


def history_after(workspace: Workspace, *deliveries: Delivery) -> str:
    before = taken_up(workspace, "2021-03", "f")
    record = FeedRecord(taken_up=noted(before, BY_FILE, deliveries, NOTHING, "Europe/Amsterdam"))
    record.write(workspace, "2021-03", "f")
    return taken_up(workspace, "2021-03", "f").history


def test_going_back_to_what_was_is_a_step_of_its_own_and_the_same_again_is_none(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert taken_up(workspace, "2021-03", "f").contents == ""
    histories = [history_after(workspace, delivery) for delivery in (FIRST, SECOND, FIRST, SECOND)]
    assert len(set(histories)) == 4
    assert history_after(workspace, SECOND) == histories[-1]
    assert taken_up(workspace, "2021-03", "f").contents == of(SECOND)
    assert taken_up(workspace, "2021-05", "f").contents == ""
