"""The example of the documentation: two years of deliveries written by hand, and every figure worked out beside them.

Amounts are in k€ as its schools write them. Where a figure takes working out, the comment behind it says how.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.institutions.running import run_cycle
from tests.sample_year import rows

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "profile" / "example"

# School, theme, measure: the budget of the year, and what was spent by round 1 and by round 2.
MONEY = {
    2024: [
        ("Zorg", "Teaching close by", "Smaller groups", 300, 140, 287.5),
        ("Techniek", "Teaching close by", "Smaller groups", 200, 90, 179.25),
        ("Techniek", "Strong teachers", "Coaches for teachers", 300, 160, 312.25),
    ],
    2025: [
        ("CARE", "close", "small_groups", 330, 150, 330.01),
        ("TECH", "close", "small_groups", 220, 100, 200.5),
        ("School of Technology", "teachers", "coaches", 320, 150, "300.00"),
    ],
}
CALLED = {"CARE": ("CARE", "Zorg"), "TECH": ("TECH", "Techniek", "School of Technology")}
PLACES = [("CARE", "close", "small_groups"), ("TECH", "close", "small_groups"), ("TECH", "teachers", "coaches")]
PROGRESS = {2024: ("on course", "at risk", "on course"), 2025: ("done", "on course", "at risk")}
# Programme: how often each mark was given.
MARKS = {
    2024: {"34560": {7: 6, 8: 6}, "34479": {6: 3, 7: 6, 9: 3}},
    2025: {"34560": {8: 6, 9: 6}, "34479": {7: 6, 8: 6}},
}
# How many teachers had a BKO before the reference date, on it or later in the year, and how many have none.
TEACHERS = {2024: (12, 1, 7), 2025: (20, 2, 3)}


def workbook(path: Path, sheet: str, rows: Iterable[Sequence[Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(path)


def text(path: Path, rows: Iterable[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([*rows, ""]), encoding="utf-8")


def deliver(landing: Path, year: int) -> None:
    academic_year = f"{year - 1}-{year}"
    for unit, names in CALLED.items():
        for number, day in ((1, f"{year}-09-20"), (2, f"{year + 1}-01-25")):
            own = [(*line[:4], line[3 + number], day) for line in MONEY[year] if line[0] in names]
            head = ("School", "Theme", "Measure", "Budget (k€)", "Actuals (k€)", "Date")
            workbook(landing / "spending" / f"{year}-{number}" / f"{unit}.xlsx", "BFR", [head, *own])
        words = zip(PLACES, PROGRESS[year], strict=True)
        progress = [(theme, measure, word, "as planned") for (of, theme, measure), word in words if of == unit]
        head = ("Theme", "Measure", "Progress", "Explanation")
        workbook(landing / "progress" / academic_year / f"{unit}.xlsx", "Maatregelen", [head, *progress])
    answers = ["evaluation,academic_year,unit,programme,level,question,score,respondent"]
    for unit, (programme, marks) in zip(CALLED, MARKS[year].items(), strict=True):
        given = (f"{mark},{programme}-{mark}-{number}" for mark, times in marks.items() for number in range(times))
        answers += [f"programme,{academic_year},{unit},{programme},Ba,guidance,{answer}" for answer in given]
    text(landing / "evaluations" / f"{academic_year}.csv", answers)
    before, later, none = TEACHERS[year]
    days = [f"{year}-10-01", *[f"{year - 1}-05-12"] * (before - 1), *[f"{year}-10-02"] * later, *[""] * none]
    people = [f"T{number},CARE,lecturer,0.8,2015-09-01,{day}" for number, day in enumerate(days)]
    people += [f"T0,TECH,lecturer,0.2,2015-09-01,{days[0]}"]  # somebody in two schools is one teacher
    people += [f"S{number},TECH,support,1.0,2015-09-01," for number in range(3)]
    head_of_staff = "reference_date,person,unit,category,fte,start_date,bko_date"
    text(landing / "staff" / f"{year}.csv", [head_of_staff, *(f"{year}-10-01,{one}" for one in people)])


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The February cycles of both years, the second after the first, each by what had come by then."""
    base = tmp_path_factory.mktemp("example")
    landing = base / "landing"
    plan = [(s, t, y, Decimal(b) * 1000) for y, lines in MONEY.items() for s, t, _, b, _, _ in lines]
    workbook(
        landing / "plan" / "plan.xlsx",
        "Bestedingsplan",
        [("Version", "Unit", "Theme", "Year", "Amount"), *(("original", *line) for line in plan)],
    )
    made = {}
    for year in MONEY:
        deliver(landing, year)
        cycle = f"{year + 1}-02"
        made[cycle] = run_cycle(EXAMPLE, landing, base / "out", cycle, reports="html")
    return made


def amounts(release: Path, table: str, names: Sequence[str], *by: str) -> dict[tuple[Any, ...], list[str]]:
    """Of each row these amounts, in euros as text; of rounds those of the definitive one."""
    definitive = [row for row in rows(release, table) if row.get("round", 2) == 2]
    return {tuple(row[name] for name in by): [str(row[name]) for name in names] for row in definitive}


OF_2024 = {
    # 300 + 200, 287.5 + 179.25; 300 and 312.25; nothing was carried over into the first year
    (2024, "close"): ["500000.00", "466750.00", "-33250.00", "0.00", "500000.00", "33250.00"],
    (2024, "teachers"): ["300000.00", "312250.00", "12250.00", "0.00", "300000.00", "-12250.00"],
    (2024, None): ["800000.00", "779000.00", "-21000.00", "0.00", "800000.00", "21000.00"],
}
OF_2025 = {
    # 330 + 220, 330.01 + 200.5; carried over is what was left of 2024, and available is that with the budget
    (2025, "close"): ["550000.00", "530510.00", "-19490.00", "33250.00", "583250.00", "52740.00"],
    (2025, "teachers"): ["320000.00", "300000.00", "-20000.00", "-12250.00", "307750.00", "7750.00"],
    (2025, None): ["870000.00", "830510.00", "-39490.00", "21000.00", "891000.00", "60490.00"],
}


def test_nothing_is_set_aside_and_nothing_is_lacking(releases: dict[str, Path]) -> None:
    for release in releases.values():
        assert {r["status"] for r in rows(release, "delivery_status")} == {"accepted"}
        assert {r["severity"] for r in rows(release, "quality_results") if r["outcome"] == "failed"} <= {"info"}
        assert {r["state"] for r in rows(release, "obligations")} <= {"met", "late", "waived"}


def test_spending_by_theme_is_worked_out_by_hand_also_beside_the_year_before(releases: dict[str, Path]) -> None:
    names = ("budget", "realised", "difference", "carried_over", "available", "left_over")
    of = {cycle: amounts(r, "spending_overview", names, "reporting_year", "theme") for cycle, r in releases.items()}
    assert of == {"2025-02": OF_2024, "2026-02": OF_2024 | OF_2025}
    whole = {(r["reporting_year"], r["theme"]): r for r in rows(releases["2026-02"], "spending_overview")}
    close, total = whole[2025, "close"], whole[2025, None]
    assert close["share_of_budget"] == pytest.approx(55 / 87)
    assert close["share_of_realised"] == pytest.approx(53051 / 83051)
    assert close["share_shift_pp"] == pytest.approx(100 * (53051 / 83051 - 55 / 87))
    assert total["difference_pct"] == pytest.approx(-3949 / 87000)
    assert total["realised_pct_of_budget"] == pytest.approx(83051 / 87000)
    printed = [total[f"{part}_printed_nl"] for part in ("budget", "realised", "difference")]
    assert printed == ["870", "831", "-39"]


def test_spending_by_school_round_and_national_theme_is_worked_out_by_hand(releases: dict[str, Path]) -> None:
    release = releases["2026-02"]
    by_unit = amounts(release, "spending_by_unit", ("budget", "realised"), "reporting_year", "unit", "theme")
    assert {key: of for key, of in by_unit.items() if key[0] == 2025} == {
        (2025, "CARE", "close"): ["330000.00", "330010.00"],
        (2025, "CARE", None): ["330000.00", "330010.00"],
        (2025, "TECH", "close"): ["220000.00", "200500.00"],
        (2025, "TECH", "teachers"): ["320000.00", "300000.00"],
        (2025, "TECH", None): ["540000.00", "500500.00"],
    }
    assert amounts(release, "carry_over", ("left_over",), "from_year", "unit", "theme") == {
        (2024, "CARE", "close"): ["12500.00"],  # 300,000 - 287,500
        (2024, "TECH", "close"): ["20750.00"],
        (2024, "TECH", "teachers"): ["-12250.00"],
        (2025, "CARE", "close"): ["12490.00"],  # 12,500 + 330,000 - 330,010
        (2025, "TECH", "close"): ["40250.00"],  # 20,750 + 220,000 - 200,500
        (2025, "TECH", "teachers"): ["7750.00"],  # -12,250 + 320,000 - 300,000
    }
    rounds = [r for r in rows(release, "spending_rounds") if r["theme"] is None]
    first = [str(r["realised"]) for r in rounds if (r["reporting_year"], r["round"]) == (2025, 1)]
    assert first == ["400000.00"]  # 150 + 100 + 150
    place = ("reporting_year", "national_theme")
    national = amounts(release, "spending_by_national_theme", ("budget", "realised"), *place)
    assert {key[1]: of for key, of in national.items() if key[0] == 2025} == {
        "nl_intensive": ["330000.00", "318306.00"],  # 0.6 of 550,000 and of 530,510
        "nl_guidance": ["220000.00", "212204.00"],  # 0.4 of them
        "nl_teaching_quality": ["320000.00", "300000.00"],
        None: ["870000.00", "830510.00"],
    }


def test_progress_is_that_of_the_schools(releases: dict[str, Path]) -> None:
    place = ("reporting_year", "unit", "theme", "measure")
    published = {tuple(r[name] for name in place): r["progress"] for r in rows(releases["2026-02"], "measures")}
    assert published == {
        (year, *place): word.replace(" ", "_")
        for year, words in PROGRESS.items()
        for place, word in zip(PLACES, words, strict=True)
    }


def test_indicators_are_worked_out_by_hand_also_beside_the_year_before(releases: dict[str, Path]) -> None:
    of_2024 = {
        # 6x7 + 6x8 + 3x6 + 6x7 + 3x9 = 177, of 24. A spread beside it would say that fewer than ten gave a 9.
        (2024, "guidance_score"): (7.375, 24, "7.4"),
        (2024, "bko_share"): (0.6, 20, "60.0%"),  # 12 of 12 + 1 + 7: support does not count, nor a BKO of the day after
    }
    of_2025 = {
        (2025, "guidance_score"): (8.0, 24, "8.0"),  # 6x8 + 6x9 + 6x7 + 6x8 = 192
        (2025, "bko_share"): (0.8, 25, "80.0%"),
    }
    for cycle, hand in (("2025-02", of_2024), ("2026-02", of_2024 | of_2025)):
        published = {
            (r["reporting_year"], r["indicator"]): (r["value"], r["n"], r["printed_en"])
            for r in rows(releases[cycle], "indicator_values")
            if r["unit"] is None
        }
        assert published == {key: (pytest.approx(value), n, printed) for key, (value, n, printed) in hand.items()}


def test_the_report_prints_these_figures_and_what_the_profile_says_of_them(releases: dict[str, Path]) -> None:
    (page,) = (releases["2026-02"] / "report").glob("*.en.html")
    text = page.read_text(encoding="utf-8")
    for words in ("Annual review 2025", "per school", "60.0%", "80.0%", "8.0", "831", "870", "School of Care"):
        assert words in text, words
    (page,) = (releases["2025-02"] / "report").glob("*.en.html")
    assert "realised minus budget is -21" in page.read_text(encoding="utf-8").replace("−", "-")
