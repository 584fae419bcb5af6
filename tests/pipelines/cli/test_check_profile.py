"""`check-profile` and `migrate-profile`: what people see, what programs read, and the exit code."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.cli.check_profile import WRONG
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.profile.files import FILES, Form
from schemas.profile.loading import load_profile, profile_folder
from tests.schemas.profile.copies import ProfileCopy

OLD = ("profile.yaml", "format_version: 2", "format_version: 1")
Call = Callable[..., tuple[int, str]]


@pytest.fixture
def copy(tmp_path: Path) -> ProfileCopy:
    return ProfileCopy(Path(shutil.copytree(profile_folder("leiden"), tmp_path / "profile")))


@pytest.fixture
def call(copy: ProfileCopy, capsys: pytest.CaptureFixture[str]) -> Call:
    """The exit code of a command about the copy, and what it shows."""

    def run(command: str, *options: str, folder: Path = copy.folder) -> tuple[int, str]:
        code = int(kwaliteitsmonitor.main([command, str(folder), *options]))
        shown = capsys.readouterr()
        return code, shown.out + shown.err

    return run


def test_a_profile_that_is_fine_is_summed_up_and_of_another_every_problem_is_listed_under_its_file(
    copy: ProfileCopy, call: Call
) -> None:
    code, text = call("check-profile")
    assert (code, "no problems" in text) == (0, True)
    assert "Universiteit Leiden / Leiden University, 2019-2024" in text
    assert "theme facilities has no measures and no indicators and no money" in text
    copy.edit("profile.yaml", "sector: wo", "sector: WO")
    copy.edit("units.yaml", "student_council", "student_concil")
    code, text = call("check-profile")
    lines = [line.strip() for line in text.splitlines()]
    assert code == WRONG == 2
    assert lines.index(f"{copy.folder}/profile.yaml") < lines.index(f"{copy.folder}/units.yaml")
    assert {"did you mean 'wo'", "did you mean 'student_council'"} < {*lines}
    assert lines[-1] == f"{copy.folder}: 2 problems."


def test_a_program_reads_the_same_as_json(copy: ProfileCopy, call: Call) -> None:
    code, fine = call("check-profile", "--json")
    line = copy.edit("profile.yaml", "sector: wo", "sector: WO")
    wrong = call("check-profile", "--json")
    assert (code, wrong[0]) == (0, WRONG)
    assert (json.loads(fine)["problems"], json.loads(fine)["holds"]["parts"]["units"]["count"]) == ([], 9)
    problem = {"file": "profile.yaml", "line": line, "key": "sector", "found": "is 'WO'"}
    problem |= {"expected": "one of wo, hbo, other", "hint": "did you mean 'wo'"}
    assert json.loads(wrong[1])["problems"] == [problem]


def test_a_folder_without_its_first_file_is_checked_and_one_without_any_is_refused(
    copy: ProfileCopy, call: Call, tmp_path: Path
) -> None:
    (copy.folder / "profile.yaml").unlink()
    for folder, sentence in ((copy.folder, "the file is missing"), (tmp_path, "there is no institution")):
        code, text = call("check-profile", folder=folder)
        assert (code, sentence in text) == (2, True)


def test_migrating_shows_first_and_writes_with_an_option(copy: ProfileCopy, call: Call) -> None:
    def files() -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in copy.folder.iterdir() if path.is_file()}

    today = files()
    copy.edit(*OLD)
    note = "it is written in format 1; `kwaliteitsmonitor migrate-profile` rewrites it in 2"
    assert note in json.loads(call("check-profile", "--json")[1])["holds"]["notes"]
    copy.edit("themes.yaml", "national: {nl_guidance: 1}", "national: [nl_guidance, nl_study_success]")
    old = files()
    code, shown = call("migrate-profile")
    assert (code, files()) == (0, old), "shown, not written"
    assert "+format_version: 2" in shown
    assert "+    national: {nl_guidance: 0.5, nl_study_success: 0.5}" in shown
    assert "assumed equal parts (0.5, 0.5) of the theme for nl_guidance, nl_study_success" in shown

    assert call("migrate-profile", "--write")[0] == 0
    now = files()
    assert {name for name in now if now[name] != today[name]} == {"themes.yaml"}
    assert now.keys() == today.keys(), "nothing is left beside the files"
    assert load_profile(copy.folder).themes[2].national.keys() == {"nl_guidance", "nl_study_success"}
    code, shown = call("migrate-profile")
    assert (code, "nothing to do" in shown) == (0, True)


@pytest.mark.parametrize("version", ["0", "3"])
def test_a_format_that_is_not_known_is_not_migrated(copy: ProfileCopy, call: Call, version: str) -> None:
    copy.edit("profile.yaml", "format_version: 2", f"format_version: {version}")
    code, text = call("migrate-profile", "--write")
    assert (code, f"format {version} is not known here" in text) == (2, True)


def test_the_schemas_for_editors_are_written_into_a_folder(copy: ProfileCopy, call: Call, tmp_path: Path) -> None:
    to = tmp_path / "a" / "schemas"
    assert call("check-profile", "--schemas", str(to))[0] == 0
    titles = {json.loads(path.read_text(encoding="utf-8"))["title"] for path in to.iterdir()}
    assert titles == {file.name for file in FILES if file.form is not Form.ROWS}
    code, text = call("check-profile", "--schemas", str(copy.folder / "profile.yaml" / "schemas"))
    assert (code, "the schemas cannot be written here" in text) == (2, True)
