"""Rows that do not fit in memory come out sorted all the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kwaliteitsmonitor.connectors.external_sort import SortedRows

texts = st.text(max_size=6)


@given(rows=st.lists(st.tuples(texts, texts), max_size=60), at_once=st.integers(1, 9), files=st.integers(2, 4))
def test_rows_come_out_sorted_however_few_fit_in_memory(rows: list[tuple[str, str]], at_once: int, files: int) -> None:
    with SortedRows(rows=at_once, files=files) as found:
        for row in rows:
            found.add(row)
        assert [tuple(row) for row in found] == sorted(rows)
        assert found.count == len(rows)


def test_long_texts_are_put_away_before_there_are_many_rows() -> None:
    with SortedRows(text=1000) as found:
        for n in range(20):
            found.add((f"{19 - n:02}", "x" * 400))
        assert len(found._files) == 6
        assert [row[0] for row in found] == [f"{n:02}" for n in range(20)]


def test_what_was_taken_in_is_forgotten_when_it_is_begun_anew() -> None:
    with SortedRows(rows=2) as found:
        for n in range(5):
            found.add((str(n),))
        found.clear()
        found.add(("only",))
        assert (found.count, [list(row) for row in found]) == (1, [["only"]])
