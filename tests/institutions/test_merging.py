"""An institution whose units merge half way: each amount and figure over both years is that of plain Python.

Its funds have names for themes, its fiscal year begins in September, it writes k€ in English notation and calls its
units by their names. What it published is then added up with what another institution published, which writes shares.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.command_line import CommandLine
from tests.institutions.running import run_cycle
from tests.institutions.test_recipes import printed, release_of
from tests.sample_year import rows

PROFILE = Path(__file__).parent / "merging" / "profile"
NAMES = {
    "SCI": "College of Science", "ENG": "Engineering", "STEM": "college bèta", "HUM": "HUM", "HIST": "History",
}  # fmt: skip
FUNDS = {"quality_fund": "The Quality Fund", "inclusion_fund": "inclusiefonds", "lecturers_fund": "The Lecturers' Fund"}
MEASURES = {
    ("quality_fund", "tutors"): ("Tutors", set(NAMES), 2022),
    ("quality_fund", "labs"): ("Labs", {"SCI", "STEM"}, 2023),
    ("inclusion_fund", "bridge"): ("Bridge year", set(NAMES) - {"HIST"}, 2022),
    ("lecturers_fund", "tutors"): ("Training of tutors", {"HUM", "HIST"}, 2022),
}
YEARS = (2022, 2023, 2024)
ZERO = Decimal(0)


def units(year: int) -> list[str]:
    """Who is there: two of them are one from 2024 on."""
    return ["SCI", "ENG", "HUM", "HIST"] if year < 2024 else ["STEM", "HUM", "HIST"]


def places(year: int) -> Iterator[tuple[str, str, str]]:
    """Unit, theme and measure of each line of a year."""
    for (theme, measure), (_, having, first) in MEASURES.items():
        yield from ((unit, theme, measure) for unit in units(year) if unit in having and year >= first)


@dataclass
class Truth:
    """What is delivered: amounts per year, round and place; progress per year and place; figures per year and unit."""

    money: dict[tuple[int, int, str, str, str], tuple[Decimal, Decimal]] = field(default_factory=dict)
    progress: dict[tuple[int, str, str, str], str] = field(default_factory=dict)
    staying: dict[tuple[int, str], tuple[int, int]] = field(default_factory=dict)
    hours: dict[tuple[int, str], Decimal] = field(default_factory=dict)
    grants: dict[tuple[int, str], int] = field(default_factory=dict)

    def spent(self, year: int, theme: str | None, unit: str | None = None) -> tuple[Decimal, Decimal]:
        """Budget and realised of the definitive round, of a theme and unit or of all."""
        of = [
            amounts for (y, number, u, t, _), amounts in self.money.items()
            if (y, number) == (year, 2) and theme in (None, t) and unit in (None, u)
        ]  # fmt: skip
        return sum((b for b, _ in of), ZERO), sum((r for _, r in of), ZERO)

    def left(self, year: int, theme: str | None, unit: str | None = None) -> Decimal:
        """What was left over at the end of a year, of that year and those before it."""
        each = (self.spent(before, theme, unit) for before in YEARS if before <= year)
        return sum((budget - realised for budget, realised in each), ZERO)

    def figure(self, year: int, indicator: str, unit: str | None) -> float:
        of = [u for u in units(year) if u != "HIST" and unit in (None, u)]
        people = {u: self.staying[year, u][1] for u in of}
        if indicator == "staying":
            return sum(self.staying[year, u][0] for u in of) / sum(people.values())
        if indicator == "hours":
            return float(sum(self.hours[year, u] * people[u] for u in of) / sum(people.values()))
        return sum(self.grants[year, u] for u in of)


def text(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*lines, ""]), encoding="utf-8-sig")


def delivered(landing: Path) -> Truth:
    """Deliveries of three years in the forms of the profile."""
    truth, chance = Truth(), random.Random(11)
    plan: list[list[Any]] = [["College", "Fund", *YEARS]]
    for year in YEARS:
        for number, day in ((1, "15 Mar"), (2, "01 Oct")):
            lines = ["College,Fund,Project,Budget (k€),Spent (k€),Expected (k€),Posted,Why"]
            for unit, theme, measure in places(year):
                known = truth.money.get((year, 1, unit, theme, measure))
                budget = known[0] if known else Decimal(chance.randrange(2_000_000, 90_000_000)) / 100
                spent = (budget * chance.randrange(20 * number, 60 * number) / 100).quantize(Decimal("0.01"))
                truth.money[year, number, unit, theme, measure] = (budget, spent)
                where = f"{NAMES[unit]},{FUNDS[theme]},{MEASURES[theme, measure][0]}"
                amounts = f'"{budget / 1000:,.5f}","{spent / 1000:,.5f}",-'
                lines.append(f'{where},{amounts},{day} {year + 1},"later, of course"')
            text(landing / "ledger" / f"FY{year}-H{number}.csv", lines)
        figures = ["Unit,Indicator,Value,Numerator,Denominator,Number"]
        for unit in units(year):
            lines_of_unit = ["Theme\tMeasure\tProgress\tExplanation"]
            for _, theme, measure in (place for place in places(year) if place[0] == unit):
                word = chance.choice(["not started", "on course", "at risk", "done"])
                truth.progress[year, unit, theme, measure] = word.replace(" ", "_")
                lines_of_unit.append(f"{theme}\t{measure}\t{word}\tas planned")
            text(landing / "progress" / f"{year - 1}-{year}" / f"{unit}.csv", lines_of_unit)
            if unit != "HIST":
                people = chance.randrange(100, 2000)
                stay = truth.staying[year, unit] = (people - chance.randrange(20, 90), people)
                hours = truth.hours[year, unit] = Decimal(chance.randrange(800, 2400)) / 100
                grants = truth.grants[year, unit] = chance.randrange(40)
                figures.append(f'{NAMES[unit]},Students who stay,,"{stay[0]:,}","{people:,}",')
                figures.append(f"{unit},contact hours,{hours},,,{people}")
                figures.append(f"{unit},grant,{grants},,,")
        text(landing / "registry" / f"{year}.csv", figures)
    for unit in NAMES:
        for theme in FUNDS:
            row = [truth.spent(year, theme, unit)[0] for year in YEARS]
            plan += [[NAMES[unit], FUNDS[theme], *(amount or None for amount in row)]] if any(row) else []
    book = openpyxl.Workbook()
    book.active.title = "FY plan"
    for line in plan:
        book.active.append(line)
    (landing / "allocation").mkdir()
    book.save(landing / "allocation" / "first.xlsx")
    return truth


@dataclass(frozen=True)
class Ran:
    truth: Truth
    releases: dict[tuple[int, int], Path]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The definitive cycles before and after the merger."""
    base = tmp_path_factory.mktemp("merging")
    truth = delivered(base / "landing")
    cycles = {(2022, 2023): "2024-11", (2023, 2024): "2025-11"}
    return Ran(truth, {years: run_cycle(PROFILE, base / "landing", base / "out", c) for years, c in cycles.items()})


def test_every_delivery_counts_by_the_names_of_units_themes_and_measures(ran: Ran) -> None:
    for release in ran.releases.values():
        assert {r["status"] for r in rows(release, "delivery_status")} == {"accepted"}
        assert {r["state"] for r in rows(release, "obligations")} <= {"met", "late"}
        failed = [r for r in rows(release, "quality_results") if r["outcome"] == "failed" and r["severity"] != "info"]
        assert [r["rule"] for r in failed] == []


def test_money_is_that_of_the_lines_and_what_a_unit_left_over_stays_under_its_own_name(ran: Ran) -> None:
    for years, release in ran.releases.items():
        overview = rows(release, "spending_overview")
        assert {(r["reporting_year"], r["theme"]) for r in overview} == {(y, t) for y in years for t in (*FUNDS, None)}
        for r in overview:
            year, theme = r["reporting_year"], r["theme"]
            budget, realised = ran.truth.spent(year, theme)
            before = ran.truth.left(year - 1, theme)
            assert (r["budget"], r["realised"], r["carried_over"]) == (budget, realised, before)
            assert (r["left_over"], r["note"]) == (ran.truth.left(year, theme), None)
        for r in rows(release, "spending_by_unit"):
            if r["round"] == 2:
                own = ran.truth.spent(r["reporting_year"], r["theme"], r["unit"])
                assert (r["budget"], r["realised"]) == own
        for r in rows(release, "carry_over"):
            assert r["left_over"] == ran.truth.left(r["from_year"], r["theme"], r["unit"])
        for r in rows(release, "spending_by_parent"):
            parts = [ran.truth.spent(r["reporting_year"], r["theme"], unit) for unit in ("HUM", "HIST")]
            assert (r["budget"], r["realised"]) == (parts[0][0] + parts[1][0], parts[0][1] + parts[1][1])
    assert {r["unit"] for r in rows(ran.releases[2023, 2024], "carry_over")} == set(NAMES)


def test_progress_and_delivered_figures_are_those_of_the_units_that_were_there(ran: Ran) -> None:
    for years, release in ran.releases.items():
        progress = {
            (r["reporting_year"], r["unit"], r["theme"], r["measure"]): r["progress"]
            for r in rows(release, "measures")
        }  # fmt: skip
        assert progress == {place: word for place, word in ran.truth.progress.items() if place[0] in years}
        for r in rows(release, "indicator_values"):
            year, indicator, unit = r["reporting_year"], r["indicator"], r["unit"]
            assert r["status"] == "ok"
            assert r["value"] == pytest.approx(ran.truth.figure(year, indicator, unit), abs=1e-6)
            assert bool(r["break_note"]) == ((year, indicator) == (2024, "hours"))


def test_shares_of_two_institutions_with_other_words_and_other_calendars_count_together(
    ran: Ran, tmp_path: Path, command: CommandLine
) -> None:
    """What `definitions` says of delivered figures comes from the profiles: each has a name and a form of its own."""
    (tmp_path / "dunes").mkdir()
    own = printed("delivered_shares")
    with_name = own["indicators.yaml"].replace("- id: completion\n", "- id: completion\n  sector_id: retention\n")
    dunes = release_of("delivered_shares", "2025-05", tmp_path / "dunes", {"indicators.yaml": with_name})
    releases = [str(ran.releases[2023, 2024]), str(dunes)]
    command.output("sector", *releases, "--to", tmp_path / "view")
    whole = {
        (r["indicator"], r["reporting_year"]): r
        for r in rows(tmp_path / "view", "sector_indicators")
        if r["institution"] is None
    }
    of_dunes = {2023: (140 + 280, 250 + 390), 2024: (150 + 300, 240 + 400)}
    for year, (graduated, cohort) in of_dunes.items():
        stay = [ran.truth.staying[year, unit] for unit in units(year) if unit != "HIST"]
        numbers = graduated + sum(one for one, _ in stay), cohort + sum(of for _, of in stay)
        share = next(r for (name, y), r in whole.items() if y == year and name.startswith("retention"))
        assert share["value"] == pytest.approx(numbers[0] / numbers[1])
        assert (share["n"], share["institutions"]) == (numbers[1], 2)
