"""Putting figures together: every indicator, year, level and unit that the definitions ask for.

A figure is a row of `indicator_values`; what contributed to it becomes rows of `lineage`. Where a delivery that a
definition needs is missing, the figure is not available, and says what is missing; if it is that of some units, the
figure is of the others, each part of it, and says without whom: a partial sum is never shown as a smaller whole.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow as pa

from assets.indicators import delivered
from assets.indicators.contributions import contributed
from assets.indicators.lacks import Lacks
from assets.indicators.terms import Contribution as TermContribution
from assets.indicators.terms import Dropped, Total, tells_units, total
from kwaliteitsmonitor.foundation.engine import duckdb_for
from kwaliteitsmonitor.methods.disclosure.people import PERSONS
from kwaliteitsmonitor.methods.figures.arithmetic import Parts, worked_out
from kwaliteitsmonitor.methods.figures.contributions import Contribution
from kwaliteitsmonitor.methods.figures.formulas import formulas_of
from kwaliteitsmonitor.methods.figures.identity import figure_id
from kwaliteitsmonitor.methods.figures.left_out import Lacking as Lacking
from kwaliteitsmonitor.methods.figures.left_out import Missing
from kwaliteitsmonitor.methods.figures.printing import Exact
from kwaliteitsmonitor.methods.figures.unworded import UnwordedFigure
from kwaliteitsmonitor.methods.remarks import Remarks, Sentence, going_without, sentences
from kwaliteitsmonitor.methods.statistics.caveats import Response, other_levels, response_of, too_few
from kwaliteitsmonitor.methods.statistics.comparison import another_spread, not_comparable
from kwaliteitsmonitor.methods.statistics.moments import decimal
from kwaliteitsmonitor.methods.statistics.summaries import Statistics, Summary, statistics
from kwaliteitsmonitor.methods.statistics.sums import Asked, Cell
from schemas.calendar import Cycle
from schemas.profile import Indicator, Profile
from schemas.rows import FactFiguresRow
from schemas.words import Words, listed_words

if TYPE_CHECKING:
    import duckdb

NO_ROWS = Words("geen rijen", "no rows")
NO_DENOMINATOR = Words("de noemer is nul", "the denominator is zero")
NO_ANSWERS = Words("geen antwoorden", "no answers")
SPLIT = ("Ba", "Ma")
"""The levels of a figure that is split by level."""


@dataclass
class Figures:
    """Rows of `indicator_values` and what contributed to each.

    A row is worded once the disclosure gate has decided (`kwaliteitsmonitor.methods.figures.wording`).
    """

    rows: list[UnwordedFigure] = field(default_factory=list)
    contributions: list[Contribution] = field(default_factory=list)


Excused = Mapping[int, Collection[str]]
"""Per reporting year the units whose delivery is missing and waived."""


@dataclass(frozen=True)
class Absent:
    """What is not there of a cycle.

    `missing` says what is missing of a table and year, `waived` what a decision lets a figure do without: it is
    computed, and says so. `excused` are the units whose delivered figures a decision lets the whole do without.
    `lacking` says of which units something is missing or was set aside, `aside` how many rows of a table and year are
    set aside that cost no more than themselves.
    """

    missing: Missing = field(default_factory=dict)
    waived: Missing = field(default_factory=dict)
    excused: Excused = field(default_factory=dict)
    lacking: Lacking = field(default_factory=dict)
    aside: Mapping[tuple[str, int], int] = field(default_factory=dict)


def figures(
    profile: Profile,
    cycle: Cycle,
    facts: Mapping[str, pa.Table],
    absent: Absent,
    answers: Statistics | None = None,
) -> Figures:
    """Every figure of a cycle: this year's, for comparison the year before, and what was delivered of earlier years.

    `absent` says what is not there. `answers` are the statistics of the answers among the facts, if they are at hand.
    """
    made = Figures()
    of_delivered: list[FactFiguresRow] = facts["fact_figures"].to_pylist() if "fact_figures" in facts else []
    years = cycle.years(profile.institution.first_year)
    if answers is None:
        answers = statistics(profile, facts["fact_answers"], facts["fact_population"], years)
    with duckdb_for("figures") as connection:
        for name, rows in facts.items():
            connection.register(name, rows)
        for year, indicator in _definitions_by_year(profile, years, delivered.earlier(profile, cycle, of_delivered)):
            maker = _Maker(profile, cycle, indicator, year, absent, made)
            if indicator.answers is not None:
                maker.means(answers)
            elif indicator.delivered is not None:
                maker.as_delivered(of_delivered, absent.excused.get(year, frozenset()))
            else:
                maker.terms(connection)
    return made


def _definitions_by_year(
    profile: Profile, years: Sequence[int], earlier: Mapping[int, Collection[str]]
) -> Iterator[tuple[int, Indicator]]:
    """Each year with the definitions of which it has figures: all of them, and in earlier years those delivered."""
    for year in (*earlier, *years):
        for definition in _definitions(profile, year):
            if year not in earlier or definition.id in earlier[year]:
                yield year, definition


def _definitions(profile: Profile, year: int) -> Iterator[Indicator]:
    for name in dict.fromkeys(i.id for i in profile.indicators):
        definition = profile.indicator(name, year)
        if definition is not None:
            yield definition


@dataclass
class _Maker:
    """Makes the figures of one definition in one year."""

    profile: Profile
    cycle: Cycle
    indicator: Indicator
    year: int
    absent: Absent
    into: Figures

    def terms(self, connection: duckdb.DuckDBPyConnection) -> None:
        """The figure of a count, sum, ratio or share."""
        ind = self.indicator
        if ind.numerator is None:
            return
        terms = ind.terms
        by_unit = all(tells_units(connection, term, self.year) for term in terms)
        lacking = self._lacks.missing_of_whole(by_unit=by_unit)
        row, but = self._row(None, None), [] if lacking else self._lacks.without
        row["remarks"] += self._lacks.rows_aside()
        if lacking:
            self._unavailable(row, lacking)
            return
        numerator = total(connection, ind.numerator, self.year, but=but)
        denominator = total(connection, ind.denominator, self.year, but=but) if ind.denominator else None
        beside = total(connection, ind.beside, self.year, but=but) if ind.beside else None
        if not all(side.looked_at for side in (numerator, denominator, beside) if side is not None):
            self._unavailable(row, (Sentence(NO_ROWS),))
            return
        value = self._worked_out("value", numerator, denominator)
        if value is None:
            self._unavailable(row, (Sentence(NO_DENOMINATOR),))
            return
        people = self._people(numerator, denominator) is not None
        for part, side in (("numerator", numerator), ("denominator", denominator), ("beside", beside)):
            self._contribute(row["figure_id"], part, side, people)
        row |= {
            "value": float(value),
            "numerator": float(numerator.value),
            "denominator": None if denominator is None else float(denominator.value),
            "n": self._people(numerator, denominator),
        }
        self._finish(row, value, None, beside.value if beside else None)

    def _worked_out(self, number: str, numerator: Total, denominator: Total | None) -> Decimal | None:
        """A number by its formula; `None` if there is nothing to divide by."""
        parts = {"numerator": numerator.value, "denominator": denominator.value if denominator else None}
        return worked_out(formulas_of(self.indicator)[number], Parts(parts.get, lambda *_: ()))

    def means(self, answers: Statistics) -> None:
        """The figures of a mean: for the institution and, if the definition asks for it, per level and unit."""
        ind = self.indicator
        if ind.answers is None:
            return
        question = Asked(self.year, ind.answers.evaluation, ind.answers.question)
        lacking = self._lacks.missing_of_whole(by_unit=True)
        for level in SPLIT if ind.split_level else (None,):
            self._mean(answers, question, Cell(level=level), lacking)
            for unit in (u.id for u in self.profile.units) if ind.by_unit else ():
                cell = Cell(unit, level=level)
                if answers.of(question, cell) is not None:
                    self._mean(answers, question, cell, ())

    def as_delivered(self, rows: Iterable[FactFiguresRow], excused: Collection[str]) -> None:
        """The figures of an indicator that is delivered as such: for the institution and, if asked for, per unit."""
        ind, units = self.indicator, self.profile.units_in(self.year)
        figures = delivered.by_level(ind, rows, self.year)
        delivering = self.profile.delivering_figure(ind, self.year)
        for level in SPLIT if ind.split_level else (None,):
            of_level = figures.get(level, {})
            unfit = {unit: why for unit, one in of_level.items() if (why := delivered.unfit(ind, one)) is not None}
            fit = {unit: one for unit, one in of_level.items() if unit not in unfit}
            # A figure that is unfit was delivered, but is none: it keeps the whole from being told.
            lost = self._lacks.delivered(u.id for u in units) - unfit.keys()
            whole = delivered.Whole(ind, units, delivering, fit, excused, lost)
            for unit in (None, *(whole.shown() if ind.by_unit else ())):
                self._delivered(whole.made(unit), unit, level, unfit, excused)

    def _delivered(
        self,
        made: delivered.Made | delivered.Lacking,
        unit: str | None,
        level: str | None,
        unfit: Mapping[str | None, Words],
        excused: Collection[str],
    ) -> None:
        row = self._row(unit, level)
        row["without"] = ", ".join(made.without) or None if isinstance(made, delivered.Made) else None
        if isinstance(made, delivered.Lacking):
            absent = [name for name in made.units if name not in excused] or list(made.units)
            why = next((unfit[one] for one in (unit, *absent) if one in unfit), made.why)
            of = f": {', '.join(absent)}" if absent and unit is None else ""
            lacking = () if why is not made.why or unit is not None else self._lacks.among(self.absent.missing)
            self._unavailable(row, lacking or (Sentence(Words(f"{why.nl}{of}", f"{why.en}{of}")),))
            return
        threshold = self.profile.institution.disclosure.threshold
        small = any(
            one.n is not None and (one.n < threshold or delivered.unanimous(self.indicator, one.value, one.spread))
            for one in made.of
        )
        # What says the same of everybody is weighed as if it were about nobody, and so hidden with its complement.
        alike = made.n is not None and delivered.unanimous(self.indicator, made.value, made.spread)
        for part, contributions in delivered.parts(self.indicator, made).items():
            # Cells hold what single units delivered: none is told where one of them is about few people.
            self.into.contributions.extend(contributed(row["figure_id"], part, contributions, few=small))
        row |= {
            "value": float(made.value),
            "spread": None if made.spread is None else float(made.spread),
            "spread_kind": None if made.spread is None else self.indicator.spread_kind,
            "n": 0 if alike else made.n,
            "numerator": None if made.numerator is None else float(made.numerator),
            "denominator": None if made.denominator is None else float(made.denominator),
            "remarks": (*row["remarks"], *sentences(made.notes), *going_without(made.without)),
        }
        self._finish(row, made.value, made.spread, None)

    def _mean(self, answers: Statistics, question: Asked, cell: Cell, lacking: Remarks) -> None:
        ind = self.indicator
        row = self._row(cell.unit, cell.level)
        # A spread between units says nothing within one unit: there it is that between courses.
        kind = "sd_courses" if cell.unit is not None and ind.spread_kind == "sd_units" else ind.spread_kind or ""
        summary = None if lacking else answers.of(question, cell)
        if summary is None:
            left = answers.every(question).get(cell)
            dropped = too_few(left, self.profile.institution.disclosure.threshold) if left else ()
            self._unavailable(row, lacking or dropped or (Sentence(NO_ANSWERS),))
            return
        analysis = ind.unit_of_analysis or "respondent"
        value, spread = decimal(summary.value(ind.kind, analysis)), summary.spread(analysis, kind) if kind else None
        response = response_of(summary.n, summary.population)
        row |= {
            "value": float(value),
            "spread": None if spread is None else float(spread),
            "spread_kind": kind or None,
            "n": summary.n,
            "invited": response.invited,
            "response_rate": None if response.rate is None else float(response.rate),
            "breaks": (*row["breaks"], *self._broken(question)),
            "remarks": (*row["remarks"], *self._reserved(answers, summary, response)),
        }
        self._contribute_answers(row["figure_id"], summary)
        self._finish(row, value, spread, None)

    def _reserved(self, answers: Statistics, summary: Summary, response: Response) -> Remarks:
        """What is to be said of a mean: what it leaves out, and why there is no response rate."""
        ind, threshold = self.indicator, self.profile.institution.disclosure.threshold
        others = answers.answers_of_levels(summary.question, summary.cell.unit, SPLIT) if ind.split_level else 0
        return (
            *other_levels(others, threshold),
            *too_few(summary.sums, threshold),
            *answers.set_aside(summary.sums),
            *response.remarks,
        )

    def _broken(self, place: Asked) -> Remarks:
        """Why a mean does not compare with the year before: a break in its question, or a spread of another kind."""
        ind = self.indicator
        question = next((q for q in self.profile.questions if q.id == place.question), None)
        breaks = question.breaks_between(self.year - 1, self.year) if question else ()
        before = self.profile.indicator(ind.id, self.year - 1)
        of_question = [not_comparable(breaks)] if breaks else []
        of_spread = (
            [another_spread(before.spread_kind or "")] if before and before.spread_kind != ind.spread_kind else []
        )
        return sentences([*of_question, *of_spread])

    def _row(self, unit: str | None, level: str | None) -> UnwordedFigure:
        ind = self.indicator
        of_all = self.profile.institution.evaluations.breaks if ind.answers else []
        breaks = dict.fromkeys(Words(b.nl, b.en) for b in [*of_all, *ind.breaks] if b.reporting_year == self.year)
        notes = sentences(Words(n.nl, n.en) for n in ind.notes if n.reporting_year == self.year)
        without: list[str] = []
        if unit is None:
            notes += self._lacks.among(self.absent.waived)
            without = (
                [] if ind.delivered is not None or self._lacks.missing_of_whole(by_unit=True) else self._lacks.without
            )
        return {
            "reporting_year": self.year,
            "cycle": self.cycle.key,
            "indicator": ind.id,
            "theme": ind.theme,
            "unit": unit,
            "level": level,
            "value": None,
            "spread": None,
            "spread_kind": None,
            "n": None,
            "invited": None,
            "response_rate": None,
            "numerator": None,
            "denominator": None,
            "unit_of_measure": ind.unit_of_measure,
            "decimals": ind.decimals,
            "status": "ok",
            "definition_version": ind.version,
            "exact": None,
            "breaks": sentences(breaks),
            "remarks": (*notes, *going_without(without)),
            "figure_id": figure_id(self.cycle, "indicator", self.year, ind.id, unit, level),
            "without": ", ".join(without) or None,
            "hidden_by": None,
            "spread_shown": None,
        }

    def _finish(self, row: UnwordedFigure, value: Decimal, spread: Decimal | None, beside: Decimal | None) -> None:
        self.into.rows.append(row | {"exact": Exact(value, spread, beside)})

    def _unavailable(self, row: UnwordedFigure, reasons: Remarks) -> None:
        self.into.rows.append(row | {"status": "not_available", "remarks": (*row["remarks"], *reasons)})

    @cached_property
    def _lacks(self) -> Lacks:
        absent = self.absent
        return Lacks(self.indicator, self.year, absent.missing, absent.waived, absent.lacking, absent.aside)

    def _people(self, numerator: Total, denominator: Total | None) -> int | None:
        """The number of people that the figure is about, if it is about people."""
        if self.indicator.kind == "share" and denominator is not None:
            return int(denominator.value) if denominator.people is None else denominator.people
        if self.indicator.kind == "ratio" or self.indicator.unit_of_measure == PERSONS:
            return int(numerator.value)
        return None

    def _contribute(self, figure: str, part: str, total: Total | None, people: bool) -> None:
        if total is None:
            return
        threshold = self.profile.institution.disclosure.threshold
        few = threshold if people else 0
        note = listed_words(_left_out(d, few) for d in total.dropped if d.rows)
        # The denominator of a ratio (fte, say) counts no people, but its rows are of some.
        rows_are_people = part == "denominator" and self.indicator.kind == "ratio"
        first: set[str] = set()
        for c in total.contributions:
            # A person is in a delivery, not in a row of it: what it is about stands with its first row.
            about = None
            if people and c.delivery not in first:
                of_delivery = [one for one in total.contributions if one.delivery == c.delivery]
                about = sum(one.people for one in of_delivery) if rows_are_people else int(_sum(of_delivery))
            first.add(c.delivery)
            self.into.contributions.append(
                Contribution(figure, part, c.delivery, c.rows, c.value, note, about, c.place, c.field)
            )

    def _contribute_answers(self, figure: str, summary: Summary) -> None:
        self.into.contributions.extend(
            Contribution(figure, "n", delivery, n, Decimal(n), people=n)
            for delivery, n in sorted(summary.sums.deliveries.items())
        )


def _left_out(dropped: Dropped, few: int) -> Words:
    """How many rows were left out and why; of fewer people than `few` it is not said how many."""
    number = f"<{few}" if dropped.people < few else f"-{dropped.rows}"
    return Words(f"{number}: {dropped.nl}", f"{number}: {dropped.en}")


def _sum(contributions: Iterable[TermContribution]) -> Decimal:
    return sum((one.value for one in contributions), Decimal(0))
