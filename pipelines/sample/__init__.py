"""Sample deliveries of whole years, whose totals are the published ones."""

from __future__ import annotations

from pipelines.sample.defects import Defect
from pipelines.sample.making import SampleSummary, write_sample
from pipelines.sample.spending import write_finance
from pipelines.sample.writing import SampleFile

__all__ = ["Defect", "SampleFile", "SampleSummary", "write_finance", "write_sample"]
