"""Charts: drawn the same each time, told apart without colour, and told in words."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
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
from kwaliteitsmonitor.releases.report.document.model import Chart, Section
from kwaliteitsmonitor.releases.report.document.reading import Reading
from tests.made_up import indicator, mean, profile
from tests.releases.report.cells import tables_of
from tests.releases.report.releases import figure, spent, write_release

WHO = profile(indicators=[mean(), indicator("staff", "count", numerator={"facts": "f", "count": "p"})])


def charts_of(*sections: Section | None) -> dict[str, Chart]:
    blocks = [block for section in sections if section is not None for block in section.blocks]
    return {block.id: block for block in blocks if isinstance(block, Chart)}


def in_round(number: int, theme: str | None, forecast: str) -> dict[str, object]:
    row = spent(theme, "1000000", forecast) | {"round": number, "forecast_drift": None}
    return row | {"figure_id": f"2021-03:round:2020:{number}:{theme}"}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Chart]:
    staff = {"printed_nl": "41", "printed_en": "41", "value": 41.0, "spread": None, "spread_kind": None}
    tables = {
        "indicator_values": [
            figure(year=2019), figure(printed_nl="3,8 ± 0,2", value=3.8), figure("staff", **staff)
        ],
        "spending_overview": [
            spent("small_classes", "1000000", "1200000"), spent("teachers", "500000", "400000"),
            spent(None, "1500000", "1600000"),
        ],
        "spending_rounds": [
            in_round(number, theme, forecast)
            for number, forecast in ((1, "1050000"), (2, "1200000"))
            for theme in ("small_classes", None)
        ],
    }  # fmt: skip
    release = ReleaseReader(write_release(tmp_path_factory.mktemp("drawn"), tables))
    reading = Reading(WHO, release, "nl")
    return charts_of(indicators(reading), spending(reading), rounds(reading))


def test_a_chart_is_drawn_the_same_each_time(drawn: dict[str, Chart]) -> None:
    for chart in drawn.values():
        assert charts.svg(chart) == charts.svg(chart)
        assert charts.png(chart) == charts.png(chart)


def test_a_chart_says_in_words_what_there_is_to_see(drawn: dict[str, Chart]) -> None:
    said = drawn["chart-spending-2020"].alternative
    assert "Meer besteed dan begroot: small_classes. Minder: teachers." in said
    assert "small_classes: 1.200 gerealiseerd, 1.000 begroot" in said
    assert "satisfaction: 2019 3,9 ± 0,1, 2020 3,8 ± 0,2" in drawn["chart-indicators-spread"].alternative
    assert "staff: 2020 41" in drawn["chart-indicators"].alternative
    assert "small_classes: 50, 200" in drawn["chart-rounds"].alternative


def test_a_chart_names_the_table_with_the_same_figures(drawn: dict[str, Chart]) -> None:
    assert {chart.id: chart.table for chart in drawn.values()} == {
        "chart-indicators-spread": "table-indicators",
        "chart-indicators": "table-indicators",
        "chart-spending-2020": "table-spending-2020",
        "chart-rounds": "table-rounds",
    }


def test_numbers_in_a_chart_are_in_the_notation_of_the_report(drawn: dict[str, Chart]) -> None:
    assert "1.200 van 1.000" in charts.svg(drawn["chart-spending-2020"])
    assert "3,8 ± 0,2" in charts.svg(drawn["chart-indicators-spread"])


def test_light_and_dark_differ_in_colour_alone(drawn: dict[str, Chart]) -> None:
    for chart in drawn.values():
        light, dark = charts.svg(chart), charts.svg(chart, dark=True)
        assert light != dark
        assert re.sub("#[0-9a-f]{6}", "", light) == re.sub("#[0-9a-f]{6}", "", dark)
        assert LIGHT["ink"] in light
        assert DARK["ink"] in dark


def test_a_drawing_is_whole_and_asks_for_nothing(drawn: dict[str, Chart]) -> None:
    for chart in drawn.values():
        text = charts.svg(chart)
        ET.fromstring(text)  # noqa: S314 - our own
        assert not re.search(r"(href|src)=|url\(|@import|<script", text)


HOSTILE = ["\x00", "\x0b a", "\ud800", "</text><script>", "𝔘 \u202e \u200b\ufeff", "", " ", "a" * 5000]


def test_names_of_any_characters_can_be_drawn() -> None:
    """In a process of its own: what draws may end the process that it is in."""
    code = (
        "import sys\n"
        "from kwaliteitsmonitor.releases.report import charts\n"
        "from kwaliteitsmonitor.releases.report.document.model import Chart\n"
        "from kwaliteitsmonitor.releases.report.charts.specifications import Bar, against_plan\n"
        "for given in sys.argv[1:]:\n"
        "    name = bytes.fromhex(given).decode('utf-8', 'surrogatepass')\n"
        "    print(charts.svg(Chart('c', '', '', against_plan([Bar(name, 2.0, 1.0, name)]), 't')))"
    )
    given = [name.encode("utf-8", "surrogatepass").hex() for name in HOSTILE]
    root = Path(__file__).parents[4]
    ran = subprocess.run([sys.executable, "-c", code, *given], capture_output=True, check=False, cwd=root)
    assert ran.returncode == 0, ran.stderr
    drawings = ran.stdout.decode().splitlines()
    assert len(drawings) == len(HOSTILE)
    for drawing in drawings:
        ET.fromstring(drawing)  # noqa: S314 - our own
        assert "<script" not in drawing


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("colours", "ground"), [(LIGHT, "#ffffff"), (DARK, "#12181d")], ids=["light", "dark"])
def test_what_a_chart_shows_stands_out(colours: dict[str, str], ground: str) -> None:
    for text in ("ink", "soft"):
        assert contrast(colours[text], ground) >= 4.5
    for shape in ("main", "bar", "before"):
        assert contrast(colours[shape], ground) >= 3
    assert contrast(colours["on"], colours["main"]) >= 4.5
    assert contrast(colours["ink"], colours["bar"]) >= 3  # the stroke of the budget over the bar


def test_no_chart_where_a_theme_is_lacking(read: Callable[..., Reading]) -> None:
    lacking = spent("teachers", "1", "1") | {"status": "not_available", "budget": None, "realised": None}
    tables = {"spending_overview": [spent("small_classes", "1000", "900"), lacking, spent(None, "1", "1")]}
    reading = read(tables)
    table = tables_of(spending(reading))["table-spending-2020"]
    assert spending_chart(reading, table, 2020) is None


def test_a_suppressed_figure_is_in_no_chart(read: Callable[..., Reading]) -> None:
    hidden = figure(status="suppressed", printed_nl="×", printed_en="×", value=2.5)
    found = charts_of(indicators(read({"indicator_values": [figure(year=2019), hidden]})))
    values = found["chart-indicators-spread"].specification["data"]["values"]
    assert [row["value"] for row in values] == [3.9]


def test_the_year_before_has_another_shape_and_line() -> None:
    points = [Point("a", 2019, 3.0, 1.0, "3"), Point("a", 2020, 3.1, 1.0, "3")]
    text = charts.svg(Chart("c", "", "", with_spread(points, (1.0, 5.0)), "t"))
    assert "stroke-dasharray" in text
    assert text.count('aria-roledescription="point"') == 2
