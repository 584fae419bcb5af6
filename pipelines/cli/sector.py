"""The `sector` command: published releases of several institutions, together."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("sector")
@click.argument("releases", nargs=-1, required=True, metavar="RELEASE...", type=click.Path(path_type=Path))
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path), help="The folder to write into.")
@click.option("--replace", is_flag=True, help="Take the place of an earlier sector view in that folder.")
@click.option("--debug", is_flag=True, help="Show the trace of an error.")
def sector(releases: tuple[Path, ...], folder: Path, replace: bool, debug: bool) -> int:
    r"""Add up what several institutions published: a release of each, by its folder.

    Counts and money add, ratios go by numerator and denominator, means by the number on which they rest. What does not
    compare is left out, and a table says why. Only published tables are read, and only of releases that are whole.

    \b
    Examples:
      kwaliteitsmonitor sector north/current/2021-03 south/current/2021-03 --to sector-2020
      kwaliteitsmonitor sector */current/2021-03 --to sector-2020 --replace
    """
    del debug
    from kwaliteitsmonitor.releases.sector.sources import sources
    from kwaliteitsmonitor.releases.sector.view import write

    published = sources(releases)
    rows = write(published, folder, replace=replace)
    drafts = [source.institution for source in published if source.status != "final"]
    together = sum(row["institution"] is None for row in rows["sector_indicators"])
    click.echo(f"{len(published)} instellingen: {', '.join(source.institution for source in published)}.")
    if drafts:
        click.echo(f"Concept, want nog niet vastgesteld: {', '.join(drafts)}.")
    click.echo(f"{together} indicatoren samen; {len(rows['sector_left_out'])} keer telt iets niet mee, met de reden.")
    click.echo(f"Overzicht: {folder / 'report' / 'sector.nl.html'}")
    return 0
