"""What faculties and systems deliver, feed by feed, in the canonical columns.

A field that a file does not carry itself (the unit of a workbook that one faculty fills in, say) is taken from the
delivery: the profile's path pattern names it.
"""

from __future__ import annotations

from schemas.contract import Table
from schemas.tables.delivered import evaluations, faculty, figures, money, people
from schemas.tables.delivered.decisions import DECISIONS

DELIVERED: tuple[Table, ...] = (
    *faculty.TABLES,
    *money.TABLES,
    *evaluations.TABLES,
    *people.TABLES,
    *figures.TABLES,
    *DECISIONS,
)

__all__ = ["DECISIONS", "DELIVERED"]
