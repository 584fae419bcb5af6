"""The disclosure gate: nothing published is about too few people, nor can it be found by subtraction."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from assets.publication.lineage.tables import lineage
from kwaliteitsmonitor.methods.disclosure.people import HIDDEN, parts_to_hide, suppress, suppress_families
from kwaliteitsmonitor.methods.figures.evidence import Evidence
from schemas.exports.arrow import to_arrow

THRESHOLD = 5


def figure(
    unit: str | None,
    n: int | None,
    *,
    level: str | None = None,
    indicator: str = "i",
    year: int = 2020,
    status: str = "ok",
) -> dict[str, Any]:
    return {
        "reporting_year": year,
        "indicator": indicator,
        "unit": unit,
        "level": level,
        "n": n,
        "value": 4.2,
        "spread": 0.4,
        "invited": 40,
        "response_rate": 0.5,
        "numerator": n,
        "denominator": n,
        "status": status,
        "printed_nl": "4,2",
        "printed_en": "4.2",
        "figure_id": f"2021-03:indicator:{year}:{indicator}:{unit or 'all'}:{level or 'all'}",
    }


def group(sizes: Mapping[str, int], **more: Any) -> list[dict[str, Any]]:
    return [figure(None, sum(sizes.values()), **more), *(figure(unit, n, **more) for unit, n in sizes.items())]


def hidden_units(sizes: Mapping[str, int]) -> set[str | None]:
    return {r["unit"] for r in suppress(group(sizes), THRESHOLD) if r["status"] == "suppressed"}


def test_at_the_threshold_a_figure_is_shown_and_below_it_suppressed() -> None:
    assert suppress([figure(None, 5)], THRESHOLD) == [figure(None, 5)]
    (row,) = suppress([figure(None, 4)], THRESHOLD)
    assert (row["status"], row["printed_nl"], row["printed_en"]) == ("suppressed", "×", "×")


def test_a_suppressed_row_holds_no_number_at_all() -> None:
    (row,) = suppress([figure(None, 1)], THRESHOLD)
    assert {name: row[name] for name in HIDDEN} == dict.fromkeys(HIDDEN)
    numbers = {"value", "spread", "n", "invited", "response_rate", "numerator", "denominator"}
    assert set(HIDDEN) == numbers


def test_one_small_unit_takes_the_next_smallest_with_it() -> None:
    assert hidden_units({"A": 3, "B": 40, "C": 20, "D": 90}) == {"A", "C"}


def test_units_of_the_same_size_go_by_name_so_that_every_run_hides_the_same() -> None:
    assert hidden_units({"D": 3, "C": 20, "B": 20}) == {"D", "B"}
    assert hidden_units({"B": 20, "C": 20, "D": 3}) == {"D", "B"}


def test_two_small_units_protect_each_other_once_they_are_enough_people_together() -> None:
    assert hidden_units({"A": 3, "B": 2, "C": 20}) == {"A", "B"}
    assert hidden_units({"A": 1, "B": 1, "C": 20, "D": 50}) == {"A", "B", "C"}, "together they are two people, one each"
    assert hidden_units({"A": 1, "B": 1, "C": 1, "D": 1, "E": 1, "F": 9}) == set("ABCDEF"), "five people, one each"


def test_without_a_small_unit_nothing_is_suppressed() -> None:
    assert hidden_units({"A": 5, "B": 6}) == set()


def test_a_small_whole_is_suppressed_with_all_its_parts() -> None:
    assert hidden_units({"A": 1, "B": 3}) == {None, "A", "B"}


def test_levels_years_and_indicators_are_protected_apart() -> None:
    rows = [
        *group({"A": 3, "B": 9, "C": 9}, level="Ba"),
        *group({"A": 30, "B": 9, "C": 9}, level="Ma"),
        *group({"A": 30, "B": 9, "C": 9}, level="Ba", year=2019),
    ]
    found = {(r["reporting_year"], r["level"], r["unit"]) for r in suppress(rows, THRESHOLD) if r["status"] != "ok"}
    assert found == {(2020, "Ba", "A"), (2020, "Ba", "B")}


def test_figures_about_no_people_or_without_a_value_stay_as_they_are() -> None:
    rows = [figure(None, None), figure("A", 1, status="not_available")]
    assert suppress(rows, THRESHOLD) == rows


def hidden_with_one_that_cannot_be_weighed(sizes: Mapping[str, int]) -> set[str | None]:
    rows = [figure(None, 200), *(figure(unit, n) for unit, n in sizes.items()), figure("Z", None)]
    return {row["unit"] for row in suppress(rows, THRESHOLD) if row["status"] == "suppressed"}


def test_a_figure_without_its_number_is_hidden_where_the_others_do_not_keep_what_is_hidden_from_being_found() -> None:
    assert hidden_with_one_that_cannot_be_weighed({"A": 3, "B": 2}) == {"A", "B"}, "five people, of two units"
    assert hidden_with_one_that_cannot_be_weighed({"A": 2, "B": 2}) == {"A", "B", "Z"}, "four people"
    assert hidden_with_one_that_cannot_be_weighed({"A": 3}) == {"A", "Z"}, "one unit"
    ones = dict.fromkeys("ABCDE", 1)
    assert hidden_with_one_that_cannot_be_weighed(ones) == {*ones, "Z"}, "five people, one each"
    assert hidden_with_one_that_cannot_be_weighed({"A": 5, "B": 9}) == set(), "nothing is hidden"


def test_a_figure_without_its_number_is_hidden_with_a_whole_that_is() -> None:
    rows = [figure(None, 4), figure("Z", None), figure("Y", None, status="not_available")]
    assert [row["status"] for row in suppress(rows, THRESHOLD)] == ["suppressed", "suppressed", "not_available"]


PARENTS = {"A": "AB", "B": "AB"}


def hidden_in_families(rows: list[dict[str, Any]], parents: Mapping[str, str] = PARENTS) -> set[tuple[Any, ...]]:
    found = suppress_families(rows, parents, THRESHOLD)
    assert [row["figure_id"] for row in found] == [row["figure_id"] for row in rows]
    changed = [row for row, before in zip(found, rows, strict=True) if row != before]
    assert all(row["status"] == "suppressed" and row["n"] is None and row["value"] is None for row in changed)
    return {(row["indicator"], row["reporting_year"], row["level"], row["unit"]) for row in changed}


def test_units_within_units_are_hidden_together_where_one_of_them_is_small() -> None:
    family = group({"A": 4, "B": 40, "AB": 44, "C": 50})
    assert hidden_in_families(family) == {("i", 2020, None, unit) for unit in ("A", "B", "AB", "C")}
    assert hidden_in_families(family, {}) == set(), "which are no family"
    assert hidden_in_families(group({"A": 5, "B": 40, "AB": 45})) == set(), "of which none is small"
    assert hidden_in_families(group({"A": 4, "B": 40, "C": 50})) == set(), "of which the larger unit has no figure"


def test_a_family_is_hidden_in_the_indicator_year_and_level_in_which_one_is_small() -> None:
    small, large = {"A": 4, "AB": 44}, {"A": 30, "AB": 44}
    rows = [
        *group(small, level="Ba"),
        *group(large, level="Ma"),
        *group(large, level="Ba", year=2019),
        *group(large, level="Ba", indicator="j"),
    ]
    assert hidden_in_families(rows) == {("i", 2020, "Ba", "A"), ("i", 2020, "Ba", "AB")}


def test_a_figure_that_is_not_there_neither_hides_its_family_nor_is_hidden() -> None:
    absent = [figure("A", 1, status="not_available"), figure("B", None), figure("AB", 44)]
    assert hidden_in_families(absent) == set()
    without = [figure("A", 4), figure("B", None, status="not_available"), figure("AB", 44)]
    assert hidden_in_families(without) == {("i", 2020, None, "A"), ("i", 2020, None, "AB")}


SIZES = st.dictionaries(st.sampled_from("ABCDEFGHI"), st.integers(1, 30), min_size=1)


@given(SIZES, st.integers(1, 12))
def test_no_suppressed_unit_can_be_found_by_subtraction(sizes: dict[str, int], threshold: int) -> None:
    found = suppress(group(sizes), threshold)
    whole, *units = found
    hidden = {r["unit"] for r in units if r["status"] == "suppressed"}
    assert all(r["n"] >= threshold for r in found if r["status"] == "ok")
    assert {u for u, n in sizes.items() if n < threshold} <= hidden
    if whole["status"] == "ok" and hidden:
        rest = whole["n"] - sum(r["n"] for r in units if r["status"] == "ok")
        assert rest == sum(sizes[u] for u in hidden)
        assert rest >= threshold, "what is left after subtraction is about enough people"
        # More than one way to divide what is left over the hidden units, of which each has at least one person.
        assert len(hidden) > 1
        assert rest > len(hidden) or len(hidden) == len(sizes)


@given(SIZES, st.integers(1, 12))
def test_suppressing_twice_changes_nothing_and_order_does_not_matter(sizes: dict[str, int], threshold: int) -> None:
    once = suppress(group(sizes), threshold)
    assert suppress(once, threshold) == once
    reverse = suppress(list(reversed(group(sizes))), threshold)
    assert sorted(reverse, key=lambda r: r["figure_id"]) == sorted(once, key=lambda r: r["figure_id"])


def test_parts_named_beforehand_are_hidden_whatever_their_size() -> None:
    assert parts_to_hide({"A": 50, "B": 40, "C": 60}, THRESHOLD, ["A"]) == {"A", "B"}
    assert parts_to_hide({"A": 50, "B": 40, "C": 60}, THRESHOLD) == frozenset()


WHOLE = "2021-03:indicator:2020:i:all:all"
DELIVERIES = {unit: {"feed": "evaluations", "file": f"{unit}.csv", "unit": unit} for unit in "ABCDEFGHI"}


def evidence(sizes: Mapping[str, int]) -> list[Evidence]:
    return [
        *(Evidence(WHOLE, "n", unit, n, Decimal(n), people=n) for unit, n in sizes.items()),
        *(Evidence(figure(unit, n)["figure_id"], "n", unit, n, Decimal(n), people=n) for unit, n in sizes.items()),
    ]


def traced(sizes: Mapping[str, int], threshold: int = THRESHOLD) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    rows = suppress(group(sizes), threshold)
    suppressed = [r["figure_id"] for r in rows if r["status"] == "suppressed"]
    return rows, lineage(evidence(sizes), DELIVERIES, suppressed, threshold)


def test_the_register_that_corrected_a_delivery_is_evidence_of_the_figures_from_it() -> None:
    deliveries = {d: {"feed": "reports", "file": f"{d}.xlsx", "unit": "North"} for d in ("a", "b", "register")}
    parts = [
        Evidence("f1", "numerator", "a", 1, Decimal(1)),
        Evidence("f1", "denominator", "a", 1, Decimal(2)),
        Evidence("f2", "numerator", "b", 1, Decimal(3)),
        Evidence("f3", "numerator", "a", 1, Decimal(4)),
    ]
    rows = lineage(parts, deliveries, [], 1, {"a": {"register": 2}})
    corrections = [(r["figure_id"], r["delivery"], r["rows"]) for r in rows if r["part"] == "corrections"]
    assert corrections == [("f1", "register", 2), ("f3", "register", 2)]
    assert to_arrow("lineage", rows).num_rows == len(parts) + 2


def test_lineage_has_no_evidence_for_suppressed_figures() -> None:
    rows, lines = traced({"A": 3, "B": 40, "C": 20})
    suppressed = {r["figure_id"] for r in rows if r["status"] == "suppressed"}
    assert suppressed
    assert not suppressed & {line["figure_id"] for line in lines}


def test_the_lineage_of_the_whole_names_every_delivery_but_not_the_size_of_a_suppressed_part() -> None:
    _, lines = traced({"A": 3, "B": 40, "C": 20})
    assert {line["file"]: (line["rows"], line["contribution"]) for line in lines if line["figure_id"] == WHOLE} == {
        "A.csv": (None, None),
        "B.csv": (40, 40.0),
        "C.csv": (None, None),
    }
    assert to_arrow("lineage", lines).num_rows == len(lines)


@given(SIZES, st.integers(1, 12))
def test_lineage_gives_no_suppressed_unit_away_either(sizes: dict[str, int], threshold: int) -> None:
    rows, lines = traced(sizes, threshold)
    hidden = {r["unit"] for r in rows[1:] if r["status"] == "suppressed"}
    shown = {line["delivery"]: line["contribution"] for line in lines if line["contribution"] is not None}
    assert not hidden & shown.keys()
    assert all(value >= threshold for value in shown.values())
    for line in lines:
        assert (line["rows"] is None) == (line["contribution"] is None)


def test_what_is_about_no_people_is_traced_in_full() -> None:
    fte = [Evidence("f", "numerator", unit, 1, Decimal("0.5")) for unit in "ABC"]
    assert [line["contribution"] for line in lineage(fte, DELIVERIES, [], THRESHOLD)] == [0.5, 0.5, 0.5]


def test_lineage_is_in_the_order_of_figure_part_and_delivery() -> None:
    given_in = [Evidence(f, p, d, 9, Decimal(9)) for f in "zy" for p in ("n", "denominator") for d in "BA"]
    lines = lineage(given_in, DELIVERIES, [], THRESHOLD)
    order = [(line["figure_id"], line["part"], line["delivery"]) for line in lines]
    assert order == sorted(order)


def test_a_suppressed_unit_that_delivered_in_two_parts_is_not_given_away_by_them() -> None:
    # Unit C is suppressed to protect unit A; the parts of C are not the smallest deliveries.
    parts = {"a": ("A", 3), "b1": ("B", 33), "b2": ("B", 7), "c1": ("C", 12), "c2": ("C", 8)}
    deliveries = {d: {"feed": "evaluations", "file": f"{d}.csv", "unit": unit} for d, (unit, _) in parts.items()}
    rows = suppress(group({"A": 3, "B": 40, "C": 20}), THRESHOLD)
    suppressed = [r["figure_id"] for r in rows if r["status"] == "suppressed"]
    whole = [Evidence(WHOLE, "n", d, n, Decimal(n), people=n) for d, (_, n) in parts.items()]
    shown = {r["delivery"] for r in lineage(whole, deliveries, suppressed, THRESHOLD) if r["rows"] is not None}
    assert shown == {"b1", "b2"}
