"""What commands and the report say of a year is in one language; ids, addresses and what a profile calls things aside.

It looks at the cycle of the sample that all tests share.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pytest

from assets.spending.explanations import asked
from assets.spending.plan import consents, versions
from assets.status.rules import of_feed
from assets.validation.magnitude import budget_in_unit_of_plan
from assets.validation.planned import plan_against_budget
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.methods.checks.results import theme_names, to_table
from kwaliteitsmonitor.obligations.periods import Expected
from kwaliteitsmonitor.releases.explain.build import explain
from kwaliteitsmonitor.releases.explain.evidence_reader import Released
from kwaliteitsmonitor.releases.explain.explanation import Explanation
from kwaliteitsmonitor.releases.explain.page import as_html
from kwaliteitsmonitor.releases.explain.text import as_text
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.contents.report import report_of
from kwaliteitsmonitor.releases.report.web import page
from pipelines.cli.commands import kwaliteitsmonitor
from pipelines.cli.finalise import UNCOPIED, signed
from pipelines.cli.run_summary import placed, summary
from schemas.profile import Profile, load_profile, profile_folder
from schemas.words import Words
from tests.language.scanning import faults
from tests.sample_year import CYCLE, SampleYear

FIGURES = (
    f"{CYCLE}:indicator:2020:bko_share:all:all",
    f"{CYCLE}:spending:2020:all",
    f"{CYCLE}:plan:original:2020:all",
)
"""An indicator, a sum of amounts, and the plan."""
ENGLISH = Path(__file__).parents[1] / "institutions" / "five_schools" / "profile"
SIGNS = ("SQLAlchemy", "bfr_lines")


@pytest.fixture(scope="module")
def leiden() -> Profile:
    return load_profile(profile_folder("leiden"))


def named(profile: Profile) -> list[str]:
    """What the profile and people call things, in either language, and what they explained."""
    of = profile.institution
    things = [*profile.units, *profile.themes, *profile.measures, *profile.feeds, *profile.questions, *of.councils]
    words = [of.words.plan, of.words.theme, of.words.measure, of.words.unit, of.words.round, of]
    every = [*things, *profile.national_themes, *profile.indicators, *words]
    return [text for one in every for text in (one.nl, one.en)] + [p.name for p in profile.programmes]


def call(year: SampleYear, *arguments: str) -> int:
    where = ["--institution", "leiden", "--landing", str(year.landing), "--out", str(year.workspace.root)]
    return int(kwaliteitsmonitor.main([*arguments, *where]))


def without_ids(text: str, known: Iterable[str] = ()) -> str:
    """A text without ids: those of figures, of rules, and the codes that a profile gives."""
    text = re.sub(r"\b20\d\d-\d\d:\S+|\b\w+(?:\.\w+)+\b|take_up_\w+", " ", text)
    for one in sorted(known, key=len, reverse=True):
        text = re.sub(rf"\b{re.escape(one)}\b", " ", text)
    return text


def codes(profile: Profile) -> list[str]:
    things = [*profile.feeds, *profile.themes, *profile.measures, *profile.indicators, *profile.questions]
    return [one.id for one in things]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_status(leiden_year: SampleYear, leiden: Profile, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(leiden_year, "status", "--cycle", CYCLE, "--language", language) == 0
    said = without_ids(capsys.readouterr().out, codes(leiden))
    assert len(said.split()) > 30
    assert faults(said, language, named(leiden)) == []


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("figure", FIGURES)
def test_explain(
    leiden_year: SampleYear, leiden: Profile, figure: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(leiden_year, "explain", figure, "--language", language) == 0
    said = capsys.readouterr().out
    assert len(said.split()) > 30
    assert faults(without_ids(said, codes(leiden)), language, named(leiden)) == []


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("write", [as_html, as_text])
def test_explain_with_what_was_decided(
    leiden_year: SampleYear, leiden: Profile, write: Callable[[Explanation, str], str], language: str
) -> None:
    """The page and the text, of a figure with a waiver and a correction: no feed code, no day of the program."""
    feeds = {feed.id: Words(feed.nl, feed.en) for feed in leiden.feeds}
    decided = {"role": "KAZ", "decided_on": date(2021, 2, 3), "reason": "-"}
    of = leiden.feed("staff")
    waiver = {**decided, "feed": of.id, "feed_nl": of.nl, "feed_en": of.en, "period": "2020", "unit": "FGW"}
    waiver |= {"rule": "staff.key", "obligation": "delivery:staff:2020:FGW"}
    correction = {**decided, "cell": "row 14, fte", "expected": "6", "new_value": "7"}
    found = explain(Released(ReleaseReader(leiden_year.release)), FIGURES[0], feeds=feeds)
    told = write(replace(found, waivers=(waiver,), corrections=(correction,)), language)
    told = re.sub(r"(?s)<style>.*?</style>|<code>.*?</code>|<[^>]+>", " ", told)
    assert (of.nl if language == "nl" else of.en) in told
    assert ("3-2-2021" in told or "03-02-2021" in told) == (language == "nl")
    known = [*codes(leiden), "fte", "delivery:staff"]
    assert faults(without_ids(told, known), language, named(leiden)) == []


def test_explain_calls_a_delivery_by_its_feed_and_the_plan_by_its_name(
    leiden_year: SampleYear, leiden: Profile, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(leiden_year, "explain", FIGURES[2]) == 0
    said = capsys.readouterr().out
    assert "oorspronkelijk plan (10 december 2018)" in said
    assert f"{leiden.feed('spending_plan').nl}, versie 1, ontvangen" in said


def test_the_summary_of_a_run(
    leiden_year: SampleYear, leiden: Profile, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    where = Settings(institution="leiden", landing=str(leiden_year.landing), out=str(leiden_year.workspace.root))
    summary(where, CYCLE, released=True)
    said = without_ids(capsys.readouterr().out, codes(leiden))
    assert "Tabel 1" in said
    assert faults(said, "nl", named(leiden)) == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_where_a_finding_was_made(leiden: Profile, language: Literal["nl", "en"]) -> None:
    """What is no place in a file is called by its name: themes, versions of the plan, deliveries, and not by a code."""
    by_unit = {"unit": "FGW", "theme": "teaching_quality", "reporting_year": 2020, "year": 2020}
    plan = {**by_unit, "version": "shift_2021", "amount": Decimal(100), "consent_by": None, "consent_on": None}
    plans = [{**plan, "version": "original", "amount": Decimal(50)}, plan]
    spent = {**by_unit, "round": 3, "budget": Decimal(100_000)}
    lines = (pa.Table.from_pylist(plans), pa.Table.from_pylist([spent]))
    findings = [
        asked([{**by_unit, "explained": "asked"}], 1, theme_names(leiden)),
        consents(versions(leiden, plans)),
        plan_against_budget(leiden, *lines),
        budget_in_unit_of_plan(leiden, *lines),
        of_feed(leiden.feed("faculty_report"), [Expected("2019-2020", 2020)], [["HA"]], [[""]]),
    ]
    kept = to_table(findings, CYCLE).to_pylist()
    assert [row["outcome"] for row in kept] == ["failed"] * len(findings)
    for row in kept:
        said = placed(row["cells"], row["table"], language)
        assert said
        assert " / " not in said
        assert faults(said, language, named(leiden)) == []


def test_the_report(leiden_year: SampleYear, leiden: Profile) -> None:
    """The English one holds explanations that people gave in Dutch."""
    text = page(report_of(leiden, ReleaseReader(leiden_year.release), "nl")).decode()
    text = re.sub(r"(?s)<(script|style|svg)\b.*?</\1>|<[^>]+>", " ", text)
    assert len(text.split()) > 1000
    assert faults(without_ids(text, codes(leiden)), "nl", named(leiden)) == []


SAID = [
    ("landing zone", {"KWALITEITSMONITOR_LANDING": "nowhere"}),
    ("another kind of landing zone", {"KWALITEITSMONITOR_LANDING": "foo://x"}),
    ("a server that is not known", {"KWALITEITSMONITOR_LANDING": "sftp://127.0.0.1:1/x"}),
    ("a database that is not there", {"KWALITEITSMONITOR_FINANCE_URL": "sqlite:////nowhere/finance.db"}),
    ("an address that is none", {"KWALITEITSMONITOR_FINANCE_URL": "nothing"}),
    ("a mail server that is none", {"KWALITEITSMONITOR_SMTP_URL": "nothing"}),
    ("a webhook that is none", {"KWALITEITSMONITOR_TEAMS_WEBHOOK": "nothing"}),
    ("a key that is too short", {"KWALITEITSMONITOR_PSEUDONYM_KEY": "short"}),
    ("no address", {"KWALITEITSMONITOR_SMTP_URL": "smtp://127.0.0.1:1"}),
]
"""What can be wrong of what is around a cycle, by the environment that makes it so."""


@pytest.mark.parametrize("about", [about for about, _ in SAID])
@pytest.mark.parametrize("language", ["nl", "en"])
def test_health_that_finds_something_wrong(
    about: str, language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "leiden" if language == "nl" else str(ENGLISH)
    for key, value in dict(SAID)[about].items():
        monkeypatch.setenv(key, value)
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.chdir(tmp_path)
    asked = ["health", "--institution", name, "--out", str(tmp_path / "out"), "--without-dagster"]
    assert int(kwaliteitsmonitor.main(asked)) == 1
    said = without_ids(capsys.readouterr().out, SIGNS)
    assert faults(said, language, ["nothing", "nowhere", "finance"]) == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_reminders_that_are_not_sent(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Why nothing is told of a feed, and why a server took nothing."""
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setenv("KWALITEITSMONITOR_SMTP_URL", "smtp://127.0.0.1:1")
    profile = load_profile(profile_folder("leiden" if language == "nl" else str(ENGLISH)))
    cycle = CYCLE if language == "nl" else "2025-03"
    where = ["--institution", profile.id if language == "nl" else str(ENGLISH), "--out", str(tmp_path / "out")]
    asked = ["remind", "--cycle", cycle, "--landing", str(tmp_path / "gone"), *where]
    assert int(kwaliteitsmonitor.main(asked)) == 0
    said = without_ids(capsys.readouterr().out, codes(profile))
    assert said.strip()
    assert faults(said, language, named(profile)) == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_run_that_fails(
    language: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    name, cycle = ("leiden", CYCLE) if language == "nl" else (str(ENGLISH), "2025-03")
    asked = ["run", "--cycle", cycle, "--institution", name, "--landing", str(tmp_path / "gone")]
    assert int(kwaliteitsmonitor.main([*asked, "--out", str(tmp_path / "out"), "--reports", "none"])) == 4
    said = re.sub(r"(?m)^\s*✗ \w+$|Error: ", " ", capfd.readouterr().err)
    profile = load_profile(profile_folder(name))
    assert faults(without_ids(said, codes(profile)), language, named(profile)) == []


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize(("command", "code"), [("status", 2), ("run", 2), ("health", 1)])
def test_a_profile_that_does_not_load(
    command: str, code: int, language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says so in the first language of the profile; what is wrong with each key is in English, as its docs are."""
    folder = tmp_path / "own"
    shutil.copytree(profile_folder("leiden" if language == "nl" else str(ENGLISH)), folder)
    text = (folder / "profile.yaml").read_text(encoding="utf-8")
    (folder / "profile.yaml").write_text(re.sub(r"(?m)^timezone: .*", "timezone: Mars", text), encoding="utf-8")
    cycle = [] if command == "health" else ["--cycle", CYCLE]
    more = ["--without-dagster"] if command == "health" else ["--landing", str(tmp_path)]
    where = ["--institution", str(folder), "--out", str(tmp_path / "out")]
    assert int(kwaliteitsmonitor.main([command, *cycle, *where, *more])) == code
    shown = capsys.readouterr()
    said = " ".join(f"{shown.out} {shown.err}".split())
    assert "is 'Mars'" in said
    assert ("het profiel heeft 1 probleem, hieronder in het Engels:" in said) == (language == "nl")
    assert ("profile has 1 problem:" in said) == (language == "en")


@pytest.mark.parametrize(("language", "day"), [("nl", "20-4-2021"), ("en", "2021-04-20")])
def test_that_a_release_is_final(language: str, day: str) -> None:
    said = [signed("2021-03 v2", "KAZ", date(2021, 4, 20), "data/x").in_language(language)]
    said.append(UNCOPIED.in_language(language))
    assert day in said[0]
    assert faults(" ".join(said), language) == []
