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
CELLS, WHOLE = "Te herstellen: {} in cellen", "1 opmerking over het geheel."
GOOD = "Er is niets te herstellen. Dank voor uw levering."
MEND = ("Lever het herstelde bestand in zijn geheel aan",)
LOST = "Deze levering telt niet mee: 15 van 20 rijen zijn apart gezet"
NOTHING_TO_DO = "De levering telt mee. U hoeft niets te doen."
BUT_ROWS = "De levering telt mee, zonder de rijen die apart zijn gezet. Voor de datum hoeft u niets te doen."
NOT_FOR_ITS_DATE = "De levering telt niet mee, maar niet om de datum: bij de andere bevindingen staat waarom."
MISSING = "Niet geleverd: personeel op de peildatum 2020."
COUNTS_NOT = "Geleverd, maar niet te gebruiken: personeel op de peildatum 2020."
NOT_READ = (MISSING[:-1], "kon niet worden gelezen")
NO_MORE = ("-1.0000", "De levering telt mee", *NOT_READ)

Put = Callable[[Path], None]


def staff(day: str, wrong: int | None = 0, name: str = "2020.parquet") -> Put:
    """Staff of 2020, of whom the first so many have an fte below nothing; or a file that cannot be read."""

    def put(landing: Path) -> None:
        days = {"reference_date": date(2020, 10, 1), "start_date": date(2015, 1, 1), "bko_date": None, "sko_date": None}
        about = days | {"unit": "FGW", "category": "associate_professor"}
        rows = [
            about | {"person": f"E-{number:05}", "fte": Decimal("-1.0000" if number < (wrong or 0) else "0.8000")}
            for number in range(20)
        ]
        types = {n: pa.date32() if n in days else pa.decimal128(18, 4) if n == "fte" else pa.string() for n in rows[0]}
        place = landing / "personeel" / name
        place.parent.mkdir(exist_ok=True)
        if wrong is None:
            place.write_bytes(b"PAR1 and nothing that can be read PAR1")
        else:
            pq.write_table(pa.Table.from_pylist(rows, schema=pa.schema(list(types.items()))), place)
        stamp(place, day)

    return put


def waiver(landing: Path) -> None:
    """A register with one decision: staff of 2020 may be done without."""
    book, place = Workbook(), landing / "besluiten" / "besluiten.xlsx"
    book.remove(book.worksheets[0])
    decision = {"cycle": CYCLE, "feed": "staff", "period": "2020", "reason": "nieuw systeem", "role": "directeur"}
    record: dict[str, Any] = decision | {"decided_on": date(2021, 1, 5)}
    for table in DECISIONS:
        sheet = book.create_sheet(table.sheet)
        sheet.append([one.label_nl for one in table.fields])
        if table.name == "waiver_records":
            sheet.append([record.get(one.name) for one in table.fields])
    place.parent.mkdir()
    book.save(place)
    stamp(place, IN_TIME)


def stamp(place: Path, day: str) -> None:
    moment = datetime.fromisoformat(f"{day}T12:00:00+00:00").timestamp()
    os.utime(place, (moment, moment))


@dataclass(frozen=True)
class State:
    """What was put in the landing zone, and what `status`, feedback and what is lacking are to tell of it.

    `stands` counts the deliveries of 2020; `aside` the rows that stand open; feedback `says` this and `never` that.
    """

    put: tuple[Put, ...]
    stands: Mapping[str, int]
    verdict: str = ""
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    aside: int = 0
    lacking: str = ""
    without: str = ""

    @property
    def code(self) -> int:
        """What feedback ends with: nothing to give back, something to mend, or neither."""
        return 2 if not self.verdict else 0 if self.verdict == GOOD else 3


ACCEPTED, PARTLY, REFUSED = {"aangenomen": 1}, {"deels aangenomen": 1}, {"geweigerd": 1}
ONE, FIFTEEN = f"{CELLS.format('1 bevinding')}.", f"{CELLS.format('15 bevindingen')} en {WHOLE}"
ALL, TWENTY = f"Te herstellen: {WHOLE}", f"{CELLS.format('20 bevindingen')} en {WHOLE}"
OLDER, NEWER = "geldt de eerdere levering personeel/2020.parquet", "2020_v2.parquet"
HIDDEN = ("Geleverd, maar niet te gebruiken", *NOT_READ)
BROKEN = ("Dit bestand kon niet worden gelezen.",)
REPLACED, GAVE_WAY = ACCEPTED | {"vervangen": 1}, ACCEPTED | REFUSED
STATES: Mapping[str, State] = {
    "not delivered": State((), {"ontbreekt": 1}, lacking=MISSING),
    "waived": State((waiver,), {"ontbreekt": 1}, without="nieuw systeem"),
    "accepted": State((staff(IN_TIME),), ACCEPTED, GOOD, never=MEND),
    "accepted, late": State((staff(LATE),), ACCEPTED, GOOD, (NOTHING_TO_DO,), MEND),
    "rows set aside": State((staff(IN_TIME, 1),), PARTLY, ONE, MEND, aside=1),
    "rows set aside, late": State((staff(LATE, 1),), PARTLY, ONE, (*MEND, BUT_ROWS), (NOTHING_TO_DO,), 1),
    "too much lost": State((staff(IN_TIME, 15),), REFUSED, FIFTEEN, (*MEND, LOST), NO_MORE, 15, COUNTS_NOT),
    "all lost, late": State((staff(LATE, 20),), REFUSED, TWENTY, (*MEND, NOT_FOR_ITS_DATE), NO_MORE, 20, COUNTS_NOT),
    "refused": State((staff(IN_TIME, None),), REFUSED, ALL, BROKEN, ("telt mee", MISSING[:-1]), 0, COUNTS_NOT),
    "given way to an older one": State(
        (staff(IN_TIME), staff("2020-11-25", 15, NEWER)), GAVE_WAY, FIFTEEN, (*MEND, LOST, OLDER), HIDDEN, 15
    ),
    "replaced": State((staff(IN_TIME, 15), staff("2020-11-25", 0, NEWER)), REPLACED, GOOD, never=MEND),
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
    assert told["lacking"] == [f"{nl} / {en}" for nl, en in zip(told["lacking_nl"], told["lacking_en"], strict=True)]
    lacking = [one for one in told["lacking_nl"] if "personeel op de peildatum 2020" in one]
    assert [f"{one[:1].upper()}{one[1:]}." for one in lacking] == ([state.lacking] if state.lacking else [])
    assert state.without in shown
