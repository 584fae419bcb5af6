"""Keeping the evidence of a step's figures until publication gathers it in the lineage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from assets.indicators.figures import Evidence
from assets.workspace import Workspace

NAME = "evidence"


def keep_evidence(workspace: Workspace, cycle: str, step: str, evidence: Iterable[Evidence]) -> None:
    """Keep what the figures of a step were computed from."""
    rows = [[e.figure_id, e.part, e.delivery, e.rows, str(e.contribution), e.note, e.people] for e in evidence]
    workspace.write_json(cycle, step, NAME, rows)


def kept_evidence(workspace: Workspace, cycle: str, steps: Iterable[str]) -> Iterator[Evidence]:
    """What the figures of these steps were computed from."""
    for step in steps:
        for figure, part, delivery, rows, contribution, note, people in workspace.read_json(cycle, step, NAME):
            yield Evidence(figure, part, delivery, rows, Decimal(contribution), note, people)
