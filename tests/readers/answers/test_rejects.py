"""Many answers that are set aside: each is counted and kept, and only the first of each rule become objects."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.readers.answers import counts, rejects, staging, typed_answers
from kwaliteitsmonitor.readers.answers.reports import failed_by, in_both
from kwaliteitsmonitor.readers.answers.typed_answers import Kind, Kinds
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError
from kwaliteitsmonitor.readers.quarantine import quarantine_table
from kwaliteitsmonitor.readers.set_aside import SetAside
from kwaliteitsmonitor.readers.staging import StagedTable, Tally
from schemas.exports.arrow import arrow_schema
from schemas.profile.feeds import Format
from schemas.tables import CATALOGUE
from schemas.words import Words
from tests.readers.answering import NAMES, Answers, answer, as_csv, as_parquet, result, tally

ROOT = Path(__file__).parents[3]
every_form = pytest.mark.parametrize("form", [Format.CSV, Format.PARQUET])


def everything(found: StagedTable, folder: Path) -> pa.Table:
    """All that is set aside, as it is written."""
    path = folder / "quarantine.parquet"
    SetAside.of([(found.quarantine, found.beyond)]).write(path)
    return pq.read_table(path)


def test_how_often_a_rule_was_broken_is_that_of_all_its_reasons() -> None:
    kinds = Kinds()
    numbers = [
        kinds.number(Kind(rule, "score", Words(why, why)))
        for rule, why in (("b", "1"), ("a", "2"), ("b", "3"), ("b", "1"), ("c", "4"))
    ]
    assert numbers == [0, 1, 2, 0, 3]
    assert failed_by(kinds, {0: 5, 1: 1, 2: 2}) == {"a": 1, "b": 7}
    refused = RefusedFileError(Words("dit is leeg", "this is empty"))
    assert in_both(refused) == f"{refused.words.nl} / {refused.words.en}"


@every_form
def test_beyond_so_many_answers_of_a_rule_are_kept_and_no_longer_listed(
    answers: Answers, form: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [answer(f"R-{n}", "x" if n % 10 == 0 else 4, level="XX" if n % 2 else "Ba") for n in range(200)]
    full = answers.rows(rows, form)
    assert full.beyond is None
    monkeypatch.setattr(rejects, "LISTED", 7)
    found = answers.rows(rows, form)
    first = 2 if form is Format.CSV else 1
    wrong = [n + first for n in range(200) if n % 2]
    assert [q.row for q in found.quarantine if q.rule.endswith("codes")] == wrong[:7]
    assert tally(found) == tally(full) == Tally(200, 80, 120)
    failed = [result(found, rule).failed for rule in ("level.codes", "score.type", "score.required")]
    assert failed == [100, 20, 0]
    written = everything(found, answers.folder)
    assert written.equals(everything(full, answers.folder))
    assert written.equals(quarantine_table(full.quarantine))


def test_what_is_set_aside_of_each_of_several_files_is_written_once(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = answers.file(as_csv([answer("R-1"), answer("R-2", 9)]), name="FGW")
    many = answers.file(as_parquet([answer(f"R-{n}", 9) for n in range(50)]), Format.PARQUET, "FdR")
    full = everything(answers.stage(few, many), answers.folder)
    monkeypatch.setattr(rejects, "LISTED", 5)
    found = answers.stage(few, many)
    assert found.beyond is not None
    assert list(found.beyond.files) == [many.delivery.id]
    assert len(found.quarantine) == 6
    written = everything(found, answers.folder)
    order = [("file", "ascending"), ("row", "ascending")]
    assert written.sort_by(order).equals(full.sort_by(order))
    parts = dict(SetAside.of([(found.quarantine, found.beyond)]).by_delivery([few.delivery.id, many.delivery.id]))
    assert [(len(part.listed), list(part.files)) for part in parts.values()] == [(1, []), (0, [many.delivery.id])]


def test_lines_that_are_no_answer_are_kept_beyond_the_list_too(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejects, "LISTED", 3)
    lines = as_csv([answer(f"R-{n}") for n in range(40)]).splitlines()
    lines[11:31] = [b"te;kort"] * 20
    found = answers.text(b"\n".join(lines))
    written = everything(found, answers.folder)
    assert written.schema == arrow_schema(CATALOGUE["quarantine"])
    assert written.column("row").to_pylist() == list(range(12, 32))
    assert set(written.column("rule").to_pylist()) == {"evaluations.columns"}
    assert [q.row for q in found.quarantine] == [12, 13, 14]
    assert tally(found) == Tally(40, 20, 20)


@every_form
def test_values_that_hardly_repeat_are_read_some_at_a_time_with_the_same_outcome(
    answers: Answers, form: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [answer(f"R-{n}", (4, 9, "x")[n % 3], course=f"C-{n % 40}", question=("organisation", f"Q{n}")[n % 2])
            for n in range(300)]  # fmt: skip
    rows += [answer("R-0", 4, course="C-0", question="organisation"), answer(None)]
    full = answers.rows(rows, form)
    monkeypatch.setattr(typed_answers, "AT_ONCE", 16)
    monkeypatch.setattr(staging, "JUDGED_AT_ONCE", 40)
    found = answers.rows(rows, form)
    assert found.rows.equals(full.rows)
    assert found.quarantine == full.quarantine
    assert found.results == full.results
    assert found.tallies == full.tallies
    assert tally(full).quarantined == 302


def test_second_answers_are_found_in_parts_as_they_are_in_one(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [answer(f"R-{n % 37}", question=("organisation", "assessment")[n % 2]) for n in range(200)]
    full = answers.rows(rows, Format.CSV)
    monkeypatch.setattr(counts, "SORTED_AT_ONCE", 30)
    found = answers.rows(rows, Format.CSV)
    assert found.quarantine == full.quarantine
    assert len(found.quarantine) == 200 - 74


def test_the_line_of_a_wrong_answer_holds_in_a_large_file_with_lines_and_rows_that_are_none(answers: Answers) -> None:
    size = 60_000
    wrong, short, blank = {1, 33_333, 59_999}, {7, 20_000, 45_000}, {100, 30_000}
    lines = as_csv([answer(f"R-{n}", 9 if n in wrong else 4) for n in range(size)]).splitlines()
    for at in short:
        lines[at + 1] = b"te;kort"
    for at in blank:
        lines[at + 1] = b""
    found = answers.text(b"\n".join(lines))
    assert {q.row - 2 for q in found.quarantine if q.rule.endswith("range")} == wrong
    assert {q.row - 2 for q in found.quarantine if q.rule.endswith("columns")} == short
    assert tally(found) == Tally(size - 2, size - 8, 6)


def test_wrong_answers_take_hardly_more_memory_than_good_ones_however_many_they_are(tmp_path: Path) -> None:
    columns = {name: f"'{value}'" for name, value in answer().items()} | {"respondent": "'R-' || r"}
    spoiled = {"good": {}, "score": {"score": "'334'"}, "everything": dict.fromkeys(NAMES, "'x' || r")}
    used = {}
    for name, bad in spoiled.items():
        picked = ", ".join(f"{(columns | bad)[field]} AS {field}" for field in NAMES)
        target = f"'{tmp_path / name}' (FORMAT csv, DELIMITER ';')"
        duckdb.sql(f"COPY (SELECT {picked} FROM range(150000) rows(r)) TO {target}")
        used[name] = peak_memory(tmp_path / name)
    assert used["score"] < used["good"] + 300
    assert used["everything"] < used["good"] + 450


def peak_memory(path: Path) -> int:
    """The peak memory in MB of a process that stages a file, and writes what is set aside of it."""
    code = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from kwaliteitsmonitor.readers.answers import staging\n"
        "from kwaliteitsmonitor.readers.set_aside import SetAside\n"
        "from schemas.profile import load_profile, profile_folder\n"
        "from tests.readers.answering import Answers\n"
        "staging.MEMORY = '250MB'\n"
        "path = Path(sys.argv[1])\n"
        "answers = Answers(path.parent, load_profile(profile_folder('leiden')))\n"
        "file = answers.file(b'', name=path.name + '-kept')\n"
        "file.path.unlink(); file.path.symlink_to(path)\n"
        "found = answers.stage(file)\n"
        "tally, = found.tallies.values()\n"
        "assert tally.accepted + tally.quarantined == tally.received == 150_000, tally\n"
        "SetAside.of([(found.quarantine, found.beyond)]).write(path.with_suffix('.parquet'))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)\n"
    )
    command = [sys.executable, "-c", code, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.splitlines()[-1])
