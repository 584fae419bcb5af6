#!/usr/bin/env python3
"""Dump Dagster's database, or put a dump back into an empty one. It needs pg_dump, pg_restore and psql, and no package.

    dagster_database.py dump FOLDER [--keep N]    writes FOLDER/dagster-<moment>.dump, and removes all but the newest N
    dagster_database.py restore FILE              into the database of KWALITEITSMONITOR_DAGSTER_URL, which is empty

The database is that of KWALITEITSMONITOR_DAGSTER_URL. Its password goes to those programs in their environment, where
no other user sees it. A dump is whole or not there; PostgreSQL makes it of one moment, while runs go on.
"""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

VARIABLE = "KWALITEITSMONITOR_DAGSTER_URL"


def connection(url: str) -> dict[str, str]:
    """The variables of libpq for a SQLAlchemy address; exits with a message if it is not of PostgreSQL."""
    parts = urlsplit(url)
    if not parts.scheme.startswith("postgresql"):
        sys.exit(f"Error: {VARIABLE} is not set to an address of PostgreSQL.")
    options = parse_qs(parts.query)
    variables = {
        "PGHOST": options.get("host", [parts.hostname or ""])[0],
        "PGPORT": options.get("port", [str(parts.port or "")])[0],
        "PGUSER": unquote(parts.username or "") or options.get("user", [""])[0],
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
        "PGSSLMODE": options.get("sslmode", [""])[0],
        "PGSSLROOTCERT": options.get("sslrootcert", [""])[0],
    }
    return {name: value for name, value in variables.items() if value}


def run(command: list[str], url: str) -> str:
    """The output of a program of PostgreSQL; ends with its own sentence where it fails."""
    environment = {**os.environ, **connection(url)}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    except FileNotFoundError:
        sys.exit(f"Error: {command[0]} is not installed (Debian: postgresql-client).")
    if done.returncode:
        sys.exit(f"Error: {command[0]}: {done.stderr.strip()}")
    return done.stdout.strip()


def dump(folder: Path, keep: int, url: str) -> Path:
    """Dump the database into a folder; gives the file. Of dumps that are there the newest `keep` stay."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    place = folder / f"dagster-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.dump"
    partial = folder / f".{place.name}"
    os.umask(0o077)
    try:
        run(["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={partial}"], url)
        run(["pg_restore", "--list", str(partial)], url)  # what cannot be listed is no dump
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(place)
    finally:
        partial.unlink(missing_ok=True)
    for old in sorted(folder.glob("dagster-*.dump"))[:-keep]:
        old.unlink()
    return place


def restore(file: Path, url: str) -> int:
    """Put a dump back, all of it or nothing; gives how many runs there are. Ends where the database is not empty."""
    tables = "select count(*) from information_schema.tables where table_schema = 'public'"
    if run(["psql", "--no-psqlrc", "-Atc", tables], url) != "0":
        sys.exit("Error: the database is not empty; name a new one (createdb), and look at it before you use it.")
    name = connection(url)["PGDATABASE"]
    run(["pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", f"--dbname={name}", str(file)], url)
    return int(run(["psql", "--no-psqlrc", "-Atc", "select count(*) from runs"], url))


def arguments() -> Namespace:
    """The command line."""
    parser = ArgumentParser(description=(__doc__ or "").splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    dumping = commands.add_parser("dump")
    dumping.add_argument("folder", type=Path)
    dumping.add_argument("--keep", type=int, default=30, metavar="N")
    restoring = commands.add_parser("restore")
    restoring.add_argument("file", type=Path)
    return parser.parse_args()


def main() -> None:
    """Dump or restore, and print the result."""
    command_line = arguments()
    url = os.environ.get(VARIABLE, "")
    if command_line.command == "dump":
        place = dump(command_line.folder, max(command_line.keep, 1), url)
        print(f"{place}: {place.stat().st_size / 1_000_000:.1f} MB")  # noqa: T201
    else:
        print(f"{restore(command_line.file, url)} runs are back.")  # noqa: T201


if __name__ == "__main__":
    main()
