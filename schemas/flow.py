"""The flow, declared once: its steps, and with which tables a step keeps findings and evidence.

Which published table a step makes, and what that table needs, is declared with the table (`schemas.figures`).
"""

from __future__ import annotations

from dataclasses import dataclass

STAGED, FACTS, STATUS = "staged", "facts", "status"
STATISTICS, INDICATORS, SPENDING, PROGRESS, COMPARISON = (
    "statistics",
    "indicators",
    "spending",
    "progress",
    "comparison",
)
LINEAGE, VALIDATION, PUBLICATION = "lineage", "validation", "publication"
SECTOR = "sector"
"""What puts the releases of several institutions side by side, outside the flow of each."""


@dataclass(frozen=True)
class Step:
    """A step of the flow.

    It keeps findings of its own, beside the contracts of its tables, if an institution has one of the tables in
    `findings`; it keeps evidence of its figures if it has one of those in `evidence`.
    """

    name: str
    findings: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


STEPS: tuple[Step, ...] = (
    Step(STAGED),
    Step(STATUS, findings=("delivery_status",)),
    Step(FACTS, findings=("fact_answers",)),
    Step(INDICATORS, findings=("indicator_values",), evidence=("indicator_values",)),
    Step(STATISTICS, findings=("evaluation_results",), evidence=("evaluation_results",)),
    Step(SPENDING, findings=("spending_overview",), evidence=("spending_overview",)),
    Step(COMPARISON, evidence=("crosswalk",)),
    Step(PROGRESS, evidence=("measures", "council_consultations", "panel_discussions")),
    Step(LINEAGE),
    Step(VALIDATION),
    Step(PUBLICATION),
)
"""The steps, in the order in which findings and evidence are gathered."""

COMPUTING = (INDICATORS, STATISTICS, SPENDING, PROGRESS, COMPARISON)
"""The steps that compute published tables."""
JUDGED = (*COMPUTING, STATUS, LINEAGE)
"""The steps whose published tables are judged before publication, in the order in which they are."""
