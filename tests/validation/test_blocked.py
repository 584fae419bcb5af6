"""The page of a run that the gate stopped says which rule, where, and what to start once it is mended."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import dagster as dg

from assets.common.resources import Institution
from assets.validation.assets import GATE, QUALITY, WAIVERS
from assets.validation.blocked import message
from kwaliteitsmonitor.foundation.errors.steps import is_gate
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from pipelines.definitions import build_definitions
from pipelines.failures import what_went_wrong
from schemas.consequences import Costs
from tests.sample_year import QUIET

SCHOOLS = Path(__file__).parents[1] / "institutions" / "five_schools"
CYCLE = "2025-03"


def failure(ran: Any) -> Any:
    (event,) = ran.get_step_failure_events()
    assert is_gate(event.event_specific_data)
    assert event.event_specific_data.error.stack == []
    assert not hasattr(sys, "tracebacklimit")
    return event.event_specific_data.user_failure_data


def result(number: int, *cells: str) -> RuleResult:
    return RuleResult("bfr", f"bfr.rule{number}", Costs.RELEASE, Outcome.FAILED, 9, 1, "moet", "must", cells=cells)


def test_what_is_told_names_eight_rules_with_their_places_and_what_to_start() -> None:
    one = message(CYCLE, [result(1, "finance/2024.csv row 2, realised")], [])
    assert "nothing was replaced: 1 rule did not hold. bfr.rule1: must (finance/2024.csv row 2, realised). " in one
    assert one.endswith(
        "start the job `cycle` for 2025-03 anew (Jobs, cycle, Materialize all); "
        "re-executing from failure reads no delivery."
    )
    many = message(CYCLE, [result(number) for number in range(10)], ["finance", "staff"])
    assert "10 rules did not hold" in many
    assert "bfr.rule7: must; and 2 more. Of finance, staff something came in that this run has not read" in many


def test_a_stopped_run_says_what_and_where_and_what_to_start_and_a_mended_delivery_is_not_passed_over(
    tmp_path: Path,
) -> None:
    """Five schools whose profile is strict, and of which one amount is not an amount."""
    shutil.copytree(SCHOOLS / "deliveries", tmp_path / "landing")
    profile = Path(shutil.copytree(SCHOOLS / "profile", tmp_path / "profile"))
    with (profile / "profile.yaml").open("a", encoding="utf-8") as file:
        file.write("\nstrictness: strict\n")
    broken = tmp_path / "landing" / "finance" / "2024.csv"
    broken.write_text(broken.read_text().replace("262,480.00", "ca. 15"), encoding="utf-8")
    places = {"institution": str(profile), "landing": str(tmp_path / "landing"), "out": str(tmp_path / "out")}
    job = build_definitions(Institution(**places, reports="none")).resolve_job_def("cycle")
    with dg.DagsterInstance.ephemeral() as instance:

        def run(*assets: str) -> Any:
            """Run the cycle, or what re-executing it from failure runs: these assets."""
            keys = [dg.AssetKey(one.split("/")) for one in assets] or None
            about: dict[str, Any] = {"partition_key": CYCLE, "run_config": QUIET, "asset_selection": keys}
            return job.execute_in_process(instance=instance, raise_on_error=False, **about)

        ran = run()
        stopped = failure(ran)
        assert "finance/2024.csv row 2, realised" in stopped.description.replace("Actual", "realised")
        assert "start the job `cycle` for 2025-03 anew" in stopped.description
        assert "ca. 15" not in stopped.description
        assert stopped.metadata["not taken up yet"].value == []
        (checked,) = [one for one in ran.get_asset_check_evaluations() if one.check_name == GATE]
        assert not checked.passed
        assert what_went_wrong(instance, instance.get_run_by_id(ran.run_id)).blocked

        broken.write_text(broken.read_text().replace("ca. 15", "262,480.00"), encoding="utf-8")
        again = failure(run(f"validation/{QUALITY}", f"validation/{WAIVERS}", "publication/release"))
        assert "something came in that this run has not read" in again.description
        (feed,) = again.metadata["not taken up yet"].value
        assert feed in again.description
        assert run().success
