"""The type of plain data, as JSON has it, where its fields have no names that the code knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
"""What `json.dumps` writes and `json.loads` reads. A record with fields of its own is a `TypedDict` instead."""
