"""Table 2: what was not delivered and what else is said of a row, each under its amounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kwaliteitsmonitor.releases.report.contents.showing import Notes
from kwaliteitsmonitor.releases.report.contents.spending import spending
from kwaliteitsmonitor.releases.report.document.reading import Reading
from schemas.profile.misprints import Misprint
from tests.made_up import profile
from tests.releases.report.cells import cell, tables_of
from tests.releases.report.releases import spent

MISSING = spent("teachers", "1", "1", status="not_available", note="niet geleverd: East / not delivered: East")
SEVERAL = "zonder East (ontheffing) / without East (waived); een eerder jaar is niet compleet / an earlier year is not"


@pytest.mark.parametrize(
    ("language", "row", "budget", "notes"),
    [
        ("en", MISSING | dict.fromkeys(("budget", "realised", "difference")), "–", {"a": "Not delivered: East."}),
        (
            "nl",
            spent(None, "5000000", "5000000", note=SEVERAL),
            "5.000",
            {"a": "Zonder East (ontheffing).", "b": "Een eerder jaar is niet compleet."},
        ),
    ],
)
def test_each_thing_that_is_said_of_a_row_is_a_note_to_its_budget(
    read: Callable[..., Reading], language: str, row: dict[str, Any], budget: str, notes: dict[str, str]
) -> None:
    table = tables_of(spending(read({"spending_overview": [row]}, language)))["table-spending-2020"]
    assert (cell(table, 0, "budget").text, cell(table, 0, "budget").notes) == (budget, tuple(notes))
    assert table.notes == notes


def test_what_an_earlier_report_misprinted_is_said_at_that_figure_alone(read: Callable[..., Reading]) -> None:
    said = {"printed": "9", "nl": "Was 9.", "en": "Was 9."}
    misprint = Misprint(table="spending", reporting_year=2020, part="difference", **said)
    rows = {"spending_overview": [spent("teachers", "1", "2"), spent(None, "1", "2")]}
    table = tables_of(spending(read(rows, who=replace(profile(), misprints=(misprint,)))))["table-spending-2020"]
    assert [cell(table, row, "difference").notes for row in (0, 1)] == [(), ("a",)]
    assert table.notes == {"a": "Was 9."}


def test_a_note_has_one_letter_however_often_it_is_called_and_the_27th_two() -> None:
    notes = Notes()
    assert notes.keys(["zonder East", "", "zonder East."]) == ("a", "a")
    assert notes.keys(f"note {number}" for number in range(26))[-1] == "aa"
