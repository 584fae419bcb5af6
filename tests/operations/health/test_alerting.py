"""What is broken is told once, and that it is solved once; a sign of life goes out where nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kwaliteitsmonitor.exchange.notices.sending import Channels, Fate
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.operations.health.alerting import pulse, tell_of
from kwaliteitsmonitor.operations.health.check import Problem, broken
from schemas.errors import SourceError, UsageError
from schemas.words import Words
from tests.exchange.notices.conftest import MailServer, web_server
from tests.pipelines.conftest import Watched

FULL = broken("disk", Words("De schijf is vol", "The disk is full"), Words("Maak ruimte.", "Make room."))
SOLVED = "Opgelost: De schijf is vol / solved: The disk is full"


@pytest.fixture
def hours() -> Iterator[datetime]:
    return (datetime(2021, 2, 20, 9, 0, tzinfo=UTC) + timedelta(hours=number) for number in range(99))


def told(watched: Watched, server: MailServer, hours: Iterator[datetime], *problems: Problem) -> list[Fate]:
    """Look once, with these problems, and what became of each message."""
    channels = Channels.of(Settings(smtp_url=server.url))
    return [one.fate for one in tell_of(watched.settings, problems, channels, lambda: next(hours))]


def test_a_problem_is_told_once_until_it_is_solved_and_that_it_is_solved_once(
    watched: Watched, post_office: MailServer, hours: Iterator[datetime]
) -> None:
    for problems in ([FULL], [FULL], [FULL], [], [], [FULL]):
        told(watched, post_office, hours, *problems)
    subjects = [mail["Subject"] for mail in post_office.received]
    assert subjects[:2] == ["Kapot: De schijf is vol / broken: The disk is full", SOLVED]
    assert len(subjects) == 3


def test_what_could_not_be_told_is_told_later_also_that_it_is_solved(
    watched: Watched, serving: Callable[..., MailServer], hours: Iterator[datetime]
) -> None:
    server = serving(refuse=lambda address: True)
    assert told(watched, server, hours, FULL) == [Fate.FAILED]
    assert told(watched, server, hours) == [Fate.FAILED]
    server.refuse = lambda address: False
    assert told(watched, server, hours) == [Fate.SENT]
    assert [mail["Subject"] for mail in server.received] == [SOLVED]


def test_a_sign_of_life_goes_out_and_one_that_is_not_taken_names_no_address(tmp_path: Path) -> None:
    def beat(url: str) -> bool:
        return pulse(Settings(institution="leiden", out=str(tmp_path), heartbeat_url=url))

    assert beat("") is False
    with web_server(lambda *_: 200) as port:
        assert beat(f"http://127.0.0.1:{port}/ping/geheim") is True
    with (
        web_server(lambda *_: 503) as port,
        pytest.raises(SourceError, match=r"the pulse is not taken \(503\)") as refused,
    ):
        beat(f"http://127.0.0.1:{port}/ping/geheim")
    assert "geheim" not in str(refused.value)
    with pytest.raises(UsageError):
        beat("http://elsewhere.test/ping")
