"""The ledger: every line of the rounds that a cycle reads, and the sums that all spending tables share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

import pyarrow as pa

from kwaliteitsmonitor.methods.figures.contributions import RowPlace
from kwaliteitsmonitor.methods.figures.left_out import ALL_UNITS, EVERYONE, Gap, Lost, Standing, among, left_out
from kwaliteitsmonitor.methods.figures.numbers import demanded_number
from schemas.calendar import Cycle
from schemas.profile import Profile
from schemas.profile.institution import Money
from schemas.rows import FactPlanRow, FactSpendingRow
from schemas.words import Words

ZERO = Decimal("0.00")


def not_delivered(units: Iterable[str]) -> Words:
    """What is said of a sum that units are missing from."""
    names = [ALL_UNITS if unit == EVERYONE else Words(unit, unit) for unit in units]
    nl, en = (", ".join(name.in_language(language) for name in names) for language in ("nl", "en"))
    return Words(f"niet geleverd: {nl}", f"not delivered: {en}")


@dataclass(frozen=True)
class Line:
    """A line of a financial round: what a unit budgeted, spent and expects for a measure within a theme, in euro."""

    year: int
    round: int
    unit: str
    theme: str
    measure: str
    budget: Decimal
    realised: Decimal
    forecast: Decimal | None
    delivery: str
    place: RowPlace | None = None

    def amount(self, part: str) -> Decimal | None:
        """The amount of the line that is a part of figures."""
        amount: Decimal | None = getattr(self, part)
        return amount


@dataclass(frozen=True)
class Amounts:
    """Sums in euro. `forecast` is `None` if any line has none: a sum of some forecasts is not the forecast."""

    budget: Decimal
    realised: Decimal
    forecast: Decimal | None

    @property
    def parts(self) -> dict[str, Decimal | None]:
        """The sums by the name of the part that they are."""
        return {"budget": self.budget, "realised": self.realised, "forecast": self.forecast}


def add_up(lines: Iterable[Line]) -> Amounts:
    """The exact sums over these lines."""
    lines = list(lines)
    forecasts = [line.forecast for line in lines if line.forecast is not None]
    return Amounts(
        sum((line.budget for line in lines), ZERO),
        sum((line.realised for line in lines), ZERO),
        sum(forecasts, ZERO) if lines and len(forecasts) == len(lines) else None,
    )


def left_over(sums: Amounts, carried: Decimal) -> Decimal:
    """What of a year is left, with what was carried over into it."""
    parts = {"budget": sums.budget, "realised": sums.realised, "carried_over": carried}
    return demanded_number("carry_over", "left_over", parts)


@dataclass(frozen=True)
class Ledger:
    """The lines of a cycle, by year and round; `missing` says per (year, round) which required units are not there.

    `waived` says so of units that a decision lets the whole do without, and `lost` are lines that were set aside. Sums
    over all units are made of the units that are there, and say without whom. `counts_in` gives, per unit, the themes
    in which it has money as far as is known. `rounds` are the numbers of the rounds that there are in a year, of which
    the last is definitive.
    """

    cycle: Cycle
    first_year: int
    rounds: tuple[int, ...]
    themes: tuple[str, ...]
    units: tuple[str, ...]
    lines: Mapping[tuple[int, int], Sequence[Line]]
    missing: Mapping[tuple[int, int], Sequence[str]]
    waived: Mapping[tuple[int, int], Sequence[str]] = field(default_factory=dict)
    money: Money = field(default_factory=Money)
    lost: Sequence[Lost] = ()
    counts_in: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        profile: Profile,
        cycle: Cycle,
        facts: pa.Table,
        missing: Mapping[tuple[int, int], Sequence[str]],
        waived: Mapping[tuple[int, int], Sequence[str]] | None = None,
        lost: Sequence[Lost] = (),
        plan: pa.Table | None = None,
    ) -> Ledger:
        """The ledger over `fact_spending`; `plan` (`fact_plan`) tells where units count that are missing."""
        by_round: dict[tuple[int, int], list[Line]] = defaultdict(list)
        records: list[FactSpendingRow] = facts.to_pylist()
        planned: list[FactPlanRow] = [] if plan is None else plan.to_pylist()
        # Money on a theme that should have none is shown all the same: themes add up to the total.
        spent_on = {r["theme"] for r in records}
        for r in records:
            by_round[(r["reporting_year"], r["round"])].append(
                Line(
                    r["reporting_year"],
                    r["round"],
                    r["unit"],
                    r["theme"],
                    r["measure"],
                    r["budget"],
                    r["realised"],
                    r["forecast"],
                    r["_delivery"],
                    RowPlace.of("bfr", r),
                )
            )
        return cls(
            cycle,
            profile.institution.first_year,
            profile.rounds,
            tuple(t.id for t in profile.themes if t.funded or t.id in spent_on),
            tuple(u.id for u in profile.units),
            by_round,
            missing,
            waived or {},
            profile.institution.money,
            lost,
            _counts_in(records, planned),
        )

    @property
    def years(self) -> tuple[int, ...]:
        """The years that the release shows: the one that is being spent and the one before.

        `None` if the cycle settles no money.
        """
        if not self.cycle.round:
            return ()
        year = self.cycle.spending_year
        return tuple(y for y in (year - 1, year) if y >= self.first_year)

    @property
    def last_round(self) -> int:
        """The definitive round of a year."""
        return max(self.rounds, default=0)

    def earlier_round(self, number: int) -> int | None:
        """The round before one, of those that there are; None before the first."""
        return max((one for one in self.rounds if one < number), default=None)

    def settling_round(self, year: int) -> int:
        """The round that says how a year stands: the definitive one of an earlier year, else this cycle's."""
        return self.cycle.round if year == self.cycle.spending_year else self.last_round

    def of_year(self, year: int) -> Sequence[Line]:
        """The lines of a year, from the round that says how it stands."""
        return self.lines.get((year, self.settling_round(year)), ())

    def lacks(self, year: int, number: int) -> Sequence[str]:
        """The units that are required in a round and are not there; all of them if the round is not there."""
        missing = self.missing.get((year, number), ())
        return missing if missing or self.lines.get((year, number)) else (EVERYONE,)

    def is_empty(self, year: int, number: int) -> bool:
        """Whether nothing can be said of a round: all of it is missing, or there is no line that counts."""
        return EVERYONE in self.lacks(year, number) or not self.kept(year, number)

    def gaps(self, year: int, number: int) -> set[Gap]:
        """Every unit, per theme, that a round is without."""
        return self._standing.gaps(year, number)

    def kept(self, year: int, number: int) -> list[Line]:
        """The lines of a round that sums over all units are made of: of units that are whole in a theme."""
        gaps = self.gaps(year, number)
        return [ln for ln in self.lines.get((year, number), ()) if not left_out(gaps, ln.unit, ln.theme)]

    def gaps_of_both(self, year: int, number: int) -> set[Gap]:
        """What a round and the definitive one of its year are without, the one or the other."""
        return self.gaps(year, number) | self.gaps(year, self.last_round)

    def kept_of_both(self, year: int, number: int, of: int) -> list[Line]:
        """The lines of a round (`of`) of units and themes that are whole in a round and in the definitive one."""
        gaps = self.gaps_of_both(year, number)
        return [ln for ln in self.lines.get((year, of), ()) if not left_out(gaps, ln.unit, ln.theme)]

    def lost_of(self, year: int, number: int, unit: str) -> set[str]:
        """The themes of which a line of a unit was set aside in a round."""
        gaps = Standing(self.themes, lost=self.lost).gaps(year, number)
        return {gap.theme for gap in gaps if gap.unit == unit}

    def gaps_before(self, year: int) -> set[Gap]:
        """What the years before a year are without, but for what a decision does without."""
        earlier = range(self.first_year, year)
        return {gap for y in earlier for gap in self.gaps(y, self.settling_round(y)) if not gap.waived}

    @cached_property
    def _standing(self) -> Standing:
        return Standing(self.themes, self.missing, self.waived, self.lost, self.counts_in)

    def without(self, year: int, number: int) -> Sequence[str]:
        """The units that a round does without by decision."""
        return self.waived.get((year, number), ())

    def unit_lacks(self, year: int, unit: str) -> bool:
        """Whether a unit, or every unit, is missing from the round that says how a year stands, waived or not."""
        number = self.settling_round(year)
        return not {unit, EVERYONE}.isdisjoint((*self.lacks(year, number), *self.without(year, number)))

    def carried_over(self, year: int, unit: str, theme: str) -> Decimal:
        """What of the years before stays available in a year, for one unit and theme.

        Left over is budget plus what was carried over, minus realised; it is carried on from the first year of the
        agreements, which starts with nothing.
        """
        carried = ZERO
        for earlier in range(self.first_year, year):
            sums = add_up(ln for ln in self.of_year(earlier) if ln.unit == unit and ln.theme == theme)
            carried = left_over(sums, carried)
        return carried

    def carried_but(self, year: int, theme: str | None) -> list[Gap]:
        """What the sum that all units carry over into a year goes without: of the years before and of the year."""
        now = (gap for gap in self.gaps(year, self.settling_round(year)) if not gap.waived)
        return among({*self.gaps_before(year), *now}, theme)

    def before(self, year: int, unit: str | None, theme: str | None, but: Iterable[Gap] = ()) -> list[Line]:
        """The lines that what is carried over into a year follows from, of one unit and theme or of all `but` some."""
        earlier, but = range(self.first_year, year), set(but)
        units, themes = self.units if unit is None else (unit,), self.themes if theme is None else (theme,)
        lines = (ln for y in earlier for ln in self.of_year(y) if ln.unit in units and ln.theme in themes)
        return [ln for ln in lines if not left_out(but, ln.unit, ln.theme)]

    def without_before(self, year: int) -> list[str]:
        """The units, with the year, that the rounds of the years before do without by decision."""
        earlier = range(self.first_year, year)
        return [f"{unit} ({y})" for y in earlier for unit in self.without(y, self.settling_round(y))]

    def carried_into(self, year: int, theme: str | None, but: Iterable[Gap] = ()) -> Decimal | None:
        """What all units `but` some carry over into a year, in one theme or all; `None` if a year is not there."""
        if any(self.is_empty(earlier, self.settling_round(earlier)) for earlier in range(self.first_year, year)):
            return None
        themes, but = self.themes if theme is None else (theme,), set(but)
        pairs = ((u, t) for u in self.units for t in themes if not left_out(but, u, t))
        return sum((self.carried_over(year, u, t) for u, t in pairs), ZERO)


def _counts_in(lines: Iterable[FactSpendingRow], plan: Iterable[FactPlanRow]) -> Mapping[str, frozenset[str]]:
    """Per unit the themes in which it has money: by the plan, or by a line of any round."""
    by_unit: dict[str, set[str]] = defaultdict(set)
    spent = ((line["unit"], line["theme"]) for line in lines)
    given = ((line["unit"], line["theme"]) for line in plan if line["amount"])
    for unit, theme in (*spent, *given):
        by_unit[unit].add(theme)
    return {unit: frozenset(themes) for unit, themes in by_unit.items()}
