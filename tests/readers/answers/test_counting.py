"""Counting by academic year and unit: each delivery once, apart from others, and nothing lost of what does not fit."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from assets.common.partitions import ACADEMIC_YEAR, UNIT, academic_years, cycle_partitions, years_of_a_cycle
from assets.common.resources import Institution
from assets.staged.evaluation_years import count_year
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.variables import DASK_SCHEDULER
from pipelines.cli.commands import kwaliteitsmonitor
from pipelines.definitions import build_definitions
from pipelines.jobs import COUNT_JOB, COUNT_YEAR_JOB, evaluations_jobs
from schemas.errors import UsageError
from schemas.profile import Profile
from tests.readers.answers.conftest import KEY

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@pytest.fixture
def settings(sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("KWALITEITSMONITOR_PSEUDONYM_KEY", KEY)
    return Settings.from_environment(institution="leiden", landing=str(sample), out=str(tmp_path / "out"))


def execute(settings: Settings, *jobs: tuple[str, str | dg.MultiPartitionKey]) -> list[dg.ExecuteInProcessResult]:
    """What comes of these jobs for these partitions, one after the other."""
    own = Institution(institution=settings.institution, landing=settings.landing, out=settings.out)
    definitions = build_definitions(own)
    with dg.DagsterInstance.ephemeral() as instance:
        return [
            definitions.resolve_job_def(name).execute_in_process(instance=instance, partition_key=key, run_config=QUIET)
            for name, key in jobs
        ]


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("cycle", "years"),
    [
        ("2019-03", []),
        ("2020-03", ["2018-09"]),
        ("2021-03", ["2018-09", "2019-09"]),
        ("2021-05", ["2018-09", "2019-09"]),
        ("2021-09", ["2018-09", "2019-09"]),
        ("2025-09", ["2022-09", "2023-09"]),
    ],
)
def test_a_cycle_depends_on_the_academic_years_that_it_reads(
    profile: Profile, cycle: str, years: Sequence[str]
) -> None:
    cycles = cycle_partitions(profile)
    mapped = years_of_a_cycle(profile).get_upstream_mapped_partitions_result_for_partitions(
        cycles.empty_subset().with_partition_keys([cycle]), cycles, academic_years(profile)
    )
    assert list(mapped.partitions_subset.get_partition_keys()) == list(years)


def test_there_is_a_partition_for_each_year_and_unit_and_for_what_is_delivered_for_all(profile: Profile) -> None:
    graph = build_definitions(Institution(institution="leiden")).get_repository_def().asset_graph
    partitions = graph.get(dg.AssetKey(["evaluations", "counts"])).partitions_def
    assert partitions is not None
    keys = partitions.get_partition_keys()
    assert len(keys) == 6 * (9 + 1)
    assert {"2018-09|FGW", "2023-09|all"} <= set(keys)
    above = graph.get(dg.AssetKey(["staged", "evaluations"])).parent_keys
    assert dg.AssetKey(["evaluations", "year"]) in above
    assert dg.AssetKey(["evaluations", "counts"]) in graph.get(dg.AssetKey(["evaluations", "year"])).parent_keys


def test_counting_unit_by_unit_in_any_order_is_counting_the_year(settings: Settings, tmp_path: Path) -> None:
    units = ["all", *reversed([unit.id for unit in settings.profile.units])]
    apart = {unit: count_year(settings, 2020, unit) for unit in units}
    assert (sum(one.new for one in apart.values()), sum(one.known for one in apart.values())) == (8, 0)
    other = Settings.from_environment(institution="leiden", landing=settings.landing, out=str(tmp_path / "other"))
    whole = count_year(other, 2020)
    assert {unit: whole.total(unit) for unit in units} == {unit: one.total() for unit, one in apart.items()}
    assert tree(settings.workspace.counts) == tree(other.workspace.counts)
    again = count_year(settings, 2020)
    assert (again.new, again.known) == (0, 8)


def test_a_partition_says_what_it_counted_and_the_year_reads_nothing_again(settings: Settings) -> None:
    key = dg.MultiPartitionKey({ACADEMIC_YEAR: "2019-09", UNIT: "FGW"})
    unit, year = execute(settings, (COUNT_JOB, key), (COUNT_YEAR_JOB, "2019-09"))
    (made,) = unit.get_asset_materialization_events()
    metadata = {name: value.value for name, value in made.materialization.metadata.items()}
    assert metadata["deliveries_counted"] == 1
    assert metadata["received"] == metadata["accepted"] > metadata["dagster/row_count"] > 0
    checks = {check.check_name: check.passed for check in unit.get_asset_check_evaluations()}
    assert checks == {"contract": True, "accounted_for": True}
    (whole,) = year.get_asset_materialization_events()
    assert whole.materialization.metadata["deliveries_known"].value == 8
    assert whole.materialization.metadata["deliveries_counted"].value == 0


def test_a_unit_that_delivers_answers_of_another_gets_them_back_with_place_and_remedy(
    settings: Settings, sample: Path, tmp_path: Path
) -> None:
    landing = shutil.copytree(sample / "evaluaties", tmp_path / "zone" / "evaluaties").parent
    path = landing / "evaluaties" / "2019-2020" / "cursus" / "FGW.parquet"
    rows = pq.read_table(path)
    units = pa.array(["FdR" if at in (2, 5) else "FGW" for at in range(rows.num_rows)])
    pq.write_table(rows.set_column(rows.column_names.index("unit"), "unit", units), path)
    settings = Settings.from_environment(institution="leiden", landing=str(landing), out=settings.out)
    (result,) = execute(settings, ("take_up_evaluations", "2021-03"))
    checks = {c.check_name: c for c in result.get_asset_check_evaluations() if c.asset_key.path[-1] == "evaluations"}
    assert checks["accounted_for"].passed
    assert not checks["contract"].passed
    assert "evaluations.unit.path" in str(checks["contract"].description)
    aside = settings.workspace.read("2021-03", "staged", "evaluations.quarantine").to_pylist()
    assert [(row["rule"], row["file"].rpartition("/")[2], row["row"], row["found"]) for row in aside] == [
        ("evaluations.unit.path", "FGW.parquet", row, "FdR") for row in (3, 6)
    ]
    assert {row["expected_en"] for row in aside} == {"FGW, for which the file was delivered"}
    tallies = settings.workspace.read_json("2021-03", "staged", "evaluations")["tallies"]["evaluations"].values()
    assert all(t["accepted"] + t["quarantined"] == t["received"] for t in tallies)
    assert sum(t["quarantined"] for t in tallies) == 2


@pytest.mark.parametrize(("year", "unit"), [(2031, ""), (2018, ""), (2020, "FGX")])
def test_a_year_or_unit_that_there_is_not_is_refused(settings: Settings, year: int, unit: str) -> None:
    with pytest.raises(UsageError, match="expected"):
        count_year(settings, year, unit)


def test_the_command_line_counts_years_and_goes_on_where_it_was(settings: Settings) -> None:
    options = ["count", "--landing", settings.landing, "--out", settings.out, "--institution", "leiden"]
    years = ["--from", "2018-2019", "--until", "2019-2020", "--unit", "FGW"]
    for line in ("1 geteld, 0 al bekend", "0 geteld, 1 al bekend"):
        ran = CliRunner().invoke(kwaliteitsmonitor, [*options, *years])
        assert ran.exit_code == 0, ran.output
        assert ran.output.count(line) == 2


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--from", "2030-2031"], "'2030-2031' is no academic year"),
        (["--from", "2020-2021", "--until", "2018-2019"], "comes after"),
    ],
)
def test_the_command_line_says_which_years_there_are(
    settings: Settings, options: Sequence[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = kwaliteitsmonitor.main(["count", "--landing", settings.landing, "--out", settings.out, *options])
    assert code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("evaluated", [True, False], ids=["with evaluations", "without evaluations"])
def test_a_dask_scheduler_that_is_still_named_is_refused_with_what_to_do(
    evaluated: bool, profile: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DASK_SCHEDULER, "tcp://127.0.0.1:8786")
    with pytest.raises(UsageError, match="no longer spread over Dask") as refused:
        evaluations_jobs(profile if evaluated else replace(profile, feeds=()))
    assert f"-j {COUNT_JOB}" in str(refused.value)
