"""Readers of cells for tests, and what they say of a cell that they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.cells.texts import Refused
from schemas.contract import Field, Kind
from schemas.profile.forms import Locale
from schemas.words import Words

KEY = b"k" * 32


def field(kind: Kind, **more: Any) -> Field:
    """A field `f` of this kind."""
    return Field("f", kind, "veld", "field", "x", **more)


def reader(kind: Kind = Kind.MONEY, locale: Locale = "nl", *, of: Field | None = None, **form: Any) -> CellReader:
    """The reader of a field of this kind, or of the field `of`; `form` is what a form says of it."""
    return CellReader(of or field(kind), locale, form.pop("aliases", {}), KEY, **form)


def refusal(one: CellReader, raw: Any) -> Words:
    """What was expected of a cell that is refused."""
    with pytest.raises(Refused) as caught:
        one(raw)
    assert str(caught.value) == caught.value.expected.en
    return caught.value.expected
