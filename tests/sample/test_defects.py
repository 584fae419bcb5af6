"""The known defects of a spoiled sample: where they are said to stand, and nowhere else."""

from __future__ import annotations

import csv
import sqlite3
from decimal import Decimal

import pandas as pd
import pytest
from openpyxl import load_workbook

from kwaliteitsmonitor.sample.defects import SUFFIX, Defect
from kwaliteitsmonitor.sample.making import SampleSummary
from schemas.profile import Profile
from schemas.tables import CATALOGUE
from tests.sample.test_making import contents

KEY = ["reporting_year", "round", "unit", "theme", "measure"]


@pytest.fixture(scope="module")
def defects(spoiled: SampleSummary) -> dict[str, Defect]:
    return {defect.id: defect for defect in spoiled.defects}


def rows_of(sample: SampleSummary, defect: Defect) -> list[dict[str, str]]:
    with (sample.folder / defect.file).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter=";"))


def test_defects_are_known_by_the_rule_that_they_break(spoiled: SampleSummary, sample: SampleSummary) -> None:
    assert sample.defects == ()
    assert [d.rule for d in spoiled.defects] == [
        "evaluations.score.range",
        "bfr.theme.codes",
        "bfr.key",
        "faculty_report.delivered",
        "control_totals.delivered_total",
        "faculty_study_advisers.fte.range",
        "enrolments.one_main_enrolment",
        "deliveries.arrive_once",
    ]
    declared = {c.id: c.costs for table in CATALOGUE.values() for c in table.constraints()}
    for defect in spoiled.defects:
        assert declared.get(defect.rule, defect.costs) == defect.costs


def test_one_score_lies_outside_the_scale(spoiled: SampleSummary, defects: dict[str, Defect]) -> None:
    score = defects["score_out_of_range"]
    scores = pd.read_parquet(spoiled.folder / score.file)[score.cell]
    assert score.row is not None
    assert (scores[score.row - 1], (scores > 5).sum()) == (334, 1)


def test_a_line_of_money_has_an_unknown_theme_and_another_stands_there_twice(
    profile: Profile, spoiled: SampleSummary, defects: dict[str, Defect]
) -> None:
    with sqlite3.connect(spoiled.folder / "finance.db") as database:
        rows = pd.read_sql_query("select rowid, * from bfr_lines", database).set_index("rowid")
    theme = rows.loc[defects["unknown_theme"].row]
    assert theme.theme not in profile.code_lists()["themes"]
    assert theme.measure in profile.code_lists()["measures"]
    assert (theme.reporting_year, theme["round"], Decimal(theme.budget), Decimal(theme.realised)) == (2020, 3, 0, 0)
    assert rows[rows.duplicated(KEY)].index.tolist() == [defects["duplicate_line"].row]


def test_a_unit_is_missing_a_number_is_negative_and_a_total_is_wrong(
    spoiled: SampleSummary, sample: SampleSummary, defects: dict[str, Defect]
) -> None:
    missing, fte, total = (defects[name] for name in ("missing_unit", "negative_fte", "wrong_total"))
    assert [(one.folder / missing.file).exists() for one in (sample, spoiled)] == [True, False]
    assert load_workbook(spoiled.folder / fte.file)[fte.sheet][fte.cell].value < 0
    ours, theirs = (rows_of(one, total) for one in (sample, spoiled))
    (changed,) = [n for n, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a != b]
    assert changed + 2 == total.row
    assert Decimal(theirs[changed]["value"]) - Decimal(ours[changed]["value"]) == 1000


def test_a_student_has_a_second_main_enrolment_and_a_file_is_delivered_twice(
    spoiled: SampleSummary, defects: dict[str, Defect]
) -> None:
    second, twice = defects["second_main_enrolment"], defects["twice_delivered"]
    enrolments = pd.DataFrame(rows_of(spoiled, second))
    main = enrolments[enrolments.enrolment == "main"]
    assert second.row is not None
    assert main[main.student.duplicated()].index.tolist() == [second.row - 2]
    assert not enrolments.duplicated(["student", "programme"]).any()
    copy = spoiled.folder / twice.file
    assert copy.read_bytes() == (copy.parent / copy.name.replace(SUFFIX, "")).read_bytes()


def test_defects_change_nothing_else(spoiled: SampleSummary, sample: SampleSummary) -> None:
    files = {d.file.split(" ")[0] for d in spoiled.defects}
    clean, dirty = contents(sample), contents(spoiled)
    assert set(dirty) ^ set(clean) <= files
    assert {path for path in set(clean) & set(dirty) if clean[path] != dirty[path]} <= files
