"""The key by which people become pseudonyms: refused where it would protect nobody."""

from __future__ import annotations

import secrets
import stat
from pathlib import Path

import pytest

from kwaliteitsmonitor.foundation.pseudonym_key import weakness
from kwaliteitsmonitor.foundation.settings import Settings
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.errors import UsageError

VARIABLE = "KWALITEITSMONITOR_PSEUDONYM_KEY"
STRONG = "7f3a9c1e5b8d2046e1a7c3f9b05d8264"
WEAK = {
    "": "is empty",
    "   ": "is empty",
    STRONG[:31]: "is too short",
    "x" * 64: "is one character over and over",
    "ChangeMe-ChangeMe-ChangeMe-ChangeMe": "holds a word that stands for a key",
    "vervang-dit-door-een-lange-sleutel": "holds a word that stands for a key",
    "abcdefghijklmnopqrstuvwxyz0123456789": "is a row of letters or digits in their order",
    "ab12" * 16: "has too little in it that cannot be guessed",
    "0220200220020220" * 4: "has too little in it that cannot be guessed",
}


@pytest.mark.parametrize("key", WEAK)
def test_a_key_that_can_be_guessed_is_refused_with_place_and_remedy_and_is_not_quoted(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, key)
    settings = Settings(out=str(tmp_path))
    with pytest.raises(UsageError) as refused:
        settings.read_pseudonym_key()
    assert refused.value.what == f"the key for pseudonyms {WEAK[key]}"
    assert refused.value.where == VARIABLE
    assert "secrets.token_hex(32)" in refused.value.remedy
    assert not key.strip() or key not in str(refused.value)
    assert (refused.value.exit_code, "\n" in str(refused.value)) == (2, False)


def test_keys_as_they_are_made_are_accepted() -> None:
    assert weakness(STRONG) is None
    assert {weakness(secrets.token_hex(size)) for size in (16, 32) for _ in range(200)} == {None}
    assert {weakness(secrets.token_urlsafe(32)) for _ in range(200)} == {None}


def test_without_a_key_one_is_made_once_for_its_owner_and_one_that_is_gone_or_emptied_is_refused(
    tmp_path: Path,
) -> None:
    settings, place = Settings(institution="leiden", out=str(tmp_path)), tmp_path / "pseudonym.key"
    key = settings.read_pseudonym_key()
    assert settings.read_pseudonym_key() == key
    assert weakness(key.decode()) is None
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    place.write_text("")
    with pytest.raises(UsageError, match="the key for pseudonyms is empty"):
        settings.read_pseudonym_key()
    place.unlink()
    (tmp_path / "releases").mkdir()
    with pytest.raises(UsageError, match=r"pseudonym\.key: the key for pseudonyms is missing; expected"):
        settings.read_pseudonym_key()


def test_the_command_line_ends_with_2_and_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, "changeme" * 8)
    (tmp_path / "landing").mkdir()
    where = ["--landing", str(tmp_path / "landing"), "--out", str(tmp_path / "out")]
    assert kwaliteitsmonitor.main(["run", "--cycle", "2021-03", *where]) == 2
    printed = capsys.readouterr()
    words = "de sleutel voor pseudoniemen bevat een woord dat voor een sleutel in de plaats staat"
    assert f"{VARIABLE}: {words}" in " ".join(printed.err.split())
    assert "Traceback" not in printed.err + printed.out
