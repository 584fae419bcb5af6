"""What only holds across a profile: years of units, hierarchies, rounds, deadlines, and what indicators read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from schemas.profile import load_profile, profile_folder
from schemas.profile.agreement import FILLED_BY
from schemas.profile.loading import read_profile
from schemas.profile.summary import summary
from schemas.tables.conformed import FACTS

UNIT = "- {{id: {id}, nl: x, en: x{more}}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(profile_folder("leiden"), tmp_path / "profile"))


def with_units(folder: Path, *units: tuple[str, str]) -> list[tuple[str, str]]:
    """The key and the words of each problem of a profile with more units."""
    path = folder / "units.yaml"
    more = "".join(UNIT.format(id=one, more=f", {keys}" if keys else "") for one, keys in units)
    path.write_text(path.read_text(encoding="utf-8") + "\n" + more, encoding="utf-8")
    return [(one.key, one.found) for one in read_profile(folder)[1]]


def replaced(folder: Path, file: str, old: str, new: str) -> list[str]:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return [str(one).split(": ", 1)[1] for one in read_profile(folder)[1]]


def test_units_that_hang_together_are_taken(folder: Path) -> None:
    units = [
        ("INST", "parent: FGW"),
        ("GROUP", "parent: INST, valid_from: 2021"),
        ("OLD", "valid_until: 2020, becomes: [NEW, FSW]"),
        ("NEW", "valid_from: 2021"),
    ]
    assert with_units(folder, *units) == []


def test_a_unit_that_is_a_part_of_itself_is_told_at_each_of_the_circle(folder: Path) -> None:
    assert with_units(folder, ("A", "parent: B"), ("B", "parent: C"), ("C", "parent: A"), ("D", "parent: A")) == [
        ("A.parent", "goes round in a circle: A → B → C → A"),
        ("B.parent", "goes round in a circle: B → C → A → B"),
        ("C.parent", "goes round in a circle: C → A → B → C"),
    ]


def test_a_parent_is_there_in_all_years_of_its_parts(folder: Path) -> None:
    units = [("F", "valid_from: 2020, valid_until: 2022"), ("I", "parent: F, valid_from: 2020"), ("J", "parent: F")]
    assert with_units(folder, *units) == [
        ("I.parent", "F is there in 2020-2022 only, and I in other years as well"),
        ("J.parent", "F is there in 2020-2022 only, and J in other years as well"),
    ]


def test_what_a_unit_becomes_is_there_in_the_year_after(folder: Path) -> None:
    units = [("A", "valid_until: 2020, becomes: [B, FGW]"), ("B", "valid_from: 2022")]
    assert with_units(folder, *units) == [("A.becomes", "B is not there in 2021, the year after A ends")]


def test_years_of_a_unit_in_the_wrong_order_are_told(folder: Path) -> None:
    assert with_units(folder, ("A", "valid_from: 2021, valid_until: 2020")) == [("A", "does not fit together")]


def test_a_unit_that_has_a_measure_is_not_without_a_column_for_it(folder: Path) -> None:
    (problem,) = replaced(folder, "measures.yaml", "units: [FGW, FSW]", "units: [FGW, FSW, HA]")
    assert problem == "peer_coaching.no_column: 'HA' stands under units as well; expected it under one of both"


def test_deadlines_are_of_rounds_that_cycles_settle(folder: Path) -> None:
    (problem,) = replaced(folder, "feeds.yaml", '    3: {month_day: "02-28"', '    4: {month_day: "02-28"')
    assert (
        problem
        == "bfr.deadlines.4: no cycle of profile.yaml has round 4; expected one of 1, 2, 3, or 0 for every round"
    )


def test_a_round_without_a_deadline_is_told_unless_one_holds_for_every_other(folder: Path) -> None:
    line = '    2: {month_day: "09-15", years: 0}\n'
    (problem,) = replaced(folder, "feeds.yaml", line, "")
    assert problem == (
        "bfr.deadlines: has none for round 2; expected one for each round of the cycles: 1, 2, 3; "
        "0 stands for every other"
    )
    assert replaced(folder, "feeds.yaml", '    1: {month_day: "05-15"', '    0: {month_day: "05-15"') == []


def test_a_feed_by_round_needs_a_cycle_that_settles_one(folder: Path) -> None:
    text = (folder / "profile.yaml").read_text(encoding="utf-8")
    for number, year in ((3, -1), (1, 0), (2, 0)):
        text = text.replace(f"round: {number}, spending_year: {year}, ", "")
    (folder / "profile.yaml").write_text(text, encoding="utf-8")

    (problem,) = [str(one) for one in read_profile(folder)[1]]

    assert "bfr.period: is round, and no cycle of profile.yaml has a round; expected a cycle with round" in problem


def test_an_indicator_that_reads_what_no_feed_delivers_is_told_with_the_remedy(folder: Path) -> None:
    before, after = (folder / "feeds.yaml").read_text(encoding="utf-8").split("- id: staff\n")
    rest = after.split("- id: programmes\n")[1]
    (folder / "feeds.yaml").write_text(f"{before}- id: programmes\n{rest}", encoding="utf-8")

    found = read_profile(folder)[1]

    assert [one.key for one in found] == [
        "student_staff_ratio.denominator.facts",
        "bko_share.numerator.facts",
        "bko_share.denominator.facts",
        "sko_count.numerator.facts",
    ]
    assert found[0].said == (
        "no feed delivers staff; expected a feed that does; "
        "add a feed with tables: [staff] to feeds.yaml, or leave the indicator out"
    )


def test_facts_are_filled_by_what_they_are_made_of() -> None:
    assert {name: fact.reads[0] for name, fact in FACTS.items()} == dict(FILLED_BY)


@pytest.mark.parametrize(("year", "told"), [("2018", True), ("2019", False), ("2024", False), ("2025", True)])
def test_the_plan_is_of_years_of_the_agreements(folder: Path, year: str, told: bool) -> None:
    path = folder / "plan.csv"
    path.write_text(path.read_text(encoding="utf-8") + f"other,guidance,{year},1.00\n", encoding="utf-8")

    found = [one.said for one in read_profile(folder)[1]]

    assert found == ([f"is {year}; expected a year of the plan, from 2019 to 2024"] if told else [])


def test_a_summary_tells_what_a_profile_holds_and_what_is_worth_a_look(folder: Path) -> None:
    held = summary(load_profile(folder))

    counts = {what: count for what, count, _ in held.parts}
    assert (counts["units"], counts["themes"], counts["feeds"], counts["cycles"], counts["rounds"]) == (9, 6, 10, 3, 3)
    assert held.years == "2019-2024"
    assert held.notes == ("theme facilities has no measures and no indicators and no money",)


def test_a_summary_tells_which_columns_the_files_must_have_that_the_profile_does_not_name(folder: Path) -> None:
    path = folder / "feeds.yaml"
    before, after = path.read_text(encoding="utf-8").split("      path: personeel/{reporting_year}{suffix}.parquet\n")
    columns = "      columns: {Nummer: person, School: unit, Functie: category, Fte: fte, In dienst: start_date}\n"
    path.write_text(f"{before}      path: personeel/{{reporting_year}}.parquet\n{columns}{after}", encoding="utf-8")

    notes = summary(load_profile(folder)).notes

    assert [note for note in notes if note.startswith("feed")] == [
        "feed staff: the profile does not say where staff has reference_date (as 'Reference date'): the files need "
        "such a column; else give it under constants, or in the path"
    ]
