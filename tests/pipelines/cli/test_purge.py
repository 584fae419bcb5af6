"""The `purge` command: what it says of what goes, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.vault.store import Receipt
from kwaliteitsmonitor.operations.retention.due import Batch
from kwaliteitsmonitor.operations.retention.removal import Due
from pipelines.cli.purge import _lines, _size

DAY = date(2026, 6, 1)
RECEIPT = Receipt("staff/2020.csv", "1" * 64, 1_250_000, date(2021, 1, 5), datetime(2021, 1, 5, tzinfo=UTC), 1)
PAST = Batch("staff", "2020", 2020, ("personal",), 5, (RECEIPT,), ("2021-03/v1",))
HELD = Batch("bfr", "", 2020, ("personal",), 5, (RECEIPT,), (), read_by="2026-09")


def test_what_goes_what_stays_and_what_rests_on_it_are_said() -> None:
    lines = _lines(Due((PAST,), (HELD,), (Path("a"),), (Path("b"), Path("c"))), DAY)
    assert [line.nl for line in lines] == [
        "staff 2020: 1 bestand, 1,3 MB, bewaard tot en met 31-12-2025",
        "blijft, want cyclus 2026-09 leest het: bfr",
        "af te maken: 1 bestand van een eerdere keer",
        "zonder ontvangst: 2 bestanden",
        "Niet meer opnieuw te berekenen daarna: 2021-03/v1. Wat gepubliceerd is, blijft.",
    ]
    assert lines[0].en == "staff 2020: 1 file, 1.3 MB, kept until 2025-12-31"
    assert [line.en for line in _lines(Due((), (), (), ()), DAY)] == ["There is nothing to remove on 2026-06-01."]


@pytest.mark.parametrize(
    ("size", "shown"), [(0, "0,0 MB"), (1, "0,1 MB"), (1_250_000, "1,3 MB"), (12_000_000, "12,0 MB")]
)
def test_a_size_is_never_nothing_where_there_is_something(size: int, shown: str) -> None:
    assert _size(size).nl == shown
