"""Spending: the plan divided over units, and the lines of each financial round (BFR) of each year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from kwaliteitsmonitor.sample.apportion import divide_money, stream
from kwaliteitsmonitor.sample.choices import Choices, Departure, YearChoices, load_choices
from kwaliteitsmonitor.sample.defects import Planter
from kwaliteitsmonitor.sample.lines import Line, PlanLine
from kwaliteitsmonitor.sample.targets import first_version
from kwaliteitsmonitor.sample.writing import LandingFolder, file_source
from schemas.errors import ProfileError, UsageError
from schemas.profile import Profile
from schemas.profile.feeds import Deadline, SqlSource
from schemas.profile.themes import Measure
from schemas.tables import CATALOGUE

TABLE = "bfr"
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Outcome:
    """A line of a year: what a unit budgeted for a measure, what it spent in the end, and what it says of that."""

    unit: str
    measure: Measure
    budget: Decimal
    final: Decimal
    because: str = ""


def plan_rows(profile: Profile, choices: Choices) -> list[PlanLine]:
    """The spending plan: each version's amount of a theme and year, divided over the units with a measure in it."""
    rows: list[PlanLine] = []
    for line in profile.plan:
        units = _units(profile, line.theme)
        consent = choices.consent.get(line.version)
        parts = divide_money(line.amount, [choices.units[unit].money for unit in units])
        rows += [
            {
                "version": line.version,
                "unit": unit,
                "theme": line.theme,
                "year": line.year,
                "amount": amount,
                "consent_by": consent.by if consent else None,
                "consent_on": consent.date if consent else None,
            }
            for unit, amount in zip(units, parts, strict=True)
        ]
    return rows


def spending_lines(profile: Profile, choices: Choices, seed: int, planter: Planter) -> list[Line]:
    """The lines of all rounds of all years. Per theme they add up to the plan's budget and the chosen realisation."""
    lines: list[Line] = []
    for year in sorted(choices.years):
        outcome = [line for theme in profile.funded_themes for line in _theme(profile, choices, seed, theme.id, year)]
        order = {unit.id: place for place, unit in enumerate(profile.units)}
        outcome.sort(key=lambda share: order[share.unit])
        for number in sorted(choices.rounds):
            lines += _round(profile, choices, seed, year, number, outcome)
    if planter.on:
        planter.spoil_lines(lines, finance_place(profile), profile.last_round)
    return lines


def write_plan(landing: LandingFolder, choices: Choices, received_on: date) -> None:
    """Write the spending plan."""
    feed = next(f for f in landing.profile.feeds if "spending_plan" in f.tables)
    landing.write(file_source(feed), {"spending_plan": plan_rows(landing.profile, choices)}, received_on)


def finance_place(profile: Profile) -> str:
    """The database file and the table in it, as a defect names them."""
    source = finance_source(profile)
    return f"{source.connection}.db {source.database_table}"


def finance_source(profile: Profile) -> SqlSource:
    """The database from which the financial rounds are read. Raises `ProfileError` if there is none."""
    for feed in profile.feeds:
        for source in feed.sources:
            if isinstance(source, SqlSource) and source.tables == [TABLE]:
                return source
    raise ProfileError(str(profile.folder), ["feeds.yaml: no database gives the table bfr; expected one, for a sample"])


def write_finance(engine_url: str, profile: Profile, *, seed: int = 2020, defects: bool = False) -> int:
    """Fill the finance database at an SQLAlchemy address, PostgreSQL as well as SQLite; returns the number of lines.

    Raises `UsageError` if the table holds something already: nothing is overwritten.
    """
    choices = load_choices(profile)
    lines = spending_lines(profile, choices, seed, Planter(defects, choices.last_year))
    fill_database(engine_url, profile, lines)
    return len(lines)


def write_finance_file(landing: LandingFolder, lines: Sequence[Line]) -> None:
    """Write the finance database as an SQLite file in the landing zone."""
    path = f"{finance_source(landing.profile).connection}.db"
    fill_database(f"sqlite:///{landing.new(path)}", landing.profile, lines)
    landing.arrived(path, len(lines), max(line["submitted_on"] for line in lines))


def fill_database(engine_url: str, profile: Profile, lines: Sequence[Line]) -> None:
    """Make the table and insert the lines, in their order. Raises `UsageError` if it holds something already."""
    import sqlalchemy as sa

    from schemas.exports.sql import sql_table

    source = finance_source(profile)
    metadata = sa.MetaData()
    table = sql_table(CATALOGUE[TABLE], metadata, source.database_table)
    theirs = {ours: name for name, ours in source.columns.items()}
    if theirs:
        metadata = sa.MetaData()
        table = sa.Table(
            source.database_table,
            metadata,
            *(sa.Column(theirs.get(c.name, c.name), c.type, nullable=c.nullable) for c in table.columns),
        )
    engine = sa.create_engine(engine_url, poolclass=sa.NullPool)
    try:
        with engine.begin() as connection:
            metadata.create_all(connection)
            if connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one():
                raise UsageError(
                    "there are lines in this table already",
                    where=f"{engine.url.render_as_string(hide_password=True)}, {source.database_table}",
                    expected="an empty table",
                    remedy="Name another database, or empty the table: nothing is overwritten.",
                )
            connection.execute(
                sa.insert(table), [{theirs.get(name, name): value for name, value in line.items()} for line in lines]
            )
    finally:
        engine.dispose()


def _units(profile: Profile, theme: str) -> list[str]:
    """The units with a measure in a theme, in the order of the profile."""
    having = {unit for measure in profile.measures if measure.theme == theme for unit in measure.units}
    return [unit.id for unit in profile.units if unit.id in having]


def _theme(profile: Profile, choices: Choices, seed: int, theme: str, year: int) -> list[Outcome]:
    """Each line of a theme in a year. The departures of units from their budgets are those that were chosen, if any."""
    chosen = choices.years[year]
    version = first_version(profile)
    planned = [p.amount for p in profile.plan if (p.version, p.theme, p.year) == (version, theme, year)]
    units = _units(profile, theme)
    budgets = divide_money(sum(planned, Decimal(0)), [choices.units[unit].money for unit in units])
    lines: list[Outcome] = []
    for unit, budget in zip(units, budgets, strict=True):
        measures = [m for m in profile.measures if m.theme == theme and unit in m.units]
        # The same weights in every year: a measure keeps its size.
        weights = [float(stream(seed, "measure", theme, unit, m.id).uniform(0.6, 1.6)) for m in measures]
        because = departure.because if (departure := chosen.departures.get(unit, {}).get(theme)) else ""
        parts = divide_money(budget, weights)
        lines += [Outcome(unit, m, part, Decimal(0), because) for m, part in zip(measures, parts, strict=True)]
    rng = stream(seed, "realised", theme, year)
    shares = [float(line.budget) * float(rng.lognormal(0, 0.12)) for line in lines]
    spent = _spent(chosen, theme, lines, shares)
    return [replace(line, final=amount) for line, amount in zip(lines, spent, strict=True)]


def _spent(chosen: YearChoices, theme: str, lines: Sequence[Outcome], shares: Sequence[float]) -> list[Decimal]:
    """What was realised of each line: in proportion to `shares`, within the unit if its departure was chosen.

    Raises `ProfileError` if the departures do not add up to what was realised in the theme.
    """
    realised = chosen.realised.get(theme, Decimal(0))
    if not chosen.departures:
        return divide_money(realised, shares)
    spent: list[Decimal] = []
    for unit in dict.fromkeys(line.unit for line in lines):
        own = [(line, share) for line, share in zip(lines, shares, strict=True) if line.unit == unit]
        departure = chosen.departures.get(unit, {}).get(theme, Departure(eur=Decimal(0)))
        total = sum((line.budget for line, _ in own), departure.eur)
        spent += divide_money(total, [share for _, share in own])
    if (actual := sum(spent, Decimal(0))) != realised:
        message = f"the departures of {theme} give {actual} realised; expected {realised}, as `realised` says"
        raise ProfileError("sample.yaml", [message])
    return spent


def _round(
    profile: Profile,
    choices: Choices,
    seed: int,
    year: int,
    number: int,
    outcome: Sequence[Outcome],
) -> list[Line]:
    chosen = choices.rounds[number]
    definitive = number == profile.last_round
    rng = stream(seed, "round", year, number)
    deadlines = next(f for f in profile.feeds if TABLE in f.tables).deadlines
    submitted = {unit.id: _before(deadlines.get(number), year, int(rng.integers(1, 13))) for unit in profile.units}
    lines: list[Line] = []
    for line in outcome:
        budget, final = line.budget, line.final
        share = Decimal(str(round(chosen.realised * float(rng.uniform(0.8, 1.2)), 4)))
        realised = final if definitive else (final * min(share, Decimal(1))).quantize(CENT)
        known = Decimal(str(chosen.known))
        forecast = final if definitive else max(realised, (budget + (final - budget) * known).quantize(CENT))
        lines.append(
            {
                "reporting_year": year,
                "round": number,
                "unit": line.unit,
                "theme": line.measure.theme,
                "measure": line.measure.id,
                "budget": budget,
                "realised": realised,
                "forecast": forecast,
                "submitted_on": submitted[line.unit],
                "explanation": _explanation(line) if definitive else None,
            }
        )
    return lines


def _before(deadline: Deadline | None, year: int, days: int) -> date:
    if deadline is None:
        return date(year, 12, 31) - timedelta(days)
    return date.fromisoformat(f"{year + deadline.years}-{deadline.month_day}") - timedelta(days)


def _explanation(line: Outcome) -> str | None:
    if abs(line.final - line.budget) <= line.budget * Decimal("0.1"):
        return None
    if line.because:
        return line.because
    if line.final > line.budget:
        return "Meer uitgegeven dan begroot: eerder kunnen starten"
    return "Minder uitgegeven dan begroot: later gestart"
