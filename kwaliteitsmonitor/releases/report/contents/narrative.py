"""What is reported beside the amounts: explanations of over- and underspending, versions of the plan, and forecasts."""

from __future__ import annotations

from kwaliteitsmonitor.methods.figures.house_words import heading
from kwaliteitsmonitor.methods.figures.plan_names import plan_names
from kwaliteitsmonitor.methods.figures.printing import percentage
from kwaliteitsmonitor.releases.format.reader import Row
from kwaliteitsmonitor.releases.report.contents.rounds import BESIDE
from kwaliteitsmonitor.releases.report.contents.showing import (
    Notes,
    amount,
    amounts,
    fraction,
    money,
    money_unit,
    shares,
)
from kwaliteitsmonitor.releases.report.document.model import Block, Cell, Column, Section, Table
from kwaliteitsmonitor.releases.report.document.model import Row as Line
from kwaliteitsmonitor.releases.report.document.reading import Reading
from schemas.words import Words

UNEXPLAINED = {
    "asked": Words("Toelichting gevraagd, nog niet gegeven.", "An explanation was asked for and not given yet."),
    "not_read": Words("Toelichtingen worden niet openbaar gemaakt.", "Explanations are not made public."),
}


def story(reading: Reading) -> Section | None:
    """The section on explanations, plan and forecasts, or `None` if the release has none of them."""
    tables = (_explanations(reading), _plan(reading), _forecasts(reading))
    blocks: tuple[Block, ...] = tuple(table for table in tables if table is not None)
    title = reading.say("Toelichting op de besteding", "The story of the spending")
    return Section("story", title, blocks) if blocks else None


def _explanations(reading: Reading) -> Table | None:
    """Over- and underspending beyond the threshold of the profile, with what the unit says of it."""
    year, say = reading.cycle.spending_year, reading.say
    rows = reading.rows("spending_explanations", year)
    if not rows:
        return None
    realised = all(row["basis"] == "realised" for row in rows)
    columns = (
        Column("unit", heading(reading.house.unit)),
        Column("theme", heading(reading.house.theme)),
        amounts(reading, "budget", say("Begroot", "Budget")),
        amounts(reading, "outcome", say("Gerealiseerd", "Realised") if realised else say("Verwacht", "Forecast")),
        amounts(reading, "difference", say("Verschil", "Difference"), "{outcome} - {budget}"),
        shares("difference_pct", say("Verschil t.o.v. begroot", "Difference vs budget"), "{difference} / {budget}"),
        Column("explanation", say("Toelichting", "Explanation")),
    )
    lines = tuple(Line(tuple(_explained(reading, row))) for row in rows)
    rule = reading.profile.institution.spending.explain_from
    fraction_, least = percentage(rule.fraction, 0, reading.language), amount(reading, rule.eur)
    unit = money_unit(reading)
    caption = say(
        f"Afwijkingen van meer dan {fraction_} en {unit} {least} in {year}",
        f"Departures of more than {fraction_} and {unit} {least} in {year}",
    )
    return Table("table-explanations", caption, columns, lines)


def _explained(reading: Reading, row: Row) -> list[Cell]:
    known = {**row, "figure_id": row["about_figure"]}
    return [
        row["unit"],
        reading.theme(row["theme"]),
        money(reading, known, "budget"),
        money(reading, known, "outcome"),
        money(reading, known, "difference"),
        fraction(reading, known, "difference_pct"),
        row["explanation"] or reading.word(UNEXPLAINED, row["explained"]),
    ]


def _plan(reading: Reading) -> Table | None:
    """The spending plan of the year by each version, with the council that consented as a note to its total."""
    year, say = reading.cycle.spending_year, reading.say
    every = reading.rows("spending_plan_versions")
    rows = [row for row in every if row["year"] == year]
    if not rows:
        return None
    versions = list(dict.fromkeys(row["version"] for row in rows))
    names = plan_names(every)
    columns = [Column("theme", heading(reading.house.theme))]
    for number, version in enumerate(versions):
        title = heading(names[version].in_language(reading.language))
        columns.append(amounts(reading, f"amount_{number}", title))
        if number:
            rule = f"{{amount_{number}}} - {{amount_{number - 1}}}"
            columns.append(amounts(reading, f"shift_{number}", say("Verschuiving", "Shift"), rule))
    notes = Notes()
    by_cell = {(row["theme"], row["version"]): row for row in rows}
    lines = []
    for theme in (*reading.themes, None):
        of_theme = [by_cell.get((theme, version)) for version in versions]
        if not any(of_theme):
            continue
        cells: list[Cell] = [reading.theme(theme) if theme else say("Totaal", "Total")]
        for number, row in enumerate(of_theme):
            remarks = [] if row is None or theme else _consent(reading, row)
            cells.append("" if row is None else money(reading, row, "amount", notes.keys(remarks)))
            if number:
                cells.append("" if row is None else money(reading, row, "shift"))
        lines.append(Line(tuple(cells), "body" if theme else "total"))
    caption = say(f"Het bestedingsplan voor {year}, per versie", f"The spending plan for {year}, by version")
    return Table("table-plan", caption, tuple(columns), tuple(lines), notes.by_key)


def _consent(reading: Reading, row: Row) -> list[str]:
    """Which council consented to a version, and when; nothing if none did."""
    if not row["consent_by"]:
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
    rows = reading.rows("spending_forecasts")
    if not rows:
        return None
    say, year = reading.say, max(row["reporting_year"] for row in rows)
    by_cell = {(row["theme"], row["round"]): row for row in rows if row["reporting_year"] == year}
    rounds = sorted({number for _, number in by_cell})[-BESIDE:]
    shown = [(theme, row["without"]) for (theme, number), row in by_cell.items() if number in rounds]
    alike = len(set(shown)) == len(dict(shown))
    columns = [Column("theme", heading(reading.house.theme))]
    for number in rounds:
        expected = f"{reading.house.round} {number}"
        title = say(f"Verwacht in {expected}", f"Expected in {expected}")
        columns.append(amounts(reading, f"forecast_{number}", title))
        realised = "realised" if alike else f"realised_{number}"
        if not alike:  # each round is of the units that it has, and so is what these realised
            columns.append(amounts(reading, realised, say("Gerealiseerd", "Realised")))
        more = say("Het werd meer of minder", "It became more or less")
        columns.append(amounts(reading, f"deviation_{number}", more, f"{{{realised}}} - {{forecast_{number}}}"))
    if alike:
        columns.append(amounts(reading, "realised", say("Gerealiseerd", "Realised")))
    notes = Notes()
    lines = []
    for theme in (*reading.themes, None):
        of_theme = [by_cell[(theme, number)] for number in rounds if (theme, number) in by_cell]
        if len(of_theme) < len(rounds):
            continue
        cells: list[Cell] = [reading.theme(theme) if theme else say("Totaal", "Total")]
        for row in of_theme:
            cells.append(money(reading, row, "forecast", notes.keys(reading.halves(row["note"]))))
            cells.extend([] if alike else [money(reading, row, "realised")])
            cells.append(money(reading, row, "deviation"))
        cells.extend([money(reading, of_theme[-1], "realised")] if alike else [])
        lines.append(Line(tuple(cells), "body" if theme else "total"))
    caption = say(f"Verwachtingen voor {year} naast wat het werd", f"What was expected of {year} beside what it became")
    return Table("table-forecasts", caption, tuple(columns), tuple(lines), notes.by_key)
