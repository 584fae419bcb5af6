"""Remarks and numbers of a figure become text once, in both languages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from kwaliteitsmonitor.methods.figures.printing import Exact
from kwaliteitsmonitor.methods.figures.unworded import UnwordedFigure, UnwordedResult
from kwaliteitsmonitor.methods.figures.wording import indicator_rows, notes, result_rows
from kwaliteitsmonitor.methods.remarks import PeopleCount, Remark, RowsAside, Sentence, WithoutUnits
from kwaliteitsmonitor.methods.statistics.caveats import TooFew
from schemas.exports.arrow import to_arrow
from schemas.tables import CATALOGUE
from schemas.words import Words, both, each, items, listed
from tests.made_up import mean

TYPED = "zie mail van 3 mei / bijlage 2; akkoord"


def said(nl: str, en: str) -> Sentence:
    return Sentence(Words(nl, en))


@pytest.mark.parametrize(
    ("remark", "nl", "en"),
    [
        (RowsAside(1), "zonder 1 rij die apart is gezet", "without 1 row that was set aside"),
        (RowsAside(2), "zonder 2 rijen die apart zijn gezet", "without 2 rows that were set aside"),
        (WithoutUnits(("HA", "?")), "zonder HA; zonder een rij van een onbekende eenheid", None),
        (TooFew(PeopleCount(1), 1), "zonder 1 antwoord van 1 cursus met te weinig respons", None),
        (TooFew(PeopleCount.counted(4, 5), 2), "zonder <5 antwoorden van 2 cursussen met te weinig respons", None),
        (TooFew(PeopleCount.counted(5, 5), 2), "zonder 5 antwoorden van 2 cursussen met te weinig respons", None),
        (TooFew(PeopleCount(), 2), None, "without × answers to 2 courses with too low a response"),
    ],
)
def test_a_remark_is_worded_in_both_languages(remark: Remark, nl: str | None, en: str | None) -> None:
    words = remark.words()
    assert (nl or words.nl, en or words.en) == (words.nl, words.en)


def test_what_is_said_twice_is_worded_once_and_what_people_typed_is_never_cut() -> None:
    columns = notes([said(TYPED, TYPED), said("zonder HA", "without HA"), said("zonder HA", "without HA")])
    assert items(columns["note_nl"]) == [TYPED, "zonder HA"]
    assert items(columns["note_en"]) == [TYPED, "without HA"]
    assert notes([]) == {"note_nl": None, "note_en": None}


def test_the_column_of_before_has_both_languages_of_a_result_in_one_text() -> None:
    rows = result_rows([{"remarks": (said("a", "b"), said("c", "d"))}, {"remarks": ()}])
    columns = {"reporting_year": 2020, "figure_id": "f"}
    made = to_arrow("evaluation_results", [row | columns for row in rows]).to_pylist()
    assert [(row["note"], row["note_nl"], row["note_en"]) for row in made] == [
        ("a; c / b; d", "a; c", "b; d"),
        (None,) * 3,
    ]


def test_the_column_of_before_has_each_note_on_money_in_both_languages_and_a_finding_as_one() -> None:
    said_of = {"note_nl": listed([TYPED, "zonder HA"]), "note_en": listed([TYPED, "without HA"])}
    rows = [
        {"figure_id": "f", "note_nl": "a; c", "note_en": "b; d"},
        {"figure_id": "g", "note_nl": "a; c", "note_en": "b"},
        {"figure_id": "h", **said_of},
    ]
    pairs, uneven, typed = to_arrow("spending_overview", rows).column("note").to_pylist()
    assert (pairs, uneven) == ("a / b; c / d", "a; c / b")
    assert typed == each([both(Words(TYPED, TYPED)), "zonder HA / without HA"])
    breaks = to_arrow("indicator_values", [{"break_note_nl": "a; c", "break_note_en": "b; d"}])
    assert breaks.column("break_note").to_pylist() == ["a / b; c / d"]
    finding = to_arrow("quality_results", [{"detail_nl": "a; c", "detail_en": "b; d"}])
    assert finding.column("detail").to_pylist() == ["a; c / b; d"]


@pytest.mark.parametrize(
    ("exact", "status", "printed"),
    [
        (Exact(Decimal("3.96"), Decimal("0.04")), "ok", ("4,0 ± 0,0", "4.0 ± 0.0")),
        (Exact(Decimal("3.96"), Decimal("0.04"), spread_decimals=2), "ok", ("4,0 ± 0,04", "4.0 ± 0.04")),
        (Exact(Decimal("3.96")), "ok", ("4,0", "4.0")),
        (None, "suppressed", ("×", "×")),
        (None, "not_available", ("–", "–")),
    ],
)
def test_an_indicator_is_printed_from_what_the_gate_left_of_it(
    exact: Exact | None, status: str, printed: tuple[str, str]
) -> None:
    about: dict[str, Any] = {"indicator": "satisfaction", "definition_version": "1", "status": status}
    (row,) = indicator_rows([about | {"exact": exact, "remarks": (), "breaks": (said("nieuw", "new"),)}], [mean()])
    assert (row["printed_nl"], row["printed_en"]) == printed
    assert (row["break_note_nl"], row["break_note_en"], row["note_nl"]) == ("nieuw", "new", None)
    assert not row.keys() & {"exact", "remarks", "breaks"}


@pytest.mark.parametrize(
    ("row", "table"), [(UnwordedFigure, "indicator_values"), (UnwordedResult, "evaluation_results")]
)
def test_a_row_that_is_not_worded_has_every_field_of_its_table_but_texts_and_what_it_has_besides_is_none(
    row: type[Any], table: str
) -> None:
    fields = {one.name for one in CATALOGUE[table].fields if one.joins is None}
    texts = {name for name in fields if name.endswith(("_nl", "_en"))}
    assert row.__required_keys__ == fields - texts
    assert not row.__optional_keys__ & {*CATALOGUE[table].names}
