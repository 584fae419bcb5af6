"""Certificates of real servers on this machine, and how long they are good."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.operations.health import certificates
from kwaliteitsmonitor.operations.health.certificates import Endpoint
from tests.certificates import certificate
from tests.exchange.notices.conftest import MailServer, web_server

NOW = datetime(2021, 2, 20, 9, 0, tzinfo=UTC)


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
