"""The packages of the project: whatever reads or digests its code goes by this list."""

from pathlib import Path

PACKAGES = ("schemas", "kwaliteitsmonitor", "assets", "pipelines")
ROOT = Path(__file__).resolve().parents[1]
"""Where the packages lie: the checkout, or the folder into which the wheel was installed."""
