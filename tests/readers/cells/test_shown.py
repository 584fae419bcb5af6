"""A cell as a spreadsheet shows it, in the notation of the language."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from kwaliteitsmonitor.readers.cells.numbers import Percentage
from kwaliteitsmonitor.readers.cells.shown import as_shown, kept_as_shown, shown
from schemas.words import Words


@pytest.mark.parametrize(
    ("cell", "nl", "en"),
    [
        (17.0, "17", "17"), (-1234.5, "-1234,5", "-1234.5"), (float("inf"), "inf", "inf"), (True, "WAAR", "TRUE"),
        (Percentage(0.886), "88,6%", "88.6%"), (date(2020, 11, 20), "20-11-2020", "2020-11-20"),
        (datetime(2020, 11, 20), "20-11-2020", "2020-11-20"), ("12.5", "12.5", "12.5"),
        (datetime(2020, 11, 20, 14), "20-11-2020 14:00", "2020-11-20 14:00"),
    ],
)  # fmt: skip
def test_a_cell_is_shown_as_people_see_it(cell: Any, nl: str, en: str) -> None:
    assert shown(cell) == Words(nl, en)


@pytest.mark.parametrize(
    ("kept", "nl"),
    [
        ("17.0", "17"), ("88.6%", "88,6%"), ("0123", "0123"), ("2020-11-20 14:00:00", "20-11-2020 14:00"),
        ("2020-13-45", "2020-13-45"), ("False", "ONWAAR"), ("FGW", "FGW"),
    ],
)  # fmt: skip
def test_the_kept_text_of_a_value_is_shown_as_the_value(kept: str, nl: str) -> None:
    assert as_shown(kept).nl == nl


def test_each_part_of_a_key_is_shown_and_a_wrong_notation_stays_as_it_was_typed() -> None:
    assert kept_as_shown("2020.0 / 2.5", "een geheel getal") == Words("2020 / 2,5", "2020 / 2.5")
    assert kept_as_shown("24.4", "een getal in de notatie 1.234,5") == Words("24.4", "24.4")
