"""What a container does first: take secrets from files, set up the folder of Dagster, and become its command.

`SECRETS_FOLDER` names a folder (Docker: `/run/secrets`); a file in it with the name of a variable, such as
`KWALITEITSMONITOR_PSEUDONYM_KEY`, gives that variable its content, without the line end. Secrets so stand in no
configuration that `docker inspect` shows. A container has the files that it was given and no others.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

FOLDER = "SECRETS_FOLDER"
NAME = re.compile(r"(KWALITEITSMONITOR|AWS|AZURE)_[A-Z0-9_]+")


def secrets(folder: Path) -> dict[str, str]:
    """The variables that the files of a folder give; ends with a sentence where one cannot be read or is empty."""
    by_name = {}
    for path in sorted(folder.iterdir() if folder.is_dir() else ()):
        if not NAME.fullmatch(path.name):
            continue
        try:
            by_name[path.name] = path.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError):
            sys.exit(f"Error: the secret {path.name} cannot be read by this user.")
        if not by_name[path.name]:
            sys.exit(f"Error: the secret {path.name} is empty.")
    return by_name


def set_up(home: Path, beside: Path) -> None:
    """Have `DAGSTER_HOME` hold the configuration of this image; it is that of the version, so it is put there anew."""
    home.mkdir(parents=True, exist_ok=True)
    partial = home / f".dagster.yaml.{os.getpid()}"
    texts = ((beside / name).read_text(encoding="utf-8") for name in ("dagster.yaml", "storage.yaml"))
    partial.write_text("\n".join(texts), encoding="utf-8")
    partial.replace(home / "dagster.yaml")


def main(command: list[str], environment: Mapping[str, str]) -> None:
    """Become the command, with the secrets in its environment."""
    variables = secrets(Path(environment[FOLDER])) if environment.get(FOLDER) else {}
    own = {**environment, **variables}
    if own.get("DAGSTER_HOME") and own.get("KWALITEITSMONITOR_DAGSTER_URL"):
        set_up(Path(own["DAGSTER_HOME"]), Path(__file__).parent)
    if not command:
        sys.exit("Error: no command was given.")
    try:
        os.execvpe(command[0], command, own)  # noqa: S606 - no shell: the command becomes this process
    except FileNotFoundError:
        sys.exit(f"Error: there is no command {command[0]}.")


if __name__ == "__main__":
    main(sys.argv[1:], os.environ)
