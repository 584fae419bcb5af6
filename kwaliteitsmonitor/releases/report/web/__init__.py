"""The report as one web page that needs nothing beside it: no network, no script, no font of its own."""

from __future__ import annotations

from kwaliteitsmonitor.releases.report.web.page import page

__all__ = ["page"]
