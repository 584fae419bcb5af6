"""What the lists of a column offer, and that every word in them is read as its code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kwaliteitsmonitor.exchange.workbooks.columns import choices
from kwaliteitsmonitor.exchange.workbooks.prefill import fields_to_fill
from schemas.contract import Kind, Layer
from schemas.profile import Profile
from schemas.profile.spellings import spellings
from schemas.tables import CATALOGUE
from schemas.workbooks import comparison_header, is_comparison, is_own_sheet
from tests import made_up
from tests.exchange.workbooks.filling import report


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_word_in_a_list_is_read_as_its_code(profile: Profile, language: str) -> None:
    aliases = profile.aliases()
    codes = profile.code_lists()
    for table in CATALOGUE.values():
        for field in table.bind(codes).fields if table.layer is Layer.DELIVERED else ():
            read_as = {**aliases.get(field.code_list, {}), **field.code_aliases}
            for code, word in spellings(profile, field, language).items():
                assert read_as.get(word, word) == code
                assert word == code or word not in field.codes


def test_two_codes_of_one_name_are_shown_and_read_as_codes_alone() -> None:
    who = made_up.profile(measures=[(m, "small_classes", made_up.UNITS) for m in ("one", "two", "three")])
    names = {"one": "Zelfde naam", "two": "zelfde  naam", "three": "Een andere"}
    named = replace(who, measures=tuple(m.model_copy(update={"nl": names[m.id]}) for m in who.measures))
    field = CATALOGUE["faculty_measures"]["measure"]
    assert spellings(named, field, "nl") == {"one": "one", "two": "two", "three": "Een andere"}
    assert not {"Zelfde naam", "zelfde  naam"} & set(named.aliases()["measures"])


def test_headers_for_comparison_and_sheets_of_our_own_are_known_again() -> None:
    assert is_comparison(comparison_header("nl", "2018-2019", "Fte"))
    assert is_comparison(comparison_header("en", "2020-3", "Budget"))
    assert not is_comparison("Fte")
    assert not is_comparison(None)
    assert not is_comparison("Ter vergelijking")
    assert is_own_sheet("terugkoppeling ")
    assert not is_own_sheet("Maatregelen")


def test_columns_that_the_delivery_tells_are_not_asked(profile: Profile) -> None:
    one = report(profile)
    to_fill = {f.name for t in one.tables for f in fields_to_fill(one, t)}
    assert to_fill.isdisjoint({"unit", "academic_year"})
    free = next(f for f in one.tables[0].fields if f.open_text)
    assert choices(one, free, "nl") == []
    assert free.kind is Kind.TEXT


def test_a_unit_is_known_by_its_names_but_for_those_that_stand_for_another() -> None:
    """What the profile lists itself, an id or an alias, goes before a name; a name of two units is neither's."""
    who = made_up.profile(units=["SCI", "LAW", "OLD", "NEW"])
    names = {"SCI": ("Natuur", "Science"), "LAW": ("Recht", "sci"), "OLD": ("Bèta", "Nature"), "NEW": ("Bèta", "Stem")}
    called = tuple(
        u.model_copy(
            update={"nl": names[u.id][0], "en": names[u.id][1], "aliases": ["nature"] if u.id == "SCI" else []}
        )
        for u in who.units
    )
    read = replace(who, units=called).aliases()["units"]
    assert read == {"nature": "SCI", "Natuur": "SCI", "Science": "SCI", "Recht": "LAW", "Stem": "NEW"}
