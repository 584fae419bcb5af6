"""Words, signs and formats beside a number that say that it is in per cent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kwaliteitsmonitor.readers.cells.percents import (
    fraction_shown,
    percent_beside,
    percent_in,
    percent_in_caption,
    without_percent,
)

CENT, MILLE = Decimal("0.01"), Decimal("0.001")


@pytest.mark.parametrize(
    ("code", "times"),
    [
        ("0.0%", Decimal(1)), ("0%;[Red]-0%", Decimal(1)), ('0.0"%"', CENT), ('0.0" %"', CENT), ("0.0\\%", CENT),
        ('0.0" procent"', CENT), ('0"‰"', MILLE), ('0.0" procentpunt"', None), ("General", None), ("@", None),
    ],
)  # fmt: skip
def test_a_format_that_shows_a_percentage_is_known(code: str, times: Decimal | None) -> None:
    assert fraction_shown(code) == times


def test_the_text_beside_a_number_in_its_cell_says_it_too() -> None:
    assert [percent_beside(text) for text in ("%", "promille", "procentpunt", "fte")] == [CENT, MILLE, None, None]


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("Uitval (%)", "Uitval"), ("Uitval (in %)", "Uitval"), ("Uitval in procenten", "Uitval"),
        ("% uitval", "uitval"), ("UITVAL, %", "UITVAL"), ("Uitval (‰)", "Uitval"),
    ],
)  # fmt: skip
def test_a_name_says_that_its_numbers_are_in_per_cent(name: str, bare: str) -> None:
    assert percent_in(name) == (MILLE if "‰" in name else CENT)
    assert without_percent(name) == bare


@pytest.mark.parametrize("name", ["Uitval", "Verschil in procentpunt", "50% vrouwen", "Percentielen"])
def test_other_names_do_not(name: str) -> None:
    assert percent_in(name) is None
    assert without_percent(name) == name


def test_of_a_caption_only_what_is_about_all_is_heard() -> None:
    captions = ("Kerncijfers, aandelen in procenten", "Kerncijfers (in ‰)", "Streef naar 20% in 2024")
    assert [percent_in_caption(text) for text in captions] == [CENT, MILLE, None]
