"""The lineage of a whole cycle: no figure without evidence, and every number follows from its parts alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from kwaliteitsmonitor.releases.explain.build import agrees
from kwaliteitsmonitor.releases.explain.evidence_reader import TABLES, Released, kind_of
from schemas.rows import LineageCellsRow
from schemas.values import Row

NOT_FIGURES = {"completeness", "definition_version", "reporting_year", "from_year", "to_year", "round", "score", "year"}
ABOUT_PEOPLE = {"enrolments", "staff", "evaluations", "evaluation_population"}
MONEY = ("spending", "unit_spending", "round", "carry_over", "measure", "forecast", "plan")
OF_SPREAD = ("sd_respondents", "ci95_low", "ci95_high", "change_low", "change_high")
OF_RESULTS = ("n", "mean", "sd_respondents", "sd_courses", "sd_units", "change", "change_low", "ci95_high", "median")
UNTOLD = {("indicator", name) for name in ("value", "numerator", "n", "spread")}
UNTOLD |= {("evaluation", name) for name in (*OF_SPREAD, "median", "sd_courses", "sd_units")}
UNTOLD |= {("share", "share"), ("share", "answers")}
"""What rests on contributions about few people, or on answers that are not distributed, cannot be computed again.

Of a cell whose distribution is hidden the spread is told as printed, and the sum of squares is not.
"""

Place = tuple[str, str, str]


def figures(released: Released) -> Iterator[Row]:
    for table in TABLES.values():
        yield from released.release.rows(table)


def place(row: Row) -> Place:
    return (row["figure_id"], row["part"], row["delivery"])


def test_every_table_with_figures_can_be_explained_and_every_number_has_a_rule(released: Released) -> None:
    tables = released.release.names
    with_figures = {name for name in tables if "figure_id" in released.release.table(name).column_names}
    assert with_figures - {"lineage", "lineage_figures", "lineage_cells"} == set(TABLES.values())
    assert all(kind_of(one) == kind for kind, table in TABLES.items() for one in released.ids(table))
    first = {kind: next(iter(released.release.rows(table)), None) for kind, table in TABLES.items()}
    assert [kind for kind, row in first.items() if row is None] == ["parent_spending"], "what is not used here"
    for kind, row in first.items():
        numbers = {name for name, value in (row or {}).items() if isinstance(value, float | int | Decimal)}
        rules = {*released.rules(row["figure_id"])} if row else set()
        assert numbers - rules - NOT_FIGURES - {"decimals"} == set(), kind


def test_no_figure_with_a_number_is_without_evidence(released: Released) -> None:
    seen = 0
    for row in figures(released):
        numbers = [name for name in released.rules(row["figure_id"]) if row.get(name) is not None]
        if numbers and row["status"] != "suppressed":
            seen += 1
            known = released.lineage(row["figure_id"]) or released.related(row["figure_id"], "below")
            assert known, f"{row['figure_id']} has {numbers} and no evidence"
    assert seen > 1_500


def holds(figure: str, other: str) -> bool:
    """Whether a result holds the answers of another one, of its own year or the one before."""
    (_, _, year, *whole), (_, _, of_year, *part) = figure.split(":"), other.split(":")
    return int(year) - int(of_year) in (0, 1) and all(a in ("all", b) for a, b in zip(whole, part, strict=True))


def test_every_number_follows_from_the_lineage_alone(released: Released) -> None:
    again: Counter[tuple[str, str, bool]] = Counter()
    untold: set[tuple[str, str]] = set()
    shares = released.release.rows("evaluation_shares")
    withheld = {row["figure_id"].split(":share:")[0] for row in shares if row["status"] == "suppressed"}
    for row in figures(released):
        figure = row["figure_id"]
        numbers = {} if row["status"] == "suppressed" else released.recomputed(figure)
        for name, value in numbers.items():
            published = row.get(name)
            if published is not None and value is not None:
                assert agrees(published, value), (figure, name, published, value)
                again[(kind_of(figure), name, isinstance(published, Decimal))] += 1
            elif published is not None:
                if name in OF_SPREAD and kind_of(figure) == "evaluation":
                    assert any(holds(figure, one) for one in withheld), (figure, name)
                untold.add((kind_of(figure), name))
    assert {kind for kind, _, exact in again if exact} >= {*MONEY}
    assert [name for name in OF_RESULTS if again[("evaluation", name, False)] <= 20] == []
    assert untold <= UNTOLD, "of money nothing is untold"


def test_contributions_of_money_are_exact_and_the_figures_below_add_up_to_the_one_above(released: Released) -> None:
    seen = 0
    for row in released.release.rows("spending_overview"):
        figure = row["figure_id"]
        for part in ("budget", "realised", "forecast") if row["status"] == "ok" else ():
            total = sum((one["contribution"] for one in released.lineage(figure)[part]), Decimal(0))
            assert (total, isinstance(total, Decimal)) == (row[part], True)
        for part in ("budget", "realised", "forecast", "carried_over"):
            if part == "carried_over":
                amounts = [released.number(one, "left_over") for one in released.related(figure, "carried")]
            else:
                amounts = [released.total(one, part) for one in released.related(figure, "below")]
            if amounts and None not in amounts:
                assert sum(amounts, Decimal(0)) == released.total(figure, part)
                seen += 1
    assert seen >= 12 * 3


def test_cells_add_up_to_the_contribution_of_their_delivery_and_tell_no_untold_one(released: Released) -> None:
    totals: Counter[Place] = Counter()
    for cell in released.release.rows("lineage_cells"):
        totals[place(cell)] += cell["contribution"]
    contributions = {place(row): row["contribution"] for row in released.release.rows("lineage")}
    assert {one: contributions[one] for one in totals} == totals
    assert len(totals) > 500
    untold = {one for one, contribution in contributions.items() if contribution is None}
    assert any(":study_advisers_certified:" in figure for figure, _, _ in untold)
    assert not untold & totals.keys()


def test_every_line_of_the_rounds_is_reached_from_the_totals(released: Released) -> None:
    def reached(figure: str, part: str) -> Iterator[tuple[str, int]]:
        below = released.related(figure, "below")
        if below and all(part in released.lineage(one) for one in below):
            for one in below:
                yield from reached(one, part)
            return
        cells = released.rows_of(LineageCellsRow, figure)
        yield from ((cell["delivery"], cell["row"]) for cell in cells if cell["part"] == part)

    for total in (f"2021-03:spending:{year}:all" for year in (2019, 2020)):
        for part in ("budget", "realised", "forecast"):
            lines = list(reached(total, part))
            assert len(lines) == len(set(lines)), "no line counts twice"
            assert len(lines) == sum(row["rows"] for row in released.lineage(total)[part])


def test_no_row_of_a_table_about_people_is_pointed_at_and_nothing_suppressed_is_traced(released: Released) -> None:
    feeds = {row["delivery"]: row["feed"] for row in released.release.rows("delivery_status")}
    cells = [row for row in released.release.rows("lineage_cells") if feeds[row["delivery"]] in ABOUT_PEOPLE]
    assert cells
    for cell in cells:
        assert cell["cell"] is cell["key"] is cell["written"] is cell["column"] is None
        assert cell["last_row"] - cell["row"] > 1000
    suppressed = {row["figure_id"] for row in figures(released) if row["status"] == "suppressed"}
    assert len(suppressed) > 100
    for name in ("lineage", "lineage_cells", "lineage_figures"):
        for row in released.release.rows(name):
            assert not suppressed & {row["figure_id"], row.get("of_figure")}


def test_the_lineage_is_small(released: Released) -> None:
    sizes = [path.stat().st_size for path in (released.release.folder / "tables").glob("lineage*.parquet")]
    assert sum(sizes) < 500_000
