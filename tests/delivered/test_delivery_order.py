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
CURRENT, DUPLICATE, SUPERSEDED, UNPLACED = (
    Standing.CURRENT,
    Standing.DUPLICATE,
    Standing.SUPERSEDED,
    Standing.UNPLACED,
)
WITHDRAWN = Standing.WITHDRAWN


def delivery(
    name: str, content: str, day: date = DECEMBER, *, unit: str = "FGW", period: str = "2019-2020"
) -> Delivery:
    return Delivery("faculty_report", 0, f"{period}/{name}", content * 64, 10, day, period, unit)


def standings(deliveries: Sequence[Delivery]) -> list[tuple[str, int, Standing]]:
    return [(d.path.split("/")[1], d.version, d.standing) for d in in_order(deliveries)]


def test_a_single_delivery_counts() -> None:
    assert standings([delivery("FGW.xlsx", "a")]) == [("FGW.xlsx", 1, CURRENT)]


def test_the_newest_counts_and_an_older_one_is_superseded() -> None:
    found = standings([delivery("a.xlsx", "a", JANUARY), delivery("b.xlsx", "b", DECEMBER)])
    assert found == [("b.xlsx", 1, SUPERSEDED), ("a.xlsx", 2, CURRENT)]


def test_the_same_bytes_under_another_name_are_a_duplicate_and_no_new_version() -> None:
    found = standings([delivery("FGW.xlsx", "a"), delivery("FGW_v2.xlsx", "a", JANUARY)])
    assert found == [("FGW.xlsx", 1, CURRENT), ("FGW_v2.xlsx", 1, DUPLICATE)]


def test_an_old_version_sent_again_does_not_undo_the_newer_one() -> None:
    days = [date(2021, 1, day) for day in (1, 2, 3)]
    found = standings([delivery(f"{n}.xlsx", c, day) for n, c, day in zip("123", "aba", days, strict=True)])
    assert found == [("1.xlsx", 1, SUPERSEDED), ("2.xlsx", 2, CURRENT), ("3.xlsx", 1, DUPLICATE)]


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
    others = [
        replace(one, unit="FdA"),
        replace(one, period="2018-2019"),
        replace(one, source=1),
        replace(one, feed="staff"),
    ]
    assert [(d.version, d.standing) for d in in_order([one, *others])] == [(1, CURRENT)] * 5


def test_two_units_that_deliver_identical_bytes_make_two_deliveries() -> None:
    one, other = in_order([delivery("FGW.xlsx", "a"), delivery("FdA.xlsx", "a", unit="FdA")])
    assert one.sha256 == other.sha256
    assert one.id != other.id
    assert {one.standing, other.standing} == {CURRENT}


def test_the_id_is_that_of_bytes_and_subject_whatever_their_name_and_day() -> None:
    assert delivery("FGW.xlsx", "a").id == delivery("FGW_v2.xlsx", "a", JANUARY).id
    assert delivery("FGW.xlsx", "a").id != delivery("FGW.xlsx", "b").id


def test_a_delivery_that_was_not_placed_takes_no_part_and_keeps_its_reason() -> None:
    lost = replace(delivery("XYZ.xlsx", "a", JANUARY, unit=""), standing=UNPLACED, reason="there is no unit 'XYZ'")
    found = in_order(iter([lost, delivery("FGW.xlsx", "b")]))
    assert [(d.standing, d.reason) for d in found] == [(CURRENT, ""), (UNPLACED, "there is no unit 'XYZ'")]


def at(name: str, content: str, hour: int, **more: Any) -> Delivery:
    """A delivery of which the moment is known."""
    return replace(delivery(name, content), arrived=datetime(2020, 12, 18, hour, tzinfo=UTC), **more)


def test_within_a_day_the_moment_counts_and_not_the_name() -> None:
    assert standings([at("FGW.xlsx", "a", 12), at("FGW_v2.xlsx", "b", 9)]) == [
        ("FGW_v2.xlsx", 1, SUPERSEDED),
        ("FGW.xlsx", 2, CURRENT),
    ]


def test_under_one_path_the_order_of_uptake_decides_within_a_moment() -> None:
    both = [at("FGW.xlsx", "b", 9, uptake=1), at("FGW.xlsx", "a", 9, uptake=0)]
    assert [(d.sha256[0], d.standing) for d in in_order(both)] == [("a", SUPERSEDED), ("b", CURRENT)]


def test_a_withdrawn_delivery_keeps_its_number_and_the_one_before_it_counts() -> None:
    three = [at("1.xlsx", "a", 1), at("2.xlsx", "b", 2), at("3.xlsx", "c", 3, standing=WITHDRAWN)]
    assert standings(three) == [("1.xlsx", 1, SUPERSEDED), ("2.xlsx", 2, CURRENT), ("3.xlsx", 3, WITHDRAWN)]
    assert standings([at("1.xlsx", "a", 1, standing=WITHDRAWN)]) == [("1.xlsx", 1, WITHDRAWN)]


def test_withdrawn_bytes_that_are_delivered_again_under_another_name_are_a_version_of_their_own() -> None:
    found = [at("1.xlsx", "a", 1, standing=WITHDRAWN), at("2.xlsx", "b", 2), at("3.xlsx", "a", 3)]
    assert standings(found) == [("1.xlsx", 1, WITHDRAWN), ("2.xlsx", 2, SUPERSEDED), ("3.xlsx", 3, CURRENT)]


def test_what_is_still_arriving_takes_no_part() -> None:
    found = [at("1.xlsx", "a", 1), replace(at("2.xlsx", "", 2), sha256="", standing=Standing.ARRIVING)]
    assert standings(found) == [("1.xlsx", 1, CURRENT), ("2.xlsx", 1, Standing.ARRIVING)]


def test_two_files_that_claim_to_be_the_same_delivery_are_reported_and_one_counts() -> None:
    both = [at("FGW.xlsx", "a", 9), at("FGW_nieuw.xlsx", "b", 9)]
    for order in (both, both[::-1]):
        found = in_order(order)
        assert standings(order) == [("FGW.xlsx", 1, SUPERSEDED), ("FGW_nieuw.xlsx", 2, CURRENT)]
        assert [[d.path for d in group] for group in contested(found)] == [
            ["2019-2020/FGW.xlsx", "2019-2020/FGW_nieuw.xlsx"]
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
