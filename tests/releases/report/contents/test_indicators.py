"""Table 1 and on what its figures rest: signs in place of figures, and notes that say what is not alike."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from kwaliteitsmonitor.releases.report.contents.indicators import indicators, measure
from kwaliteitsmonitor.releases.report.document.reading import Reading
from tests.made_up import mean, profile
from tests.releases.report.cells import cell, tables_of, texts
from tests.releases.report.releases import figure

Read = Callable[..., Reading]
HIDDEN = figure(status="suppressed", value=None, spread=None, printed_nl="×", printed_en="×", n=None)
BREAK = {"reporting_year": 2020, "nl": "Nieuw; geldt zo.", "en": "New; so it holds."}


def test_a_suppressed_figure_has_its_sign_and_no_value(read: Read) -> None:
    tables = tables_of(indicators(read({"indicator_values": [figure(year=2019), HIDDEN]})))
    shown = cell(tables["table-indicators"], 1, "year_2020")
    assert (shown.text, shown.value, shown.spread, shown.status) == ("×", None, None, "suppressed")
    assert set(texts(tables["table-indicators-basis"])[0][2:5]) == {"×"}


def test_a_value_that_stands_beside_a_suppressed_status_is_not_shown(read: Read) -> None:
    careless = figure(status="suppressed", printed_nl="×", printed_en="×")
    section = indicators(read({"indicator_values": [careless]}))
    everything = json.dumps(section, default=lambda o: str(vars(o)) if hasattr(o, "__dict__") else str(o))
    assert "2.500" not in everything
    assert "25,0%" not in everything
    assert cell(tables_of(section)["table-indicators"], 1, "year_2020").value is None


@pytest.mark.parametrize(
    ("language", "rows", "notes"),
    [
        (
            "nl",
            [figure(break_note="Nieuw; geldt zo. / New; so it holds. zonder East / without East")],
            ["Nieuw; geldt zo.", "Zonder East."],
        ),
        (
            "en",
            [figure(year=2019), figure(definition_version="2", spread_kind="sd_units")],
            [
                "Rests on version 2 of the definition, the year before on version 1.",
                "The spread is of another kind than that of the year before.",
            ],
        ),
    ],
    ids=["a break that holds a semicolon is one note", "two versions are not compared in silence"],
)
def test_what_is_said_of_a_figure_stands_below_the_table(
    read: Read, language: str, rows: list[dict[str, object]], notes: list[str]
) -> None:
    who = profile(indicators=[mean(breaks=[BREAK])])
    table = tables_of(indicators(read({"indicator_values": rows}, language, who)))["table-indicators"]
    assert list(table.notes.values()) == notes


def test_a_measure_is_named_with_the_scale_of_its_scores(read: Read) -> None:
    assert measure(read({}), figure()) == "score 1–5"
    assert measure(read({}), figure(unit_of_measure="fraction")) == "%"
