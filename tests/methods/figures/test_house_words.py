"""What an institution calls things, in the language of who reads it."""

from __future__ import annotations

from kwaliteitsmonitor.methods.figures.house_words import House, heading
from schemas.profile.institution import HouseWords, Named


def test_the_words_of_an_institution_are_those_of_the_language() -> None:
    words = HouseWords(theme=Named(nl="belofte", en="promise", nl_plural="beloften", en_plural="promises"))
    dutch, english = House.of(words, "nl"), House.of(words, "en")
    assert (dutch.themes, english.theme, dutch.unit) == ("beloften", "promise", "eenheid")
    assert heading(dutch.theme) == "Belofte"
