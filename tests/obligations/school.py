"""A small university that delivers everything it owes, of whose deliveries a test leaves something out."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import yaml

from schemas.tables import CATALOGUE
from tests.register import write_register

CYCLE = "2021-03"
SPENT = "105132.00"
Rows = list[dict[str, Any]]

PROFILE: Mapping[str, Any] = {
    "profile.yaml": {
        "format_version": 2, "id": "small", "nl": "Kleine Universiteit", "en": "Small University",
        "profile_version": "1", "languages": ["nl", "en"], "timezone": "Europe/Amsterdam", "owner": "team:tests",
        "first_year": 2020, "last_year": 2022, "student_reference_date": "10-01", "disclosure": {"threshold": 5},
        "cycles": [{"month": 3, "round": 1, "spending_year": -1, "indicator_year": -1}],
        "spending": {"explain_from": {"eur": "1000", "fraction": "0.10"}},
        "councils": [{"id": "council", "nl": "raad", "en": "council"}],
        "consultations": [
            {"subject": "faculty_report", "decision": "approved"}, {"subject": "bfr", "decision": "discussed"},
        ],
        "panels": {"expected": ["NORTH"]},
        "notices": {"days_before": [14], "days_after": [1, 60], "contact": "a@uni.test", "sender": "b@uni.test"},
    },
    "units.yaml": [
        *(
            {"id": one, "nl": one.title(), "en": one.title(), "council": "council"}
            for one in ("NORTH", "SOUTH", "EAST")
        ),
        {"id": "WEST", "nl": "West", "en": "West", "council": "council", "valid_until": 2019},
    ],
    "themes.yaml": {
        "themes": [
            {"id": "small", "nl": "Kleine klassen", "en": "Small classes"},
            {"id": "guidance", "nl": "Begeleiding", "en": "Guidance"},
            {"id": "campus", "nl": "Campus", "en": "Campus", "funded": False, "reason_nl": "x", "reason_en": "x"},
        ]
    },
    "measures.yaml": [
        {
            "id": "groups", "theme": "small", "nl": "Kleine groepen", "en": "Small groups",
            "units": ["NORTH", "SOUTH", "EAST", "WEST"],
        },
        {"id": "tutors", "theme": "guidance", "nl": "Tutoren", "en": "Tutors", "units": ["NORTH", "SOUTH"]},
        {
            "id": "spaces", "theme": "campus", "nl": "Studieplekken / werkplekken", "en": "Study / work spaces",
            "units": ["NORTH"],
        },
        {"id": "pilot", "theme": "guidance", "nl": "Proef", "en": "Pilot", "units": ["SOUTH"], "valid_until": 2019},
    ],
    "indicators.yaml": [
        {
            "id": name, "version": "1", "valid_from": 2020, "theme": "small", "nl": nl, "en": en,
            "definition_nl": "Gemiddeld cijfer.", "definition_en": "Mean mark.", "kind": "delivered", "by_unit": True,
            "delivered": {"combine": "weighted_by_n"}, "direction": "higher_is_better", "unit_of_measure": "score",
            "decimals": 1, "minimum": 1, "maximum": 10, "printing": {"style": "number"},
        }
        for name, nl, en in (("satisfaction", "Tevredenheid", "Satisfaction"), ("workload", "Studielast", "Workload"))
    ],
    "programmes.csv": "\n".join(
        ["programme,name,croho_type,funded,unit", "50001,b kunde,ba,true,NORTH", "60001,m kunde,ma,true,NORTH", ""]
    ),
    "feeds.yaml": [
        {
            "id": "decisions", "nl": "besluiten", "en": "decisions", "period": "none", "required": False,
            "sources": [{
                "kind": "files", "path": "besluiten{suffix}.xlsx", "format": "workbook", "locale": "nl",
                "tables": ["correction_records", "waiver_records", "approval_records", "withdrawal_records"],
            }],
        },
        {
            "id": "report", "nl": "verslag", "en": "report", "period": "academic_year",
            "units": ["NORTH", "SOUTH", "EAST", "WEST"],
            "sources": [{
                "kind": "files", "path": "verslag/{academic_year}/{unit}{suffix}.xlsx", "format": "workbook",
                "locale": "nl",
                "tables": [
                    "faculty_measures", "faculty_study_advisers", "faculty_programmes", "faculty_consultations",
                    "faculty_panels",
                ],
            }],
            "deadlines": {0: {"month_day": "12-31", "years": 0}},
        },
        {
            "id": "finance", "nl": "financiën", "en": "finance", "period": "round", "units": ["NORTH", "SOUTH", "EAST"],
            "sources": [{
                "kind": "files", "path": "finance/{reporting_year}-{round}.csv", "format": "csv", "tables": ["bfr"],
            }],
            "deadlines": {1: {"month_day": "02-28", "years": 1}},
        },
        {
            "id": "plan", "nl": "bestedingsplan", "en": "spending plan", "period": "none",
            "sources": [{"kind": "files", "path": "plan.csv", "format": "csv", "tables": ["spending_plan"]}],
        },
        {
            "id": "figures", "nl": "kerncijfers", "en": "key figures", "period": "reporting_year",
            "units": ["NORTH", "SOUTH", "EAST"],
            "sources": [{
                "kind": "files", "path": "figures/{reporting_year}.csv", "format": "csv",
                "tables": ["delivered_figures"],
            }],
            "deadlines": {0: {"month_day": "02-15", "years": 1}},
        },
    ],
}  # fmt: skip


def write_profile(folder: Path) -> Path:
    """The profile, in a new folder."""
    folder.mkdir(parents=True)
    for name, content in PROFILE.items():
        text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def deliveries() -> dict[str, dict[str, Rows]]:
    """Everything that is owed, as rows per table of each file; a file that is left out is not delivered."""
    reports = {f"verslag/2019-2020/{unit}.xlsx": _report(unit) for unit in ("NORTH", "SOUTH", "EAST")}
    lines = [
        _line("NORTH", "small", "groups", "100000.00", SPENT),
        _line("NORTH", "guidance", "tutors", "50000.00", "20000.00", "Later gestart"),
        _line("SOUTH", "small", "groups", "40000.00", "40500.00"),
        _line("SOUTH", "guidance", "tutors", "10000.00", "10000.00"),
        _line("EAST", "small", "groups", "30000.00", "30000.00"),
    ]
    plan = [
        {"version": "original", "unit": r["unit"], "theme": r["theme"], "year": 2020, "amount": r["budget"]}
        for r in lines
    ]
    figures = [
        {"reporting_year": 2020, "unit": unit, "indicator": name, "value": "7.4", "n": 100}
        for unit in ("NORTH", "SOUTH", "EAST")
        for name in ("satisfaction", "workload")
    ]
    return {
        **reports,
        "finance/2020-1.csv": {"bfr": lines},
        "plan.csv": {"spending_plan": plan},
        "figures/2020.csv": {"delivered_figures": figures},
    }


def _report(unit: str) -> dict[str, Rows]:
    tutors, spaces = ("guidance", "tutors"), ("campus", "spaces")
    own = [("small", "groups"), *{"NORTH": [tutors, spaces], "SOUTH": [tutors]}.get(unit, [])]
    council = {"council": "council", "consulted_on": date(2020, 11, 16)}
    offer = {"programme": "50001", "compulsory_matching": True, "online_trial_study": False}
    panel = {"theme": "small", "held_on": date(2020, 10, 8), "participants": 12, "outcome": "Meer contacturen"}
    return {
        "faculty_measures": [{"theme": t, "measure": m, "progress": "on_course"} for t, m in own],
        "faculty_study_advisers": [{"fte": 6, "fte_temporary": 0, "certified": 2, "in_training": 1}],
        "faculty_programmes": [offer] if unit == "NORTH" else [],
        "faculty_consultations": [
            council | {"subject": "bfr", "decision": "discussed"},
            council | {"subject": "faculty_report", "decision": "approved"},
        ],
        "faculty_panels": [panel] if unit == "NORTH" else [],
    }


def _line(unit: str, theme: str, measure: str, budget: str, realised: str, why: str = "") -> dict[str, Any]:
    return {
        "reporting_year": 2020, "round": 1, "unit": unit, "theme": theme, "measure": measure, "budget": budget,
        "realised": realised, "forecast": "", "submitted_on": "2021-02-15", "explanation": why,
    }  # fmt: skip


def write_deliveries(
    landing: Path, files: Mapping[str, Mapping[str, Rows]], on: Mapping[str, date] | None = None
) -> Path:
    """Write the files into a landing zone; `on` gives the day on which one arrives, else it is in time."""
    for name, tables in files.items():
        path = landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        (_workbook if name.endswith(".xlsx") else _text)(path, tables)
        day = (on or {}).get(name, date(2020, 12, 1))
        moment = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("Europe/Amsterdam")).timestamp()
        os.utime(path, (moment, moment))
    return landing


def _workbook(path: Path, tables: Mapping[str, Rows]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in tables.items():
        fields = [f for f in CATALOGUE[name].fields if f.name not in ("academic_year", "unit")]
        sheet = book.create_sheet(CATALOGUE[name].sheet)
        sheet.append([f.label_nl for f in fields])
        for row in rows:
            sheet.append([row.get(f.name) for f in fields])
    book.save(path)


def _text(path: Path, tables: Mapping[str, Rows]) -> None:
    ((name, rows),) = tables.items()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [f.name for f in CATALOGUE[name].fields], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


def without(rows: Rows, **about: Any) -> None:
    """Take the row about this out of rows; it must be there."""
    (found,) = [row for row in rows if all(row[name] == value for name, value in about.items())]
    rows.remove(found)


def waive(landing: Path, owed: Iterable[str]) -> Path:
    """Write a register of decisions that waives these obligations."""
    waivers: Sequence[Mapping[str, Any]] = [
        {"cycle": CYCLE, "obligation": one, "reason": "gefuseerd", "role": "bestuur"} for one in owed
    ]
    return write_register(landing / "besluiten.xlsx", waivers=waivers)
