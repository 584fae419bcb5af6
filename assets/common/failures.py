"""Failures of a step that a user can act on: their page in Dagster holds the sentence, and no stack trace."""

from __future__ import annotations

import sys

import dagster as dg

from kwaliteitsmonitor.foundation.errors.disk import storage_error
from kwaliteitsmonitor.foundation.errors.steps import NL
from schemas.errors import KwaliteitsmonitorError


def without_trace(failure: dg.Failure) -> dg.Failure:
    """The failure, such that Dagster records no stack trace with it, once it is raised by a step.

    Dagster records the trace of whatever a step raises. Python leaves out all frames while `sys.tracebacklimit` is 0:
    until `traces_again` is called, when the step has ended.
    """
    sys.tracebacklimit = 0
    return failure


@dg.failure_hook(name="traces_again")
def traces_again(_: dg.HookContext) -> None:
    """Have Python show whole stack traces again, for what goes wrong in another step and should not."""
    if hasattr(sys, "tracebacklimit"):
        del sys.tracebacklimit


class failing_plainly:  # noqa: N801 - reads as a phrase where it is used
    """Turns an error that a user can act on into a Dagster failure with the same sentence and no retry."""

    def __enter__(self) -> None:
        """Nothing to set up."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Raise the failure in place of the error."""
        if isinstance(error, OSError):
            error = storage_error(error) or error
        if isinstance(error, KwaliteitsmonitorError):
            failure = dg.Failure(
                str(error), metadata={"exit_code": error.exit_code, NL: error.in_words.nl}, allow_retries=False
            )
            raise without_trace(failure) from error
