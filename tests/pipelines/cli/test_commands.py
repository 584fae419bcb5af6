"""Single commands: what they say and make, and what they refuse."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

import click
import dagster as dg
import pytest
from click.testing import CliRunner, Result
from dagster._core.utils import make_new_run_id
from rich.console import Console

from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.vault.store import Receipt
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.operations.metrics.records import add
from kwaliteitsmonitor.operations.retention.due import Batch
from kwaliteitsmonitor.operations.retention.removal import Due
from kwaliteitsmonitor.sample import plain
from pipelines.cli.backup import backup, restore
from pipelines.cli.count import _years
from pipelines.cli.health import BROKEN, clean
from pipelines.cli.metrics import metrics
from pipelines.cli.mirror import mirror
from pipelines.cli.options import SampleOptions, WorkbookOptions, settings_options, spoken
from pipelines.cli.prune import _runs, prune
from pipelines.cli.purge import _lines, _size
from pipelines.cli.run import _Progress
from pipelines.cli.sample import MARK, write
from pipelines.cli.status import show_status
from pipelines.cli.template import places_for, write_templates
from pipelines.cli.upgrade import upgrade
from schemas.errors import UsageError
from schemas.profile import load_profile, profile_folder
from schemas.words import Words
from tests.language.scanning import faults
from tests.operations.copies.conftest import MadeUp, lines
from tests.operations.metrics.test_metrics import run
from tests.pipelines.conftest import CYCLE, Watched

FIVE_SCHOOLS = Path(__file__).parents[2] / "institutions" / "five_schools" / "profile"
LEIDEN = ["--institution", "leiden"]


def called(command: click.Command, *options: str | Path) -> Result:
    return CliRunner().invoke(command, [*map(str, options)], standalone_mode=False)


@click.command()
@settings_options
def refusing(settings: Settings) -> None:
    if settings.out == "full":
        Path("/dev/full").write_text("x")
    raise UsageError(Words("zo niet", "not so"))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "zo niet."),
        (["--institution", "no-such-profile"], "not so."),
        (["--out", "full"], "de schijf is vol"),
        (["--landing", "sftp://jan:geheim@host/zone"], "KWALITEITSMONITOR_LANDING"),
    ],
    ids=["in the first language of the profile", "in English where no profile says", "a full disk", "a password"],
)
def test_what_a_command_cannot_do_is_said_in_the_language_of_the_institution(options: list[str], sentence: str) -> None:
    error = str(called(refusing, *options).exception)
    assert sentence in error
    assert "geheim" not in error
    assert (spoken(Settings(), "en"), spoken(Settings())) == ("en", "nl")


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("", "", [2019, 2020, 2021, 2022, 2023, 2024]),
        ("2019-2020", "2020-2021", [2020, 2021]),
        ("2019", "", "--from: '2019' is no academic year of the agreements; expected one from 2018-2019"),
        ("", "2030-2031", "--until: '2030-2031' is no academic year"),
        ("2020-2021", "2019-2020", "--from: 2020-2021 comes after 2019-2020"),
    ],
)
def test_academic_years_are_counted_from_one_until_another(first: str, last: str, expected: list[int] | str) -> None:
    profile = Settings(institution="leiden").profile
    if isinstance(expected, list):
        assert _years(profile, first, last) == expected
    else:
        with pytest.raises(UsageError, match=f"^{expected}"):
            _years(profile, first, last)


def test_there_is_nothing_to_prune_or_to_bring_up_to_date_where_nothing_ran(tmp_path: Path) -> None:
    where = [*LEIDEN, "--out", tmp_path]
    pruned = called(prune, "--older-than", "90d", *where)
    assert (pruned.return_value, "0 runs of 0 to remove; 0 runs as old stay" in pruned.output) == (0, True)
    for options in (["--check"], []):
        upgraded = called(upgrade, *options, *where)
        assert (upgraded.return_value, upgraded.output) == (0, "Dagster's database is up to date: nothing to do.\n")
    assert isinstance(called(prune, "--older-than", "long", *where).exception, UsageError)
    assert [_runs(count) for count in (0, 1, 2)] == ["0 runs", "1 run", "2 runs"]


def test_before_anything_is_taken_up_status_says_what_is_expected_by_when(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(institution="leiden", landing=str(tmp_path), out=str(tmp_path / "out"))
    assert show_status(settings, CYCLE, unit="FdA", feed="faculty_report", form="json", language="en") == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["cycle"], shown["set_aside"], shown["closed"]) == (CYCLE, {"open": 0, "closed": 0}, [])
    (row,) = (one for one in shown["deliveries"] if one["period"] == "2019-2020")
    told = [row[name] for name in ("feed", "unit", "status", "deadline")]
    assert told == ["faculty_report", "FdA", "missing", "2020-12-31"]
    assert {one["unit"] for one in shown["obligations"]} == {"FdA"}
    for unit, feed, nl, en in (
        ("FGWW", "", "De eenheid 'FGWW' bestaat niet. Bedoelt u FGW? Kies uit ", "there is no unit 'FGWW'; expected "),
        ("", "x", "De levering 'x' bestaat niet. Kies uit ", "there is no feed 'x'; expected one of "),
    ):
        with pytest.raises(UsageError) as refused:
            show_status(settings, CYCLE, unit=unit, feed=feed)
        assert refused.value.in_words.nl.startswith(nl)
        assert refused.value.in_words.en.startswith(en)


def test_a_template_has_the_name_by_which_it_is_delivered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(institution="leiden", out=str(tmp_path / "out"))

    def written(*, replace: bool) -> bytes:
        write_templates(settings, CYCLE, WorkbookOptions("fa", to=f"{tmp_path}/to/", replace=replace))
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
        ("a.xlsx", "", "a.xlsx"),
        ("a.xlsx", "folder", "folder/a.xlsx"),
        ("a.xlsx", "folder/", "folder/a.xlsx"),
        ("a.xlsx", "mine.xlsx", "mine.xlsx"),
        ("a.xlsx b.xlsx", "mine.xlsx", "mine.xlsx/a.xlsx mine.xlsx/b.xlsx"),
        ("a.xlsx", "a.folder", "a.folder/a.xlsx"),
    ],
)
def test_a_name_without_an_extension_is_that_of_a_folder(
    names: str, to: str, places: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.folder").mkdir()
    assert [place.as_posix() for place in places_for(names.split(), to, False)] == places.split()


def sampled(folder: Path, *, replace: bool = False) -> None:
    write(Settings(institution=str(FIVE_SCHOOLS)), SampleOptions(folder, 10, 1, replace=replace))


def test_half_a_sample_does_not_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def half(_: object, folder: Path, *_more: object, **_named: object) -> None:
        folder.mkdir(parents=True)
        (folder / "bfr.csv").write_text("half", encoding="utf-8")
        raise KeyboardInterrupt

    monkeypatch.setattr(plain, "write_plain_sample", half)
    with pytest.raises(KeyboardInterrupt):
        sampled(tmp_path / "landing")
    assert not (tmp_path / "landing").exists()


@pytest.mark.parametrize(
    ("name", "replace", "sentence"),
    [
        ("mine.txt", True, "the folder is not empty, and what is in it is not a sample"),
        (MARK, False, "there is a sample in this folder already"),
    ],
)
def test_a_sample_is_written_over_nothing_else(name: str, replace: bool, sentence: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(UsageError, match=sentence):
        sampled(tmp_path, replace=replace)
    assert (tmp_path / name).read_text() == "mine"


def test_what_is_purged_what_stays_and_what_rests_on_it_are_said() -> None:
    receipt = Receipt("staff/2020.csv", "1" * 64, 1_250_000, date(2021, 1, 5), datetime(2021, 1, 5, tzinfo=UTC), 1)
    past = Batch("staff", "2020", 2020, ("personal",), 5, (receipt,), ("2021-03/v1",))
    held = Batch("bfr", "", 2020, ("personal",), 5, (receipt,), (), read_by="2026-09")
    day = date(2026, 6, 1)
    said = _lines(Due((past,), (held,), (Path("a"),), (Path("b"), Path("c"))), day)
    assert [line.nl for line in said] == [
        "staff 2020: 1 bestand, 1,3 MB, bewaard tot en met 31-12-2025",
        "blijft, want cyclus 2026-09 leest het: bfr",
        "af te maken: 1 bestand van een eerdere keer",
        "zonder ontvangst: 2 bestanden",
        "Niet meer opnieuw te berekenen daarna: 2021-03/v1. Wat gepubliceerd is, blijft.",
    ]
    assert said[0].en == "staff 2020: 1 file, 1.3 MB, kept until 2025-12-31"
    assert [line.en for line in _lines(Due((), (), (), ()), day)] == ["There is nothing to remove on 2026-06-01."]
    assert [_size(size).nl for size in (0, 1, 12_000_000)] == ["0,0 MB", "0,1 MB", "12,0 MB"]


@pytest.mark.parametrize(
    ("name", "count", "shown"),
    [
        ("dagster/row_count", 1, "1 rij"),
        ("dagster/row_count", 1200, "1.200 rijen"),
        ("dagster/row_count", 0, "0 rijen"),
        ("deliveries", 1, "1 levering"),
        ("deliveries", 2, "2 leveringen"),
    ],
)
def test_a_step_of_a_run_says_how_many_it_made_in_the_right_number(name: str, count: int, shown: str) -> None:
    @dg.asset(name="made")
    def made() -> dg.MaterializeResult[None]:
        return dg.MaterializeResult(metadata={name: count})

    out, run_id = io.StringIO(), make_new_run_id()
    job = dg.Definitions(assets=[made], jobs=[dg.define_asset_job("all")]).resolve_job_def("all")
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_event_listener(run_id, _Progress(Console(file=out, width=100), 1))
        assert job.execute_in_process(instance=instance, run_id=run_id).success
    (line,) = [one for one in out.getvalue().splitlines() if "made" in one]
    assert line.endswith(f" {shown}")


@pytest.mark.parametrize(
    ("command", "variable", "sentence", "there"),
    [
        (
            backup,
            "KWALITEITSMONITOR_BACKUP",
            "er is niet gezegd waar de back-up is",
            "niets om een back-up van te maken",
        ),
        (mirror, "KWALITEITSMONITOR_MIRROR", "er is niet gezegd waarheen", "niets om te spiegelen"),
    ],
)
def test_where_copies_go_is_named_by_the_option_or_the_settings(
    command: click.Command, variable: str, sentence: str, there: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = [*LEIDEN, "--out", tmp_path / "absent"]
    assert f"{variable}: {sentence}" in str(called(command, *options).exception)
    assert there in str(called(command, "--to", tmp_path / "place", *options).exception)
    monkeypatch.setenv(variable, str(tmp_path / "place"))
    assert there in str(called(command, *options).exception)


def test_a_workspace_goes_out_is_read_over_and_comes_back(tmp_path: Path) -> None:
    made = MadeUp(tmp_path / "out", load_profile(profile_folder("leiden")))
    made.release(lines(10))
    place, out = tmp_path / "backup", ["--out", made.workspace.root]
    to = [*out, "--to", place]
    assert called(backup, *to).output.startswith("Generation 1: ")
    assert called(backup, *to).output.startswith("Nothing changed since generation 1 (")
    checked = called(backup, *to, "--check")
    assert (checked.return_value, "enerat" in checked.output) == (0, True)
    without = called(backup, *to, "--without-key", "--keep", "1")
    assert "1 older generations were removed." in without.output
    assert "The key for pseudonyms was left out" in without.output
    back = called(restore, "--from", place, "--out", tmp_path / "new")
    assert (back.return_value, "Generation 2 of 'leiden'" in back.output) == (0, True)
    assert "The key for pseudonyms was left out of the backup: set KWALITEITSMONITOR_PSEUDONYM_KEY" in back.output
    mirrored = [called(mirror, *out, "--to", tmp_path / "mirror") for _ in range(2)]
    assert ["2021-03/v1 was copied." in one.output for one in mirrored] == [True, False]
    assert (mirrored[1].return_value, "those that count: 2021-03/v1." in mirrored[1].output) == (0, True)


def test_the_years_are_a_table_for_people_and_for_programs_and_a_chart(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "out")
    for year in (2019, 2020, 2021):
        add(workspace, run(f"{year}-03", seconds=20.0 + year - 2019))
        add(workspace, run(f"{year}-05"))
    add(workspace, run("2021-06", job="take_up_bfr"))

    def shown(*options: str | Path, out: str = "out") -> str:
        result = called(metrics, *options, *LEIDEN, "--out", tmp_path / out)
        return str(result.exception) if result.exception else result.output

    rows = csv.DictReader(io.StringIO(shown("--cycle", "03", "--format", "csv")))
    figures = [(one["cycle"], one["seconds"], one["rows_quarantined"]) for one in rows]
    assert figures == [("2019-03", "20.0", "2"), ("2020-03", "21.0", "2"), ("2021-03", "22.0", "2")]
    newest = ["--last", "1", "--format", "json"]
    assert [one["cycle"] for one in json.loads(shown(*newest))] == ["2021-05"]
    assert [one["job"] for one in json.loads(shown("--all", *newest))] == ["take_up_bfr"]
    assert "6 runs. duur (seconden): eerst 20,0, nu 28,5, hoogste 28,5" in shown()
    charts = [tmp_path / f"runs.{form}" for form in ("svg", "html", "docx")]
    drawn = [shown("--chart", chart) for chart in charts]
    assert charts[0].read_text(encoding="utf-8").startswith("<svg")
    assert charts[1].read_text(encoding="utf-8").count("<tr>") == 7
    assert "a chart is not written as" in drawn[2]
    assert "there is nothing to draw" in shown("--chart", charts[0], out="empty")


def test_a_program_reads_how_healthy_each_thing_is_with_its_remedy(
    watched: Watched, capsys: pytest.CaptureFixture[str]
) -> None:
    assert watched.call("health", "--format", "json", "--without-dagster") == BROKEN == 1
    by_id = {look["id"]: look for look in json.loads(capsys.readouterr().out)["looked_at"]}
    assert by_id["landing"]["outcome"] == "well"
    assert by_id["channels"]["problems"][0]["en"] == "Nobody is told when something goes wrong"
    assert all(problem["remedy_nl"] for look in by_id.values() for problem in look["problems"])
    (watched.institution / "units.yaml").write_text("- id: [", encoding="utf-8")
    assert watched.call("health") == BROKEN
    assert "profiel" in capsys.readouterr().out


@pytest.mark.parametrize("language", ["nl", "en"])
def test_health_speaks_the_first_language_of_the_institution(
    language: str, watched: Watched, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setenv("KWALITEITSMONITOR_FINANCE_URL", f"sqlite:///{watched.out}.db")
    sqlite3.connect(f"{watched.out}.db").close()
    watched.rewrite("profile.yaml", "languages: [nl, en]", f"languages: [{language}]")
    watched.call("health")
    shown = capsys.readouterr().out
    assert len(shown.split()) > 50
    assert faults(re.sub(r"\w+_\w+|2020\.1", "", shown), language) == []


def test_lines_of_health_keep_their_indent_and_lose_their_secrets() -> None:
    settings = Settings(landing_password="geheim77")
    assert clean(settings, "one\n  two: geheim77  here") == "one\n  two: … here"
