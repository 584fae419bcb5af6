"""Every table of the pipeline, declared once.

`delivered` is what comes in, `facts` what it becomes once conformed, `published` what goes out. Staged tables are not
declared apart: `staged` derives them from the delivered ones, with the place each row came from.
"""

from __future__ import annotations

from dataclasses import replace

from schemas.contract import Field, Kind, Table
from schemas.tables.delivered import DELIVERED
from schemas.tables.facts import FACTS
from schemas.tables.published import PUBLISHED
from schemas.tables.quality import QUALITY
from schemas.tables.sector import SECTOR

PROVENANCE: tuple[Field, ...] = (
    Field("_delivery", Kind.TEXT, "kenmerk van de levering", "id of the delivery", "0" * 16),
    Field("_sheet", Kind.TEXT, "werkblad of tabel", "worksheet or table", "Maatregelen", nullable=True),
    Field("_row", Kind.INTEGER, "rijnummer in de bron", "row number in the source", 2),
    Field(
        "_column",
        Kind.TEXT,
        "kolom in de bron, waar elke kolom een eigen rij geeft",
        "column in the source, where each column gives a row of its own",
        "D",
        nullable=True,
    ),
)
"""Where a staged row came from; the cell follows from the field, through the header of its sheet."""

CATALOGUE: dict[str, Table] = {t.name: t for t in (*DELIVERED, *FACTS, *QUALITY, *PUBLISHED, *SECTOR)}


def staged(table: Table) -> Table:
    """The staged form of a delivered table: its fields without open text, and the provenance of each row."""
    fields = tuple(f for f in table.fields if not f.open_text)
    return replace(table, fields=(*fields, *PROVENANCE))


__all__ = ["CATALOGUE", "DELIVERED", "FACTS", "PROVENANCE", "PUBLISHED", "QUALITY", "SECTOR", "staged"]
