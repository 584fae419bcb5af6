"""What an error of a landing zone means: whether trying again may help, and what is said of it."""

from __future__ import annotations

import socket
import ssl

import asyncssh
import httpx
import pytest

from kwaliteitsmonitor.connectors.errors import cause_of, worth_another_try

SECRET = "geheim-7d@host"
AMAZON = {"Error": {"Message": SECRET}, "ResponseMetadata": {"HTTPStatusCode": 503}}
"""The answer that an error of Amazon's library has."""


def answered(code: int) -> httpx.HTTPStatusError:
    """The error of a library that got this answer over HTTP."""
    request = httpx.Request("GET", f"https://{SECRET}")
    return httpx.HTTPStatusError(SECRET, request=request, response=httpx.Response(code, request=request))


def of_a_library(name: str, **more: object) -> Exception:
    """An error of a library that is known by the name of its class alone."""
    return type(name, (Exception,), more)(SECRET)


@pytest.mark.parametrize(
    ("error", "words", "passes"),
    [
        (asyncssh.ConnectionLost(SECRET), "the connection was refused or lost (ConnectionLost)", True),
        (asyncssh.HostKeyNotVerifiable(SECRET), "its host key is not the one that is known of it", False),
        (asyncssh.PermissionDenied(SECRET), "it refuses the user, or the password, key or token", False),
        (asyncssh.SFTPPermissionDenied(SECRET), "its user may not read that", False),
        (asyncssh.KeyImportError(SECRET), "the key file cannot be read; it may need", False),
        (asyncssh.KeyEncryptionError(SECRET), "the passphrase does not open the key file", False),
        (httpx.ReadTimeout(SECRET), "the connection was refused or lost (ReadTimeout)", True),
        (answered(401), "it refuses the user, or the password, key or token (401)", False),
        (answered(403), "its user may not read that (403)", False),
        (answered(404), "there is no such folder or file (404)", False),
        (answered(418), "it refuses (418)", False),
        (answered(503), "it is busy or out of order (503)", True),
        (of_a_library("ClientError", response=AMAZON), "it is busy or out of order (503)", True),
        (of_a_library("EndpointConnectionError"), "the connection was refused or lost", True),
        (of_a_library("NoCredentialsError"), "it asks for credentials and there are none", False),
        (of_a_library("OAuthError"), "it refuses the user, or the password, key or token", False),
        (of_a_library("NoSuchBucket"), "there is no such bucket", False),
        (of_a_library("ServiceRequestError"), "the connection was refused or lost (ServiceRequestError)", True),
        (of_a_library("SomethingElse"), "SomethingElse", False),
        (socket.gaierror(socket.EAI_NONAME, SECRET), "there is no such host", False),
        (socket.gaierror(socket.EAI_AGAIN, SECRET), "there is no such host", True),
        (ssl.SSLCertVerificationError(SECRET), "its certificate does not hold", False),
        (FileNotFoundError(SECRET), "there is no such folder or file", False),
        (PermissionError(SECRET), "key or token, or the right to read", False),
        (TimeoutError(SECRET), "it did not answer in time", True),
        (ConnectionResetError(SECRET), "the connection was refused or lost (ConnectionResetError)", True),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Exception) else "",
)
def test_an_error_is_said_in_words_without_what_it_quotes_and_is_tried_again_where_it_may_pass(
    error: Exception, words: str, passes: bool
) -> None:
    assert words in cause_of(error).en
    assert SECRET not in f"{cause_of(error).en} {cause_of(error).nl}"
    assert worth_another_try(error) is passes


def test_what_an_error_came_from_tells_what_happened() -> None:
    outer = RuntimeError(SECRET)
    outer.__cause__ = answered(429)
    assert cause_of(outer).nl == "de server is bezet of buiten werking (429)"
    assert worth_another_try(outer)
    inner = OSError(SECRET)
    inner.__cause__ = asyncssh.HostKeyNotVerifiable(SECRET)
    assert not worth_another_try(inner)
