"""Holding totals that others state against what we compute, and telling rounding from error.

A total that came with a delivery must equal the sum of its lines. A figure that an earlier report printed is compared
with ours: a difference of at most half a printed unit per rounded term is explained by rounding, a larger one is not,
and a value outside the scale of its indicator is impossible.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pyarrow as pa

from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.methods.figures.left_out import Lost
from kwaliteitsmonitor.methods.figures.numbers import demanded_number, exact_number
from schemas.consequences import Costs
from schemas.profile import Profile
from schemas.rows import ControlTotalsRow, FactPlanRow, FactSpendingRow, IndicatorValuesRow
from schemas.tables.shared.code_words import CONTROL_SUBJECT, LEVEL
from schemas.words import Words
from schemas.written import bounds, money, number

TABLE = "control_totals"
_NOT_ROUNDING = Words("niet door afronding te verklaren", "not explained by rounding")
_UNITS = (100, 1000, 10**6)
"""What an amount or a percentage in another unit is multiplied or divided by: cents, thousands and millions."""
_ROUNDED = Decimal("0.01")
"""How far such a number may be rounded and still be told as that."""
_EURO: Mapping[str, int] = {"eur": 1, "keur": 1000}


@dataclass(frozen=True)
class _Rule:
    """What the statements of one kind are compared with, and what a wrong one costs."""

    id: str
    costs: Costs
    words: Words


DELIVERED_TOTAL = _Rule(
    f"{TABLE}.delivered_total",
    Costs.RELEASE,
    Words("een meegeleverd totaal is de som van de rijen", "a delivered total is the sum of its lines"),
)
PRINTED_ARITHMETIC = _Rule(
    f"{TABLE}.printed_arithmetic",
    Costs.NOTE,
    Words("een gedrukt verschil is gerealiseerd min begroot", "a printed difference is realised minus budget"),
)
PRINTED_VALUE = _Rule(
    f"{TABLE}.printed_value",
    Costs.NOTE,
    Words("een gedrukt cijfer is het berekende, afgerond", "a printed figure is the computed one, rounded"),
)
POSSIBLE = _Rule(
    f"{TABLE}.possible",
    Costs.NOTE,
    Words("een gedrukt cijfer ligt op de schaal van zijn indicator", "a printed figure lies on its indicator's scale"),
)

LostAmounts = tuple[Lost, Mapping[str, Decimal]]
"""A line that was set aside, with the amounts that can be read of it, by field."""

Absent = tuple[tuple[int, int], str, str]
"""A year and round, a unit that is not there in it, and a theme in which the unit counts."""


Placed = tuple[ControlTotalsRow, str]
"""A statement, with its place."""


@dataclass(frozen=True)
class Compared:
    """A stated number beside ours, both in the stated unit; `allowed` is what rounding can explain.

    `units` is how many of the currency that unit is, 0 if they are no amounts.
    """

    place: str
    what: Words
    stated: Decimal
    computed: Decimal
    allowed: Decimal
    units: int = 0

    @property
    def gap(self) -> Decimal:
        """How far the two lie apart."""
        return abs(self.stated - self.computed)


def reconcile(
    profile: Profile,
    statements: pa.Table,
    spending: pa.Table,
    indicators: Sequence[IndicatorValuesRow],
    files: Mapping[str, str],
    lost: Sequence[LostAmounts] = (),
    absent: Collection[Absent] = (),
) -> list[RuleResult]:
    """What holding each statement against the lines and the figures found.

    `statements` are staged control totals, `spending` is `fact_spending`, `indicators` are rows of `indicator_values`,
    `files` gives the file of each delivery, and `lost` are lines of rounds that were set aside, with what can be read
    of their amounts: a total holds them too. If an amount cannot be read, a total that it may be part of is compared
    with nothing, and neither is a printed figure with one that goes without a unit. `absent` are units, per theme in
    which they count, of which a round is not there: what they add to a total is not known either.
    """
    stated: list[ControlTotalsRow] = statements.to_pylist()
    rows = [(r, f"{files.get(r['_delivery'], r['_delivery'])} row {r['_row']}, value") for r in stated]
    of_money = [one for one in rows if one[0]["subject"] != "indicator"]
    sums, currency = _Sums(spending, lost, absent), profile.institution.money.currency
    last = profile.last_round
    delivered = [c for one in of_money if one[0]["origin"] == "delivered" if (c := sums.compare(*one, last))]
    printed = [one for one in of_money if one[0]["origin"] == "printed"]
    by_value = [c for one in printed if one[0]["subject"] != "difference" if (c := sums.compare(*one, last))]
    figures, impossible = _figures(profile, [one for one in rows if one[0]["subject"] == "indicator"], indicators)
    return [
        *_findings(DELIVERED_TOTAL, delivered, currency),
        *_findings(PRINTED_ARITHMETIC, list(_arithmetic(printed)), currency),
        *_findings(PRINTED_VALUE, [*by_value, *figures], currency),
        *_impossible(impossible, len(figures)),
    ]


class _Sums:
    """Sums over the lines of the rounds, by year, round and whatever else a statement is about."""

    def __init__(self, spending: pa.Table, lost: Sequence[LostAmounts] = (), absent: Collection[Absent] = ()) -> None:
        self._lines: list[FactSpendingRow] = spending.to_pylist()
        self._absent = absent
        self._lost = lost
        self._rounds = {(line["reporting_year"], line["round"]) for line in self._lines}

    def compare(self, statement: ControlTotalsRow, place: str, default_round: int) -> Compared | None:
        """A statement, with its place, beside the sum of the lines it is about.

        `None` if the cycle does not read that round, if it is not known what a line that was set aside or a unit that
        is not there adds to it, or if not every line has the forecast that would be summed.
        """
        year, number = statement["reporting_year"], statement["round"] or default_round
        aside = self._aside(statement, year, number)
        if (year, number) not in self._rounds or aside is None or self._lacks(statement, year, number):
            return None
        lines = [
            line
            for line in self._lines
            if (line["reporting_year"], line["round"]) == (year, number)
            and statement["unit"] in (None, line["unit"])
            and statement["theme"] in (None, line["theme"])
        ]
        unit = _EURO.get(statement["unit_of_measure"], 1)
        subject = statement["subject"]
        sums = [_stated(subject, _amounts(line)) for line in lines]
        known = [one for one in sums if one is not None]
        if len(known) < len(sums):
            return None
        total = sum(known, Decimal(0)) + aside
        # An amount in euro is stated to the cent and not rounded; k€ is.
        allowed = _half(statement["printed_decimals"]) if unit > 1 else Decimal(0)
        about = _about(_subject(subject), year, number, statement["unit"], statement["theme"])
        return Compared(place, about, statement["value"], total / unit, allowed, unit)

    def _lacks(self, statement: ControlTotalsRow, year: int, number: int) -> bool:
        """Whether a unit that is part of a total is not there in that round."""
        return any(
            of == (year, number) and statement["unit"] in (None, unit) and statement["theme"] in (None, theme)
            for of, unit, theme in self._absent
        )

    def _aside(self, statement: ControlTotalsRow, year: int, number: int) -> Decimal | None:
        """What lines that were set aside add to a total; `None` if that is not known."""
        total, subject = Decimal(0), statement["subject"]
        for one, amounts in self._lost:
            pairs = ((one.unit, statement["unit"]), (one.theme, statement["theme"]))
            if not one.of(year, number) or any(wanted and own and own != wanted for own, wanted in pairs):
                continue
            adds = _stated(subject, amounts)
            if adds is None or not one.year or not one.round:
                return None
            if adds and any(wanted and not own for own, wanted in pairs):
                return None
            total += adds
        return total


def _amounts(line: FactSpendingRow) -> dict[str, Decimal | None]:
    """The amounts of a line, by field."""
    return {"budget": line["budget"], "realised": line["realised"], "forecast": line["forecast"]}


def _stated(subject: str, amounts: Mapping[str, Decimal | None]) -> Decimal | None:
    """What a statement of a subject says of amounts: one of them, or their difference; `None` if one is not known."""
    return exact_number("spending_rounds", subject, amounts)


def _half(decimals: int) -> Decimal:
    """Half a unit of the last printed decimal: the most that rounding one number can change it."""
    return Decimal(1).scaleb(-decimals) / 2


def _arithmetic(printed: Iterable[Placed]) -> Iterator[Compared]:
    """Each printed difference beside realised minus budget as printed: three rounded terms."""
    groups: dict[tuple[str, int, int | None, str | None, str | None], dict[str, Placed]] = defaultdict(dict)
    for r, place in printed:
        groups[(r["statement"], r["reporting_year"], r["round"], r["unit"], r["theme"])][r["subject"]] = r, place
    for parts in groups.values():
        if not {"budget", "realised", "difference"} <= parts.keys():
            continue
        stated, place = parts["difference"]
        values = {name: part["value"] for name, (part, _) in parts.items()}
        computed = demanded_number("spending_rounds", "difference", values)
        terms = (parts[name][0] for name in ("budget", "realised", "difference"))
        allowed = sum((_half(term["printed_decimals"]) for term in terms), Decimal(0))
        about = _about(_subject("difference"), stated["reporting_year"])
        yield Compared(place, about, stated["value"], computed, allowed, _EURO.get(stated["unit_of_measure"], 1))


def _figures(
    profile: Profile, statements: Iterable[Placed], indicators: Iterable[IndicatorValuesRow]
) -> tuple[list[Compared], list[tuple[str, Words]]]:
    values = {
        (r["reporting_year"], r["indicator"], r["level"]): r["value"]
        for r in indicators
        if r["unit"] is None and r["status"] == "ok" and not r.get("without")
    }
    compared, impossible = [], []
    for s, place in statements:
        indicator, year, level = s["indicator"] or "", s["reporting_year"], s["level"]
        definition = profile.indicator(indicator, year)
        computed = values.get((year, indicator, level))
        if definition is None:
            continue
        scale = 100 if s["unit_of_measure"] == "percent" else 1
        low = Decimal("-Infinity") if definition.lowest is None else definition.lowest
        high = Decimal("Infinity") if definition.highest is None else definition.highest
        about = _about(Words(definition.nl, definition.en), year, LEVEL.get(level or "", level))
        if not low <= s["value"] / scale <= high:
            why = _cannot_be(about, s["printed"], definition.lowest, definition.highest)
            impossible.append((place, why))
        elif computed is not None:
            ours = Decimal(repr(computed)) * scale
            compared.append(Compared(place, about, s["value"], ours, _half(s["printed_decimals"])))
    return compared, impossible


def _findings(rule: _Rule, compared: Sequence[Compared], currency: str) -> Iterator[RuleResult]:
    """A result for the rule as a whole, and one for each statement that needs a word of explanation."""
    wrong = [c for c in compared if c.gap > c.allowed]
    if not wrong:
        yield _result(rule, Outcome.PASSED, len(compared))
    for c in wrong:
        detail = _sentence(c, _in_another_unit(c) or _NOT_ROUNDING, currency)
        yield _result(rule, Outcome.FAILED, len(compared), c.place, detail)
    if rule is PRINTED_ARITHMETIC:
        for c in compared:
            if 0 < c.gap <= c.allowed:
                detail = _sentence(c, Words("door afronding te verklaren", "explained by rounding"), currency)
                yield _result(replace(rule, costs=Costs.NOTHING), Outcome.PASSED, 1, c.place, detail)


def _result(rule: _Rule, outcome: Outcome, checked: int, place: str = "", detail: Words | None = None) -> RuleResult:
    """What a rule found of so many statements, at one place or at none."""
    failed = int(outcome is Outcome.FAILED)
    cells = (place,) if place else ()
    nl, en = rule.words.nl, rule.words.en
    return RuleResult(TABLE, rule.id, rule.costs, outcome, checked, failed, nl, en, cells=cells, detail=detail)


def _in_another_unit(c: Compared) -> Words | None:
    """How many times what was computed a statement is, if that is what another unit would make of it."""
    ratio = c.stated / c.computed if c.computed else Decimal(0)
    for factor in _UNITS:
        dutch, english = f"{factor:,}".replace(",", "."), f"{factor:,}"
        if abs(ratio / factor - 1) <= _ROUNDED:
            times = Words(f"{dutch} keer wat is berekend", f"{english} times what was computed")
        elif abs(ratio * factor - 1) <= _ROUNDED:
            times = Words(f"1/{dutch} van wat is berekend", f"1/{english} of what was computed")
        else:
            continue
        return Words(f"{times.nl}: kijk na welke eenheid erbij staat", f"{times.en}: check the unit that it states")
    return None


def _impossible(impossible: Sequence[tuple[str, Words]], possible: int) -> Iterator[RuleResult]:
    if not impossible:
        yield _result(POSSIBLE, Outcome.PASSED, possible)
    for place, detail in impossible:
        yield _result(POSSIBLE, Outcome.FAILED, possible + len(impossible), place, detail)


def _subject(code: str) -> Words:
    """What an amount is called: in English by its code, for the words that deliveries may use must differ from it."""
    return Words(CONTROL_SUBJECT[code].nl, code)


def _about(subject: Words, *where: object) -> Words:
    """What a statement is about: `gerealiseerd 2020 3 FGW`."""
    parts = [part if isinstance(part, Words) else Words(str(part), str(part)) for part in where if part is not None]
    nl, en = ("".join(f" {part.in_language(language)}" for part in parts) for language in ("nl", "en"))
    return Words(f"{subject.nl}{nl}", f"{subject.en}{en}")


def _cannot_be(about: Words, printed: str, low: Decimal | None, high: Decimal | None) -> Words:
    """That a figure that was printed cannot be; without the level before it, which is reported already."""
    figure, between = printed.rpartition(": ")[2], bounds(low, high)
    return Words(
        f"{about.nl}: ‘{figure}’ is onmogelijk; het kan alleen {between.nl} zijn",
        f"{about.en}: ‘{figure}’ is impossible; it can only be {between.en}",
    )


def _sentence(c: Compared, verdict: Words, currency: str) -> Words:
    stated, computed = (
        money(round(one, 5) * c.units, currency) if c.units else number(round(one, 3)) for one in (c.stated, c.computed)
    )
    return Words(
        f"{c.what.nl}: opgegeven {stated.nl}, berekend {computed.nl}: {verdict.nl}",
        f"{c.what.en}: stated {stated.en}, computed {computed.en}: {verdict.en}",
    )


def latest_plan(profile: Profile, plan: pa.Table) -> dict[tuple[str, str, int], Decimal]:
    """What the plan gives each unit and theme in each year, by the latest version that speaks about it."""
    lines: list[FactPlanRow] = plan.to_pylist()
    order = profile.versions_in_order(line["version"] for line in lines)
    return {
        (line["unit"], line["theme"], line["year"]): line["amount"]
        for line in sorted(lines, key=lambda r: order.index(r["version"]))
    }
