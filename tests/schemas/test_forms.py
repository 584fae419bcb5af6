"""Forms of a profile: what does not hold together is told when the profile is loaded, with what was likely meant."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from schemas.errors import ProfileError
from schemas.profile import load_profile, profile_folder
from schemas.profile.feeds import FileSource
from schemas.profile.form_checks import form_problems
from schemas.profile.forms import Form, Split

FEED = """
- id: adviezen
  nl: adviezen
  en: advice
  period: academic_year
  sources:
    - kind: files
      path: x/{{academic_year}}.x
      format: {format}
      tables: [faculty_study_advisers, bfr, evaluations]
      forms:
        - table: {table}
          {form}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "profile"
    shutil.copytree(profile_folder("leiden"), copy)
    return copy


def told(folder: Path, form: str, table: str = "faculty_study_advisers", kind: str = "workbook") -> list[str]:
    """The problems of a profile with this form, without the file and the source; not that other feeds are gone."""
    (folder / "feeds.yaml").write_text(FEED.format(format=kind, table=table, form=form), encoding="utf-8")
    try:
        load_profile(folder)
    except ProfileError as error:
        found = [one for one in error.details if not one.found.startswith("no feed delivers")]
        own = "adviezen.sources.1."
        return [f"{one.key.removeprefix(own)}: {one.said}" if own in one.key else str(one) for one in found]
    return []


@pytest.mark.parametrize(
    "form",
    [
        "columns: {Omvang: fte, Bezig: in_training}",
        "columns: {'Stand *': fte}\n          ignored: ['*']\n          valid_from: 2020",
        "constants: {unit: fda, fte: '0.5', certified: '2'}",
        "compose: {academic_year: '{jaar}-{volgend jaar}'}",
        "header: none\n          columns: {'2': fte}\n          where: {'1': [BRD]}",
        "joins: [{member: Codes, by: {code: id}, take: [naam]}]\n          columns: {naam: unit}",
        "split: [{header: c, pattern: '(?P<certified>\\d+)(?P<ignored_rest>.*)', example: 12 x}]",
    ],
)
def test_a_form_that_holds_together_is_taken(folder: Path, form: str) -> None:
    assert told(folder, form) == []


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (
            "columns: {Omvang: ftee}",
            "forms.faculty_study_advisers.columns.Omvang: there is no field of faculty_study_advisers 'ftee'; expected "
            "one of academic_year, unit, fte, fte_temporary, certified, in_training; did you mean 'fte'",
        ),
        (
            "colums: {Omvang: fte}",
            f"forms.faculty_study_advisers.colums: no such key; expected one of {', '.join(Form.model_fields)}; "
            "did you mean 'columns'",
        ),
        (
            "unpivot: {name: unit, value: fte, heders: {}}",
            "forms.faculty_study_advisers.unpivot.heders: no such key; expected one of name, value, headers; did you "
            "mean 'headers'",
        ),
        (
            "until: '(noot'",
            "forms.faculty_study_advisers.until: is no regular expression (missing ), unterminated subpattern at "
            "position 0)",
        ),
        (
            "split: [{header: c, pattern: '(?P<certified>\\d+)', example: twaalf}]",
            "forms.faculty_study_advisers.split.1: the example 'twaalf' does not fit the pattern; expected one "
            "that does",
        ),
        (
            "split: [{header: c, pattern: '\\d+', example: '12'}]",
            "forms.faculty_study_advisers.split.1: the pattern has no named group; expected one for each field, as "
            "(?P<certified>\\d+)",
        ),
        (
            "values: {fte: {yes: '1'}}",
            "forms.faculty_study_advisers.values.fte.yes: is true; expected a text; put it in quotes",
        ),
        (
            "empty: {fte: [0]}",
            "forms.faculty_study_advisers.empty.fte: is 0; expected a text; put it in quotes",
        ),
        (
            "compose: {academic_year: 2019-2020}",
            "forms.faculty_study_advisers.compose.academic_year: '2019-2020' names no header; expected one in braces, "
            "as {Jaar}-10-01, or the value under constants",
        ),
        (
            "compose: {academic_year: '{jaar'}",
            "forms.faculty_study_advisers.compose.academic_year: '{jaar' names no header; expected one in braces, as "
            "{Jaar}-10-01, or the value under constants",
        ),
        (
            "constants: {unit: FGAA}",
            "forms.faculty_study_advisers.constants.unit: there is no unit (faculty or institute) 'FGAA'; expected one "
            "of FGGA, FdA, FA, FGW, FdR, FSW, FWN, LUMC, ICLON, HA; did you mean 'FGGA'",
        ),
        (
            "constants: {fte: half}",
            "forms.faculty_study_advisers.constants.fte: 'half' is no decimal; expected it as 6.5",
        ),
        (
            "columns: {Eenheid: unit}\n          constants: {unit: FGW}",
            "forms.faculty_study_advisers.columns: the field unit comes from columns and from constants; expected "
            "one of them",
        ),
        (
            "scale: {unit: 1000}",
            "forms.faculty_study_advisers.scale.unit: is text; expected a field of decimal or integer or money or "
            "number",
        ),
        ("scale: {fte: 0}", "forms.faculty_study_advisers.scale.fte: is 0; expected a number above 0"),
        (
            "unpivot: {name: fte, value: certified}",
            "forms.faculty_study_advisers.unpivot: any header could be a value of fte; expected headers, which say "
            "which columns are meant",
        ),
        (
            "unpivot: {name: unit, value: fte, headers: {Letteren: FGWW}}",
            "forms.faculty_study_advisers.unpivot.headers.Letteren: there is no unit (faculty or institute) 'FGWW'; "
            "expected one of FGGA, FdA, FA, FGW, FdR, FSW, FWN, LUMC, ICLON, HA; did you mean 'FGW'",
        ),
        (
            "header: none\n          columns: {Omvang: fte}",
            "forms.faculty_study_advisers.columns.Omvang: there is no header 'Omvang' in a file without headers; "
            "expected the number of the column, in quotes",
        ),
        (
            "slices: {a: [1, 2]}",
            "forms.faculty_study_advisers.slices: means nothing in a workbook file; expected it with fixed only",
        ),
        (
            "member: '*.csv'",
            "forms.faculty_study_advisers.member: means nothing in a workbook file; expected it with zip only",
        ),
        (
            "valid_from: 2021\n          valid_until: 2019",
            "forms.faculty_study_advisers.valid_until: ends before it begins (2021-2019); expected a year from "
            "valid_from on",
        ),
    ],
)
def test_a_form_that_does_not_is_told_with_what_was_likely_meant(folder: Path, form: str, said: str) -> None:
    assert told(folder, form) == [said]


def test_a_table_that_the_source_does_not_have_is_told(folder: Path) -> None:
    assert told(folder, "columns: {}", "faculty_study_adviser") == [
        "forms.faculty_study_adviser.table: there is no table of this source 'faculty_study_adviser'; expected one of "
        "faculty_study_advisers, bfr, evaluations; did you mean 'faculty_study_advisers'"
    ]


@pytest.mark.parametrize(
    ("form", "table", "said"),
    [
        ("date_formats: {submitted_on: '%d %B'}", "bfr", "'%d %B' does not tell year, month and day"),
        ("date_formats: {budget: '%Y%m%d'}", "bfr", "is money; expected a field of date"),
        ("values: {level: {eerste fase: Bachelr}}", "evaluations", "did you mean 'bachelor'"),
        ("constants: {respondent: R-1}", "evaluations", "identifies people"),
        ("unpivot: {name: question, value: question}", "evaluations", "name and value are the same field"),
    ],
)
def test_what_a_field_cannot_be_is_told(folder: Path, form: str, table: str, said: str) -> None:
    (problem,) = told(folder, form, table)
    assert said in problem


def test_headers_of_a_line_of_fixed_width_are_those_that_are_cut(folder: Path) -> None:
    form = (
        "slices: {nummer: [1, 9], jaar: [10, 4]}\n          columns: {numer: unit}\n          where: {jaar: ['2020']}"
    )
    assert told(folder, form, kind="fixed") == [
        "forms.faculty_study_advisers.columns: there is no slice 'numer'; expected one of nummer, jaar; did you mean "
        "'nummer'"
    ]
    assert "is fixed without slices in a form" in told(folder, "columns: {}", kind="fixed")[0]


@pytest.mark.parametrize(
    ("years", "overlap"),
    [
        ("valid_until: 2019|valid_from: 2020", False),
        ("valid_until: 2020|valid_from: 2020", True),
        ("valid_from: 2019|valid_from: 2021", True),
        ("valid_from: 2019\n          valid_until: 2019|valid_until: 2018", False),
        ("columns: {}|valid_from: 2021", True),
    ],
)
def test_two_forms_of_a_table_may_not_hold_in_one_year(folder: Path, years: str, overlap: bool) -> None:
    form = years.replace("|", "\n        - table: faculty_study_advisers\n          ")
    found = told(folder, form)
    assert bool(found) is overlap
    assert all("two forms hold in the same year" in line for line in found)


def test_a_profile_with_an_unreadable_list_does_not_blame_its_forms(folder: Path) -> None:
    (folder / "units.yaml").write_text("- {id: FGGA\n", encoding="utf-8")
    assert {line.split(",")[0] for line in told(folder, "constants: {unit: FGW}")} == {"units.yaml"}


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [
        (None, None, [2000, 2019, 2020, 2021, None]),
        (2020, None, [2020, 2021, None]),
        (None, 2020, [2000, 2019, 2020]),
        (2020, 2020, [2020]),
    ],
)
def test_a_form_holds_from_its_first_year_up_to_its_last(
    first: int | None, last: int | None, holds: list[int | None]
) -> None:
    form = Form(table="bfr", valid_from=first, valid_until=last)
    assert [year for year in (2000, 2019, 2020, 2021, None) if form.holds_in(year)] == holds


def test_the_columns_of_a_source_hold_for_its_forms_too() -> None:
    source = FileSource.model_validate(
        yaml.safe_load(
            """
            {kind: files, path: x, format: csv, tables: [bfr, evaluations], columns: {A: unit, B: theme},
             forms: [{table: bfr, columns: {B: measure}}]}
            """
        )
    )
    form, other = source.form("bfr", 2020), source.form("evaluations", 2020)
    assert form is not None
    assert other is not None
    assert form.columns == {"A": "unit", "B": "measure"}
    assert other.columns == {"A": "unit", "B": "theme"}


def test_a_group_that_is_ignored_gives_no_field() -> None:
    split = Split(header="h", pattern="(?P<fte>a)(?P<ignored>b)?(?P<ignored_too>c)?", example="abc")
    assert split.fields == ("fte",)


DOCUMENTED = Path(__file__).resolve().parents[2] / "docs" / "profile.md"
OF_FORMS = DOCUMENTED.read_text(encoding="utf-8").split("\n## Forms")[1].split("\n## ")[0]
BLOCKS = re.findall(r"```yaml\n(.*?)```", OF_FORMS, re.DOTALL)


@pytest.mark.parametrize("text", BLOCKS, ids=range(len(BLOCKS)))
def test_a_form_in_the_documentation_is_one_that_is_taken(text: str) -> None:
    entries = yaml.safe_load(text)
    forms = entries[0].get("forms", entries)
    keys = set().union(*forms)
    kind = "fixed" if "slices" in keys else "zip" if "member" in keys else "csv" if "where" in keys else "workbook"
    source = {"kind": "files", "path": "x", "format": kind, "tables": [form["table"] for form in forms], "forms": forms}
    source |= {key: value for key, value in entries[0].items() if key in ("path", "format", "tables", "locale")}
    assert list(form_problems(("feed",), FileSource.model_validate(source), {})) == []


def contradictions(**said: object) -> list[str]:
    source = {"kind": "files", "tables": ["bfr"], **said}
    faults = form_problems(("feed",), FileSource.model_validate(source), {})
    return [f"{fault.path[-1]}: {fault.found}; expected {fault.expected}" for fault in faults]


@pytest.mark.parametrize(
    ("kind", "path", "meant"),
    [
        ("workbook", "bfr/{reporting_year}-{round}.csv", "csv"),
        ("workbook", "bfr/{reporting_year}-{round}{suffix}.CSV", "csv"),
        ("csv", "bfr/{reporting_year}-{round}.xlsx", "workbook"),
        ("csv", "bfr/{reporting_year}.{round}.ods", "workbook"),
        ("csv", "bfr/{unit}.parquet", "parquet"),
        ("parquet", "bfr/{unit}.txt", "csv or fixed"),
        ("zip", "bfr/{unit}.xlsx", "workbook"),
        ("workbook", "bfr/{unit}.zip", "zip"),
    ],
)
def test_a_path_that_ends_as_files_of_another_kind_do_is_told(kind: str, path: str, meant: str) -> None:
    (said,) = contradictions(format=kind, path=path)
    assert f"expected {meant}, or a path that ends in" in said


@pytest.mark.parametrize(
    ("kind", "path"),
    [("workbook", "b/{unit}.XLSX"), ("workbook", "b/{unit}.xls"), ("csv", "b/{unit}.txt"), ("csv", "b/{unit}.export"),
     ("parquet", "b/{unit}"), ("zip", "b/{unit}{suffix}.zip"), ("csv", "b/{unit}.v2")],
)  # fmt: skip
def test_a_path_that_ends_as_its_kind_does_or_says_nothing_is_taken(kind: str, path: str) -> None:
    assert contradictions(format=kind, path=path) == []


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [("workbook", "delimiter", ","), ("parquet", "delimiter", "auto"), ("workbook", "encoding", "utf-8"),
     ("parquet", "encoding", "cp1252")],
)  # fmt: skip
def test_what_is_said_of_texts_means_nothing_of_other_files(kind: str, key: str, value: str) -> None:
    (said,) = contradictions(format=kind, path="x", **{key: value})
    assert f"{key}: means nothing in a {kind} file" in said


def test_every_key_of_a_form_is_documented() -> None:
    text = DOCUMENTED.read_text(encoding="utf-8")
    assert [key for key in Form.model_fields if f"`{key}`" not in text] == []
