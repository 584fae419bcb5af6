"""Column lineage in Dagster: from the rules and definitions, for every published table with data in it."""

from __future__ import annotations

import dagster as dg
import pytest

from assets.common.specs import traced
from kwaliteitsmonitor.methods.figures.column_lineage import READS, columns
from pipelines.definitions import build_definitions
from schemas.profile import Profile, load_profile, profile_folder
from schemas.tables import CATALOGUE
from schemas.tables.conformed import FACTS
from tests.made_up import indicator, profile
from tests.sample_year import SampleYear


@pytest.fixture(scope="module")
def leiden() -> Profile:
    return load_profile(profile_folder("leiden"))


def test_an_amount_follows_from_amounts_and_a_code_from_the_same_code() -> None:
    found = columns(profile(), "spending_overview")
    assert [tuple(one) for one in found["difference"]] == [
        ("facts", "fact_spending", "budget"),
        ("facts", "fact_spending", "realised"),
    ]
    assert [one.name for one in found["theme"]] == ["theme"]
    assert "figure_id" not in found


def test_an_indicator_follows_from_what_its_definition_counts_and_filters_by() -> None:
    numerator = {
        "facts": "fact_staff",
        "count": "person",
        "where": [{"field": "bko_date", "filled": True, "reason_nl": "x", "reason_en": "x"}],
    }
    who = profile(indicators=[indicator("bko", "count", numerator=numerator)])
    assert {tuple(one) for one in columns(who, "indicator_values")["value"]} == {
        ("facts", "fact_staff", "person"),
        ("facts", "fact_staff", "bko_date"),
    }


@pytest.mark.parametrize("table", list(READS))
def test_every_column_that_is_named_is_one_of_an_asset(leiden: Profile, table: str) -> None:
    assets = set(build_definitions().resolve_asset_graph().get_all_asset_keys())
    found = columns(leiden, table)
    assert set(found) <= set(CATALOGUE[table].names)
    for of in (one for others in found.values() for one in others):
        assert dg.AssetKey([of.step, of.table]) in assets
        contract = CATALOGUE[of.table]
        assert of.name in contract.names
        assert of.step != "facts" or of.table in FACTS


@pytest.mark.parametrize("table", [t for t in READS if "figure_id" in CATALOGUE[t].names])
def test_every_amount_and_number_of_a_figure_has_columns_that_it_follows_from(leiden: Profile, table: str) -> None:
    found = columns(leiden, table)
    numbers = {f.name for f in CATALOGUE[table].fields if f.kind in ("money", "number")}
    assert numbers - set(found) == set()


def test_dagster_is_told_of_the_columns_and_of_how_to_explain(leiden_year: SampleYear) -> None:
    for table in READS:
        told = leiden_year.metadata[table]
        assert (told["dagster/column_lineage"] > 0) == bool(READS[table] or table == "indicator_values"), table
        assert ("explain" in told) == ("figure_id" in CATALOGUE[table].names), table


def test_the_metadata_names_the_command(leiden: Profile) -> None:
    assert "kwaliteitsmonitor explain" in str(traced(leiden, "measures")["explain"].value)
    assert "explain" not in traced(leiden, "council_consultations")
