"""Names of people and things that a spreadsheet or an export destroyed: in every field that holds one, in any form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.methods.checks.expectations import validate
from kwaliteitsmonitor.readers.answers.engines.names import NAME, WRONG, macros
from kwaliteitsmonitor.readers.cells.identifiers import Padded, damage_of, folded, is_odd, one_spelling
from kwaliteitsmonitor.readers.cells.reading import CellReader, cell_readers
from kwaliteitsmonitor.readers.cells.texts import Refused
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.quarantine import Read
from kwaliteitsmonitor.readers.reading import read
from kwaliteitsmonitor.readers.staging import StagedTable, stage
from schemas.consequences import Severity
from schemas.contract import Field, Kind, Table, Unique
from schemas.identifiers import Damage
from schemas.profile import Profile, load_profile, profile_folder
from schemas.profile.feeds import FileSource, Format
from schemas.profile.forms import Form
from schemas.tables import CATALOGUE
from schemas.tables.delivered import DELIVERED

CASES = Path(__file__).parents[2] / "cases"
KEY = b"k" * 32

DAMAGED: Mapping[Damage, Sequence[str]] = {
    Damage.ERROR: [
        "#N/A", "#N/B", "#NV", "#REF!", "#VERW!", "#BEZUG!", "#VALUE!", "#WAARDE!", "#WERT!", "#NAME?", "#NAAM?",
        "#DIV/0!", "#DEEL/0!", "#NUM!", "#GETAL!", "#ZAHL!", "#NULL!", "#LEEG!", "#n/a", "Err:502", "Fout:508",
    ],
    Damage.FORMULA: ["=A1", "=VLOOKUP(A2;B:C;2)", "=1+1"],
    Damage.NOTHING: [
        "NULL", "null", "None", "nan", "NaN", "N/A", "n/a", "n.v.t.", "nvt", "-", "--", "–", "—", "?", "…", "#####",
        ".", "<NA>", "onbekend", "Onbekend", "unknown", "unbekannt", "leeg", "(blank)", "999999999", "-1", "-99",
        "ANONIEM",
    ],
    Damage.ZERO: ["0", "000", "0.0", "0,00", "00000"],
    Damage.SCIENTIFIC: ["1E+05", "1,61803E+14", "1.61803E+14", "1,2E+09", "3E+07", "1.2e-05", "1.61803E14", "1E+5"],
    Damage.DATE: [
        "6-jan", "1-mrt", "6-Jan", "06. Jan", "1 mei", "jan-06", "Jan-06", "mrt-20", "2020-01-06",
        "2020-01-06 00:00:00", "6-1-2020", "06/01/2020", "6/1/20", "06-JAN-20", "6-jan-2020", "6. März 2020",
    ],
    Damage.TIME: ["1:30", "13:30:00"],
    Damage.LOGICAL: ["TRUE", "WAAR", "onwaar", "FALSCH"],
}  # fmt: skip

RIGHT = [
    "0123456", "123456", "S-1", "s1234567", "R-000001", "1E05", "E1", "3e7", "12e4", "12345e67", "MAR1", "JAN",
    "12-DEC", "6-JAN", "Null", "AB 1", "A-1", "2019-1", "1-2", "a1b2c3", "50035", "O'Brien", "'s-Gravenhage",
    "'t Hart", "NA1", "2.1",
    "12.10", "U1", "X", "#12345", "C#", "C++", "Noord & Zuid", "Ω1", "é-1", "BIO/101", "99999", "1000000", "10.0.1",
]  # fmt: skip

FOLDED = {
    '="0123456"': "0123456",
    '= "50035"': "50035",
    "'0123456": "0123456",
    "‘0123456": "0123456",
    "'AB-12": "AB-12",
    "'AB12'": "AB12",
    "1234567.0": "1234567",
    "50035,00": "50035",
    '="50035.0"': "50035",
    "AB\u00a01": "AB 1",
    "AB  1": "AB 1",
    "AB\t1": "AB 1",
    "AB\u20091": "AB 1",
    "\uff21\uff22\uff11": "AB1",
    "AB\u20101": "AB-1",
    "AB\u20111": "AB-1",
    "AB\u22121": "AB-1",
}


def every_damage() -> Iterator[tuple[Damage, str]]:
    return ((damage, text) for damage, texts in DAMAGED.items() for text in texts)


@pytest.fixture(scope="module")
def profile() -> Profile:
    return load_profile(profile_folder("leiden"))


def course(**more: Any) -> CellReader:
    return CellReader(CATALOGUE["evaluations"]["course"], "nl", {}, KEY, **more)


def programme(*codes: str) -> CellReader:
    bound = CATALOGUE["enrolments"].bind({"programmes": codes})
    return CellReader(bound["programme"], "nl", {}, KEY)


def refusal(raw: Any, reader: CellReader) -> str:
    with pytest.raises(Refused) as caught:
        reader(raw)
    return caught.value.expected.nl


@pytest.mark.parametrize(("damage", "text"), list(every_damage()))
def test_what_is_no_name_any_more_is_told_by_what_was_done_to_it(damage: Damage, text: str) -> None:
    assert is_odd(text)
    assert damage_of(folded(text)) is damage


@pytest.mark.parametrize("text", RIGHT)
def test_names_that_look_odd_are_left_as_they_are(text: str) -> None:
    assert folded(text) == text
    assert damage_of(text) is None
    assert course()(text) == text


@pytest.mark.parametrize(("text", "name"), FOLDED.items())
def test_another_way_to_write_the_same_name_is_that_name(text: str, name: str) -> None:
    assert is_odd(text)
    assert folded(text) == name
    assert folded(name) == name
    assert course()(text) == name
    assert course().respells(text)
    assert not course().respells(name)


def test_the_engine_tells_of_each_name_what_reading_cells_tells() -> None:
    texts = [*(text for _, text in every_damage()), *RIGHT, *FOLDED, *FOLDED.values()]
    with duckdb.connect() as connection:
        for macro in macros():
            connection.execute(macro)
        connection.register("names", pa.table({"t": texts}))
        found = connection.execute(f"SELECT t, {NAME}(t), {WRONG}(t) FROM names").fetchall()
    for text, name, wrong in found:
        own = folded(text)
        damage = damage_of(own)
        assert name == own, text
        assert wrong == (str(damage) if damage else "otherwise" if own != text else None), text


@pytest.mark.parametrize(
    "raw",
    [date(2020, 1, 6), datetime(2020, 1, 6), time(13, 30), True, float("nan"), 1.61803398875e15],
)
def test_a_cell_that_became_a_date_a_truth_or_a_number_too_long_is_refused(raw: Any) -> None:
    assert refusal(raw, course()).startswith("een cursuscode")


@pytest.mark.parametrize("raw", [50035, 50035.0, Decimal("50035.0"), "50035.0", "50035"])
def test_a_fraction_that_holds_a_whole_number_is_that_number(raw: Any) -> None:
    assert programme("50035")(raw) == "50035"
    assert course()(raw) == "50035"


IDS = [("enrolments", "programme"), ("enrolments", "student"), ("evaluations", "course"), ("staff", "person")]


@pytest.mark.parametrize("raw", [50035.5, Decimal("50035.5"), 2.1, 0.5, "50035.5", "50035,5", '="50035.5"'])
@pytest.mark.parametrize(("table", "name"), IDS)
def test_a_number_with_decimals_is_no_name(profile: Profile, table: str, name: str, raw: Any) -> None:
    reader = CellReader(CATALOGUE[table].bind(profile.code_lists())[name], "nl", {}, KEY)
    assert "geen getal met decimalen" in refusal(raw, reader)


def test_a_number_with_decimals_that_a_list_has_as_a_name_is_that_name() -> None:
    assert programme("2.1")(2.1) == "2.1"
    assert "bedoeld is wellicht 2.10" in refusal(2.1, programme("2.10"))


FRACTIONS = [50035.5, 50035.0]


def as_file(place: Path, form: str, columns: Mapping[str, Sequence[Any]]) -> Path:
    """A file with these columns, its numbers as numbers where the format has them."""
    frame, path = pd.DataFrame(dict(columns)), place / f"2020.{form}"
    match form:
        case "csv":
            frame.to_csv(path, index=False, sep=";")
        case "parquet":
            frame.to_parquet(path)
        case "xlsx":
            frame.to_excel(path, index=False, sheet_name="Inschrijvingen")
        case _:
            frame.to_excel(path, index=False, sheet_name="Inschrijvingen", engine="odf")
    return path


@pytest.mark.parametrize("name", ["student", "programme"])
@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "ods"])
def test_a_number_with_decimals_is_refused_in_every_format(
    profile: Profile, tmp_path: Path, form: str, name: str
) -> None:
    whole = {"student": [1234567, 7654321], "programme": [50035, 50035]}
    columns = {"reference_date": ["2020-10-01"] * 2, **whole, "enrolment": ["main"] * 2, name: FRACTIONS}
    read_as = Format(form) if form in {*Format} else Format.WORKBOOK
    found = staged(profile, as_file(tmp_path, form, columns), read_as, "enrolments")
    (item,) = found.quarantine
    assert (item.row, item.rule) == (1 if form == "parquet" else 2, f"enrolments.{name}.type")
    assert "geen getal met decimalen" in item.expected.nl
    assert found.rows.num_rows == 1


@pytest.mark.parametrize(
    ("raw", "codes", "meant"),
    [
        ("6001", ("06001", "50035"), "06001"),
        (6001.0, ("06001", "50035"), "06001"),
        (Padded(6001.0, "06001"), ("06001", "50035"), "06001"),
        ("1E+05", ("1E05", "50035"), "1E05"),
        (100000.0, ("1E05", "50035"), "1E05"),
        ("5,004E+04", ("50035", "60000"), "50035"),
        (date(2020, 1, 6), ("6-1", "7-1"), "6-1"),
        (date(2020, 3, 1), ("MRT1", "APR1"), "MRT1"),
        ("2020-03-01", ("MAR1", "APR1"), "MAR1"),
    ],
)
def test_the_name_that_was_perhaps_meant_is_told(raw: Any, codes: tuple[str, ...], meant: str) -> None:
    assert f"bedoeld is wellicht {meant}: maak de cel tekst" in refusal(raw, programme(*codes))


def test_of_several_names_that_may_be_meant_none_is_told() -> None:
    assert programme("06001", "006001")("6001") == "6001", "which the closed list then refuses"


@pytest.mark.parametrize("code", ["1E05", "1E+05", "0", "NA", "NULL", "6-jan", "#N/A", "2020-01-06", "n.v.t.", "1.0"])
def test_what_a_closed_list_knows_is_right_whatever_it_looks_like(code: str) -> None:
    assert programme(code, "50035")(code) == code


@pytest.mark.parametrize("code", ["NULL", "1E+05", "6-jan", "0"])
def test_a_course_that_the_profile_names_is_right_whatever_it_looks_like(profile: Profile, code: str) -> None:
    codes = {**profile.code_lists(), "courses": (code,)}
    bound = CATALOGUE["evaluations"].bind(codes)
    assert CellReader(bound["course"], "nl", {}, KEY)(code) == code


def test_a_word_that_the_form_gives_a_meaning_is_right() -> None:
    assert course(values={"n.v.t.": "GEN-1"})("n.v.t.") == "GEN-1"
    assert course(values={"0": "0"})("0") == "0"


def test_capitals_tell_two_codes_apart_where_the_list_says_so() -> None:
    reader = programme("AB1", "ab1")
    assert (reader("AB1"), reader("ab1")) == ("AB1", "ab1")


def test_capitals_alone_make_no_other_name() -> None:
    assert one_spelling(["AB 1", "ab 1", "AB  1", "X", "NULL", "null"]) == {"ab 1": "AB 1"}
    assert one_spelling(["AB1", "ab1"], known=("AB1", "ab1")) == {}


def fields() -> Iterator[tuple[Table, Field]]:
    return ((table, f) for table in DELIVERED for f in table.fields)


NO_NAMES = {
    ("spending_plan", "version"): "a version may be called by a number or a date",
    ("control_totals", "statement"): "what a statement is called by who makes it, as 2020-01-06",
    ("enrolment_counts", "origin"): "a description",
    ("enrolment_counts", "phase"): "a description",
}
OWN = {"file", "sheet", "cell", "cycle", "feed", "period", "rule", "sha256", "obligation"}
"""Fields of decisions that name what the pipeline itself has named, and are held against that."""


def test_every_key_that_is_a_name_is_declared_as_one() -> None:
    """What is not declared is a word from a closed list of the contract, a year, or said why not above."""
    for table, f in fields():
        keys = {*table.key, *(name for rule in table.rules if isinstance(rule, Unique) for name in rule.fields)}
        named = f.kind is Kind.TEXT and (f.name in keys or f.personal or f.code_list)
        excused = f.codes or f.code_list == "academic_years" or (table.name, f.name) in NO_NAMES or f.name in OWN
        assert bool(f.identifier) == bool(named and not excused), (table.name, f.name)


@pytest.mark.parametrize(("table", "field"), [(t, f) for t, f in fields() if f.identifier])
@pytest.mark.parametrize("raw", ["#N/A", "1,61803E+14", "6-jan", date(2020, 1, 6), True])
def test_every_field_with_a_name_refuses_what_is_none(profile: Profile, table: Table, field: Field, raw: Any) -> None:
    bound = table.bind(profile.code_lists())[field.name]
    assert field.identifier is not None
    said = refusal(raw, CellReader(bound, "nl", profile.aliases().get(bound.code_list, {}), KEY))
    assert said.startswith(field.identifier.nl)
    assert str(raw) not in said


@pytest.mark.parametrize("table", [t for t in DELIVERED if not t.name.endswith("_records")], ids=lambda t: t.name)
def test_no_text_of_any_field_is_the_name_of_an_error(profile: Profile, table: Table) -> None:
    for f in table.bind(profile.code_lists()).fields:
        if f.kind is Kind.TEXT:
            with pytest.raises(Refused):
                CellReader(f, "nl", {}, KEY)("#VERW!")


def staged(
    profile: Profile, path: Path, form: Format, name: str, given: Mapping[str, Any] | None = None
) -> StagedTable:
    table = CATALOGUE[name].bind(profile.code_lists())
    source = FileSource(kind="files", path="x", format=form, tables=[name])
    raw = read(path, source, table, year=2020, told=given or {}, aliases=profile.aliases())
    delivery = Delivery("f", 0, path.name, "a" * 64, 1, date(2020, 12, 1), "2020")
    readers = cell_readers(table.fields, source.form(name, 2020) or Form(table=name), "iso", profile.aliases(), KEY)
    return stage(table, [Read(delivery, raw, given or {})], lambda _: readers, validate)


def test_students_that_are_none_are_refused_and_what_is_written_otherwise_is_told(profile: Profile) -> None:
    found = staged(profile, CASES / "ids-placeholders" / "2020.csv", Format.CSV, "enrolments")
    refused = {q.row for q in found.quarantine if q.rule == "enrolments.student.type"}
    assert refused == {2, 3, 4, 5, 6, 7, 13, 14}
    assert {q.row for q in found.quarantine if q.rule == "enrolments.key"} == {9, 11}, "the same student, again"
    assert found.rows.num_rows == 3
    told, zeros = (r for r in found.results if r.rule == "enrolments.student.spelling")
    assert (told.severity, told.failed) == (Severity.INFO, 3)
    assert not any("123456" in f"{q.found}{q.expected}" for q in found.quarantine)
    assert "123456" not in f"{told.detail}{zeros.detail}"
    assert "verschillen alleen in nullen ervoor" in zeros.detail


def test_a_programme_that_was_a_fraction_or_a_formula_is_read(profile: Profile) -> None:
    found = staged(profile, CASES / "leading-zero-code" / "2020.csv", Format.CSV, "enrolments")
    assert found.rows.column("programme").to_pylist() == ["50035", "50035"]
    (told,) = (r for r in found.results if r.rule == "enrolments.programme.spelling")
    assert told.failed == 2


def test_a_code_that_lost_its_zeros_in_a_workbook_is_refused_with_what_was_meant(profile: Profile) -> None:
    given = {"unit": "FGW", "academic_year": "2019-2020"}
    path = CASES / "leading-zero-code" / "FGW.xlsx"
    (item,) = staged(profile, path, Format.WORKBOOK, "faculty_programmes", given).quarantine
    assert (item.cell, item.found) == ("A2", "6001")
    assert item.expected.nl == "een opleidingscode; bedoeld is wellicht 06001: maak de cel tekst"
    assert item.expected.en == "a programme code; perhaps 06001 is meant: make the cell text"


def test_a_student_number_is_what_its_cell_shows(profile: Profile, tmp_path: Path) -> None:
    """Under a format of zeros (`0000000`) a cell that holds 123456 shows 0123456, which is the number."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Inschrijvingen"
    for row in [
        ("reference_date", "student", "programme", "enrolment"),
        ("2020-10-01", 123456, "50035", "main"),
        ("2020-10-01", "0123456", "50035", "main"),
        ("2020-10-01", 654321, "50035", "main"),
    ]:
        sheet.append(row)
    sheet["B2"].number_format = "0000000"
    path = tmp_path / "2020.xlsx"
    book.save(path)
    found = staged(profile, path, Format.WORKBOOK, "enrolments")
    assert [q.row for q in found.quarantine if q.rule == "enrolments.key"] == [3]
    (told,) = (r for r in found.results if r.rule == "enrolments.student.spelling")
    assert (told.failed, told.cells) == (1, ("2020.xlsx Inschrijvingen!B2",))


def test_a_column_of_fractions_in_parquet_is_the_column_of_whole_numbers(profile: Profile, tmp_path: Path) -> None:
    made = []
    for kind in (pa.float64(), pa.int64(), pa.string()):
        path = tmp_path / f"{kind}.parquet"
        number = [1234567, 7654321]
        student = pa.array(map(str, number)) if kind == pa.string() else pa.array(number, kind)
        pq.write_table(
            pa.table({
                "reference_date": ["2020-10-01"] * 2, "student": student,
                "programme": pa.array([50035, 50035], pa.float64()), "enrolment": ["main"] * 2,
            }),
            path,
        )  # fmt: skip
        found = staged(profile, path, Format.PARQUET, "enrolments")
        assert found.quarantine == []
        made.append(found.rows.select(["student", "programme"]).to_pylist())
    assert made[0] == made[1] == made[2]


def test_a_student_in_two_cases_is_one_student(profile: Profile, tmp_path: Path) -> None:
    path = tmp_path / "2020.csv"
    rows = [
        "reference_date;student;programme;enrolment",
        *(f"2020-10-01;{s};50035;main" for s in ("s123", "S123", "s124")),
    ]
    path.write_text("\n".join(rows))
    found = staged(profile, path, Format.CSV, "enrolments")
    assert len(set(found.rows.column("student").to_pylist())) == 2
    assert [q.row for q in found.quarantine if q.rule == "enrolments.key"] == [3]


def test_students_that_differ_in_zeros_alone_are_told_and_stay_apart(profile: Profile, tmp_path: Path) -> None:
    """Whether they are one student is for who delivers to say: numbers with and without zeros may both be right."""
    path = tmp_path / "2020.csv"
    students = ("0123456", "123456", "0234567", "345678", "A01", "A1")
    lines = [f"2020-10-01;{student};50035;main" for student in students]
    path.write_text("\n".join(["reference_date;student;programme;enrolment", *lines]))
    found = staged(profile, path, Format.CSV, "enrolments")
    assert (found.quarantine, found.rows.num_rows) == ([], 6)
    (told,) = (r for r in found.results if r.rule == "enrolments.student.spelling")
    assert (told.failed, told.cells) == (1, ("2020.csv row 2, student",))
    assert "verschillen alleen in nullen ervoor" in told.detail
    assert "123456" not in told.detail


@pytest.mark.parametrize("word", ["n.v.t.", "-", "NULL", "N/A", "0"])
def test_a_word_for_no_course_is_none_in_the_evaluation_of_a_programme_alone(
    profile: Profile, tmp_path: Path, word: str
) -> None:
    path = tmp_path / "p.csv"
    lines = [f"{kind};2019-2020;FGW;50200;Ba;{word};20" for kind in ("programme", "course")]
    path.write_text("\n".join(["evaluation;academic_year;unit;programme;level;course;invited", *lines]))
    found = staged(profile, path, Format.CSV, "evaluation_population")
    assert found.rows.column("course").to_pylist() == [None]
    (item,) = found.quarantine
    assert (item.row, item.rule) == (3, "evaluation_population.course.type")
    assert "laat de cel leeg waar er geen is" in item.expected.nl
    (told,) = (r for r in found.results if r.rule == "evaluation_population.course.spelling")
    assert told.failed == 1
