"""A profile that is founded by a command works at once, teaches, and is written in one step or not at all."""

from __future__ import annotations

import os
import pty
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml

from kwaliteitsmonitor.foundation.settings import Settings
from pipelines.cli.new_institution import answers_of
from pipelines.new_institution import Answers, NewUnit, create_profile, unit_of
from schemas.errors import KwaliteitsmonitorError, UsageError
from schemas.profile import load_profile
from tests.command_line import CommandLine
from tests.sample_year import rows

UNITS = (NewUnit("GW", "Geesteswetenschappen", "Humanities"), NewUnit("BETA", "Bèta: #1 & co", "Science"))
NONE_GIVEN: dict[str, Any] = dict.fromkeys(("nl", "sector", "first_year", "last_year", "languages", "identity"), "")
SHARES = {"wo": "bko_share", "hbo": "bdb_share"}
CYCLE, UNIT = "2025-03", "A1"


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
    known = {indicator.id for indicator in profile.indicators}
    assert {"student_staff_ratio", "study_success"} <= known
    assert {share for share in SHARES.values() if share in known} == {SHARES[sector]}


def test_its_comments_tell_what_to_decide_and_the_same_answers_give_the_same_bytes(tmp_path: Path) -> None:
    assert create_profile(tmp_path / "own", answers()).digest == create_profile(tmp_path / "other", answers()).digest
    for path in sorted((tmp_path / "own").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        assert "DECIDE" in text, path.name
        assert text.startswith(f"# yaml-language-server: $schema=schemas/{path.stem}.schema.json\n# "), path.name
        assert (tmp_path / "own" / "schemas" / f"{path.stem}.schema.json").is_file()
        assert max(map(len, text.splitlines())) <= 125, path.name


def filled(template: Path, delivery: Path) -> int:
    """The workbook of a round, filled in as its columns say and delivered; returns the number of its measures."""
    book = openpyxl.load_workbook(template)
    page = book["BFR"]
    at = {str(cell.value).rstrip(" *"): cell.column for cell in page[1]}
    measures = [row for row in range(2, page.max_row + 1) if page.cell(row, at["Maatregel"]).value]
    own = {"Begroot": 100_000, "Gerealiseerd": 90_000.25, "Ingediend op": "2025-02-10", "Toelichting": "later, deels"}
    for row in measures:
        for column, value in own.items():
            page.cell(row, at[column]).value = value
    book.save(delivery)
    return len(measures)


def test_a_founded_profile_runs_takes_up_its_own_template_and_answers_what_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: CommandLine
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("INSTITUTION", "LANDING", "OUT", "CYCLE"):
        monkeypatch.delenv(f"KWALITEITSMONITOR_{name}", raising=False)
    monkeypatch.setenv("KWALITEITSMONITOR_REPORTS", "none")  # other tests make those
    release, landing = tmp_path / "data/voorbeeldinstelling/current" / CYCLE, "landing-voorbeeldinstelling"

    printed = command.output("new-institution", "our profile", "--sector", "hbo", "--yes").splitlines()
    check, sample, run = [shlex.split(line)[1:] for line in printed if line.startswith("  kwaliteitsmonitor")]
    assert command.output(*check)
    assert command.output(*sample, "--responses", "400")
    # Its control totals are those of the sample: other amounts would be held against them.
    shutil.rmtree(tmp_path / landing / "controletotalen")
    assert command.output(*run)
    assert {row["severity"] for row in rows(release, "quality_results") if row["outcome"] == "failed"} <= {"info"}
    assert {row["status"] for row in rows(release, "indicator_values") if row["unit"] is None} == {"ok"}
    (total,) = (r for r in rows(release, "spending_overview") if (r["theme"], r["reporting_year"]) == (None, 2024))
    assert abs(total["realised"] - total["budget"]) < total["budget"] / 5

    own, of_cycle = ["--institution", "our profile"], ["--cycle", CYCLE]
    both, of_unit = [*own, "--landing", landing], [*of_cycle, "--unit", UNIT, "--feed", "bfr"]
    template = command.output("template", *own, *of_unit, "--to", "back")
    place = next(word.rstrip(",") for word in template.split() if word.startswith("bfr/"))
    assert (tmp_path / landing / place).is_file()
    measures = filled(Path("back") / f"{UNIT}.xlsx", (tmp_path / landing / place).with_name(f"{UNIT}_v2.xlsx"))
    command.output("feedback", *both, *of_unit, "--to", "returned")
    assert "v2" in command.output("run", *both, *of_cycle)
    by_unit = rows(release, "spending_by_unit")
    (whole,) = (r for r in by_unit if (r["reporting_year"], r["unit"], r["theme"]) == (2024, UNIT, None))
    assert (whole["budget"], whole["realised"]) == (measures * 100_000, measures * Decimal("90000.25"))
    assert f"{UNIT}_v2.xlsx" in command.output("diff", *own, f"{CYCLE}/v1", f"{CYCLE}/v2")
    assert UNIT in command.output("status", *both, *of_cycle)
    assert "v2" in command.output("explain", *own, f"{CYCLE}:spending:2024:all", "--depth", "0")
    command.output("report", *own, *of_cycle, "--form", "html", "--to", "report")
    assert "holds" in command.output("verify", *own, CYCLE, "--hashes")


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

    made = answers_of({**NONE_GIVEN, "units": (), "en": "Somewhere"}, person)
    assert questions == ["Name", "Sector", "Units,", "First", "Last", "Languages"]
    assert (made.nl, made.en, made.sector) == ("Ergens", "Somewhere", "hbo")
    assert made.units == (NewUnit("AB", "AB", "AB"), NewUnit("CD", "Cee", "See"))
    assert (made.first_year, made.last_year, made.languages) == (2025, 2030, ("nl", "en"))
    profile = create_profile(tmp_path / "own", made)
    assert profile.id == "ergens"
    assert Settings(institution=str(tmp_path / "own")).profile == profile
    with pytest.raises(UsageError):
        unit_of(": Letteren")


def test_an_answer_on_a_terminal_that_cannot_be_used_is_asked_for_again(tmp_path: Path) -> None:
    person, terminal = pty.openpty()
    command = [sys.executable, "-m", "pipelines.cli", "new-institution", "own"]
    os.write(person, "\n".join(["Ergens", "", "vwo", "hbo", "A/B", "AB", "soon", "2025", "", "nl", ""]).encode())
    ran = subprocess.run(command, cwd=tmp_path, stdin=terminal, capture_output=True, text=True, check=False, timeout=60)
    os.close(person)
    os.close(terminal)
    assert ran.returncode == 0, ran.stderr
    assert [word for word in ("'vwo'", "'A/B'", "'soon'") if word not in ran.stdout + ran.stderr] == []
    profile = load_profile(tmp_path / "own")
    made = profile.institution
    assert (made.sector, profile.units[0].id, made.first_year, made.languages) == ("hbo", "AB", 2025, ["nl"])


def test_names_that_yaml_would_read_otherwise_stay_names_and_no_valid_profile_leaves_no_folder(tmp_path: Path) -> None:
    with pytest.raises(KwaliteitsmonitorError):
        create_profile(tmp_path / "own", answers(id="not an id"))
    assert list(tmp_path.iterdir()) == []
    name = "yes: \"null\" # {x} 'ü'"
    profile = create_profile(tmp_path / "own", answers(nl=name, units=(NewUnit("N1", name, "on"),)))
    assert (profile.institution.nl, profile.units[0].nl, profile.units[0].en) == (name, name, "on")
    assert yaml.safe_load((tmp_path / "own" / "units.yaml").read_text(encoding="utf-8"))[0]["en"] == "on"
