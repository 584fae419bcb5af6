"""The `template` command: the file under the name by which it is delivered, and nothing written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.settings import Settings
from pipelines.cli.template import places_for, write_templates
from schemas.errors import UsageError


def test_the_file_has_the_name_by_which_it_is_delivered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(institution="leiden", out=str(tmp_path / "out"))

    def written(*, replace: bool) -> bytes:
        write_templates(settings, "2021-03", "fa", "", "", "", f"{tmp_path}/to/", replace)
        return (tmp_path / "to" / "FdA.xlsx").read_bytes()

    first = written(replace=False)
    assert "onderwijsjaarverslag/2019-2020/FdA.xlsx, uiterlijk 31 december 2020" in capsys.readouterr().out
    with pytest.raises(UsageError) as refused:
        written(replace=False)
    assert "Er staat al een bestand met deze naam" in refused.value.in_words.nl
    assert written(replace=True) == first
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("names", "to", "places"),
    [
        (["a.xlsx"], "", ["a.xlsx"]),
        (["a.xlsx"], "folder", ["folder/a.xlsx"]),
        (["a.xlsx"], "folder/", ["folder/a.xlsx"]),
        (["a.xlsx"], "mine.xlsx", ["mine.xlsx"]),
        (["a.xlsx", "b.xlsx"], "mine.xlsx", ["mine.xlsx/a.xlsx", "mine.xlsx/b.xlsx"]),
        (["a.xlsx"], "a.folder", ["a.folder/a.xlsx"]),
    ],
)
def test_a_name_without_an_extension_is_that_of_a_folder(
    names: list[str], to: str, places: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.folder").mkdir()
    assert [place.as_posix() for place in places_for(names, to, False)] == places
