"""Someone who wants to know what is suppressed, and has nothing but published tables.

Written apart from the gate: it knows how tables add up, how many digits are printed, and which deliveries are the same
in two releases. Of every leaf, answer and release the number of people is unknown; whatever is printed is an equation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from math import ceil, floor
from typing import Any

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array

Row = Mapping[str, Any]
Release = Mapping[str, Sequence[Row]]
"""The rows of each table of a release."""
Place = tuple[str | None, str | None, str | None]
TWO_DIGITS = "two digits"
UNKNOWN = 10**9
HALF_A_TENTH = 0.05
CLOSE = 1e-6
NEARLY_ALL = 0.9


def place(row: Row) -> Place:
    return (row["unit"], row.get("programme"), row["level"])


def holds(whole: Place, part: Place) -> bool:
    return all(name is None or name == of for name, of in zip(whole, part, strict=True))


class Attack:
    """All that releases say of one question in one year."""

    def __init__(self, releases: Sequence[Release], year: int, question: str) -> None:
        self.releases = releases
        self.year, self.question = year, question
        self.rows = [self._of(release["evaluation_results"]) for release in releases]
        scores = {r["score"] for release in releases for r in self._of(release.get("evaluation_shares", ()))}
        self.scores = sorted(scores) or [1, 2, 3, 4, 5]
        self.columns: dict[tuple[int, Place], int] = {}
        self.count = 0
        for number in range(len(releases)):
            for row in self.rows[number]:
                if row["programme"] is not None:
                    self.columns[(number, place(row))] = self._column(number, place(row))
        # Where the distribution is not shown, the spread is printed to one decimal.
        self.in_full = [
            {place(r) for r in self._of(release.get("evaluation_shares", ())) if r["status"] == "ok"}
            for release in releases
        ]
        self.equal: list[tuple[dict[int, float], float]] = []
        self.most: list[tuple[dict[int, float], float]] = []
        for number, release in enumerate(releases):
            self._read(number, release)

    def _of(self, rows: Iterable[Row]) -> list[Row]:
        return [r for r in rows if r["reporting_year"] == self.year and r["question"] == self.question]

    def _column(self, number: int, leaf: Place) -> int:
        for earlier in range(number):
            known = (earlier, leaf) in self.columns
            if known and self._delivered(earlier, leaf[0]) == self._delivered(number, leaf[0]):
                return self.columns[(earlier, leaf)]
        self.count += 1
        return self.count - 1

    def _delivered(self, number: int, unit: str | None) -> frozenset[str]:
        rows = self.releases[number]["delivery_status"]
        return frozenset(r["delivery"] for r in rows if r["unit"] in (None, unit) and r["feed"] == "evaluations")

    def terms(self, number: int, cell: Place, weights: Sequence[float] | None = None) -> dict[int, float]:
        """The sum over the leaves of a cell, each answer with a weight."""
        width = len(self.scores)
        leaves = [c for (release, leaf), c in self.columns.items() if release == number and holds(cell, leaf)]
        return {c * width + i: w for c in leaves for i, w in enumerate(weights or [1] * width) if w}

    def _read(self, number: int, release: Release) -> None:
        for row in self.rows[number]:
            if row["status"] == "ok":
                self._figure(number, row)
            elif row["programme"] is not None:
                self._between(number, place(row), 1, UNKNOWN)  # somebody is there, or the row were not
        for row in self._of(release.get("evaluation_shares", ())):
            if row["status"] == "ok":
                weights = [float(score == row["score"]) for score in self.scores]
                self.equal.append((self.terms(number, place(row), weights), row["answers"]))
        units = {r["delivery"]: r["unit"] for r in release["delivery_status"]}
        cells = {r["figure_id"]: place(r) for r in self.rows[number]}
        for row in release.get("lineage", ()):
            if row["figure_id"] in cells and row["contribution"] is not None:
                unit, programme, level = cells[row["figure_id"]]
                told = (units[row["delivery"]] or unit, programme, level)
                weights = {"n": None, "sum": self.scores, "squares": [s * s for s in self.scores]}
                if row["part"] in weights:
                    terms = self.terms(number, told, weights[row["part"]])
                    self.equal.append((terms, round(float(row["contribution"]))))

    def _figure(self, number: int, row: Row) -> None:
        n, cell = row["n"], place(row)
        if TWO_DIGITS in (row["note_en"] or ""):
            half = 10 ** max(1, len(str(n)) - 2) // 2
            self._between(number, cell, n - half, n + half - 1)
            return
        self.equal.append((self.terms(number, cell), n))
        self.equal.append((self.terms(number, cell, self.scores), round(n * row["mean"])))
        if row["sd_respondents"] is not None:
            squares = [s * s for s in self.scores]
            about = [
                (n - 1) * max(0.0, row["sd_respondents"] + off) ** 2 + n * row["mean"] ** 2
                for off in ((0, 0) if cell in self.in_full[number] else (-HALF_A_TENTH, HALF_A_TENTH))
            ]
            if about[0] == about[1]:
                self.equal.append((self.terms(number, cell, squares), round(about[0])))
            else:
                self._between(number, cell, ceil(about[0] - CLOSE), floor(about[1] + CLOSE), squares)
        if row["median"] is not None:
            # No more than half of the answers lie below the median, and no more than half above it.
            for beyond in (lambda s: s < row["median"], lambda s: s > row["median"]):
                self.most.append((self.terms(number, cell, [float(beyond(s)) for s in self.scores]), n // 2))

    def _between(self, number: int, cell: Place, low: int, high: int, weights: Sequence[float] | None = None) -> None:
        sum_of = self.terms(number, cell, weights)
        self.most.append((sum_of, high))
        self.most.append(({column: -w for column, w in sum_of.items()}, -low))

    def hidden(self) -> list[tuple[int, Place]]:
        """Everything that is suppressed: the number of the release, and the cell."""
        return [(i, place(r)) for i, rows in enumerate(self.rows) for r in rows if r["status"] == "suppressed"]

    def hidden_shares(self) -> list[tuple[int, Place, float]]:
        """Every suppressed share of a cell that is shown: the number of the release, the cell and the score."""
        shown = [{place(r) for r in rows if r["status"] == "ok"} for rows in self.rows]
        return [
            (i, place(r), r["score"])
            for i, release in enumerate(self.releases)
            for r in self._of(release.get("evaluation_shares", ()))
            if r["status"] == "suppressed" and place(r) in shown[i]
        ]

    def width(self, number: int, cell: Place) -> int:
        """How many numbers of people a suppressed cell may be about."""
        low, high = self.bounds(self.terms(number, cell))
        return high - low + 1

    def given(self, number: int, cell: Place, score: float, *, whole: bool = False) -> tuple[int, int]:
        """Between which numbers lies how many in a cell gave an answer."""
        return self.bounds(self.terms(number, cell, [float(one == score) for one in self.scores]), whole=whole)

    def bounds(self, terms: Mapping[int, float], *, whole: bool = False) -> tuple[int, int]:
        """The least and the largest whole number that a sum may be; with `whole`, of whole numbers of people."""
        objective = np.zeros(self.count * len(self.scores))
        for column, weight in terms.items():
            objective[column] = weight
        options: dict[str, Any] = {"integrality": int(whole), "options": {"time_limit": 5.0} if whole else {}}
        ends = []
        for sign in (1, -1):
            end = linprog(sign * objective, **self.published, **options, method="highs")
            if whole and end.status == 1:
                return self.bounds(terms)  # out of time: what is certain of any numbers
            assert end.status in (0, 3), f"what is published contradicts itself: {end.message}"
            ends.append(UNKNOWN if end.status == 3 else sign * end.fun)
        return int(np.ceil(ends[0] - CLOSE)), int(np.floor(ends[1] + CLOSE))

    @cached_property
    def published(self) -> dict[str, Any]:
        """Everything that is printed, as equations and inequalities of the numbers of people."""
        system: dict[str, Any] = {}
        for rows, matrix, bound in ((self.most, "A_ub", "b_ub"), (self.equal, "A_eq", "b_eq")):
            entries = [(w, i, column) for i, (terms, _) in enumerate(rows) for column, w in terms.items()]
            if entries:
                weights, lines, columns = zip(*entries, strict=True)
                shape = (len(rows), self.count * len(self.scores))
                system |= {
                    matrix: coo_array((weights, (lines, columns)), shape=shape).tocsr(),
                    bound: [v for _, v in rows],
                }
        return system


def attacks(releases: Sequence[Release]) -> Iterator[tuple[int, str, Attack]]:
    """An attack on each question of each year."""
    questions = {(r["reporting_year"], r["question"]) for x in releases for r in x["evaluation_results"]}
    for year, question in sorted(questions):
        yield year, question, Attack(releases, year, question)


def recovered(releases: Sequence[Release], threshold: int) -> list[tuple[int, str, int, Place, int]]:
    """What can be narrowed to fewer values than the threshold: year, question, release, cell and number of values."""
    return [
        (year, question, number, cell, width)
        for year, question, attack in attacks(releases)
        for number, cell in attack.hidden()
        if (width := attack.width(number, cell)) < threshold
    ]


Told = tuple[int, str, int, Place, float, tuple[int, int]]
"""Year, question, release, cell, score, and between which numbers lies how many gave that answer."""


def told_shares(releases: Sequence[Release], threshold: int, exactly: int = 6, most: int = UNKNOWN) -> list[Told]:
    """The suppressed shares of which it is certain that some gave that answer, but few; or that nearly all did.

    Of so many shares, those of the smallest cells, the bounds are `exactly` those that whole numbers leave. At most
    so many shares per question are looked at.
    """
    told = []
    for year, question, attack in attacks(releases):
        n = [{place(r): r["n"] for r in rows} for rows in attack.rows]
        shares = sorted(attack.hidden_shares(), key=lambda share: (n[share[0]][share[1]], str(share)))
        for i, (number, cell, score) in enumerate(shares[:most]):
            low, high = attack.given(number, cell, score, whole=i < exactly)
            if low > 0 and (high < threshold or low >= NEARLY_ALL * n[number][cell]):
                told.append((year, question, number, cell, score, (low, high)))
    return told
