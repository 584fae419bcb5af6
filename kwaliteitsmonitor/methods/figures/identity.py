"""The ids of figures."""

from __future__ import annotations

from schemas.calendar import Cycle


def figure_id(cycle: Cycle, kind: str, *parts: object) -> str:
    """The id of a figure: `2021-03:indicator:2020:bko_share:all:all`; `all` stands where there is no split."""
    return ":".join([cycle.key, kind, *("all" if part is None else str(part) for part in parts)])
