"""Notices by e-mail: the message, and the server that takes it.

The server comes from the environment (`KWALITEITSMONITOR_SMTP_URL`). Its address may hold a password and is not shown.

    smtp://host:25                              encrypted if the server offers it
    smtp://user:password@host:587               always encrypted (STARTTLS) before the password is sent
    smtp://host:25?starttls=yes                 always encrypted, without a password
    smtp://host:25?starttls=no                  never encrypted; not with a password
    smtps://user:password@host:465              encrypted from the first byte
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from kwaliteitsmonitor.exchange.notices.ledger import Once, identity
from kwaliteitsmonitor.exchange.notices.schedule import Notice
from kwaliteitsmonitor.exchange.notices.wording import Letter, letter
from schemas.environment import PREFIX
from schemas.errors import SourceError, UsageError
from schemas.profile import Profile
from schemas.words import Words

URL = f"{PREFIX}SMTP_URL"
TIMEOUT = 30.0
"""Seconds that a server may be silent."""
_PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True)
class Server:
    """A mail server: where it is, how the connection is encrypted, and as whom to log in (nobody where empty)."""

    host: str
    port: int
    encrypted: Literal["from_start", "always", "if_offered", "never"]
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str) -> Server:
        """The server at an address. Raises `UsageError`, without the address, if it is not one."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise _no_server() from None
        choice = parse_qs(parts.query).get("starttls", [""])[-1].lower()
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if parts.scheme not in _PORTS or not host or choice not in ("", "yes", "no") or (user and choice == "no"):
            raise _no_server()
        encrypted: Literal["from_start", "always", "if_offered", "never"] = "if_offered"
        if parts.scheme == "smtps":
            encrypted = "from_start"
        elif user or choice == "yes":
            encrypted = "always"
        elif choice == "no":
            encrypted = "never"
        return cls(host, port or _PORTS[parts.scheme], encrypted, user, password)

    @property
    def name(self) -> Words:
        """The server as it may be named in a sentence."""
        return Words(f"mailserver {self.host}:{self.port}", f"mail server {self.host}:{self.port}")


def _no_server() -> UsageError:
    return UsageError(
        Words("het adres van de mailserver klopt niet", "the mail server is not named rightly"),
        where=URL,
        expected=Words(
            "een adres als `smtp://user:password@host:587` of smtps://host:465; een wachtwoord gaat versleuteld",
            "an address such as smtp://user:password@host:587 or smtps://host:465; a password goes encrypted",
        ),
        remedy=Words(
            "Tekens als @ of / in een wachtwoord schrijft u als %40 of %2F.",
            "Signs such as @ or / in a password are written as %40 or %2F.",
        ),
    )


class RefusedError(SourceError):
    """The server is there, and does not take this one message."""


def message(profile: Profile, notice: Notice, to: str, moment: datetime) -> EmailMessage:
    """The mail of a notice to a mailbox.

    The Message-ID follows from what the notice is about: sent again after a crash, it is the same message.
    """
    return addressed(profile, notice, letter(profile, notice), to, moment)


def addressed(profile: Profile, about: Once, letter: Letter, to: str, moment: datetime) -> EmailMessage:
    """The mail of a letter to a mailbox; it is the same message for the same `about`, whenever it is sent."""
    sender = profile.institution.notices.sender or profile.institution.notices.contact or to
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = to
    if profile.institution.notices.contact not in ("", sender, to):
        mail["Reply-To"] = profile.institution.notices.contact
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(moment)
    mail["Message-ID"] = message_id(about, sender)
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = "nl, en"
    mail.set_content(letter.text, cte="quoted-printable")
    return mail


def message_id(about: Once, sender: str) -> str:
    """The identity of the mail of a notice, at the domain of its sender."""
    return f"<{identity(about)}@{sender.rpartition('@')[2] or 'localhost'}>"


class Post:
    """A connection to a mail server over which messages are sent."""

    def __init__(self, server: Server, connection: smtplib.SMTP) -> None:
        self._server = server
        self._connection = connection

    def send(self, mail: EmailMessage) -> None:
        """Hand a message to the server.

        Raises `RefusedError` if it does not take this one, `SourceError` if it takes none any more.
        """
        try:
            self._connection.send_message(mail)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise RefusedError(
                Words(
                    f"de server weigerde de mail aan {mail['To']}{_code(error)}",
                    f"the server refused the mail to {mail['To']}{_code(error)}",
                ),
                where=self._server.name,
                remedy=Words(
                    "Kijk naar de postbus in het profiel en de rechten van de afzender; de mail wordt de volgende keer "
                    "opnieuw verstuurd.",
                    "Check the mailbox in the profile and the rights of the sender; it is sent again the next time.",
                ),
            ) from None
        except (smtplib.SMTPException, OSError) as error:
            raise _unreachable(self._server, error) from None


@contextmanager
def connected(server: Server) -> Iterator[Post]:
    """A connection to the server, logged in. Raises `SourceError` if it cannot be reached or lets nobody in."""
    try:
        connection = _open(server)
    except (smtplib.SMTPException, OSError) as error:  # an error of TLS is an OSError
        raise _unreachable(server, error) from None
    try:
        yield Post(server, connection)
    finally:
        try:
            connection.quit()
        except (smtplib.SMTPException, OSError):
            connection.close()


def _open(server: Server) -> smtplib.SMTP:
    trust = ssl.create_default_context()
    if server.encrypted == "from_start":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=trust)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    try:
        connection.ehlo_or_helo_if_needed()
        offered = connection.has_extn("starttls")
        if server.encrypted == "always" or (server.encrypted == "if_offered" and offered):
            connection.starttls(context=trust)
        if server.user:
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _unreachable(server: Server, error: Exception) -> SourceError:
    """The sentence for a server that takes nothing. The texts of errors are left out: they may quote what was sent."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        what = Words(
            f"de mailserver accepteert de gebruiker of het wachtwoord niet{_code(error)}",
            f"the mail server does not accept the user or the password{_code(error)}",
        )
    elif isinstance(error, ssl.SSLCertVerificationError):
        what = Words(
            "het certificaat van de mailserver wordt niet vertrouwd; SSL_CERT_FILE kan de instantie noemen die wel "
            "wordt vertrouwd",
            "the certificate of the mail server is not trusted; SSL_CERT_FILE may name the authority to trust",
        )
    elif isinstance(error, smtplib.SMTPNotSupportedError):
        what = Words(
            "de mailserver biedt de gevraagde versleuteling (STARTTLS) of aanmelding niet",
            "the mail server does not offer the encryption (STARTTLS) or the login that is asked of it",
        )
    else:
        kind = f"{type(error).__name__}{_code(error)}"
        what = Words(f"de mailserver kan niet worden bereikt ({kind})", f"the mail server cannot be reached ({kind})")
    return SourceError(
        what,
        where=server.name,
        remedy=Words(
            f"Kijk naar {URL} en de server; wat niet is verstuurd, wordt de volgende keer verstuurd.",
            f"Check {URL} and the server; what was not sent is sent the next time.",
        ),
    )


def _code(error: Exception) -> str:
    """The code with which a server answered, such as 550, if it did."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = {answer[0] for answer in error.recipients.values()}
        return f" ({', '.join(map(str, sorted(codes)))})"
    return f" ({error.smtp_code})" if isinstance(error, smtplib.SMTPResponseException) else ""
