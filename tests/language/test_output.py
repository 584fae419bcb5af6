"""What commands and the report say of a year is in one language; ids, addresses and what a profile calls things aside.

It looks at the cycle of the sample that all tests share.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pytest

from assets.spending.explanations import explanations_result
from assets.spending.plan import consents, versions
from assets.status.rules import of_feed
from assets.validation.magnitude import budget_in_unit_of_plan
from assets.validation.planned import plan_against_budget
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.methods.checks.results import theme_names, to_table
from kwaliteitsmonitor.obligations.periods import Expected
from kwaliteitsmonitor.releases.explain.build import explain
from kwaliteitsmonitor.releases.explain.evidence_reader import Released
from kwaliteitsmonitor.releases.explain.page import as_html
from kwaliteitsmonitor.releases.explain.text import as_text
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.contents.report import report_of
from kwaliteitsmonitor.releases.report.web.page import page
from pipelines.cli.finalise import UNCOPIED, signed
from pipelines.cli.run_summary import placed, summary
from schemas.profile.loading import load_profile, profile_folder
from schemas.profile.models import Profile
from schemas.words import Words
from tests.command_line import CommandLine
from tests.language.scanning import codes_of, faults, names_of, without_ids, without_markup
from tests.sample_year import CYCLE, SampleYear

FIGURES = (f"{CYCLE}:indicator:2020:bko_share:all:all", f"{CYCLE}:spending:2020:all", f"{CYCLE}:plan:original:2020:all")
"""An indicator, a sum of amounts, and the plan."""
ENGLISH = str(Path(__file__).parents[1] / "institutions" / "five_schools" / "profile")
INSTITUTION = {"nl": ("leiden", CYCLE), "en": (ENGLISH, "2025-03")}
"""By its first language an institution, and a cycle of it."""

in_both = pytest.mark.parametrize("language", INSTITUTION)


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "400")


def strange(text: str, language: str, profile: Profile, *codes: str) -> list[str]:
    """What in a text is of another language than that of its reader, ids and names of the profile aside."""
    return faults(without_ids(text, [*codes_of(profile), *codes]), language, names_of(profile))


@in_both
@pytest.mark.parametrize("words", [("status", "--cycle", CYCLE), *(("explain", figure) for figure in FIGURES)])
def test_what_a_command_says_of_a_year(
    leiden_year: SampleYear, leiden: Profile, words: tuple[str, ...], language: str, command: CommandLine
) -> None:
    where = ("--institution", "leiden", "--landing", leiden_year.landing, "--out", leiden_year.workspace.root)
    text = command.output(*words, *where, "--language", language)
    assert len(text.split()) > 30
    assert strange(text, language, leiden) == []
    if (words[-1], language) == (FIGURES[2], "nl"):
        assert "oorspronkelijk plan (10 december 2018)" in text
        assert f"{leiden.feed('spending_plan').nl}, versie 1, ontvangen" in text


@in_both
def test_explain_with_what_was_decided(leiden_year: SampleYear, leiden: Profile, language: str) -> None:
    """The page and the text, of a figure with a waiver and a correction: no feed code, no day of the program."""
    feeds = {feed.id: Words(feed.nl, feed.en) for feed in leiden.feeds}
    decided = {"role": "KAZ", "decided_on": date(2021, 2, 3), "reason": "-"}
    of = leiden.feed("staff")
    waiver = {**decided, "feed": of.id, "feed_nl": of.nl, "feed_en": of.en, "period": "2020", "unit": "FGW"}
    waiver |= {"rule": "staff.key", "obligation": "delivery:staff:2020:FGW"}
    correction = {**decided, "cell": "row 14, fte", "expected": "6", "new_value": "7"}
    explanation = explain(Released(ReleaseReader(leiden_year.release)), FIGURES[0], feeds=feeds)
    for write in (as_html, as_text):
        text = without_markup(write(replace(explanation, waivers=(waiver,), corrections=(correction,)), language))
        assert (of.nl if language == "nl" else of.en) in text
        assert ("3-2-2021" in text or "03-02-2021" in text) == (language == "nl")
        assert strange(text, language, leiden, "fte", "delivery:staff") == []


def test_the_summary_of_a_run_and_the_report(
    leiden_year: SampleYear, leiden: Profile, capsys: pytest.CaptureFixture[str]
) -> None:
    """The English report holds explanations that people gave in Dutch."""
    where = Settings(institution="leiden", landing=str(leiden_year.landing), out=str(leiden_year.workspace.root))
    summary(where, CYCLE, released=True)
    printed = capsys.readouterr().out
    assert "Tabel 1" in printed
    report = without_markup(page(report_of(leiden, ReleaseReader(leiden_year.release), "nl")).decode())
    assert len(report.split()) > 1000
    assert [strange(text, "nl", leiden) for text in (printed, report)] == [[], []]


@in_both
def test_where_a_finding_was_made(leiden: Profile, language: Literal["nl", "en"]) -> None:
    """What is no place in a file is called by its name: themes, versions of the plan, deliveries, and not by a code."""
    by_unit = {"unit": "FGW", "theme": "teaching_quality", "reporting_year": 2020, "year": 2020}
    plan = {**by_unit, "version": "shift_2021", "amount": Decimal(100), "consent_by": None, "consent_on": None}
    plans = [{**plan, "version": "original", "amount": Decimal(50)}, plan]
    spent = {**by_unit, "round": 3, "budget": Decimal(100_000)}
    lines = (pa.Table.from_pylist(plans), pa.Table.from_pylist([spent]))
    findings = [
        explanations_result([{**by_unit, "explained": "asked"}], 1, theme_names(leiden)),
        consents(versions(leiden, plans)),
        plan_against_budget(leiden, *lines),
        budget_in_unit_of_plan(leiden, *lines),
        of_feed(leiden.feed("faculty_report"), [Expected("2019-2020", 2020)], [["HA"]], [[""]]),
    ]
    kept = to_table(findings, CYCLE).to_pylist()
    assert [row["outcome"] for row in kept] == ["failed"] * len(findings)
    for text in (placed(row["cells"], row["table"], language) for row in kept):
        assert text
        assert " / " not in text
        assert faults(text, language, names_of(leiden)) == []


@pytest.mark.parametrize(
    ("landing", "finance", "mail"),
    [
        ("nowhere", "sqlite:////nowhere/finance.db", "nothing"),
        ("foo://x", "nothing", "smtp://127.0.0.1:1"),
        ("sftp://127.0.0.1:1/x", "nothing", "nothing"),
    ],
)
@in_both
def test_health_with_much_wrong_around_a_cycle(
    landing: str, finance: str, mail: str, language: str, tmp_path: Path, command: CommandLine
) -> None:
    wrong = {"LANDING": landing, "FINANCE_URL": finance, "SMTP_URL": mail}
    wrong |= {"TEAMS_WEBHOOK": "nothing", "PSEUDONYM_KEY": "short"}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        for setting, value in wrong.items():
            patch.setenv(f"KWALITEITSMONITOR_{setting}", value)
        ended = command("health", "--institution", INSTITUTION[language][0], "--out", "out", "--without-dagster")
    assert ended.code == 1
    text = without_ids(ended.out, ("SQLAlchemy", "bfr_lines"))
    assert faults(text, language, ["nothing", "nowhere", "finance"]) == []


@in_both
def test_reminders_that_are_not_sent_and_a_run_that_fails(
    language: str, tmp_path: Path, command: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why nothing is sent of a feed, why a server took nothing, and what a run does not reach."""
    monkeypatch.setenv("KWALITEITSMONITOR_SMTP_URL", "smtp://127.0.0.1:1")
    institution, cycle = INSTITUTION[language]
    where = ("--cycle", cycle, "--institution", institution, "--out", tmp_path / "out", "--landing", tmp_path / "gone")
    reminders = command.output("remind", *where)
    assert reminders.strip()
    ended = command("run", *where, "--reports", "none")
    assert ended.code == 4
    failed = re.sub(r"(?m)^\s*✗ \w+$|Error: ", " ", ended.err)
    profile = load_profile(profile_folder(institution))
    assert [strange(text, language, profile) for text in (reminders, failed)] == [[], []]


@in_both
@pytest.mark.parametrize(("word", "code"), [("status", 2), ("health", 1)])
def test_a_profile_that_does_not_load(
    word: str, code: int, language: str, tmp_path: Path, command: CommandLine
) -> None:
    """It says so in the first language of the profile; what is wrong with each key is in English, as its docs are."""
    folder = Path(shutil.copytree(profile_folder(INSTITUTION[language][0]), tmp_path / "own"))
    text = (folder / "profile.yaml").read_text(encoding="utf-8")
    (folder / "profile.yaml").write_text(re.sub(r"(?m)^timezone: .*", "timezone: Mars", text), encoding="utf-8")
    more = ("--without-dagster",) if word == "health" else ("--cycle", CYCLE, "--landing", tmp_path)
    ended = command(word, "--institution", folder, "--out", tmp_path / "out", *more)
    message = " ".join(f"{ended.out} {ended.err}".split())
    assert (ended.code, "is 'Mars'" in message) == (code, True)
    assert ("het profiel heeft 1 probleem, hieronder in het Engels:" in message) == (language == "nl")
    assert ("profile has 1 problem:" in message) == (language == "en")


@pytest.mark.parametrize(("language", "day"), [("nl", "20-4-2021"), ("en", "2021-04-20")])
def test_that_a_release_is_final(language: str, day: str) -> None:
    final = signed("2021-03 v2", "KAZ", date(2021, 4, 20), "data/x").in_language(language)
    assert day in final
    assert faults(f"{final} {UNCOPIED.in_language(language)}", language) == []
