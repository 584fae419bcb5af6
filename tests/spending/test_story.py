"""What is told about spending: who explains what, what a version of the plan shifts, and how good forecasts were."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from assets.spending.explanations import asked, explanations
from assets.spending.forecasts import forecasts
from assets.spending.ledger import Ledger
from assets.spending.plan import consents, plan_versions, versions
from kwaliteitsmonitor.methods.figures.evidence import Evidence
from kwaliteitsmonitor.methods.figures.left_out import Lost
from schemas.exports.arrow import to_arrow
from schemas.profile.spending import ExplainFrom
from schemas.words import Words
from tests.made_up import line, profile, table

WHO = profile()
UNIT, OTHER = (unit.id for unit in WHO.units[:2])
THEME, SECOND = (theme.id for theme in WHO.themes[:2])
MEASURE = next(measure.id for measure in WHO.measures if measure.theme == THEME)
RULE = ExplainFrom(eur=Decimal(100), fraction=Decimal("0.10"))
CONSENT = ("university_council", date(2021, 6, 1))


def ledger(rows: Sequence[dict[str, Any]], cycle: str = "2021-03", **lacking: Any) -> Ledger:
    return Ledger.of(WHO, WHO.cycle(cycle), table("fact_spending", rows), lacking)


def told(rows: Sequence[dict[str, Any]], texts: Sequence[str | None] | None, cycle: str = "2021-03") -> Any:
    """Rows of the explanations of some lines, of which the texts are read or not."""
    read = [
        row | ({} if texts is None else {"explanation": text}) for row, text in zip(rows, texts or rows, strict=True)
    ]
    found = explanations(ledger(rows, cycle), RULE, read)
    to_arrow("spending_explanations", found)
    return found


@pytest.mark.parametrize(
    ("budget", "outcome", "asked_why"),
    [
        ("1000.00", "1101.00", True),
        ("1000.00", "899.00", True),
        ("1000.00", "1100.00", False),  # no more than a tenth
        ("5000.00", "5400.00", False),  # less than a tenth
        ("100.00", "190.00", False),  # much of very little
        ("0.00", "101.00", True),
    ],
)
def test_a_unit_is_asked_why_where_both_thresholds_are_passed(budget: str, outcome: str, asked_why: bool) -> None:
    assert RULE.departs(Decimal(budget), Decimal(outcome)) is asked_why


def test_what_a_unit_says_stands_beside_what_it_spent_too_little() -> None:
    rows = [line(UNIT, THEME, MEASURE, "1000.00", "400.00"), line(OTHER, THEME, MEASURE, "1000.00", "1000.00")]
    (row,) = told(rows, [" Later gestart ", None])
    assert (row["unit"], row["theme"], row["difference"]) == (UNIT, THEME, Decimal("-600.00"))
    assert (row["explained"], row["explanation"], row["basis"]) == ("given", "Later gestart", "realised")
    assert row["about_figure"] == f"2021-03:unit_spending:2020:{UNIT}:{THEME}"


def test_a_departure_without_a_word_is_asked_for_and_found() -> None:
    found = told([line(UNIT, THEME, MEASURE, "1000.00", "400.00")], [None])
    assert [row["explained"] for row in found] == ["asked"]
    result = asked(found, 7, {THEME: Words("Thema", "Theme")})
    assert (result.outcome, result.failed, result.cells) == (
        "failed",
        1,
        (Words(f"{UNIT}, Thema, 2020", f"{UNIT}, Theme, 2020"),),
    )
    assert asked([row | {"explained": "given"} for row in found], 7, {}).outcome == "passed"


def test_where_explanations_are_not_read_nobody_is_said_to_be_silent() -> None:
    found = told([line(UNIT, THEME, MEASURE, "1000.00", "400.00")], None)
    assert [(row["explained"], row["explanation"]) for row in found] == [("not_read", None)]
    assert asked(found, 1, {}).outcome == "passed"


def test_during_the_year_the_forecast_is_held_against_the_budget() -> None:
    rows = [line(UNIT, THEME, MEASURE, "1000.00", "300.00", year=2021, number=1, forecast="1000.00")]
    assert told(rows, [None], "2021-05") == []
    rows[0]["forecast"] = Decimal("1500.00")
    (row,) = told(rows, ["Eerder begonnen"], "2021-05")
    assert (row["basis"], row["outcome"], row["round"]) == ("forecast", Decimal("1500.00"), 1)


def test_a_unit_that_did_not_deliver_is_not_asked_why_it_spent_nothing() -> None:
    rows = [line(UNIT, THEME, MEASURE, "1000.00", "0.00")]
    held = Ledger.of(WHO, WHO.cycle("2021-03"), table("fact_spending", rows), {(2020, 3): [UNIT]})
    assert explanations(held, RULE, rows) == []


def planned(version: str, unit: str, theme: str, year: int, amount: str, consent: Any = CONSENT) -> dict[str, Any]:
    by, on = consent or (None, None)
    return {
        "version": version,
        "unit": unit,
        "theme": theme,
        "year": year,
        "amount": Decimal(amount),
        "consent_by": by,
        "consent_on": on,
        "_delivery": "p" * 16,
    }


def plan(*lines: dict[str, Any]) -> tuple[dict[tuple[str, int, str | None], dict[str, Any]], list[Evidence]]:
    rows, evidence = plan_versions(WHO.cycle("2021-03"), (THEME, SECOND), versions(WHO, lines))
    to_arrow("spending_plan_versions", rows)
    return {(r["version"], r["year"], r["theme"]): r for r in rows}, evidence


ORIGINAL = [
    planned("original", UNIT, THEME, 2021, "500.00"),
    planned("original", OTHER, THEME, 2021, "300.00"),
    planned("original", UNIT, SECOND, 2021, "200.00"),
]


def test_a_version_that_speaks_of_one_unit_leaves_the_others_as_they_were() -> None:
    rows, _ = plan(
        *ORIGINAL,
        planned("shift-2021", UNIT, THEME, 2021, "450.00"),
        planned("shift-2021", UNIT, SECOND, 2021, "250.00"),
    )
    assert rows[("original", 2021, THEME)]["amount"] == Decimal("800.00")
    assert rows[("original", 2021, THEME)]["shift"] is None
    assert rows[("shift-2021", 2021, THEME)]["amount"] == Decimal("750.00")
    assert rows[("shift-2021", 2021, THEME)]["shift"] == Decimal("-50.00")
    assert rows[("shift-2021", 2021, SECOND)]["shift"] == Decimal("50.00")
    assert rows[("shift-2021", 2021, None)]["shift"] == Decimal("0.00"), "a shift between themes moves no total"
    assert rows[("shift-2021", 2021, None)]["consent_on"] == date(2021, 6, 1)


def test_the_evidence_of_a_version_adds_up_to_its_amount_and_to_the_one_before() -> None:
    rows, evidence = plan(*ORIGINAL, planned("shift-2021", UNIT, THEME, 2021, "450.00"))
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for e in evidence:
        sums[(e.figure_id, e.part)] += e.contribution
    for row in rows.values():
        assert sums[(row["figure_id"], "amount")] == row["amount"]
        if row["shift"] is not None:
            assert row["amount"] - sums[(row["figure_id"], "earlier_amount")] == row["shift"]


def test_a_shift_without_the_consent_of_a_council_is_found() -> None:
    shifted = [*ORIGINAL, planned("shift-2021", UNIT, THEME, 2021, "450.00", None)]
    found = consents(versions(WHO, shifted))
    assert (found.outcome, found.cells) == ("failed", (Words("gewijzigd plan", "amended plan"),))
    repeated = [*ORIGINAL, planned("again", UNIT, THEME, 2021, "500.00", None)]
    assert consents(versions(WHO, repeated)).outcome == "passed", "it shifts nothing"


def test_lines_of_a_version_with_different_consents_have_none() -> None:
    lines = [*ORIGINAL, planned("v", UNIT, THEME, 2021, "1.00"), planned("v", UNIT, SECOND, 2021, "1.00", None)]
    (_, second) = versions(WHO, lines)
    assert second.consent is None


def expected(rows: Iterable[dict[str, Any]], **lacking: Any) -> Any:
    held = Ledger.of(WHO, WHO.cycle("2021-03"), table("fact_spending", rows), lacking.get("missing", {}))
    held = replace(held, lost=lacking.get("lost", ()))
    found, evidence = forecasts(held)
    to_arrow("spending_forecasts", found)
    return {(r["round"], r["theme"]): r for r in found}, evidence


SETTLED = [
    line(UNIT, THEME, MEASURE, "1000.00", "100.00", number=1, forecast="900.00"),
    line(UNIT, THEME, MEASURE, "1000.00", "600.00", number=2, forecast="1000.00"),
    line(UNIT, THEME, MEASURE, "1000.00", "990.00", number=3, forecast="990.00"),
]


def test_forecasts_of_may_and_september_stand_beside_what_march_showed() -> None:
    found, evidence = expected(SETTLED)
    assert [found[(n, THEME)]["deviation"] for n in (1, 2)] == [Decimal("90.00"), Decimal("-10.00")]
    assert found[(1, None)]["deviation_pct"] == pytest.approx(0.1)
    parts = {(e.part, e.contribution) for e in evidence if e.figure_id == found[(1, None)]["figure_id"]}
    assert parts == {("forecast", Decimal("900.00")), ("realised", Decimal("990.00"))}


BESIDE = [one | {"unit": OTHER, "_delivery": "b" * 16} for one in SETTLED]
ELSEWHERE = [
    line(OTHER, SECOND, "courses", "10.00", "7.00", number=n, forecast="8.00", delivery="c" * 16) for n in (1, 2, 3)
]


@pytest.mark.parametrize(
    ("there", "lacking"),
    [
        (BESIDE[1:], {"missing": {(2020, 1): [OTHER]}}),
        ([*BESIDE[:2], *ELSEWHERE], {"lost": [Lost(2020, 3, OTHER, THEME)]}),
        ([*BESIDE[1:], *ELSEWHERE], {"lost": [Lost(2020, 1, OTHER, THEME)]}),
    ],
)
def test_a_unit_that_either_round_is_without_is_left_out_of_both_and_named(
    there: list[dict[str, Any]], lacking: dict[str, Any]
) -> None:
    found, evidence = expected([*SETTLED, *there], **lacking)
    for theme, expects in ((THEME, "900.00"), (None, "908.00" if "lost" in lacking else "900.00")):
        row = found[(1, theme)]
        assert (row["status"], row["without"], row["note"]) == ("ok", OTHER, f"zonder {OTHER} / without {OTHER}")
        assert row["forecast"] == Decimal(expects)
        of = [e for e in evidence if e.figure_id == row["figure_id"]]
        assert "b" * 16 not in {e.delivery for e in of}
        assert sum(e.contribution for e in of if e.part == "forecast") == row["forecast"]
        assert sum(e.contribution for e in of if e.part == "realised") == row["realised"]
    if "lost" in lacking:
        assert (found[(1, SECOND)]["without"], found[(1, SECOND)]["note"]) == (None, None), "a line costs its theme"


def test_where_nobody_is_left_or_a_forecast_lacks_nothing_is_compared() -> None:
    found, evidence = expected(SETTLED, missing={(2020, 1): [UNIT]}, lost=[Lost(2020, 3, UNIT, THEME)])
    assert (found[(1, None)]["status"], found[(1, None)]["forecast"]) == ("not_available", None)
    assert evidence == []
    without, _ = expected([SETTLED[0] | {"forecast": None}, *SETTLED[1:]])
    assert without[(1, None)]["status"] == "not_available"


def test_a_year_that_is_not_settled_has_no_forecast_to_judge() -> None:
    rows = [line(UNIT, THEME, MEASURE, "1000.00", "100.00", year=2021, number=1, forecast="900.00")]
    held = Ledger.of(WHO, WHO.cycle("2021-05"), table("fact_spending", rows), {})
    assert forecasts(held)[0] == []


def without(*lost: tuple[str, Lost], of: Sequence[dict[str, Any]]) -> dict[tuple[str, int, str | None], dict[str, Any]]:
    rows, _ = plan_versions(WHO.cycle("2021-03"), (THEME, SECOND), versions(WHO, of, lost))
    to_arrow("spending_plan_versions", rows)
    return {(r["version"], r["year"], r["theme"]): r for r in rows}


def test_a_line_of_the_plan_that_was_set_aside_leaves_its_unit_out_where_it_counts() -> None:
    kept = [line for line in ORIGINAL if (line["unit"], line["theme"]) != (OTHER, THEME)]
    rows = without(("original", Lost(2021, 0, OTHER, THEME)), of=kept)
    assert (rows[("original", 2021, THEME)]["amount"], rows[("original", 2021, THEME)]["without"]) == (500, OTHER)
    assert rows[("original", 2021, THEME)]["note"] == f"zonder {OTHER} / without {OTHER}"
    assert (rows[("original", 2021, SECOND)]["amount"], rows[("original", 2021, SECOND)]["without"]) == (200, None)
    assert (rows[("original", 2021, None)]["amount"], rows[("original", 2021, None)]["without"]) == (700, OTHER)


def test_a_shift_is_told_only_of_the_same_units_and_is_no_shift_without_consent() -> None:
    kept = [line for line in ORIGINAL if (line["unit"], line["theme"]) != (OTHER, THEME)]
    later = [planned("shift-2021", OTHER, THEME, 2021, "300.00", None)]
    lost = ("original", Lost(2021, 0, OTHER, THEME))
    rows = without(lost, of=[*kept, *later])
    assert (rows[("shift-2021", 2021, THEME)]["amount"], rows[("shift-2021", 2021, THEME)]["without"]) == (800, None)
    assert rows[("shift-2021", 2021, THEME)]["shift"] is None, "of other units"
    assert consents(versions(WHO, [*kept, *later], [lost])).outcome == "passed", "it is not known what it was before"


def test_a_line_of_a_later_version_that_was_set_aside_is_not_what_the_plan_was_before() -> None:
    rows = without(("shift-2021", Lost(2021, 0, UNIT, THEME)), of=ORIGINAL)
    row = rows[("shift-2021", 2021, THEME)]
    assert (row["amount"], row["shift"], row["without"]) == (300, None, UNIT)
    assert rows[("original", 2021, THEME)]["without"] is None
    gone = without(("original", Lost(2021, 0, UNIT, SECOND)), of=ORIGINAL[:2])
    assert ("original", 2021, SECOND) not in gone, (
        "of a theme of which nothing is left there is no sum, not one of zero"
    )
    assert gone[("original", 2021, None)]["without"] == UNIT


def test_a_line_of_the_plan_of_nobody_is_said_in_each_sum_that_it_may_be_part_of() -> None:
    rows = without(("original", Lost(2021, 0, "", THEME)), of=ORIGINAL)
    assert {theme: row["without"] for (_, _, theme), row in rows.items()} == {THEME: "?", SECOND: None, None: "?"}
    assert rows[("original", 2021, THEME)]["amount"] == 800
