"""What a version of the plan gives and shifts, with whose consent, and from which line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from assets.spending.plan import consents, ordered, plan_versions, versions
from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.methods.figures.contributions import Contribution, as_table, per_delivery
from kwaliteitsmonitor.methods.figures.left_out import Lost
from schemas.consequences import Costs
from schemas.exports.arrow import to_arrow
from schemas.words import Words
from tests.made_up import NO_NOTE, note_of, profile, told
from tests.spending.lines import CONSENT, CYCLE, OTHER, SECOND, THEME, UNIT, WHO, judged, planned

Rows = dict[tuple[str, str | None], dict[str, Any]]
ORIGINAL = [
    planned("original", UNIT, THEME, 2021, "500.00"),
    planned("original", OTHER, THEME, 2021, "300.00"),
    planned("original", UNIT, SECOND, 2021, "200.00"),
]
PLAN = [
    planned("original", UNIT, THEME, 2021, "500.00"),
    planned("original", OTHER, SECOND, 2021, "200.00"),
    planned("revised", UNIT, THEME, 2021, "450.00"),
    planned("third", OTHER, SECOND, 2021, "250.00", None),
]


def plan(lines: Sequence[dict[str, Any]], *lost: tuple[str, Lost]) -> tuple[Rows, list[Contribution]]:
    """The rows by version and theme, and their evidence."""
    rows, evidence = plan_versions(CYCLE, (THEME, "none", SECOND), versions(WHO, lines, lost))
    to_arrow("spending_plan_versions", rows)
    made = {(r["version"], r["theme"]): r for r in rows}
    assert len(made) == len(rows)
    sums: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for e in evidence:
        sums[(e.figure_id, e.part)] += e.contribution
    for row in rows:
        assert sums[(row["figure_id"], "amount")] == row["amount"], "and so does its evidence"
        if row["shift"] is not None:
            assert row["amount"] - sums[(row["figure_id"], "earlier_amount")] == row["shift"]
    return made, evidence


def amounts(rows: Rows, version: str, name: str) -> list[Any]:
    """A column of a version, for both themes and the whole."""
    return [rows[(version, theme)][name] for theme in (THEME, SECOND, None)]


def test_a_version_of_the_plan_is_this_row_with_this_evidence() -> None:
    rows, contributions = plan(PLAN)
    assert len(rows) == 9, "a theme of which no version speaks has no row"
    about = {"cycle": "2021-03", "version": "revised", "year": 2021, "theme": THEME, "status": "ok"} | NO_NOTE
    amounts = {"amount": Decimal("450.00"), "shift": Decimal("-50.00"), "without": None}
    consent = {"consent_by": CONSENT[0], "consent_on": CONSENT[1], "figure_id": f"2021-03:plan:revised:2021:{THEME}"}
    assert rows[("revised", THEME)] == about | amounts | consent
    assert rows[("third", THEME)]["amount"] == Decimal("450.00"), "what the second version shifted stays shifted"
    assert (rows[("third", None)]["amount"], rows[("third", None)]["consent_by"]) == (Decimal("700.00"), None)
    whole, taken_up = "2021-03:plan:revised:2021:all", f"2021-03:plan:third:2021:{SECOND}"
    assert [e for e in per_delivery(as_table(contributions)) if e.figure_id == whole] == [
        Contribution(whole, "amount", "p" * 16, 2, Decimal("650.00")),
        Contribution(whole, "earlier_amount", "p" * 16, 2, Decimal("700.00")),
    ]
    later = [PLAN[0], planned("third", UNIT, SECOND, 2021, "7.00")]
    assert [e for e in per_delivery(as_table(plan(later)[1])) if e.figure_id == taken_up] == [
        Contribution(taken_up, "amount", "p" * 16, 1, Decimal("7.00")),
        Contribution(taken_up, "earlier_amount", "p" * 16, 0, Decimal("0.00")),
    ]


def test_a_version_that_speaks_of_one_unit_leaves_the_others_as_they_were() -> None:
    shift = [planned("shift", UNIT, THEME, 2021, "450.00"), planned("shift", UNIT, SECOND, 2021, "250.00")]
    rows, _ = plan([*ORIGINAL, *shift])
    assert amounts(rows, "original", "amount") == [Decimal(800), Decimal(200), Decimal(1000)]
    assert amounts(rows, "original", "shift") == [None] * 3
    assert amounts(rows, "shift", "amount") == [Decimal(750), Decimal(250), Decimal(1000)]
    assert amounts(rows, "shift", "shift") == [-50, 50, 0], "a shift between themes moves no total"
    assert rows[("shift", None)]["consent_on"] == CONSENT[1]


def test_a_shift_without_the_consent_of_a_council_is_noted() -> None:
    cells = (Words("gewijzigd plan 2", "amended plan 2"),)
    rule = judged("spending_plan.shift_without_consent", Costs.NOTE, Outcome.FAILED, 2, 1, cells=cells)
    assert consents(versions(WHO, PLAN)) == rule
    repeated = [*ORIGINAL, planned("again", UNIT, THEME, 2021, "500.00", None)]
    assert consents(versions(WHO, repeated)).outcome == "passed", "it shifts nothing"
    differing = [*ORIGINAL, planned("v", UNIT, THEME, 2021, "1.00"), planned("v", UNIT, SECOND, 2021, "1.00", None)]
    assert versions(WHO, differing)[1].consent is None, "lines with different consents have none"


LOST = ("original", Lost(2021, 0, OTHER, THEME))


@pytest.mark.parametrize(
    ("lines", "lost", "amount", "without"),
    [
        ([ORIGINAL[0], ORIGINAL[2]], LOST, [500, 200, 700], [OTHER, None, OTHER]),
        (ORIGINAL, ("original", Lost(2021, 0, "", THEME)), [800, 200, 1000], ["?", None, "?"]),
        (ORIGINAL, ("shift", Lost(2021, 0, UNIT, THEME)), [800, 200, 1000], [None] * 3),  # not what it was before
    ],
)
def test_a_line_that_was_set_aside_leaves_its_unit_out_of_the_sums_of_which_it_is_or_may_be_part(
    lines: list[dict[str, Any]], lost: tuple[str, Lost], amount: list[int], without: list[str | None]
) -> None:
    rows, _ = plan(lines, lost)
    assert amounts(rows, "original", "amount") == amount
    assert amounts(rows, "original", "without") == without
    note = f"zonder {without[0]} / without {without[0]}" if without[0] not in (None, "?") else None
    assert note is None or note_of(rows[("original", THEME)]) == note


def test_a_shift_is_told_only_of_the_same_units() -> None:
    lines = [ORIGINAL[0], ORIGINAL[2], planned("shift", OTHER, THEME, 2021, "300.00", None)]
    row = plan(lines, LOST)[0][("shift", THEME)]
    assert (row["amount"], row["without"], row["shift"]) == (800, None, None), "of other units"
    assert consents(versions(WHO, lines, [LOST])).outcome == "passed", "it is not known what it was before"
    row = plan(ORIGINAL, ("shift", Lost(2021, 0, UNIT, THEME)))[0][("shift", THEME)]
    assert (row["amount"], row["shift"], row["without"]) == (300, None, UNIT)
    gone, _ = plan(ORIGINAL[:2], ("original", Lost(2021, 0, UNIT, SECOND)))
    assert ("original", SECOND) not in gone, "of a theme of which nothing is left there is no sum, not one of zero"
    assert gone[("original", None)]["without"] == UNIT


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
    result = ordered(who, versions(who, lines))
    assert result.cells == unknown
    assert result.outcome == ("failed" if unknown else "passed")
    assert ("read as: aangepast, eerste" in told(result)) == (unknown == ("aangepast", "eerste"))
