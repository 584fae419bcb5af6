"""The certificates of the servers that a cycle or a message needs, and how long they are still good.

A certificate is read from the server itself, whoever signed it: whether it is trusted shows when the server is used.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from kwaliteitsmonitor.exchange.notices import mail
from kwaliteitsmonitor.foundation.addresses import ENCRYPTED, address
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.operations.health.check import Looked, Problem, broken
from schemas.environment import PREFIX
from schemas.errors import KwaliteitsmonitorError
from schemas.words import Words

NAME = Words("certificaten", "certificates")
AHEAD = timedelta(days=30)
TIMEOUT = 10.0
HEARTBEAT = f"{PREFIX}HEARTBEAT_URL"
_HTTPS = 443
_POSTGRES = 5432
_ASK_TLS = struct.pack("!ii", 8, 80877103)
"""The message by which PostgreSQL is asked for encryption (SSLRequest); it answers `S` or `N`."""


@dataclass(frozen=True, order=True)
class Endpoint:
    """A server with a certificate: what it is for, where it is, and how encryption begins there."""

    what: str
    host: str
    port: int
    begins: str = "tls"

    @property
    def name(self) -> str:
        """The server in words, without anything secret."""
        return f"{self.what} {self.host}:{self.port}"


def endpoints(settings: Settings) -> list[Endpoint]:
    """The servers with a certificate that the settings name. Invalid settings are reported elsewhere."""
    servers: set[Endpoint] = set()
    for what, url in _urls(settings):
        try:
            parts = urlsplit(url)
            if parts.scheme.lower() in ("https", *ENCRYPTED) and parts.hostname:
                servers.add(Endpoint(what, parts.hostname, parts.port or _HTTPS))
        except ValueError:
            continue
    servers.update(_of_mail(settings.smtp_url.get_secret_value()))
    servers.update(_of_databases(settings))
    return sorted(servers)


def _urls(settings: Settings) -> Iterator[tuple[str, str]]:
    yield "Teams", settings.teams_webhook.get_secret_value()
    yield "user interface", settings.url
    yield "heartbeat", settings.heartbeat_url.get_secret_value()
    yield "object storage", settings.landing_endpoint
    yield "backup", settings.backup_endpoint
    yield "mirror", settings.mirror_endpoint
    try:
        yield "landing zone", address(settings.landing_url).url
    except KwaliteitsmonitorError:
        return


def _of_mail(url: str) -> Iterator[Endpoint]:
    if not url:
        return
    try:
        server = mail.Server.of(url)
    except KwaliteitsmonitorError:
        return
    if server.encrypted != "never":
        yield Endpoint("mail server", server.host, server.port, "tls" if server.encrypted == "from_start" else "smtp")


def _of_databases(settings: Settings) -> Iterator[Endpoint]:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        named = {**settings.databases(), "dagster": settings.dagster_url.get_secret_value()}
    except KwaliteitsmonitorError:
        named = {}
    for name, url in named.items():
        try:
            place = make_url(url) if url else None
        except (ArgumentError, ValueError):
            continue
        if place is None or place.get_backend_name() != "postgresql" or not place.host:
            continue
        if place.query.get("sslmode") != "disable" and not place.host.startswith("/"):
            yield Endpoint(f"{name} database", place.host, place.port or _POSTGRES, "postgresql")


def look(servers: Iterable[Endpoint], now: datetime) -> Looked:
    """How long the certificates of these servers are still good. Who offers no encryption has none to look at."""
    problems: list[Problem] = []
    ends: list[Words] = []
    for one in servers:
        try:
            expires = expiry(one)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            problems.append(_unseen(one, error))
            continue
        if expires is None:
            continue
        ends.append(Words(f"{one.name} tot {expires:%d-%m-%Y}", f"{one.name} until {expires:%Y-%m-%d}"))
        if expires - now < AHEAD:
            problems.append(_expiring(one, expires, now))
    return Looked(
        "certificates",
        NAME,
        Words("; ".join(one.nl for one in ends), "; ".join(one.en for one in ends)),
        tuple(problems),
    )


def expiry(endpoint: Endpoint) -> datetime | None:
    """Until when the certificate of a server is good, in UTC; `None` if it offers no encryption.

    Raises `OSError` (or that of SMTP) if the server cannot be reached.
    """
    from cryptography.x509 import load_der_x509_certificate

    # Any certificate is looked at: nothing is said to the server, and one that has expired must be seen as well.
    seeing = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    seeing.check_hostname = False
    seeing.verify_mode = ssl.CERT_NONE
    encoded = _by_mail(endpoint, seeing) if endpoint.begins == "smtp" else _by_socket(endpoint, seeing)
    return load_der_x509_certificate(encoded).not_valid_after_utc if encoded else None


def _by_socket(endpoint: Endpoint, seeing: ssl.SSLContext) -> bytes | None:
    with socket.create_connection((endpoint.host, endpoint.port), timeout=TIMEOUT) as plain:
        if endpoint.begins == "postgresql":
            plain.sendall(_ASK_TLS)
            if plain.recv(1) != b"S":
                return None
        with seeing.wrap_socket(plain, server_hostname=endpoint.host) as encrypted:
            return encrypted.getpeercert(binary_form=True)


def _by_mail(endpoint: Endpoint, seeing: ssl.SSLContext) -> bytes | None:
    with smtplib.SMTP(endpoint.host, endpoint.port, timeout=TIMEOUT) as connection:
        connection.ehlo_or_helo_if_needed()
        if not connection.has_extn("starttls"):
            return None
        connection.starttls(context=seeing)
        encrypted = connection.sock
        return encrypted.getpeercert(binary_form=True) if isinstance(encrypted, ssl.SSLSocket) else None


def _expiring(endpoint: Endpoint, expires: datetime, now: datetime) -> Problem:
    nl, en = f"{expires.day}-{expires.month}-{expires.year}", expires.date().isoformat()
    left = (expires - now).days
    says = Words(
        f"Het certificaat van {endpoint.name} verloopt op {nl}, over {left} dagen",
        f"The certificate of {endpoint.name} expires on {en}, in {left} days",
    )
    if expires <= now:
        says = Words(
            f"Het certificaat van {endpoint.name} is verlopen op {nl}",
            f"The certificate of {endpoint.name} expired on {en}",
        )
    remedy = Words(
        "Laat het vernieuwen door wie die server beheert.", "Have it renewed by who looks after that server."
    )
    return broken(f"certificate {endpoint.name}", says, remedy)


def _unseen(endpoint: Endpoint, error: Exception) -> Problem:
    kind = type(error).__name__
    return broken(
        f"certificate {endpoint.name}",
        Words(f"{endpoint.name} is niet bereikbaar ({kind})", f"{endpoint.name} cannot be reached ({kind})"),
        Words(
            "Kijk of de server aan staat en het adres ervan in de omgeving klopt.",
            "See whether the server is up and its address in the environment is right.",
        ),
    )
