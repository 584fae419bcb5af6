"""The operators are told of what fails, of cycles and of deadlines: once each, by a real mail server and webhook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dagster as dg
import pytest

from kwaliteitsmonitor.exchange.notices.alerts import without_secrets
from kwaliteitsmonitor.foundation.settings import Settings
from tests.exchange.notices.conftest import MailServer, Webhook
from tests.operations.health.conftest import CYCLE, Watched


@pytest.fixture
def mailing(post_office: MailServer, monkeypatch: pytest.MonkeyPatch) -> MailServer:
    monkeypatch.setenv("KWALITEITSMONITOR_SMTP_URL", post_office.url)
    return post_office


def subject(mail: Any) -> str:
    return " ".join(str(mail["Subject"]).split())


def test_a_run_that_failed_is_told_once_with_what_is_wrong_and_where_to_look(
    watched: Watched, mailing: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_URL", "https://monitor.universiteit.test/")
    result = watched.run("take_up_bfr")
    assert not result.success
    assert watched.look() == f"Told: failed: take_up_bfr, cycle {CYCLE} (mail)."
    assert watched.look() == "Nothing to tell."
    (mail,) = mailing.received
    assert mail["To"] == "kwaliteitsafspraken@universiteit.test"
    assert subject(mail) == f"Mislukt: take_up_bfr, cyclus {CYCLE} / failed: take_up_bfr, cycle {CYCLE}"
    text = mail.get_content()
    assert f"De taak take_up_bfr, cyclus {CYCLE}, stap deliver_bfr is niet gelukt." in text
    assert "What is wrong: " in text
    assert "no database is named for 'finance'" in text
    assert f"https://monitor.universiteit.test/runs/{result.run_id}" in text
    assert text.index("Wat te doen:") < text.index("What to do:")
    assert "Traceback" not in text


def test_a_server_that_refuses_is_tried_again_at_the_next_look(
    watched: Watched,
    serving: Callable[..., MailServer],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = serving(refuse=lambda address: True)
    monkeypatch.setenv("KWALITEITSMONITOR_SMTP_URL", server.url)
    watched.run("take_up_bfr")
    assert "the server refused the mail" in watched.look()
    assert server.received == []
    server.refuse = lambda address: False
    assert watched.look() == f"Told: failed: take_up_bfr, cycle {CYCLE} (mail)."
    assert len(server.received) == 1


def test_teams_hears_of_it_as_well_and_losing_the_cursor_tells_nothing_twice(
    watched: Watched,
    webhook: Webhook,
    mailing: MailServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_TEAMS_WEBHOOK", webhook.url)
    watched.run("take_up_bfr")
    watched.look()
    watched.cursor = None
    watched.look()
    (card,) = webhook.received
    body = card["attachments"][0]["content"]["body"]
    assert body[0]["text"].startswith("Mislukt: take_up_bfr")
    assert any("What is wrong:" in block["text"] for block in body)
    assert len(mailing.received) == 1


def test_a_gate_that_was_held_is_told_as_not_published(
    watched: Watched, mailing: MailServer, gated: Callable[..., Any]
) -> None:
    gated(watched.instance)
    watched.look()
    (mail,) = mailing.received
    assert subject(mail) == f"Niet gepubliceerd: cyclus {CYCLE} / not published: cycle {CYCLE}"
    assert "nothing was published and nothing was replaced" in mail.get_content()


def test_a_run_that_was_lost_is_told_as_lost(watched: Watched, mailing: MailServer) -> None:
    """As run monitoring marks it: no step failed, and nothing but the list of runs knows."""
    run = watched.instance.create_run_for_job(
        watched.definitions.resolve_job_def("cycle"),
        tags={"dagster/partition": CYCLE, "institution": "leiden"},
        status=dg.DagsterRunStatus.STARTED,
    )
    watched.instance.report_run_failed(run, "Exceeded maximum runtime of 14400 seconds.")
    watched.look()
    (mail,) = mailing.received
    assert "the run took longer than it may, or its process is gone" in mail.get_content()


def test_an_error_that_should_not_occur_is_told_by_its_kind_and_never_by_its_text(
    watched: Watched, mailing: MailServer
) -> None:
    @dg.op
    def step() -> None:
        raise ValueError("could not convert 'J. Jansen'")

    @dg.job(name="cycle", tags={"institution": "leiden", "dagster/partition": CYCLE})
    def job() -> None:
        step()

    job.execute_in_process(instance=watched.instance, raise_on_error=False)
    watched.look()
    (mail,) = mailing.received
    assert "an error that should not occur (ValueError)" in mail.get_content()
    assert "Jansen" not in mail.as_string()


def test_a_run_of_another_institution_is_not_told(watched: Watched, mailing: MailServer) -> None:
    @dg.op
    def step() -> None:
        raise ValueError

    @dg.job(name="cycle", tags={"institution": "elsewhere"})
    def job() -> None:
        step()

    job.execute_in_process(instance=watched.instance, raise_on_error=False)
    assert watched.look() == "Nothing to tell."
    assert mailing.received == []


def test_a_scheduled_cycle_that_is_done_is_told_with_who_did_not_deliver(
    watched: Watched, mailing: MailServer, gated: Callable[..., Any]
) -> None:
    gated(watched.instance, False)
    watched.look()
    (mail,) = mailing.received
    assert subject(mail).startswith(f"Cyclus {CYCLE} is gepubliceerd (concept), zonder FGGA, FdA")
    text = mail.get_content()
    assert "facultair onderwijsjaarverslag, 2019-2020 (uiterlijk 31 december 2020): niet ontvangen: FGGA, FdA" in text
    assert f"kwaliteitsmonitor status --cycle {CYCLE}" in text


def test_without_a_channel_it_says_so(watched: Watched) -> None:
    watched.run("take_up_bfr")
    assert "nobody is told" in watched.look()


def test_no_secret_of_the_environment_stands_in_what_is_told() -> None:
    settings = Settings(
        connection_urls={"FINANCE": "postgresql://reader:ge%40heim@db/finance"},
        landing_password="wachtwoord",
        out="/srv/out",
    )
    said = without_secrets("reader:ge%40heim, ge@heim and\nwachtwoord under /srv/out", settings)
    assert said == "reader:…, … and … under /srv/out"
