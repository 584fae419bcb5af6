"""What the parts of figures add up to, and which deliveries a share is of whose size is not told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from assets.publication.lineage.build import _totals, _unsized

RESULT = "2021-03:evaluation:2020:teaching:all:all:all"


def line(figure: str, part: str, contribution: str | None, delivery: str = "a") -> dict[str, Any]:
    amount = None if contribution is None else Decimal(contribution)
    return {"figure_id": figure, "part": part, "delivery": delivery, "rows": 3, "contribution": amount}


def test_contributions_add_up_to_a_part_unless_one_of_them_is_not_told() -> None:
    lines = [
        line("f", "budget", "1.50"),
        line("f", "budget", "2"),
        line("f", "realised", None),
        line("f", "realised", "4"),
    ]
    assert _totals(lines, []) == {"f": {"budget": Decimal("3.50"), "realised": None}}


def test_the_number_of_a_result_is_the_one_that_it_shows() -> None:
    lines = [line(RESULT, "n", None), line(RESULT, "sum", "9")]
    assert _totals(lines, [{"figure_id": RESULT, "status": "ok", "n": 40}])[RESULT] == {"n": 40, "sum": 9}
    assert _totals(lines, [{"figure_id": RESULT, "status": "suppressed", "n": None}])[RESULT]["n"] is None


def test_a_share_that_is_traced_by_nothing_else_names_the_deliveries_of_its_result() -> None:
    shares = [{"figure_id": f"{RESULT}:share:{score}", "status": "ok"} for score in (1, 2, 3)]
    hidden = {"figure_id": f"{RESULT}:share:4", "status": "suppressed"}
    lines = [
        line(RESULT, "n", "30"),
        line(RESULT, "n", "10", "b"),
        line(RESULT, "sum", "90"),
        line(f"{RESULT}:share:1", "answers", "4"),
    ]
    found = list(_unsized(lines, [*shares, hidden], {f"{RESULT}:share:2"}))
    third = {"figure_id": f"{RESULT}:share:3", "part": "answers", "rows": None, "contribution": None}
    assert found == [third | {"delivery": "a"}, third | {"delivery": "b"}]
