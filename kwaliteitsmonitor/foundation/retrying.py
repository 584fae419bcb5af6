"""Retry operations that may succeed the next time, for a bounded time.

A source that is restarting, busy or cut off for a moment is asked again, each time after a longer pause of which a part
is chance, so that runs that failed together do not come back together. What fails for a reason that stays (a wrong
password, a table that is not there) is never tried again: it would only take longer to say so, and lock an account.
"""

from __future__ import annotations

import logging
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, stop_after_delay
from tenacity.wait import wait_exponential, wait_random

from kwaliteitsmonitor.foundation.errors.causes import chain
from schemas.words import Words

T = TypeVar("T")
LOG = logging.getLogger(__name__)
BUSY = frozenset({408, 423, 425, 429, 500, 502, 503, 504, 509, 520, 521, 522, 523, 524})
"""The HTTP answers that say "not now": what asked for too much, was too slow, or is behind a server that is away."""


@dataclass(frozen=True)
class Patience:
    """How often and how long a source is tried, in attempts and seconds.

    The pause doubles from `first` to at most `longest`, with up to `chance` added. No attempt begins more than `total`
    seconds after the first one did; one under way is not cut short.
    """

    attempts: int = 5
    first: float = 0.5
    longest: float = 8.0
    chance: float = 0.5
    total: float = 90.0


PATIENCE = Patience()


class TriedError(Exception):
    """What was tried failed; `error` is what it failed with the last time, after `times` attempts."""

    def __init__(self, error: BaseException, times: int) -> None:
        self.error = error
        self.times = times
        super().__init__(type(error).__name__)  # not its text, which may quote an address

    @property
    def often(self) -> Words:
        """The part of a sentence that says how often it was tried: nothing if that was once."""
        if self.times <= 1:
            return Words("", "")
        return Words(f", {self.times} keer geprobeerd", f", tried {self.times} times")


def patiently(attempt: Callable[[], T], what: str, worth: Callable[[BaseException], bool], patience: Patience) -> T:
    """What `attempt` returns, tried again as long as `worth` says of its error that another try may succeed.

    `what` names the source in the log; it holds no secret. Raises `TriedError` with the last error.
    """

    def tell(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        pause = state.next_action.sleep if state.next_action else 0.0
        LOG.warning("%s: %s; attempt %d, again in %.1f s", what, type(error).__name__, state.attempt_number, pause)

    retrying = Retrying(
        retry=retry_if_exception(lambda error: isinstance(error, Exception) and worth(error)),
        stop=stop_after_attempt(patience.attempts) | stop_after_delay(patience.total),
        wait=_pause(patience),
        before_sleep=tell,
        sleep=time.sleep,
        reraise=True,
    )
    try:
        return retrying(attempt)
    except Exception as error:
        raise TriedError(error, int(retrying.statistics.get("attempt_number", 1))) from error


def _pause(patience: Patience) -> Callable[[RetryCallState], float]:
    growing = wait_exponential(multiplier=patience.first, max=patience.longest) + wait_random(0, patience.chance)

    def pause(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        wait = next((a for e in chain(error) if (a := _retry_after(e)) is not None), 0.0)
        return max(growing(state), min(wait, patience.longest))

    return pause


def status(error: BaseException) -> int | None:
    """The HTTP status that an error carries, whichever library raised it; `None` if it carries none."""
    response = getattr(error, "response", None)
    code = getattr(error, "status_code", None) or getattr(error, "status", None)
    if code is None and isinstance(response, dict):  # as Amazon's library has it
        code = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    if code is None:
        code = getattr(response, "status_code", None)
    return int(code) if isinstance(code, int) and 100 <= code < 600 else None


def _retry_after(error: BaseException) -> float | None:
    """The seconds that a server asks to wait for (`Retry-After`), or `None`."""
    headers: Mapping[str, str] = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return float(headers.get("Retry-After", ""))
    except (ValueError, TypeError, AttributeError):
        return None


def passing(error: BaseException) -> bool | None:
    """Whether an error of the network is one that passes; `None` if it is not known as an error of the network.

    A name that does not exist and a certificate that does not hold stay wrong. A name server that does not answer, a
    connection refused, cut or silent may be mended a moment later.
    """
    for cause in chain(error):
        if isinstance(cause, socket.gaierror):
            return cause.errno == socket.EAI_AGAIN
        if isinstance(cause, ssl.SSLCertVerificationError):
            return False
        if isinstance(cause, FileNotFoundError | PermissionError | IsADirectoryError | NotADirectoryError):
            return False
        if (code := status(cause)) is not None:
            return code in BUSY
    return (
        True
        if any(isinstance(cause, ConnectionError | TimeoutError | ssl.SSLError) for cause in chain(error))
        else None
    )
