"""The two small institutions of docs/profile.md: they run as printed, and publish what was worked out by hand here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from schemas.profile.loading import read_profile
from tests.institutions.running import run_cycle
from tests.sample_year import rows

HERE = Path(__file__).resolve().parent
DOCS = HERE.parents[1] / "docs" / "profile.md"
NAMES = ("english_sheets", "delivered_shares")


def printed(name: str) -> dict[str, str]:
    """The files of a recipe as they stand in the documentation."""
    _, _, rest = DOCS.read_text(encoding="utf-8").partition(f"<!-- recipe: {name} -->\n")
    own = re.split(r"\n###? ", rest)[0]
    return dict(re.findall(r"```yaml\n# ([\w.]+)\n(.*?)```", own, re.DOTALL))


def release_of(name: str, cycle: str, tmp: Path, changed: Mapping[str, str] | None = None) -> Path:
    """What a recipe publishes: its files as printed but for those changed, and the deliveries that are kept beside."""
    profile = tmp / "profile"
    profile.mkdir()
    for file, text in {**printed(name), **(changed or {})}.items():
        (profile / file).write_text(text, encoding="utf-8")
    return run_cycle(profile, HERE / name / "landing", tmp / "out", cycle)


@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_is_whole_has_no_problems_and_is_the_profile_beside_its_deliveries(name: str) -> None:
    files = printed(name)
    assert {"profile.yaml", "units.yaml", "themes.yaml", "indicators.yaml", "feeds.yaml"} <= files.keys()
    kept = {path.name: path.read_text(encoding="utf-8") for path in (HERE / name / "profile").iterdir()}
    assert files == kept
    _, problems = read_profile(HERE / name / "profile")
    assert problems == []


def test_yearly_sheets_in_english_notation_are_published_to_the_cent(tmp_path: Path) -> None:
    release = release_of("english_sheets", "2025-03", tmp_path)
    published = {
        (r["reporting_year"], r["theme"]): (
            r["budget"],
            r["realised"],
            r["difference"],
            r["carried_over"],
            r["left_over"],
        )
        for r in rows(release, "spending_overview")
    }
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
    by_unit = {
        (r["unit"], r["theme"]): (r["budget"], r["realised"])
        for r in rows(release, "spending_by_unit")
        if r["reporting_year"] == 2024
    }
    units = {
        ("LAW", "small_groups"): ("1330000.50", "1329568.64"),
        ("LAW", "coaching"): ("300000.00", "287500.00"),
        ("LAW", None): ("1630000.50", "1617068.64"),
        ("MED", "small_groups"): ("2000000.00", "1900000.00"),
        ("MED", "coaching"): ("450250.25", "460000.00"),
        ("MED", None): ("2450250.25", "2360000.00"),
    }
    assert by_unit == {key: tuple(map(Decimal, amounts)) for key, amounts in units.items()}
    left = {(r["unit"], r["theme"]): r["left_over"] for r in rows(release, "carry_over") if r["from_year"] == 2024}
    assert left == {
        ("LAW", "small_groups"): Decimal("10431.86"),  # 10,000.00 of 2023, and 431.86
        ("LAW", "coaching"): Decimal("32500.00"),  # 20,000.00 and 12,500.00
        ("MED", "small_groups"): Decimal("75000.00"),  # -25,000.00 and 100,000.00
        ("MED", "coaching"): Decimal("250.25"),  # 10,000.00 and -9,749.75
    }
    assert all(r["rows_quarantined"] == 0 for r in rows(release, "delivery_status"))


def test_delivered_percentages_are_published_as_shares_and_counts_as_counts(tmp_path: Path) -> None:
    release = release_of("delivered_shares", "2025-05", tmp_path)
    published = {
        (r["indicator"], r["unit"], r["reporting_year"]): (r["value"], r["printed_en"], r["printed_nl"])
        for r in rows(release, "indicator_values")
    }
    assert published == {
        ("dropout", None, 2024): (0.173, "17.3%", "17,3%"),
        ("dropout", None, 2023): (0.181, "18.1%", "18,1%"),
        ("dropout", None, 2022): (0.226, "22.6%", "22,6%"),
        ("growth", None, 2024): (-0.025, "-2.5%", "-2,5%"),
        ("growth", None, 2023): (1.12, "112.0%", "112,0%"),
        ("growth", None, 2022): (0.04, "4.0%", "4,0%"),
        ("degrees", None, 2024): (2417, "2,417", "2.417"),
        ("degrees", None, 2023): (2290, "2,290", "2.290"),
        ("degrees", None, 2022): (2305, "2,305", "2.305"),
        ("completion", None, 2024): (450 / 640, "70.3%", "70,3%"),  # 150 + 300 of 240 + 400
        ("completion", "ART", 2024): (0.625, "62.5%", "62,5%"),
        ("completion", "ICT", 2024): (0.75, "75.0%", "75,0%"),
        ("completion", None, 2023): (420 / 640, "65.6%", "65,6%"),  # 140 + 280 of 250 + 390
        ("completion", "ART", 2023): (0.56, "56.0%", "56,0%"),
        ("completion", "ICT", 2023): (280 / 390, "71.8%", "71,8%"),
    }
    assert [r["rule"] for r in rows(release, "quality_results") if r["outcome"] != "passed"] == []
