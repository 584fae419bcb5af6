"""Every template, filled in and delivered, is read back as exactly what was filled in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kwaliteitsmonitor.exchange.workbooks.request import Request, requests
from kwaliteitsmonitor.exchange.workbooks.template import template
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.results import Outcome
from schemas.consequences import Severity
from schemas.contract import Table
from schemas.profile import Feed, Profile
from schemas.profile.feeds import FileSource, Format, Period
from tests import made_up
from tests.exchange.workbooks.filling import contents, filled_in, staged, valid_rows

CYCLE = "2021-03"
LANGUAGES = ("nl", "en")
BFR = Feed(
    id="bfr",
    nl="BFR",
    en="BFR",
    period=Period.ROUND,
    units=list(made_up.UNITS),
    sources=[
        FileSource(
            kind="files",
            path="bfr/{reporting_year}-{round}/{unit}{suffix}.xlsx",
            format=Format.WORKBOOK,
            locale="nl",
            tables=["bfr"],
            columns={"Budget dit jaar": "budget"},
        )
    ],
)
BFR_TOGETHER = BFR.model_copy(
    update={"sources": [BFR.sources[0].model_copy(update={"path": "bfr/{reporting_year}-{round}{suffix}.xlsx"})]}
)


def every(profile: Profile, feed: Feed) -> list[Request]:
    """The workbooks of a feed: one per unit, or a central one."""
    cycle = profile.cycle(CYCLE)
    by_unit = "{unit}" in feed.sources[0].path  # type: ignore[union-attr]
    units = [u for u in profile.units if not feed.units or u.id in feed.units] if by_unit else [None]
    return [one for unit in units for one in requests(profile, cycle, feed, unit)]


def workbook_feeds(profile: Profile) -> Iterator[Feed]:
    for feed in profile.feeds:
        source = feed.sources[0]
        if isinstance(source, FileSource) and source.format is Format.WORKBOOK:
            yield feed


def wrong(found: Any) -> list[tuple[str, str]]:
    """The findings of staging that are more than information."""
    results = [r for table in found.tables.values() for r in table.results]
    return [(r.rule, r.detail) for r in results if r.outcome is not Outcome.PASSED and r.severity is not Severity.INFO]


def read_again(books_of: list[Request], language: str, workspace: Workspace) -> None:
    rows = {id(one): {t.name: valid_rows(one, t) for t in one.tables} for one in books_of}
    books = [(one, filled_in(one, template(one, language), rows[id(one)], language)) for one in books_of]
    found = staged(workspace, books)
    assert found.rejected == {}
    assert [q for table in found.tables.values() for q in table.quarantine] == []
    assert wrong(found) == []
    for one in books_of:
        for table in one.tables:
            expected = [as_read(one, table, row) for row in rows[id(one)][table.name]]
            assert expected
            assert contents(found, table.name, one.path_fields) == expected


def as_read(one: Request, table: Table, row: dict[str, Any]) -> dict[str, Any]:
    """A row as staging gives it: with what the delivery tells, and without open text."""
    return {f.name: row.get(f.name, one.path_fields.get(f.name)) for f in table.fields if not f.open_text}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("feed", ["faculty_report", "spending_plan", "decisions"])
def test_every_template_of_the_institution_is_read_back_as_it_was_filled_in(
    profile: Profile, workspace: Workspace, feed: str, language: str
) -> None:
    read_again(every(profile, profile.feed(feed)), language, workspace)


def test_no_workbook_feed_of_the_institution_is_left_out_of_these_tests(profile: Profile) -> None:
    assert {feed.id for feed in workbook_feeds(profile)} == {"faculty_report", "spending_plan", "decisions"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("feed", [BFR, BFR_TOGETHER], ids=["by unit", "together"])
def test_a_round_is_read_back_with_the_words_of_its_profile(feed: Feed, language: str, workspace: Workspace) -> None:
    profile = made_up.profile(feeds=[feed])
    read_again(every(profile, feed), language, workspace)


def test_an_unfilled_template_says_what_is_missing_and_breaks_nothing(profile: Profile, workspace: Workspace) -> None:
    one = every(profile, profile.feed("faculty_report"))[2]
    found = staged(workspace, [(one, template(one, "nl"))])
    assert found.rejected == {}
    assert {t: (s.tallies[next(iter(s.tallies))].received, s.rows.num_rows) for t, s in found.tables.items()} == {
        "faculty_measures": (10, 0),
        "faculty_study_advisers": (0, 0),
        "faculty_programmes": (len(valid_rows(one, one.tables[2])), 0),
        "faculty_consultations": (0, 0),
        "faculty_panels": (0, 0),
    }
    rules = {q.rule for table in found.tables.values() for q in table.quarantine}
    assert rules == {
        "faculty_measures.progress.required",
        "faculty_programmes.compulsory_matching.required",
        "faculty_programmes.online_trial_study.required",
    }
    assert [rule for rule, _ in wrong(found) if rule.endswith(".columns")] == ["faculty_study_advisers.columns"]
