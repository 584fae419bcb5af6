"""Files that nobody takes up are told, with what their name may have been meant to be, and kept in the manifest."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assets.status.recognition import Look, Untaken, not_looked, of_unit, recognition_results, untaken, what_to_do
from assets.status.replay import recorded_look
from kwaliteitsmonitor.connectors.files import Found
from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.releases.format.manifest import FORMAT, NAME
from schemas.consequences import Severity
from schemas.errors import KwaliteitsmonitorError
from schemas.profile import Feed, load_profile, profile_folder
from schemas.words import Words
from tests.made_up import profile, told

PLACE = "onderwijsjaarverslag/2019-2020/FGW.xlsx"


def feed(identity: str, period: str, *sources: dict[str, Any]) -> Feed:
    return Feed.model_validate({"id": identity, "nl": identity, "en": identity, "period": period, "sources": sources})


def files(path: str) -> dict[str, Any]:
    return {"kind": "files", "path": path, "format": "csv", "tables": ["staff"]}


REPORTS = "verslagen/{academic_year}/{unit}{suffix}.xlsx"
WHO = profile(
    feeds=[
        feed("reports", "academic_year", files(REPORTS)),
        feed("staff", "reporting_year", files("personeel/{reporting_year}{suffix}.csv")),
        feed("rounds", "round", {"kind": "sql", "connection": "finance", "database_table": "t", "tables": ["bfr"]}),
        feed("register", "none", files("register.csv")),
    ]
)


def unknown(*paths: str, cycle: str = "2021-03") -> list[Untaken]:
    return untaken(WHO, WHO.cycle(cycle), [Found(path, 1, date(2020, 12, 18)) for path in paths])


def test_what_a_feed_takes_and_a_database_in_the_landing_zone_are_not_told() -> None:
    assert unknown("verslagen/2019-2020/North_v2.XLSX", "personeel/2020.csv", "register.csv") == []
    assert unknown("verslagen/2019-2020/Nowhere.xlsx") == [], "that is a delivery of no unit, which status tells itself"
    assert unknown("finance.db", "finance.db-wal", "finance.db-journal") == []
    assert [u.path for u in unknown("personnel.db", "sub/finance.db")] == ["personnel.db", "sub/finance.db"]


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("Verslag/2019-2020/North.xlsx", REPORTS),
        ("verslagen/2019-2020/North.xls", REPORTS),
        ("verslagen/North 2019-2020.xlsx", REPORTS),
        ("personeel/peildatum 2020.csv", "personeel/{reporting_year}{suffix}.csv"),
        ("registr.csv", "register.csv"),
        ("notulen.docx", ""),
    ],
)
def test_a_file_that_no_feed_knows_is_told_with_the_pattern_that_is_most_like_it(path: str, meant: str) -> None:
    (one,) = unknown(path)
    assert (one.path, one.meant, one.other_period) == (path, meant, False)


def test_a_file_that_is_not_known_is_a_warning_and_one_of_another_period_is_told_apart() -> None:
    stray, later = "verslag/2019-2020/North.xlsx", "verslagen/2020-2021/North.xlsx"
    assert unknown(later) == [Untaken(later, "reports", REPORTS, other_period=True)]
    assert unknown(later, cycle="2022-03") == []
    known, of_cycle = recognition_results(7, unknown(stray, later))
    assert (known.rule, known.severity, known.cells) == ("deliveries.recognised", Severity.WARNING, (stray,))
    assert (known.outcome, known.checked) == (Outcome.FAILED, 7)
    assert told(known).startswith(f"wellicht bedoeld: {stray} → {REPORTS} / perhaps meant: ")
    assert (of_cycle.rule, of_cycle.severity, of_cycle.cells) == ("deliveries.of_this_cycle", Severity.INFO, (later,))
    assert [r.outcome for r in recognition_results(7, [])] == [Outcome.PASSED, Outcome.PASSED]
    why = Words("de aanleverzone is niet te bereiken", "the landing zone cannot be reached")
    assert [(r.outcome, r.detail) for r in not_looked(why)] == [(Outcome.NOT_RUN, why)] * 2, "nor that all is well"


@pytest.mark.parametrize(
    "name",
    [
        "onderwijsjaarverslag/2019-2020/FGW.xls",
        "onderwijsjaarverslag/2019-2020/Kopie van FGW.xls",
        "onderwijsjaarverslag/2019-2020/FGW.xlsx.download",
        "onderwijsjaarverslag/2019-2020/FGW.numbers",
        "onderwijsjaarverslag/2019-2020/FGW.pdf",
        "onderwijsjaarverslag/2019-20/FGW.xlsx",
        "onderwijsjaarverslag/2020/FGW.xlsx",
        "verslag/fgw.xlsx",
        "FGW.xlsx",
    ],
)
def test_a_file_that_no_feed_took_is_found_for_its_unit_with_what_to_do(name: str) -> None:
    leiden = load_profile(profile_folder("leiden"))
    files = [Found(name, 1, date(2020, 12, 1)), Found("onderwijsjaarverslag/2019-2020/FdR.pdf", 1, date(2020, 12, 1))]
    (own,) = of_unit(untaken(leiden, leiden.cycle("2021-03"), files), "faculty_report", ["FGW"], PLACE)
    assert own.path == name
    words = what_to_do(own, PLACE).nl
    assert words.startswith(f"Niet herkend en niet gelezen: {name}.")
    assert words.endswith("het neer als onderwijsjaarverslag/2019-2020/FGW.xlsx.")
    assert ("sla het op als .xlsx" in words) is not name.endswith(".xlsx")


UNTAKEN = [Untaken("a.pdf", "reports", "{unit}.xlsx", False, Words("nee", "no")), Untaken("b.txt", "", "", True)]


@pytest.mark.parametrize("look", [Look(3, UNTAKEN), Look(could_not=Words("niet te bereiken", "it cannot be reached"))])
def test_what_was_seen_is_what_the_manifest_holds(look: Look, tmp_path: Path) -> None:
    manifest: dict[str, Any] = {"format": FORMAT, "files": {}, "inputs": [], "since": None}
    manifest |= {"disclosure": {"earlier": []}, "profile": {"version": "1", "sha256": "0" * 64}}
    (tmp_path / NAME).write_text(json.dumps(manifest | {"landing": look.to_json() | {"not_read": []}}))
    assert recorded_look(tmp_path).to_json() == look.to_json()
    (tmp_path / NAME).write_text(json.dumps(manifest))
    with pytest.raises(KwaliteitsmonitorError, match="does not say all that it rests on"):
        recorded_look(tmp_path)
