"""Answers of which a spreadsheet took the respondents are not delivered: what is printed and what is lacking."""

from __future__ import annotations

import shutil
from copy import deepcopy
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from tests.delivered.test_parts_published import CYCLE, PROFILE, School, answers, deliver, new_school


def spoiled(unit: str, programme: str) -> pa.Table:
    """Answers of which the respondents went through a spreadsheet."""
    data = answers(unit, programme, 60)
    lost = pa.array([f"1,6180{n % 4}E+14" if n < 55 else f"{unit}-{n}" for n in range(60)])
    return data.set_column(data.schema.get_field_index("respondent"), "respondent", lost)


def replaced(school: School, unit: str, programme: str) -> None:
    for old in (school.landing / "eva/2019-2020").glob(f"{unit}*"):
        shutil.rmtree(old)
    pq.write_table(spoiled(unit, programme), school.landing / f"eva/2019-2020/{unit}.parquet")


def test_what_is_lost_is_printed_as_not_delivered_and_never_as_hidden(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    school = new_school(tmp_path / "school")
    deliver(school.landing)
    replaced(school, "NORTH", "50001")
    replaced(school, "SOUTH", "50002")
    code = school.run()
    ran = " ".join(capsys.readouterr().out.split())
    (row,) = (r for r in school.rows("indicator_values") if r["indicator"] == "content" and r["unit"] is None)
    assert code == 0
    assert "×" not in row["printed_nl"]
    assert row["value"] is None
    assert (row["printed_nl"], row["status"]) == ("–", "not_available")
    assert row["note_nl"] == "zonder NORTH, SOUTH; geen antwoorden"
    assert "(concept, compleet)" not in ran
    assert all("×" not in (r["printed_nl"] or "") for r in school.rows("indicator_values"))
    capsys.readouterr()
    assert school.call("status", "--cycle", CYCLE, landing=True) == 0
    status = " ".join(capsys.readouterr().out.split())
    assert "telt niet mee: 55 van 60 rijen zijn apart gezet" in status


def test_a_unit_that_is_lost_in_a_file_that_counts_is_named_in_the_figure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Eight of 408 answers are two in a hundred of the file, and all that this unit sent."""
    feeds = deepcopy(PROFILE["feeds.yaml"])
    del feeds[0]["units"]
    feeds[0]["sources"][0]["path"] = "eva/{academic_year}.parquet"
    school = new_school(tmp_path / "school")
    (school.base / "profile/feeds.yaml").write_text(yaml.safe_dump(feeds), encoding="utf-8")
    deliver(school.landing)
    shutil.rmtree(school.landing / "eva/2019-2020")
    south = answers("SOUTH", "50002", 8)
    lost = south.set_column(south.schema.get_field_index("respondent"), "respondent", pa.array(["#N/A"] * 8))
    both = pa.concat_tables([answers("NORTH", "50001", 400), lost])
    pq.write_table(both, school.landing / "eva/2019-2020.parquet")
    assert school.run() == 0
    ran = " ".join(capsys.readouterr().out.split())
    assert "(concept, mist nog 1)" in ran
    (row,) = (r for r in school.rows("indicator_values") if r["indicator"] == "content")
    assert (row["status"], row["without"], row["n"]) == ("ok", "SOUTH", 400)
    assert row["note_nl"].startswith("zonder SOUTH")
    assert school.call("status", "--cycle", CYCLE, landing=True) == 0
    assert all("×" not in (r["printed_nl"] or "") for r in school.rows("indicator_values"))
