"""Small institutions whose deliveries once came out wrong: a cycle of each, and every figure published."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.contents.report import report_of
from kwaliteitsmonitor.releases.report.document.model import Table
from kwaliteitsmonitor.sample.plain import write_plain_sample
from pipelines.cli.run_summary import summary
from schemas.problems import Problem
from schemas.profile import Profile, load_profile
from schemas.profile.loading import read_profile
from tests.command_line import CommandLine
from tests.institutions.running import run_cycle
from tests.sample_year import rows

CASES = Path(__file__).resolve().parents[1] / "cases"
SHARES, ROUNDS = CASES / "delivered-percentages", CASES / "one-round-a-year"
CYCLE = "2022-04"


@dataclass
class Case:
    """A copy of a case in a folder of a test: its profile may be edited, and its deliveries."""

    folder: Path
    release: Path = field(default=Path())

    @classmethod
    def of(cls, case: Path, folder: Path, **replaced: tuple[str, str]) -> Case:
        """A copy in which one text of a file of the profile is replaced by another."""
        made = cls(folder / "case")
        shutil.copytree(case, made.folder)
        for name, (old, new) in replaced.items():
            text = made.file(name).read_text()
            assert old in text
            made.file(name).write_text(text.replace(old, new))
        return made

    def file(self, name: str) -> Path:
        return self.folder / "profile" / f"{name}.yaml"

    @property
    def profile(self) -> Profile:
        return load_profile(self.folder / "profile")

    @property
    def problems(self) -> list[Problem]:
        return read_profile(self.folder / "profile")[1]

    def cells(self, workbook: str, values: Mapping[str, Any]) -> None:
        """Write other values into cells of a delivered workbook."""
        path = self.folder / "landing" / workbook
        book = openpyxl.load_workbook(path)
        for cell, value in values.items():
            book.active[cell] = value
        book.save(path)

    def run(self, landing: Path | None = None) -> Case:
        self.release = run_cycle(
            self.folder / "profile", landing or self.folder / "landing", self.folder / "out", CYCLE
        )
        return self

    def rows(self, table: str) -> list[dict[str, Any]]:
        return rows(self.release, table)

    def spending(self) -> tuple[Any, Any]:
        """Budget and realised of the whole."""
        (whole,) = (row for row in self.rows("spending_overview") if row["theme"] is None)
        return whole["budget"], whole["realised"]

    def failed(self) -> list[str]:
        return [row["rule"] for row in self.rows("quality_results") if row["outcome"] != "passed"]

    def shown(self) -> dict[str, Table]:
        """The tables of the report, by name."""
        document = report_of(self.profile, ReleaseReader(self.release), "en")
        blocks = (block for section in document.sections for block in section.blocks)
        return {block.id: block for block in blocks if isinstance(block, Table)}


def test_percentages_and_counts_of_three_years_are_published_as_they_were_meant(tmp_path: Path) -> None:
    case = Case.of(SHARES, tmp_path).run()
    figures = {
        (r["indicator"], r["reporting_year"]): (r["value"], r["printed_nl"]) for r in case.rows("indicator_values")
    }
    hand = {
        "dropout": [(0.173, "17,3%"), (0.181, "18,1%"), (0.226, "22,6%")],
        "completion": [(0.613, "61,3%"), (0.598, "59,8%"), (0.572, "57,2%")],
        "degrees": [(2417, "2.417"), (2290, "2.290"), (2305, "2.305")],
        "professors": [(38, "38"), (41, "41"), (36, "36")],
    }
    years = (2021, 2020, 2019)
    assert figures == {(name, year): of for name, all_ in hand.items() for year, of in zip(years, all_, strict=True)}
    assert case.failed() == []
    columns = case.shown()["table-indicators"].columns
    assert [column.title for column in columns][-4:-1] == ["2019", "2020", "2021"]


def test_with_the_scale_of_percentages_declared_counts_stay_counts(tmp_path: Path) -> None:
    scaled = ("          values:", "          scale: {value: 0.01}\n          values:")
    case = Case.of(SHARES, tmp_path, feeds=scaled)
    case.cells("kerncijfers.xlsx", {"B2": 17.3})
    figures = {(r["indicator"], r["reporting_year"]): r["printed_nl"] for r in case.run().rows("indicator_values")}
    assert [figures[name, 2021] for name in ("dropout", "completion", "degrees")] == ["17,3%", "61,3%", "2.417"]


@pytest.mark.parametrize(("change", "period"), [("period: round", "2021-1"), ("period: reporting_year", "2021")])
def test_one_round_a_year_that_no_file_names_is_read(tmp_path: Path, change: str, period: str) -> None:
    case = Case.of(ROUNDS, tmp_path, feeds=("period: round", change)).run()
    assert case.spending() == (2_070_000, 1_991_000)
    by_unit = {r["unit"]: (r["budget"], r["realised"]) for r in case.rows("spending_by_unit") if r["theme"] is None}
    assert by_unit == {"N": (1_204_000, 1_090_000), "Z": (866_000, 901_000)}
    assert {r["period"] for r in case.rows("delivery_status")} == {period}
    shown = case.shown()
    assert "table-measures" not in shown
    assert "carried_over" not in [column.name for column in shown["table-available"].columns]


def test_a_year_that_lacks_the_one_before_never_says_that_who_delivered_did_not(tmp_path: Path) -> None:
    case = Case.of(ROUNDS, tmp_path, profile=("first_year: 2021", "first_year: 2020")).run()
    notes = {r["note"] for r in case.rows("carry_over") if r["from_year"] == 2021}
    assert notes == {"een eerder jaar is niet compleet: 2020 / an earlier year is incomplete: 2020"}
    assert not {"table-left-over", "table-available", "table-measures"} & set(case.shown())


def test_a_path_that_does_not_tell_the_round_is_reported_with_what_to_do(tmp_path: Path) -> None:
    (problem,) = Case.of(ROUNDS, tmp_path, feeds=('round: "1", ', "")).problems
    assert (problem.file, problem.key, problem.line) == ("feeds.yaml", "spending.sources.1.path", 7)
    assert problem.actual == "'spending/{reporting_year}{suffix}.xlsx' does not tell the round of a file"
    assert problem.hint == 'or, where there is one round a year, `constants: {round: "1"}` in the form of each table'


@pytest.mark.parametrize(
    ("period", "path", "sentence"),
    [
        ("round", "a.xlsx", "does not tell the reporting_year"),
        ("reporting_year", "a.xlsx", "does not tell the reporting_year"),
        ("reporting_year", "{academic_year}.xlsx", "does not tell the reporting_year"),
        ("academic_year", "{reporting_year}.xlsx", "does not tell the academic_year"),
        ("none", "{reporting_year}.xlsx", "tells the reporting_year"),
        ("none", "{academic_year}/{unit}.xlsx", "tells the academic_year"),
        ("reporting_year", "{reporting_year}-{round}.xlsx", "tells the round"),
        ("round", "{academic_year}/{reporting_year}-{round}.xlsx", "tells the academic_year"),
    ],
)
def test_a_path_by_another_clock_than_that_of_its_feed_is_reported(
    tmp_path: Path, period: str, path: str, sentence: str
) -> None:
    case = Case.of(ROUNDS, tmp_path, feeds=("path: spending/{reporting_year}{suffix}.xlsx", f'path: "{path}"'))
    case.file("feeds").write_text(case.file("feeds").read_text().replace("period: round", f"period: {period}"))
    assert any(one.key.endswith("path") and sentence in one.actual for one in case.problems)


def test_a_round_that_no_cycle_settles_and_a_table_that_two_feeds_fill_are_reported(tmp_path: Path) -> None:
    case = Case.of(ROUNDS, tmp_path, feeds=('round: "1"', 'round: "3"'))
    place = "spending.sources.1.forms.bfr.constants.round"
    assert (place, "no cycle of profile.yaml has round 3") in [(one.key, one.actual) for one in case.problems]
    feeds = case.file("feeds").read_text().replace('round: "3"', 'round: "1"')
    case.file("feeds").write_text(feeds + feeds.replace("- id: spending", "- id: more_spending"))
    (one,) = case.problems
    assert (one.key, one.actual) == ("more_spending.sources.1.tables", "bfr is filled by the feed spending as well")


def test_two_sources_of_one_feed_fill_one_table(tmp_path: Path) -> None:
    case = Case.of(ROUNDS, tmp_path)
    feeds = case.file("feeds").read_text()
    source = feeds[feeds.index("    - kind: files") :]
    case.file("feeds").write_text(feeds + source.replace("spending/", "more/"))
    first, more = (case.folder / "landing" / name / "2021.xlsx" for name in ("spending", "more"))
    book = openpyxl.load_workbook(first)
    book.active.delete_rows(3, 2)
    book.save(first)
    more.parent.mkdir()
    book = openpyxl.Workbook()
    for line in (("School", "Budget (k€)", "Actual (k€)"), ("South", 10, 5)):
        book.active.append(line)
    book.save(more)
    assert case.run().spending() == (1_214_000, 1_095_000)


@pytest.mark.parametrize("name", ["2020.xlsx", "2024.xlsx", "spending 2021.xlsx"])
def test_a_run_that_uses_none_of_what_it_finds_is_no_success(tmp_path: Path, name: str, command: CommandLine) -> None:
    case = Case.of(ROUNDS, tmp_path)
    delivered = case.folder / "landing" / "spending"
    (delivered / "2021.xlsx").rename(delivered / name)
    places = ["--institution", case.folder / "profile", "--landing", delivered.parent, "--out", tmp_path / "out"]
    ended = command("run", "--cycle", CYCLE, "--reports", "none", *places)
    assert ended.code == 3
    assert "deliveries.used" in ended.err
    assert name.split(".")[0] in ended.out
    assert not (tmp_path / "out" / "current" / CYCLE).exists()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ("maximum: 100", "is 100, of a share"),
        ("targets: [{reporting_year: 2024, value: 15}]", "is 15"),
        ("baselines: [{reporting_year: 2019, value: 22.6}]", "is 22.6"),
        ("minimum: 1.5", "leaves nothing"),
    ],
)
def test_what_a_profile_says_of_shares_is_in_fractions(tmp_path: Path, more: str, sentence: str) -> None:
    case = Case.of(SHARES, tmp_path, indicators=("decimals: 1\n", f"decimals: 1\n  {more}\n"))
    assert any(sentence in one.actual for one in case.problems)


def test_reference_values_of_shares_are_in_fractions_and_growth_may_exceed_the_whole(tmp_path: Path) -> None:
    case = Case.of(SHARES, tmp_path)
    value = '- {indicator: dropout, sector: hbo, reporting_year: 2021, value: 17.3, source: VH, comparable: "yes"}\n'
    case.file("references").write_text(value)
    assert [one.actual for one in case.problems] == ["is 17.3"]
    wider = "decimals: 1\n  minimum: -1\n  maximum: 20\n"
    case.file("indicators").write_text(case.file("indicators").read_text().replace("decimals: 1\n", wider, 1))
    assert case.problems == []


def test_a_wrong_total_in_a_row_that_is_left_out_is_reported_and_costs_nothing(tmp_path: Path) -> None:
    case = Case.of(ROUNDS, tmp_path)
    case.cells("spending/2021.xlsx", {"B4": 2700, "D2": -141})
    (stated,) = (r for r in case.run().rows("quality_results") if r["rule"] == "bfr.stated")
    assert (stated["outcome"], stated["failed"]) == ("failed", 2)
    assert "D2: it states -141, computed -114; B4: it states 2700, computed 2070" in stated["detail"]
    assert case.spending()[0] == 2_070_000


def test_the_table_on_the_terminal_says_without_what_its_amounts_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = Case.of(ROUNDS, tmp_path)
    case.cells("spending/2021.xlsx", {"A2": "Nord"})
    case.run()
    settings = Settings(institution=str(case.folder / "profile"), out=str(case.folder / "out"))
    summary(settings, CYCLE, released=True, new=True)
    assert "Total: without a row of an unknown unit" in " ".join(capsys.readouterr().out.split())


FEED = """
- id: plan
  nl: bestedingsplan
  en: spending plan
  period: {period}
  sources:
    - {{kind: files, path: "{path}", format: csv, tables: [spending_plan]}}
"""
PLAN = ["version;unit;theme;year;amount", "original;N;qa;2021;1000.00", "original;Z;qa;2021;500.00"]


@pytest.mark.parametrize(
    ("period", "path", "file"),
    [("none", "plan{suffix}.csv", "plan.csv"), ("round", "plan/{reporting_year}-{round}.csv", "plan/2021-1.csv")],
)
def test_a_spending_plan_needs_no_account_of_spending_beside_it(
    tmp_path: Path, period: str, path: str, file: str
) -> None:
    case = Case.of(ROUNDS, tmp_path)
    case.file("feeds").write_text(FEED.format(period=period, path=path))
    (tmp_path / "zone" / file).parent.mkdir(parents=True)
    (tmp_path / "zone" / file).write_text("\n".join([*PLAN, "original;N;qa;2022;900.00", ""]))
    case.run(tmp_path / "zone")
    assert case.failed() == []
    assert [r["rows_accepted"] for r in case.rows("delivery_status")] == [3]
    planned = {r["year"]: r["amount"] for r in case.rows("spending_plan_versions") if r["theme"] == "qa"}
    assert planned == {2021: 1500, 2022: 900}


@pytest.mark.parametrize("period", ["reporting_year", "round"])
def test_a_plan_that_is_delivered_each_period_is_published_from_the_sample_as_it_comes(
    tmp_path: Path, period: str
) -> None:
    case = Case.of(ROUNDS, tmp_path, profile=("first_year: 2021", "first_year: 2019"))
    place = {"reporting_year": "{reporting_year}", "round": "{reporting_year}-{round}"}[period]
    more = FEED.format(period=period, path=f"plan/{place}{{suffix}}.csv")
    case.file("feeds").write_text(case.file("feeds").read_text() + more)
    assert case.problems == []
    write_plain_sample(case.profile, tmp_path / "zone", (2020, 2021))
    case.run(tmp_path / "zone")
    planned = {r["year"]: r["amount"] for r in case.rows("spending_plan_versions") if r["theme"] is None}
    assert planned == {2020: 690_000, 2021: 740_000}
    of_plan = [r for r in case.rows("delivery_status") if r["feed"] == "plan" and r["rows_received"] is not None]
    assert [(r["rows_received"], r["rows_quarantined"]) for r in of_plan] == [(2, 0), (2, 0)]
