"""Reminding as a whole: the job of Dagster and the command, from a landing zone to a real mail server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from assets.common.resources import Institution
from pipelines.cli.commands import kwaliteitsmonitor
from pipelines.definitions import build_definitions
from pipelines.reminders import SENT
from schemas.profile import profile_folder
from tests.exchange.notices.conftest import MailServer, Webhook

CYCLE = "2021-03"
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
BEFORE = "2020-12-17"
"""Two weeks before the reports of the faculties are due; nothing else is."""
UNITS = ("FGGA", "FdA", "FGW", "FdR", "FSW", "FWN", "LUMC", "ICLON", "HA")


@dataclass
class Office:
    """An institution whose mailboxes are real, with nothing delivered yet."""

    institution: Path
    landing: Path
    out: Path
    instance: dg.DagsterInstance

    @property
    def definitions(self) -> dg.Definitions:
        resource = Institution(institution=str(self.institution), landing=str(self.landing), out=str(self.out))
        return build_definitions(resource)

    def remind(self, on: str = BEFORE, **config: Any) -> Any:
        """Run the job as on a day."""
        return self.definitions.resolve_job_def("reminders").execute_in_process(
            instance=self.instance,
            partition_key=CYCLE,
            run_config={**QUIET, "ops": {"remind": {"config": {"on": on, **config}}}},
            raise_on_error=False,
        )

    def from_graph(self) -> Any:
        """Make the asset as a click in the graph does, outside its job."""
        return self.definitions.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=self.instance,
            partition_key=CYCLE,
            asset_selection=[SENT],
            run_config={**QUIET, "ops": {"remind": {"config": {"on": BEFORE}}}},
        )

    def run(self, job: str) -> None:
        result = self.definitions.resolve_job_def(job).execute_in_process(
            instance=self.instance, partition_key=CYCLE, run_config=QUIET
        )
        assert result.success

    def call(self, *arguments: str) -> int:
        """The command line, for this institution."""
        where = ["--institution", str(self.institution), "--landing", str(self.landing), "--out", str(self.out)]
        return int(kwaliteitsmonitor.main(["remind", "--cycle", CYCLE, *arguments, *where]))


def told(result: Any) -> dict[str, int]:
    """How many notices met which fate, as Dagster shows it."""
    (made,) = [e for e in result.get_asset_materialization_events() if e.asset_key.path == ["notices", "sent"]]
    counts = {name: value.value for name, value in made.materialization.metadata.items() if name != "notices"}
    return {name: count for name, count in counts.items() if count}


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("COLUMNS", "200")
    for name in os.environ:
        if name.startswith("KWALITEITSMONITOR_"):
            monkeypatch.delenv(name)
    institution = tmp_path / "institution"
    institution.mkdir()
    for path in profile_folder("leiden").glob("*.*"):
        text = path.read_text(encoding="utf-8").replace("@universiteit.example", "@universiteit.test")
        text = text.replace("days_after: [1, 7]", "days_after: []")
        (institution / path.name).write_text(text, encoding="utf-8")
    landing = tmp_path / "landing"
    landing.mkdir()
    with dg.DagsterInstance.ephemeral() as instance:
        yield Office(institution, landing, tmp_path / "out", instance)


@pytest.fixture
def mailing(post_office: MailServer, monkeypatch: pytest.MonkeyPatch) -> MailServer:
    """A mail server that the environment names."""
    monkeypatch.setenv("KWALITEITSMONITOR_SMTP_URL", post_office.url)
    return post_office


def test_before_anything_is_delivered_each_unit_is_reminded_once(office: Office, mailing: MailServer) -> None:
    result = office.remind()
    assert result.success
    assert told(result) == {"sent": 9}
    assert mailing.recipients == [f"kwaliteitsafspraken.{unit.lower()}@universiteit.test" for unit in UNITS]
    assert (
        "facultair onderwijsjaarverslag, 2019-2020, FGGA, uiterlijk 31 december 2020" in mailing.received[0]["Subject"]
    )
    again = office.remind()
    assert again.success
    assert told(again) == {"sent_earlier": 9}
    assert len(mailing.received) == 9


def test_who_delivered_is_left_in_peace_and_who_delivered_something_unreadable_hears_so(
    office: Office, mailing: MailServer
) -> None:
    folder = office.landing / "onderwijsjaarverslag" / "2019-2020"
    folder.mkdir(parents=True)
    (folder / "FGW.xlsx").write_bytes(b"this is no workbook")
    os.utime(folder / "FGW.xlsx", (1_600_000_000, 1_600_000_000))
    unread = office.remind()
    assert told(unread) == {}  # nobody has looked: nobody is told that they did not deliver
    office.run("take_up_faculty_report")
    assert told(office.remind()) == {"sent": 9}
    texts = {mail["To"].split("@")[0].split(".")[1]: mail.get_content() for mail in mailing.received}
    assert "Stand: ontvangen, maar geweigerd." in texts["fgw"]
    assert "onderwijsjaarverslag/2019-2020/FGW.xlsx" in texts["fgw"]
    assert "Stand: nog niet ontvangen." in texts["fdr"]


def test_after_the_deadline_who_is_late_hears_so_and_the_whole_institution_of_what_is_central(
    office: Office, mailing: MailServer
) -> None:
    path = office.institution / "profile.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("days_after: []", "days_after: [1]"), encoding="utf-8")
    assert told(office.remind("2020-12-02")) == {"sent": 2}
    assert [(mail["To"], mail["Subject"].strip()) for mail in mailing.received] == [
        (
            "kwaliteitsafspraken@universiteit.test",
            f"Te laat / overdue: {feed}, 2020, uiterste datum was 1 december 2020",
        )
        for feed in ("inschrijvingen op 1 oktober", "personeel op de peildatum")
    ]


def test_a_database_that_was_not_pulled_today_is_not_spoken_of(office: Office, mailing: MailServer) -> None:
    result = office.remind("2021-02-14")
    assert result.success
    assert told(result) == {}
    assert mailing.received == []


def test_a_server_that_refuses_fails_the_run_with_one_sentence_and_is_asked_again_the_next_time(
    office: Office, serving: Callable[..., MailServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serving(refuse=lambda address: ".fgw@" in address)
    monkeypatch.setenv("KWALITEITSMONITOR_SMTP_URL", server.url)
    result = office.remind()
    assert not result.success
    (failure,) = [e.event_specific_data for e in result.all_events if e.event_type_value == "STEP_FAILURE"]
    sentence = failure.user_failure_data.description
    assert sentence.startswith("1 of 9 notices were not sent.")
    assert "kwaliteitsafspraken.fgw@universiteit.test (550)" in sentence
    assert "\n" not in sentence
    assert told(result) == {"sent": 8, "failed": 1}
    server.refuse = lambda address: False
    assert told(office.remind("2020-12-18")) == {"sent": 1, "sent_earlier": 8}


def test_a_placeholder_gets_nothing_and_fails_nothing(office: Office, mailing: MailServer) -> None:
    for name in ("profile.yaml", "units.yaml"):
        path = office.institution / name
        path.write_text(path.read_text(encoding="utf-8").replace("universiteit.test", "universiteit.example"))
    result = office.remind()
    assert result.success
    assert told(result) == {"no_address": 9}


def test_a_dry_run_and_a_run_from_the_graph_tell_what_is_due_and_send_nothing(
    office: Office, mailing: MailServer
) -> None:
    assert told(office.remind(dry_run=True)) == {"would_send": 9}
    assert told(office.from_graph()) == {"would_send": 9}
    assert mailing.received == []


def test_without_a_server_the_job_succeeds_and_says_what_is_due(office: Office) -> None:
    result = office.remind()
    assert result.success
    assert told(result) == {"not_configured": 9}


def test_teams_gets_one_card_with_all_units(office: Office, webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_TEAMS_WEBHOOK", webhook.url)
    result = office.remind()
    assert told(result) == {"sent": 9}
    (message,) = webhook.received
    facts = message["attachments"][0]["content"]["body"][3]["facts"]
    assert [fact["title"] for fact in facts] == list(UNITS)
    assert "geheim" not in "".join(str(event) for event in result.all_events)


def test_the_command_shows_what_would_be_sent_to_whom_and_in_which_words(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    assert office.call("--on", BEFORE, "--dry-run") == 0
    said = capsys.readouterr().out
    assert "Berichten voor cyclus 2021-03 op 17 december 2020" in said
    assert "kwaliteitsafspraken.fgw@universiteit.test" in said
    assert "Onderwerp: Herinnering / reminder: facultair onderwijsjaarverslag, 2019-2020, FGW" in said
    assert "Where to deliver: in the landing zone, as onderwijsjaarverslag/2019-2020/FGW.xlsx." in said
    assert "Er wordt niets verstuurd: KWALITEITSMONITOR_SMTP_URL en KWALITEITSMONITOR_TEAMS_WEBHOOK noemen" in said
    assert "de database is vandaag niet gelezen (nog nooit); draai take_up_bfr." in said


def test_the_command_sends_once(office: Office, mailing: MailServer, capsys: pytest.CaptureFixture[str]) -> None:
    assert office.call("--on", BEFORE) == 0
    assert "9 verstuurd" in capsys.readouterr().out
    assert office.call("--on", BEFORE) == 0
    assert "9 eerder verstuurd" in capsys.readouterr().out
    assert len(mailing.received) == 9
    assert told(office.remind()) == {"sent_earlier": 9}


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--on", BEFORE], 2, "Er is niets om berichten mee te versturen. Noem een server"),
        (["--on", "17-12-2020"], 2, "'17-12-2020' is geen datum. Schrijf een datum als JJJJ-MM-DD."),
        (["--on", "2020-11-16", "--dry-run"], 0, ""),
    ],
)
def test_the_command_ends_as_it_should(
    office: Office, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    assert office.call(*arguments) == code
    said = capsys.readouterr()
    assert words in said.err
    assert "Traceback" not in said.err


def test_a_server_that_is_gone_ends_the_command_with_4(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KWALITEITSMONITOR_SMTP_URL", "smtp://mailer:geheim77@127.0.0.1:1")
    assert office.call("--on", BEFORE) == 4
    said = capsys.readouterr()
    assert "9 van de 9 berichten zijn niet verstuurd." in said.err
    assert said.err.count("kan niet worden bereikt") == 1
    assert "geheim77" not in said.err + said.out
