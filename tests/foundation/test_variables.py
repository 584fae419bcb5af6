"""Settings: from an argument, the variable of that name or the default; all in one table, and no secret shows."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.addresses import SETTINGS as LANDING
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.settings_reference import in_force, settings_page, unknown
from kwaliteitsmonitor.foundation.variables import DASK_SCHEDULER, Variables, name_of, rows
from schemas.environment import PREFIX
from schemas.errors import UsageError
from schemas.packages import PACKAGES

ROOT = Path(__file__).resolve().parents[2]
OPENING = {name.lower() for kind in LANDING.values() for name in kind} | {"tenant", "known_hosts"}
"""What opens a server, by the last part of the variable: taken by name where the server is opened."""
OF_LIBRARIES = ("dagster_sensor_timeout", "ssl_cert_file")
"""What Dagster and OpenSSL read themselves."""


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith((PREFIX, "DAGSTER_HOME")):
            monkeypatch.delenv(name)


def test_an_argument_goes_before_the_variable_and_an_empty_one_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().out == ""
    monkeypatch.setenv("KWALITEITSMONITOR_OUT", "/environment")
    monkeypatch.setenv("kwaliteitsmonitor_landing", "/in/small/letters")
    read = (Settings().out, Settings(out="/argument").out, Settings(out="").out, Settings().landing)
    assert read == ("/environment", "/argument", "/environment", "")


def test_every_variable_is_read_into_its_field_and_back_to_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [name_of(name, field).replace("<CONNECTION>", "FINANCE") for name, field in rows(Variables)]
    for name in names:
        monkeypatch.setenv(name, f"value of {name}")
    own = [name for name in names if name.startswith(PREFIX)]
    read = Settings().by_name()
    assert {name: read[name] for name in own} == {name: f"value of {name}" for name in own}
    assert Settings().dagster_home == "value of DAGSTER_HOME"


def test_a_database_has_an_address_and_a_password_by_the_name_of_its_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("EVASYS_URL", "HR_2_URL", "HR_2_PASSWORD", "URL"):
        monkeypatch.setenv(f"{PREFIX}{name}", f"sqlite:///{name}")
    settings = Settings()
    urls = {name: url.get_secret_value() for name, url in settings.connection_urls.items()}
    assert urls == {"EVASYS": "sqlite:///EVASYS_URL", "HR_2": "sqlite:///HR_2_URL"}
    assert (list(settings.connection_passwords), settings.url) == (["HR_2"], "sqlite:///URL")


def test_an_empty_key_for_pseudonyms_is_no_absent_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().pseudonym_key is None
    monkeypatch.setenv("KWALITEITSMONITOR_PSEUDONYM_KEY", "")
    with pytest.raises(UsageError, match="key for pseudonyms"):
        Settings().read_pseudonym_key()


def test_no_secret_shows_in_what_settings_are_printed_as() -> None:
    secret = {name: f"geheim-{name}" for name, field in rows(Variables) if "SecretStr" in str(field.annotation)} | {
        "connection_urls": {"FINANCE": "geheim-url"},
        "connection_passwords": {"FINANCE": "geheim-password"},
    }
    settings = Settings(**secret)
    assert "geheim" not in f"{settings!r} {settings} {settings.model_dump_json()}"
    assert len(settings.secrets()) == len(secret) > 10


def test_the_address_of_a_landing_zone_with_a_password_is_refused_before_a_run_records_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_LANDING", "sftp://jan:geheim@sftp.example.org/zone")
    with pytest.raises(UsageError) as refused:
        Settings.from_environment()
    assert "geheim" not in str(refused.value)
    assert Settings.from_environment(landing="/srv/landing").landing == "/srv/landing"


def strange(text: str) -> set[str]:
    """The variables that a text names and the table does not have, but for those of options and of Dask."""
    named = set(re.findall(r"KWALITEITSMONITOR_[A-Z][A-Z_]*[A-Z]\b", text)) - {DASK_SCHEDULER}
    return {name for name, _ in unknown(dict.fromkeys(named, "x")) if not name.startswith(f"{PREFIX}RUN_")}


def test_the_page_of_settings_is_that_of_the_table() -> None:
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == settings_page(), "run: make dictionary"


def test_every_variable_that_is_named_is_in_the_table_and_every_one_of_the_table_is_read() -> None:
    paths = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if path.name != "variables.py")
    text = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    put_together = re.findall(r"""\{PREFIX\}([A-Z][A-Z_]*[A-Z])["']""", text)
    assert strange(" ".join([text, *(PREFIX + name for name in put_together)])) == set()
    for name, _ in rows(Variables):
        place, _, what = name.partition("_")
        if name not in OF_LIBRARIES and not (place in ("landing", "backup", "mirror") and what in OPENING):
            assert re.search(rf"\b(settings|self|Settings\(\))\.{name}\b", text), name
    deployed = [path for path in (ROOT / "deploy").rglob("*.*") if path.is_file() and path.suffix != ".pyc"]
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *deployed):
        assert strange(page.read_text(encoding="utf-8")) == set(), page


def test_a_variable_for_several_is_there_once_for_each() -> None:
    environment = {f"{PREFIX}{name}_URL": "x" for name in ("FINANCE", "EVASYS", "SMTP")}
    names = [one.name.removeprefix(PREFIX) for one in in_force(environment) if one.value]
    assert names == ["EVASYS_URL", "FINANCE_URL", "SMTP_URL"]
