"""An institutional plan without money: from its sample to a report in its own words, with no word about money."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.releases.explain.build import explain
from kwaliteitsmonitor.releases.explain.evidence_reader import Released
from kwaliteitsmonitor.releases.explain.explanation import Node
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.sample.plain import write_plain_sample
from schemas.profile import Profile, load_profile, profile_folder
from tests.command_line import CommandLine
from tests.institutions.running import run_cycle
from tests.sample_year import rows

NAME, CYCLE, YEARS = "hogeschool-leiden", "2025-04", (2023, 2024)
MONEY = re.compile(
    r"\bBFR|besteding|\beuro\b|€|begroot|begroting|gerealiseerd|\bbudget|spending|\bspent\b|\bmoney\b|\bgeld\b", re.I
)


@pytest.fixture(scope="module")
def profile() -> Profile:
    return load_profile(profile_folder(NAME))


@dataclass(frozen=True)
class Reviewed:
    """A review that was run: its release, and the page of its report by language."""

    release: Path

    def table(self, name: str) -> list[dict[str, Any]]:
        return rows(self.release, name)

    def page(self, language: str) -> str:
        return (self.release / "report" / f"{NAME}-{CYCLE}.{language}.html").read_text(encoding="utf-8")

    @property
    def texts(self) -> dict[str, str]:
        """What the pages say, without their code and drawings."""
        bare = {of: re.sub(r"<(style|script)\b.*?</\1>", " ", self.page(of), flags=re.S) for of in ("nl", "en")}
        return {of: " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split()) for of, page in bare.items()}


@pytest.fixture(scope="module")
def reviewed(profile: Profile, tmp_path_factory: pytest.TempPathFactory) -> Reviewed:
    base = tmp_path_factory.mktemp("hogeschool")
    write_plain_sample(profile, base / "landing", YEARS)
    return Reviewed(run_cycle(NAME, base / "landing", base / "out", CYCLE, reports="html"))


def test_the_plan_has_five_promises_and_23_ambitions(profile: Profile) -> None:
    of_promise = Counter(measure.theme for measure in profile.measures)
    assert [of_promise[theme.id] for theme in profile.themes] == [6, 5, 4, 4, 4]
    assert [m.id for m in profile.measures][:2] == ["A1.1", "A1.2"]
    assert not any(profile.uses(table) for table in ("bfr", "spending_plan", "control_totals"))
    assert not profile.rounds


def test_a_review_is_published_with_nothing_missing_or_set_aside(reviewed: Reviewed) -> None:
    results = reviewed.table("quality_results")
    assert results
    assert {row["severity"] for row in results if row["outcome"] == "failed"} <= {"info"}
    assert {row["status"] for row in reviewed.table("delivery_status")} == {"accepted"}


def test_the_report_has_the_titles_and_words_of_the_institution(reviewed: Reviewed) -> None:
    assert reviewed.texts["nl"].startswith("Voorjaarsreview instellingsplan, verslagjaar 2024 – Hogeschool Leiden")
    assert reviewed.texts["en"].startswith("Spring review of the institutional plan, reporting year 2024")
    for word in ("Ambities", "per belofte", "per faculteit"):
        assert word in reviewed.texts["nl"]
    for text in reviewed.texts.values():
        assert not re.search(r"kwaliteitsafspra|quality agreement|maatregel", text, re.I)


def test_every_promise_and_ambition_is_in_the_report_with_a_sentence(profile: Profile, reviewed: Reviewed) -> None:
    texts = reviewed.texts
    assert all(one.nl in texts["nl"] and one.en in texts["en"] for one in (*profile.themes, *profile.measures))
    measures = [row for row in reviewed.table("measures") if row["reporting_year"] == 2024]
    assert Counter(row["unit"] for row in measures) == {unit.id: 23 for unit in profile.units}
    assert all(row["explanation"] for row in measures)


def test_no_section_is_about_money_and_none_is_empty(reviewed: Reviewed) -> None:
    for text in reviewed.texts.values():
        assert [match[0] for match in MONEY.finditer(text)] == []
    sections = re.findall(r"<section\b.*?</section>", reviewed.page("nl"), flags=re.S)
    assert len(sections) >= 5
    bodies = [re.sub(r"<h\d.*?</h\d>|<[^>]+>", " ", section, flags=re.S) for section in sections]
    assert min(len(body.split()) for body in bodies) > 5
    # Who asks several institutions the same question finds the same tables.
    for name in ("spending_overview", "spending_by_unit", "spending_rounds", "carry_over"):
        assert reviewed.table(name) == []


def test_what_is_watched_is_shown_on_its_own_scale(reviewed: Reviewed) -> None:
    whole = {
        row["indicator"]: row
        for row in reviewed.table("indicator_values")
        if row["unit"] is None and row["reporting_year"] == 2024
    }
    watched = "students_per_teacher study_success staff_experience sick_leave energy_use co2_emissions time_to_work"
    assert set(whole) == set(watched.split())
    assert {row["status"] for row in whole.values()} == {"ok"}
    assert 5 < float(str(whole["staff_experience"]["value"])) <= 10
    assert whole["staff_experience"]["n"] is not None
    assert 0 < float(str(whole["sick_leave"]["value"])) < 0.2
    assert whole["energy_use"]["n"] is None


def cells_of(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield from [node] if node.kind == "cell" else []
        yield from cells_of(node.below)


def test_every_delivered_figure_follows_from_the_cells_in_which_it_stood(reviewed: Reviewed) -> None:
    released = Released(ReleaseReader(reviewed.release))
    delivered = {row["indicator"] for row in reviewed.table("definitions") if row["kind"] == "delivered"}
    figures = [row for row in reviewed.table("indicator_values") if row["indicator"] in delivered]
    shown = [str(row["figure_id"]) for row in figures if row["status"] == "ok"]
    assert len(shown) > 40
    for figure in shown:
        explained = explain(released, figure)
        assert [number.name for number in explained.numbers if not number.agrees] == [], figure
        for part in explained.parts:
            cells = list(cells_of(part.nodes))
            assert cells, (figure, part.name)
            assert all(cell.details["file"].startswith("kerncijfers/") for cell in cells)
            assert sum(cell.amount or 0 for cell in cells) == part.nodes[0].amount


def test_another_month_is_no_cycle(tmp_path: Path, command: CommandLine) -> None:
    refusal = command.refusal("run", "--institution", NAME, "--cycle", "2025-03", "--out", tmp_path)
    assert "04 of 10" in refusal
