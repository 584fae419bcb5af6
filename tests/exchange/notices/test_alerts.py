"""What the operators read holds no secret."""

from __future__ import annotations

from kwaliteitsmonitor.exchange.notices.alerts import without_secrets
from kwaliteitsmonitor.foundation.settings import Settings


def test_no_secret_of_the_settings_stands_in_a_text() -> None:
    settings = Settings(
        connection_urls={"FINANCE": "postgresql://reader:ge%40heim@db/finance"},
        landing_password="wachtwoord",
        out="/srv/out",
    )
    said = without_secrets("reader:ge%40heim, ge@heim and\nwachtwoord under /srv/out", settings)
    assert said == "reader:…, … and … under /srv/out"
