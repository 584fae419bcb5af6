"""A form by itself: the years in which it holds, the columns of its source, and the fields of a split."""

from __future__ import annotations

import pytest

from schemas.profile.feeds import FileSource
from schemas.profile.forms import Form, Split

YEARS = (2000, 2019, 2020, 2021, None)


@pytest.mark.parametrize(
    ("first", "last", "holds"),
    [(None, None, YEARS), (2020, None, (2020, 2021, None)), (None, 2020, (2000, 2019, 2020)), (2020, 2020, (2020,))],
)
def test_a_form_holds_from_its_first_year_up_to_its_last(
    first: int | None, last: int | None, holds: tuple[int | None, ...]
) -> None:
    form = Form(table="bfr", valid_from=first, valid_until=last)
    assert tuple(year for year in YEARS if form.holds_in(year)) == holds


def test_the_columns_of_a_source_hold_for_its_forms_too() -> None:
    keys = {"kind": "files", "path": "x", "format": "csv", "tables": ["bfr", "evaluations"]}
    of = {"columns": {"A": "unit", "B": "theme"}, "forms": [{"table": "bfr", "columns": {"B": "measure"}}]}
    source = FileSource.model_validate(keys | of)
    forms = [source.form(table, 2020) for table in ("bfr", "evaluations")]
    assert [one and one.columns for one in forms] == [{"A": "unit", "B": "measure"}, {"A": "unit", "B": "theme"}]


def test_a_group_that_is_ignored_gives_no_field() -> None:
    split = Split(header="h", pattern="(?P<fte>a)(?P<ignored>b)?(?P<ignored_too>c)?", example="abc")
    assert split.fields == ("fte",)
