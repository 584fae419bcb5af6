"""Writing the data dictionaries of `docs/`: every delivered and published table, in English and Dutch; and the promise.

Run as `python -m pipelines.dictionary FOLDER`. A test holds the files in `docs/` against what this writes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from schemas.contract import Layer
from schemas.exports.dictionary import markdown
from schemas.exports.promise import promised, renewed
from schemas.tables import CATALOGUE

PROMISE = "published-tables.json"
SHOWN = (Layer.PUBLISHED, Layer.DELIVERED)


def dictionary(language: str) -> str:
    """The data dictionary in `nl` or `en`: published tables first, then what is delivered."""
    tables = [table for layer in SHOWN for table in CATALOGUE.values() if table.layer is layer]
    return markdown(tables, language)


def main(folder: Path) -> None:
    """Write both dictionaries and the promise of the published tables into a folder.

    Raises `KwaliteitsmonitorError` where a published table would break what was promised.
    """
    path = folder / PROMISE
    before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    path.write_text(json.dumps(renewed(before, promised()), indent=1) + "\n", encoding="utf-8")
    for language in ("en", "nl"):
        (folder / f"dictionary.{language}.md").write_text(dictionary(language), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
