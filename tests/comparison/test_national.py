"""The crosswalk to national themes: whatever the parts and the amounts, nothing comes and nothing goes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.comparison.apportionment import CENT, apportioned
from assets.comparison.national import AMOUNTS, counts, crosswalk, spending
from assets.publication.lineage.figure_lineage import BY_PROFILE, Resting
from kwaliteitsmonitor.methods.figures.contributions import Contribution
from schemas.profile import Profile
from schemas.profile.themes import NationalTheme, Theme
from tests.made_up import NO_NOTE, indicator, note_of, profile
from tests.releases.report.releases import spent

NATIONAL = ("n1", "n2", "n3", "n4")
HALVES = {"n1": Decimal("0.5"), "n2": Decimal("0.5")}
amounts = st.integers(-(10**11), 10**11).map(lambda cents: cents * CENT)


@st.composite
def parts(draw: st.DrawFn, names: tuple[str, ...] = NATIONAL) -> dict[str, Decimal]:
    """Parts of one theme that add up to one; none for a theme without a national one."""
    chosen = draw(st.lists(st.sampled_from(names), unique=True, max_size=len(names)))
    number = max(len(chosen) - 1, 0)
    cuts = sorted(draw(st.lists(st.integers(1, 999_999), unique=True, min_size=number, max_size=number)))
    ends = [0, *cuts, 1_000_000]
    return {name: Decimal(high - low) / 1_000_000 for name, low, high in zip(chosen, ends, ends[1:], strict=False)}


@given(amounts, parts().filter(bool))
def test_a_divided_amount_is_the_amount_to_the_cent(amount: Decimal, of: dict[str, Decimal]) -> None:
    found = apportioned(amount, of)
    assert sum(found.values()) == amount
    assert all(abs(found[name] - amount * part) < CENT for name, part in of.items())
    assert all(share == share.quantize(CENT) for share in found.values())


def test_the_cents_that_are_left_go_to_whoever_lost_most_and_what_cannot_be_divided_is_refused() -> None:
    thirds = {"a": Decimal("0.333"), "b": Decimal("0.333"), "c": Decimal("0.334")}
    assert apportioned(Decimal("0.02"), thirds) == {"a": Decimal("0.01"), "b": Decimal("0.00"), "c": Decimal("0.01")}
    assert apportioned(Decimal("-0.01"), HALVES) == {"n1": Decimal("0.00"), "n2": Decimal("-0.01")}
    with pytest.raises(ValueError, match="expected 1"):
        apportioned(Decimal(1), {"a": Decimal("0.9")})
    with pytest.raises(ValueError, match="whole cents"):
        apportioned(Decimal("0.001"), {"a": Decimal(1)})


def university(*themes: dict[str, Decimal], **more: Any) -> Profile:
    own = tuple(Theme(id=f"t{i}", nl=f"t{i}", en=f"t{i}", national=of) for i, of in enumerate(themes))
    national = tuple(NationalTheme(id=name, nl=f"{name} nl", en=f"{name} en") for name in NATIONAL)
    return replace(profile(measures=(), **more), themes=own, national_themes=national)


def overview(who: Profile, of_themes: list[tuple[Decimal, Decimal, Decimal]]) -> list[dict[str, Any]]:
    """The spending of 2020 by theme and of all: budget, realised and carried over."""
    themes = [*(theme.id for theme in who.themes), None]
    totals = [sum(column, Decimal(0)) for column in zip(*of_themes, strict=True)]
    rows = zip(themes, (*of_themes, totals), strict=True)
    return [spent(t, str(b), str(r), carried_over=c, available=b + c, **NO_NOTE) for t, (b, r, c) in rows]


def divided(who: Profile, own: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return spending(who, who.cycle("2021-03"), own, [])[0]


def last(row: dict[str, Any]) -> str:
    """What a row is about, as its figure is called."""
    return str(row["figure_id"].split(":")[-1])


@settings(max_examples=50)
@given(st.lists(st.tuples(parts(), amounts, amounts, amounts), min_size=1, max_size=6))
def test_totals_by_national_theme_are_those_by_own_theme(themes: list[tuple[Any, ...]]) -> None:
    who = university(*(of for of, *_ in themes))
    own = overview(who, [(b, r, c) for _, b, r, c in themes])
    delivered = [Contribution(r["figure_id"], "budget", "d" * 16, 1, r["budget"]) for r in own]
    rows, evidence = spending(who, who.cycle("2021-03"), own, delivered)
    total = next(row for row in rows if row["kind"] == "total")
    for name in ("budget", "realised", "carried_over", "difference", "available", "left_over"):
        assert sum(row[name] for row in rows if row["kind"] != "total") == total[name]
    for name in ("budget", "realised", "carried_over"):
        assert total[name] == own[-1][name]
    for row in rows:
        of_row = [e.contribution for e in evidence if (e.figure_id, e.part) == (row["figure_id"], "budget")]
        assert sum(of_row) == row["budget"]
    assert len({row["figure_id"] for row in rows}) == len(rows)


def test_a_theme_without_a_national_one_stands_apart() -> None:
    who = university({"n1": Decimal("0.25"), "n2": Decimal("0.75")}, {}, {"n2": Decimal(1)})
    money = [(Decimal(100), Decimal("100.01"), Decimal(0)), (Decimal(7), Decimal(8), Decimal(0)), (Decimal(1),) * 3]
    rows = divided(who, overview(who, money))
    assert [(r["kind"], r["national_theme"], r["theme"], r["budget"], r["realised"]) for r in rows] == [
        ("national", "n1", None, Decimal("25.00"), Decimal("25.00")),
        ("national", "n2", None, Decimal("76.00"), Decimal("76.01")),
        ("not_mapped", None, "t1", Decimal("7.00"), Decimal("8.00")),
        ("total", None, None, Decimal("108.00"), Decimal("109.01")),
    ]
    assert (rows[0]["share_of_budget"], rows[0]["realised_pct_of_budget"]) == (pytest.approx(25 / 108), 1.0)


def test_what_rests_on_a_theme_that_is_not_there_is_not_there() -> None:
    who = university(HALVES, {"n2": Decimal(1)})
    own = overview(who, [(Decimal(1), Decimal(1), Decimal(0))] * 2)
    for row in (own[0], own[-1]):
        row |= dict.fromkeys(AMOUNTS) | {
            "status": "not_available",
            "note_nl": "niet geleverd: X",
            "note_en": "not delivered: X",
        }
    rows = divided(who, own)
    assert {last(row): row["status"] for row in rows} == dict.fromkeys(("n1", "n2", "all"), "not_available")
    assert note_of(rows[0]) == "niet geleverd: X / not delivered: X"


def test_what_is_left_is_told_only_where_budget_and_carry_over_are_of_the_same_units() -> None:
    who = university({"n1": Decimal(1)}, {"n2": Decimal(1)})
    own = overview(who, [(Decimal(5), Decimal(1), Decimal(2))] * 2)
    for row in (own[0], own[-1]):
        row |= {"available": None, "note_nl": "overgeheveld zonder HA", "note_en": "carried over without HA"}
    left = {last(row): (row["available"], row["left_over"]) for row in divided(who, own)}
    assert left == {"n1": (None, None), "n2": (Decimal("7.00"), Decimal("6.00")), "all": (None, None)}


def test_each_row_says_on_which_figures_it_rests() -> None:
    who = university(HALVES, {"n2": Decimal(1)})
    own = overview(who, [(Decimal(1), Decimal(1), Decimal(0))] * 2)
    on = Resting({})
    BY_PROFILE["crosswalk"](on, "divided", divided(who, own), own, who)
    assert [(last(r), r["of_figure"].split(":")[-1]) for r in on.rows if r["relation"] == "divided"] == [
        ("n1", "t0"), ("n2", "t0"), ("n2", "t1"), ("all", "all")
    ]  # fmt: skip


def test_measures_and_indicators_count_under_each_theme_and_once_in_the_total() -> None:
    people = {"facts": "fact_staff", "count": "person"}
    every = [indicator(f"i{i}", "count", numerator=people, theme=f"t{i}") for i in range(3)]
    who = university(HALVES, {"n2": Decimal(1)}, {}, indicators=every)
    rows = counts(who, who.cycle("2021-03"), [2020])
    numbers = {r["national_theme"] or r["theme"] or "all": (r["indicators"], r["indicators_shared"]) for r in rows}
    assert numbers == {"n1": (1, 1), "n2": (2, 1), "t2": (1, 0), "all": (3, 1)}


def test_the_crosswalk_is_published_with_its_parts() -> None:
    who = university({"n2": Decimal("0.4"), "n1": Decimal("0.6")}, {})
    rows = crosswalk(who, who.cycle("2021-03"))
    assert [(r["theme"], r["national_theme"], r["national_nl"], r["part"]) for r in rows] == [
        ("t0", "n2", "n2 nl", Decimal("0.4")),
        ("t0", "n1", "n1 nl", Decimal("0.6")),
        ("t1", None, None, Decimal(1)),
    ]
