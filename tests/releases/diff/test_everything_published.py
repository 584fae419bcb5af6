"""A diff names whatever is another of all that a release publishes: each table and column, on what a run published."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.releases.diff.forms import as_json, as_parquet, as_text
from kwaliteitsmonitor.releases.diff.models import Changes, Kind
from kwaliteitsmonitor.releases.diff.other_tables import beside
from kwaliteitsmonitor.releases.diff.releases import changes
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.contract import Layer, Table
from schemas.exports.arrow import arrow_schema
from schemas.figures import compared as compared_columns
from schemas.tables import CATALOGUE
from tests.institutions.running import run_cycle
from tests.publication.five_schools import CYCLE, PROFILE, five_schools
from tests.releases.sealing import sealed_anew

Capture = pytest.CaptureFixture[str]
PUBLISHED = [table.name for table in CATALOGUE.values() if table.layer is Layer.PUBLISHED]
SHARED = "spending_overview"


@dataclass(frozen=True)
class Published:
    """What a run published in a folder, and where to put releases that are made of it."""

    place: Path
    to: Path

    @property
    def release(self) -> Path:
        return self.place / "out" / "releases" / CYCLE / "v1"

    def rows(self, table: str) -> pa.Table:
        """The first rows of a table; of an empty one a row of the examples of its contract."""
        rows = pq.read_table(self.release / "tables" / f"{table}.parquet").slice(0, 40)
        return rows if rows.num_rows else _example(CATALOGUE[table])

    def with_table(self, version: str, table: str, rows: pa.Table) -> ReleaseReader:
        """A release with these rows of a table, and of one more by which it can be compared."""
        folder = self.to / version
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "tables").mkdir(parents=True)
        for name, content in {SHARED: self.rows(SHARED), table: rows}.items():
            pq.write_table(content, folder / "tables" / f"{name}.parquet")
        shutil.copyfile(self.release / manifest.NAME, folder / manifest.NAME)
        return ReleaseReader(sealed_anew(folder))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    with five_schools(tmp_path_factory) as place:
        yield Published(place, tmp_path_factory.mktemp("altered") / CYCLE)


def _example(table: Table) -> pa.Table:
    schema = arrow_schema(table)
    row = {field.name: _of(field.example, schema.field(field.name).type) for field in table.fields}
    return pa.Table.from_pylist([row], schema)


def _of(example: Any, kind: pa.DataType) -> Any:
    if pa.types.is_date(kind):
        return date.fromisoformat(str(example))
    return Decimal(str(example)) if pa.types.is_decimal(kind) else example


def another(value: Any, kind: pa.DataType) -> Any:
    """A value of the same kind that is not this one."""
    if pa.types.is_string(kind):
        return f"{value or ''}!"
    if pa.types.is_boolean(kind):
        return not value
    if pa.types.is_date(kind):
        return (value or date(2020, 1, 1)) + timedelta(days=1)
    if pa.types.is_decimal(kind):
        return (value or Decimal(0)) + Decimal(1).scaleb(-kind.scale)
    return (value or 0) + (1 if pa.types.is_integer(kind) else 1e-9)


def with_column(rows: pa.Table, column: str, values: list[Any]) -> pa.Table:
    field = rows.schema.field(column)
    return rows.set_column(rows.schema.names.index(column), field, pa.array(values, field.type))


@pytest.mark.parametrize("table", PUBLISHED)
def test_one_value_that_is_another_is_named_in_whichever_column(published: Published, table: str) -> None:
    rows, key = published.rows(table), CATALOGUE[table].key
    old = published.with_table("v1", table, rows)
    for column in (field.name for field in CATALOGUE[table].fields if field.name != "cycle"):
        values = rows[column].to_pylist()
        values[-1] = another(values[-1], rows.schema.field(column).type)
        result = changes(old, published.with_table("v2", table, with_column(rows, column, values)))
        figures = [one for one in result.figures if one.table == table]
        others = [one for one in result.others if one.table == table]
        if column in key and (compared_columns(table) or column == "figure_id"):
            assert {getattr(one, "old_status", "absent") for one in figures or others} >= {"absent"}, column
        else:
            named = {one.number for one in figures} | {one.column or column for one in others}
            assert column in named, (result.figures, result.others)
        text = "\n".join(as_text(result, "nl"))
        assert "geen verschillen" not in text
        assert all(table in form for form in (text, as_json(result)))
        assert table in pq.read_table(pa.BufferReader(as_parquet(result)))["table"].to_pylist()
        if result.others and not result.figures:
            assert len(result.others) == (2 if column in key else 1)


def test_rows_without_a_key_are_told_in_one_order(published: Published) -> None:
    rows = published.rows("lineage")
    spoilt = with_column(rows, "file", [f"{text}!" for text in rows["file"].to_pylist()])
    old = published.with_table("v1", "lineage", rows)
    others = beside(old, published.with_table("v2", "lineage", spoilt)).others
    assert len(others) > 20
    backwards = published.with_table("v2", "lineage", spoilt.take(list(range(len(spoilt)))[::-1]))
    assert beside(old, backwards).others == others


def test_a_column_or_table_that_came_since_is_named(published: Published) -> None:
    rows = published.rows("units")
    name = rows.schema.names[-1]
    old = published.with_table("v1", "units", rows.drop_columns([name]))
    new = published.with_table("v2", "units", rows)
    assert [(o.table, o.column, o.old, o.new) for o in changes(old, new).others] == [("units", name, None, name)]
    (old.folder / "tables" / "units.parquet").unlink()
    (only,) = changes(ReleaseReader(sealed_anew(old.folder)), new).others
    assert (only.table, only.row, only.old, only.new) == ("units", "", None, Decimal(rows.num_rows))
    shares, column = published.rows("spending_by_unit"), "realised_pct_of_budget"
    without = published.with_table("v1", "spending_by_unit", shares.drop_columns([column]))
    result = changes(without, published.with_table("v2", "spending_by_unit", shares))
    named = [(o.table, o.column, o.old, o.new) for o in result.others]
    assert (result.figures, named) == ((), [("spending_by_unit", column, None, column)])


def compared(old: Path, new: Path) -> Changes:
    return changes(ReleaseReader(old), ReleaseReader(new))


def test_a_release_is_the_same_as_itself_and_another_file_is_named(published: Published, tmp_path: Path) -> None:
    """A text of the profile stands in the report alone."""
    same = compared(published.release, published.release)
    assert (same.nothing, same.others, same.without_figure, same.files) == (True, (), (), ())
    other = Path(shutil.copytree(published.release, tmp_path / CYCLE / "v2"))
    (other / "dictionary.nl.md").chmod(0o644)
    (other / "dictionary.nl.md").write_text("other words", encoding="utf-8")
    result = compared(published.release, sealed_anew(other))
    assert (result.nothing, result.files) == (False, ("dictionary.nl.md",))
    assert "dictionary.nl.md" in "\n".join(as_text(result, "en"))


def test_what_changed_no_figure_is_told_without_one(published: Published, tmp_path: Path, capsys: Capture) -> None:
    """The same cycle once more: a delivery replaced by one that says the same, and one text of the profile another."""
    place, profile = (
        Path(shutil.copytree(source, tmp_path / source.name, symlinks=True)) for source in (published.place, PROFILE)
    )
    text = (profile / "indicators.yaml").read_text(encoding="utf-8")
    before = next(line for line in text.splitlines() if "definition_en:" in line)
    (profile / "indicators.yaml").write_text(text.replace(before, f"{before} Once more."), encoding="utf-8")
    finance = place / "landing" / "finance" / "2024.csv"
    finance.write_bytes(finance.read_bytes() + b"\n")
    again = run_cycle(profile, place / "landing", place / "out", CYCLE, reports="html")
    result = compared(published.release, again)
    assert result.figures == ()
    assert (Kind.CHANGED, "finance 2024") in result.without_figure
    assert {kind for kind, _ in result.without_figure} >= {Kind.CHANGED, Kind.DEFINITION, Kind.PROFILE}
    assert {o.table for o in result.others} >= {"definitions", "delivery_status"}
    assert kwaliteitsmonitor.main(["diff", str(published.release), str(again)]) == 0
    assert "gewijzigde levering: finance 2024" in capsys.readouterr().out
    assert kwaliteitsmonitor.main(["diff", str(published.release), str(again), "--format", "json"]) == 0
    without_figure = json.loads(capsys.readouterr().out)["without_figure"]
    assert {"cause": "changed_delivery", "about": "finance 2024"} in without_figure
