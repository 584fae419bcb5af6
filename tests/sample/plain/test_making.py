"""A plain sample is made of a profile alone: valid, fitting each other, and in the form of every feed."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from kwaliteitsmonitor.sample.plain.cells import cell, text
from kwaliteitsmonitor.sample.plain.databases import Databases
from kwaliteitsmonitor.sample.plain.files import file_bytes
from kwaliteitsmonitor.sample.plain.making import CONTENTS, write_plain_sample
from kwaliteitsmonitor.sample.plain.shaping import Wanted, shape
from kwaliteitsmonitor.sample.plain.years import cycles_with, sample_years
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.errors import UsageError
from schemas.profile import Feed, load_profile
from schemas.profile.feeds import FileSource, SqlSource
from schemas.profile.forms import Form
from schemas.profile.units import Unit
from schemas.tables import CATALOGUE
from schemas.tables.delivered import DECISIONS, DELIVERED
from tests.readers.forms import making
from tests.sample.plain.institution import MONEY, YEARS, feed, institution, rows_of

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


def rounds(**source: Any) -> Feed:
    own = {"tables": ["bfr"], **source}
    return Feed.model_validate({"id": "rounds", "nl": "n", "en": "e", "period": "round", "sources": [own]})


def test_a_database_holds_every_round_under_the_names_of_its_columns(tmp_path: Path) -> None:
    columns = {"begroot": "budget"}
    fed = rounds(kind="sql", connection="finance", database_table="lines", columns=columns)
    profile = institution(fed)
    made = write_plain_sample(profile, tmp_path / "zone", YEARS)
    lines = rows_of(profile, "bfr")
    assert [(file.path, file.rows) for file in made.files] == [("finance.db", len(lines))]
    with sqlite3.connect(made.folder / "finance.db") as connection:
        rows = connection.execute('select distinct reporting_year, "round" from lines order by 1, 2').fetchall()
        total = sum(Decimal(value) for (value,) in connection.execute("select begroot from lines"))
    connection.close()
    assert rows == [(year, number) for year in YEARS for number in (1, 2, 3)]
    assert total == sum(row["budget"] for row in lines)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"query": "SELECT 1 WHERE :reporting_year > :round"}, "a query"),
        ({"database_table": "dbo.lines"}, "lies in a schema"),
        ({"database_table": "answers", "tables": ["evaluations"], "counted": True}, "counts answers itself"),
    ],
)
def test_a_database_that_no_file_can_be_is_refused(source: dict[str, Any], words: str) -> None:
    own = SqlSource.model_validate({"kind": "sql", "connection": "f", "tables": ["bfr"], **source})
    with pytest.raises(UsageError, match=r"'rounds'") as caught:
        Databases().add("rounds", own, [])
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ({"path": "x/{reporting_year}-{round}.txt", "format": "fixed"}, "`slices`"),
        (
            {"path": "x/{reporting_year}-{round}.csv", "format": "csv", "encoding": "ascii",
             "forms": [{"table": "bfr", "columns": {"Begroot (€)": "budget"}}]},
            "its encoding 'ascii' has no place",
        ),
    ],
)  # fmt: skip
def test_a_feed_of_which_no_sample_can_be_made_is_named(source: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'rounds'") as caught:
        write_plain_sample(institution(rounds(kind="files", **source)), tmp_path / "zone", YEARS)
    assert words in str(caught.value)


def test_a_value_stands_in_a_file_in_the_words_scale_and_notation_of_its_sender() -> None:
    form = Form.model_validate({
        "table": "staff", "values": {"category": {"Docent": "lecturer"}}, "date_formats": {"start_date": "%d/%m/%y"},
        "scale": {"fte": "0.001"},
    })  # fmt: skip
    fields, day = CATALOGUE["staff"], date(2020, 10, 1)
    assert cell("lecturer", fields["category"], form) == "Docent"
    assert cell(day, fields["start_date"], form) == "01/10/20"
    assert cell(Decimal("1.25"), fields["fte"], form) == 1250
    values = (None, True, Decimal("1234.50"), day, "x")
    assert [text(v, locale="nl") for v in values] == ["", "ja", "1234,50", "01-10-2020", "x"]
    assert [text(v, locale="en") for v in values] == ["", "yes", "1234.50", "2020-10-01", "x"]
    wanted = Wanted("feed", fields, form, "nl", 2020, frozenset({"reference_date"}))
    shaped = shape([{"person": "P1", "category": "lecturer"}], wanted)
    assert shaped.headers[:3] == ["person", "unit", "category"]
    source = FileSource.model_validate({"kind": "files", "path": "x", "format": "csv", "tables": ["staff"]})
    assert file_bytes(source, [(wanted, shaped)]).splitlines()[1] == b"P1;;Docent;;;;"
    with pytest.raises(UsageError, match="holds one table, and it names 2"):
        file_bytes(source, [(wanted, shaped)] * 2)


def test_the_same_arguments_give_the_same_bytes_and_another_seed_gives_others(tmp_path: Path) -> None:
    profile = institution(*map(feed, MONEY))
    workbook = """{period: academic_year, sources: [{path: "{academic_year}.xlsx", format: workbook,
                  tables: [faculty_measures, faculty_panels]}]}"""
    profile = replace(profile, feeds=(*profile.feeds, feed(workbook)))

    def contents(name: str, seed: int) -> list[bytes]:
        made = write_plain_sample(profile, tmp_path / name, YEARS, seed=seed)
        return [(made.folder / file.path).read_bytes() for file in made.files]

    first = contents("one", 1)
    assert contents("two", 1) == first
    assert all(one != other for one, other in zip(contents("three", 2)[:6], first[:6], strict=True))


def test_nothing_is_written_over_what_is_there_and_no_year_outside_the_plan(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("mine")
    with pytest.raises(UsageError, match="something in this place"):
        write_plain_sample(institution(), tmp_path, YEARS)
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


FIVE_SCHOOLS = Path(__file__).parents[2] / "institutions" / "five_schools" / "profile"


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
