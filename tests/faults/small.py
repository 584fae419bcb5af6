"""A small institution with a delivery of every kind, whose cycle takes about a second: what faults are tried on."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from tests.institutions.invented import write

CYCLE = "2022-03"
YEARS = (2021,)
KEY = "a key of which nobody needs to guess anything"
"""By which people become pseudonyms in every run, so that what is staged is the same to the byte."""

FACULTY = ("faculty_measures", "faculty_study_advisers")


def _feed(identity: str, period: str, source: dict[str, Any]) -> dict[str, Any]:
    feed = {"id": identity, "nl": f"levering {identity}", "en": f"delivery {identity}", "period": period}
    return feed | {"sources": [source]} | ({"units": ["U1", "U2"]} if "{unit}" in source.get("path", "") else {})


def _file(path: str, form: str, *tables: str) -> dict[str, Any]:
    more = {"delimiter": ";", "locale": "nl"} if form == "csv" else {}
    return {"kind": "files", "path": path, "format": form, "tables": list(tables), **more}


def _indicator(identity: str, **more: Any) -> dict[str, Any]:
    words = {"nl": identity, "en": identity, "definition_nl": "Wat het is.", "definition_en": "What it is."}
    given = {"version": "1", "valid_from": 2021, "theme": "quality", "direction": "higher_is_better", "decimals": 1}
    return {"id": identity, **words, **given, **more}


PROFILE: dict[str, Any] = {
    "profile.yaml": {
        "format_version": 2,
        "id": "small",
        "nl": "Kleine Hogeschool",
        "en": "Small School",
        "profile_version": "1",
        "languages": ["nl", "en"],
        "timezone": "Europe/Amsterdam",
        "owner": "team:small",
        "first_year": 2021,
        "last_year": 2026,
        "student_reference_date": "10-01",
        "cycles": [
            {"month": 3, "round": 2, "spending_year": -1, "indicator_year": -1},
            {"month": 9, "round": 1, "spending_year": 0, "indicator_year": -1},
        ],
        "disclosure": {"threshold": 5},
    },
    "units.yaml": [{"id": unit, "nl": f"Faculteit {unit}", "en": f"School {unit}"} for unit in ("U1", "U2")],
    "themes.yaml": {"themes": [{"id": one, "nl": one, "en": one} for one in ("quality", "success")]},
    "measures.yaml": [
        {"id": f"m_{theme}", "theme": theme, "nl": f"maatregel {theme}", "en": theme, "units": ["U1", "U2"]}
        for theme in ("quality", "success")
    ],
    "questions.yaml": [{"id": "content", "evaluation": "course", "nl": "De inhoud was goed.", "en": "It was good."}],
    "programmes.csv": "programme,name,croho_type,funded,unit\n50001,Recht,ba,true,U1\n50002,Bestuur,ba,true,U2\n",
    "indicators.yaml": [
        _indicator(
            "advisers",
            kind="sum",
            unit_of_measure="fte",
            printing={"style": "number"},
            numerator={"facts": "fact_study_advisers", "sum": "fte"},
        ),
        _indicator(
            "ratio",
            kind="ratio",
            unit_of_measure="number",
            printing={"style": "number"},
            numerator={"facts": "fact_enrolments", "count": "student"},
            denominator={"facts": "fact_staff", "sum": "fte"},
        ),
        _indicator(
            "content",
            kind="mean",
            answers={"evaluation": "course", "question": "content"},
            unit_of_analysis="respondent",
            spread_kind="sd_respondents",
            unit_of_measure="score",
            minimum=1,
            maximum=5,
            printing={"style": "mean_and_spread"},
            by_unit=True,
        ),
    ],
    "feeds.yaml": [
        _feed("report", "academic_year", _file("report/{academic_year}/{unit}{suffix}.xlsx", "workbook", *FACULTY)),
        _feed("bfr", "round", {"kind": "sql", "connection": "finance", "database_table": "lines", "tables": ["bfr"]}),
        _feed(
            "evaluations", "academic_year", _file("answers/{academic_year}/{unit}{suffix}.csv", "csv", "evaluations")
        ),
        _feed("enrolments", "reporting_year", _file("enrolments/{reporting_year}{suffix}.csv", "csv", "enrolments")),
        _feed("staff", "reporting_year", _file("staff/{reporting_year}{suffix}.parquet", "parquet", "staff")),
    ],
}


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
