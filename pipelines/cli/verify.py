"""The `verify` command: whether a release is what was published, and whether it follows from the bytes received."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import settings_options
from schemas.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from kwaliteitsmonitor.foundation.settings import Settings
    from kwaliteitsmonitor.foundation.vault.removed import Removal
    from kwaliteitsmonitor.releases.format.finding import Place

ALTERED = 1
"""The exit code where a release does not hold."""
NOT_ANY_MORE = 5
"""The exit code where it holds and can no longer be computed again: deliveries were removed by the retention rule."""


@click.command()
@click.argument("release")
@click.option("--hashes", is_flag=True, help="Check the hashes alone; compute nothing again.")
@click.option(
    "--keep",
    default=None,
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Keep the release as it was computed again, for `diff`.",
)
@settings_options
def verify(settings: Settings, release: str, hashes: bool, keep: Path | None) -> int:
    r"""Check that a release is what was published, and that it follows from the bytes received.

    RELEASE is a folder, a cycle such as 2021-03 (the release that counts), or a version such as 2021-03/v2. Every hash
    is checked; then the release is computed again from the bytes that were kept, and compared byte for byte. Where the
    code or a library is another than it was made by, it says so, compares values, and tells which figures are others
    and which only look otherwise. Exit code 0: it holds; 1: it does not, and every file that does not is named; 5:
    every hash holds, and it can no longer be computed again, for deliveries that it rests on were removed by the
    retention rule.

    \b
    Examples:
      kwaliteitsmonitor verify 2021-03
      kwaliteitsmonitor verify 2021-03/v1 --hashes
      kwaliteitsmonitor verify 2021-03 --keep /tmp/again
      kwaliteitsmonitor verify /backup/releases/2021-03/v2 --out /srv/kwaliteitsmonitor
    """
    from rich.console import Console

    from kwaliteitsmonitor.releases.format.finding import find
    from kwaliteitsmonitor.releases.verify.sandbox import demand_key, removed_on

    _demand_new(keep)
    began = time.monotonic()
    console = Console()
    place = find(release, settings.workspace)
    wrong, gone = _checked(console, place)
    if gone:
        _say(console, f"Removed, so that it can no longer be computed again: {removed_on(gone)}.")
        _say(console, f"{place.name} holds by its hashes ({time.monotonic() - began:.1f} s).")
        return 0 if hashes else NOT_ANY_MORE
    holds = not wrong
    if holds and not hashes:
        demand_key(place.workspace, settings.pseudonym_key is not None)
        holds = _compute_again(console, place, keep)
    for fault in wrong:
        _say(console, f"{fault}.")
    verdict = f"{place.name} holds" if holds else f"{place.name} does not hold"
    _say(console, f"{verdict} ({time.monotonic() - began:.1f} s).")
    return 0 if holds else ALTERED


def _checked(console: Console, place: Place) -> tuple[list[str], list[Removal]]:
    """Check the hashes of a release and of what it rests on, and say what holds.

    Gives what is wrong, a clause each, and where nothing is the removals by which bytes that it rests on are gone.
    """
    from kwaliteitsmonitor.releases.format.integrity import faults
    from kwaliteitsmonitor.releases.signoff.signing import faults_in_sign_off
    from kwaliteitsmonitor.releases.verify.sandbox import faults_in_inputs, removed_inputs

    if wrong := list(map(str, faults(place.release))):
        return wrong, []
    _say(console, f"{place.name}: every file is what was published.")
    if wrong := [*faults_in_sign_off(place.release), *faults_in_inputs(place.release, place.workspace)]:
        return wrong, []
    gone = removed_inputs(place.release, place.workspace)
    kept = "The bytes received that are still kept" if gone else "The bytes received"
    _say(console, f"{kept} and the profile are those that it rests on.")
    return [], gone


def _compute_again(console: Console, place: Place, keep: Path | None) -> bool:
    """Compute a release again, hold it against itself and say what differs; gives whether it was found again."""
    from rich.console import Console

    from kwaliteitsmonitor.releases.format.reader import ReleaseReader
    from kwaliteitsmonitor.releases.signoff.signing import signed_again
    from kwaliteitsmonitor.releases.verify.comparing import compare
    from kwaliteitsmonitor.releases.verify.summary import sentences
    from pipelines.cli.run import waiting
    from pipelines.recompute import recomputed

    release, workspace = ReleaseReader(place.release), place.workspace
    with waiting(Console(stderr=True), "computing again"), recomputed(place.release, workspace) as draft:
        again = signed_again(release, draft, workspace)
        comparison = compare(release, ReleaseReader(again))
        if keep is not None:
            shutil.copytree(again, keep)
    for sentence in sentences(comparison, release.manifest):
        _say(console, sentence)
    return comparison.holds


def _demand_new(keep: Path | None) -> None:
    """Raise `UsageError` if there is something already where a release is to be kept."""
    if keep is not None and keep.exists():
        raise UsageError("something is there already", where=str(keep), expected="a folder that is yet to be made")


def _say(console: Console, text: str) -> None:
    console.print(text, highlight=False, soft_wrap=True, markup=False)
