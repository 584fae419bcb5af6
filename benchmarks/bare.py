"""The bare script: the same files, the same two tables, and nothing else.

What an analyst would write for one year of one university: pandas, every definition spelled out in code, no validation,
no lineage, no Dagster. The benchmarks hold the pipeline against it, and the tests use it as an independent computation
of the same figures. It knows one institution, which nothing in the pipeline does.

Run as a script: `python benchmarks/bare.py LANDING OUT`.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Any

import pandas as pd

TEACHING = ["professor", "associate_professor", "assistant_professor", "lecturer"]


def main(landing: Path, out: Path) -> None:
    """Compute both tables from a landing zone and write them as Parquet."""
    out.mkdir(parents=True, exist_ok=True)
    indicators(landing).to_parquet(out / "indicator_values.parquet")
    spending(landing).to_parquet(out / "spending_overview.parquet")


def indicators(landing: Path) -> pd.DataFrame:
    """Table 1: value and spread per year, indicator and level, unrounded."""
    register = pd.read_csv(landing / "croho" / "opleidingen.csv", sep=";", dtype=str)
    register["is_funded"] = register["funded"].isin(["true", "ja", "True"])
    rows = [row for year in (2019, 2020) for row in _year(landing, year, register)]
    return pd.DataFrame(rows, columns=["reporting_year", "indicator", "level", "value", "spread", "n"])


def _year(landing: Path, year: int, register: pd.DataFrame) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []

    def add(indicator: str, level: str | None, value: float, spread: float | None = None, n: int | None = None) -> None:
        rows.append((year, indicator, level, value, spread, n))

    students = pd.read_csv(landing / "inschrijvingen" / f"{year}.csv", sep=";", dtype=str)
    students = students.merge(register[["programme", "is_funded", "unit"]], on="programme", how="left")
    counted = students[(students["enrolment"] == "main") & students["is_funded"] & (students["unit"] != "LUMC")]
    staff = pd.read_parquet(landing / "personeel" / f"{year}.parquet")
    staff["fte"] = staff["fte"].astype(float)
    for column in ("start_date", "bko_date", "sko_date"):
        staff[column] = pd.to_datetime(staff[column])
    reference = pd.Timestamp(year, 10, 1)
    teachers = staff[staff["category"].isin(TEACHING)]
    add(
        "student_staff_ratio",
        None,
        counted["student"].nunique() / teachers.loc[teachers["unit"] != "LUMC", "fte"].sum(),
    )
    must = teachers[(teachers["fte"] >= 0.5) & (teachers["start_date"] <= reference - pd.DateOffset(years=1))]
    has = must[must["bko_date"] <= reference]
    add("bko_share", None, has["person"].nunique() / must["person"].nunique(), None, must["person"].nunique())
    add("sko_count", None, teachers.loc[teachers["sko_date"] <= reference, "person"].nunique())
    _faculties(landing, year, register, add)
    _evaluations(landing, year, add)
    return rows


def _faculties(landing: Path, year: int, register: pd.DataFrame, add: Any) -> None:
    folder = landing / "onderwijsjaarverslag" / f"{year - 1}-{year}"
    advisers, offers = [], []
    for path in sorted(folder.glob("*.xlsx")):
        sheets = pd.read_excel(path, sheet_name=None, engine="calamine")
        advisers.append(sheets["Studieadviseurs"].assign(unit=path.stem))
        offers.append(sheets["Opleidingen"].astype(str))
    of_all = pd.concat(advisers)
    less = of_all.loc[of_all["unit"] == "FGW", "Waarvan tijdelijk"].sum()
    add("study_adviser_fte", None, of_all["Fte"].sum() - less)
    add("study_advisers_certified", None, of_all["Gecertificeerd"].sum())
    offered = pd.concat(offers).merge(register, left_on="Opleiding", right_on="programme", how="left")
    either = (offered["Verplichte matching"] == "ja") | (offered["Online proefstuderen"] == "ja")
    add("ba_programmes_with_matching", None, (either & (offered["croho_type"] == "ba")).sum())


def _evaluations(landing: Path, year: int, add: Any) -> None:
    folder = landing / "evaluaties" / f"{year - 1}-{year}"
    courses = pd.concat([pd.read_parquet(path) for path in sorted((folder / "cursus").glob("*.parquet"))])
    courses = courses[courses["question"] == "teaching_methods"].astype({"unit": str, "programme": str, "course": str})
    means = courses.groupby(["unit", "course"])["score"].mean()
    add("course_evaluation_teaching_methods", None, means.mean(), means.groupby("unit").mean().std(), len(courses))
    programmes = pd.read_csv(folder / "programma.csv", sep=";", dtype={"score": "int8", "programme": str})
    for question, indicator in (
        ("career_options", "programme_evaluation_career_options"),
        ("field_skills", "programme_evaluation_field_skills"),
    ):
        for level in ("Ba", "Ma"):
            scores = programmes.loc[(programmes["question"] == question) & (programmes["level"] == level), "score"]
            add(indicator, level, scores.mean(), scores.std(), len(scores))


def spending(landing: Path) -> pd.DataFrame:
    """Table 2: budget and realised per year and theme of the definitive round, in cents."""
    connection = sqlite3.connect(f"file:{landing / 'finance.db'}?mode=ro", uri=True)
    lines = pd.read_sql("SELECT * FROM bfr_lines WHERE round = 3", connection)
    connection.close()
    for column in ("budget", "realised"):
        lines[column] = (lines[column].astype(float) * 100).round().astype("int64")
    themes = lines.groupby(["reporting_year", "theme"])[["budget", "realised"]].sum().reset_index()
    totals = lines.groupby("reporting_year")[["budget", "realised"]].sum().reset_index().assign(theme=None)
    table = pd.concat([themes, totals])
    table["difference"] = table["realised"] - table["budget"]
    whole = table["reporting_year"].map(totals.set_index("reporting_year")["realised"])
    table["share_of_realised"] = table["realised"] / whole
    return table


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
