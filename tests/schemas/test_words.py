"""Two languages, and several things, in one text: whatever people typed in them, they come apart again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.words import Words, both, each, half, things, words_of

TYPED = (
    "zie mail van 3 mei / bijlage 2",
    "a / b / c / d",
    "eerst dit; dan dat",
    "Kunst, Cultuur / Media; deel 1",
    "x=1 | y=2",
    "zie C:\\map / 2020/03.xlsx",
    "",
)
TEXT = st.text(alphabet="ab /;,|=:", max_size=20)


@pytest.mark.parametrize("nl", TYPED)
@pytest.mark.parametrize("en", TYPED)
def test_both_languages_come_back_whole(nl: str, en: str) -> None:
    kept = both(Words(nl, en))
    assert (half(kept, "nl"), half(kept, "en")) == (nl, en)
    assert kept.replace("\u00a0", " ") == f"{nl} / {en}"


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4))
def test_several_things_come_back_as_many(said: list[tuple[str, str]]) -> None:
    wanted = [Words(f"n{nl}n", f"e{en}e") for nl, en in said]
    kept = each(both(one) for one in wanted)
    found = [words_of(one.replace(";\u00a0", "; ")) for one in things(kept)]
    assert found == wanted


@pytest.mark.parametrize("typed", ["een zin", "a / b / c"])
def test_what_is_said_in_one_language_is_the_same_in_both(typed: str) -> None:
    assert words_of(typed) == Words(typed, typed)
