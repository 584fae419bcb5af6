"""What was set aside of deliveries that count is said with what is lacking, and kept for the figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assets.common.cycle_tables import CycleTables
from assets.decisions.records import Waiver
from assets.decisions.waivers import Waivers
from assets.status.feed_states import FeedState
from assets.status.losses import DeliveryLoss, described, losses_of, rows_aside
from assets.status.obligations import register_from
from assets.status.record import StatusRecord, status_record
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.feed_record import FeedRecord
from kwaliteitsmonitor.readers.losses import Loss
from kwaliteitsmonitor.readers.staging import Tally
from schemas.errors import UsageError
from schemas.profile import Feed
from tests.made_up import profile

CYCLE = "2021-03"
FINANCE = Feed.model_validate(
    {"id": "finance", "nl": "begroting", "en": "budget", "period": "round"}
    | {"sources": [{"kind": "files", "path": "{reporting_year}-{round}.csv", "format": "csv", "tables": ["bfr"]}]}
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
    found = losses(workspace, *(loss(row) for row in range(2, 7)), loss(9, unit="East"))
    assert [one.partition(" / ")[0] for one in described(found, waived=False)] == [
        "1 rij is apart gezet: begroting 2020-3, East, 2020-3.csv rij 9, kolom Thema",
        "5 rijen zijn apart gezet: begroting 2020-3, North, 2020-3.csv rij 2, kolom Thema, "
        "2020-3.csv rij 3, kolom Thema, 2020-3.csv rij 4, kolom Thema en nog 2",
    ]
    assert described(found, waived=True) == []


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
    found = losses(workspace, loss(), **waiver)
    assert [one.waived_because for one in found] == ["bekend" if waived else ""]
    (words,) = described(found, waived=waived)
    assert ("(ontheffing: bekend)" in words, found[0].kept().waived) == (waived, waived)


def test_a_loss_is_kept_with_what_figures_need_of_it_and_without_amounts_of_which_others_say_otherwise(
    workspace: Workspace,
) -> None:
    one, twice, empty = losses(workspace, loss(), loss(8, "bfr.key"), loss(9, "bfr.budget.required"))
    row = one.kept()
    assert (row.table, row.year, row.unit, row.theme) == ("bfr", 2020, "North", "teachers")
    assert (row.amounts, twice.kept().amounts) == (AMOUNTS, {})
    assert [loss.has_content for loss in (one, twice, empty)] == [True, True, False]


def test_later_steps_find_which_units_lack_something_in_which_table_and_year(workspace: Workspace) -> None:
    tables = CycleTables(workspace, WHO, CYCLE)
    with pytest.raises(UsageError):
        status_record(tables)
    of_all = losses(workspace, loss(), loss(8, unit=None, reporting_year=None), loss(9, question="content"))
    lost, aside = tuple(one.kept() for one in of_all), {("evaluations", 2020): 4}
    StatusRecord(lost=lost, units=(("staff", 2020, "East"),), aside=aside).write(tables)
    record = status_record(tables)
    assert len(record.lost_of("bfr")) == 3
    assert record.lost_of("staff") == []
    assert record.aside == aside
    assert record.lacking_units((2019, 2020)) == {
        ("staff", 2020): {"East"},
        ("bfr", 2019): {"?"},
        ("bfr", 2020): {"North", "?"},
        ("bfr.content", 2020): {"North"},
    }
    waived = StatusRecord(lost=tuple(one.kept() for one in losses(workspace, loss(), rule=THEME)))
    assert waived.lacking_units((2020,)) == {}, "what a decision does without is not lacking"


def test_rows_that_cost_no_more_than_themselves_are_counted_per_table_and_year(workspace: Workspace) -> None:
    answers = FINANCE.model_copy(update={"id": "answers"})
    one = Delivery("answers", 0, "a.csv", "b" * 64, 10, date(2021, 2, 1), "2019-2020", "")
    tallies = {
        "evaluations": {one.id: Tally(10, 7, 3), "gone": Tally(9, 0, 9)},
        "bfr": {one.id: Tally(1, 0, 1)},
    }
    tables = CycleTables(workspace, WHO, CYCLE)
    tables.keep_feed("answers", FeedRecord(tallies=tallies))
    states = [FeedState(answers, [one], {one.id: Tally(10, 7, 3)}, {})]
    assert rows_aside(tables, states) == {("evaluations", 2020): 3}
