"""A sector view in its place: tables, descriptions and report, built beside it and moved there whole.

The same releases give the same bytes, in whichever order they are named and wherever they lie.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from kwaliteitsmonitor.foundation.workspace import flush, write_parquet
from kwaliteitsmonitor.methods.figures.printing import Language
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.integrity import sha256_of
from kwaliteitsmonitor.releases.format.places import protect
from kwaliteitsmonitor.releases.format.program import code_digest, libraries
from kwaliteitsmonitor.releases.format.records import ManifestRecord, SourceRecord
from kwaliteitsmonitor.releases.sector.indicators import indicators, state
from kwaliteitsmonitor.releases.sector.sources import Source
from kwaliteitsmonitor.releases.sector.spending import spending
from kwaliteitsmonitor.releases.sector.tables import SectorTables
from schemas.errors import UsageError
from schemas.exports.arrow import to_arrow
from schemas.exports.dictionary import markdown
from schemas.exports.frictionless import package, resource
from schemas.exports.promise import VERSION
from schemas.rows import SectorLeftOutRow, SectorSourcesRow
from schemas.tables import CATALOGUE, SECTOR
from schemas.values import AnyRow

KIND = "sector"
"""What the manifest of a sector view says that it is; a release says which institution it is of."""
LANGUAGES: tuple[Language, ...] = ("nl", "en")


def tables_of(sources: Sequence[Source]) -> SectorTables:
    """The rows of each table of a sector view over these releases."""
    figures, without = indicators(sources)
    money, unpaid = spending(sources)
    return {
        "sector_indicators": figures,
        "sector_spending": money,
        "sector_left_out": sorted([*without, *unpaid], key=_order),
        "sector_sources": [source.row() for source in sources],
    }


def write(sources: Sequence[Source], target: Path, *, replace: bool = False) -> SectorTables:
    """Write a sector view over these releases and return the rows of its tables.

    With `replace` it takes the place of an earlier view. Raises `UsageError` if something else stands there, or where
    it cannot be written; then what stood there stands there still.
    """
    place = target.resolve()
    _demand_free(place, replace=replace)
    rows = tables_of(sources)
    built = place.with_name(f".{place.name}.{uuid4().hex}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        built.mkdir()
        _fill(built, sources, rows)
        _settle(built, place, replace=replace)
    except OSError as error:
        raise UsageError(
            f"the sector view cannot be written: {error.strerror}", where=str(target), expected="a folder with room"
        ) from None
    finally:
        shutil.rmtree(built, ignore_errors=True)
    return rows


def _demand_free(place: Path, *, replace: bool) -> None:
    """Raise `UsageError` if a place holds something that must not be removed."""
    if not place.exists() or (place.is_dir() and not any(place.iterdir())):
        return
    view = _is_view(place)
    if view and replace:
        return
    raise UsageError(
        "an earlier sector view stands here" if view else "something else stands here",
        where=str(place),
        expected="a folder that is empty or not there",
        remedy="Give --replace to have it replaced." if view else "Name another folder with --to.",
    )


def _is_view(place: Path) -> bool:
    known = manifest.parsed(place)
    return known is not None and known.kind == KIND


def _settle(built: Path, place: Path, *, replace: bool) -> None:
    """Give what was built its place, in one step where nothing stands there; what stood there goes when it does.

    What stands there is looked at again once it was moved aside, for it may have come while the view was built.
    """
    before = place.with_name(f".{place.name}.{uuid4().hex}")
    with suppress(FileNotFoundError):
        place.rename(before)
    try:
        _demand_free(before, replace=replace)
        built.rename(place)
    except (OSError, UsageError):
        with suppress(FileNotFoundError):
            before.rename(place)
        raise
    flush(place.parent)
    shutil.rmtree(before, ignore_errors=True)


def _fill(folder: Path, sources: Sequence[Source], rows: SectorTables) -> None:
    """Write tables, descriptions, reports and, over all of it, the manifest."""
    from kwaliteitsmonitor.releases.report.web.page import page
    from kwaliteitsmonitor.releases.sector.document import document

    by_table: Mapping[str, Sequence[AnyRow]] = {
        "sector_indicators": rows["sector_indicators"],
        "sector_spending": rows["sector_spending"],
        "sector_left_out": rows["sector_left_out"],
        "sector_sources": rows["sector_sources"],
    }
    (folder / "tables").mkdir()
    (folder / "report").mkdir()
    resources = []
    for table in sorted(SECTOR, key=lambda table: table.name):
        path = folder / "tables" / f"{table.name}.parquet"
        write_parquet(to_arrow(table.name, by_table[table.name]), path)
        name = f"tables/{table.name}.parquet"
        resources.append(resource(table, name, size=path.stat().st_size, sha256=sha256_of(path)))
    described = package(KIND, "Kwaliteitsafspraken van de sector", resources, version=VERSION)
    text = json.dumps(described, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8")
    contracts = [CATALOGUE[table.name] for table in SECTOR]
    for language in LANGUAGES:
        (folder / f"dictionary.{language}.md").write_text(markdown(contracts, language), encoding="utf-8")
        (folder / "report" / f"sector.{language}.html").write_bytes(page(document(rows, language)))
    files = {path.relative_to(folder).as_posix(): sha256_of(path) for path in folder.rglob("*") if path.is_file()}
    (folder / manifest.NAME).write_bytes(manifest.written(_manifest(sources), files))
    protect(folder)


def _manifest(sources: Sequence[Source]) -> ManifestRecord:
    """What the manifest says: of which releases the view is made, and by which code."""
    return {
        "format": manifest.FORMAT,
        "kind": KIND,
        "status": state(sources),
        "code": {"sha256": code_digest()},
        "libraries": libraries(),
        "releases": [_record(source.row()) for source in sources],
    }


def _record(row: SectorSourcesRow) -> SourceRecord:
    return {
        "institution": row["institution"],
        "cycle": row["cycle"],
        "reporting_year": row["reporting_year"],
        "release_status": row["release_status"],
        "seal": row["seal"],
        "manifest_sha256": row["manifest_sha256"],
    }


def _order(row: SectorLeftOutRow) -> tuple[tuple[bool, str], ...]:
    about = row["subject"], row["indicator"], row["own_indicator"], row["reporting_year"], row["level"]
    return tuple((one is not None, str(one or "")) for one in (*about, row["institution"], row["part"], row["reason"]))
