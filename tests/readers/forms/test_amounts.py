"""Amounts, counts and percentages: several notations in one column, and what a file says of the unit of its amounts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.methods.checks.outcomes import validate
from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.cells.grid import Grid
from kwaliteitsmonitor.readers.reading import named_of
from schemas.consequences import Severity
from schemas.profile.feeds import SqlSource
from tests.made_up import told
from tests.readers.files.making import SHOWING, put
from tests.readers.forms.making import NAME, Taken, grid, rows_taken, source, taken, unjudged, workbook

HEADER = ["Eenheid", "Thema", "Maatregel", "Begroot", "Gerealiseerd", "Ingediend op"]
LINE: list[Any] = ["North", "small_classes", "tutors", 1250, 500, "15-02-2021"]
OTHER: list[Any] = ["East", "small_classes", "tutors", 1300, 600, "15-02-2021"]
ROUND = {"reporting_year": 2020, "round": 3}
BOTH = {"D2", "E2"}
CASES = Path(__file__).parents[2] / "cases"
Rows = Sequence[Sequence[Any]]


def bfr(cells: Grid | Rows, form: str = "", *, kind: str = "workbook", locale: str = "nl", **more: Any) -> Taken:
    forms = f"{{table: bfr, columns: {{'Begroot*': budget}}, {form}}}"
    text = f"{{format: {kind}, locale: {locale}, tables: [bfr], forms: [{forms}]}}"
    return rows_taken(cells, text, "bfr", told=ROUND, **{"judge": unjudged, **more})


def lines(rows: Rows) -> Grid:
    """Rows as a text holds them."""
    return Grid("", [["" if cell is None else str(cell) for cell in row] for row in rows], range(1, len(rows) + 1))


def refused(found: Taken) -> set[str]:
    """The cells of amounts that are refused."""
    return {cell for cell, rule, _ in found.refused if rule in ("budget.type", "realised.type")}


def budgets(found: Taken) -> list[str]:
    return [str(budget) for (budget,) in found.rows("budget")]


# -- the unit of amounts

UNITS, EURO = ["k€", "USD"], ["€", "hele euro's"]
PLACES: dict[str, tuple[Callable[[str], Grid], set[str]]] = {
    "header": (lambda unit: grid([[*HEADER[:3], f"Begroot ({unit})", *HEADER[4:]], LINE]), {"D2"}),
    "above": (lambda unit: grid([[f"BFR 3, bedragen in {unit}"], HEADER, LINE]), {"D3", "E3"}),
    "below": (lambda unit: grid([HEADER, LINE, [f"Bedragen in {unit}"]]), BOTH),
    "below, apart": (lambda unit: grid([HEADER, LINE, [], [None, unit]]), BOTH),
    "beside": (lambda unit: grid([HEADER, [*LINE, unit]]), BOTH),
    "beside the header": (lambda unit: grid([[*HEADER, unit], [*LINE, None]]), BOTH),
    "a column of its own": (lambda unit: grid([[*HEADER, "Valuta"], [*LINE, unit], [*OTHER, "euro"]]), BOTH),
    "merged": (lambda unit: grid([[f"in {unit}"] * 3, HEADER, LINE], merged=((1, 0, 1, 2),)), {"D3", "E3"}),
    "worksheet": (lambda unit: grid([HEADER, LINE], name=f"BFR ({unit})"), BOTH),
}


@pytest.mark.parametrize("where", PLACES)
def test_a_unit_is_heard_wherever_a_workbook_says_it_and_euro_is_euro(where: str) -> None:
    made, cells = PLACES[where]
    assert {unit: refused(bfr(made(unit))) for unit in UNITS} == dict.fromkeys(UNITS, cells)
    for unit in EURO:
        found = bfr(made(unit))
        assert (refused(found), budgets(found)[0]) == (set(), "1250.00"), unit


def test_a_unit_is_heard_in_a_text() -> None:
    for above in ("Bedragen in miljoenen euro", "Bedragen in kwartjes", "bedragen in goudstukken"):
        assert refused(bfr(lines([[above], HEADER, LINE]), kind="csv")) == {"row 3, budget", "row 3, realised"}
    for rows in ([HEADER, LINE, ["bedragen x 1.000"]], [[*HEADER, "Valuta"], [*LINE, "PLN"]]):
        assert refused(bfr(lines(rows), kind="csv")) == {"row 2, budget", "row 2, realised"}
    beside = bfr(lines([HEADER, [*LINE, "k€"]]), kind="csv")
    assert (beside.rows("budget"), refused(beside)) == ([], set())


def test_a_unit_is_heard_in_the_name_of_a_column_and_of_a_file() -> None:
    own, line = ["unit", "theme", "measure", "budget_keur", "realised", "submitted_on"], [*LINE[:5], "2021-02-15"]
    assert refused(bfr(lines([own, line]), "columns: {budget_keur: budget}", kind="csv")) == {"row 2, budget"}
    base = SqlSource(
        kind="sql", connection="finance", database_table="lines", tables=["bfr"], columns={"budget_keur": "budget"}
    )
    pulled = lines([[*own[:3], "budget", *own[4:]], line])
    assert refused(bfr(pulled, kind="csv", named=named_of(base, "x", "EUR"))) == {"row 2, budget"}
    for name in ("2020-3 (k€).xlsx", "2020-3_x1000.xlsx", "2020 USD.x"):
        named = named_of(source("{format: workbook, tables: [bfr]}"), f"bfr/{name}", "EUR")
        assert refused(bfr([HEADER, LINE], named=named)) == BOTH


@pytest.mark.parametrize("kind", SHOWING)
def test_a_unit_is_heard_in_the_format_of_a_cell(tmp_path: Path, kind: str) -> None:
    form = "{format: workbook, locale: nl, tables: [bfr]%s}"
    formats = {"D2": '#,##0 "k€"', "E2": "[$$-409]#,##0", "D3": '0.0,"k"', "E3": '"€" #,##0'}
    path = put(tmp_path, SHOWING[kind]({"BFR": [HEADER, LINE, OTHER]}, formats))
    found = taken(path, form % "", "bfr", told=ROUND)
    assert (refused(found), budgets(found)) == (BOTH, ["1300.00"])
    # What is held in euro and shown in thousands is euro, whatever the text above the table says.
    rows = [["bedragen in k€"], HEADER, [*LINE[:3], 7057000, 6696000, "15-02-2021"]]
    path = put(tmp_path, SHOWING[kind]({"BFR": rows}, {"D3": "#,##0,", "E3": "#,##0,"}))
    assert budgets(taken(path, form % "", "bfr", told=ROUND)) == ["7057000.00"]
    scaled = ", forms: [{table: bfr, scale: {budget: 1000, realised: 1000}}]"
    assert refused(taken(path, form % scaled, "bfr", told=ROUND)) == {"D3", "E3"}


def test_what_the_profile_says_is_obeyed_and_what_contradicts_it_is_refused() -> None:
    scaled = {
        ("k€", "1000"): ["1250000.00"], ("mln", "1000000"): ["1250000000.00"], ("centen", "0.01"): ["12.50"],
        ("k€", "1"): ["1250.00"], ("mln", "1000"): [], ("USD", "1000"): [],
    }  # fmt: skip
    for (unit, scale), budget in scaled.items():
        form = f"scale: {{budget: '{scale}', realised: '{scale}'}}"
        assert budgets(bfr([[f"Bedragen in {unit}"], HEADER, LINE], form)) == budget, unit


def test_a_header_that_says_thousands_is_refused_until_the_form_says_so_too() -> None:
    rows = [[*HEADER[:3], "Begroot (x € 1.000)", *HEADER[4:]], [*LINE[:3], 7.057, 6000, "2021-02-15"]]
    found = bfr(rows)
    assert found.refused == [("D2", "budget.type", "7.057")]
    assert "the header says thousands" in found.expected["D2"]
    assert bfr(rows, "scale: {budget: 1000}").rows("budget", "realised") == [(Decimal(7057), Decimal(6000))]


@pytest.mark.parametrize(
    ("note", "unit"),
    [("Bedragen in honderdtallen", True), ("Bron: SAP, stand 1 maart", False), ("Alles in euro:", False)],
)
def test_a_note_under_the_table_is_no_row_of_data_and_costs_no_other_rows_by_itself(note: str, unit: bool) -> None:
    rows = [HEADER, LINE, OTHER]
    pages = {
        "cell": grid([*rows, [note]]), "another column": grid([*rows, [None, note]]),
        "merged": grid([*rows, [note] * 6], merged=((4, 0, 4, 5),)), "short": lines([*rows, [note]]),
        "text": lines([*rows, [note, *[""] * 5]]),
    }  # fmt: skip
    for where, page in pages.items():
        found = bfr(page, kind="workbook" if page.addressed else "csv")
        assert {q.row for q in found.staged.quarantine} == ({2, 3} if unit else set()), where
        assert len({q.expected for q in found.staged.quarantine}) == int(unit)
        assert len(found.rows("budget")) == (0 if unit else 2)
        assert {loss.known.get("unit") for loss in found.staged.losses} == ({"North", "East"} if unit else set())
        assert [said for said, _ in found.left_out] == ["1 row with a text alone"]


def test_what_is_left_of_a_row_of_data_is_set_aside_and_a_remark_about_money_is_no_unit() -> None:
    for row in (["North"], ["Noord"], ["Nort"], ["North en East", "small_classes"], ["Een kop", 12]):
        assert {q.row for q in bfr([HEADER, LINE, row], judge=validate).staged.quarantine} == {3}
    rows = [["Plafond € 1,5 mln, geen k€"], [*HEADER, "Opmerking"], [*LINE, "k€ 5 hoger door ziekte, zie x 1.000"]]
    assert (refused(found := bfr(rows)), budgets(found)) == (set(), ["1250.00"])


@pytest.mark.parametrize(("name", "table"), [("bfr.csv", "bfr"), ("bestedingsplan.xlsx", "spending_plan")])
def test_the_case_is_refused_as_thousands_are(profile: Any, name: str, table: str) -> None:
    form = "csv" if name.endswith("csv") else "workbook"
    text, told = f"{{format: {form}, locale: nl, tables: [{table}]}}", ROUND if table == "bfr" else {}
    found = taken(CASES / "captions-not-thousands" / name, text, table, told=told, profile=profile)
    assert found.rows("_row") == []
    expected = {q.expected.nl for q in found.staged.quarantine}
    assert any("zegt miljoenen" in one or "zegt duizenden" in one for one in expected)


# -- notations


def test_thousands_beside_euros_are_read_exactly_and_reported() -> None:
    found = bfr([
        HEADER,
        ("Noord", "small_classes", "tutors", "k€ 7", "€ 6.999,99", "15-2-2021"),
        ("Oost", "small_classes", "tutors", "€ 1.234,50", "-1.234,5", "2021-02-15"),
        ("Zuid", "small_classes", "tutors", "12.000", "1.234-", date(2021, 2, 15)),
    ])  # fmt: skip
    assert [tuple(map(str, row)) for row in found.rows("unit", "budget", "realised")] == [
        ("North", "7000.00", "6999.99"), ("East", "1234.50", "-1234.50"), ("South", "12000.00", "-1234.00"),
    ]  # fmt: skip
    (mixed,), (dates,) = found.said("budget.notation"), found.said("submitted_on.notation")
    assert (mixed.severity, mixed.outcome, mixed.failed) == (Severity.WARNING, Outcome.FAILED, 1)
    assert mixed.cells == (f"{NAME} Blad!D2",)
    assert "amounts in euro and in thousands (k€) mixed" in told(mixed)
    assert found.said("realised.notation") == []
    assert "dates in different forms mixed" in told(dates)


ADVISERS = ("Eenheid", "Fte", "Waarvan tijdelijk", "Gecertificeerd", "In traject")


def test_percentages_under_the_label_of_a_count_are_refused(tmp_path: Path) -> None:
    cells = {"Noord": 0.5, "Oost": "50%", "Zuid": 1, "West": 3}
    rows = [ADVISERS, *((unit, 6.5, 0, certified, 1) for unit, certified in cells.items())]
    path = workbook(tmp_path / NAME, {"Studieadviseurs": rows}, formats={"D2": "0.0%", "D4": "0%"})
    text, told = "{format: workbook, locale: nl, tables: [faculty_study_advisers]}", {"academic_year": "2019-2020"}
    found = taken(path, text, "faculty_study_advisers", told=told)
    assert found.rows("unit", "certified") == [("West", 3)]
    assert found.refused == [(cell, "certified.type", text) for cell, text in
                             {"D2": "50%", "D3": "50%", "D4": "100%"}.items()]  # fmt: skip
    assert set(found.expected.values()) == {"a whole number, not a percentage"}


def test_an_amount_that_stands_in_one_cell_for_several_rows_is_refused() -> None:
    rows = [HEADER, ("Noord", "small_classes", "tutors", 100, 1, "2021-02-15"),
            ("Noord", "small_classes", "groups", 100, 2, "2021-02-15"), OTHER]  # fmt: skip
    found = bfr(grid(rows, merged=((2, 0, 3, 0), (2, 1, 3, 1), (2, 3, 3, 3))))
    assert found.rows("unit", "measure", "budget") == [("East", "tutors", Decimal("1300.00"))]
    assert [(cell, rule) for cell, rule, _ in found.refused] == [("D2", "budget.type"), ("D3", "budget.type")]
    assert found.raw.columns["unit"] == ["Noord", "Noord", "East"]
