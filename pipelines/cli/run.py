"""The `run` command: the job of the Dagster UI, driven in this process, with progress and a closing summary."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from kwaliteitsmonitor.foundation.cycle_lock import holding
from kwaliteitsmonitor.foundation.errors.steps import is_gate, known_error
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.vault.removed import demand_there
from kwaliteitsmonitor.methods.checks.judge import judge
from kwaliteitsmonitor.methods.figures.printing import Language, number
from kwaliteitsmonitor.obligations.periods import expected_periods
from kwaliteitsmonitor.releases.format.places import current
from pipelines.cli.interruption import end_if_interrupted
from pipelines.execution import QUIET, _errors, _step_failures, blocking, failures, was_stopped, without_telemetry
from schemas.errors import BlockedError, KwaliteitsmonitorError, StoppedError
from schemas.profile import Feed
from schemas.visible import without_steering
from schemas.words import DELIVERIES, ROWS, Words

if TYPE_CHECKING:
    import dagster as dg
    from rich.status import Status

BUSY = Words(
    "Een andere run werkt aan deze cyclus; deze wacht daarop.",
    "Another run works on this cycle; this one waits for it.",
)
STOPPED = Words(
    "Onderbroken. Er is niets gepubliceerd en niets vervangen; wat is ontvangen, is bewaard. "
    "Start de cyclus opnieuw om verder te gaan.",
    "Interrupted. Nothing was published and nothing was replaced; what was received is kept. "
    "Run the cycle again to go on.",
)
STOPPED_AFTER = Words(
    "Onderbroken nadat de publicatie klaar was: die telt. Start de cyclus opnieuw voor wat daarna kwam.",
    "Interrupted after the release was out: it counts. Run the cycle again for what came after it.",
)
CLOCK = Words(
    "Noem een andere; of zet de klok van deze machine goed, als dat niet de dag van vandaag is.",
    "Name another; or, where that is not the day of today, set the clock of this machine right.",
)
PUBLISHED = Words(
    "De publicatie is er, en telt; wat erna kwam, is niet afgerond. Draai het opnieuw.",
    "The release was published, and counts; what came after it did not end. Run it again.",
)
NOTHING_PUBLISHED = Words(
    "Er is niets gepubliceerd en niets vervangen; de andere leveringen zijn bewaard en ingelezen.",
    "Nothing was published and nothing was replaced; the other deliveries are kept and staged.",
)


def run_cycle(settings: Settings, cycle: str) -> int:
    """Run a cycle and show what came of it; returns the exit code.

    Raises `UsageError` or `ProfileError` before anything runs, and `BlockedError` if validation stopped publication,
    or, before anything runs, if deliveries that the cycle reads were removed.
    """
    profile = settings.profile
    key = profile.cycle(cycle).key
    workspace = settings.workspace
    for feed in profile.feeds:
        demand_there(workspace, feed.id, [one.period for one in expected_periods(feed, profile.cycle(key), profile)])
    console = Console(stderr=True)
    institution, language = profile.institution, profile.institution.languages[0]
    opening = Words(f"{institution.nl}, cyclus {key}", f"{institution.en}, cycle {key}")
    console.print(opening.in_language(language), highlight=False)
    began = time.monotonic()
    before = current(workspace, key)
    result = _execute(settings, key, console)
    shown = current(workspace, key) != before
    if was_stopped(result):
        raise StoppedError((STOPPED_AFTER if shown else STOPPED).in_language(language))
    if failed := failures(result):
        return _show_failures(console, failed, language, shown=shown)

    from pipelines.cli.run_summary import summary

    if not result.success:
        _demand_gate(result, key)
        rules = blocking(workspace, key)
        summary(settings, key, released=False)
        raise _blocked(rules, key)
    summary(settings, key, released=True, new=bool(_recorded(result, "new")))
    for warning in _warnings(result):
        console.print(warning.in_language(language), highlight=False, soft_wrap=True)
    took = f"{number(Decimal(repr(time.monotonic() - began)), 1, language)} s"
    console.print(Words(f"Klaar in {took}.", f"Done in {took}.").in_language(language), highlight=False)
    return 0


def take_up_feed(settings: Settings, cycle: str, feed: Feed) -> None:
    """Take up the deliveries of one feed for a cycle: pull, stage, and note how they stand.

    It is the job of the Dagster UI, driven in this process. Raises `KwaliteitsmonitorError` with the exit code of what
    went wrong, such as a landing zone that cannot be reached.
    """
    result = _execute(settings, cycle, Console(stderr=True), feed)
    if was_stopped(result):
        raise KeyboardInterrupt
    if failed := failures(result):
        raise _error(*failed[0])


@dataclass
class _Progress:
    """Says what is done, asset by asset, as Dagster's events come in."""

    console: Console
    steps: int
    language: Language = "nl"
    done: int = 0
    rows: dict[str, list[str]] = field(default_factory=dict)
    status: Status | None = None

    def __call__(self, event: dg.EventLogEntry) -> None:
        happened = event.dagster_event
        if happened is None:
            return
        kind = happened.event_type_value
        if kind == "STEP_START":
            end_if_interrupted()  # Dagster keeps a signal that comes between its steps to itself
        if kind == "STEP_START" and self.status is not None:
            self.status.update(f"[{self.done}/{self.steps}] {happened.step_key}")
        elif kind == "ASSET_MATERIALIZATION":
            made = happened.step_materialization_data.materialization
            name = "/".join(made.asset_key.path)
            rows, files = (made.metadata.get(key) for key in ("dagster/row_count", "deliveries"))
            count, of = (files, DELIVERIES) if rows is None else (rows, ROWS)
            shown = ""
            if count is not None:
                figure = number(Decimal(str(count.value)), 0, self.language)
                shown = f"{figure:>10} {of[count.value != 1].in_language(self.language)}"
            self.console.print(f"  [green]✓[/] {name:<36} {shown}", highlight=False)
        elif kind in ("STEP_SUCCESS", "STEP_FAILURE", "STEP_SKIPPED"):
            self.done += 1
            if kind == "STEP_FAILURE":
                self.console.print(f"  [red]✗[/] {happened.step_key}", highlight=False)


def _job(settings: Settings, cycle: str, console: Console, feed: Feed | None) -> dg.JobDefinition:
    """The job of a whole cycle, or of taking up one feed. Raises `UsageError` if it is too early for that cycle."""
    without_telemetry()
    judge().start()
    with waiting(console, "loading"):
        from assets.common.resources import Institution
        from pipelines.definitions import build_definitions
        from pipelines.jobs import CYCLE_JOB, take_up
        from pipelines.open_cycle import demand_known, now

        demand_known(settings.profile, cycle, now(settings.profile), "--cycle", CLOCK)
        resource = Institution(
            institution=settings.institution, landing=settings.landing, out=settings.out, reports=settings.reports
        )
        job = build_definitions(resource).resolve_job_def(take_up(feed) if feed else CYCLE_JOB)
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    return job


def _execute(settings: Settings, cycle: str, console: Console, feed: Feed | None = None) -> dg.ExecuteInProcessResult:
    """Run the job while this process holds the cycle, with a line for each step; what Dagster gives of the run."""
    job = _job(settings, cycle, console, feed)
    from dagster._core.utils import make_new_run_id

    from assets.common.resources import tell_dead
    from pipelines.instance import instance

    run_id = make_new_run_id()
    profile, workspace = settings.profile, settings.workspace
    language = profile.institution.languages[0]
    progress = _Progress(console, len(job.graph.node_defs), language)
    with instance(workspace) as database:
        database.add_event_listener(run_id, progress)
        with (
            waiting(console, "starting") as status,
            holding(
                workspace,
                cycle,
                run_id,
                waiting=lambda: console.print(BUSY.in_language(language), highlight=False),
            ) as before,
        ):
            tell_dead(database, before, settings)
            progress.status = status
            return job.execute_in_process(
                run_config=QUIET,
                instance=database,
                partition_key=cycle,
                run_id=run_id,
                tags={"institution": profile.id, "cycle": cycle},
                raise_on_error=False,
            )


@contextmanager
def waiting(console: Console, doing: str) -> Iterator[Status | None]:
    """A spinner on a terminal; nothing if the output goes to a file."""
    if console.is_terminal:
        with console.status(doing) as status:
            yield status
    else:
        yield None


def _recorded(result: dg.ExecuteInProcessResult, name: str) -> object:
    """What the first asset of a run that recorded something by this name recorded; `None` if none did."""
    for made in result.get_asset_materialization_events():
        if name in made.materialization.metadata:
            return made.materialization.metadata[name].value
    return None


def _warnings(result: dg.ExecuteInProcessResult) -> Iterator[Words]:
    """What someone should know of a run that went well: an earlier release was altered, or this one was not copied."""
    names = _recorded(result, "altered before")
    for altered in names if isinstance(names, list) else ():
        yield Words(
            f"Let op, de vorige publicatie is niet meer wat is gepubliceerd: {escape(str(altered))}",
            f"Note that the release before this one is no longer what was published: {escape(str(altered))}",
        )
    if not_mirrored := _recorded(result, "mirror"):
        yield Words(
            f"De publicatie is er, maar is nog niet gekopieerd: {escape(str(not_mirrored))}",
            f"The release is out, but was not copied yet: {escape(str(not_mirrored))}",
        )


def _blocked(rules: Sequence[str], cycle: str) -> BlockedError:
    """The error for critical rules that failed."""
    several = len(rules) != 1
    return BlockedError(
        Words(
            f"{len(rules)} kritieke {'controles zijn' if several else 'controle is'} niet gehaald: {', '.join(rules)}",
            f"{len(rules)} critical {'rules' if several else 'rule'} failed: {', '.join(rules)}",
        ),
        where=Words(f"cyclus {cycle}", f"cycle {cycle}"),
        remedy=Words(
            "Er is niets gepubliceerd en niets vervangen. Laat de leveringen herstellen en draai het opnieuw.",
            "Nothing was published and nothing was replaced. Have the deliveries mended and run it again.",
        ),
    )


def _demand_gate(result: dg.ExecuteInProcessResult, cycle: str) -> None:
    """Raise `KwaliteitsmonitorError` if a run failed, and it was not the gate that stopped it.

    What it would say of rules that failed would be what an earlier run found.
    """
    if any(is_gate(data) for _, data in _step_failures(result)):
        return
    where = f"cycle {cycle}"
    known = next(filter(None, (known_error(error, where) for error in _errors(result))), None)
    if known is not None:
        raise _error(*known)
    raise KwaliteitsmonitorError(
        Words(
            "de run eindigde voordat alle stappen klaar waren",
            "the run ended before all of its steps did",
        ),
        where=Words(f"cyclus {cycle}", where),
        remedy=Words(
            "Er is niets gepubliceerd. Draai het opnieuw; in Dagster staat hoever het kwam.",
            "Nothing was published. Run it again; the Dagster UI shows how far it came.",
        ),
    )


def _error(sentence: Words, exit_code: int) -> KwaliteitsmonitorError:
    """An error of which the whole sentence was made before."""
    error = KwaliteitsmonitorError(Words(sentence.nl.rstrip("."), sentence.en.rstrip(".")))
    error.exit_code = exit_code
    return error


def _show_failures(console: Console, failed: Sequence[tuple[Words, int]], language: Language, *, shown: bool) -> int:
    """Show each sentence once, and whether a release came out; the highest exit code of them."""
    for sentence, _ in dict.fromkeys(failed):
        text = without_steering(sentence.in_language(language))
        console.print(f"Error: {escape(text)}", highlight=False, soft_wrap=True)
    console.print((PUBLISHED if shown else NOTHING_PUBLISHED).in_language(language))
    return max(code for _, code in failed)
