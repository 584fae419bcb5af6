"""Everything that is looked at: each thing by itself, with a remedy, and nothing of a person in what is said."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.operations.health.check import Looked, Weight, guarded, problems, worst
from kwaliteitsmonitor.operations.health.checks import as_json, examine
from kwaliteitsmonitor.operations.health.sources import look as look_at_sources
from kwaliteitsmonitor.operations.health.upkeep import libraries
from schemas.words import Words

NOW = datetime(2021, 2, 20, 9, 0, tzinfo=UTC)


def by_id(looks: list[Looked]) -> dict[str, Looked]:
    return {one.id: one for one in looks}


def test_a_new_workspace_lacks_its_sources_and_someone_to_tell(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    settings = Settings(institution="leiden", out=str(tmp_path), mirror="/elsewhere")
    looks = by_id(examine(settings, NOW))
    assert list(looks)[:4] == ["profile", "timezone", "disk", "clock"]
    well = ("profile", "timezone", "landing", "key", "certificates", "next_cycle")
    assert {looks[name].weight for name in well} == {Weight.WELL}
    assert looks["landing"].wording.en == f"0 files in {tmp_path}/landing"
    assert looks["key"].wording.en == "is made by the first run"
    assert "no database is named for 'finance'" in looks["database finance"].problems[0].says.en
    assert looks["channels"].problems[0].says.en == "Nobody is told when something goes wrong"
    assert looks["mirror"].problems[0].says.en == "No copy of releases was made yet"
    assert "backup" not in looks
    plain = as_json(list(looks.values()), NOW)
    assert plain["moment"] == "2021-02-20T09:00:00+00:00"
    assert all(one.remedy.nl for look in looks.values() for one in look.problems)


def test_a_landing_zone_and_a_key_that_do_not_do_are_said(tmp_path: Path) -> None:
    settings = Settings(institution="leiden", out=str(tmp_path), landing=str(tmp_path / "gone"), pseudonym_key="short")
    looks = by_id(list(look_at_sources(settings)))
    assert "there is no such landing zone" in looks["landing"].problems[0].says.en
    assert "the key for pseudonyms" in looks["key"].problems[0].says.en


def test_a_profile_that_does_not_load_is_all_there_is_to_say(tmp_path: Path) -> None:
    (tmp_path / "units.yaml").write_text("- id: [", encoding="utf-8")
    assert [one.id for one in examine(Settings(institution=str(tmp_path)), NOW)] == ["profile"]


def test_libraries_that_are_not_those_of_the_lock_deserve_attention(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("click==0.0.1 \\\n    --hash=sha256:0\nnot-there==1.0\n")
    look = libraries(lock)
    assert look.weight is Weight.ATTENTION
    assert "click" in look.problems[0].says.en
    assert "not-there" not in look.problems[0].says.en


def test_a_look_that_fails_by_itself_keeps_no_other_and_quotes_nothing() -> None:
    def look() -> Looked:
        raise ValueError("J. Jansen")

    failed = guarded("one", Words("een", "one"), look)
    assert failed.weight is Weight.BROKEN
    assert "Jansen" not in str(failed)
    assert worst([Looked("one", Words("een", "one"))]) is Weight.WELL
    assert problems([Looked("one", Words("een", "one"))]) == []
