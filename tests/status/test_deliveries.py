"""Who delivered what, what is missing or late, and what that means for the figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from assets.delivered.delivery import Delivery, Standing
from assets.spending.ledger import EVERYONE
from assets.staged.staging import Tally
from assets.status.deliveries import DeliveryReport, FeedState, report
from assets.validation.results import Outcome, RuleResult
from schemas.contract import Severity
from schemas.exports.arrow import to_arrow
from schemas.profile import Feed
from tests.made_up import profile

WHO = profile()
PER_UNIT = "reports/{academic_year}/{unit}{suffix}.xlsx"
YEARS = ("2018-2019", "2019-2020")


def feed(identity: str, period: str, *paths: str, tables: list[str] | None = None, **more: Any) -> Feed:
    sources = [
        {"kind": "files", "path": path, "format": "csv", "tables": tables or ["faculty_study_advisers"]}
        for path in paths
    ]
    return Feed.model_validate(
        {"id": identity, "nl": f"{identity} nl", "en": f"{identity} en", "period": period, "sources": sources} | more
    )


REPORTS = feed(
    "reports",
    "academic_year",
    PER_UNIT,
    tables=["faculty_measures", "faculty_study_advisers"],
    units=["North", "East"],
    deadlines={0: {"month_day": "12-31", "years": 0}},
)
FINANCE = feed("finance", "round", "finance/{reporting_year}-{round}.csv", tables=["bfr"], units=["North", "East"])
REGISTER = feed("register", "none", "register{suffix}.csv", tables=["programmes"])
STAFF = feed("staff", "reporting_year", "staff/{reporting_year}.csv", tables=["staff"])
TOTALS = feed("totals", "reporting_year", "totals/{reporting_year}.csv", tables=["control_totals"], required=False)


def delivery(of: Feed, period: str, unit: str = "", **more: Any) -> Delivery:
    given: dict[str, Any] = {
        "feed": of.id,
        "source": 0,
        "path": f"{of.id}/{period}/{unit}.csv",
        "sha256": (unit or "central").ljust(64, "0"),
        "size": 10,
        "received_on": date(2018, 12, 1),
        "period": period,
        "unit": unit,
    }
    return Delivery(**(given | more))


def state(
    of: Feed,
    *deliveries: Delivery,
    units: Mapping[str, frozenset[str]] | None = None,
    tallies: Mapping[str, Tally] | None = None,
) -> FeedState:
    """A feed of which every delivery that counts was read in full, unless its tally says otherwise."""
    read = {d.id: Tally(10, 10, 0) for d in deliveries if d.standing is Standing.CURRENT and not d.reason}
    return FeedState(of, deliveries, read | dict(tallies or {}), units or {})


def reported(*states: FeedState, cycle: str = "2021-03") -> DeliveryReport:
    found = report(WHO, WHO.cycle(cycle), states)
    assert to_arrow("delivery_status", found.rows).num_rows == len(found.rows)
    return found


def everything(of: Feed = REPORTS) -> list[Delivery]:
    return [delivery(of, period, unit) for period in YEARS for unit in of.units]


def statuses(found: DeliveryReport) -> dict[tuple[str | None, str | None], str]:
    return {(r["period"], r["unit"]): r["status"] for r in found.rows}


def rule(found: DeliveryReport, name: str) -> RuleResult:
    (one,) = [r for r in found.results if r.rule == name]
    return one


def test_when_everything_is_there_nothing_is_missing_and_every_rule_holds() -> None:
    found = reported(state(REPORTS, *everything()))
    assert statuses(found) == {(p, u): "accepted" for p in YEARS for u in ("North", "East")}
    assert (found.missing, found.missing_rounds, found.lacking) == ({}, {}, [])
    assert {r.outcome for r in found.results} == {Outcome.PASSED}


def test_a_unit_that_did_not_deliver_is_missing_for_each_table_of_the_feed_in_that_year_alone() -> None:
    found = reported(state(REPORTS, *everything()[:-1]))
    assert statuses(found)[("2019-2020", "East")] == "missing"
    words = "niet geleverd: reports nl 2019-2020, East / not delivered: reports en 2019-2020, East"
    assert found.missing == {("faculty_measures", 2020): [words], ("faculty_study_advisers", 2020): [words]}
    assert found.lacking == [words], "said once, not once a table"
    one = rule(found, "reports.delivered")
    assert (one.outcome, one.severity, one.checked, one.failed) == (Outcome.FAILED, Severity.WARNING, 4, 1)
    assert one.cells == ("reports 2019-2020 East",)
    row = next(r for r in found.rows if r["status"] == "missing")
    assert (row["file"], row["deadline"], row["late"], row["required"]) == (None, date(2020, 12, 31), False, True)


@pytest.mark.parametrize(("day", "late"), [(date(2019, 12, 31), False), (date(2020, 1, 1), True)])
def test_a_delivery_is_on_time_up_to_and_including_its_deadline(day: date, late: bool) -> None:
    deliveries = [delivery(REPORTS, "2018-2019", "North", received_on=day), *everything()[1:]]
    found = reported(state(REPORTS, *deliveries))
    row = next(r for r in found.rows if (r["period"], r["unit"]) == ("2018-2019", "North"))
    assert (row["late"], row["deadline"], row["status"]) == (late, date(2019, 12, 31), "accepted")
    one = rule(found, "deliveries.on_time")
    assert (one.outcome, one.severity) == (Outcome.FAILED if late else Outcome.PASSED, Severity.INFO)


def test_a_feed_without_a_deadline_is_never_late() -> None:
    late = delivery(STAFF, "2020", received_on=date(2030, 1, 1))
    found = reported(state(STAFF, delivery(STAFF, "2019"), late))
    assert [r["late"] for r in found.rows] == [False, False]


def test_versions_duplicates_and_rejections_are_told_apart_and_the_newest_valid_one_counts() -> None:
    first, *others = everything()
    again = [
        delivery(
            REPORTS, first.period, first.unit, path="again.xlsx", sha256=first.sha256, standing=Standing.DUPLICATE
        ),
        delivery(REPORTS, first.period, first.unit, path="older.xlsx", sha256="1" * 64, standing=Standing.SUPERSEDED),
        delivery(
            REPORTS,
            first.period,
            first.unit,
            path="broken.xlsx",
            sha256="2" * 64,
            standing=Standing.SUPERSEDED,
            reason="not a workbook",
            version=3,
        ),
        delivery(
            REPORTS,
            first.period,
            "",
            path="odd.xlsx",
            sha256="3" * 64,
            standing=Standing.UNPLACED,
            reason="there is no unit 'Narnia'",
        ),
    ]
    found = reported(state(REPORTS, first, *others, *again))
    by_file = {r["file"]: (r["status"], r["reason"], r["rows_received"]) for r in found.rows}
    assert by_file["again.xlsx"] == ("duplicate", None, 10)
    assert by_file["older.xlsx"] == ("superseded", None, None)
    assert by_file["broken.xlsx"] == ("rejected", "not a workbook", None)
    assert by_file["odd.xlsx"] == ("rejected", "there is no unit 'Narnia'", None)
    assert by_file[first.path] == ("accepted", None, 10)
    assert found.lacking == []
    assert rule(found, "deliveries.arrive_once").cells == ("again.xlsx",)
    assert rule(found, "deliveries.readable").cells == ("odd.xlsx", "broken.xlsx")
    assert not any(r.blocks for r in found.results)


def test_a_delivery_that_cannot_be_read_is_as_missing_as_one_that_never_came() -> None:
    broken = delivery(REPORTS, "2019-2020", "East", reason="not a workbook")
    found = reported(state(REPORTS, *everything()[:-1], broken))
    east = [r["status"] for r in found.rows if (r["period"], r["unit"]) == ("2019-2020", "East")]
    assert sorted(east) == ["missing", "rejected"]
    assert ("faculty_measures", 2020) in found.missing


def test_rows_set_aside_make_a_delivery_partly_accepted() -> None:
    first, *others = everything()
    found = reported(state(REPORTS, first, *others, tallies={first.id: Tally(10, 8, 2)}))
    row = next(r for r in found.rows if r["delivery"] == first.id)
    assert (row["status"], row["rows_received"], row["rows_accepted"], row["rows_quarantined"]) == (
        "partly_accepted",
        10,
        8,
        2,
    )
    assert rule(found, "deliveries.balance").outcome is Outcome.PASSED


def test_rows_that_are_neither_accepted_nor_set_aside_block_publication() -> None:
    first, *others = everything()
    found = reported(state(REPORTS, first, *others, tallies={first.id: Tally(10, 8, 1)}))
    one = rule(found, "deliveries.balance")
    assert (one.blocks, one.cells) == (True, (first.path,))


def test_a_feed_that_is_not_required_and_not_there_is_information_and_holds_nothing_up() -> None:
    found = reported(state(TOTALS))
    assert {r["status"] for r in found.rows} == {"missing"}
    assert {r["required"] for r in found.rows} == {False}
    one = rule(found, "totals.delivered")
    assert (one.severity, one.outcome, one.blocks) == (Severity.INFO, Outcome.FAILED, False)
    assert (found.missing, found.lacking) == ({}, [])


def test_a_central_delivery_is_missing_as_a_whole() -> None:
    found = reported(state(STAFF, delivery(STAFF, "2019")))
    assert statuses(found) == {("2019", None): "accepted", ("2020", None): "missing"}
    assert found.missing == {("staff", 2020): ["niet geleverd: staff nl 2020 / not delivered: staff en 2020"]}


@pytest.mark.parametrize(("cycle", "years"), [("2021-03", {2019, 2020}), ("2021-05", {2019, 2020, 2021})])
def test_what_is_delivered_when_it_changes_is_missing_in_every_year_that_the_cycle_shows(
    cycle: str, years: set[int]
) -> None:
    found = reported(state(REGISTER), cycle=cycle)
    assert {year for table, year in found.missing if table == "programmes"} == years
    assert len(found.rows) == len(found.lacking) == 1


def test_a_unit_without_a_line_in_a_central_delivery_is_missing_from_that_round() -> None:
    periods = ["2019-3", "2020-1", "2020-2", "2020-3"]
    both, one = frozenset({"North", "East"}), frozenset({"North"})
    found = reported(
        state(
            FINANCE,
            *(delivery(FINANCE, period) for period in periods),
            units=dict.fromkeys(periods, both) | {"2020-2": one},
        )
    )
    assert found.missing_rounds == {(2020, 2): ["East"]}
    assert {(r["period"], r["unit"]) for r in found.rows if r["status"] == "missing"} == {("2020-2", "East")}
    assert found.missing[("bfr", 2020)] == [
        "niet geleverd: finance nl 2020-2, East / not delivered: finance en 2020-2, East"
    ]


def test_a_round_that_is_not_there_is_missing_for_everyone() -> None:
    periods = ["2019-3", "2020-1", "2020-2"]
    both = dict.fromkeys(periods, frozenset({"North", "East"}))
    found = reported(state(FINANCE, *(delivery(FINANCE, period) for period in periods), units=both))
    assert found.missing_rounds == {(2020, 3): [EVERYONE]}
    assert rule(found, "finance.delivered").cells == ("finance 2020-3",)


def test_files_per_unit_and_one_central_file_are_each_expected() -> None:
    mixed = feed("mixed", "academic_year", PER_UNIT, "central/{academic_year}.csv", units=["North", "East"])
    central = [delivery(mixed, period, source=1) for period in YEARS]
    whole = reported(state(mixed, *everything(mixed), *central))
    assert whole.lacking == []
    without = reported(state(mixed, *everything(mixed), central[0]))
    assert {(r["period"], r["unit"]) for r in without.rows if r["status"] == "missing"} == {("2019-2020", None)}
    units = reported(state(mixed, *central))
    assert sum(r["status"] == "missing" for r in units.rows) == 4


def test_a_unit_missing_from_two_central_files_is_missing_once() -> None:
    two = feed("two", "reporting_year", "a/{reporting_year}.csv", "b/{reporting_year}.csv", units=["North", "East"])
    deliveries = [delivery(two, period, source=source) for period in ("2019", "2020") for source in (0, 1)]
    found = reported(state(two, *deliveries, units=dict.fromkeys(("2019", "2020"), frozenset({"North"}))))
    assert [(r["period"], r["unit"]) for r in found.rows if r["status"] == "missing"] == [
        ("2019", "East"),
        ("2020", "East"),
    ]


def test_rows_are_in_the_same_order_whatever_the_order_of_feeds_and_deliveries() -> None:
    states = [state(STAFF, delivery(STAFF, "2020")), state(REPORTS, *everything()[:-1])]
    turned = [state(REPORTS, *reversed(everything()[:-1])), states[0]]
    assert reported(*states).rows == reported(*turned).rows


def test_in_the_first_year_nothing_of_the_year_before_is_expected() -> None:
    assert {r["period"] for r in reported(state(REPORTS), cycle="2020-03").rows} == {"2018-2019"}
