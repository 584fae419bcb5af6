"""A release as a report reads it: names for codes, days as people write them, and notes in one language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from kwaliteitsmonitor.methods.figures.printing import Language
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.document.reading import Reading
from tests.made_up import mean, profile
from tests.releases.report.releases import figure

Made = Callable[..., ReleaseReader]
BREAK = {"reporting_year": 2020, "nl": "Nieuw; geldt zo.", "en": "New; so it holds."}


@pytest.mark.parametrize(
    ("language", "day", "notes"),
    [
        ("nl", "1 maart 2021", ("Nieuw; geldt zo.", "zonder East", "eerst dit", "dan dat")),
        ("en", "1 March 2021", ("New; so it holds.", "without East", "this first")),
    ],
)
def test_what_a_release_says_in_both_languages_is_read_in_one(
    release: Made, language: Language, day: str, notes: tuple[str, ...]
) -> None:
    reading = Reading(profile(indicators=[mean(breaks=[BREAK])]), release({}), language)
    row = {"break_note": "Nieuw; geldt zo. / New; so it holds. zonder East / without East"}
    assert reading.notes(row | {"note_nl": "eerst dit; dan dat", "note_en": "this first"}) == notes
    assert (reading.day(date(2021, 3, 1)), reading.day(None)) == (day, "")


def test_what_the_profile_has_no_name_for_is_called_by_its_code(release: Made) -> None:
    reading = Reading(profile(), release({"indicator_values": [figure(year=2019), figure()]}), "en")
    assert (reading.theme("teachers"), reading.theme("gone")) == ("teachers", "gone")
    assert (reading.council("council"), reading.council("gone"), reading.feed("gone")) == ("council", "gone", "gone")
    assert len(reading.rows("indicator_values", 2020)) == 1
