"""What `check-profile` accepts runs: profiles that once were accepted and could not run are refused, or run."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from assets.common.resources import Institution
from kwaliteitsmonitor.sample.plain import write_plain_sample
from pipelines.definitions import build_definitions
from schemas.contract import Layer
from schemas.problems import Problem
from schemas.profile import load_profile
from schemas.profile.fillable import NO_FIGURES
from schemas.profile.loading import read_profile
from schemas.profile.summary import summary
from schemas.tables import CATALOGUE
from schemas.tables.conformed import FACTS
from tests.institutions.invented import FIRST, write
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


def test_the_sample_of_the_example_in_the_documentation_holds_spending_of_every_measure(tmp_path: Path) -> None:
    import openpyxl

    profile = load_profile(EXAMPLE)
    write_plain_sample(profile, tmp_path / "landing", (2024,), responses=300)
    lines_of = set()
    for path in sorted((tmp_path / "landing" / "spending" / "2024-2").glob("*.xlsx")):
        headers, *lines = openpyxl.load_workbook(path)["BFR"].iter_rows(values_only=True)
        at = {str(header): place for place, header in enumerate(headers)}
        assert all(line[at["Budget (k€)"]] and line[at["Actuals (k€)"]] and line[at["Date"]] for line in lines)
        lines_of |= {(path.stem, len(lines))}
    having = {unit.id: sum(unit.id in measure.units for measure in profile.measures) for unit in profile.units}
    assert lines_of == set(having.items())


def test_a_constant_that_tells_what_rows_are_about_leaves_out_the_others_and_any_other_none(tmp_path: Path) -> None:
    import openpyxl

    money = feed("money", "bfr", "round", "money/{reporting_year}{suffix}.xlsx", "workbook")
    constants = {"round": "1", "submitted_on": "2021-12-31", "theme": "promise"}
    money["sources"][0]["forms"] = [{"table": "bfr", "constants": constants}]
    files = changed(feeds=[money])
    files["profile.yaml"]["cycles"] = [{"month": 3, "round": 1, "spending_year": -1, "indicator_year": -1}]
    files["themes.yaml"]["themes"].append({"id": "other", "nl": "Anders", "en": "Other"})
    files["measures.yaml"].append({"id": "m2", "theme": "other", "nl": "twee", "en": "two", "units": ["ALL"]})
    profile = load_profile(write(files, tmp_path / "profile"))
    write_plain_sample(profile, tmp_path / "landing", (2021,), responses=300)
    headers, *lines = openpyxl.load_workbook(tmp_path / "landing" / "money" / "2021.xlsx").active.iter_rows(
        values_only=True
    )
    assert len(lines) == 1
    assert "Thema" not in headers


def test_what_no_figure_is_made_of_is_worth_a_look(tmp_path: Path) -> None:
    count = feed("october", "enrolment_counts", "none", "october{suffix}.xlsx", "workbook")
    files = changed(feeds=[count]) | {"plan.csv": f"version,theme,year,amount\nfirst,promise,{FIRST},1.00\n"}
    folder = write(files, tmp_path / "profile")
    assert read_profile(folder)[1] == []
    notes = summary(load_profile(folder)).notes
    assert "feed october delivers enrolment_counts, which is kept; no figure is made of it" in notes
    assert any(note.startswith("plan.csv has a plan, and no feed delivers spending_plan") for note in notes)


def test_of_every_other_table_that_is_delivered_something_is_made() -> None:
    """Tables of facts, and what steps read as it was staged: councils, talks, control totals and decisions."""
    staged = {"faculty_consultations", "faculty_panels", "control_totals", *decisions()}
    delivered = {name for name, table in CATALOGUE.items() if table.layer is Layer.DELIVERED} - {"quarantine"}
    read = {name for one in FACTS.values() for name in one.reads}
    assert delivered - read - staged == NO_FIGURES


def decisions() -> set[str]:
    return {name for name in CATALOGUE if name.endswith("_records")}
