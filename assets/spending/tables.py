"""The spending tables of a release, each from the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from assets.indicators.figures import Evidence, figure_id
from assets.indicators.printing import SYMBOLS
from assets.spending.ledger import Amounts, Ledger, Line, add_up, not_delivered
from assets.spending.printing import shown
from schemas.profile.institution import Money
from schemas.words import Words, both

BFR = "bfr"


@dataclass
class SpendingTables:
    """Rows per published table, and the evidence of each figure."""

    overview: list[dict[str, Any]] = field(default_factory=list)
    by_unit: list[dict[str, Any]] = field(default_factory=list)
    rounds: list[dict[str, Any]] = field(default_factory=list)
    carry_over: list[dict[str, Any]] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)


def spending_tables(ledger: Ledger) -> SpendingTables:
    """All spending tables of a cycle."""
    found = SpendingTables()
    for year in ledger.years:
        number = ledger.settling_round(year)
        lines = ledger.of_year(year)
        lacks = ledger.lacks(year, number)
        whole = add_up(lines)
        for theme in (*ledger.themes, None):
            _overview(found, ledger, year, number, theme, lines, whole, lacks)
        for unit in ledger.units:
            _by_unit(found, ledger, year, number, unit, lines)
        _carry_over(found, ledger, year)
    for year, number in _rounds(ledger):
        for theme in (*ledger.themes, None):
            _round(found, ledger, year, number, theme)
    return found


def _rounds(ledger: Ledger) -> Iterator[tuple[int, int]]:
    for year in ledger.years:
        yield from (
            (year, number)
            for number in ledger.rounds
            if number <= ledger.settling_round(year)
            and ((year, number) in ledger.lines or year == ledger.cycle.spending_year)
        )


def _overview(
    into: SpendingTables,
    ledger: Ledger,
    year: int,
    number: int,
    theme: str | None,
    lines: Sequence[Line],
    whole: Amounts,
    lacks: Sequence[str],
) -> None:
    of_theme = [ln for ln in lines if theme in (None, ln.theme)]
    sums = add_up(of_theme)
    identity = figure_id(ledger.cycle, "spending", year, theme)
    row = _identity(ledger, year, number, identity) | {"theme": theme}
    if lacks:
        into.overview.append(row | _status(lacks) | _printed(None, ledger.money))
        return
    carried = ledger.carried_into(year, theme)
    available = None if carried is None else sums.budget + carried
    budget_share, realised_share = _share(sums.budget, whole.budget), _share(sums.realised, whole.realised)
    into.overview.append(
        row
        | _amounts(sums)
        | _printed(sums, ledger.money)
        | {
            "share_of_budget": _float(budget_share),
            "share_of_realised": _float(realised_share),
            "share_shift_pp": None
            if budget_share is None or realised_share is None
            else float((realised_share - budget_share) * 100),
            "realised_pct_of_budget": _float(_share(sums.realised, sums.budget)),
            "carried_over": carried,
            "available": available,
            "left_over": None if available is None else available - sums.realised,
            "status": "ok",
            "note": _noted(
                _without(ledger.without(year, number)),
                INCOMPLETE
                if carried is None
                else _without(ledger.without_before(year), "overgeheveld", "carried over"),
            ),
        }
    )
    into.evidence.extend(_evidence(identity, of_theme, lines))
    if carried is not None:
        into.evidence.extend(_carried(identity, ledger, year, None, theme, lines))


def _by_unit(into: SpendingTables, ledger: Ledger, year: int, number: int, unit: str, lines: Sequence[Line]) -> None:
    of_unit = [ln for ln in lines if ln.unit == unit]
    lacks = [unit] if ledger.unit_lacks(year, unit) else []
    for theme in (*ledger.themes, None):
        of_theme = [ln for ln in of_unit if theme in (None, ln.theme)]
        identity = figure_id(ledger.cycle, "unit_spending", year, unit, theme)
        row = _identity(ledger, year, number, identity) | {"unit": unit, "theme": theme}
        if lacks:
            if theme is None:
                into.by_unit.append(row | _status(lacks))
        elif of_theme:
            sums = add_up(of_theme)
            used = {"realised_pct_of_budget": _float(_share(sums.realised, sums.budget))}
            into.by_unit.append(row | _amounts(sums) | used | {"status": "ok", "note": None})
            into.evidence.extend(_evidence(identity, of_theme, of_unit))


def _round(into: SpendingTables, ledger: Ledger, year: int, number: int, theme: str | None) -> None:
    identity = figure_id(ledger.cycle, "round", year, number, theme)
    row = _identity(ledger, year, number, identity) | {"theme": theme}
    lacks = ledger.lacks(year, number)
    if lacks:
        into.rounds.append(row | _status(lacks))
        return
    lines = [ln for ln in ledger.lines.get((year, number), ()) if theme in (None, ln.theme)]
    sums = add_up(lines)
    earlier = (year, ledger.earlier_round(number) or 0)
    drift: dict[str, Decimal | None] = {"budget_drift": None, "realised_drift": None, "forecast_drift": None}
    alike = set(ledger.without(*earlier)) == set(ledger.without(year, number))  # else units come or go, not money
    if earlier in ledger.lines and not ledger.lacks(*earlier) and alike:
        before = add_up(ln for ln in ledger.lines[earlier] if theme in (None, ln.theme))
        drift = {
            "budget_drift": sums.budget - before.budget,
            "realised_drift": sums.realised - before.realised,
            "forecast_drift": None
            if sums.forecast is None or before.forecast is None
            else sums.forecast - before.forecast,
        }
    note = _noted(_without(ledger.without(year, number)))
    into.rounds.append(row | _amounts(sums) | drift | {"status": "ok", "note": note})
    into.evidence.extend(_evidence(identity, lines, ledger.lines.get((year, number), ())))


def _carry_over(into: SpendingTables, ledger: Ledger, year: int) -> None:
    if ledger.settling_round(year) != ledger.last_round:
        return  # the year is still being spent
    for unit in ledger.units:
        # What is left follows from this year and all years before it; without one of them it is not known.
        lacking = [y for y in range(ledger.first_year, year + 1) if ledger.unit_lacks(y, unit)]
        for theme in ledger.themes:
            lines = [ln for ln in ledger.of_year(year) if ln.unit == unit and ln.theme == theme]
            carried = ledger.carried_over(year, unit, theme)
            if not lacking and not lines and not carried:
                continue
            identity = figure_id(ledger.cycle, "carry_over", year, unit, theme)
            row = {
                "from_year": year,
                "to_year": year + 1,
                "cycle": ledger.cycle.key,
                "unit": unit,
                "theme": theme,
                "figure_id": identity,
            }
            if lacking:
                own = year in lacking
                why = not_delivered([unit]) if own else _earlier(lacking)
                into.carry_over.append(row | {"left_over": None, "status": "not_available", "note": why})
                continue
            sums, given = add_up(lines), ledger.of_year(year)
            left = sums.budget + carried - sums.realised
            spent = (e for e in _evidence(identity, lines, given) if e.part != "forecast")
            into.carry_over.append(row | {"left_over": left, "status": "ok", "note": None})
            into.evidence.extend((*spent, *_carried(identity, ledger, year, unit, theme, given)))


def _identity(ledger: Ledger, year: int, number: int, identity: str) -> dict[str, Any]:
    return {"reporting_year": year, "cycle": ledger.cycle.key, "round": number, "figure_id": identity}


def _amounts(sums: Amounts) -> dict[str, Any]:
    return {
        "budget": sums.budget,
        "realised": sums.realised,
        "forecast": sums.forecast,
        "difference": sums.difference,
        "difference_pct": sums.difference_pct,
    }


def _printed(sums: Amounts | None, money: Money) -> dict[str, str]:
    if sums is None:
        return dict.fromkeys(_PRINTED, SYMBOLS["not_available"]["nl"])
    amounts = {name: getattr(sums, name) for name in ("budget", "realised", "difference")}
    return {f"{name}_printed_nl": shown(amount, money, "nl") for name, amount in amounts.items()}


_PRINTED = ("budget_printed_nl", "realised_printed_nl", "difference_printed_nl")


NOTHING_CARRIED = "van eerdere jaren is niets over / nothing is left of earlier years"
INCOMPLETE = "een eerder jaar is niet compleet / an earlier year is incomplete"


def _earlier(years: Sequence[int]) -> str:
    """That earlier years are not complete, named, so that nobody takes it for what is lacking of this one."""
    named = ", ".join(map(str, years))
    return f"een eerder jaar is niet compleet: {named} / an earlier year is incomplete: {named}"


def _without(units: Sequence[str], nl: str = "", en: str = "") -> str:
    """What a sum over all units does without by decision, where it does."""
    names = ", ".join(units)
    if not names:
        return ""
    of_what_nl, of_what_en = (f"{what} " if what else "" for what in (nl, en))
    return both(Words(f"{of_what_nl}zonder {names} (ontheffing)", f"{of_what_en}without {names} (waived)"))


def _noted(*notes: str) -> str | None:
    return "; ".join(filter(None, notes)) or None


def _status(lacks: Iterable[str]) -> dict[str, Any]:
    return {"status": "not_available", "note": not_delivered(lacks)}


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return part / whole if whole else None


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _evidence(identity: str, lines: Sequence[Line], among: Sequence[Line]) -> Iterator[Evidence]:
    """Per delivery what it contributed to budget, to realised and, where every line has one, to the forecast.

    Where there is no line, it is the deliveries of the round (`among`) that hold none.
    """
    forecast = add_up(lines).forecast
    for delivery, of_delivery in _by_delivery(lines, among):
        sums = add_up(of_delivery)
        yield Evidence(identity, "budget", delivery, len(of_delivery), sums.budget)
        yield Evidence(identity, "realised", delivery, len(of_delivery), sums.realised)
        if forecast is not None and sums.forecast is not None:
            yield Evidence(identity, "forecast", delivery, len(of_delivery), sums.forecast)


def _carried(
    identity: str, ledger: Ledger, year: int, unit: str | None, theme: str | None, among: Sequence[Line]
) -> Iterator[Evidence]:
    """Per delivery of the years before, what it leaves: budget minus realised."""
    before = ledger.before(year, unit, theme)
    for delivery, lines in _by_delivery(before, among):
        sums = add_up(lines)
        note = "" if before else NOTHING_CARRIED
        yield Evidence(identity, "carried_over", delivery, len(lines), sums.budget - sums.realised, note)


def _by_delivery(lines: Iterable[Line], among: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """The lines of each delivery; where there are none, the deliveries of all others, without a line."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.delivery, []).append(line)
    return sorted((found or {line.delivery: [] for line in among}).items())
