"""What is looked for first, because it is cheap, is in every text that the thorough look finds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwaliteitsmonitor.readers.cells.identifiers import damage_of, folded, is_odd
from kwaliteitsmonitor.readers.forms import totals
from schemas.identifiers import PATTERNS
from schemas.spelling import fold

SIGNS = st.text("0123456789AaEeNnTtJj'=\".,-+/: #!%jan", max_size=9).map(str.strip)


@given(st.one_of(SIGNS, *(st.from_regex(f"(?:{pattern})", fullmatch=True) for pattern in PATTERNS.values())))
def test_a_name_that_is_not_odd_is_written_as_itself_and_whole(text: str) -> None:
    if not is_odd(text):
        assert (folded(text), damage_of(text)) == (text, None)


@pytest.mark.parametrize("pattern", [totals._WORD, totals._SHORT.pattern], ids=["word", "short"])
def test_a_text_that_calls_something_a_total_has_the_hint_of_one(pattern: str) -> None:
    # The thorough look reads folded texts: folding joins a letter and its accent, which can make another word of it.
    @given(st.from_regex(re.compile(pattern), fullmatch=True).map(fold).filter(re.compile(pattern).fullmatch))
    def look(text: str) -> None:
        assert totals._HINT.search(text)

    look()
