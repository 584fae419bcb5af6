"""Where a staged row came from, and a fact whose row is followed to its cells."""

from __future__ import annotations

from schemas.contract import Field, Kind

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
