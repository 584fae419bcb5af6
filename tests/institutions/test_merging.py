"""An institution whose units merge half way: each amount and figure over both years is that of plain Python.

Its funds have names for themes, its fiscal year begins in September, it writes k€ in English notation and calls its
units by their names. What it published is then added up with what another institution published, which writes shares.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from schemas.profile.loading import read_profile
from tests.command_line import CommandLine
from tests.institutions.invented import write
from tests.institutions.running import run_cycle
from tests.sample_year import rows

HERE = Path(__file__).resolve().parent
DOCS = HERE.parents[1] / "docs" / "profile.md"
PROFILE = HERE / "merging" / "profile"
AMOUNTS = ("budget", "realised", "difference", "carried_over", "left_over")
NAMES = {"SCI": "College of Science", "ENG": "Engineering", "STEM": "college bèta", "HUM": "HUM", "HIST": "History"}
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
        definitive = (of for of in self.money.items() if of[0][:2] == (year, 2))
        of = [amounts for (_, _, u, t, _), amounts in definitive if theme in (None, t) and unit in (None, u)]
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
    release: Path

    def rows(self, table: str) -> list[dict[str, Any]]:
        return rows(self.release, table)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The definitive cycle over the year before the merger and the one after it."""
    base = tmp_path_factory.mktemp("merging")
    return Ran(delivered(base / "landing"), run_cycle(PROFILE, base / "landing", base / "out", "2025-11"))


def test_every_delivery_counts_by_the_names_of_units_themes_and_measures(ran: Ran) -> None:
    assert {r["status"] for r in ran.rows("delivery_status")} == {"accepted"}
    assert {r["state"] for r in ran.rows("obligations")} <= {"met", "late"}
    assert {r["severity"] for r in ran.rows("quality_results") if r["outcome"] == "failed"} <= {"info"}


def test_money_is_that_of_the_lines_and_what_a_unit_left_over_stays_under_its_own_name(ran: Ran) -> None:
    places = {(r["reporting_year"], r["theme"]) for r in ran.rows("spending_overview")}
    assert places == {(year, theme) for year in (2023, 2024) for theme in (*FUNDS, None)}
    for r in ran.rows("spending_overview"):
        year, theme = r["reporting_year"], r["theme"]
        amounts = (*ran.truth.spent(year, theme), ran.truth.left(year - 1, theme), ran.truth.left(year, theme))
        assert (r["budget"], r["realised"], r["carried_over"], r["left_over"], r["note_nl"]) == (*amounts, None)
    for r in ran.rows("spending_by_unit"):
        if r["round"] == 2:
            assert (r["budget"], r["realised"]) == ran.truth.spent(r["reporting_year"], r["theme"], r["unit"])
    for r in ran.rows("carry_over"):
        assert r["left_over"] == ran.truth.left(r["from_year"], r["theme"], r["unit"])
    for r in ran.rows("spending_by_parent"):
        parts = [ran.truth.spent(r["reporting_year"], r["theme"], unit) for unit in ("HUM", "HIST")]
        assert (r["budget"], r["realised"]) == (parts[0][0] + parts[1][0], parts[0][1] + parts[1][1])
    assert {r["unit"] for r in ran.rows("carry_over")} == set(NAMES)


def test_a_code_of_two_measures_is_told_with_the_names_of_both(ran: Ran) -> None:
    (tutors,) = [row for row in ran.rows("names") if (row["list"], row["code"]) == ("measures", "tutors")]
    assert (tutors["nl"], tutors["en"]) == ("Tutoren; Tutoropleiding", "Tutors; Training of tutors")


def test_progress_and_delivered_figures_are_those_of_the_units_that_were_there(ran: Ran) -> None:
    place = ("reporting_year", "unit", "theme", "measure")
    progress = {tuple(r[name] for name in place): r["progress"] for r in ran.rows("measures")}
    assert progress == {place: word for place, word in ran.truth.progress.items() if place[0] > 2022}
    for r in ran.rows("indicator_values"):
        year, indicator, unit = r["reporting_year"], r["indicator"], r["unit"]
        assert r["status"] == "ok"
        assert r["value"] == pytest.approx(ran.truth.figure(year, indicator, unit), abs=1e-6)
        assert bool(r["break_note_nl"]) == ((year, indicator) == (2024, "hours"))


def test_shares_of_two_institutions_with_other_words_and_other_calendars_count_together(
    ran: Ran, delivered_shares: Path, tmp_path: Path, command: CommandLine
) -> None:
    """What `definitions` says of delivered figures comes from the profiles: each has a name and a form of its own."""
    command.output("sector", ran.release, delivered_shares, "--to", tmp_path / "view")
    whole = [r for r in rows(tmp_path / "view", "sector_indicators") if r["institution"] is None]
    of_dunes = {2023: (140 + 280, 250 + 390), 2024: (150 + 300, 240 + 400)}
    for year, (graduated, cohort) in of_dunes.items():
        stay = [ran.truth.staying[year, unit] for unit in units(year) if unit != "HIST"]
        numbers = graduated + sum(one for one, _ in stay), cohort + sum(of for _, of in stay)
        share = next(r for r in whole if r["reporting_year"] == year and r["indicator"].startswith("retention"))
        assert share["value"] == pytest.approx(numbers[0] / numbers[1])
        assert (share["n"], share["institutions"]) == (numbers[1], 2)


# The two small institutions of docs/profile.md: they run as printed, and publish what was worked out by hand here.


def printed(name: str) -> dict[str, str]:
    """The files of a recipe as they stand in the documentation."""
    _, _, rest = DOCS.read_text(encoding="utf-8").partition(f"<!-- recipe: {name} -->\n")
    own = re.split(r"\n###? ", rest)[0]
    return dict(re.findall(r"```yaml\n# ([\w.]+)\n(.*?)```", own, re.DOTALL))


def release_of(name: str, cycle: str, tmp: Path) -> Path:
    """What a recipe publishes: its files as printed, and the deliveries that are kept beside."""
    files = printed(name)
    assert {"profile.yaml", "units.yaml", "themes.yaml", "indicators.yaml", "feeds.yaml"} <= files.keys()
    # A name that both institutions of the sector know is all that is added to them.
    named = {
        file: text.replace("- id: completion\n", "- id: completion\n  sector_id: retention\n")
        for file, text in files.items()
    }
    for of, folder in ((files, "printed"), (named, "profile")):
        write(of, tmp / folder)
        assert read_profile(tmp / folder)[1] == []
    return run_cycle(tmp / "profile", HERE / name / "landing", tmp / "out", cycle)


@pytest.fixture(scope="module")
def delivered_shares(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return release_of("delivered_shares", "2025-05", tmp_path_factory.mktemp("dunes"))


def test_yearly_sheets_in_english_notation_are_published_to_the_cent(tmp_path: Path) -> None:
    release = release_of("english_sheets", "2025-03", tmp_path)
    overview = rows(release, "spending_overview")
    published = {(r["reporting_year"], r["theme"]): tuple(r[part] for part in AMOUNTS) for r in overview}
    hand = {
        # Law 1,250,000.00 + 80,000.50, Medicine 2,000,000.00; spent 1,234,567.89 + 95,000.75 + 1,900,000.00
        (2024, "small_groups"): ("3330000.50", "3229568.64", "-100431.86", "-15000.00", "85431.86"),
        (2024, "coaching"): ("750250.25", "747500.00", "-2750.25", "30000.00", "32750.25"),
        (2024, None): ("4080250.75", "3977068.64", "-103182.11", "15000.00", "118182.11"),
        # 1,000,000 + 50,000 + 1,500,000 against 990,000 + 50,000 + 1,525,000
        (2023, "small_groups"): ("2550000.00", "2565000.00", "15000.00", "0.00", "-15000.00"),
        (2023, "coaching"): ("600000.00", "570000.00", "-30000.00", "0.00", "30000.00"),
        (2023, None): ("3150000.00", "3135000.00", "-15000.00", "0.00", "15000.00"),
    }
    assert published == {key: tuple(map(Decimal, amounts)) for key, amounts in hand.items()}
    left = {(r["unit"], r["theme"]): r["left_over"] for r in rows(release, "carry_over") if r["from_year"] == 2024}
    by_unit = {
        (r["unit"], r["theme"]): (r["budget"], r["realised"], left[r["unit"], r["theme"]])
        for r in rows(release, "spending_by_unit")
        if r["reporting_year"] == 2024 and r["theme"]
    }
    units = {
        ("LAW", "small_groups"): ("1330000.50", "1329568.64", "10431.86"),  # 10,000.00 of 2023, and 431.86
        ("LAW", "coaching"): ("300000.00", "287500.00", "32500.00"),  # 20,000.00 and 12,500.00
        ("MED", "small_groups"): ("2000000.00", "1900000.00", "75000.00"),  # -25,000.00 and 100,000.00
        ("MED", "coaching"): ("450250.25", "460000.00", "250.25"),  # 10,000.00 and -9,749.75
    }
    assert by_unit == {key: tuple(map(Decimal, amounts)) for key, amounts in units.items()}
    assert all(r["rows_quarantined"] == 0 for r in rows(release, "delivery_status"))


def test_delivered_percentages_are_published_as_shares_and_counts_as_counts(delivered_shares: Path) -> None:
    published = {
        (r["indicator"], r["unit"], r["reporting_year"]): (r["value"], r["printed_en"], r["printed_nl"])
        for r in rows(delivered_shares, "indicator_values")
    }
    assert published == {
        (indicator, unit, year): (value, printed, printed.translate(str.maketrans(",.", ".,")))
        for (indicator, unit), years in {
            ("dropout", None): [(0.173, "17.3%"), (0.181, "18.1%"), (0.226, "22.6%")],
            ("growth", None): [(-0.025, "-2.5%"), (1.12, "112.0%"), (0.04, "4.0%")],
            ("degrees", None): [(2417, "2,417"), (2290, "2,290"), (2305, "2,305")],
            ("completion", None): [(450 / 640, "70.3%"), (420 / 640, "65.6%")],  # 150 + 300 of 240 + 400, 140 + 280 …
            ("completion", "ART"): [(0.625, "62.5%"), (0.56, "56.0%")],
            ("completion", "ICT"): [(0.75, "75.0%"), (280 / 390, "71.8%")],
        }.items()
        for year, (value, printed) in zip((2024, 2023, 2022), years, strict=False)
    }
    assert {r["outcome"] for r in rows(delivered_shares, "quality_results")} == {"passed"}
