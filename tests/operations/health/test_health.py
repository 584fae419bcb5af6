"""What is broken now is found, told once, and told to be solved; each thing with the real part where it can be."""

from __future__ import annotations

import json
import re
import sqlite3
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.exchange.notices.sending import Channels, Fate
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.vault.store import Arrival, receive
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.health import calendar, certificates, disk
from kwaliteitsmonitor.operations.health.alerting import pulse, tell_of
from kwaliteitsmonitor.operations.health.certificates import Endpoint
from kwaliteitsmonitor.operations.health.check import Looked, Weight, broken, guarded, problems, worst
from kwaliteitsmonitor.operations.health.disk import Measured
from kwaliteitsmonitor.operations.health.upkeep import libraries
from kwaliteitsmonitor.operations.metrics.records import Run, add
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.errors import SourceError, UsageError
from schemas.profile import load_profile, profile_folder
from schemas.words import Words
from tests.exchange.notices.conftest import MailServer
from tests.language.scanning import faults
from tests.operations.health.conftest import Watched

NOW = datetime(2021, 2, 20, 9, 0, tzinfo=UTC)


def certificate(folder: Path, days: float) -> tuple[Path, Path]:
    """A certificate that is good for so many days from `NOW` on, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=60))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    own, secret = folder / "own.pem", folder / "key.pem"
    own.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    unlocked = serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, unlocked))
    return own, secret


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Callable[..., HTTPServer]]:
    """Starts web servers on free ports, with a certificate that is good for so many days or without one."""
    started: list[tuple[HTTPServer, threading.Thread]] = []

    def start(days: float | None = None, code: int = 200) -> HTTPServer:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(code)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        if days is not None:
            trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            trust.load_cert_chain(*certificate(tmp_path, days))
            server.socket = trust.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        started.append((server, thread))
        return server

    yield start
    for server, thread in started:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_certificate_that_expires_soon_is_told_of_beforehand(web: Callable[..., HTTPServer]) -> None:
    soon = web(days=12)
    found = certificates.look([Endpoint("Teams", "127.0.0.1", soon.server_port)], NOW)
    (problem,) = found.problems
    assert problem.says.en == f"The certificate of Teams 127.0.0.1:{soon.server_port} expires on 2021-03-04, in 12 days"
    assert problem.weight is Weight.BROKEN


def test_a_certificate_that_has_expired_is_seen_and_one_that_is_good_for_long_is_well(
    web: Callable[..., HTTPServer], tmp_path: Path
) -> None:
    gone = web(days=-1)
    (problem,) = certificates.look([Endpoint("Teams", "127.0.0.1", gone.server_port)], NOW).problems
    assert "expired on 2021-02-19" in problem.says.en
    del tmp_path
    good = web(days=200)
    assert certificates.look([Endpoint("Teams", "127.0.0.1", good.server_port)], NOW).problems == ()


def test_the_certificate_of_a_mail_server_is_read_after_it_offers_encryption(
    serving: Callable[..., MailServer],
    tmp_path: Path,
) -> None:
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(*certificate(tmp_path, 5))
    server = serving(tls_context=trust)
    settings = Settings(institution="leiden", out=str(tmp_path), smtp_url=server.url)
    (mail,) = [one for one in certificates.endpoints(settings) if one.what == "mail server"]
    (problem,) = certificates.look([mail], NOW).problems
    assert "in 5 days" in problem.says.en


def test_a_server_that_is_gone_is_named_without_its_secret(tmp_path: Path) -> None:
    webhook = "https://127.0.0.1:1/hook?sig=geheim99"
    settings = Settings(institution="leiden", out=str(tmp_path), teams_webhook=webhook)
    found = certificates.look(certificates.endpoints(settings), NOW)
    assert [problem.says.en for problem in found.problems] == [
        "Teams 127.0.0.1:1 cannot be reached (ConnectionRefusedError)"
    ]


@pytest.mark.parametrize(
    ("free", "full"),
    [
        ([100, 90, 80, 70], date(2021, 3, 3)),
        ([100, 100, 100, 100], None),
        ([70, 80, 90, 100], None),
    ],
)
def test_the_disk_tells_when_a_cycle_will_not_fit_any_more(free: list[int], full: date | None) -> None:
    history = [Measured(date(2021, 2, 4 + 3 * i), one << 30) for i, one in enumerate(free)]
    assert disk.runs_out(history, 4 << 30) == (full if full is None else date(2021, 2, 13) + timedelta(days=19))
    assert disk.runs_out(history[:2], 4 << 30) is None


def test_the_fullness_of_a_day_is_noted_once_and_a_torn_line_is_passed_over(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    disk.note(workspace, Measured(date(2021, 2, 1), 5))
    with (tmp_path / "upkeep" / "disk.jsonl").open("a") as file:
        file.write('{"day": "2021-')
    kept = disk.note(workspace, Measured(date(2021, 2, 1), 7))
    assert [(one.day.day, one.free) for one in kept] == [(1, 7)]


def test_a_folder_that_cannot_be_written_to_is_broken(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = disk.look(Workspace(tmp_path / "file" / "out"), NOW.date())
    assert worst([found]) is Weight.BROKEN
    assert "cannot be written to" in found.problems[0].says.en


def test_a_cycle_that_did_not_run_is_told_from_the_third_of_its_month_on(tmp_path: Path) -> None:
    profile, workspace = load_profile(profile_folder("leiden")), Workspace(tmp_path)
    (tmp_path / "releases" / "2020-09" / "v1").mkdir(parents=True)
    workspace.current.mkdir()
    (workspace.current / "2020-09").symlink_to(tmp_path / "releases" / "2020-09" / "v1")
    assert calendar.last(workspace, profile, date(2021, 3, 2)).weight is Weight.WELL
    found = calendar.last(workspace, profile, date(2021, 3, 3))
    assert [problem.says.en for problem in found.problems] == [
        "Cycle 2021-03 should have run and has published nothing"
    ]
    assert calendar.last_expected(profile, date(2027, 1, 1)) == profile.cycle("2025-09")


def test_of_agreements_that_are_over_one_thing_is_said_and_nothing_is_broken(tmp_path: Path) -> None:
    profile, workspace = load_profile(profile_folder("leiden")), Workspace(tmp_path)
    (workspace.current / "2021-03").mkdir(parents=True)
    found = calendar.last(workspace, profile, date(2026, 11, 30))
    assert found.weight is Weight.ATTENTION
    (problem,) = found.problems
    assert "liepen tot en met 2024" in problem.says.nl
    assert "had moeten" not in problem.says.nl
    assert "2025-09" in problem.remedy.nl


def test_a_clock_that_was_set_back_is_told(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    receive(workspace, "staff", [Arrival("a.csv", "0" * 64, 1, NOW.date(), NOW)])
    assert calendar.clock(workspace, NOW).weight is Weight.WELL
    assert calendar.clock(workspace, NOW - timedelta(days=1)).weight is Weight.BROKEN


def test_libraries_that_are_not_those_of_the_lock_deserve_attention(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("click==0.0.1 \\\n    --hash=sha256:0\nnot-there==1.0\n")
    found = libraries(lock)
    assert found.weight is Weight.ATTENTION
    assert "click" in found.problems[0].says.en
    assert "not-there" not in found.problems[0].says.en


def test_a_look_that_fails_by_itself_keeps_no_other_and_quotes_nothing() -> None:
    def look() -> Looked:
        raise ValueError("J. Jansen")

    found = guarded("one", Words("een", "one"), look)
    assert found.weight is Weight.BROKEN
    assert "Jansen" not in str(found)


def test_a_problem_is_told_once_until_it_is_solved_and_that_it_is_solved_once(
    watched: Watched,
    post_office: MailServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_SMTP_URL", post_office.url)
    settings = watched.resource.settings
    channels = Channels.of(settings)
    full = broken("disk", Words("De schijf is vol", "The disk is full"), Words("Maak ruimte.", "Make room."))
    moments = iter(NOW + timedelta(hours=n) for n in range(99))
    for _ in range(3):
        tell_of(settings, [full], channels, lambda: next(moments))
    assert [mail["Subject"] for mail in post_office.received] == ["Kapot: De schijf is vol / broken: The disk is full"]
    for _ in range(2):
        tell_of(settings, [], channels, lambda: next(moments))
    assert [mail["Subject"] for mail in post_office.received][1:] == [
        "Opgelost: De schijf is vol / solved: The disk is full"
    ]
    tell_of(settings, [full], channels, lambda: next(moments))
    assert len(post_office.received) == 3


def test_what_could_not_be_told_is_told_later_also_that_it_is_solved(
    watched: Watched,
    serving: Callable[..., MailServer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = serving(refuse=lambda address: True)
    monkeypatch.setenv("KWALITEITSMONITOR_SMTP_URL", server.url)
    settings = watched.resource.settings
    channels = Channels.of(settings)
    full = broken("disk", Words("De schijf is vol", "The disk is full"), Words("Maak ruimte.", "Make room."))
    assert [one.fate for one in tell_of(settings, [full], channels, lambda: NOW)] == [Fate.FAILED]
    assert [one.fate for one in tell_of(settings, [], channels, lambda: NOW)] == [Fate.FAILED]
    server.refuse = lambda address: False
    assert [one.fate for one in tell_of(settings, [], channels, lambda: NOW)] == [Fate.SENT]
    assert server.received[0]["Subject"].startswith("Opgelost: De schijf is vol")


def test_a_sign_of_life_goes_out_and_one_that_is_not_taken_names_no_address(
    web: Callable[..., HTTPServer], tmp_path: Path
) -> None:
    def settings(url: str) -> Settings:
        return Settings(institution="leiden", out=str(tmp_path), heartbeat_url=url)

    assert pulse(settings(f"http://127.0.0.1:{web().server_port}/ping/geheim")) is True
    assert pulse(Settings(institution="leiden", out=str(tmp_path))) is False
    with pytest.raises(SourceError, match="the pulse is not taken \\(503\\)") as refused:
        pulse(settings(f"http://127.0.0.1:{web(code=503).server_port}/ping/geheim"))
    assert "geheim" not in str(refused.value)
    with pytest.raises(UsageError):
        pulse(settings("http://elsewhere.test/ping"))


def test_the_job_tells_what_is_broken_and_does_not_fail(
    watched: Watched,
    post_office: MailServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_SMTP_URL", post_office.url)
    add(watched.workspace, Run("1", "cycle", "2020-09", "2020-09-01T06:00:00+02:00", 28.5, "published", "v1"))
    result = watched.definitions.resolve_job_def("health").execute_in_process(
        instance=watched.instance, run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    )
    assert result.success
    (check,) = result.get_asset_check_evaluations()
    assert not check.passed
    assert "no database is named for 'finance'" in str(check.description)
    (mail,) = post_office.received
    assert "no database is named for 'finance'" in mail.get_content()
    (made,) = [event.materialization for event in result.get_asset_materialization_events()]
    assert [row.data["cycle"] for row in made.metadata["cycles"].records] == ["2020-09"]


def test_the_command_says_each_thing_with_a_remedy_and_ends_with_1_where_something_is_broken(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--institution", str(watched.institution), "--landing", str(watched.landing), "--out", str(watched.out)]
    assert kwaliteitsmonitor.main(["health", "--format", "json", "--without-dagster", *where]) == 1
    told = json.loads(capsys.readouterr().out)
    by_id = {look["id"]: look for look in told["looked_at"]}
    assert by_id["landing"]["outcome"] == "well"
    assert by_id["channels"]["problems"][0]["en"] == "Nobody is told when something goes wrong"
    assert all(problem["remedy_nl"] for look in told["looked_at"] for problem in look["problems"])


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_command_speaks_the_first_language_of_the_institution(
    language: str, watched: Watched, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setenv("KWALITEITSMONITOR_FINANCE_URL", f"sqlite:///{watched.out}.db")
    sqlite3.connect(f"{watched.out}.db").close()
    file = watched.institution / "profile.yaml"
    both = file.read_text(encoding="utf-8")
    file.write_text(both.replace("languages: [nl, en]", f"languages: [{language}]"), encoding="utf-8")
    where = ["--institution", str(watched.institution), "--landing", str(watched.landing), "--out", str(watched.out)]
    kwaliteitsmonitor.main(["health", *where])
    said = capsys.readouterr().out
    assert len(said.split()) > 50
    assert faults(re.sub(r"\w+_\w+|2020\.1", "", said), language) == []


def test_a_profile_that_does_not_load_is_all_there_is_to_say(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    (watched.institution / "units.yaml").write_text("- id: [", encoding="utf-8")
    assert kwaliteitsmonitor.main(["health", "--institution", str(watched.institution)]) == 1
    assert "profiel" in capsys.readouterr().out


def test_only_what_is_broken_counts_as_broken() -> None:
    looked = Looked("one", Words("een", "one"))
    assert worst([looked]) is Weight.WELL
    assert problems([looked]) == []
