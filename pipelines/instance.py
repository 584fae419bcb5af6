"""Dagster's own database: where it stands, and how it is set up the first time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kwaliteitsmonitor.foundation.errors.dagster_db import DATABASE, tell_once
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace, replacing
from pipelines.dagster_home import make_database, stands_elsewhere
from pipelines.dagster_migrations import demand_up_to_date
from pipelines.pruning import databases
from schemas.errors import KwaliteitsmonitorError, UsageError

if TYPE_CHECKING:
    import dagster as dg


def dagster_home(workspace: Workspace) -> Path:
    """The folder of Dagster's database: `DAGSTER_HOME` if that is set, else `dagster` in the workspace.

    It is made, with this project's `dagster.yaml`, where it does not exist; one that is there is left as it is.
    """
    home = Path(Settings().dagster_home or workspace.root / "dagster").absolute()
    config = home / "dagster.yaml"
    if not config.exists():
        with replacing(config) as partial:
            partial.write_text(instance_configuration(), encoding="utf-8")
    return home


def instance_configuration() -> str:
    """The text of `dagster.yaml`, with PostgreSQL as storage where the environment names one."""
    beside = Path(__file__).with_name("dagster.yaml")  # there in an installed package
    path = beside if beside.is_file() else Path(__file__).resolve().parents[1] / "dagster.yaml"
    text = path.read_text(encoding="utf-8")
    if Settings().dagster_url.get_secret_value():
        text += f"\nstorage:\n  postgres:\n    postgres_url:\n      env: {DATABASE}\n"
    return text


@contextmanager
def instance(workspace: Workspace) -> Iterator[dg.DagsterInstance]:
    """Dagster's database, open. Raises `UsageError` if an older version made it and it is not up to date."""
    with opened(workspace, kept=True) as database:
        demand_up_to_date(database)
        yield database


@contextmanager
def opened(workspace: Workspace, *, kept: bool = False) -> Iterator[dg.DagsterInstance]:
    """Dagster's database as it is, open; its event log `kept` open as well, where it is the one in SQLite that we made.

    Raises `UsageError` if the address of its database is of no known kind.
    """
    import dagster as dg

    _demand_driver(Settings().dagster_url.get_secret_value())
    home = dagster_home(workspace)
    make_database(home)
    tell_once()
    if kept:
        from pipelines.event_log import of_a_shell_run

        opening = dg.DagsterInstance.from_ref(of_a_shell_run(home, kept_open=not stands_elsewhere(home)))
    else:
        opening = dg.DagsterInstance.from_config(str(home))
    with opening as database:
        yield database


def _demand_driver(url: str) -> None:
    """Raise `UsageError` if an address does not name the driver by which Dagster listens for events."""
    if url and not url.startswith("postgresql+psycopg2://"):
        raise UsageError(
            f"the database of Dagster is named as '{url.partition('://')[0][:40]}://'",
            where=DATABASE,
            expected="an address that begins with postgresql+psycopg2://",
            remedy="Name the driver: without it SQLAlchemy takes another, which cannot listen for events.",
        )


def main() -> None:
    """Set up the folder that `DAGSTER_HOME` names, or see that it is up to date; for use before `dagster dev`."""
    if not Settings().dagster_home:
        sys.exit("DAGSTER_HOME is not set; expected an absolute path of a folder.")
    workspace = Workspace(Path())
    try:
        _demand_driver(Settings().dagster_url.get_secret_value())
        make_database(dagster_home(workspace))
        if databases(dagster_home(workspace)):
            with instance(workspace):
                pass
    except KwaliteitsmonitorError as error:
        sys.stderr.write(f"Error: {error}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
