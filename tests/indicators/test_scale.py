"""A figure off the scale of its indicator blocks, whether it was computed or delivered."""

from __future__ import annotations

from typing import Any

import pytest

from assets.indicators.scale import off_scale
from tests.made_up import mean, profile

WHO = profile(indicators=[mean()])


def figure(value: float | None, spread: float | None = 0.5, status: str = "ok") -> dict[str, Any]:
    about = {"indicator": "satisfaction", "definition_version": "1", "figure_id": "x"}
    return about | {"value": value, "spread": spread, "status": status}


@pytest.mark.parametrize("row", [figure(334.0, 1.1), figure(0.9), figure(5.01), figure(3.0, 4.5)])
def test_an_impossible_figure_blocks_by_its_id_and_without_its_value(row: dict[str, Any]) -> None:
    found = off_scale(WHO, [row, figure(3.0)])
    assert (found.blocks, found.checked, found.failed, found.cells, found.detail) == (True, 2, 1, ("x",), "")


def test_figures_on_the_scale_and_hidden_ones_pass() -> None:
    rows = [figure(1.0), figure(5.0, None), figure(None, None, "suppressed"), figure(None, None, "not_available")]
    assert not off_scale(WHO, rows).blocks
