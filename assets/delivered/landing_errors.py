"""What an error of a landing zone means: whether trying again may help, and what to say of it.

The libraries behind fsspec each have errors of their own, and are installed only where they are used; so those errors
are known by their names. What an error says is not passed on: it may quote an address or an option.
"""

from __future__ import annotations

import socket
import ssl

from assets.delivered.retrying import BUSY, chain, passing, status

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
_HOST_KEY = "its host key is not the one that is known of it"
_REFUSED = "it refuses the user, or the password, key or token"
_SAYS = {
    "HostKeyNotVerifiable": _HOST_KEY,
    "KeyImportError": "the key file cannot be read; it may need KWALITEITSMONITOR_LANDING_PASSPHRASE",
    "KeyEncryptionError": "the passphrase does not open the key file",
    "PermissionDenied": _REFUSED,
    "ClientAuthenticationError": _REFUSED,
    "OAuthError": _REFUSED,
    "NoCredentialsError": "it asks for credentials and there are none",
    "SFTPPermissionDenied": "its user may not read that",
    "NoSuchBucket": "there is no such bucket",
}
_BY_STATUS = {401: _REFUSED, 403: "its user may not read that", 404: "there is no such folder or file"}


def worth_another_try(error: BaseException) -> bool:
    """Whether what failed may succeed a moment later."""
    if any(type(e).__name__ in _STAYING for e in chain(error)):
        return False
    known = passing(error)
    return any(type(e).__name__ in _PASSING for e in chain(error)) if known is None else known


def said(error: BaseException) -> str:
    """Why a landing zone cannot be read, in words, without anything that its error quotes."""
    found = list(chain(error))
    for e in found:
        if (words := _SAYS.get(type(e).__name__)) is not None:
            return words
    code = next((s for e in found if (s := status(e)) is not None), None)
    if code is not None:
        words = _BY_STATUS.get(code, "it is busy or out of order" if code in BUSY else "it refuses")
        return f"{words} ({code})"
    for kind, words in _BY_KIND:
        if any(isinstance(e, kind) for e in found):
            return words
    if worth_another_try(error):
        return f"the connection was refused or lost ({type(error).__name__})"
    return type(error).__name__


_BY_KIND: tuple[tuple[type[BaseException], str], ...] = (
    (socket.gaierror, "there is no such host"),
    (ssl.SSLCertVerificationError, "its certificate does not hold"),
    (FileNotFoundError, "there is no such folder or file"),
    (PermissionError, f"{_REFUSED}, or the right to read"),
    (TimeoutError, "it did not answer in time"),
)
