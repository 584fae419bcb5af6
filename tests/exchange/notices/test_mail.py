"""Mail and cards in Teams through real servers on this machine: what arrives, who is refused, what is encrypted."""

from __future__ import annotations

import datetime as dt
import logging
import re
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from kwaliteitsmonitor.exchange.notices import mail, teams
from kwaliteitsmonitor.exchange.notices.mail import RefusedError, Server, connected, message
from kwaliteitsmonitor.exchange.notices.schedule import Moment, State
from schemas.errors import SourceError, UsageError
from tests.certificates import certificate
from tests.exchange.notices.conftest import MailServer, Webhook
from tests.exchange.notices.university import clock, notice, set_aside, university

SECRET = "geheim@12/3"
ADDRESS = "smtp://mailer:geheim%4012%2F3@127.0.0.1"


def sent(url: str, unit: str = "North", to: str = "noord@uni.test") -> None:
    """Send a notice by the server at an address."""
    with connected(Server.of(url)) as post:
        post.send(message(university(), notice(unit=unit), to, clock()))


def test_a_mail_arrives_with_its_text_in_two_languages(post_office: MailServer) -> None:
    with connected(Server.of(post_office.url)) as post:
        post.send(message(university(), set_aside("B4"), "noord@uni.test", clock()))
    (received,) = post_office.received
    headers = ("From", "To", "Reply-To", "Subject", "Auto-Submitted")
    assert [received[name] for name in headers] == [
        "monitor@uni.test",
        "noord@uni.test",
        "afspraken@uni.test",
        "Herinnering / reminder: jaarverslag, 2019-2020, North, uiterlijk 31 december 2020",
        "auto-generated",
    ]
    assert received["Date"].datetime == clock()
    assert received.get_content_type() == "text/plain"
    text = received.get_content()
    assert "Stand: ontvangen, maar 1 rij is apart gezet." in text
    assert "State: received, but 1 row is set aside." in text
    assert "verslag/2019-2020/North.xlsx, panels!B4: een getal" in text
    assert (post_office.recipients, post_office.encrypted) == (["noord@uni.test"], [False])


def test_the_same_notice_is_the_same_message_whenever_it_is_made_and_another_is_not() -> None:
    later = clock() + dt.timedelta(hours=3)
    moments = (("North", clock()), ("North", later), ("East", clock()))
    mails = [message(university(), notice(unit=unit), "noord@uni.test", moment) for unit, moment in moments]
    first, again, other = (mail["Message-ID"] for mail in mails)
    assert first == again != other
    assert first.endswith("@uni.test>")


def test_a_mailbox_that_the_server_does_not_know_is_refused_by_its_code(serving: Callable[..., MailServer]) -> None:
    server = serving(refuse=lambda address: address == "noord@uni.test")
    with pytest.raises(RefusedError, match=r"refused the mail to noord@uni.test \(550\)"):
        sent(server.url)
    sent(server.url, "East", "oost@uni.test")
    assert server.recipients == ["oost@uni.test"]


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for this machine, trusted by whoever looks at `SSL_CERT_FILE`."""
    own = certificate(tmp_path, dt.datetime.now(dt.UTC) + dt.timedelta(days=1), authority=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(own[0]))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*own)
    return context


def lets_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    """Whether a user and password are the right ones."""
    return AuthResult(success=(data.login, data.password) == (b"mailer", SECRET.encode()), handled=False)


@pytest.mark.parametrize(
    ("options", "trust", "address"),
    [
        ({"require_starttls": True, "authenticator": lets_in, "auth_required": True}, "tls_context", ADDRESS),
        ({}, "tls_context", "smtp://127.0.0.1"),
        ({}, "ssl_context", "smtps://127.0.0.1"),
    ],
    ids=["before a password is sent", "where it is offered", "from the first byte"],
)
def test_mail_goes_out_encrypted(
    options: dict[str, Any], trust: str, address: str, serving: Callable[..., MailServer], trusted: ssl.SSLContext
) -> None:
    server = serving(**options, **{trust: trusted})
    sent(f"{address}:{server.port}")
    assert (server.recipients, server.encrypted) == (["noord@uni.test"], [True])


def test_a_password_never_goes_to_a_server_that_offers_no_encryption(post_office: MailServer) -> None:
    with pytest.raises(SourceError, match="does not offer the encryption"):
        sent(f"{ADDRESS}:{post_office.port}")


def test_a_certificate_that_is_not_trusted_stops_the_mail(
    serving: Callable[..., MailServer], trusted: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    server = serving(tls_context=trusted)
    with pytest.raises(SourceError, match="is not trusted; SSL_CERT_FILE"):
        sent(server.url)
    assert server.received == []


def test_a_wrong_password_is_refused_without_being_repeated(
    serving: Callable[..., MailServer], trusted: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server = serving(tls_context=trusted, authenticator=lets_in)
    with pytest.raises(SourceError, match=r"does not accept the user or the password \(535\)") as error:
        sent(f"smtp://mailer:onjuist77@127.0.0.1:{server.port}")
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("mail.")]  # the server's own
    assert "onjuist77" not in str(error.value) + repr(error.value.__cause__) + "".join(ours)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://relay.uni.test", ("relay.uni.test", 25, "if_offered", "")),
        ("smtp://relay.uni.test?starttls=yes", ("relay.uni.test", 25, "always", "")),
        ("smtp://relay.uni.test:2525?starttls=no", ("relay.uni.test", 2525, "never", "")),
        ("smtp://mailer:a%40b@relay.uni.test:587", ("relay.uni.test", 587, "always", "mailer")),
        ("smtps://mailer:x@relay.uni.test", ("relay.uni.test", 465, "from_start", "mailer")),
    ],
)
def test_the_address_says_how_the_server_is_reached(url: str, server: tuple[str, int, str, str]) -> None:
    read = Server.of(url)
    assert (read.host, read.port, read.encrypted, read.user) == server
    assert "mailer" not in repr(read)


@pytest.mark.parametrize(
    "url",
    [
        "relay.uni.test:25",
        "http://relay.uni.test",
        "smtp://",
        "smtp://u:geheim77@relay:poort",
        "smtp://u:geheim77@relay?starttls=no",
        "smtp://[relay",
        "smtp://relay?starttls=perhaps",
    ],
)
def test_an_address_that_is_none_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(UsageError) as error:
        Server.of(url)
    assert str(error.value).startswith(mail.URL)
    assert not re.search("geheim77|relay", str(error.value))


def body(message: dict[str, Any]) -> list[dict[str, Any]]:
    """The blocks of a card in Teams."""
    (attachment,) = message["attachments"]
    kinds = (message["type"], attachment["contentType"], attachment["content"]["type"])
    assert kinds == ("message", "application/vnd.microsoft.card.adaptive", "AdaptiveCard")
    blocks: list[dict[str, Any]] = attachment["content"]["body"]
    return blocks


def test_a_card_says_what_by_when_and_which_units_in_two_languages(webhook: Webhook) -> None:
    teams.post(webhook.url, teams.card(university(), [set_aside("B4", "C9"), notice(unit="East")]))
    (posted,) = webhook.received
    heading, dutch, english, facts = body(posted)
    assert heading["text"] == "Nog aan te leveren / still to be delivered: jaarverslag, 2019-2020"
    assert dutch["text"] == "Verzonnen Universiteit, cyclus 2021-03. Uiterlijk 31 december 2020."
    assert english["text"] == "annual report, 2019-2020. Made-up University, cycle 2021-03. Due by 31 December 2020."
    assert {fact["title"]: fact["value"] for fact in facts["facts"]} == {
        "North": "ontvangen, maar 2 rijen zijn apart gezet / received, but 2 rows are set aside",
        "East": "nog niet ontvangen / not received yet",
    }
    late = teams.card(university(), [notice(moment=Moment(True, 7), state=State.REFUSED)])
    assert body(late)[0]["text"].startswith("Te laat / overdue")


@pytest.mark.parametrize("code", [404, 500, 302])
def test_what_the_webhook_does_not_take_is_said_by_its_code_and_without_its_address(
    webhook: Webhook, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    webhook.answers = [code]
    with pytest.raises(SourceError, match=rf"\({code}\)") as error:
        teams.post(webhook.url, teams.card(university(), [notice()]))
    assert "sig=" not in str(error.value) + repr(error.value.__cause__) + caplog.text
    assert webhook.received == []


def test_a_webhook_that_is_not_there_is_said_without_its_address() -> None:
    with pytest.raises(SourceError, match=r"\(ConnectionError\)") as error:
        teams.post("http://127.0.0.1:1/workflows?sig=geheim", teams.card(university(), [notice()]))
    assert "geheim" not in str(error.value)


@pytest.mark.parametrize("url", ["http://uni.webhook.test/x?sig=geheim", "geheim", "https://", "https://[geheim"])
def test_only_an_encrypted_address_is_a_webhook(url: str) -> None:
    with pytest.raises(UsageError) as error:
        teams.checked(url)
    assert str(error.value).startswith(teams.URL)
    assert "geheim" not in str(error.value)
    assert teams.checked("https://uni.webhook.test/x?sig=geheim") == "https://uni.webhook.test/x?sig=geheim"
