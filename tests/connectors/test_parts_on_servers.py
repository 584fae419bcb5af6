"""Deliveries in parts on servers and in a bucket: real ones, which list a folder otherwise than a disk does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from assets.decisions.records import Decisions
from assets.delivered.collect import collect
from assets.staged.feed import stage_feed
from assets.staged.uptake import change, noted
from assets.status.recognition import untaken
from kwaliteitsmonitor.connectors.landing import Landing, Settling
from kwaliteitsmonitor.foundation.retrying import Patience
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.expectations import validate
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from kwaliteitsmonitor.readers.feed_record import FeedRecord, TakenUp
from schemas.profile import Profile, load_profile, profile_folder
from schemas.profile.feeds import Format
from tests.connectors.servers import PASSWORD, s3, sftp, webdav
from tests.connectors.writing import put as put_in
from tests.delivered.parts import KEY, feed_of
from tests.readers.answering import answer, as_csv

AMSTERDAM, CYCLE, YEAR = "Europe/Amsterdam", "2021-03", "eva/2019-2020"
QUICK = Patience(attempts=2, first=0.01, longest=0.01, chance=0.01)
BRIEFLY = Settling(recent=1.0, quiet=0.1, at_most=0.4)
FORMS = {
    "numbered": (f"{YEAR}/FGW_part-00000.csv", f"{YEAR}/FGW_part-00001.csv"),
    "a folder": (f"{YEAR}/FGW.csv/part-00000.csv", f"{YEAR}/FGW.csv/part-00001.csv", f"{YEAR}/FGW.csv/_SUCCESS"),
    "a folder by value": (f"{YEAR}/FGW.csv/level=Ba/data_0.csv", f"{YEAR}/FGW.csv/level=Ma/data_0.csv"),
}
FEED = feed_of(Format.CSV)


@dataclass(frozen=True)
class Zone:
    """A landing zone on a server: how it is opened, and how somebody puts a file into it."""

    open: Callable[[], Landing]
    put: Callable[[str, bytes], None]


@pytest.fixture(scope="module")
def profile() -> Profile:
    return replace(load_profile(profile_folder("leiden")), feeds=(FEED,))


@pytest.fixture(params=["webdav", "sftp", "s3"])
def zone(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Zone]:
    with ExitStack() as stack:
        yield in_a_bucket(stack) if request.param == "s3" else on_a_server(stack, request.param, tmp_path)


def landing(url: str, environment: dict[str, str]) -> Landing:
    return Landing(url, AMSTERDAM, environment=environment, patience=QUICK, settling=BRIEFLY)


def on_a_server(stack: ExitStack, kind: str, place: Path) -> Zone:
    root = place / "server"
    (root / YEAR).mkdir(parents=True)
    ages = iter(range(3600, 0, -60))

    def put(path: str, content: bytes) -> None:
        put_in(root, path, content, age=next(ages))

    if kind == "webdav":
        pytest.importorskip("webdav4", reason="WebDAV is not tested: install the 'dev' extra")
        dav = stack.enter_context(webdav(root))
        return Zone(lambda: landing(dav.url(None), dav.environment(PASSWORD)), put)
    pytest.importorskip("asyncssh", reason="SFTP is not tested: install the 'dev' extra")
    ssh = stack.enter_context(sftp(root, place / "keys"))
    return Zone(lambda: landing(ssh.url(None), ssh.environment(PASSWORD=PASSWORD)), put)


def in_a_bucket(stack: ExitStack) -> Zone:
    bucket = stack.enter_context(s3())
    url = f"s3://{bucket.name}/zone"
    return Zone(lambda: landing(url, bucket.environment), lambda path, content: bucket.put(f"zone/{path}", content))


def rows(first: int, last: int, score: int = 4) -> bytes:
    return as_csv([answer(f"R-{at}", score) for at in range(first, last)])


def without_level(content: bytes) -> bytes:
    """As a program writes what the name of a folder says."""
    lines = [line.split(b";") for line in content.splitlines()]
    at = lines[0].index(b"level")
    return b"\n".join(b";".join(cell for position, cell in enumerate(line) if position != at) for line in lines)


@pytest.mark.parametrize("form", FORMS)
def test_parts_on_a_server_are_one_delivery_that_changes_with_each_of_them(
    zone: Zone, tmp_path: Path, profile: Profile, form: str
) -> None:
    workspace, cycle = Workspace(tmp_path / "workspace"), profile.cycle(CYCLE)
    first, second, *marker = FORMS[form]
    own = without_level if "level=" in first else bytes
    for path, content in ((first, own(rows(0, 20))), (second, own(rows(20, 60))), *((path, b"") for path in marker)):
        zone.put(path, content)
    time.sleep(1.1)  # what came in a second ago is perhaps still being written

    def taken() -> Delivery:
        every = collect(workspace, profile, cycle, FEED, zone.open(), None)
        (one,) = (d for d in every if d.standing is Standing.CURRENT)
        return one

    one = taken()
    assert untaken(profile, cycle, zone.open().files()) == []
    record = FeedRecord(taken_up=noted(TakenUp(), FEED, [one], Decisions(), AMSTERDAM))
    record.write(workspace, CYCLE, FEED.id)
    assert change(workspace, profile, cycle, FEED, zone.open(), Decisions()) is None
    zone.put(second, own(rows(20, 60, 5)))
    time.sleep(1.1)
    assert change(workspace, profile, cycle, FEED, zone.open(), Decisions()) is not None
    again = taken()
    assert (again.version, again.path) == (2, one.path)
    found = stage_feed(workspace, profile, FEED, [again], KEY, validate)
    assert found.rejected == {}
    summed = found.tables["evaluations"].rows.group_by("score").aggregate([("answers", "sum")]).to_pydict()
    assert dict(zip(summed["score"], summed["answers_sum"], strict=True)) == {4: 20, 5: 40}
