"""An expectation builds its configuration once, and nobody can tell."""

from __future__ import annotations

import great_expectations.expectations as gxe
import pytest
from great_expectations.expectations.expectation import Expectation

from kwaliteitsmonitor.methods.checks import expectations


@pytest.fixture
def of_units() -> gxe.ExpectColumnValuesToBeInSet:
    expectations.prepare()
    return gxe.ExpectColumnValuesToBeInSet(column="unit", value_set=["U1"], meta={"rule": "bfr.unit.codes"})


def test_a_configuration_is_built_once_and_each_that_is_given_is_a_copy(of_units: Expectation) -> None:
    one, other = of_units.configuration, of_units.configuration
    assert one == other
    assert expectations._BUILT[id(of_units)].expectation is of_units, "kept, so that no other can have its id"
    one.kwargs["batch_id"] = "another"
    one.meta["rule"] = "another"
    assert of_units.configuration == other
    assert other.kwargs == {"column": "unit", "value_set": ["U1"]}


def test_an_expectation_of_which_a_field_is_set_anew_builds_its_configuration_anew(
    of_units: gxe.ExpectColumnValuesToBeInSet,
) -> None:
    assert of_units.configuration.kwargs["column"] == "unit"
    of_units.column = "theme"
    assert of_units.configuration.kwargs["column"] == "theme"


def test_nothing_is_kept_once_a_table_is_judged() -> None:
    import pyarrow as pa

    from schemas.tables import CATALOGUE

    table = CATALOGUE["approvals"].bind({})
    rows = pa.table({"feed": ["bfr"], "council": [None]})
    rules = [c for c in table.constraints() if c.id == "approvals.council.required"]
    wrong = expectations.failing("approvals", rules, rows)
    assert wrong == {"approvals.council.required": (0,)}
    assert not expectations._BUILT
