"""Who delivered what, what is missing or late, and what that means for the figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from assets.decisions.approvals import Approved
from assets.decisions.records import Waiver
from assets.decisions.waivers import Waivers
from assets.status.deliveries import DeliveryReport
from assets.status.deliveries import report as status_report
from assets.status.feed_states import FeedState
from assets.status.obligations import register_from
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.methods.figures.left_out import EVERYONE
from kwaliteitsmonitor.obligations.obligation import Kind
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from kwaliteitsmonitor.readers.staging import Tally
from schemas.consequences import Severity
from schemas.exports.arrow import to_arrow
from schemas.profile import Feed, Profile
from schemas.words import Words
from tests.made_up import profile, told

NO_WORKBOOK = Words("geen werkboek", "not a workbook")

WHO = profile()
PER_UNIT = "reports/{academic_year}/{unit}{suffix}.xlsx"
YEARS = ("2018-2019", "2019-2020")


def feed(identity: str, period: str, *paths: str, tables: list[str] | None = None, **more: Any) -> Feed:
    usual = {"kind": "files", "format": "csv", "tables": tables or ["faculty_study_advisers"]}
    named = {"id": identity, "nl": f"{identity} nl", "en": f"{identity} en", "period": period}
    return Feed.model_validate(named | {"sources": [usual | {"path": path} for path in paths]} | more)


TWO = ["North", "East"]
YEAR_END = {0: {"month_day": "12-31", "years": 0}}
TABLES = ["faculty_measures", "faculty_study_advisers"]
REPORTS = feed("reports", "academic_year", PER_UNIT, tables=TABLES, units=TWO, deadlines=YEAR_END)
FINANCE = feed("finance", "round", "finance/{reporting_year}-{round}.csv", tables=["bfr"], units=TWO)
REGISTER = feed("register", "none", "register{suffix}.csv", tables=["programmes"])
STAFF = feed("staff", "reporting_year", "staff/{reporting_year}.csv", tables=["staff"])
TOTALS = feed("totals", "reporting_year", "totals/{reporting_year}.csv", tables=["control_totals"], required=False)


def delivery(of: Feed, period: str, unit: str = "", **more: Any) -> Delivery:
    kept: dict[str, Any] = {"sha256": (unit or "central").ljust(64, "0"), "size": 10, "received_on": date(2018, 12, 1)}
    path = f"{of.id}/{period}/{unit}.csv"
    return Delivery(**{"feed": of.id, "source": 0, "path": path, "period": period, "unit": unit} | kept | more)


def state(
    of: Feed,
    *deliveries: Delivery,
    units: Mapping[str, frozenset[str]] | None = None,
    tallies: Mapping[str, Tally] | None = None,
) -> FeedState:
    """A feed of which every delivery that counts was read in full, unless its tally says otherwise."""
    read = {d.id: Tally(10, 10, 0) for d in deliveries if d.standing is Standing.CURRENT and not d.reason}
    return FeedState(of, deliveries, read | dict(tallies or {}), units or {})


@dataclass(frozen=True)
class Status:
    """The status of deliveries, and of the register that it reads what is lacking of deliveries."""

    report: DeliveryReport
    lacking: list[Words]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.report, name)


def reported(*states: FeedState, cycle: str = "2021-03", who: Profile = WHO, decided: Waivers | None = None) -> Status:
    period = who.cycle(cycle)
    owed = register_from(who, period, states, decided or Waivers(period.key, ()))
    whole = tuple(entry for entry in owed.entries if entry.owed.kind is Kind.DELIVERY)
    status = Status(status_report(who, period, states, owed), replace(owed, entries=whole).lacking)
    assert to_arrow("delivery_status", status.rows).num_rows == len(status.rows)
    return status


def everything(of: Feed = REPORTS) -> list[Delivery]:
    return [delivery(of, period, unit) for period in YEARS for unit in of.units]


def statuses(status: Status) -> dict[tuple[str | None, str | None], str]:
    return {(r["period"], r["unit"]): r["status"] for r in status.rows}


def missing(status: Status) -> list[tuple[str | None, str | None]]:
    """The period and unit of what is missing."""
    return [(r["period"], r["unit"]) for r in status.rows if r["status"] == "missing"]


def rule(status: Status, name: str) -> RuleResult:
    (one,) = [r for r in status.results if r.rule == name]
    return one


def test_when_everything_is_there_nothing_is_missing_and_every_rule_holds() -> None:
    status = reported(state(REPORTS, *everything()))
    assert statuses(status) == {(p, u): "accepted" for p in YEARS for u in TWO}
    assert (status.missing, status.missing_rounds, status.lacking) == ({}, {}, [])
    assert {r.outcome for r in status.results} == {Outcome.PASSED}


def test_a_unit_that_did_not_deliver_is_missing_for_each_table_of_the_feed_in_that_year_alone() -> None:
    status = reported(state(REPORTS, *everything()[:-1]))
    assert missing(status) == [("2019-2020", "East")]
    words = Words("niet geleverd: reports nl 2019-2020, East", "not delivered: reports en 2019-2020, East")
    assert status.missing == {(name, 2020): [words] for name in TABLES}
    assert status.lacking == [words], "said once, not once a table"
    one = rule(status, "reports.delivered")
    assert (one.outcome, one.severity, one.checked, one.failed) == (Outcome.FAILED, Severity.WARNING, 4, 1)
    assert one.cells == (Words("reports nl 2019-2020 East", "reports en 2019-2020 East"),)
    row = next(r for r in status.rows if r["status"] == "missing")
    assert (row["file"], row["deadline"], row["late"], row["required"]) == (None, date(2020, 12, 31), False, True)


def test_of_a_unit_nothing_is_expected_in_years_in_which_it_is_not_there_nor_before_the_first_year() -> None:
    units = [unit.model_copy(update={"valid_until": 2019} if unit.id == "East" else {}) for unit in WHO.units]
    then = replace(WHO, units=tuple(units))
    assert reported(state(REPORTS, *everything()[:-1]), who=then).lacking == [], "East ended with 2019"
    lacking = reported(state(REPORTS, *everything()[:-3]), who=then).lacking
    assert [one.nl for one in lacking] == [
        "niet geleverd: reports nl 2018-2019, East",
        "niet geleverd: reports nl 2019-2020, North",
    ]
    assert {r["period"] for r in reported(state(REPORTS), cycle="2020-03").rows} == {"2018-2019"}


@pytest.mark.parametrize(
    ("of", "period", "unit", "day", "late"),
    [
        (REPORTS, "2018-2019", "North", date(2019, 12, 31), False),
        (REPORTS, "2018-2019", "North", date(2020, 1, 1), True),
        (STAFF, "2020", "", date(2030, 1, 1), False),  # which has no deadline
    ],
)
def test_a_delivery_is_on_time_up_to_and_including_its_deadline(
    of: Feed, period: str, unit: str, day: date, late: bool
) -> None:
    status = reported(state(of, delivery(of, period, unit, received_on=day)))
    row = next(r for r in status.rows if r["file"])
    assert (row["late"], row["status"]) == (late, "accepted")
    assert row["deadline"] == (date(2019, 12, 31) if of is REPORTS else None)
    one = rule(status, "deliveries.on_time")
    assert (one.outcome, one.severity) == (Outcome.FAILED if late else Outcome.PASSED, Severity.INFO)


def test_versions_duplicates_and_rejections_are_told_apart_and_the_newest_valid_one_counts() -> None:
    first, *others = everything()

    def version(path: str, sha256: str, standing: Standing, unit: str = first.unit, **more: Any) -> Delivery:
        return delivery(REPORTS, first.period, unit, path=path, sha256=sha256, standing=standing, **more)

    again = [
        version("again.xlsx", first.sha256, Standing.DUPLICATE),
        version("older.xlsx", "1" * 64, Standing.SUPERSEDED),
        version("broken.xlsx", "2" * 64, Standing.SUPERSEDED, reason=NO_WORKBOOK, version=3),
        version(
            "odd.xlsx",
            "3" * 64,
            Standing.UNPLACED,
            "",
            reason=Words("er is geen eenheid 'Narnia'", "there is no unit 'Narnia'"),
        ),
    ]
    status = reported(state(REPORTS, first, *others, *again))
    by_file = {r["file"]: (r["status"], r["reason_en"], r["rows_received"]) for r in status.rows}
    assert by_file == {one.path: ("accepted", None, 10) for one in (first, *others)} | {
        "again.xlsx": ("duplicate", None, 10),
        "older.xlsx": ("superseded", None, None),
        "broken.xlsx": ("rejected", "not a workbook", None),
        "odd.xlsx": ("rejected", "there is no unit 'Narnia'", None),
    }
    assert status.lacking == []
    assert rule(status, "deliveries.arrive_once").cells == ("again.xlsx",)
    assert rule(status, "deliveries.readable").cells == ("odd.xlsx", "broken.xlsx")
    assert not any(r.blocks for r in status.results)


def test_a_delivery_that_cannot_be_read_is_as_missing_as_one_that_never_came() -> None:
    broken = delivery(REPORTS, "2019-2020", "East", reason=NO_WORKBOOK)
    status = reported(state(REPORTS, *everything()[:-1], broken))
    east = [r["status"] for r in status.rows if (r["period"], r["unit"]) == ("2019-2020", "East")]
    assert sorted(east) == ["missing", "rejected"]
    assert ("faculty_measures", 2020) in status.missing


def test_rows_set_aside_make_a_delivery_partly_accepted_and_those_that_are_neither_block_publication() -> None:
    first, *others = everything()
    status = reported(state(REPORTS, first, *others, tallies={first.id: Tally(10, 8, 2, left_out=3)}))
    row = next(r for r in status.rows if r["delivery"] == first.id)
    names = ("status", "rows_received", "rows_accepted", "rows_quarantined", "rows_left_out", "cells_corrected")
    assert [row[name] for name in names] == ["partly_accepted", 10, 8, 2, 3, 0]
    assert rule(status, "deliveries.balance").outcome is Outcome.PASSED
    of_all = state(REPORTS, first, *others, tallies={first.id: Tally(10, 8, 1)})
    status = reported(replace(of_all, corrected={first.id: 4}))
    assert {r["delivery"]: r["cells_corrected"] for r in status.rows} == {first.id: 4} | {d.id: 0 for d in others}
    one = rule(status, "deliveries.balance")
    assert (one.blocks, one.cells) == (True, (first.path,))


def test_a_central_delivery_is_missing_as_a_whole_and_one_that_is_not_required_holds_nothing_up() -> None:
    status = reported(state(STAFF, delivery(STAFF, "2019")))
    assert statuses(status) == {("2019", None): "accepted", ("2020", None): "missing"}
    words = Words("niet geleverd: staff nl 2020", "not delivered: staff en 2020")
    assert status.missing == {("staff", 2020): [words]}
    status = reported(state(TOTALS))
    assert {(r["status"], r["required"]) for r in status.rows} == {("missing", False)}
    one = rule(status, "totals.delivered")
    assert (one.severity, one.outcome, one.blocks) == (Severity.INFO, Outcome.FAILED, False)
    assert (status.missing, status.lacking) == ({}, [])


@pytest.mark.parametrize(("cycle", "years"), [("2021-03", {2019, 2020}), ("2021-05", {2019, 2020, 2021})])
def test_what_is_delivered_when_it_changes_is_missing_in_every_year_that_the_cycle_shows(
    cycle: str, years: set[int]
) -> None:
    status = reported(state(REGISTER), cycle=cycle)
    assert {year for table, year in status.missing if table == "programmes"} == years
    assert len(status.rows) == len(status.lacking) == 1


def waivers(**record: str) -> Waivers:
    decision = {"reason": "gefuseerd", "role": "directeur", "decided_on": date(2021, 2, 20), "delivery": "r" * 16}
    usual: dict[str, Any] = decision | {"cycle": "2021-03"} | dict.fromkeys(("feed", "period", "unit", "rule"), "")
    return Waivers.of("2021-03", [Waiver(**(usual | record))])


ROUNDS = ("2019-3", "2020-1", "2020-2", "2020-3")
BOTH = dict.fromkeys(ROUNDS, frozenset(TWO))


def finance(*periods: str, units: Mapping[str, frozenset[str]] = BOTH) -> FeedState:
    return state(FINANCE, *(delivery(FINANCE, period) for period in periods), units=units)


def test_a_unit_without_a_line_in_a_central_delivery_is_missing_from_that_round_and_without_it_everyone() -> None:
    north_alone = finance(*ROUNDS, units=BOTH | {"2020-2": frozenset({"North"})})
    status = reported(north_alone)
    assert status.missing_rounds == {(2020, 2): ["East"]}
    assert missing(status) == [("2020-2", "East")]
    words = Words("niet geleverd: finance nl 2020-2, East", "not delivered: finance en 2020-2, East")
    assert status.missing[("bfr", 2020)] == [words]
    waived = reported(north_alone, decided=waivers(feed="finance", period="2020-2"))
    assert (waived.missing_rounds, waived.waived_rounds) == ({}, {(2020, 2): ["East"]}), "it is done without"
    status = reported(finance(*ROUNDS[:-1]))
    assert status.missing_rounds == {(2020, 3): [EVERYONE]}
    assert rule(status, "finance.delivered").cells == (Words("finance nl 2020-3", "finance en 2020-3"),)


def test_files_per_unit_and_one_central_file_are_each_expected_and_a_unit_missing_from_two_is_missing_once() -> None:
    mixed = feed("mixed", "academic_year", PER_UNIT, "central/{academic_year}.csv", units=TWO)
    central = [delivery(mixed, period, source=1) for period in YEARS]
    assert reported(state(mixed, *everything(mixed), *central)).lacking == []
    assert missing(reported(state(mixed, *everything(mixed), central[0]))) == [("2019-2020", None)]
    assert len(missing(reported(state(mixed, *central)))) == 4
    two = feed("two", "reporting_year", "a/{reporting_year}.csv", "b/{reporting_year}.csv", units=TWO)
    deliveries = [delivery(two, period, source=source) for period in ("2019", "2020") for source in (0, 1)]
    status = reported(state(two, *deliveries, units=dict.fromkeys(("2019", "2020"), frozenset({"North"}))))
    assert missing(status) == [("2019", "East"), ("2020", "East")]


def test_rows_are_in_the_same_order_whatever_the_order_of_feeds_and_deliveries() -> None:
    states = [state(STAFF, delivery(STAFF, "2020")), state(REPORTS, *everything()[:-1])]
    turned = [state(REPORTS, *reversed(everything()[:-1])), states[0]]
    assert reported(*states).rows == reported(*turned).rows


def test_a_waived_delivery_is_missing_and_not_lacking() -> None:
    status = reported(state(REPORTS, *everything()[:-1]), decided=waivers(feed="reports", unit="East"))
    row = next(r for r in status.rows if r["status"] == "missing")
    assert (row["unit"], row["waived_because"]) == ("East", "gefuseerd")
    assert (status.lacking, status.missing) == ([], {})
    dutch = "zonder reports nl 2019-2020, East (ontheffing: gefuseerd)"
    words = Words(dutch, "without reports en 2019-2020, East (waived: gefuseerd)")
    assert status.waived == {(name, 2020): [words] for name in TABLES}
    one = rule(status, "reports.delivered")
    assert (one.outcome, one.waived_because) == (Outcome.FAILED, "gefuseerd")
    assert one.cells == (Words("reports nl 2019-2020 East", "reports en 2019-2020 East"),)


def test_of_two_missing_deliveries_the_one_that_is_not_waived_is_held_against_the_release() -> None:
    neither = state(REPORTS, *(d for d in everything() if d.period == "2018-2019"))
    status = reported(neither, decided=waivers(feed="reports", unit="East"))
    one = rule(status, "reports.delivered")
    assert one.cells == (Words("reports nl 2019-2020 North", "reports en 2019-2020 North"),)
    assert (one.failed, one.waived_because) == (1, "")
    assert ["North" in lacking.nl for lacking in status.lacking] == [True]


def test_how_the_council_decided_stands_with_the_delivery_and_holds_up_no_figure() -> None:
    day = date(2019, 11, 20)
    decisions = {
        ("2018-2019", unit): Approved("reports", "2018-2019", unit, "council", approval, on)
        for unit, approval, on in (("North", "approved", day), ("East", "waiting", None))
    }
    status = reported(replace(state(REPORTS, *everything()), approved=decisions))
    rows = {r["unit"]: (r["approval"], r["approved_on"]) for r in status.rows if r["period"] == "2018-2019"}
    assert rows == {"North": ("approved", day), "East": ("waiting", None)}
    assert status.missing == {}


def test_before_anything_was_taken_up_files_are_missing_and_databases_not_pulled() -> None:
    source = {"kind": "sql", "connection": "c", "database_table": "t", "tables": ["bfr"]}
    deadlines = {3: {"month_day": "02-28", "years": 1}}
    pulled = feed("pulled", "round", units=["North"], deadlines=deadlines, sources=[source])
    status = reported(replace(state(pulled), taken=False), replace(state(REPORTS), taken=False))
    assert {(r["feed"], r["status"]) for r in status.rows} == {("pulled", "not_pulled"), ("reports", "missing")}
    by_when = {(r["period"], r["unit"]): r["deadline"] for r in status.rows}
    assert by_when[("2020-3", None)] == date(2021, 2, 28)
    assert by_when[("2019-2020", "East")] == date(2020, 12, 31)
    assert set(statuses(reported(state(pulled))).values()) == {"missing"}, "the database was pulled, and has nothing"


def test_what_is_arriving_or_withdrawn_is_told_and_does_not_count() -> None:
    first, *others = everything()
    arriving = {"sha256": "", "standing": Standing.ARRIVING, "reason": Words("nog niet", "not yet")}
    unseen = delivery(REPORTS, first.period, first.unit, **arriving)
    withdrawn = replace(first, standing=Standing.WITHDRAWN, reason=Words("ingetrokken", "withdrawn"))
    status = reported(state(REPORTS, unseen, withdrawn, *others))
    rows = {r["status"]: r for r in status.rows}
    assert [rows["arriving"][name] for name in ("delivery", "sha256", "reason_nl")] == [None, None, "nog niet"]
    assert (rows["withdrawn"]["delivery"], rows["withdrawn"]["reason_en"]) == (withdrawn.id, "withdrawn")
    assert rows["missing"]["unit"] == first.unit
    assert rule(status, "deliveries.readable").outcome is Outcome.PASSED


def test_what_is_gone_from_the_landing_zone_counts_and_its_old_faults_are_history() -> None:
    first, *others = everything()
    gone = replace(first, in_landing_zone=False)
    broken = replace(gone, path="broken.xlsx", sha256="2" * 64, standing=Standing.UNPLACED, reason=Words("x", "x"))
    status = reported(state(REPORTS, gone, broken, *others))
    assert status.lacking == []
    by_file = {r["file"]: (r["status"], r["in_landing_zone"]) for r in status.rows}
    assert (by_file[first.path], by_file["broken.xlsx"]) == (("accepted", False), ("rejected", False))
    assert rule(status, "deliveries.readable").outcome is Outcome.PASSED


def test_two_files_that_claim_to_be_the_same_delivery_are_reported() -> None:
    moment = datetime(2018, 12, 1, 9, tzinfo=UTC)
    first, *others = (replace(d, arrived=moment) for d in everything())
    rival = replace(first, path="rival.csv", sha256="3" * 64, standing=Standing.SUPERSEDED)
    one = rule(reported(state(REPORTS, rival, first, *others)), "deliveries.unambiguous")
    assert (one.outcome, one.severity, one.cells) == (Outcome.FAILED, Severity.WARNING, ("rival.csv", first.path))
    assert f"by order of name counts: {first.path}" in told(one)


def test_nobody_waits_for_a_register_of_decisions_that_is_not_there() -> None:
    register = feed("decisions", "none", "besluiten.xlsx", tables=["waiver_records"], required=False)
    status = reported(state(register))
    assert (status.rows, [r for r in status.results if r.rule == "decisions.delivered"]) == ([], [])
    assert statuses(reported(state(register, delivery(register, "")))) == {(None, None): "accepted"}
