"""The chart of runs is said in words too, and stands with its table."""

from __future__ import annotations

from xml.etree import ElementTree

from kwaliteitsmonitor.operations.metrics.charting import drawing, in_words, page, set_aside, table
from kwaliteitsmonitor.operations.metrics.records import CUT_OFF
from tests.operations.metrics.test_records import run

RUNS = [run("2020-03", seconds=20.0, version="<0.1>"), run("2021-03")]


def test_the_drawing_says_in_words_what_it_shows() -> None:
    drawn = ElementTree.fromstring(drawing(RUNS))  # noqa: S314 - our own drawing
    texts = {child.tag.rpartition("}")[2]: child.text for child in drawn}
    assert drawn.get("role") == "img"
    assert texts["title"] == "Hoe de cycli liepen"
    assert "duur (seconden): eerst 20,0, nu 28,5" in str(texts["desc"])


def test_the_page_has_a_row_for_each_run_and_escapes_what_it_quotes() -> None:
    made = page(RUNS, table(RUNS, "en"), "en")
    assert made.count("<tr>") == 3
    assert "&lt;0.1&gt;" in made
    assert "How the cycles went" in made


def test_without_runs_that_is_said_and_without_rows_nothing_was_set_aside() -> None:
    assert in_words([]) == "Er zijn nog geen runs vastgelegd."
    assert set_aside(run("2021-03", feeds={}, outcome=CUT_OFF)) == 0.0
    assert set_aside(RUNS[0]) == 0.02
