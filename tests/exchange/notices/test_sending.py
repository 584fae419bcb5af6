"""Sending: each notice once by each channel, again where it did not go out, and never to a placeholder."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from kwaliteitsmonitor.exchange.notices.ledger import Ledger
from kwaliteitsmonitor.exchange.notices.mail import Server
from kwaliteitsmonitor.exchange.notices.schedule import Moment, Notice
from kwaliteitsmonitor.exchange.notices.sending import Channels, Fate, Outcome, mailbox, planned, send, undelivered
from kwaliteitsmonitor.foundation.settings import Settings
from schemas.errors import SourceError
from tests.exchange.notices.conftest import MailServer, Webhook
from tests.exchange.notices.university import CYCLE, clock, notice, university

BOTH = [notice("North"), notice("East")]


def by_mail(server: MailServer) -> Channels:
    return Channels(server=Server.of(server.url))


def sent(ledger: Ledger, channels: Channels, notices: Sequence[Notice] = BOTH) -> list[Outcome]:
    return send(university(), notices, ledger, channels, clock)


def fates(outcomes: Sequence[Outcome]) -> list[str]:
    return [f"{one.channel} {one.notice.unit} {one.fate}" for one in outcomes]


def test_a_notice_goes_once_to_the_mailbox_of_the_unit_or_else_to_that_of_all(
    ledger: Ledger, post_office: MailServer
) -> None:
    assert fates(sent(ledger, by_mail(post_office))) == ["mail North sent", "mail East sent"]
    assert post_office.recipients == ["noord@uni.test", "afspraken@uni.test"]
    assert fates(sent(ledger, by_mail(post_office))) == ["mail North sent_earlier", "mail East sent_earlier"]
    assert len(post_office.received) == 2


def test_each_moment_is_a_notice_of_its_own(ledger: Ledger, post_office: MailServer) -> None:
    for moment in (Moment(False, 14), Moment(False, 3), Moment(True, 1), Moment(True, 1)):
        sent(ledger, by_mail(post_office), [notice(moment=moment)])
    assert len({one["Message-ID"] for one in post_office.received}) == 3
    entries = {entry["moment"]: entry for entry in ledger.entries()}
    assert len(entries) == len(ledger.entries()) == 3
    assert entries["before-14"] == {
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
    ledger: Ledger, post_office: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(Ledger, "note", die)
        with pytest.raises(KeyboardInterrupt):
            sent(ledger, by_mail(post_office), [notice()])
    sent(ledger, by_mail(post_office), [notice()])
    first, second = post_office.received
    assert first["Message-ID"] == second["Message-ID"]


def test_a_mailbox_that_is_refused_does_not_keep_the_others_waiting_and_is_tried_again(
    ledger: Ledger, serving: Callable[..., MailServer]
) -> None:
    server = serving(refuse=lambda address: address == "noord@uni.test")
    outcomes = sent(ledger, by_mail(server))
    assert fates(outcomes) == ["mail North failed", "mail East sent"]
    with pytest.raises(SourceError, match=r"^1 of 2 notices were not sent\. .*noord@uni\.test \(550\)"):
        undelivered(outcomes)
    server.refuse = lambda address: False
    assert fates(sent(ledger, by_mail(server))) == ["mail North sent", "mail East sent_earlier"]
    assert server.recipients == ["afspraken@uni.test", "noord@uni.test"]


def test_a_server_that_is_gone_is_tried_once_and_everything_waits(ledger: Ledger) -> None:
    outcomes = sent(ledger, Channels(server=Server.of("smtp://127.0.0.1:1")))
    assert fates(outcomes) == ["mail North failed", "mail East failed"]
    assert ledger.entries() == []
    with pytest.raises(SourceError) as error:
        undelivered(outcomes)
    where = "mail server 127.0.0.1:1: the mail server cannot be reached (ConnectionRefusedError)"
    assert (str(error.value).count(where), error.value.exit_code) == (1, 4)
    assert "\n" not in str(error.value)


def test_a_placeholder_gets_no_mail(ledger: Ledger, post_office: MailServer) -> None:
    profile = university(contact="afspraken@universiteit.example")
    outcomes = send(profile, BOTH, ledger, by_mail(post_office), clock)
    assert fates(outcomes) == ["mail North sent", "mail East no_address"]
    assert "put real ones in units.yaml" in outcomes[1].sentence.en
    assert mailbox(profile, "East") == ""
    undelivered(outcomes)  # nothing failed: there is nothing that a next time would mend


def test_a_dry_run_shows_what_would_go_out_and_sends_nothing(ledger: Ledger, post_office: MailServer) -> None:
    assert {one.fate for one in sent(ledger, Channels())} == {Fate.NO_CHANNEL}
    assert ledger.entries() == []

    def plan() -> list[str]:
        return fates(planned(university(), BOTH, ledger, by_mail(post_office)))

    assert plan() == ["mail North would_send", "mail East would_send"]
    sent(ledger, by_mail(post_office), BOTH[:1])
    assert plan() == ["mail North sent_earlier", "mail East would_send"]
    assert len(post_office.received) == 1


def test_teams_gets_one_card_for_all_units_and_later_one_for_who_was_not_in_it(
    ledger: Ledger, webhook: Webhook
) -> None:
    webhook.answers = [500, 202]
    channels = Channels(webhook=webhook.url)
    assert fates(sent(ledger, channels, BOTH[:1])) == ["teams North failed"]
    for notices in (BOTH[:1], BOTH, BOTH):
        sent(ledger, channels, notices)
    bodies = [message["attachments"][0]["content"]["body"] for message in webhook.received]
    assert [[fact["title"] for fact in body[3]["facts"]] for body in bodies] == [["North"], ["East"]]


def test_what_went_out_by_mail_still_goes_to_teams(ledger: Ledger, post_office: MailServer, webhook: Webhook) -> None:
    sent(ledger, by_mail(post_office))
    outcomes = sent(ledger, replace(by_mail(post_office), webhook=webhook.url))
    assert {(one.channel, one.fate) for one in outcomes} == {("mail", Fate.EARLIER), ("teams", Fate.SENT)}
    assert len(post_office.received) == 2


def test_several_at_once_send_a_notice_once(ledger: Ledger, post_office: MailServer) -> None:
    many = [notice("North", moment=Moment(False, days)) for days in range(1, 15)]
    threads = [threading.Thread(target=sent, args=(ledger, by_mail(post_office), many)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(post_office.received) == len(many)


def test_the_channels_come_from_the_settings_and_show_no_secret(webhook: Webhook) -> None:
    assert not Channels.of(Settings()).any
    channels = Channels.of(Settings(smtp_url="smtp://u:geheim77@relay.uni.test:587", teams_webhook=webhook.url))
    assert channels.server is not None
    assert channels.server.port == 587
    assert "geheim77" not in repr(channels)
    assert "sig=" not in repr(channels)
