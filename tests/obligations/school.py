"""A small university that delivers everything it owes, of whose deliveries a test leaves something out."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl

from schemas.tables import CATALOGUE
from tests.register import write_register

CYCLE = "2021-03"
SPENT = "105132.00"
Rows = list[dict[str, Any]]

PROFILE = Path(__file__).parent / "small_university"
"""Its profile: three units, one that ended, and something to owe of each kind."""


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
    amounts = {"budget": budget, "realised": realised, "forecast": "", "submitted_on": "2021-02-15", "explanation": why}
    return {"reporting_year": 2020, "round": 1, "unit": unit, "theme": theme, "measure": measure, **amounts}


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
    usual = {"cycle": CYCLE, "reason": "gefuseerd", "role": "bestuur"}
    return write_register(landing / "besluiten.xlsx", waivers=[{**usual, "obligation": one} for one in owed])
