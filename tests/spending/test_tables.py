"""Money: exact to the cent, complete or said not to be, and carried from year to year."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.common.cycle_tables import CycleTables
from assets.spending.cycle_ledger import lost_amounts, lost_lines, lost_of_plan
from assets.spending.tables import SpendingTables, spending_tables
from assets.status.record import LostRow, StatusRecord
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.figures.contributions import as_table, per_delivery
from kwaliteitsmonitor.methods.figures.left_out import EVERYONE, Lost
from schemas.errors import UsageError
from schemas.exports.arrow import to_arrow
from tests.made_up import MEASURES, THEMES, UNFUNDED, UNITS, line, note_of, profile
from tests.spending.lines import MEASURE, OTHER, SECOND, THEME, UNIT, ledger

EURO = st.integers(-(10**9), 10**9).map(lambda cents: Decimal(cents).scaleb(-2))
FORECAST = st.none() | EURO.map(str)
TABLES = ("spending_overview", "spending_by_unit", "spending_rounds", "carry_over")


def made(
    rows: Iterable[dict[str, Any]],
    cycle: str = "2021-03",
    missing: Mapping[tuple[int, int], Sequence[str]] | None = None,
    waived: Mapping[tuple[int, int], Sequence[str]] | None = None,
) -> SpendingTables:
    tables = spending_tables(ledger(list(rows), cycle, missing, waived=waived))
    for name, of_table in zip(TABLES, (tables.overview, tables.by_unit, tables.rounds, tables.carry_over), strict=True):
        kept = to_arrow(name, of_table).to_pylist()
        identities = [row["figure_id"] for row in kept]
        assert len(set(identities)) == len(identities), name
        of_table[:] = kept
    return tables


def one(rows: Iterable[dict[str, Any]], **like: Any) -> dict[str, Any]:
    (row,) = [r for r in rows if all(r[name] == value for name, value in like.items())]
    return row


def whole(tables: SpendingTables, year: int = 2020) -> dict[str, Any]:
    """The row of a year for all themes together."""
    return one(tables.overview, reporting_year=year, theme=None)


def of(row: dict[str, Any], *names: str) -> tuple[Any, ...]:
    """Some values of a row, amounts as they are written."""
    values = [note_of(row) if name == "note" else row[name] for name in names]
    return tuple(str(value) if isinstance(value, Decimal) else value for value in values)


@st.composite
def ledgers(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Lines of the rounds that the cycle 2021-03 reads, of any units and measures, and of a theme without money."""
    where = [(u, t, m) for u in UNITS for m, t in [*MEASURES.items(), ("tutors", UNFUNDED)]]
    return [
        line(unit, theme, measure, str(draw(EURO)), str(draw(EURO)), year=year, number=number, forecast=draw(FORECAST))
        for year, number in [(2019, 3), (2020, 1), (2020, 2), (2020, 3)]
        for unit, theme, measure in draw(st.lists(st.sampled_from(where), min_size=1, max_size=6, unique=True))
    ]


@settings(max_examples=40, deadline=None)
@given(ledgers(), st.randoms())
def test_all_amounts_add_up_exact_to_the_cent_in_any_order_of_the_lines(rows: list[Any], random: Any) -> None:
    tables = made(rows)
    for year in (2019, 2020):
        themes_and_units_add_up(rows, tables, year)
        what_is_left_is_carried_over(tables, year)
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for e in tables.contributions:
        sums[(e.figure_id, e.part)] += e.contribution
    for row in (*tables.overview, *tables.by_unit, *tables.rounds):
        for part in ("budget", "realised"):
            assert sums[(row["figure_id"], part)] == row[part], "and so do their contributions"
    shuffled = made(random.sample(rows, len(rows)))
    assert Counter(shuffled.contributions) == Counter(tables.contributions)
    assert replace(shuffled, contributions=[]) == replace(tables, contributions=[])


def themes_and_units_add_up(rows: list[dict[str, Any]], tables: SpendingTables, year: int) -> None:
    of_year = [r for r in rows if (r["reporting_year"], r["round"]) == (year, 3)]
    overview, by_unit = (
        [r for r in table if r["reporting_year"] == year] for table in (tables.overview, tables.by_unit)
    )
    total = one(overview, theme=None)
    for amount in ("budget", "realised"):
        assert total[amount] == sum(r[amount] for r in of_year) == sum(r[amount] for r in overview if r["theme"])
        for row in overview:
            units = [r[amount] for r in by_unit if r["theme"] == row["theme"]]
            assert row[amount] == sum(units, Decimal(0)), "units add up to the theme, and to the total"
    for row in (*overview, *by_unit):
        assert row["difference"] == row["realised"] - row["budget"]


def what_is_left_is_carried_over(tables: SpendingTables, year: int) -> None:
    for row in (r for r in tables.overview if r["reporting_year"] == year):
        carried = [r for r in tables.carry_over if r["from_year"] == year and row["theme"] in (None, r["theme"])]
        assert row["left_over"] == sum((r["left_over"] for r in carried), Decimal(0))
        assert row["available"] == row["budget"] + row["carried_over"]
        assert row["left_over"] == row["available"] - row["realised"]
        before = 0 if year == 2019 else one(tables.overview, reporting_year=2019, theme=row["theme"])["left_over"]
        assert row["carried_over"] == before, "the first year starts with nothing"


def test_a_cent_is_not_lost_in_a_large_sum() -> None:
    of_year = [(u, t, m, "999999999999.99", "0.01") for u in UNITS for m, t in MEASURES.items()]
    total = whole(made(line(*place, year=year) for place in of_year for year in (2019, 2020)))
    amounts = of(total, "budget", "realised", "left_over")
    assert amounts == ("11999999999999.88", "0.12", "23999999999999.52")


SHARES = ("difference_pct", "realised_pct_of_budget", "share_of_budget", "share_shift_pp", "share_of_realised")


@pytest.mark.parametrize(
    ("budget", "realised", "shares"),
    [("600", "900", (0.5, 1.5, 0.6, 30.0, 0.9)), ("0", "900", (None, None, 0.0, 90.0, 0.9))],
)
def test_difference_shares_shift_and_realised_of_budget_are_columns_apart(
    budget: str, realised: str, shares: tuple[float | None, ...]
) -> None:
    rows = [line(budget=budget, realised=realised), line("East", "teachers", "courses", "400", "100"), line(year=2019)]
    tables = made(rows)
    assert of(one(tables.overview, reporting_year=2020, theme="small_classes"), *SHARES) == shares
    assert of(whole(tables), *SHARES[2:]) == (1.0, 0.0, 1.0)
    nothing = whole(made([line(realised="10"), line(year=2019)]))
    assert of(nothing, *SHARES) == (None, None, None, None, 1.0), "without a budget there is no share of it"


def test_amounts_are_printed_in_whole_thousands_rounded_from_the_exact_amount() -> None:
    row = whole(made([line(budget="7057400.00", realised="6696600.00"), line(year=2019)]))
    printed = of(row, "budget_printed_nl", "realised_printed_nl", "difference_printed_nl")
    assert printed == ("7.057", "6.697", "-361")


def test_a_missing_forecast_leaves_no_forecast_in_any_sum_it_is_part_of() -> None:
    rows = [
        line("North", forecast="10.00"),
        line("East", forecast=None),
        line("South", "teachers", "courses", forecast="5"),
        line(year=2019),
    ]
    tables = made(rows)
    forecasts = {r["theme"]: r["forecast"] for r in tables.overview if r["reporting_year"] == 2020}
    assert forecasts == {"small_classes": None, "teachers": Decimal(5), None: None}
    assert one(tables.by_unit, reporting_year=2020, unit="North", theme=None)["forecast"] == Decimal(10)


def test_money_on_a_theme_that_has_none_is_shown_and_part_of_the_total() -> None:
    tables = made([line(budget="10", realised="10"), line(theme=UNFUNDED, realised="5"), line(year=2019)])
    assert one(tables.overview, reporting_year=2020, theme=UNFUNDED)["realised"] == 5
    assert whole(tables)["realised"] == 15
    assert {r["theme"] for r in made([line(), line(year=2019)]).overview} == {*THEMES, None}, "otherwise it has no row"


ROUNDS = [
    line("North", budget="100", realised="20", forecast="90", number=1),
    line("North", budget="110", realised="50", forecast="105", number=2),
    line("North", budget="110", realised="107", number=3),
    line("North", budget="100", realised="100", year=2019),
]
NO_DRIFT = (None, None, None)


@pytest.mark.parametrize(
    ("more", "second"),
    [
        ({}, (10, 30, 15)),
        ({"missing": {(2020, 1): ["East"]}}, NO_DRIFT),  # a round is incomplete
        ({"waived": {(2020, 1): ["East"]}}, NO_DRIFT),  # one does without a unit
        ({"waived": {(2020, 1): ["West"], (2020, 2): ["West"]}}, (10, 30, 15)),
    ],
)
def test_drift_is_what_changed_since_the_round_before_for_the_same_units(more: Any, second: Any) -> None:
    rounds = {(r["reporting_year"], r["round"]): r for r in made(ROUNDS, **more).rounds if r["theme"] is None}
    names = ("budget_drift", "realised_drift", "forecast_drift")
    assert [tuple(row[name] for name in names) for row in (rounds[(2019, 3)], rounds[(2020, 1)])] == [NO_DRIFT] * 2
    assert tuple(rounds[(2020, 2)][name] for name in names) == second
    assert of(rounds[(2020, 2)], "status", "budget") == ("ok", "110.00")
    if not more:
        assert tuple(rounds[(2020, 3)][name] for name in names) == (0, 57, None)
    if "missing" in more:
        first = of(rounds[(2020, 1)], "status", "budget", "without", "note")
        assert first == ("ok", "100.00", "East", "zonder East / without East")


SPENT = [line("North", budget="100", realised="80"), *(line(u, year=2019, budget="9") for u in ("North", "East"))]
"""Of East there is a year of which North has two."""


def carried(tables: SpendingTables) -> dict[str, tuple[str, Decimal | None]]:
    """What North and East have left of small classes in 2020."""
    rows = [r for r in tables.carry_over if (r["from_year"], r["theme"]) == (2020, "small_classes")]
    return {r["unit"]: (r["status"], r["left_over"]) for r in rows if r["unit"] in ("North", "East")}


NORTH_ALONE = {"North": ("ok", Decimal("29.00")), "East": ("not_available", None)}


def test_a_missing_unit_leaves_a_sum_of_the_others_that_says_so_where_it_counts() -> None:
    tables = made(SPENT, missing={(2020, 3): ["East"]})
    names = ("status", "note", "without", "budget", "realised", "carried_over", "available", "left_over")
    for theme in ("small_classes", None):
        row = of(one(tables.overview, reporting_year=2020, theme=theme), *names)
        assert row[:3] == ("ok", "zonder East / without East", "East")
        assert row[3:] == ("100.00", "80.00", "9.00", "109.00", "29.00"), "of the same units throughout"
    rest = [r for r in tables.overview if r["reporting_year"] == 2020 and r["theme"] not in ("small_classes", None)]
    expected = {("ok", "aandelen zonder East / shares without East", None)}
    assert {of(r, *names[:3]) for r in rest} == expected, "East has money in one theme"
    assert whole(tables, 2019)["status"] == "ok"
    north = one(tables.by_unit, reporting_year=2020, unit="North", theme=None)
    assert of(north, "status", "budget") == ("ok", "100.00")
    east = one(tables.by_unit, reporting_year=2020, unit="East")
    assert of(east, "status", "theme", "budget") == ("not_available", None, None)
    assert carried(tables) == NORTH_ALONE


def test_a_waived_unit_is_done_without_and_every_sum_says_so() -> None:
    tables = made(SPENT, waived={(2020, 3): ["East"]})
    words = "zonder East (ontheffing) / without East (waived)"
    assert of(whole(tables), "status", "budget", "carried_over", "note") == ("ok", "100.00", "18.00", words)
    assert note_of(whole(tables, 2019)) is None
    assert of(one(tables.rounds, reporting_year=2020, round=3, theme=None), "status", "note") == ("ok", words)
    assert of(one(tables.by_unit, reporting_year=2020, unit="East"), "status", "budget") == ("not_available", None)
    assert carried(tables) == NORTH_ALONE


AFTER = [line("North", budget="100", realised="80"), line("East", budget="50"), line("North", year=2019, budget="9")]


def test_what_is_carried_over_from_a_year_without_a_waived_unit_says_so() -> None:
    words = "overgeheveld zonder East (2019) (ontheffing) / carried over without East (2019) (waived)"
    total = whole(made(AFTER, waived={(2019, 3): ["East"]}))
    assert of(total, "status", "carried_over", "note") == ("ok", "9.00", words)


def test_what_a_missing_year_left_over_is_unknown_in_every_later_year() -> None:
    tables = made(AFTER, missing={(2019, 3): ["East"]})
    words = "overgeheveld zonder East / carried over without East"
    for theme in ("small_classes", None):
        row = one(tables.overview, reporting_year=2020, theme=theme)
        assert of(row, "status", "budget", "carried_over") == ("ok", "150.00", "9.00")
        assert of(row, "available", "left_over") == (None, None), "a budget with East, what is carried over without"
        assert of(row, "note", "without") == (words, None)
    for theme in set(THEMES) - {"small_classes"}:
        row = one(tables.overview, reporting_year=2020, theme=theme)
        assert (row["carried_over"], row["left_over"], note_of(row)) == (0, 0, None), "East has no money there"
    east = {(r["from_year"], r["status"]) for r in tables.carry_over if r["unit"] == "East"}
    assert east == {(2019, "not_available"), (2020, "not_available")}
    assert carried(tables)["North"] == ("ok", 29)


@pytest.mark.parametrize("missing", [{}, {(2020, 3): [EVERYONE]}], ids=["unsaid", "said"])
def test_a_round_that_is_not_there_at_all_is_missing_for_everyone_and_not_zero(missing: dict[Any, list[str]]) -> None:
    tables = made([line("North", year=2019, budget="10")], missing=missing)
    words = "niet geleverd: alle eenheden / not delivered: all units"
    assert of(whole(tables), "status", "budget", "note") == ("not_available", None, words)
    by_unit = {r["unit"]: r["status"] for r in tables.by_unit if r["reporting_year"] == 2020}
    assert by_unit == dict.fromkeys(UNITS, "not_available")
    assert {r["left_over"] for r in tables.carry_over if r["from_year"] == 2020} == {None}


def test_a_year_that_is_being_spent_shows_what_it_has_and_carries_nothing_over_yet() -> None:
    before = line("North", year=2019, budget="100", realised="70")
    tables = made([before, line("North", number=1, budget="120", realised="30", forecast="125")], "2020-05")
    assert of(whole(tables), "round", "realised", "forecast") == (1, "30.00", "125.00")
    assert of(whole(tables), "carried_over", "available", "left_over") == ("30.00", "150.00", "120.00")
    assert whole(tables, 2019)["round"] == 3
    assert {(r["from_year"], r["to_year"]) for r in tables.carry_over} == {(2019, 2020)}
    first = made([line("North", year=2019, number=1, budget="100")], "2019-05")
    assert {r["reporting_year"] for r in first.overview} == {2019}, "the first year has no year before"
    assert first.carry_over == []


def test_what_is_left_or_too_much_spent_adds_up_over_the_years() -> None:
    years = ((2019, "70"), (2020, "110"), (2021, "125.25"))
    rows = [line("North", year=year, budget="100", realised=realised) for year, realised in years]
    overview = [r for r in made(rows, "2022-03").overview if r["theme"] is None]
    assert [of(r, "carried_over", "left_over") for r in overview] == [("30.00", "20.00"), ("20.00", "-5.25")]


def test_every_figure_is_named_by_cycle_kind_year_and_what_it_is_about() -> None:
    tables = made(ROUNDS)
    rows = whole(tables), one(tables.by_unit, reporting_year=2020, unit="North", theme=None)
    carry_over = one(tables.carry_over, from_year=2020)
    assert [row["figure_id"].removeprefix("2021-03:") for row in (*rows, carry_over)] == [
        "spending:2020:all",
        "unit_spending:2020:North:all",
        "carry_over:2020:North:small_classes",
    ]
    with pytest.raises(UsageError):
        made([], "2021-04")


def test_what_is_carried_over_follows_from_the_lines_of_that_unit_and_theme_alone() -> None:
    held = ledger(
        [
            line(UNIT, THEME, MEASURE, "100.00", "60.00", year=2019, delivery="a" * 16),
            line(UNIT, SECOND, "courses", "50.00", "0.00", year=2019, delivery="b" * 16),
            line(OTHER, THEME, MEASURE, "30.00", "40.00", year=2019, delivery="c" * 16),
            line(UNIT, THEME, MEASURE, "10.00", "0.00", year=2020, delivery="d" * 16),
        ]
    )
    for unit, theme, deliveries in ((UNIT, THEME, "a"), (None, THEME, "ac"), (UNIT, None, "ab")):
        assert "".join(ln.delivery[0] for ln in held.before(2020, unit, theme)) == deliveries
    assert held.before(2019, None, None) == []
    assert (held.carried_into(2020, None), held.carried_into(2020, THEME)) == (Decimal("80.00"), Decimal("30.00"))
    of_unit = f"2021-03:carry_over:2020:{UNIT}:{THEME}"
    contributions = [c for c in spending_tables(held).contributions if c.figure_id == of_unit]
    assert {(c.part, c.delivery[0]): (c.rows, c.contribution) for c in per_delivery(as_table(contributions))} == {
        ("budget", "d"): (1, 10),
        ("realised", "d"): (1, 0),
        ("carried_over", "a"): (1, 40),
    }
    carried = [(c.field, c.contribution) for c in contributions if c.part == "carried_over"]
    assert sum(size for _, size in carried) == 40
    assert [field for field, _ in carried] == ["budget", "realised"]


def test_an_incomplete_year_before_is_looked_at_in_the_round_that_settles_it() -> None:
    places = ((2019, 3), (2020, 3), (2021, 1))
    rows = [line(UNIT, THEME, MEASURE, "1.00", "0.00", year=year, number=number) for year, number in places]
    assert ledger(rows, "2021-05", {(2019, 1): [OTHER]}).carried_into(2021, None) == Decimal("2.00")
    one_year = ledger(rows, "2021-05", {(2019, 3): [OTHER]})
    assert one_year.carried_into(2021, None) == Decimal("2.00")
    assert {gap.unit for gap in one_year.gaps_before(2021)} == {OTHER}
    assert ledger(rows, "2021-05", {(2019, 3): [EVERYONE]}).carried_into(2021, None) is None
    waived = ledger(rows, "2021-05", waived={(2019, 3): [OTHER], (2019, 1): [UNIT]})
    assert waived.without_before(2021) == [f"{OTHER} (2019)"]


def test_each_line_that_was_set_aside_is_known_by_what_could_be_read_of_it(tmp_path: Path) -> None:
    tables = CycleTables(Workspace(tmp_path), profile(), "2021-03")
    rows = (
        LostRow("bfr", year=2020, round=3, unit="North", theme="teachers", amounts={"budget": "10.50"}),
        LostRow("bfr", waived=True),
        LostRow("spending_plan", year=2021, unit="East", version="original"),
    )
    StatusRecord(lost=rows).write(tables)
    known, nobodys = Lost(2020, 3, "North", "teachers"), Lost(0, 0, "", "", True)
    assert lost_lines(tables) == [known, nobodys]
    assert lost_amounts(tables) == [(known, {"budget": Decimal("10.50")}), (nobodys, {})]
    assert lost_of_plan(tables) == [("original", Lost(2021, 0, "East", ""))]
