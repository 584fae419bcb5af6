"""Secrets that nobody else has, one for every variable that holds one, and a search that looks into every form of file.

A text that is compressed, encoded or spread over pages is not found by looking at bytes. So archives are unpacked,
streams of a PDF inflated, databases and Parquet files read cell by cell, and each secret is looked for as it is, in an
address, in base64 and in two-byte characters.
"""

from __future__ import annotations

import base64
import gzip
import io
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import quote

import pyarrow.parquet as pq

from kwaliteitsmonitor.foundation.settings_reference import variables
from tests.connectors.servers import PASSWORD, USER

SECRETS: Mapping[str, str] = {
    "KWALITEITSMONITOR_LANDING_PASSWORD": PASSWORD,
    "KWALITEITSMONITOR_LANDING_TOKEN": "munt geheim/6b",
    "KWALITEITSMONITOR_LANDING_PASSPHRASE": "zin-geheim-1k",
    "KWALITEITSMONITOR_<CONNECTION>_URL": "adres-geheim-3u",
    "KWALITEITSMONITOR_<CONNECTION>_PASSWORD": "financien-geheim-2a",
    "KWALITEITSMONITOR_PSEUDONYM_KEY": "q7Zk2mVd81bXw0sTn5Rj4hLc9Pf3yEaG",
    "KWALITEITSMONITOR_SMTP_URL": "post-geheim-4w",
    "KWALITEITSMONITOR_TEAMS_WEBHOOK": "haak-geheim-8x",
    "KWALITEITSMONITOR_DAGSTER_URL": "dagster-geheim-5r",
    "KWALITEITSMONITOR_MIRROR_PASSWORD": "spiegel-geheim-7t",
    "KWALITEITSMONITOR_MIRROR_TOKEN": "spiegel-munt-4s",
    "KWALITEITSMONITOR_HEARTBEAT_URL": "hartslag-geheim-6y",
    "KWALITEITSMONITOR_BACKUP_PASSWORD": "kopie-geheim-3z",
    "KWALITEITSMONITOR_BACKUP_TOKEN": "kopie-munt-2p",
    "AWS_SECRET_ACCESS_KEY": "emmer-geheim-0m",
    "FSSPEC_S3_SECRET": "emmer-geheim-1n",
}
"""What is planted under each variable: the secret itself, or what is secret in the address that it holds."""


def environment(port: int) -> dict[str, str]:
    """Every secret where it may stand; `port` is one that nobody listens to."""
    far = f"127.0.0.1:{port}"
    addresses = {
        "KWALITEITSMONITOR_SMTP_URL": f"smtp://gebruiker:{SECRETS['KWALITEITSMONITOR_SMTP_URL']}@{far}",
        "KWALITEITSMONITOR_TEAMS_WEBHOOK": f"http://{far}/workflows/{SECRETS['KWALITEITSMONITOR_TEAMS_WEBHOOK']}/run",
        "KWALITEITSMONITOR_HEARTBEAT_URL": f"http://{far}/{SECRETS['KWALITEITSMONITOR_HEARTBEAT_URL']}",
    }
    plain = {
        name: secret
        for name, secret in SECRETS.items()
        if "<" not in name and name not in ("KWALITEITSMONITOR_DAGSTER_URL", "KWALITEITSMONITOR_LANDING_TOKEN")
    }
    return {**plain, **addresses, "KWALITEITSMONITOR_LANDING_USER": USER}


def unplanted() -> list[str]:
    """The variables that hold a secret, by the table of settings, and for which none is planted."""
    return [one.name for one in variables() if one.secret and one.name not in SECRETS]


def leaks(out: Path, **written: str) -> set[tuple[str, str]]:
    """Where which variable's secret is found: in a file under a folder, or in what was said."""
    shapes = {name: _shapes(secret) for name, secret in SECRETS.items()}
    files = ((str(p.relative_to(out)), p) for p in out.rglob("*") if p.is_file() and not p.is_symlink())
    contents: Iterator[tuple[str, bytes]] = ((name, part) for name, path in files for part in _read(path))
    texts = ((name, text.encode()) for name, text in written.items())
    return {
        (place, name)
        for place, content in [*texts, *contents]
        for name, secrets in shapes.items()
        if any(secret in content for secret in secrets)
    }


def _shapes(secret: str) -> list[bytes]:
    """A secret as it may be written: plain, in an address, two bytes a character, and in base64 at each offset."""
    texts = {secret, quote(secret, safe=""), quote(secret)}
    encoded = [base64.b64encode(b"x" * skip + secret.encode()) for skip in range(3)]
    middles = {one[4:-4] for one in encoded if len(one) > 12}
    return [*(text.encode() for text in texts), secret.encode("utf-16-le"), secret.encode().hex().encode(), *middles]


def _read(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and of everything that is packed in it."""
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        yield str(table.schema.metadata).encode()
        for column in table.columns:
            yield "\n".join(map(str, column.unique().to_pylist())).encode()
    if path.suffix == ".db":
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            yield "\n".join(database.iterdump()).encode()
    yield from _unpacked(path.read_bytes())


def _unpacked(content: bytes) -> Iterator[bytes]:
    yield content
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from _unpacked(archive.read(name))
    elif content.startswith(b"%PDF"):
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
            yield _inflated(stream)
    elif content.startswith(b"\x1f\x8b"):
        yield from _unpacked(gzip.decompress(content))


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return stream
