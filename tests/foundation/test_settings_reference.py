"""Every variable stands in one table, which is the page of settings."""

from __future__ import annotations

import re
from pathlib import Path

from kwaliteitsmonitor.foundation.addresses import SETTINGS as LANDING
from kwaliteitsmonitor.foundation.settings_reference import in_force, settings_page, unknown
from kwaliteitsmonitor.foundation.variables import Variables, rows
from schemas.environment import PREFIX
from schemas.packages import PACKAGES

ROOT = Path(__file__).resolve().parents[2]
OPENING = {name.lower() for kind in LANDING.values() for name in kind} | {"tenant", "known_hosts"}
"""What opens a server, by the last part of the variable: taken by name where the server is opened."""
OF_LIBRARIES = ("dagster_sensor_timeout", "ssl_cert_file")
"""What Dagster and OpenSSL read themselves."""


def sources() -> str:
    paths = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths if path.name != "variables.py")


def strange(text: str) -> set[str]:
    """The variables that a text names and the table does not have, but for those of options."""
    named = re.findall(r"KWALITEITSMONITOR_[A-Z][A-Z_]*[A-Z]\b", text)
    return {name for name, _ in unknown(dict.fromkeys(named, "x")) if not name.startswith(f"{PREFIX}RUN_")}


def test_the_page_is_that_of_the_table() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings_page(), "run: make dictionary"


def test_every_variable_that_is_named_is_in_the_table_and_every_one_of_the_table_is_read() -> None:
    text = sources()
    put_together = re.findall(r"""\{PREFIX\}([A-Z][A-Z_]*[A-Z])["']""", text)
    assert strange(" ".join([text, *(PREFIX + name for name in put_together)])) == set()
    for name, _ in rows(Variables):
        of_a_server = name.partition("_")[0] in ("landing", "backup", "mirror") and name.partition("_")[2] in OPENING
        if name not in OF_LIBRARIES and not of_a_server:
            assert re.search(rf"\b(settings|self|Settings\(\))\.{name}\b", text), name
    deployed = [path for path in (ROOT / "deploy").rglob("*.*") if path.is_file() and path.suffix != ".pyc"]
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *deployed):
        assert strange(page.read_text(encoding="utf-8")) == set(), page


def test_a_variable_for_several_is_there_once_for_each() -> None:
    environment = {f"{PREFIX}{name}_URL": "x" for name in ("FINANCE", "EVASYS", "SMTP")}
    names = [one.name for one in in_force(environment) if one.value]
    assert names == ["KWALITEITSMONITOR_EVASYS_URL", "KWALITEITSMONITOR_FINANCE_URL", "KWALITEITSMONITOR_SMTP_URL"]
