"""What the progress report says: a module per section, each a pure function of a release as it is read."""

from __future__ import annotations

from kwaliteitsmonitor.releases.report.contents.report import composed, report_of

__all__ = ["composed", "report_of"]
