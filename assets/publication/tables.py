"""Tables of a release that say where its figures come from: definitions and lineage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from assets.indicators.figures import Evidence
from schemas.exports.arrow import arrow_schema
from schemas.profile import Profile
from schemas.tables import CATALOGUE


def to_arrow(name: str, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    """Rows as a table in the types of its contract; a field that a row lacks is empty."""
    schema = arrow_schema(CATALOGUE[name])
    complete = [{field: row.get(field) for field in schema.names} for row in rows]
    return pa.Table.from_pylist(complete, schema=schema)


def definitions(profile: Profile) -> list[dict[str, Any]]:
    """Every definition of every indicator, as rows of `definitions`."""
    return [
        {
            "indicator": i.id, "version": i.version, "theme": i.theme, "label_nl": i.nl, "label_en": i.en,
            "definition_nl": i.definition_nl, "definition_en": i.definition_en, "kind": i.kind,
            "unit_of_measure": i.unit_of_measure, "unit_of_analysis": i.unit_of_analysis,
            "spread_kind": i.spread_kind, "direction": i.direction, "valid_from": i.valid_from,
            "valid_until": i.valid_until,
        }
        for i in profile.indicators
    ]


def lineage(
    evidence: Iterable[Evidence], deliveries: Mapping[str, Mapping[str, Any]], suppressed: Sequence[str]
) -> list[dict[str, Any]]:
    """The evidence of every figure that is shown, with the feed and file of each delivery.

    What a suppressed figure was computed from would give it away, and is left out.
    """
    hidden = frozenset(suppressed)
    rows = [
        {
            "figure_id": e.figure_id, "part": e.part, "feed": deliveries[e.delivery]["feed"], "delivery": e.delivery,
            "file": deliveries[e.delivery]["file"], "rows": e.rows, "contribution": float(e.contribution),
            "filter": e.note or None,
        }
        for e in evidence
        if e.figure_id not in hidden
    ]
    return sorted(rows, key=lambda r: (r["figure_id"], r["part"], r["delivery"]))
