"""The lineage names what is behind a figure, and the size of nothing that would give a suppressed part away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from assets.publication.lineage.build import _totals, _unsized
from assets.publication.lineage.cell_lineage import Followed, cells, direct
from assets.publication.lineage.figure_lineage import Resting
from assets.publication.lineage.tables import lineage
from kwaliteitsmonitor.methods.disclosure.people import suppress
from kwaliteitsmonitor.methods.figures.contributions import Contribution, RowPlace, as_table
from kwaliteitsmonitor.readers.cells.grid import RawTable
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.quarantine import Read
from kwaliteitsmonitor.readers.source_cells import as_text, written
from schemas.exports.arrow import to_arrow
from schemas.tables import CATALOGUE
from schemas.words import Words, listed_words
from tests.methods.disclosure.published_rows import group, of_people
from tests.methods.disclosure.test_people import SIZES, THRESHOLD

WHOLE = "2021-03:indicator:2020:i:all:all"


def deliveries(units: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {name: {"feed": "evaluations", "file": f"{name}.csv", "unit": unit} for name, unit in units.items()}


DELIVERIES = deliveries({unit: unit for unit in "ABCDEFGHI"})


def traced(sizes: Mapping[str, int], threshold: int = THRESHOLD) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The figures of units of these sizes, each from a delivery of its own, and their lineage."""
    rows = suppress(group(sizes), threshold)
    contributions = [
        Contribution(figure, "n", unit, n, Decimal(n), people=n)
        for unit, n in sizes.items()
        for figure in (WHOLE, of_people(unit, n)["figure_id"])
    ]
    return rows, lineage(contributions, DELIVERIES, suppressed(rows), threshold)


def suppressed(rows: list[dict[str, Any]]) -> list[str]:
    return [row["figure_id"] for row in rows if row["status"] == "suppressed"]


def test_the_register_that_corrected_a_delivery_contributes_to_the_figures_from_it() -> None:
    of = (("f1", "numerator", "a"), ("f1", "denominator", "a"), ("f2", "numerator", "b"), ("f3", "numerator", "a"))
    parts = [Contribution(*one, 1, Decimal(1)) for one in of]
    rows = lineage(parts, deliveries(dict.fromkeys(("a", "b", "register"), "North")), [], 1, {"a": {"register": 2}})
    corrections = [(r["figure_id"], r["delivery"], r["rows"]) for r in rows if r["part"] == "corrections"]
    assert corrections == [("f1", "register", 2), ("f3", "register", 2)]
    assert to_arrow("lineage", rows).num_rows == len(parts) + 2


def test_the_lineage_of_the_whole_names_every_delivery_but_not_the_size_of_a_suppressed_part() -> None:
    rows, lines = traced({"A": 3, "B": 40, "C": 20})
    assert suppressed(rows)
    assert not {*suppressed(rows)} & {line["figure_id"] for line in lines}, "what is suppressed has no contributions"
    of_whole = [(line["file"], line["rows"], line["contribution"]) for line in lines if line["figure_id"] == WHOLE]
    assert of_whole == [("A.csv", None, None), ("B.csv", 40, 40.0), ("C.csv", None, None)]


@given(SIZES, st.integers(1, 12))
def test_lineage_gives_no_suppressed_unit_away_either(sizes: dict[str, int], threshold: int) -> None:
    rows, lines = traced(sizes, threshold)
    hidden = {r["unit"] for r in rows[1:] if r["status"] == "suppressed"}
    shown = {line["delivery"]: line["contribution"] for line in lines if line["contribution"] is not None}
    assert not hidden & shown.keys()
    assert all(value >= threshold for value in shown.values())
    assert all((line["rows"] is None) == (line["contribution"] is None) for line in lines)


def test_what_is_about_no_people_is_traced_in_full_in_the_order_of_figure_part_and_delivery() -> None:
    contributions = [Contribution(f, p, d, 9, Decimal("0.5")) for f in "zy" for p in ("n", "denominator") for d in "BA"]
    rows = lineage(contributions, DELIVERIES, [], THRESHOLD)
    order = [(r["figure_id"], r["part"], r["delivery"]) for r in rows]
    assert (order, {r["contribution"] for r in rows}) == (sorted(order), {0.5})


def test_what_filters_left_out_has_a_column_per_language_and_in_that_of_before_the_number_once() -> None:
    note = listed_words([Words("-3: geen docent", "-3: no lecturer"), Words("niets over", "nothing left")])
    (row,) = lineage([Contribution("x", "n", "A", 1, Decimal(1), note)], DELIVERIES, [], THRESHOLD)
    assert (row["filter_nl"], row["filter_en"]) == ("-3: geen docent; niets over", "-3: no lecturer; nothing left")
    assert row["filter"] == "-3: geen docent / no lecturer; niets over / nothing left"


def test_a_suppressed_unit_that_delivered_in_two_parts_is_not_given_away_by_them() -> None:
    # Unit C is suppressed to protect unit A; the parts of C are not the smallest deliveries.
    parts = {"a": ("A", 3), "b1": ("B", 33), "b2": ("B", 7), "c1": ("C", 12), "c2": ("C", 8)}
    hidden = suppressed(suppress(group({"A": 3, "B": 40, "C": 20}), THRESHOLD))
    whole = [Contribution(WHOLE, "n", d, n, Decimal(n), people=n) for d, (_, n) in parts.items()]
    lines = lineage(whole, deliveries({d: unit for d, (unit, _) in parts.items()}), hidden, THRESHOLD)
    assert {line["delivery"] for line in lines if line["rows"] is not None} == {"b1", "b2"}


TWICE: dict[str, tuple[str | None, ...]] = {"budget": ("1.50", "2"), "realised": (None, "4")}
RESULT = "2021-03:evaluation:2020:teaching:all:all:all"
DELIVERY = Delivery("bfr", 0, "bfr/2020-3/North.xlsx", "0" * 64, 1, date(2021, 2, 1), "2020-3", "North")


def line(figure: str, part: str, contribution: str | None, delivery: str = "a") -> dict[str, Any]:
    amount = None if contribution is None else Decimal(contribution)
    return {"figure_id": figure, "part": part, "delivery": delivery, "rows": 3, "contribution": amount}


def test_contributions_add_up_to_a_part_unless_one_is_not_told_and_a_result_has_the_number_that_it_shows() -> None:
    lines = [
        line("f", "budget", "1.50"),
        line("f", "budget", "2"),
        line("f", "realised", None),
        line("f", "realised", "4"),
    ]
    assert _totals(lines, []) == {"f": {"budget": Decimal("3.50"), "realised": None}}
    lines = [line(RESULT, "n", None), line(RESULT, "sum", "9")]
    assert _totals(lines, [{"figure_id": RESULT, "status": "ok", "n": 40}])[RESULT] == {"n": 40, "sum": 9}
    assert _totals(lines, [{"figure_id": RESULT, "status": "suppressed", "n": None}])[RESULT]["n"] is None


def test_a_share_that_is_traced_by_nothing_else_names_the_deliveries_of_its_result() -> None:
    shares = [{"figure_id": f"{RESULT}:share:{n}", "status": "suppressed" if n == 4 else "ok"} for n in (1, 2, 3, 4)]
    lines = [line(RESULT, "n", "30"), line(RESULT, "n", "10", "b"), line(RESULT, "sum", "90")]
    lines.append(line(f"{RESULT}:share:1", "answers", "4"))
    third = {"figure_id": f"{RESULT}:share:3", "part": "answers", "rows": None, "contribution": None}
    unsized = list(_unsized(lines, shares, {f"{RESULT}:share:2"}))
    assert unsized == [third | {"delivery": "a"}, third | {"delivery": "b"}]


def totals(**parts: dict[str, str | None]) -> dict[str, dict[str, Decimal | None]]:
    return {f: {p: None if v is None else Decimal(v) for p, v in of.items()} for f, of in parts.items()}


def test_a_total_rests_on_parts_that_add_up_to_it_and_not_on_what_is_a_cent_off_or_not_told() -> None:
    one, other = {"budget": "1", "realised": "2"}, {"budget": "2"}
    on = Resting(
        totals(whole={"budget": "3", "realised": "2"}, a=one, b=other, c={"budget": "1.99"}, d={"budget": None})
    )
    assert on.below("whole", ["a", "b"])
    rows = [("below", "a"), ("below", "b")]
    for total, parts in (("whole", ["a", "c"]), ("whole", ["a", "d"]), ("whole", []), ("unknown", ["a"])):
        assert not on.below(total, parts)
    on.on("units", "f", ["a", None])
    assert [(row["relation"], row["of_figure"]) for row in on.rows] == rows, "nor on a figure that is not there"


def read(columns: dict[str, list[Any]], **more: Any) -> Read:
    return Read(
        DELIVERY, RawTable("Blad1", columns, [14], dict(zip(columns, "ABCD", strict=False)), (), (), **more), {}
    )


def source_cells(table: str, delivered: Read) -> list[dict[str, Any]] | None:
    kept = written(CATALOGUE[table], [delivered])
    return None if kept is None else kept.to_pylist()


def test_a_cell_is_known_by_its_address_or_row_and_by_what_stood_there_but_no_open_text_and_nothing_about_people() -> (
    None
):
    delivered = read({"theme": ["kleine groepen"], "budget": [12.345], "realised": ["11,5"], "explanation": ["geheim"]})
    rows = {row["field"]: row for row in source_cells("bfr", delivered) or ()}
    assert (rows["budget"]["cell"], rows["budget"]["written"]) == ("B14", "12.345")
    assert (rows["realised"]["cell"], rows["realised"]["written"]) == ("C14", "11,5")
    assert rows["explanation"]["written"] is None, "that there is open text is kept, and not what it says"
    assert "geheim" not in str(rows)
    (row,) = source_cells("bfr", read({"budget": [Decimal("1.10")]}, addressed=False)) or ()
    assert (row["cell"], row["_row"], row["written"]) == (None, 14, "1.10")
    for name in ("staff", "enrolments", "evaluations", "evaluation_population"):
        assert source_cells(name, read({"unit": ["North"]})) is None


def test_what_stood_in_a_cell_is_written_as_people_see_it() -> None:
    values = (0.1 + 0.2, 17.0, True, date(2020, 1, 2), None, "x", 3)
    assert [as_text(value) for value in values] == ["0.3", "17", "true", "2020-01-02", None, "x", "3"]


def test_an_amount_in_thousands_is_traced_to_the_cell_as_it_stood() -> None:
    kept = written(CATALOGUE["bfr"], [read({"budget": [12.345], "realised": [10]})])
    assert kept is not None
    about = {"reporting_year": 2020, "unit": "North", "theme": "t", "measure": "m"}
    amounts = {"budget": Decimal("12345.00"), "realised": Decimal("10000.00"), "forecast": None}
    place = {"_delivery": DELIVERY.id, "_sheet": "Blad1", "_row": 14, "_column": None}
    followed = Followed({"bfr": pa.Table.from_pylist([about | amounts | place | {"round": 3}])}, {"bfr": kept})
    at = RowPlace("bfr", "Blad1", 14)
    contributions = as_table(
        Contribution("f", part, DELIVERY.id, 1, amounts[part] or Decimal(0), place=at, field=part)
        for part in ("budget", "realised")
    )

    def traced(lineage: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return cells(followed.cells(contributions), direct(lineage, []))

    lineage = [line("f", part, str(amounts[part]), DELIVERY.id) for part in ("budget", "realised")]
    assert [(one["part"], one["cell"], one["written"], one["contribution"], one["key"]) for one in traced(lineage)] == [
        ("budget", "A14", "12.345", amounts["budget"], "2020 3 North t m"),
        ("realised", "B14", "10", amounts["realised"], "2020 3 North t m"),
    ]
    assert traced([row | {"contribution": None} for row in lineage]) == []
