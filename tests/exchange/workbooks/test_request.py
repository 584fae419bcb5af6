"""What a workbook can be asked for, and what is refused with what can."""

from __future__ import annotations

import pytest

from kwaliteitsmonitor.exchange.workbooks.request import expected_of, feed_of, requests, unit_of
from kwaliteitsmonitor.exchange.workbooks.template import template
from schemas.errors import UsageError
from schemas.profile import Profile
from schemas.profile.feeds import FileSource
from tests.exchange.workbooks.filling import CYCLE, report


def test_a_form_that_is_no_table_has_no_template(profile: Profile) -> None:
    one = report(profile)
    scaled = {"table": "faculty_study_advisers", "scale": {"fte": "1000"}}
    source = FileSource.model_validate({**one.source.model_dump(), "forms": [scaled]})
    feed = one.feed.model_copy(update={"sources": [source]})
    (odd,) = requests(profile, one.cycle, feed, one.unit)
    with pytest.raises(UsageError, match="faculty_study_advisers a form of its own"):
        template(odd, "nl")


def test_what_cannot_be_asked_is_refused_with_what_can(profile: Profile) -> None:
    cycle = profile.cycle(CYCLE)
    feed = profile.feed("faculty_report")
    with pytest.raises(UsageError, match="delivered by each unit"):
        requests(profile, cycle, feed, None)
    with pytest.raises(UsageError, match="does not read '2015-2016'"):
        expected_of(profile, cycle, feed, "2015-2016")
    with pytest.raises(UsageError, match="not delivered as a workbook"):
        requests(profile, cycle, profile.feed("enrolments"), None)
    with pytest.raises(UsageError, match="delivered centrally"):
        requests(profile, cycle, profile.feed("spending_plan"), unit_of(profile, "FGW"))
    with pytest.raises(UsageError, match="there is no unit 'XX'"):
        unit_of(profile, "XX")
    with pytest.raises(UsageError, match="not said which feed"):
        feed_of(profile, "", by_unit=False, workbook=True)
    assert unit_of(profile, "fa").id == "FdA"
    assert feed_of(profile, "", by_unit=True, workbook=True) is feed
