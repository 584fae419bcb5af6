"""Column lineage in Dagster: from the rules and definitions, for every published table with data in it."""

from __future__ import annotations

import dagster as dg
import pytest

from assets.common.specs import traced
from kwaliteitsmonitor.methods.figures.column_lineage import columns
from pipelines.definitions import build_definitions
from schemas.figures import PUBLISHED
from schemas.flow import COMPUTING
from schemas.profile import Profile, load_profile, profile_folder
from schemas.tables import CATALOGUE
from schemas.tables.facts import FACTS
from tests.made_up import indicator, profile
from tests.sample_year import SampleYear

TABLES = tuple(one for one in PUBLISHED.values() if one.step in COMPUTING)


@pytest.fixture(scope="module")
def leiden() -> Profile:
    return load_profile(profile_folder("leiden"))


def test_an_amount_follows_from_amounts_and_an_indicator_from_what_it_counts_and_filters_by() -> None:
    of = columns(profile(), "spending_overview")
    assert [tuple(one) for one in of["difference"]] == [("facts", "fact_spending", n) for n in ("budget", "realised")]
    assert [one.name for one in of["theme"]] == ["theme"]
    assert "figure_id" not in of
    condition = {"field": "bko_date", "filled": True, "reason_nl": "x", "reason_en": "x"}
    numerator = {"facts": "fact_staff", "count": "person", "where": [condition]}
    who = profile(indicators=[indicator("bko", "count", numerator=numerator)])
    assert {tuple(one)[1:] for one in columns(who, "indicator_values")["value"]} == {
        ("fact_staff", "person"),
        ("fact_staff", "bko_date"),
    }


def test_every_column_that_is_named_is_one_of_an_asset_and_every_number_of_a_figure_follows_from_some(
    leiden: Profile,
) -> None:
    assets = set(build_definitions().resolve_asset_graph().get_all_asset_keys())
    for table, contract in ((one.name, one.table) for one in TABLES):
        of = columns(leiden, table)
        assert set(of) <= set(contract.names)
        for one in (one for others in of.values() for one in others):
            assert dg.AssetKey([one.step, one.table]) in assets
            assert one.name in CATALOGUE[one.table].names
            assert one.step != "facts" or one.table in FACTS
        if "figure_id" in contract.names:
            assert {f.name for f in contract.fields if f.kind in ("money", "number")} <= set(of), table


def test_dagster_is_told_of_the_columns_and_of_how_to_explain(leiden_year: SampleYear) -> None:
    for one in TABLES:
        told = leiden_year.metadata[one.name]
        assert (told["dagster/column_lineage"] > 0) == bool(one.reads or one.kind == "indicator"), one.name
        assert ("explain" in told) == ("figure_id" in one.table.names), one.name


def test_the_metadata_names_the_command(leiden: Profile) -> None:
    assert "kwaliteitsmonitor explain" in str(traced(leiden, "measures")["explain"].value)
    assert "explain" not in traced(leiden, "council_consultations")
