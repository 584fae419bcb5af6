"""The store of counts: what was counted once is not read again, is the same to the byte, and is not trusted blindly."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace, write_parquet
from kwaliteitsmonitor.methods.checks.expectations import validate
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult, to_table
from kwaliteitsmonitor.readers.answers import cache_digests as digests
from kwaliteitsmonitor.readers.answers import rejects as faults
from kwaliteitsmonitor.readers.answers.cache_digests import Names, digest, sources
from kwaliteitsmonitor.readers.answers.cache_store import DAY, RECORD, Store, prune
from kwaliteitsmonitor.readers.answers.files import AnswerFile
from kwaliteitsmonitor.readers.answers.staging import stage_answers
from kwaliteitsmonitor.readers.cells.reading import cell_readers
from kwaliteitsmonitor.readers.set_aside import SetAside
from kwaliteitsmonitor.readers.staging import StagedTable
from schemas.contract import Table
from schemas.profile import Profile
from schemas.profile.feeds import Format
from schemas.profile.forms import Form
from schemas.tables.counted import counted
from tests.imports import imported_modules, modules
from tests.readers.answering import KEY, Answers, answer, as_csv


@pytest.fixture
def answers(tmp_path: Path, leiden: Profile) -> Answers:
    folder = tmp_path / "files"
    folder.mkdir()
    return Answers(folder, leiden)


@dataclass
class Kept:
    """Stages files of answers with a store in a workspace."""

    answers: Answers
    profile: Profile
    workspace: Workspace
    table: Table

    def store(self, **read_by: Any) -> Store:
        asked = {"table": self.table, "aliases": self.answers.aliases, "more": self.profile.questions, "key": KEY}
        asked |= read_by
        readers = cell_readers(asked["table"].fields, Form(table="evaluations"), "iso", asked["aliases"], asked["key"])
        names = Names(asked["table"], lambda _: readers, asked["aliases"], asked["more"])
        return Store(self.workspace, names, counted(asked["table"]))

    def stage(self, *files: AnswerFile, remembering: bool = True) -> tuple[StagedTable, dict[str, str], Store]:
        store = self.store()
        found, rejected = stage_answers(
            self.table,
            files,
            store.names.readers,
            self.answers.aliases,
            validate,
            self.profile.questions,
            store if remembering else None,
        )
        return found, rejected, store

    def records(self) -> list[Path]:
        return sorted(self.workspace.counts.rglob("*.parquet"))


@pytest.fixture
def kept(answers: Answers, leiden: Profile, tmp_path: Path) -> Kept:
    return Kept(answers, leiden, Workspace(tmp_path / "workspace"), answers.table)


def some(answers: Answers, name: str, *scores: int, **more: Any) -> AnswerFile:
    rows = [answer(f"R-{at}", score, course=f"C-{at % 3}", **more) for at, score in enumerate(scores)]
    made = answers.file(as_csv(rows), name=name)
    return replace(made, delivery=replace(made.delivery, sha256=digest(name, *scores)))


def written(found: StagedTable, folder: Path) -> dict[str, Any]:
    """All that a cycle makes of a staged table, as it is written."""
    folder.mkdir()
    write_parquet(found.rows, folder / "rows.parquet")
    write_parquet(to_table(found.results, "2021-03"), folder / "results.parquet")
    SetAside.of([(found.quarantine, found.beyond)]).write(folder / "aside.parquet")
    return {
        **{path.name: path.read_bytes() for path in folder.iterdir()},
        "tallies": found.tallies,
        "listed": found.quarantine,
    }


def test_a_delivery_that_was_counted_is_not_read_again(kept: Kept, tmp_path: Path) -> None:
    file = some(kept.answers, "a", 4, 5, 3, 4, 4, 9)
    first, _, _ = kept.stage(file)
    file.path.unlink()
    again, rejected, store = kept.stage(file)
    assert rejected == {}
    assert store.met == {"known": 1}
    assert written(again, tmp_path / "again") == written(first, tmp_path / "first")


@pytest.mark.parametrize("before", [(), (0,), (1,), (2, 0), (2, 1, 0)])
def test_whatever_was_counted_before_and_in_whatever_order_the_result_is_the_same_to_the_byte(
    kept: Kept, tmp_path: Path, before: tuple[int, ...]
) -> None:
    files = [
        some(kept.answers, "a", 4, 5, 3, 4, 4, 9, 4),
        some(kept.answers, "b", 1, 2, 2, 0, unit="FdR"),
        some(kept.answers, "c", 5, 5, programme="nothing"),
    ]
    alone, _, _ = kept.stage(*files, remembering=False)
    assert [len(files), sum(t.quarantined > 0 for t in alone.tallies.values())] == [3, 3]
    for at in before:
        kept.stage(files[at])
    found, _, store = kept.stage(*files)
    assert store.met["known"] == len(before)
    assert written(found, tmp_path / "found") == written(alone, tmp_path / "alone")


def test_a_delivery_that_is_replaced_is_counted_alone(kept: Kept) -> None:
    other, old, new = (
        some(kept.answers, "other", 3, 3),
        some(kept.answers, "a", 4, 5),
        some(kept.answers, "a", 1, 1, 1),
    )
    kept.stage(other, old)
    found, _, store = kept.stage(other, new)
    assert store.met == {"known": 1, "new": 1}
    assert found.tallies[new.delivery.id].accepted == 3


def test_beyond_what_is_listed_all_that_is_set_aside_is_kept_too(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "LISTED", 3)
    file = some(kept.answers, "a", *[4] * 400, *[8] * 5)
    first, _, _ = kept.stage(file)
    assert first.beyond is not None
    made = written(first, tmp_path / "first")
    again, _, store = kept.stage(file)
    assert store.met == {"known": 1}
    assert written(again, tmp_path / "again") == made
    assert len(again.quarantine) == 3
    assert pq.read_table(io.BytesIO(made["aside.parquet"])).num_rows == 5


def test_a_refused_delivery_is_remembered_with_the_reason_and_the_one_before_it_counts(kept: Kept) -> None:
    older = some(kept.answers, "a", 4, 5)
    newer = kept.answers.file(b"not;what;it;says\n1;2;3;4\n", name="b")
    newer = replace(newer, delivery=replace(older.delivery, sha256="b" * 64, version=2))
    first, why, _ = kept.stage(newer, older)
    again, why_again, store = kept.stage(newer, older)
    assert why == why_again
    assert "there is no column for" in why[newer.delivery.id]
    assert store.met == {"known": 2}
    assert again.tallies.keys() == first.tallies.keys() == {older.delivery.id}


def test_what_the_engine_gave_up_on_is_tried_again(kept: Kept) -> None:
    file = kept.answers.file(b"PAR1 and nothing that is one PAR1", Format.PARQUET, name="a")
    _, rejected, _ = kept.stage(file)
    _, again, store = kept.stage(file)
    assert rejected == again
    assert "damaged" in again[file.delivery.id]
    assert store.met == {"new": 1}


def test_what_could_not_be_judged_is_not_kept(kept: Kept) -> None:
    def cannot(table: Table, rows: Any) -> list[RuleResult]:
        return [replace(r, outcome=Outcome.NOT_RUN, rows=()) for r in validate(table, rows)]

    file, store = some(kept.answers, "a", 4, 5), kept.store()
    found, _ = stage_answers(kept.table, [file], store.names.readers, kept.answers.aliases, cannot, (), store)
    assert any(r.outcome is Outcome.NOT_RUN for r in found.results)
    assert kept.records() == []


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def turn(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def more_answers(path: Path) -> None:
    table = pq.read_table(path)
    record = json.loads(table.schema.metadata[RECORD])
    record["tally"]["accepted"] += 1
    write_parquet(table.replace_schema_metadata({RECORD: json.dumps(record)}), path)


@pytest.mark.parametrize("harm", [cut, more_answers, turn, Path.unlink])
def test_a_damaged_record_is_counted_again_and_mended(kept: Kept, tmp_path: Path, harm: Callable[[Path], None]) -> None:
    file = some(kept.answers, "a", 4, 5, 3, 9)
    first, _, _ = kept.stage(file)
    (path,) = kept.records()
    harm(path)
    again, _, store = kept.stage(file)
    assert store.met == {"new": 1}
    assert written(again, tmp_path / "again") == written(first, tmp_path / "first")
    _, _, after = kept.stage(file)
    assert after.met == {"known": 1}
    assert kept.records() == [path]


def test_whatever_counts_follow_from_is_in_their_name(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    file = some(kept.answers, "a", 4)
    d, source = file.delivery, file.source
    codes = {**kept.profile.code_lists(), "programmes": ("1",)}
    (question, *others) = kept.profile.questions
    names = {
        "as it is": kept.store().names.name(file),
        "other bytes": kept.store().names.name(replace(file, delivery=replace(d, sha256="0" * 64))),
        "another file name": kept.store().names.name(replace(file, delivery=replace(d, path="b.csv"))),
        "another unit": kept.store().names.name(replace(file, delivery=replace(d, unit="FdR"))),
        "told by its path": kept.store().names.name(replace(file, path_fields={"course": "C-1"})),
        "another year": kept.store().names.name(replace(file, year=2019)),
        "another form": kept.store().names.name(replace(file, source=source.model_copy(update={"delimiter": ","}))),
        "other codes": kept.store(table=kept.table.bind(codes)).names.name(file),
        "other spellings": kept.store(aliases={"units": {"X": "FGW"}}).names.name(file),
        "another question": kept.store(more=(question.model_copy(update={"nl": "anders"}), *others)).names.name(file),
        "another key": kept.store(key=b"o" * 32).names.name(file),
    }
    monkeypatch.setattr(digests, "code", lambda: "other code")
    names["other code"] = kept.store().names.name(file)
    monkeypatch.setattr(digests, "libraries", lambda: {"duckdb": "0"})
    names["another engine"] = kept.store().names.name(file)
    assert len(set(names.values())) == len(names)
    assert kept.store().names.name(file) == names["another engine"]


def test_a_value_of_a_kind_that_is_not_known_has_no_digest() -> None:
    with pytest.raises(TypeError, match="a object has no digest"):
        digest([object()])
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    assert digest(1) != digest("1") != digest([1])


CHOOSES_AN_ENGINE = "kwaliteitsmonitor.foundation.settings"
"""Whichever engine it says counts the same, so that no count follows from it."""


def test_every_module_that_takes_part_in_counting_is_in_the_digest_of_the_code() -> None:
    waiting = ["kwaliteitsmonitor.readers.answers.staging", "kwaliteitsmonitor.methods.checks.judge"]
    reached: set[Path] = set()
    while waiting:
        path = modules()[waiting.pop()]
        if path not in reached:
            reached.add(path)
            waiting.extend(imported_modules(path) - {CHOOSES_AN_ENGINE})
    assert len(reached) > 50
    assert {path for path in reached - set(sources()) if path.name != "__init__.py"} == set()


def test_what_no_delivery_is_known_by_is_removed_once_it_is_old(kept: Kept) -> None:
    file = some(kept.answers, "a", 4, 5, 9)
    kept.stage(file)
    (record,) = kept.records()
    ways = [kept.store().names.way(file)]
    partial = record.with_name(".abc-1-1")
    partial.write_bytes(b"half")
    every = set(record.parent.iterdir())
    for path in every:
        os.utime(path, (path.stat().st_mtime - 31 * DAY,) * 2)
    assert prune(kept.workspace, ways).files == 1
    assert set(record.parent.iterdir()) == every - {partial}
    assert prune(kept.workspace, ["another way"], days=32).files == 0
    assert prune(kept.workspace, ["another way"]).files == len(every) - 1
    assert list(record.parent.iterdir()) == []
