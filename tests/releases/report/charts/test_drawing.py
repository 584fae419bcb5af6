"""Charts: drawn the same each time, told apart without colour, and told in words."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report import charts
from kwaliteitsmonitor.releases.report.charts.drawing import DARK, LIGHT
from kwaliteitsmonitor.releases.report.charts.specifications import Point, with_spread
from kwaliteitsmonitor.releases.report.contents.charts import spending_chart
from kwaliteitsmonitor.releases.report.contents.indicators import indicators
from kwaliteitsmonitor.releases.report.contents.rounds import rounds
from kwaliteitsmonitor.releases.report.contents.spending import spending
from kwaliteitsmonitor.releases.report.document.model import Chart
from kwaliteitsmonitor.releases.report.document.reading import Reading
from tests.made_up import indicator, mean, profile
from tests.releases.report.cells import Read, tables_of
from tests.releases.report.releases import figure, spent, write_release

WHO = profile(indicators=[mean(), indicator("staff", "count", numerator={"facts": "f", "count": "p"})])
HOSTILE = ["\x00", "\x0b a", "\ud800", "</text><script>", "𝔘 \u202e \u200b\ufeff", "", " ", "a" * 5000]
DRAW = """
import sys
from kwaliteitsmonitor.releases.report import charts
from kwaliteitsmonitor.releases.report.document.model import Chart
from kwaliteitsmonitor.releases.report.charts.specifications import Bar, against_plan
for name in (bytes.fromhex(one).decode("utf-8", "surrogatepass") for one in sys.argv[1:]):
    print(charts.svg(Chart("c", "", "", against_plan([Bar(name, 2.0, 1.0, name)]), "t")))
"""


def charts_of(reading: Reading) -> dict[str, Chart]:
    sections = [make(reading) for make in (indicators, spending, rounds)]
    blocks = [block for section in sections if section is not None for block in section.blocks]
    return {block.id: block for block in blocks if isinstance(block, Chart)}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Chart]:
    staff = {"printed_nl": "41", "printed_en": "41", "value": 41.0, "spread": None, "spread_kind": None}
    amounts = {"small_classes": ("1000000", "1200000"), "teachers": ("500000", "400000"), None: ("1500000", "1600000")}
    tables = {
        "indicator_values": [figure(year=2019), figure(printed_nl="3,8 ± 0,2", value=3.8), figure("staff", **staff)],
        "spending_overview": [spent(theme, *of) for theme, of in amounts.items()],
        "spending_rounds": [
            spent(theme, "1000000", forecast, round=number, figure_id=f"2021-03:round:2020:{number}:{theme}")
            for number, forecast in ((1, "1050000"), (2, "1200000"))
            for theme in ("small_classes", None)
        ],
    }
    release = ReleaseReader(write_release(tmp_path_factory.mktemp("drawn"), tables))
    return charts_of(Reading(WHO, release, "nl"))


def test_a_chart_says_in_words_what_there_is_to_see_and_names_its_table(drawn: dict[str, Chart]) -> None:
    words = {
        "chart-spending-2020": "Meer besteed dan begroot: small_classes. Minder: teachers.",
        "chart-indicators-spread": "satisfaction: 2019 3,9 ± 0,1, 2020 3,8 ± 0,2",
        "chart-indicators": "staff: 2020 41",
        "chart-rounds": "small_classes: 50, 200",
    }
    assert [name for name, text in words.items() if text not in drawn[name].alternative] == []
    assert "small_classes: 1.200 gerealiseerd, 1.000 begroot" in drawn["chart-spending-2020"].alternative
    tables = ("table-spending-2020", "table-indicators", "table-indicators", "table-rounds")
    assert {name: chart.table for name, chart in drawn.items()} == dict(zip(words, tables, strict=True))
    assert "1.200 van 1.000" in charts.svg(drawn["chart-spending-2020"]), "in the notation of the report"
    assert "3,8 ± 0,2" in charts.svg(drawn["chart-indicators-spread"])


def test_a_chart_is_whole_asks_for_nothing_and_is_dark_in_colour_alone(drawn: dict[str, Chart]) -> None:
    for chart in drawn.values():
        light, dark = charts.svg(chart), charts.svg(chart, dark=True)
        ET.fromstring(light)  # noqa: S314 - our own
        assert not re.search(r"(href|src)=|url\(|@import|<script", light)
        assert (light != dark, LIGHT["ink"] in light, DARK["ink"] in dark) == (True, True, True)
        assert re.sub("#[0-9a-f]{6}", "", light) == re.sub("#[0-9a-f]{6}", "", dark)


def test_names_of_any_characters_can_be_drawn() -> None:
    """In a process of its own: what draws may end the process that it is in."""
    names = [name.encode("utf-8", "surrogatepass").hex() for name in HOSTILE]
    root = Path(__file__).parents[4]
    ran = subprocess.run([sys.executable, "-c", DRAW, *names], capture_output=True, check=False, cwd=root)
    assert ran.returncode == 0, ran.stderr
    drawings = ran.stdout.decode().splitlines()
    assert len(drawings) == len(HOSTILE)
    for drawing in drawings:
        ET.fromstring(drawing)  # noqa: S314 - our own
        assert "<script" not in drawing


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("colours", "ground"), [(LIGHT, "#ffffff"), (DARK, "#12181d")], ids=["light", "dark"])
def test_what_a_chart_shows_stands_out(colours: dict[str, str], ground: str) -> None:
    assert all(contrast(colours[text], ground) >= 4.5 for text in ("ink", "soft"))
    assert all(contrast(colours[shape], ground) >= 3 for shape in ("main", "bar", "before"))
    assert contrast(colours["on"], colours["main"]) >= 4.5
    assert contrast(colours["ink"], colours["bar"]) >= 3  # the stroke of the budget over the bar


def test_no_chart_where_a_theme_is_lacking_and_no_suppressed_figure_in_one(read: Read) -> None:
    lacking = spent("teachers", "1", "1", status="not_available") | {"budget": None, "realised": None}
    hidden = figure(status="suppressed", printed_nl="×", printed_en="×", value=2.5)
    overview = [spent("small_classes", "1000", "900"), lacking, spent(None, "1", "1")]
    reading = read({"spending_overview": overview, "indicator_values": [figure(year=2019), hidden]})
    assert spending_chart(reading, tables_of(spending(reading))["table-spending-2020"], 2020) is None
    values = charts_of(reading)["chart-indicators-spread"].specification["data"]["values"]
    assert [row["value"] for row in values] == [3.9]


def test_the_year_before_has_another_shape_and_line() -> None:
    points = [Point("a", 2019, 3.0, 1.0, "3"), Point("a", 2020, 3.1, 1.0, "3")]
    text = charts.svg(Chart("c", "", "", with_spread(points, (1.0, 5.0)), "t"))
    assert ("stroke-dasharray" in text, text.count('aria-roledescription="point"')) == (True, 2)
