"""A field whose name is in a variable has the kind of its contract, and what it holds is in no message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from kwaliteitsmonitor.releases.format import fields


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (fields.text, "a"),
        (fields.day, date(2021, 3, 1)),
        (fields.whole, 3),
        (fields.amount, Decimal("1.50")),
        (fields.number, 0.5),
        (fields.number, Decimal("1.50")),
    ],
)
def test_a_value_of_its_kind_or_none_is_given_as_it_is(read: Callable[[object], object], value: object) -> None:
    assert read(value) is value
    assert read(None) is None


@pytest.mark.parametrize("read", [fields.text, fields.day, fields.whole, fields.amount, fields.number])
def test_a_value_of_another_kind_is_an_error_that_does_not_tell_it(read: Callable[[object], object]) -> None:
    with pytest.raises(TypeError) as error:
        read(["Jansen"])
    assert "list" in str(error.value)
    assert "Jansen" not in str(error.value)
