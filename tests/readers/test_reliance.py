"""A delivery that loses more than a share of its rows does not count, and the version before it does."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assets.staged.feed import settled, stage_feed
from kwaliteitsmonitor.foundation.vault.assembled import Part, listing
from kwaliteitsmonitor.foundation.vault.store import keep
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.outcomes import validate
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from kwaliteitsmonitor.readers.reliance import is_lost, unreliable
from kwaliteitsmonitor.readers.staging import StagedTable
from schemas.consequences import Costs
from schemas.profile import Feed, Profile
from schemas.profile.feeds import Period
from schemas.tables import CATALOGUE
from schemas.words import both
from tests.made_up import told
from tests.readers.answering import answer, as_csv
from tests.readers.feeding import KEY, fed, lines_of, only_table, sheet_of, source_of
from tests.readers.files.making import xlsx

CASES = Path(__file__).parents[1] / "cases"
TOLERANCE = Decimal("0.05")
PERIODS = {"staff": Period.REPORTING_YEAR, "enrolments": Period.REPORTING_YEAR}


def enrolled(count: int, wrong: int = 0, of: str = "2020-10-01") -> bytes:
    rows = [(of, "#N/A" if at < wrong else f"S-{at}", "50035", "main") for at in range(count)]
    return lines_of([("reference_date", "student", "programme", "enrolment"), *rows])


def employed(count: int, wrong: int = 0, unit: str = "FGW", of: str = "2020-10-01") -> bytes:
    header = ("reference_date", "person", "unit", "category", "fte", "start_date", "bko_date", "sko_date")
    names = ["1,2E+05" if at < wrong else f"E-{at}" for at in range(count)]
    return lines_of([header, *((of, name, unit, "lecturer", "0.8", "2015-09-01", "", "") for name in names)])


def answered(count: int, wrong: int = 0) -> bytes:
    return as_csv([answer("1,61803E+14" if at < wrong else f"R-{at}", programme="50200") for at in range(count)])


def together(first: bytes, *others: bytes) -> bytes:
    """Rows of several texts below the header of the first."""
    return first + b"".join(one.split(b"\n", 1)[1] for one in others)


MADE: dict[str, Callable[..., bytes]] = {"enrolments": enrolled, "staff": employed, "evaluations": answered}


class Fed:
    """What is staged of the versions of a delivery of a table."""

    def __init__(self, folder: Path, profile: Profile, name: str, *contents: bytes, **feed: Any) -> None:
        source, self.table_name = source_of(name), name
        self.deliveries, self.feed = fed(
            folder, profile, source, *contents, period=PERIODS.get(name, Period.ACADEMIC_YEAR), name="v{}.csv",
            received=date(2020, 12, 1), **feed,
        )  # fmt: skip

    @property
    def table(self) -> StagedTable:
        return only_table(self.feed)

    @property
    def counts(self) -> list[tuple[int, int]]:
        """The rows received and accepted of each version that counts."""
        return [(tally.received, tally.accepted) for tally in self.table.tallies.values()]

    @property
    def reasons(self) -> list[str]:
        """Why versions do not count."""
        return [both(why) for why in self.feed.rejected.values()]

    def kept(self, field: str) -> list[RuleResult]:
        """That most rows of some are set aside, by unit or programme."""
        return [r for r in self.table.results if r.rule == f"{self.table_name}.{field}.kept"]


@pytest.mark.parametrize(
    ("lost", "received", "too_many"),
    [
        (0, 0, False), (0, 10, False), (1, 3, False), (2, 10, False), (4, 40, False), (5, 100, False), (5, 99, True),
        (6, 100, True), (9, 10, True), (3, 3, True), (1, 1, True), (92, 100, True), (50_000, 1_000_000, False),
        (50_001, 1_000_000, True),
    ],
)  # fmt: skip
def test_a_few_rows_are_no_share_and_all_of_them_are_too_many(lost: int, received: int, too_many: bool) -> None:
    assert is_lost(lost, received, TOLERANCE) is too_many


@pytest.mark.parametrize("name", MADE)
def test_the_version_before_it_counts(tmp_path: Path, profile: Profile, name: str) -> None:
    staged = Fed(tmp_path, profile, name, MADE[name](100), MADE[name](100, 20))
    first, second = staged.deliveries
    assert (list(staged.table.tallies), staged.counts) == ([first.id], [(100, 100)])
    assert "20 van 100 rijen zijn apart gezet (20%, hoogstens 5% mag)" in staged.feed.rejected[second.id].nl
    standing = {d.id: (d.standing, bool(d.reason)) for d in settled(staged.deliveries, staged.feed)}
    assert standing == {first.id: (Standing.CURRENT, False), second.id: (Standing.SUPERSEDED, True)}
    assert len([q for q in staged.table.quarantine if q.delivery == second.id]) == 20, "for who mends it"
    (kept,) = (r for r in staged.table.results if r.rule == f"{name}.rows_kept")
    assert (kept.outcome, kept.costs, kept.failed, kept.checked) == (Outcome.FAILED, Costs.DELIVERY, 20, 100)


@pytest.mark.parametrize("name", MADE)
def test_a_few_rows_cost_themselves_and_a_feed_may_have_its_own_tolerance(
    tmp_path: Path, profile: Profile, name: str
) -> None:
    for count, wrong in ((3, 1), (100, 5)):
        staged = Fed(tmp_path, profile, name, MADE[name](count, wrong))
        assert (staged.reasons, staged.counts) == ([], [(count, count - wrong)])
    assert Fed(tmp_path, profile, name, MADE[name](20, 9), rows_lost=Decimal("0.5")).reasons == []
    assert len(Fed(tmp_path, profile, name, MADE[name](100, 5), rows_lost=Decimal(0)).reasons) == 1


def test_the_answers_of_which_a_spreadsheet_took_the_respondents_do_not_count(tmp_path: Path, profile: Profile) -> None:
    content = (CASES / "respondent-scientific" / "programma.csv").read_bytes()
    staged = Fed(tmp_path, profile, "evaluations", content)
    assert (staged.table.rows.num_rows, staged.table.tallies) == (0, {})
    (reason,) = staged.reasons
    assert "10 van 10 rijen" in reason
    assert "10 of 10 rows" in reason
    assert "61803" not in reason


LOST_ANSWERS: dict[str, dict[str, Any]] = {
    "een respondent beantwoordt een vraag een keer": {"respondent": "R-99"},
    "Eenheid": {"unit": "Faculteit X"},
    "Opleiding": {"programme": "99999"},
    "Score": {"score": "goed"},
    "Vraag": {"question": "vraag 99"},
    "Niveau": {"level": "PhD"},
}
"""What is wrong with most answers, by what is said of it."""


@pytest.mark.parametrize("reason", LOST_ANSWERS)
def test_a_delivery_that_loses_92_in_100_answers_does_not_count_whatever_they_are_lost_for(
    tmp_path: Path, profile: Profile, reason: str
) -> None:
    right = [{"respondent": f"R-{at}", "programme": "50200"} for at in range(100)]
    rows = [answer(**(row | (LOST_ANSWERS[reason] if at < 92 else {}))) for at, row in enumerate(right)]
    staged = Fed(tmp_path, profile, "evaluations", as_csv(rows))
    assert staged.table.rows.num_rows == 0
    ((nl, en),) = (words.split(" / ") for words in staged.reasons)
    assert nl == (
        f"telt niet mee: 92 van 100 rijen zijn apart gezet (92%, hoogstens 5% mag); de meeste om: {reason}. "
        "Herstel wat bij de bevindingen staat en lever opnieuw aan"
    )
    assert en.startswith("does not count: 92 of 100 rows were set aside (92%, at most 5% may be); most for: ")


def test_rows_of_another_year_or_month_are_no_loss(tmp_path: Path, profile: Profile) -> None:
    own, months = enrolled(20), [enrolled(20, of=f"2020-{month:02d}-01") for month in range(1, 9)]
    for others in ([enrolled(20, of="2019-10-01")], months):
        staged = Fed(tmp_path, profile, "enrolments", together(own, *others))
        assert (staged.reasons, staged.counts) == ([], [(20 + 20 * len(others), 20)])
    years = ("2019-2020", "2018-2019")
    rows = [answer(f"R-{at}", programme="50200", academic_year=years[at % 2]) for at in range(60)]
    staged = Fed(tmp_path, profile, "evaluations", as_csv(rows))
    assert (staged.reasons, staged.counts) == ([], [(60, 30)])


@pytest.mark.parametrize(
    ("name", "wrong", "remark"),
    [("enrolments", "2020-01-10", "; dag en maand lijken verwisseld"), ("staff", "2020-10-02", "")],
)
def test_rows_of_the_year_with_a_wrong_day_are_loss(
    tmp_path: Path, profile: Profile, name: str, wrong: str, remark: str
) -> None:
    """Half of the reference dates read with day and month swapped would halve the figure with just a finding."""
    header, *rows = MADE[name](100).splitlines(keepends=True)
    spoiled = [row.replace(b"2020-10-01", wrong.encode(), 1) if at % 2 else row for at, row in enumerate(rows)]
    staged = Fed(tmp_path, profile, name, b"".join([header, *rows]), b"".join([header, *spoiled]))
    first, second = staged.deliveries
    assert "50 van 100 rijen zijn apart gezet" in staged.feed.rejected[second.id].nl
    assert list(staged.table.tallies) == [first.id], "the version before it counts"
    assert {q.expected.nl for q in staged.table.quarantine} == {f"de peildatum 1-10-2020{remark}"}


def test_in_the_report_of_a_faculty_a_row_costs_itself(tmp_path: Path, profile: Profile) -> None:
    header = ("academic_year", "unit", "programme", "compulsory_matching", "online_trial_study")
    rows = [("2019-2020", "FGW", "#N/A" if at < 9 else "50200", "ja", "nee") for at in range(10)]
    staged = Fed(tmp_path, profile, "faculty_programmes", lines_of([header, *rows]))
    assert staged.reasons == []
    assert unreliable(CATALOGUE["faculty_programmes"], staged.table, TOLERANCE) == {}


# -- loss that falls on a few


def test_the_answers_of_one_faculty_that_are_all_lost_are_reported(tmp_path: Path, profile: Profile) -> None:
    """Four of two hundred are two in a hundred of the whole, and all that this faculty sent."""
    rows = [answer(f"R-{at}", programme="50200") for at in range(196)]
    rows += [answer("#N/A", programme="50200", unit="FdR") for _ in range(4)]
    staged = Fed(tmp_path, profile, "evaluations", as_csv(rows))
    assert staged.reasons == []
    (kept,) = staged.kept("unit")
    assert (kept.costs, kept.failed, kept.checked) == (Costs.NOTE, 1, 2)
    assert "FdR (alle)" in told(kept)
    assert staged.kept("programme") == []
    losses = [(one.known, one.whole) for one in staged.table.losses]
    assert losses == [({"academic_year": "2019-2020", "unit": "FdR"}, True)]


def test_loss_that_falls_on_everybody_alike_is_not_reported_by_unit(tmp_path: Path, profile: Profile) -> None:
    names = ["#N/A" if at % 50 == 0 else f"R-{at}" for at in range(200)]
    rows = [answer(name, programme="50200", unit=("FGW", "FdR")[at % 2]) for at, name in enumerate(names)]
    staged = Fed(tmp_path, profile, "evaluations", as_csv(rows))
    assert staged.kept("unit") == staged.kept("programme") == []


@pytest.mark.parametrize("more", [0, 1])
def test_the_staff_of_one_faculty_that_is_lost_is_reported(tmp_path: Path, profile: Profile, more: int) -> None:
    """If all of it is lost, the figures go without that faculty, as if it had not delivered."""
    staged = Fed(tmp_path, profile, "staff", together(employed(196), employed(6 + more, 6, "FdR")))
    assert staged.reasons == []
    (kept,) = staged.kept("unit")
    assert f"FdR ({'de meeste' if more else 'alle'})" in told(kept)
    assert kept.cells == ("v1.csv, FdR",)
    losses = [one.known for one in staged.table.losses]
    assert losses == ([] if more else [{"reporting_year": 2020, "unit": "FdR"}])


def test_a_faculty_with_rows_of_other_months_alone_lost_none(tmp_path: Path, profile: Profile) -> None:
    """A faculty that was closed, in an extract with the state of every month, is not lost."""
    closed = [employed(6, unit="FdR", of=f"2020-0{month}-01") for month in (1, 2, 3)]
    staged = Fed(tmp_path, profile, "staff", together(employed(196), *closed))
    assert (staged.kept("unit"), staged.table.losses) == ([], [])


@pytest.mark.parametrize("by_folder", [False, True])
def test_a_faculty_that_is_lost_in_every_part_is_reported_once(
    tmp_path: Path, profile: Profile, by_folder: bool
) -> None:
    """Parts are one delivery: neither a part of one faculty nor a good part beside a bad one hides what is lost."""
    workspace, parts = Workspace(tmp_path), []
    contents = {"unit=FGW/a.csv": employed(196)} | {f"unit=FdR/{at}.csv": employed(3, 3, "FdR") for at in "ab"}
    for name, content in contents.items():
        if by_folder:
            rows = [line.split(b";") for line in content.splitlines()]
            content = b"\n".join(b";".join([*row[:2], *row[3:]]) for row in rows)
        sha, size = keep(workspace, io.BytesIO(content))
        parts.append(Part(name if by_folder else name.replace("/", "-").replace("=", "-"), sha, size))
    sha, size = keep(workspace, io.BytesIO(listing(parts)))
    folder = Delivery("staff", 0, "2020.csv/", sha, size, date(2020, 12, 1), "2020")
    feed = Feed(id="staff", nl="s", en="s", period=Period.REPORTING_YEAR, sources=[source_of("staff")])
    table = only_table(stage_feed(workspace, profile, feed, [folder], KEY, validate))
    (kept,) = (r for r in table.results if r.rule == "staff.unit.kept")
    assert kept.cells == ("2020.csv/, FdR",)
    assert [one.known for one in table.losses] == [{"reporting_year": 2020, "unit": "FdR"}]


# -- a file with headers and no row of data

FILLED = [
    "bfr", "spending_plan", "delivered_figures", "enrolments", "enrolment_counts", "staff", "programmes",
    "evaluation_population", "evaluations",
]  # fmt: skip
NO_DATA: dict[str, list[list[Any]]] = {
    "blank": [["", None], [None, "  "]],
    "total": [["Totaal"], ["Eindtotaal", None]],
    "explanation": [["Bron: SAP, nog niet bekend"]],
}


def cells(table: str, rows: list[list[Any]]) -> list[list[Any]]:
    """Rows under the headers of a table, as wide as those."""
    headers = list(CATALOGUE[table].names)
    return [headers, *([*row, *[None] * (len(headers) - len(row))] for row in rows)]


@pytest.mark.parametrize(
    ("table", "rows", "workbook"),
    [
        *((table, [], False) for table in FILLED),
        *(("bfr", rows, workbook) for rows in NO_DATA.values() for workbook in (False, True)),
        *((table, NO_DATA["blank"], True) for table in ("staff", "evaluations")),
    ],
)
def test_what_must_have_rows_and_has_none_is_not_delivered(
    tmp_path: Path, profile: Profile, table: str, rows: list[list[Any]], workbook: bool
) -> None:
    page = cells(table, rows)
    source = sheet_of(table) if workbook else source_of(table, locale="nl")
    deliveries, feed = fed(tmp_path, profile, source, xlsx({"Blad": page}) if workbook else lines_of(page))
    (delivery,) = settled(deliveries, feed)
    assert delivery.standing is not Standing.CURRENT
    assert "zonder een enkele rij" in feed.rejected[delivery.id].nl
    failed = [r for r in only_table(feed).results if r.outcome is Outcome.FAILED]
    assert [(r.rule, r.costs) for r in failed] == [(f"{table}.columns", Costs.DELIVERY)]
