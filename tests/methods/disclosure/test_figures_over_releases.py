"""What a release hid of figures about staff and students does not follow from a later one."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.disclosure.figures import kept_of, over_releases
from kwaliteitsmonitor.methods.disclosure.people import suppress
from kwaliteitsmonitor.methods.disclosure.release_history import memories, remember, with_figures
from pipelines.cli.commands import kwaliteitsmonitor
from tests.institutions.running import run_cycle
from tests.institutions.test_five_schools import CYCLE as YEARS_CYCLE
from tests.institutions.test_five_schools import HERE
from tests.methods.disclosure.published_rows import group
from tests.methods.disclosure.test_people import THRESHOLD

CYCLE = "2021-03"
Sizes = Mapping[str, int]
BEFORE: Sizes = {"A": 3, "B": 6, "C": 50, "D": 60}
"""One small unit, and the next smallest that is hidden with it."""


def released(workspace: Workspace, sizes: Sizes, cycle: str = CYCLE) -> list[dict[str, Any]]:
    """The figures of a release of these sizes, in the light of all before it, which is remembered."""
    names = list(memories(workspace))
    made = group(sizes)
    shown = over_releases(workspace, cycle, names, made, lambda before: suppress(made, THRESHOLD, before))
    _, figures = kept_of(workspace, cycle, names)
    remember(workspace, with_figures({"format": 1, "answers": []}, figures))
    return shown


def by_rule(rows: list[dict[str, Any]]) -> dict[str | None, str]:
    return {row["unit"]: row["hidden_by"] for row in rows if row["status"] == "suppressed"}


def known(rows: list[dict[str, Any]]) -> dict[str | None, int]:
    return {row["unit"]: row["n"] for row in rows if row["status"] == "ok"}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def test_what_protected_a_small_unit_goes_on_doing_so_once_that_one_has_grown(workspace: Workspace) -> None:
    first = released(workspace, BEFORE)
    assert by_rule(first) == {"A": "few_people", "B": "subtraction"}
    grown = released(workspace, {**BEFORE, "A": 30})
    assert by_rule(grown) == {"A": "subtraction", "B": "earlier_release"}
    # What an attacker knows of both: B is the same in both, and in neither can it or A be computed.
    now, then = known(grown), known(first)
    assert then[None] - then["C"] - then["D"] == 9
    assert "B" not in now
    assert {"C", "D"} <= now.keys(), "A is taken, as the next smallest"


def test_without_memory_the_later_release_gives_the_earlier_one_away(workspace: Workspace) -> None:
    """The test of the test: B is shown, and what is left of the first release is A."""
    first = known(released(workspace, BEFORE))
    later = known(suppress(group({**BEFORE, "A": 30}), THRESHOLD))
    assert first[None] - first["C"] - first["D"] - later["B"] == BEFORE["A"]


def test_a_hidden_figure_that_is_another_is_judged_anew(workspace: Workspace) -> None:
    released(workspace, BEFORE)
    assert by_rule(released(workspace, {**BEFORE, "A": 30, "B": 40})) == {}


def test_a_run_that_is_made_again_hides_the_same_by_the_same_rules_and_hangs_on_no_memory_of_its_own(
    workspace: Workspace,
) -> None:
    grown = {**BEFORE, "A": 30}
    for sizes in (BEFORE, grown):
        names = list(memories(workspace))
        made = released(workspace, sizes)
        seen, figures = kept_of(workspace, CYCLE, names)
        assert released(workspace, sizes) == made
        again = kept_of(workspace, CYCLE, [*names, list(memories(workspace))[-1]])
        assert again == (seen, figures)
    assert len(memories(workspace)) == 2


def test_only_the_releases_that_decide_are_named(workspace: Workspace) -> None:
    released(workspace, {"A": 40, "B": 50})
    released(workspace, {"A": 41, "B": 50})
    names = list(memories(workspace))
    released(workspace, BEFORE)
    assert kept_of(workspace, CYCLE, names)[0] == [], "it hides the same without them"
    assert kept_of(workspace, CYCLE, ["another"]) == ([], {}), "what another run kept says nothing of this one"


def test_nothing_is_remembered_of_figures_where_none_is_hidden(workspace: Workspace) -> None:
    released(workspace, {"A": 40, "B": 50})
    assert kept_of(workspace, CYCLE, []) == ([], {})


SMALL_THEN, NOW = "Law,7.1,3", "Law,7.1,163"


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two releases of an institution whose schools deliver a mark: at first Law has three respondents."""
    base = tmp_path_factory.mktemp("twice")
    shutil.copytree(HERE / "deliveries", base / "landing")
    marks = base / "landing" / "satisfaction" / "2024.csv"
    whole = marks.read_text()
    assert NOW in whole
    releases = []
    for text in (whole.replace(NOW, SMALL_THEN), whole):
        marks.write_text(text)
        releases.append(run_cycle(HERE / "profile", base / "landing", base / "out", YEARS_CYCLE))
    first, second = releases
    return first, second


def rows(release: Path, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(release / "tables" / f"{table}.parquet").to_pylist()
    return found


def test_two_releases_of_an_institution_do_not_give_a_small_unit_away(twice: tuple[Path, Path]) -> None:
    first, second = ([r for r in rows(one, "indicator_values") if r["reporting_year"] == 2024] for one in twice)
    assert by_rule(first) == {"LAW": "few_people", "ARTS": "subtraction"}
    assert by_rule(second) == {"LAW": "subtraction", "ARTS": "earlier_release"}
    assert set(known(first)) == set(known(second)) == {None, "BUSINESS", "HEALTH", "TECH"}


def test_no_cell_of_what_is_hidden_is_told_by_the_total_either(twice: tuple[Path, Path]) -> None:
    for one in twice:
        keys = [row["key"] for row in rows(one, "lineage_cells") if ":indicator:2024:" in row["figure_id"]]
        assert any("TECH" in key for key in keys)
        assert not [key for key in keys if "LAW" in key or "ARTS" in key]


def test_both_can_be_computed_again(twice: tuple[Path, Path]) -> None:
    where = ["--institution", str(HERE / "profile"), "--out", str(twice[0].parents[2])]
    for one in twice:
        assert kwaliteitsmonitor.main(["verify", f"{YEARS_CYCLE}/{one.name}", *where]) == 0
