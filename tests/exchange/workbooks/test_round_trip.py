"""Every template, filled in and delivered, is read back as exactly what was filled in."""

from __future__ import annotations

from typing import Any

import pytest

from kwaliteitsmonitor.exchange.workbooks.request import Request, requests
from kwaliteitsmonitor.exchange.workbooks.template import template
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.results import Outcome
from schemas.consequences import Severity
from schemas.profile import Feed, Profile
from schemas.profile.feeds import FileSource, Format, Period
from tests import made_up
from tests.exchange.workbooks.filling import CYCLE, contents, filled_in, staged, valid_rows

LANGUAGES = ("nl", "en")
OWN = ("faculty_report", "spending_plan", "decisions")


def bfr(path: str) -> Feed:
    columns = {"Budget dit jaar": "budget"}
    source = FileSource(kind="files", path=path, format=Format.WORKBOOK, locale="nl", tables=["bfr"], columns=columns)
    return Feed(id="bfr", nl="BFR", en="BFR", period=Period.ROUND, units=list(made_up.UNITS), sources=[source])


BY_UNIT, TOGETHER = (bfr(f"bfr/{{reporting_year}}-{{round}}{unit}{{suffix}}.xlsx") for unit in ("/{unit}", ""))


def every(profile: Profile, feed: Feed) -> list[Request]:
    """The workbooks of a feed: one per unit, or a central one."""
    by_unit = "{unit}" in feed.sources[0].path  # type: ignore[union-attr]
    units = [u for u in profile.units if not feed.units or u.id in feed.units] if by_unit else [None]
    return [one for unit in units for one in requests(profile, profile.cycle(CYCLE), feed, unit)]


def wrong(feed: Any) -> list[str]:
    """The rules of staging of which more came than information."""
    results = [r for table in feed.tables.values() for r in table.results]
    return [r.rule for r in results if r.outcome is not Outcome.PASSED and r.severity is not Severity.INFO]


@pytest.mark.parametrize(
    ("feed", "first"),
    [
        ("faculty_report", 0),
        *((feed, n) for feed in OWN[1:] for n in (0, 1)),
        (BY_UNIT, 0),
        (TOGETHER, 0),
        (TOGETHER, 1),
    ],
)
def test_every_template_is_read_back_as_it_was_filled_in(
    profile: Profile, workspace: Workspace, feed: str | Feed, first: int
) -> None:
    """In the one language and the other by turns; a workbook that is the only one of its feed in both."""
    profile = made_up.profile(feeds=[feed]) if isinstance(feed, Feed) else profile
    asked = every(profile, feed if isinstance(feed, Feed) else profile.feed(feed))
    rows = [{t.name: valid_rows(one, t) for t in one.tables} for one in asked]
    books = []
    for number, one in enumerate(asked):
        language = LANGUAGES[(first + number) % 2]
        books.append((one, filled_in(one, template(one, language), rows[number], language)))
    read = staged(workspace, books)
    assert read.rejected == {}
    assert [q for table in read.tables.values() for q in table.quarantine] == []
    assert wrong(read) == []
    for one, typed in zip(asked, rows, strict=True):
        for table in one.tables:
            # As staging gives it: with what the delivery tells, and without open text.
            kept = [field.name for field in table.fields if not field.open_text]
            expected = [{name: row.get(name, one.path_fields.get(name)) for name in kept} for row in typed[table.name]]
            assert expected
            assert contents(read, table.name, one.path_fields) == expected


def test_no_workbook_feed_of_the_institution_is_left_out_of_these_tests(profile: Profile) -> None:
    first = {feed.id: feed.sources[0] for feed in profile.feeds}
    workbooks = {name for name, s in first.items() if isinstance(s, FileSource) and s.format is Format.WORKBOOK}
    assert workbooks == set(OWN)


def test_an_unfilled_template_says_what_is_missing_and_breaks_nothing(profile: Profile, workspace: Workspace) -> None:
    one = every(profile, profile.feed("faculty_report"))[2]
    read = staged(workspace, [(one, template(one, "nl"))])
    assert read.rejected == {}
    assert {t: (s.tallies[next(iter(s.tallies))].received, s.rows.num_rows) for t, s in read.tables.items()} == {
        "faculty_measures": (10, 0),
        "faculty_study_advisers": (0, 0),
        "faculty_programmes": (len(valid_rows(one, one.tables[2])), 0),
        "faculty_consultations": (0, 0),
        "faculty_panels": (0, 0),
    }
    assert {q.rule for table in read.tables.values() for q in table.quarantine} == {
        "faculty_measures.progress.required",
        "faculty_programmes.compulsory_matching.required",
        "faculty_programmes.online_trial_study.required",
    }
    assert [rule for rule in wrong(read) if rule.endswith(".columns")] == ["faculty_study_advisers.columns"]
