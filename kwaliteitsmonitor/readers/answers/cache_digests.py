"""By what the counts of a delivery are known: a digest over everything that they follow from.

The same bytes, read in the same way by the same code, give the same counts; so their digest is a name for them. What a
delivery is read by is the contract as it is bound (codes, ranges, rules), the form and the source as declared, other
spellings of codes, the questions and their scales, the key of the pseudonyms, the code that reads and the libraries
that it reads with. Whatever changes, the name does, and the delivery is counted again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pydantic import BaseModel

from kwaliteitsmonitor.readers.answers.files import AnswerFile, form_for
from kwaliteitsmonitor.readers.staging import Readers
from schemas.contract import Table
from schemas.errors import UnreadableError
from schemas.json_types import Json
from schemas.packages import ROOT
from schemas.profile.forms import Form

FORMAT = 3
"""Of what is kept; a later one has nothing in common with what was kept before."""

READS = ("kwaliteitsmonitor/connectors", "kwaliteitsmonitor/readers", "kwaliteitsmonitor/methods/checks", "schemas")
"""Folders with every module that takes part in making counts of a delivery; a test compares them with what is
imported."""

READS_TOO = (
    "kwaliteitsmonitor/foundation/addresses.py",
    "kwaliteitsmonitor/foundation/engine.py",
    "kwaliteitsmonitor/foundation/locks.py",
    "kwaliteitsmonitor/foundation/ownership.py",
    "kwaliteitsmonitor/foundation/pseudonym_key.py",
    "kwaliteitsmonitor/foundation/read_once.py",
    "kwaliteitsmonitor/foundation/scratch.py",
    "kwaliteitsmonitor/foundation/settings.py",
    "kwaliteitsmonitor/foundation/sharepoint.py",
    "kwaliteitsmonitor/foundation/variables.py",
    "kwaliteitsmonitor/foundation/vault/assembled.py",
    "kwaliteitsmonitor/foundation/workspace.py",
    "kwaliteitsmonitor/methods/disclosure/respondents.py",
)

LIBRARIES = (
    "charset-normalizer",
    "duckdb",
    "great-expectations",
    "ibis-framework",
    "numpy",
    "odfpy",
    "openpyxl",
    "pandas",
    "pyarrow",
    "python-calamine",
    "xlrd",
)
"""Libraries by which deliveries are read and judged, as far as they are installed."""

PURPOSE = b"the counts of deliveries"


@dataclass
class Names:
    """The names of the counts of deliveries that are read by one contract.

    `readers` gives the reader of each field for a delivery, `aliases` and `more` are what else they are read by, such
    as the questions. What all deliveries of a source and a year are read by is looked at once.
    """

    table: Table
    readers: Readers
    aliases: Mapping[str, Mapping[str, str]]
    more: Sequence[object] = ()
    _common: str = ""
    _ways: dict[tuple[int, int | None], str] = field(default_factory=dict)

    def way(self, file: AnswerFile) -> str:
        """A digest over the way in which a delivery is read, whichever it is of its source and year."""
        known = (file.delivery.source, file.year)
        if known not in self._ways:
            self._common = self._common or digest(
                FORMAT, code(), libraries(), self.table, self.aliases, list(self.more)
            )
            try:
                form: Form | None = form_for(self.table, file)
            except UnreadableError:
                form = None  # a year without a form, which is said of each delivery
            self._ways[known] = digest(self._common, file.source, form, file.year, self.readers(file.delivery))
        return self._ways[known]

    def name(self, file: AnswerFile) -> str:
        """The name of the counts of a delivery, in 64 hexadecimal digits."""
        d = file.delivery
        return digest(self.way(file), d.sha256, d.id, d.feed, d.source, d.path, file.path_fields, file.agreed)


def digest(*parts: object) -> str:
    """SHA-256 over values, in 64 hexadecimal digits: the same for the same, in whatever order a mapping has its keys.

    Raises `TypeError` for a value of a kind that it does not know, so that nothing is left out unnoticed.
    """
    text = json.dumps([_plain(part) for part in parts], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> Json:
    """A value as JSON can hold it, with its kind if two kinds would look alike."""
    match value:
        case Enum():
            return [type(value).__name__, value.value]
        case None | bool() | int() | str():
            return value
        case float() | Decimal() | date():
            return [type(value).__name__, str(value)]
        case bytes():
            # A secret key may be among them: its fingerprint is all that goes into a digest.
            return ["bytes", hmac.new(value, PURPOSE, hashlib.sha256).hexdigest()]
        case BaseModel():
            return [type(value).__name__, {name: _plain(getattr(value, name)) for name in type(value).model_fields}]
        case Mapping():
            return ["mapping", sorted(([_plain(k), _plain(v)] for k, v in value.items()), key=repr)]
        case AbstractSet():
            return ["set", sorted((_plain(one) for one in value), key=repr)]
        case list() | tuple():
            return [_plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return [type(value).__name__, {f.name: _plain(getattr(value, f.name)) for f in fields(value)}]
    raise TypeError(f"a {type(value).__name__} has no digest")


@lru_cache(maxsize=1)
def code() -> str:
    """A digest over the source of the modules that make counts, to the letter."""
    total = hashlib.sha256()
    for path in sources():
        total.update(f"{path.relative_to(ROOT).as_posix()}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def sources() -> list[Path]:
    """The modules over which `code` goes, in order."""
    within = (path for folder in READS for path in (ROOT / folder).rglob("*.py"))
    return sorted({*within, *(ROOT / name for name in READS_TOO)})


@lru_cache(maxsize=1)
def libraries() -> dict[str, str]:
    """The version of each library that is read with; empty if it is not installed."""
    versions = {}
    for name in LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = ""
    return versions
