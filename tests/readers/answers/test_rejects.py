"""Many answers that are set aside: each is counted and kept, and only the first of each rule become objects."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.readers.answers import rejects, staging, typed_answers
from kwaliteitsmonitor.readers.answers.engines import engines
from kwaliteitsmonitor.readers.answers.reports import failed_by
from kwaliteitsmonitor.readers.answers.typed_answers import Kind, Kinds
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError, why_unread
from kwaliteitsmonitor.readers.quarantine import quarantine_table
from kwaliteitsmonitor.readers.set_aside import SetAside
from kwaliteitsmonitor.readers.staging import StagedTable, Tally
from schemas.exports.arrow import arrow_schema
from schemas.profile.feeds import Format
from schemas.tables import CATALOGUE
from schemas.words import Words
from tests.readers.answering import EVERY_FORM, NAMES, Answers, answer, as_csv, as_parquet, first_row, result, tally

ROOT = Path(__file__).parents[3]


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
    assert why_unread(refused) == refused.words


@EVERY_FORM
def test_beyond_so_many_answers_of_a_rule_are_kept_and_no_longer_listed(
    answers: Answers, form: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [answer(f"R-{n}", "x" if n % 10 == 0 else 4, level="XX" if n % 2 else "Ba") for n in range(200)]
    full = answers.rows(rows, form)
    assert full.beyond is None
    monkeypatch.setattr(rejects, "LISTED", 7)
    found = answers.rows(rows, form)
    wrong = [n + first_row(form) for n in range(200) if n % 2]
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


@EVERY_FORM
def test_what_is_read_judged_or_sorted_some_at_a_time_has_the_same_outcome(
    answers: Answers, form: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [answer(f"R-{n}", (4, 9, "x")[n % 3], course=f"C-{n % 40}", question=("organisation", f"Q{n}")[n % 2])
            for n in range(300)]  # fmt: skip
    rows += [answer(f"R-{n % 37}", course="C", question=("teaching_methods", "assessment")[n % 2]) for n in range(200)]
    rows += [answer("R-0", 4, course="C-0", question="organisation"), answer(None)]
    full = answers.rows(rows, form)
    for module, limit, size in ((typed_answers, "AT_ONCE", 16), (staging, "JUDGED_AT_ONCE", 40),
                                (engines, "SORTED_AT_ONCE", 30)):  # fmt: skip
        monkeypatch.setattr(module, limit, size)
    table = answers.rows(rows, form)
    assert table.rows.equals(full.rows)
    assert (table.quarantine, table.results, table.tallies) == (full.quarantine, full.results, full.tallies)
    assert tally(full) == Tally(502, 74, 428)


def test_the_line_of_a_wrong_answer_holds_in_a_large_file_with_lines_and_rows_that_are_none(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejects, "LISTED", 3)
    size = 20_000
    wrong, short = {1, 13_333, 19_999}, {7, 10, 9_000, 15_000}
    blank = {100: b"", 101: b";" * 8, 12_000: b'" ";'}
    lines = as_csv([answer(f"R-{n}", 9 if n in wrong else 4) for n in range(size)]).splitlines()
    for at, line in (dict.fromkeys(short, b"te;kort") | blank).items():
        lines[at + 1] = line
    table = answers.text(b"\n".join(lines))
    assert {q.row - 2 for q in table.quarantine if q.rule.endswith("range")} == wrong
    written = everything(table, answers.folder)
    assert written.schema == arrow_schema(CATALOGUE["quarantine"])
    of_columns = {row["row"] - 2 for row in written.to_pylist() if row["rule"] == "evaluations.columns"}
    assert of_columns == short, "beyond the list too"
    assert tally(table) == Tally(size - 3, size - 10, 7)


def test_wrong_answers_take_hardly_more_memory_than_good_ones_however_many_they_are(tmp_path: Path) -> None:
    columns = {name: f"'{value}'" for name, value in answer().items()} | {"respondent": "'R-' || r"}
    spoiled = {"good": {}, "everything": dict.fromkeys(NAMES, "'x' || r")}
    used = {}
    for name, bad in spoiled.items():
        picked = ", ".join(f"{(columns | bad)[field]} AS {field}" for field in NAMES)
        target = f"'{tmp_path / name}' (FORMAT csv, DELIMITER ';')"
        duckdb.sql(f"COPY (SELECT {picked} FROM range(150000) rows(r)) TO {target}")
        used[name] = peak_memory(tmp_path / name)
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
