"""The databases of a plain sample: SQLite files in the landing zone, one for each connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kwaliteitsmonitor.sample.plain.shaping import refused
from schemas.profile.feeds import SqlSource
from schemas.tables import CATALOGUE
from schemas.values import AnyRow


@dataclass
class Databases:
    """What databases hold: rows by connection and table. A table that several feeds read holds the rows of all."""

    rows: dict[tuple[str, str], list[AnyRow]] = field(default_factory=dict)
    sources: dict[tuple[str, str], SqlSource] = field(default_factory=dict)

    def add(self, feed: str, source: SqlSource, rows: Sequence[AnyRow]) -> None:
        """Add the rows of a delivery. Raises `UsageError` for a source that a file beside the others cannot be."""
        if source.query:
            raise refused(feed, "it reads a query, and what that reads is not known here")
        if source.counted:
            raise refused(feed, "its database counts answers itself, which a file cannot")
        if "." in source.database_table:
            raise refused(feed, f"its table '{source.database_table}' lies in a schema, which a file does not have")
        place = (source.connection, source.database_table)
        self.sources[place] = source
        self.rows.setdefault(place, []).extend(rows)

    @property
    def connections(self) -> list[str]:
        """The databases, by name."""
        return sorted({connection for connection, _ in self.rows})

    def write(self, connection: str, target: Path) -> int:
        """Write the database of a connection as a new SQLite file; returns the number of rows in it."""
        import sqlalchemy as sa

        from schemas.exports.sql import sql_table

        engine = sa.create_engine(f"sqlite:///{target}", poolclass=sa.NullPool)
        written = 0
        try:
            with engine.begin() as opened:
                for (of, name), source in self.sources.items():
                    if of != connection:
                        continue
                    theirs = {ours: header for header, ours in source.columns.items()}
                    declared = sql_table(CATALOGUE[source.tables[0]], sa.MetaData(), name)
                    columns = [sa.Column(theirs.get(c.name, c.name), c.type, nullable=True) for c in declared.columns]
                    table = sa.Table(name, sa.MetaData(), *columns)
                    table.create(opened)
                    names = [column.name for column in declared.columns]
                    lines = [{theirs.get(n, n): row.get(n) for n in names} for row in self.rows[of, name]]
                    if lines:
                        opened.execute(sa.insert(table), lines)
                    written += len(lines)
        finally:
            engine.dispose()
        return written
