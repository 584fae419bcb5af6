"""Reading a name: what is another way to write it, what is none any more, and which name was perhaps meant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from kwaliteitsmonitor.readers.cells.identifiers import Padded, damage_of, folded, is_odd, one_spelling
from kwaliteitsmonitor.readers.cells.reading import CellReader
from schemas.contract import Field, Kind, Table, Unique
from schemas.profile import Profile
from schemas.tables import CATALOGUE
from schemas.tables.delivered import DELIVERED
from tests.readers.cells.making import reader, refusal
from tests.readers.cells.naming import FOLDED, RIGHT, every_damage


def course(**form: Any) -> CellReader:
    return reader(of=CATALOGUE["evaluations"]["course"], **form)


def programme(*codes: str) -> CellReader:
    return reader(of=CATALOGUE["enrolments"].bind({"programmes": codes})["programme"])


def bound_reader(profile: Profile, table: Table, name: str) -> CellReader:
    bound = table.bind(profile.code_lists())[name]
    return reader(of=bound, aliases=profile.aliases.get(bound.code_list, {}))


def test_what_is_no_name_any_more_is_told_by_what_was_done_to_it() -> None:
    for damage, text in every_damage():
        assert (is_odd(text), damage_of(folded(text))) == (True, damage), text
    for text in RIGHT:
        assert (damage_of(text), folded(text), course()(text)) == (None, text, text)


def test_another_way_to_write_the_same_name_is_that_name() -> None:
    one = course()
    for text, name in FOLDED.items():
        assert (is_odd(text), folded(text), folded(name), one(text)) == (True, name, name, name), text
        assert (one.respells(text), one.respells(name)) == (True, False)


def test_a_cell_that_became_a_date_a_truth_or_a_number_too_long_is_refused() -> None:
    for raw in (date(2020, 1, 6), datetime(2020, 1, 6), time(13, 30), True, float("nan"), 1.61803398875e15):
        assert refusal(course(), raw).nl.startswith("een cursuscode")


def test_a_number_with_decimals_is_no_name(profile: Profile) -> None:
    for table, name in (("enrolments", "programme"), ("enrolments", "student"), ("evaluations", "course")):
        one = bound_reader(profile, CATALOGUE[table], name)
        for raw in (50035.5, Decimal("50035.5"), 2.1, 0.5, "50035.5", "50035,5", '="50035.5"'):
            assert "geen getal met decimalen" in refusal(one, raw).nl


def test_a_number_is_the_name_that_its_cell_shows_that_a_list_has_or_that_is_a_whole_one() -> None:
    student = reader(of=CATALOGUE["enrolments"]["student"])
    assert student(Padded(123456.0, "0123456")) == student("0123456") != student("123456")
    assert programme("2.1")(2.1) == "2.1"
    assert "bedoeld is wellicht 2.10" in refusal(programme("2.10"), 2.1).nl
    for raw in (50035, 50035.0, Decimal("50035.0"), "50035.0", "50035"):
        assert programme("50035")(raw) == course()(raw) == "50035"


@pytest.mark.parametrize(
    ("raw", "codes", "meant"),
    [
        ("6001", ("06001", "50035"), "06001"), (6001.0, ("06001", "50035"), "06001"),
        (Padded(6001.0, "06001"), ("06001", "50035"), "06001"), ("1E+05", ("1E05", "50035"), "1E05"),
        (100000.0, ("1E05", "50035"), "1E05"), ("5,004E+04", ("50035", "60000"), "50035"),
        (date(2020, 1, 6), ("6-1", "7-1"), "6-1"), (date(2020, 3, 1), ("MRT1", "APR1"), "MRT1"),
        ("2020-03-01", ("MAR1", "APR1"), "MAR1"),
    ],
)  # fmt: skip
def test_the_name_that_was_perhaps_meant_is_told(raw: Any, codes: tuple[str, ...], meant: str) -> None:
    assert f"bedoeld is wellicht {meant}: maak de cel tekst" in refusal(programme(*codes), raw).nl


@pytest.mark.parametrize("code", ["1E05", "1E+05", "0", "NA", "NULL", "6-jan", "#N/A", "2020-01-06", "n.v.t.", "1.0"])
def test_what_a_list_or_a_form_knows_is_right_whatever_it_looks_like(profile: Profile, code: str) -> None:
    assert programme(code, "50035")(code) == code
    named = CATALOGUE["evaluations"].bind({**profile.code_lists(), "courses": (code,)})
    assert reader(of=named["course"])(code) == code
    assert course(values={code: "GEN-1"})(code) == "GEN-1"


def test_capitals_tell_two_codes_apart_where_the_list_says_so_and_of_several_that_may_be_meant_none_is_told() -> None:
    assert programme("06001", "006001")("6001") == "6001", "which the closed list then refuses"
    known = programme("AB1", "ab1")
    assert (known("AB1"), known("ab1")) == ("AB1", "ab1")
    assert one_spelling(["AB1", "ab1"], known=("AB1", "ab1")) == {}
    assert one_spelling(["AB 1", "ab 1", "AB  1", "X", "NULL", "null"]) == {"ab 1": "AB 1"}


def fields() -> Iterator[tuple[Table, Field]]:
    return ((table, f) for table in DELIVERED for f in table.fields)


NO_NAMES = {
    ("spending_plan", "version"): "a version may be called by a number or a date",
    ("control_totals", "statement"): "what a statement is called by who makes it, as 2020-01-06",
    ("enrolment_counts", "origin"): "a description",
    ("enrolment_counts", "phase"): "a description",
}
OWN = {"file", "sheet", "cell", "cycle", "feed", "period", "rule", "sha256", "obligation"}
"""Fields of decisions that name what the pipeline itself has named, and are held against that."""


def test_every_key_that_is_a_name_is_declared_as_one() -> None:
    """What is not declared is a word from a closed list of the contract, a year, or said why not above."""
    for table, f in fields():
        keys = {*table.key, *(name for rule in table.rules if isinstance(rule, Unique) for name in rule.fields)}
        named = f.kind is Kind.TEXT and (f.name in keys or f.personal or f.code_list)
        excused = f.codes or f.code_list == "academic_years" or (table.name, f.name) in NO_NAMES or f.name in OWN
        assert bool(f.identifier) == bool(named and not excused), (table.name, f.name)


@pytest.mark.parametrize("raw", ["#VERW!", "1,61803E+14", "6-jan", date(2020, 1, 6), True])
def test_every_field_with_a_name_refuses_what_is_none_and_every_text_an_error(profile: Profile, raw: Any) -> None:
    for table, f in fields():
        if f.identifier:
            expected = refusal(bound_reader(profile, table, f.name), raw).nl
            assert expected.startswith(f.identifier.nl), (table.name, f.name)
            assert str(raw) not in expected
        elif f.kind is Kind.TEXT and raw == "#VERW!" and not table.name.endswith("_records"):
            assert refusal(bound_reader(profile, table, f.name), raw)
