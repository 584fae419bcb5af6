"""What is reported beside the amounts: explanations of over- and underspending, versions of the plan, and forecasts."""

from __future__ import annotations

from kwaliteitsmonitor.methods.figures.house_words import heading
from kwaliteitsmonitor.methods.figures.plan_names import plan_names
from kwaliteitsmonitor.methods.figures.printing import percentage
from kwaliteitsmonitor.releases.report.contents.columns import (
    TITLES,
    Columns,
    amount,
    by_theme,
    is_total_line,
    money_unit,
)
from kwaliteitsmonitor.releases.report.contents.rounds import BESIDE
from kwaliteitsmonitor.releases.report.document.model import Block, Section, Table
from kwaliteitsmonitor.releases.report.document.reading import Reading
from kwaliteitsmonitor.releases.report.document.table_spec import Beside, ColumnSpec, TableSpec
from schemas.rows import SpendingExplanationsRow, SpendingForecastsRow, SpendingPlanVersionsRow
from schemas.words import Words

UNEXPLAINED = {
    "asked": Words("Toelichting gevraagd, nog niet gegeven.", "An explanation was asked for and not given yet."),
    "not_read": Words("Toelichtingen worden niet openbaar gemaakt.", "Explanations are not made public."),
}


class _Explained(SpendingExplanationsRow):
    """An explanation, with the figure that it is about as its own."""

    figure_id: str


def story(reading: Reading) -> Section | None:
    """The section on explanations, plan and forecasts, or `None` if the release has none of them."""
    tables = (_explanations(reading), _plan(reading), _forecasts(reading))
    blocks: tuple[Block, ...] = tuple(table for table in tables if table is not None)
    title = reading.say("Toelichting op de besteding", "The story of the spending")
    return Section("story", title, blocks) if blocks else None


def _explanations(reading: Reading) -> Table | None:
    """Over- and underspending beyond the threshold of the profile, with what the unit says of it."""
    year, say, columns = reading.cycle.spending_year, reading.say, Columns[_Explained](reading, "spending_explanations")
    rows = reading.rows(SpendingExplanationsRow, year)
    if not rows:
        return None
    realised = all(row["basis"] == "realised" for row in rows)
    outcome = TITLES["realised"] if realised else Words("Verwacht", "Forecast")
    explanations = (
        columns.unit(),
        columns.theme(),
        columns.money("budget"),
        columns.money("outcome", outcome.in_language(reading.language)),
        columns.money("difference"),
        columns.fraction("difference_pct"),
        columns.cells("explanation", "", lambda row: row["explanation"] or reading.word(UNEXPLAINED, row["explained"])),
    )
    rule = reading.profile.institution.spending.explain_from
    share, least = percentage(rule.fraction, 0, reading.language), amount(reading, rule.eur)
    unit = money_unit(reading)
    caption = say(
        f"Afwijkingen van meer dan {share} en {unit} {least} in {year}",
        f"Departures of more than {share} and {unit} {least} in {year}",
    )
    lines: list[_Explained] = [{**row, "figure_id": row["about_figure"]} for row in rows]
    return TableSpec("table-explanations", caption, explanations).table(lines)


def _plan(reading: Reading) -> Table | None:
    """The spending plan of the year by each version, with the council that consented as a note to its total."""
    columns = Columns.of(reading, SpendingPlanVersionsRow)
    year, say = reading.cycle.spending_year, reading.say
    every = reading.rows(SpendingPlanVersionsRow)
    rows = [row for row in every if row["year"] == year]
    if not rows:
        return None
    versions = list(dict.fromkeys(row["version"] for row in rows))
    names = plan_names((row["version"], row.get("consent_on")) for row in every)
    plan: list[ColumnSpec[Beside[SpendingPlanVersionsRow]]] = [columns.theme().of_any()]
    for number, version in enumerate(versions):
        title = heading(names[version].in_language(reading.language))
        amounts = columns.money("amount", title).noting(lambda row: _consent(reading, row))
        plan.append(amounts.at(version, f"amount_{number}"))
        if number:
            reads = {"amount": f"amount_{number}", "earlier_amount": f"amount_{number - 1}"}
            plan.append(columns.money("shift").at(version, f"shift_{number}", reads=reads))
    caption = say(f"Het bestedingsplan voor {year}, per versie", f"The spending plan for {year}, by version")
    return TableSpec("table-plan", caption, plan, is_total_line).table(by_theme(reading, rows, "version"))


def _consent(reading: Reading, row: SpendingPlanVersionsRow) -> list[str]:
    """Which council consented to a version, and when, at its total; nothing if none did."""
    if row["theme"] is not None or not row["consent_by"]:
        return []
    council, day = reading.council(row["consent_by"]), reading.day(row["consent_on"])
    return [
        reading.say(
            f"De {council} heeft" + (f" op {day}" if day else "") + " met dit plan ingestemd.",
            f"The {council} consented to this plan" + (f" on {day}." if day else "."),
        )
    ]


def _forecasts(reading: Reading) -> Table | None:
    """What the rounds during the newest year expected of each theme, beside what it became."""
    every = reading.rows(SpendingForecastsRow)
    if not every:
        return None
    say, columns, year = (
        reading.say,
        Columns.of(reading, SpendingForecastsRow),
        max(row["reporting_year"] for row in every),
    )
    rows = [row for row in every if row["reporting_year"] == year]
    rounds = sorted({row["round"] for row in rows})[-BESIDE:]
    shown = {(row["theme"], row["without"]) for row in rows if row["round"] in rounds}
    alike = len(shown) == len({theme for theme, _ in shown})
    forecasts = [columns.theme().of_any()]
    for number in rounds:
        expected = f"{reading.house.round} {number}"
        title = say(f"Verwacht in {expected}", f"Expected in {expected}")
        forecast = columns.money("forecast", title).noting(reading.notes)
        forecasts.append(forecast.at(number, f"forecast_{number}"))
        realised = "realised" if alike else f"realised_{number}"
        if not alike:  # each round is of the units that it has, and so is what these realised
            forecasts.append(columns.money("realised").at(number, realised))
        reads = {"realised": realised, "forecast": f"forecast_{number}"}
        forecasts.append(columns.money("deviation").at(number, f"deviation_{number}", reads=reads))
    if alike:
        forecasts.append(columns.money("realised").at(rounds[-1]))
    caption = say(f"Verwachtingen voor {year} naast wat het werd", f"What was expected of {year} beside what it became")
    lines = by_theme(reading, rows, "round", rounds)
    return TableSpec("table-forecasts", caption, forecasts, is_total_line).table(lines)
