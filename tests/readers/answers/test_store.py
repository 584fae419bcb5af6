"""The store of counts: what was counted once is not read again, is the same to the byte, and is not trusted blindly."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace, write_parquet
from kwaliteitsmonitor.methods.checks.outcomes import validate
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult, to_table
from kwaliteitsmonitor.readers.answers import cache_digests as digests
from kwaliteitsmonitor.readers.answers import rejects as faults
from kwaliteitsmonitor.readers.answers.cache_digests import Names, digest, sources
from kwaliteitsmonitor.readers.answers.cache_store import DAY, RECORD, Store, prune
from kwaliteitsmonitor.readers.answers.files import AnswerFile
from kwaliteitsmonitor.readers.answers.outcomes import Nothing
from kwaliteitsmonitor.readers.answers.staging import HowRead, stage_answers
from kwaliteitsmonitor.readers.cells.reading import cell_readers
from kwaliteitsmonitor.readers.set_aside import SetAside
from kwaliteitsmonitor.readers.staging import StagedTable, Validate
from schemas.contract import Table
from schemas.profile import Profile
from schemas.profile.feeds import Format
from schemas.profile.forms import Form
from schemas.tables.counted import counted
from tests.imports import imported_modules, modules
from tests.readers.answering import KEY, Answers, answer, as_csv


@dataclass
class Kept:
    """Stages files of answers with a store in a workspace."""

    answers: Answers
    profile: Profile
    workspace: Workspace
    table: Table

    def store(self, **read_by: Any) -> Store:
        by = {"table": self.table, "aliases": self.answers.aliases, "more": self.profile.questions, "key": KEY}
        by |= read_by
        readers = cell_readers(by["table"].fields, Form(table="evaluations"), "iso", by["aliases"], by["key"])
        return Store(
            self.workspace, Names(by["table"], lambda _: readers, by["aliases"], by["more"]), counted(by["table"])
        )

    def name(self, file: AnswerFile, **read_by: Any) -> str:
        """The name under which the store keeps the counts of a file."""
        return self.store(**read_by).names.name(file)

    def stage(
        self, *files: AnswerFile, judge: Validate = validate, remembering: bool = True
    ) -> tuple[StagedTable, dict[str, str], dict[str, int]]:
        """What is staged, what is refused, and how many deliveries the store knew and did not."""
        store = self.store()
        memory = store if remembering else Nothing()
        readers, aliases = store.names.readers, self.answers.aliases
        table, rejected = stage_answers(
            HowRead(self.table, readers, aliases, judge, self.profile.questions), files, memory
        )
        return table, rejected, dict(store.met)

    def records(self) -> list[Path]:
        return sorted(self.workspace.counts.rglob("*.parquet"))


@pytest.fixture
def kept(profile: Profile, tmp_path: Path) -> Kept:
    (tmp_path / "files").mkdir()
    answers = Answers(tmp_path / "files", profile)
    return Kept(answers, profile, Workspace(tmp_path / "workspace"), answers.table)


def some(kept: Kept, name: str, *scores: int, **more: Any) -> AnswerFile:
    rows = [answer(f"R-{at}", score, course=f"C-{at % 3}", **more) for at, score in enumerate(scores)]
    made = kept.answers.file(as_csv(rows), name=name)
    return replace(made, delivery=replace(made.delivery, sha256=digest(name, *scores)))


def written(table: StagedTable, folder: Path) -> dict[str, Any]:
    """All that a cycle makes of a staged table, as it is written."""
    folder.mkdir(exist_ok=True)
    write_parquet(table.rows, folder / "rows.parquet")
    write_parquet(to_table(table.results, "2021-03"), folder / "results.parquet")
    SetAside.of([(table.quarantine, table.beyond)]).write(folder / "aside.parquet")
    contents = {path.name: path.read_bytes() for path in folder.iterdir()}
    return {**contents, "tallies": table.tallies, "listed": table.quarantine}


@pytest.mark.parametrize("before", [(), (1,), (2, 0), (2, 1, 0)])
@pytest.mark.parametrize("listed", [3, 1000])
def test_whatever_was_counted_before_and_in_whatever_order_the_result_is_the_same_to_the_byte(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: tuple[int, ...], listed: int
) -> None:
    monkeypatch.setattr(faults, "LISTED", listed)
    files = [
        some(kept, "a", 4, 5, 3, 4, 4, *[9] * 5, *[4] * 200),
        some(kept, "b", 1, 2, 2, 0, unit="FdR"),
        some(kept, "c", 5, 5, programme="nothing"),
    ]
    alone, _, _ = kept.stage(*files, remembering=False)
    assert sum(t.quarantined > 0 for t in alone.tallies.values()) == 3
    assert (alone.beyond is not None) == (listed == 3)
    for at in before:
        kept.stage(files[at])
        files[at].path.unlink()
    table, _, met = kept.stage(*files)
    assert met == {name: n for name, n in (("known", len(before)), ("new", 3 - len(before))) if n}
    assert written(table, tmp_path / "made") == written(alone, tmp_path / "made")


def cannot(table: Table, rows: Any) -> list[RuleResult]:
    """A judge that does not come to a verdict."""
    return [replace(r, outcome=Outcome.NOT_RUN, rows=()) for r in validate(table, rows)]


def test_what_the_engine_gave_up_on_or_could_not_be_judged_is_not_kept(kept: Kept) -> None:
    file = kept.answers.file(b"PAR1 and nothing that is one PAR1", Format.PARQUET, name="a")
    for _ in range(2):
        _, rejected, met = kept.stage(file)
        assert "damaged" in rejected[file.delivery.id].en
        assert met == {"new": 1}
    table, _, _ = kept.stage(some(kept, "b", 4, 5), judge=cannot)
    assert any(r.outcome is Outcome.NOT_RUN for r in table.results)
    assert kept.records() == []


def test_a_refused_delivery_is_remembered_with_the_reason_and_the_one_before_it_counts(kept: Kept) -> None:
    older = some(kept, "a", 4, 5)
    newer = kept.answers.file(b"not;what;it;says\n1;2;3;4\n", name="b")
    newer = replace(newer, delivery=replace(older.delivery, sha256="b" * 64, version=2))
    first, reasons, _ = kept.stage(newer, older)
    again, same_reasons, met = kept.stage(newer, older)
    assert reasons == same_reasons
    assert "there is no column for" in reasons[newer.delivery.id].en
    assert met == {"known": 2}
    assert again.tallies.keys() == first.tallies.keys() == {older.delivery.id}


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
    file = some(kept, "a", 4, 5, 3, 9)
    first, _, _ = kept.stage(file)
    (path,) = kept.records()
    harm(path)
    again, _, met = kept.stage(file)
    assert met == {"new": 1}
    assert written(again, tmp_path / "made") == written(first, tmp_path / "made")
    assert kept.stage(file)[2] == {"known": 1}
    assert kept.records() == [path]


def test_whatever_counts_follow_from_is_in_their_name(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    file = some(kept, "a", 4)
    d, source = file.delivery, file.source
    codes = {**kept.profile.code_lists(), "programmes": ("1",)}
    (question, *others) = kept.profile.questions
    names = {
        "as it is": kept.name(file),
        "other bytes": kept.name(replace(file, delivery=replace(d, sha256="0" * 64))),
        "another file name": kept.name(replace(file, delivery=replace(d, path="b.csv"))),
        "another unit": kept.name(replace(file, delivery=replace(d, unit="FdR"))),
        "declared by its path": kept.name(replace(file, path_fields={"course": "C-1"})),
        "another year": kept.name(replace(file, year=2019)),
        "another form": kept.name(replace(file, source=source.model_copy(update={"delimiter": ","}))),
        "other codes": kept.name(file, table=kept.table.bind(codes)),
        "other spellings": kept.name(file, aliases={"units": {"X": "FGW"}}),
        "another question": kept.name(file, more=(question.model_copy(update={"nl": "anders"}), *others)),
        "another key": kept.name(file, key=b"o" * 32),
    }
    monkeypatch.setattr(digests, "code", lambda: "other code")
    names["other code"] = kept.name(file)
    monkeypatch.setattr(digests, "libraries", lambda: {"duckdb": "0"})
    names["another engine"] = kept.name(file)
    assert len(set(names.values())) == len(names)
    assert kept.name(file) == names["another engine"]


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
    file = some(kept, "a", 4, 5, 9)
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
