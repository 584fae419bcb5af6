"""Mail through real servers on this machine: what arrives, who is refused, and what is encrypted."""

from __future__ import annotations

import datetime as dt
import ipaddress
import logging
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult

from kwaliteitsmonitor.exchange.notices import mail
from kwaliteitsmonitor.exchange.notices.mail import RefusedError, Server, connected, message
from schemas.errors import SourceError, UsageError
from tests.exchange.notices.conftest import MailServer
from tests.exchange.notices.university import clock, notice, set_aside, university

SECRET = "geheim@12/3"
ADDRESS = "smtp://mailer:geheim%4012%2F3@127.0.0.1"


def test_a_mail_arrives_with_its_text_in_two_languages(post_office: MailServer) -> None:
    with connected(Server.of(post_office.url)) as post:
        post.send(message(university(), set_aside("B4"), "noord@uni.test", clock()))
    (found,) = post_office.received
    assert found["From"] == "monitor@uni.test"
    assert found["To"] == "noord@uni.test"
    assert found["Reply-To"] == "afspraken@uni.test"
    assert found["Subject"] == "Herinnering / reminder: jaarverslag, 2019-2020, North, uiterlijk 31 december 2020"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["Date"].datetime == clock()
    assert found.get_content_type() == "text/plain"
    text = found.get_content()
    assert "Stand: ontvangen, maar 1 rij is apart gezet." in text
    assert "State: received, but 1 row is set aside." in text
    assert "verslag/2019-2020/North.xlsx, panels!B4: een getal" in text
    assert post_office.recipients == ["noord@uni.test"]
    assert post_office.encrypted == [False]


def test_the_same_notice_is_the_same_message_whenever_it_is_made_and_another_is_not() -> None:
    profile = university()
    one = message(profile, notice(), "noord@uni.test", clock())
    later = message(profile, notice(), "noord@uni.test", clock() + dt.timedelta(hours=3))
    other = message(profile, notice(unit="East"), "noord@uni.test", clock())
    assert one["Message-ID"] == later["Message-ID"]
    assert one["Message-ID"] != other["Message-ID"]
    assert one["Message-ID"].endswith("@uni.test>")


def test_a_mailbox_that_the_server_does_not_know_is_refused_by_its_code(
    serving: Callable[..., MailServer],
) -> None:
    server = serving(refuse=lambda address: address == "noord@uni.test")
    with connected(Server.of(server.url)) as post:
        with pytest.raises(RefusedError) as refused:
            post.send(message(university(), notice(), "noord@uni.test", clock()))
        post.send(message(university(), notice(unit="East"), "oost@uni.test", clock()))
    assert "refused the mail to noord@uni.test (550)" in str(refused.value)
    assert server.recipients == ["oost@uni.test"]


def test_a_server_that_is_not_there_is_told_in_one_sentence() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        with pytest.raises(SourceError) as error, connected(Server.of(f"smtp://127.0.0.1:{port}")):
            pytest.fail("there is no server")
    assert str(error.value).startswith(
        f"mail server 127.0.0.1:{port}: the mail server cannot be reached (ConnectionRefusedError)"
    )
    assert "\n" not in str(error.value)
    assert error.value.exit_code == 4


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for this machine; whoever looks at `SSL_CERT_FILE` trusts it."""
    x509 = pytest.importorskip("cryptography.x509", reason="cryptography is not installed")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail of a test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = tmp_path / "cert.pem", tmp_path / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(public))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context


def lets_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    """Whether a user and password are the right ones."""
    return AuthResult(success=(data.login, data.password) == (b"mailer", SECRET.encode()), handled=False)


def test_a_password_is_sent_only_after_the_connection_is_encrypted(
    serving: Callable[..., MailServer], certificate: ssl.SSLContext
) -> None:
    server = serving(tls_context=certificate, require_starttls=True, authenticator=lets_in, auth_required=True)
    with connected(Server.of(f"{ADDRESS}:{server.port}")) as post:
        post.send(message(university(), notice(), "noord@uni.test", clock()))
    assert server.recipients == ["noord@uni.test"]
    assert server.encrypted == [True]


def test_where_encryption_is_offered_it_is_used_without_being_asked_for(
    serving: Callable[..., MailServer], certificate: ssl.SSLContext
) -> None:
    server = serving(tls_context=certificate)
    with connected(Server.of(server.url)) as post:
        post.send(message(university(), notice(), "noord@uni.test", clock()))
    assert server.encrypted == [True]


def test_a_server_that_is_encrypted_from_the_first_byte(
    serving: Callable[..., MailServer], certificate: ssl.SSLContext
) -> None:
    server = serving(ssl_context=certificate)
    with connected(Server.of(f"smtps://127.0.0.1:{server.port}")) as post:
        post.send(message(university(), notice(), "noord@uni.test", clock()))
    assert server.encrypted == [True]


def test_a_password_never_goes_to_a_server_that_offers_no_encryption(post_office: MailServer) -> None:
    with (
        pytest.raises(SourceError, match="does not offer the encryption"),
        connected(Server.of(f"{ADDRESS}:{post_office.port}")),
    ):
        pytest.fail("the password went out in the clear")


def test_a_certificate_that_is_not_trusted_stops_the_mail(
    serving: Callable[..., MailServer], certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    server = serving(tls_context=certificate)
    with pytest.raises(SourceError, match="is not trusted; SSL_CERT_FILE"), connected(Server.of(server.url)):
        pytest.fail("it was trusted")


def test_a_wrong_password_is_told_without_being_repeated(
    serving: Callable[..., MailServer], certificate: ssl.SSLContext, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server = serving(tls_context=certificate, authenticator=lets_in)
    url = f"smtp://mailer:onjuist77@127.0.0.1:{server.port}"
    with pytest.raises(SourceError) as error, connected(Server.of(url)):
        pytest.fail("it was let in")
    assert "does not accept the user or the password (535)" in str(error.value)
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
    found = Server.of(url)
    assert (found.host, found.port, found.encrypted, found.user) == server
    assert "mailer" not in repr(found)


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
    assert error.value.exit_code == 2
    assert str(error.value).startswith(mail.URL)
    assert "geheim77" not in str(error.value)
    assert "relay" not in str(error.value)
