"""An explanation as JSON: the same content, with amounts as texts that lose no digit."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal

from kwaliteitsmonitor.releases.explain.explanation import Explanation
from schemas.json_types import Json

FORM = 1
"""Goes up when something is called otherwise or taken away."""


def as_json(explained: Explanation) -> str:
    """The explanation, in both languages, with keys in the order in which they are declared."""
    content = {one.name: _plain(getattr(explained, one.name)) for one in fields(explained)}
    return json.dumps({"form": FORM, **content}, indent=1, ensure_ascii=False) + "\n"


def _plain(value: object) -> Json:
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return f"{value.normalize() + 0:f}"
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"an explanation holds no {type(value).__name__}")
