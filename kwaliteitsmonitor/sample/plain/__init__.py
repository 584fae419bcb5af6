"""Sample deliveries for any institution: made from its profile alone, so that a first run has something to read."""

from __future__ import annotations

from kwaliteitsmonitor.sample.plain.making import PlainSample, write_plain_sample
from kwaliteitsmonitor.sample.plain.years import cycles_with, sample_years

__all__ = ["PlainSample", "cycles_with", "sample_years", "write_plain_sample"]
