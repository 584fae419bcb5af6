"""How the workbook looks: a contrast of at least 7 to 1, and no meaning by colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

FONT = "Calibri"
INK = "#1F2933"
BLUE = "#1F3864"
PALE = "#EEF2F7"
LINE = "#B8C2CC"
LINK = "#0B4F9E"

AFTER = "_after"
"""Ends the name of a look of words that follow on figures, and stand off from them."""
_LOOKS: Mapping[str, Mapping[str, str | int | bool]] = {
    "title": {"bold": True, "font_size": 18, "font_color": BLUE},
    "caption": {"bold": True, "font_size": 14, "font_color": BLUE},
    "subtitle": {"font_size": 12},
    "label": {"bold": True, "valign": "top"},
    "words": {"text_wrap": True, "valign": "top"},
    "notice": {"text_wrap": True, "valign": "top", "left": 5, "left_color": BLUE, "bg_color": PALE, "indent": 1},
    "note": {"text_wrap": True, "valign": "top", "font_size": 10},
    "link": {"font_color": LINK, "underline": 1, "valign": "top"},
    "header": {"bold": True, "bottom": 2, "bottom_color": BLUE, "font_color": BLUE, "text_wrap": True,
               "valign": "bottom"},
    "header_figure": {"bold": True, "bottom": 2, "bottom_color": BLUE, "font_color": BLUE, "text_wrap": True,
                      "valign": "bottom", "align": "right"},
    "heading": {"bold": True, "bg_color": PALE, "font_color": BLUE},
    "heading_figure": {"bold": True, "bg_color": PALE, "font_color": BLUE, "align": "right"},
    "body": {"text_wrap": True, "valign": "top", "bottom": 4, "bottom_color": LINE},
    "body_figure": {"align": "right", "valign": "top", "bottom": 4, "bottom_color": LINE},
    "total": {"bold": True, "text_wrap": True, "valign": "top", "top": 1, "top_color": BLUE},
    "total_figure": {"bold": True, "align": "right", "valign": "top", "top": 1, "top_color": BLUE},
}  # fmt: skip


@dataclass
class Looks:
    """The formats of a workbook, each made once."""

    workbook: Workbook
    _made: dict[tuple[str, str, bool], Format] = field(default_factory=dict)

    def look(self, name: str, form: str = "", *, quoted: bool = False) -> Format:
        """A look, with a number format if one is given; `quoted` text stays text when someone edits its cell."""
        key = (name, form, quoted)
        if key not in self._made:
            properties: dict[str, str | int | bool] = {"font_name": FONT, "font_size": 11, "font_color": INK}
            properties |= _LOOKS[name.removesuffix(AFTER)]
            properties |= {"num_format": form} if form else {}
            if quoted:
                properties["quote_prefix"] = True
            if name.endswith(AFTER):
                properties |= {"align": "left", "indent": 1}
            self._made[key] = self.workbook.add_format(properties)
        return self._made[key]
