"""Laws that hold for every valid profile, whatever the institution: its cycle runs, and its totals add up.

Each example is a profile that nobody thought of, with deliveries made from it, and a whole cycle in this process. The
few that run with the other tests are always the same ones; `make any-profile` draws others, and more of them.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, note, settings

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.contents.report import report_of
from kwaliteitsmonitor.releases.report.document.model import Document, Paragraph, Section, Table, Terms
from kwaliteitsmonitor.sample.plain import cycles_with, write_plain_sample
from schemas.profile import Profile, load_profile, loading, profile_folder
from tests.institutions.invented import FIRST, Files, profiles, write
from tests.sample_year import rows, run

EXAMPLES = int(os.environ.get("KWALITEITSMONITOR_ANY_PROFILES", "0"))
"""How many other profiles are drawn; with none, a few that are always the same."""
PROMISED = Path(__file__).resolve().parents[2] / "docs" / "published-tables.json"
ROOT = Path(__file__).resolve().parents[2]

LEAST: dict[str, Any] = yaml.safe_load(f"""
profile.yaml:
  {{format_version: 2, id: least, nl: Kleinste Hogeschool, en: Smallest School, profile_version: "1", languages: [en],
   timezone: Europe/Amsterdam, owner: "team:least", first_year: {FIRST}, last_year: {FIRST + 5},
   student_reference_date: "10-01", disclosure: {{threshold: 5}},
   cycles: [{{month: 11, indicator_year: 0, nl: "Najaarsreview {{year}}", en: "Autumn review {{year}}"}}]}}
units.yaml: [{{id: ALL, nl: Hogeschool, en: School}}]
themes.yaml: {{themes: [{{id: promise, nl: Belofte, en: Promise}}]}}
measures.yaml: [{{id: m1, theme: promise, nl: ambitie een, en: ambition one, units: [ALL]}}]
indicators.yaml: []
feeds.yaml:
- id: progress
  nl: voortgang
  en: progress
  period: academic_year
  sources:
  - {{kind: files, path: "progress/{{academic_year}}{{suffix}}.csv", format: csv, tables: [faculty_measures]}}
""")
"""One unit, one theme, one measure, one cycle, one language, and nothing delivered but progress."""


@dataclass(frozen=True)
class Cycle:
    """A cycle that ran for a profile."""

    profile: Profile
    key: str
    workspace: Workspace
    success: bool
    assets: frozenset[str]

    @property
    def release(self) -> Path:
        return self.workspace.current / self.key

    def rows(self, name: str) -> list[dict[str, Any]]:
        return rows(self.release, name)

    def failed(self) -> list[str]:
        """What stopped it, for who reads a failing test."""
        if not self.workspace.path(self.key, "validation", "quality_results").is_file():
            return ["before validation"]
        results = self.workspace.read(self.key, "validation", "quality_results").to_pylist()
        return [f"{r['rule']} {r['cells']}" for r in results if (r["severity"], r["outcome"]) == ("critical", "failed")]


def run_of(institution: str, folder: Path, reports: str = "none") -> Cycle:
    """The last cycle that finds all it reads in a sample of two years, of a profile by name or by folder."""
    profile = load_profile(profile_folder(institution))
    years = (FIRST, FIRST + 1)
    write_plain_sample(profile, folder / "landing", years, responses=300)
    key = cycles_with(profile, years)[-1]
    result = run(folder / "landing", folder / "out", key, reports, institution=institution)
    made = {event.asset_key.to_user_string() for event in result.get_asset_materialization_events()}
    return Cycle(profile, key, Workspace(folder / "out"), result.success, frozenset(made))


_watched: list[tuple[Path, set[Path]]] = []


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    """Note which files and folders are opened below a folder that is watched."""
    if _watched and event in ("open", "os.listdir", "os.scandir") and isinstance(arguments[0], str | os.PathLike):
        path = Path(os.fsdecode(arguments[0])).absolute()
        for folder, opened in _watched:
            if folder in (path, *path.parents):
                opened.add(path)


sys.addaudithook(_watch)


@contextmanager
def opened_under(folder: Path) -> Iterator[set[Path]]:
    """What is opened below a folder while the block runs."""
    opened: set[Path] = set()
    _watched.append((folder, opened))
    try:
        yield opened
    finally:
        _watched.clear()


@settings(
    max_examples=EXAMPLES or 3,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    phases=[Phase.generate],  # an example is a cycle: making it smaller takes longer than looking
    suppress_health_check=list(HealthCheck),
)
@given(profiles())
def test_any_valid_profile_runs_to_a_release_and_a_report_whose_totals_add_up(files: Files) -> None:
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    with TemporaryDirectory() as folder:
        cycle = run_of(str(write(files, Path(folder) / "profile")), Path(folder))
        note(f"{cycle.key}: {[feed.id for feed in cycle.profile.feeds]}")
        totals_add_up(cycle)


def totals_add_up(cycle: Cycle) -> None:
    """The laws."""
    assert cycle.success, cycle.failed()
    every_published_table_is_there(cycle)
    only_what_is_used_is_declared(cycle)
    money_of_units_is_that_of_the_institution(cycle)
    answers_of_units_are_those_of_the_institution(cycle)
    figures_of_units_are_those_of_the_institution(cycle)
    money_by_national_theme_is_that_by_own_theme(cycle)
    every_measure_and_indicator_has_a_place_in_the_crosswalk(cycle)
    for language in cycle.profile.institution.languages:
        nothing_is_empty(cycle, report_of(cycle.profile, ReleaseReader(cycle.release), language))


def every_published_table_is_there(cycle: Cycle) -> None:
    """The columns of a release are the same for every institution; the sector view has tables of its own."""
    import pyarrow.parquet as pq

    promised = json.loads(PROMISED.read_text(encoding="utf-8"))["tables"]
    there = {path.stem: pq.read_schema(path).names for path in (cycle.release / "tables").glob("*.parquet")}
    of_releases = {name: of for name, of in promised.items() if not name.startswith("sector_")}
    assert set(of_releases) <= set(there)
    for name, of in of_releases.items():
        assert set(of["columns"]) <= set(there[name]), name


def only_what_is_used_is_declared(cycle: Cycle) -> None:
    """An institution without money makes no tables of money, and so on."""
    steps = {
        "spending/spending_overview": ("bfr", "spending_plan"),
        "statistics/evaluation_results": ("evaluations",),
        "progress/measures": ("faculty_measures", "bfr"),
        "progress/council_consultations": ("faculty_consultations",),
        "progress/panel_discussions": ("faculty_panels",),
        "comparison/spending_by_national_theme": ("bfr",),
        "facts/fact_staff": ("staff",),
        "facts/fact_enrolments": ("enrolments",),
    }
    for asset, needs in steps.items():
        assert (asset in cycle.assets) == any(cycle.profile.uses(name) for name in needs), asset
    assert ("indicators/indicator_values" in cycle.assets) == bool(cycle.profile.indicators)


def money_of_units_is_that_of_the_institution(cycle: Cycle) -> None:
    overview, units = cycle.rows("spending_overview"), cycle.rows("spending_by_unit")
    assert bool(overview) == (bool(cycle.profile.cycle(cycle.key).round) and cycle.profile.uses("bfr"))
    for part in ("budget", "realised", "difference"):
        whole = {(r["reporting_year"], r["theme"]): r[part] for r in overview}
        assert all(amount is not None for amount in whole.values())
        assert summed(units, part, "reporting_year", "theme") == whole
        parts = [row for row in overview if row["theme"] is not None]
        assert summed(parts, part, "reporting_year") == {
            (year,): amount for (year, theme), amount in whole.items() if theme is None
        }
    measures = [row for row in cycle.rows("measures") if row["budget"] is not None]
    settled = [row for row in units if row["theme"] is not None and row["round"] == cycle.profile.last_round]
    for part in ("budget", "realised"):
        place = ("reporting_year", "unit", "theme")
        of_measures = summed(measures, part, *place)
        assert all(of_measures.get(key) == amount for key, amount in summed(settled, part, *place).items())


def answers_of_units_are_those_of_the_institution(cycle: Cycle) -> None:
    """Of each result of the whole, where every unit shows its own: what they count and share adds up."""
    rows = [row for row in cycle.rows("evaluation_results") if row["programme"] is None]
    place = ("reporting_year", "evaluation", "question", "level")
    units: dict[tuple[Any, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["unit"] is not None:
            units[tuple(row[name] for name in place)].append(row)
    wholes = [row for row in rows if row["unit"] is None and row["status"] == "ok"]
    for whole in wholes:
        of = units[tuple(whole[name] for name in place)]
        if all(row["status"] == "ok" for row in of):
            assert sum(row["n"] for row in of) == whole["n"]


def figures_of_units_are_those_of_the_institution(cycle: Cycle) -> None:
    """Of delivered figures: what adds up does, and a mean or a share lies among those of the units."""
    units: dict[tuple[int, str], list[Mapping[str, Any]]] = defaultdict(list)
    rows = [row for row in cycle.rows("indicator_values") if row["indicator"] in ("energy", "marks", "leave")]
    for row in rows:
        if row["unit"] is not None:
            units[(row["reporting_year"], row["indicator"])].append(row)
    for whole in rows:
        of = units[(whole["reporting_year"], whole["indicator"])]
        if whole["unit"] is None and whole["status"] == "ok" and all(row["status"] == "ok" for row in of):
            values = [Decimal(str(row["value"])) for row in of]
            value = Decimal(str(whole["value"]))
            assert len(values) == len(cycle.profile.units)
            if whole["indicator"] == "energy":
                assert sum(values) == value
            else:
                assert min(values) <= value <= max(values)


def money_by_national_theme_is_that_by_own_theme(cycle: Cycle) -> None:
    """To the cent, for what a theme brings to several national ones and what it brings to none."""
    national = cycle.rows("spending_by_national_theme")
    overview = cycle.rows("spending_overview")
    for part in ("budget", "realised", "carried_over", "left_over"):
        own = {(row["reporting_year"],): row[part] for row in overview if row["theme"] is None}
        assert {(row["reporting_year"],): row[part] for row in national if row["kind"] == "total"} == own
        assert summed([row for row in national if row["kind"] != "total"], part, "reporting_year") == own


def every_measure_and_indicator_has_a_place_in_the_crosswalk(cycle: Cycle) -> None:
    """In the total each counts once; a theme's parts add up to one, so that none is lost or counted double."""
    parts = [row for row in cycle.rows("crosswalk") if row["national_theme"] is not None]
    for theme, part in summed(parts, "part", "theme").items():
        assert part == 1, theme
    for row in cycle.rows("national_theme_counts"):
        if row["kind"] == "total":
            assert row["measures"] == len({(one.theme, one.id) for one in cycle.profile.measures})


def summed(rows: Iterable[Mapping[str, Any]], part: str, *by: str) -> dict[tuple[Any, ...], Decimal]:
    sums: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[tuple(row[name] for name in by)] += row[part]
    return dict(sums)


def nothing_is_empty(cycle: Cycle, document: Document) -> None:
    """Every section says something, every table has rows and columns, and nobody reads of what is not used."""
    assert document.title
    assert "{" not in document.title
    assert document.sections
    for name, text in document.facts:
        assert name
        assert text
    for section in document.sections:
        _says_something(section)
    texts = _texts(document)
    house = cycle.profile.institution.words
    if not (cycle.rows("spending_overview") or cycle.rows("spending_plan_versions")):
        assert [text for text in texts if "€" in text or "Besteding" in text or "Spending" in text] == []
    if house.theme.nl == "belofte":
        own = [text.lower() for text in texts if "landelijk" not in text and "national" not in text]
        assert [text for text in own if "eenheden" in text or "thema's" in text or "themes" in text] == []


def _says_something(section: Section) -> None:
    assert section.title
    assert section.blocks or section.sections, section.id
    for block in section.blocks:
        match block:
            case Table():
                assert block.caption
                assert len(block.columns) > 1, block.id
                assert any(row.kind == "body" for row in block.rows), block.id
                assert all(len(row.cells) == len(block.columns) for row in block.rows if row.kind != "heading")
            case Paragraph():
                assert block.text.strip(" .")
            case Terms():
                assert block.entries
                assert all(all(entry) for entry in block.entries)
    for inner in section.sections:
        _says_something(inner)


def _texts(document: Document) -> list[str]:
    """The headings, captions and headers of a report, and what stands on its front."""
    texts = [document.title, *(name for name, _ in document.facts), *(section.title for section in document.sections)]
    for table in document.tables():
        texts += [table.caption, *(column.title for column in table.columns), *(c.measure for c in table.columns)]
    return texts


def test_a_profile_of_which_nothing_can_be_read_is_not_run(tmp_path: Path) -> None:
    """The laws are about valid profiles: one that is not is refused before anything runs."""
    from schemas.errors import ProfileError

    folder = write(LEAST | {"units.yaml": []}, tmp_path / "profile")
    with pytest.raises(ProfileError):
        _ = Settings(institution=str(folder)).profile


def test_the_least_profile_runs_opens_its_own_files_alone_and_reports_in_its_language_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many profiles are installed: what a cycle costs follows from its deliveries, and nobody's is read."""
    installed = tmp_path / "institutions"
    monkeypatch.setattr(loading, "PROFILES", installed)
    for number in range(50):
        own = LEAST["profile.yaml"] | {"id": f"school-{number}"}
        write(LEAST | {"profile.yaml": own}, installed / f"school-{number}")
    with opened_under(installed) as opened:
        cycle = run_of("school-7", tmp_path / "run", reports="html,xlsx,docx,pdf")
    totals_add_up(cycle)
    assert {path.relative_to(installed).parts[:1] for path in opened} == {("school-7",)}
    names = sorted(path.name for path in (cycle.release / "report").iterdir())
    assert names == [f"school-7-{cycle.key}.en.{form}" for form in ("docx", "html", "pdf", "xlsx")]
    page = (cycle.release / "report" / names[1]).read_text(encoding="utf-8")
    assert f"Autumn review {FIRST + 1}" in page
    assert "BFR" not in page
    assert "€" not in page
