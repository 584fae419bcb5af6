"""The flow, declared once: its steps, and with which tables a step keeps findings and contributions.

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
    `findings`; it keeps what contributed to its figures if it has one of those in `contributions`.
    """

    name: str
    findings: tuple[str, ...] = ()
    contributions: tuple[str, ...] = ()


STEPS: tuple[Step, ...] = (
    Step(STAGED),
    Step(STATUS, findings=("delivery_status",)),
    Step(FACTS, findings=("fact_answers",)),
    Step(INDICATORS, findings=("indicator_values",), contributions=("indicator_values",)),
    Step(STATISTICS, findings=("evaluation_results",), contributions=("evaluation_results",)),
    Step(SPENDING, findings=("spending_overview",), contributions=("spending_overview",)),
    Step(COMPARISON, contributions=("crosswalk",)),
    Step(PROGRESS, contributions=("measures", "council_consultations", "panel_discussions")),
    Step(LINEAGE),
    Step(VALIDATION),
    Step(PUBLICATION),
)
"""The steps, in the order in which findings and contributions are gathered."""

COMPUTING = (INDICATORS, STATISTICS, SPENDING, PROGRESS, COMPARISON)
"""The steps that compute published tables."""
JUDGED = (*COMPUTING, STATUS, LINEAGE)
"""The steps whose published tables are judged before publication, in the order in which they are."""
