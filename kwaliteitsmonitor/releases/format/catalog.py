"""`catalog.duckdb`: every published table of every current release as a view, for queries in SQL.

The views name the files of the releases themselves, which never change, and not `current`, which does: who has the
catalog open sees one release of a cycle whole, also while the next one comes out. It is made anew with each release, in
one step, and may be thrown away: it holds no figure.

DuckDB takes the name of a file as it stands, and not from where the catalog lies. So a catalog that was copied or moved
along with its workspace would read the releases of the other place without a word: each view first asks where the
catalog is that it is read from, and says that it is to be made anew where that is another place than it was made for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kwaliteitsmonitor.foundation.workspace import Workspace, replacing
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.places import counting
from schemas.tables import CATALOGUE

if TYPE_CHECKING:
    import duckdb

NAME = "catalog.duckdb"
RELEASES = "releases"
"""Which releases the views of the catalog are over."""


def current_tables(workspace: Workspace) -> dict[str, list[Path]]:
    """The files of each published table, by its name: one per cycle that has it, from the release that counts."""
    files: dict[str, list[Path]] = {}
    for release in _current(workspace):
        for path in sorted((release / manifest.TABLES).glob("*.parquet")):
            files.setdefault(path.stem, []).append(path)
    return files


def write_catalog(workspace: Workspace) -> Path | None:
    """Write the catalog of the current releases; returns its path, or `None` without releases."""
    import duckdb

    tables = current_tables(workspace)
    if not tables:
        return None
    path = workspace.root / NAME
    with replacing(path) as partial:
        with duckdb.connect(str(partial)) as connection:
            connection.begin()  # or each statement waits for the disk
            here = _only_from(path)
            view_tables(connection, tables, here)
            _describe(connection, tables)
            _list_releases(connection, workspace, here)
            connection.commit()
            connection.execute("CHECKPOINT")
        Path(f"{partial}.wal").unlink(missing_ok=True)
    return path


def keep_catalog(workspace: Workspace, changed: bool) -> None:
    """Rewrite the catalog if the current releases differ from those it covers, or if it is missing.

    A run that was killed between publishing a release and writing the catalog leaves the old catalog, and the next run
    publishes nothing new: so the catalog itself is asked which releases it covers.
    """
    if changed or not _is_over(workspace, {str(release) for release in _current(workspace)}):
        write_catalog(workspace)


def renew_catalog(workspace: Workspace) -> None:
    """The same for who only reads: a workspace that cannot be written to keeps the catalog that it has."""
    import duckdb

    with suppress(OSError, duckdb.Error):
        keep_catalog(workspace, changed=False)


def _is_over(workspace: Workspace, releases: set[str]) -> bool:
    """Whether there is a catalog, and it is over these releases."""
    import duckdb

    path = workspace.root / NAME
    if not path.is_file():
        return False
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            return {row[0] for row in connection.execute(f"SELECT path FROM {RELEASES}").fetchall()} == releases
    except duckdb.Error:
        return False


def view_tables(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Sequence[Path]], condition: str = ""
) -> None:
    """A view of its name for each table, over its files; a column that an older release lacks is null there."""
    for name, paths in tables.items():
        listed = ", ".join(map(quoted, map(str, paths)))
        connection.execute(f'CREATE VIEW "{name}" AS FROM read_parquet([{listed}], union_by_name = true) {condition}')


def _only_from(catalog: Path) -> str:
    """A condition that holds where a database is open that lies in this place, and else ends the query with a sentence.

    A name that is not whole, as older versions of DuckDB keep it, does not say where the catalog is.
    """
    places = ", ".join(quoted(str(place)) for place in dict.fromkeys((catalog.absolute(), catalog.resolve())))
    text = quoted(
        f"this catalog was made for {catalog.absolute()}, and is read from another place or by a name that is not "
        f'whole. Open it by its whole name. Of a copy: kwaliteitsmonitor query "show tables" --out FOLDER makes its '
        "catalog anew."
    )
    return (
        f"WHERE (SELECT CASE WHEN count(*) > 0 THEN true ELSE error({text}) END "
        f"FROM duckdb_databases() WHERE path IN ({places}))"
    )


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _current(workspace: Workspace) -> Iterator[Path]:
    """The folders of the releases that count, by cycle.

    Raises `NewerFormatError` if a newer version of this program made one.
    """
    for release in counting(workspace):
        manifest.demand_known_format(release)
        yield release


def _describe(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Sequence[Path]]) -> None:
    """What each table and column means, in English and Dutch, where tools show it."""
    for name in tables:
        contract = CATALOGUE.get(name)
        if contract is None:
            continue
        connection.execute(f'COMMENT ON VIEW "{name}" IS {quoted(f"{contract.en} ({contract.nl})")}')
        columns = {row[0] for row in connection.execute(f'DESCRIBE "{name}"').fetchall()}
        for field in contract.fields:
            if field.name in columns:
                text = f"{field.en} ({field.nl}){f' [{field.unit_of_measure}]' if field.unit_of_measure else ''}"
                connection.execute(f'COMMENT ON COLUMN "{name}"."{field.name}" IS {quoted(text)}')


def _list_releases(connection: duckdb.DuckDBPyConnection, workspace: Workspace, condition: str) -> None:
    """A view of the releases that says the same of a copy as those of the tables."""
    rows = []
    for release in _current(workspace):
        own = manifest.read(release)
        words = [quoted(text) for text in (own.institution, own.cycle, own.status)]
        numbers = [str(int(release.name[1:])), str(own.reporting_year)]
        rows.append(", ".join([*words, *numbers, quoted(own.code.version), quoted(str(release))]))
    listed = ", ".join(f"({row})" for row in rows)
    connection.execute(
        f"CREATE VIEW {RELEASES} AS SELECT institution, cycle, version, status, reporting_year, code_version, path "
        f"FROM (VALUES {listed}) AS r(institution, cycle, status, version, reporting_year, code_version, path) "
        f"{condition}"
    )
