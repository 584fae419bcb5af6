"""The `explain` command: the evidence of a figure, down to file, sheet and cell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import language_option, settings_options, spoken
from pipelines.cli.terminal import in_utf8

if TYPE_CHECKING:
    from kwaliteitsmonitor.foundation.settings import Settings

DEPTH = 2
"""Levels of a tree that a text shows unless it is asked for more."""


@click.command()
@click.argument("figure_id")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    default="text",
    show_default=True,
    help="How to write it.",
)
@language_option
@click.option("--release", default="", metavar="CYCLE/vN|FOLDER", help="The release.  [default: the one that counts]")
@click.option("--depth", type=click.IntRange(0), default=DEPTH, show_default=True, help="Levels in text; 0 for all.")
@click.option("--to", default="", metavar="FILE", help="The file to write.  [default: the screen]")
@settings_options
def explain(settings: Settings, figure_id: str, form: str, language: str, release: str, depth: int, to: str) -> int:
    r"""Show where a figure comes from: what it is, how it was computed, and from which cells of which deliveries.

    FIGURE_ID is the `figure_id` of a row of a published table; its cycle is the first part.

    \b
    Examples:
      kwaliteitsmonitor explain 2021-03:indicator:2020:bko_share:all:all
      kwaliteitsmonitor explain 2021-03:spending:2020:all --depth 0
      kwaliteitsmonitor explain 2021-03:spending:2020:all --format html --to evidence.html
      kwaliteitsmonitor explain 2021-03:spending:2020:all --release 2021-03/v1 --language en
    """
    from kwaliteitsmonitor.foundation.vault.removed import removals
    from kwaliteitsmonitor.releases.explain.build import explain as explained_by
    from kwaliteitsmonitor.releases.explain.evidence_reader import Released
    from kwaliteitsmonitor.releases.format.reader import ReleaseReader
    from schemas.words import Words

    language = spoken(settings, language)
    released = Released(ReleaseReader(_folder(settings, figure_id, release), whole=True))
    feeds = {feed.id: Words(feed.nl, feed.en) for feed in settings.profile.feeds}
    explanation = explained_by(released, figure_id, removals(settings.workspace), feeds)
    if form == "json":
        from kwaliteitsmonitor.releases.explain.as_json import as_json

        written = as_json(explanation)
    elif form == "html":
        from kwaliteitsmonitor.releases.explain.page import as_html

        written = as_html(explanation, language)
    else:
        from kwaliteitsmonitor.releases.explain.text import as_text

        written = as_text(explanation, language, depth)
    if form != "text":
        in_utf8()
    _write(written, to)
    return 0


def _folder(settings: Settings, figure: str, release: str) -> Path:
    """The folder of the release: the one that is named, else the one that counts for the cycle of the figure."""
    from kwaliteitsmonitor.releases.format.places import current
    from schemas.errors import UsageError

    workspace = settings.workspace
    if release:
        from kwaliteitsmonitor.releases.format.finding import find

        return find(release, workspace).release
    cycle = figure.partition(":")[0]
    counts = None if cycle in (".", "..", "") or "/" in cycle else current(workspace, cycle)
    if counts is None:
        there = sorted(one.name for one in workspace.current.glob("*-*"))
        raise UsageError(
            f"there is no release of cycle '{cycle}'",
            nl=f"Van cyclus '{cycle}' is er geen publicatie. Een kenmerk begint met de cyclus"
            + (f": {' of '.join(there)}." if there else "; draai die eerst."),
            where=str(workspace.root),
            expected=f"an id that begins with {' or '.join(there)}" if there else "a release",
            remedy="An id begins with its cycle, as 2021-03:spending:2020:all. Run the cycle first, or name another "
            "place with --out.",
        )
    return counts


def _write(written: str, to: str) -> None:
    from schemas.errors import UsageError

    if not to:
        click.echo(written, nl=False)
        return
    try:
        Path(to).write_text(written, encoding="utf-8", newline="\n")
    except OSError as error:
        raise UsageError(
            "the explanation cannot be written", where=to, expected="a file in a folder that is there"
        ) from error
    click.echo(to)
