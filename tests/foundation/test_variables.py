"""Settings come from an argument, else from the variable of that name, else from the default; secrets do not show."""

from __future__ import annotations

import os

import pytest

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.variables import Variables, name_of, rows
from schemas.environment import PREFIX
from schemas.errors import UsageError


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith((PREFIX, "DAGSTER_HOME")):
            monkeypatch.delenv(name)


def test_an_argument_goes_before_the_variable_and_an_empty_one_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings().out == ""
    monkeypatch.setenv("KWALITEITSMONITOR_OUT", "/from/environment")
    monkeypatch.setenv("kwaliteitsmonitor_landing", "/in/small/letters")
    assert (Settings().out, Settings(out="/argument").out, Settings(out="").out, Settings().landing) == (
        "/from/environment",
        "/argument",
        "/from/environment",
        "",
    )


def test_every_variable_is_read_into_its_field_and_back_to_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [name_of(name, field).replace("<CONNECTION>", "FINANCE") for name, field in rows(Variables)]
    for name in names:
        monkeypatch.setenv(name, f"value of {name}")
    read = Settings().by_name()
    assert {name: read[name] for name in names if name.startswith(PREFIX)} == {
        name: f"value of {name}" for name in names if name.startswith(PREFIX)
    }
    assert Settings().dagster_home == "value of DAGSTER_HOME"


def test_a_database_has_an_address_and_a_password_by_the_name_of_its_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("EVASYS_URL", "HR_2_URL", "HR_2_PASSWORD", "URL"):
        monkeypatch.setenv(f"{PREFIX}{name}", f"sqlite:///{name}")
    settings = Settings()
    assert {name: url.get_secret_value() for name, url in settings.connection_urls.items()} == {
        "EVASYS": "sqlite:///EVASYS_URL",
        "HR_2": "sqlite:///HR_2_URL",
    }
    assert list(settings.connection_passwords) == ["HR_2"]
    assert settings.url == "sqlite:///URL"


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
