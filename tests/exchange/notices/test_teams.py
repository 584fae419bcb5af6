"""The message in Teams, by a real web server on this machine that stands for the workflow's webhook."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from kwaliteitsmonitor.exchange.notices.schedule import Moment, State
from kwaliteitsmonitor.exchange.notices.teams import URL, card, checked, post
from schemas.errors import SourceError, UsageError
from tests.exchange.notices.conftest import Webhook
from tests.exchange.notices.university import notice, set_aside, university


def body(message: dict[str, Any]) -> list[dict[str, Any]]:
    (attachment,) = message["attachments"]
    assert message["type"] == "message"
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["content"]["type"] == "AdaptiveCard"
    blocks: list[dict[str, Any]] = attachment["content"]["body"]
    return blocks


def test_a_card_says_what_by_when_and_which_units_in_two_languages(webhook: Webhook) -> None:
    post(webhook.url, card(university(), [set_aside("B4", "C9"), notice(unit="East")]))
    (message,) = webhook.received
    heading, dutch, english, facts = body(message)
    assert heading["text"] == "Nog aan te leveren / still to be delivered: jaarverslag, 2019-2020"
    assert dutch["text"] == "Verzonnen Universiteit, cyclus 2021-03. Uiterlijk 31 december 2020."
    assert english["text"] == "annual report, 2019-2020. Made-up University, cycle 2021-03. Due by 31 December 2020."
    assert {fact["title"]: fact["value"] for fact in facts["facts"]} == {
        "North": "ontvangen, maar 2 rijen zijn apart gezet / received, but 2 rows are set aside",
        "East": "nog niet ontvangen / not received yet",
    }


def test_after_the_deadline_the_card_says_that_it_is_late() -> None:
    heading = body(card(university(), [notice(moment=Moment(True, 7), state=State.REFUSED)]))[0]
    assert heading["text"].startswith("Te laat / overdue")


@pytest.mark.parametrize("code", [400, 404, 429, 500, 302])
def test_what_the_webhook_does_not_take_is_said_by_its_code_and_without_its_address(
    webhook: Webhook, code: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    webhook.answers = [code]
    with pytest.raises(SourceError, match=rf"\({code}\)") as error:
        post(webhook.url, card(university(), [notice()]))
    assert "sig=" not in str(error.value) + repr(error.value.__cause__) + caplog.text
    assert webhook.received == []


def test_a_webhook_that_is_not_there_is_said_without_its_address() -> None:
    with pytest.raises(SourceError, match=r"\(ConnectionError\)") as error:
        post("http://127.0.0.1:1/workflows?sig=geheim", card(university(), [notice()]))
    assert "geheim" not in str(error.value)


@pytest.mark.parametrize("url", ["http://uni.webhook.test/x?sig=geheim", "geheim", "https://", "https://[geheim"])
def test_only_an_encrypted_address_is_a_webhook(url: str) -> None:
    with pytest.raises(UsageError) as error:
        checked(url)
    assert str(error.value).startswith(URL)
    assert "geheim" not in str(error.value)
    assert checked("https://uni.webhook.test/x?sig=geheim") == "https://uni.webhook.test/x?sig=geheim"
