"""A profile that is founded by a command works at once, teaches, and is written in one step or not at all."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.sample.plain import cycles_with, sample_years, write_plain_sample
from pipelines.cli.new_institution import answers_of, next_commands
from pipelines.new_institution import Answers, NewUnit, create_profile, unit_of
from schemas.errors import KwaliteitsmonitorError, UsageError
from schemas.profile import load_profile
from tests.command_line import CommandLine
from tests.institutions.running import run_cycle
from tests.sample_year import rows

UNITS = (NewUnit("GW", "Geesteswetenschappen", "Humanities"), NewUnit("BETA", "Bèta: #1 & co", "Science"))
NONE_GIVEN = dict.fromkeys(("nl", "en", "sector", "first_year", "last_year", "languages", "identity"), "") | {
    "units": ()
}


def answers(sector: str = "wo", **more: object) -> Answers:
    usual = {"nl": "Universiteit van Ergens", "en": "University of Somewhere", "units": UNITS} | more
    return Answers(sector=sector, **usual)  # type: ignore[arg-type]


@pytest.mark.parametrize("sector", ["wo", "hbo"])
def test_it_has_the_national_themes_an_example_for_each_and_the_forms_of_the_field(sector: str, tmp_path: Path) -> None:
    profile = create_profile(tmp_path / "own", answers(sector))
    assert profile.institution.sector == sector
    assert len(profile.themes) == len(profile.national_themes) == 6
    assert [measure.theme for measure in profile.measures] == [theme.id for theme in profile.themes]
    assert [(unit.id, unit.nl, unit.en) for unit in profile.units] == [(u.id, u.nl, u.en) for u in UNITS]
    assert [(cycle.month, cycle.round) for cycle in profile.institution.cycles] == [(3, 3), (5, 1), (9, 2)]
    for table in ("faculty_measures", "bfr", "spending_plan", "enrolments", "staff", "evaluations"):
        assert profile.uses(table)
    shares = {"wo": "bko_share", "hbo": "bdb_share"}
    known = {indicator.id for indicator in profile.indicators}
    assert {"student_staff_ratio", "study_success", shares[sector]} <= known
    assert not known & {shares["hbo" if sector == "wo" else "wo"]}


def test_its_comments_tell_what_to_decide_in_every_file(tmp_path: Path) -> None:
    create_profile(tmp_path / "own", answers())
    for path in sorted((tmp_path / "own").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        assert "DECIDE" in text, path.name
        assert text.startswith(f"# yaml-language-server: $schema=schemas/{path.stem}.schema.json\n# "), path.name
        assert (tmp_path / "own" / "schemas" / f"{path.stem}.schema.json").is_file()
        assert max(map(len, text.splitlines())) <= 125, path.name


def test_its_first_cycle_is_published_with_every_figure(tmp_path: Path) -> None:
    profile = create_profile(tmp_path / "own", answers(nl="Universiteit 'Oost' & \"West\""))
    years = sample_years(profile)
    write_plain_sample(profile, tmp_path / "landing", years, responses=400)
    cycle = cycles_with(profile, years)[-1]
    assert cycle in next_commands(tmp_path / "own", profile)[2]
    release = run_cycle(tmp_path / "own", tmp_path / "landing", tmp_path / "out", cycle)
    failed = [row for row in rows(release, "quality_results") if row["outcome"] == "failed"]
    assert {row["severity"] for row in failed} <= {"info"}
    assert {row["status"] for row in rows(release, "indicator_values") if row["unit"] is None} == {"ok"}
    (total,) = (r for r in rows(release, "spending_overview") if (r["theme"], r["reporting_year"]) == (None, 2024))
    assert abs(total["realised"] - total["budget"]) < total["budget"] / 5


def test_nothing_is_written_over_what_is_there(tmp_path: Path, command: CommandLine) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert "something in this place" in command.refusal("new-institution", tmp_path, "--yes")
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--unit A/B", "no code of a unit"),
        ("--unit AA --unit aa", "named twice"),
        ("--first-year 2025 --last-year 2024", "before it begins"),
        ("--first-year soon", "'soon' is no year"),
        ("--languages nl,fr", "'fr' is none of them"),
        ("--id a/b", "a/b"),
    ],
)
def test_an_answer_that_cannot_be_used_is_told_and_leaves_nothing(
    options: str, words: str, tmp_path: Path, command: CommandLine
) -> None:
    assert words in command.refusal("new-institution", tmp_path / "own", "--yes", *options.split())
    assert list(tmp_path.iterdir()) == []


def test_every_answer_is_asked_for_once_and_not_when_it_was_given(tmp_path: Path) -> None:
    questions: list[str] = []

    def person(question: str, default: str, made: Callable[[str], Any]) -> Any:
        questions.append(question.split()[0])
        replies = {"Name": "Ergens", "Sector": "HBO", "Units,": "AB; CD: Cee / See", "First": "2025"}
        return made(replies.get(questions[-1], default))

    made = answers_of({**NONE_GIVEN, "en": "Somewhere"}, person)
    assert questions == ["Name", "Sector", "Units,", "First", "Last", "Languages"]
    assert (made.nl, made.en, made.sector) == ("Ergens", "Somewhere", "hbo")
    assert made.units == (NewUnit("AB", "AB", "AB"), NewUnit("CD", "Cee", "See"))
    assert (made.first_year, made.last_year, made.languages) == (2025, 2030, ("nl", "en"))
    profile = create_profile(tmp_path / "own", made)
    assert profile.id == "ergens"
    assert Settings(institution=str(tmp_path / "own")).profile == profile


def test_an_answer_on_a_terminal_that_cannot_be_used_is_asked_for_again(tmp_path: Path) -> None:
    person, terminal = pty.openpty()
    command = [sys.executable, "-m", "pipelines.cli", "new-institution", "own"]
    os.write(person, "\n".join(["Ergens", "", "vwo", "hbo", "A/B", "AB", "soon", "2025", "", "nl", ""]).encode())
    ran = subprocess.run(command, cwd=tmp_path, stdin=terminal, capture_output=True, text=True, check=False, timeout=60)
    os.close(person)
    os.close(terminal)
    assert ran.returncode == 0, ran.stderr
    assert [word in ran.stdout + ran.stderr for word in ("'vwo'", "'A/B'", "'soon'")] == [True] * 3
    profile = load_profile(tmp_path / "own")
    assert (profile.institution.sector, profile.units[0].id, profile.institution.first_year) == ("hbo", "AB", 2025)
    assert profile.institution.languages == ["nl"]


def test_a_unit_without_names_is_called_by_its_code() -> None:
    assert unit_of("FGW") == NewUnit("FGW", "FGW", "FGW")
    assert unit_of("FGW: Letteren") == NewUnit("FGW", "Letteren", "Letteren")
    with pytest.raises(UsageError):
        unit_of(": Letteren")


def test_the_same_answers_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = create_profile(tmp_path / "one", answers()), create_profile(tmp_path / "other", answers())
    assert one.digest == other.digest


def test_names_that_yaml_would_read_otherwise_stay_names(tmp_path: Path) -> None:
    name = 'yes: "null" # {x} ü'
    profile = create_profile(tmp_path / "own", answers(nl=name, units=(NewUnit("N1", name, "on"),)))
    assert profile.institution.nl == name
    assert (profile.units[0].nl, profile.units[0].en) == (name, "on")
    assert yaml.safe_load((tmp_path / "own" / "units.yaml").read_text(encoding="utf-8"))[0]["en"] == "on"


def test_an_answer_that_makes_no_valid_profile_leaves_no_folder_behind(tmp_path: Path) -> None:
    with pytest.raises(KwaliteitsmonitorError):
        create_profile(tmp_path / "own", answers(id="not an id"))
    assert list(tmp_path.iterdir()) == []
    assert load_profile(create_profile(tmp_path / "own", answers()).folder).id == "universiteit-van-ergens"
