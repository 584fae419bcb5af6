"""The `count` command: evaluations of past years counted beforehand, with a line for each year and unit."""

from __future__ import annotations

from decimal import Decimal

from rich.console import Console
from rich.markup import escape

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.methods.figures.printing import number
from schemas.calendar import academic_year
from schemas.errors import UsageError
from schemas.profile import Profile
from schemas.tables.counted import ALL_UNITS


def count(settings: Settings, first: str, last: str, unit: str) -> int:
    """Count the academic years from `first` to `last`, of a unit or of every unit, and say what each came to.

    Raises `UsageError` for a year or unit that there is not, and `SourceError` if deliveries cannot be reached.
    """
    from assets.staged.evaluation_years import count_year, evaluation_feeds
    from assets.staged.uptake import ListedOnce
    from kwaliteitsmonitor.methods.checks.judge import judge

    profile = settings.profile
    years = _years(profile, first, last)
    if not any(evaluation_feeds(profile)):
        raise UsageError(
            "no feed delivers answers to evaluations by year",
            where=str(profile.folder / "feeds.yaml"),
            remedy="There is nothing to count beforehand; a cycle counts what there is.",
        )
    units = [unit] if unit else [*(u.id for u in profile.units), ALL_UNITS]
    judge().start()
    landing = ListedOnce(settings.landing_url, profile.institution.timezone)
    console = Console(stderr=True)
    refused = False
    for at, (year, one) in enumerate((year, one) for year in years for one in units):
        counted = count_year(settings, year, one, landing)
        refused = refused or bool(counted.refused)
        if counted.tallies or counted.refused:
            answers = number(Decimal(counted.total().accepted), 0, "nl")
            seconds = number(Decimal(repr(counted.seconds)), 1, "nl")
            console.print(
                f"  {at + 1:>3}/{len(years) * len(units)} {academic_year(year)} {one:<8} {answers:>13} antwoorden, "
                f"{counted.new} geteld, {counted.known} al bekend, {seconds} s",
                highlight=False,
                soft_wrap=True,
            )
        for sentence in counted.refused:
            console.print(f"  [red]✗[/] {escape(sentence)}", highlight=False, soft_wrap=True)
    return 3 if refused else 0


def remove(settings: Settings) -> int:
    """Remove what no delivery is known by any more, and say how much that was."""
    from assets.staged.evaluation_years import clear

    gone = clear(settings)
    size = number(Decimal(gone.size) / 1_000_000, 1, "nl")
    Console(stderr=True).print(f"{gone.files} bestanden verwijderd, {size} MB.", highlight=False)
    return 0


def _years(profile: Profile, first: str, last: str) -> list[int]:
    """The reporting years of the academic years from one to another."""
    every = {
        academic_year(year): year for year in range(profile.institution.first_year, profile.institution.last_year + 1)
    }
    for option, name in (("--from", first), ("--until", last)):
        if name and name not in every:
            known = list(every)
            raise UsageError(
                f"'{name}' is no academic year of the agreements",
                where=option,
                expected=f"one from {known[0]} to {known[-1]}",
                remedy="Write both years, as in 2019-2020.",
            )
    low = every[first] if first else min(every.values())
    high = every[last] if last else max(every.values())
    if low > high:
        raise UsageError(
            f"{first} comes after {last}", where="--from", expected="a year before --until", remedy="Turn them round."
        )
    return [year for year in every.values() if low <= year <= high]
