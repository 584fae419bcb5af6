"""What is withheld is nowhere in the published rows, and what is shown beside it does not say it either."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.disclosure import applying, people
from kwaliteitsmonitor.methods.disclosure.circulation import COARSE, HIDDEN
from kwaliteitsmonitor.methods.disclosure.evaluations import Withheld, withhold
from kwaliteitsmonitor.methods.disclosure.people import HIDDEN as NUMBERS
from kwaliteitsmonitor.methods.disclosure.release_history import memories, recall, record, remember
from kwaliteitsmonitor.methods.figures.printing import Exact
from kwaliteitsmonitor.methods.figures.wording import indicator_rows, result_rows
from kwaliteitsmonitor.methods.remarks import PeopleCount, Remark
from kwaliteitsmonitor.methods.statistics.caveats import AnswersAside, OtherLevels, TooFew
from kwaliteitsmonitor.methods.statistics.sums import Cell
from schemas.words import Words
from tests.made_up import indicator, mean
from tests.methods.disclosure.published_rows import ANSWERS, BEFORE, NORTH, NOW, OVER, RESERVATION, figure, result
from tests.methods.disclosure.releasing import facts, release, who

COUNTING: dict[str, Any] = {"numerator": {"facts": "fact_staff", "count": "person"}, "decimals": 0}
BESIDE = {"style": "count_and_beside", "beside_nl": "in traject", "beside_en": "in training"}
OF_STAFF = [indicator("satisfaction", "count", **COUNTING, beside=COUNTING["numerator"], printing=BESIDE)]
COUNTED: dict[str, Any] = {"unit_of_measure": "persons", "value": 12.0, "n": 12, "remarks": ()}
AS_MADE = {"people": "counted", "spread_shown": "exact"}


def test_a_hidden_row_holds_no_number_and_says_nothing_but_the_rule() -> None:
    (row,) = applying.results([result()], Withheld({NOW: {NORTH: HIDDEN}}))
    assert (row["status"], row["hidden_by"]) == ("suppressed", "subtraction")
    assert not [name for name in applying.RESULTS if row[name] is not None]
    (worded,) = result_rows([row])
    assert (worded["note_nl"], worded["note_en"]) == (
        "verborgen: zou een ander verborgen cijfer verraden, als verschil met wat getoond wordt",
        "hidden: would give away another hidden figure, by subtraction from what is shown",
    )


def test_a_coarse_row_has_two_digits_and_says_so() -> None:
    (row,) = applying.results([result()], Withheld({NOW: {NORTH: COARSE}}))
    shown = {name: row[name] for name in applying.RESULTS if row[name] is not None}
    assert shown == {"n": 1200, "mean": 3.1, "sd_respondents": 3.1}
    assert row["remarks"] == (applying.ROUNDED,)


def test_beside_a_hidden_part_spreads_are_rounded_and_after_a_hidden_year_no_change_is_shown() -> None:
    row, other = applying.results([result(), result("South")], Withheld({BEFORE: {NORTH: HIDDEN}}))
    assert ([row[name] for name in applying.CHANGE], row["mean"]) == ([None] * 3, 3.14159)
    assert row["remarks"] == (RESERVATION, applying.NOT_COMPARED)
    assert other == result("South") | AS_MADE
    whole, south = applying.results([result(None), result("South")], Withheld({NOW: {NORTH: HIDDEN}}))
    assert (whole["sd_units"], whole["sd_courses"], whole["mean"]) == (3.1, 3.1, 3.14159)
    assert south["sd_courses"] == 3.14159


def test_shares_are_hidden_all_together() -> None:
    rows = [result(score=score, share=0.5, answers=9) for score in (1.0, 2.0)]
    hidden = applying.shares(rows, Withheld({}, {NOW: {"teaching": frozenset({NORTH})}}))
    assert {(r["share"], r["answers"], r["status"]) for r in hidden} == {(None, None, "suppressed")}
    assert applying.shares(rows, Withheld()) == rows


@pytest.mark.parametrize("analysis", ["respondent", "course", "unit"])
def test_an_indicator_over_answers_follows_the_cells_of_its_evaluation(analysis: str) -> None:
    over = [mean(answers=ANSWERS, unit_of_analysis=analysis)]
    (hidden,) = applying.figures([figure()], over, Withheld({NOW: {NORTH: HIDDEN}}), 5)
    (worded,) = indicator_rows([hidden], over)
    assert (worded["status"], worded["printed_nl"], worded["note_nl"]) == ("suppressed", "×", None)
    assert not [name for name in (*NUMBERS, "exact") if hidden[name] is not None]
    (whole,) = applying.figures([figure(unit=None)], over, Withheld({NOW: {NORTH: HIDDEN}}), 5)
    assert whole["value"] == (3.14159 if analysis == "respondent" else 3.14)
    assert whole["spread"] == 3.14
    assert whole["remarks"] == (OtherLevels(PeopleCount()),)
    (shown,) = applying.figures([figure(n=3)], over, Withheld(), 5)
    assert shown == figure(n=3), "the evaluation decides, not the number beside the figure"


@pytest.mark.parametrize("beside", [{}, {NOW: {Cell("North", "P1", "Ba"): HIDDEN, Cell("North", None, "Ba"): HIDDEN}}])
@pytest.mark.parametrize(
    ("mute", "spread", "text"), [(frozenset(), 3.1, "3,14 ± 3,1"), (frozenset({NORTH}), None, "3,14")]
)
def test_an_indicator_shows_no_more_of_a_spread_than_the_evaluation_does(
    mute: frozenset[Cell], spread: float | None, text: str, beside: Any
) -> None:
    withheld = Withheld(beside, {NOW: {"teaching": frozenset({NORTH})}}, {NOW: {"teaching": mute}})
    row = figure(spread_kind="sd_respondents")
    (shown,) = indicator_rows(applying.figures([row], OVER, withheld, 5), OVER)
    assert (shown["spread"], shown["printed_nl"]) == (spread, text)
    (full,) = indicator_rows(applying.figures([row], OVER, Withheld(beside), 5), OVER)
    assert (full["spread"], full["printed_nl"]) == (3.14159, "3,14 ± 3,14")


COUNTS = {
    ("North", "P1", "Ba"): {"teaching": [1, 1, 1, 0, 0]},
    ("North", "P2", "Ba"): {"teaching": [4, 5, 6, 7, 8]},
    ("South", "P3", "Ba"): {"teaching": [9, 9, 9, 9, 9]},
}
POINTS = {NOW: {"teaching": 4}}
"""A scale of five points lies in quarters, so that answers on other scales lie on it too."""


def test_what_was_shown_is_remembered_once_and_recalled_the_same(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    _, shown = release(who(5), facts(COUNTS))
    written = record(shown.populations, shown.withheld)
    assert remember(workspace, written) == remember(workspace, written)
    (recalled,) = recall(workspace)
    assert recalled.withheld.record() == shown.withheld.record()
    assert withhold(shown.populations, 5, [], [recalled], POINTS).record() == shown.withheld.record()
    assert [oct(path.stat().st_mode & 0o777) for path in memories(workspace).values()] == ["0o600"]


def test_a_course_is_personal_unless_the_profile_says_that_several_teach_it() -> None:
    counts = {("North", "P1", "Ba"): {"teaching": [9] * 5}, ("South", "P2", "Ba"): {"teaching": [9] * 5}}
    south = dict(list(counts.items())[1:])
    rows = facts(counts, course="C-1", evaluation="course") + facts(south, course="C-2", evaluation="course")
    institution = who(5)
    tables, _ = release(institution, rows)
    status = {r["unit"]: r["status"] for r in tables["evaluation_results"] if r["programme"]}
    assert status == {"North": "suppressed", "South": "suppressed"}, "South protects North"
    rules = institution.institution.disclosure.model_copy(update={"courses_taught_by_several": ["C-1"]})
    settled = institution.institution.model_copy(update={"disclosure": rules})
    tables, _ = release(replace(institution, institution=settled), rows)
    assert {r["status"] for r in tables["evaluation_results"]} == {"ok"}


@dataclass(frozen=True)
class Said(Remark):
    """A remark of a kind that there is not: with a number of people, worded in some way."""

    people: PeopleCount
    nl: str
    en: str

    def words(self) -> Words:
        return Words(f"{self.nl}{self.people}{self.en}", f"{self.en}{self.people}{self.nl}")


WORDS = st.text(alphabet="abc d;/()", max_size=12)
OF_PEOPLE = st.builds(PeopleCount, st.integers(1000, 10**9))
ABOUT_PEOPLE = st.one_of(
    st.builds(Said, OF_PEOPLE, WORDS, WORDS),
    st.builds(TooFew, OF_PEOPLE, st.integers(1, 99)),
    st.builds(OtherLevels, OF_PEOPLE),
)


@pytest.mark.parametrize("how", [HIDDEN, COARSE, "beside what is hidden", "about staff"])
@given(st.lists(ABOUT_PEOPLE, min_size=1, max_size=4), st.sampled_from(["remarks", "breaks"]))
def test_whatever_is_said_of_a_figure_that_is_withheld_no_number_of_people_is_worded(
    how: str, remarks: list[Any], where: str
) -> None:
    """The gate looks at numbers, and never at how a sentence about them is worded."""
    row = figure(unit=None if how == "beside what is hidden" else "North", **{where: tuple(remarks)})
    if how == "about staff":
        shown, over = applying.figures([row | {"n": 3}], OF_STAFF, Withheld(), 5), OF_STAFF
    else:
        shown, over = applying.figures([row], OVER, Withheld({NOW: {NORTH: how if how == COARSE else HIDDEN}}), 5), OVER
    (worded,) = indicator_rows(shown, over)
    text = " ".join(str(value) for name, value in worded.items() if "note" in name)
    assert not [one for one in remarks if str(one.people if isinstance(one, Said) else one.answers) in text]
    if how != HIDDEN:
        assert "×" in text, "that something was left out is said still"


def test_numbers_of_deliveries_stay_and_a_number_beside_a_figure_goes_if_it_is_of_few() -> None:
    """What was set aside is reported of each delivery, and the sign of privacy stands for no loss."""
    row = figure(remarks=(AnswersAside(12, 1), TooFew(PeopleCount(9), 2)))
    (coarse,) = indicator_rows(applying.figures([row], OVER, Withheld({NOW: {NORTH: COARSE}}), 5), OVER)
    assert coarse["note_nl"].startswith(
        "zonder 12 antwoorden die apart zijn gezet, alle vragen van de levering samen; "
        "zonder × antwoorden van 2 cursussen met te weinig respons; in twee cijfers"
    )
    beside = [Exact(Decimal(12), beside=Decimal(number)) for number in (4, 5, 0)]
    rows = [figure(unit=f"{at}", figure_id=f"{at}", exact=one, **COUNTED) for at, one in enumerate(beside)]
    printed = [row["printed_nl"] for row in indicator_rows(applying.figures(rows, OF_STAFF, Withheld(), 5), OF_STAFF)]
    assert printed == ["12 (+ × in traject)", "12 (+ 5 in traject)", "12"]


@pytest.mark.parametrize("module", [applying, people])
def test_what_is_withheld_is_decided_without_looking_at_a_text(module: ModuleType) -> None:
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    imported = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    read = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) if isinstance(node.value, str)}
    assert "re" not in imported
    assert not read & {"note", "note_nl", "note_en", "break_note", "printed_nl", "printed_en"}
