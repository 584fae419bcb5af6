"""Writing what `docs/` says of the code: dictionaries, the promise, settings, what rules cost, what profiles look like.

Run as `python -m pipelines.dictionary FOLDER`; it also writes the types of rows, `schemas/rows/`. Tests compare the
files in `docs/` and those modules with what this writes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from kwaliteitsmonitor.foundation.settings_reference import settings_page
from kwaliteitsmonitor.sample.defects import KNOWN, Defect
from schemas.contract import Layer
from schemas.exports.dictionary import markdown
from schemas.exports.profile_reference import reference
from schemas.exports.profile_schema import profile_schemas
from schemas.exports.promise import promised, renewed
from schemas.exports.row_types import row_types
from schemas.exports.rules import rules_page
from schemas.packages import ROOT
from schemas.tables import CATALOGUE

PROMISE = "published-tables.json"
PROFILES = "profile"
SETTINGS = "settings.md"
RULES = "rules.md"
ROWS = ROOT / "schemas" / "rows"
SHOWN = (Layer.PUBLISHED, Layer.SECTOR, Layer.DELIVERED)


def dictionary(language: str) -> str:
    """The data dictionary in `nl` or `en`: published tables first, then what is delivered."""
    tables = [table for layer in SHOWN for table in CATALOGUE.values() if table.layer is layer]
    return markdown(tables, language)


def rules_document() -> str:
    """What each rule costs, and what each of the defects of the sample does, which are one of each kind."""
    lines = [
        "## Fouten in het voorbeeld / Defects of the sample",
        "",
        "`kwaliteitsmonitor sample --defects` plant deze fouten. Alleen wat de uitgave zelf onwaar zou maken, stopt de "
        "publicatie. / `kwaliteitsmonitor sample --defects` plants these. Only what would make the release itself "
        "untrue stops publication.",
        "",
        "| fout / defect | controle / rule | kost / costs | waarom / why |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| {one.description} | `{one.rule}` | `{one.costs}` | {_why(one)} |" for one in KNOWN.values()]
    return rules_page(CATALOGUE.values()) + "\n".join(lines) + "\n"


def _why(defect: Defect) -> str:
    return f"{defect.why.nl} / {defect.why.en}"


def profile_documents(folder: Path) -> dict[str, str]:
    """The reference of profiles and the JSON Schemas of their files, by name; the example profile is in the folder."""
    example = {path.name: path.read_text(encoding="utf-8") for path in sorted((folder / "example").glob("*.*"))}
    schemas = {name: json.dumps(one, indent=1, ensure_ascii=False) + "\n" for name, one in profile_schemas().items()}
    return {"README.md": reference(example), **schemas}


def main(folder: Path) -> None:
    """Write both dictionaries, the promise of the published tables, the settings, the rules and the pages on profiles.

    Raises `KwaliteitsmonitorError` if a published table would break what was promised.
    """
    path = folder / PROMISE
    before = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    path.write_text(json.dumps(renewed(before, promised()), indent=1) + "\n", encoding="utf-8")
    for language in ("en", "nl"):
        (folder / f"dictionary.{language}.md").write_text(dictionary(language), encoding="utf-8")
    (folder / RULES).write_text(rules_document(), encoding="utf-8")
    (folder / SETTINGS).write_text(settings_page(), encoding="utf-8")
    for name, text in profile_documents(folder / PROFILES).items():
        (folder / PROFILES / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    for name, text in row_types().items():
        (ROWS / name).write_text(text, encoding="utf-8")
