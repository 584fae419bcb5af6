"""The `upgrade` command: bringing Dagster's databases up to date after a newer version was installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pipelines.cli.options import settings_options

if TYPE_CHECKING:
    from kwaliteitsmonitor.foundation.settings import Settings

BEHIND = 3
"""The exit code of `--check` where there is something to bring up to date."""


@click.command()
@click.option("--check", is_flag=True, help="Say what is to be done; do nothing. Exit code 3 where there is something.")
@click.option("--copied", is_flag=True, help="You made a copy of the PostgreSQL that holds Dagster's database.")
@settings_options
def upgrade(settings: Settings, check: bool, copied: bool) -> int:
    r"""Bring Dagster's database up to date with the version that is installed, after a copy of it.

    Stop the daemon and the webserver first. Releases, deliveries and profiles need nothing: they are read in the form
    in which they were made. Done again it does nothing.

    \b
    Examples:
      kwaliteitsmonitor upgrade --check
      kwaliteitsmonitor upgrade
    """
    from pipelines.dagster_migrations import behind
    from pipelines.dagster_migrations import upgrade as migrate
    from pipelines.instance import dagster_home, opened

    workspace = settings.workspace
    with opened(workspace) as database:
        if check:
            old = behind(database)
            for one in old:
                click.echo(f"{one.database}: revision {one.revision}, and this version wants {one.newest}.")
            click.echo("Bring it up to date with `kwaliteitsmonitor upgrade`." if old else _NOTHING)
            return BEHIND if old else 0
        done, copies = migrate(database, dagster_home(workspace), copied=copied)
    for one in done:
        click.echo(f"{one.database}: from revision {one.revision} to {one.newest}.")
    if copies:
        click.echo(f"As it was before: {copies}. Remove it once all is well.")
    if not done:
        click.echo(_NOTHING)
    return 0


_NOTHING = "Dagster's database is up to date: nothing to do."
