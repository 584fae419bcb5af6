"""Whatever a file holds: rows accepted and rows set aside are the rows received, and their order is of no account."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kwaliteitsmonitor.methods.checks.expectations import validate
from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.quarantine import Read
from kwaliteitsmonitor.readers.staging import stage
from schemas.profile import Profile
from schemas.tables import staged
from tests.readers.making import (
    ADVISERS,
    bound,
    delivery,
    raw,
    readers,
)

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
    st.tuples(some_rows, st.sets(st.sampled_from(list(cells)), min_size=5), st.sets(st.integers(100, 104))),
    max_size=3,
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
    found = stage(table, reads, lambda _: readers(profile, table), validate)
    accepted = {(r["_delivery"], r["_row"]) for r in found.rows.to_pylist()}
    aside = {(q.delivery, q.row) for q in found.quarantine}
    received = {(one.delivery.id, row) for one in reads for row in (*one.raw.rows, *one.raw.ragged)}
    assert accepted | aside == received
    assert not accepted & aside
    assert found.rows.num_rows == len(accepted)
    for one in reads:
        got = found.tallies[one.delivery.id]
        assert got.received == len(one.raw.rows) + len(one.raw.ragged)
        assert got.accepted + got.quarantined == got.received
    failed = Counter(q.rule for q in found.quarantine)
    for told in found.results:
        if not told.rule.endswith((".columns", ".notation")):
            assert told.failed == failed[told.rule], told.rule
    assert all(r.outcome is Outcome.PASSED for r in validate(staged(table), found.rows))
