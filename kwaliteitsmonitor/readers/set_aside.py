"""Write all rows of a feed that are set aside as one table, however many there are.

Of most deliveries all that is set aside is a list of objects. Of a delivery of which more is than such a list should
hold, all of it is a file that the engine wrote, and passes through here some rows at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from kwaliteitsmonitor.foundation.scratch import ScratchFolder
from kwaliteitsmonitor.foundation.workspace import write_parquet, write_parquet_in_parts
from kwaliteitsmonitor.readers.quarantine import Quarantined, quarantine_table
from schemas.exports.arrow import arrow_schema
from schemas.tables import CATALOGUE

AT_ONCE = 1_000_000
"""Rows that pass through at once."""


@dataclass
class Beyond:
    """All that is set aside of deliveries of which only the first is listed: Parquet files in a folder of their own.

    The folder is gone when this is.
    """

    files: dict[str, Path] = field(default_factory=dict)
    _folder: ScratchFolder = field(default_factory=lambda: ScratchFolder("set-aside"))

    def add(self, delivery: str) -> Path:
        """Where all that is set aside of a delivery is to be written, as rows of `quarantine` in order."""
        self.files[delivery] = Path(self._folder.name) / f"{len(self.files)}.parquet"
        return self.files[delivery]


@dataclass(frozen=True)
class SetAside:
    """What is set aside of a feed: the rows that are listed, and the files of those deliveries that have more."""

    listed: tuple[Quarantined, ...]
    files: Mapping[str, Path]

    def __bool__(self) -> bool:
        """Whether anything is set aside."""
        return bool(self.listed or self.files)

    @classmethod
    def of(cls, parts: Iterable[tuple[Iterable[Quarantined], Beyond | None]]) -> SetAside:
        """What is set aside of the tables of a feed: of each the list, and what is beyond it."""
        listed: list[Quarantined] = []
        files: dict[str, Path] = {}
        for items, beyond in parts:
            own = beyond.files if beyond else {}
            listed.extend(item for item in items if item.delivery not in own)
            files.update(own)
        return cls(tuple(listed), files)

    def by_delivery(self, deliveries: Iterable[str]) -> Iterator[tuple[str, SetAside]]:
        """What is set aside of each of these deliveries, by id."""
        listed: dict[str, list[Quarantined]] = defaultdict(list)
        for item in self.listed:
            listed[item.delivery].append(item)
        for identity in deliveries:
            own = {identity: self.files[identity]} if identity in self.files else {}
            yield identity, SetAside(tuple(listed[identity]), own)

    def tables(self) -> Iterator[pa.Table]:
        """The rows of `quarantine`, in the order of the files that they are of, some at a time."""
        schema = arrow_schema(CATALOGUE["quarantine"])
        yield quarantine_table(self.listed)
        for path in self.files.values():
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(AT_ONCE):
                    yield pa.Table.from_batches([batch]).cast(schema)

    def write(self, path: Path) -> None:
        """Write the rows as Parquet, without having them all in memory."""
        if self.files:
            write_parquet_in_parts(self.tables(), arrow_schema(CATALOGUE["quarantine"]), path)
        else:
            write_parquet(quarantine_table(self.listed), path)
