"""What stands in rows of amounts is told by the name of a column, and by language."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assets.common.rows import amount, as_values, notes_in
from schemas.words import Words, noted


def test_an_amount_is_told_by_the_name_of_its_column_and_what_is_none_is_refused() -> None:
    row = {"budget": Decimal("1.50"), "realised": None, "status": "ok"}
    assert [amount(row, name) for name in ("budget", "realised")] == [Decimal("1.50"), None]
    with pytest.raises(TypeError, match="no amount but str"):
        amount(row, "status")


def test_notes_are_told_by_language_each_thing_that_is_said_apart() -> None:
    said = noted([Words("zonder HA", "without HA"), Words("een rij is apart gezet", "a row was set aside")])
    assert notes_in(said, "nl") == ["zonder HA", "een rij is apart gezet"]
    assert notes_in(said, "en") == ["without HA", "a row was set aside"]
    assert notes_in(noted([]), "nl") == []
    assert as_values(said) == said
