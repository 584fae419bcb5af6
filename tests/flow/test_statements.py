"""What the published report says in words holds of what the pipeline publishes from the sample, each statement."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from schemas.profile import Profile, profile_folder
from tests.sample_year import SampleYear


def read(name: str) -> list[dict[str, str]]:
    with (profile_folder("leiden") / "sample" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def whole(number: Decimal, decimals: int = 0) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


@dataclass(frozen=True)
class Published:
    """A release, and what a statement of a year, and of a theme or a unit or both, asks of it."""

    ran: SampleYear
    statement: dict[str, str]

    def rows(self, table: str, **where: Any) -> list[dict[str, Any]]:
        where |= {"reporting_year": where.get("reporting_year", int(self.statement["year"]))}
        return [row for row in self.ran.published(table) if all(row[name] == value for name, value in where.items())]

    def money(self, theme: str = "", unit: str = "", **year: int) -> dict[str, Any]:
        theme, unit = theme or self.statement["theme"], unit or self.statement["unit"]
        table, more = ("spending_by_unit", {"unit": unit}) if unit else ("spending_overview", {})
        (row,) = self.rows(table, theme=theme or None, **more, **year)
        return row

    @property
    def difference(self) -> Decimal:
        return Decimal(self.money()["difference"])

    @property
    def talks(self) -> list[str]:
        """The themes of talks, the one that most talks were about first."""
        rows = self.rows("panel_discussions", unit=self.statement["unit"])
        return [theme for theme, _ in Counter(row["theme"] for row in rows).most_common()]

    def moved(self, *themes: str) -> bool:
        """That more was spent than budgeted on themes, or less for a leading minus."""
        signs = [(-1 if name.startswith("-") else 1, name.lstrip("-")) for name in themes]
        return all(sign * self.money(theme)["difference"] > 0 for sign, theme in signs)

    def compared(self, sign: int) -> bool:
        now, before = self.money(), self.money(reporting_year=int(self.statement["year"]) - 1)
        return all(sign * (now[name] - before[name]) > 0 for name in ("realised", "budget"))

    def among_the_two_largest(self) -> bool:
        largest = sorted(self.rows("spending_by_unit", theme=None), key=lambda row: row["difference"])[-2:]
        return self.difference > 0 and self.statement["unit"] in {row["unit"] for row in largest}

    def shares_as_budgeted(self) -> bool:
        row = self.money()
        shares = {whole(Decimal(repr(row[name])), 2) for name in ("share_of_budget", "share_of_realised")}
        return self.difference > 0 and shares == {Decimal("0.11")}

    def on_budget(self) -> bool:
        rows = [self.money(unit=unit.strip()) for unit in self.statement["unit"].split(",")]
        return all(abs(row["difference"]) <= Decimal("0.03") * row["budget"] for row in rows)


HELD: dict[str, Callable[[Published], bool]] = {
    "difference < 0": lambda p: p.difference < 0,
    "difference > 0": lambda p: p.difference > 0,
    "round(difference / 1000) = -285": lambda p: whole(p.difference / 1000) == -285,
    "difference > 0 and round(share_of_budget, 2) = 0.11 and round(share_of_realised, 2) = 0.11": (
        Published.shares_as_budgeted
    ),
    "realised(2020) > realised(2019) and budget(2020) > budget(2019)": lambda p: p.compared(1),
    "realised(2020) < realised(2019) and budget(2020) < budget(2019)": lambda p: p.compared(-1),
    "difference among the two largest and > 0": Published.among_the_two_largest,
    "abs(difference) <= 0.03 * budget": Published.on_budget,
    "difference > 0; its differentiation and teaching_quality < 0": lambda p: p.moved(
        "intensive", "-differentiation", "-teaching_quality"
    ),
    "difference > 0; its teaching_quality < 0": lambda p: p.moved("guidance", "-teaching_quality"),
    "difference < 0; its guidance and teaching_quality > 0": lambda p: p.moved(
        "-differentiation", "guidance", "teaching_quality"
    ),
    "a talk on this theme": lambda p: p.statement["theme"] in p.talks,
    "most talks on this theme": lambda p: p.talks[0] == p.statement["theme"],
}
"""How each condition of the file is held against a release, by its words."""


def test_what_is_said_of_money_talks_and_the_plan_holds(ran: SampleYear, leiden: Profile) -> None:
    plan: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in leiden.plan:
        plan[line.theme] += line.amount
    untrue, held = [], 0
    for statement in (row for row in read("statements_in_text") if row["holds_when"]):
        held += 1
        if statement["subject"] == "plan":
            share = whole(plan[statement["theme"]] * 100 / sum(plan.values()))
            holds = share == Decimal(statement["holds_when"].rpartition("=")[2])
        else:
            holds = HELD[statement["holds_when"]](Published(ran, statement))
        untrue += [] if holds else [statement["statement"]]
    assert untrue == []
    assert held > 25


def test_every_faculty_had_its_report_approved_and_its_programme_committees_consulted(ran: SampleYear) -> None:
    rows = [row for row in ran.published("council_consultations") if row["reporting_year"] == 2020]
    approved = {row["unit"]: row["council"] for row in rows if row["decision"] == "approved"}
    faculties = ("FGGA", "FdA", "FGW", "FdR", "FSW", "FWN", "LUMC")
    assert {unit: approved[unit] for unit in faculties} == dict.fromkeys(faculties, "faculty_council") | {
        "LUMC": "student_council"
    }
    december = {row["unit"] for row in rows if row["subject"] == "programme_report" and row["consulted_on"].month == 12}
    assert december == set(faculties)


def test_the_measures_and_who_has_them_are_those_of_the_published_table(leiden: Profile) -> None:
    printed = read("measure_matrix")
    cells = {(row["theme_id"], row["measure_nl"], unit.id): row[unit.id] for row in printed for unit in leiden.units}
    assert len(leiden.measures) == len(printed) == 15
    for mark, of in (("1", [m.units for m in leiden.measures]), ("", [m.no_column for m in leiden.measures])):
        held = {(m.theme, m.nl, unit) for m, units in zip(leiden.measures, of, strict=True) for unit in units}
        assert held == {place for place, cell in cells.items() if cell == mark}
