"""The page as a reader meets it: in a real browser, on a desk and on a telephone, with the keyboard alone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kwaliteitsmonitor.methods.figures.printing import Language
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.contents.report import report_of
from kwaliteitsmonitor.releases.report.document.model import Document, Section, Table
from kwaliteitsmonitor.releases.report.web.page import page
from tests.made_up import mean, profile
from tests.releases.report.releases import evidence, figure

Size = tuple[int, int]

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server")
DESK, TELEPHONE = (1280, 900), (390, 844)
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
JUDGED = {"color-contrast", "target-size", "scrollable-region-focusable", "image-alt", "html-has-lang"}
ON_A_FIGURE = "document.activeElement.className == 'figure'"
WHO = profile(indicators=[mean()])

in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH (apt-get install chromium)")

Made = Callable[..., ReleaseReader]


@pytest.fixture(scope="module")
def written(leiden: Mapping[Language, Document], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_bytes(page(leiden["nl"]))
    return path


@pytest.fixture(scope="module")
def shortened(leiden: Mapping[Language, Document], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same page with a few rows of each table: every kind of thing that is in it, in a page that is judged soon."""

    def short(section: Section) -> Section:
        blocks = (replace(b, rows=(*b.rows[:4], *b.rows[-1:])) if isinstance(b, Table) else b for b in section.blocks)
        return replace(section, blocks=tuple(blocks))

    path = tmp_path_factory.mktemp("short") / "report.html"
    path.write_bytes(page(replace(leiden["nl"], sections=tuple(map(short, leiden["nl"].sections)))))
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed")
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield found
        found.close()


def opened(browser: Browser, path: Path, size: Size = DESK, *, dark: bool = False, free: bool = False) -> Page:
    """The page in a window of a size; `free` lets a test put a script in it, which the page itself forbids."""
    view, scheme = {"width": size[0], "height": size[1]}, "dark" if dark else "light"
    shown = browser.new_context(viewport=view, color_scheme=scheme, bypass_csp=free, offline=True).new_page()
    shown.goto(path.as_uri())
    return shown


# --- what is in the page ---------------------------------------------------------------------------------------------


def test_what_came_from_a_file_is_never_markup(release: Made) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>\" ' & \x00\x0b"
    row = figure(break_note_nl=hostile, break_note_en=hostile, printed_nl=hostile, figure_id=f'x"><b>{"y" * 5}')
    origin = evidence(row["figure_id"], file=hostile, filter=f"-3: {hostile} / {hostile}")
    document = report_of(WHO, release({"indicator_values": [row], "lineage": [origin]}, lacking=[hostile]), "nl")
    text = page(document).decode()
    tags = re.findall(r"<(\w+)", text)
    assert not {"script", "b"} & set(tags)
    assert tags.count("img") == sum("image/svg" in part for part in text.split("<img")[1:])
    assert "&lt;script&gt;" in text
    assert not re.search("[\x00\x0b]", text)


def test_every_link_leads_somewhere_within_the_page_and_notes_both_ways(written: Path) -> None:
    text = written.read_text(encoding="utf-8")
    places = re.findall(r'(?<![a-z])(?:src|href|srcset|action|data|poster)="([^"]*)"', text)
    assert places
    assert all(place.startswith(("#", "data:")) for place in places)
    assert not [one for one in ("url(", "<script") if one in text.partition("</style>")[0]]
    assert ("<script" in text, "default-src 'none'" in text) == (False, True)
    names = re.findall(r'\bid="([^"]*)"', text)
    assert len(names) == len(set(names))
    links = {*re.findall(r'href="#([^"]*)"', text), *re.findall(r'popovertarget="([^"]*)"', text)}
    assert {"table-indicators-note-a", "table-indicators-ref-a"} <= links <= set(names)


def test_a_sign_says_what_it_means_and_a_header_stands_once_over_its_levels(release: Made) -> None:
    hidden = figure(status="suppressed", value=None, spread=None, printed_nl="×", printed_en="×")
    text = page(report_of(WHO, release({"indicator_values": [hidden]}), "nl")).decode()
    assert '<abbr title="niet getoond">×</abbr>' in text
    rows = [figure(year=year, level=level) for year in (2019, 2020) for level in ("Ba", "Ma")]
    document = report_of(profile(indicators=[mean(split_level=True)]), release({"indicator_values": rows}), "nl")
    assert page(document).decode().count('<th scope="row" rowspan="2">satisfaction</th>') == 2  # tables 1 and 1a


# --- in a browser ----------------------------------------------------------------------------------------------------


@in_a_browser
@pytest.mark.parametrize(
    ("size", "dark", "origin"),
    [(DESK, False, False), (TELEPHONE, True, False), (DESK, False, True)],
    ids=["desk-light", "telephone-dark", "where an origin is shown"],
)
def test_axe_finds_nothing(browser: Browser, shortened: Path, size: Size, dark: bool, origin: bool) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    shown = opened(browser, shortened, size, dark=dark, free=True)
    options = {"runOnly": {"type": "tag", "values": LEVELS}}
    if origin:
        shown.locator("button.figure").first.click()
        response = axe.run(shown, context="[popover]:popover-open", options=options).response
    else:
        response = axe.run(shown, options=options).response
        assert {one["id"] for one in response["passes"]} >= JUDGED
    assert [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in response["violations"]] == []


@in_a_browser
def test_the_keyboard_alone_opens_and_closes_where_a_figure_comes_from(browser: Browser, written: Path) -> None:
    shown = opened(browser, written)
    origin = shown.locator("[popover]:popover-open")

    def press(key: str) -> str:
        """What has the focus after a key was pressed."""
        shown.keyboard.press(key)
        return str(shown.evaluate("document.activeElement.textContent.trim()"))

    assert "Naar de inhoud" in press("Tab")
    press("Enter")
    assert "3,9 ± 0,1" in [press("Tab") for _ in range(5) if not shown.evaluate(ON_A_FIGURE)]
    press("Enter")
    assert origin.count() == 1
    assert "Respons" in origin.inner_text()
    assert "2021-03:indicator:2019:course_evaluation_teaching_methods:all:all" in origin.inner_text()
    assert press("Tab") == "Sluiten"
    assert (press("Enter"), origin.count()) == ("3,9 ± 0,1", 0)
    press("Space")
    assert origin.count() == 1
    assert (press("Escape"), origin.count()) == ("3,9 ± 0,1", 0)


@in_a_browser
def test_no_request_leaves_the_page_and_nothing_is_refused(browser: Browser, written: Path) -> None:
    context = browser.new_context()
    shown = context.new_page()
    requests: list[str] = []
    messages: list[str] = []
    shown.on("request", lambda request: requests.append(request.url))
    shown.on("console", lambda message: messages.append(message.text))
    shown.goto(written.as_uri())
    shown.locator("button.figure").last.click()
    shown.emulate_media(media="print")
    assert [url for url in requests if not url.startswith("data:")] == [written.as_uri()]
    assert (messages, context.cookies()) == ([], [])


@in_a_browser
@pytest.mark.parametrize("size", [DESK, TELEPHONE], ids=["desk", "telephone"])
def test_only_tables_scroll_sideways_and_an_origin_stays_within(browser: Browser, written: Path, size: Size) -> None:
    shown = opened(browser, written, size)
    assert shown.evaluate("document.documentElement.scrollWidth") <= size[0]
    shown.locator("button.figure").nth(3).click()
    box = shown.locator("[popover]:popover-open").bounding_box()
    assert box is not None
    assert (box["x"] >= 0, box["x"] + box["width"] <= size[0], box["y"] + box["height"] <= size[1]) == (True,) * 3


@in_a_browser
def test_on_paper_the_figures_stay_and_dark_pages_show_dark_charts(browser: Browser, written: Path) -> None:
    pypdfium2 = pytest.importorskip("pypdfium2", reason="pypdfium2 is not installed")
    light, dark = (opened(browser, written, dark=dark) for dark in (False, True))
    images = [shown.locator("#chart-rounds img").evaluate("image => image.currentSrc") for shown in (light, dark)]
    assert (images[0] != images[1], images[1].startswith("data:image/svg+xml")) == (True, True)
    printed = pypdfium2.PdfDocument(light.pdf(prefer_css_page_size=True))
    text = "".join(paper.get_textpage().get_text_range() for paper in printed)
    assert ["Respons: 22.500" in text, "7.993" in text, "88,6%" in text] == [False, True, True]
    printed.close()
