"""Which of several deliveries of the same thing counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kwaliteitsmonitor.readers.delivery import Delivery, Standing, contested, in_order
from schemas.words import Words, both

DECEMBER, JANUARY = date(2020, 12, 18), date(2021, 1, 4)
CURRENT, DUPLICATE, SUPERSEDED = Standing.CURRENT, Standing.DUPLICATE, Standing.SUPERSEDED
UNPLACED, WITHDRAWN = Standing.UNPLACED, Standing.WITHDRAWN
Standings = Sequence[tuple[str, int, Standing]]


def delivery(
    name: str, content: str, day: date = DECEMBER, *, unit: str = "FGW", period: str = "2019-2020"
) -> Delivery:
    return Delivery("faculty_report", 0, f"{period}/{name}", content * 64, 10, day, period, unit)


def at(name: str, content: str, hour: int, **more: Any) -> Delivery:
    """A delivery of which the moment is known."""
    return replace(delivery(name, content), arrived=datetime(2020, 12, 18, hour, tzinfo=UTC), **more)


def on_one_day(*names: str) -> tuple[Sequence[Delivery], Standings]:
    """Deliveries under these names, of which the last counts."""
    standings = [(name, at, SUPERSEDED) for at, name in enumerate(names[:-1], start=1)]
    return [delivery(*one) for one in zip(names, "abc", strict=True)], [*standings, (names[-1], len(names), CURRENT)]


ORDERS: dict[str, tuple[Sequence[Delivery], Standings]] = {
    "the newest counts": (
        [delivery("a.xlsx", "a", JANUARY), delivery("b.xlsx", "b", DECEMBER)],
        [("b.xlsx", 1, SUPERSEDED), ("a.xlsx", 2, CURRENT)],
    ),
    "the same bytes under another name are a duplicate, and an old version sent again does not undo the newer one": (
        [delivery(f"{n}.xlsx", content, date(2021, 1, n)) for n, content in enumerate("aba", start=1)],
        [("1.xlsx", 1, SUPERSEDED), ("2.xlsx", 2, CURRENT), ("3.xlsx", 1, DUPLICATE)],
    ),
    "within a day the moment counts and not the name": (
        [at("FGW.xlsx", "a", 12), at("FGW_v2.xlsx", "b", 9)],
        [("FGW_v2.xlsx", 1, SUPERSEDED), ("FGW.xlsx", 2, CURRENT)],
    ),
    "under one path the order of uptake decides within a moment": (
        [at("FGW.xlsx", "b", 9, uptake=1), at("FGW.xlsx", "a", 9, uptake=0), at("FGW.xlsx", "b", 9, uptake=2)],
        [("FGW.xlsx", 1, SUPERSEDED), ("FGW.xlsx", 2, CURRENT), ("FGW.xlsx", 2, DUPLICATE)],
    ),
    "a withdrawn delivery keeps its number and the one before it counts": (
        [at("1.xlsx", "a", 1), at("2.xlsx", "b", 2), at("3.xlsx", "c", 3, standing=WITHDRAWN)],
        [("1.xlsx", 1, SUPERSEDED), ("2.xlsx", 2, CURRENT), ("3.xlsx", 3, WITHDRAWN)],
    ),
    "of one that is withdrawn alone none counts": (
        [at("1.xlsx", "a", 1, standing=WITHDRAWN)],
        [("1.xlsx", 1, WITHDRAWN)],
    ),
    "withdrawn bytes that come again under another name are a version of their own": (
        [at("1.xlsx", "a", 1, standing=WITHDRAWN), at("2.xlsx", "b", 2), at("3.xlsx", "a", 3)],
        [("1.xlsx", 1, WITHDRAWN), ("2.xlsx", 2, SUPERSEDED), ("3.xlsx", 3, CURRENT)],
    ),
    "what is still arriving or has no place takes no part": (
        [at("1.xlsx", "a", 1), at("2.xlsx", "", 2, standing=Standing.ARRIVING),
         replace(delivery("XYZ.xlsx", "b", JANUARY, unit=""), standing=UNPLACED)],
        [("1.xlsx", 1, CURRENT), ("XYZ.xlsx", 1, UNPLACED), ("2.xlsx", 1, Standing.ARRIVING)],
    ),
    "people number names: v2, v10": on_one_day("FGW_v1.xlsx", "FGW_v2.xlsx", "FGW_v10.xlsx"),
    "people number names: (2), (10)": on_one_day("FGW.xlsx", "FGW (2).xlsx", "FGW (10).xlsx"),
    "people number names: -v2, -v3": on_one_day("FGW.xlsx", "FGW-v2.xlsx", "FGW-v3.xlsx"),
    "people date names": on_one_day("FGW.xlsx", "FGW_2020-12-09.xlsx", "FGW_2020-12-10.xlsx"),
}  # fmt: skip


@pytest.mark.parametrize(("deliveries", "expected"), ORDERS.values(), ids=ORDERS)
def test_of_several_deliveries_of_the_same_one_counts(deliveries: Sequence[Delivery], expected: Standings) -> None:
    assert [(d.path.split("/")[1], d.version, d.standing) for d in in_order(deliveries)] == expected


def test_a_delivery_is_known_by_its_bytes_and_subject_whatever_its_name_and_day() -> None:
    one = delivery("FGW.xlsx", "a")
    assert one.id == delivery("FGW_v2.xlsx", "a", JANUARY).id != delivery("FGW.xlsx", "b").id
    other = {"unit": "FdA", "period": "2018-2019", "source": 1, "feed": "staff"}
    every = in_order([one, *(replace(one, **{name: value}) for name, value in other.items())])
    assert [(d.version, d.standing, d.sha256) for d in every] == [(1, CURRENT, one.sha256)] * 5
    assert len({d.id for d in every}) == 5


def test_two_files_that_claim_to_be_the_same_delivery_are_reported_and_one_counts() -> None:
    both = [at("FGW.xlsx", "a", 9), at("FGW_nieuw.xlsx", "b", 9)]
    for order in (both, both[::-1]):
        (group,) = contested(in_order(order))
        assert [(d.path, d.standing) for d in group] == [
            ("2019-2020/FGW.xlsx", SUPERSEDED),
            ("2019-2020/FGW_nieuw.xlsx", CURRENT),
        ]


@pytest.mark.parametrize(
    "others",
    [
        [at("FGW_v2.xlsx", "b", 10)],
        [at("FGW_v2.xlsx", "a", 9)],
        [replace(at("FdA.xlsx", "b", 9), unit="FdA")],
        [at("FGW.xlsx", "b", 9, uptake=1)],
        [at("FGW_v2.xlsx", "b", 9, standing=WITHDRAWN)],
        [at("FGW_v2.xlsx", "b", 9), at("FGW_v3.xlsx", "c", 10)],
    ],
    ids=["later", "same bytes", "another unit", "in place", "withdrawn", "both replaced"],
)
def test_files_that_do_not_claim_the_same_are_not_reported(others: list[Delivery]) -> None:
    assert contested(in_order([at("FGW.xlsx", "a", 9), *others])) == []


many = st.lists(
    st.builds(
        delivery,
        name=st.sampled_from(["FGW.xlsx", "FGW_v2.xlsx", "FGW (3).xlsx", "x.xlsx"]),
        content=st.sampled_from("abcd"),
        day=st.sampled_from([DECEMBER, JANUARY]),
        unit=st.sampled_from(["FGW", "FdA"]),
        period=st.sampled_from(["2018-2019", "2019-2020"]),
    ),
    max_size=10,
    unique_by=lambda d: (d.path, d.unit),
)


@given(data=st.data(), deliveries=many)
def test_in_any_order_one_of_each_subject_counts_and_versions_are_numbered_by_content(
    data: st.DataObject, deliveries: list[Delivery]
) -> None:
    ordered = in_order(deliveries)
    assert len(ordered) == len(deliveries)
    for subject in {d.subject for d in deliveries}:
        group = [d for d in ordered if d.subject == subject]
        (current,) = (d for d in group if d.standing is CURRENT)
        versions = {d.sha256: d.version for d in group}
        assert sorted(versions.values()) == list(range(1, len(versions) + 1))
        assert current.version == len(versions)
        assert all(d.version == versions[d.sha256] for d in group)
    assert in_order(data.draw(st.permutations(deliveries))) == ordered
    assert [Delivery.from_json(d.to_json()) for d in ordered] == ordered


def test_why_a_delivery_has_no_place_is_read_also_as_an_earlier_version_kept_it_in_one_text() -> None:
    one = replace(delivery("a.xlsx", "a"), reason=Words("zie mail / bijlage 2", "see mail"))
    record = one.to_json()
    assert Delivery.from_json(record) == one
    assert Delivery.from_json({**record, "reason": both(Words("zie mail / bijlage 2", "see mail"))}) == one
    assert Delivery.from_json({**record, "reason": ""}).reason is None
