"""Names of environment variables."""

from __future__ import annotations

PREFIX = "KWALITEITSMONITOR_"
