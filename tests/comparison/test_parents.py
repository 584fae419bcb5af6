"""Units that are part of others, and units that come and go: nothing is lost or counted twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from assets.comparison.parents import spending_by_parent, unit_changes, units
from assets.spending.ledger import Ledger
from assets.spending.tables import spending_tables
from kwaliteitsmonitor.methods.figures.contributions import as_table, per_delivery
from kwaliteitsmonitor.methods.figures.left_out import Lost
from schemas.profile.units import Unit
from tests.made_up import line, note_of, profile, table

NAMES = ("Faculty", "North", "East", "Lab", "Alone")
INSIDE = {"North": "Faculty", "East": "Faculty", "Lab": "East"}


def spent(lines: list[dict[str, Any]], missing: Any = None, lost: Sequence[Lost] = ()) -> Any:
    """The tables of spending, and what they are by parent: the rows of 2020 by unit and theme, and the evidence.

    The institution is a faculty with two institutes, of which one has a laboratory; and a unit that stands alone.
    """
    who = profile(units=NAMES)
    who = replace(who, units=tuple(one.model_copy(update={"parent": INSIDE.get(one.id, "")}) for one in who.units))
    cycle = who.cycle("2021-03")
    of_units = spending_tables(Ledger.of(who, cycle, table("fact_spending", lines), missing or {}, None, lost))
    rows, evidence = spending_by_parent(who, cycle, of_units.by_unit, per_delivery(as_table(of_units.contributions)))
    return of_units, {(r["unit"], r["theme"]): r for r in rows if r["reporting_year"] == 2020}, evidence


AMOUNTS = st.decimals(-10_000, 10_000, places=2).map(str)
LINES = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(["tutors", "groups"]), AMOUNTS, AMOUNTS),
    min_size=1,
    max_size=12,
    unique_by=lambda one: one[:2],
)


@settings(max_examples=40, deadline=None)
@given(LINES)
def test_a_whole_is_its_parts_to_the_cent_and_no_line_counts_twice(lines: Any) -> None:
    made = [line(unit, "small_classes", measure, budget, realised) for unit, measure, budget, realised in lines]
    of_units, of_parents, evidence = spent(made)
    for parent, within in {"Faculty": {"Faculty", "North", "East", "Lab"}, "East": {"East", "Lab"}}.items():
        inside = [one for one in lines if one[0] in within]
        if not inside:
            assert (parent, None) not in of_parents
            continue
        whole = of_parents[(parent, None)]
        sums = [sum(Decimal(one[at]) for one in inside) for at in (2, 3)]
        assert [whole["budget"], whole["realised"], whole["units"]] == [*sums, len({one[0] for one in inside})]
        of_whole = [e for e in evidence if (e.figure_id, e.part) == (whole["figure_id"], "realised")]
        assert sum(e.contribution for e in of_whole) == whole["realised"]
    total = next(r for r in of_units.overview if r["reporting_year"] == 2020 and r["theme"] is None)
    top = of_parents.get(("Faculty", None), {"realised": Decimal(0)})["realised"]
    own = [r for r in of_units.by_unit if (r["reporting_year"], r["unit"], r["theme"]) == (2020, "Alone", None)]
    alone = sum((r["realised"] for r in own), Decimal(0))
    assert top + alone == total["realised"]


def test_a_whole_is_not_available_without_a_part_and_says_what_its_parts_do_without() -> None:
    lines = [line("North", realised="10"), line("Alone", realised="1")]
    _, of_parents, _ = spent(lines, {(2020, 3): ("Lab",)})
    assert {of_parents[(unit, None)]["status"] for unit in ("Faculty", "East")} == {"not_available"}
    _, of_parents, _ = spent(lines, lost=[Lost(2020, 3, "", "small_classes")])
    assert {note_of(row) for row in of_parents.values()} == {
        "zonder een rij van een onbekende eenheid / without a row of an unknown unit"
    }, "a row of nobody knows whom may be of any of them"


def test_a_row_of_a_part_that_was_set_aside_costs_its_whole_that_theme_and_the_total() -> None:
    lines = [line("North", "small_classes", "groups"), line("East", "teachers", "tutors")]
    _, of_parents, _ = spent(lines, lost=[Lost(2020, 3, "North", "small_classes")])
    status = {place: row["status"] for place, row in of_parents.items()}
    assert status[("Faculty", "small_classes")] == status[("Faculty", None)] == "not_available"
    assert status[("Faculty", "teachers")] == status[("East", None)] == "ok", "East is as it was"


def test_the_register_says_what_merged_and_split() -> None:
    register = (
        ("Law", None, 2020, ["Society"]), ("Policy", None, 2020, ["Society"]), ("Society", 2021, 2022, ["A", "B"]),
        ("A", 2023, None, []), ("B", 2023, None, []),
    )  # fmt: skip
    own = [Unit(id=i, nl=i, en=i, valid_from=start, valid_until=end, becomes=of) for i, start, end, of in register]
    who = replace(profile(), units=tuple(own))
    assert [(r["unit"], r["valid_from"], r["valid_until"]) for r in units(who)] == [one[:3] for one in register]
    changes = [(r["unit"], r["becomes"], r["from_year"]) for r in unit_changes(who)]
    assert changes == [
        ("Law", "Society", 2021),
        ("Policy", "Society", 2021),
        ("Society", "A", 2023),
        ("Society", "B", 2023),
    ]
    assert [unit.id for unit in who.units_in(2021)] == ["Society"]
    assert [who.afterwards("Law", year) for year in (2020, 2021, 2023)] == [{"Law"}, {"Society"}, {"A", "B"}]
