"""The `prune` command: letting Dagster forget what it did long ago, so that its database does not grow for ever."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from pipelines.cli.options import settings_options

if TYPE_CHECKING:
    from kwaliteitsmonitor.foundation.settings import Settings


@click.command()
@click.option(
    "--older-than", default="2y", show_default=True, metavar="TIME", help="Years, months or days: 2y, 18m, 90d."
)
@click.option("--dry-run", is_flag=True, help="Say what would go; remove nothing.")
@settings_options
def prune(settings: Settings, older_than: str, dry_run: bool) -> int:
    r"""Remove runs of long ago from Dagster's database, with their events and logs.

    What made an asset of a cycle last stays, so that every cycle is still there in the UI, and so do runs that are not
    over. The tables between the steps of cycles as old go too: a run makes them anew. Releases and deliveries are not
    touched: the evidence of a figure is in its release, not in Dagster.

    \b
    Examples:
      kwaliteitsmonitor prune --dry-run
      kwaliteitsmonitor prune --older-than 90d
    """
    from pipelines.instance import dagster_home, instance
    from pipelines.pruning import age, prunable, size_of
    from pipelines.pruning import prune as remove

    workspace, before = settings.workspace, datetime.now(UTC) - age(older_than)
    with instance(workspace) as database:
        removable = prunable(database, workspace, settings.profile, before)
        click.echo(
            f"From before {before:%Y-%m-%d}: {_runs(len(removable.runs))} of {removable.all_runs} to remove; "
            f"{_runs(removable.kept)} as old stay, which made something last or are not over."
        )
        if removable.cycles:
            click.echo(f"Tables between the steps to remove: {', '.join(removable.cycles)}.")
        if dry_run or not (removable.runs or removable.cycles):
            return 0
        home = dagster_home(workspace)
        sizes = [size_of(home) + size_of(workspace.root / "work")]
        remove(database, workspace, home, removable)
        sizes.append(size_of(home) + size_of(workspace.root / "work"))
    was, is_now = (f"{size / 1_000_000:.1f} MB" for size in sizes)
    click.echo(f"Removed. Dagster's folder and the tables between the steps were {was} and are {is_now}.")
    return 0


def _runs(count: int) -> str:
    return "1 run" if count == 1 else f"{count} runs"
