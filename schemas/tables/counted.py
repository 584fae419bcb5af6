"""Evaluation answers counted once: what is made of a delivery, kept by all that it follows from, per year and unit."""

from dataclasses import replace

from schemas.contract import Field, Layer, Table
from schemas.contract import Kind as FieldKind
from schemas.tables.delivered.evaluations import SCALE_FIELDS

ALL_UNITS = "all"
"""Stands for what is delivered for all units at once, where the others are named by their code."""


SCORE = "score"


SCALE_NAMES = tuple(f.name for f in SCALE_FIELDS)


def with_scales(own: Table) -> Table:
    """The form of counted answers with the scale and the version in which they were asked, after the score."""
    at = own.names.index(SCORE) + 1
    return replace(own, fields=(*own.fields[:at], *SCALE_FIELDS, *own.fields[at:]))


RESPONDENT = "respondent"


WEIGHT = Field("answers", FieldKind.INTEGER, "aantal antwoorden", "number of answers", 25)


DELIVERY = Field("_delivery", FieldKind.TEXT, "kenmerk van de levering", "id of the delivery", "0" * 16)


def counted(table: Table) -> Table:
    """The form in which answers are staged: without the respondent, and with their scale, a count and the delivery."""
    return with_scales(_counted(table))


def _counted(table: Table) -> Table:
    fields = tuple(f for f in table.fields if f.name != RESPONDENT and not f.open_text)
    return Table(table.name, Layer.DELIVERED, table.nl, table.en, (*fields, WEIGHT, DELIVERY))
