"""Forms of a profile: what does not hold together is a problem of the profile, with what was likely meant."""

from __future__ import annotations

import re

import pytest
import yaml

from schemas.packages import ROOT
from schemas.profile.feeds import FileSource
from schemas.profile.form_checks import form_problems
from schemas.profile.forms import Form
from tests.schemas.profile.copies import ProfileCopy

TABLE = "faculty_study_advisers"
FEED = """
- id: adviezen
  nl: adviezen
  en: advice
  period: academic_year
  sources:
    - kind: files
      path: x/{{academic_year}}.x
      format: {kind}
      tables: [faculty_study_advisers, bfr, evaluations]
      forms:
        - table: {table}
          {form}
"""


def problems(copy: ProfileCopy, *forms: str, table: str = TABLE, kind: str = "workbook") -> list[str]:
    """The problems of a profile with these forms by their keys, each on a line; not that other feeds are gone."""
    keys = f"\n        - table: {table}\n          ".join(form.replace("\n", "\n          ") for form in forms)
    copy.write("feeds.yaml", FEED.format(kind=kind, table=table, form=keys))
    own = f"adviezen.sources.1.forms.{table}."
    return [
        f"{one.key.removeprefix(own)}: {one.sentence}" if own in one.key else str(one)
        for one in copy.problems()
        if not one.actual.startswith("no feed delivers")
    ]


@pytest.mark.parametrize(
    "form",
    [
        "columns: {Omvang: fte, Bezig: in_training}",
        "columns: {'Stand *': fte}\nignored: ['*']\nvalid_from: 2020",
        "constants: {unit: fda, fte: '0.5', certified: '2'}",
        "compose: {academic_year: '{jaar}-{volgend jaar}'}",
        "header: none\ncolumns: {'2': fte}\nwhere: {'1': [BRD]}",
        "joins: [{member: Codes, by: {code: id}, take: [naam]}]\ncolumns: {naam: unit}",
        "split: [{header: c, pattern: '(?P<certified>\\d+)(?P<ignored_rest>.*)', example: 12 x}]",
    ],
)
def test_a_form_that_holds_together_is_taken(copy: ProfileCopy, form: str) -> None:
    assert problems(copy, form) == []


UNITS = "one of FGGA, FdA, FA, FGW, FdR, FSW, FWN, LUMC, ICLON, HA"
NO_UNIT = "there is no unit (faculty or institute)"
NO_HEADER = "names no header; expected one in braces, as {Jaar}-10-01, or the value under constants"
MISTAKES = {
    "columns: {Omvang: ftee}": f"columns.Omvang: there is no field of {TABLE} 'ftee'; expected one of academic_year, "
    "unit, fte, fte_temporary, certified, in_training; did you mean 'fte'",
    "colums: {Omvang: fte}": f"colums: no such key; expected one of {', '.join(Form.model_fields)}; did you mean "
    "'columns'",
    "unpivot: {name: unit, value: fte, heders: {}}": "unpivot.heders: no such key; expected one of name, value, "
    "headers; did you mean 'headers'",
    "until: '(noot'": "until: is no regular expression (missing ), unterminated subpattern at position 0)",
    "split: [{header: c, pattern: '(?P<certified>\\d+)', example: twaalf}]": "split.1: the example 'twaalf' does not "
    "fit the pattern; expected one that does",
    "split: [{header: c, pattern: '\\d+', example: '12'}]": "split.1: the pattern has no named group; expected one for "
    "each field, as (?P<certified>\\d+)",
    "values: {fte: {yes: '1'}}": "values.fte.yes: is true; expected a text; put it in quotes",
    "empty: {fte: [0]}": "empty.fte: is 0; expected a text; put it in quotes",
    "compose: {academic_year: 2019-2020}": f"compose.academic_year: '2019-2020' {NO_HEADER}",
    "compose: {academic_year: '{jaar'}": f"compose.academic_year: '{{jaar' {NO_HEADER}",
    "constants: {unit: FGAA}": f"constants.unit: {NO_UNIT} 'FGAA'; expected {UNITS}; did you mean 'FGGA'",
    "constants: {fte: half}": "constants.fte: 'half' is no decimal; expected it as 6.5",
    "columns: {Eenheid: unit}\nconstants: {unit: FGW}": "columns: the field unit comes from columns and from "
    "constants; expected one of them",
    "scale: {unit: 1000}": "scale.unit: is text; expected a field of decimal or integer or money or number",
    "scale: {fte: 0}": "scale.fte: is 0; expected a number above 0",
    "unpivot: {name: fte, value: certified}": "unpivot: any header could be a value of fte; expected headers, which "
    "say which columns are meant",
    "unpivot: {name: unit, value: fte, headers: {Letteren: FGWW}}": f"unpivot.headers.Letteren: {NO_UNIT} 'FGWW'; "
    f"expected {UNITS}; did you mean 'FGW'",
    "header: none\ncolumns: {Omvang: fte}": "columns.Omvang: there is no header 'Omvang' in a file without headers; "
    "expected the number of the column, in quotes",
    "slices: {a: [1, 2]}": "slices: means nothing in a workbook file; expected it with fixed only",
    "member: '*.csv'": "member: means nothing in a workbook file; expected it with zip only",
    "valid_from: 2021\nvalid_until: 2019": "valid_until: ends before it begins (2021-2019); expected a year from "
    "valid_from on",
}


@pytest.mark.parametrize(
    ("form", "problem"), MISTAKES.items(), ids=[problem.partition(":")[0] for problem in MISTAKES.values()]
)
def test_a_form_that_does_not_is_a_problem(copy: ProfileCopy, form: str, problem: str) -> None:
    assert problems(copy, form) == [problem]


@pytest.mark.parametrize(
    ("form", "table", "part"),
    [
        ("date_formats: {submitted_on: '%d %B'}", "bfr", "'%d %B' does not tell year, month and day"),
        ("date_formats: {budget: '%Y%m%d'}", "bfr", "is money; expected a field of date"),
        ("values: {level: {eerste fase: Bachelr}}", "evaluations", "did you mean 'bachelor'"),
        ("constants: {respondent: R-1}", "evaluations", "identifies people"),
        ("unpivot: {name: question, value: question}", "evaluations", "name and value are the same field"),
        ("columns: {}", "faculty_study_adviser", "did you mean 'faculty_study_advisers'"),
        ("slices: {nummer: [1, 9]}\ncolumns: {numer: unit}", "fixed", "did you mean 'nummer'"),
        ("columns: {}", "fixed", "is fixed without slices in a form"),
    ],
)
def test_a_form_says_what_its_table_or_kind_of_file_can_be(copy: ProfileCopy, form: str, table: str, part: str) -> None:
    of = {"kind": "fixed"} if table == "fixed" else {"table": table}
    (problem, *_) = problems(copy, form, **of)
    assert part in problem


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ("valid_until: 2019", "valid_from: 2020", False),
        ("valid_until: 2020", "valid_from: 2020", True),
        ("valid_from: 2019", "valid_from: 2021", True),
        ("valid_from: 2019\nvalid_until: 2019", "valid_until: 2018", False),
        ("columns: {}", "valid_from: 2021", True),
    ],
)
def test_two_forms_of_a_table_may_not_hold_in_one_year(
    copy: ProfileCopy, first: str, second: str, overlap: bool
) -> None:
    two = problems(copy, first, second)
    assert bool(two) is overlap
    assert all("two forms hold in the same year" in one for one in two)


def test_a_profile_with_an_unreadable_list_does_not_blame_its_forms(copy: ProfileCopy) -> None:
    copy.write("units.yaml", "- {id: FGGA\n")
    assert [one.partition(",")[0] for one in problems(copy, "constants: {unit: FGW}")] == ["units.yaml"]


def of_source(**keys: object) -> list[str]:
    source = FileSource.model_validate({"kind": "files", "tables": ["bfr"], "path": "x", **keys})
    return [f"{one.path[-1]}: {one.actual}; expected {one.expected}" for one in form_problems(("feed",), source, {})]


@pytest.mark.parametrize(
    ("kind", "ending", "meant"),
    [
        *(("workbook", "csv", "csv"), ("workbook", "CSV", "csv"), ("workbook", "zip", "zip")),
        *(("csv", "xlsx", "workbook"), ("csv", "ods", "workbook"), ("csv", "parquet", "parquet")),
        *(("parquet", "txt", "csv or fixed"), ("zip", "xlsx", "workbook")),
        *(("workbook", "XLSX", ""), ("workbook", "xls", ""), ("csv", "txt", ""), ("csv", "export", "")),
        *(("zip", "zip", ""), ("csv", "v2", "")),
    ],
)
def test_a_path_ends_as_files_of_its_kind_do(kind: str, ending: str, meant: str) -> None:
    for path in ("bfr/{reporting_year}-{round}{suffix}", "bfr/{reporting_year}.{round}", "b/{unit}"):
        problems = of_source(format=kind, path=f"{path}.{ending}")
        assert [f"expected {meant}, or a path that ends in" in one for one in problems] == [True] * bool(meant)
        assert of_source(format=kind, path=path) == [], "an ending that is not there is none"


@pytest.mark.parametrize("kind", ["workbook", "parquet"])
@pytest.mark.parametrize(("key", "value"), [("delimiter", ","), ("encoding", "utf-8")])
def test_what_is_a_key_of_texts_means_nothing_of_other_files(kind: str, key: str, value: str) -> None:
    (problem,) = of_source(format=kind, **{key: value})
    assert problem.startswith(f"{key}: means nothing in a {kind} file")


DOCUMENTED = (ROOT / "docs" / "profile.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", DOCUMENTED.split("\n## Forms")[1].split("\n## ")[0], re.DOTALL)


@pytest.mark.parametrize("text", BLOCKS, ids=range(len(BLOCKS)))
def test_a_form_in_the_documentation_is_one_that_is_taken(text: str) -> None:
    entries = yaml.safe_load(text)
    forms = entries[0].get("forms", entries)
    keys = set().union(*forms)
    kind = "fixed" if "slices" in keys else "zip" if "member" in keys else "csv" if "where" in keys else "workbook"
    source = {"format": kind, "tables": [form["table"] for form in forms], "forms": forms}
    source |= {key: value for key, value in entries[0].items() if key in ("path", "format", "tables", "locale")}
    assert of_source(**source) == []


def test_every_key_of_a_form_is_documented() -> None:
    assert [key for key in Form.model_fields if f"`{key}`" not in DOCUMENTED] == []
