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

from kwaliteitsmonitor.releases.diff.attribution import RULES
from kwaliteitsmonitor.releases.diff.forms import as_json, as_parquet, as_text
from kwaliteitsmonitor.releases.diff.models import Changes, Kind
from kwaliteitsmonitor.releases.diff.other_tables import beside
from kwaliteitsmonitor.releases.diff.releases import changes
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.contract import Layer, Table
from schemas.exports.arrow import arrow_schema
from schemas.tables import CATALOGUE
from tests.institutions.running import run_cycle
from tests.institutions.test_five_schools import CYCLE, HERE
from tests.releases.sealing import sealed_anew

PUBLISHED = [table for table in CATALOGUE.values() if table.layer is Layer.PUBLISHED]
COLUMNS = [(table.name, field.name) for table in PUBLISHED for field in table.fields if field.name != "cycle"]
SHARED = "spending_overview"


@dataclass(frozen=True)
class Published:
    """A release that a run published, and where to put others that are made of it."""

    release: Path
    to: Path

    def rows(self, table: str) -> pa.Table:
        """The rows of a table; of an empty one a row of the examples of its contract."""
        found = pq.read_table(self.release / "tables" / f"{table}.parquet")
        return found if found.num_rows else _example(CATALOGUE[table])

    def with_table(self, version: str, table: str, rows: pa.Table, **said: Any) -> Path:
        """A release with these rows of a table, and of one more by which it can be compared."""
        folder = self.to / version
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "tables").mkdir(parents=True)
        for name, content in {SHARED: self.rows(SHARED), table: rows}.items():
            pq.write_table(content, folder / "tables" / f"{name}.parquet")
        shutil.copyfile(self.release / manifest.NAME, folder / manifest.NAME)
        return sealed_anew(folder, **said)


def changed(old: Path, new: Path) -> Changes:
    return changes(ReleaseReader(old), ReleaseReader(new))


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


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    base = tmp_path_factory.mktemp("published")
    shutil.copytree(HERE / "deliveries", base / "landing")
    return Published(run_cycle(HERE / "profile", base / "landing", base / "out", CYCLE), base / "altered" / CYCLE)


def named(found: Changes, table: str, column: str) -> Iterator[str]:
    """How a column of a table is named: as a number with causes, as another value, or as a row that is another."""
    yield from (f.figure for f in found.figures if (f.table, f.number) == (table, column))
    yield from (o.row for o in found.others if o.table == table and o.column in (column, ""))


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_one_value_that_is_another_is_named(published: Published, table: str, column: str) -> None:
    rows = published.rows(table)
    old = published.with_table("v1", table, rows)
    at, values = rows.schema.names.index(column), rows[column].to_pylist()
    values[-1] = another(values[-1], rows.schema.field(column).type)
    spoilt = pa.array(values, rows.schema.field(column).type)
    new = published.with_table("v2", table, rows.set_column(at, rows.schema.field(column), spoilt))
    found = changed(old, new)
    key = CATALOGUE[table].key
    if column in key and (table in RULES or column == "figure_id"):
        told = [f for f in found.figures if f.table == table] or [o for o in found.others if o.table == table]
        assert {getattr(f, "old_status", "absent") for f in told} >= {"absent"}
    else:
        assert list(named(found, table, column)), (found.figures, found.others)
    said = "\n".join(as_text(found, "nl"))
    assert "geen verschillen" not in said
    assert table in said
    assert table in as_json(found)
    assert table in pq.read_table(pa.BufferReader(as_parquet(found)))["table"].to_pylist()
    if found.others and not found.figures:
        assert len(found.others) == (2 if column in key else 1)


def test_a_release_is_the_same_as_itself(published: Published) -> None:
    found = changed(published.release, published.release)
    assert (found.nothing, found.others, found.without_figure, found.files) == (True, (), (), ())


def test_rows_without_a_key_are_told_in_one_order(published: Published) -> None:
    rows = published.rows("lineage")
    at = rows.schema.names.index("file")
    spoilt = rows.set_column(at, "file", pa.array([f"{text}!" for text in rows["file"].to_pylist()]))
    old, new = published.with_table("v1", "lineage", rows), published.with_table("v2", "lineage", spoilt)
    told = beside(ReleaseReader(old), ReleaseReader(new)).others
    assert len(told) > 20
    backwards = published.with_table("v2", "lineage", spoilt.take(list(range(len(spoilt)))[::-1]))
    assert beside(ReleaseReader(old), ReleaseReader(backwards)).others == told


def test_a_column_or_table_that_came_since_is_named(published: Published) -> None:
    rows = published.rows("units")
    name = rows.schema.names[-1]
    old = published.with_table("v1", "units", rows.drop_columns([name]))
    new = published.with_table("v2", "units", rows)
    assert [(o.table, o.column, o.old, o.new) for o in changed(old, new).others] == [("units", name, None, name)]
    (old / "tables" / "units.parquet").unlink()
    (only,) = changed(sealed_anew(old), new).others
    assert (only.table, only.row, only.old, only.new) == ("units", "", None, Decimal(rows.num_rows))


def test_a_file_that_is_another_is_named(published: Published, tmp_path: Path) -> None:
    """A text of the profile that stands in the report alone."""
    other = tmp_path / CYCLE / "v2"
    shutil.copytree(published.release, other)
    page = other / "dictionary.nl.md"
    page.chmod(0o644)
    page.write_text("other words", encoding="utf-8")
    (other / manifest.NAME).chmod(0o644)
    found = changed(published.release, sealed_anew(other))
    assert (found.nothing, found.files) == (False, ("dictionary.nl.md",))
    assert "dictionary.nl.md" in "\n".join(as_text(found, "en"))


@pytest.fixture(scope="module")
def again(published: Published, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same cycle once more: a delivery replaced by one that says the same, and one text of the profile another."""
    base = tmp_path_factory.mktemp("again")
    shutil.copytree(published.release.parents[2].parent, base / "all")
    profile = base / "profile"
    shutil.copytree(HERE / "profile", profile)
    indicators = profile / "indicators.yaml"
    text = indicators.read_text(encoding="utf-8")
    before = next(line for line in text.splitlines() if "definition_en:" in line)
    indicators.write_text(text.replace(before, f"{before} Once more."), encoding="utf-8")
    finance = base / "all" / "landing" / "finance" / "2024.csv"
    finance.write_bytes(finance.read_bytes() + b"\n")
    return run_cycle(profile, base / "all" / "landing", base / "all" / "out", CYCLE)


def test_a_delivery_that_was_replaced_and_a_text_that_was_changed_are_told_without_a_figure(
    published: Published, again: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = changed(published.release, again)
    assert found.figures == ()
    assert (Kind.CHANGED, "finance 2024") in found.without_figure
    assert {kind for kind, _ in found.without_figure} >= {Kind.CHANGED, Kind.DEFINITION, Kind.PROFILE}
    assert {o.table for o in found.others} >= {"definitions", "delivery_status"}
    assert kwaliteitsmonitor.main(["diff", str(published.release), str(again)]) == 0
    said = capsys.readouterr().out
    assert "gewijzigde levering: finance 2024" in said
    assert "geen verschillen" not in said
    assert kwaliteitsmonitor.main(["diff", str(published.release), str(again), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"cause": "changed_delivery", "about": "finance 2024"} in told["without_figure"]
