"""Sample deliveries of whole years, whose totals are the published ones."""

from __future__ import annotations

from kwaliteitsmonitor.sample.defects import Defect
from kwaliteitsmonitor.sample.making import SampleSummary, write_sample
from kwaliteitsmonitor.sample.spending import write_finance
from kwaliteitsmonitor.sample.writing import SampleFile

__all__ = ["Defect", "SampleFile", "SampleSummary", "write_finance", "write_sample"]
