"""The `remind` command: what it shows, sends and ends with."""

from __future__ import annotations

import pytest

from pipelines.cli.remind import remind
from schemas.errors import KwaliteitsmonitorError, SourceError, UsageError
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


def test_it_sends_once(office: Watched, mailing: MailServer, capsys: pytest.CaptureFixture[str]) -> None:
    for count in ("9 verstuurd", "9 eerder verstuurd"):
        assert office.call("remind", "--cycle", CYCLE, "--on", BEFORE) == 0
        assert count in capsys.readouterr().out
    assert len(mailing.received) == 9


@pytest.mark.parametrize(
    ("on", "kind", "sentence"),
    [
        (BEFORE, UsageError, "Er is niets om berichten mee te versturen. Noem een server"),
        ("17-12-2020", UsageError, "'17-12-2020' is geen datum. Schrijf een datum als JJJJ-MM-DD."),
    ],
)
def test_what_cannot_be_is_refused(office: Watched, on: str, kind: type[KwaliteitsmonitorError], sentence: str) -> None:
    with pytest.raises(kind) as refused:
        remind(office.settings, CYCLE, on, False)
    assert sentence in refused.value.in_words.nl


def test_where_nothing_is_due_nothing_is_needed(office: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    assert remind(office.settings, CYCLE, "2020-11-16", True) == 0
    assert "Geen berichten voor cyclus 2021-03 op 16 november 2020." in capsys.readouterr().out


def test_a_server_that_is_gone_is_one_sentence_without_its_password(
    office: Watched, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_SMTP_URL", "smtp://mailer:geheim77@127.0.0.1:1")
    with pytest.raises(SourceError) as refused:
        remind(office.settings, CYCLE, BEFORE, False)
    sentence = refused.value.in_words.nl
    assert sentence.startswith("9 van de 9 berichten zijn niet verstuurd.")
    assert sentence.count("kan niet worden bereikt") == 1
    assert "geheim77" not in sentence + str(refused.value) + capsys.readouterr().out
