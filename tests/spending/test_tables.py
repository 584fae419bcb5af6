"""Money: exact to the cent, complete or said not to be, and carried from year to year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.spending.tables import SpendingTables, spending_tables
from kwaliteitsmonitor.methods.figures.left_out import EVERYONE
from schemas.errors import UsageError
from schemas.exports.arrow import to_arrow
from tests.made_up import MEASURES, THEMES, UNFUNDED, UNITS, line
from tests.spending.lines import ledger

EURO = st.integers(-(10**9), 10**9).map(lambda cents: Decimal(cents).scaleb(-2))
FORECAST = st.none() | EURO.map(str)
TABLES = ("spending_overview", "spending_by_unit", "spending_rounds", "carry_over")


def made(
    rows: Iterable[dict[str, Any]],
    cycle: str = "2021-03",
    missing: Mapping[tuple[int, int], Sequence[str]] | None = None,
    waived: Mapping[tuple[int, int], Sequence[str]] | None = None,
) -> SpendingTables:
    found = spending_tables(ledger(list(rows), cycle, missing, waived=waived))
    for name, of_table in zip(TABLES, (found.overview, found.by_unit, found.rounds, found.carry_over), strict=True):
        kept = to_arrow(name, of_table).to_pylist()
        identities = [row["figure_id"] for row in kept]
        assert len(set(identities)) == len(identities), name
        of_table[:] = kept
    return found


def one(rows: Iterable[dict[str, Any]], **like: Any) -> dict[str, Any]:
    (row,) = [r for r in rows if all(r[name] == value for name, value in like.items())]
    return row


def whole(found: SpendingTables, year: int = 2020) -> dict[str, Any]:
    """The row of a year for all themes together."""
    return one(found.overview, reporting_year=year, theme=None)


def euro(text: str) -> Decimal:
    return Decimal(text)


@st.composite
def ledgers(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Lines of the rounds that the cycle 2021-03 reads, of any units and measures, and of a theme without money."""
    rounds = [(2019, 3), (2020, 1), (2020, 2), (2020, 3)]
    where = [(u, t, m) for u in UNITS for m, t in [*MEASURES.items(), ("tutors", UNFUNDED)]]
    return [
        line(unit, theme, measure, str(draw(EURO)), str(draw(EURO)), year=year, number=number, forecast=draw(FORECAST))
        for year, number in rounds
        for unit, theme, measure in draw(st.lists(st.sampled_from(where), min_size=1, max_size=6, unique=True))
    ]


@settings(max_examples=40, deadline=None)
@given(ledgers())
def test_all_amounts_add_up_exact_to_the_cent(rows: list[dict[str, Any]]) -> None:
    found = made(rows)
    for year in (2019, 2020):
        themes_and_units_add_up(rows, found, year)
        what_is_left_is_carried_over(found, year)
    sums: dict[tuple[str, str], Decimal] = {}
    for e in found.evidence:
        sums[(e.figure_id, e.part)] = sums.get((e.figure_id, e.part), Decimal(0)) + e.contribution
    for row in (*found.overview, *found.by_unit, *found.rounds):
        for part in ("budget", "realised"):
            assert sums.get((row["figure_id"], part), Decimal(0)) == row[part], "and so does their evidence"


def themes_and_units_add_up(rows: list[dict[str, Any]], found: SpendingTables, year: int) -> None:
    of_year = [r for r in rows if (r["reporting_year"], r["round"]) == (year, 3)]
    overview, by_unit = ([r for r in table if r["reporting_year"] == year] for table in (found.overview, found.by_unit))
    total = one(overview, theme=None)
    for amount in ("budget", "realised"):
        assert total[amount] == sum(r[amount] for r in of_year)
        assert total[amount] == sum(r[amount] for r in overview if r["theme"])
        assert total[amount] == sum(r[amount] for r in by_unit if r["theme"] is None)
        for row in overview:
            units = [r[amount] for r in by_unit if r["theme"] == row["theme"]]
            assert row[amount] == sum(units, Decimal(0)), "units add up to the theme, and to the total"
    for row in (*overview, *by_unit):
        assert row["difference"] == row["realised"] - row["budget"]


def what_is_left_is_carried_over(found: SpendingTables, year: int) -> None:
    for row in (r for r in found.overview if r["reporting_year"] == year):
        carried = [r for r in found.carry_over if r["from_year"] == year and row["theme"] in (None, r["theme"])]
        assert row["left_over"] == sum((r["left_over"] for r in carried), Decimal(0))
        assert row["available"] == row["budget"] + row["carried_over"]
        assert row["left_over"] == row["available"] - row["realised"]
        before = 0 if year == 2019 else one(found.overview, reporting_year=2019, theme=row["theme"])["left_over"]
        assert row["carried_over"] == before, "the first year starts with nothing"


@settings(max_examples=10, deadline=None)
@given(ledgers(), st.randoms())
def test_the_order_of_the_lines_does_not_matter(rows: list[dict[str, Any]], random: Any) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert made(shuffled) == made(rows)


def test_a_cent_is_not_lost_in_a_large_sum() -> None:
    of_year = [(u, t, m, "999999999999.99", "0.01") for u in UNITS for m, t in MEASURES.items()]
    total = whole(made(line(*of, year=year) for of in of_year for year in (2019, 2020)))
    amounts = euro("11999999999999.88"), euro("0.12"), euro("23999999999999.52")
    assert (total["budget"], total["realised"], total["left_over"]) == amounts


def test_difference_shares_shift_and_realised_of_budget_are_columns_apart() -> None:
    rows = [
        line("North", "small_classes", "tutors", "600", "900"),
        line("East", "teachers", "courses", "400", "100"),
        line(year=2019),
    ]
    row = one(made(rows).overview, reporting_year=2020, theme="small_classes")
    assert (row["difference"], row["difference_pct"]) == (euro("300"), 0.5)
    assert (row["share_of_budget"], row["share_of_realised"]) == (0.6, 0.9)
    assert row["share_shift_pp"] == 30.0
    assert row["realised_pct_of_budget"] == 1.5
    total = one(made(rows).overview, reporting_year=2020, theme=None)
    assert (total["share_of_budget"], total["share_of_realised"], total["share_shift_pp"]) == (1.0, 1.0, 0.0)


def test_without_a_budget_there_is_no_share_of_it() -> None:
    row = one(made([line(realised="10"), line(year=2019)]).overview, reporting_year=2020, theme="small_classes")
    of_budget = ("difference_pct", "realised_pct_of_budget", "share_of_budget", "share_shift_pp")
    assert {row[name] for name in of_budget} == {None}
    assert row["share_of_realised"] == 1.0


def test_amounts_are_printed_in_whole_thousands_rounded_from_the_exact_amount() -> None:
    row = whole(made([line(budget="7057400.00", realised="6696600.00"), line(year=2019)]))
    printed = [row[f"{name}_printed_nl"] for name in ("budget", "realised", "difference")]
    assert printed == ["7.057", "6.697", "-361"]


def test_a_missing_forecast_leaves_no_forecast_in_any_sum_it_is_part_of() -> None:
    rows = [
        line("North", forecast="10.00"),
        line("East", forecast=None),
        line("South", "teachers", "courses", forecast="5"),
        line(year=2019),
    ]
    found = made(rows)
    forecasts = {r["theme"]: r["forecast"] for r in found.overview if r["reporting_year"] == 2020}
    assert forecasts == {"small_classes": None, "teachers": euro("5"), None: None}
    assert one(found.by_unit, reporting_year=2020, unit="North", theme=None)["forecast"] == euro("10.00")


def test_money_on_a_theme_that_has_none_is_shown_and_part_of_the_total() -> None:
    rows = [line(budget="10", realised="10"), line(theme=UNFUNDED, realised="5"), line(year=2019)]
    found = made(rows)
    assert one(found.overview, reporting_year=2020, theme=UNFUNDED)["realised"] == euro("5")
    assert whole(found)["realised"] == euro("15")
    quiet = made([line(), line(year=2019)])
    assert {r["theme"] for r in quiet.overview} == {*THEMES, None}, "otherwise it has no row"


ROUNDS = [
    line("North", budget="100", realised="20", forecast="90", number=1),
    line("North", budget="110", realised="50", forecast="105", number=2),
    line("North", budget="110", realised="107", number=3),
    line("North", budget="100", realised="100", year=2019),
]


def test_drift_is_what_changed_since_the_round_before() -> None:
    rounds = made(ROUNDS).rounds
    of_all = {(r["reporting_year"], r["round"]): r for r in rounds if r["theme"] is None}
    names = ("budget_drift", "realised_drift", "forecast_drift")
    assert {place: tuple(row[name] for name in names) for place, row in of_all.items()} == {
        (2019, 3): (None, None, None),  # the round before is not read
        (2020, 1): (None, None, None),
        (2020, 2): (10, 30, 15),
        (2020, 3): (0, 57, None),
    }


def test_there_is_no_drift_from_a_round_that_is_incomplete() -> None:
    rounds = made(ROUNDS, missing={(2020, 1): ["East"]}).rounds
    first, second = (one(rounds, reporting_year=2020, round=n, theme=None) for n in (1, 2))
    assert (first["status"], first["budget"], first["without"]) == ("ok", euro("100"), "East")
    assert first["note"] == "zonder East / without East"
    assert (second["status"], second["budget"], second["budget_drift"]) == ("ok", euro("110"), None)


SPENT = [line("North", budget="100", realised="80"), *(line(u, year=2019, budget="9") for u in ("North", "East"))]
"""Of East there is a year of which North has two."""


def carried(found: SpendingTables) -> dict[str, tuple[str, Decimal | None]]:
    """What each unit has left of small classes in 2020."""
    rows = [r for r in found.carry_over if (r["from_year"], r["theme"]) == (2020, "small_classes")]
    return {r["unit"]: (r["status"], r["left_over"]) for r in rows}


NORTH_ALONE = {"North": ("ok", Decimal("29.00")), "East": ("not_available", None)}


def test_a_missing_unit_leaves_a_sum_of_the_others_that_says_so_where_it_counts() -> None:
    found = made(SPENT, missing={(2020, 3): ["East"]})
    for theme in ("small_classes", None):
        row = one(found.overview, reporting_year=2020, theme=theme)
        assert (row["status"], row["note"], row["without"]) == ("ok", "zonder East / without East", "East")
        assert (row["budget"], row["realised"], row["carried_over"]) == (euro("100"), euro("80"), euro("9"))
        assert (row["available"], row["left_over"]) == (euro("109"), euro("29")), "of the same units throughout"
    elsewhere = [r for r in found.overview if r["reporting_year"] == 2020 and r["theme"] not in ("small_classes", None)]
    assert {(r["status"], r["note"], r["without"]) for r in elsewhere} == {
        ("ok", "aandelen zonder East / shares without East", None)
    }, "East has money in one theme"
    assert whole(found, 2019)["status"] == "ok"
    north = one(found.by_unit, reporting_year=2020, unit="North", theme=None)
    assert (north["status"], north["budget"]) == ("ok", euro("100"))
    east = one(found.by_unit, reporting_year=2020, unit="East")
    assert (east["status"], east["theme"], east["budget"]) == ("not_available", None, None)
    assert carried(found).items() >= NORTH_ALONE.items()


def test_a_waived_unit_is_done_without_and_every_sum_says_so() -> None:
    found = made(SPENT, waived={(2020, 3): ["East"]})
    total = whole(found)
    assert (total["status"], total["budget"], total["carried_over"]) == ("ok", euro("100"), euro("18"))
    assert total["note"] == "zonder East (ontheffing) / without East (waived)"
    assert whole(found, 2019)["note"] is None
    third = one(found.rounds, reporting_year=2020, round=3, theme=None)
    assert (third["status"], third["note"]) == ("ok", "zonder East (ontheffing) / without East (waived)")
    east = one(found.by_unit, reporting_year=2020, unit="East")
    assert (east["status"], east["budget"]) == ("not_available", None)
    assert carried(found).items() >= NORTH_ALONE.items()


def test_what_is_carried_over_from_a_year_without_a_waived_unit_says_so() -> None:
    rows = [line("North", budget="100"), line("East", budget="50"), line("North", year=2019, budget="9")]
    total = whole(made(rows, waived={(2019, 3): ["East"]}))
    assert (total["status"], total["carried_over"]) == ("ok", euro("9"))
    assert total["note"] == ("overgeheveld zonder East (2019) (ontheffing) / carried over without East (2019) (waived)")


def test_there_is_no_drift_between_rounds_of_which_one_does_without_a_unit() -> None:
    rounds = made(ROUNDS, waived={(2020, 1): ["East"]}).rounds
    first, second = (one(rounds, reporting_year=2020, round=n, theme=None) for n in (1, 2))
    assert (first["status"], second["status"], second["budget_drift"]) == ("ok", "ok", None)
    both = made(ROUNDS, waived={(2020, 1): ["West"], (2020, 2): ["West"]}).rounds
    assert one(both, reporting_year=2020, round=2, theme=None)["budget_drift"] is not None


def test_what_a_missing_year_left_over_is_unknown_in_every_later_year() -> None:
    rows = [line("North", budget="100", realised="80"), line("East", budget="50"), line("North", year=2019, budget="9")]
    found = made(rows, missing={(2019, 3): ["East"]})
    for theme in ("small_classes", None):
        row = one(found.overview, reporting_year=2020, theme=theme)
        assert (row["status"], row["carried_over"]) == ("ok", euro("9"))
        assert (row["available"], row["left_over"]) == (None, None), "a budget with East, what is carried over without"
        assert (row["note"], row["without"]) == ("overgeheveld zonder East / carried over without East", None)
    for theme in set(THEMES) - {"small_classes"}:
        row = one(found.overview, reporting_year=2020, theme=theme)
        assert (row["carried_over"], row["left_over"], row["note"]) == (0, 0, None), "East has no money there"
    assert whole(found)["budget"] == euro("150")
    east = [r for r in found.carry_over if r["unit"] == "East"]
    assert {(r["from_year"], r["status"]) for r in east} == {(2019, "not_available"), (2020, "not_available")}
    assert one(found.carry_over, unit="North", from_year=2020, theme="small_classes")["left_over"] == euro("29")


@pytest.mark.parametrize("missing", [{}, {(2020, 3): [EVERYONE]}], ids=["unsaid", "said"])
def test_a_round_that_is_not_there_at_all_is_missing_for_everyone_and_not_zero(
    missing: dict[tuple[int, int], list[str]],
) -> None:
    found = made([line("North", year=2019, budget="10")], missing=missing)
    total = whole(found)
    assert (total["status"], total["budget"]) == ("not_available", None)
    assert total["note"] == "niet geleverd: alle eenheden / not delivered: all units"
    assert {(r["unit"], r["status"]) for r in found.by_unit if r["reporting_year"] == 2020} == {
        (unit, "not_available") for unit in UNITS
    }
    assert {r["left_over"] for r in found.carry_over if r["from_year"] == 2020} == {None}


def test_a_year_that_is_being_spent_shows_what_it_has_and_carries_nothing_over_yet() -> None:
    rows = [
        line("North", year=2019, budget="100", realised="70"),
        line("North", number=1, budget="120", realised="30", forecast="125"),
    ]
    found = made(rows, "2020-05")
    running = whole(found)
    assert (running["round"], running["realised"], running["forecast"]) == (1, euro("30"), euro("125"))
    assert [running[name] for name in ("carried_over", "available", "left_over")] == [30, 150, 120]
    assert whole(found, 2019)["round"] == 3
    assert {(r["from_year"], r["to_year"]) for r in found.carry_over} == {(2019, 2020)}


def test_the_first_year_has_no_year_before() -> None:
    found = made([line("North", year=2019, budget="100", realised="70")], "2020-03")
    assert {r["reporting_year"] for r in (*found.overview, *found.by_unit, *found.rounds)} == {2019}
    total = one(found.overview, theme=None)
    assert (total["carried_over"], total["left_over"]) == (euro("0"), euro("30"))
    first = made([line("North", year=2019, number=1, budget="100")], "2019-05")
    assert {r["reporting_year"] for r in first.overview} == {2019}
    assert first.carry_over == []


def test_what_is_left_or_too_much_spent_adds_up_over_the_years() -> None:
    years = ((2019, "70"), (2020, "110"), (2021, "125.25"))
    rows = [line("North", year=year, budget="100", realised=realised) for year, realised in years]
    found = made(rows, "2022-03").overview
    assert {r["reporting_year"]: (r["carried_over"], r["left_over"]) for r in found if r["theme"] is None} == {
        2020: (euro("30"), euro("20")),
        2021: (euro("20"), euro("-5.25")),
    }


def test_every_figure_is_named_by_cycle_kind_year_and_what_it_is_about() -> None:
    found = made(ROUNDS)
    assert whole(found)["figure_id"] == "2021-03:spending:2020:all"
    assert one(found.by_unit, reporting_year=2020, unit="North", theme=None)["figure_id"] == (
        "2021-03:unit_spending:2020:North:all"
    )
    assert one(found.carry_over, from_year=2020)["figure_id"] == "2021-03:carry_over:2020:North:small_classes"
    with pytest.raises(UsageError):
        made([], "2021-04")
