"""What only holds across a profile: years of units, hierarchies, rounds, deadlines, and what indicators read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml

from schemas.profile.agreement import problems_across
from schemas.profile.contents import Contents
from schemas.profile.feeds import Feed
from schemas.profile.loading import load_profile, profile_folder, read_profile
from schemas.profile.paths import clock_problems, filled_twice
from schemas.profile.references import problems_between
from schemas.profile.scales import indicator_problems
from schemas.profile.summary import summary
from schemas.profile.taken import taken
from schemas.profile.units import Unit
from tests.made_up import indicator
from tests.schemas.profile.copies import ProfileCopy


@pytest.fixture(scope="module")
def contents() -> Contents:
    return read_profile(profile_folder("leiden"))[0]


def with_units(contents: Contents, *units: str) -> Contents:
    """The contents of a profile with more units, by their keys as YAML."""
    more = [Unit.model_validate({"nl": "x", "en": "x"} | yaml.safe_load(f"{{{keys}}}")) for keys in units]
    return replace(contents, units=tuple(enumerate([*(unit for _, unit in contents.units), *more])))


TOGETHER = (
    *("id: INST, parent: FGW", "id: GROUP, parent: INST, valid_from: 2021"),
    *("id: OLD, valid_until: 2020, becomes: [NEW, FSW]", "id: NEW, valid_from: 2021"),
)
CIRCLE = ("id: A, parent: B", "id: B, parent: C", "id: C, parent: A", "id: D, parent: A")
SHORT = ("id: F, valid_from: 2020, valid_until: 2022", "id: I, parent: F, valid_from: 2020", "id: J, parent: F")
NOTHING = ("id: A, valid_until: 2020, becomes: [B, FGW]", "id: B, valid_from: 2022")


@pytest.mark.parametrize(
    ("units", "faults"),
    [
        (TOGETHER, {}),
        (
            CIRCLE,
            {
                "A.parent": "goes round in a circle: A → B → C → A",
                "B.parent": "goes round in a circle: B → C → A → B",
                "C.parent": "goes round in a circle: C → A → B → C",
            },
        ),
        (SHORT, {f"{x}.parent": f"F is there in 2020-2022 only, and {x} in other years as well" for x in "IJ"}),
        (NOTHING, {"A.becomes.0": "B is not there in 2021, the year after A ends"}),
    ],
    ids=["that hang together", "in a circle", "without their parent", "that become nothing"],
)
def test_units_hang_together(contents: Contents, units: tuple[str, ...], faults: dict[str, str]) -> None:
    whole = with_units(contents, *units)
    mistakes = [*problems_between(whole), *problems_across(whole)]
    ids = [unit.id for _, unit in whole.units]
    places = [".".join([ids[int(one.path[0])], *map(str, one.path[1:])]) for one in mistakes]
    assert [(place, one.actual) for place, one in zip(places, mistakes, strict=True)] == list(faults.items())


def test_an_id_that_would_give_two_figures_one_address_is_taken(contents: Contents) -> None:
    assert list(taken(contents)) == []
    (fault,) = taken(with_units(contents, "id: all"))
    assert (fault.file, fault.path, fault.actual) == ("units.yaml", (9, "id"), "is 'all', which is taken")


def test_a_round_has_a_deadline_unless_one_holds_for_every_other(copy: ProfileCopy) -> None:
    copy.edit("feeds.yaml", '    2: {month_day: "09-15", years: 0}\n', "")
    expected = "one for each round of the cycles: 1, 2, 3; 0 stands for every other"
    assert copy.messages() == [f"feeds.yaml: bfr.deadlines: has none for round 2; expected {expected}"]
    copy.edit("feeds.yaml", '    1: {month_day: "05-15"', '    0: {month_day: "05-15"')
    assert copy.problems() == []


def test_a_feed_by_round_needs_a_cycle_that_settles_one(copy: ProfileCopy) -> None:
    for number, year in ((3, -1), (1, 0), (2, 0)):
        copy.edit("profile.yaml", f"round: {number}, spending_year: {year}, ", "")
    problem = copy.problem()
    assert (problem.key, problem.actual) == ("bfr.period", "is round, and no cycle of profile.yaml has a round")


def test_an_indicator_reads_what_a_feed_delivers(copy: ProfileCopy) -> None:
    text = copy.text("feeds.yaml")
    copy.write("feeds.yaml", text[: text.index("- id: staff\n")] + text[text.index("- id: programmes\n") :])
    terms = ("student_staff_ratio.denominator", "bko_share.numerator", "bko_share.denominator", "sko_count.numerator")
    remedy = "add a feed with tables: [staff] to feeds.yaml, or leave the indicator out"
    assert copy.messages() == [
        f"indicators.yaml: {term}.facts: no feed delivers staff; expected a feed that does; {remedy}" for term in terms
    ]


def feed(identity: str, period: str, path: str, **form: str) -> Feed:
    forms = [{"table": "bfr", "constants": form}] if form else []
    source = {"kind": "files", "path": path, "format": "csv", "tables": ["bfr"], "forms": forms}
    return Feed.model_validate({"id": identity, "nl": "x", "en": "x", "period": period, "sources": [source]})


@pytest.mark.parametrize(
    ("period", "path", "form", "faults"),
    [
        ("round", "x/{reporting_year}-{round}.csv", {}, []),
        ("round", "{reporting_year}.csv", {"round": "1"}, []),
        ("round", "{reporting_year}.csv", {"round": "9"}, ["no cycle of profile.yaml has round 9"]),
        ("round", "{reporting_year}.csv", {}, ["'{reporting_year}.csv' does not tell the round of a file"]),
        ("reporting_year", "{unit}.csv", {}, ["'{unit}.csv' does not tell the reporting_year of a file"]),
        ("none", "{round}.csv", {}, ["'{round}.csv' tells the round of a file, and period is none"]),
    ],
)
def test_a_path_tells_the_period_of_its_feed(period: str, path: str, form: dict[str, str], faults: list[str]) -> None:
    assert [one.actual for one in clock_problems(0, feed("x", period, path, **form), (1, 2, 3))] == faults


def test_a_table_is_filled_by_one_feed() -> None:
    (fault,) = filled_twice(enumerate([feed("first", "none", "x.csv"), feed("second", "none", "x.csv")]))
    assert fault.actual == "bfr is filled by the feed first as well"
    assert (fault.path, fault.first) == ((1, "sources", 0, "tables"), (0, "id"))


@pytest.mark.parametrize(
    ("kind", "keys", "fault"),
    [
        ("count", {"minimum": 1, "maximum": 5}, None),
        ("count", {"minimum": 5, "maximum": 1}, ("maximum", "leaves nothing from 5.0 to 1.0")),
        ("share", {"maximum": 100}, ("maximum", "is 100, of a share")),
        ("share", {"targets": [{"reporting_year": 2028, "value": 90, "nl": "", "en": ""}]}, ("targets", "is 90")),
    ],
)
def test_the_ends_and_aims_of_an_indicator_fit(kind: str, keys: dict[str, Any], fault: tuple[str, str] | None) -> None:
    of = {"numerator": {"facts": "fact_staff", "count": "person"}, "direction": "higher_is_better"}
    parts = of | {"denominator": of["numerator"]} if kind == "share" else of
    faults = indicator_problems(0, indicator("x", kind, "percentage" if kind == "share" else "number", **parts | keys))
    assert [(str(one.path[1]), one.actual) for one in faults] == ([fault] if fault else [])


def test_a_summary_is_of_what_a_profile_holds_and_of_what_is_worth_a_look(copy: ProfileCopy) -> None:
    held = summary(load_profile(copy.folder))
    counts = {what: count for what, count, _ in held.parts}
    assert (counts["units"], counts["themes"], counts["feeds"], counts["cycles"], counts["rounds"]) == (9, 6, 10, 3, 3)
    assert held.years == "2019-2024"
    assert held.notes == ("theme facilities has no measures and no indicators and no money",)

    columns = "      columns: {Nummer: person, School: unit, Functie: category, Fte: fte, In dienst: start_date}\n"
    path = "      path: personeel/{reporting_year}"
    copy.edit("feeds.yaml", f"{path}{{suffix}}.parquet\n", f"{path}.parquet\n{columns}")
    assert [note for note in summary(load_profile(copy.folder)).notes if note.startswith("feed")] == [
        "feed staff: the profile does not say where staff has reference_date (as 'Reference date'): the files need "
        "such a column; else give it under constants, or in the path"
    ]
