"""Small institutions whose deliveries once came out wrong: a whole cycle of each, and every figure published."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.contents.report import report_of
from kwaliteitsmonitor.releases.report.document.model import Table
from kwaliteitsmonitor.sample.plain import write_plain_sample
from pipelines.cli.commands import kwaliteitsmonitor
from pipelines.cli.run_summary import summary
from schemas.profile import load_profile
from schemas.profile.loading import read_profile
from tests.institutions.running import run_cycle

CASES = Path(__file__).resolve().parents[1] / "cases"
SHARES, ROUNDS = CASES / "delivered-percentages", CASES / "one-round-a-year"


def rows(release: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(release / "tables" / f"{table}.parquet").to_pylist()
    return found


def tables(profile: Path, release: Path) -> dict[str, Table]:
    document = report_of(load_profile(profile), ReleaseReader(release), "en")
    blocks = [block for section in document.sections for block in section.blocks]
    return {block.id: block for block in blocks if isinstance(block, Table)}


def copied(case: Path, to: Path, **replaced: tuple[str, str]) -> Path:
    """A copy of a case in which one text of a file of the profile is replaced by another."""
    shutil.copytree(case, to)
    for name, (old, new) in replaced.items():
        file = to / "profile" / f"{name}.yaml"
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))
    return to


def test_percentages_and_counts_of_three_years_are_published_as_they_were_meant(tmp_path: Path) -> None:
    release = run_cycle(SHARES / "profile", SHARES / "landing", tmp_path / "out", "2022-04")
    found = {
        (r["indicator"], r["reporting_year"]): (r["value"], r["printed_nl"]) for r in rows(release, "indicator_values")
    }
    assert found == {
        ("dropout", 2021): (0.173, "17,3%"),
        ("dropout", 2020): (0.181, "18,1%"),
        ("dropout", 2019): (0.226, "22,6%"),
        ("completion", 2021): (0.613, "61,3%"),
        ("completion", 2020): (0.598, "59,8%"),
        ("completion", 2019): (0.572, "57,2%"),
        ("degrees", 2021): (2417, "2.417"),
        ("degrees", 2020): (2290, "2.290"),
        ("degrees", 2019): (2305, "2.305"),
        ("professors", 2021): (38, "38"),
        ("professors", 2020): (41, "41"),
        ("professors", 2019): (36, "36"),
    }
    assert [r["rule"] for r in rows(release, "quality_results") if r["outcome"] != "passed"] == []
    shown = tables(SHARES / "profile", release)["table-indicators"]
    assert [column.title for column in shown.columns][-4:-1] == ["2019", "2020", "2021"]


def test_with_the_scale_of_percentages_declared_counts_stay_counts(tmp_path: Path) -> None:
    case = copied(
        SHARES, tmp_path / "case", feeds=("          values:", "          scale: {value: 0.01}\n          values:")
    )
    book = openpyxl.load_workbook(case / "landing" / "kerncijfers.xlsx")
    book.active["B2"] = 17.3
    book.save(case / "landing" / "kerncijfers.xlsx")
    release = run_cycle(case / "profile", case / "landing", tmp_path / "out", "2022-04")
    found = {(r["indicator"], r["reporting_year"]): r["printed_nl"] for r in rows(release, "indicator_values")}
    assert [found[name, 2021] for name in ("dropout", "completion", "degrees")] == ["17,3%", "61,3%", "2.417"]


@pytest.mark.parametrize("change", ["", "period: reporting_year"])
def test_one_round_a_year_that_no_file_names_is_read(tmp_path: Path, change: str) -> None:
    replaced = {"feeds": ("period: round", change)} if change else {}
    case = copied(ROUNDS, tmp_path / "case", **replaced)
    release = run_cycle(case / "profile", case / "landing", tmp_path / "out", "2022-04")
    (whole,) = (r for r in rows(release, "spending_overview") if r["theme"] is None)
    assert (whole["budget"], whole["realised"], whole["difference"]) == (2_070_000, 1_991_000, -79_000)
    by_unit = {r["unit"]: (r["budget"], r["realised"]) for r in rows(release, "spending_by_unit") if r["theme"] is None}
    assert by_unit == {"N": (1_204_000, 1_090_000), "Z": (866_000, 901_000)}
    assert {r["period"] for r in rows(release, "delivery_status")} == {"2021-1" if not change else "2021"}
    shown = tables(case / "profile", release)
    assert "table-measures" not in shown
    assert "carried_over" not in [column.name for column in shown["table-available"].columns]


def test_a_year_that_lacks_the_one_before_never_says_that_who_delivered_did_not(tmp_path: Path) -> None:
    case = copied(ROUNDS, tmp_path / "case", profile=("first_year: 2021", "first_year: 2020"))
    release = run_cycle(case / "profile", case / "landing", tmp_path / "out", "2022-04")
    notes = {r["note"] for r in rows(release, "carry_over") if r["from_year"] == 2021}
    assert notes == {"een eerder jaar is niet compleet: 2020 / an earlier year is incomplete: 2020"}
    shown = tables(case / "profile", release)
    assert not {"table-left-over", "table-available", "table-measures"} & set(shown)


def found_by_check(case: Path) -> list[tuple[str, str, str]]:
    _, problems = read_profile(case / "profile")
    return [(one.file, one.key, one.found) for one in problems]


def test_a_path_that_does_not_tell_the_round_is_found_with_what_to_do(tmp_path: Path) -> None:
    case = copied(ROUNDS, tmp_path / "case", feeds=('round: "1", ', ""))
    _, (problem,) = read_profile(case / "profile")
    assert (problem.file, problem.key) == ("feeds.yaml", "spending.sources.1.path")
    assert problem.line == 7
    assert problem.found == "'spending/{reporting_year}{suffix}.xlsx' does not tell the round of a file"
    assert problem.hint == 'or, where there is one round a year, `constants: {round: "1"}` in the form of each table'


@pytest.mark.parametrize(
    ("period", "path", "told"),
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
def test_a_path_by_another_clock_than_that_of_its_feed_is_found(
    tmp_path: Path, period: str, path: str, told: str
) -> None:
    case = copied(ROUNDS, tmp_path / "case", feeds=("path: spending/{reporting_year}{suffix}.xlsx", f'path: "{path}"'))
    feeds = case / "profile" / "feeds.yaml"
    feeds.write_text(feeds.read_text().replace("period: round", f"period: {period}"))
    assert any(key.endswith("path") and told in found for _, key, found in found_by_check(case))


def test_a_round_that_no_cycle_settles_is_found(tmp_path: Path) -> None:
    case = copied(ROUNDS, tmp_path / "case", feeds=('round: "1"', 'round: "3"'))
    assert ("feeds.yaml", "spending.sources.1.forms.bfr.constants.round", "no cycle of profile.yaml has round 3") in (
        found_by_check(case)
    )


def test_two_feeds_that_fill_one_table_are_found(tmp_path: Path) -> None:
    case = copied(ROUNDS, tmp_path / "case")
    feeds = case / "profile" / "feeds.yaml"
    feeds.write_text(f"{feeds.read_text()}{feeds.read_text().replace('- id: spending', '- id: more_spending')}")
    ((file, key, found),) = found_by_check(case)
    assert (file, key, found) == (
        "feeds.yaml",
        "more_spending.sources.1.tables",
        "bfr is filled by the feed spending as well",
    )


def test_two_sources_of_one_feed_fill_one_table(tmp_path: Path) -> None:
    case = copied(ROUNDS, tmp_path / "case")
    feeds = case / "profile" / "feeds.yaml"
    text = feeds.read_text()
    source = text[text.index("    - kind: files") :]
    feeds.write_text(text + source.replace("spending/", "more/"))
    (case / "landing" / "more").mkdir()
    first = openpyxl.load_workbook(case / "landing" / "spending" / "2021.xlsx")
    first.active.delete_rows(3, 2)
    first.save(case / "landing" / "spending" / "2021.xlsx")
    book = openpyxl.Workbook()
    for line in (("School", "Budget (k€)", "Actual (k€)"), ("South", 10, 5)):
        book.active.append(line)
    book.save(case / "landing" / "more" / "2021.xlsx")
    release = run_cycle(case / "profile", case / "landing", tmp_path / "out", "2022-04")
    (whole,) = (r for r in rows(release, "spending_overview") if r["theme"] is None)
    assert (whole["budget"], whole["realised"]) == (Decimal(1_214_000), Decimal(1_095_000))


@pytest.mark.parametrize("name", ["2020.xlsx", "2024.xlsx", "spending 2021.xlsx"])
def test_a_run_that_uses_none_of_what_it_finds_is_no_success(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    case = copied(ROUNDS, tmp_path / "case")
    folder = case / "landing" / "spending"
    (folder / "2021.xlsx").rename(folder / name)
    places = [
        "--institution",
        str(case / "profile"),
        "--landing",
        str(case / "landing"),
        "--out",
        str(tmp_path / "out"),
    ]
    code = kwaliteitsmonitor.main(["run", "--cycle", "2022-04", "--reports", "none", *places])
    said = capsys.readouterr()
    assert code == 3
    assert "deliveries.used" in said.err
    assert name.split(".")[0] in said.out
    assert not (tmp_path / "out" / "current" / "2022-04").exists()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("decimals: 1\n", "decimals: 1\n  maximum: 100\n", "is 100, of a share"),
        ("decimals: 1\n", "decimals: 1\n  targets: [{reporting_year: 2024, value: 15}]\n", "is 15"),
        ("decimals: 1\n", "decimals: 1\n  baselines: [{reporting_year: 2019, value: 22.6}]\n", "is 22.6"),
        ("decimals: 1\n", "decimals: 1\n  minimum: 1.5\n", "leaves nothing"),
    ],
)
def test_what_a_profile_says_of_shares_is_in_fractions(tmp_path: Path, old: str, new: str, told: str) -> None:
    case = copied(SHARES, tmp_path / "case", indicators=(old, new))
    assert any(told in found for _, _, found in found_by_check(case))


def test_reference_values_of_shares_are_in_fractions_and_growth_may_exceed_the_whole(tmp_path: Path) -> None:
    case = copied(SHARES, tmp_path / "case")
    value = '- {indicator: dropout, sector: hbo, reporting_year: 2021, value: 17.3, source: VH, comparable: "yes"}\n'
    (case / "profile" / "references.yaml").write_text(value)
    assert [found for _, _, found in found_by_check(case)] == ["is 17.3"]
    indicators = case / "profile" / "indicators.yaml"
    indicators.write_text(
        indicators.read_text().replace("decimals: 1\n", "decimals: 1\n  minimum: -1\n  maximum: 20\n", 1)
    )
    assert found_by_check(case) == []


def test_a_wrong_total_in_a_row_that_is_left_out_is_told_and_costs_nothing(tmp_path: Path) -> None:
    case = copied(ROUNDS, tmp_path / "case")
    file = case / "landing" / "spending" / "2021.xlsx"
    book = openpyxl.load_workbook(file)
    book.active["B4"], book.active["D2"] = 2700, -141
    book.save(file)
    release = run_cycle(case / "profile", case / "landing", tmp_path / "out", "2022-04")
    (told,) = (r for r in rows(release, "quality_results") if r["rule"] == "bfr.stated")
    assert (told["outcome"], told["failed"]) == ("failed", 2)
    assert "D2: it states -141, computed -114; B4: it states 2700, computed 2070" in told["detail"]
    (whole,) = (r for r in rows(release, "spending_overview") if r["theme"] is None)
    assert whole["budget"] == 2_070_000


def test_the_table_on_the_terminal_says_without_what_its_amounts_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = copied(ROUNDS, tmp_path / "case")
    file = case / "landing" / "spending" / "2021.xlsx"
    book = openpyxl.load_workbook(file)
    book.active["A2"] = "Nord"
    book.save(file)
    run_cycle(case / "profile", case / "landing", tmp_path / "out", "2022-04")
    settings = Settings(institution=str(case / "profile"), out=str(tmp_path / "out"))
    summary(settings, "2022-04", released=True, new=True)
    said = capsys.readouterr().out
    language = load_profile(case / "profile").institution.languages[0]
    total, note = {
        "nl": ("Totaal", "zonder een rij van een onbekende eenheid"),
        "en": ("Total", "without a row of an unknown unit"),
    }[language]
    assert f"{total}: {note}" in " ".join(said.split())


PLAN_FEED = """
- id: plan
  nl: plan
  en: plan
  period: {period}
  sources:
    - {{kind: files, path: "{path}", format: csv, tables: [spending_plan]}}
"""
PLAN = (
    "version;unit;theme;year;amount\noriginal;N;qa;2021;1000.00\noriginal;Z;qa;2021;500.00\noriginal;N;qa;2022;900.00\n"
)


@pytest.mark.parametrize(
    ("period", "path", "file"),
    [("none", "plan{suffix}.csv", "plan.csv"), ("round", "plan/{reporting_year}-{round}.csv", "plan/2021-1.csv")],
)
def test_a_spending_plan_needs_no_account_of_spending_beside_it(
    tmp_path: Path, period: str, path: str, file: str
) -> None:
    case = copied(ROUNDS, tmp_path / "case")
    (case / "profile" / "feeds.yaml").write_text(PLAN_FEED.format(period=period, path=path))
    (tmp_path / "zone" / file).parent.mkdir(parents=True)
    (tmp_path / "zone" / file).write_text(PLAN)
    release = run_cycle(case / "profile", tmp_path / "zone", tmp_path / "out", "2022-04")
    assert [r["rule"] for r in rows(release, "quality_results") if r["outcome"] != "passed"] == []
    assert [r["rows_accepted"] for r in rows(release, "delivery_status")] == [3]
    assert {r["year"]: r["amount"] for r in rows(release, "spending_plan_versions") if r["theme"] == "qa"} == {
        2021: 1500,
        2022: 900,
    }


EACH_PERIOD = """
- id: plan
  nl: bestedingsplan
  en: spending plan
  period: {period}
  sources:
    - {{kind: files, path: "plan/{path}{{suffix}}.csv", format: csv, tables: [spending_plan]}}
"""
BY_PERIOD = {
    "reporting_year": "{reporting_year}",
    "round": "{reporting_year}-{round}",
}


@pytest.mark.parametrize("period", BY_PERIOD)
def test_a_plan_that_is_delivered_each_period_is_published_from_the_sample_as_it_comes(
    tmp_path: Path, period: str
) -> None:
    case = copied(ROUNDS, tmp_path / "case", profile=("first_year: 2021", "first_year: 2019"))
    feeds = case / "profile" / "feeds.yaml"
    feeds.write_text(feeds.read_text() + EACH_PERIOD.format(period=period, path=BY_PERIOD[period]))
    assert found_by_check(case) == []
    landing = tmp_path / "landing"
    write_plain_sample(load_profile(case / "profile"), landing, (2020, 2021))
    release = run_cycle(case / "profile", landing, tmp_path / "out", "2022-04")
    planned = {r["year"]: r["amount"] for r in rows(release, "spending_plan_versions") if r["theme"] is None}
    assert planned == {2020: 690_000, 2021: 740_000}
    of_plan = [r for r in rows(release, "delivery_status") if r["feed"] == "plan"]
    told = [(r["rows_received"], r["rows_quarantined"]) for r in of_plan if r["rows_received"] is not None]
    assert told == [(2, 0), (2, 0)]
