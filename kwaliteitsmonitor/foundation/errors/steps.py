"""What stopped a step, from what Dagster recorded of it: the same sentence in the shell, in mails and in the log.

No stack trace, and no value: of an error that should not occur its kind is reported and never its text.
"""

from __future__ import annotations

from kwaliteitsmonitor.foundation.errors.dagster_db import database_error_of_step
from kwaliteitsmonitor.foundation.errors.dagster_events import StepFailure
from kwaliteitsmonitor.foundation.errors.disk import Told, recorded_storage_error
from schemas.errors import KwaliteitsmonitorError
from schemas.words import Words

BLOCKED = "blocked by"
"""The metadata of the failure by which the gate stops a cycle: by how many rules."""
NL = "nl"
"""The metadata of a failure that a user can act on: its sentence in Dutch."""


def sentence_of(failure: StepFailure, step: str) -> tuple[Words, int] | None:
    """What stopped a step, and the exit code of it; `None` if that is the gate, or an error that should not occur."""
    raised = failure.user_failure_data
    if raised is None:
        return known_error(failure.error, f"step {step}")
    if is_gate(failure):
        return None
    code = raised.metadata.get("exit_code")
    english, dutch = str(raised.description), raised.metadata.get(NL)
    words = Words(str(dutch.value) if dutch is not None else english, english)
    return words, int(str(code.value)) if code is not None else KwaliteitsmonitorError.exit_code


def known_error(error: Told | None, where: str) -> tuple[Words, int] | None:
    """The sentence and the exit code of an error of the disk, Dagster's database or this program; else `None`."""
    failure = recorded_storage_error(error, where) or database_error_of_step(error)
    return (failure.in_words, failure.exit_code) if failure is not None else _own_error(error)


def is_gate(failure: StepFailure) -> bool:
    """Whether it was a rule that stops publication by which a step failed."""
    raised = failure.user_failure_data
    return raised is not None and BLOCKED in raised.metadata


def is_interrupted(error: Told | None) -> bool:
    """Whether a step or a run ended because it was asked to."""
    while error is not None:
        if str(error.cls_name).rpartition(".")[2] in ("DagsterExecutionInterruptedError", "KeyboardInterrupt"):
            return True
        error = error.cause
    return False


def kind_of(error: Told | None) -> str:
    """The kind of the error with which it began, never its text."""
    while error is not None and error.cause is not None:
        error = error.cause
    return str(error.cls_name) if error is not None else "?"


def _own_error(error: Told | None) -> tuple[Words, int] | None:
    """The same for an error of ours, or one caused by it. Ours hold no value of a person, whoever raises them."""
    known = _own()
    while error is not None:
        name, _, sentence = error.message.partition(": ")
        if name in known:
            text = sentence.strip()
            return Words(text, text), known[name].exit_code
        error = error.cause
    return None


def _own() -> dict[str, type[KwaliteitsmonitorError]]:
    """The errors of ours that are loaded, by the name under which Dagster records them."""
    errors: dict[str, type[KwaliteitsmonitorError]] = {}
    waiting: list[type[KwaliteitsmonitorError]] = [KwaliteitsmonitorError]
    while waiting:
        one = waiting.pop()
        errors[f"{one.__module__}.{one.__qualname__}"] = one
        waiting.extend(one.__subclasses__())
    return errors
