"""Of a feed whose status may be behind what came in, no notice goes out, and the reason is said."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from assets.status.notices import parse_day, standing, unknown_feeds
from kwaliteitsmonitor.foundation.settings import Settings
from schemas.errors import UsageError
from schemas.profile.feeds import comes_by_file, is_pulled

MOMENT = datetime(2021, 1, 10, 12, tzinfo=ZoneInfo("Europe/Amsterdam"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "landing").mkdir()
    return Settings(institution="leiden", landing=str(tmp_path / "landing"), out=str(tmp_path / "out"))


def test_a_file_that_no_run_has_taken_up_and_a_database_that_was_not_pulled_today(settings: Settings) -> None:
    cycle = settings.profile.cycle("2021-03")
    pulled = {feed.id for feed in settings.profile.feeds if feed.required and is_pulled(feed)}
    before = unknown_feeds(settings, cycle, MOMENT)
    assert set(before) == pulled
    day = date(2020, 12, 17)
    due = {notice.feed.id for notice in standing(settings, cycle, day, MOMENT).notices}
    assert "faculty_report" in due
    assert {"nog nooit" in words.nl and "never yet" in words.en for words in before.values()} == {True}
    place = Path(settings.landing_url) / "onderwijsjaarverslag" / "2019-2020" / "FGW.xlsx"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"no workbook")
    after = unknown_feeds(settings, cycle, MOMENT)
    assert set(after) == {*pulled, "faculty_report"}
    words = "er zijn leveringen die nog niet zijn opgenomen; draai take_up_faculty_report."
    assert after["faculty_report"].nl.endswith(words)
    now = standing(settings, cycle, day, MOMENT)
    assert now.unknown == after
    assert {notice.feed.id for notice in now.notices} == due - {"faculty_report"}, "some may have delivered"


def test_of_a_landing_zone_that_cannot_be_reached_nothing_is_known(settings: Settings) -> None:
    Path(settings.landing_url).rmdir()
    by_file = {feed.id for feed in settings.profile.feeds if feed.required and comes_by_file(feed)}
    assert by_file <= set(unknown_feeds(settings, settings.profile.cycle("2021-03"), MOMENT))


def test_a_day_is_today_unless_it_is_said_and_then_it_is_one() -> None:
    assert [parse_day(text, MOMENT.date()) for text in ("", "2020-12-17")] == [date(2021, 1, 10), date(2020, 12, 17)]
    with pytest.raises(UsageError, match="'17-12' is no day"):
        parse_day("17-12", MOMENT.date())
