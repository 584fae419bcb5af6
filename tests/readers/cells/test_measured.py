"""Figures that are delivered as such: what a cell means follows from the indicator of its row, in any kind of file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.readers.cells.measured import Said, impossible_ratios, read_measured
from kwaliteitsmonitor.readers.cells.numbers import Percentage
from kwaliteitsmonitor.readers.row_checks import measures_of
from kwaliteitsmonitor.readers.typed_rows import read_column
from schemas.profile import Indicator, Profile
from schemas.profile.feeds import SqlSource
from schemas.tables import CATALOGUE
from tests.made_up import indicator, profile
from tests.readers.cells.making import reader
from tests.readers.files.making import SHOWING, ods_shown, parquet, put
from tests.readers.forms.making import Taken, rows_taken, taken

TABLE = "delivered_figures"
CENT = Decimal("0.01")


def of_kind(identity: str, nl: str, en: str, style: str = "percentage", **more: Any) -> Indicator:
    unit = "fraction" if style == "percentage" else "number"
    named = {"nl": nl, "en": en, "delivered": {"combine": "none"}, "unit_of_measure": unit}
    return indicator(identity, "delivered", style, **(named | more))


WHO = profile(
    indicators=[
        of_kind("dropout", "Uitval", "Drop-out"),
        of_kind("growth", "Groei", "Growth", minimum=-1, maximum=5),
        of_kind("degrees", "Aantal diploma's", "Degrees", "number"),
        of_kind("rating", "Oordeel", "Rating", "mean_and_spread", minimum=1, maximum=5),
        of_kind("certified", "Docenten met certificaat", "Certified", delivered={"combine": "ratio"}),
    ]
)
WIDE = "columns: {Indicator: indicator}, unpivot: {name: reporting_year, value: value}"
SHARE = "een aandeel van 0 tot en met 1, of een percentage, bijvoorbeeld 17,3%"

Cells = Sequence[Sequence[Any]]


def cell(raw: Any, code: str = "dropout", percent: Decimal | None = None, scale: str = "") -> Any:
    """What a cell of this indicator is read as, or what was expected of it where it is refused."""
    bound = CATALOGUE[TABLE].bind(WHO.code_lists())["value"]
    one = replace(reader(of=bound, scale=Decimal(scale) if scale else None), measured=WHO.measured)
    (value,), refused = read_measured([raw], one, Said([code], [2021], {0: percent} if percent else {}), read_column)
    return refused[0][1].nl if refused else value


NO_PERCENTAGE = "een getal, geen percentage"
SHARES: list[tuple[Any, str, str]] = [
    *((raw, "dropout", "0.173") for raw in (
        "17,3%", "17,3 procent", "173‰", "173 promille", Percentage(0.173), 0.173, "0,173",
    )),
    ("0%", "dropout", "0"), (0, "dropout", "0"), ("100%", "dropout", "1"), (1, "dropout", "1"),
    (Percentage(84 / 241), "dropout", "0.348548"), (1 / 3, "dropout", "0.333333"),
    ("173%", "growth", "1.73"), (1.73, "growth", "1.73"), ("-2%", "growth", "-0.02"), ("(2%)", "growth", "-0.02"),
]  # fmt: skip
NO_SHARES: list[tuple[Any, str, str]] = [
    *((raw, "dropout", SHARE) for raw in (17.3, "17,3", "173%", 1.01, -0.02, "-2%", "<5%", "n.v.t.", "-", True)),
    (17.3, "growth", SHARE.replace("0 tot en met 1", "-1 tot en met 5")),
    *((raw, code, NO_PERCENTAGE) for code in ("degrees", "rating") for raw in ("3,9%", Percentage(0.039), "3‰")),
]
SCALED: list[tuple[Any, str, str, str]] = [
    (17.3, "dropout", "0.01", "0.173"), (17.3, "dropout", "0.001", "0.0173"), ("17,3%", "dropout", "0.01", "0.173"),
    (Percentage(0.173), "dropout", "0.01", "0.173"), (0.8, "dropout", "0.01", "0.008"),
    (2.4, "degrees", "1000", "2400"),
    (2417, "degrees", "0.01", "2417"), (3.9, "rating", "0.001", "3.9"), (0.173, "dropout", "1000", "0.173"),
]  # fmt: skip


def test_a_share_is_the_same_however_it_is_written_and_what_can_be_none_is_refused() -> None:
    assert [cell(raw, code) for raw, code, _ in SHARES] == [Decimal(share) for *_, share in SHARES]
    assert [cell(raw, code) for raw, code, _ in NO_SHARES] == [expected for *_, expected in NO_SHARES]


def test_a_scale_of_percentages_is_about_shares_alone_and_one_of_amounts_about_others() -> None:
    assert [cell(raw, code, scale=scale) for raw, code, scale, _ in SCALED] == [Decimal(value) for *_, value in SCALED]
    assert cell(173, scale="0.01") == SHARE


def test_under_per_cent_a_number_that_may_be_a_fraction_is_not_guessed() -> None:
    for raw in (0.173, "0,8", 1):
        assert "met het teken erbij" in cell(raw, percent=CENT)
    assert [cell(raw, percent=CENT) for raw in (0, 17.3, "17,3%", Percentage(0.173))] == [0, *[Decimal("0.173")] * 3]
    assert cell("17,3%", "degrees", CENT) == NO_PERCENTAGE
    assert cell(2417, "degrees", CENT) == 2417
    assert cell("17,3", "unheard") == Decimal("17.3"), "of which nothing is known"


def test_parts_that_make_no_share_are_told() -> None:
    one = replace(reader(of=CATALOGUE[TABLE]["value"]), measured=WHO.measured)
    columns = {"numerator": [241, 240, None, 5, 9], "denominator": [240, 240, 240, None, 3]}
    said = Said(["certified"] * 4 + ["degrees"], [2021] * 5, {})
    told = [(at, words.nl) for at, words in impossible_ratios(columns, one, said)]
    assert told == [(0, "een teller van 0 tot en met 240")]
    assert measures_of(rows_of([("Indicator", 2021)]).raw, reader(), {}, {}) is None, (
        "amounts measure the same in each row"
    )


# -- in tables


def rows_of(cells: Cells, form: str = WIDE, who: Profile = WHO) -> Taken:
    source = f"{{format: workbook, locale: nl, tables: [{TABLE}], forms: [{{table: {TABLE}, sheet: '*', {form}}}]}}"
    return rows_taken(cells, source, TABLE, profile=who)


def values(found: Taken, field: str = "value") -> dict[tuple[str, int], Decimal | None]:
    return {(row["indicator"], row["reporting_year"]): row[field] for row in found.staged.rows.to_pylist()}


def refused(found: Taken) -> dict[str, str]:
    return {item.cell: item.expected.nl for item in found.staged.quarantine}


@pytest.mark.parametrize(
    ("cells", "form"),
    [
        ([("Indicator", "2021 (%)"), ("Uitval", 17.3), ("Aantal diploma's", 2417)], WIDE),
        ([("Indicator", 2021), ("Uitval (%)", 17.3), ("Aantal diploma's (%)", 2417)], WIDE),
        ([("Kerncijfers, aandelen in procenten",), ("Indicator", "Verslagjaar", "Waarde"), ("Uitval", 2021, 17.3),
          ("Aantal diploma's", 2021, 2417)], ""),
        ([("Indicator", "Verslagjaar", "Waarde (%)"), ("Uitval", 2021, 17.3), ("Aantal diploma's", 2021, 2417)], ""),
        ([("Jaar", "Uitval (%)", "Aantal diploma's"), (2021, 17.3, 2417)],
         "columns: {Jaar: reporting_year}, unpivot: {name: indicator, value: value}"),
    ],
    ids=["header", "name", "caption", "header-of-values", "header-of-indicator"],
)  # fmt: skip
def test_wherever_a_table_says_per_cent_it_says_so_of_shares_alone(cells: Cells, form: str) -> None:
    assert values(rows_of(cells, form)) == {("dropout", 2021): Decimal("0.173"), ("degrees", 2021): 2417}


def test_beside_a_percentage_a_small_number_is_one_and_the_own_name_of_an_indicator_says_nothing() -> None:
    years = rows_of([("Indicator", 2021, 2020), ("Uitval (%)", 0.8, 1.2)])
    assert values(years) == {("dropout", 2021): Decimal("0.008"), ("dropout", 2020): Decimal("0.012")}
    named = replace(WHO, indicators=(of_kind("dropout", "Uitval (%)", "Drop-out (%)"),))
    assert [*values(rows_of([("Indicator", 2021), ("Uitval (%)", 0.173)], who=named)).values()] == [Decimal("0.173")]


def test_names_that_people_read_are_codes_and_a_row_of_no_indicator_is_set_aside_for_its_name() -> None:
    names = ["Uitval", "uitval ", "Drop-out", "DROP-OUT", "dropout", "Uitvall"]
    found = rows_of([("Indicator", *range(2019, 2024)), *((name, *[0.2] * 5) for name in names)])
    assert {rule for _, rule, _ in found.refused} >= {"indicator.codes"}
    assert found.raw.columns["indicator"][::5] == names


def test_the_spread_of_a_share_is_one_that_of_a_mean_is_not_and_parts_are_counts() -> None:
    head = ("Indicator", "Verslagjaar", "Waarde", "Spreiding", "Teller", "Noemer", "Aantal")
    share, mean, ratio = ("Uitval", 2021, "17,3%"), ("Oordeel", 2021, 3.9), "Docenten met certificaat"
    right = rows_of([head, (*share, "2,1%"), (*mean, 0.8), (ratio, 2022, "35%", None, 84, 240, 240)], "")
    assert values(right, "spread") == {
        ("dropout", 2021): Decimal("0.021"), ("rating", 2021): Decimal("0.8"), ("certified", 2022): None,
    }  # fmt: skip
    assert values(right, "numerator")["certified", 2022] == 84
    parts = [("35%", 240, 240), (84, "100%", 240), (84, 240, "40%"), (241, 240, 240)]
    ratios = [(ratio, 2018 + at, "35%", None, *own) for at, own in enumerate(parts)]
    wrong = refused(rows_of([head, (*share, 2.1), (*mean, "8%"), *ratios], ""))
    assert set(wrong) == {"D2", "D3", "E4", "F5", "G6", "E7"}
    assert wrong["E7"] == "een teller van 0 tot en met 240"


def test_what_a_row_measures_is_said_by_the_definition_of_its_year() -> None:
    counted = of_kind("dropout", "Uitval", "Drop-out", "number", valid_until=2020)
    share = of_kind("dropout", "Uitval", "Drop-out", valid_from=2021, version="2")
    found = rows_of(
        [("Indicator", 2021, 2020), ("Uitval", "17,3%", 173)], who=replace(WHO, indicators=(counted, share))
    )
    assert values(found) == {("dropout", 2021): Decimal("0.173"), ("dropout", 2020): 173}


# -- in files


def staged(folder: Path, content: bytes, kind: str = "workbook") -> Taken:
    path = put(folder, content)
    sheet = "sheet: '*', " if kind == "workbook" else ""
    source = f"{{format: {kind}, locale: nl, tables: [{TABLE}], forms: [{{table: {TABLE}, {sheet}{WIDE}}}]}}"
    return taken(path, source, TABLE, profile=WHO)


SHOWN: list[tuple[Any, str, str | None]] = [
    ("17,3%", "General", "0.173"), (0.173, "General", "0.173"), (0.173, "0.0%", "0.173"), (17.3, '0.0"%"', "0.173"),
    (17.3, '0.0" %"', "0.173"), (17.3, "0.0\\%", "0.173"), (17.3, '0.0" procent"', "0.173"), (173, '0"‰"', "0.173"),
    (0.8, '0.0"%"', "0.008"), (1, '0.0"%"', "0.01"), (0.8, "0.0%", "0.8"), (1, "0.0%", "1"), (0, '0.0"%"', "0"),
    (17.3, "General", None), (173, '0.0"%"', None), (-2, '0.0"%"', None), (17.3, "0.0%", None),
    (17.3, '0.0" procentpunt"', None),
]  # fmt: skip


@pytest.mark.parametrize("kind", SHOWING)
def test_each_spreadsheet_gives_the_share_that_its_cell_shows(tmp_path: Path, kind: str) -> None:
    formats = {f"B{at}": code for at, (_, code, _) in enumerate(SHOWN, start=2) if code != "General"}
    rows = [("Indicator", "2021"), *(("Uitval", held) for held, _, _ in SHOWN)]
    content = SHOWING[kind]({"Kerncijfers": rows}, formats)
    shares = [cell(raw) for raw in staged(tmp_path, content).raw.columns["value"]]
    assert shares == [SHARE if share is None else Decimal(share) for _, _, share in SHOWN]


@pytest.mark.parametrize(("held", "seen"), [(17.3, "17,3%"), (0.173, "17,3%"), (17.3, "17.3 %")])
def test_what_an_open_document_shows_tells_what_a_style_outside_it_does(tmp_path: Path, held: float, seen: str) -> None:
    found = staged(tmp_path, ods_shown({"a": [("Indicator", "2021"), ("Uitval", held)]}, {}, {"B2": seen}))
    assert values(found) == {("dropout", 2021): Decimal("0.173")}


def test_numbers_in_parquet_and_what_a_database_gave_are_read_alike(tmp_path: Path) -> None:
    numbers = parquet([("Indicator", "2021"), ("Uitval", 0.173), ("Aantal diploma's", 2417.0)])
    expected = {("dropout", 2021): Decimal("0.173"), ("degrees", 2021): 2417}
    assert values(staged(tmp_path, numbers, "parquet")) == expected
    pulled = "reporting_year;indicator;value\n2021;dropout;17.3%\n2021;Aantal diploma's;2417\n"
    source = SqlSource(kind="sql", connection="students", database_table="figures", tables=[TABLE])
    assert values(taken(put(tmp_path, pulled), source, TABLE, profile=WHO)) == expected
