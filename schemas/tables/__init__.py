"""Every table of the pipeline, declared once.

`delivered` is what comes in, `facts` what it becomes once conformed, `published` what goes out. Staged tables are not
declared apart: `staged` derives them from the delivered ones, with the place each row came from.
"""

from __future__ import annotations

from dataclasses import replace

from schemas.contract import Table
from schemas.tables.delivered import DELIVERED
from schemas.tables.facts import FACTS
from schemas.tables.lineage import CONTRIBUTIONS
from schemas.tables.published import PUBLISHED
from schemas.tables.quality import QUALITY
from schemas.tables.sector import SECTOR
from schemas.tables.shared.provenance import PROVENANCE

CATALOGUE: dict[str, Table] = {
    t.name: t
    for t in (*DELIVERED, *(fact.table for fact in FACTS.values()), CONTRIBUTIONS, *QUALITY, *PUBLISHED, *SECTOR)
}


def staged(table: Table) -> Table:
    """The staged form of a delivered table: its fields without open text, and the provenance of each row."""
    fields = tuple(f for f in table.fields if not f.open_text)
    return replace(table, fields=(*fields, *PROVENANCE))


__all__ = ["CATALOGUE", "DELIVERED", "PROVENANCE", "PUBLISHED", "QUALITY", "SECTOR", "staged"]
