"""Drawing a chart as SVG or PNG, without a browser and without the network."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import as_file, files
from types import ModuleType

from kwaliteitsmonitor.releases.report.document.model import Chart
from kwaliteitsmonitor.releases.report.document.wording import readable
from schemas.json_types import Json

VEGA_LITE = "6.4"
"""The version of Vega-Lite that draws, so that another one in the library does not change a chart."""
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
"""The first comes with the library, which is told of no other (`_library`); in a browser the next two are as wide."""
WHERE_FONTS_ARE = "FONTCONFIG_FILE"
SCALE = 2.0
"""Pixels of a PNG per pixel of the chart, so that print is sharp."""

LIGHT = {
    "ink": "#1f2933",
    "soft": "#52606d",
    "grid": "#d9dee3",
    "main": "#1f6391",
    "bar": "#4f8fbd",
    "before": "#8a5a00",
    "on": "#ffffff",
}
DARK = {
    "ink": "#e8ecef",
    "soft": "#b4bec8",
    "grid": "#3a444d",
    "main": "#7cbdea",
    "bar": "#3f86b5",
    "before": "#f0b95b",
    "on": "#12181d",
}
"""Colours that people who see colours otherwise tell apart, each with enough contrast on its ground."""

_COLOUR = re.compile('(?<==")#[0-9a-f]{6}(?=")')
_IN_THE_DARK = {LIGHT[name]: DARK[name] for name in LIGHT}

NUMBERS: Mapping[str, Mapping[str, Json]] = {
    "nl": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["€ ", ""], "minus": "-"},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["€", ""], "minus": "-"},
}


def svg(chart: Chart, dark: bool = False) -> str:
    """The chart as SVG, on no ground of its own, for a light page or a dark one."""
    drawing = _drawn(json.dumps(_whole(chart, LIGHT), sort_keys=True))
    return _COLOUR.sub(lambda match: _IN_THE_DARK.get(match[0], match[0]), drawing) if dark else drawing


@lru_cache(maxsize=16)
def _drawn(specification: str) -> str:
    """The drawing of a specification; kept, as more than one form of a report asks for it."""
    return str(_library().vegalite_to_svg(specification, vl_version=VEGA_LITE))


def png(chart: Chart) -> bytes:
    """The chart as PNG on white, for paper."""
    spec = _whole(chart, LIGHT) | {"background": "white"}
    return bytes(_library().vegalite_to_png(spec, vl_version=VEGA_LITE, scale=SCALE))


@cache
def _library() -> ModuleType:
    """The library that draws, with the fonts that come with it and none of the machine.

    It reads the fonts of the machine once, at the first drawing, from where this variable says that they are. A font of
    the machine would be taken before its own of the same name, and for what its own have not, so that the same chart
    would have other bytes on another machine.
    """
    import vl_convert

    before = os.environ.get(WHERE_FONTS_ARE)
    with as_file(files(__package__).joinpath("fonts.conf")) as none:
        os.environ[WHERE_FONTS_ARE] = str(none)
        try:
            vl_convert.svg_to_png('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>')
        finally:
            if before is None:
                del os.environ[WHERE_FONTS_ARE]
            else:
                os.environ[WHERE_FONTS_ARE] = before
    return vl_convert


def _whole(chart: Chart, colours: Mapping[str, str]) -> dict[str, Json]:
    """The specification with the configuration of its own, such as that of its language, and that of every chart."""
    specification = {name: _readable(value) for name, value in chart.specification.items()}
    own = specification.get("config")
    config = {**(own if isinstance(own, Mapping) else {}), **_config(colours)}
    return specification | {"background": None, "padding": 2, "config": config}


def _readable(value: Json) -> Json:
    """The specification without characters that are no text: the library ends the whole process at some of them."""
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, Mapping):
        return {name: _readable(of_name) for name, of_name in value.items()}
    if isinstance(value, list | tuple):
        return [_readable(one) for one in value]
    return value


def _config(colours: Mapping[str, str]) -> dict[str, Json]:
    ink, soft, grid, main = (colours[name] for name in ("ink", "soft", "grid", "main"))
    return {
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            "labelColor": soft,
            "labelFontSize": 13,
            "titleColor": soft,
            "titleFontSize": 13,
            "titleFontWeight": "normal",
            "gridColor": grid,
            "domainColor": grid,
        },
        "title": {"color": ink, "fontSize": 13, "fontWeight": "bold", "anchor": "start", "offset": 8},
        "style": {
            "realised": {"color": colours["bar"]},
            "plan": {"color": ink, "opacity": 1},
            "value": {"color": soft, "fontSize": 13},
            "name": {"color": ink, "fontSize": 14, "fontWeight": "bold"},
            "before": {"color": colours["before"], "filled": False, "size": 60, "strokeWidth": 2, "shape": "square"},
            "before_spread": {"color": colours["before"], "strokeWidth": 1.5, "strokeDash": [4, 3]},
            "now": {"color": main, "filled": True, "size": 80, "opacity": 1},
            "now_spread": {"color": main, "strokeWidth": 2},
            "path": {"color": soft, "strokeWidth": 1.5},
            "step": {"color": main, "opacity": 1},
            "round": {"color": colours["on"], "fontSize": 12, "fontWeight": "bold"},
        },
    }
