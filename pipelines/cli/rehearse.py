"""The `rehearse` command: will the next cycle work, tried with last year's deliveries and all that is here now."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from pipelines.cli.options import settings_options, spoken
from pipelines.cli.output import print_json
from schemas.words import Words

if TYPE_CHECKING:
    from kwaliteitsmonitor.foundation.settings import Settings


@click.command()
@click.option("--cycle", default="", metavar="YYYY-MM", help="The cycle to come.  [default: the first of the year]")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@settings_options
def rehearse(settings: Settings, cycle: str, form: str) -> int:
    r"""Try the cycle to come, and say what would fail. It publishes nothing and tells nobody.

    The last release of the same month is made once more from its own deliveries, in a folder that is gone afterwards,
    with the code, the libraries and the profile of today. Its calendar, schedule, deadlines and plan are asked for, and
    every source, certificate and the disk are looked at. What it does not prove: next year's deliveries themselves.
    Exit code 1: something would fail.

    \b
    Examples:
      kwaliteitsmonitor rehearse
      kwaliteitsmonitor rehearse --cycle 2027-03 --format json
    """
    from kwaliteitsmonitor.operations.health.check import Weight, worst
    from kwaliteitsmonitor.operations.health.checks import as_json
    from pipelines.cli.health import BROKEN, clean, show
    from pipelines.cli.run import waiting
    from pipelines.definitions import build_definitions
    from pipelines.execution import without_telemetry
    from pipelines.rehearsal import rehearsing

    without_telemetry()
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    now = datetime.now(ZoneInfo(settings.profile.institution.timezone))
    with waiting(Console(stderr=True), "rehearsing"):
        key, looks = rehearsing(settings, cycle, now, build_definitions)
    if form == "json":
        print_json({"cycle": key, **as_json(looks, now)}, clean=partial(clean, settings))
    else:
        click.echo(Words(f"Repetitie van cyclus {key}", f"Rehearsal of cycle {key}").in_language(spoken(settings)))
        show(settings, looks)
    return BROKEN if worst(looks) is Weight.BROKEN else 0
