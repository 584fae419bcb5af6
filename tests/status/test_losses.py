"""What was set aside, could not be mended or is of nobody is said with what is lacking, and kept for the figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from assets.common.cycle_tables import CycleTables
from assets.decisions.corrections import GONE, NOWHERE, OF_ANSWERS
from assets.decisions.records import Waiver
from assets.decisions.waivers import Waivers
from assets.status.feed_states import FeedState
from assets.status.losses import DeliveryLoss, described, losses_of, rows_aside
from assets.status.obligations import register_from
from assets.status.record import LostRow, StatusRecord, status_record
from assets.status.states import status_of
from assets.status.unowed_measures import measure_of_unit, place, unowed_measures
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.feed_record import FeedRecord
from kwaliteitsmonitor.readers.losses import Loss
from kwaliteitsmonitor.readers.staging import Tally
from schemas.consequences import Costs
from schemas.errors import UsageError
from schemas.exports.arrow import to_arrow
from schemas.profile import Feed, load_profile, profile_folder
from schemas.words import Words, both
from tests.made_up import profile

CYCLE = "2021-03"


def feed(identity: str, nl: str, en: str, period: str, **source: Any) -> Feed:
    named = {"id": identity, "nl": nl, "en": en, "period": period}
    return Feed.model_validate(named | {"sources": [{"kind": "files"} | source]})


FINANCE = feed(
    "finance", "begroting", "budget", "round", path="{reporting_year}-{round}.csv", format="csv", tables=["bfr"]
)
WHO = profile(feeds=[FINANCE])
ROUND = Delivery("finance", 0, "2020-3.csv", "a" * 64, 10, date(2021, 2, 1), "2020-3", "")
AMOUNTS = {"budget": "10.00", "realised": "9.00"}
THEME = "bfr.theme.codes"


def loss(row: int = 7, *rules: str, **known: Any) -> Loss:
    about = {"reporting_year": 2020, "round": 3, "unit": "North", "theme": "teachers"} | AMOUNTS | known
    return Loss("bfr", ROUND.id, f"2020-3.csv row {row}, theme", rules or (THEME,), about)


def losses(workspace: Workspace, *of: Loss, **waiver: str) -> list[DeliveryLoss]:
    """The losses of a round, of which staging kept these, under one waiver or none."""
    tables = CycleTables(workspace, WHO, CYCLE)
    tables.keep_feed("finance", FeedRecord(losses=of))
    decision = {"reason": "bekend", "role": "directeur", "decided_on": date(2021, 2, 20), "delivery": "r" * 16}
    usual: dict[str, Any] = decision | {"cycle": CYCLE} | dict.fromkeys(("feed", "period", "unit", "rule"), "")
    waivers = Waivers.of(CYCLE, [Waiver(**(usual | waiver))] if waiver else [])
    states = [FeedState(FINANCE, [ROUND], {ROUND.id: Tally(10, 9, 1)}, {})]
    return losses_of(tables, states, waivers, register_from(WHO, WHO.cycle(CYCLE), states, waivers))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def test_rows_are_said_per_unit_with_their_places_and_those_that_are_waived_apart(workspace: Workspace) -> None:
    lost = losses(workspace, *(loss(row) for row in range(2, 7)), loss(9, unit="East"))
    assert [one.nl for one in described(lost, waived=False)] == [
        "1 rij is apart gezet: begroting 2020-3, East, 2020-3.csv rij 9, kolom Thema",
        "5 rijen zijn apart gezet: begroting 2020-3, North, 2020-3.csv rij 2, kolom Thema, "
        "2020-3.csv rij 3, kolom Thema, 2020-3.csv rij 4, kolom Thema en nog 2",
    ]
    assert described(lost, waived=True) == []


@pytest.mark.parametrize(
    ("waiver", "waived"),
    [
        ({"rule": THEME}, True),
        ({"rule": "bfr.key"}, False),
        ({"feed": "finance", "period": "2020-3", "unit": "North"}, True),
        ({"feed": "finance", "unit": "East"}, False),
    ],
)
def test_a_decision_does_without_a_row_by_its_rule_or_by_its_delivery(
    workspace: Workspace, waiver: dict[str, str], waived: bool
) -> None:
    lost = losses(workspace, loss(), **waiver)
    assert [one.waived_because for one in lost] == ["bekend" if waived else ""]
    (words,) = described(lost, waived=waived)
    assert ("(ontheffing: bekend)" in words.nl, lost[0].kept().waived) == (waived, waived)


def test_a_loss_is_kept_with_what_figures_need_of_it_and_without_amounts_of_which_others_say_otherwise(
    workspace: Workspace,
) -> None:
    one, twice, empty = losses(workspace, loss(), loss(8, "bfr.key"), loss(9, "bfr.budget.required"))
    row = one.kept()
    assert (row.table, row.year, row.unit, row.theme) == ("bfr", 2020, "North", "teachers")
    assert (row.amounts, twice.kept().amounts) == (AMOUNTS, {})
    assert [loss.has_content for loss in (one, twice, empty)] == [True, True, False]


RECORD = StatusRecord(
    (Words("mist (mail / bijlage 1)", "lacks (mail / bijlage 1)"),),
    (Words("zonder", "without"),),
    (("bfr", 2020, "North"), ("evaluations", 2020, "")),
    (
        LostRow("bfr", 2020, 3, "East", "teachers", amounts={"budget": "12.50"}),
        LostRow("evaluations", None, question="clear"),
        LostRow("bfr", 2020, 3, "West", waived=True),
    ),
    {("staff", 2020): 4},
    {("bfr", 2020): [Words("niet geleverd", "not delivered")]},
    {(2020, 3): ["North"]},
    {("staff", 2019): [Words("zonder (mail / bijlage 2)", "without (mail / bijlage 2)")]},
    {(2020, 2): ["East"]},
    (("", "", "", "bfr.key", ""),),
)


def test_the_record_is_read_as_it_was_written_also_as_an_earlier_version_wrote_it(workspace: Workspace) -> None:
    tables = CycleTables(workspace, WHO, CYCLE)
    with pytest.raises(UsageError):
        status_record(tables)
    RECORD.write(tables)
    assert status_record(tables) == RECORD
    kept = workspace.read_json(CYCLE, "status", "missing")
    del kept["waivers"]
    for name in ("lacking", "without"):
        kept[name] = [both(Words(*one)) for one in kept[name]]
    for name in ("tables", "waived"):
        kept[name] = [[table, year, [both(Words(*one)) for one in of]] for table, year, of in kept[name]]
    workspace.write_json(CYCLE, "status", "missing", kept)
    with pytest.raises(UsageError, match="status/waivers has not been made"):
        status_record(tables)
    why = {"cycle": CYCLE, "reason": "merged", "role": "controller", "decided_on": date(2021, 2, 1)}
    rows = [{**why, "rule": rule, "used": used} for rule, used in (("bfr.key", True), ("x", False))]
    tables.write("status", "waivers", to_arrow("waivers", rows))
    assert status_record(tables) == RECORD, "of the table of waivers those are read that were needed"


def test_units_lack_what_is_not_there_and_what_was_set_aside_and_not_waived(workspace: Workspace) -> None:
    assert RECORD.lacking_units([2019, 2020]) == {
        ("bfr", 2020): {"North", "East"},
        ("evaluations", 2020): {""},
        ("evaluations.clear", 2019): {"?"},
        ("evaluations.clear", 2020): {"?"},
    }
    assert ([one.unit for one in RECORD.lost_of("bfr")], RECORD.lost_of("staff")) == (["East", "West"], [])
    of_all = losses(workspace, loss(), loss(8, unit=None, reporting_year=None), loss(9, question="content"))
    assert StatusRecord(lost=tuple(one.kept() for one in of_all)).lacking_units((2019, 2020)) == {
        ("bfr", 2019): {"?"},
        ("bfr", 2020): {"North", "?"},
        ("bfr.content", 2020): {"North"},
    }
    waived = StatusRecord(lost=tuple(one.kept() for one in losses(workspace, loss(), rule=THEME)))
    assert waived.lacking_units((2020,)) == {}, "what a decision does without is not lacking"


def test_rows_that_cost_no_more_than_themselves_are_counted_per_table_and_year(workspace: Workspace) -> None:
    answers = FINANCE.model_copy(update={"id": "answers"})
    one = Delivery("answers", 0, "a.csv", "b" * 64, 10, date(2021, 2, 1), "2019-2020", "")
    tallies = {"evaluations": {one.id: Tally(10, 7, 3), "gone": Tally(9, 0, 9)}, "bfr": {one.id: Tally(1, 0, 1)}}
    tables = CycleTables(workspace, WHO, CYCLE)
    tables.keep_feed("answers", FeedRecord(tallies=tallies))
    states = [FeedState(answers, [one], {one.id: Tally(10, 7, 3)}, {})]
    assert rows_aside(tables, states) == {("evaluations", 2020): 3}


@pytest.mark.parametrize(
    ("rule", "why", "listed"),
    [
        ("corrections.guard", NOWHERE, True),
        ("corrections.possible", OF_ANSWERS, True),
        ("corrections.guard", GONE, False),  # its row is set aside, and told as such where figures need it
    ],
)
def test_a_correction_that_was_not_made_is_among_what_is_lacking(
    workspace: Workspace, rule: str, why: Words, listed: bool
) -> None:
    cells = ("personeel/2020.parquet row 3, fte",)
    about = ("correction_records", rule, Costs.FIGURES, Outcome.FAILED, 1, 1, "x", "x")
    FeedRecord(results=(RuleResult(*about, cells=cells, detail=why),)).write(workspace, CYCLE, "staff")
    lacking = status_of(CycleTables(workspace, load_profile(profile_folder("leiden")), CYCLE)).lacking
    words = [one.nl for one in lacking if one.nl.startswith("correctie niet gemaakt")]
    assert words == [f"correctie niet gemaakt: personeel/2020.parquet rij 3, kolom fte: {why.nl}"] * listed


VERSLAGEN = {"path": "{academic_year}.xlsx", "format": "workbook", "tables": ["faculty_measures"]}
REPORTS = feed("reports", "verslagen", "reports", "academic_year", **VERSLAGEN)
HAVE = profile(feeds=[REPORTS], measures=[("tutors", "small_classes", ["North"]), ("courses", "teachers", ["South"])])


def account(unit: str, measure: str, theme: str = "small_classes", row: int = 2) -> dict[str, Any]:
    where = {"_delivery": "d", "_row": row, "_column": None, "_sheet": "Voortgang"}
    return {"academic_year": "2019-2020", "unit": unit, "theme": theme, "measure": measure} | where


OWN, STRANGE, MOVED = (
    account("North", "tutors"),
    account("East", "tutors", row=3),
    account("North", "tutors", "teachers", 4),
)


def test_an_account_of_a_measure_that_the_unit_does_not_have_is_noted_and_blocks_nothing() -> None:
    result = measure_of_unit(HAVE, [OWN, STRANGE, MOVED], {place(STRANGE): "D14"}, {"d": "verslag.xlsx"})
    assert (result.outcome, result.costs, result.checked, result.failed) == (Outcome.FAILED, Costs.NOTE, 3, 2)
    assert result.cells == ("verslag.xlsx Voortgang!D14", "verslag.xlsx row 4, measure")
    assert not result.blocks
    assert measure_of_unit(HAVE, [OWN], {}, {}).outcome is Outcome.PASSED


def test_accounts_and_their_cells_are_those_that_were_staged(workspace: Workspace) -> None:
    assert unowed_measures(CycleTables(workspace, HAVE, CYCLE), {}) == [], "none was taken up"
    workspace.write(CYCLE, "staged", "faculty_measures", pa.Table.from_pylist([OWN, STRANGE]))
    (result,) = unowed_measures(CycleTables(workspace, HAVE, CYCLE), {})
    assert result.cells == ("d row 3, measure",)
    written = [STRANGE | {"field": field, "cell": cell} for field, cell in (("measure", "D14"), ("unit", "B14"))]
    workspace.write(CYCLE, "staged", "faculty_measures.written", pa.Table.from_pylist(written))
    (result,) = unowed_measures(CycleTables(workspace, HAVE, CYCLE), {})
    assert result.cells == ("d Voortgang!D14",)
