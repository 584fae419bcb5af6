"""The `settings` command: what this machine was told, from the one table of environment variables."""

from __future__ import annotations

import os

import click


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also what is not set, with what holds then.")
def settings(everything: bool) -> int:
    r"""Tell what is set on this machine; a secret is said to be there, never shown.

    \b
    Examples:
      kwaliteitsmonitor settings
      kwaliteitsmonitor settings --all
    """
    from kwaliteitsmonitor.foundation.settings_reference import in_force, unknown

    for one in in_force(os.environ):
        if one.value:
            click.echo(f"{one.name} = {one.value}")
        elif everything:
            click.echo(f"{one.name}: not set; {one.variable.row.otherwise}")
    of_options = tuple(f"KWALITEITSMONITOR_{name.upper().replace('-', '_')}_" for name in _commands())
    strange = [(name, alike) for name, alike in unknown(os.environ) if not name.startswith(of_options)]
    for name, alike in strange:
        meant = f" Did you mean {alike[0]}?" if alike else ""
        click.echo(f"{name} is set, and nothing reads it.{meant}", err=True)
    return 2 if strange else 0


def _commands() -> list[str]:
    group = click.get_current_context().find_root().command
    return list(group.commands) if isinstance(group, click.Group) else []
