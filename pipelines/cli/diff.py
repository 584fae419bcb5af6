"""The `diff` command: what changed between two releases, figure by figure, and why."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import settings_options

if TYPE_CHECKING:
    from kwaliteitsmonitor.foundation.settings import Settings
    from kwaliteitsmonitor.releases.diff.models import Changes

UNEXPLAINED = 1
"""The exit code if a figure changed and nothing that it follows from did."""


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "parquet"]),
    default="text",
    show_default=True,
    help="How to tell it.",
)
@click.option("--to", "file", default=None, type=click.Path(path_type=Path), help="A file to write it to.")
@click.option("--language", type=click.Choice(["nl", "en"]), default="nl", show_default=True, help="Of the text.")
@settings_options
def diff(settings: Settings, old: str, new: str, form: str, file: Path | None, language: str) -> int:
    r"""Tell what changed between two releases: each figure, old and new, and what caused the difference.

    OLD and NEW are folders, cycles such as 2021-03 (the release that counts), or versions such as 2021-03/v2. Causes
    are new, changed and withdrawn deliveries, corrections, waivers, definitions, the profile and the code; their sizes
    add up to the difference. Where the size of a contribution is withheld, the cause is named without one.

    \b
    Examples:
      kwaliteitsmonitor diff 2021-03/v1 2021-03/v2
      kwaliteitsmonitor diff 2021-03 2021-05 --language en
      kwaliteitsmonitor diff 2021-03/v1 2021-03 --format parquet --to changes.parquet
    """
    from kwaliteitsmonitor.releases.diff.releases import changes
    from kwaliteitsmonitor.releases.format.finding import find
    from kwaliteitsmonitor.releases.format.reader import ReleaseReader

    folders = [find(name, settings.workspace).release for name in (old, new)]
    was, now = (ReleaseReader(folder, whole=True) for folder in folders)
    changed = changes(was, now)
    _write(changed, form, file, language)
    for figure in changed.unexplained:
        click.echo(
            f"Error: {figure.figure} {figure.number}: it changed, and nothing that it follows from did. "
            "Check both releases with verify.",
            err=True,
        )
    return UNEXPLAINED if changed.unexplained else 0


def _write(changes: Changes, form: str, file: Path | None, language: str) -> None:
    from kwaliteitsmonitor.releases.diff.forms import as_json, as_parquet, as_text
    from schemas.errors import UsageError

    if form == "parquet" and file is None and sys.stdout.isatty():
        raise UsageError("Parquet is not for a terminal", where="--format", expected="a file with --to")
    if form == "parquet":
        content = as_parquet(changes)
    elif form == "json":
        content = f"{as_json(changes)}\n".encode()
    else:
        content = "".join(f"{line}\n" for line in as_text(changes, "en" if language == "en" else "nl")).encode()
    if file is None:
        sys.stdout.buffer.write(content)
        return
    try:
        file.write_bytes(content)
    except OSError as error:
        raise UsageError(f"it cannot be written: {error.strerror}", where=str(file), expected="a file") from None
