"""Charts: specifications in Vega-Lite, and drawings of them that are the same to the byte each time."""

from __future__ import annotations

from kwaliteitsmonitor.releases.report.charts.drawing import png, svg

__all__ = ["png", "svg"]
