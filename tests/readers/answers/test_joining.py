"""Answers in parts become one file for the engine, which knows where each row of it stands in which part."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pyarrow.parquet as pq

from kwaliteitsmonitor.foundation.vault.assembled import Part, listing
from kwaliteitsmonitor.readers.answers.files import AnswerFile, PartRows
from kwaliteitsmonitor.readers.answers.joining import joined
from schemas.profile.feeds import Format
from schemas.profile.forms import Form
from tests.readers.answering import NAMES, Answers, answer, as_csv, as_parquet

FORM = Form(table="evaluations")
WITHOUT_LEVEL = [name for name in NAMES if name != "level"]


def in_parts(answers: Answers, form: Format, parts: dict[str, bytes], **more: str) -> AnswerFile:
    """A kept delivery of which these are the parts."""
    store = answers.folder / "store"
    listed = [Part(name, f"{at:02}" * 32, len(content)) for at, (name, content) in enumerate(parts.items())]
    for part, content in zip(listed, parts.values(), strict=True):
        place = store / part.sha256[:2] / part.sha256
        place.parent.mkdir(parents=True)
        place.write_bytes(content)
    whole = store / "ff" / ("f" * 64)
    whole.parent.mkdir()
    whole.write_bytes(listing(listed))
    return replace(answers.file(b"", form, **more), path=whole)


def put_together(file: AnswerFile, form: Form = FORM) -> AnswerFile:
    with duckdb.connect() as connection:
        return joined(connection, file, form, file.path.with_name("whole"))


def test_texts_are_one_text_with_one_header_in_utf_8_and_what_folders_tell_as_columns(answers: Answers) -> None:
    rows = [answer(f"R-{n}", course="één") for n in range(3)]
    parts = {f"level={level}/a.csv": as_csv(rows[at : at + 2 - at], WITHOUT_LEVEL).decode().encode("cp1252")
             for at, level in enumerate(("Ba", "Ma"))}  # fmt: skip
    parts["level=Ba/empty.csv"] = b""
    file = put_together(in_parts(answers, Format.CSV, parts, encoding="cp1252"))
    header, *lines = file.path.read_text(encoding="utf-8").splitlines()
    assert header == ";".join([*WITHOUT_LEVEL, "level"])
    assert [line.rpartition(";")[2] for line in lines] == ["Ba", "Ba", "Ma"]
    assert "één" in lines[0]
    first, second, empty = file.parts
    assert (first, second) == (PartRows("level=Ba/a.csv", 1, 3, 0), PartRows("level=Ma/a.csv", 4, 4, 2))
    assert empty.until < empty.first, "it has no row"
    alone = answers.file(as_csv([answer()]))
    assert put_together(alone) is alone


def test_parts_without_headers_or_whose_last_line_does_not_end_are_put_after_each_other(answers: Answers) -> None:
    parts = {"a": b"1;2\n3;4", "b": b"5;6\n"}
    file = put_together(in_parts(answers, Format.CSV, parts), Form(table="evaluations", header="none"))
    assert file.path.read_bytes() == b"1;2\n3;4\n5;6\n"
    assert file.parts == (PartRows("a", 1, 2, 0), PartRows("b", 3, 3, 2))


def test_parquet_is_one_table_by_the_names_of_columns_and_nothing_in_a_folder_is_none(answers: Answers) -> None:
    first, second = "level=Ba/a.parquet", "level=__HIVE_DEFAULT_PARTITION__/a.parquet"
    parts = {name: as_parquet([answer("R-1")] * n, WITHOUT_LEVEL) for name, n in ((first, 2), (second, 1))}
    file = put_together(in_parts(answers, Format.PARQUET, parts))
    assert pq.read_table(file.path).column("level").to_pylist() == ["Ba", "Ba", None]
    assert file.parts == (PartRows(first, 1, 2, 0), PartRows(second, 3, 3, 2))
