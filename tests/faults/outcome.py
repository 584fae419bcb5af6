"""What stands in a workspace, as a reader sees it and to the byte."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from tests.publication.publishing import tag_of

APART = re.compile(r"(dagster|metrics|logs)/.*|catalog\.duckdb|work/[^/]*/(run|code|judged/.*)")
"""What is no outcome: the database of Dagster, how long runs took and what they logged, which run held a cycle last,
the verdicts that spare judging what was judged before, and the catalog, of which what it shows counts."""
_LEFT = re.compile(r"(^|/)\.[^/]*$")


def whole(out: Path) -> dict[str, str]:
    """Every file of a workspace that has a place, with the hash of its bytes; links with where they lead."""
    files: dict[str, str] = {}
    for path in sorted(out.rglob("*")):
        name = path.relative_to(out).as_posix()
        if APART.fullmatch(name) or "/." in f"/{name}":
            continue
        if path.is_symlink():
            files[name] = f"-> {path.readlink()}"
        elif path.is_file():
            files[name] = hashlib.sha256(_lasting(name, path.read_bytes())).hexdigest()
    return files


def _lasting(name: str, content: bytes) -> bytes:
    """The bytes of a file, without the moment at which a run noted something where one stands in it."""
    if "/staged/" not in name or not name.endswith(".json"):
        return content
    record = json.loads(content)
    del record["taken_up"]["moment"]
    return json.dumps(record, sort_keys=True).encode()


def left(out: Path) -> list[str]:
    """What has no place yet, or never will have: files that were being written."""
    names = (path.relative_to(out).as_posix() for path in out.rglob("*"))
    return sorted(name for name in names if _LEFT.search(name) and not name.startswith("dagster/"))


def shown(out: Path, cycle: str) -> str:
    """The digest of the manifest of the release that counts, every file of which is as it says; empty for none."""
    link = out / "current" / cycle
    if not link.is_symlink():
        return ""
    release = link.resolve(strict=True)
    tag_of(release)
    return hashlib.sha256((release / "manifest.json").read_bytes()).hexdigest()


def differences(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """The files that are not in both, or are not the same."""
    return sorted(name for name in {*one, *other} if one.get(name) != other.get(name))


def queried(out: Path) -> dict[str, Any]:
    """What an analyst gets from the catalog, and what Dagster remembers: runs by status, and whether it is sound."""
    import sqlite3

    import duckdb

    answers: dict[str, Any] = {"releases": [], "rows": 0, "runs": {}, "damaged": []}
    catalog = out / "catalog.duckdb"
    if catalog.is_file():
        with duckdb.connect(str(catalog), read_only=True) as connection:
            answers["releases"] = connection.execute("SELECT cycle, version FROM releases ORDER BY ALL").fetchall()
            answers["rows"] = connection.execute("SELECT count(*) FROM quality_results").fetchall()[0][0]
    for path in sorted((out / "dagster").rglob("*.db")):
        with sqlite3.connect(path) as database:
            if database.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                answers["damaged"].append(path.name)
            if path.name == "runs.db":
                answers["runs"] = dict(database.execute("SELECT status, count(*) FROM runs GROUP BY 1").fetchall())
        database.close()
    return answers
