"""What deliveries contribute to the parts of a number, also to those of the figures it is derived from."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from kwaliteitsmonitor.releases.diff.contributions import contributions, parts_read
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from tests.releases.report.releases import write_release
from tests.releases.sealing import sealed_anew


def test_a_number_reads_its_parts_and_those_that_a_number_of_another_figure_follows_from() -> None:
    assert parts_read("spending_overview", "share_of_budget") == {"budget", "whole.budget"}
    assert parts_read("evaluation_results", "sd_units") == {"units.sum", "units.n"}
    assert parts_read("measures", "progress") == {"progress"}
    assert {"numerator", "same.sum", "weighted"} <= parts_read("indicator_values", "value")


def test_what_a_delivery_contributes_to_the_whole_is_told_with_a_share_of_it(tmp_path: Path) -> None:
    theme, whole = "2021-03:spending:2020:T1", "2021-03:spending:2020:all"
    lineage = [
        {"figure_id": figure, "part": "budget", "delivery": delivery, "contribution": size}
        for figure, delivery, size in (
            (theme, "a", Decimal(3)),
            (whole, "a", Decimal(5)),
            (whole, "b", Decimal(2)),
            (whole, "c", None),
        )
    ]
    release = write_release(
        tmp_path / "v1",
        {
            "lineage": lineage,
            "lineage_figures": [{"figure_id": theme, "relation": "whole", "of_figure": whole}],
        },
        cycle="2021-03",
    )
    made = contributions(ReleaseReader(sealed_anew(release)), {"spending:2020:T1": {"budget", "whole.budget"}})
    assert made["spending:2020:T1"] == {
        ("budget", "a"): Fraction(3),
        ("whole.budget", "a"): Fraction(5),
        ("whole.budget", "b"): Fraction(2),
        ("whole.budget", "c"): None,
    }
    assert contributions(ReleaseReader(release), {}) == {}
