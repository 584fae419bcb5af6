"""Charts as Vega-Lite specifications: rows under each other, each with its name above it.

A specification names styles (`realised`, `plan`, …) and no colours: `drawing` gives them, for light and for dark. Names
are above what they name and not beside it, so that a chart can be read on a telephone. Numbers in it are texts that
were printed beforehand, in the language of the report. Nothing is shown by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.json_types import Json

Spec = dict[str, Json]

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
WIDTH = 460
"""In pixels; a telephone shows three quarters of that."""
ROW = 50
LINE = 17
BROAD = 62
"""So many characters stand on a line of the width of a chart."""
PANEL = 205
"""The width of one of two panels beside each other."""


@dataclass(frozen=True)
class Bar:
    """An amount that was realised against the one that was planned, with both as they are printed."""

    name: str
    realised: float
    plan: float
    text: str


@dataclass(frozen=True)
class Point:
    """A value in a year with its spread to either side, and both as they are printed."""

    name: str
    year: int
    value: float
    spread: float | None
    text: str


@dataclass(frozen=True)
class Step:
    """How far an expectation lay from the budget in a round."""

    name: str
    round: int
    value: float


def against_plan(bars: Sequence[Bar]) -> Spec:
    """A bar for what was realised, with a stroke at what was planned."""
    rows: list[Spec] = [
        {
            "name": bar.name,
            "realised": bar.realised,
            "plan": bar.plan,
            "text": bar.text,
            "end": max(bar.realised, bar.plan),
        }
        for bar in bars
    ]
    most = max(max(bar.realised, bar.plan) for bar in bars)
    x: Spec = {
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [min(0.0, *(b.realised for b in bars)), most * 1.32]},
    }
    layers: list[Spec] = [
        {
            "mark": {"type": "bar", "style": "realised", "height": 16, "yOffset": 8},
            "encoding": {"x": {"field": "realised", **x}},
        },
        {
            "mark": {"type": "tick", "style": "plan", "thickness": 3, "size": 24, "yOffset": 8},
            "encoding": {"x": {"field": "plan", **x}},
        },
        {
            "mark": {"type": "text", "style": "value", "align": "left", "dx": 8, "dy": 8},
            "encoding": {"x": {"field": "end", **x}, "text": {"field": "text"}},
        },
    ]
    return _in_rows(rows, [bar.name for bar in bars], layers)


def with_spread(points: Sequence[Point], domain: tuple[float, float]) -> Spec:
    """A dot per year on one scale, with a line to either side as long as the spread; the newest year is filled."""
    newest = max(point.year for point in points)
    years = sorted({point.year for point in points})
    rows: list[Spec] = [
        {
            "name": point.name,
            "value": point.value,
            "low": point.value - (point.spread or 0),
            "high": point.value + (point.spread or 0),
            "text": f"{point.year}: {point.text}",
            "newest": point.year == newest,
            "year": point.year,
        }
        for point in points
    ]
    low, high = domain
    scale: Spec = {"domain": [low, high + (high - low) * 0.36], "nice": False, "zero": False}
    ticks = [low + step for step in range(int(high - low) + 1)]
    axis: Spec = {"values": ticks, "title": None, "format": "d", "grid": True, "domain": False, "ticks": False}
    x: Spec = {"type": "quantitative", "scale": scale, "axis": axis}
    deepest = max(len(lines(point.name, BROAD)) for point in points)
    # Names stand above the dots of their row.
    slots: list[str | int] = [*(f"name {line}" for line in range(deepest)), *years, "end"]
    offset: Spec = {"field": "year", "type": "ordinal", "scale": {"domain": slots, "paddingOuter": 0.5}}
    old: Spec = {"transform": [{"filter": "!datum.newest"}]}
    new: Spec = {"transform": [{"filter": "datum.newest"}]}
    layers: list[Spec] = []
    for which, style in ((old, "before"), (new, "now")):
        layers += [
            which
            | {
                "mark": {"type": "rule", "style": f"{style}_spread"},
                "encoding": {"x": {"field": "low", **x}, "x2": {"field": "high"}, "yOffset": offset},
            },
            which
            | {
                "mark": {"type": "point", "style": style},
                "encoding": {"x": {"field": "value", **x}, "yOffset": offset},
            },
            which
            | {
                "mark": {"type": "text", "style": "value", "align": "right"},
                "encoding": {"x": {"value": WIDTH}, "text": {"field": "text"}, "yOffset": offset},
            },
        ]
    return _in_rows(rows, list(dict.fromkeys(p.name for p in points)), layers, LINE * (2 + len(years)))


def panels(points: Sequence[Point]) -> Spec:
    """A small panel per name, each on its own scale from zero, with a dot per year and its figure."""
    names = list(dict.fromkeys(point.name for point in points))
    return {"$schema": SCHEMA, "columns": 2, "spacing": 26, "concat": [_panel(points, name) for name in names]}


def _panel(points: Sequence[Point], name: str) -> Spec:
    values: list[Spec] = [{"year": str(p.year), "value": p.value, "text": p.text} for p in points if p.name == name]
    most = max((point.value for point in points if point.name == name), default=1.0) or 1.0
    y: Spec = {"field": "value", "type": "quantitative", "axis": None, "scale": {"domain": [0, most * 1.3]}}
    x: Spec = {"field": "year", "type": "nominal", "axis": {"title": None, "labelAngle": 0, "ticks": False}}
    return {
        "title": {"text": lines(name, 29)},
        "width": PANEL,
        "height": 88,
        "data": {"values": values},
        "encoding": {"x": x, "y": y},
        "layer": [
            {"mark": {"type": "bar", "style": "realised", "width": 34}},
            {"mark": {"type": "text", "style": "value", "dy": -9}, "encoding": {"text": {"field": "text"}}},
        ],
    }


def drift(steps: Sequence[Step], measure: str) -> Spec:
    """Per name where each round stood from the budget: the number of the round in a dot, left of zero is below it."""
    rows: list[Spec] = [
        {"name": step.name, "round": str(step.round), "value": step.value, "order": step.round} for step in steps
    ]
    far = max((abs(step.value) for step in steps), default=1.0) or 1.0
    axis: Spec = {"title": measure, "grid": True, "domain": False, "ticks": False, "format": ",d", "tickCount": 5}
    x: Spec = {"field": "value", "type": "quantitative", "axis": axis, "scale": {"domain": [-far * 1.15, far * 1.15]}}
    layers: list[Spec] = [
        {"mark": {"type": "rule", "style": "plan"}, "encoding": {"x": {"datum": 0}, "y": None}},
        {
            "mark": {"type": "line", "style": "path", "yOffset": 10},
            "encoding": {"x": x, "order": {"field": "order"}, "detail": {"field": "name"}},
        },
        {"mark": {"type": "circle", "style": "step", "size": 280, "yOffset": 10}, "encoding": {"x": x}},
        {"mark": {"type": "text", "style": "round", "dy": 10}, "encoding": {"x": x, "text": {"field": "round"}}},
    ]
    return _in_rows(rows, list(dict.fromkeys(step.name for step in steps)), layers)


def _in_rows(rows: Sequence[Spec], names: Sequence[str], layers: Sequence[Spec], height: int = ROW) -> Spec:
    """Rows under each other in the order of the names."""
    height += LINE * (max(len(lines(name, BROAD)) for name in names) - 1)
    y: Spec = {
        "field": "name",
        "type": "nominal",
        "axis": None,
        "sort": list(names),
        "scale": {"type": "band", "padding": 0},
    }
    return {
        "$schema": SCHEMA,
        "width": WIDTH,
        "height": height * len(names) + 14,
        "data": {"values": rows},
        "encoding": {"y": y},
        "layer": [_names(names, height), *layers],
    }


def _names(names: Sequence[str], height: int) -> Spec:
    """The name of each row, at its top and from the left, over as many lines as it takes."""
    return {
        "data": {"values": [{"name": name, "lines": lines(name, BROAD)} for name in names]},
        "mark": {"type": "text", "style": "name", "align": "left", "baseline": "top", "dy": 5 - height // 2},
        "encoding": {"x": {"value": 0}, "text": {"field": "lines"}},
    }


def lines(text: str, width: int) -> list[str]:
    """The text over lines of about so many characters."""
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
