"""The `verify` command: whether a release is what was published, and whether it follows from the bytes received."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import settings_options

if TYPE_CHECKING:
    from rich.console import Console

    from assets.reproduction.finding import Place
    from assets.settings import Settings

ALTERED = 1
"""The exit code where a release does not hold."""


@click.command()
@click.argument("release")
@click.option("--hashes", is_flag=True, help="Check the hashes alone; compute nothing again.")
@settings_options
def verify(settings: Settings, release: str, hashes: bool) -> int:
    r"""Check that a release is what was published, and that it follows from the bytes received.

    RELEASE is a folder, a cycle such as 2021-03 (the release that counts), or a version such as 2021-03/v2. Every hash
    is checked; then the release is computed again from the bytes that were kept, and compared byte for byte. Where the
    code or a library is another than it was made by, it says so and compares values. Exit code 0: it holds; 1: it does
    not, and every file that does not is named.

    \b
    Examples:
      kwaliteitsmonitor verify 2021-03
      kwaliteitsmonitor verify 2021-03/v1 --hashes
      kwaliteitsmonitor verify /backup/releases/2021-03/v2 --out /srv/kwaliteitsmonitor
    """
    from rich.console import Console

    from assets.publication.integrity import faults
    from assets.publication.signing import faults_in_sign_off
    from assets.reproduction.finding import find
    from assets.reproduction.standing_in import demand_key, faults_in_inputs
    from assets.settings import PREFIX

    began = time.monotonic()
    console = Console()
    place = find(release, settings.workspace)
    wrong = list(map(str, faults(place.release)))
    if not wrong:
        _say(console, f"{place.name}: every file is what was published.")
        wrong = [*faults_in_sign_off(place.release), *faults_in_inputs(place.release, place.workspace)]
        if not wrong:
            _say(console, "The bytes received and the profile are those that it rests on.")
    if not wrong and not hashes:
        demand_key(place.workspace, f"{PREFIX}PSEUDONYM_KEY" in settings.environment)
        wrong = _compute_again(console, place)
    for said in wrong:
        _say(console, f"{said}.")
    verdict = f"{place.name} does not hold" if wrong else f"{place.name} holds"
    _say(console, f"{verdict} ({time.monotonic() - began:.1f} s).")
    return ALTERED if wrong else 0


def _compute_again(console: Console, place: Place) -> list[str]:
    """Compute a release again and hold it against itself; gives what differs."""
    from rich.console import Console

    from assets.publication.signing import signed_again
    from assets.reproduction.comparing import compare
    from pipelines.cli.running import waiting
    from pipelines.reproducing import recomputed

    release, workspace = place.release, place.workspace
    with waiting(Console(stderr=True), "computing again"), recomputed(release, workspace) as draft:
        found = compare(release, signed_again(release, draft, workspace))
    for said in found.made_otherwise:
        _say(console, f"Made otherwise, so that values are compared and not bytes: {said}.")
    if found.not_compared:
        _say(console, f"Not compared, for they have no values: {', '.join(found.not_compared)}.")
    if found.holds:
        same = "the same values" if found.made_otherwise else "the same bytes"
        _say(console, f"Computed again from the bytes received, it has {same}.")
    return list(map(str, found.differences))


def _say(console: Console, text: str) -> None:
    console.print(text, highlight=False, soft_wrap=True, markup=False)
