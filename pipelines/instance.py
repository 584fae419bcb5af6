"""Dagster's own memory: where it stands, and how it is set up the first time."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assets.settings import PREFIX
from assets.workspace import Workspace, replacing

if TYPE_CHECKING:
    import dagster as dg

DATABASE = f"{PREFIX}DAGSTER_URL"


def dagster_home(workspace: Workspace) -> Path:
    """The folder of Dagster's memory: `DAGSTER_HOME` if that is set, else `dagster` in the workspace.

    It is made, with this project's `dagster.yaml`, where it does not exist; one that is there is left as it is.
    """
    home = Path(os.environ.get("DAGSTER_HOME") or workspace.root / "dagster").absolute()
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
    if os.environ.get(DATABASE):
        text += f"\nstorage:\n  postgres:\n    postgres_url:\n      env: {DATABASE}\n"
    return text


@contextmanager
def instance(workspace: Workspace) -> Iterator[dg.DagsterInstance]:
    """Dagster's memory, open."""
    import dagster as dg

    home = dagster_home(workspace)
    with dg.DagsterInstance.from_config(str(home)) as opened:
        yield opened


def main() -> None:
    """Set up the folder that `DAGSTER_HOME` names; for use before `dagster dev`."""
    if not os.environ.get("DAGSTER_HOME"):
        sys.exit("DAGSTER_HOME is not set; expected an absolute path of a folder.")
    dagster_home(Workspace(Path()))


if __name__ == "__main__":
    main()
