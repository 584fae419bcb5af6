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
GROWN: Sizes = {**BEFORE, "A": 30}


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
    grown = released(workspace, GROWN)
    assert by_rule(grown) == {"A": "subtraction", "B": "earlier_release"}
    # What an attacker knows of both: B is the same in both, and in neither can it or A be computed.
    now, then = known(grown), known(first)
    assert then[None] - then["C"] - then["D"] == 9
    assert "B" not in now
    assert {"C", "D"} <= now.keys(), "A is taken, as the next smallest"
    careless = known(suppress(group(GROWN), THRESHOLD))
    assert then[None] - then["C"] - then["D"] - careless["B"] == BEFORE["A"], "without memory B gives A away"


def test_a_hidden_figure_that_is_another_is_judged_anew(workspace: Workspace) -> None:
    released(workspace, BEFORE)
    assert by_rule(released(workspace, {**GROWN, "B": 40})) == {}


def test_a_run_that_is_made_again_hides_the_same_by_the_same_rules_and_hangs_on_no_memory_of_its_own(
    workspace: Workspace,
) -> None:
    for sizes in (BEFORE, GROWN):
        names = list(memories(workspace))
        made = released(workspace, sizes)
        kept = kept_of(workspace, CYCLE, names)
        assert released(workspace, sizes) == made
        assert kept_of(workspace, CYCLE, [*names, list(memories(workspace))[-1]]) == kept
    assert len(memories(workspace)) == 2


def test_only_the_releases_that_decide_are_named_and_of_figures_of_which_none_is_hidden_nothing_is_remembered(
    workspace: Workspace,
) -> None:
    released(workspace, {"A": 40, "B": 50})
    assert kept_of(workspace, CYCLE, []) == ([], {})
    released(workspace, {"A": 41, "B": 50})
    names = list(memories(workspace))
    released(workspace, BEFORE)
    assert kept_of(workspace, CYCLE, names)[0] == [], "it hides the same without them"
    assert kept_of(workspace, CYCLE, ["another"]) == ([], {}), "what another run kept says nothing of this one"


def rows(release: Path, table: str) -> list[dict[str, Any]]:
    of_table: list[dict[str, Any]] = pq.read_table(release / "tables" / f"{table}.parquet").to_pylist()
    return of_table


def test_two_releases_of_an_institution_do_not_give_a_small_unit_away_and_can_be_computed_again(tmp_path: Path) -> None:
    """Schools deliver a mark; at first Law has three respondents, and then as many as the delivery of today says."""
    shutil.copytree(HERE / "deliveries", tmp_path / "landing")
    marks = tmp_path / "landing" / "satisfaction" / "2024.csv"
    whole = marks.read_text()
    assert "Law,7.1,163" in whole
    expected = ({"LAW": "few_people", "ARTS": "subtraction"}, {"LAW": "subtraction", "ARTS": "earlier_release"})
    for text, hidden in zip((whole.replace("Law,7.1,163", "Law,7.1,3"), whole), expected, strict=True):
        marks.write_text(text)
        release = run_cycle(HERE / "profile", tmp_path / "landing", tmp_path / "out", YEARS_CYCLE)
        of_year = [r for r in rows(release, "indicator_values") if r["reporting_year"] == 2024]
        assert by_rule(of_year) == hidden
        assert set(known(of_year)) == {None, "BUSINESS", "HEALTH", "TECH"}
        keys = [row["key"] for row in rows(release, "lineage_cells") if ":indicator:2024:" in row["figure_id"]]
        assert any("TECH" in key for key in keys)
        assert not [key for key in keys if "LAW" in key or "ARTS" in key], "nor is it told by the cells of the total"
        where = ["--institution", str(HERE / "profile"), "--out", str(tmp_path / "out")]
        assert kwaliteitsmonitor.main(["verify", f"{YEARS_CYCLE}/{release.name}", *where]) == 0
