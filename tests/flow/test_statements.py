"""What the published report says in words holds of what the pipeline publishes from the sample, each statement."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from schemas.profile import Profile, load_profile, profile_folder
from tests.sample_year import SampleYear

FACTS = profile_folder("leiden") / "sample"
Row = Mapping[str, Any]


def read(name: str) -> list[dict[str, str]]:
    with (FACTS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@dataclass(frozen=True)
class Published:
    """A release, and what a statement asks of it: money of a year, of a theme or a unit or both."""

    release: Path

    def rows(self, table: str, **where: Any) -> list[Row]:
        everything: list[Row] = pq.read_table(self.release / "tables" / f"{table}.parquet").to_pylist()
        return [row for row in everything if all(row[name] == value for name, value in where.items())]

    def of(self, statement: Row, *, theme: str | None = None, year: int = 0, unit: str = "") -> Row:
        where = {"reporting_year": year or int(statement["year"]), "theme": theme or statement["theme"] or None}
        if unit := unit or statement["unit"]:
            (row,) = self.rows("spending_by_unit", unit=unit, **where)
        else:
            (row,) = self.rows("spending_overview", **where)
        return row

    def difference(self, statement: Row, theme: str = "", unit: str = "") -> Decimal:
        return Decimal(self.of(statement, theme=theme, unit=unit)["difference"])

    def talks(self, statement: Row) -> Counter[str]:
        rows = self.rows("panel_discussions", reporting_year=int(statement["year"]), unit=statement["unit"])
        return Counter(row["theme"] for row in rows)


def whole(number: Decimal, decimals: int = 0) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def moved(above: str, *below: str) -> Callable[[Published, Row], bool]:
    """That more was spent than budgeted on one theme and less on others, or the other way round for a leading minus."""

    def held(published: Published, statement: Row) -> bool:
        themes = [above, *below]
        signs = [(-1 if name.startswith("-") else 1, name.lstrip("-")) for name in themes]
        return all(sign * published.difference(statement, theme) > 0 for sign, theme in signs)

    return held


def among_the_two_largest(published: Published, statement: Row) -> bool:
    units = published.rows("spending_by_unit", reporting_year=int(statement["year"]), theme=None)
    largest = sorted(units, key=lambda row: row["difference"])[-2:]
    return published.difference(statement) > 0 and statement["unit"] in {row["unit"] for row in largest}


def compared(statement: Row, published: Published, sign: int) -> bool:
    now, before = published.of(statement), published.of(statement, year=int(statement["year"]) - 1)
    return all(sign * (now[name] - before[name]) > 0 for name in ("realised", "budget"))


def shares_as_budgeted(published: Published, statement: Row) -> bool:
    row = published.of(statement)
    shares = {whole(Decimal(repr(row[name])), 2) for name in ("share_of_budget", "share_of_realised")}
    return row["difference"] > 0 and shares == {Decimal("0.11")}


def on_budget(published: Published, statement: Row) -> bool:
    rows = [published.of(statement, unit=unit.strip()) for unit in statement["unit"].split(",")]
    return all(abs(row["difference"]) <= Decimal("0.03") * row["budget"] for row in rows)


def plan_share(profile: Profile, theme: str) -> Decimal:
    whole_plan = sum((line.amount for line in profile.plan), Decimal(0))
    return sum((line.amount for line in profile.plan if line.theme == theme), Decimal(0)) * 100 / whole_plan


HELD: dict[str, Callable[[Published, Row], bool]] = {
    "difference < 0": lambda p, s: p.difference(s) < 0,
    "difference > 0": lambda p, s: p.difference(s) > 0,
    "round(difference / 1000) = -285": lambda p, s: whole(p.difference(s) / 1000) == -285,
    "difference > 0 and round(share_of_budget, 2) = 0.11 and round(share_of_realised, 2) = 0.11": shares_as_budgeted,
    "realised(2020) > realised(2019) and budget(2020) > budget(2019)": lambda p, s: compared(s, p, 1),
    "realised(2020) < realised(2019) and budget(2020) < budget(2019)": lambda p, s: compared(s, p, -1),
    "difference among the two largest and > 0": among_the_two_largest,
    "abs(difference) <= 0.03 * budget": on_budget,
    "difference > 0; its differentiation and teaching_quality < 0": moved(
        "intensive", "-differentiation", "-teaching_quality"
    ),
    "difference > 0; its teaching_quality < 0": moved("guidance", "-teaching_quality"),
    "difference < 0; its guidance and teaching_quality > 0": moved("-differentiation", "guidance", "teaching_quality"),
    "a talk on this theme": lambda p, s: p.talks(s)[s["theme"]] > 0,
    "most talks on this theme": lambda p, s: p.talks(s).most_common(1)[0][0] == s["theme"],
}
"""How each condition of the file is held against a release, by its words."""

STATEMENTS = [row for row in read("statements_in_text") if row["holds_when"] and row["subject"] != "plan"]


@pytest.mark.parametrize(
    "statement", STATEMENTS, ids=lambda row: "-".join((row["year"], row["unit"] or "all", row["theme"] or "all"))
)
def test_what_is_said_of_money_and_talks_holds(ran: SampleYear, statement: Row) -> None:
    release = Published((ran.workspace.current / "2021-03").resolve())
    assert HELD[statement["holds_when"]](release, statement), statement["statement"]


@pytest.mark.parametrize("statement", [row for row in read("statements_in_text") if row["subject"] == "plan"])
def test_the_shares_of_the_plan_are_those_of_the_text(statement: Row) -> None:
    printed = Decimal(statement["holds_when"].rpartition("=")[2])
    assert whole(plan_share(load_profile(profile_folder("leiden")), statement["theme"])) == printed


def test_every_faculty_had_its_report_approved_and_its_programme_committees_consulted(ran: SampleYear) -> None:
    release = Published((ran.workspace.current / "2021-03").resolve())
    rows = release.rows("council_consultations", reporting_year=2020)
    approved = {row["unit"]: row["council"] for row in rows if row["decision"] == "approved"}
    faculties = ("FGGA", "FdA", "FGW", "FdR", "FSW", "FWN", "LUMC")
    assert {approved[unit] for unit in faculties if unit != "LUMC"} == {"faculty_council"}
    assert approved["LUMC"] == "student_council"
    december = {row["unit"] for row in rows if row["subject"] == "programme_report" and row["consulted_on"].month == 12}
    assert december == set(faculties)


def test_the_measures_and_who_has_them_are_those_of_the_published_table() -> None:
    profile = load_profile(profile_folder("leiden"))
    printed = read("measure_matrix")
    units = [unit.id for unit in profile.units]
    crosses = {(row["theme_id"], row["measure_nl"], unit) for row in printed for unit in units if row[unit] == "1"}
    blanks = {(row["theme_id"], row["measure_nl"], unit) for row in printed for unit in units if row[unit] == ""}
    assert len(profile.measures) == len(printed) == 15
    assert {(m.theme, m.nl, unit) for m in profile.measures for unit in m.units} == crosses
    assert {(m.theme, m.nl, unit) for m in profile.measures for unit in m.no_column} == blanks
