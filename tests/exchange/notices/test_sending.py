"""Sending: each notice once by each channel, again where it did not go out, and never to a placeholder."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from kwaliteitsmonitor.exchange.notices.ledger import Ledger
from kwaliteitsmonitor.exchange.notices.mail import Server
from kwaliteitsmonitor.exchange.notices.schedule import Moment, Notice
from kwaliteitsmonitor.exchange.notices.sending import Channels, Fate, Outcome, mailbox, planned, send, undelivered
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.errors import SourceError
from schemas.profile import Profile
from tests.exchange.notices.conftest import MailServer, Webhook
from tests.exchange.notices.university import CYCLE, clock, notice, university

BOTH = [notice("North"), notice("East")]


def by_mail(server: MailServer) -> Channels:
    return Channels(server=Server.of(server.url))


def fates(outcomes: list[Outcome]) -> list[tuple[str, str, str]]:
    return [(outcome.channel, outcome.notice.unit, str(outcome.fate)) for outcome in outcomes]


def test_a_notice_goes_to_the_mailbox_of_the_unit_or_else_to_that_of_all(
    profile: Profile, workspace: Workspace, post_office: MailServer
) -> None:
    found = send(profile, BOTH, Ledger(workspace, CYCLE), by_mail(post_office), clock)
    assert fates(found) == [("mail", "North", "sent"), ("mail", "East", "sent")]
    assert post_office.recipients == ["noord@uni.test", "afspraken@uni.test"]


def test_it_goes_out_once_however_often_it_is_asked_for(
    profile: Profile, workspace: Workspace, post_office: MailServer
) -> None:
    send(profile, BOTH, Ledger(workspace, CYCLE), by_mail(post_office), clock)
    again = send(profile, BOTH, Ledger(Workspace(workspace.root), CYCLE), by_mail(post_office), clock)
    assert {outcome.fate for outcome in again} == {Fate.EARLIER}
    assert len(post_office.received) == 2


def test_each_moment_is_a_notice_of_its_own(profile: Profile, workspace: Workspace, post_office: MailServer) -> None:
    ledger = Ledger(workspace, CYCLE)
    for moment in (Moment(False, 14), Moment(False, 3), Moment(True, 1), Moment(True, 1)):
        send(profile, [notice(moment=moment)], ledger, by_mail(post_office), clock)
    assert len({found["Message-ID"] for found in post_office.received}) == 3
    assert [entry["moment"] for entry in ledger.entries()].count("after-1") == 1


def test_the_ledger_says_what_went_out_to_whom_and_when(
    profile: Profile, workspace: Workspace, post_office: MailServer
) -> None:
    ledger = Ledger(workspace, CYCLE)
    send(profile, [notice()], ledger, by_mail(post_office), clock)
    (entry,) = ledger.entries()
    assert entry == {
        "cycle": CYCLE,
        "feed": "report",
        "period": "2019-2020",
        "unit": "North",
        "moment": "before-14",
        "channel": "mail",
        "state": "missing",
        "sent": "2020-12-17T08:00:00+01:00",
        "to": "noord@uni.test",
        "message_id": post_office.received[0]["Message-ID"],
    }


def test_a_process_that_dies_between_sending_and_noting_sends_the_same_message_again(
    profile: Profile, workspace: Workspace, post_office: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(workspace, CYCLE)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(Ledger, "note", die)
        with pytest.raises(KeyboardInterrupt):
            send(profile, [notice()], ledger, by_mail(post_office), clock)
    send(profile, [notice()], ledger, by_mail(post_office), clock)
    first, second = post_office.received
    assert first["Message-ID"] == second["Message-ID"]


def test_a_mailbox_that_is_refused_does_not_keep_the_others_from_being_told_and_is_tried_again(
    profile: Profile, workspace: Workspace, serving: Callable[..., MailServer]
) -> None:
    ledger = Ledger(workspace, CYCLE)
    server = serving(refuse=lambda address: address == "noord@uni.test")
    found = send(profile, BOTH, ledger, by_mail(server), clock)
    assert fates(found) == [("mail", "North", "failed"), ("mail", "East", "sent")]
    with pytest.raises(SourceError, match=r"^1 of 2 notices were not sent\. .*noord@uni\.test \(550\)"):
        undelivered(found)
    server.refuse = lambda address: False
    again = send(profile, BOTH, ledger, by_mail(server), clock)
    assert fates(again) == [("mail", "North", "sent"), ("mail", "East", "sent_earlier")]
    assert server.recipients == ["afspraken@uni.test", "noord@uni.test"]


def test_a_server_that_is_gone_is_asked_once_and_everything_waits(profile: Profile, workspace: Workspace) -> None:
    ledger = Ledger(workspace, CYCLE)
    found = send(profile, BOTH, ledger, Channels(server=Server.of("smtp://127.0.0.1:1")), clock)
    assert {outcome.fate for outcome in found} == {Fate.FAILED}
    assert len({outcome.sentence for outcome in found}) == 1
    assert ledger.entries() == []
    with pytest.raises(SourceError) as error:
        undelivered(found)
    assert str(error.value).count("cannot be reached") == 1
    assert "\n" not in str(error.value)


def test_a_placeholder_gets_no_mail(workspace: Workspace, post_office: MailServer) -> None:
    profile = university(contact="afspraken@universiteit.example")
    found = send(profile, BOTH, Ledger(workspace, CYCLE), by_mail(post_office), clock)
    assert fates(found) == [("mail", "North", "sent"), ("mail", "East", "no_address")]
    assert "put real ones in units.yaml" in found[1].sentence.en
    assert mailbox(profile, "East") == ""
    undelivered(found)  # nothing failed: there is nothing that a next time would mend


def test_without_a_server_nothing_is_sent_and_nothing_is_noted(profile: Profile, workspace: Workspace) -> None:
    ledger = Ledger(workspace, CYCLE)
    found = send(profile, BOTH, ledger, Channels(), clock)
    assert {outcome.fate for outcome in found} == {Fate.NO_CHANNEL}
    assert ledger.entries() == []


def test_a_dry_run_tells_what_would_go_out_and_sends_nothing(
    profile: Profile, workspace: Workspace, post_office: MailServer
) -> None:
    ledger = Ledger(workspace, CYCLE)
    assert fates(planned(profile, BOTH, ledger, by_mail(post_office))) == [
        ("mail", "North", "would_send"),
        ("mail", "East", "would_send"),
    ]
    send(profile, [BOTH[0]], ledger, by_mail(post_office), clock)
    assert fates(planned(profile, BOTH, ledger, by_mail(post_office))) == [
        ("mail", "North", "sent_earlier"),
        ("mail", "East", "would_send"),
    ]
    assert len(post_office.received) == 1


def test_teams_gets_one_card_for_all_units_and_later_one_for_who_was_not_in_it(
    profile: Profile, workspace: Workspace, webhook: Webhook
) -> None:
    ledger, channels = Ledger(workspace, CYCLE), Channels(webhook=webhook.url)
    send(profile, BOTH[:1], ledger, channels, clock)
    send(profile, BOTH, ledger, channels, clock)
    send(profile, BOTH, ledger, channels, clock)
    units = [
        [fact["title"] for fact in message["attachments"][0]["content"]["body"][3]["facts"]]
        for message in webhook.received
    ]
    assert units == [["North"], ["East"]]


def test_a_card_that_was_not_taken_is_posted_the_next_time(
    profile: Profile, workspace: Workspace, webhook: Webhook
) -> None:
    ledger, channels = Ledger(workspace, CYCLE), Channels(webhook=webhook.url)
    webhook.answers = [500, 202]
    first = send(profile, BOTH, ledger, channels, clock)
    assert {outcome.fate for outcome in first} == {Fate.FAILED}
    second = send(profile, BOTH, ledger, channels, clock)
    assert fates(second) == [("teams", "North", "sent"), ("teams", "East", "sent")]
    assert len(webhook.received) == 1


def test_what_went_out_by_mail_still_goes_to_teams(
    profile: Profile, workspace: Workspace, post_office: MailServer, webhook: Webhook
) -> None:
    ledger = Ledger(workspace, CYCLE)
    send(profile, BOTH, ledger, by_mail(post_office), clock)
    both = replace(by_mail(post_office), webhook=webhook.url)
    found = send(profile, BOTH, ledger, both, clock)
    assert {(outcome.channel, outcome.fate) for outcome in found} == {("mail", Fate.EARLIER), ("teams", Fate.SENT)}
    assert len(post_office.received) == 2


def test_two_processes_at_once_send_a_notice_once(
    profile: Profile, workspace: Workspace, post_office: MailServer
) -> None:
    many: list[Notice] = [notice("North", moment=Moment(False, days)) for days in range(1, 15)]
    channels = by_mail(post_office)
    ways = [
        threading.Thread(target=send, args=(profile, many, Ledger(workspace, CYCLE), channels, clock)) for _ in range(4)
    ]
    for way in ways:
        way.start()
    for way in ways:
        way.join()
    assert len(post_office.received) == len(many)


def test_the_channels_come_from_the_environment(webhook: Webhook) -> None:
    assert not Channels.of(Settings()).any
    found = Channels.of(Settings(smtp_url="smtp://u:geheim77@relay.uni.test:587", teams_webhook=webhook.url))
    assert found.server is not None
    assert found.server.port == 587
    assert "geheim77" not in repr(found)
    assert "sig=" not in repr(found)
