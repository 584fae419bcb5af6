"""An attacker with all published tables, and those of earlier releases, recovers nothing that is suppressed."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.methods.disclosure.attacker import Attack, recovered, told_shares
from tests.methods.disclosure.releasing import QUESTIONS, Counts, facts, only_what_was_shown, release, who

LEAVES = st.tuples(
    st.sampled_from(["North", "East", "South"]), st.sampled_from(["P1", "P2", "P3"]), st.sampled_from(["Ba", "Ma"])
)
GIVEN = st.one_of(
    st.lists(st.integers(0, 3), min_size=5, max_size=5),
    st.lists(st.integers(2, 40), min_size=5, max_size=5),
    st.lists(st.integers(40, 400), min_size=5, max_size=5),
).filter(any)
ANSWERS = st.dictionaries(
    LEAVES,
    st.fixed_dictionaries(dict.fromkeys(QUESTIONS[:1], GIVEN), optional={QUESTIONS[1]: GIVEN}),
    min_size=1,
    max_size=9,
)
CHANGES = st.lists(st.tuples(LEAVES, st.sampled_from(["gone", "one", "few", "many"]), st.integers(0, 4)), max_size=3)
SLOW = settings(
    max_examples=int(os.environ.get("KWALITEITSMONITOR_ATTACKS", "6")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # to make a failing example smaller takes minutes
)


def changed(counts: Counts, changes: Any) -> dict[Any, Any]:
    """The answers of a next delivery: programmes that are gone or new, and a few or many answers more."""
    later = {leaf: {q: list(c) for q, c in answers.items()} for leaf, answers in counts.items()}
    for leaf, how, score in changes:
        if how == "gone":
            if len(later) > 1:
                later.pop(leaf, None)
            continue
        for given_to in later.setdefault(leaf, {QUESTIONS[0]: [0] * 5}).values():
            given_to[score] += {"one": 1, "few": 3, "many": 20}[how]
    return later


@SLOW
@given(ANSWERS, st.sampled_from([2, 3, 5, 10]))
def test_nothing_suppressed_can_be_narrowed_to_fewer_values_than_the_threshold(counts: Counts, threshold: int) -> None:
    tables, _ = release(who(threshold), facts(counts))
    assert all(r["n"] >= threshold for r in tables["evaluation_results"] if r["status"] == "ok")
    assert recovered([tables], threshold) == []
    assert told_shares([tables], threshold) == []


@SLOW
@given(ANSWERS, st.lists(CHANGES, min_size=1, max_size=2), st.sampled_from([2, 3, 5]))
@example(  # what protected a distribution in the first release is given away by the totals of the second
    {
        ("North", "P1", "Ma"): {"teaching": [0, 0, 1, 1, 0]},
        ("North", "P1", "Ba"): {"teaching": [2, 2, 2, 2, 2]},
        ("South", "P1", "Ba"): {"teaching": [3, 3, 0, 0, 2], "content": [35, 32, 26, 21, 2]},
        ("North", "P3", "Ba"): {"teaching": [2, 2, 2, 2, 2]},
    },
    [[(("North", "P1", "Ba"), "gone", 0), (("North", "P1", "Ma"), "many", 0)]],
    2,
)
@example(  # what protected a distribution in the first release is no longer there in the second
    {
        ("East", "P3", "Ma"): {"teaching": [39, 29, 9, 38, 5]},
        ("South", "P2", "Ba"): {"teaching": [2, 28, 40, 7, 32]},
        ("South", "P1", "Ba"): {"teaching": [3, 0, 0, 2, 1]},
        ("North", "P2", "Ba"): {"teaching": [0, 2, 1, 0, 3]},
        ("South", "P3", "Ba"): {"teaching": [160, 60, 118, 132, 194]},
        ("South", "P2", "Ma"): {"teaching": [267, 223, 46, 40, 175]},
        ("North", "P1", "Ba"): {"teaching": [70, 384, 108, 346, 136]},
        ("East", "P2", "Ba"): {"teaching": [18, 36, 18, 13, 23]},
        ("North", "P3", "Ba"): {"teaching": [40, 7, 16, 30, 38]},
    },
    [[(("South", "P1", "Ba"), "few", 0), (("South", "P2", "Ma"), "few", 4), (("North", "P3", "Ba"), "gone", 0)]],
    3,
)
@example(  # two digits of a question that many answered, and another that three did
    {
        ("South", "P2", "Ba"): {"teaching": [77, 93, 314, 166, 160]},
        ("East", "P3", "Ba"): {"teaching": [21, 34, 22, 18, 32], "content": [1, 0, 0, 1, 1]},
    },
    [[(("South", "P1", "Ma"), "few", 2), (("North", "P3", "Ba"), "one", 2)]],
    2,
)
@example(  # a programme that ended: what protected it in the first release is shown in the second
    {
        ("North", "P1", "Ba"): {"content": [34, 19, 32, 13, 2]},
        ("North", "P1", "Ma"): {"content": [1, 1, 1, 0, 1]},
        ("South", "P3", "Ba"): {"content": [245, 141, 344, 91, 130]},
        ("South", "P3", "Ma"): {"content": [13, 28, 36, 7, 10]},
        ("South", "P2", "Ba"): {"content": [9, 2, 8, 33, 27]},
        ("North", "P3", "Ba"): {"content": [21, 15, 26, 6, 17]},
        ("East", "P1", "Ba"): {"content": [106, 400, 97, 302, 96]},
    },
    [[(("North", "P3", "Ba"), "few", 2), (("North", "P1", "Ma"), "gone", 4), (("East", "P2", "Ma"), "many", 1)]],
    3,
)
def test_a_later_release_gives_away_nothing_that_an_earlier_one_suppressed(
    counts: Counts, rounds: Any, threshold: int
) -> None:
    institution = who(threshold)
    tables, shown = release(institution, facts(counts))
    releases, memory = [tables], [shown]
    for changes in rounds:
        counts = changed(counts, changes)
        tables, shown = release(institution, facts(counts), memory)
        known_anyway = {
            (year, q, i, cell)
            for year, q, i, cell, _ in recovered([*releases, only_what_was_shown(tables, releases)], threshold)
        }
        releases.append(tables)
        memory.append(shown)
        found = {(year, q, i, cell) for year, q, i, cell, _ in recovered(releases, threshold)}
        assert found <= known_anyway
        assert told_shares(releases, threshold, exactly=0) == []


def test_the_attacker_recovers_what_only_small_cells_hide() -> None:
    """The test of the test: without complementary suppression, subtraction finds what is hidden."""
    counts = {
        ("North", "P1", "Ba"): {"teaching": [1, 1, 1, 0, 0]},
        ("North", "P2", "Ba"): {"teaching": [4, 5, 6, 7, 8]},
    }
    tables, _ = release(who(5), facts(counts), gate=False)
    for table in ("evaluation_results", "evaluation_shares"):
        for row in tables[table]:
            if row["programme"] == "P1":
                row["status"] = "suppressed"
    tables["lineage"] = []
    assert recovered([tables], 5) == [(2020, "teaching", 0, ("North", "P1", "Ba"), 1)]


def test_the_attacker_recovers_what_a_second_release_gives_away() -> None:
    small, partner = ("North", "P1", "Ba"), ("North", "P2", "Ba")
    counts = {
        small: {"teaching": [1, 1, 1, 0, 0]},
        partner: {"teaching": [4, 5, 6, 7, 8]},
        ("East", "P3", "Ba"): {"teaching": [9] * 5},
    }
    first, memory = release(who(5), facts(counts))
    grown = {**counts, small: {"teaching": [11, 11, 11, 10, 10]}}
    careless, _ = release(who(5), facts(grown))
    careful, _ = release(who(5), facts(grown), [memory])
    # The partner did not change; where it is shown once the small one has grown, the first release falls.
    assert {r["status"] for r in careful["evaluation_results"] if r["programme"] == "P2"} == {"suppressed"}
    assert {r["status"] for r in careless["evaluation_results"] if r["programme"] == "P2"} == {"ok"}
    assert Attack([first, careful], 2020, "teaching").width(0, small) >= 5
