"""Rows that do not fit in memory come out sorted all the same."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.connectors.external_sort import SortedRows

texts = st.text(max_size=6)


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.tuples(texts, texts), max_size=60), at_once=st.integers(1, 9), files=st.integers(2, 4))
def test_rows_come_out_sorted_however_few_fit_in_memory(rows: list[tuple[str, str]], at_once: int, files: int) -> None:
    with SortedRows(rows=at_once, files=files) as kept:
        for row in rows:
            kept.add(row)
        assert [tuple(row) for row in kept] == sorted(rows)
        assert kept.count == len(rows)


def test_long_texts_are_put_away_before_there_are_many_rows() -> None:
    with SortedRows(text=1000) as kept:
        for n in range(20):
            kept.add((f"{19 - n:02}", "x" * 400))
        assert len(kept._files) == 6
        assert [row[0] for row in kept] == [f"{n:02}" for n in range(20)]


def test_what_was_taken_in_is_forgotten_when_it_is_begun_anew() -> None:
    with SortedRows(rows=2) as kept:
        for n in range(5):
            kept.add((str(n),))
        kept.clear()
        kept.add(("only",))
        assert (kept.count, [list(row) for row in kept]) == (1, [["only"]])
