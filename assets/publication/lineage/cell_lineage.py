"""The places in deliveries where the parts of a figure stand, as rows of `lineage_cells`.

A figure that adds up from others has no cells of its own: they are those of the others. Of deliveries about people
there is a range of rows and no cell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assets.indicators.terms import kept_rows
from assets.spending.ledger import Ledger
from assets.spending.plan import versions
from kwaliteitsmonitor.foundation.engine import duckdb_for
from kwaliteitsmonitor.methods.figures.left_out import Gap, Lost, left_out
from schemas.figures import PUBLISHED
from schemas.formula import terms
from schemas.profile import Profile, Term
from schemas.tables import CATALOGUE

Row = Mapping[str, Any]
Part = tuple[str, str]
"""A figure and a part of it."""

STAGED = {"fact_study_advisers": "faculty_study_advisers", "fact_programme_offers": "faculty_programmes"}
"""Facts whose rows are followed to cells, and the delivered table whose rows they are."""

_Place = tuple[str, str | None, int, str | None]
"""The delivery, sheet, row and column of a row that was read."""
OF_PEOPLE = {"enrolments": "enrolments", "staff": "staff"}
"""Feeds of which a range of rows is told, with the table that it is a range of."""


@dataclass(frozen=True)
class Places:
    """The rows of the staged tables that are followed, by what they are about, and what stood in their cells."""

    staged: Mapping[str, Sequence[Row]]
    written: Mapping[str, Mapping[_Place, Mapping[str, Row]]]

    @classmethod
    def of(cls, staged: Mapping[str, Iterable[Row]], written: Mapping[str, Iterable[Row]]) -> Places:
        """From the rows of the tables, and of what was written in them."""
        cells: dict[str, dict[_Place, dict[str, Row]]] = {}
        for name, rows in written.items():
            of_table = cells.setdefault(name, defaultdict(dict))
            for row in rows:
                of_table[(row["_delivery"], row["_sheet"], row["_row"], row["_column"])][row["field"]] = row
        return cls({name: list(rows) for name, rows in staged.items()}, cells)

    def cell(self, table: str, row: Row, field: str, contribution: Decimal) -> dict[str, Any]:
        """The cell of a field in a staged row, with what it contributes."""
        place = (row["_delivery"], row["_sheet"], row["_row"], row["_column"])
        cell = self.written.get(table, {}).get(place, {}).get(field, {})
        key = " ".join(str(row[name]) for name in CATALOGUE[table].key if row[name] is not None)
        return {
            "delivery": row["_delivery"],
            "sheet": row["_sheet"],
            "row": row["_row"],
            "cell": cell.get("cell"),
            "column": cell.get("column"),
            "key": key,
            "written": cell.get("written"),
            "contribution": contribution,
        }


def direct(lineage: Iterable[Row], resting: Iterable[Row]) -> dict[Part, dict[str, Decimal]]:
    """Per part of a figure that follows from no other figure, the contributions that are published."""
    parts: dict[str, set[str]] = defaultdict(set)
    rows = list(lineage)
    for row in rows:
        parts[row["figure_id"]].add(row["part"])
    below: dict[str, list[str]] = defaultdict(list)
    carried = set()
    for row in resting:
        if row["relation"] == "below":
            below[row["figure_id"]].append(row["of_figure"])
        elif row["relation"] == "carried":
            carried.add((row["figure_id"], "carried_over"))
    contributions: dict[Part, dict[str, Decimal]] = defaultdict(dict)
    for row in rows:
        figure, part = row["figure_id"], row["part"]
        others = below.get(figure, ())
        follows = bool(others) and all(part in parts[other] for other in others)
        if row["contribution"] is not None and not follows and (figure, part) not in carried:
            contributions[(figure, part)][row["delivery"]] = row["contribution"]
    return dict(contributions)


def of_spending(
    tables: Mapping[str, Sequence[Row]],
    places: Places,
    settling: Callable[[int], int],
    first_year: int,
    published: Collection[Part],
    ledger: Ledger | None = None,
) -> Iterator[tuple[Part, dict[str, Any]]]:
    """The cells of the amounts of every spending figure; `settling` gives the round that says how a year stands.

    Only of published parts that follow from no other figure. Of a sum over all units those that `ledger` leaves out
    of it are left out here.
    """
    lines: dict[tuple[int, int], list[Row]] = defaultdict(list)
    for line in places.staged.get("bfr", ()):
        lines[(line["reporting_year"], line["round"])].append(line)
    for name, rows in tables.items():
        amounts = [part for part in PUBLISHED[name].parts if part in CATALOGUE["bfr"].names]
        for row in rows:
            year = row["from_year"] if name == "carry_over" else row["reporting_year"]
            about = {k: row[k] for k in ("unit", "theme", "measure") if row.get(k) is not None}
            number = row.get("round") or settling(year)
            parts = [part for part in amounts if (row["figure_id"], part) in published]
            gone: Collection[Gap] = ()
            but: Collection[Gap] = ()
            if ledger is not None and row.get("unit") is None:
                gone, but = ledger.gaps(year, number), ledger.carried_but(year, row.get("theme"))
            for line in _kept(_about(lines[(year, number)], about), gone) if parts else ():
                for part in parts:
                    if line[part] is not None:
                        yield (row["figure_id"], part), places.cell("bfr", line, part, line[part])
            carried = (row["figure_id"], "carried_over")
            for earlier in range(first_year, year) if carried in published else ():
                for line in _kept(_about(lines[(earlier, settling(earlier))], about), but):
                    for sign, part in terms(PUBLISHED["carry_over"].numbers["left_over"]):
                        if part in line:
                            yield carried, places.cell("bfr", line, part, sign * line[part])


def _kept(lines: Iterable[Row], gone: Collection[Gap]) -> Iterator[Row]:
    """The lines that a sum is made of."""
    return (line for line in lines if not left_out(gone, line["unit"], line["theme"]))


def of_forecasts(
    rows: Iterable[Row], places: Places, last_round: int, published: Collection[Part], ledger: Ledger | None = None
) -> Iterator[tuple[Part, dict[str, Any]]]:
    """The cells of what a round expected and of what the year became, of parts that follow from no other figure.

    Those that `ledger` leaves out of either are left out of both.
    """
    lines = places.staged.get("bfr", ())
    for row in rows:
        gone = ledger.gaps_of_both(row["reporting_year"], row["round"]) if ledger is not None else ()
        for part, number in (("forecast", row["round"]), ("realised", last_round)):
            if (row["figure_id"], part) in published:
                about = {"reporting_year": row["reporting_year"], "round": number}
                about |= {} if row["theme"] is None else {"theme": row["theme"]}
                for line in _kept(_about(lines, about), gone):
                    yield (row["figure_id"], part), places.cell("bfr", line, part, line[part] or Decimal(0))


def of_plan(
    profile: Profile,
    rows: Iterable[Row],
    places: Places,
    published: Collection[Part],
    lost: Iterable[tuple[str, Lost]] = (),
) -> Iterator[tuple[Part, dict[str, Any]]]:
    """The cells of the plan as a version leaves it, and as the one before left it."""
    by_name = {version.name: version for version in versions(profile, places.staged.get("spending_plan", ()), lost)}
    for row in rows:
        version = by_name[row["version"]]
        for part, plan in (("amount", version.after), ("earlier_amount", version.before)):
            if (row["figure_id"], part) in published:
                about = {"year": row["year"]} | ({} if row["theme"] is None else {"theme": row["theme"]})
                for line in _about(plan.values(), about):
                    yield (row["figure_id"], part), places.cell("spending_plan", line, "amount", line["amount"])


def _about(lines: Iterable[Row], about: Row) -> Iterator[Row]:
    return (line for line in lines if all(line[name] == value for name, value in about.items()))


def of_progress(measures: Iterable[Row], places: Places) -> Iterator[tuple[Part, dict[str, Any]]]:
    """The cells in which units report how far a measure is."""
    reported = {
        (int(r["academic_year"][-4:]), r["unit"], r["theme"], r["measure"]): r
        for r in places.staged.get("faculty_measures", ())
    }
    for row in measures:
        row_of_unit = reported.get((row["reporting_year"], row["unit"], row["theme"], row["measure"]))
        if row_of_unit is not None:
            yield (row["figure_id"], "progress"), places.cell("faculty_measures", row_of_unit, "progress", Decimal(1))


def of_indicators(
    profile: Profile, values: Iterable[Row], facts: Mapping[str, Any], places: Places
) -> Iterator[tuple[Part, dict[str, Any]]]:
    """The cells that the terms of indicators count or add up, of facts whose rows are not people."""
    definitions = {(one.id, one.version): one for one in profile.indicators}
    rows = {name: {_natural(name, row): row for row in places.staged.get(name, ())} for name in STAGED.values()}
    with duckdb_for("cells") as connection:
        for name, table in facts.items():
            connection.register(name, table)
        for value in values:
            one = definitions.get((value["indicator"], value["definition_version"]))
            if one is None:
                continue
            for part, term in (("numerator", one.numerator), ("denominator", one.denominator), ("beside", one.beside)):
                if term is None or term.facts not in facts:
                    continue
                staged = STAGED[term.facts]
                for kept in kept_rows(connection, term, value["reporting_year"]):
                    row = rows[staged].get(_natural(staged, kept))
                    for field, contribution in _counted(term, kept) if row is not None else ():
                        yield (value["figure_id"], part), places.cell(staged, row or {}, field, contribution)


def of_delivered(kept: Iterable[Row], places: Places) -> Iterator[tuple[Part, dict[str, Any]]]:
    """The cells of figures that are delivered as such; `kept` says which row and field each part was read from."""
    names = ("reporting_year", "indicator", "level", "unit")
    rows = {(r["_delivery"], *(r[n] for n in names)): r for r in reversed(places.staged.get("delivered_figures", ()))}
    for one in kept:
        row = rows.get((one["delivery"], *(one[name] for name in names)))
        if row is not None:
            cell = places.cell("delivered_figures", row, one["field"], Decimal(one["contribution"]))
            yield (one["figure_id"], one["part"]), cell


def _natural(table: str, row: Row) -> tuple[Any, ...]:
    """What a row is about, the same for a staged row and the fact that it became."""
    year = row["reporting_year"] if "reporting_year" in row else int(row["academic_year"][-4:])
    names = (name for name in CATALOGUE[table].key if name != "academic_year")
    return (row["_delivery"], year, *(row[name] for name in names))


def _counted(term: Term, kept: Row) -> Iterator[tuple[str, Decimal]]:
    """The fields of a row that a term looks at, with what each contributes."""
    if term.count:
        yield term.count, Decimal(bool(kept["_first"]))
        for flag in (flag for condition in term.where for flag in condition.any_of or ()):
            if kept[flag]:
                yield flag, Decimal(0)
        return
    yield term.sum, kept[term.sum] or Decimal(0)
    if term.less and kept[term.less] and (not term.less_units or kept["unit"] in term.less_units):
        yield term.less, -kept[term.less]


def cells(
    contributing: Iterable[tuple[Part, dict[str, Any]]], published: Mapping[Part, Mapping[str, Decimal]]
) -> list[dict[str, Any]]:
    """The rows of `lineage_cells`: of parts that follow from no other figure, and of published contributions."""
    rows = [
        {"figure_id": part[0], "part": part[1], **cell, "contribution": _exact(cell["contribution"])}
        for part, cell in contributing
        if cell["delivery"] in published.get(part, ())
    ]
    return sorted(rows, key=_order)


@dataclass(frozen=True)
class RowRange:
    """The first and the last row that were accepted of a delivery, or of one sheet or part of it."""

    sheet: str | None
    first: int
    last: int


def ranges(
    published: Mapping[Part, Mapping[str, Decimal]], feeds: Mapping[str, str], rows: Mapping[str, Sequence[RowRange]]
) -> Iterator[tuple[Part, dict[str, Any]]]:
    """The ranges of rows of each delivery about people that contributes.

    Of a delivery in parts there is one for each, and what each of them contributes is not told apart.
    """
    for part, deliveries in published.items():
        for delivery, contribution in deliveries.items():
            of = rows.get(delivery, ()) if feeds.get(delivery) in OF_PEOPLE else ()
            for one in of:
                yield (
                    part,
                    {
                        "delivery": delivery,
                        "sheet": one.sheet,
                        "row": one.first,
                        "last_row": one.last,
                        "contribution": contribution if len(of) == 1 else None,
                    },
                )


def _exact(number: Any) -> Decimal | None:
    return None if number is None else Decimal(number)


def _order(row: Row) -> tuple[Any, ...]:
    names = ("figure_id", "part", "delivery", "sheet", "row", "cell", "column")
    return tuple((row.get(name) is not None, row.get(name) or 0) for name in names)
