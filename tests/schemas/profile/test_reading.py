"""The files of a profile as texts: missing, empty, in another encoding, no YAML, no CSV, or of no use to anybody."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
import yaml

from schemas.packages import ROOT
from schemas.profile.files import FILES
from schemas.profile.reading import Reading
from tests.schemas.profile.copies import ProfileCopy, begins, message

IN_FOLDER = "the file is missing; expected it in the profile's folder"
EMPTY = "the file is empty; expected its entries"
SAVE = "expected UTF-8; save it again as UTF-8; in Excel that is ‘CSV UTF-8’"


@pytest.mark.parametrize("file", [file.name for file in FILES if file.needed])
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, IN_FOLDER),
        (b"\n", EMPTY),
        (b"# later\n", EMPTY),
        ("id: oriëntatie".encode("cp1252"), f"text that is not in UTF-8, probably in windows-1252; {SAVE}"),
        ("id: oriëntatie".encode("utf-16"), f"text in UTF-16; {SAVE}"),
        (b"\xff\0", "not readable as text; expected UTF-8; replace it by a text file"),
    ],
    ids=["missing", "empty", "comments", "windows-1252", "utf-16", "binary"],
)
def test_a_needed_file_that_cannot_be_read_is_the_only_problem(
    copy: ProfileCopy, file: str, content: bytes | None, problem: str
) -> None:
    path = copy.folder / file
    path.unlink() if content is None else path.write_bytes(content)
    assert copy.messages() == [f"{file}: {problem}"]


def test_a_file_that_need_not_be_there_may_not_be_empty(copy: ProfileCopy) -> None:
    for name in ("plan.csv", "misprints.yaml"):
        (copy.folder / name).unlink()
    contents = copy.contents()
    assert (contents.plan, contents.misprints, copy.problems()) == ((), (), [])
    copy.write("plan.csv", "\n")
    assert copy.messages() == [f"plan.csv: {EMPTY}"]


def test_a_mark_of_a_windows_editor_is_left_out_and_a_plain_date_is_read_as_a_text(copy: ProfileCopy) -> None:
    copy.edit("profile.yaml", 'profile_version: "2020.1"', "profile_version: 2020-02-30")
    for name in ("plan.csv", "units.yaml"):
        path = copy.folder / name
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    reading = Reading(copy.folder)
    contents = reading.contents()
    assert (len(contents.plan), reading.faults, reading.written_in) == (30, [], 2)
    assert contents.institution is not None
    assert contents.institution.profile_version == "2020-02-30"


@pytest.mark.parametrize(
    ("file", "text", "line", "start"),
    [
        ("units.yaml", "- id: A\n\tnl: a\n", 2, "begins with a tab; expected spaces"),
        ("units.yaml", "- id: A\n  nl: a: b\n", 2, "not readable as YAML; …put a text that holds a colon in quotes"),
        ("units.yaml", "- id: A\n  nl: !a b\n", 2, "not readable as YAML; expected plain keys and values; put what"),
        (
            "units.yaml",
            "- id: A\n  nl: [open\n- id: B\n",
            3,
            "not readable as YAML; expected keys and values, indented",
        ),
        ("units.yaml", "- {id: FGGA\n", 2, "not readable as YAML"),
        ("units.yaml", "- id: A\n  nl: a\x01b\n", 2, "holds a character that does not show"),
        ("units.yaml", "a: 1\n", 1, "holds no list; expected entries that each begin with a hyphen"),
        ("units.yaml", "units: " + "[" * 100_000, 1, "lists and keys lie too deep within each other"),
        ("units.yaml", "units: " + "{a: " * 100_000, 1, "lists and keys lie too deep within each other"),
        ("units.yaml", "- " * 100_000, 1, "lists and keys lie too deep within each other"),
        ("plan.csv", 'version,theme,year,amount\n"original,guidance,2019,1\n', 2, "not readable as CSV from here on"),
    ],
    ids=lambda one: one[:20].strip() if isinstance(one, str) else None,
)
def test_a_text_that_nobody_can_read_is_the_only_problem(
    copy: ProfileCopy, file: str, text: str, line: int, start: str
) -> None:
    copy.write(file, text)
    problem = copy.problem()
    assert (problem.file, problem.line) == (file, line)
    assert begins(message(problem), f"{file}: {start}")


def test_every_key_that_stands_there_twice_is_a_problem_with_the_line_of_the_first(copy: ProfileCopy) -> None:
    first = copy.edit("profile.yaml", "threshold: 5", "threshold: 5\n  threshold: 1")
    other = copy.edit("units.yaml", "council: student_council", "council: student_council\n  council: faculty_council")
    assert [(one.line, one.key, one.actual, one.hint) for one in copy.problems()] == [
        (first + 1, "disclosure.threshold", "the key 'threshold' stands there twice", f"it is in line {first} as well"),
        (other + 1, "LUMC.council", "the key 'council' stands there twice", f"it is in line {other} as well"),
    ]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("units.yaml", "nl: Faculteit der Geesteswetenschappen", 'nl: "Faculteit \\e[31m der \\u202e letteren"'),
        ("programmes.csv", ",ba,", "\x1b[31m,ba,"),
    ],
)
def test_a_sign_that_steers_a_terminal_is_a_problem_and_is_not_shown(
    copy: ProfileCopy, file: str, old: str, new: str
) -> None:
    line = copy.edit(file, old, new)
    problems = [one for one in copy.problems() if "does not show" in one.actual]
    assert [(one.file, one.line) for one in problems] == [(file, line)]
    assert all(str(one).isprintable() for one in problems)


@pytest.mark.parametrize(
    ("name", "instead_of", "problem"),
    [
        ("indicator.yaml", "", "indicator.yaml: is no file of a profile"),
        ("notes.csv", "", "notes.csv: is no file of a profile"),
        ("feeds.yml", "", "feeds.yml: is no file of a profile; …did you mean 'feeds.yaml'"),
        ("Measures.yaml", "measures.yaml", "Measures.yaml: is no file…; …did you mean 'measures.yaml'"),
        ("unit.yaml", "units.yaml", f"units.yaml: {IN_FOLDER}; rename unit.yaml, if that is it"),
    ],
)
def test_a_file_that_nobody_reads_is_one_mistake(copy: ProfileCopy, name: str, instead_of: str, problem: str) -> None:
    copy.write("README.md", "About this profile: other files are left alone.")
    assert copy.problems() == []
    if instead_of:
        (copy.folder / instead_of).unlink()
    copy.write(name, "- {id: a}\n")
    assert begins(message(copy.problem()), problem)


def test_whatever_stands_in_the_place_of_a_value_is_a_problem_and_breaks_nothing(copy: ProfileCopy) -> None:
    strange = [None, [], {}, "", 0, True, -1, "x y", [None], {"a": {"b": None}}, [[1]], {1: 2}, 1e308, "2020-02-30"]
    example = ProfileCopy(ROOT / "docs" / "profile" / "example")
    for file in copy.folder.glob("*.*"):
        file.unlink()
    for path in example.folder.iterdir():
        copy.write(path.name, example.text(path.name))
    wrong = 0
    for path in sorted(copy.folder.glob("*.yaml")):
        right = yaml.safe_load(copy.text(path.name))
        for number, place in enumerate(_places(right, ())):
            if number % 3 == 0:
                data = deepcopy(right)
                _put(data, place, strange[(number // 3) % len(strange)])
                copy.write(path.name, yaml.safe_dump(data, allow_unicode=True, sort_keys=False))
                problems = copy.problems()
                wrong += bool(problems)
                assert all(one.actual and one.line >= 0 and "Input" not in str(one) for one in problems)
        copy.write(path.name, example.text(path.name))
    assert wrong > 40


def _places(data: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from _places(value, (*path, key))


def _put(data: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        data = data[key]
    data[path[-1]] = value
