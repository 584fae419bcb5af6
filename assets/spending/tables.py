"""The spending tables of a release, each from the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assets.common.rows import as_values
from assets.spending.contributions import left_of_line, of_lines
from assets.spending.forecasts import forecasts
from assets.spending.ledger import Amounts, Ledger, Line, add_up, left_over, not_delivered
from assets.spending.plan import Version, of_plan_lines, plan_versions, planned_lines, sum_of
from kwaliteitsmonitor.methods.figures.contributions import Contribution, nothing
from kwaliteitsmonitor.methods.figures.identity import figure_id
from kwaliteitsmonitor.methods.figures.left_out import EVERYONE, Gap, among, goes_without, left_out, named
from kwaliteitsmonitor.methods.figures.money import shown
from kwaliteitsmonitor.methods.figures.numbers import Number, numbers
from kwaliteitsmonitor.methods.figures.printing import SYMBOLS
from schemas.profile.institution import Money
from schemas.values import Row, Value
from schemas.words import Words, noted

BFR = "bfr"


@dataclass
class SpendingTables:
    """Rows per published table, and the contributions to each figure."""

    overview: list[Row] = field(default_factory=list)
    by_unit: list[Row] = field(default_factory=list)
    rounds: list[Row] = field(default_factory=list)
    carry_over: list[Row] = field(default_factory=list)
    plan_versions: list[Row] = field(default_factory=list)
    forecasts: list[Row] = field(default_factory=list)
    contributions: list[Contribution] = field(default_factory=list)


def spending_tables(
    ledger: Ledger, plan: Sequence[Version] = (), *, of_rounds: bool = True, of_plan: bool = True
) -> SpendingTables:
    """All spending tables of a cycle; `plan` are the versions of the spending plan, in their order.

    There are tables `of_rounds` if the institution delivers rounds, and of the plan if the cycle reports on it.
    """
    tables = SpendingTables()
    if of_plan:
        tables.plan_versions, of_versions = plan_versions(ledger.cycle, ledger.themes, plan)
        tables.contributions.extend(of_versions)
    if not of_rounds:
        return tables
    tables.forecasts, of_forecasts = forecasts(ledger)
    tables.contributions.extend(of_forecasts)
    for year in ledger.years:
        number = ledger.settling_round(year)
        for theme in (*ledger.themes, None):
            _overview(tables, ledger, year, number, theme, plan[-1] if plan else None)
        for unit in ledger.units:
            _by_unit(tables, ledger, year, number, unit)
        _carry_over(tables, ledger, year)
    for year, number in _rounds(ledger):
        for theme in (*ledger.themes, None):
            _round(tables, ledger, year, number, theme)
    return tables


def _rounds(ledger: Ledger) -> Iterator[tuple[int, int]]:
    for year in ledger.years:
        yield from (
            (year, number)
            for number in ledger.rounds
            if number <= ledger.settling_round(year)
            and ((year, number) in ledger.lines or year == ledger.cycle.spending_year)
        )


def _overview(
    into: SpendingTables, ledger: Ledger, year: int, number: int, theme: str | None, plan: Version | None
) -> None:
    everywhere = ledger.gaps(year, number)
    gaps, lines = among(everywhere, theme), ledger.kept(year, number)
    of_theme = [ln for ln in lines if theme in (None, ln.theme)]
    whole, sums = add_up(lines), add_up(of_theme)
    identity = figure_id(ledger.cycle, "spending", year, theme)
    row = _identity(ledger, year, number, identity) | {"theme": theme}
    if why := _why_not(ledger, year, number, gaps, of_theme):
        into.overview.append({**row, **_not_available(why), **_printed(None, ledger.money)})
        return
    carrying = _carrying(ledger, year, theme, gaps, of_theme)
    planned = None if plan is None else planned_lines(plan, year, theme, everywhere)
    parts = {
        **sums.parts,
        "carried_over": carrying.carried,
        "planned": None if planned is None else sum_of(planned),
    }
    amounts = numbers("spending_overview", parts, {"whole": whole.parts})
    shares = among(everywhere, None) if theme is not None and gaps != among(everywhere, None) else []
    into.overview.append(
        {
            **row,
            **amounts,
            **({} if carrying.alike else dict.fromkeys(("available", "left_over"))),
            **_printed(amounts, ledger.money),
            "status": "ok",
            **as_values(noted([*goes_without(gaps), *goes_without(shares, SHARES), *carrying.notes])),
            "without": named(gaps),
        }
    )
    into.contributions.extend(_contributions(identity, of_theme, lines))
    if planned is not None:
        into.contributions.extend(of_plan_lines(identity, "planned", planned))
    if carrying.carried is not None:
        into.contributions.extend(_carried(identity, ledger, year, None, theme, lines, carrying.but))


@dataclass(frozen=True)
class _Carrying:
    """What the units of a sum carry over into a year, without those in `but`; `alike` if the sum is of the same.

    What is carried over into a year is added to its budget only if both are of the same units.
    """

    carried: Decimal | None
    but: Sequence[Gap]
    alike: bool
    notes: Sequence[Words]


def _carrying(ledger: Ledger, year: int, theme: str | None, gaps: Sequence[Gap], of_theme: Sequence[Line]) -> _Carrying:
    before = among(ledger.gaps_before(year), theme)
    but = sorted({*before, *(gap for gap in gaps if not gap.waived)})
    carried = ledger.carried_into(year, theme, but)
    if carried is None:
        return _Carrying(None, but, alike=False, notes=[INCOMPLETE])
    alike = not any(left_out(before, ln.unit, ln.theme) for ln in of_theme)
    more = [gap for gap in before if gap not in gaps]
    waived = _waived(ledger.without_before(year), "overgeheveld", "carried over")
    return _Carrying(carried, but, alike, [*goes_without(more, CARRIED_OVER), *waived])


def _why_not(ledger: Ledger, year: int, number: int, gaps: Sequence[Gap], lines: Sequence[Line]) -> Sequence[Words]:
    """Why a sum over all units cannot be reported at all; nothing if it can, if only in part."""
    if ledger.is_empty(year, number):
        return [not_delivered(ledger.lacks(year, number) or (EVERYONE,))]
    return goes_without(gaps) if gaps and not lines else ()


def _by_unit(into: SpendingTables, ledger: Ledger, year: int, number: int, unit: str) -> None:
    lines = ledger.lines.get((year, number), ())
    of_unit = [ln for ln in lines if ln.unit == unit]
    lacks = [unit] if ledger.unit_lacks(year, unit) else []
    aside = ledger.lost_of(year, number, unit)
    nobodys = [gap for gap in ledger.gaps(year, number) if not gap.unit]
    for theme in (*ledger.themes, None):
        of_theme = [ln for ln in of_unit if theme in (None, ln.theme)]
        identity = figure_id(ledger.cycle, "unit_spending", year, unit, theme)
        row = _identity(ledger, year, number, identity) | {"unit": unit, "theme": theme}
        if lacks:
            if theme is None:
                into.by_unit.append(row | _not_available([not_delivered(lacks)]))
        elif aside and (theme is None or theme in aside):
            into.by_unit.append(row | _not_available([SET_ASIDE]))
        elif of_theme:
            amounts = numbers("spending_by_unit", add_up(of_theme).parts)
            notes = as_values(noted(goes_without(among(nobodys, theme))))
            into.by_unit.append({**row, **amounts, "status": "ok", **notes})
            into.contributions.extend(_contributions(identity, of_theme, of_unit))


def _round(into: SpendingTables, ledger: Ledger, year: int, number: int, theme: str | None) -> None:
    identity = figure_id(ledger.cycle, "round", year, number, theme)
    row = _identity(ledger, year, number, identity) | {"theme": theme}
    gaps, kept = among(ledger.gaps(year, number), theme), ledger.kept(year, number)
    lines = [ln for ln in kept if theme in (None, ln.theme)]
    if why := _why_not(ledger, year, number, gaps, lines):
        into.rounds.append(row | _not_available(why))
        return
    earlier = _earlier_sums(ledger, year, number, theme)
    amounts = numbers("spending_rounds", add_up(lines).parts, {} if earlier is None else {"earlier": earlier.parts})
    into.rounds.append(
        {**row, **amounts, "status": "ok", "without": named(gaps), **as_values(noted(goes_without(gaps)))}
    )
    into.contributions.extend(_contributions(identity, lines, kept))


def _earlier_sums(ledger: Ledger, year: int, number: int, theme: str | None) -> Amounts | None:
    """The sums of the round before; `None` if units come or go between the two, not money."""
    earlier = (year, ledger.earlier_round(number) or 0)
    now, then = ({(g.unit, g.theme) for g in among(ledger.gaps(*r), theme)} for r in ((year, number), earlier))
    if earlier not in ledger.lines or ledger.is_empty(*earlier) or now != then:
        return None
    return add_up(ln for ln in ledger.kept(*earlier) if theme in (None, ln.theme))


def _carry_over(into: SpendingTables, ledger: Ledger, year: int) -> None:
    if ledger.settling_round(year) != ledger.last_round:
        return  # the year is still being spent
    for unit in ledger.units:
        # What is left follows from this year and all years before it; without one of them it is not known.
        every = range(ledger.first_year, year + 1)
        lacking = [y for y in every if ledger.unit_lacks(y, unit)]
        aside = {theme for y in every for theme in ledger.lost_of(y, ledger.settling_round(y), unit)}
        nobodys = {gap for y in every for gap in ledger.gaps(y, ledger.settling_round(y)) if not gap.unit}
        for theme in ledger.themes:
            unknown = bool(lacking) or theme in aside
            lines = [ln for ln in ledger.of_year(year) if ln.unit == unit and ln.theme == theme]
            carried = ledger.carried_over(year, unit, theme)
            if not unknown and not lines and not carried:
                continue
            identity = figure_id(ledger.cycle, "carry_over", year, unit, theme)
            row: dict[str, Value] = {
                "from_year": year,
                "to_year": year + 1,
                "cycle": ledger.cycle.key,
                "unit": unit,
                "theme": theme,
                "figure_id": identity,
            }
            if unknown:
                own = not_delivered([unit]) if year in lacking else _earlier(lacking)
                into.carry_over.append({**row, "left_over": None, **_not_available([own if lacking else SET_ASIDE])})
                continue
            of_year = ledger.of_year(year)
            spent = (c for c in _contributions(identity, lines, of_year) if c.part != "forecast")
            left, notes = left_over(add_up(lines), carried), as_values(noted(goes_without(among(nobodys, theme))))
            into.carry_over.append({**row, "left_over": left, "status": "ok", **notes})
            into.contributions.extend((*spent, *_carried(identity, ledger, year, unit, theme, of_year)))


def _identity(ledger: Ledger, year: int, number: int, identity: str) -> dict[str, Value]:
    return {"reporting_year": year, "cycle": ledger.cycle.key, "round": number, "figure_id": identity}


def _printed(amounts: Mapping[str, Number] | None, money: Money) -> dict[str, str]:
    if amounts is None:
        return dict.fromkeys((f"{name}_printed_nl" for name in _PRINTED), SYMBOLS["not_available"]["nl"])
    printed = ((name, amounts[name]) for name in _PRINTED)
    return {f"{name}_printed_nl": shown(amount, money, "nl") for name, amount in printed if isinstance(amount, Decimal)}


_PRINTED = ("budget", "realised", "difference")


NOTHING_CARRIED = Words("van eerdere jaren is niets over", "nothing is left of earlier years")
INCOMPLETE = Words("een eerder jaar is niet compleet", "an earlier year is incomplete")


def _earlier(years: Sequence[int]) -> Words:
    """That earlier years are not complete, named, so that nobody takes it for what is lacking of this one."""
    named = ", ".join(map(str, years))
    return Words(f"{INCOMPLETE.nl}: {named}", f"{INCOMPLETE.en}: {named}")


SET_ASIDE = Words("een rij is apart gezet", "a row was set aside")
SHARES = Words("aandelen", "shares")
CARRIED_OVER = Words("overgeheveld", "carried over")


def _waived(units: Sequence[str], nl: str, en: str) -> list[Words]:
    """What a sum over all units does without by decision, if it does."""
    names = ", ".join(units)
    return [Words(f"{nl} zonder {names} (ontheffing)", f"{en} without {names} (waived)")] if names else []


def _not_available(why: Iterable[Words]) -> dict[str, Value]:
    return {"status": "not_available", **as_values(noted(why))}


def _contributions(identity: str, lines: Sequence[Line], among: Sequence[Line]) -> Iterator[Contribution]:
    """What each line contributed to budget, to realised and, if every line has one, to the forecast.

    If there is no line, it is the deliveries of the round (`among`) that contribute nothing.
    """
    forecast = add_up(lines).forecast
    for part in ("budget", "realised", *(("forecast",) if forecast is not None else ())):
        yield from of_lines(identity, part, lines, among)


def _carried(
    identity: str,
    ledger: Ledger,
    year: int,
    unit: str | None,
    theme: str | None,
    among: Sequence[Line],
    but: Iterable[Gap] = (),
) -> Iterator[Contribution]:
    """What each line of the years before leaves: budget minus realised; `but` is what the sum goes without."""
    before = ledger.before(year, unit, theme, but)
    for line in before:
        yield from left_of_line(identity, line)
    if not before:
        yield from nothing(identity, "carried_over", (line.delivery for line in among), NOTHING_CARRIED)
