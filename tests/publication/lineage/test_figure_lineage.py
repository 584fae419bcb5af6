"""On which figures a figure rests: only on those that add up to it, part by part."""

from __future__ import annotations

from decimal import Decimal

from assets.publication.lineage.figure_lineage import Resting


def totals(**parts: dict[str, str | None]) -> dict[str, dict[str, Decimal | None]]:
    return {
        figure: {part: None if value is None else Decimal(value) for part, value in of.items()}
        for figure, of in parts.items()
    }


def test_a_total_rests_on_parts_that_add_up_to_it() -> None:
    into = Resting(
        totals(whole={"budget": "3", "realised": "2"}, a={"budget": "1", "realised": "2"}, b={"budget": "2"})
    )
    assert into.below("whole", ["a", "b"])
    assert [(row["relation"], row["of_figure"]) for row in into.rows] == [("below", "a"), ("below", "b")]


def test_a_total_does_not_rest_on_what_is_a_cent_off_or_is_not_told() -> None:
    into = Resting(totals(whole={"budget": "3.00"}, a={"budget": "1.00"}, b={"budget": "1.99"}, c={"budget": None}))
    assert not into.below("whole", ["a", "b"])
    assert not into.below("whole", ["a", "c"])
    assert not into.below("whole", [])
    assert not into.below("unknown", ["a"])
    assert into.rows == []


def test_a_relation_to_a_figure_that_is_not_there_is_not_noted() -> None:
    into = Resting({})
    into.on("units", "f", ["a", None])
    assert into.rows == []
