"""Rows of published tables before anything is withheld from them, or worded."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kwaliteitsmonitor.methods.disclosure.applying import RESULTS
from kwaliteitsmonitor.methods.disclosure.people import HIDDEN
from kwaliteitsmonitor.methods.figures.printing import Exact
from kwaliteitsmonitor.methods.remarks import PeopleCount, Sentence
from kwaliteitsmonitor.methods.statistics.caveats import OtherLevels
from kwaliteitsmonitor.methods.statistics.sums import Cell
from schemas.words import Words
from tests.made_up import mean

NORTH, SOUTH = Cell("North"), Cell("South")
NOW, BEFORE = (2020, "programme"), (2019, "programme")
ANSWERS = {"evaluation": "programme", "question": "teaching"}
OVER = [mean(answers=ANSWERS, decimals=2)]
"""An indicator over the answers of `result`."""
PI = Decimal("3.14159")
RESERVATION = Sentence(Words("een voorbehoud", "a reservation"))


def result(unit: str | None = "North", year: int = 2020, number: float | None = 3.14159, **more: Any) -> dict[str, Any]:
    """A row of `evaluation_results`, of which each number is the same."""
    about = {"reporting_year": year, **ANSWERS, "unit": unit, "programme": None, "level": None}
    said = {"remarks": (RESERVATION,), "status": "ok"}
    return dict.fromkeys(RESULTS, number) | {"n": 1234} | about | said | more


def figure(**more: Any) -> dict[str, Any]:
    """A row of `indicator_values`, of which each number is the same."""
    about = {"reporting_year": 2020, "indicator": "satisfaction", "definition_version": "1", "unit": "North"}
    said = {"remarks": (OtherLevels(PeopleCount(12)),), "breaks": (), "exact": Exact(PI, PI)}
    place = {"figure_id": "f", "level": None, "unit_of_measure": "score"}
    numbers = dict.fromkeys(HIDDEN, 3.14159) | {"n": 1234, "decimals": 2, "spread_kind": "sd_units", "status": "ok"}
    return about | said | place | numbers | more


def of_people(unit: str | None, n: int | None, **more: Any) -> dict[str, Any]:
    """A row of `indicator_values` about so many people."""
    exact = Exact(Decimal("4.2"))
    row = figure(indicator="i", unit=unit, n=n, value=4.2, numerator=n, denominator=n, exact=exact, remarks=()) | more
    place = f"{row['reporting_year']}:{row['indicator']}:{unit or 'all'}:{row['level'] or 'all'}"
    return row | {"figure_id": f"2021-03:indicator:{place}"}


def group(sizes: Mapping[str, int], **more: Any) -> list[dict[str, Any]]:
    """The rows of units of these sizes, after that of the whole."""
    return [of_people(None, sum(sizes.values()), **more), *(of_people(unit, n, **more) for unit, n in sizes.items())]
