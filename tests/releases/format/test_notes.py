"""Notes of a release in one language, also of a release that has both in one column."""

from __future__ import annotations

from kwaliteitsmonitor.releases.format.notes import notes_in, words_in
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
