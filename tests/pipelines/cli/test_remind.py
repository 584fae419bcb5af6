"""The `remind` command: what it shows, sends and ends with."""

from __future__ import annotations

import pytest

from pipelines.cli.remind import remind
from schemas.errors import SourceError, UsageError
from tests.exchange.notices.conftest import MailServer
from tests.pipelines.conftest import CYCLE, Watched
from tests.pipelines.test_reminders import BEFORE


def test_a_dry_run_shows_what_would_be_sent_to_whom_and_in_which_words(
    office: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    assert remind(office.settings, CYCLE, BEFORE, True) == 0
    shown = capsys.readouterr().out
    for text in (
        "Berichten voor cyclus 2021-03 op 17 december 2020",
        "kwaliteitsafspraken.fgw@universiteit.test",
        "Onderwerp: Herinnering / reminder: facultair onderwijsjaarverslag, 2019-2020, FGW",
        "Where to deliver: in the landing zone, as onderwijsjaarverslag/2019-2020/FGW.xlsx.",
        "Er wordt niets verstuurd: KWALITEITSMONITOR_SMTP_URL en KWALITEITSMONITOR_TEAMS_WEBHOOK noemen",
        "de database is vandaag niet gelezen (nog nooit); draai take_up_bfr.",
    ):
        assert text in shown
    assert remind(office.settings, CYCLE, "2020-11-16", True) == 0
    assert "Geen berichten voor cyclus 2021-03 op 16 november 2020." in capsys.readouterr().out


def test_it_sends_once(office: Watched, mailing: MailServer, capsys: pytest.CaptureFixture[str]) -> None:
    for count in ("9 verstuurd", "9 eerder verstuurd"):
        assert office.call("remind", "--cycle", CYCLE, "--on", BEFORE) == 0
        assert count in capsys.readouterr().out
    assert len(mailing.received) == 9


def test_what_cannot_be_is_refused_and_a_server_that_is_gone_said_once_without_its_password(
    office: Watched, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for on, sentence in (
        (BEFORE, "Er is niets om berichten mee te versturen. Noem een server"),
        ("17-12-2020", "'17-12-2020' is geen datum. Schrijf een datum als JJJJ-MM-DD."),
    ):
        with pytest.raises(UsageError) as refused:
            remind(office.settings, CYCLE, on, False)
        assert sentence in refused.value.in_words.nl
    monkeypatch.setenv("KWALITEITSMONITOR_SMTP_URL", "smtp://mailer:geheim77@127.0.0.1:1")
    with pytest.raises(SourceError) as gone:
        remind(office.settings, CYCLE, BEFORE, False)
    text = gone.value.in_words.nl
    assert text.startswith("9 van de 9 berichten zijn niet verstuurd.")
    assert text.count("kan niet worden bereikt") == 1
    assert "geheim77" not in text + str(gone.value) + capsys.readouterr().out
