"""The `sample` command: it leaves a whole sample or nothing, and writes over nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.sample import plain
from pipelines.cli.sample import MARK, Asked, write
from schemas.errors import UsageError

FIVE_SCHOOLS = Path(__file__).parents[2] / "institutions" / "five_schools" / "profile"


def written(folder: Path, *, replace: bool = False) -> None:
    write(Settings(institution=str(FIVE_SCHOOLS)), folder, 10, 1, False, replace, Asked())


def test_half_a_sample_does_not_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(_: object, folder: Path, *_more: object, **_named: object) -> None:
        folder.mkdir(parents=True)
        (folder / "bfr.csv").write_text("half", encoding="utf-8")
        raise KeyboardInterrupt

    monkeypatch.setattr(plain, "write_plain_sample", half)
    with pytest.raises(KeyboardInterrupt):
        written(tmp_path / "landing")
    assert not (tmp_path / "landing").exists()


@pytest.mark.parametrize(
    ("name", "replace", "sentence"),
    [
        ("mine.txt", True, "the folder is not empty, and what is in it is not a sample"),
        (MARK, False, "there is a sample in this folder already"),
    ],
)
def test_what_is_there_is_kept(name: str, replace: bool, sentence: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(UsageError, match=sentence):
        written(tmp_path, replace=replace)
    assert (tmp_path / name).read_text() == "mine"
