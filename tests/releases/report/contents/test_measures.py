"""How far the measures are: as many units beside each other as can be read, and what is no progress a sign."""

from __future__ import annotations

from collections.abc import Callable

from kwaliteitsmonitor.releases.report.contents.measures import measures
from kwaliteitsmonitor.releases.report.document.reading import Reading
from tests.made_up import profile
from tests.releases.report.cells import tables_of, texts
from tests.releases.report.releases import measure

Read = Callable[..., Reading]


def test_units_beyond_a_dozen_stand_in_a_table_of_their_own(read: Read) -> None:
    units = [f"U{number}" for number in range(1, 31)]
    many = profile(units=units, measures=[("tutors", "small_classes", units)])
    tables = list(tables_of(measures(read({"measures": [measure(unit) for unit in units]}, "nl", many))).values())
    assert [len(table.columns) - 1 for table in tables] == [12, 12, 6]
    assert [column.name for table in tables for column in table.columns if column.name != "measure"] == units
    assert tables[1].caption == "Voortgang van de maatregelen over 2020: U13 – U24"


def test_what_a_unit_says_of_a_measure_stands_below_how_far_it_is(read: Read) -> None:
    rows = [
        measure("North", explanation="Begonnen in mei"),
        measure("East", progress=None),
        measure("South", "groups", status="not_available", progress=None),
    ]
    tables = tables_of(measures(read({"measures": rows}, "en")))
    assert texts(tables["table-measures"]) == [["Tutors", "on course", "–", ""], ["Groups", "", "", "–"]]
    assert texts(tables["table-measures-told"]) == [["North", "on course", "Begonnen in mei"]]
