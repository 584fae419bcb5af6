"""Figures and results of evaluations before they are worded: rows with numbers and remarks in place of texts.

What such a row has beside the fields of its table goes when it is worded. So a type checker is told that it may be
missing, though every row that a step makes has it.
"""

from __future__ import annotations

from kwaliteitsmonitor.methods.figures.printing import Exact
from kwaliteitsmonitor.methods.remarks import Remarks
from schemas.rows import UnwordedEvaluationResultsRow, UnwordedIndicatorValuesRow


class UnwordedFigure(UnwordedIndicatorValuesRow, total=False):
    """A figure: `exact` is what the report prints of it, `None` where no figure is shown."""

    exact: Exact | None
    remarks: Remarks
    breaks: Remarks


class UnwordedResult(UnwordedEvaluationResultsRow, total=False):
    """A result of an evaluation, with what there is to say of it."""

    remarks: Remarks
