"""What went wrong with a run, in one sentence, from what Dagster recorded of it. No stack trace and no value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg
from dagster._core.events import RunFailureReason

from schemas.errors import BlockedError, KwaliteitsmonitorError
from schemas.words import Words

BLOCKING = "nothing_critical_failed"
"""The check that holds the gate."""


@dataclass(frozen=True)
class Wrong:
    """What went wrong: in which step (empty: before or between steps), the sentence, and the exit code of it.

    `blocked` says that validation held the gate; the critical rules that failed are in `rules`.
    """

    step: str
    sentence: Words
    exit_code: int = 1
    blocked: bool = False


_REASONS = {
    RunFailureReason.START_TIMEOUT: Words(
        "de run is niet op tijd begonnen: het proces dat hem moest draaien kwam er niet",
        "the run did not begin in time: the process that was to run it did not come",
    ),
    RunFailureReason.UNEXPECTED_TERMINATION: Words(
        "het proces van de run is onverwacht beëindigd", "the process of the run ended unexpectedly"
    ),
    RunFailureReason.RUN_WORKER_RESTART: Words(
        "het proces van de run is onderweg opnieuw gestart", "the process of the run was started again halfway"
    ),
    RunFailureReason.JOB_INITIALIZATION_FAILURE: Words(
        "de run kon niet worden opgezet; het profiel of een instelling houdt geen stand",
        "the run could not be set up; the profile or a setting does not hold",
    ),
}
_LOST = Words(
    "de run duurde langer dan mag, of het proces ervan is verdwenen",
    "the run took longer than it may, or its process is gone",
)


def what_went_wrong(instance: dg.DagsterInstance, run: dg.DagsterRun) -> Wrong:
    """The first thing that failed by itself in a run; where nothing did, that the gate was held or the run was lost."""
    steps = _events(instance, run, dg.DagsterEventType.STEP_FAILURE)
    found = [_of_step(event) for event in steps]
    own = [wrong for wrong in found if not wrong.blocked]
    if own or found:
        return (own or found)[0]
    ended = _events(instance, run, dg.DagsterEventType.RUN_FAILURE)
    data = ended[-1].event_specific_data if ended else None
    reason = getattr(data, "failure_reason", None) or RunFailureReason.UNKNOWN
    error = getattr(data, "error", None)
    if error is not None:
        words = _REASONS.get(reason, Words("de run kon niet draaien", "the run could not run"))
        return Wrong("", Words(f"{words.nl} ({root_of(error)})", f"{words.en} ({root_of(error)})"))
    return Wrong("", _REASONS.get(reason, _LOST))


def _of_step(event: Any) -> Wrong:
    data = event.event_specific_data
    told = data.user_failure_data
    if told is not None:
        code = told.metadata.get("exit_code")
        sentence = str(told.description)
        return Wrong(event.step_key, Words(sentence, sentence), int(code.value) if code is not None else 1)
    own = own_error(data.error)
    if own is not None:
        sentence, exit_code = own
        return Wrong(event.step_key, Words(sentence, sentence), exit_code)
    name = root_of(data.error) if data.error is not None else "?"
    if data.error is not None and "AssetCheckFailed" in data.error.cls_name:
        return Wrong(
            event.step_key,
            Words(
                "een of meer kritieke regels zijn niet gehaald; er is niets gepubliceerd en niets vervangen",
                "one or more critical rules failed; nothing was published and nothing was replaced",
            ),
            BlockedError.exit_code,
            True,
        )
    return Wrong(
        event.step_key,
        Words(
            f"de stap is gestuit op een fout die niet hoort voor te komen ({name})",
            f"the step met an error that should not occur ({name})",
        ),
    )


def _events(instance: dg.DagsterInstance, run: dg.DagsterRun, kind: dg.DagsterEventType) -> Sequence[Any]:
    records = instance.get_records_for_run(run_id=run.run_id, of_type=kind).records
    return [record.event_log_entry.dagster_event for record in records]


def own_error(error: Any) -> tuple[str, int] | None:
    """The sentence and the exit code of an error of ours, where that is what stopped a step or what it came from.

    `error` is an error as Dagster records it. Ours hold no value of a person, whichever step raises them.
    """
    known = _own()
    while error is not None:
        name, _, sentence = error.message.partition(": ")
        if name in known:
            return sentence.strip(), known[name].exit_code
        error = error.cause
    return None


def _own() -> dict[str, type[KwaliteitsmonitorError]]:
    """The errors of ours that are loaded, by the name under which Dagster records them."""
    found: dict[str, type[KwaliteitsmonitorError]] = {}
    waiting: list[type[KwaliteitsmonitorError]] = [KwaliteitsmonitorError]
    while waiting:
        one = waiting.pop()
        found[f"{one.__module__}.{one.__qualname__}"] = one
        waiting.extend(one.__subclasses__())
    return found


def root_of(error: Any) -> str:
    """The kind of the error with which it began, never its text."""
    while error.cause is not None:
        error = error.cause
    return str(error.cls_name)
