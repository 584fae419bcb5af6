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

DECEMBER, JANUARY = date(2020, 12, 18), date(2021, 1, 4)
CURRENT, DUPLICATE, SUPERSEDED = Standing.CURRENT, Standing.DUPLICATE, Standing.SUPERSEDED
UNPLACED, WITHDRAWN = Standing.UNPLACED, Standing.WITHDRAWN


def delivery(
    name: str, content: str, day: date = DECEMBER, *, unit: str = "FGW", period: str = "2019-2020"
) -> Delivery:
    return Delivery("faculty_report", 0, f"{period}/{name}", content * 64, 10, day, period, unit)


def standings(deliveries: Sequence[Delivery]) -> list[tuple[str, int, Standing]]:
    return [(d.path.split("/")[1], d.version, d.standing) for d in in_order(deliveries)]


def at(name: str, content: str, hour: int, **more: Any) -> Delivery:
    """A delivery of which the moment is known."""
    return replace(delivery(name, content), arrived=datetime(2020, 12, 18, hour, tzinfo=UTC), **more)


ARRIVING = replace(at("2.xlsx", "", 2), sha256="", standing=Standing.ARRIVING)
DAYS = [date(2021, 1, day) for day in (1, 2, 3)]
ORDERS: dict[str, tuple[Sequence[Delivery], Sequence[tuple[str, int, Standing]]]] = {
    "one alone counts": ([delivery("FGW.xlsx", "a")], [("FGW.xlsx", 1, CURRENT)]),
    "the newest counts": (
        [delivery("a.xlsx", "a", JANUARY), delivery("b.xlsx", "b", DECEMBER)],
        [("b.xlsx", 1, SUPERSEDED), ("a.xlsx", 2, CURRENT)],
    ),
    "the same bytes under another name are a duplicate and no new version": (
        [delivery("FGW.xlsx", "a"), delivery("FGW_v2.xlsx", "a", JANUARY)],
        [("FGW.xlsx", 1, CURRENT), ("FGW_v2.xlsx", 1, DUPLICATE)],
    ),
    "an old version sent again does not undo the newer one": (
        [delivery("1.xlsx", "a", DAYS[0]), delivery("2.xlsx", "b", DAYS[1]), delivery("3.xlsx", "a", DAYS[2])],
        [("1.xlsx", 1, SUPERSEDED), ("2.xlsx", 2, CURRENT), ("3.xlsx", 1, DUPLICATE)],
    ),
    "within a day the moment counts and not the name": (
        [at("FGW.xlsx", "a", 12), at("FGW_v2.xlsx", "b", 9)],
        [("FGW_v2.xlsx", 1, SUPERSEDED), ("FGW.xlsx", 2, CURRENT)],
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
    "what is still arriving takes no part": (
        [at("1.xlsx", "a", 1), ARRIVING],
        [("1.xlsx", 1, CURRENT), ("2.xlsx", 1, Standing.ARRIVING)],
    ),
}


@pytest.mark.parametrize(("deliveries", "expected"), ORDERS.values(), ids=ORDERS)
def test_of_several_deliveries_of_the_same_one_counts(
    deliveries: Sequence[Delivery], expected: Sequence[tuple[str, int, Standing]]
) -> None:
    assert standings(deliveries) == expected


@pytest.mark.parametrize(
    "names",
    [
        ("FGW.xlsx", "FGW_v2.xlsx", "FGW_v10.xlsx"),
        ("FGW.xlsx", "FGW (2).xlsx", "FGW (10).xlsx"),
        ("FGW.xlsx", "FGW-v2.xlsx", "FGW-v3.xlsx"),
        ("FGW.xlsx", "FGW_2020-12-09.xlsx", "FGW_2020-12-10.xlsx"),
    ],
)
def test_on_one_day_the_order_is_that_in_which_people_number_names(names: tuple[str, str, str]) -> None:
    found = standings([delivery(name, content) for name, content in zip(names, "abc", strict=True)])
    assert found == [(names[0], 1, SUPERSEDED), (names[1], 2, SUPERSEDED), (names[2], 3, CURRENT)]


def test_versions_are_counted_apart_for_each_unit_period_source_and_feed() -> None:
    one = delivery("FGW.xlsx", "a")
    other = {"unit": "FdA", "period": "2018-2019", "source": 1, "feed": "staff"}
    every = in_order([one, *(replace(one, **{name: value}) for name, value in other.items())])
    assert [(d.version, d.standing, d.sha256) for d in every] == [(1, CURRENT, one.sha256)] * 5
    assert len({d.id for d in every}) == 5


def test_the_id_is_that_of_bytes_and_subject_whatever_their_name_and_day() -> None:
    assert delivery("FGW.xlsx", "a").id == delivery("FGW_v2.xlsx", "a", JANUARY).id
    assert delivery("FGW.xlsx", "a").id != delivery("FGW.xlsx", "b").id


def test_a_delivery_that_was_not_placed_takes_no_part_and_keeps_its_reason() -> None:
    lost = replace(delivery("XYZ.xlsx", "a", JANUARY, unit=""), standing=UNPLACED, reason="there is no unit 'XYZ'")
    found = in_order(iter([lost, delivery("FGW.xlsx", "b")]))
    assert [(d.standing, d.reason) for d in found] == [(CURRENT, ""), (UNPLACED, "there is no unit 'XYZ'")]


def test_under_one_path_the_order_of_uptake_decides_within_a_moment() -> None:
    both = [at("FGW.xlsx", "b", 9, uptake=1), at("FGW.xlsx", "a", 9, uptake=0)]
    assert [(d.sha256[0], d.standing) for d in in_order(both)] == [("a", SUPERSEDED), ("b", CURRENT)]


def test_two_files_that_claim_to_be_the_same_delivery_are_reported_and_one_counts() -> None:
    both = [at("FGW.xlsx", "a", 9), at("FGW_nieuw.xlsx", "b", 9)]
    for order in (both, both[::-1]):
        assert standings(order) == [("FGW.xlsx", 1, SUPERSEDED), ("FGW_nieuw.xlsx", 2, CURRENT)]
        (group,) = contested(in_order(order))
        assert [d.path for d in group] == ["2019-2020/FGW.xlsx", "2019-2020/FGW_nieuw.xlsx"]


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
def test_the_order_in_which_they_are_listed_does_not_matter(data: st.DataObject, deliveries: list[Delivery]) -> None:
    assert in_order(data.draw(st.permutations(deliveries))) == in_order(deliveries)


@given(deliveries=many)
def test_of_each_subject_one_counts_and_versions_are_numbered_by_content(deliveries: list[Delivery]) -> None:
    found = in_order(deliveries)
    assert len(found) == len(deliveries)
    for subject in {d.subject for d in deliveries}:
        group = [d for d in found if d.subject == subject]
        (current,) = (d for d in group if d.standing is CURRENT)
        versions = {d.sha256: d.version for d in group}
        assert sorted(versions.values()) == list(range(1, len(versions) + 1))
        assert current.version == len(versions)
        assert all(d.version == versions[d.sha256] for d in group)


@given(deliveries=many)
def test_a_delivery_survives_being_written_down(deliveries: list[Delivery]) -> None:
    placed = in_order(deliveries)
    assert [Delivery.from_json(d.to_json()) for d in placed] == placed
