"""Staging a table: every row that is received is either accepted, typed, or set aside with its cell and the reason."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.methods.checks.outcomes import validate
from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.cells.texts import pseudonym
from kwaliteitsmonitor.readers.findings import is_empty, missing, reliable
from kwaliteitsmonitor.readers.quarantine import MASK, Quarantined, Read, quarantine_table
from kwaliteitsmonitor.readers.staging import Tally, stage
from schemas.consequences import Costs, Severity
from schemas.exports.arrow import arrow_schema
from schemas.profile import Profile
from schemas.tables import CATALOGUE, staged
from schemas.words import Words
from tests.made_up import told
from tests.readers.making import (
    ADVISERS,
    KEY,
    PANELS,
    PLAN,
    STAFF,
    UNITS,
    Row,
    advisers,
    bound,
    delivery,
    only,
    person,
    raw,
    readers,
    result,
    staged_rows,
    tally,
)


def test_good_rows_are_accepted_with_types_and_their_place(profile: Profile) -> None:
    table = staged_rows(profile, ADVISERS, [advisers(), advisers("FA", fte=7.25)], sheet="Studieadviseurs")
    assert table.rows.schema == arrow_schema(staged(bound(profile, ADVISERS)))
    read = {"academic_year": "2019-2020", "fte_temporary": Decimal("0.5"), "certified": 2, "in_training": 1}
    stands = {"_delivery": delivery().id, "_sheet": "Studieadviseurs", "_column": None}
    assert table.rows.to_pylist() == [
        {**read, "unit": unit, "fte": Decimal(fte), **stands, "_row": row}
        for unit, fte, row in (("FGW", "6.5", 2), ("FdA", "7.25", 3))
    ]
    assert table.quarantine == []
    assert tally(table) == Tally(2, 2, 0)
    assert {r.outcome for r in table.results} == {Outcome.PASSED}


IN_NOTATION = Words("een getal in de notatie 1.234,5", "a number in the notation 1.234,5")


@pytest.mark.parametrize(
    ("change", "rule", "cell", "text", "expected"),
    [
        ({"fte": "12 (+ 9)"}, "fte.type", "C3", "12 (+ 9)", IN_NOTATION),
        ({"certified": 2.5}, "certified.type", "E3", "2.5", Words("een geheel getal", "a whole number")),
        ({"fte": None}, "fte.required", "C3", None, Words("een waarde", "a value")),
        ({"fte": "-1", "fte_temporary": "-1"}, "fte.range", "C3", "-1", Words("0 tot en met 200 fte", "0 to 200 fte")),
        ({"certified": 501}, "certified.range", "E3", "501", Words("0 tot en met 500 personen", "0 to 500 persons")),
        ({"unit": "XX"}, "unit.codes", "B3", "XX", Words(f"een van {UNITS}", f"one of {UNITS}")),
        ({"fte_temporary": 7}, "temporary_within_fte", "row 3", "7 / 6.5",
         Words("de tijdelijke fte is deel van de fte", "temporary fte is part of the fte")),
    ],
)  # fmt: skip
def test_a_bad_cell_is_set_aside_with_its_place_rule_and_what_was_expected(
    profile: Profile, change: Row, rule: str, cell: str, text: str | None, expected: Words
) -> None:
    table = staged_rows(profile, ADVISERS, [advisers("FdA"), advisers(**change)], sheet="Studieadviseurs")
    rule, file, sheet = f"{ADVISERS}.{rule}", "FGW.xlsx", "Studieadviseurs"
    item = next(q for q in table.quarantine if q.rule == rule)
    assert item == Quarantined(
        "the_feed", ADVISERS, delivery().id, file, sheet, 3, cell, rule, Costs.FIGURES, text, expected
    )
    assert item.place == f"{file} {sheet}!{cell}"
    assert table.rows.column("unit").to_pylist() == ["FdA"]
    assert tally(table) == Tally(2, 1, 1)
    outcome = result(table, rule)
    assert (outcome.outcome, outcome.failed, outcome.cells) == (Outcome.FAILED, 1, (item.place,))


def test_a_long_list_of_codes_is_shortened(profile: Profile) -> None:
    row = {"academic_year": "2019-2020", "unit": "FGW", "programme": "00000", "compulsory_matching": "ja",
           "online_trial_study": "nee"}  # fmt: skip
    item = only(staged_rows(profile, "faculty_programmes", [row]))
    codes = profile.code_lists()["programmes"]
    shown, more = ", ".join(codes[:12]), len(codes) - 12
    assert item.expected == Words(f"een van {shown} en nog {more}", f"one of {shown} and {more} more")


@pytest.mark.parametrize(
    ("rows", "accepted", "aside", "losses"),
    [
        ([advisers(), advisers("FdA"), advisers(certified=9), advisers(certified=8)], ["FdA"],
         [(row, "key", "2019-2020 / FGW") for row in (2, 4, 5)], 3),
        ([advisers(), advisers(), advisers("FdA")], ["FGW", "FdA"], [(3, "key", "2019-2020 / FGW")], 0),
        ([advisers(fte="6,5 fte"), advisers(certified=9), advisers("FdA")], ["FdA"],
         [(2, "fte.type", "6,5 fte"), (3, "key", None)], 2),
    ],
    ids=["none of rows that differ", "the first of rows that are the same", "none beside one that cannot be read"],
)  # fmt: skip
def test_of_rows_with_the_same_key_one_is_taken_if_they_say_the_same(
    profile: Profile, rows: list[Row], accepted: list[str], aside: list[Any], losses: int
) -> None:
    table = staged_rows(profile, ADVISERS, rows)
    assert table.rows.column("unit").to_pylist() == accepted
    assert [(q.row, q.rule.removeprefix(f"{ADVISERS}."), q.found) for q in table.quarantine] == aside
    of_key = [q for q in table.quarantine if q.rule == f"{ADVISERS}.key"]
    assert {q.expected.en for q in of_key} == {"one row for the faculty: add the departments up"}
    assert result(table, f"{ADVISERS}.key").failed == len(of_key)
    assert [(loss.known["unit"], loss.year) for loss in table.losses] == [("FGW", 2020)] * losses
    assert tally(table) == Tally(len(rows), len(accepted), len(aside))


def test_a_row_that_another_delivery_already_gave_is_set_aside_where_it_came_later(profile: Profile) -> None:
    table = bound(profile, ADVISERS)
    page = raw([advisers()], fields=table.names, table=table)
    reads = [Read(delivery(f"{unit}.xlsx", unit=unit), page, {}) for unit in ("FGW", "FdA")]
    staged_table = stage(table, reads, lambda _: readers(profile, table), validate)
    assert only(staged_table).file == "FdA.xlsx"
    assert [(t.accepted, t.quarantined) for t in staged_table.tallies.values()] == [(1, 0), (0, 1)]


def test_without_a_required_column_every_row_is_set_aside(profile: Profile) -> None:
    fields = [n for n in CATALOGUE[ADVISERS].names if n not in ("fte", "certified")]
    table = staged_rows(profile, ADVISERS, [advisers(), advisers("FdA")], fields=fields)
    assert [(q.feed, q.row, q.cell, q.rule, q.found, q.expected.en) for q in table.quarantine] == [
        ("the_feed", row, f"row {row}", f"{ADVISERS}.columns", None, "the columns fte, certified") for row in (2, 3)
    ]
    assert tally(table) == Tally(2, 0, 2)
    outcome = result(table, f"{ADVISERS}.columns")
    assert (outcome.costs, outcome.blocks) == (Costs.DELIVERY, False)
    assert told(outcome) == "FGW.xlsx: zonder fte, certified / without fte, certified"


def test_a_column_that_may_be_empty_may_be_missing(profile: Profile) -> None:
    row = {"version": "original", "unit": "FGW", "theme": "guidance", "year": 2020, "amount": "1.000,50"}
    table = staged_rows(profile, PLAN, [row], fields=list(row))
    assert table.quarantine == []
    assert table.rows.select(["amount", "consent_by", "consent_on"]).to_pylist() == [
        {"amount": Decimal("1000.50"), "consent_by": None, "consent_on": None}
    ]
    assert result(table, f"{PLAN}.columns").outcome is Outcome.PASSED


def test_headers_that_are_not_known_are_a_warning(profile: Profile) -> None:
    table = staged_rows(profile, ADVISERS, [advisers()], unknown=("Opmerking",))
    one = result(table, f"{ADVISERS}.columns")
    assert (one.severity, one.outcome, one.quarantines) == (Severity.WARNING, Outcome.FAILED, False)
    assert told(one) == "FGW.xlsx: onbekend en niet gelezen: Opmerking / not known and not read: Opmerking"
    assert tally(table) == Tally(1, 1, 0)


def test_rows_with_another_number_of_cells_than_the_header_are_set_aside(profile: Profile) -> None:
    table = staged_rows(profile, ADVISERS, [advisers()], sheet="", ragged=(3, 7), of=delivery("FGW.csv"))
    assert [(q.row, q.cell, q.rule, q.expected.en) for q in table.quarantine] == [
        (row, f"row {row}", f"{ADVISERS}.columns", "as many cells as the header has") for row in (3, 7)
    ]
    assert tally(table) == Tally(3, 1, 2)
    outcome = result(table, f"{ADVISERS}.columns")
    assert (outcome.costs, outcome.blocks) == (Costs.FIGURES, False)
    assert told(outcome) == (
        "FGW.csv: niet evenveel cellen als de kop heeft, in 2 rijen: 3, 7 / "
        "not as many cells as the header has, in 2 rows: 3, 7"
    )


def test_open_text_is_never_staged_nor_set_aside(profile: Profile) -> None:
    row = {"academic_year": "2019-2020", "unit": "FGW", "theme": "guidance", "held_on": "8-10-2020"}
    rows = [{**row, "outcome": "Docent Jansen is streng", "participants": number} for number in (12, "tien")]
    table = staged_rows(profile, PANELS, rows)
    assert "outcome" not in table.rows.column_names
    assert "Jansen" not in str((table.rows.to_pylist(), table.quarantine, table.results))


def test_values_of_people_are_masked_where_a_row_is_set_aside(profile: Profile) -> None:
    table = staged_rows(profile, STAFF, [person("E-1"), person("E-1"), person("", fte="veel"), person("E-9", fte=9)])
    assert {(q.row, q.rule, q.found) for q in table.quarantine} == {
        (3, "staff.key", f"2020-10-01 / {MASK} / FGW / lecturer"),
        (4, "staff.fte.type", "veel"),
        (5, "staff.fte.range", "9"),
    }
    assert table.rows.column("person").to_pylist() == [pseudonym("E-1", KEY)]
    unreadable = staged_rows(profile, STAFF, [person("E-1", person=float("nan"))])
    assert (only(unreadable).rule, only(unreadable).found) == ("staff.person.type", MASK)
    for secret in ("E-1", "E-9", pseudonym("E-1", KEY), pseudonym("E-9", KEY)):
        assert secret not in str((table.quarantine, table.results))


def test_a_long_text_is_not_repeated_at_length(profile: Profile) -> None:
    table = staged_rows(profile, ADVISERS, [advisers(unit="x" * 5000), advisers("FdA", fte="y" * 5000)])
    assert {len(q.found or "") for q in table.quarantine} == {200}


def test_no_deliveries_stage_to_an_empty_table_in_which_every_rule_holds(profile: Profile) -> None:
    table = bound(profile, ADVISERS)
    staged_table = stage(table, [], lambda _: {}, validate)
    assert staged_table.rows.schema == arrow_schema(staged(table))
    assert staged_table.rows.num_rows == 0
    assert {r.outcome for r in staged_table.results} == {Outcome.PASSED}


def test_the_quarantine_is_written_in_the_order_of_the_file(profile: Profile) -> None:
    table = staged_rows(profile, ADVISERS, [advisers("XX", fte="veel"), advisers("YY"), advisers(certified="x")])
    data = quarantine_table(reversed(table.quarantine))
    assert data.schema == arrow_schema(CATALOGUE["quarantine"])
    assert data.equals(quarantine_table(table.quarantine))
    assert data.column("cell").to_pylist() == ["C2", "B3", "E4"]


@pytest.mark.parametrize("name", [ADVISERS, PANELS])
def test_only_a_sheet_that_may_be_empty_is_complete_without_a_row(profile: Profile, name: str) -> None:
    outcome, empty = result(staged_rows(profile, name, []), f"{name}.columns"), name == ADVISERS
    assert outcome.costs is (Costs.DELIVERY if empty else Costs.NOTE)
    assert outcome.outcome is (Outcome.FAILED if empty else Outcome.PASSED)
    assert ("without a single row" in told(outcome), outcome.blocks) == (empty, False)
    table = CATALOGUE[name]
    read = Read(delivery(), raw([], fields=table.names, table=table), {})
    assert (is_empty(table, read), reliable(table, read), missing(table, read)) == (empty, not empty, ())


# -- whatever a file holds: the rows accepted and set aside are those received

cells = {
    "academic_year": st.sampled_from(["2019-2020", "2019-2020", "2018-2019", "2019", None]),
    "unit": st.sampled_from(["FGW", "FdA", "FA", "LUMC", "HA", "XX", "", 7]),
    "fte": st.sampled_from(["6,5", 6.5, "6.5", "12 (+ 9)", None, -1, 500, float("inf"), "1e400"]),
    "fte_temporary": st.sampled_from([0, "0,5", 400.0, None, "geen", 0.1 + 0.2]),
    "certified": st.sampled_from([0, 2.0, "3", 2.5, None, 501, True, [1]]),
    "in_training": st.integers(-1, 3),
}
some_rows = st.lists(st.fixed_dictionaries(cells), max_size=12)
some_reads = st.lists(
    st.tuples(some_rows, st.sets(st.sampled_from(list(cells)), min_size=5), st.sets(st.integers(100, 104))), max_size=3
)


@given(contents=some_reads)
@settings(max_examples=40, deadline=None)
def test_rows_accepted_and_set_aside_are_the_rows_received_in_every_delivery(profile: Profile, contents: Any) -> None:
    table = bound(profile, ADVISERS)
    reads = []
    for number, (rows, fields, ragged) in enumerate(contents):
        names = [n for n in table.names if n in fields]
        page = raw(rows, fields=names, table=table, ragged=tuple(sorted(ragged)))
        reads.append(Read(delivery(f"{number}.xlsx", unit=f"{number}"), page, {"academic_year": "2019-2020"}))
    staged_table = stage(table, reads, lambda _: readers(profile, table), validate)
    accepted = {(r["_delivery"], r["_row"]) for r in staged_table.rows.to_pylist()}
    aside = {(q.delivery, q.row) for q in staged_table.quarantine}
    received = {(one.delivery.id, row) for one in reads for row in (*one.raw.rows, *one.raw.ragged)}
    assert accepted | aside == received
    assert not accepted & aside
    assert staged_table.rows.num_rows == len(accepted)
    for one in reads:
        counts = staged_table.tallies[one.delivery.id]
        assert counts.received == counts.accepted + counts.quarantined == len(one.raw.rows) + len(one.raw.ragged)
    failed = Counter(q.rule for q in staged_table.quarantine)
    for outcome in staged_table.results:
        if not outcome.rule.endswith((".columns", ".notation")):
            assert outcome.failed == failed[outcome.rule], outcome.rule
    assert all(r.outcome is Outcome.PASSED for r in validate(staged(table), staged_table.rows))
