"""The operators hear of what fails, of cycles and of deadlines: once each, by a real mail server and webhook."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from kwaliteitsmonitor.exchange.notices.ledger import ALERTS, Ledger
from kwaliteitsmonitor.exchange.notices.mail import Server
from kwaliteitsmonitor.exchange.notices.sending import Channels
from pipelines.alerts import due, ways
from tests.exchange.notices.conftest import MailServer, Webhook
from tests.exchange.notices.university import university
from tests.pipelines.conftest import CYCLE, Watched

WEBHOOK = Channels(webhook="http://127.0.0.1:1")
ALERT = f"Told: failed: take_up_bfr, cycle {CYCLE}"


def subject(mail: Any) -> str:
    return " ".join(str(mail["Subject"]).split())


def test_a_run_that_failed_is_told_once_by_each_channel_with_what_is_wrong_and_where_to_look(
    watched: Watched, webhook: Webhook, mailing: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_URL", "https://monitor.universiteit.test/")
    monkeypatch.setenv("KWALITEITSMONITOR_TEAMS_WEBHOOK", webhook.url)
    run = watched.run("take_up_bfr")
    assert not run.success
    assert watched.look() == f"{ALERT} (mail). {ALERT} (teams)."
    assert watched.look() == "Nothing to tell."
    watched.cursor = None
    assert watched.look() == "Nothing to tell."
    (mail,) = mailing.received
    assert mail["To"] == "kwaliteitsafspraken@universiteit.test"
    assert subject(mail) == f"Mislukt: take_up_bfr, cyclus {CYCLE} / failed: take_up_bfr, cycle {CYCLE}"
    text = mail.get_content()
    for sentence in (
        f"De taak take_up_bfr, cyclus {CYCLE}, stap deliver_bfr is niet gelukt.",
        "What is wrong: ",
        "no database is named for 'finance'",
        f"https://monitor.universiteit.test/runs/{run.run_id}",
    ):
        assert sentence in text
    assert text.index("Wat te doen:") < text.index("What to do:")
    assert "Traceback" not in text
    (card,) = webhook.received
    body = card["attachments"][0]["content"]["body"]
    assert body[0]["text"].startswith("Mislukt: take_up_bfr")
    assert any("What is wrong:" in block["text"] for block in body)


def test_a_server_that_refuses_is_tried_again_at_the_next_look(
    watched: Watched, serving: Callable[..., MailServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.run("take_up_bfr")
    assert "nobody is told" in watched.look()
    server = serving(refuse=lambda address: True)
    monkeypatch.setenv("KWALITEITSMONITOR_SMTP_URL", server.url)
    assert "the server refused the mail" in watched.look()
    server.refuse = lambda address: False
    assert watched.look() == f"{ALERT} (mail)."
    assert len(server.received) == 1


def job_of(institution: str) -> dg.JobDefinition:
    """A job named as the cycle, of an institution, in which a step raises what should not occur."""

    @dg.op
    def step() -> None:
        raise ValueError("could not convert 'J. Jansen'")

    @dg.job(name="cycle", tags={"institution": institution, "dagster/partition": CYCLE})
    def job() -> None:
        step()

    return job


@pytest.mark.parametrize(
    ("event", "heading", "sentences"),
    [
        (
            "held",
            f"Niet gepubliceerd: cyclus {CYCLE} / not published: cycle {CYCLE}",
            ["nothing was published and nothing was replaced"],
        ),
        ("lost", "Mislukt: cycle", ["the run took longer than it may, or its process is gone"]),
        ("raised", "Mislukt: cycle", ["an error that should not occur (ValueError)"]),
        (
            "done",
            f"Cyclus {CYCLE} is gepubliceerd (concept), zonder FGGA, FdA",
            [
                "facultair onderwijsjaarverslag, 2019-2020 (uiterlijk 31 december 2020): niet ontvangen: FGGA, FdA",
                f"kwaliteitsmonitor status --cycle {CYCLE}",
            ],
        ),
    ],
)
def test_what_became_of_a_cycle_is_told_without_a_text_of_an_error(
    event: str,
    heading: str,
    sentences: list[str],
    watched: Watched,
    mailing: MailServer,
    gated: Callable[..., Any],
) -> None:
    instance = watched.instance
    if event == "lost":  # no step failed, and nothing but the list of runs knows
        tags = {"dagster/partition": CYCLE, "institution": "leiden"}
        run = instance.create_run_for_job(job_of("leiden"), tags=tags, status=dg.DagsterRunStatus.STARTED)
        instance.report_run_failed(run, "Exceeded maximum runtime of 14400 seconds.")
    elif event == "raised":
        job_of("leiden").execute_in_process(instance=instance, raise_on_error=False)
    else:
        gated(instance, event == "held")
    watched.look()
    (mail,) = mailing.received
    assert subject(mail).startswith(heading)
    assert all(sentence in mail.get_content() for sentence in sentences)
    assert "Jansen" not in mail.as_string()


def test_a_run_of_another_institution_is_not_told(watched: Watched, mailing: MailServer) -> None:
    job_of("elsewhere").execute_in_process(instance=watched.instance, raise_on_error=False)
    assert (watched.look(), mailing.received) == ("Nothing to tell.", [])


def test_the_operators_hear_of_a_deadline_from_the_morning_after_it_once(watched: Watched) -> None:
    ledger = Ledger(watched.workspace, ALERTS)

    def at(when: str) -> list[tuple[str, ...]]:
        moment = datetime.fromisoformat(when).replace(tzinfo=ZoneInfo("Europe/Amsterdam"))
        alerts = list(due(watched.instance, watched.settings, ledger, moment - timedelta(days=1), moment, WEBHOOK))
        for alert in alerts:
            ledger.note("teams", alert, moment, {})
        return [alert.key for alert in alerts]

    for early in ("2020-12-31T23:59", "2021-01-01T07:58"):
        assert at(early) == []
    assert at("2021-01-01T08:00") == [("deadline", "2021-03", "2020-12-31")]
    for later in ("2021-01-01T08:01", "2021-02-20T08:00"):
        assert at(later) == []


def test_mail_is_no_way_to_reach_who_has_no_mailbox() -> None:
    nobody, server = university(contact="", sender=""), Server.of("smtp://127.0.0.1:25")
    assert (ways(nobody, WEBHOOK), ways(nobody, Channels(server=server))) == (("teams",), ())
    assert ways(university(operators="beheer@uni.test"), Channels(server=server)) == ("mail",)
