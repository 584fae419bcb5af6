"""Answers to evaluations of the sample: they give the published means and spreads, and each was invited."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.sample import evaluations
from kwaliteitsmonitor.sample.answers import settle
from kwaliteitsmonitor.sample.apportion import divide, maximum_entropy, mean_of, one_distribution
from kwaliteitsmonitor.sample.choices import Choices
from kwaliteitsmonitor.sample.defects import Planter
from kwaliteitsmonitor.sample.evaluations import BLOCK, population_rows, write_evaluations
from kwaliteitsmonitor.sample.making import SampleSummary, arrives
from kwaliteitsmonitor.sample.targets import Targets
from kwaliteitsmonitor.sample.writing import LandingFolder
from schemas.profile import Profile
from tests.sample.conftest import RESPONSES
from tests.sample.published import SEED, YEARS, academic

GROUP = ["evaluation", "academic_year", "unit", "programme", "level", "course"]


def folder_of(sample: SampleSummary, year: int) -> Path:
    return sample.folder / "evaluaties" / academic(year)


@pytest.mark.parametrize("year", YEARS)
def test_every_respondent_answers_every_question_once_of_one_programme_and_was_invited(
    sample: SampleSummary, year: int
) -> None:
    folder = folder_of(sample, year)
    course = duckdb.sql(f"select * from '{folder}/cursus/*.parquet'").df()
    programme = pd.read_csv(folder / "programma.csv", sep=";", dtype={"programme": str})
    answers = pd.concat([course, programme]).fillna({"course": ""})
    counts = answers.groupby([*GROUP, "respondent"], dropna=False).question.agg(["count", "nunique"])
    questions = answers.groupby("evaluation").question.nunique()
    assert (counts["count"] == counts["nunique"]).all()
    assert (counts["count"] == questions.loc[counts.index.get_level_values(0)].to_numpy()).all()
    population = sample.folder / "evaluatiepopulatie" / f"{academic(year)}.csv"
    invited = pd.read_csv(population, sep=";", dtype={"programme": str}).fillna({"course": ""}).set_index(GROUP).invited
    there = counts.groupby(level=GROUP, dropna=False).size()
    rate = there / invited.reindex(there.index)
    assert rate.between(0.2, 0.7).all()
    assert 0.3 < there.sum() / invited.sum() < 0.6
    # People are counted in a delivery, so the same number in two programmes would be one person.
    for file in (folder / "programma.csv", *sorted((folder / "cursus").glob("*.parquet"))):
        twice = duckdb.sql(f"select respondent from '{file}' group by all having count(distinct programme) > 1")
        assert twice.fetchall() == [], file


@pytest.mark.parametrize(("responses", "seed"), [(5_000, 1), (5_001, 2020), (12_345, 1), (1_000_000, 2020)])
def test_any_number_of_responses_gives_the_published_figures(
    profile: Profile, choices: Choices, targets: Targets, responses: int, seed: int
) -> None:
    # Settling checks each figure, and refuses what would be printed otherwise.
    rounds = settle(profile, choices, targets, responses, seed)
    assert responses - 32 < sum(r.answers for r in rounds) <= responses
    invited = [row["invited"] for year in YEARS for row in population_rows(rounds, year)]
    assert len(invited) == sum(len(r.groups) for r in rounds)
    assert sum(invited) > sum(g.respondents for r in rounds for g in r.groups)


def test_the_answers_are_as_many_as_were_wished_for(sample: SampleSummary) -> None:
    rows = sum(f.rows for f in sample.files if f.path.startswith("evaluaties/"))
    assert rows == sample.responses
    assert RESPONSES - 32 < sample.responses <= RESPONSES


def test_row_groups_stay_small(
    profile: Profile, choices: Choices, targets: Targets, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluations, "BLOCK", 500)
    rounds = settle(profile, choices, targets, RESPONSES, SEED)
    landing = LandingFolder.make(profile, tmp_path / "zone")

    def arrival(feed: str, year: int) -> date:
        return arrives(profile.feed(feed), choices, year, SEED)

    write_evaluations(landing, choices, rounds, SEED, Planter(False, choices.last_year), arrival)
    sizes = [
        group.num_rows
        for path in landing.root.rglob("*.parquet")
        for described in [pq.ParquetFile(path).metadata]
        for group in map(described.row_group, range(described.num_row_groups))
    ]
    assert max(sizes) <= 500 < BLOCK
    assert len(sizes) > len(list(landing.root.rglob("*.parquet")))


def test_parts_add_up_to_what_was_divided() -> None:
    assert divide(10, [1, 1, 1]) == [4, 3, 3]
    assert divide(7, [0, 2, 5]) == [0, 2, 5]
    with pytest.raises(ValueError, match="nothing to divide over"):
        divide(1, [0])


def test_a_distribution_has_the_mean_and_deviation_wished_for() -> None:
    means, deviations = np.array([2.9, 3.4, 4.1]), np.array([1.1, 1.2, 0.8])
    chances, scale = maximum_entropy(means, deviations), np.arange(1, 6)
    assert np.allclose(chances @ scale, means)
    assert np.allclose(np.sqrt(chances @ scale**2 - means**2), deviations)
    assert abs(mean_of(one_distribution(25, 2.9, 1.1)) - 2.9) < 0.05
