"""The yearly rehearsal: would next March work, with the code, environment and profile of today.

What can be known beforehand is tried. The last release of the same month is made once more from the deliveries that it
rests on, in a folder that is gone afterwards, with the code, the libraries and the profile of today; the calendar, the
schedule, the plan and the deadlines of the cycle to come are asked for; and every source that it will read is reached.
What cannot be known is next year's deliveries themselves: in which form they come is seen when they are taken up.

Nothing of the real workspace is written to, apart from the note of how full its disk is.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg

from assets.common.partitions import cycle_partitions
from kwaliteitsmonitor.foundation.scratch import ScratchFolder
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.disclosure.outlook import courses_question, outlook, sentences
from kwaliteitsmonitor.obligations.periods import deadline, expected_periods
from kwaliteitsmonitor.operations.health import calendar
from kwaliteitsmonitor.operations.health.check import Looked, Problem, attention, broken, from_error, guarded
from kwaliteitsmonitor.operations.health.checks import examine
from kwaliteitsmonitor.releases.format.places import current
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.verify.comparing import compare
from kwaliteitsmonitor.releases.verify.sandbox import stand_in
from pipelines.execution import Build, blocking, execute_again, failures
from pipelines.jobs import cycle_job
from pipelines.schedules import HOUR, cycle_schedules
from schemas.calendar import Cycle
from schemas.errors import KwaliteitsmonitorError, UsageError
from schemas.profile import Profile
from schemas.words import Words
from schemas.written import day_in_words

KNOWN = Words("de cyclus in de kalender", "the cycle in the calendar")
SCHEDULE = Words("het rooster", "the schedule")
DEADLINES = Words("uiterste data", "deadlines")
PLAN = Words("bestedingsplan", "spending plan")
HIDDEN = Words("wat evaluaties verbergen", "what evaluations hide")
RUN = Words("vorig jaar met de code van nu", "last year with the code of now")


def next_cycle(profile: Profile, today: date) -> Cycle | None:
    """The cycle that is rehearsed unless one is named: the next March, or what month comes first in a year."""
    month = min(rule.month for rule in profile.cycle_rules)
    year = today.year if (today.month, today.day) <= (month, 1) else today.year + 1
    cycle = profile.cycle(f"{year}-{month:02d}")
    return cycle if profile.open_cycle(date(year, month, 1)) == cycle else None


def rehearse(settings: Settings, cycle: Cycle, now: datetime, build: Build) -> list[Looked]:
    """Everything about a cycle to come that can be tried now, and what would fail; `build` gives the definitions."""
    profile = settings.profile
    return [
        guarded("calendar", KNOWN, lambda: _known(profile, cycle)),
        guarded("schedule", SCHEDULE, lambda: _scheduled(settings, cycle)),
        guarded("deadlines", DEADLINES, lambda: _deadlines(profile, cycle, now.date())),
        guarded("plan", PLAN, lambda: _planned(profile, cycle)),
        guarded("run", RUN, lambda: _run_again(settings, cycle, build)),
        guarded("hidden", HIDDEN, lambda: _hidden(settings, cycle)),
        *(look for look in examine(settings, now) if look.id not in ("last_cycle", "next_cycle", "libraries")),
    ]


def rehearsing(settings: Settings, wanted: str, now: datetime, build: Build) -> tuple[str, list[Looked]]:
    """Rehearse the cycle that is asked for, the next of the spring if none is; gives its key and what was found.

    Raises `UsageError` if there is no such cycle, or none to come.
    """
    profile = settings.profile
    cycle = profile.cycle(wanted) if wanted else next_cycle(profile, now.date())
    if cycle is None:
        raise UsageError(
            f"there is no cycle to rehearse: the agreements end with {profile.institution.last_year}",
            where="profile.yaml",
            remedy="Name one with --cycle, or switch the schedule off.",
        )
    return cycle.key, rehearse(settings, cycle, now, build)


def _first(cycle: Cycle) -> date:
    return date(int(cycle.key[:4]), int(cycle.key[5:]), 1)


def _known(profile: Profile, cycle: Cycle) -> Looked:
    """Whether the agreements still run then, and Dagster has a partition for the cycle."""
    first = _first(cycle)
    if profile.open_cycle(first) != cycle:
        says = Words(
            f"Cyclus {cycle.key} valt buiten de afspraken, die met {profile.institution.last_year} eindigen",
            f"Cycle {cycle.key} lies outside the agreements, which end with {profile.institution.last_year}",
        )
        remedy = Words(
            "Verleng last_year in profile.yaml, of zet de roosters uit.",
            "Extend last_year in profile.yaml, or switch off.",
        )
        return Looked("calendar", KNOWN, problems=(broken("calendar", says, remedy),))
    moment = datetime(first.year, first.month, first.day, HOUR, tzinfo=ZoneInfo(profile.institution.timezone))
    if cycle.key not in cycle_partitions(profile).get_partition_keys(current_time=moment):
        says = Words(f"Dagster kent cyclus {cycle.key} dan niet", f"Dagster does not know cycle {cycle.key} then")
        remedy = Words("Kijk naar cycles in profile.yaml.", "Look at cycles in profile.yaml.")
        return Looked("calendar", KNOWN, problems=(broken("calendar", says, remedy),))
    return Looked(
        "calendar",
        KNOWN,
        Words(
            f"{cycle.key}: geld van {cycle.spending_year}, indicatoren van {cycle.indicator_year}",
            f"{cycle.key}: money of {cycle.spending_year}, indicators of {cycle.indicator_year}",
        ),
    )


def _scheduled(settings: Settings, cycle: Cycle) -> Looked:
    """Whether the schedule of its month asks for the cycle when its moment has come."""
    profile = settings.profile
    first = _first(cycle)
    moment = datetime(first.year, first.month, 1, HOUR, tzinfo=ZoneInfo(profile.institution.timezone))
    keys: list[str] = []
    for schedule in cycle_schedules(profile, cycle_job(profile)):
        following = schedule.cron_schedule
        if not _fires(str(following), moment):
            continue
        with dg.build_schedule_context(scheduled_execution_time=moment) as context:
            outcome = schedule(context)
        keys.extend([str(outcome.partition_key)] if isinstance(outcome, dg.RunRequest) else [])
    if keys == [cycle.key]:
        return Looked(
            "schedule",
            SCHEDULE,
            Words(f"start {cycle.key} op {moment:%d-%m-%Y %H:%M}", f"launches {cycle.key} on {moment:%Y-%m-%d %H:%M}"),
        )
    says = Words(
        f"Op {moment:%d-%m-%Y %H:%M} start geen rooster cyclus {cycle.key}",
        f"On {moment:%Y-%m-%d %H:%M} no schedule launches cycle {cycle.key}",
    )
    remedy = Words("Kijk naar cycles en last_year in profile.yaml.", "Look at cycles and last_year in profile.yaml.")
    return Looked("schedule", SCHEDULE, problems=(broken("schedule", says, remedy),))


def _fires(cron: str, moment: datetime) -> bool:
    """Whether a schedule of these months fires at a moment; its own form, `minute hour day month *`."""
    minute, hour, day, month, _ = cron.split()
    return [int(part) for part in (minute, hour, day, month)] == [moment.minute, moment.hour, moment.day, moment.month]


def _deadlines(profile: Profile, cycle: Cycle, today: date) -> Looked:
    """The deadlines that are still to come, and the required feeds that have none, as registers may."""
    coming: list[date] = []
    without: list[str] = []
    for feed in profile.feeds:
        for expected in expected_periods(feed, cycle, profile) if feed.required else ():
            last = deadline(feed, expected)
            if last is None:
                without.append(feed.id)
            elif last >= today:
                coming.append(last)
    first = day_in_words(min(coming)) if coming else None
    nl, en = (f", de eerste op {first.nl}", f", the first on {first.en}") if first else ("", "")
    names = ", ".join(dict.fromkeys(without))
    of_nl, of_en = (f"; geen van {names}", f"; none of {names}") if names else ("", "")
    return Looked("deadlines", DEADLINES, Words(f"nog {len(coming)}{nl}{of_nl}", f"{len(coming)} to come{en}{of_en}"))


def _planned(profile: Profile, cycle: Cycle) -> Looked:
    lacking = calendar.lacking_years(profile, cycle)
    if not lacking:
        return Looked("plan", PLAN, Words(f"tot en met {cycle.spending_year}", f"up to {cycle.spending_year}"))
    years = ", ".join(map(str, lacking))
    says = Words(f"Het plan heeft geen bedragen voor {years}", f"The plan has no amounts for {years}")
    remedy = Words("Vul plan.csv van het profiel aan.", "Complete plan.csv of the profile.")
    return Looked("plan", PLAN, problems=(broken("plan", says, remedy),))


def last_of_its_month(workspace: Workspace, cycle: Cycle) -> Path | None:
    """The newest release that counts of the same month in an earlier year; `None` if there is none."""
    keys = sorted(
        (path.name for path in workspace.current.glob(f"????-{cycle.key[5:]}") if path.name < cycle.key), reverse=True
    )
    return next((place for key in keys if (place := current(workspace, key)) is not None), None)


def _run_again(settings: Settings, cycle: Cycle, build: Build) -> Looked:
    """Make the last release of the same month once more, with the profile of today, in a folder of its own."""
    release = last_of_its_month(settings.workspace, cycle)
    if release is None:
        says = Words(
            f"Er is nog geen uitgave van maand {cycle.key[5:]} om op te oefenen",
            f"There is no release of month {cycle.key[5:]} to rehearse with yet",
        )
        remedy = Words("Draai eerst een cyclus van die maand.", "Run a cycle of that month first.")
        return Looked("run", RUN, problems=(attention("run", says, remedy),))
    began = datetime.now()  # noqa: DTZ005 - a difference
    with ScratchFolder("rehearsal") as folder:
        root = Path(folder)
        stand_in(release, settings.workspace, root)
        problems = tuple(_problems(settings, release, root, build))
    took = datetime.now() - began  # noqa: DTZ005
    return Looked("run", RUN, _again(release, took), problems)


def _again(release: Path, took: timedelta) -> Words:
    name, seconds = _name(release), f"{took / timedelta(seconds=1):.0f} s"
    return Words(f"{name} opnieuw in {seconds}", f"{name} again in {seconds}")


def _hidden(settings: Settings, cycle: Cycle) -> Looked:
    """What the last release of the same month hides, what is asked about it, and what a correction would cost."""
    release = last_of_its_month(settings.workspace, cycle)
    hidden = outlook(settings.workspace, release.parent.name, settings.profile) if release else None
    if hidden is None:
        return Looked("hidden", HIDDEN, Words("er is nog niets bekend", "nothing is known yet"))
    texts = list(sentences(hidden))
    detail = Words(" ".join(one.nl for one in texts), " ".join(one.en for one in texts))
    remedy = Words("Vul profile.yaml aan en draai de cyclus.", "Complete profile.yaml, and run the cycle.")
    question = courses_question(hidden)
    return Looked("hidden", HIDDEN, detail, (attention("hidden", question, remedy),) if question else ())


def _problems(settings: Settings, release: Path, root: Path, build: Build) -> Iterator[Problem]:
    from assets.common.resources import Institution

    key = ReleaseReader(release).manifest.cycle
    resource = Institution(
        institution=settings.institution, landing=str(root), out=str(root), reproduces=str(release), reports="none"
    )
    for sentence, _ in dict.fromkeys(failures(execute_again(build, resource, key))):
        message = Words(sentence.nl.rstrip("."), sentence.en.rstrip("."))
        yield from_error("run", KwaliteitsmonitorError(message))
        return
    made = current(Workspace(root), key)
    if made is None:
        rules = ", ".join(blocking(Workspace(root), key)) or "?"
        says = Words(
            f"De leveringen van {_name(release)} worden nu tegengehouden door {rules}, en toen niet",
            f"The deliveries of {_name(release)} are now blocked by {rules}, and were not then",
        )
        remedy = Words(
            "Kijk welke wijziging van code of profiel dat doet, voordat de cyclus begint.",
            "See which change of code or profile does that, before the cycle begins.",
        )
        yield broken("run", says, remedy)
        return
    yield from _others(release, made)


def _others(release: Path, made: Path) -> Iterator[Problem]:
    """The figures that come out otherwise than they were published: to be explained before the next ones are."""
    differences = compare(ReleaseReader(release), ReleaseReader(made)).figures
    changed = len(differences.figures) if differences is not None else 0
    if changed:
        says = Words(
            f"{changed} cijfers van {_name(release)} komen er nu anders uit",
            f"{changed} figures of {_name(release)} differ now",
        )
        remedy = Words(
            f"kwaliteitsmonitor verify {_name(release)} zegt welke en waardoor.",
            f"kwaliteitsmonitor verify {_name(release)} says which, and by what.",
        )
        yield attention("run", says, remedy)


def _name(release: Path) -> str:
    return f"{release.parent.name}/{release.name}"
