"""The `template` and `feedback` commands: the workbook that goes out, and what comes back of it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import replacing
from pipelines.cli.options import WorkbookOptions
from schemas.errors import UsageError
from schemas.words import Words


def write_templates(settings: Settings, cycle: str, workbook: WorkbookOptions) -> int:
    """Write the workbooks that a unit, or who delivers centrally, is asked to fill in for a cycle.

    Raises `UsageError` if the feed, unit or period does not exist, the feed is no workbook, or a file stands in the
    way.
    """
    from kwaliteitsmonitor.exchange.workbooks.request import feed_of, requests, unit_of
    from kwaliteitsmonitor.exchange.workbooks.template import template
    from kwaliteitsmonitor.exchange.workbooks.words import day

    profile = settings.profile
    addressee = unit_of(profile, workbook.unit) if workbook.unit else None
    chosen = feed_of(profile, workbook.feed, by_unit=bool(addressee), workbook=True)
    spoken = workbook.language or profile.institution.languages[0]
    every = requests(profile, profile.cycle_of_agreements(cycle), chosen, addressee, workbook.period)
    places = places_for([one.name for one in every], workbook.to, workbook.replace)
    console = Console()
    for one, place in zip(every, places, strict=True):
        write(place, template(one, spoken, settings.workspace))
        console.print(f"{place}", highlight=False, soft_wrap=True)
        by = Words(day(one.deadline, "nl"), day(one.deadline, "en"))
        message = Words(
            f"  aan te leveren als {one.path()}, uiterlijk {by.nl}", f"  to be delivered as {one.path()}, by {by.en}"
        )
        console.print(message.in_language(spoken), highlight=False, soft_wrap=True)
    return 0


def places_for(names: Iterable[str], to: str, replace: bool) -> list[Path]:
    """Where to write files of these names: in a folder, the current one by default, or the one file that `to` names.

    A name without an extension is that of a folder.

    Raises `UsageError` if one of them is there already and may not be replaced.
    """
    names = list(names)
    if not Path(to).suffix or Path(to).is_dir() or to.endswith((os.sep, "/")) or len(names) > 1:
        places = [Path(to) / name for name in names]
    else:
        places = [Path(to)]
    for place in places:
        if place.exists() and (place.is_dir() or not replace):
            raise UsageError(
                "there is a file of this name already",
                where=str(place),
                remedy="Add --replace to write over it, or name another place with --to.",
                nl=f"Er staat al een bestand met deze naam: {place}. Vervang het met --replace, of noem een andere "
                "plaats met --to.",
            )
    return places


def write(place: Path, content: bytes) -> None:
    """Write a file in one step: whoever looks sees it whole or not at all."""
    with replacing(place) as partial:
        partial.write_bytes(content)
