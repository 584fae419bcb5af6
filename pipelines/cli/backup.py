"""The `backup` and `restore` commands: a workspace elsewhere in generations, and back into an empty folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import settings_options
from schemas.errors import KwaliteitsmonitorError
from schemas.words import Words

if TYPE_CHECKING:
    from kwaliteitsmonitor.connectors.destinations import Destination
    from kwaliteitsmonitor.foundation.settings import Settings
    from kwaliteitsmonitor.foundation.workspace import Workspace

VARIABLE = "KWALITEITSMONITOR_BACKUP"
ALTERED = 1
"""The exit code where something does not hold."""


@click.command()
@click.option("--to", "url", default="", metavar="URL", help=f"A folder, or s3://… or abfs://….  [{VARIABLE}]")
@click.option("--without-key", is_flag=True, help="Leave the key for pseudonyms out; keep it yourself.")
@click.option("--with-counts", is_flag=True, help="The counts of evaluations too, which a run makes again.")
@click.option("--keep", type=click.IntRange(min=1), metavar="N", help="Remove all but the newest N generations.")
@click.option("--check", "checking", is_flag=True, help="Copy nothing: read every byte of the newest generation.")
@settings_options
def backup(settings: Settings, url: str, without_key: bool, with_counts: bool, keep: int | None, checking: bool) -> int:
    r"""Copy all that cannot be made again to another place, as a new generation; bytes that are there are not copied.

    That is: the bytes received and their receipts, releases, profiles, what was shown before, what was set aside,
    notices, and the key for pseudonyms. A run may go on meanwhile. Stopped at any moment, this leaves the earlier
    generations whole. Exit code 1: a release or bytes received are not what an earlier generation has; that one's were
    kept. KWALITEITSMONITOR_BACKUP_USER and _PASSWORD open object storage, _ENDPOINT says where it is.

    \b
    Examples:
      kwaliteitsmonitor backup --to /mnt/backup/km
      kwaliteitsmonitor backup --to s3://backups/km --keep 60
      kwaliteitsmonitor backup --to /mnt/backup/km --check
    """
    from kwaliteitsmonitor.foundation import maintenance_log as upkeep
    from kwaliteitsmonitor.operations.copies.copier import BACKUP, place_of

    place = place_of(BACKUP, url or settings.backup, settings)
    if checking:
        return _check(place)
    workspace = settings.workspace
    try:
        return _back_up(workspace, place, with_key=not without_key, with_counts=with_counts, keep=keep or 0)
    except KwaliteitsmonitorError as error:
        if workspace.root.is_dir():
            upkeep.note(workspace, upkeep.BACKUP, upkeep.Note(to=place.url), error.in_words)
        raise


def _back_up(workspace: Workspace, place: Destination, *, with_key: bool, with_counts: bool, keep: int) -> int:
    from kwaliteitsmonitor.foundation import maintenance_log as upkeep
    from kwaliteitsmonitor.operations.copies.backup import LEFT_OUT, back_up
    from kwaliteitsmonitor.releases.format.program import code_version

    made = back_up(workspace, place, code_version(), with_key=with_key, with_counts=with_counts, keep=keep)
    generation = made.generation
    what = f"{len(generation.files)} files, {_size(generation.size)}"
    if made.new:
        copied = f"{made.copied} copied ({_size(made.copied_bytes)})"
        _say(f"Generation {generation.number}: {what}; {copied}, the rest was there.")
    else:
        _say(f"Nothing changed since generation {generation.number} ({what}).")
    if made.removed:
        _say(f"{made.removed} older generations were removed.")
    if generation.key == LEFT_OUT:
        _say("The key for pseudonyms was left out: keep pseudonym.key elsewhere, for nothing can replace it.")
    for path in made.altered:
        _say(f"{path} is not what it was and should never change; the backup keeps what it had of it.")
    why = None
    if made.altered:
        count, first = len(made.altered), made.altered[0]
        why = Words(
            f"{count} bestanden zijn niet meer wat ze waren, zoals {first}",
            f"{count} files are not what they were, such as {first}",
        )
    files = len(generation.files)
    about = upkeep.Note(to=place.url, generation=generation.number, files=files)
    upkeep.note(workspace, upkeep.BACKUP, about, why)
    return ALTERED if made.altered else 0


def _check(place: Destination) -> int:
    from kwaliteitsmonitor.operations.copies.backup import check
    from kwaliteitsmonitor.operations.copies.copier import BACKUP, owner_of

    owner_of(place, BACKUP)
    generation, wrong = check(place)
    for path in wrong:
        _say(f"{path} is missing from the backup, or was altered there.")
    verdict = "does not hold" if wrong else "holds"
    _say(f"Generation {generation.number} {verdict}: {len(generation.files)} files, {_size(generation.size)}.")
    return ALTERED if wrong else 0


@click.command()
@click.option("--from", "url", default="", metavar="URL", help=f"Where the backup is.  [{VARIABLE}]")
@click.option("--out", "target", required=True, type=click.Path(path_type=Path), help="An empty folder.")
@click.option("--generation", type=click.IntRange(min=1), metavar="N", help="An earlier one.  [default: the newest]")
@click.option("--debug", is_flag=True, help="Show the trace of an error.")
def restore(url: str, target: Path, generation: int | None, debug: bool) -> int:
    r"""Put a backup back into an empty folder, and check every hash and every release.

    Stopped halfway, it goes on where it was; until it is done no run starts in that folder. Exit code 1: something that
    came back does not hold, and is named. Dagster's database of runs is another backup (deploy/README.md).

    \b
    Examples:
      kwaliteitsmonitor restore --from /mnt/backup/km --out /srv/kwaliteitsmonitor
      kwaliteitsmonitor restore --from s3://backups/km --out looked-at --generation 12
    """
    del debug
    from kwaliteitsmonitor.foundation.settings import Settings
    from kwaliteitsmonitor.operations.copies.backup import LEFT_OUT, chosen
    from kwaliteitsmonitor.operations.copies.copier import BACKUP, owner_of, place_of
    from kwaliteitsmonitor.operations.copies.restore import restore as put_back

    settings = Settings()
    place = place_of(BACKUP, url or settings.backup, settings)
    institution = owner_of(place, BACKUP)
    restored = put_back(place, chosen(place, generation or 0), target, lambda line: _say(f"  {line}."))
    which = restored.generation
    _say(f"Generation {which.number} of '{institution}', made {which.made}, is in {target}:")
    _say(f"  {restored.releases} releases of {restored.cycles} cycles, {len(which.links)} of which count;")
    _say(f"  {restored.deliveries} deliveries, {restored.receipts} receipts;")
    _say(f"  {restored.files} files in all, {_size(restored.size)}, every one by its hash.")
    if not restored.has_key:
        kept = "was left out of the backup" if which.key == LEFT_OUT else "was not in the workspace"
        _say(f"The key for pseudonyms {kept}: set KWALITEITSMONITOR_PSEUDONYM_KEY, or put pseudonym.key back.")
    for clause in restored.wrong:
        _say(f"{clause}.")
    return ALTERED if restored.wrong else 0


def _size(number: int) -> str:
    return f"{number / 1_000_000:.1f} MB"


def _say(text: str) -> None:
    click.echo(text)
