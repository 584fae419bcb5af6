"""Deliveries in parts, from what DuckDB, Arrow and Spark's layout really leave to a release, a backup and a purge."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
import yaml

from assets.delivered.collect import placed_again
from assets.delivered.replay import recorded_deliveries
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.readers.delivery import Delivery
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.profile import load_profile
from tests.delivered.parts import settle

CYCLE = "2021-03"
ADDED = {"version": "1", "valid_from": 2020, "theme": "small", "definition_nl": "Wat.", "definition_en": "What."}
PROFILE: Mapping[str, Any] = {
    "profile.yaml": {
        "format_version": 2, "id": "parts", "nl": "Delen", "en": "Parts", "profile_version": "1",
        "languages": ["nl", "en"], "timezone": "Europe/Amsterdam", "owner": "team:tests", "first_year": 2020,
        "last_year": 2020, "student_reference_date": "10-01", "cycles": [{"month": 3, "indicator_year": -1}],
        "disclosure": {"threshold": 5}, "retention": {"answers": 1, "enrolments": 1, "staff": 1},
    },
    "units.yaml": [{"id": one, "nl": one.title(), "en": one.title()} for one in ("NORTH", "SOUTH")],
    "themes.yaml": {"themes": [{"id": "small", "nl": "Klein", "en": "Small"}]},
    "questions.yaml": [{"id": "content", "evaluation": "course", "nl": "De inhoud was goed.", "en": "Content."}],
    "programmes.csv": "programme,name,croho_type,funded,unit\n50001,b a,ba,true,NORTH\n50002,b b,ba,true,SOUTH\n",
    "indicators.yaml": [
        ADDED | {
            "id": "content", "nl": "Inhoud", "en": "Content", "kind": "mean", "decimals": 2, "minimum": 1, "maximum": 5,
            "direction": "higher_is_better", "unit_of_measure": "score", "printing": {"style": "number"},
            "answers": {"evaluation": "course", "question": "content"}, "unit_of_analysis": "respondent",
            "spread_kind": "sd_respondents",
        },
        ADDED | {
            "id": "ratio", "nl": "Verhouding", "en": "Ratio", "kind": "ratio", "decimals": 1, "minimum": 0,
            "direction": "lower_is_better", "unit_of_measure": "students_per_fte", "printing": {"style": "number"},
            "numerator": {"facts": "fact_enrolments", "count": "student", "reference_date": "10-01"},
            "denominator": {"facts": "fact_staff", "sum": "fte", "reference_date": "10-01"},
        },
    ],
    "feeds.yaml": [
        {
            "id": "answers", "nl": "antwoorden", "en": "answers", "period": "academic_year",
            "units": ["NORTH", "SOUTH"],
            "sources": [{"kind": "files", "path": "eva/{academic_year}/{unit}{suffix}.parquet", "format": "parquet",
                         "tables": ["evaluations"]}],
        },
        {
            "id": "staff", "nl": "personeel", "en": "staff", "period": "reporting_year",
            "sources": [{"kind": "files", "path": "hr/{reporting_year}{suffix}.csv", "format": "csv", "delimiter": ";",
                         "encoding": "utf-8", "locale": "iso", "tables": ["staff"]}],
        },
        {
            "id": "enrolments", "nl": "inschrijvingen", "en": "enrolments", "period": "reporting_year",
            "sources": [{"kind": "files", "path": "ins/{reporting_year}{suffix}.parquet", "format": "parquet",
                         "tables": ["enrolments"]}],
        },
    ],
}  # fmt: skip


@dataclass(frozen=True)
class School:
    """A school that delivers in parts: its profile, landing zone and output, and the command line on them."""

    base: Path

    @property
    def landing(self) -> Path:
        return self.base / "landing"

    @property
    def out(self) -> Path:
        return self.base / "out"

    @property
    def release(self) -> Path:
        return (self.out / "current" / CYCLE).resolve()

    def call(self, *words: str, landing: bool = False) -> int:
        where = ["--landing", str(self.landing)] if landing else []
        return kwaliteitsmonitor.main(
            [*words, "--institution", str(self.base / "profile"), "--out", str(self.out), *where]
        )

    def run(self) -> int:
        settle(self.landing)
        return self.call("run", "--cycle", CYCLE, "--reports", "none", landing=True)

    def rows(self, table: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = pq.read_table(self.release / "tables" / f"{table}.parquet").to_pylist()
        return found

    def value(self, indicator: str) -> float:
        (value,) = {
            row["value"]
            for row in self.rows("indicator_values")
            if row["indicator"] == indicator and row["unit"] is None and row["reporting_year"] == 2020
        }
        return float(value)


def answers(unit: str, programme: str, count: int) -> pa.Table:
    return pa.table({
        "evaluation": ["course"] * count, "academic_year": ["2019-2020"] * count, "unit": [unit] * count,
        "programme": [programme] * count, "level": ["Ba"] * count, "course": [f"{unit}-{n % 2}" for n in range(count)],
        "question": ["content"] * count, "score": pa.array([3 + n % 2 for n in range(count)], pa.int64()),
        "respondent": [f"{unit}-{n}" for n in range(count)],
    })  # fmt: skip


def staff(first: int, last: int, fte: str = "0.5") -> str:
    header = "reference_date;person;unit;category;fte;start_date\n"
    return header + "".join(f"2020-10-01;P{n};NORTH;lecturer;{fte};2015-09-01\n" for n in range(first, last))


def deliver(landing: Path) -> None:
    """Answers as DuckDB and Arrow write them, staff as Spark lays it down, enrolments as DuckDB partitions them."""
    eva, hr, ins = (landing / name for name in ("eva/2019-2020", "hr/2020.csv", "ins"))
    for folder in (eva, hr, ins):
        folder.mkdir(parents=True)
    north = answers("NORTH", "50001", 60)
    assert north.num_rows
    duckdb.sql(f"COPY (FROM north) TO '{eva}/NORTH.parquet' (FORMAT parquet, PARTITION_BY (level, course))")
    south = answers("SOUTH", "50002", 40)
    ds.write_dataset(south, eva / "SOUTH", format="parquet", max_rows_per_file=15, max_rows_per_group=15)
    (hr / "part-00000-a.csv").write_text(staff(0, 10), encoding="utf-8")
    (hr / "part-00001-a.csv").write_text(staff(10, 20), encoding="utf-8")
    (hr / "_SUCCESS").touch()
    enrolled = pa.table({
        "reference_date": ["2020-10-01"] * 200, "student": [f"S{n}" for n in range(200)],
        "programme": ["50001", "50002"] * 100, "enrolment": ["main"] * 200,
    })  # fmt: skip
    assert enrolled.num_rows
    duckdb.sql(f"COPY (FROM enrolled) TO '{ins}/2020.parquet' (FORMAT parquet, PARTITION_BY (programme))")


def new_school(base: Path) -> School:
    """A school with its profile, that has delivered nothing yet."""
    (base / "profile").mkdir(parents=True)
    for name, content in PROFILE.items():
        text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        (base / "profile" / name).write_text(text, encoding="utf-8")
    return School(base)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> School:
    school = new_school(tmp_path_factory.mktemp("parts") / "school")
    deliver(school.landing)
    assert school.run() == 0
    return school


@pytest.fixture
def school(made: School, tmp_path: Path) -> School:
    """The school as it is after its first run, to go on with."""
    shutil.copytree(made.base, tmp_path / "school", symlinks=True)
    return School(tmp_path / "school")


def test_every_row_of_every_part_counts(made: School) -> None:
    status = {(row["feed"], row["unit"]): row for row in made.rows("delivery_status")}
    assert {key: (row["status"], row["rows_accepted"]) for key, row in status.items()} == {
        ("answers", "NORTH"): ("accepted", 60), ("answers", "SOUTH"): ("accepted", 40),
        ("staff", None): ("accepted", 20), ("enrolments", None): ("accepted", 200),
    }  # fmt: skip
    assert made.value("ratio") == 20.0
    assert made.value("content") == pytest.approx(3.5)
    assert made.call("verify", f"{CYCLE}/v1") == 0


def test_a_figure_is_explained_down_to_the_part_and_the_row(made: School, capsys: pytest.CaptureFixture[str]) -> None:
    (figure,) = {
        row["figure_id"]
        for row in made.rows("indicator_values")
        if row["indicator"] == "ratio" and row["unit"] is None and row["reporting_year"] == 2020
    }
    capsys.readouterr()
    assert made.call("explain", figure, "--depth", "0") == 0
    output = capsys.readouterr().out
    assert "hr/2020.csv/" in output
    assert "part-00000-a.csv, uit rijen 2–11" in output
    assert "part-00001-a.csv, uit rijen 2–11" in output
    assert "course=" not in output
    assert made.call("explain", figure, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)


def test_a_release_says_what_had_come_in_as_it_was_collected(made: School) -> None:
    profile = load_profile(made.base / "profile")
    for feed in profile.feeds:
        collected = Workspace(made.out).read_json(CYCLE, "delivered", feed.id)
        again = placed_again(profile, profile.cycle(CYCLE), feed, recorded_deliveries(made.release, feed))
        assert again == [Delivery.from_json(record) for record in collected] != []


def test_parts_are_in_a_backup_and_come_back(school: School, tmp_path: Path) -> None:
    assert school.call("backup", "--to", str(tmp_path / "backup")) == 0
    back = School(tmp_path / "back")
    shutil.copytree(school.base / "profile", back.base / "profile")
    assert kwaliteitsmonitor.main(["restore", "--from", str(tmp_path / "backup"), "--out", str(back.out)]) == 0
    assert back.call("verify", f"{CYCLE}/v1") == 0
    assert back.value("ratio") == 20.0


def test_a_purge_removes_the_parts_and_the_release_says_so(school: School, capsys: pytest.CaptureFixture[str]) -> None:
    def kept() -> list[Path]:
        return [path for path in (school.out / "delivered").rglob("*") if path.is_file() and len(path.name) == 64]

    assert len(kept()) >= 9
    assert school.call("purge", "--yes") == 0
    assert kept() == []
    capsys.readouterr()
    assert school.call("verify", f"{CYCLE}/v1") == 5, "it holds, and cannot be computed again"
    output = capsys.readouterr().out
    assert "holds by its hashes" in output
    assert "staff 2020" in output
