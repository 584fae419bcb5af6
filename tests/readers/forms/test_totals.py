"""Totals in a delivered table are never data, and rows of departments are not taken for their faculty."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.readers.forms.totals import is_total, rest_of_total
from schemas.profile import Profile
from tests.made_up import indicator
from tests.readers.forms.making import Taken, rows_taken, taken, university

CASES = Path(__file__).parents[2] / "cases"
TOLD = {"academic_year": "2019-2020", "unit": "North"}
WORDS = [
    "Totaal", "totaal", "TOTAAL:", "Subtotaal", "Sub-totaal", "Sub total", "Eindtotaal", "Eind totaal", "Som", "Total",
    "Grand total", "Grandtotal", "Sum", "Totaal faculteit", "Faculteit totaal", "Totaal generaal",
    "Generaal totaal", "Totaal-generaal", "Tot.", "Totaalbedrag", "Σ", "Som van bedragen", "Alle faculteiten",
    "Overall", "Totaal van alle thema's", "Totaal universiteit", "Totaal in euro", "totaal k€", "** Totaal **",
    "1. Totaal", "T o t a a l", "Totale uitgaven", "Total budget", "Optelling", "Gesamtsumme",
]  # fmt: skip
ONLY_ALIKE = ["Totaalaanpak", "Sommige eenheden", "Summerschool", "Total quality", "Universiteit"]
PLAN = ["Versie", "Eenheid", "Thema", "Jaar", "Bedrag"]
NORTH: list[Any] = ["original", "North", "small_classes", 2020, 10]
EAST: list[Any] = ["original", "East", "small_classes", 2020, 20]


def table(name: str, rows: list[list[Any]], form: str = "", **more: Any) -> Taken:
    text = f"{{format: workbook, locale: nl, tables: [{name}], forms: [{{table: {name}, sheet: '*', {form}}}]}}"
    return rows_taken(rows, text, name, **more)


def plan(*rows: list[Any], headers: list[str] = PLAN, **more: Any) -> Taken:
    return table("spending_plan", [headers, *rows], **more)


def is_left_out(found: Taken, row: int) -> bool:
    return found.refused == [] and found.left_out == [("1 row a total of other rows", (row,))]


def test_a_word_for_a_total_is_one_and_one_that_only_begins_like_it_is_judged_as_any_other() -> None:
    assert [word for word in (*WORDS, *ONLY_ALIKE) if is_total(word)] == WORDS
    rows = plan(*(["original", word, "small_classes", 2020, 10] for word in ONLY_ALIKE))
    assert ({rule for _, rule, _ in rows.refused}, rows.left_out) == ({"unit.codes"}, [])
    assert [rest_of_total(text) for text in ("Subtotaal: FGW", "FGW (totaal)", "FGW")] == ["fgw", "fgw", None]


@pytest.mark.parametrize(
    "total",
    [
        ["original", "Totaal", "small_classes", 2020, 30],
        ["original", "North", "Subtotaal", 2020, 30],
        ["original", "North", "small_classes", "Σ", 30],
        ["original", "Totaal Noord", "small_classes", 2020, 30],
        ["original", "Subtotaal per faculteit", None, 2020, 30],
        ["original", "Total (k€)", "small_classes", 2020, 30],
        ["original", "North (totaal)", "small_classes", 2020, 30],
        [None, "Eindtotaal 2020", None, None, 30],
    ],
)
def test_a_row_that_is_a_total_of_others_is_left_out_and_told(total: list[Any]) -> None:
    assert is_left_out(taken_up := plan(NORTH, EAST, total), 4)
    assert taken_up.rows("amount") == [(10,), (20,)]


def test_a_total_is_known_in_a_column_that_nothing_reads_where_the_row_names_nothing() -> None:
    word = "Eindtotaal 2020"
    before = plan(["Totaal", *NORTH], [word, "original", None, None, 2020, 10], headers=["Omschrijving", *PLAN])
    behind = plan([*NORTH, "Totaal"], [None, None, None, None, 10, word], headers=[*PLAN, "Omschrijving"])
    for found in (before, behind):
        assert is_left_out(found, 3)
        assert found.rows("unit") == [("North",)]


COUNTS = ["year", "programme", "origin", "phase", "main_enrolments"]
COURSE = ["course", "2019-2020", "North", "P1", "Ba"]
INVITED = ["evaluation", "academic_year", "unit", "programme", "level", "course", "invited"]


@pytest.mark.parametrize(
    ("name", "headers", "rows", "label"),
    [
        ("enrolment_counts", COUNTS, [[2020, "P1", "NL", "B", 10], [2020, "P1", "EER", "B", 4]], 2),
        ("enrolment_counts", COUNTS, [[2020, "P1", "NL", "B", 10], [2020, "P1", "NL", "M", 4]], 3),
        ("enrolment_counts", COUNTS, [[2020, "P1", "NL", "B", 10], [2020, "P2", "NL", "B", 4]], 1),
        ("evaluation_population", INVITED, [[*COURSE, c, 7] for c in ("A1", "SOM")], 5),
    ],
    ids=["origin", "phase", "programme", "course"],
)
def test_a_total_in_words_is_not_counted_beside_its_parts(
    name: str, headers: list[str], rows: list[list[Any]], label: int
) -> None:
    total = [*rows[0][:-1], 14]
    total[label] = "Totaal faculteit"
    found = table(name, [headers, *rows, total])
    assert is_left_out(found, 4)
    assert len(found.rows(headers[-1])) == 2


def test_what_comes_as_a_total_alone_is_all_that_there_is() -> None:
    rows = [[2020, "P1", "Totaal", "B", 10], [2020, "P2", "NL", "B", 3], [2020, "P2", "Totaal", "B", 3]]
    found = table("enrolment_counts", [COUNTS, *rows])
    assert found.rows("programme", "origin") == [("P1", "Totaal"), ("P2", "NL")]


def test_the_total_of_columns_that_become_rows_is_none_of_them() -> None:
    headers = ["Eenheid", "Thema", "Plan 2020", "Plan 2021", "Plan totaal"]
    rows = [["North", "small_classes", 1, 2, 3], ["Totaal faculteit", None, 1, 2, 3]]
    form = "constants: {version: original}, unpivot: {name: year, value: amount, headers: {'Plan *': '*'}}"
    found = plan(*rows, headers=headers, form=form)
    assert (found.rows("year"), found.refused, found.raw.unknown) == ([(2020,), (2021,)], [], ("Plan totaal",))


def test_a_figure_of_the_total_is_that_of_the_whole_and_that_is_told() -> None:
    dropout = indicator("dropout", "delivered", "percentage", delivered={"combine": "none"})
    units = ("North", "Totaal", "Totaal universiteit", "Alle faculteiten")
    figures = [[2020 + at, unit, "dropout", 0.1] for at, unit in enumerate(units)]
    own = replace(university(), indicators=(dropout,))
    found = table("delivered_figures", [["reporting_year", "unit", "indicator", "value"], *figures], profile=own)
    assert found.rows("unit") == [("North",), *[(None,)] * 3]
    whole = [(note.text.nl, note.rows) for note in found.raw.notes if note.code == "whole"]
    assert whole == [("'totaal' is gelezen als het geheel", (3, 4, 5))]


def test_a_name_of_the_institution_that_is_called_total_is_data() -> None:
    first, *others = university().units
    own = replace(university(), units=(first.model_copy(update={"aliases": ["Som", "Totaal"]}), *others))
    assert plan(["original", "Som", "small_classes", 2020, 10], profile=own).rows("unit") == [("North",)]


ADVISERS = ["Afdeling", "Fte", "Waarvan tijdelijk", "Gecertificeerd", "In traject"]
ONE: list[Any] = ["Oost", 6.5, 0.5, 2, 1]


@pytest.mark.parametrize(
    "rows",
    [
        [ONE, ["West", 3.5, 0, 1, 0], ["Totaal", 10, 0.5, 3, 1]],
        [ONE, ["West", 3.5, 0, 1, 0]],
        [ONE, ["Totaal", 10, 0.5, 3, 1]],
        [["Oost", "6,5 fte", 0.5, 2, 1], ["West", 3.5, 0, 1, 0]],
        [ONE, [None, 10, 0.5, 3, 1]],
        [ONE, ["West", *ONE[1:]]],
    ],
    ids=["departments-and-total", "departments", "one-and-total", "one-unreadable", "total-without-a-word", "as-large"],
)
def test_of_a_breakdown_by_department_no_row_is_taken_for_the_faculty(rows: list[list[Any]]) -> None:
    found = table("faculty_study_advisers", [ADVISERS, *rows], told=TOLD)
    assert (found.rows("fte"), found.tally.quarantined) == ([], len(rows))
    assert "one row for the faculty: add the departments up" in found.expected.values()


def test_the_case_of_a_breakdown_with_a_total_asks_for_one_row_and_takes_none(profile: Profile) -> None:
    text, told = "{format: workbook, tables: [faculty_study_advisers], locale: nl}", {**TOLD, "unit": "FGW"}
    path = CASES / "breakdown-with-total" / "FGW.xlsx"
    found = taken(path, text, "faculty_study_advisers", told=told, profile=profile)
    assert found.rows("fte") == []
    assert {q.expected.nl for q in found.staged.quarantine} == {"één rij per faculteit: tel de afdelingen op"}


def test_a_row_that_stands_there_twice_is_taken_once() -> None:
    found = table("faculty_study_advisers", [ADVISERS, ONE, ONE], told=TOLD)
    assert (len(found.rows("fte")), found.tally.quarantined) == (1, 1)


def test_departments_under_one_measure_are_not_the_measure() -> None:
    headers = ["Eenheid", "Afdeling", "Thema", "Maatregel", "Begroot", "Gerealiseerd", "Ingediend op"]
    rows = [["North", *line, "2021-02-01"] for line in (
        ("Oost", "small_classes", "tutors", 10, 5), ("West", "small_classes", "tutors", 20, 6),
        (None, "small_classes", "Totaal", 30, 11),
    )]  # fmt: skip
    found = table("bfr", [headers, *rows], told={"reporting_year": 2020, "round": 3})
    assert found.rows("budget") == []
    assert [number for _, numbers in found.left_out for number in numbers] == [4]
    expected = {q.expected.nl.partition(":")[0] for q in found.staged.quarantine}
    assert expected == {"één rij per eenheid, thema, maatregel"}
