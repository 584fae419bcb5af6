"""Figures beside their targets and beside the country."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from assets.comparison.targets import references, targets
from schemas.profile import Indicator
from schemas.profile.reference_values import ReferenceValue
from tests.made_up import indicator, profile


def co2(direction: str = "lower_is_better", **more: Any) -> Indicator:
    aims = [{"reporting_year": 2025, "value": 60}, {"reporting_year": 2030, "value": 0, "nl": "plan", "en": "plan"}]
    usual = {"delivered": {"combine": "sum"}, "direction": direction, "targets": aims}
    return indicator("co2", "delivered", **(usual | more))


def row(value: float | None, year: int = 2020, **more: Any) -> dict[str, Any]:
    about = {"reporting_year": year, "cycle": "2021-03", "indicator": "co2", "level": None, "unit": None}
    about |= {"definition_version": "1", "figure_id": f"co2-{year}", "value": value}
    return about | {"status": "ok" if value is not None else "suppressed"} | more


def outcomes(one: Indicator, *rows: dict[str, Any]) -> dict[int, str]:
    return {r["reporting_year"]: r["outcome"] for r in targets(profile(indicators=[one]), rows)}


def test_a_figure_is_held_against_the_next_target_and_the_first_year_that_of_the_profile_before_the_releases() -> None:
    def last(one: Indicator, *rows: dict[str, Any]) -> dict[str, Any]:
        return targets(profile(indicators=[one]), rows)[-1]

    beside = last(co2(), row(100, 2019), row(90, 2020))
    assert (beside["target_year"], beside["target"], beside["target_printed_nl"]) == (2025, 60.0, "60,0")
    assert (beside["first_year"], beside["first_value"], beside["outcome"]) == (2019, 100.0, "closer")
    assert last(co2(), row(50, 2027))["target_year"] == 2030
    beside = last(co2(baselines=[{"reporting_year": 2015, "value": 80}]), row(100, 2019), row(90, 2020))
    assert (beside["first_year"], beside["first_value"], beside["outcome"]) == (2015, 80.0, "further")


@pytest.mark.parametrize(
    ("direction", "by_value"),
    [
        ("lower_is_better", {90: "closer", 100: "unchanged", 110: "further", 60: "reached", 40: "reached"}),
        ("higher_is_better", {40: "further", 55: "closer", 60: "reached", 90: "reached"}),
    ],
)
def test_the_direction_says_which_way_is_on_the_way(direction: str, by_value: dict[int, str]) -> None:
    first = row(100 if direction == "lower_is_better" else 50, 2019)
    assert {value: outcomes(co2(direction), first, row(value, 2020))[2020] for value in by_value} == by_value


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row(70, 2024), row(61, 2025)], {2024: "not_known", 2025: "missed"}),
        ([row(5, 2031)], {2031: "missed"}),
        ([row(None, 2019), row(None, 2020)], {2019: "not_known", 2020: "not_known"}),
        ([row(100, 2019), row(50, 2020, without="North")], {2019: "not_known", 2020: "not_known"}),
        ([row(100, 2019, without="North"), row(90, 2020)], {2019: "not_known", 2020: "not_known"}),
        ([row(90, unit="North")], {}),
    ],
    ids=["missed", "of the last target", "suppressed", "a part", "against a part", "of a unit"],
)
def test_nothing_is_known_of_what_is_hidden_or_a_part(rows: list[dict[str, Any]], expected: dict[int, str]) -> None:
    assert outcomes(co2(), *rows) == expected


def test_an_indicator_without_a_target_has_no_row_and_nothing_is_told_of_a_suppressed_first_year() -> None:
    assert outcomes(co2(targets=[]), row(90)) == {}
    hidden = targets(profile(indicators=[co2()]), [row(None, 2019), row(None, 2020)])
    assert [r["first_value"] for r in hidden] == [None, None]


def country(year: int, comparable: str = "yes", **more: Any) -> ReferenceValue:
    note = {} if comparable == "yes" else {"nl": "anders geteld", "en": "counted otherwise"}
    usual = {"indicator": "co2", "sector": "hbo", "reporting_year": year, "value": "95", "source": "S"}
    return ReferenceValue.model_validate(usual | {"comparable": comparable} | note | more)


def test_targets_need_a_direction_and_stand_once_and_a_reservation_its_words() -> None:
    with pytest.raises(ValidationError, match="direction other than neutral"):
        co2("neutral")
    with pytest.raises(ValidationError, match="stands there twice"):
        co2(targets=[{"reporting_year": 2025, "value": value} for value in (1, 2)])
    with pytest.raises(ValidationError, match="with the reservation"):
        country(2020, "no", nl="", en="")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([country(2018), country(2020), country(2021)], {2018: ("yes", 2019), 2020: ("yes", 2020)}),
        ([country(2018)], {2018: ("yes", 2020)}),
        ([country(2019, "with_reservation")], {2019: ("with_reservation", 2020)}),
        ([country(2020, "no")], {2020: ("no", None)}),
        ([country(2020, sector="wo")], {}),
    ],
    ids=["of its year or the nearest after it", "the last", "with its reservation", "beside nothing", "another sector"],
)
def test_the_country_stands_beside_a_figure(values: list[ReferenceValue], expected: dict[int, Any]) -> None:
    who = profile(indicators=[co2()])
    own = who.institution.model_copy(update={"sector": "hbo"})
    who = replace(who, reference_values=tuple(values), institution=own)
    rows = references(who, who.cycle("2021-03"), [row(100, 2019), row(90, 2020)])
    assert {r["reporting_year"]: (r["comparable"], r["beside_year"]) for r in rows} == expected


def test_better_is_what_the_direction_says() -> None:
    assert co2("lower_is_better").better(Decimal(1), Decimal(2)) is True
    assert co2("higher_is_better").better(Decimal(1), Decimal(2)) is False
    assert co2("higher_is_better").better(Decimal(2), Decimal(2)) is None
    assert co2("neutral", targets=[]).better(Decimal(1), Decimal(2)) is None
