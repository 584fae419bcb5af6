"""What `check-profile` accepts runs: profiles that once were accepted and could not run are refused, or run."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from assets.resources import Institution
from pipelines.definitions import build_definitions
from pipelines.sample.plain import write_plain_sample
from schemas.problems import Problem
from schemas.profile import load_profile
from schemas.profile.loading import read_profile
from schemas.profile.summary import summary
from tests.institutions.invented import write
from tests.institutions.running import run_cycle
from tests.institutions.test_any_profile import LEAST

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "profile" / "example"


def changed(**files: Any) -> dict[str, Any]:
    """The smallest profile with other files."""
    return deepcopy(LEAST) | {f"{name}.yaml": content for name, content in files.items()}


def problems(files: dict[str, Any], tmp_path: Path) -> list[Problem]:
    return read_profile(write(files, tmp_path / "profile"))[1]


def feed(identity: str, table: str, period: str, path: str, form: str = "csv") -> dict[str, Any]:
    source = {"kind": "files", "path": path, "format": form, "tables": [table]}
    return {"id": identity, "nl": f"levering {identity}", "en": f"delivery {identity}", "period": period} | {
        "sources": [source]
    }


PROGRESS = "progress/{academic_year}{suffix}.csv"


@pytest.mark.parametrize("identity", ["pro-gress", "pro.gress", "pro gress", "voortgang/1"])
def test_a_feed_has_an_id_that_steps_and_jobs_can_be_called_after(identity: str, tmp_path: Path) -> None:
    (one,) = problems(changed(feeds=[feed(identity, "faculty_measures", "academic_year", PROGRESS)]), tmp_path)
    assert (one.file, one.line) == ("feeds.yaml", 1)
    assert one.expected == "at most 60 letters, digits and underscores"


@pytest.mark.parametrize("identity", ["progress", "select", "1st", "_", "Status", "x" * 60])
def test_every_id_of_a_feed_that_is_accepted_gives_steps_and_jobs_their_names(identity: str, tmp_path: Path) -> None:
    folder = write(changed(feeds=[feed(identity, "faculty_measures", "academic_year", PROGRESS)]), tmp_path / "profile")
    assert read_profile(folder)[1] == []
    where = Institution(institution=str(folder), landing=str(tmp_path / "landing"), out=str(tmp_path / "out"))
    assert build_definitions(where).resolve_job_def("cycle")


@pytest.mark.parametrize("file", ["units.yaml", "themes.yaml", "national", "programmes.csv"])
def test_an_id_that_stands_for_all_together_in_the_addresses_of_figures_is_taken(file: str, tmp_path: Path) -> None:
    files = deepcopy(LEAST)
    if file == "units.yaml":
        files[file].append({"id": "all", "nl": "Alle", "en": "All"})
    elif file == "programmes.csv":
        files[file] = "programme,name,croho_type,funded,unit\nall,Opleiding,ba,true,ALL\n"
    elif file == "national":
        file = "themes.yaml"
        files[file]["national"] = [{"id": "all", "nl": "Alle", "en": "All"}]
    else:
        files[file]["themes"].append({"id": "all", "nl": "Alle", "en": "All"})
    (one,) = problems(files, tmp_path)
    assert (one.file, one.found) == (file, "is 'all', which is taken")
    assert one.expected.startswith("another id")


def test_the_word_in_capitals_and_other_words_of_computers_are_ids_like_any_other(tmp_path: Path) -> None:
    names = ["ALL", "None", "true", "NA", "null", "1e5", "007", "total", "select"]
    files = changed(
        units=[{"id": name, "nl": name, "en": name} for name in names],
        themes={"themes": [{"id": name, "nl": name, "en": name} for name in names]},
        measures=[{"id": name, "theme": name, "nl": name, "en": name, "units": names} for name in names],
    )
    assert problems(files, tmp_path) == []


@pytest.mark.parametrize(
    ("table", "lacks"),
    [
        ("delivered_figures", "indicators, and indicators.yaml"),
        ("faculty_measures", "measures, and measures.yaml"),
        ("evaluations", "questions, and questions.yaml"),
        ("enrolments", "programmes, and programmes.csv"),
        ("faculty_consultations", "councils, and profile.yaml"),
    ],
)
def test_a_table_of_which_no_row_can_count_yet_is_worth_a_look(table: str, lacks: str, tmp_path: Path) -> None:
    files = changed(feeds=[feed("one", table, "none", "one{suffix}.csv")])
    del files["measures.yaml"]
    folder = write(files, tmp_path / "profile")
    assert read_profile(folder)[1] == []
    notes = summary(load_profile(folder)).notes
    assert f"each row of {table} names one of the {lacks} has none: none of them will count" in notes


def test_the_example_of_the_documentation_runs_on_its_sample_and_publishes_all_that_it_delivers(tmp_path: Path) -> None:
    """What its sample delivers is added up here from the workbooks themselves."""
    import openpyxl

    write_plain_sample(load_profile(EXAMPLE), tmp_path / "landing", (2024,), responses=300)
    spent: dict[str, list[Decimal]] = {}
    for path in sorted((tmp_path / "landing" / "spending" / "2024-2").glob("*.xlsx")):
        sheet = list(openpyxl.load_workbook(path)["BFR"].iter_rows(values_only=True))
        at = {str(header): place for place, header in enumerate(sheet[0])}
        for line in sheet[1:]:
            amounts = [Decimal(str(line[at[name]])) * 1000 for name in ("Budget (k€)", "Actuals (k€)")]
            before = spent.setdefault(str(line[at["Theme"]]), [Decimal(0), Decimal(0)])
            spent[str(line[at["Theme"]])] = [a + b for a, b in zip(before, amounts, strict=True)]
    assert len(spent) == 2
    release = run_cycle(EXAMPLE, tmp_path / "landing", tmp_path / "out", "2025-02")
    overview = pq.read_table(release / "tables" / "spending_overview.parquet").to_pylist()
    found = {r["theme"]: [r["budget"], r["realised"]] for r in overview if r["reporting_year"] == 2024 and r["theme"]}
    names = {theme.id: theme for theme in load_profile(EXAMPLE).themes}
    assert sorted(map(tuple, found.values())) == sorted(map(tuple, spent.values())), (found, spent, names)
    status = pq.read_table(release / "tables" / "delivery_status.parquet").to_pylist()
    assert all(r["rows_accepted"] > 0 and r["rows_quarantined"] == 0 for r in status)
    results = pq.read_table(release / "tables" / "quality_results.parquet").to_pylist()
    assert {r["rule"] for r in results if r["outcome"] == "failed"} <= {"evaluations.invited_unknown"}
