"""A delivery that loses more than a share of its rows does not count, and the version before it does."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from assets.staged.feed import StagedFeed, settled, stage_feed
from kwaliteitsmonitor.foundation.vault.assembled import Part, listing
from kwaliteitsmonitor.foundation.vault.store import keep
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.expectations import validate
from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.readers.delivery import Delivery, Standing, in_order
from kwaliteitsmonitor.readers.reliance import is_lost, unreliable
from schemas.consequences import Costs
from schemas.profile import Feed, Profile, load_profile, profile_folder
from schemas.profile.feeds import FileSource, Format, Period
from schemas.tables import CATALOGUE
from tests.readers.answering import answer, as_csv

KEY = b"k" * 32
CASES = Path(__file__).parents[2] / "cases"
TOLERANCE = Decimal("0.05")


@pytest.fixture(scope="module")
def profile() -> Profile:
    return load_profile(profile_folder("leiden"))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def feed(table: str, period: Period, **more: Any) -> Feed:
    source = FileSource(kind="files", path="x", format=Format.CSV, tables=[table])
    return Feed(id=table, nl=table, en=table, period=period, sources=[source], **more)


def staged(
    workspace: Workspace, profile: Profile, one: Feed, contents: Sequence[bytes], period: str
) -> tuple[list[Delivery], StagedFeed]:
    """What is staged of versions of one delivery, each a day after the other."""
    deliveries = []
    for day, content in enumerate(contents, start=1):
        path = workspace.root / f"v{day}.csv"
        path.write_bytes(content)
        with path.open("rb") as stream:
            sha, size = keep(workspace, stream)
        deliveries.append(Delivery(one.id, 0, path.name, sha, size, date(2020, 12, day), period))
    ordered = in_order(deliveries)
    return ordered, stage_feed(workspace, profile, one, ordered, KEY, validate)


def enrolled(count: int, wrong: int = 0, of: str = "2020-10-01") -> bytes:
    rows = [f"2020-10-01;{'#N/A' if at < wrong else f'S-{at}'};50035;main" for at in range(count)]
    return "\n".join(["reference_date;student;programme;enrolment", *rows]).replace("2020-10-01", of).encode()


def employed(count: int, wrong: int = 0) -> bytes:
    rows = [f"2020-10-01;{'1,2E+05' if at < wrong else f'E-{at}'};FGW;lecturer;0.8;2015-09-01;;" for at in range(count)]
    header = "reference_date;person;unit;category;fte;start_date;bko_date;sko_date"
    return "\n".join([header, *rows]).encode()


def answered(count: int, wrong: int = 0) -> bytes:
    rows = [answer("1,61803E+14" if at < wrong else f"R-{at}", programme="50200") for at in range(count)]
    return as_csv(rows)


FEEDS = {
    "enrolments": (enrolled, Period.REPORTING_YEAR, "2020"),
    "staff": (employed, Period.REPORTING_YEAR, "2020"),
    "evaluations": (answered, Period.ACADEMIC_YEAR, "2019-2020"),
}


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


@pytest.mark.parametrize("name", FEEDS)
def test_the_version_before_it_counts(workspace: Workspace, profile: Profile, name: str) -> None:
    made, period, told = FEEDS[name]
    deliveries, found = staged(workspace, profile, feed(name, period), [made(100), made(100, 20)], told)
    (first, second) = deliveries
    assert list(found.tables[name].tallies) == [first.id]
    assert found.tables[name].tallies[first.id].accepted == 100
    said = found.rejected[second.id]
    assert "20 van 100 rijen zijn apart gezet (20%, hoogstens 5% mag)" in said
    standing = {d.id: (d.standing, bool(d.reason)) for d in settled(deliveries, found)}
    assert standing == {first.id: (Standing.CURRENT, False), second.id: (Standing.SUPERSEDED, True)}
    assert len([q for q in found.tables[name].quarantine if q.delivery == second.id]) == 20, "for who mends it"
    (kept,) = (r for r in found.tables[name].results if r.rule == f"{name}.rows_kept")
    assert (kept.outcome, kept.costs, kept.failed, kept.checked) == (Outcome.FAILED, Costs.DELIVERY, 20, 100)


@pytest.mark.parametrize("name", FEEDS)
def test_without_a_version_before_it_nothing_is_delivered(workspace: Workspace, profile: Profile, name: str) -> None:
    made, period, told = FEEDS[name]
    _, found = staged(workspace, profile, feed(name, period), [made(100, 92)], told)
    assert found.tables[name].tallies == {}
    assert found.tables[name].rows.num_rows == 0
    assert len(found.rejected) == 1


@pytest.mark.parametrize("name", FEEDS)
def test_a_few_rows_cost_themselves(workspace: Workspace, profile: Profile, name: str) -> None:
    made, period, told = FEEDS[name]
    for count, wrong in ((3, 1), (100, 5), (10, 4)):
        _, found = staged(workspace, profile, feed(name, period), [made(count, wrong)], told)
        assert found.rejected == {}
        (tally,) = found.tables[name].tallies.values()
        assert (tally.received, tally.accepted) == (count, count - wrong)


@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_may_have_its_own_tolerance(workspace: Workspace, profile: Profile, name: str) -> None:
    made, period, told = FEEDS[name]
    _, found = staged(workspace, profile, feed(name, period, rows_lost=Decimal("0.5")), [made(100, 20)], told)
    assert found.rejected == {}
    _, found = staged(workspace, profile, feed(name, period, rows_lost=Decimal(0)), [made(1000, 5)], told)
    assert len(found.rejected) == 1


def test_the_answers_of_which_a_spreadsheet_took_the_respondents_do_not_count(
    workspace: Workspace, profile: Profile
) -> None:
    content = (CASES / "respondent-scientific" / "programma.csv").read_bytes()
    one = feed("evaluations", Period.ACADEMIC_YEAR)
    _, found = staged(workspace, profile, one, [content], "2019-2020")
    assert found.tables["evaluations"].rows.num_rows == 0
    (said,) = found.rejected.values()
    assert "10 van 10 rijen" in said
    assert "10 of 10 rows" in said
    assert "61803" not in said


LOST_ANSWERS: dict[str, dict[str, Any]] = {
    "een respondent beantwoordt een vraag een keer": {"respondent": "R-99"},
    "Eenheid": {"unit": "Faculteit X"},
    "Opleiding": {"programme": "99999"},
    "Score": {"score": "goed"},
    "Vraag": {"question": "vraag 99"},
    "Niveau": {"level": "PhD"},
}
"""What is wrong with most answers, by what is said of it."""


@pytest.mark.parametrize("why", LOST_ANSWERS)
def test_a_delivery_that_loses_92_in_100_answers_does_not_count_whatever_they_are_lost_for(
    workspace: Workspace, profile: Profile, why: str
) -> None:
    rows = [
        {"respondent": f"R-{at}", "programme": "50200"} | (LOST_ANSWERS[why] if at < 92 else {}) for at in range(100)
    ]
    one = feed("evaluations", Period.ACADEMIC_YEAR)
    _, found = staged(workspace, profile, one, [as_csv([answer(**row) for row in rows])], "2019-2020")
    assert found.tables["evaluations"].rows.num_rows == 0
    ((nl, en),) = (said.split(" / ") for said in found.rejected.values())
    assert nl == (
        f"telt niet mee: 92 van 100 rijen zijn apart gezet (92%, hoogstens 5% mag); de meeste om: {why}. "
        "Herstel wat bij de bevindingen staat en lever opnieuw aan"
    )
    assert en.startswith("does not count: 92 of 100 rows were set aside (92%, at most 5% may be); most for: ")


def test_rows_of_another_year_are_no_loss(workspace: Workspace, profile: Profile) -> None:
    both = enrolled(50) + b"\n" + enrolled(50, of="2019-10-01").split(b"\n", 1)[1]
    _, found = staged(workspace, profile, feed("enrolments", Period.REPORTING_YEAR), [both], "2020")
    assert found.rejected == {}
    (tally,) = found.tables["enrolments"].tallies.values()
    assert (tally.received, tally.accepted) == (100, 50)


@pytest.mark.parametrize(("made", "name"), [(enrolled, "enrolments"), (employed, "staff")])
def test_rows_of_the_year_with_a_wrong_day_are_loss(
    workspace: Workspace, profile: Profile, made: Callable[[int], bytes], name: str
) -> None:
    """Half of the reference dates read with day and month swapped would halve the figure with just a finding."""
    right = made(100)
    header, *rows = right.decode().split("\n")
    swapped = [row.replace("2020-10-01", "2020-01-10", 1) if at % 2 else row for at, row in enumerate(rows)]
    half = "\n".join([header, *swapped]).encode()
    deliveries, found = staged(workspace, profile, feed(name, Period.REPORTING_YEAR), [right, half], "2020")
    assert "50 van 100 rijen zijn apart gezet" in found.rejected[deliveries[1].id]
    assert list(found.tables[name].tallies) == [deliveries[0].id], "the version before it counts"
    (told,) = {q.expected.nl for q in found.tables[name].quarantine}
    assert told == "de peildatum 1-10-2020; dag en maand lijken verwisseld"


def test_the_state_of_other_months_is_no_loss(workspace: Workspace, profile: Profile) -> None:
    """An extract with the state of every month holds the reference day as well: the other rows are of other months."""
    months = enrolled(50) + b"".join(
        b"\n" + enrolled(50, of=f"2020-{month:02d}-01").split(b"\n", 1)[1] for month in range(1, 9)
    )
    _, found = staged(workspace, profile, feed("enrolments", Period.REPORTING_YEAR), [months], "2020")
    assert found.rejected == {}
    (tally,) = found.tables["enrolments"].tallies.values()
    assert (tally.received, tally.accepted) == (450, 50)


def test_a_wrong_day_of_another_year_is_no_loss(workspace: Workspace, profile: Profile) -> None:
    other = enrolled(50) + b"\n" + enrolled(50, of="2019-12-01").split(b"\n", 1)[1]
    _, found = staged(workspace, profile, feed("enrolments", Period.REPORTING_YEAR), [other], "2020")
    assert found.rejected == {}


def test_answers_of_another_year_are_no_loss(workspace: Workspace, profile: Profile) -> None:
    rows = [
        answer(f"R-{at}", programme="50200", academic_year="2018-2019" if at % 2 else "2019-2020") for at in range(60)
    ]
    _, found = staged(workspace, profile, feed("evaluations", Period.ACADEMIC_YEAR), [as_csv(rows)], "2019-2020")
    assert found.rejected == {}
    (tally,) = found.tables["evaluations"].tallies.values()
    assert (tally.received, tally.accepted) == (60, 30)


def test_in_the_report_of_a_faculty_a_row_costs_itself(workspace: Workspace, profile: Profile) -> None:
    lines = [f"2019-2020;FGW;{'#N/A' if at < 9 else '50200'};ja;nee" for at in range(10)]
    content = "\n".join(["academic_year;unit;programme;compulsory_matching;online_trial_study", *lines]).encode()
    one = feed("faculty_programmes", Period.ACADEMIC_YEAR)
    _, found = staged(workspace, profile, one, [content], "2019-2020")
    assert found.rejected == {}
    table = CATALOGUE["faculty_programmes"]
    assert unreliable(table, found.tables["faculty_programmes"], TOLERANCE) == {}


def test_the_answers_of_one_faculty_that_are_all_lost_are_told(workspace: Workspace, profile: Profile) -> None:
    """Four of two hundred are two in a hundred of the whole, and all that this faculty sent."""
    rows = [answer(f"R-{at}", programme="50200") for at in range(196)]
    rows += [answer("#N/A", programme="50200", unit="FdR") for _ in range(4)]
    _, found = staged(workspace, profile, feed("evaluations", Period.ACADEMIC_YEAR), [as_csv(rows)], "2019-2020")
    assert found.rejected == {}
    (told,) = (r for r in found.tables["evaluations"].results if r.rule == "evaluations.unit.kept")
    assert (told.costs, told.failed, told.checked) == (Costs.NOTE, 1, 2)
    assert "FdR (alle)" in told.detail
    assert not any(r.rule == "evaluations.programme.kept" for r in found.tables["evaluations"].results)
    assert [(one.known, one.whole) for one in found.tables["evaluations"].losses] == [
        ({"academic_year": "2019-2020", "unit": "FdR"}, True)
    ]


def of_unit(rows: bytes, unit: str) -> bytes:
    """The rows below a header, as those of another unit."""
    return b"\n".join(rows.replace(b"FGW", unit.encode()).split(b"\n")[1:])


@pytest.mark.parametrize("kept", [0, 1])
def test_the_staff_of_one_faculty_that_is_lost_is_told(workspace: Workspace, profile: Profile, kept: int) -> None:
    """Where all of it is lost, the figures go without that faculty, as if it had not delivered."""
    both = b"\n".join([employed(196), of_unit(employed(6 + kept, 6), "FdR")])
    _, found = staged(workspace, profile, feed("staff", Period.REPORTING_YEAR), [both], "2020")
    assert found.rejected == {}
    (told,) = (r for r in found.tables["staff"].results if r.rule == "staff.unit.kept")
    assert f"FdR ({'de meeste' if kept else 'alle'})" in told.detail
    assert told.cells == ("v1.csv, FdR",)
    losses = [one.known for one in found.tables["staff"].losses]
    assert losses == ([] if kept else [{"reporting_year": 2020, "unit": "FdR"}])


def test_a_faculty_with_rows_of_other_months_alone_lost_none(workspace: Workspace, profile: Profile) -> None:
    """A faculty that was closed, in an extract with the state of every month, is not lost."""
    closed = b"\n".join(of_unit(employed(6), "FdR").replace(b"2020-10-01", b"2020-0%d-01" % m) for m in (1, 2, 3))
    content = b"\n".join([employed(196), closed])
    _, found = staged(workspace, profile, feed("staff", Period.REPORTING_YEAR), [content], "2020")
    assert not any(r.rule.endswith(".kept") for r in found.tables["staff"].results)
    assert found.tables["staff"].losses == []


@pytest.mark.parametrize("by_folder", [False, True])
def test_a_faculty_that_is_lost_in_every_part_is_told_once(
    workspace: Workspace, profile: Profile, by_folder: bool
) -> None:
    """Parts are one delivery: neither a part of one faculty nor a good part beside a bad one hides what is lost."""
    header, *_ = employed(1).split(b"\n")
    lost = [b"\n".join([header, of_unit(employed(3, 3), "FdR")])] * 2
    contents = dict(zip(["unit=FGW/a.csv", "unit=FdR/a.csv", "unit=FdR/b.csv"], [employed(196), *lost], strict=True))
    parts = []
    for name, content in contents.items():
        if by_folder:
            rows = [line.split(b";") for line in content.split(b"\n")]
            content = b"\n".join(b";".join(cell for at, cell in enumerate(row) if at != 2) for row in rows)
        sha, size = keep(workspace, io.BytesIO(content))
        parts.append(Part(name if by_folder else name.replace("/", "-").replace("=", "-"), sha, size))
    sha, size = keep(workspace, io.BytesIO(listing(parts)))
    delivery = Delivery("staff", 0, "2020.csv/", sha, size, date(2020, 12, 1), "2020")
    found = stage_feed(workspace, profile, feed("staff", Period.REPORTING_YEAR), [delivery], KEY, validate)
    (told,) = (r for r in found.tables["staff"].results if r.rule == "staff.unit.kept")
    assert told.cells == ("2020.csv/, FdR",)
    assert [one.known for one in found.tables["staff"].losses] == [{"reporting_year": 2020, "unit": "FdR"}]


def test_loss_that_falls_on_everybody_alike_is_not_told_by_unit(workspace: Workspace, profile: Profile) -> None:
    rows = [
        answer("#N/A" if at % 50 == 0 else f"R-{at}", programme="50200", unit=("FGW", "FdR")[at % 2])
        for at in range(200)
    ]
    _, found = staged(workspace, profile, feed("evaluations", Period.ACADEMIC_YEAR), [as_csv(rows)], "2019-2020")
    assert not any(r.rule.endswith(".kept") for r in found.tables["evaluations"].results)
