"""Each state of a delivery, as `status`, feedback and what is lacking tell it: one true thing, and none against it."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from openpyxl.workbook import Workbook

from pipelines.cli.commands import kwaliteitsmonitor
from schemas.tables.delivered.decisions import DECISIONS

CYCLE = "2021-03"
IN_TIME, LATE = "2020-11-20", "2020-12-05"
DATES = ("reference_date", "start_date", "bko_date", "sko_date")
COUNTS_NOT = "Geleverd, maar niet te gebruiken: personeel op de peildatum 2020."
NOTHING_TO_DO = "De levering telt mee. U hoeft niets te doen."
BUT_ROWS = "De levering telt mee, zonder de rijen die apart zijn gezet. Voor de datum hoeft u niets te doen."
NOT_FOR_ITS_DATE = "De levering telt niet mee, maar niet om de datum: bij de andere bevindingen staat waarom."

Put = Callable[[Path], None]


def staff(name: str, day: str, wrong: int = 0, people: int = 20) -> Put:
    """Staff of 2020, of whom the first so many have an fte below nothing."""

    def put(landing: Path) -> None:
        rows = [
            {
                "reference_date": date(2020, 10, 1),
                "person": f"E-{number:05}",
                "unit": "FGW",
                "category": "associate_professor",
                "fte": Decimal("-1.0000" if number < wrong else "0.8000"),
                "start_date": date(2015, 1, 1),
                "bko_date": None,
                "sko_date": None,
            }
            for number in range(people)
        ]
        types = {n: pa.date32() if n in DATES else pa.decimal128(18, 4) if n == "fte" else pa.string() for n in rows[0]}
        place = landing / "personeel" / name
        place.parent.mkdir(exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows, schema=pa.schema(list(types.items()))), place)
        stamp(place, day)

    return put


def unreadable(name: str, day: str) -> Put:
    def put(landing: Path) -> None:
        place = landing / "personeel" / name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(b"PAR1 and nothing that can be read PAR1")
        stamp(place, day)

    return put


def waiver(landing: Path) -> None:
    """A register with one decision: staff of 2020 may be done without."""
    book = Workbook()
    book.remove(book.worksheets[0])
    said = {"cycle": CYCLE, "feed": "staff", "period": "2020", "reason": "nieuw systeem", "role": "directeur"}
    for table in DECISIONS:
        sheet = book.create_sheet(table.sheet)
        sheet.append([one.label_nl for one in table.fields])
        if table.name == "waiver_records":
            sheet.append(
                [said.get(one.name, date(2021, 1, 5) if one.name == "decided_on" else None) for one in table.fields]
            )
    (landing / "besluiten").mkdir()
    book.save(landing / "besluiten" / "besluiten.xlsx")
    stamp(landing / "besluiten" / "besluiten.xlsx", IN_TIME)


def stamp(place: Path, day: str) -> None:
    moment = datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp()
    os.utime(place, (moment, moment))


@dataclass(frozen=True)
class State:
    """What was put in the landing zone, and what is to be told: by `status`, feedback, and of what is lacking.

    `stands` counts the deliveries of 2020 as the last line of the table does, and `aside` is the number of rows that
    stand open. `says` and `never` are what feedback says and does not say.
    """

    put: tuple[Put, ...]
    stands: Mapping[str, int]
    aside: int = 0
    lacking: str = ""
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    code: int = 0
    without: str = ""
    verdict: str = ""


MEND = ("Lever het herstelde bestand in zijn geheel aan",)
GOOD = "Er is niets te herstellen. Dank voor uw levering."
ONE_CELL, ONE_WHOLE = "Te herstellen: 1 bevinding in cellen.", "Te herstellen: 1 opmerking over het geheel."
LOST_CELLS = "Te herstellen: 15 bevindingen in cellen en 1 opmerking over het geheel."
LOST = "Deze levering telt niet mee: 15 van 20 rijen zijn apart gezet"
MISSING = "Niet geleverd: personeel op de peildatum 2020."
STATES: Mapping[str, State] = {
    "not delivered": State((), {"ontbreekt": 1}, lacking=MISSING, code=2),
    "waived": State((waiver,), {"ontbreekt": 1}, code=2, without="nieuw systeem"),
    "accepted": State((staff("2020.parquet", IN_TIME),), {"aangenomen": 1}, verdict=GOOD, never=MEND),
    "accepted, late": State(
        (staff("2020.parquet", LATE),), {"aangenomen": 1}, says=(NOTHING_TO_DO,), verdict=GOOD, never=MEND
    ),
    "rows set aside": State(
        (staff("2020.parquet", IN_TIME, 1),), {"deels aangenomen": 1}, 1, says=MEND, code=3, verdict=ONE_CELL
    ),
    "rows set aside, late": State(
        (staff("2020.parquet", LATE, 1),),
        {"deels aangenomen": 1},
        1,
        says=(*MEND, BUT_ROWS),
        never=(NOTHING_TO_DO,),
        code=3,
        verdict=ONE_CELL,
    ),
    "too much lost": State(
        (staff("2020.parquet", IN_TIME, 15),),
        {"geweigerd": 1},
        15,
        COUNTS_NOT,
        says=(*MEND, LOST),
        never=("-1.0000", "De levering telt mee", MISSING[:-1], "kon niet worden gelezen"),
        code=3,
        verdict=LOST_CELLS,
    ),
    "every row lost, late": State(
        (staff("2020.parquet", LATE, 20),),
        {"geweigerd": 1},
        20,
        COUNTS_NOT,
        says=(*MEND, NOT_FOR_ITS_DATE),
        never=("-1.0000", "De levering telt mee", MISSING[:-1], "kon niet worden gelezen"),
        code=3,
        verdict="Te herstellen: 20 bevindingen in cellen en 1 opmerking over het geheel.",
    ),
    "refused": State(
        (unreadable("2020.parquet", IN_TIME),),
        {"geweigerd": 1},
        0,
        COUNTS_NOT,
        says=("Dit bestand kon niet worden gelezen.",),
        never=("telt mee", MISSING[:-1]),
        code=3,
        verdict=ONE_WHOLE,
    ),
    "given way to an older one": State(
        (staff("2020.parquet", IN_TIME), staff("2020_v2.parquet", "2020-11-25", 15)),
        {"aangenomen": 1, "geweigerd": 1},
        15,
        says=(*MEND, LOST, "geldt de eerdere levering personeel/2020.parquet"),
        never=("Geleverd, maar niet te gebruiken", MISSING[:-1], "kon niet worden gelezen"),
        code=3,
        verdict=LOST_CELLS,
    ),
    "replaced": State(
        (staff("2020.parquet", IN_TIME, 15), staff("2020_v2.parquet", "2020-11-25")),
        {"aangenomen": 1, "vervangen": 1},
        verdict=GOOD,
        never=MEND,
    ),
}


@pytest.mark.parametrize("name", STATES)
def test_a_delivery_is_told_as_it_stands(name: str, tmp_path: Path) -> None:
    state, landing = STATES[name], tmp_path / "landing"
    landing.mkdir()
    for put in state.put:
        put(landing)

    def says(*command: str) -> Result:
        options = ["--institution", "leiden", "--landing", str(landing), "--out", str(tmp_path / "out")]
        return CliRunner().invoke(kwaliteitsmonitor, [*command, "--feed", "staff", "--cycle", CYCLE, *options])

    given_back = says("feedback", "--period", "2020", "--to", f"{tmp_path}/back/")
    assert given_back.return_value == state.code, given_back.output
    _status(says, state)
    books = sorted((tmp_path / "back").glob("*.xlsx"))
    assert bool(books) is bool(state.verdict)
    for book in books:
        sheet = openpyxl.load_workbook(book).worksheets[0]
        text = "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)
        assert state.verdict in text
        assert [one for one in state.says if one not in text] == []
        assert [one for one in state.never if one in text] == [], text


def _status(says: Callable[..., Result], state: State) -> None:
    shown = says("status").output
    told: dict[str, Any] = json.loads(says("status", "--format", "json").output)
    of_2020 = [row for row in told["deliveries"] if row["period"] == "2020"]
    stands = {"ontbreekt": 0} | dict(state.stands)
    stands["ontbreekt"] += 1  # the year before was not delivered either
    counts = ", ".join(f"{number} {stand}" for stand, number in sorted(stands.items()))
    assert counts in shown.splitlines(), shown
    stands_told = Counter(row["status"] for row in of_2020)
    assert not (stands_told["rejected"] and stands_told["missing"]), "a delivery that was refused is told once"
    assert told["set_aside"]["open"] == state.aside
    if any(row["file"] for row in of_2020):
        rows = "1 rij" if state.aside == 1 else f"{state.aside} rijen"
        assert f"Apart gezet: {rows} open" in shown
    lacking = [one.split(" / ")[0] for one in told["lacking"] if "personeel op de peildatum 2020" in one]
    assert [f"{one[:1].upper()}{one[1:]}." for one in lacking] == ([state.lacking] if state.lacking else [])
    assert state.without in shown
