"""One thing of each kind that is owed is left out of real deliveries: who is told, and what a final release takes."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.signoff.signing import refusals
from pipelines.cli.commands import kwaliteitsmonitor
from tests.institutions.running import run_cycle
from tests.obligations.school import CYCLE, PROFILE, Rows, deliveries, waive, without, write_deliveries

SIGNED = ["finalise", "--cycle", CYCLE, "--role", "bestuur", "--reason", "vastgesteld", "--date", "2021-03-20"]
NORTH, SOUTH = "verslag/2019-2020/NORTH.xlsx", "verslag/2019-2020/SOUTH.xlsx"
LEFT_OUT = {
    "delivery:2019-2020:EAST:report": "niet geleverd: verslag 2019-2020",
    "progress:2019-2020:NORTH:small:groups": "ontbreekt: voortgang van ‘Kleine groepen’ (€ 105.132 besteed), 2019-2020",
    "progress:2019-2020:NORTH:campus:spaces": "ontbreekt: voortgang van ‘Studieplekken/werkplekken’, 2019-2020",
    "advisers:2019-2020:SOUTH": "ontbreekt: studieadviseurs 2019-2020",
    "programme:2019-2020:NORTH:50001": "ontbreekt: matching en proefstuderen van ‘b kunde’, 2019-2020",
    "consultation:2019-2020:SOUTH:council:bfr": (
        "ontbreekt: bespreking met de raad van ‘financiële rapportage (BFR)’, 2019-2020"
    ),
    "consultation:2019-2020:NORTH:council:faculty_report": (
        "wacht nog op: goedkeuring door de raad van ‘facultair onderwijsjaarverslag’, 2019-2020"
    ),
    "panel:2019-2020:NORTH": "ontbreekt: uitkomst van een panelgesprek met studenten 2019-2020",
    "line:2020-1:SOUTH:small:groups": "ontbreekt: rij voor ‘Kleine groepen’, ronde 1 van 2020",
    "explanation:2020-1:NORTH:guidance": (
        "ontbreekt: toelichting bij ‘Begeleiding’ (€ 30.000 minder dan begroot), ronde 1 van 2020"
    ),
    "figure:2020:SOUTH:workload": "ontbreekt: cijfer ‘Studielast’, 2020",
}
"""Per obligation that is left out what is written of it before the name of the unit."""


def unit_of(owed: str) -> str:
    return owed.split(":")[2]


def left_out() -> dict[str, dict[str, Rows]]:
    """The deliveries of a year without one thing of each kind; one progress and one outcome are empty."""
    files = deliveries()
    del files["verslag/2019-2020/EAST.xlsx"]
    without(files[NORTH]["faculty_measures"], measure="groups")
    next(row for row in files[NORTH]["faculty_measures"] if row["measure"] == "spaces")["progress"] = None
    files[SOUTH]["faculty_measures"].append({"theme": "campus", "measure": "spaces", "progress": "done"})
    files[SOUTH]["faculty_study_advisers"].clear()
    without(files[NORTH]["faculty_programmes"], programme="50001")
    without(files[SOUTH]["faculty_consultations"], subject="bfr")
    without(files[NORTH]["faculty_consultations"], subject="faculty_report")
    files[NORTH]["faculty_panels"][0]["outcome"] = "  "
    lines = files["finance/2020-1.csv"]["bfr"]
    without(lines, unit="SOUTH", measure="groups")
    next(row for row in lines if row["measure"] == "tutors")["explanation"] = ""
    without(files["figures/2020.csv"]["delivered_figures"], unit="SOUTH", indicator="workload")
    return files


@dataclass(frozen=True)
class Ran:
    """A cycle of the small university that ran, and the command line on it."""

    base: Path
    release: Path

    def command(self, *words: str) -> int:
        settings = {"institution": "profile", "landing": "landing", "out": "out"}
        places = [part for name, folder in settings.items() for part in (f"--{name}", str(self.base / folder))]
        return int(kwaliteitsmonitor.main([*words, *places]))

    @property
    def manifest(self) -> dict[str, Any]:
        manifest: dict[str, Any] = json.loads((self.release / "manifest.json").read_text())
        return manifest

    def rows(self, table: str = "obligations") -> list[dict[str, Any]]:
        return pq.read_table(self.release / "tables" / f"{table}.parquet").to_pylist()

    def states(self) -> dict[str, str]:
        return {row["obligation"]: row["state"] for row in self.rows()}


def ran(base: Path, files: dict[str, dict[str, Rows]], waived: Iterable[str] = (), reports: str = "html") -> Ran:
    late = dict.fromkeys(("figures/2020.csv", "finance/2020-1.csv"), date(2021, 2, 20))
    write_deliveries(base / "landing", files, late)
    if waived:
        waive(base / "landing", waived)
    shutil.copytree(PROFILE, base / "profile")
    return Ran(base, run_cycle(base / "profile", base / "landing", base / "out", CYCLE, reports=reports))


@pytest.fixture(scope="module")
def lacking(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return ran(tmp_path_factory.mktemp("lacking"), left_out())


def test_where_everything_came_all_is_met_and_the_draft_becomes_final(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = ran(tmp_path, deliveries(), reports="none")
    states = whole.states()
    assert {key for key in LEFT_OUT if states[key] not in ("met", "late")} == set()
    late = {key for key, state in states.items() if state != "met"}
    assert late == {key for key in states if "2020:" in key and (":figures" in key or key.startswith("figure:"))}
    assert whole.manifest["lacking"] == []
    assert not [
        row for row in whole.rows("quality_results") if row["outcome"] == "failed" and row["severity"] != "info"
    ]
    assert whole.command(*SIGNED) == 0
    assert whole.command("feedback", "--cycle", CYCLE, "--unit", "NORTH", "--to", str(whole.base / "back")) == 0
    assert "niets te herstellen" in capsys.readouterr().out


def test_what_was_left_out_is_open_in_the_register_and_nothing_else_is(lacking: Ran) -> None:
    of_east = "delivery:2019-2020:EAST:report"
    rows = [row for row in lacking.rows() if row["state"] not in ("met", "late") and row["part_of"] != of_east]
    assert {row["obligation"]: row["unit"] for row in rows} == {owed: unit_of(owed) for owed in LEFT_OUT}
    assert {(row["state"], row["met_on"], row["met_by"]) for row in rows} == {("open", None, None)}


@pytest.fixture(scope="module")
def texts(lacking: Ran) -> dict[str, str]:
    """What each reader of the register writes of the year in which something of each kind was left out."""
    made = {"draft": "\n".join(lacking.manifest["lacking"])}
    made["report"] = next((lacking.release / "report").glob("*.nl.html")).read_text(encoding="utf-8")
    commands = {
        "status": (0, ["status"]),
        "remind": (0, ["remind", "--on", "2021-03-02", "--dry-run"]),
        "NORTH": (3, ["feedback", "--unit", "NORTH", "--to", str(lacking.base / "NORTH.xlsx")]),
        "SOUTH": (3, ["feedback", "--unit", "SOUTH", "--to", str(lacking.base / "SOUTH.xlsx")]),
    }
    for name, (code, words) in commands.items():
        with contextlib.redirect_stdout(io.StringIO()) as out, pytest.MonkeyPatch.context() as patch:
            patch.setenv("COLUMNS", "250")
            assert lacking.command(*words, "--cycle", CYCLE) == code
        made[name] = out.getvalue()
        if code:
            sheet = openpyxl.load_workbook(words[-1]).worksheets[0]
            made[name] = "\n".join(str(cell.value) for row in sheet for cell in row if cell.value)
    return {name: text.replace("\u00a0", " ").replace(" / ", "/") for name, text in made.items()}


@pytest.mark.parametrize("owed", LEFT_OUT)
@pytest.mark.parametrize("reader", ["draft", "status", "remind", "feedback", "report"])
def test_everyone_who_reads_the_register_tells_of_it(texts: dict[str, str], reader: str, owed: str) -> None:
    unit, sentence = unit_of(owed), LEFT_OUT[owed]
    if owed.startswith("delivery:") and reader == "feedback":
        return  # of a unit that delivered nothing there is nothing to give back
    text = texts[unit if reader == "feedback" else reader]
    if reader == "report":
        assert sentence.partition(": ")[2] in text
    elif owed.startswith("delivery:") and reader != "draft":
        assert unit in text
    else:
        assert f"{sentence[1:]}, {unit}" in text


def test_an_empty_table_and_a_measure_that_the_unit_does_not_have_are_told_with_their_place(
    lacking: Ran, texts: dict[str, str]
) -> None:
    (rule,) = [row for row in lacking.rows("quality_results") if row["rule"] == "faculty_measures.measure_of_unit"]
    assert (rule["outcome"], rule["failed"], rule["cells"]) == ("failed", 1, f"{SOUTH} Maatregelen!B4")
    assert "In Maatregelen!B4 staat een maatregel die uw eenheid volgens het profiel niet heeft." in texts["SOUTH"]
    of_south = [row for row in lacking.rows("measures") if (row["unit"], row["measure"]) == ("SOUTH", "spaces")]
    assert [row["progress"] for row in of_south] == ["done"], "it counts"
    assert f"1 tabel is leeg of mist een kolom: verslag 2019-2020, SOUTH, {SOUTH} Studieadviseurs" in texts["draft"]
    assert "rij is apart gezet: verslag 2019-2020, SOUTH" not in texts["draft"]


def test_the_sign_off_refuses_it_with_the_name_by_which_it_is_waived(
    lacking: Ran, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lacking.command(*SIGNED) == 3
    assert "still owed" in capsys.readouterr().err
    text = "\n".join(refusals(ReleaseReader(lacking.release), date(2021, 3, 20)))
    assert [owed for owed in LEFT_OUT if f"({owed}" not in text] == []


def test_what_is_waived_is_done_without_and_printed_and_the_draft_becomes_final(tmp_path: Path) -> None:
    waived = ran(tmp_path, left_out(), LEFT_OUT)
    rows = [row for row in waived.rows() if row["obligation"] in LEFT_OUT]
    assert {(row["state"], row["waived_because"]) for row in rows} == {("waived", "gefuseerd")}
    assert {one["obligation"] for one in waived.rows("waivers") if one["used"]} == set(LEFT_OUT)
    page = next((waived.release / "report").glob("*.nl.html")).read_text(encoding="utf-8")
    assert (len(rows), [row["nl"] for row in rows if row["nl"] not in page]) == (len(LEFT_OUT), [])
    assert waived.manifest["lacking"] == []
    assert waived.command(*SIGNED) == 0
