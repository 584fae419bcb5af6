"""The Dagster assets that count evaluations beside the cycles: a partition per academic year and unit, and per year.

`evaluations/counts` is counted by year and unit: sixty small runs that wait for nobody, of which two or twenty may run
at once. `evaluations/year` is a whole year in one run, with a step per unit.
Both fill the same store; a cycle reads that, and counts what is not in it. So a cycle depends on its years and still
runs without them.
"""

from typing import Any

import dagster as dg

from assets.common.failures import failing_plainly
from assets.common.partitions import ACADEMIC_YEAR, UNIT, reporting_year
from assets.common.resources import Institution
from assets.common.specs import Made, Metadata, Partitions, check_result, check_spec, column_schema, spec
from assets.staged.evaluation_years import YearCounted, count_year, evaluation_feeds
from kwaliteitsmonitor.methods.checks.judge import judge
from schemas.calendar import academic_year
from schemas.profile import Profile
from schemas.tables import CATALOGUE
from schemas.tables.counted import ALL_UNITS, counted

STEP = "evaluations"
COUNTS = [STEP, "counts"]
YEAR = [STEP, "year"]
CONTRACT = "contract"
BALANCE = "accounted_for"
CHECKS = {
    CONTRACT: "Every answer meets its contract, or is set aside with the reason.",
    BALANCE: "Answers accepted and quarantined add up to answers received.",
}
KINDS = ("duckdb", "parquet")


def evaluations_assets(profile: Profile, by_unit: Partitions, by_year: Partitions) -> list[dg.AssetsDefinition]:
    """The counts by year and unit, and by year; none for an institution without evaluations."""
    if not any(evaluation_feeds(profile)):
        return []
    return [_counts(profile, by_unit), _year(profile, by_year)]


def _counts(profile: Profile, partitions: Partitions) -> dg.AssetsDefinition:
    declared = spec(
        profile,
        COUNTS,
        "Counts of the answers of one academic year and unit, kept by all that they follow from (tellingen van "
        f"antwoorden per jaar en eenheid; '{ALL_UNITS}' is what is delivered for all units at once).",
        kinds=KINDS,
        table=counted(CATALOGUE["evaluations"]),
        partitions=partitions,
    )
    checks = [check_spec(COUNTS, name, text, partitions) for name, text in CHECKS.items()]

    @dg.multi_asset(name="count_evaluations_of_unit", specs=[declared], check_specs=checks)
    def count(context: dg.AssetExecutionContext, institution: Institution) -> Made:
        dimensions = context.partition_key.keys_by_dimension
        year = _counted(institution, reporting_year(dimensions[ACADEMIC_YEAR]), dimensions[UNIT])
        yield dg.MaterializeResult(
            asset_key=declared.key, metadata=_metadata(year), check_results=_check_results(COUNTS, year)
        )

    return count


def _year(profile: Profile, partitions: Partitions) -> dg.AssetsDefinition:
    """A year as a graph: a step per unit, and one that tells what they came to, which reads no delivery again."""
    units = [*(unit.id for unit in profile.units), ALL_UNITS]
    key, group = dg.AssetKey(YEAR), YEAR[0]

    @dg.op(name="tell_evaluation_year", ins={"counted": dg.In(dg.Nothing)}, out=dg.Out(dg.Nothing))
    def tell(context: dg.OpExecutionContext, institution: Institution) -> None:
        of_year = _counted(institution, reporting_year(context.partition_key), "")
        context.add_output_metadata(_metadata(of_year))

    steps = [_step(unit) for unit in units]

    @dg.graph_asset(
        key=key,
        description="An academic year counted, a step per unit (een academisch jaar geteld, een stap per eenheid).",
        group_name=group,
        partitions_def=partitions,
        kinds=set(KINDS),
        owners=[profile.institution.owner],
        tags={"institution": profile.id},
        metadata={"dagster/column_schema": column_schema(counted(CATALOGUE["evaluations"]))},
        ins={
            "counts": dg.AssetIn(
                dg.AssetKey(COUNTS),
                dagster_type=dg.Nothing,
                partition_mapping=dg.MultiToSingleDimensionPartitionMapping(ACADEMIC_YEAR),
            )
        },
    )
    def year(counts: Any) -> Any:
        return tell([step(counts) for step in steps])

    return year


def _step(unit: str) -> dg.OpDefinition:
    """The step that counts a unit in a year."""

    @dg.op(name=f"count_{_name(unit)}", ins={"counts": dg.In(dg.Nothing)}, out=dg.Out(dg.Nothing))
    def count(context: dg.OpExecutionContext, institution: Institution) -> None:
        counted = _counted(institution, reporting_year(context.partition_key), unit)
        context.log.info(
            f"{unit}: {counted.new} deliveries counted and {counted.known} known, in {counted.seconds:.1f} s"
        )

    return count


def _name(unit: str) -> str:
    """The code of a unit as part of the name of a step, which holds letters, digits and underscores alone."""
    return "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in unit)


def _counted(institution: Institution, year: int, unit: str) -> YearCounted:
    judge().start()
    with failing_plainly():
        return count_year(institution.settings, year, unit)


def _metadata(counted: YearCounted) -> Metadata:
    total = counted.total()
    return {
        "dagster/row_count": counted.rows,
        "academic_year": academic_year(counted.reporting_year),
        "received": total.received,
        "accepted": total.accepted,
        "quarantined": total.quarantined,
        "left_out": total.left_out,
        "deliveries_counted": counted.new,
        "deliveries_known": counted.known,
        "refused": counted.refused,
        "seconds": round(counted.seconds, 2),
        "units": dg.MetadataValue.table([_of_unit(counted, unit) for unit in sorted(counted.tallies)])
        if counted.tallies
        else "nothing delivered",
    }


def _of_unit(counted: YearCounted, unit: str) -> dg.TableRecord:
    tally = counted.total(unit)
    return dg.TableRecord({"unit": unit, "deliveries": len(counted.tallies[unit]), **vars(tally)})


def _check_results(key: list[str], counted: YearCounted) -> list[dg.AssetCheckResult]:
    return [
        check_result(key, CONTRACT, counted.results),
        check_result(key, BALANCE, [counted.balance()]),
    ]
