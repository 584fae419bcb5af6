"""A release held against itself computed again: what differs is told by file, column and row, without a value."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.foundation.workspace import write_parquet
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.verify.comparing import Comparison, compare
from tests.made_up import table
from tests.publication.publishing import publish_made_up
from tests.releases.sealing import sealed_anew


@pytest.fixture
def both(tmp_path: Path) -> tuple[Path, Path]:
    """The same release twice."""
    one, other = (publish_made_up(tmp_path / name, "a").path for name in ("one", "other"))
    return one, other


def changed(release: Path, name: str, rows: list[dict[str, Any]] | None = None, **said: Any) -> None:
    """Write a table anew, and the manifest as if it had been published so."""
    if rows is not None:
        path = release / "tables" / f"{name}.parquet"
        path.unlink()
        write_parquet(table(name, rows), path)
    sealed_anew(release, **said)


def rows_of(release: Path, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(release / "tables" / f"{name}.parquet").to_pylist()
    return rows


def compared(both: tuple[Path, Path]) -> Comparison:
    return compare(*map(ReleaseReader, both))


def test_the_same_bytes_hold(both: tuple[Path, Path]) -> None:
    found = compared(both)
    assert (found.holds, found.made_otherwise, found.not_compared) == (True, (), ())


def test_a_value_that_differs_is_told_by_column_and_row_and_not_itself(both: tuple[Path, Path]) -> None:
    changed(both[0], "definitions", [rows_of(both[0], "definitions")[0] | {"label_nl": "iets anders"}])
    found = compared(both)
    assert list(map(str, found.differences))[:1] == [
        "tables/definitions.parquet: column 'label_nl' differs in 1 row (satisfaction a)"
    ]
    assert "iets anders" not in repr(found)
    assert not found.holds


def test_rows_that_are_gone_or_more_are_told(both: tuple[Path, Path]) -> None:
    row = rows_of(both[0], "definitions")[0]
    changed(both[0], "definitions", [row | {"version": "9"}])
    said = " ".join(map(str, compared(both).differences))
    assert "1 row (satisfaction 9) not made when it is computed again" in said
    assert "1 row (satisfaction a) made, and no part of the release" in said


def test_where_code_or_a_library_differs_values_are_compared_and_it_is_said(both: tuple[Path, Path]) -> None:
    known = manifest.read(both[0])
    other = {**known.libraries, "pyarrow": "1.0"}
    path = both[0] / "tables" / "definitions.parquet"
    content = pq.read_table(path)
    path.unlink()
    pq.write_table(content, path, compression="none")
    changed(both[0], "", libraries=other, code={"version": "0", "sha256": "f" * 64})
    found = compared(both)
    assert found.holds, "the bytes differ, the values do not"
    assert found.made_otherwise[0].startswith("code: 0 (ffffffffffff) then, ")
    assert found.made_otherwise[1] == f"pyarrow: 1.0 then, {known.libraries['pyarrow']} now"


def test_other_bytes_with_the_same_values_do_not_hold_where_nothing_explains_them(both: tuple[Path, Path]) -> None:
    path = both[0] / "tables" / "definitions.parquet"
    content = pq.read_table(path)
    path.unlink()
    pq.write_table(content, path, compression="none")
    changed(both[0], "")
    assert [str(d) for d in compared(both).differences if "definitions" in d.file] == [
        "tables/definitions.parquet: other bytes with the same values when it is computed again"
    ]


def test_what_is_said_otherwise_in_the_manifest_is_told(both: tuple[Path, Path]) -> None:
    changed(both[0], "", lacking=["nothing"])
    assert list(map(str, compared(both).differences)) == ["manifest.json: 'lacking' differs when it is computed again"]
