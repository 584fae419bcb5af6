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
from kwaliteitsmonitor.methods.figures.left_out import Lost
from schemas.profile import Profile
from schemas.profile.units import Unit
from tests.made_up import line, profile, table

NAMES = ("Faculty", "North", "East", "Lab", "Alone")
INSIDE = {"North": "Faculty", "East": "Faculty", "Lab": "East"}


def institution() -> Profile:
    """A faculty with two institutes, of which one has a laboratory; and a unit that stands alone."""
    made = profile(units=NAMES)
    return replace(
        made, units=tuple(unit.model_copy(update={"parent": INSIDE.get(unit.id, "")}) for unit in made.units)
    )


def spent(lines: list[dict[str, Any]], missing: Any = None, lost: Sequence[Lost] = ()) -> Any:
    """The tables of spending, and what they are by parent: the rows of 2020 by unit and theme, and the evidence."""
    who = institution()
    cycle = who.cycle("2021-03")
    found = spending_tables(Ledger.of(who, cycle, table("fact_spending", lines), missing or {}, None, lost))
    rows, evidence = spending_by_parent(who, cycle, found.by_unit, found.evidence)
    return found, {(r["unit"], r["theme"]): r for r in rows if r["reporting_year"] == 2020}, evidence


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
    found, of_parents, evidence = spent(made)
    for parent, within in {"Faculty": {"Faculty", "North", "East", "Lab"}, "East": {"East", "Lab"}}.items():
        inside = [one for one in lines if one[0] in within]
        if not inside:
            assert (parent, None) not in of_parents
            continue
        whole = of_parents[(parent, None)]
        assert whole["budget"] == sum(Decimal(one[2]) for one in inside)
        assert whole["realised"] == sum(Decimal(one[3]) for one in inside)
        assert whole["units"] == len({one[0] for one in inside})
        of_whole = [e for e in evidence if (e.figure_id, e.part) == (whole["figure_id"], "realised")]
        assert sum(e.contribution for e in of_whole) == whole["realised"]
    total = next(r for r in found.overview if r["reporting_year"] == 2020 and r["theme"] is None)
    top = of_parents.get(("Faculty", None), {"realised": Decimal(0)})["realised"]
    own = [r for r in found.by_unit if (r["reporting_year"], r["unit"], r["theme"]) == (2020, "Alone", None)]
    alone = sum((r["realised"] for r in own), Decimal(0))
    assert top + alone == total["realised"]


def test_a_whole_of_which_a_part_is_missing_is_not_available() -> None:
    lines = [line("North", realised="10"), line("Alone", realised="1")]
    _, of_parents, _ = spent(lines, {(2020, 3): ("Lab",)})
    assert of_parents[("Faculty", None)]["status"] == "not_available"
    assert of_parents[("East", None)]["status"] == "not_available"


def test_a_whole_says_what_its_parts_do_without() -> None:
    """A row of nobody knows whom may be of any of them: each part says so, and so does their sum."""
    lines = [line("North", realised="10"), line("Alone", realised="1")]
    _, of_parents, _ = spent(lines, lost=[Lost(2020, 3, "", "small_classes")])
    notes = {row["note"] for row in of_parents.values()}
    assert notes == {"zonder een rij van een onbekende eenheid / without a row of an unknown unit"}


def test_the_register_says_what_merged_and_split() -> None:
    who = replace(
        profile(),
        units=(
            Unit(id="Law", nl="Recht", en="Law", valid_until=2020, becomes=["Society"]),
            Unit(id="Policy", nl="Bestuur", en="Policy", valid_until=2020, becomes=["Society"]),
            Unit(id="Society", nl="Samenleving", en="Society", valid_from=2021, valid_until=2022, becomes=["A", "B"]),
            Unit(id="A", nl="A", en="A", valid_from=2023),
            Unit(id="B", nl="B", en="B", valid_from=2023),
        ),
    )
    assert [(r["unit"], r["valid_from"], r["valid_until"]) for r in units(who)][:3] == [
        ("Law", None, 2020),
        ("Policy", None, 2020),
        ("Society", 2021, 2022),
    ]
    changes = [(r["unit"], r["becomes"], r["from_year"]) for r in unit_changes(who)]
    assert changes == [
        ("Law", "Society", 2021),
        ("Policy", "Society", 2021),
        ("Society", "A", 2023),
        ("Society", "B", 2023),
    ]
    assert [unit.id for unit in who.units_in(2021)] == ["Society"]
    assert who.afterwards("Law", 2020) == {"Law"}
    assert who.afterwards("Law", 2021) == {"Society"}
    assert who.afterwards("Law", 2023) == {"A", "B"}


def test_a_row_of_a_part_that_was_set_aside_costs_its_whole_that_theme_and_the_total() -> None:
    lines = [
        line("North", "small_classes", "groups", "10.00", "9.00"),
        line("East", "teachers", "tutors", "20.00", "19.00"),
    ]
    _, of_parents, _ = spent(lines, lost=[Lost(2020, 3, "North", "small_classes")])
    stand = {place: row["status"] for place, row in of_parents.items()}
    assert stand[("Faculty", "small_classes")] == stand[("Faculty", None)] == "not_available"
    assert stand[("Faculty", "teachers")] == stand[("East", None)] == "ok", "East is as it was"
