"""A release held against itself computed again: what differs is told by file, column and row, without a value."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.foundation.workspace import write_parquet
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.verify.comparing import Comparison, compare
from tests.made_up import table
from tests.publication.publishing import publish_made_up
from tests.releases.sealing import sealed_anew

Both = tuple[Path, Path]


@pytest.fixture
def both(tmp_path: Path) -> Both:
    """The same release twice."""
    one, other = (publish_made_up(tmp_path / name, "a").path for name in ("one", "other"))
    return one, other


def compared(both: Both) -> Comparison:
    return compare(*map(ReleaseReader, both))


def differences(both: Both, **values: str) -> list[str]:
    """What is told where the first release has these values in its table of definitions."""
    path = both[0] / "tables" / "definitions.parquet"
    rows = [row | values for row in pq.read_table(path).to_pylist()]
    path.unlink()
    write_parquet(table("definitions", rows), path)
    sealed_anew(both[0])
    result = compared(both)
    assert not result.holds
    assert not [value for value in values.values() if len(value) > 1 and value in repr(result)], "no value is told"
    return list(map(str, result.differences))


def packed_otherwise(release: Path) -> None:
    path = release / "tables" / "definitions.parquet"
    content = pq.read_table(path)
    path.unlink()
    pq.write_table(content, path, compression="none")


def test_the_same_bytes_hold(both: Both) -> None:
    result = compared(both)
    assert (result.holds, result.made_otherwise, result.not_compared) == (True, (), ())


def test_what_differs_is_told_by_column_and_row_and_rows_that_are_gone_or_more(both: Both) -> None:
    assert differences(both, label_nl="iets anders")[:1] == [
        "tables/definitions.parquet: column 'label_nl' differs in 1 row (satisfaction a)"
    ]
    text = " ".join(differences(both, version="9"))
    assert "1 row (satisfaction 9) not made when it is computed again" in text
    assert "1 row (satisfaction a) made, and no part of the release" in text


def test_where_code_or_a_library_differs_values_are_compared_and_it_is_said(both: Both) -> None:
    known = manifest.read(both[0]).libraries
    packed_otherwise(both[0])
    sealed_anew(both[0], libraries={**known, "pyarrow": "1.0"}, code={"version": "0", "sha256": "f" * 64})
    result = compared(both)
    assert result.holds, "the bytes differ, the values do not"
    assert result.made_otherwise[0].startswith("code: 0 (ffffffffffff) then, ")
    assert result.made_otherwise[1] == f"pyarrow: 1.0 then, {known['pyarrow']} now"


def test_other_bytes_with_the_same_values_do_not_hold_where_nothing_explains_them(both: Both) -> None:
    packed_otherwise(both[0])
    sealed_anew(both[0])
    assert [str(d) for d in compared(both).differences if "definitions" in d.file] == [
        "tables/definitions.parquet: other bytes with the same values when it is computed again"
    ]


def test_what_is_said_otherwise_in_the_manifest_is_told(both: Both) -> None:
    sealed_anew(both[0], lacking=["nothing"])
    assert list(map(str, compared(both).differences)) == ["manifest.json: 'lacking' differs when it is computed again"]
