"""Making the whole sample: every feed of every year, in one landing zone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from kwaliteitsmonitor.sample.answers import settle
from kwaliteitsmonitor.sample.apportion import stream
from kwaliteitsmonitor.sample.choices import Choices, load_choices
from kwaliteitsmonitor.sample.controls import delivered_rows, printed_rows
from kwaliteitsmonitor.sample.defects import SUFFIX, Defect, Planter
from kwaliteitsmonitor.sample.evaluations import population_rows, write_evaluations
from kwaliteitsmonitor.sample.faculty import write_reports
from kwaliteitsmonitor.sample.lines import Line
from kwaliteitsmonitor.sample.spending import spending_lines, write_finance_file, write_plan
from kwaliteitsmonitor.sample.staff import staff_rows
from kwaliteitsmonitor.sample.students import enrolment_rows
from kwaliteitsmonitor.sample.targets import Targets, load_targets
from kwaliteitsmonitor.sample.writing import LandingFolder, SampleFile, file_source
from schemas.calendar import academic_year
from schemas.profile import Feed, Profile


@dataclass(frozen=True)
class SampleSummary:
    """What was written: the files in the order in which they were made, the number of answers and the known defects."""

    folder: Path
    seed: int
    years: tuple[int, ...]
    responses: int
    files: tuple[SampleFile, ...]
    finance_url: str
    defects: tuple[Defect, ...]


def write_sample(
    profile: Profile,
    to: Path,
    *,
    responses: int = 200_000,
    seed: int = 2020,
    defects: bool = False,
    progress: Callable[[str, int], None] | None = None,
) -> SampleSummary:
    """Write the deliveries of a university's years into `to`, from which every published figure follows.

    `responses` is the number of answers to evaluations over all years, at most; `seed` decides who gave which. With
    `defects` the known defects are put in the last year. `progress` is called with the path and the number of rows of
    each file that is done. The same arguments give the same bytes.

    Raises `UsageError` for too few responses or a folder that is not empty, and `ProfileError` if the data of the
    sample contradict what was published.
    """
    choices = load_choices(profile)
    targets = load_targets(profile, choices)
    rounds = settle(profile, choices, targets, responses, seed)
    landing = LandingFolder.make(profile, to, progress)
    planter = Planter(defects, choices.last_year)

    def arrival(feed_id: str, year: int) -> date:
        return arrives(profile.feed(feed_id), choices, year, seed)

    write_reports(landing, choices, targets, seed, planter, arrival)
    lines = spending_lines(profile, choices, seed, planter)
    write_finance_file(landing, lines)
    write_plan(landing, choices, arrival(_feed(profile, "spending_plan").id, choices.first_year))
    _write_programmes(landing, choices, seed)
    _write_people(landing, choices, targets, seed, planter)
    clean = spending_lines(profile, choices, seed, Planter(False, choices.last_year)) if defects else lines
    _write_controls(landing, choices, targets, clean, seed, planter)
    feed = _feed(profile, "evaluation_population")
    for year in sorted(choices.years):
        rows = population_rows(rounds, year)
        landing.write(file_source(feed), {"evaluation_population": rows}, arrival(feed.id, year), **_place(year))
    answers = write_evaluations(landing, choices, rounds, seed, planter, arrival)
    database = next(f.path for f in landing.files if f.path.endswith(".db"))
    return SampleSummary(
        to,
        seed,
        tuple(sorted(choices.years)),
        answers,
        tuple(landing.files),
        f"sqlite:///{(to / database).resolve()}",
        planter.in_order(),
    )


def arrives(feed: Feed, choices: Choices, year: int, seed: int) -> date:
    """The day on which a delivery arrives: as was chosen, or in the days before the feed's deadline."""
    if feed.id in choices.received:
        return choices.received[feed.id].on(year)
    days = int(stream(seed, "arrival", feed.id, year).integers(2, 10))
    deadline = feed.deadlines.get(0)
    if deadline is None:
        return date(year, 12, 31) - timedelta(days)
    return date.fromisoformat(f"{year + deadline.years}-{deadline.month_day}") - timedelta(days)


def _feed(profile: Profile, table: str) -> Feed:
    return next(f for f in profile.feeds if table in f.tables)


def _place(year: int) -> dict[str, str | int]:
    return {"academic_year": academic_year(year), "reporting_year": year}


def _write_programmes(landing: LandingFolder, choices: Choices, seed: int) -> None:
    feed = _feed(landing.profile, "programmes")
    rows = [
        {
            "programme": p.programme,
            "name": p.name,
            "croho_type": p.croho_type,
            "funded": p.funded,
            "unit": p.unit or None,
        }
        for p in landing.profile.programmes
    ]
    landing.write(file_source(feed), {"programmes": rows}, arrives(feed, choices, choices.first_year, seed))


def _write_people(landing: LandingFolder, choices: Choices, targets: Targets, seed: int, planter: Planter) -> None:
    """Write enrolments and staff; the staff of the last year arrive a second time, with defects."""
    profile = landing.profile
    feed = _feed(profile, "enrolments")
    funded = [p.programme for p in profile.programmes if p.funded and p.unit]
    for year, rows in enrolment_rows(profile, choices, targets, seed).items():
        source = file_source(feed)
        if planter.here(year):
            planter.spoil_enrolments(rows, funded, landing.path_of(source, **_place(year)))
        landing.write(source, {"enrolments": rows}, arrives(feed, choices, year, seed), **_place(year))
    feed = _feed(profile, "staff")
    for year, rows in staff_rows(profile, choices, targets, seed).items():
        source, on = file_source(feed), arrives(feed, choices, year, seed)
        path = landing.write(source, {"staff": rows}, on, **_place(year))
        if planter.here(year):
            again = landing.copy(path, source, on + timedelta(1), **_place(year), suffix=SUFFIX)
            planter.note("twice_delivered", again)


def _write_controls(
    landing: LandingFolder,
    choices: Choices,
    targets: Targets,
    lines: list[Line],
    seed: int,
    planter: Planter,
) -> None:
    """Write the totals of each year; what the report printed comes with those of its own year, the last."""
    feed = _feed(landing.profile, "control_totals")
    last_round = landing.profile.last_round
    for year in sorted(choices.years):
        rows = delivered_rows(lines, year)
        if year == choices.last_year:
            rows += printed_rows(targets, choices, last_round)
        source = file_source(feed)
        if planter.here(year):
            planter.spoil_total(rows, landing.path_of(source, **_place(year)), "realised", last_round)
        landing.write(source, {"control_totals": rows}, arrives(feed, choices, year, seed), **_place(year))
