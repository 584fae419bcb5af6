"""The `status` command: of which unit and feed, before anything was taken up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.settings import Settings
from pipelines.cli.status import show_status
from schemas.errors import UsageError

CYCLE = "2021-03"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(institution="leiden", landing=str(tmp_path), out=str(tmp_path / "out"))


def test_before_anything_is_taken_up_it_says_what_is_expected_by_when(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show_status(settings, CYCLE, unit="FdA", feed="faculty_report", form="json", language="en") == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["cycle"], shown["set_aside"], shown["closed"]) == (CYCLE, {"open": 0, "closed": 0}, [])
    row = next(one for one in shown["deliveries"] if one["period"] == "2019-2020")
    assert (row["feed"], row["unit"], row["status"]) == ("faculty_report", "FdA", "missing")
    assert row["deadline"] == "2020-12-31"
    assert {one["unit"] for one in shown["obligations"]} == {"FdA"}


@pytest.mark.parametrize(
    ("chosen", "nl", "en"),
    [
        (
            {"unit": "FGWW"},
            "De eenheid 'FGWW' bestaat niet. Bedoelt u FGW? Kies uit ",
            "there is no unit 'FGWW'; expected one of ",
        ),
        ({"feed": "x"}, "De levering 'x' bestaat niet. Kies uit ", "there is no feed 'x'; expected one of "),
    ],
)
def test_a_unit_or_feed_that_is_none_is_refused_with_those_that_are(
    settings: Settings, chosen: dict[str, str], nl: str, en: str
) -> None:
    with pytest.raises(UsageError) as refused:
        show_status(settings, CYCLE, **chosen)
    assert refused.value.in_words.nl.startswith(nl)
    assert refused.value.in_words.en.startswith(en)
