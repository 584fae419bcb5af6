"""The `report` command: the progress report of a cycle, from the release that counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipelines.cli.options import settings_options

if TYPE_CHECKING:
    from kwaliteitsmonitor.foundation.settings import Settings


@click.command()
@click.option("--cycle", required=True, metavar="YYYY-MM", help="The cycle, as 2021-03.")
@click.option("--language", default="", metavar="nl|en", help="The language.  [default: the first of the profile]")
@click.option("--form", default="html", show_default=True, metavar="FORM", help="html, docx, xlsx, pdf, or all.")
@click.option("--to", default="", metavar="DIR", help="The folder to write to.  [default: the current folder]")
@click.option("--since", default="", metavar="RELEASE", help="Tell what changed since this release, as 2021-03/v1.")
@click.option("--replace", is_flag=True, help="Write over files of the same name.")
@settings_options
def report(settings: Settings, cycle: str, language: str, form: str, to: str, since: str, replace: bool) -> int:
    r"""Write the progress report of a cycle, to read, print, edit or count on.

    It is made from the release that counts, and from nothing else: html for the web, docx to paste into the annual
    report, xlsx with the figures as numbers and the sums as formulas, pdf to print and to archive.

    \b
    Examples:
      kwaliteitsmonitor report --cycle 2021-03
      kwaliteitsmonitor report --cycle 2021-03 --language en --form pdf --to reports/
      kwaliteitsmonitor report --cycle 2021-03 --form all --replace
      kwaliteitsmonitor report --cycle 2021-03 --since 2021-03/v1
    """
    from pathlib import Path

    from rich.console import Console

    from kwaliteitsmonitor.releases.format.finding import find
    from kwaliteitsmonitor.releases.format.places import current
    from kwaliteitsmonitor.releases.format.reader import ReleaseReader
    from kwaliteitsmonitor.releases.report.forms import language_of, maker, name_of, rendered
    from pipelines.cli.template import places_for, write
    from schemas.errors import UsageError
    from schemas.report_forms import FORMS

    profile = settings.profile
    key = profile.cycle(cycle).key
    spoken = language_of(profile, language or profile.institution.languages[0])
    forms = FORMS if form == "all" else (form,)
    for one in forms:
        maker(one)
    counting = current(settings.workspace, key)
    if counting is None:
        raise UsageError(
            f"there is no release of cycle {key}",
            where=str(settings.workspace.root),
            remedy=f"Run `kwaliteitsmonitor run --cycle {key}` first, or name another place with --out.",
        )
    release = ReleaseReader(counting, whole=True)
    if to and Path(to).exists() and not Path(to).is_dir():
        raise UsageError("this is no folder", where=to, expected="a folder to write the reports to")
    names = [name_of(profile, key, spoken, one) for one in forms]
    places = places_for(names, f"{to or '.'}/", replace)
    before = ReleaseReader(find(since, settings.workspace).release, whole=True) if since else None
    made = rendered(profile, release, [spoken], forms, before)
    console = Console()
    for place, (_, content) in zip(places, made, strict=True):
        write(place, content)
        console.print(f"{place}", highlight=False, soft_wrap=True, markup=False)
    return 0
