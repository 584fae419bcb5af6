"""Deliveries in parts on servers and in a bucket: real ones, which list a folder otherwise than a disk does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from assets.decisions.records import Decisions
from assets.delivered.collect import collect
from assets.staged.feed import stage_feed
from assets.staged.uptake import change, noted
from assets.status.recognition import untaken
from kwaliteitsmonitor.connectors.landing import Landing, Settling
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.outcomes import validate
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from kwaliteitsmonitor.readers.feed_record import FeedRecord, TakenUp
from schemas.profile import Profile, load_profile, profile_folder
from schemas.profile.feeds import Format
from tests.connectors.servers import PASSWORD, s3, sftp, webdav
from tests.connectors.writing import AMSTERDAM, opened
from tests.connectors.writing import put as put_in
from tests.delivered.parts import KEY, feed_of
from tests.readers.answering import answer, as_csv

CYCLE, YEAR = "2021-03", "eva/2019-2020"
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


def landing(url: str, environment: dict[str, str]) -> Landing:
    return opened(url, environment, settling=Settling(recent=0.0))


@contextmanager
def zone(kind: str, place: Path) -> Iterator[Zone]:
    root, ages = place / "server", iter(range(3600, 0, -60))
    (root / YEAR).mkdir(parents=True)

    def put(path: str, content: bytes) -> None:
        put_in(root, path, content, age=next(ages))

    if kind == "webdav":
        with webdav(root) as dav:
            yield Zone(lambda: landing(dav.url(), dav.environment()), put)
    elif kind == "sftp":
        with sftp(root, place / "keys") as ssh:
            yield Zone(lambda: landing(ssh.url(), ssh.environment(PASSWORD=PASSWORD)), put)
    else:
        with s3() as bucket:
            url = f"s3://{bucket.name}/zone"
            yield Zone(
                lambda: landing(url, bucket.environment), lambda path, content: bucket.put(f"zone/{path}", content)
            )


def rows(first: int, last: int, score: int = 4) -> bytes:
    return as_csv([answer(f"R-{at}", score) for at in range(first, last)])


def without_level(content: bytes) -> bytes:
    """As a program writes what the name of a folder says."""
    lines = [line.split(b";") for line in content.splitlines()]
    at = lines[0].index(b"level")
    return b"\n".join(b";".join(cell for position, cell in enumerate(line) if position != at) for line in lines)


@pytest.mark.parametrize(
    ("kind", "form"),
    [("webdav", "numbered"), ("webdav", "a folder by value"), ("sftp", "a folder"), ("sftp", "a folder by value"),
     ("s3", "numbered"), ("s3", "a folder"), ("s3", "a folder by value")],
)  # fmt: skip
def test_parts_on_a_server_are_one_delivery_that_changes_with_each_of_them(
    tmp_path: Path, profile: Profile, kind: str, form: str
) -> None:
    workspace, cycle = Workspace(tmp_path / "workspace"), profile.cycle(CYCLE)
    first, second, *marker = FORMS[form]
    own = without_level if "level=" in first else bytes
    with zone(kind, tmp_path) as server:
        parts = ((first, own(rows(0, 20))), (second, own(rows(20, 60))), *((path, b"") for path in marker))
        for path, content in parts:
            server.put(path, content)

        def taken() -> Delivery:
            every = collect(workspace, profile, cycle, FEED, server.open(), None)
            (one,) = (d for d in every if d.standing is Standing.CURRENT)
            return one

        one = taken()
        assert untaken(profile, cycle, server.open().files()) == []
        record = FeedRecord(taken_up=noted(TakenUp(), FEED, [one], Decisions(), AMSTERDAM))
        record.write(workspace, CYCLE, FEED.id)
        assert change(workspace, profile, cycle, FEED, server.open(), Decisions()) is None
        server.put(second, own(rows(20, 60, 5)))
        assert change(workspace, profile, cycle, FEED, server.open(), Decisions()) is not None
        again = taken()
    assert (again.version, again.path) == (2, one.path)
    staged = stage_feed(workspace, profile, FEED, [again], KEY, validate)
    assert staged.rejected == {}
    summed = staged.tables["evaluations"].rows.group_by("score").aggregate([("answers", "sum")]).to_pydict()
    assert dict(zip(summed["score"], summed["answers_sum"], strict=True)) == {4: 20, 5: 40}
