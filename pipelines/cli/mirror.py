"""The `mirror` command: releases to object storage, or to a folder that a web server shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipelines.cli.options import settings_options

if TYPE_CHECKING:
    from kwaliteitsmonitor.foundation.settings import Settings

VARIABLE = "KWALITEITSMONITOR_MIRROR"
REFUSED = 1
"""The exit code where a release is not what was published, and was not copied."""


@click.command()
@click.option("--to", "url", default="", metavar="URL", help=f"A folder, or s3://… or abfs://….  [{VARIABLE}]")
@settings_options
def mirror(settings: Settings, url: str) -> int:
    r"""Copy the releases that are not there yet to object storage, each whole before it is shown.

    With KWALITEITSMONITOR_MIRROR set, every publication does this by itself; this brings up to date what was left
    behind. A reader begins at current/<cycle>.json, which names a release that is there whole. _USER, _PASSWORD and
    _ENDPOINT after the name of that variable open object storage. Exit code 4: it cannot be reached.

    \b
    Examples:
      kwaliteitsmonitor mirror --to s3://published/km
      kwaliteitsmonitor mirror --to /srv/kwaliteitsmonitor-published
    """
    from kwaliteitsmonitor.operations.copies.copier import MIRROR, place_of
    from kwaliteitsmonitor.operations.copies.mirroring import mirrored

    place = place_of(MIRROR, url or settings.mirror, settings)
    outcome = mirrored(settings.workspace, place)
    for name in outcome.copied:
        click.echo(f"  {name} was copied.")
    for clause in outcome.refused.values():
        click.echo(f"  {clause}.")
    counting = ", ".join(f"{cycle}/{version}" for cycle, version in outcome.counts.items()) or "none"
    click.echo(f"{outcome.there} releases are in {place.url}; those that count: {counting}.")
    return REFUSED if outcome.refused else 0
