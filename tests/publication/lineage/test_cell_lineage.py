"""What stood in a cell, kept beside the value that was read from it: in thousands, in Dutch, corrected, pivoted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from assets.publication.lineage.cell_lineage import Places, cells, direct, of_spending
from kwaliteitsmonitor.readers.cells.grid import RawTable
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.quarantine import Read
from kwaliteitsmonitor.readers.source_cells import as_text, written
from schemas.tables import CATALOGUE

FILE = "bfr/2020-3/North.xlsx"


def read(columns: dict[str, list[Any]], **more: Any) -> Read:
    places = dict(zip(columns, "ABCDEFGH", strict=False))
    count = len(next(iter(columns.values())))
    raw = RawTable("Blad1", columns, list(range(14, 14 + count)), places, (), (), **more)
    return Read(Delivery("bfr", 0, FILE, "0" * 64, 1, date(2021, 2, 1), "2020-3", "North"), raw, {})


def test_a_cell_is_known_by_its_address_and_by_what_stood_there() -> None:
    delivered = read({"theme": ["kleine groepen"], "budget": [12.345], "realised": ["11,5"], "explanation": ["geheim"]})
    found = written(CATALOGUE["bfr"], [delivered])
    assert found is not None
    rows = {row["field"]: row for row in found.to_pylist()}
    assert (rows["budget"]["cell"], rows["budget"]["written"]) == ("B14", "12.345")
    assert (rows["realised"]["cell"], rows["realised"]["written"]) == ("C14", "11,5")
    assert rows["explanation"]["written"] is None, "that there is open text is kept, and not what it says"
    assert "geheim" not in str(found.to_pylist())


def test_a_source_without_addresses_has_rows_and_columns() -> None:
    found = written(CATALOGUE["bfr"], [read({"budget": [Decimal("1.10")]}, addressed=False)])
    assert found is not None
    assert found.to_pylist()[0]["cell"] is None
    assert (found.to_pylist()[0]["_row"], found.to_pylist()[0]["written"]) == (14, "1.10")


def test_cells_of_tables_about_people_are_never_kept() -> None:
    for name in ("staff", "enrolments", "evaluations", "evaluation_population"):
        assert written(CATALOGUE[name], [read({"unit": ["North"]})]) is None


def test_what_stood_in_a_cell_is_written_as_people_see_it() -> None:
    cells_ = (0.1 + 0.2, 17.0, True, date(2020, 1, 2), None, "x", 3)
    assert [as_text(cell) for cell in cells_] == ["0.3", "17", "true", "2020-01-02", None, "x", "3"]


def test_an_amount_in_thousands_is_traced_to_the_cell_as_it_stood() -> None:
    delivered = read({"budget": [12.345], "realised": [10]})
    place = {"_delivery": delivered.delivery.id, "_sheet": "Blad1", "_row": 14, "_column": None}
    line = {
        "reporting_year": 2020, "round": 3, "unit": "North", "theme": "t", "measure": "m",
        "budget": Decimal("12345.00"), "realised": Decimal("10000.00"), "forecast": None, **place,
    }  # fmt: skip
    kept = written(CATALOGUE["bfr"], [delivered])
    assert kept is not None
    places = Places.of({"bfr": [line]}, {"bfr": kept.to_pylist()})
    figure = {"figure_id": "f", "reporting_year": 2020, "unit": "North", "theme": "t", "measure": "m"}
    lineage = [
        {"figure_id": "f", "part": part, "delivery": delivered.delivery.id, "contribution": line[part]}
        for part in ("budget", "realised")
    ]
    told = direct(lineage, [])
    found = cells(of_spending({"measures": [figure]}, places, lambda _: 3, 2019, told), told)
    assert [(one["part"], one["cell"], one["written"], one["contribution"]) for one in found] == [
        ("budget", "A14", "12.345", Decimal("12345.00")),
        ("realised", "B14", "10", Decimal("10000.00")),
    ]
    assert found[0]["key"] == "2020 3 North t m"
    hidden = direct([{**row, "contribution": None} for row in lineage], [])
    assert cells(of_spending({"measures": [figure]}, places, lambda _: 3, 2019, hidden), hidden) == []
