"""`check-profile` and `migrate-profile`: what people see, what programs read, and the exit code."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipelines.cli.commands import kwaliteitsmonitor
from schemas.profile import load_profile, profile_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(profile_folder("leiden"), tmp_path / "profile"))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_profile_that_is_fine_is_summed_up(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kwaliteitsmonitor.main(["check-profile", str(folder)]) == 0

    said = capsys.readouterr().out
    assert "no problems" in said
    assert "Universiteit Leiden / Leiden University, 2019-2024" in said
    assert "theme facilities has no measures and no indicators and no money" in said


def test_every_problem_is_listed_under_its_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(folder / "profile.yaml", "sector: wo", "sector: WO")
    change(folder / "units.yaml", "student_council", "student_concil")

    assert kwaliteitsmonitor.main(["check-profile", str(folder)]) == 2

    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines.index(f"{folder}/profile.yaml") < lines.index(f"{folder}/units.yaml")
    assert "did you mean 'wo'" in lines
    assert "did you mean 'student_council'" in lines
    assert lines[-1] == f"{folder}: 2 problems."


def test_a_program_reads_the_same_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kwaliteitsmonitor.main(["check-profile", str(folder), "--json"]) == 0
    fine = json.loads(capsys.readouterr().out)
    change(folder / "profile.yaml", "sector: wo", "sector: WO")
    assert kwaliteitsmonitor.main(["check-profile", str(folder), "--json"]) == 2
    wrong = json.loads(capsys.readouterr().out)

    assert (fine["problems"], fine["holds"]["parts"]["units"]["count"]) == ([], 9)
    (problem,) = wrong["problems"]
    assert problem == {
        "file": "profile.yaml",
        "line": problem["line"],
        "key": "sector",
        "found": "is 'WO'",
        "expected": "one of wo, hbo, other",
        "hint": "did you mean 'wo'",
    }
    assert (folder / "profile.yaml").read_text(encoding="utf-8").splitlines()[problem["line"] - 1] == "sector: WO"


def test_a_folder_without_its_first_file_is_checked_all_the_same(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "profile.yaml").unlink()

    assert kwaliteitsmonitor.main(["check-profile", str(folder)]) == 2
    assert "the file is missing" in capsys.readouterr().out


def test_a_folder_that_is_no_profile_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kwaliteitsmonitor.main(["check-profile", str(tmp_path)]) == 2
    assert "there is no institution" in capsys.readouterr().err


def test_migrating_shows_first_and_writes_when_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    today = {path.name: path.read_bytes() for path in folder.glob("*.*")}
    change(folder / "profile.yaml", "format_version: 2", "format_version: 1")
    change(folder / "themes.yaml", "national: {nl_guidance: 1}", "national: [nl_guidance, nl_study_success]")
    old = {path.name: path.read_bytes() for path in folder.glob("*.*")}

    assert kwaliteitsmonitor.main(["migrate-profile", str(folder)]) == 0
    shown = capsys.readouterr().out
    assert {path.name: path.read_bytes() for path in folder.glob("*.*")} == old, "shown, not written"
    assert "+format_version: 2" in shown
    assert "+    national: {nl_guidance: 0.5, nl_study_success: 0.5}" in shown
    assert "assumed equal parts (0.5, 0.5) of the theme for nl_guidance, nl_study_success" in shown

    assert kwaliteitsmonitor.main(["migrate-profile", str(folder), "--write"]) == 0
    now = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    assert {name for name in now if now[name] != today[name]} == {"themes.yaml"}
    assert now.keys() == today.keys(), "nothing is left beside the files"
    assert load_profile(folder).themes[2].national.keys() == {"nl_guidance", "nl_study_success"}

    capsys.readouterr()
    assert kwaliteitsmonitor.main(["migrate-profile", str(folder)]) == 0
    assert "nothing to do" in capsys.readouterr().out


def test_a_profile_in_an_older_format_is_told_to_be_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(folder / "profile.yaml", "format_version: 2", "format_version: 1")

    assert kwaliteitsmonitor.main(["check-profile", str(folder), "--json"]) == 0
    notes = json.loads(capsys.readouterr().out)["holds"]["notes"]
    assert "it is written in format 1; `kwaliteitsmonitor migrate-profile` rewrites it in 2" in notes


@pytest.mark.parametrize("version", ["0", "3"])
def test_a_format_that_is_not_known_is_not_migrated(
    folder: Path, capsys: pytest.CaptureFixture[str], version: str
) -> None:
    change(folder / "profile.yaml", "format_version: 2", f"format_version: {version}")

    assert kwaliteitsmonitor.main(["migrate-profile", str(folder), "--write"]) == 2
    assert f"format {version} is not known here" in capsys.readouterr().err


def test_the_schemas_for_editors_are_written_where_one_says(folder: Path, tmp_path: Path) -> None:
    to = tmp_path / "a" / "schemas"

    assert kwaliteitsmonitor.main(["check-profile", str(folder), "--schemas", str(to)]) == 0

    assert len(list(to.glob("*.schema.json"))) == 10
    assert json.loads((to / "units.schema.json").read_text(encoding="utf-8"))["title"] == "units.yaml"


def test_a_place_for_schemas_that_is_no_folder_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = folder / "profile.yaml" / "schemas"

    assert kwaliteitsmonitor.main(["check-profile", str(folder), "--schemas", str(to)]) == 2
    assert "the schemas cannot be written here" in capsys.readouterr().err
