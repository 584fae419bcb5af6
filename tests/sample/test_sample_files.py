"""The sample's files: the same bytes for the same seed, nothing overwritten, and defects only where they are named."""

from __future__ import annotations

import csv
import hashlib
import re
import shutil
import sqlite3
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from openpyxl import load_workbook

from kwaliteitsmonitor.sample import SampleSummary, write_finance, write_sample
from kwaliteitsmonitor.sample.answers import settle
from kwaliteitsmonitor.sample.apportion import divide, maximum_entropy, mean_of, one_distribution
from kwaliteitsmonitor.sample.choices import load_choices
from kwaliteitsmonitor.sample.targets import load_targets
from schemas.errors import ProfileError, UsageError
from schemas.profile import Profile, load_profile
from schemas.tables import CATALOGUE

RESPONSES = 20_000


def test_the_answers_are_as_many_as_were_asked_for(sample: SampleSummary) -> None:
    rows = sum(f.rows for f in sample.files if f.path.startswith("evaluaties/"))
    assert rows == sample.responses
    assert RESPONSES - 32 < sample.responses <= RESPONSES


def test_row_groups_stay_small(profile: Profile, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    big = write_sample(profile, tmp_path / "big", responses=3_000_000)
    for path in (big.folder / "evaluaties").rglob("*.parquet"):
        described = pq.ParquetFile(path).metadata
        assert max(described.row_group(i).num_rows for i in range(described.num_row_groups)) <= 250_000


def test_every_code_is_one_of_the_profile(profile: Profile, sample: SampleSummary) -> None:
    codes = profile.code_lists()
    for path in sample.folder.rglob("*.csv"):
        frame = pd.read_csv(path, sep=";", dtype=str)
        lists = {"unit": "units", "programme": "programmes", "question": "questions", "indicator": "indicators"}
        for column, name in lists.items():
            if column in frame:
                assert set(frame[column].dropna()) <= set(codes[name]), (path, column)


def test_files_arrive_before_their_deadline(profile: Profile, sample: SampleSummary) -> None:
    for written in sample.files:
        stamp = datetime.fromtimestamp((sample.folder / written.path).stat().st_mtime, UTC)
        assert stamp.date() == written.received_on
    on = {f.path: f.received_on for f in sample.files}
    assert date(2020, 12, 1) < on["onderwijsjaarverslag/2019-2020/FGW.xlsx"] <= date(2020, 12, 31)
    assert date(2020, 10, 1) < on["evaluaties/2019-2020/programma.csv"] <= date(2020, 10, 31)
    assert date(2020, 11, 10) < on["personeel/2020.parquet"] <= date(2020, 12, 1)
    with sqlite3.connect(sample.folder / "finance.db") as database:
        lines = pd.read_sql_query("select * from bfr_lines", database)
    submitted = lines.groupby(["reporting_year", "round"]).submitted_on.max()
    assert submitted[2020, 3] <= "2021-02-28"
    assert submitted[2020, 1] <= "2020-05-15"


def digests(sample: SampleSummary) -> dict[str, str]:
    return {f.path: hashlib.sha256((sample.folder / f.path).read_bytes()).hexdigest() for f in sample.files}


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(
    profile: Profile, sample: SampleSummary, tmp_path: Path
) -> None:
    again = write_sample(profile, tmp_path / "again", responses=RESPONSES)
    assert digests(again) == digests(sample)
    assert [f.received_on for f in again.files] == [f.received_on for f in sample.files]
    other = write_sample(profile, tmp_path / "other", responses=RESPONSES, seed=1)
    same = {path for path, digest in digests(other).items() if digests(sample)[path] == digest}
    assert not any(path.startswith(("evaluaties/", "personeel/", "inschrijvingen/", "finance")) for path in same)


@pytest.mark.parametrize("seed", [1, 7, 2020])
@pytest.mark.parametrize("responses", [5_000, 5_001, 6_789, 12_345, 60_000, 1_000_000])
def test_any_number_of_responses_gives_the_published_figures(profile: Profile, responses: int, seed: int) -> None:
    choices = load_choices(profile)
    # Settling checks each figure, and refuses what would be printed otherwise.
    rounds = settle(profile, choices, load_targets(profile, choices), responses, seed)
    assert responses - 32 < sum(r.answers for r in rounds) <= responses


def test_too_few_responses_are_refused(profile: Profile, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"4999 responses are too few.*at least 5000"):
        write_sample(profile, tmp_path / "small", responses=4_999)
    assert not (tmp_path / "small").exists()


def test_a_folder_that_holds_something_is_refused(profile: Profile, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="something in this place already"):
        write_sample(profile, tmp_path, responses=RESPONSES)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_a_choice_that_contradicts_what_was_published_is_refused(profile: Profile, tmp_path: Path) -> None:
    folder = tmp_path / "leiden"
    shutil.copytree(profile.folder, folder)
    path = folder / "sample" / "sample.yaml"
    path.write_text(path.read_text("utf-8").replace('"1071.8"', '"1171.8"').replace('"2172500"', '"2272500"'), "utf-8")
    with pytest.raises(ProfileError) as caught:
        write_sample(load_profile(folder), tmp_path / "to", responses=RESPONSES)
    assert "student_staff_ratio 2019: 27670 / 1171.8 prints 23.6; expected 25.8" in str(caught.value)
    assert "2019: realised adds up to 6796000 euro; expected k€ 6696" in str(caught.value)


def test_an_unknown_key_is_refused(profile: Profile, tmp_path: Path) -> None:
    folder = tmp_path / "leiden"
    shutil.copytree(profile.folder, folder)
    path = folder / "sample" / "sample.yaml"
    path.write_text(path.read_text("utf-8") + "\nfactulties: {}\n", "utf-8")
    with pytest.raises(ProfileError, match="factulties"):
        write_sample(load_profile(folder), tmp_path / "to", responses=RESPONSES)


def test_finance_goes_into_any_database_and_overwrites_nothing(
    profile: Profile, sample: SampleSummary, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    assert write_finance(url, profile) == next(f.rows for f in sample.files if f.path == "finance.db")
    assert (tmp_path / "other.db").read_bytes() == (sample.folder / "finance.db").read_bytes()
    with pytest.raises(UsageError, match="lines in this table already"):
        write_finance(url, profile)


def test_progress_names_every_file(profile: Profile, tmp_path: Path) -> None:
    seen: list[tuple[str, int]] = []
    made = write_sample(profile, tmp_path / "to", responses=5_000, progress=lambda *done: seen.append(done))
    assert seen == [(f.path, f.rows) for f in made.files]


# --- the known defects -----------------------------------------------------------------------------------------------


def test_defects_are_known_by_the_rule_that_they_break(spoiled: SampleSummary, sample: SampleSummary) -> None:
    assert sample.defects == ()
    assert [d.rule for d in spoiled.defects] == [
        "evaluations.score.range",
        "bfr.theme.codes",
        "bfr.key",
        "faculty_report.delivered",
        "control_totals.delivered_total",
        "faculty_study_advisers.fte.range",
        "enrolments.one_main_enrolment",
        "deliveries.arrive_once",
    ]
    declared = {c.id: c.costs for table in CATALOGUE.values() for c in table.constraints()}
    for defect in spoiled.defects:
        assert declared.get(defect.rule, defect.costs) == defect.costs


def test_defects_stand_where_they_are_said_to_stand(
    profile: Profile, spoiled: SampleSummary, sample: SampleSummary
) -> None:
    found = {d.id: d for d in spoiled.defects}

    score = found["score_out_of_range"]
    scores = pd.read_parquet(spoiled.folder / score.file)[score.cell]
    assert score.row is not None
    assert scores[score.row - 1] == 334
    assert (scores > 5).sum() == 1

    with sqlite3.connect(spoiled.folder / "finance.db") as database:
        rows = pd.read_sql_query("select rowid, * from bfr_lines", database).set_index("rowid")
    theme = rows.loc[found["unknown_theme"].row]
    assert theme.theme not in profile.code_lists()["themes"]
    assert theme.measure in profile.code_lists()["measures"]
    assert (theme.reporting_year, theme["round"], Decimal(theme.budget), Decimal(theme.realised)) == (2020, 3, 0, 0)
    twice = rows.loc[found["duplicate_line"].row]
    assert rows[rows.duplicated(["reporting_year", "round", "unit", "theme", "measure"])].index.tolist() == [twice.name]

    assert not (spoiled.folder / found["missing_unit"].file).exists()
    assert (sample.folder / found["missing_unit"].file).exists()

    fte = found["negative_fte"]
    assert load_workbook(spoiled.folder / fte.file)[fte.sheet][fte.cell].value < 0

    total = found["wrong_total"]
    ours, theirs = (
        list(csv.DictReader((s.folder / total.file).open(encoding="utf-8"), delimiter=";")) for s in (sample, spoiled)
    )
    changed = [n for n, (a, b) in enumerate(zip(ours, theirs, strict=True), start=2) if a != b]
    assert changed == [total.row]
    assert Decimal(theirs[changed[0] - 2]["value"]) - Decimal(ours[changed[0] - 2]["value"]) == 1000

    main = found["second_main_enrolment"]
    enrolments = pd.read_csv(spoiled.folder / main.file, sep=";", dtype=str)
    assert main.row is not None
    assert enrolments[
        enrolments[enrolments.enrolment == "main"].student.duplicated().reindex(enrolments.index, fill_value=False)
    ].index.tolist() == [main.row - 2]
    assert not enrolments.duplicated(["student", "programme"]).any()

    copy = spoiled.folder / found["twice_delivered"].file
    assert copy.read_bytes() == (copy.parent / re.sub(r"_kopie", "", copy.name)).read_bytes()


def test_defects_change_nothing_else(spoiled: SampleSummary, sample: SampleSummary) -> None:
    files = {d.file.split(" ")[0] for d in spoiled.defects}
    clean, dirty = digests(sample), digests(spoiled)
    assert set(dirty) ^ set(clean) <= files
    assert {path for path in set(clean) & set(dirty) if clean[path] != dirty[path]} <= files


# --- dividing exactly ------------------------------------------------------------------------------------------------


def test_parts_add_up_to_what_was_divided() -> None:
    assert divide(10, [1, 1, 1]) == [4, 3, 3]
    assert divide(7, [0, 2, 5]) == [0, 2, 5]
    with pytest.raises(ValueError, match="nothing to divide over"):
        divide(1, [0])


def test_a_distribution_has_the_mean_and_deviation_asked_for() -> None:
    means, deviations = np.array([2.9, 3.4, 4.1]), np.array([1.1, 1.2, 0.8])
    chances = maximum_entropy(means, deviations)
    scale = np.arange(1, 6)
    assert np.allclose(chances @ scale, means)
    assert np.allclose(np.sqrt(chances @ scale**2 - means**2), deviations)
    assert abs(mean_of(one_distribution(25, 2.9, 1.1)) - 2.9) < 0.05
