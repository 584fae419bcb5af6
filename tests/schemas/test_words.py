"""Two languages, and several things, in one text: whatever people typed in them, they come apart again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.delivering import again
from schemas.words import Words, both, each, half, things, words_of

TYPED = (
    *("zie mail van 3 mei / bijlage 2", "a / b / c / d", "eerst dit; dan dat"),
    *("Kunst, Cultuur / Media; deel 1", "x=1 | y=2", "zie C:\\map / 2020/03.xlsx", ""),
)
TEXT = st.text(alphabet="ab /;,|=:", max_size=20)


@pytest.mark.parametrize("nl", TYPED)
@pytest.mark.parametrize("en", TYPED)
def test_both_languages_come_back_whole(nl: str, en: str) -> None:
    kept = both(Words(nl, en))
    assert (half(kept, "nl"), half(kept, "en")) == (nl, en)
    assert kept.replace("\u00a0", " ") == f"{nl} / {en}"


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4))
def test_several_things_come_back_as_many(texts: list[tuple[str, str]]) -> None:
    wanted = [Words(f"n{nl}n", f"e{en}e") for nl, en in texts]
    kept = each(both(one) for one in wanted)
    assert [words_of(one.replace(";\u00a0", "; ")) for one in things(kept)] == wanted


@pytest.mark.parametrize("typed", ["een zin", "a / b / c"])
def test_a_text_of_one_language_is_the_same_in_both(typed: str) -> None:
    assert words_of(typed) == Words(typed, typed)


def test_the_instruction_for_delivering_again_names_the_place_in_both_languages() -> None:
    words = again("bfr/2020-3_v2.csv")
    assert "bfr/2020-3_v2.csv" in words.nl
    assert "bfr/2020-3_v2.csv" in words.en
