"""Small institutions whose deliveries once came out wrong: what is published, and which profiles are refused."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.contents.report import report_of
from kwaliteitsmonitor.releases.report.document.model import Table
from kwaliteitsmonitor.sample.plain import write_plain_sample
from pipelines.cli.run_summary import summary
from schemas.profile import load_profile
from schemas.profile.loading import read_profile
from tests.command_line import CommandLine
from tests.institutions.running import run_cycle
from tests.sample_year import rows, run

CASES = Path(__file__).resolve().parents[1] / "cases"
SHARES, ROUNDS = CASES / "delivered-percentages", CASES / "one-round-a-year"
CYCLE = "2022-04"
STATUS = [f"status/{name}" for name in ("delivery_status", "obligations", "quarantine")]
SPENDING = ["spending_overview", "spending_by_unit", "spending_rounds", "carry_over"]
SPENDING += ["spending_explanations", "spending_forecasts", "spending_plan_versions"]
FIGURES = ("delivered/key_figures", "staged/delivered_figures", "disclosure/withheld", "indicators/indicator_values")


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

    def problems(self) -> list[tuple[str, str]]:
        """The place and the sentence of each problem of the profile."""
        return [(one.key, one.actual) for one in read_profile(self.folder / "profile")[1]]

    def cells(self, workbook: str, values: Mapping[str, Any]) -> None:
        """Write other values into cells of a delivered workbook."""
        path = self.folder / "landing" / workbook
        book = openpyxl.load_workbook(path)
        for cell, value in values.items():
            book.active[cell] = value
        book.save(path)

    def run(self, landing: Path | None = None) -> Case:
        landing = landing or self.folder / "landing"
        self.release = run_cycle(self.folder / "profile", landing, self.folder / "out", CYCLE)
        return self

    def steps(self, *assets: str, landing: Path | None = None) -> Workspace:
        """Run these assets and the status alone."""
        places = (landing or self.folder / "landing", self.folder / "out", CYCLE)
        assert run(*places, institution=str(self.folder / "profile"), assets=[*assets, *STATUS]).success
        return Workspace(self.folder / "out")

    def rows(self, table: str) -> list[dict[str, Any]]:
        return rows(self.release, table)

    def spending(self) -> list[tuple[Any, Any]]:
        return whole_of(self.rows("spending_overview"))

    def shown(self) -> dict[str, Table]:
        """The tables of the report, by name."""
        document = report_of(load_profile(self.folder / "profile"), ReleaseReader(self.release), "en")
        blocks = (block for section in document.sections for block in section.blocks)
        return {block.id: block for block in blocks if isinstance(block, Table)}


def whole_of(overview: Sequence[Mapping[str, Any]]) -> list[tuple[Any, Any]]:
    """Budget and realised of the whole, of each year."""
    return [(row["budget"], row["realised"]) for row in overview if row["theme"] is None]


def test_percentages_and_counts_of_three_years_are_published_as_they_were_meant(tmp_path: Path) -> None:
    case = Case.of(SHARES, tmp_path).run()
    values = case.rows("indicator_values")
    hand = {
        "dropout": [(0.173, "17,3%"), (0.181, "18,1%"), (0.226, "22,6%")],
        "completion": [(0.613, "61,3%"), (0.598, "59,8%"), (0.572, "57,2%")],
        "degrees": [(2417, "2.417"), (2290, "2.290"), (2305, "2.305")],
        "professors": [(38, "38"), (41, "41"), (36, "36")],
    }
    assert {(r["indicator"], r["reporting_year"]): (r["value"], r["printed_nl"]) for r in values} == {
        (name, year): of for name, all_ in hand.items() for year, of in zip((2021, 2020, 2019), all_, strict=True)
    }
    assert {row["outcome"] for row in case.rows("quality_results")} == {"passed"}
    columns = case.shown()["table-indicators"].columns
    assert [column.title for column in columns][-4:-1] == ["2019", "2020", "2021"]


def test_with_the_scale_of_percentages_declared_counts_stay_counts(tmp_path: Path) -> None:
    scaled = ("          values:", "          scale: {value: 0.01}\n          values:")
    case = Case.of(SHARES, tmp_path, feeds=scaled)
    case.cells("kerncijfers.xlsx", {"B2": 17.3})
    made = case.steps(*FIGURES)
    values = made.read(CYCLE, "indicators", "indicator_values").to_pylist()
    figures = {r["indicator"]: r["printed_nl"] for r in values if r["reporting_year"] == 2021}
    assert [figures[name] for name in ("dropout", "completion", "degrees")] == ["17,3%", "61,3%", "2.417"]


def test_one_round_a_year_that_no_file_names_is_read_and_a_wrong_total_beside_its_rows_costs_nothing(
    tmp_path: Path,
) -> None:
    case = Case.of(ROUNDS, tmp_path)
    case.cells("spending/2021.xlsx", {"B4": 2700, "D2": -141})
    assert case.run().spending() == [(2_070_000, 1_991_000)]
    by_unit = {r["unit"]: (r["budget"], r["realised"]) for r in case.rows("spending_by_unit") if r["theme"] is None}
    assert by_unit == {"N": (1_204_000, 1_090_000), "Z": (866_000, 901_000)}
    assert {r["period"] for r in case.rows("delivery_status")} == {"2021-1"}
    shown = case.shown()
    assert "table-measures" not in shown
    assert "carried_over" not in [column.name for column in shown["table-available"].columns]
    (stated,) = (r for r in case.rows("quality_results") if r["rule"] == "bfr.stated")
    assert (stated["outcome"], stated["failed"]) == ("failed", 2)
    assert "D2: it states -141, computed -114; B4: it states 2700, computed 2070" in stated["detail"]


def test_one_round_a_year_is_a_reporting_year_as_well(tmp_path: Path) -> None:
    case = Case.of(ROUNDS, tmp_path, feeds=("period: round", "period: reporting_year"))
    made = case.steps("delivered/spending", "staged/bfr", *(f"spending/{name}" for name in SPENDING))
    assert whole_of(made.read(CYCLE, "spending", "spending_overview").to_pylist()) == [(2_070_000, 1_991_000)]
    assert {r["period"] for r in made.read(CYCLE, "status", "delivery_status").to_pylist()} == {"2021"}


def test_a_year_that_lacks_the_one_before_never_says_that_who_delivered_did_not(tmp_path: Path) -> None:
    case = Case.of(ROUNDS, tmp_path, profile=("first_year: 2021", "first_year: 2020")).run()
    notes = {r["note_nl"] for r in case.rows("carry_over") if r["from_year"] == 2021}
    assert notes == {"een eerder jaar is niet compleet: 2020"}
    assert not {"table-left-over", "table-available", "table-measures"} & set(case.shown())


def test_two_sources_of_one_feed_fill_one_table_and_the_terminal_says_without_what_amounts_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
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
    for line in (("School", "Budget (k€)", "Actual (k€)"), ("South", 10, 5), ("Nord", 700, 700)):
        book.active.append(line)
    book.save(more)
    assert case.run().spending() == [(1_214_000, 1_095_000)]
    settings = Settings(institution=str(case.folder / "profile"), out=str(case.folder / "out"))
    summary(settings, CYCLE, released=True, new=True)
    assert "Total: without a row of an unknown unit" in " ".join(capsys.readouterr().out.split())


def test_a_run_that_uses_none_of_what_it_finds_is_no_success(tmp_path: Path, command: CommandLine) -> None:
    case = Case.of(ROUNDS, tmp_path)
    delivered, names = case.folder / "landing" / "spending", ("2020", "2024", "spending 2021")
    for name in names:
        shutil.copy2(delivered / "2021.xlsx", delivered / f"{name}.xlsx")
    (delivered / "2021.xlsx").unlink()
    places = ["--institution", case.folder / "profile", "--landing", delivered.parent, "--out", tmp_path / "out"]
    ended = command("run", "--cycle", CYCLE, "--reports", "none", *places)
    assert ended.code == 3
    assert "deliveries.used" in ended.err
    assert [name for name in names if name not in ended.out] == []
    assert not (tmp_path / "out" / "current" / CYCLE).exists()


PLAN = """
- id: plan
  nl: bestedingsplan
  en: spending plan
  period: {period}
  sources:
    - {{kind: files, path: "{path}", format: csv, tables: [spending_plan]}}
"""


def test_a_spending_plan_needs_no_account_of_spending_beside_it(tmp_path: Path) -> None:
    case, zone = Case.of(ROUNDS, tmp_path), tmp_path / "zone"
    case.file("feeds").write_text(PLAN.format(period="none", path="plan{suffix}.csv"))
    zone.mkdir()
    amounts = ("N;qa;2021;1000.00", "Z;qa;2021;500.00", "N;qa;2022;900.00")
    lines = ["version;unit;theme;year;amount", *(f"original;{amount}" for amount in amounts), ""]
    (zone / "plan.csv").write_text("\n".join(lines))
    case.run(zone)
    assert {row["outcome"] for row in case.rows("quality_results")} == {"passed"}
    assert [r["rows_accepted"] for r in case.rows("delivery_status")] == [3]
    planned = {r["year"]: r["amount"] for r in case.rows("spending_plan_versions") if r["theme"] == "qa"}
    assert planned == {2021: 1500, 2022: 900}


@pytest.mark.parametrize(
    ("period", "place"), [("reporting_year", "{reporting_year}"), ("round", "{reporting_year}-{round}")]
)
def test_a_plan_that_is_delivered_each_period_is_published_from_the_sample_as_it_comes(
    tmp_path: Path, period: str, place: str
) -> None:
    case, zone = Case.of(ROUNDS, tmp_path, profile=("first_year: 2021", "first_year: 2019")), tmp_path / "zone"
    more = PLAN.format(period=period, path=f"plan/{place}{{suffix}}.csv")
    case.file("feeds").write_text(case.file("feeds").read_text() + more)
    write_plain_sample(load_profile(case.folder / "profile"), zone, (2020, 2021))
    taken_up = [
        f"{step}/{name}"
        for step, names in (("delivered", ("spending", "plan")), ("staged", ("bfr", "spending_plan")))
        for name in names
    ]
    made = case.steps(*taken_up, *(f"spending/{name}" for name in SPENDING), landing=zone)
    versions = made.read(CYCLE, "spending", "spending_plan_versions").to_pylist()
    assert {r["year"]: r["amount"] for r in versions if r["theme"] is None} == {2020: 690_000, 2021: 740_000}
    status = made.read(CYCLE, "status", "delivery_status").to_pylist()
    of_plan = [r for r in status if r["feed"] == "plan" and r["rows_received"] is not None]
    assert [(r["rows_received"], r["rows_quarantined"]) for r in of_plan] == [(2, 0), (2, 0)]


def test_a_path_that_does_not_tell_the_round_is_reported_with_what_to_do(tmp_path: Path) -> None:
    (problem,) = read_profile(Case.of(ROUNDS, tmp_path, feeds=('round: "1", ', "")).folder / "profile")[1]
    assert (problem.file, problem.key, problem.line) == ("feeds.yaml", "spending.sources.1.path", 7)
    assert problem.actual == "'spending/{reporting_year}{suffix}.xlsx' does not tell the round of a file"
    assert problem.hint == 'or, where there is one round a year, `constants: {round: "1"}` in the form of each table'


@pytest.mark.parametrize(
    ("period", "path", "sentence"),
    [
        ("academic_year", "{reporting_year}.xlsx", "does not tell the academic_year"),
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
    assert any(place.endswith("path") and sentence in told for place, told in case.problems())


def test_what_a_profile_says_of_shares_is_in_fractions_and_growth_may_exceed_the_whole(tmp_path: Path) -> None:
    baseline = "decimals: 1\n  baselines: [{reporting_year: 2019, value: 22.6}]\n"
    case = Case.of(SHARES, tmp_path, indicators=("decimals: 1\n", baseline))
    value = '- {indicator: dropout, sector: hbo, reporting_year: 2021, value: 17.3, source: VH, comparable: "yes"}\n'
    case.file("references").write_text(value)
    assert {"is 22.6", "is 17.3"} == {told for _, told in case.problems()}
    wider = "decimals: 1\n  minimum: -1\n  maximum: 20\n"
    case.file("indicators").write_text(case.file("indicators").read_text().replace(baseline, wider))
    assert case.problems() == []
