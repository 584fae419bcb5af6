"""What `check-profile` accepts runs: profiles that once were accepted and could not run are refused, or run."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from assets.common.resources import Institution
from kwaliteitsmonitor.sample.plain import write_plain_sample
from pipelines.definitions import build_definitions
from schemas.contract import Layer
from schemas.profile import load_profile
from schemas.profile.fillable import NO_FIGURES
from schemas.profile.loading import read_profile
from schemas.profile.summary import summary
from schemas.tables import CATALOGUE
from schemas.tables.facts import FACTS
from tests.institutions.invented import FIRST, write
from tests.institutions.test_any_profile import LEAST

EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "profile" / "example"
PROGRESS = ("faculty_measures", "academic_year", "progress/{academic_year}{suffix}.csv")


def changed(tmp_path: Path, **files: Any) -> Path:
    """The smallest profile with other files."""
    named = {f"{name}.{'csv' if isinstance(content, str) else 'yaml'}": content for name, content in files.items()}
    return write({name: of for name, of in (deepcopy(LEAST) | named).items() if of is not None}, tmp_path / "profile")


def feed(identity: str, table: str, period: str, path: str, form: str = "csv", **more: Any) -> list[dict[str, Any]]:
    source = {"kind": "files", "path": path, "format": form, "tables": [table], **more}
    return [{"id": identity, "nl": f"levering {identity}", "en": identity, "period": period, "sources": [source]}]


def called(*names: str, **more: Any) -> list[dict[str, Any]]:
    return [{"id": name, "nl": name, "en": name, **more} for name in names]


def notes(folder: Path) -> tuple[str, ...]:
    assert read_profile(folder)[1] == []
    return tuple(summary(load_profile(folder)).notes)


@pytest.mark.parametrize("identity", ["pro-gress", "pro.gress", "pro gress", "voortgang/1"])
def test_a_feed_has_an_id_that_steps_and_jobs_can_be_called_after(identity: str, tmp_path: Path) -> None:
    (one,) = read_profile(changed(tmp_path, feeds=feed(identity, *PROGRESS)))[1]
    assert (one.file, one.line) == ("feeds.yaml", 1)
    assert one.expected == "at most 60 letters, digits and underscores"


@pytest.mark.parametrize("identity", ["select", "1st", "_", "Status", "x" * 60])
def test_every_id_of_a_feed_that_is_accepted_gives_steps_and_jobs_their_names(identity: str, tmp_path: Path) -> None:
    folder = changed(tmp_path, feeds=feed(identity, *PROGRESS))
    assert read_profile(folder)[1] == []
    where = Institution(institution=str(folder), landing=str(tmp_path / "landing"), out=str(tmp_path / "out"))
    assert build_definitions(where).resolve_job_def("cycle")


@pytest.mark.parametrize(
    ("file", "files"),
    [
        ("units.yaml", {"units": [*LEAST["units.yaml"], *called("all")]}),
        ("themes.yaml", {"themes": {"themes": [*LEAST["themes.yaml"]["themes"], *called("all")]}}),
        ("themes.yaml", {"themes": LEAST["themes.yaml"] | {"national": called("all")}}),
        ("programmes.csv", {"programmes": "programme,name,croho_type,funded,unit\nall,Opleiding,ba,true,ALL\n"}),
    ],
)
def test_an_id_that_stands_for_all_together_in_the_addresses_of_figures_is_taken(
    file: str, files: dict[str, Any], tmp_path: Path
) -> None:
    (one,) = read_profile(changed(tmp_path, **files))[1]
    assert (one.file, one.actual) == (file, "is 'all', which is taken")
    assert one.expected.startswith("another id")


def test_the_word_in_capitals_and_other_words_of_computers_are_ids_like_any_other(tmp_path: Path) -> None:
    names = ["ALL", "None", "true", "NA", "null", "1e5", "007", "total", "select"]
    measures = [one | {"theme": one["id"]} for one in called(*names, units=names)]
    folder = changed(tmp_path, units=called(*names), themes={"themes": called(*names)}, measures=measures)
    assert read_profile(folder)[1] == []


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
    folder = changed(tmp_path, feeds=feed("one", table, "none", "one{suffix}.csv"), measures=None)
    note = f"each row of {table} names one of the {lacks} has none: none of them will count"
    assert note in notes(folder)


def lines_of(workbook: Path) -> list[dict[str, Any]]:
    (sheet, *_) = openpyxl.load_workbook(workbook).worksheets
    headers, *lines = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, headers), line, strict=True)) for line in lines]


def test_the_sample_of_the_example_in_the_documentation_holds_spending_of_every_measure(tmp_path: Path) -> None:
    profile = load_profile(EXAMPLE)
    write_plain_sample(profile, tmp_path, (2024,), responses=300)
    delivered = {path.stem: lines_of(path) for path in (tmp_path / "spending" / "2024-2").glob("*.xlsx")}
    having = {unit.id: sum(unit.id in measure.units for measure in profile.measures) for unit in profile.units}
    assert {unit: len(lines) for unit, lines in delivered.items()} == having
    for line in (line for lines in delivered.values() for line in lines):
        assert all(line[column] for column in ("Budget (k€)", "Actuals (k€)", "Date"))


def test_a_constant_that_tells_what_rows_are_about_leaves_out_the_others_and_any_other_none(tmp_path: Path) -> None:
    constants = {"round": "1", "submitted_on": "2021-12-31", "theme": "promise"}
    forms = [{"table": "bfr", "constants": constants}]
    cycles = [{"month": 3, "round": 1, "spending_year": -1, "indicator_year": -1}]
    folder = changed(
        tmp_path,
        profile=LEAST["profile.yaml"] | {"cycles": cycles},
        themes={"themes": called("promise", "other")},
        measures=[one | {"theme": theme} for theme in ("promise", "other") for one in called(theme, units=["ALL"])],
        feeds=feed("money", "bfr", "round", "money/{reporting_year}{suffix}.xlsx", "workbook", forms=forms),
    )
    write_plain_sample(load_profile(folder), tmp_path / "landing", (2021,), responses=300)
    (line,) = lines_of(tmp_path / "landing" / "money" / "2021.xlsx")
    assert "Thema" not in line


def test_what_no_figure_is_made_of_is_worth_a_look_and_of_every_other_table_something_is_made(tmp_path: Path) -> None:
    count = feed("october", "enrolment_counts", "none", "october{suffix}.xlsx", "workbook")
    told = notes(changed(tmp_path, feeds=count, plan=f"version,theme,year,amount\nfirst,promise,{FIRST},1.00\n"))
    assert "feed october delivers enrolment_counts, which is kept; no figure is made of it" in told
    assert any(note.startswith("plan.csv has a plan, and no feed delivers spending_plan") for note in told)
    # Steps read these as they were staged: councils, talks, control totals and decisions.
    staged = {"faculty_consultations", "faculty_panels", "control_totals"}
    staged |= {name for name in CATALOGUE if name.endswith("_records")}
    delivered = {name for name, table in CATALOGUE.items() if table.layer is Layer.DELIVERED} - {"quarantine"}
    assert delivered - {name for one in FACTS.values() for name in one.reads} - staged == NO_FIGURES
