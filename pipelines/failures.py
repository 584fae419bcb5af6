"""What went wrong with a run, in one sentence, from what Dagster recorded of it. No stack trace and no value."""

from __future__ import annotations

from dataclasses import dataclass

import dagster as dg
from dagster._core.events import RunFailureReason

from kwaliteitsmonitor.foundation.errors.steps import is_gate, is_interrupted, kind_of, known_error, sentence_of
from schemas.errors import BlockedError
from schemas.words import Words


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
_ASKED = Words(
    "de run is onderbroken: het proces kreeg het verzoek om te stoppen",
    "the run was interrupted: its process was asked to stop",
)
_LOST = Words(
    "de run duurde langer dan mag, of het proces ervan is verdwenen",
    "the run took longer than it may, or its process is gone",
)


def what_went_wrong(instance: dg.DagsterInstance, run: dg.DagsterRun) -> Wrong:
    """The first thing that failed by itself in a run; if nothing did, that the gate was held or the run was lost."""
    steps = _events(instance, run, dg.DagsterEventType.STEP_FAILURE)
    failures = [_of_step(event) for event in steps]
    own = [wrong for wrong in failures if not wrong.blocked]
    if own or failures:
        return (own or failures)[0]
    ended = _events(instance, run, dg.DagsterEventType.RUN_FAILURE)
    data = ended[-1].event_specific_data if ended else None
    reason = getattr(data, "failure_reason", None) or RunFailureReason.UNKNOWN
    error = getattr(data, "error", None)
    known = known_error(error, run.job_name)
    if known is not None:
        return Wrong("", *known)
    if is_interrupted(error):
        return Wrong("", _ASKED)
    if error is not None:
        words = _REASONS.get(reason, Words("de run kon niet draaien", "the run could not run"))
        return Wrong("", Words(f"{words.nl} ({kind_of(error)})", f"{words.en} ({kind_of(error)})"))
    return Wrong("", _REASONS.get(reason, _LOST))


def _of_step(event: dg.DagsterEvent) -> Wrong:
    data, step = event.step_failure_data, event.step_key or ""
    sentence = sentence_of(data, step)
    if sentence is not None:
        return Wrong(step, *sentence)
    if is_interrupted(data.error):
        return Wrong(step, _ASKED)
    if is_gate(data):
        return Wrong(
            step,
            Words(
                "een of meer kritieke controles zijn niet gehaald; er is niets gepubliceerd en niets vervangen",
                "one or more critical rules failed; nothing was published and nothing was replaced",
            ),
            BlockedError.exit_code,
            True,
        )
    name = kind_of(data.error)
    return Wrong(
        step,
        Words(
            f"de stap is gestuit op een fout die niet hoort voor te komen ({name})",
            f"the step met an error that should not occur ({name})",
        ),
    )


def _events(instance: dg.DagsterInstance, run: dg.DagsterRun, kind: dg.DagsterEventType) -> list[dg.DagsterEvent]:
    records = instance.get_records_for_run(run_id=run.run_id, of_type=kind).records
    entries = (record.event_log_entry.dagster_event for record in records)
    return [event for event in entries if event is not None]
