"""The lineage names every delivery behind a figure, and the size of none that would give a suppressed part away."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from assets.publication.lineage.tables import lineage
from kwaliteitsmonitor.methods.disclosure.people import suppress
from kwaliteitsmonitor.methods.figures.evidence import Evidence
from schemas.exports.arrow import to_arrow
from tests.methods.disclosure.published_rows import group, of_people
from tests.methods.disclosure.test_people import SIZES, THRESHOLD

WHOLE = "2021-03:indicator:2020:i:all:all"


def deliveries(units: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"feed": "evaluations", "file": f"{name}.csv", "unit": unit} for name, unit in units.items()}


DELIVERIES = deliveries({unit: unit for unit in "ABCDEFGHI"})


def traced(sizes: Mapping[str, int], threshold: int = THRESHOLD) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The figures of units of these sizes, each from a delivery of its own, and their lineage."""
    rows = suppress(group(sizes), threshold)
    suppressed = [r["figure_id"] for r in rows if r["status"] == "suppressed"]
    evidence = [
        Evidence(figure, "n", unit, n, Decimal(n), people=n)
        for unit, n in sizes.items()
        for figure in (WHOLE, of_people(unit, n)["figure_id"])
    ]
    return rows, lineage(evidence, DELIVERIES, suppressed, threshold)


def test_the_register_that_corrected_a_delivery_is_evidence_of_the_figures_from_it() -> None:
    parts = [
        Evidence("f1", "numerator", "a", 1, Decimal(1)),
        Evidence("f1", "denominator", "a", 1, Decimal(2)),
        Evidence("f2", "numerator", "b", 1, Decimal(3)),
        Evidence("f3", "numerator", "a", 1, Decimal(4)),
    ]
    rows = lineage(parts, deliveries(dict.fromkeys(("a", "b", "register"), "North")), [], 1, {"a": {"register": 2}})
    corrections = [(r["figure_id"], r["delivery"], r["rows"]) for r in rows if r["part"] == "corrections"]
    assert corrections == [("f1", "register", 2), ("f3", "register", 2)]
    assert to_arrow("lineage", rows).num_rows == len(parts) + 2


def test_the_lineage_of_the_whole_names_every_delivery_but_not_the_size_of_a_suppressed_part() -> None:
    rows, lines = traced({"A": 3, "B": 40, "C": 20})
    suppressed = {r["figure_id"] for r in rows if r["status"] == "suppressed"}
    assert suppressed
    assert not suppressed & {line["figure_id"] for line in lines}, "of what is suppressed there is no evidence"
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
    evidence = [Evidence(f, p, d, 9, Decimal(9)) for f in "zy" for p in ("n", "denominator") for d in "BA"]
    order = [(r["figure_id"], r["part"], r["delivery"]) for r in lineage(evidence, DELIVERIES, [], THRESHOLD)]
    assert order == sorted(order)


def test_a_suppressed_unit_that_delivered_in_two_parts_is_not_given_away_by_them() -> None:
    # Unit C is suppressed to protect unit A; the parts of C are not the smallest deliveries.
    parts = {"a": ("A", 3), "b1": ("B", 33), "b2": ("B", 7), "c1": ("C", 12), "c2": ("C", 8)}
    rows = suppress(group({"A": 3, "B": 40, "C": 20}), THRESHOLD)
    suppressed = [r["figure_id"] for r in rows if r["status"] == "suppressed"]
    whole = [Evidence(WHOLE, "n", d, n, Decimal(n), people=n) for d, (_, n) in parts.items()]
    lines = lineage(whole, deliveries({d: unit for d, (unit, _) in parts.items()}), suppressed, THRESHOLD)
    assert {line["delivery"] for line in lines if line["rows"] is not None} == {"b1", "b2"}
