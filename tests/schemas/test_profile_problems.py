"""Every mistake in a profile is told at once: file, line and key, what was found, what was expected, what was meant."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas.problems import Problem
from schemas.profile import profile_folder
from schemas.profile.loading import read_profile

Edit = Callable[[str, str, str], int]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of Leiden's profile, to be broken."""
    return Path(shutil.copytree(profile_folder("leiden"), tmp_path / "profile"))


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Replaces a text once; gives the line in which the new text begins."""

    def replace(file: str, old: str, new: str) -> int:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} no longer holds {old!r}: the test breaks nothing"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    return replace


def problems(folder: Path) -> list[Problem]:
    return read_profile(folder)[1]


def the_problem(folder: Path) -> Problem:
    found = problems(folder)
    assert len(found) == 1, [str(one) for one in found]
    return found[0]


def test_ten_mistakes_give_ten_exact_messages_in_one_go(folder: Path, edit: Edit) -> None:
    sector = edit("profile.yaml", "sector: wo", "sector: WO")
    date = edit("profile.yaml", 'student_reference_date: "10-01"', 'student_reference_date: "02-30"')
    key = edit("units.yaml", "  aliases: [FA]", "  aliasses: [FA]")
    parts = edit("themes.yaml", "national: {nl_intensive: 1}", "national: {nl_intensive: 0.5}")
    theme = edit("measures.yaml", "theme: guidance", "theme: guidence")
    twice = edit("questions.yaml", "id: study_load", "id: organisation")
    direction = edit("indicators.yaml", "direction: lower_is_better", "direction: lower_better")
    kind = edit("feeds.yaml", "kind: sql", "kind: sq")
    form = edit("feeds.yaml", "format: parquet", "format: parket")
    amount = edit("plan.csv", "original,guidance,2020,771000.00", "original,guidance,2020,771.000,00")
    first = (folder / "questions.yaml").read_text(encoding="utf-8").split("- id: organisation")[0].count("\n") + 1

    assert problems(folder) == [
        Problem("profile.yaml", sector, "sector", "is 'WO'", "one of wo, hbo, other", "did you mean 'wo'"),
        Problem(
            "profile.yaml",
            date,
            "student_reference_date",
            "is '02-30', which is no day of every year",
            'a month and a day as MM-DD in quotes, such as "10-01"',
        ),
        Problem(
            "units.yaml",
            key,
            "FdA.aliasses",
            "no such key",
            "one of id, nl, en, council, parent, valid_from, valid_until, becomes, aliases, contact",
            "did you mean 'aliases'",
        ),
        Problem("themes.yaml", parts, "themes.intensive.national", "the parts add up to 0.5", "1"),
        Problem(
            "measures.yaml",
            theme,
            "professional_advisers.theme",
            "there is no theme 'guidence'",
            "one of intensive, differentiation, guidance, teaching_quality, study_success, facilities",
            "did you mean 'guidance'",
        ),
        Problem(
            "questions.yaml",
            twice,
            "organisation.id",
            "'organisation' stands there twice",
            "it once",
            f"it is in line {first} as well",
        ),
        Problem(
            "indicators.yaml",
            direction,
            "student_staff_ratio.direction",
            "is 'lower_better'",
            "one of higher_is_better, lower_is_better, neutral",
            "did you mean 'lower_is_better'",
        ),
        Problem("feeds.yaml", kind, "bfr.sources.1.kind", "is 'sq'", "one of files, sql", "did you mean 'sql'"),
        Problem(
            "feeds.yaml",
            form,
            "evaluations.sources.1.format",
            "is 'parket'",
            "one of workbook, csv, fixed, parquet, zip",
            "did you mean 'parquet'",
        ),
        Problem("plan.csv", amount, "", "another number of values than columns", "4, with a point in amounts"),
    ]


def test_a_problem_is_written_with_all_its_parts() -> None:
    whole = Problem("units.yaml", 3, "A.council", "there is no council 'x'", "one of y", "did you mean 'y'")
    assert str(whole) == "units.yaml, line 3: A.council: there is no council 'x'; expected one of y; did you mean 'y'"
    assert str(Problem("units.yaml", 0, "", "the file is missing")) == "units.yaml: the file is missing"


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "said"),
    [
        ("profile.yaml", "first_year: 2019", "first_year: negentien", "first_year", "is 'negentien', which is no year"),
        ("profile.yaml", "first_year: 2019", "first_year:", "first_year", "has no value; expected a year from 2000"),
        ("profile.yaml", "last_year: 2024", "last_year: 2018", "last_year", "is 2018, before first_year 2019"),
        ("profile.yaml", "[nl, en]", "[nl, nl]", "languages", "'nl' stands there twice; expected it once"),
        ("profile.yaml", "[nl, en]", "[nl, de]", "languages", "is 'de'; expected one of nl, en"),
        ("profile.yaml", "[nl, en]", "[]", "languages", "is an empty list; expected a list of at least one entry"),
        ("profile.yaml", "[nl, en]", "nl", "languages", "is 'nl'; expected a list of at least one entry"),
        (
            "profile.yaml",
            "Europe/Amsterdam",
            "Europe/Amsterdm",
            "timezone",
            "is 'Europe/Amsterdm'; expected a time zone such as Europe/Amsterdam; did you mean 'Europe/Amsterdam'",
        ),
        (
            "profile.yaml",
            "owner: team:quality-agreements",
            "owner: quality",
            "owner",
            "is 'quality', which is no owner; expected team: and the name of a team, or a mailbox",
        ),
        ("profile.yaml", "month: 9, round: 2", "month: 3, round: 2", "cycles.3.month", "two cycles run in month 3"),
        (
            "profile.yaml",
            "round: 2, spending_year: 0, indicator",
            "round: 2, indicator",
            "cycles.9",
            "does not fit together; expected `round` and `spending_year` together",
        ),
        ("profile.yaml", 'profile_version: "2020.1"', "profile_version: 2020.1", "profile_version", "put it in quotes"),
        ("profile.yaml", "publish_explanations: true", "publish_explanations: ja", "spending", "true or false"),
        ("profile.yaml", "contact: kw", "contact: a@b, kw", "notices.contact", "which is no mailbox"),
        ("themes.yaml", "funded: false", "fundd: false", "themes.facilities.fundd", "did you mean 'funded'"),
        ("indicators.yaml", 'reference_date: "10-01"', 'reference_date: "10-32"', "student_staff", "no day of every"),
        ("indicators.yaml", "kind: ratio", "knd: ratio", "student_staff_ratio.knd", "did you mean 'kind'"),
        ("feeds.yaml", "period: round", "period: rounds", "bfr.period", "did you mean 'round'"),
        ("feeds.yaml", "locale: nl", "locale: NL", "decisions.sources.1.locale", "did you mean 'nl'"),
        ("feeds.yaml", 'month_day: "05-15"', 'month_day: "06-31"', "bfr.deadlines.1.month_day", "is '06-31'"),
        ("feeds.yaml", '    0: {month_day: "12-31"', '    1: {month_day: "12-31"', "faculty_report", "no round 1"),
        ("programmes.csv", ",true,FGGA", ",waar,FGGA", "funded", "is 'waar'; expected true or false"),
        ("misprints.yaml", "table: indicators", "table: indicator", "1.table", "did you mean 'indicators'"),
        ("misprints.yaml", "indicator: bko_share", "indicator: bko_shar", "2.indicator", "did you mean 'bko_share'"),
    ],
)
def test_a_mistake_is_told_at_its_line_in_plain_words(
    folder: Path, edit: Edit, file: str, old: str, new: str, key: str, said: str
) -> None:
    line = edit(file, old, new)

    problem = the_problem(folder)

    assert (problem.file, problem.line) == (file, line)
    assert problem.key.startswith(key)
    assert said in problem.said
    assert "Input should" not in str(problem)
    assert "valid" not in problem.said.replace("valid_", "")


def test_a_key_that_belongs_in_an_entry_within_is_told_where(folder: Path, edit: Edit) -> None:
    edit("profile.yaml", "sector: wo", "sector: wo\nthreshold: 5")

    assert the_problem(folder).hint == "it belongs under disclosure"


def test_a_key_that_is_near_one_of_an_entry_within_is_told_which(folder: Path, edit: Edit) -> None:
    edit("profile.yaml", "sector: wo", "sector: wo\ntreshold: 5")

    assert the_problem(folder).hint == "did you mean 'disclosure.threshold'"


@pytest.mark.parametrize(
    ("file", "old", "new", "hint"),
    [
        (
            "feeds.yaml",
            "      locale: nl\n",
            "      locale: nl\n      required: false\n",
            "it belongs with the entry itself",
        ),
        ("feeds.yaml", "  period: round\n", "  period: round\n  unpivot: {}\n", "it belongs under sources.forms"),
        (
            "measures.yaml",
            "theme: guidance",
            "theme: Meer en betere begeleiding van studenten",
            "did you mean 'guidance'",
        ),
        ("measures.yaml", "units: [FGW, FSW]", "units: [FGW, Leiden Law School]", "did you mean 'FdR'"),
    ],
)
def test_what_is_right_elsewhere_or_by_another_name_is_told_so(
    folder: Path, edit: Edit, file: str, old: str, new: str, hint: str
) -> None:
    edit(file, old, new)

    assert the_problem(folder).hint == hint


def test_whatever_stands_in_the_place_of_a_value_is_told_and_breaks_nothing(tmp_path: Path) -> None:
    example = Path(__file__).resolve().parents[2] / "docs" / "profile" / "example"
    folder = Path(shutil.copytree(example, tmp_path / "example"))
    strange = [None, [], {}, "", 0, True, -1, "x y", [None], {"a": {"b": None}}, [[1]], {1: 2}, 1e308, "2020-02-30"]
    told = 0
    for path in sorted(folder.glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        right = yaml.safe_load(text)
        for number, place in enumerate(_places(right, ())):
            if number % 3 == 0:
                data = deepcopy(right)
                _put(data, place, strange[(number // 3) % len(strange)])
                path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
                found = problems(folder)
                told += bool(found)
                assert all(one.found and one.line >= 0 and "Input" not in str(one) for one in found)
        path.write_text(text, encoding="utf-8")
    assert told > 40


def _places(data: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from _places(value, (*path, key))


def _put(data: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        data = data[key]
    data[path[-1]] = value


def test_a_key_that_is_misspelled_is_not_missing_as_well(folder: Path, edit: Edit) -> None:
    edit("profile.yaml", "owner:", "onwer:")

    assert the_problem(folder).hint == "did you mean 'owner'"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [("profile.yaml", "\ncouncils:", "\nconcils:"), ("themes.yaml", "\nnational:", "\nnationall:")],
)
def test_what_stands_under_a_misspelled_key_is_known_all_the_same(
    folder: Path, edit: Edit, file: str, old: str, new: str
) -> None:
    edit(file, old, new)

    assert the_problem(folder).found == "no such key"


def test_one_mistake_does_not_hide_the_others_of_an_entry_or_of_what_refers_to_it(folder: Path, edit: Edit) -> None:
    edit("units.yaml", "  council: student_council", "  council: senate\n  color: red")
    edit("profile.yaml", "sector: wo", "sector: university\nfirst: 2019")
    edit("plan.csv", "original,guidance,2020", "original,guidance,2030")
    edit("indicators.yaml", "not_in: [LUMC]", "not_in: [LUMK]")

    assert [(one.file, one.key, one.found) for one in problems(folder)] == [
        ("profile.yaml", "sector", "is 'university'"),
        ("profile.yaml", "first", "no such key"),
        ("units.yaml", "LUMC.council", "there is no council of profile.yaml 'senate'"),
        ("units.yaml", "LUMC.color", "no such key"),
        ("indicators.yaml", "student_staff_ratio.numerator.where.unit.not_in", _NO_UNIT),
        ("plan.csv", "year", "is 2030"),
    ]


_NO_UNIT = "there is no unit (faculty or institute) 'LUMK'"


def test_what_follows_from_a_mistake_is_not_told_beside_it(folder: Path, edit: Edit) -> None:
    edit("profile.yaml", "first_year: 2019", "first_year: 1019")
    edit("feeds.yaml", "tables: [staff]", "tables: [staf]")

    assert [one.key for one in problems(folder)] == ["first_year", "staff.sources.1.tables"]


@pytest.mark.parametrize(
    ("file", "old", "new", "key"),
    [
        ("units.yaml", "id: FGW", "id: F G W", "F G W.id"),
        ("themes.yaml", "id: guidance", "id: ''", "themes.3.id"),
        ("themes.yaml", "national:\n  - id: nl_intensive", "national: x\nother:\n  - id: nl_intensive", "national"),
        ("profile.yaml", "id: faculty_council", "id: [faculty_council]", "councils.1.id"),
        ("questions.yaml", "- id: field_skills", "- nr: field_skills", "6.id"),
    ],
)
def test_where_a_name_is_wrong_what_refers_to_it_is_not_blamed(
    folder: Path, edit: Edit, file: str, old: str, new: str, key: str
) -> None:
    edit(file, old, new)

    found = problems(folder)

    assert {one.file for one in found} == {file}
    assert key in [one.key for one in found]


@pytest.mark.parametrize(
    ("name", "instead_of", "said"),
    [
        ("indicator.yaml", "", "is no file of a profile"),
        ("feeds.yml", "", "did you mean 'feeds.yaml'"),
        ("Measures.yaml", "measures.yaml", "did you mean 'measures.yaml'"),
        ("notes.csv", "", "is no file of a profile"),
    ],
)
def test_a_file_that_nobody_reads_is_told(folder: Path, name: str, instead_of: str, said: str) -> None:
    if instead_of:
        (folder / instead_of).unlink()
    (folder / name).write_text("- {id: a}\n", encoding="utf-8")

    assert (the_problem(folder).file, said in the_problem(folder).said) == (name, True)


def test_other_files_and_folders_are_left_alone(folder: Path) -> None:
    (folder / "README.md").write_text("About this profile.", encoding="utf-8")

    assert problems(folder) == []


def test_a_needed_file_by_another_name_is_one_mistake(folder: Path) -> None:
    (folder / "units.yaml").rename(folder / "unit.yaml")

    assert str(the_problem(folder)) == (
        "units.yaml: the file is missing; expected it in the profile's folder; rename unit.yaml, if that is it"
    )


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("- id: A\n\tnl: a\n", 2, "begins with a tab; expected spaces"),
        ("- id: A\n  nl: a: b\n", 2, "put a text that holds a colon in quotes"),
        ("- id: A\n  nl: !a b\n", 2, "expected plain keys and values"),
        ("- id: A\n  nl: [open\n- id: B\n", 3, "not readable as YAML"),
        ("- id: A\n  nl: a\x01b\n", 2, "holds a character that does not show"),
        ("a: 1\n", 1, "holds no list; expected entries that each begin with a hyphen"),
    ],
)
def test_a_text_that_is_no_yaml_is_told_by_its_line(folder: Path, text: str, line: int, said: str) -> None:
    (folder / "units.yaml").write_text(text, encoding="utf-8")

    problem = the_problem(folder)

    assert (problem.file, problem.line) == ("units.yaml", line)
    assert said in problem.said


def test_every_key_that_stands_there_twice_is_told_with_the_line_of_the_first(folder: Path, edit: Edit) -> None:
    first = edit("profile.yaml", "threshold: 5", "threshold: 5\n  threshold: 1")
    other = edit("units.yaml", "  council: student_council", "  council: student_council\n  council: faculty_council")

    assert [(one.line, one.found, one.hint) for one in problems(folder)] == [
        (first + 1, "the key 'threshold' stands there twice", f"it is in line {first} as well"),
        (other + 1, "the key 'council' stands there twice", f"it is in line {other} as well"),
    ]


@pytest.mark.parametrize("day", ["02-29", "02-30", "04-31", "13-01", "00-10", "1-10", "10-1"])
def test_a_day_that_not_every_year_has_is_refused(folder: Path, edit: Edit, day: str) -> None:
    edit("profile.yaml", 'student_reference_date: "10-01"', f'student_reference_date: "{day}"')

    assert the_problem(folder).found == f"is '{day}', which is no day of every year"


def test_a_plain_date_is_read_as_a_text_and_not_as_a_day(folder: Path, edit: Edit) -> None:
    edit("profile.yaml", 'profile_version: "2020.1"', "profile_version: 2020-02-30")

    contents, found = read_profile(folder)

    assert found == []
    assert contents.institution is not None
    assert contents.institution.profile_version == "2020-02-30"


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_a_file_that_goes_deeper_than_any_profile_is_told_and_not_followed(folder: Path, opening: str) -> None:
    (folder / "units.yaml").write_text(f"units: {opening * 100_000}" if opening != "- " else opening * 100_000)
    found = read_profile(folder)[1]
    deep = [one for one in found if "too deep" in one.found]
    assert [(one.file, one.line) for one in deep] == [("units.yaml", 1)]


def test_a_sign_that_steers_a_terminal_is_told_with_its_line_and_not_shown(folder: Path, edit: Edit) -> None:
    line = edit("units.yaml", "nl: Faculteit der Geesteswetenschappen", 'nl: "Faculteit \\e[31m der \\u202e letteren"')
    found = [one for one in read_profile(folder)[1] if "does not show" in one.found]
    assert [(one.file, one.line) for one in found] == [("units.yaml", line)]
    assert all(str(one).isprintable() for one in found)


def test_a_sign_that_steers_a_terminal_is_told_in_a_table_as_well(folder: Path) -> None:
    path = folder / "programmes.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0], lines[1] + "\x1b[31m", *lines[2:]]) + "\n", encoding="utf-8")
    found = [one for one in read_profile(folder)[1] if "does not show" in one.found]
    assert [(one.file, one.line) for one in found] == [("programmes.csv", 2)]


@pytest.mark.parametrize(
    ("old", "new", "key", "found"),
    [
        ("expected: [FGGA, FdA,", "expected: [FGGX, FdA,", "panels.expected", "there is no unit 'FGGX'"),
        (
            "{subject: bfr, decision: discussed}",
            "{subject: bfr, decision: discussed, council: senate}",
            "consultations.2.council",
            "there is no council of profile.yaml 'senate'",
        ),
        (
            "{subject: bfr, decision: discussed}",
            "{subject: bfr, decision: agreed}",
            "consultations.2.decision",
            "is 'agreed'",
        ),
    ],
)
def test_what_is_expected_is_expected_of_units_and_councils_that_are_there(
    folder: Path, edit: Edit, old: str, new: str, key: str, found: str
) -> None:
    edit("profile.yaml", old, new)
    told = the_problem(folder)
    assert (told.key, told.found) == (key, found)


def test_a_measure_does_not_end_before_it_begins(folder: Path, edit: Edit) -> None:
    edit(
        "measures.yaml",
        "  en: Smaller teaching groups\n",
        "  en: Smaller teaching groups\n  valid_from: 2022\n  valid_until: 2021\n",
    )
    assert "valid_until in or after the year of valid_from" in str(the_problem(folder))
