"""What an error of a landing zone means: whether trying again may help, and what to say of it.

The libraries behind fsspec each have errors of their own, and are installed only if they are used; so those errors
are known by their names. What an error says is not passed on: it may quote an address or an option.
"""

from __future__ import annotations

import socket
import ssl

from kwaliteitsmonitor.foundation.errors.causes import chain
from kwaliteitsmonitor.foundation.retrying import BUSY, passing, status
from schemas.words import Words

_PASSING = frozenset(
    {
        *("ConnectionLost", "SFTPConnectionLost", "SFTPNoConnection"),  # asyncssh
        *("ReadError", "WriteError", "ConnectError", "CloseError", "RemoteProtocolError", "BadGatewayError"),  # httpx
        *("ReadTimeout", "WriteTimeout", "ConnectTimeout", "PoolTimeout"),
        *("EndpointConnectionError", "ConnectTimeoutError", "ReadTimeoutError", "ConnectionClosedError"),  # botocore
        *("ServerDisconnectedError", "ClientPayloadError", "ClientConnectorError", "ClientOSError"),  # aiohttp
        *("ServiceRequestError", "ServiceResponseError", "IncompleteReadError"),  # azure
    }
)
_STAYING = frozenset({"HostKeyNotVerifiable", "KeyExchangeFailed", "PermissionDenied", "SFTPPermissionDenied"})
_HOST_KEY = Words(
    "de hostsleutel is niet de sleutel die ervan bekend is", "its host key is not the one that is known of it"
)
_LOST = Words("de verbinding is geweigerd of verbroken", "the connection was refused or lost")
_BUSY = Words("de server is bezet of buiten werking", "it is busy or out of order")
_REFUSES = Words("de server weigert", "it refuses")
_REFUSED = Words(
    "de gebruiker, of het wachtwoord, de sleutel of het token, wordt geweigerd",
    "it refuses the user, or the password, key or token",
)
_SAYS = {
    "HostKeyNotVerifiable": _HOST_KEY,
    "KeyImportError": Words(
        "het sleutelbestand kan niet worden gelezen; misschien is KWALITEITSMONITOR_LANDING_PASSPHRASE nodig",
        "the key file cannot be read; it may need KWALITEITSMONITOR_LANDING_PASSPHRASE",
    ),
    "KeyEncryptionError": Words(
        "de wachtzin opent het sleutelbestand niet", "the passphrase does not open the key file"
    ),
    "PermissionDenied": _REFUSED,
    "ClientAuthenticationError": _REFUSED,
    "OAuthError": _REFUSED,
    "NoCredentialsError": Words(
        "er worden inloggegevens gevraagd, en die zijn er niet", "it asks for credentials and there are none"
    ),
    "SFTPPermissionDenied": Words("de gebruiker mag dat niet lezen", "its user may not read that"),
    "NoSuchBucket": Words("die bucket bestaat niet", "there is no such bucket"),
}
_BY_STATUS = {
    401: _REFUSED,
    403: Words("de gebruiker mag dat niet lezen", "its user may not read that"),
    404: Words("die map of dat bestand bestaat niet", "there is no such folder or file"),
}


def worth_another_try(error: BaseException) -> bool:
    """Whether what failed may succeed a moment later."""
    if any(type(e).__name__ in _STAYING for e in chain(error)):
        return False
    known = passing(error)
    return any(type(e).__name__ in _PASSING for e in chain(error)) if known is None else known


def cause_of(error: BaseException) -> Words:
    """Why a landing zone cannot be read, without anything that its error quotes."""
    causes = list(chain(error))
    for e in causes:
        if (words := _SAYS.get(type(e).__name__)) is not None:
            return words
    code = next((s for e in causes if (s := status(e)) is not None), None)
    if code is not None:
        return _BY_STATUS.get(code, _BUSY if code in BUSY else _REFUSES).then(f" ({code})")
    for kind, words in _BY_KIND:
        if any(isinstance(e, kind) for e in causes):
            return words
    if worth_another_try(error):
        return _LOST.then(f" ({type(error).__name__})")
    return Words(type(error).__name__, type(error).__name__)


_BY_KIND: tuple[tuple[type[BaseException], Words], ...] = (
    (socket.gaierror, Words("die server bestaat niet", "there is no such host")),
    (ssl.SSLCertVerificationError, Words("het certificaat is niet geldig", "its certificate does not hold")),
    (FileNotFoundError, Words("die map of dat bestand bestaat niet", "there is no such folder or file")),
    (PermissionError, _REFUSED.then(Words(", of het recht om te lezen ontbreekt", ", or the right to read"))),
    (TimeoutError, Words("er kwam niet op tijd antwoord", "it did not answer in time")),
)
