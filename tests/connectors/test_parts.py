"""Which files are parts of one delivery, by their names alone, and which name its next version is to have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from kwaliteitsmonitor.connectors.files import TO_NOTHING, Found
from kwaliteitsmonitor.connectors.parts import NO_PARTS, UNFINISHED, gathered, is_part
from kwaliteitsmonitor.connectors.versions import next_place
from schemas.profile import Feed
from schemas.profile.feeds import FileSource, Format, Period, SqlSource

UNITS = ("FGW", "FdA")
NOON = datetime(2020, 12, 18, 11, tzinfo=UTC)


def feed_of(form: str) -> Feed:
    path = f"{{academic_year}}/{{unit}}{{suffix}}.{'xlsx' if form == 'workbook' else form}"
    source = FileSource(kind="files", path=path, format=Format(form), tables=["evaluations"])
    return Feed(id="eva", nl="e", en="e", period=Period.ACADEMIC_YEAR, sources=[source])


def files(*names: str) -> list[Found]:
    return [Found(f"2019-2020/{name}", 1, date(2020, 12, 18), NOON, f"sign of {name}") for name in names]


def whole(*names: str | Found, form: str = "csv") -> Sequence[Found]:
    """What these files are gathered to."""
    each = [one for name in names for one in (files(name) if isinstance(name, str) else [name])]
    return gathered(each, [feed_of(form)], UNITS)


@pytest.mark.parametrize(
    ("form", "names", "expected"),
    [
        ("csv", ["FGW_part-1.csv", "FGW_part-0.csv"], {"FGW_part-*.csv": ["FGW_part-0.csv", "FGW_part-1.csv"]}),
        ("csv", ["FGW (deel 1 van 2).csv", "FGW (deel 2 van 2).csv"], {"FGW_part-*.csv": 2}),
        ("csv", ["FGW_part-0.csv", "FdA_part-0.csv"], {"FGW_part-*.csv": 1, "FdA_part-*.csv": 1}),
        ("parquet", ["FGW.parquet/part-10.parquet", "FGW.parquet/part-9.parquet", "FGW.parquet/_SUCCESS"],
         {"FGW.parquet/": ["part-9.parquet", "part-10.parquet"]}),
        ("csv", ["FGW.csv/level=Ba/data_0.csv", "FGW.csv/level=Ma/data_0.csv"], {"FGW.csv/": 2}),
        ("csv", ["FGW.csv", "FGW_v2.csv"], {"FGW.csv": 0, "FGW_v2.csv": 0}),
        ("csv", ["FGW.csv", "FGW (1).csv"], {"FGW.csv": 0, "FGW (1).csv": 0}),
        ("csv", ["FGW_1.csv", "FGW_2.csv"], {"FGW_1.csv": 0, "FGW_2.csv": 0}),
        ("csv", ["FGW counterpart1.csv", "FGW counterpart2.csv"],
         {"FGW counterpart1.csv": 0, "FGW counterpart2.csv": 0}),
        ("workbook", ["FGW_part-1.xlsx", "FGW_part-2.xlsx"], {"FGW_part-1.xlsx": 0, "FGW_part-2.xlsx": 0}),
        ("csv", ["FGW/part-0.csv", "notes.txt"], {"FGW/": 1, "notes.txt": 0}),
    ],
    ids=str,
)  # fmt: skip
def test_numbered_files_and_folders_are_one_delivery_and_versions_and_workbooks_are_not(
    form: str, names: Sequence[str], expected: dict[str, int | Sequence[str]]
) -> None:
    parts = {one.path.removeprefix("2019-2020/"): [part.name for part in one.parts] for one in whole(*names, form=form)}
    counts = {name: len(own) if isinstance(expected.get(name), int) else own for name, own in parts.items()}
    assert counts == expected


LACKING = [
    (["part-00001", "part-00002"], "onderdeel 00000 ontbreekt"),
    (["deel 1", "deel 3"], "onderdeel 2 ontbreekt"),
    (["part1of3", "part2of3"], "onderdeel 3 ontbreekt"),
    (["deel 3", "deel 5"], "de onderdelen 1, 2, 4 ontbreken"),
    (["part-00009"], "de onderdelen 00000, 00001, 00002, 00003, 00004 … ontbreken"),
    (["deel 1", "deel 2"], ""),
    (["part-0", "part-1"], ""),
]


def test_numbers_begin_at_0_where_a_program_gave_them_and_at_1_where_people_did() -> None:
    for names, lacking in LACKING:
        (one,) = whole(*(f"FGW_{name}.csv" for name in names))
        assert (one.refused.nl.partition(":")[0] if one.refused else "") == lacking


def test_what_a_program_notes_beside_parts_says_whether_it_is_still_writing() -> None:
    for marks, waits in (
        (["_temporary/0/task/part-00001-a.csv"], UNFINISHED),
        (["_started_12"], UNFINISHED),
        (["_started_12", "_committed_12"], None),
        (["_SUCCESS"], None),
    ):
        (one,) = whole(*(f"FGW.csv/{name}" for name in ("part-00000-a.csv", *marks)))
        assert (one.waits, [part.name for part in one.parts]) == (waits, ["part-00000-a.csv"])


def test_a_whole_is_as_large_and_as_new_as_its_parts_and_changes_with_any_of_them() -> None:
    first, second = files("FGW_part-0.csv", "FGW_part-1.csv")
    later = replace(second, size=5, received_on=date(2021, 1, 4), arrived=NOON.replace(year=2021))
    (one,), (newer,) = whole(first, second), whole(first, later)
    (other,), (unknown,) = (whole(first, replace(second, fingerprint=sign)) for sign in ("another", ""))
    assert (newer.size, newer.received_on, newer.arrived) == (6, date(2021, 1, 4), later.arrived)
    assert len({one.fingerprint, other.fingerprint, unknown.fingerprint}) == 3
    assert unknown.fingerprint == "", "one that cannot be told from its bytes leaves the whole so"


def test_a_part_that_is_refused_and_a_folder_without_parts_refuse_the_whole() -> None:
    first, second = files("FGW_part-0.csv", "FGW_part-1.csv")
    (one,), (bare,) = whole(first, replace(second, refused=TO_NOTHING)), whole("FGW.csv/_SUCCESS")
    assert (one.refused, bare.refused) == (TO_NOTHING, NO_PARTS)


def test_a_name_says_that_it_is_a_part_beside_others_or_all_of_a_delivery() -> None:
    names = ("x/FGW_part-0.csv", "x/FGW (deel 1 van 2).csv", "x/FGW_v2.csv", "x/FGW_part-0.csv/")
    assert [is_part(name) for name in names] == [True, True, False, False]


SUFFIXED, FIXED = (
    FileSource(kind="files", path=f"verslag/{{unit}}{suffix}.xlsx", format=Format.WORKBOOK, tables=["faculty_measures"])
    for suffix in ("{suffix}", "")
)
ROWS = SqlSource(kind="sql", connection="finance", database_table="lines", tables=["bfr"])


def test_the_next_version_stands_beside_the_first_where_its_name_may_differ() -> None:
    assert next_place(SUFFIXED, "verslag/FGW.xlsx", "FGW", 1) == "verslag/FGW_v2.xlsx"
    assert next_place(SUFFIXED, "verslag/FGW_v2 (def).xlsx", "FGW", 2) == "verslag/FGW_v3.xlsx"
    assert next_place(SUFFIXED, "verslag/Letteren.xlsx", "FGW", 1) == "verslag/Letteren_v2.xlsx"
    assert next_place(SUFFIXED, "plan/2020.xlsx", "", 1) == "plan/2020_v2.xlsx"
    assert next_place(FIXED, "verslag/FGW.xlsx", "FGW", 1) == "verslag/FGW.xlsx"
    assert next_place(ROWS, "finance/lines/2020-3", "", 4) == "finance/lines/2020-3"
