"""Everything that is looked at, what is told of it, and the certificates of real servers on this machine."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from kwaliteitsmonitor.exchange.notices.sending import Channels, Fate
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.vault.store import Arrival, receive
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.health import calendar, certificates, disk
from kwaliteitsmonitor.operations.health.alerting import pulse, tell_of
from kwaliteitsmonitor.operations.health.certificates import Endpoint
from kwaliteitsmonitor.operations.health.check import Looked, Problem, Weight, broken, guarded, problems, worst
from kwaliteitsmonitor.operations.health.checks import as_json, examine
from kwaliteitsmonitor.operations.health.disk import Measured
from kwaliteitsmonitor.operations.health.sources import look as look_at_sources
from kwaliteitsmonitor.operations.health.upkeep import libraries
from schemas.errors import SourceError, UsageError
from schemas.profile import load_profile, profile_folder
from schemas.words import Words
from tests.certificates import certificate
from tests.exchange.notices.conftest import MailServer, web_server
from tests.pipelines.conftest import Watched

NOW = datetime(2021, 2, 20, 9, 0, tzinfo=UTC)
LEIDEN = load_profile(profile_folder("leiden"))


def test_a_new_workspace_lacks_its_sources_and_someone_to_tell(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    looks = examine(Settings(institution="leiden", out=str(tmp_path), mirror="/elsewhere"), NOW)
    by_id = {one.id: one for one in looks}
    assert list(by_id)[:4] == ["profile", "timezone", "disk", "clock"]
    well = ("profile", "timezone", "landing", "key", "certificates", "next_cycle")
    assert {by_id[name].weight for name in well} == {Weight.WELL}
    assert by_id["landing"].wording.en == f"0 files in {tmp_path}/landing"
    assert by_id["key"].wording.en == "is made by the first run"
    assert "no database is named for 'finance'" in by_id["database finance"].problems[0].says.en
    assert by_id["channels"].problems[0].says.en == "Nobody is told when something goes wrong"
    assert by_id["mirror"].problems[0].says.en == "No copy of releases was made yet"
    assert "backup" not in by_id
    assert as_json(looks, NOW)["moment"] == "2021-02-20T09:00:00+00:00"
    assert all(one.remedy.nl for look in looks for one in look.problems)


def test_a_landing_zone_and_a_key_that_do_not_do_are_said(tmp_path: Path) -> None:
    settings = Settings(institution="leiden", out=str(tmp_path), landing=str(tmp_path / "gone"), pseudonym_key="short")
    looks = {one.id: one for one in look_at_sources(settings)}
    assert "there is no such landing zone" in looks["landing"].problems[0].says.en
    assert "the key for pseudonyms" in looks["key"].problems[0].says.en


def test_a_profile_that_does_not_load_is_all_there_is_to_say(tmp_path: Path) -> None:
    (tmp_path / "units.yaml").write_text("- id: [", encoding="utf-8")
    assert [one.id for one in examine(Settings(institution=str(tmp_path)), NOW)] == ["profile"]


def test_libraries_that_are_not_those_of_the_lock_deserve_attention(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("click==0.0.1 \\\n    --hash=sha256:0\nnot-there==1.0\n")
    look = libraries(lock)
    assert look.weight is Weight.ATTENTION
    assert "click" in look.problems[0].says.en
    assert "not-there" not in look.problems[0].says.en


def test_a_look_that_fails_by_itself_keeps_no_other_and_quotes_nothing() -> None:
    def look() -> Looked:
        raise ValueError("J. Jansen")

    failed, well = guarded("one", Words("een", "one"), look), Looked("one", Words("een", "one"))
    assert failed.weight is Weight.BROKEN
    assert "Jansen" not in str(failed)
    assert (worst([well]), problems([well])) == (Weight.WELL, [])


def test_a_cycle_that_did_not_run_is_said_from_the_third_of_its_month_on(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    (tmp_path / "releases" / "2020-09" / "v1").mkdir(parents=True)
    workspace.current.mkdir()
    (workspace.current / "2020-09").symlink_to(tmp_path / "releases" / "2020-09" / "v1")
    assert calendar.last(workspace, LEIDEN, date(2021, 3, 2)).weight is Weight.WELL
    (problem,) = calendar.last(workspace, LEIDEN, date(2021, 3, 3)).problems
    assert problem.says.en == "Cycle 2021-03 should have run and has published nothing"
    assert calendar.last_expected(LEIDEN, date(2027, 1, 1)) == LEIDEN.cycle("2025-09")


def test_of_agreements_that_are_over_one_thing_is_said_and_nothing_is_broken(tmp_path: Path) -> None:
    (Workspace(tmp_path).current / "2021-03").mkdir(parents=True)
    look = calendar.last(Workspace(tmp_path), LEIDEN, date(2026, 11, 30))
    (problem,) = look.problems
    assert look.weight is Weight.ATTENTION
    assert "liepen tot en met 2024" in problem.says.nl
    assert "had moeten" not in problem.says.nl
    assert "2025-09" in problem.remedy.nl


def test_a_clock_that_was_set_back_is_said(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    receive(workspace, "staff", [Arrival("a.csv", "0" * 64, 1, NOW.date(), NOW)])
    assert calendar.clock(workspace, NOW).weight is Weight.WELL
    assert calendar.clock(workspace, NOW - timedelta(days=1)).weight is Weight.BROKEN


@pytest.mark.parametrize(
    ("free", "days"), [([100, 90, 80, 70], 19), ([100, 100, 100, 100], None), ([70, 80, 90, 100], None), ([9, 8], None)]
)
def test_the_day_is_known_on_which_a_cycle_will_not_fit_any_more(free: list[int], days: int | None) -> None:
    history = [Measured(date(2021, 2, 4 + 3 * number), one << 30) for number, one in enumerate(free)]
    assert disk.runs_out(history, 4 << 30) == (date(2021, 2, 13) + timedelta(days) if days else None)


def test_the_fullness_of_a_day_is_noted_once_and_a_torn_line_is_passed_over(tmp_path: Path) -> None:
    disk.note(Workspace(tmp_path), Measured(date(2021, 2, 1), 5))
    with (tmp_path / "upkeep" / "disk.jsonl").open("a") as file:
        file.write('{"day": "2021-')
    kept = disk.note(Workspace(tmp_path), Measured(date(2021, 2, 1), 7))
    assert [(one.day.day, one.free) for one in kept] == [(1, 7)]


def test_a_folder_that_cannot_be_written_to_is_broken(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    look = disk.look(Workspace(tmp_path / "file" / "out"), date(2021, 2, 20))
    assert look.weight is Weight.BROKEN
    assert "cannot be written to" in look.problems[0].says.en


FULL = broken("disk", Words("De schijf is vol", "The disk is full"), Words("Maak ruimte.", "Make room."))
SOLVED = "Opgelost: De schijf is vol / solved: The disk is full"


@pytest.fixture
def hours() -> Iterator[datetime]:
    return (datetime(2021, 2, 20, 9, 0, tzinfo=UTC) + timedelta(hours=number) for number in range(99))


def fates(watched: Watched, server: MailServer, hours: Iterator[datetime], *seen: Problem) -> list[Fate]:
    """Look once, with these problems, and what became of each message."""
    channels = Channels.of(Settings(smtp_url=server.url))
    return [one.fate for one in tell_of(watched.settings, seen, channels, lambda: next(hours))]


def test_a_problem_is_told_once_until_it_is_solved_and_that_it_is_solved_once(
    watched: Watched, post_office: MailServer, hours: Iterator[datetime]
) -> None:
    for seen in ([FULL], [FULL], [FULL], [], [], [FULL]):
        fates(watched, post_office, hours, *seen)
    subjects = [mail["Subject"] for mail in post_office.received]
    assert subjects[:2] == ["Kapot: De schijf is vol / broken: The disk is full", SOLVED]
    assert len(subjects) == 3


def test_what_could_not_be_told_is_told_later_also_that_it_is_solved(
    watched: Watched, serving: Callable[..., MailServer], hours: Iterator[datetime]
) -> None:
    server = serving(refuse=lambda address: True)
    assert fates(watched, server, hours, FULL) == [Fate.FAILED]
    assert fates(watched, server, hours) == [Fate.FAILED]
    server.refuse = lambda address: False
    assert fates(watched, server, hours) == [Fate.SENT]
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


def trust(folder: Path, days: int) -> ssl.SSLContext:
    """What a server needs whose certificate is good for so many days from `NOW` on."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(folder, NOW + timedelta(days=days)))
    return context


@pytest.mark.parametrize(
    ("days", "problems"), [(12, ["expires on 2021-03-04, in 12 days"]), (-1, ["expired on 2021-02-19"]), (200, [])]
)
def test_a_certificate_is_said_to_end_a_month_before_it_does(days: int, problems: list[str], tmp_path: Path) -> None:
    with web_server(lambda *_: 200, trust(tmp_path, days)) as port:
        look = certificates.look([Endpoint("Teams", "127.0.0.1", port)], NOW)
    expected = [f"The certificate of Teams 127.0.0.1:{port} {problem}" for problem in problems]
    assert [one.says.en for one in look.problems] == expected


def test_a_mail_server_shows_its_certificate_once_it_offers_encryption_and_one_that_is_gone_is_named_without_a_secret(
    serving: Callable[..., MailServer], tmp_path: Path
) -> None:
    url, webhook = serving(tls_context=trust(tmp_path, 5)).url, "https://127.0.0.1:1/hook?sig=geheim99"
    settings = Settings(institution="leiden", out=str(tmp_path), smtp_url=url, teams_webhook=webhook)
    sentences = [one.says.en for one in certificates.look(certificates.endpoints(settings), NOW).problems]
    assert "Teams 127.0.0.1:1 cannot be reached (ConnectionRefusedError)" in sentences
    assert [sentence.partition(", ")[2] for sentence in sentences if "mail server" in sentence] == ["in 5 days"]
    assert len(sentences) == 2


def test_each_server_with_a_certificate_that_the_settings_name_is_looked_at() -> None:
    settings = Settings(
        institution="leiden",
        landing="webdav+https://files.uni.test/dav",
        url="https://monitor.uni.test",
        heartbeat_url="http://near.uni.test",
        landing_endpoint="https://s3.uni.test:9000",
        smtp_url="smtp://relay.uni.test?starttls=no",
        connection_urls={
            "FINANCE": "postgresql+psycopg://reader@db.uni.test/finance",
            "EVASYS": "postgresql://db2.uni.test/x?sslmode=disable",
            "HR": "sqlite:////hr.db",
        },
        dagster_url="postgresql+psycopg2://dagster:x@db3.uni.test:5433/dagster",
    )
    assert [one.name for one in certificates.endpoints(settings)] == [
        "dagster database db3.uni.test:5433",
        "finance database db.uni.test:5432",
        "landing zone files.uni.test:443",
        "object storage s3.uni.test:9000",
        "user interface monitor.uni.test:443",
    ]
