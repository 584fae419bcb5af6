"""Figures beside their targets and beside the country."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from assets.comparison.targets import references, targets
from schemas.profile import Indicator, Profile
from schemas.profile.reference_values import ReferenceValue
from tests.made_up import indicator, profile


def co2(direction: str = "lower_is_better", **more: Any) -> Indicator:
    aims = [{"reporting_year": 2025, "value": 60}, {"reporting_year": 2030, "value": 0, "nl": "plan", "en": "plan"}]
    given = {"delivered": {"combine": "sum"}, "direction": direction, "targets": aims}
    return indicator("co2", "delivered", **(given | more))


def row(value: float | None, year: int = 2020, **more: Any) -> dict[str, Any]:
    about = {"reporting_year": year, "cycle": "2021-03", "indicator": "co2", "level": None, "unit": None}
    about |= {"definition_version": "1", "figure_id": f"co2-{year}", "value": value}
    return about | {"status": "ok" if value is not None else "suppressed"} | more


def outcomes(one: Indicator, *rows: dict[str, Any]) -> dict[int, str]:
    return {r["reporting_year"]: r["outcome"] for r in targets(profile(indicators=[one]), rows)}


def test_a_figure_is_held_against_the_next_target_and_the_first_year() -> None:
    found = targets(profile(indicators=[co2()]), [row(100, 2019), row(90, 2020)])[-1]
    assert (found["target_year"], found["target"], found["target_printed_nl"]) == (2025, 60.0, "60,0")
    assert (found["first_year"], found["first_value"], found["outcome"]) == (2019, 100.0, "closer")
    assert targets(profile(indicators=[co2()]), [row(50, 2027)])[-1]["target_year"] == 2030


@pytest.mark.parametrize(
    ("direction", "value", "expected"),
    [
        ("lower_is_better", 90, "closer"),
        ("lower_is_better", 100, "unchanged"),
        ("lower_is_better", 110, "further"),
        ("lower_is_better", 60, "reached"),
        ("lower_is_better", 40, "reached"),
        ("higher_is_better", 40, "further"),
        ("higher_is_better", 55, "closer"),
        ("higher_is_better", 60, "reached"),
        ("higher_is_better", 90, "reached"),
    ],
)
def test_the_direction_says_which_way_is_on_the_way(direction: str, value: float, expected: str) -> None:
    first = 100 if direction == "lower_is_better" else 50
    assert outcomes(co2(direction), row(first, 2019), row(value, 2020))[2020] == expected


def test_a_target_of_the_year_itself_is_reached_or_missed() -> None:
    assert outcomes(co2(), row(70, 2024), row(61, 2025)) == {2024: "not_known", 2025: "missed"}
    assert outcomes(co2(), row(5, 2031)) == {2031: "missed"}


def test_the_first_year_of_the_profile_comes_before_that_of_the_release() -> None:
    one = co2(baselines=[{"reporting_year": 2015, "value": 80}])
    found = targets(profile(indicators=[one]), [row(100, 2019), row(90, 2020)])[-1]
    assert (found["first_year"], found["first_value"], found["outcome"]) == (2015, 80.0, "further")


def test_nothing_is_told_of_a_suppressed_figure() -> None:
    found = targets(profile(indicators=[co2()]), [row(None, 2019), row(None, 2020)])
    assert [(r["outcome"], r["first_value"]) for r in found] == [("not_known", None)] * 2


def test_a_part_is_not_held_against_the_target_of_the_whole() -> None:
    partial = row(50, 2020, without="North")
    assert outcomes(co2(), row(100, 2019), partial) == {2019: "not_known", 2020: "not_known"}
    assert outcomes(co2(), row(100, 2019, without="North"), row(90, 2020))[2020] == "not_known", "nor held against one"


def test_figures_of_units_and_indicators_without_a_target_have_none() -> None:
    assert outcomes(co2(), row(90, unit="North")) == {}
    assert outcomes(co2(targets=[]), row(90)) == {}


def test_targets_need_a_direction_and_stand_once_per_year() -> None:
    with pytest.raises(ValidationError, match="direction other than neutral"):
        co2("neutral")
    with pytest.raises(ValidationError, match="stands there twice"):
        co2(targets=[{"reporting_year": 2025, "value": 1}, {"reporting_year": 2025, "value": 2}])


def country(year: int, value: str, comparable: str = "yes", **more: Any) -> ReferenceValue:
    note = {} if comparable == "yes" else {"nl": "anders geteld", "en": "counted otherwise"}
    given = {"indicator": "co2", "sector": "hbo", "reporting_year": year, "value": value, "source": "S"}
    return ReferenceValue.model_validate(given | {"comparable": comparable} | note | more)


def institution(*values: ReferenceValue) -> Profile:
    who = profile(indicators=[co2()])
    return replace(who, reference_values=values, institution=who.institution.model_copy(update={"sector": "hbo"}))


def listed(who: Profile, *rows: dict[str, Any]) -> dict[int, tuple[str, int | None]]:
    found = references(who, who.cycle("2021-03"), rows)
    return {r["reporting_year"]: (r["comparable"], r["beside_year"]) for r in found}


def test_the_country_stands_beside_the_figure_of_its_year_or_the_nearest_after_it() -> None:
    who = institution(country(2018, "110"), country(2020, "95"), country(2021, "90"))
    assert listed(who, row(100, 2019), row(90, 2020)) == {2018: ("yes", 2019), 2020: ("yes", 2020)}
    older = institution(country(2018, "110"))
    assert listed(older, row(100, 2019), row(90, 2020)) == {2018: ("yes", 2020)}


def test_what_does_not_compare_is_listed_and_stands_beside_nothing() -> None:
    who = institution(country(2019, "110", "with_reservation"), country(2020, "95", "no"))
    assert listed(who, row(90, 2020)) == {2019: ("with_reservation", 2020), 2020: ("no", None)}


def test_only_the_own_sector_is_published() -> None:
    assert listed(institution(country(2020, "95", sector="wo")), row(90)) == {}


def test_a_reservation_says_what_it_is() -> None:
    with pytest.raises(ValidationError, match="with the reservation"):
        country(2020, "1", "no", nl="", en="")


def test_better_is_what_the_direction_says() -> None:
    assert co2("lower_is_better").better(Decimal(1), Decimal(2)) is True
    assert co2("higher_is_better").better(Decimal(1), Decimal(2)) is False
    assert co2("higher_is_better").better(Decimal(2), Decimal(2)) is None
    assert co2("neutral", targets=[]).better(Decimal(1), Decimal(2)) is None
