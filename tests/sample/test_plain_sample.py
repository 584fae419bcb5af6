"""A plain sample is made of a profile alone: valid, fitting each other, and in the form of every feed."""

from __future__ import annotations

import hashlib
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from kwaliteitsmonitor.sample.plain import cycles_with, sample_years, write_plain_sample
from kwaliteitsmonitor.sample.plain.making import CONTENTS
from kwaliteitsmonitor.sample.plain.setting import Occasion, Setting
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.errors import UsageError
from schemas.profile import Feed, Profile, load_profile
from schemas.profile.registers import Programme
from schemas.profile.units import Unit
from schemas.tables.delivered import DECISIONS, DELIVERED
from tests import made_up
from tests.readers.forms import making

YEARS = (2019, 2020)


def feed(text: str) -> Feed:
    given = yaml.safe_load(text)
    sources = [{"kind": "files", **source} for source in given.pop("sources")]
    return Feed.model_validate({"id": "feed", "nl": "n", "en": "e", "sources": sources, **given})


def institution(*feeds: Feed, **more: Any) -> Profile:
    made = made_up.profile(feeds=feeds, **more)
    programmes = tuple(
        Programme(programme=f"{unit.id}-{kind}", name=unit.id, croho_type=kind, funded=True, unit=unit.id)
        for unit in made.units
        for kind in ("ba", "ma")
    )
    return replace(made, programmes=programmes)


def rows_of(profile: Profile, table: str, years: Sequence[int] = YEARS) -> list[dict[str, Any]]:
    """What the sample holds of a table over all years, before it is written."""
    setting = Setting(profile, tuple(years), 2020, 500)
    (fed,) = (one for one in profile.feeds if table in one.tables)
    return CONTENTS[table](setting, Occasion(fed, None))


STAFF_FORMS = {
    "csv in Dutch notation": """
        {path: "{reporting_year}.csv", format: csv, locale: nl, tables: [staff],
         columns: {Faculteit: unit, "Omvang (fte)": fte}}""",
    "csv in English notation, comma, latin-1": """
        {path: "{reporting_year}.csv", format: csv, delimiter: ",", encoding: latin-1, locale: en, tables: [staff]}""",
    "csv whose dates and words are the sender's": """
        {path: "{reporting_year}.csv", format: csv, tables: [staff], forms: [{table: staff,
         columns: {Since: start_date, Job: category}, date_formats: {start_date: "%d/%m/%Y", bko_date: "%Y%m%d"},
         values: {category: {Docent: lecturer, Overig: support}}, compose: {reference_date: "{Jaar}-10-01"}}]}""",
    "workbook with a title above its headers": """
        {path: "{reporting_year}.xlsx", format: workbook, locale: nl, tables: [staff],
         forms: [{table: staff, sheet: "Lijst *", header: 3, scale: {fte: "0.01"}}]}""",
    "parquet": """{path: "{reporting_year}.parquet", format: parquet, tables: [staff], columns: {who: person}}""",
    "fixed width": """
        {path: "{reporting_year}.txt", format: fixed, tables: [staff], forms: [{table: staff, slices: {
         peildatum: [1, 10], nummer: [11, 20], eenheid: [31, 10], functie: [41, 22], fte: [63, 6], sinds: [69, 10],
         bko: [79, 10], sko: [89, 10]}, columns: {peildatum: reference_date, nummer: person, eenheid: unit,
         functie: category, fte: fte, sinds: start_date, bko: bko_date, sko: sko_date}}]}""",
    "a member of a ZIP, with records of another kind": """
        {path: "{reporting_year}.zip", format: zip, tables: [staff],
         forms: [{table: staff, member: "staff.csv", where: {Record: [PERS]}}]}""",
    "columns by number": """
        {path: "{reporting_year}.csv", format: csv, tables: [staff], forms: [{table: staff, header: none, columns: {
         "1": person, "2": unit, "4": category, "5": fte, "6": start_date, "7": bko_date, "8": sko_date,
         "9": reference_date}}]}""",
}


@pytest.mark.parametrize("form", STAFF_FORMS.values(), ids=STAFF_FORMS)
def test_what_is_written_in_a_form_reads_back_as_it_was(form: str, tmp_path: Path) -> None:
    profile = institution(feed(f"{{period: reporting_year, sources: [{form}]}}"))
    made = write_plain_sample(profile, tmp_path / "zone", YEARS)
    names = ("unit", "category", "fte", "start_date", "bko_date", "sko_date", "reference_date")
    expected = rows_of(profile, "staff")
    found: list[tuple[Any, ...]] = []
    for file, year in zip(made.files, YEARS, strict=True):
        taken = making.taken(made.folder / file.path, form, "staff", year=year, profile=profile)
        assert taken.refused == []
        found += taken.rows(*names)
    assert found == [tuple(row[name] for name in names) for row in expected]


def test_answers_in_a_row_per_respondent_are_those_of_a_row_per_answer(tmp_path: Path) -> None:
    form = """
        {path: "{academic_year}.csv", format: csv, tables: [evaluations], forms: [{table: evaluations,
         columns: {Opleiding: programme}, constants: {evaluation: course}, unpivot: {name: question, value: score},
         scales: {teaching: {worst: 1, best: 10}}}]}"""
    profile = replace(institution(feed(f"{{period: academic_year, sources: [{form}]}}")), questions=())
    profile = replace(profile, questions=making.university().questions)
    made = write_plain_sample(profile, tmp_path / "zone", (2020,), responses=200)
    headers, *lines = (made.folder / made.files[0].path).read_text().splitlines()
    assert headers.split(";")[-2:] == ["teaching", "workload"]
    scores = [tuple(map(int, line.split(";")[-2:])) for line in lines]
    assert len(scores) >= 100
    assert max(first for first, _ in scores) > 5 >= max(second for _, second in scores)


def test_a_file_per_unit_holds_that_unit_alone(tmp_path: Path) -> None:
    form = """{path: "{unit}/{academic_year}.xlsx", format: workbook, tables: [faculty_measures]}"""
    profile = institution(feed(f"{{period: academic_year, units: [North, West], sources: [{form}]}}"))
    made = write_plain_sample(profile, tmp_path / "zone", (2020,))
    assert [file.path for file in made.files] == ["North/2019-2020.xlsx", "West/2019-2020.xlsx"]
    for file in made.files:
        told = {"unit": file.path.split("/")[0], "academic_year": "2019-2020"}
        taken = making.taken(made.folder / file.path, form, "faculty_measures", told=told, profile=profile)
        assert [row[0] for row in taken.rows("unit")] == [told["unit"]] * 3


def test_a_unit_delivers_only_in_the_years_in_which_it_is_there(tmp_path: Path) -> None:
    form = """{path: "{unit}/{academic_year}.xlsx", format: workbook, tables: [faculty_measures]}"""
    profile = institution(feed(f"{{period: academic_year, sources: [{form}]}}"), units=("North", "East"))
    units = (Unit(id="North", nl="", en="", valid_until=2019, becomes=["East"]), Unit(id="East", nl="", en=""))
    made = write_plain_sample(replace(profile, units=units), tmp_path / "zone", YEARS)
    assert [f.path for f in made.files] == ["North/2018-2019.xlsx", "East/2018-2019.xlsx", "East/2019-2020.xlsx"]


MONEY = (
    """{id: bfr, period: round, sources: [{path: "bfr/{reporting_year}-{round}.csv", format: csv, tables: [bfr]}]}""",
    """{id: plan, period: none, sources: [{path: plan.csv, format: csv, tables: [spending_plan]}]}""",
    """{id: totals, period: reporting_year,
        sources: [{path: "totals/{reporting_year}.csv", format: csv, tables: [control_totals]}]}""",
)


@pytest.mark.parametrize("plan", [(), (("a", "small_classes", 2019, "100.01"), ("b", "small_classes", 2019, "90.00"))])
def test_budgets_are_the_newest_plan_and_totals_are_those_of_the_lines(plan: Any) -> None:
    profile = institution(*map(feed, MONEY), plan=plan)
    newest: dict[tuple[str, str, int], Decimal] = {}
    for row in rows_of(profile, "spending_plan"):
        newest[(row["unit"], row["theme"], row["year"])] = row["amount"]
    planned: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for (_, theme, year), amount in newest.items():
        planned[(theme, year)] += amount
    budgets: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    stated: dict[tuple[str, int, int], Decimal] = defaultdict(Decimal)
    for line in rows_of(profile, "bfr"):
        stated[(line["unit"], line["reporting_year"], line["round"])] += line["realised"]
        if line["round"] == 3:
            budgets[(line["theme"], line["reporting_year"])] += line["budget"]
            assert abs(line["realised"] - line["budget"]) <= line["budget"] / 2
    assert budgets == {place: amount for place, amount in planned.items() if place[1] in YEARS}
    if plan:
        assert budgets == {("small_classes", 2019): Decimal("90.00")}
    totals = {
        (r["unit"], r["reporting_year"], r["round"]): r["value"]
        for r in rows_of(profile, "control_totals")
        if r["subject"] == "realised"
    }
    assert totals == stated


def test_enrolments_are_as_many_as_their_counts() -> None:
    profile = institution(
        feed("""{period: none, sources: [{path: a.csv, format: csv, tables: [enrolments]}]}"""),
        feed("""{id: counts, period: none, sources: [{path: b.csv, format: csv, tables: [enrolment_counts]}]}"""),
    )
    counted: dict[tuple[int, str], int] = defaultdict(int)
    for row in rows_of(profile, "enrolment_counts"):
        counted[(row["year"], row["programme"])] += row["main_enrolments"]
    students: dict[tuple[int, str], set[str]] = defaultdict(set)
    for row in rows_of(profile, "enrolments"):
        if row["enrolment"] == "main":
            students[(row["reference_date"].year, row["programme"])].add(row["student"])
    assert {place: len(who) for place, who in students.items()} == counted
    stayed = students[(2019, "North-ba")] & students[(2020, "North-ba")]
    assert 0.6 < len(stayed) / len(students[(2019, "North-ba")]) < 0.85


def figures(**more: Any) -> Mapping[tuple[str | None, int], dict[str, Any]]:
    definition = made_up.indicator("watched", "delivered", **more)
    text = """{period: reporting_year, sources: [{path: "{reporting_year}.csv", format: csv,
              tables: [delivered_figures]}]}"""
    profile = institution(feed(text), indicators=[definition])
    return {(row["unit"], row["reporting_year"]): row for row in rows_of(profile, "delivered_figures")}


def test_a_delivered_figure_is_on_its_way_from_baseline_to_target() -> None:
    found = figures(
        delivered={"combine": "none"},
        direction="lower_is_better",
        baselines=[{"reporting_year": 2019, "value": "1000"}],
        targets=[{"reporting_year": 2024, "value": "500"}],
    )
    assert [unit for unit, _ in found] == [None, None]
    assert found[(None, 2020)]["value"] < found[(None, 2019)]["value"]
    assert 500 < found[(None, 2020)]["value"] < 1200


def test_a_figure_that_combines_comes_per_unit_with_what_that_takes() -> None:
    means = figures(delivered={"combine": "weighted_by_n"}, minimum=1, maximum=10, spread_kind="sd_respondents")
    assert {unit for unit, _ in means} == set(made_up.UNITS)
    assert all(1 <= row["value"] <= 10 and row["n"] >= 60 and row["spread"] > 0 for row in means.values())
    ratios = figures(delivered={"combine": "ratio", "n_is": "denominator"}, minimum=0, maximum=1)
    assert all(row["value"] is None and row["numerator"] <= row["denominator"] for row in ratios.values())


def test_a_database_holds_every_round_under_the_names_of_its_columns(tmp_path: Path) -> None:
    given = {"kind": "sql", "connection": "finance", "database_table": "lines", "tables": ["bfr"]}
    source = {**given, "columns": {"begroot": "budget"}}
    fed = Feed.model_validate({"id": "bfr", "nl": "n", "en": "e", "period": "round", "sources": [source]})
    profile = institution(fed)
    made = write_plain_sample(profile, tmp_path / "zone", YEARS)
    assert [(file.path, file.rows) for file in made.files] == [("finance.db", len(rows_of(profile, "bfr")))]
    with sqlite3.connect(made.folder / "finance.db") as connection:
        rows = connection.execute('select distinct reporting_year, "round" from lines order by 1, 2').fetchall()
        total = sum(Decimal(value) for (value,) in connection.execute("select begroot from lines"))
    connection.close()
    assert rows == [(year, number) for year in YEARS for number in (1, 2, 3)]
    assert total == sum(row["budget"] for row in rows_of(profile, "bfr"))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"kind": "sql", "connection": "f", "query": "SELECT 1 WHERE :reporting_year > :round"}, "a query"),
        ({"kind": "sql", "connection": "f", "database_table": "dbo.lines"}, "lies in a schema"),
        ({"kind": "files", "path": "x/{reporting_year}-{round}.txt", "format": "fixed"}, "`slices`"),
    ],
)
def test_a_feed_of_which_no_sample_can_be_made_is_named(source: dict[str, Any], words: str, tmp_path: Path) -> None:
    sources = [{"tables": ["bfr"], **source}]
    fed = Feed.model_validate({"id": "rounds", "nl": "n", "en": "e", "period": "round", "sources": sources})
    with pytest.raises(UsageError, match=r"'rounds'") as told:
        write_plain_sample(institution(fed), tmp_path / "zone", YEARS)
    assert words in str(told.value)


def test_the_same_arguments_give_the_same_bytes_and_another_seed_gives_others(tmp_path: Path) -> None:
    profile = institution(*map(feed, MONEY))
    workbook = """{period: academic_year, sources: [{path: "{academic_year}.xlsx", format: workbook,
                  tables: [faculty_measures, faculty_panels]}]}"""
    profile = replace(profile, feeds=(*profile.feeds, feed(workbook)))

    def digests(name: str, seed: int) -> list[str]:
        made = write_plain_sample(profile, tmp_path / name, YEARS, seed=seed)
        return [hashlib.sha256((made.folder / file.path).read_bytes()).hexdigest() for file in made.files]

    first = digests("one", 1)
    assert digests("two", 1) == first
    assert all(one != other for one, other in zip(digests("three", 2)[:6], first[:6], strict=True))


def test_nothing_is_written_over_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("mine")
    with pytest.raises(UsageError, match="something in this place"):
        write_plain_sample(institution(), tmp_path, YEARS)


def test_years_outside_the_plan_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="from 2019 to 2024"):
        write_plain_sample(institution(), tmp_path / "zone", (2018,))


def test_the_years_are_those_that_a_cycle_reads() -> None:
    profile = institution()
    assert sample_years(profile) == YEARS
    assert sample_years(profile, cycle="2022-05") == (2019, 2020, 2021, 2022)
    assert sample_years(profile, years="2021-2022") == (2021, 2022)
    assert cycles_with(profile, YEARS) == ["2020-03", "2020-05", "2020-09", "2021-03"]
    assert cycles_with(profile, sample_years(profile, cycle="2022-05"))[-1] == "2023-03"
    for wrong in ({"years": "20-21"}, {"years": "2020", "cycle": "2021-03"}, {"cycle": "2021-04"}):
        with pytest.raises(UsageError):
            sample_years(profile, **wrong)


def test_every_delivered_table_has_contents_or_is_a_register_of_decisions() -> None:
    left = {table.name for table in DELIVERED} - {*CONTENTS, "evaluations"}
    assert left == {table.name for table in DECISIONS}


FIVE_SCHOOLS = Path(__file__).parents[1] / "institutions" / "five_schools" / "profile"


def test_a_sample_of_a_profile_with_forms_of_its_own_reads_back_whole(tmp_path: Path) -> None:
    profile = load_profile(FIVE_SCHOOLS)
    made = write_plain_sample(profile, tmp_path / "zone", (2024,))
    told = {"finance": {"reporting_year": 2024}, "actions": {"academic_year": "2023-2024"}}
    for fed, file in zip(profile.feeds, made.files, strict=True):
        (source,) = fed.sources
        text = yaml.safe_dump(source.model_dump(mode="json", exclude={"path", "kind"}))
        given = told.get(fed.id, {"reporting_year": 2024})
        taken = making.taken(made.folder / file.path, text, source.tables[0], told=given, year=2024, profile=profile)
        assert taken.refused == []
        assert taken.tally.accepted == file.rows > 0


def call(*arguments: str) -> int:
    return int(kwaliteitsmonitor.main(["sample", "--institution", *arguments]))


def test_the_command_writes_a_plain_sample_and_says_which_cycles_it_is_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    zone = str(tmp_path / "zone")
    assert call(str(FIVE_SCHOOLS), "--to", zone, "--cycle", "2024-03") == 0
    said = capsys.readouterr().out
    assert "reporting years 2023" in said
    assert "these cycles read: 2024-03\n" in said
    assert call(str(FIVE_SCHOOLS), "--to", zone, "--years", "2023-2024") == 2
    assert call(str(FIVE_SCHOOLS), "--to", zone, "--years", "2023-2024", "--replace") == 0
    assert "2024-03, 2025-03" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("institution_of", "options", "words"),
    [
        ("leiden", ("--years", "2020"), "years of its own"),
        ("leiden", ("--cycle", "2021-03"), "years of its own"),
        (str(FIVE_SCHOOLS), ("--defects",), "no defects are known"),
        (str(FIVE_SCHOOLS), ("--years", "1999"), "from 2023 to 2026"),
    ],
)
def test_an_option_that_a_sample_does_not_have_is_refused(
    institution_of: str, options: tuple[str, ...], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(institution_of, "--to", str(tmp_path / "zone"), *options) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "zone").exists()
