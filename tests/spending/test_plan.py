"""What a version of the plan gives and shifts, with whose consent, and from which line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from assets.spending.plan import consents, ordered, plan_versions, versions
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.methods.figures.evidence import Evidence
from kwaliteitsmonitor.methods.figures.left_out import Lost
from schemas.consequences import Costs
from schemas.exports.arrow import to_arrow
from schemas.words import Words
from tests.made_up import profile
from tests.spending.lines import CONSENT, CYCLE, OTHER, SECOND, THEME, UNIT, WHO, planned

Rows = dict[tuple[str, str | None], dict[str, Any]]
ORIGINAL = [
    planned("original", UNIT, THEME, 2021, "500.00"),
    planned("original", OTHER, THEME, 2021, "300.00"),
    planned("original", UNIT, SECOND, 2021, "200.00"),
]
WITHOUT_OTHER = [ORIGINAL[0], ORIGINAL[2]]
PLAN = [
    planned("original", UNIT, THEME, 2021, "500.00"),
    planned("original", OTHER, SECOND, 2021, "200.00"),
    planned("revised", UNIT, THEME, 2021, "450.00"),
    planned("third", OTHER, SECOND, 2021, "250.00", None),
]


def plan(lines: Sequence[dict[str, Any]], *lost: tuple[str, Lost]) -> tuple[Rows, list[Evidence]]:
    """The rows by version and theme, and their evidence."""
    rows, evidence = plan_versions(CYCLE, (THEME, "none", SECOND), versions(WHO, lines, lost))
    to_arrow("spending_plan_versions", rows)
    found = {(r["version"], r["theme"]): r for r in rows}
    assert len(found) == len(rows)
    return found, evidence


def amounts(rows: Rows, version: str, name: str) -> list[Any]:
    """A column of a version, for both themes and the whole."""
    return [rows[(version, theme)][name] for theme in (THEME, SECOND, None)]


def test_a_version_of_the_plan_is_this_row_with_this_evidence() -> None:
    rows, evidence = plan(PLAN)
    assert len(rows) == 9, "a theme of which no version speaks has no row"
    about = {"cycle": "2021-03", "version": "revised", "year": 2021, "theme": THEME, "status": "ok", "note": None}
    assert rows[("revised", THEME)] == about | {
        "amount": Decimal("450.00"),
        "shift": Decimal("-50.00"),
        "consent_by": CONSENT[0],
        "consent_on": CONSENT[1],
        "figure_id": f"2021-03:plan:revised:2021:{THEME}",
        "without": None,
    }
    assert rows[("third", THEME)]["amount"] == Decimal("450.00"), "what the second version shifted stays shifted"
    assert (rows[("third", None)]["amount"], rows[("third", None)]["consent_by"]) == (Decimal("700.00"), None)
    whole = "2021-03:plan:revised:2021:all"
    assert [e for e in evidence if e.figure_id == whole] == [
        Evidence(whole, "amount", "p" * 16, 2, Decimal("650.00")),
        Evidence(whole, "earlier_amount", "p" * 16, 2, Decimal("700.00")),
    ]


def test_a_version_that_speaks_of_one_unit_leaves_the_others_as_they_were() -> None:
    shift = [planned("shift", UNIT, THEME, 2021, "450.00"), planned("shift", UNIT, SECOND, 2021, "250.00")]
    rows, _ = plan([*ORIGINAL, *shift])
    assert amounts(rows, "original", "amount") == [Decimal(800), Decimal(200), Decimal(1000)]
    assert amounts(rows, "original", "shift") == [None] * 3
    assert amounts(rows, "shift", "amount") == [Decimal(750), Decimal(250), Decimal(1000)]
    assert amounts(rows, "shift", "shift") == [-50, 50, 0], "a shift between themes moves no total"
    assert rows[("shift", None)]["consent_on"] == CONSENT[1]


def test_the_evidence_of_a_version_adds_up_to_its_amount_and_to_the_one_before() -> None:
    rows, evidence = plan([*ORIGINAL, planned("shift", UNIT, THEME, 2021, "450.00")])
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for e in evidence:
        sums[(e.figure_id, e.part)] += e.contribution
    for row in rows.values():
        assert sums[(row["figure_id"], "amount")] == row["amount"]
        if row["shift"] is not None:
            assert row["amount"] - sums[(row["figure_id"], "earlier_amount")] == row["shift"]


def test_a_theme_that_a_later_version_takes_up_is_evidenced_by_no_delivery_before_it() -> None:
    later = [planned("original", UNIT, THEME, 2021, "5.00"), planned("second", UNIT, SECOND, 2021, "7.00")]
    figure = f"2021-03:plan:second:2021:{SECOND}"
    assert [e for e in plan(later)[1] if e.figure_id == figure] == [
        Evidence(figure, "amount", "p" * 16, 1, Decimal("7.00")),
        Evidence(figure, "earlier_amount", "p" * 16, 0, Decimal("0.00")),
    ]


def test_a_shift_without_the_consent_of_a_council_is_noted() -> None:
    words = (
        "met een verschuiving in het bestedingsplan heeft een raad ingestemd",
        "a council has consented to a shift in the spending plan",
    )
    rule = ("spending_plan", "spending_plan.shift_without_consent", Costs.NOTE, Outcome.FAILED, 2, 1, *words)
    cells = (Words("gewijzigd plan 2", "amended plan 2"),)
    assert consents(versions(WHO, PLAN)) == RuleResult(*rule, cells=cells)
    repeated = [*ORIGINAL, planned("again", UNIT, THEME, 2021, "500.00", None)]
    assert consents(versions(WHO, repeated)).outcome == "passed", "it shifts nothing"


def test_lines_of_a_version_with_different_consents_have_none() -> None:
    lines = [*ORIGINAL, planned("v", UNIT, THEME, 2021, "1.00"), planned("v", UNIT, SECOND, 2021, "1.00", None)]
    (_, second) = versions(WHO, lines)
    assert second.consent is None


def test_a_line_that_was_set_aside_leaves_its_unit_out_of_the_sums_of_which_it_is_part() -> None:
    rows, _ = plan(WITHOUT_OTHER, ("original", Lost(2021, 0, OTHER, THEME)))
    assert amounts(rows, "original", "amount") == [500, 200, 700]
    assert amounts(rows, "original", "without") == [OTHER, None, OTHER]
    assert rows[("original", THEME)]["note"] == f"zonder {OTHER} / without {OTHER}"


def test_a_shift_is_told_only_of_the_same_units_and_is_no_shift_without_consent() -> None:
    lines = [*WITHOUT_OTHER, planned("shift", OTHER, THEME, 2021, "300.00", None)]
    lost = ("original", Lost(2021, 0, OTHER, THEME))
    row = plan(lines, lost)[0][("shift", THEME)]
    assert (row["amount"], row["without"], row["shift"]) == (800, None, None), "of other units"
    assert consents(versions(WHO, lines, [lost])).outcome == "passed", "it is not known what it was before"


def test_a_line_of_a_later_version_that_was_set_aside_is_not_what_the_plan_was_before() -> None:
    rows, _ = plan(ORIGINAL, ("shift", Lost(2021, 0, UNIT, THEME)))
    row = rows[("shift", THEME)]
    assert (row["amount"], row["shift"], row["without"]) == (300, None, UNIT)
    assert rows[("original", THEME)]["without"] is None
    gone, _ = plan(ORIGINAL[:2], ("original", Lost(2021, 0, UNIT, SECOND)))
    assert ("original", SECOND) not in gone, "of a theme of which nothing is left there is no sum, not one of zero"
    assert gone[("original", None)]["without"] == UNIT


def test_a_line_of_nobody_is_said_in_each_sum_that_it_may_be_part_of() -> None:
    rows, _ = plan(ORIGINAL, ("original", Lost(2021, 0, "", THEME)))
    assert amounts(rows, "original", "without") == ["?", None, "?"]
    assert rows[("original", THEME)]["amount"] == 800


@pytest.mark.parametrize(
    ("known", "delivered", "unknown"),
    [
        ((), ["eerste"], ()),
        ((), ["eerste", "aangepast"], ("aangepast", "eerste")),
        (("eerste",), ["eerste", "aangepast"], ("aangepast",)),
        (("eerste", "aangepast"), ["aangepast", "eerste"], ()),
    ],
)
def test_versions_whose_order_the_profile_does_not_say_are_told_with_that_in_which_they_are_read(
    known: tuple[str, ...], delivered: list[str], unknown: tuple[str, ...]
) -> None:
    """The names of versions say nothing of it: `aangepast` stands before `eerste`."""
    who = profile(plan=[(name, THEME, 2021, "1.00") for name in known])
    lines = [planned(name, UNIT, THEME, 2021, f"{number}.00") for number, name in enumerate(delivered, start=1)]
    found = ordered(who, versions(who, lines))
    assert found.cells == unknown
    assert found.outcome == ("failed" if unknown else "passed")
    assert ("read as: aangepast, eerste" in found.detail) == (unknown == ("aangepast", "eerste"))
