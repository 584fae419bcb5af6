"""Notes of a release in one language, also of a release that has both in one column."""

from __future__ import annotations

from kwaliteitsmonitor.releases.format.notes import filters_in, notes_in, words_in
from schemas.words import Words, both, each

TYPED = "zie mail van 3 mei / bijlage 2; akkoord"


def test_notes_are_read_from_the_column_of_their_language_and_what_people_typed_is_one_text() -> None:
    row = {"note": "x / y", "note_nl": "zie mail / bijlage 2; zonder HA", "note_en": "see mail; without HA"}
    assert notes_in(row, "note", "nl") == ("zie mail / bijlage 2", "zonder HA")
    assert words_in(row, "note") == (Words("zie mail / bijlage 2", "see mail"), Words("zonder HA", "without HA"))
    assert words_in(row | {"note_en": "see mail"}, "note") == (Words("zie mail / bijlage 2; zonder HA", "see mail"),)
    assert notes_in(row | {"note_nl": None}, "note", "nl") == ()


def test_of_a_release_of_before_the_one_column_is_parted() -> None:
    typed = Words(TYPED, "see mail")
    row = {"note": each([both(typed), "zonder HA / without HA"])}
    assert notes_in(row, "note", "en") == ("see mail", "without HA")
    assert notes_in({"note": f"{both(typed)}; zonder HA / without HA"}, "note", "nl", [typed]) == (TYPED, "zonder HA")
    assert words_in({"note": None}, "note") == words_in({}, "note") == ()


def test_what_filters_left_out_is_read_by_language_and_of_a_release_of_before_from_the_one_column() -> None:
    both_ways = (Words("-7: te klein", "-7: too small"), Words("<5: elders, buiten", "<5: elsewhere; outside"))
    now = {"filter": "x", "filter_nl": "-7: te klein; nieuw", "filter_en": "-7: too small; new"}
    assert filters_in(now) == (both_ways[0], Words("nieuw", "new"))
    assert filters_in(now | {"filter_nl": None, "filter_en": None}) == ()
    assert filters_in({"filter": "-7: te klein / too small; <5: elders, buiten / elsewhere; outside"}) == both_ways
    assert filters_in({"filter": "niets over / nothing left"}) == (Words("niets over", "nothing left"),)
    assert filters_in({"filter": None}) == ()
