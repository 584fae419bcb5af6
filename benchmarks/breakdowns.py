"""`python -m benchmarks.breakdowns`: every breakdown of evaluations from counts, against Polars on the raw answers.

Polars reads the answers themselves (Parquet) and gives n, mean and standard deviation per unit, programme and question.
From the counts come the same and more: also per level, per unit and for the whole, the spread over courses and units,
the 95% interval, the median and the share of each answer. The counts are made once, when answers are delivered, so
making them is not in the time. Both run in a process that is up; medians, in turns. That means and deviations are the
same is checked before anything is printed.
"""

from __future__ import annotations

import argparse
import os
import statistics as medians
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.__main__ import deliveries

if TYPE_CHECKING:
    import pyarrow as pa

ANSWERS = 10_000_000
TIMES = 5
CLOSE = 1e-9

Breakdown = dict[tuple[int, str, str, str], tuple[int, float, float | None]]
"""n, mean and standard deviation by reporting year, question, unit and programme."""


def counts(landing: Path) -> pa.Table:
    """The facts that staging and conforming make of the course evaluations: so many answers of each kind."""
    import duckdb

    from schemas.exports.arrow import arrow_schema
    from schemas.tables import CATALOGUE

    schema = arrow_schema(CATALOGUE["fact_answers"])
    found = duckdb.sql(
        "SELECT CAST(right(academic_year, 4) AS BIGINT) AS reporting_year, evaluation, unit, programme, level, course, "
        "question, score, 1 AS worst, 5 AS best, '1' AS question_version, count(*) AS answers, unit AS _delivery "
        f"FROM read_parquet('{landing}/evaluaties/*/cursus/*.parquet') GROUP BY ALL ORDER BY ALL"
    )
    return found.to_arrow_table().select(schema.names).cast(schema)


def ours(profile: Any, facts: pa.Table, population: pa.Table) -> Breakdown:
    """Everything that is published of the evaluations, and of it what Polars gives."""
    from kwaliteitsmonitor.methods.statistics.summaries import statistics

    found = statistics(profile, facts, population, sorted(set(facts.column("reporting_year").to_pylist())))
    made: Breakdown = {}
    for evaluated, cells in found.summaries.items():
        for cell, one in cells.items():
            _ = one.courses.deviation, one.respondents.half_width, one.median, one.scores
            if cell.programme:
                deviation = one.respondents.deviation
                made[(evaluated.year, evaluated.question, cell.unit or "", cell.programme)] = (
                    one.n,
                    float(one.respondents.mean),
                    None if deviation is None else float(deviation),
                )
    return made


def theirs(landing: Path) -> Breakdown:
    """The same from the raw answers, by Polars."""
    import polars as pl

    rows = (
        pl.scan_parquet(f"{landing}/evaluaties/*/cursus/*.parquet")
        .group_by("academic_year", "question", "unit", "programme")
        .agg(pl.len().alias("n"), pl.col("score").mean().alias("mean"), pl.col("score").std().alias("deviation"))
        .collect()
    )
    return {
        (int(year[-4:]), question, unit, programme): (n, m, s)
        for year, question, unit, programme, n, m, s in rows.rows()
    }


def check(mine: Breakdown, other: Breakdown) -> None:
    """End where the two differ by more than rounding."""
    if mine.keys() != other.keys():
        sys.exit("not the same breakdown")
    for key, (n, mean, deviation) in mine.items():
        n_other, mean_other, deviation_other = other[key]
        if n != n_other or abs(mean - mean_other) > CLOSE or abs((deviation or 0) - (deviation_other or 0)) > CLOSE:
            sys.exit(f"{key}: {(n, mean, deviation)} is not {other[key]}")


def main() -> None:
    """Measure and print, as a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=ANSWERS, help="how many answers the deliveries hold")
    arguments = parser.parse_args()

    from schemas.exports.arrow import arrow_schema
    from schemas.profile import load_profile, profile_folder
    from schemas.tables import CATALOGUE

    landing = deliveries(arguments.answers)
    profile = load_profile(profile_folder("leiden"))
    facts = counts(landing)
    population = arrow_schema(CATALOGUE["fact_population"]).empty_table()
    taken: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(TIMES):
        began = time.monotonic()
        mine = ours(profile, facts, population)
        taken["ours"].append(time.monotonic() - began)
        began = time.monotonic()
        other = theirs(landing)
        taken["theirs"].append(time.monotonic() - began)
        check(mine, other)
    own, polars = (medians.median(seconds) for seconds in taken.values())
    print(f"{os.cpu_count()} cores; medians of {TIMES}; {facts.num_rows:,} counts, {len(mine):,} figures each\n")
    print("| answers | from counts | Polars on the answers | ratio |")
    print("| ---: | ---: | ---: | ---: |")
    print(f"| {arguments.answers:,} | {own:.2f} s | {polars:.2f} s | {own / polars:.2f}× |")


if __name__ == "__main__":
    main()
