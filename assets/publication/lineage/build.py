"""Gathering the contributions that all steps kept of a cycle into the tables of the lineage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

import pyarrow as pa

from assets.common.cycle_tables import CycleTables
from assets.facts.of_cycle import facts_table
from assets.publication.lineage import cell_lineage as cells
from assets.publication.lineage import figure_lineage as resting
from assets.publication.lineage.figure_lineage import ResultRow, ShareRow
from assets.publication.lineage.tables import INVITED, lineage
from kwaliteitsmonitor.methods.disclosure.lineage_control import Contributions
from kwaliteitsmonitor.methods.disclosure.pattern import sources_of, withheld_of
from kwaliteitsmonitor.methods.figures.contributions import Contribution, kept_contributions, per_delivery, placed
from kwaliteitsmonitor.methods.figures.formulas import names, rules
from kwaliteitsmonitor.methods.statistics.sums import Cell
from kwaliteitsmonitor.readers.source_cells import TABLES as FOLLOWED
from schemas.exports.arrow import to_arrow
from schemas.figures import FIGURES, SHARE
from schemas.flow import STEPS
from schemas.profile import Profile
from schemas.profile.flow import makes, staged_of
from schemas.rows import DeliveryStatusRow, IndicatorValuesRow, LineageRow
from schemas.values import Row

MONEY = tuple(one.name for one in FIGURES.values() if one.money)
"""The tables of figures that are amounts."""


def contributing_steps(profile: Profile) -> list[str]:
    """The steps that keep what their figures were computed from, of those that an institution has."""
    return [step.name for step in STEPS if any(makes(profile, name) for name in step.contributions)]


def lineage_tables(
    cycle: CycleTables, tables: Mapping[str, pa.Table], deliveries: Mapping[str, DeliveryStatusRow]
) -> dict[str, pa.Table]:
    """The tables of the lineage of a cycle, from its published tables and the contributions that its steps kept.

    `deliveries` gives the feed, file and unit of each delivery.
    """
    profile = cycle.profile
    money: dict[str, Sequence[Row]] = {name: tables[name].to_pylist() for name in MONEY}
    values: list[IndicatorValuesRow] = tables["indicator_values"].to_pylist()
    results: list[ResultRow] = tables["evaluation_results"].select(list(ResultRow.__annotations__)).to_pylist()
    shares: list[ShareRow] = tables["evaluation_shares"].select(list(ShareRow.__annotations__)).to_pylist()
    states = [(row["figure_id"], row["status"]) for rows in (results, values, shares) for row in rows]
    hidden = [figure for figure, status in states if status == "suppressed"]
    contributions = _over_answers(cycle, results, values, shares)
    kept = kept_contributions(cycle.workspace, cycle.key, contributing_steps(profile), hidden)
    evidence = [*per_delivery(kept), *_invited(cycle, results)]
    threshold = profile.institution.disclosure.threshold
    made = _corrections_made(cycle)
    rows = lineage(evidence, deliveries, hidden, threshold, made, contributions)
    on = resting.Resting(_totals(rows, results))
    resting.of_tables(on, money, profile)
    resting.of_answers(on, results, shares, values, profile.indicators)
    resting.of_delivered(on, values, profile.indicators)
    rows.extend(_unsized(rows, shares, {row["figure_id"] for row in on.rows}))
    rows.sort(key=lambda row: (row["figure_id"], row["part"], row["delivery"]))
    on.rows.sort(key=lambda row: (row["figure_id"], row["relation"], row["of_figure"]))
    direct = cells.direct(rows, on.rows)
    followed = cells.Followed(_followed(cycle), _written(cycle))
    contributing = [*followed.cells(placed(kept)), *cells.ranges(direct, _ranges(cycle))]
    return {
        "lineage": to_arrow("lineage", rows),
        "lineage_figures": to_arrow("lineage_figures", on.rows),
        "lineage_cells": to_arrow("lineage_cells", cells.cells(contributing, direct)),
        "lineage_rules": to_arrow("lineage_rules", rules(profile)),
        "names": to_arrow("names", names(profile)),
    }


def _followed(cycle: CycleTables) -> dict[str, pa.Table]:
    """The staged tables whose rows are followed to their cells."""
    return {name: cycle.staged(name) for name in staged_of(cycle.profile, *FOLLOWED) if cycle.is_staged(name)}


def _written(cycle: CycleTables) -> dict[str, pa.Table]:
    """What was written in the cells of these tables."""
    kept = {name: cycle.written(name) for name in staged_of(cycle.profile, *FOLLOWED)}
    return {name: rows for name, rows in kept.items() if rows is not None}


def _over_answers(
    cycle: CycleTables, results: Iterable[ResultRow], values: Iterable[IndicatorValuesRow], shares: Iterable[ShareRow]
) -> Contributions:
    """The figures over answers, with only those sizes that are shown anyway."""
    figures, questions = {}, {}
    for row in results:
        cell = Cell(row["unit"], row["programme"], row["level"])
        figures[row["figure_id"]] = (row["reporting_year"], row["evaluation"]), cell
        questions[row["figure_id"]] = row["question"]
    over = {(one.id, one.version): one.answers for one in cycle.profile.indicators}
    for value in values:
        answers = over.get((value["indicator"], value["definition_version"]))
        if answers is not None:
            cell = Cell(value["unit"], None, value["level"])
            figures[value["figure_id"]] = (value["reporting_year"], answers.evaluation), cell
            questions[value["figure_id"]] = answers.question
    for share in shares:
        if share["status"] == "ok":
            figures[share["figure_id"]] = figures[share["figure_id"].partition(SHARE)[0]]
    workspace = cycle.workspace
    return Contributions(figures, sources_of(workspace, cycle.key), withheld_of(workspace, cycle.key), questions)


def _invited(cycle: CycleTables, results: Iterable[ResultRow]) -> Iterator[Contribution]:
    """The delivery that says how many were invited, if one says so of a whole cell."""
    names = ["reporting_year", "evaluation", "unit", "_delivery"]
    known: dict[tuple[int, str, str | None], set[str]] = defaultdict(set)
    population = facts_table(cycle, "fact_population").select(names)
    for row in population.group_by(names).aggregate([]).to_pylist():
        for unit in (row["unit"], None):
            known[(row["reporting_year"], row["evaluation"], unit)].add(row["_delivery"])
    for result in results:
        if result["invited"] is not None and result["status"] == "ok":
            deliveries = known[(result["reporting_year"], result["evaluation"], result["unit"])]
            if len(deliveries) == 1:
                invited = Decimal(result["invited"])
                yield Contribution(result["figure_id"], INVITED, next(iter(deliveries)), None, invited)


def _unsized(rows: Sequence[LineageRow], shares: Iterable[ShareRow], resting_on: Collection[str]) -> list[LineageRow]:
    """The deliveries of shares of which it is not published how often each gave the answer: those of their result."""
    traced = {row["figure_id"] for row in rows}
    of_result: dict[str, list[str]] = defaultdict(list)
    for share in shares:
        figure = share["figure_id"]
        if share["status"] == "ok" and figure not in traced and figure not in resting_on:
            of_result[figure.partition(SHARE)[0]].append(figure)
    return [
        {**row, "figure_id": figure, "part": "answers", "rows": None, "contribution": None}
        for row in rows
        if row["part"] == "n"
        for figure in of_result.get(row["figure_id"], ())
    ]


def _totals(rows: Iterable[LineageRow], results: Iterable[ResultRow]) -> dict[str, dict[str, Decimal | None]]:
    """Per figure and part what its contributions add up to; None if one is not published. A result shows its number."""
    totals: dict[str, dict[str, Decimal | None]] = defaultdict(dict)
    for row in rows:
        of = totals[row["figure_id"]]
        before, more = of.get(row["part"], Decimal(0)), row["contribution"]
        of[row["part"]] = None if before is None or more is None else before + more
    for result in results:
        if result["status"] == "ok" and result["n"] is not None and "n" in totals.get(result["figure_id"], {}):
            totals[result["figure_id"]]["n"] = Decimal(result["n"])
    return totals


def _ranges(cycle: CycleTables) -> dict[str, list[cells.RowRange]]:
    """Per delivery about people the first and the last row that were accepted, of each of its sheets or parts.

    A delivery that holds rows that are followed as well has none: whose rows those of a figure are is not known.
    """
    by_delivery: dict[str, list[cells.RowRange]] = {}
    apart = [feed for feed in cycle.profile.feeds if not set(FOLLOWED).intersection(feed.tables)]
    for name in dict.fromkeys(table for feed in apart for table in feed.tables):
        if name in cells.OF_PEOPLE and cycle.is_staged(name):
            rows = cycle.staged(name)
            by_part = rows.group_by(["_delivery", "_sheet"]).aggregate([("_row", "min"), ("_row", "max")]).to_pylist()
            for row in sorted(by_part, key=lambda one: one["_sheet"] or ""):
                one = cells.RowRange(row["_sheet"], row["_row_min"], row["_row_max"])
                by_delivery.setdefault(row["_delivery"], []).append(one)
    return by_delivery


def _corrections_made(cycle: CycleTables) -> dict[str, dict[str, int]]:
    """Per delivery that was corrected, how many of its cells each delivery of the register corrected."""
    by_delivery: dict[str, dict[str, int]] = {}
    for feed in cycle.profile.feeds:
        for delivery, register, count in cycle.demand_feed(feed.id).corrected.made:
            by_delivery.setdefault(delivery, {})[register] = count
    return by_delivery
