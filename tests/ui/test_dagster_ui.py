"""The pipeline in the Dagster UI, in a real browser, as a data engineer works with it.

A server is started once, on a free port of this machine and with everything in a temporary folder. What is waited for
is text that a user sees.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.sample import write_sample
from schemas.profile import load_profile, profile_folder

pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed (pip install playwright)")
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-proxy-server",
)
CYCLE = "2021-03"
FLOW = (
    ("delivered", "staged"),
    ("staged", "facts"),
    ("staged", "status"),
    ("status", "indicators"),
    ("status", "spending"),
    ("facts", "indicators"),
    ("facts", "spending"),
    ("facts", "progress"),
    ("indicators", "validation"),
    ("spending", "validation"),
    ("progress", "validation"),
    ("validation", "publication"),
    ("status", "notices"),
)
"""Pairs of steps of which the graph shows the first to the left of the second."""
READY = 60.0
"""Seconds within which the server must answer."""
PATIENCE = 20_000
"""Milliseconds within which a page must show what it is asked for."""
RUN = 300_000
"""Milliseconds within which a run must be over; it takes 13 seconds on two cores that do nothing else."""

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the PATH (apt-get install chromium)")


@dataclass(frozen=True)
class Server:
    """A `dagster dev` that runs: its address, what it writes to the console, and where its releases go."""

    url: str
    log: Path
    out: Path

    def console(self) -> str:
        """What it has written so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("ui")
    write_sample(load_profile(profile_folder("leiden")), folder / "landing", responses=5000)
    port = free_port()
    found = Server(f"http://127.0.0.1:{port}", folder / "console.log", folder / "data")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("KWALITEIT", "DAGSTER"))}
    environment |= {
        "KWALITEITSMONITOR_REPORTS": "html",
        "DAGSTER_HOME": str(folder / "dagster"),
        "KWALITEITSMONITOR_LANDING": str(folder / "landing"),
        "KWALITEITSMONITOR_OUT": str(found.out),
        "NO_COLOR": "1",
    }
    subprocess.run([sys.executable, "-m", "pipelines.instance"], cwd=ROOT, env=environment, check=True)
    with found.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "dagster", "dev", "--host", "127.0.0.1", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_until_ready(found, process)
        yield found
    finally:
        stop(process)


def free_port() -> int:
    """A port of this machine that nothing listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(server: Server, process: subprocess.Popen[bytes]) -> None:
    """Return when the server answers; fail with its console when it stops or stays silent."""
    direct = build_opener(ProxyHandler({}))
    until = time.monotonic() + READY
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(URLError, OSError), direct.open(f"{server.url}/server_info", timeout=5):
            return
        time.sleep(0.2)
    pytest.fail(f"dagster dev did not answer within {READY:.0f} s:\n{server.console()[-3000:]}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the server in its own way, then whatever is left of the group of processes that it leads."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=10)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def page(server: Server, browser: Browser) -> Iterator[Page]:
    expect.set_options(timeout=PATIENCE)
    context = browser.new_context(
        base_url=server.url,
        viewport={"width": 1600, "height": 1000},
        locale="en-GB",
        timezone_id="Europe/Amsterdam",
        color_scheme="light",
    )
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    yield opened
    context.close()


@pytest.fixture(scope="module")
def run(page: Page) -> Page:
    """The page of a run of the cycle that was started by clicking, once it is over."""
    page.goto("/locations/kwaliteitsmonitor/jobs/cycle")
    page.get_by_role("button", name="Materialize all").click()
    # Nothing was counted beforehand, of which Dagster tells the first time; the cycle counts what it needs itself.
    page.get_by_role("button", name="Confirm").click()
    dialog = page.get_by_role("dialog").filter(has_text="Partition")
    partition = dialog.get_by_placeholder(re.compile("2019-03"))
    partition.fill(CYCLE)
    partition.press("Tab")
    dialog.get_by_role("button", name="Launch 1 run").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("link", name="Runs").click()
    page.locator("a[href^='/runs/']").filter(has_text=re.compile("[0-9a-f]{8}")).first.click()
    over = page.get_by_text(re.compile("^(Success|Failure|Canceled)$")).first
    expect(over).to_be_visible(timeout=RUN)
    return page


def test_definitions_load_without_an_error(page: Page, server: Server) -> None:
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    page.on("console", note)
    page.goto("/deployment/locations")
    expect(page.get_by_text("1 code location", exact=True)).to_be_visible()
    expect(page.get_by_text("Loaded", exact=True)).to_be_visible()
    page.remove_listener("console", note)
    assert errors == []
    for word in ("Traceback", "PreviewWarning", "BetaWarning", "DeprecationWarning", "ERROR"):
        assert word not in server.console()


def test_the_graph_shows_every_step_from_left_to_right(page: Page) -> None:
    page.goto("/asset-groups")
    left = {name: horizontally(group(page, name)) for name in {name for pair in FLOW for name in pair}}
    assert [pair for pair in FLOW if left[pair[0]] >= left[pair[1]]] == []


def group(page: Page, name: str) -> Locator:
    """The box of a group in the graph."""
    return page.locator("foreignObject.group").filter(has_text=re.compile(f"^{name}"))


def horizontally(box: Locator) -> float:
    """Where a box is, in pixels from the left."""
    expect(box).to_be_visible()
    place = box.bounding_box()
    assert place is not None
    return place["x"]


@pytest.mark.parametrize(("month", "cron"), [("march", "0 6 1 3 *"), ("may", "0 6 1 5 *"), ("september", "0 6 1 9 *")])
def test_a_schedule_is_listed_with_its_clock(page: Page, month: str, cron: str) -> None:
    page.goto("/automation")
    page.get_by_role("link", name=f"cycle_{month}").click()
    expect(page.get_by_text(f"({cron})")).to_be_visible()
    expect(page.get_by_text("Europe/Amsterdam", exact=True)).to_be_visible()


def test_the_sensor_is_listed_and_is_off_until_it_is_switched_on(page: Page) -> None:
    page.goto("/automation")
    page.get_by_role("link", name="landing_zone").click()
    expect(page.get_by_text("Takes up new and changed deliveries for the open cycle")).to_be_visible()
    expect(page.get_by_text("~30 sec")).to_be_visible()
    expect(page.get_by_text("Sensor has never run")).to_be_visible()
    expect(page.locator("tr").filter(has_text="Running").get_by_role("checkbox")).not_to_be_checked()


def test_a_cycle_is_run_by_clicking(run: Page) -> None:
    expect(run.get_by_text("Success", exact=True).first).to_be_visible()
    expect(run.get_by_text(f"partition: {CYCLE}").first).to_be_visible()


def test_the_release_is_there(run: Page, server: Server) -> None:
    release = server.out / "current" / CYCLE
    assert release.resolve() == server.out.resolve() / "releases" / CYCLE / "v1"
    assert (release / "manifest.json").is_file()
    values = pq.read_table(release / "tables" / "indicator_values.parquet").to_pylist()
    assert "88,6%" in {row["printed_nl"] for row in values if row["reporting_year"] == 2019}


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(
    ("asset", "check", "kind"),
    [
        ("staged/bfr", "contract", "non-blocking"),
        ("staged/bfr", "accounted_for", "non-blocking"),
        ("validation/quality_results", "nothing_critical_failed", "blocking"),
    ],
)
def test_a_check_shows_on_its_asset(page: Page, asset: str, check: str, kind: str) -> None:
    page.goto(f"/assets/{asset}?view=checks&checkDetail={check}")
    expect(page.get_by_text("Checks (2)")).to_be_visible()
    page.get_by_text(check, exact=True).first.click()
    expect(page.get_by_text(f"This is a {kind} asset check.")).to_be_visible()
    expect(page.get_by_text("Passed", exact=True)).to_be_visible()


@pytest.mark.usefixtures("run")
def test_the_preview_shows_figures_as_they_are_printed(page: Page) -> None:
    page.goto("/assets/indicators/indicator_values?view=events")
    row = page.get_by_role("row").filter(has_text="bko_share").filter(has_text="2019").last
    expect(row.get_by_text("88,6%", exact=True)).to_be_visible()


@pytest.mark.usefixtures("run")
def test_an_asset_shows_its_columns_with_type_and_unit(page: Page) -> None:
    page.goto("/assets/staged/bfr")
    row = page.locator("tr").filter(has_text="budget for the year / begroot voor het jaar")
    for text in ("decimal128(18, 2)", "non-nullable", "in EUR"):
        expect(row.get_by_text(text).first).to_be_visible()
