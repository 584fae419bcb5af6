"""Every line contributes to the figures that are made of it, at its place, and contributions add up to the figures."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from assets.spending.contributions import left_of_line, of_lines
from assets.spending.ledger import Line, add_up, left_over
from kwaliteitsmonitor.methods.figures.contributions import NOTHING, RowPlace, as_table, nothing, per_delivery, placed
from kwaliteitsmonitor.methods.figures.identity import figure_id
from schemas.figures import FIGURES
from schemas.tables.shared.provenance import PROVENANCE
from schemas.words import Words
from tests.sample_year import SampleYear, rows
from tests.spending.lines import CYCLE

EURO = st.decimals(-10_000, 10_000, places=2)
LINES = st.lists(
    st.builds(
        Line, st.just(2020), st.just(3), st.just("u"), st.just("t"), st.just("m"), EURO, EURO, st.none() | EURO,
        st.sampled_from("ab"), st.integers(2, 99).map(lambda row: RowPlace("bfr", "Blad1", row)),
    ),
    max_size=6,
)  # fmt: skip


@given(LINES)
def test_contributions_of_lines_add_up_to_their_sums_and_each_stands_in_its_row(lines: list[Line]) -> None:
    figure, sums = figure_id(CYCLE, "spending", 2020, None), add_up(lines)
    assert figure == "2021-03:spending:2020:all"
    for part in ("budget", "realised"):
        made = list(of_lines(figure, part, lines, lines))
        assert sum((one.contribution for one in made), Decimal(0)) == sums.parts[part]
        assert [one.place for one in made] == [line.place for line in lines]
    left = [one for line in lines for one in left_of_line(figure, line)]
    assert sum((one.contribution for one in left), Decimal(0)) == left_over(sums, Decimal(0))
    assert sum(one.rows or 0 for one in left) == len(lines), "a row that gives two amounts is one row"


def test_deliveries_without_a_line_contribute_nothing_and_have_no_place() -> None:
    line = Line(2020, 3, "u", "t", "m", Decimal(1), Decimal(1), None, "a")
    table = as_table(
        [*nothing("f", "budget", ["a", "a"], Words("niets", "nothing")), *of_lines("f", "realised", [], [line])]
    )
    assert [(c.part, c.delivery, c.rows, c.contribution, c.note) for c in per_delivery(table)] == [
        ("budget", "a", 0, 0, Words("niets", "nothing")),
        ("realised", "a", 0, 0, NOTHING),
    ]
    assert placed(table).num_rows == 0


def test_in_a_whole_cycle_contributions_add_up_to_every_number_that_is_a_part(leiden_year: SampleYear) -> None:
    """Of money all of them do; the places of a staged row are the columns of `PROVENANCE`."""
    assert [field.name for field in PROVENANCE] == ["_delivery", "_sheet", "_row", "_column"]
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    of_money = {of.step for of in FIGURES.values() if of.money}
    for step in of_money:
        for one in leiden_year.workspace.read("2021-03", step, "contributions").to_pylist():
            assert one["contribution"] == round(one["contribution"], 12)
            sums[(one["figure_id"], one["part"])] += one["contribution"]
    seen = 0
    for of in FIGURES.values():
        numbers = [name for name, formula in of.numbers.items() if formula == name] if of.money else []
        for row in rows(leiden_year.release, of.name) if numbers else ():
            for name in (name for name in numbers if row[name] is not None):
                assert sums[(row["figure_id"], name)] == row[name], (row["figure_id"], name)
                seen += 1
    assert seen > 500
