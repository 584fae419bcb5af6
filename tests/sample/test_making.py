"""The sample as a whole: the same bytes for the same seed, dated, in the profile's codes, and nothing overwritten."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from kwaliteitsmonitor.sample.choices import Choices
from kwaliteitsmonitor.sample.making import SampleSummary, write_sample
from kwaliteitsmonitor.sample.staff import staff_rows
from kwaliteitsmonitor.sample.students import enrolment_rows
from kwaliteitsmonitor.sample.targets import Targets
from kwaliteitsmonitor.sample.writing import LandingFolder, file_source, header, letter, text
from schemas.errors import ProfileError, UsageError
from schemas.profile import Profile, load_profile
from schemas.tables import CATALOGUE
from tests.sample.conftest import RESPONSES
from tests.sample.published import SEED


def contents(sample: SampleSummary) -> dict[str, bytes]:
    return {f.path: (sample.folder / f.path).read_bytes() for f in sample.files}


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(
    profile: Profile, sample: SampleSummary, tmp_path: Path
) -> None:
    written: list[tuple[str, int]] = []
    again = write_sample(
        profile, tmp_path / "again", responses=RESPONSES, progress=lambda path, rows: written.append((path, rows))
    )
    assert written == [(f.path, f.rows) for f in again.files]
    assert contents(again) == contents(sample)
    assert [f.received_on for f in again.files] == [f.received_on for f in sample.files]
    other = contents(write_sample(profile, tmp_path / "other", responses=RESPONSES, seed=1))
    same = {path for path, content in contents(sample).items() if other[path] == content}
    assert not any(path.startswith(("evaluaties/", "personeel/", "inschrijvingen/", "finance")) for path in same)


def test_files_hold_the_rows_that_were_made_under_the_headers_of_their_feeds(
    profile: Profile, choices: Choices, targets: Targets, sample: SampleSummary
) -> None:
    people = pd.read_parquet(sample.folder / "personeel" / "2020.parquet")
    staff = staff_rows(profile, choices, targets, SEED)[2020]
    assert people.to_dict("records") == [{name: row.get(name) for name in people.columns} for row in staff]
    students = pd.read_csv(sample.folder / "inschrijvingen" / "2020.csv", sep=";", dtype=str)
    enrolled = enrolment_rows(profile, choices, targets, SEED)[2020]
    assert students.to_dict("records") == [{name: text(value) for name, value in row.items()} for row in enrolled]
    source = file_source(profile.feed("faculty_report"))
    book = load_workbook(sample.folder / "onderwijsjaarverslag" / "2019-2020" / "FGW.xlsx")
    for name in source.tables:
        labels = [f.label_nl for f in CATALOGUE[name].fields if f.name not in ("unit", "academic_year")]
        assert [cell.value for cell in book[CATALOGUE[name].sheet][1]] == labels


def test_every_code_is_one_of_the_profile(profile: Profile, sample: SampleSummary) -> None:
    codes = profile.code_lists()
    lists = {"unit": "units", "programme": "programmes", "question": "questions", "indicator": "indicators"}
    for path in sample.folder.rglob("*.csv"):
        frame = pd.read_csv(path, sep=";", dtype=str)
        for column in lists.keys() & set(frame.columns):
            assert set(frame[column].dropna()) <= set(codes[lists[column]]), (path, column)


def test_files_arrive_before_their_deadline(sample: SampleSummary) -> None:
    for written in sample.files:
        stamp = datetime.fromtimestamp((sample.folder / written.path).stat().st_mtime, UTC)
        assert stamp.date() == written.received_on
    on = {f.path: f.received_on for f in sample.files}
    assert date(2020, 12, 1) < on["onderwijsjaarverslag/2019-2020/FGW.xlsx"] <= date(2020, 12, 31)
    assert date(2020, 10, 1) < on["evaluaties/2019-2020/programma.csv"] <= date(2020, 10, 31)
    assert date(2020, 11, 10) < on["personeel/2020.parquet"] <= date(2020, 12, 1)


def test_too_few_responses_and_a_folder_that_holds_something_are_refused(profile: Profile, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"4999 responses are too few.*at least 5000"):
        write_sample(profile, tmp_path / "small", responses=4_999)
    assert not (tmp_path / "small").exists()
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="something in this place already"):
        write_sample(profile, tmp_path, responses=RESPONSES)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        (
            {'"1071.8"': '"1171.8"', '"2172500"': '"2272500"'},
            [
                "student_staff_ratio 2019: 27670 / 1171.8 prints 23.6; expected 25.8",
                "2019: realised adds up to 6796000 euro; expected k€ 6696",
            ],
        ),
        ({"units:": "factulties: {}\nunits:"}, ["factulties"]),
    ],
    ids=["a choice that contradicts what was published", "an unknown key"],
)
def test_choices_that_cannot_be_are_refused_before_anything_is_written(
    profile: Profile, tmp_path: Path, changes: dict[str, str], problems: list[str]
) -> None:
    folder = shutil.copytree(profile.folder, tmp_path / "leiden")
    path = folder / "sample" / "sample.yaml"
    content = path.read_text("utf-8")
    for old, new in changes.items():
        assert old in content
        content = content.replace(old, new)
    path.write_text(content, "utf-8")
    with pytest.raises(ProfileError) as caught:
        write_sample(load_profile(folder), tmp_path / "to", responses=RESPONSES)
    assert [problem for problem in problems if problem not in str(caught.value)] == []
    assert not (tmp_path / "to").exists()


def test_a_file_is_written_where_its_source_says_and_copied_under_another_name(
    profile: Profile, tmp_path: Path
) -> None:
    landing, source = LandingFolder.make(profile, tmp_path / "zone"), file_source(profile.feed("staff"))
    row = {"person": "P1", "unit": "FGW", "fte": Decimal("0.80"), "reference_date": date(2020, 10, 1)}
    path = landing.write(source, {"staff": [row]}, date(2020, 11, 20), reporting_year=2020)
    copy = landing.copy(path, source, date(2020, 11, 21), reporting_year=2020, suffix="_kopie")
    assert [(f.path, f.rows, f.received_on.day) for f in landing.files] == [(path, 1, 20), (copy, 1, 21)]
    assert (landing.root / path).read_bytes() == (landing.root / copy).read_bytes()
    with pytest.raises(ProfileError, match="source 9 is no file"):
        file_source(profile.feed("staff"), 9)
    assert [text(value) for value in (None, True, False, Decimal("1E+2"), date(2020, 1, 2), 3)] == [
        "", "ja", "nee", "100", "2020-01-02", "3",
    ]  # fmt: skip
    assert letter(CATALOGUE["staff"], "fte", ["reference_date", "unit"]) == "C"
    assert [header(CATALOGUE["staff"]["fte"], columns) for columns in ({"Omvang": "fte"}, {})] == ["Omvang", "fte"]
