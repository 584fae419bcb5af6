"""A small institution with a delivery of every kind, whose cycle takes about a second: what faults are tried on."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import yaml

from tests.institutions.invented import write

CYCLE = "2022-03"
YEARS = (2021,)
KEY = "a key of which nobody needs to guess anything"
"""By which people become pseudonyms in every run, so that what is staged is the same to the byte."""

PROFILE: dict[str, Any] = yaml.safe_load(r"""
profile.yaml:
  {format_version: 2, id: small, nl: Kleine Hogeschool, en: Small School, profile_version: "1", languages: [nl, en],
   timezone: Europe/Amsterdam, owner: "team:small", first_year: 2021, last_year: 2026, student_reference_date: "10-01",
   cycles: [{month: 3, round: 2, spending_year: -1, indicator_year: -1},
            {month: 9, round: 1, spending_year: 0, indicator_year: -1}], disclosure: {threshold: 5}}
units.yaml: [{id: U1, nl: Faculteit U1, en: School U1}, {id: U2, nl: Faculteit U2, en: School U2}]
themes.yaml: {themes: [{id: quality, nl: quality, en: quality}, {id: success, nl: success, en: success}]}
measures.yaml:
- {id: m_quality, theme: quality, nl: maatregel quality, en: quality, units: [U1, U2]}
- {id: m_success, theme: success, nl: maatregel success, en: success, units: [U1, U2]}
questions.yaml: [{id: content, evaluation: course, nl: De inhoud was goed., en: It was good.}]
programmes.csv: "programme,name,croho_type,funded,unit\n50001,Recht,ba,true,U1\n50002,Bestuur,ba,true,U2\n"
indicators.yaml:
- {id: advisers, nl: advisers, en: advisers, definition_nl: Wat het is., definition_en: What it is.,
   version: "1", valid_from: 2021, theme: quality, direction: higher_is_better, decimals: 1,
   kind: sum, unit_of_measure: fte, printing: {style: number},
   numerator: {facts: fact_study_advisers, sum: fte}}
- {id: ratio, nl: ratio, en: ratio, definition_nl: Wat het is., definition_en: What it is.,
   version: "1", valid_from: 2021, theme: quality, direction: higher_is_better, decimals: 1,
   kind: ratio, unit_of_measure: number,
   printing: {style: number}, numerator: {facts: fact_enrolments, count: student},
   denominator: {facts: fact_staff, sum: fte}}
- {id: content, nl: content, en: content, definition_nl: Wat het is., definition_en: What it is.,
   version: "1", valid_from: 2021, theme: quality, direction: higher_is_better, decimals: 1,
   kind: mean, unit_of_measure: score,
   answers: {evaluation: course, question: content}, unit_of_analysis: respondent, spread_kind: sd_respondents,
   minimum: 1, maximum: 5, printing: {style: mean_and_spread}, by_unit: true}
feeds.yaml:
- {id: report, nl: levering report, en: delivery report, period: academic_year, units: [U1, U2],
   sources: [{kind: files, path: "report/{academic_year}/{unit}{suffix}.xlsx", format: workbook,
              tables: [faculty_measures, faculty_study_advisers]}]}
- {id: bfr, nl: levering bfr, en: delivery bfr, period: round,
   sources: [{kind: sql, connection: finance, database_table: lines, tables: [bfr]}]}
- {id: evaluations, nl: levering evaluations, en: delivery evaluations, period: academic_year, units: [U1, U2],
   sources: [{kind: files, path: "answers/{academic_year}/{unit}{suffix}.csv", format: csv, delimiter: ";", locale: nl,
              tables: [evaluations]}]}
- {id: enrolments, nl: levering enrolments, en: delivery enrolments, period: reporting_year,
   sources: [{kind: files, path: "enrolments/{reporting_year}{suffix}.csv", format: csv, delimiter: ";", locale: nl,
              tables: [enrolments]}]}
- {id: staff, nl: levering staff, en: delivery staff, period: reporting_year,
   sources: [{kind: files, path: "staff/{reporting_year}{suffix}.parquet", format: parquet, tables: [staff]}]}
""")


def write_small(folder: Path) -> None:
    """Write the profile, and deliveries for it, of which one row is not right."""
    from kwaliteitsmonitor.sample.plain import write_plain_sample
    from schemas.profile import load_profile

    profile = load_profile(write(PROFILE, folder / "profile"))
    landing = folder / "landing"
    write_plain_sample(profile, landing, YEARS, responses=300)
    with (landing / "answers" / "2020-2021" / "U2.csv").open("a", encoding="utf-8") as delivered:
        delivered.write("course;50002;Ba;50002-101;content;9;R-999999\n")  # which goes to quarantine
    for path in landing.rglob("*"):
        os.utime(path, (1_640_995_200, 1_640_995_200))  # a landing zone in which nothing is still being written


def older(folder: Path) -> Path:
    """The landing zone as it was before one unit delivered its answers again; what a release was made of before."""
    earlier = folder / "landing-before"
    shutil.copytree(folder / "landing", earlier)
    changed = earlier / "answers" / "2020-2021" / "U1.csv"
    lines = changed.read_text(encoding="utf-8").splitlines(keepends=True)
    changed.write_text("".join(lines[: len(lines) // 2]), encoding="utf-8")
    os.utime(changed, (1_640_991_600, 1_640_991_600))
    return earlier
