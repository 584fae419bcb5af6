"""Values of the contracts by which they are tried out: the example of each field, and codes of each list."""

from __future__ import annotations

from datetime import date
from typing import Any

from schemas.contract import Field, Kind
from schemas.tables import CATALOGUE


def _code_lists() -> dict[str, tuple[str, ...]]:
    examples: dict[str, list[str]] = {}
    for field in (field for table in CATALOGUE.values() for field in table.fields if field.code_list):
        examples.setdefault(field.code_list, []).append(str(field.example))
    return {name: (*dict.fromkeys(codes), f"{name}-other") for name, codes in examples.items()}


CODE_LISTS = _code_lists()


def example(field: Field) -> Any:
    return date.fromisoformat(str(field.example)) if field.kind is Kind.DATE else field.example
