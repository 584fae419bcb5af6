"""What was set aside of deliveries that count is said with what is lacking, and kept for the figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assets.decisions.records import Waiver
from assets.decisions.waivers import Waivers
from assets.status.feed_states import FeedState
from assets.status.losses import DeliveryLoss, described, kept_aside, kept_losses, lacking_units, losses_of, rows_aside
from assets.status.obligations import register_from
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.readers.delivery import Delivery
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
    workspace.write_json(CYCLE, "staged", "finance.losses", [one.to_json() for one in of])
    decision = {"reason": "bekend", "role": "directeur", "decided_on": date(2021, 2, 20), "delivery": "r" * 16}
    usual: dict[str, Any] = decision | {"cycle": CYCLE} | dict.fromkeys(("feed", "period", "unit", "rule"), "")
    waivers = Waivers.of(CYCLE, [Waiver(**(usual | waiver))] if waiver else [])
    states = [FeedState(FINANCE, [ROUND], {ROUND.id: Tally(10, 9, 1)}, {})]
    return losses_of(workspace, CYCLE, states, waivers, register_from(WHO, WHO.cycle(CYCLE), states, waivers))


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
    assert ("(ontheffing: bekend)" in words, found[0].to_json()["waived"]) == (waived, waived)


def test_a_loss_is_kept_with_what_figures_need_of_it_and_without_amounts_of_which_others_say_otherwise(
    workspace: Workspace,
) -> None:
    one, twice, empty = losses(workspace, loss(), loss(8, "bfr.key"), loss(9, "bfr.budget.required"))
    kept = one.to_json()
    assert (kept["table"], kept["year"], kept["unit"], kept["theme"]) == ("bfr", 2020, "North", "teachers")
    assert (kept["amounts"], twice.to_json()["amounts"]) == (AMOUNTS, {})
    assert [loss.has_content for loss in (one, twice, empty)] == [True, True, False]


def kept(workspace: Workspace, *of: DeliveryLoss, units: Any = (), aside: Any = ()) -> None:
    lost = [one.to_json() for one in of]
    workspace.write_json(CYCLE, "status", "missing", {"lost": lost, "units": units, "aside": aside})


def test_later_steps_find_which_units_lack_something_in_which_table_and_year(workspace: Workspace) -> None:
    with pytest.raises(UsageError):
        kept_losses(workspace, CYCLE, "bfr")
    of_all = losses(workspace, loss(), loss(8, unit=None, reporting_year=None), loss(9, question="content"))
    kept(workspace, *of_all, units=[["staff", 2020, "East"]], aside=[["evaluations", 2020, 4]])
    assert len(kept_losses(workspace, CYCLE, "bfr")) == 3
    assert kept_losses(workspace, CYCLE, "staff") == []
    assert kept_aside(workspace, CYCLE) == {("evaluations", 2020): 4}
    assert lacking_units(workspace, CYCLE, (2019, 2020)) == {
        ("staff", 2020): {"East"},
        ("bfr", 2019): {"?"},
        ("bfr", 2020): {"North", "?"},
        ("bfr.content", 2020): {"North"},
    }
    kept(workspace, *losses(workspace, loss(), rule=THEME))
    assert lacking_units(workspace, CYCLE, (2020,)) == {}, "what a decision does without is not lacking"


def test_rows_that_cost_no_more_than_themselves_are_counted_per_table_and_year(workspace: Workspace) -> None:
    answers = FINANCE.model_copy(update={"id": "answers"})
    one = Delivery("answers", 0, "a.csv", "b" * 64, 10, date(2021, 2, 1), "2019-2020", "")
    tallies = {
        "evaluations": {one.id: {"quarantined": 3}, "gone": {"quarantined": 9}},
        "bfr": {one.id: {"quarantined": 1}},
    }
    workspace.write_json(CYCLE, "staged", "answers", {"tallies": tallies})
    states = [FeedState(answers, [one], {one.id: Tally(10, 7, 3)}, {})]
    assert rows_aside(workspace, CYCLE, states) == {("evaluations", 2020): 3}
