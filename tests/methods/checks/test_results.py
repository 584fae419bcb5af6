"""Results: one form, kept and read back, with places and never with values."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.methods.checks.outcomes import validate
from kwaliteitsmonitor.methods.checks.results import SHOWN_CELLS, Outcome, RuleResult, as_strict, from_table, to_table
from schemas.consequences import Costs
from schemas.contract import AtMost, Field, Kind, Layer, Table, Unique
from schemas.exports.arrow import arrow_schema
from schemas.tables import CATALOGUE
from schemas.words import Words
from tests.made_up import told

RESULT = RuleResult("bfr", "bfr.theme.codes", Costs.RELEASE, Outcome.FAILED, 12, 1, "moet", "must")
PLACES = ("a.csv row 3, theme", "bfr/2020-3.xlsx BFR!D14", "finance/bfr_lines/2020-3 row 7, budget")
TYPED = Words("zie mail van 3 mei / bijlage 2; akkoord", "see mail of 3 May / annex 2")
NAMED = (Words("FGW, Begeleiding / advies, 2020", "FGW, Guidance / advice, 2020"), "a.xlsx Blad / 2!D14")


@pytest.mark.parametrize("cells", [(), PLACES[:1], PLACES, NAMED])
def test_results_come_back_as_they_were_kept(cells: tuple[str | Words, ...]) -> None:
    results = [replace(RESULT, cells=cells, quarantines=True), replace(RESULT, rule="a", detail=TYPED)]
    assert from_table(to_table(results, "2021-03")) == sorted(results, key=lambda r: r.rule)


PLACE = (
    st.text(st.characters(codec="utf-8", exclude_characters="|\0", exclude_categories=["Cs"]), min_size=1)
    .map(str.strip)
    .filter(bool)
)


@settings(deadline=None)
@given(st.lists(PLACE, unique=True, max_size=SHOWN_CELLS))
def test_any_place_comes_back_whatever_commas_are_in_it(cells: list[str]) -> None:
    assert from_table(to_table([replace(RESULT, cells=tuple(cells))], "c"))[0].cells == tuple(cells)


def test_no_more_than_ten_places_are_shown_and_the_count_stays_true() -> None:
    many = replace(RESULT, failed=25, cells=tuple(f"a.csv row {i}, theme" for i in range(25)))
    (row,) = to_table([many], "2021-03").to_pylist()
    assert (row["cells"].count(" | "), row["failed"], row["cells"]) == (SHOWN_CELLS - 1, 25, many.places)


@given(st.permutations([replace(RESULT, rule=rule, detail=Words(detail, detail)) for rule in "ab" for detail in "xxy"]))
def test_results_that_find_the_same_are_one_row_in_which_counts_add_up_in_any_order(results: list[RuleResult]) -> None:
    kept = to_table(results, "2021-03")
    assert kept.schema == arrow_schema(CATALOGUE["quality_results"])
    counts = [(r.rule, r.detail and r.detail.nl, r.checked, r.failed, r.cells) for r in from_table(kept)]
    assert counts == [(rule, of, n * 12, n, ()) for rule in "ab" for of, n in (("x", 2), ("y", 1))]
    parts = [replace(RESULT, cells=(place,)) for place in ("a.csv", "b.csv")]
    assert from_table(to_table(parts, "2021-03"))[0].cells == ("a.csv", "b.csv")


def test_what_is_waived_does_not_block_and_comes_back_with_the_reason() -> None:
    waived = replace(RESULT, waived_because="bekend / known")
    assert not waived.blocks
    assert from_table(to_table([waived], "2021-03")) == [waived]
    both = to_table([waived, replace(RESULT, detail=TYPED)], "2021-03").to_pylist()
    assert [r["waived_because"] for r in both] == ["bekend / known", None]


@pytest.mark.parametrize(
    ("costs", "outcome", "blocks"),
    [
        (Costs.RELEASE, Outcome.FAILED, True),
        (Costs.RELEASE, Outcome.NOT_RUN, True),
        (Costs.RELEASE, Outcome.PASSED, False),
        (Costs.DELIVERY, Outcome.FAILED, False),
        (Costs.FIGURES, Outcome.FAILED, False),
        (Costs.ROW, Outcome.FAILED, False),
        (Costs.FIGURES, Outcome.NOT_RUN, True),
        (Costs.ROW, Outcome.NOT_RUN, True),
        (Costs.NOTE, Outcome.FAILED, False),
        (Costs.NOTE, Outcome.NOT_RUN, False),
        (Costs.NOTHING, Outcome.FAILED, False),
    ],
)
def test_what_is_critical_and_failed_or_could_not_be_judged_blocks(
    costs: Costs, outcome: Outcome, blocks: bool
) -> None:
    assert replace(RESULT, costs=costs, outcome=outcome).blocks is blocks


def text(name: str, **more: object) -> Field:
    return Field(name, Kind.TEXT, name, name, "x", **more)  # type: ignore[arg-type]


FIELDS = (
    text("id"),
    text("unit", codes=("North", "East")),
    Field("low", Kind.DECIMAL, "l", "l", Decimal(1), nullable=True, minimum=Decimal(0), maximum=Decimal("1.2")),
    Field("high", Kind.DECIMAL, "h", "h", Decimal(1), nullable=True),
    Field("main", Kind.BOOLEAN, "m", "m", True),
    Field("day", Kind.DATE, "d", "d", "2020-10-01", nullable=True),
)
ONE_MAIN = Unique("one_main", ("id",), "een hoofd", "one main", where={"main": True})
ORDERED = AtMost("ordered", "low", "high", "op volgorde", "in order")
PEOPLE = Table("people", Layer.DELIVERED, "mensen", "people", FIELDS, key=("id", "unit"), rules=(ONE_MAIN, ORDERED))
GOOD = {"id": "a", "unit": "North", "low": Decimal("0.5"), "high": Decimal(1), "main": True, "day": date(2020, 10, 1)}


def judged(*rows: dict[str, object], without: str = "") -> dict[str, RuleResult]:
    data = pa.Table.from_pylist(list(rows), schema=arrow_schema(PEOPLE))
    results = validate(PEOPLE, data.drop_columns([without]) if without else data)
    assert len({r.rule for r in results}) == len(results)
    return {r.rule: r for r in results}


NAMES = "id.required unit.required main.required unit.codes low.range key one_main ordered"
RULES = {f"people.{name}" for name in NAMES.split()}


def test_every_rule_about_values_has_a_result_with_the_rows_that_were_checked() -> None:
    for rows in ((), (GOOD, GOOD | {"id": "b"})):
        results = judged(*rows)
        assert set(results) == RULES
        assert {(r.outcome, r.checked, r.failed, r.rows) for r in results.values()} == {
            (Outcome.PASSED, len(rows), 0, ())
        }


@pytest.mark.parametrize(
    ("spoiled", "rule"),
    [
        ({"id": None}, "people.id.required"),
        ({"unit": "Narnia"}, "people.unit.codes"),
        ({"low": Decimal("-0.0001")}, "people.low.range"),
        ({"low": Decimal("1.2001"), "high": Decimal(2)}, "people.low.range"),
        ({"low": Decimal("0.9"), "high": Decimal("0.8999")}, "people.ordered"),
    ],
)
def test_a_row_that_is_wrong_fails_its_own_rule_alone_at_its_own_position(
    spoiled: dict[str, object], rule: str
) -> None:
    results = judged(GOOD, GOOD | {"id": "b"} | spoiled, GOOD | {"id": "c"})
    assert {r.rule: r.rows for r in results.values() if r.outcome is not Outcome.PASSED} == {rule: (1,)}
    assert (results[rule].checked, results[rule].failed) == (3, 1)


@pytest.mark.parametrize("spoiled", [{"low": Decimal("1.2"), "high": None}, {"low": None}, {"low": Decimal(0)}])
def test_bounds_themselves_and_empty_cells_pass(spoiled: dict[str, object]) -> None:
    assert {r.outcome for r in judged(GOOD | spoiled).values()} == {Outcome.PASSED}


def test_of_rows_that_are_alike_the_first_stands_and_a_condition_picks_the_rows_that_meet_it() -> None:
    results = judged(GOOD | {"main": False}, GOOD | {"id": "b"}, GOOD | {"main": False}, GOOD | {"main": False})
    assert (results["people.key"].rows, results["people.key"].failed) == ((2, 3), 2)
    results = judged(GOOD, GOOD | {"unit": "East", "main": False}, GOOD | {"unit": "East"})
    assert results["people.one_main"].rows == (2,)


@pytest.mark.parametrize(
    ("without", "rules"),
    [
        ("unit", {"people.unit.required", "people.unit.codes", "people.key"}),
        ("main", {"people.main.required", "people.one_main"}),
        ("high", {"people.ordered"}),
    ],
)
@pytest.mark.parametrize("rows", [(GOOD, GOOD | {"id": "b"}), ()], ids=["rows", "empty"])
def test_a_rule_whose_column_is_missing_was_not_run_which_is_not_the_same_as_passing(
    without: str, rules: set[str], rows: tuple[dict[str, object], ...]
) -> None:
    results = judged(*rows, without=without)
    assert set(results) == RULES
    assert {r.rule for r in results.values() if r.outcome is Outcome.NOT_RUN} == rules
    assert {told(results[rule]) for rule in rules} == {f"er is geen kolom {without} / there is no column {without}"}
    assert {results[rule].checked for rule in rules} == {0}
    assert any(results[rule].blocks for rule in rules)
    assert all(r.outcome is Outcome.PASSED for r in results.values() if r.rule not in rules)


def test_results_never_hold_a_value() -> None:
    number = "S-4711-number"
    results = judged(*[GOOD | {"id": number, "unit": number, "low": Decimal("1.1999"), "high": Decimal(0)}] * 3)
    assert sum(r.outcome is Outcome.FAILED for r in results.values()) >= 3
    for result in results.values():
        text = " ".join(str(getattr(result, f.name)) for f in fields(result))
        assert number not in text
        assert "1.1999" not in text
    assert number not in str(to_table(results.values(), "c").to_pylist())


@pytest.mark.parametrize(
    ("rule", "costs", "blocks"),
    [
        ("bfr.theme.codes", Costs.FIGURES, True),
        ("evaluations.score.range", Costs.ROW, True),
        ("bfr.columns", Costs.DELIVERY, True),
        ("corrections.guard", Costs.FIGURES, True),
        ("bfr.unit.path", Costs.FIGURES, True),
        ("delivered_figures.once", Costs.FIGURES, True),
        ("bfr.delivered", Costs.FIGURES, False),
        ("bfr.submitted_on.window", Costs.NOTE, False),
        ("deliveries.arrive_once", Costs.NOTHING, False),
    ],
)
def test_a_strict_profile_stops_for_whatever_was_delivered_and_does_not_count(
    rule: str, costs: Costs, blocks: bool
) -> None:
    result = replace(RESULT, rule=rule, costs=costs)
    (strict,) = as_strict("strict", [result])
    assert strict.blocks is blocks
    assert ("het profiel is streng" in told(strict), "the profile is strict" in told(strict)) == (blocks, blocks)
    assert as_strict("proportionate", [result]) == [result]
    assert not replace(strict, waived_because="besloten").blocks, "a decision does without it, strict or not"
    held = replace(result, outcome=Outcome.PASSED)
    assert told(as_strict("strict", [held])[0]) == told(held)
