"""The money of the sample: its plan, the lines of each round, and the totals that came with them or were printed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from kwaliteitsmonitor.sample.choices import Choices
from kwaliteitsmonitor.sample.controls import delivered_rows, printed_rows
from kwaliteitsmonitor.sample.defects import Planter
from kwaliteitsmonitor.sample.lines import Line
from kwaliteitsmonitor.sample.making import SampleSummary
from kwaliteitsmonitor.sample.spending import plan_rows, spending_lines, write_finance
from kwaliteitsmonitor.sample.targets import Targets
from schemas.errors import UsageError
from schemas.profile import Profile
from tests.sample.published import SEED, YEARS, published

KEY = ["reporting_year", "unit", "theme"]


@pytest.fixture(scope="module")
def lines(profile: Profile, choices: Choices) -> pd.DataFrame:
    return pd.DataFrame(spending_lines(profile, choices, SEED, Planter(False, choices.last_year)))


def test_budgets_are_those_of_the_plan_and_spending_grows_over_the_rounds(
    profile: Profile, choices: Choices, lines: pd.DataFrame
) -> None:
    plan = pd.DataFrame(plan_rows(profile, choices))
    assert set(plan.year) == set(range(2019, 2025))
    totals = plan.groupby(["version", "theme", "year"]).amount.sum().to_dict()
    assert totals == {(p.version, p.theme, p.year): p.amount for p in profile.plan}
    planned = plan.set_index(["year", "unit", "theme"]).amount
    definitive = lines[lines["round"] == 3].groupby(KEY).budget.sum()
    assert all(planned[index] == amount for index, amount in definitive.items())
    per_round = lines.pivot(index=[*KEY, "measure"], columns="round", values="realised")
    assert ((per_round[1] < per_round[2]) & (per_round[2] < per_round[3])).mean() > 0.9
    assert not lines.duplicated([*KEY, "round", "measure"]).any()
    submitted = lines.groupby(["reporting_year", "round"]).submitted_on.max()
    assert [str(submitted[2020, number]) <= day for number, day in ((3, "2021-02-28"), (1, "2020-05-15"))] == [True] * 2


@pytest.mark.parametrize("year", YEARS)
def test_the_totals_that_came_with_a_round_are_those_of_every_unit(lines: pd.DataFrame, year: int) -> None:
    made: list[Line] = lines.to_dict("records")
    delivered = delivered_rows(made, year)
    summed = lines[lines.reporting_year == year].groupby(["round", "unit"])[["budget", "realised"]].sum().stack()
    assert {(row["round"], row["unit"], row["subject"]): row["value"] for row in delivered} == summed.to_dict()
    assert {row["origin"] for row in delivered} == {"delivered"}
    assert len(delivered) == 3 * 2 * lines.unit.nunique()


def test_every_figure_that_was_printed_is_a_control_total_with_its_misprint(
    profile: Profile, choices: Choices, targets: Targets
) -> None:
    printed = pd.DataFrame(printed_rows(targets, choices, 3))
    assert set(printed.origin) == {"printed"}
    figures = printed[printed.subject == "indicator"]
    assert list(figures.printed) == [row["printed"] for row in published(profile, "indicators")]
    misprint = figures[figures.value == 334]
    assert list(zip(misprint.indicator, misprint.level, misprint.reporting_year, strict=True)) == [
        ("programme_evaluation_field_skills", "Ma", 2020)
    ]
    totals = printed[printed.unit_of_measure == "keur"].set_index(["reporting_year", "subject"]).value
    assert {year: list(map(int, totals[year])) for year in YEARS} == {2019: [7057, 6696, -359], 2020: [7711, 7993, 283]}


def test_finance_goes_into_any_database_and_overwrites_nothing(
    profile: Profile, sample: SampleSummary, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    assert write_finance(url, profile) == next(f.rows for f in sample.files if f.path == "finance.db")
    assert (tmp_path / "other.db").read_bytes() == (sample.folder / "finance.db").read_bytes()
    with pytest.raises(UsageError, match="lines in this table already"):
        write_finance(url, profile)
