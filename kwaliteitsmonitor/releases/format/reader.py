"""The one reader of releases: their manifest and their tables, checked against their hashes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.releases.format import manifest
from kwaliteitsmonitor.releases.format.fault import Fault, Kind, not_what_was_published
from kwaliteitsmonitor.releases.format.integrity import demand_whole
from schemas.errors import KwaliteitsmonitorError
from schemas.exports.row_types import table_of
from schemas.profile import Profile, load_profile
from schemas.tables import CATALOGUE
from schemas.values import AnyRow, Row

if TYPE_CHECKING:
    import pyarrow as pa

R = TypeVar("R", bound=AnyRow)
_VERSION = re.compile(r"v\d+")


class ReleaseReader:
    """A release in a folder, which need not be published yet: its manifest, and its tables, each read once.

    A table is checked against its hash when it is read; with `whole` every file of the release is first. A link such as
    `current/2021-03` is followed once, so that all is read of one release.

    Raises `UsageError` if there is no release, `NewerFormatError` if a newer version of this program made it, and
    `KwaliteitsmonitorError` if it is not what was published.
    """

    def __init__(self, folder: Path, *, whole: bool = False) -> None:
        self.folder = folder.resolve()
        self.manifest = manifest.read(self.folder)
        if whole:
            demand_whole(self.folder)
        self._tables: dict[tuple[str, tuple[str, ...]], pa.Table] = {}
        self._rows: dict[str, Any] = {}

    @property
    def name(self) -> str:
        """The release as people call it, such as `2021-03/v2`; the name of its folder where that is no version."""
        own = self.folder.name
        return f"{self.manifest.cycle}/{own}" if _VERSION.fullmatch(own) else own

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its tables."""
        inside, ending = f"{manifest.TABLES}/", ".parquet"
        files = (file for file in self.manifest.files if file.startswith(inside) and file.endswith(ending))
        return frozenset(file.removeprefix(inside).removesuffix(ending) for file in files)

    def path(self, table: str) -> Path:
        """The file of a table that it has, for an engine that reads it by itself; its hash is checked as well."""
        self._content(table)
        return self._place(table)

    def table(self, name: str, columns: Sequence[str] = ()) -> pa.Table:
        """A table, or these of its columns as far as it has them.

        One that the release does not have is that of its contract, without rows. Raises `KwaliteitsmonitorError` if the
        release has it, and it is missing, altered or unreadable.
        """
        key = name, tuple(columns)
        if key not in self._tables:
            self._tables[key] = self._read(name, columns) if name in self.names else _empty(name, columns)
        return self._tables[key]

    def rows(self, name: str) -> Sequence[Row]:
        """The rows of any table; empty if the release does not have it."""
        rows: Sequence[Row] = self._rows_in(name)
        return rows

    def rows_of(self, kind: type[R]) -> Sequence[R]:
        """The rows of a table by their type; empty if the release does not have it.

        A release of an earlier version may lack columns that the type has.
        """
        rows: Sequence[R] = self._rows_in(table_of(kind))
        return rows

    def profile(self, workspace: Workspace) -> Profile:
        """The profile by which it was made. Raises `KwaliteitsmonitorError` if the workspace has it no more."""
        folder = workspace.profiles / self.manifest.profile.sha256
        if not folder.is_dir():
            raise KwaliteitsmonitorError(
                "the profile by which the release was made is not kept",
                where=str(folder),
                remedy="Put it back from a backup, or run the cycle again.",
            )
        return load_profile(folder)

    def _rows_in(self, name: str) -> Any:
        """The rows of a table as the engine gives them, which knows no types."""
        if name not in self._rows:
            self._rows[name] = self.table(name).to_pylist()
        return self._rows[name]

    def _read(self, name: str, columns: Sequence[str]) -> pa.Table:
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            return pq.ParquetFile(pa.BufferReader(self._content(name))).read(list(columns) or None)
        except pa.ArrowInvalid as error:
            raise self._wrong(name, "unreadable") from error

    def _content(self, name: str) -> bytes:
        try:
            content = self._place(name).read_bytes()
        except OSError as error:
            raise self._wrong(name, "missing" if isinstance(error, FileNotFoundError) else "unreadable") from error
        if hashlib.sha256(content).hexdigest() != self.manifest.files[self._file(name)]:
            raise self._wrong(name, "altered")
        return content

    def _place(self, table: str) -> Path:
        return self.folder / self._file(table)

    def _file(self, table: str) -> str:
        return f"{manifest.TABLES}/{table}.parquet"

    def _wrong(self, table: str, kind: Kind) -> KwaliteitsmonitorError:
        return not_what_was_published(self.folder, [Fault(self._file(table), kind)])


def _empty(name: str, columns: Sequence[str]) -> pa.Table:
    import pyarrow as pa

    from schemas.exports.arrow import to_arrow

    if name not in CATALOGUE:
        return pa.table({})
    whole = to_arrow(name, [])
    return whole.select([column for column in columns if column in whole.column_names]) if columns else whole
