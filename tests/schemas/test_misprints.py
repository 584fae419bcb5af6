"""What an earlier report printed wrong, as a profile says it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from schemas.errors import ProfileError
from schemas.profile import load_profile, profile_folder

ENTRY = "- {table: spending, reporting_year: 2019, part: difference, printed: '-359', nl: Was -359., en: Was -359.}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "university"
    shutil.copytree(profile_folder("leiden"), place)
    return place


def given(folder: Path, text: str) -> str:
    (folder / "misprints.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        load_profile(folder)
    return str(caught.value)


def test_a_profile_may_do_without(folder: Path) -> None:
    (folder / "misprints.yaml").unlink()
    assert load_profile(folder).misprints == ()


def test_a_misprint_says_what_it_is_about(folder: Path) -> None:
    (folder / "misprints.yaml").write_text(ENTRY, encoding="utf-8")
    (misprint,) = load_profile(folder).misprints
    assert (misprint.table, misprint.reporting_year, misprint.subject) == ("spending", 2019, ("", "difference"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (ENTRY.replace("part: difference", "part: difference, theme: sports"), "there is no theme 'sports'"),
        (ENTRY.replace("part: difference, ", ""), "expected a `part`"),
        (ENTRY.replace("spending", "indicators").replace("part: difference", "indicator: bko"), "no indicator 'bko'"),
        (ENTRY.replace("spending", "indicators"), "expected an `indicator`"),
        (ENTRY.replace("nl:", "nederlands:"), "nederlands"),
    ],
)
def test_a_misprint_of_nothing_that_there_is_is_refused(folder: Path, wrong: str, said: str) -> None:
    message = given(folder, wrong)
    assert "misprints.yaml" in message
    assert said in message
