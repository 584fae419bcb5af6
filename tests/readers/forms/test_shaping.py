"""Tables of faculties: captions, merged headers, subtotals, notes, compound cells and headers of several meanings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.forms.beside import without_comparison
from kwaliteitsmonitor.readers.forms.captions import captions, notes, percents, shared_numbers
from kwaliteitsmonitor.readers.forms.headers import Headers
from kwaliteitsmonitor.readers.forms.layout import Plan
from kwaliteitsmonitor.readers.forms.understood import left_out
from kwaliteitsmonitor.readers.staging import Tally
from schemas.consequences import Costs, Severity
from schemas.errors import UnreadableError
from schemas.profile.forms import Form
from schemas.tables import CATALOGUE
from schemas.words import Words
from schemas.workbooks import comparison_header
from tests.made_up import told
from tests.readers.forms.making import NAME, Taken, grid, rows_taken, taken, university, workbook

TOLD = {"unit": "North", "academic_year": "2019-2020"}
ROUND = {"reporting_year": 2020, "round": 3}


def advisers(rows: list[tuple[Any, ...]], form: str = "", told: dict[str, str] | None = None) -> Taken:
    text = f"{{format: workbook, locale: nl, tables: [faculty_study_advisers]{form}}}"
    return rows_taken(rows, text, "faculty_study_advisers", told=told or {"academic_year": "2019-2020"})


def bfr(rows: list[tuple[Any, ...]], form: str) -> Taken:
    header = ("Eenheid", "Thema", "Maatregel", "Begroot", "Gerealiseerd", "Ingediend op")
    text = f"{{format: workbook, tables: [bfr], forms: [{{table: bfr, {form}}}]}}"
    return rows_taken([header, *rows], text, "bfr", told=ROUND)


def test_a_table_below_captions_with_merged_headers_subtotals_and_notes_is_read(tmp_path: Path) -> None:
    rows = [
        ("Faculteit Noord, onderwijsjaarverslag",), ("bijlage 2",), (),
        ("Opleidingen", None, "Kennismaking", None),
        ("Naam", "Code", "verplichte matching", "proefstuderen"),
        ("Geschiedenis ba", "P1", "ja", "x"),
        ("Subtotaal bachelor", None, 1, 1),
        ("Geschiedenis ma", "P2", "nee", "nee"),
        ("Totaal", None, 1, 1),
        (), ("Bron: studentenadministratie",), ("Noot: voorlopig", None, "zie bijlage"),
    ]  # fmt: skip
    sheets, merged = {"Oud": [("Code",), ("P9",)], "Matching 2020": rows}, "A1:D1 A4:B4 C4:D4"
    path = workbook(tmp_path / NAME, sheets, merged=merged, hidden=["Oud"])
    form = """
        {format: workbook, tables: [faculty_programmes], forms: [{table: faculty_programmes, sheet: Matching *,
          header_rows: 2, columns: {Opleidingen Code: programme,
            Kennismaking verplichte matching: compulsory_matching, Kennismaking proefstuderen: online_trial_study},
          ignored: [Opleidingen Naam], skip: [{header: Opleidingen Naam, matches: "(sub)?totaal.*"}],
          until: "(bron|noot):.*"}]}
    """
    found = taken(path, form, "faculty_programmes", told=TOLD)
    assert found.rows("programme", "compulsory_matching", "online_trial_study", "unit", "_sheet", "_row") == [
        ("P1", True, True, "North", "Matching 2020", 6),
        ("P2", False, False, "North", "Matching 2020", 8),
    ]
    assert (found.refused, found.tally) == ([], Tally(2, 2, 0, left_out=6))
    assert found.left_out == [
        ("2 rows above the header", (1, 2)),
        ("2 rows below the table", (11, 12)),
        ("2 rows without data, as agreed of this file", (7, 9)),
    ]
    findings = {told(r).split(" / ")[1]: (r.severity, r.outcome, r.failed) for r in found.said("read_as")}
    assert findings["the header is in row 4"] == (Severity.INFO, Outcome.FAILED, 1)
    assert findings["2 rows below the table"] == (Severity.INFO, Outcome.FAILED, 2)
    assert not any(r.blocks for r in found.staged.results)
    assert found.raw.places == {"programme": "B", "compulsory_matching": "C", "online_trial_study": "D"}


def test_compound_cells_fall_apart_and_one_that_does_not_fit_is_refused_with_an_example() -> None:
    rows = [
        ("Eenheid", "Fte", "Waarvan tijdelijk", "Certificaat"),
        ("Noord", "6,5", 0, "12 (+ 9 in traject)"),
        ("Oost", "7", 0, "4"),
        ("Zuid", "8", 0, "3  (+  1  IN traject)"),
        ("West", "9", 0, "3, waarvan 1 in traject"),
    ]
    form = r""", forms: [{table: faculty_study_advisers, skip: [{header: Eenheid, matches: totaal}],
        split: [{header: Certificaat, pattern: '(?P<certified>\d+) ?(\(\+ ?(?P<in_training>\d+) in traject\))?',
                 example: 12 (+ 9 in traject)}]}]"""
    found = advisers(rows, form)
    assert found.rows("unit", "certified", "in_training") == [("North", 12, 9), ("South", 3, 1)]
    assert found.refused == [
        ("D5", "certified.type", "3, waarvan 1 in traject"),
        ("D5", "in_training.type", "3, waarvan 1 in traject"),
        ("D3", "in_training.required", None),
    ]
    assert found.expected["D5"] == "a cell as: 12 (+ 9 in traject)"
    assert found.raw.places["certified"] == found.raw.places["in_training"] == "D"


def test_a_mean_with_its_spread_is_read_as_the_mean_and_kept_as_printed() -> None:
    printed = ("3.9 +/-0.1", "Ba: 2.9 +/- 1.1", "334 +/- 1.1", "n.v.t.")
    rows = [
        ("Opgave", "Indicator", "Uitkomst"),
        *((f"tabel {n}", "satisfaction", text) for n, text in enumerate(printed)),
    ]
    form = r"""
        {format: workbook, locale: en, tables: [control_totals], forms: [{table: control_totals,
          constants: {origin: printed, subject: indicator, printed_decimals: "1", unit_of_measure: number},
          columns: {Uitkomst: printed}, split: [{header: Uitkomst, example: 3.9 +/-0.1,
            pattern: '((?P<level>[BM]a): )?(?P<value>[\d.]+) ?\+/- ?(?P<ignored_spread>[\d.]+)'}]}]}
    """
    found = rows_taken(rows, form, "control_totals", told={"reporting_year": 2020})
    assert found.rows("printed", "value", "level", "reporting_year", "origin") == [
        (text, Decimal(value), level, 2020, "printed")
        for text, value, level in zip(printed[:3], ("3.9", "2.9", "334"), (None, "Ba", None), strict=True)
    ]
    assert [(cell, text) for cell, _, text in found.refused] == [("C5", "n.v.t.")] * 2


def test_cells_that_repeat_the_one_above_are_filled_down_where_the_form_says_so_and_lacking_columns_told() -> None:
    rows = [
        ("Noord", "small_classes", "tutors", 1, 1, "2021-02-15"),
        (None, None, "groups", 2, 2, "2021-02-15"),
        ("Totaal Noord", None, None, 3, 3, None),
        (None, "teachers", "courses", 4, 4, "2021-02-15"),
    ]
    form = "columns: {Verwacht: forecast}, fill_down: [Eenheid, thema, Fac.]"
    found = bfr(rows, f"{form}, skip: [{{header: eenheid, matches: totaal .*}}]")
    assert found.rows("unit", "theme", "measure", "forecast", "_row") == [
        ("North", "small_classes", "tutors", None, 2),
        ("North", "small_classes", "groups", None, 3),
        ("North", "teachers", "courses", None, 5),
    ]
    assert found.tally == Tally(3, 3, 0, left_out=1)
    warned = [told(r).split(" / ")[1] for r in found.said("read_as") if r.severity is Severity.WARNING]
    assert warned == ["without the columns Verwacht, Fac."]


def test_a_file_of_another_unit_than_its_name_says_is_set_aside_row_by_row() -> None:
    rows = [
        ("Studieadviseurs van Oost",),
        ("Eenheid", "Studiejaar", "Fte", "Waarvan tijdelijk", "Gecertificeerd", "In traject"),
        ("Oost", "2019-2020", 6, 0, 1, 1),
        ("N", "2019-2020", 6, 0, 1, 1),
        ("Noord", "2018-2019", 6, 0, 1, 1),
    ]
    found = advisers(rows, told=TOLD)
    assert found.rows("unit", "_row") == [("North", 4)]
    assert found.refused == [("B5", "academic_year.path", "2018-2019"), ("A3", "unit.path", "Oost")]
    assert found.expected["A3"] == "North, for which the file was delivered"
    (path,) = found.said("unit.path")
    assert (path.outcome, path.failed, path.checked, path.costs) == (Outcome.FAILED, 1, 3, Costs.FIGURES)
    assert (path.quarantines, path.blocks) == (True, False)  # the figures that need it say without whom they are
    (caption,) = [r for r in found.said("read_as") if r.severity is Severity.WARNING]
    assert caption.cells == (f"{NAME} Blad!row 1",)
    assert "another unit than North" in told(caption)


PANELS = """
{format: workbook, tables: [faculty_panels], forms: [
  {table: faculty_panels, valid_until: 2019, sheet: Panels, columns: {Wanneer: held_on, Hoeveel: participants}},
  {table: faculty_panels, valid_from: 2020, valid_until: 2021}]}
"""


def test_a_form_counts_in_the_years_in_which_it_is_valid(tmp_path: Path) -> None:
    sheets = {
        "old": {"Panels": [("Thema", "Wanneer", "Hoeveel"), ("teachers", date(2019, 10, 8), 9)]},
        "new": {"Panelgesprekken": [("Thema", "Datum", "Studenten"), ("teachers", date(2020, 10, 8), 12)]},
    }
    old, new = (workbook(tmp_path / f"{name}.xlsx", pages) for name, pages in sheets.items())
    read = {year: taken(path, PANELS, "faculty_panels", told=TOLD, year=year) for year, path in
            ((2019, old), (2021, new), (2020, old))}  # fmt: skip
    assert read[2019].rows("held_on", "participants") == [(date(2019, 10, 8), 9)]
    assert read[2021].rows("held_on", "participants") == [(date(2020, 10, 8), 12)]
    (late,) = read[2020].said("columns")
    assert (late.outcome, late.costs, late.blocks) == (Outcome.FAILED, Costs.DELIVERY, False)
    assert read[2020].rows("held_on") == []
    assert "without a worksheet or table 'Panelgesprekken'" in told(late)
    with pytest.raises(UnreadableError) as caught:
        taken(old, PANELS, "faculty_panels", year=2022)
    assert str(caught.value) == (
        "the profile has no form of faculty_panels for reporting year 2022; expected a reporting year in "
        "…-2019, 2020-2021. Add a form to feeds.yaml that holds in that year."
    )


def test_a_header_that_means_something_in_another_table_of_the_source_is_told_here() -> None:
    rows = [("Thema", "Datum", "Studenten", "Omvang"), ("teachers", date(2020, 10, 8), 12, 3)]
    form = "{format: workbook, tables: [faculty_panels, bfr], columns: {Omvang: budget}}"
    found = rows_taken(rows, form, "faculty_panels", told=TOLD)
    assert (found.rows("participants"), found.raw.unknown) == ([(12,)], ("Omvang",))


def test_a_header_that_the_form_gives_to_one_field_is_not_read_as_another_of_that_name() -> None:
    form = Form(table="faculty_study_advisers", columns={"Fte": "fte_temporary"}, ignored=["in traject"])
    layout = Plan(form, CATALOGUE[form.table]).layout(["Eenheid", "Fte", "In traject", "Gecertificeerd", "?"])
    assert layout.fields == {"unit": (0,), "fte_temporary": (1,), "certified": (3,)}
    assert (layout.missing, layout.unknown) == (("academic_year", "fte", "in_training"), (4,))
    assert layout.lacking(CATALOGUE[form.table], TOLD) == 2


# -- what stands above a table, and beside it

ABOVE = grid([("Aandelen in procenten", "van East"), ("unit", "certified"), ("North", 1)], merged=((3, 0, 4, 1),))
HEADERS = Headers(("unit", "certified"), ("unit", "certified (%)"), 1, 1)
OWN = CATALOGUE["faculty_study_advisers"].bind(university().code_lists())


def test_captions_are_heard_with_their_rows() -> None:
    assert captions(ABOVE, HEADERS) == [(1, "Aandelen in procenten"), (1, "van East")]
    assert percents(ABOVE, HEADERS) == dict.fromkeys((0, 1), Decimal("0.01"))
    north, east = (list(notes(ABOVE, HEADERS, OWN, {**TOLD, "unit": unit}, {})) for unit in ("North", "East"))
    assert [(note.code, note.rows) for note in north] == [("header", (2,)), ("caption", (1,))]
    assert [note.code for note in east] == ["header"]
    assert list(shared_numbers(ABOVE, OWN, {"unit": (0,), "certified": (1,)})) == [(3, 1), (4, 1)]


def test_columns_of_our_own_for_comparison_are_emptied_and_what_is_left_out_is_counted() -> None:
    texts = ("unit", "fte", comparison_header("nl", "2018-2019", "Fte"))
    page = grid([texts, ("North", 1, 2)])
    kept, headers = without_comparison(page, Headers(texts, texts, 0, 0))
    assert (kept.cells, headers.written) == ([["unit", "fte", None], ["North", 1, None]], ("unit", "fte", ""))
    assert without_comparison(page, Headers(("a",), ("a",), 0, 0))[0] is page
    counted = [(note.text.en, note.rows) for note in left_out({Words("boven", "above"): (1, 2)}, 1)]
    assert counted == [("2 rows above", (1, 2)), ("1 cell without an answer or value", ())]
