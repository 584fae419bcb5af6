"""A made-up institution for which plain samples are made, and what one holds before it is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import yaml

from kwaliteitsmonitor.sample.plain.making import CONTENTS
from kwaliteitsmonitor.sample.plain.setting import Occasion, Setting
from schemas.profile import Feed, Profile
from schemas.profile.registers import Programme
from tests import made_up

YEARS = (2019, 2020)
MONEY = (
    """{id: bfr, period: round, sources: [{path: "bfr/{reporting_year}-{round}.csv", format: csv, tables: [bfr]}]}""",
    """{id: plan, period: none, sources: [{path: plan.csv, format: csv, tables: [spending_plan]}]}""",
    """{id: totals, period: reporting_year,
        sources: [{path: "totals/{reporting_year}.csv", format: csv, tables: [control_totals]}]}""",
)


def feed(text: str) -> Feed:
    """A feed of files, as a profile writes it; the id, the names and the kind of its sources need not be there."""
    own = yaml.safe_load(text)
    sources = [{"kind": "files", **source} for source in own.pop("sources")]
    return Feed.model_validate({"id": "feed", "nl": "n", "en": "e", "sources": sources, **own})


def institution(*feeds: Feed, **more: Any) -> Profile:
    """The institution, with a bachelor's and a master's programme in each unit."""
    made = made_up.profile(feeds=feeds, **more)
    programmes = tuple(
        Programme(programme=f"{unit.id}-{kind}", name=unit.id, croho_type=kind, funded=True, unit=unit.id)
        for unit in made.units
        for kind in ("ba", "ma")
    )
    return replace(made, programmes=programmes)


def rows_of(profile: Profile, table: str, years: Sequence[int] = YEARS) -> list[dict[str, Any]]:
    """What the sample holds of a table over all years, before it is written."""
    setting = Setting(profile, tuple(years), 2020, 500)
    (fed,) = (one for one in profile.feeds if table in one.tables)
    return CONTENTS[table](setting, Occasion(fed, None))
