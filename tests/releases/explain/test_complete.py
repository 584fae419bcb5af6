"""The lineage of a whole cycle: no figure without evidence, and every number follows from its parts alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from kwaliteitsmonitor.releases.explain.build import agrees
from kwaliteitsmonitor.releases.explain.evidence_reader import TABLES, Released, kind_of
from kwaliteitsmonitor.releases.format.reader import Row

NOT_FIGURES = {"completeness", "definition_version", "reporting_year", "from_year", "to_year", "round", "score", "year"}


def figures(released: Released) -> Iterator[Row]:
    for table in TABLES.values():
        yield from released.release.rows(table)


def test_every_table_with_figures_is_one_that_can_be_explained(released: Released) -> None:
    tables = released.release.names
    with_figures = {name for name in tables if "figure_id" in released.release.table(name).column_names}
    assert with_figures - {"lineage", "lineage_figures", "lineage_cells"} == set(TABLES.values())
    assert all(kind_of(one) == kind for kind, table in TABLES.items() for one in released.ids(table))


def test_no_figure_with_a_number_is_without_evidence(released: Released) -> None:
    seen = 0
    for row in figures(released):
        numbers = [name for name in released.rules(row["figure_id"]) if row.get(name) is not None]
        if row["status"] == "suppressed" or not numbers:
            continue
        seen += 1
        known = released.lineage(row["figure_id"]) or released.related(row["figure_id"], "below")
        assert known, f"{row['figure_id']} has {numbers} and no evidence"
    assert seen > 1_500


def test_every_number_has_a_rule(released: Released) -> None:
    for kind, table in TABLES.items():
        row = next(iter(released.release.rows(table)), None)
        if row is None:  # of what the institution does not use
            assert kind == "parent_spending"
            continue
        rules = set(released.rules(row["figure_id"]))
        numbers = {name for name, value in row.items() if isinstance(value, float | int | Decimal)}
        assert numbers - rules - NOT_FIGURES - {"decimals"} <= set(), kind


OF_SPREAD = ("sd_respondents", "ci95_low", "ci95_high", "change_low", "change_high")


def holds(figure: str, other: str) -> bool:
    """Whether a result holds the answers of another one, of its own year or the one before."""
    (_, _, year, *whole), (_, _, of_year, *part) = figure.split(":"), other.split(":")
    return int(year) - int(of_year) in (0, 1) and all(a in ("all", b) for a, b in zip(whole, part, strict=True))


def test_every_number_follows_from_the_lineage_alone(released: Released) -> None:
    found: Counter[tuple[str, str, bool]] = Counter()
    untold: Counter[tuple[str, str]] = Counter()
    shares = released.release.rows("evaluation_shares")
    withheld = {row["figure_id"].split(":share:")[0] for row in shares if row["status"] == "suppressed"}
    for row in figures(released):
        figure = row["figure_id"]
        if row["status"] == "suppressed":
            continue
        for name, value in released.recomputed(figure).items():
            published = row.get(name)
            if published is None:
                continue
            if value is None:
                if name in OF_SPREAD and kind_of(figure) == "evaluation":
                    assert any(holds(figure, one) for one in withheld), (figure, name)
                untold[(kind_of(figure), name)] += 1
                continue
            assert agrees(published, value), (figure, name, published, value)
            found[(kind_of(figure), name, isinstance(published, Decimal))] += 1
    for kind in ("spending", "unit_spending", "round", "carry_over", "measure", "forecast", "plan"):
        amounts = [n for (of, _, exact), n in found.items() if of == kind and exact]
        assert amounts, kind
        assert not [name for of, name in untold if of == kind], "of money nothing is untold"
    for name in (
        "n",
        "mean",
        "sd_respondents",
        "sd_courses",
        "sd_units",
        "change",
        "change_low",
        "ci95_high",
        "median",
    ):
        assert found[("evaluation", name, False)] > 20, name
    # What cannot be computed again rests on contributions about few people, or on answers that are not distributed.
    allowed = {("indicator", "value"), ("indicator", "numerator"), ("indicator", "n"), ("evaluation", "median")}
    allowed |= {("share", "share"), ("share", "answers"), ("evaluation", "sd_courses"), ("evaluation", "sd_units")}
    # Of a cell whose distribution is hidden the spread is told as printed, and the sum of squares is not.
    allowed |= {("evaluation", one) for one in OF_SPREAD}
    assert set(untold) <= allowed | {("indicator", "spread")}


def test_contributions_of_money_are_exact_and_add_up_to_the_cent(released: Released) -> None:
    rows = [row for row in released.release.rows("spending_overview") if row["status"] == "ok"]
    for row in rows:
        for part in ("budget", "realised", "forecast"):
            total = sum((one["contribution"] for one in released.lineage(row["figure_id"])[part]), Decimal(0))
            assert total == row[part]
            assert isinstance(total, Decimal)


def test_the_figures_below_add_up_to_the_one_above(released: Released) -> None:
    seen = 0
    for row in released.release.rows("spending_overview"):
        for part in ("budget", "realised", "forecast", "carried_over"):
            below = released.related(row["figure_id"], "below")
            amounts = [released.total(one, part) for one in below]
            if part == "carried_over":
                below = released.related(row["figure_id"], "carried")
                amounts = [released.number(one, "left_over") for one in below]
            if below and None not in amounts:
                assert sum(amounts, Decimal(0)) == released.total(row["figure_id"], part)
                seen += 1
    assert seen >= 12 * 3


def test_cells_add_up_to_the_contribution_of_their_delivery(released: Released) -> None:
    totals: dict[tuple[str, str, str], Decimal] = {}
    for cell in released.release.rows("lineage_cells"):
        place = (cell["figure_id"], cell["part"], cell["delivery"])
        totals[place] = totals.get(place, Decimal(0)) + cell["contribution"]
    told = {
        (row["figure_id"], row["part"], row["delivery"]): row["contribution"]
        for row in released.release.rows("lineage")
    }
    assert {place: told[place] for place in totals} == totals
    assert len(totals) > 500


def test_every_line_of_the_rounds_is_reached_from_the_totals(released: Released) -> None:
    def reached(figure: str, part: str) -> Iterator[tuple[str, int]]:
        below = released.related(figure, "below")
        if below and all(part in released.lineage(one) for one in below):
            for one in below:
                yield from reached(one, part)
            return
        for cell in released.rows("lineage_cells", figure):
            if cell["part"] == part:
                yield cell["delivery"], cell["row"]

    for year in (2019, 2020):
        total = f"2021-03:spending:{year}:all"
        for part in ("budget", "realised", "forecast"):
            lines = list(reached(total, part))
            assert len(lines) == len(set(lines)), "no line counts twice"
            assert len(lines) == sum(row["rows"] for row in released.lineage(total)[part])


def test_no_row_of_a_table_about_people_is_pointed_at(released: Released) -> None:
    feeds = {row["delivery"]: row["feed"] for row in released.release.rows("delivery_status")}
    about_people = {"enrolments", "staff", "evaluations", "evaluation_population"}
    seen = 0
    for cell in released.release.rows("lineage_cells"):
        if feeds[cell["delivery"]] in about_people:
            seen += 1
            assert cell["cell"] is cell["key"] is cell["written"] is cell["column"] is None
            assert cell["last_row"] - cell["row"] > 1000
    assert seen


def test_what_is_suppressed_is_in_no_table_of_the_lineage(released: Released) -> None:
    suppressed = {row["figure_id"] for row in figures(released) if row["status"] == "suppressed"}
    assert len(suppressed) > 100
    for name in ("lineage", "lineage_cells", "lineage_figures"):
        rows = released.release.rows(name)
        assert not suppressed & {row["figure_id"] for row in rows}
        assert not suppressed & {row["of_figure"] for row in rows if "of_figure" in row}


def test_the_cells_of_untold_contributions_are_not_told_either(released: Released) -> None:
    untold = {
        (row["figure_id"], row["part"], row["delivery"])
        for row in released.release.rows("lineage")
        if row["contribution"] is None
    }
    assert any(":study_advisers_certified:" in figure for figure, _, _ in untold)
    cells = {(row["figure_id"], row["part"], row["delivery"]) for row in released.release.rows("lineage_cells")}
    assert not untold & cells


def test_the_lineage_is_small(released: Released) -> None:
    sizes = [path.stat().st_size for path in (released.release.folder / "tables").glob("lineage*.parquet")]
    assert sum(sizes) < 500_000
