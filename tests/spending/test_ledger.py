"""The ledger: which lines a sum is made of, and what is carried over from one year to the next."""

from __future__ import annotations

from decimal import Decimal

from assets.spending.tables import spending_tables
from kwaliteitsmonitor.methods.figures.left_out import EVERYONE
from tests.made_up import line
from tests.spending.lines import MEASURE, OTHER, SECOND, THEME, UNIT, ledger


def test_what_is_carried_over_follows_from_the_lines_of_that_unit_and_theme_alone() -> None:
    held = ledger(
        [
            line(UNIT, THEME, MEASURE, "100.00", "60.00", year=2019, delivery="a" * 16),
            line(UNIT, SECOND, "courses", "50.00", "0.00", year=2019, delivery="b" * 16),
            line(OTHER, THEME, MEASURE, "30.00", "40.00", year=2019, delivery="c" * 16),
            line(UNIT, THEME, MEASURE, "10.00", "0.00", year=2020, delivery="d" * 16),
        ]
    )
    assert [ln.delivery for ln in held.before(2020, UNIT, THEME)] == ["a" * 16]
    assert [ln.delivery for ln in held.before(2020, None, THEME)] == ["a" * 16, "c" * 16]
    assert [ln.delivery for ln in held.before(2020, UNIT, None)] == ["a" * 16, "b" * 16]
    assert held.before(2019, None, None) == []
    assert (held.carried_into(2020, None), held.carried_into(2020, THEME)) == (Decimal("80.00"), Decimal("30.00"))
    of_unit = f"2021-03:carry_over:2020:{UNIT}:{THEME}"
    evidence = [e for e in spending_tables(held).evidence if e.figure_id == of_unit]
    assert {(e.part, e.delivery): (e.rows, e.contribution) for e in evidence} == {
        ("budget", "d" * 16): (1, Decimal("10.00")),
        ("realised", "d" * 16): (1, Decimal("0.00")),
        ("carried_over", "a" * 16): (1, Decimal("40.00")),
    }


def test_an_incomplete_year_before_is_looked_at_in_the_round_that_settles_it() -> None:
    rows = [
        line(UNIT, THEME, MEASURE, "1.00", "0.00", year=year, number=number)
        for year, number in ((2019, 3), (2020, 3), (2021, 1))
    ]
    assert ledger(rows, "2021-05", {(2019, 1): [OTHER]}).carried_into(2021, None) == Decimal("2.00")
    one_year = ledger(rows, "2021-05", {(2019, 3): [OTHER]})
    assert one_year.carried_into(2021, None) == Decimal("2.00")
    assert {gap.unit for gap in one_year.gaps_before(2021)} == {OTHER}
    assert ledger(rows, "2021-05", {(2019, 3): [EVERYONE]}).carried_into(2021, None) is None
    waived = ledger(rows, "2021-05", waived={(2019, 3): [OTHER], (2019, 1): [UNIT]})
    assert waived.without_before(2021) == [f"{OTHER} (2019)"]
