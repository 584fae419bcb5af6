"""Reminding as a job of Dagster, from a landing zone to a real mail server."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from pipelines.reminders import SENT
from tests.exchange.notices.conftest import MailServer, Webhook
from tests.pipelines.conftest import CYCLE, Watched
from tests.sample_year import QUIET

BEFORE = "2020-12-17"
"""Two weeks before the reports of the faculties are due; nothing else is."""
UNITS = ("FGGA", "FdA", "FGW", "FdR", "FSW", "FWN", "LUMC", "ICLON", "HA")


def remind(office: Watched, on: str = BEFORE, **config: Any) -> Any:
    return office.run("reminders", remind={"on": on, **config})


def fates(result: Any) -> dict[str, int]:
    """How many notices met which fate in a run that went well or not, as Dagster shows it."""
    (made,) = [e for e in result.get_asset_materialization_events() if e.asset_key.path == ["notices", "sent"]]
    counts = {name: value.value for name, value in made.materialization.metadata.items() if name != "notices"}
    return {name: count for name, count in counts.items() if count}


def test_before_anything_is_delivered_each_unit_is_reminded_once_by_each_channel(
    office: Watched, mailing: MailServer, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_TEAMS_WEBHOOK", webhook.url)
    result = remind(office)
    assert fates(result) == {"sent": 18}
    assert mailing.recipients == [f"kwaliteitsafspraken.{unit.lower()}@universiteit.test" for unit in UNITS]
    subject = " ".join(mailing.received[0]["Subject"].split())
    assert "facultair onderwijsjaarverslag, 2019-2020, FGGA, uiterlijk 31 december 2020" in subject
    (message,) = webhook.received
    facts = message["attachments"][0]["content"]["body"][3]["facts"]
    assert [fact["title"] for fact in facts] == list(UNITS)
    assert "geheim" not in "".join(str(event) for event in result.all_events)
    assert fates(remind(office)) == {"sent_earlier": 18}
    assert (len(mailing.received), len(webhook.received)) == (9, 1)


def test_what_is_due_is_shown_and_not_sent_without_a_server_in_a_dry_run_and_from_the_graph(
    office: Watched, post_office: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fates(remind(office)) == {"not_configured": 9}
    monkeypatch.setenv("KWALITEITSMONITOR_SMTP_URL", post_office.url)
    assert fates(remind(office, dry_run=True)) == {"would_send": 9}
    from_graph = office.definitions.resolve_implicit_global_asset_job_def().execute_in_process(
        instance=office.instance,
        partition_key=CYCLE,
        asset_selection=[SENT],
        run_config={**QUIET, "ops": {"remind": {"config": {"on": BEFORE}}}},
    )
    assert fates(from_graph) == {"would_send": 9}
    assert post_office.received == []


def test_who_delivered_is_left_in_peace_and_who_delivered_something_unreadable_hears_so(
    office: Watched, mailing: MailServer
) -> None:
    folder = office.landing / "onderwijsjaarverslag" / "2019-2020"
    folder.mkdir(parents=True)
    (folder / "FGW.xlsx").write_bytes(b"this is no workbook")
    os.utime(folder / "FGW.xlsx", (1_600_000_000, 1_600_000_000))
    assert fates(remind(office)) == {}  # nobody has looked: nobody is told that they did not deliver
    assert office.run("take_up_faculty_report").success
    assert fates(remind(office)) == {"sent": 9}
    texts = {mail["To"].split("@")[0].split(".")[1]: mail.get_content() for mail in mailing.received}
    assert "Stand: ontvangen, maar geweigerd." in texts["fgw"]
    assert "onderwijsjaarverslag/2019-2020/FGW.xlsx" in texts["fgw"]
    assert "Stand: nog niet ontvangen." in texts["fdr"]


def test_after_the_deadline_who_is_late_hears_so_and_the_whole_institution_of_what_is_central(
    office: Watched, mailing: MailServer
) -> None:
    office.rewrite("profile.yaml", "days_after: []", "days_after: [1]")
    assert fates(remind(office, "2020-12-02")) == {"sent": 2}
    assert {mail["To"] for mail in mailing.received} == {"kwaliteitsafspraken@universiteit.test"}
    late = "Te laat / overdue: {}, 2020, uiterste datum was 1 december 2020"
    feeds = ("inschrijvingen op 1 oktober", "personeel op de peildatum")
    assert [mail["Subject"].strip() for mail in mailing.received] == [late.format(feed) for feed in feeds]
    # A database that was not pulled today is not spoken of.
    assert fates(remind(office, "2021-02-14")) == {}
    assert len(mailing.received) == 2


def test_a_server_that_refuses_fails_the_run_with_one_sentence_and_is_asked_again_the_next_time(
    office: Watched, serving: Callable[..., MailServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serving(refuse=lambda address: ".fgw@" in address)
    monkeypatch.setenv("KWALITEITSMONITOR_SMTP_URL", server.url)
    result = remind(office)
    assert not result.success
    (failure,) = [e.event_specific_data for e in result.all_events if e.event_type_value == "STEP_FAILURE"]
    sentence = failure.user_failure_data.description
    assert sentence.startswith("1 of 9 notices were not sent.")
    assert "kwaliteitsafspraken.fgw@universiteit.test (550)" in sentence
    assert "\n" not in sentence
    assert fates(result) == {"sent": 8, "failed": 1}
    server.refuse = lambda address: False
    assert fates(remind(office, "2020-12-18")) == {"sent": 1, "sent_earlier": 8}
