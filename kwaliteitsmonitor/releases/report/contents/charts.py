"""The charts of the report: what each shows, and what there is to see in it for who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from kwaliteitsmonitor.methods.figures.money import scale_of
from kwaliteitsmonitor.methods.figures.numbers import demanded_number
from kwaliteitsmonitor.releases.report.charts.drawing import NUMBERS
from kwaliteitsmonitor.releases.report.charts.specifications import (
    Bar,
    Point,
    Spec,
    Step,
    against_plan,
    drift,
    panels,
    with_spread,
)
from kwaliteitsmonitor.releases.report.contents.columns import amount, money_unit
from kwaliteitsmonitor.releases.report.document.model import Chart, Figure, Table
from kwaliteitsmonitor.releases.report.document.model import Row as Line
from kwaliteitsmonitor.releases.report.document.reading import Reading


def spending_chart(reading: Reading, table: Table, year: int) -> Chart | None:
    """What was realised per theme against the budget; `None` if a theme is lacking."""
    rows = [
        (str(line.cells[0]), _shown(table, line, "budget"), _shown(table, line, "realised")) for line in _body(table)
    ]
    themes = [
        (name, budget, realised) for name, budget, realised in rows if budget is not None and realised is not None
    ]
    if len(themes) < len(rows) or not themes:
        return None
    say = reading.say

    def shown(value: Decimal) -> str:
        return amount(reading, value)

    bars = [
        Bar(
            name,
            float(realised),
            float(budget),
            say(f"{shown(realised)} van {shown(budget)}", f"{shown(realised)} of {shown(budget)}"),
        )
        for name, budget, realised in themes
    ]
    more = [name for name, budget, realised in themes if realised > budget]
    less = [name for name, budget, realised in themes if realised < budget]
    unit, theme = money_unit(reading), reading.house.theme
    amounts = "; ".join(
        say(
            f"{name}: {shown(realised)} gerealiseerd, {shown(budget)} begroot",
            f"{name}: {shown(realised)} realised, {shown(budget)} budget",
        )
        for name, budget, realised in themes
    )
    alternative = say(
        f"Staafdiagram in {unit}. Meer besteed dan begroot: {_listed(more, 'nl')}. "
        f"Minder: {_listed(less, 'nl')}. {amounts}.",
        f"Bar chart in {unit}. More was spent than budgeted on: {_listed(more, 'en')}. "
        f"Less on: {_listed(less, 'en')}. {amounts}.",
    )
    caption = say(
        f"Besteding tegen begroting per {theme} in {year}, in {unit}. Balk: gerealiseerd; streep: begroot",
        f"Spending against budget per {theme} in {year}, in {unit}. Bar: realised; stroke: budget",
    )
    return _chart(reading, f"chart-spending-{year}", caption, alternative, against_plan(bars), table)


def indicator_charts(reading: Reading, table: Table, years: Sequence[int]) -> list[Chart]:
    """The indicators over the years: those with a spread on one scale, the others each on its own."""
    points = [point for line in _body(table) for point in _points(table, line, years)]
    spread = [point for point in points if point.spread is not None]
    others = [point for point in points if point.spread is None]
    say, charts = reading.say, []
    when = _listed([str(year) for year in years], reading.language)
    nl, en = ("het jaar ervoor", "the year before") if len(years) < 3 else ("eerdere jaren", "earlier years")
    if spread:
        scale = (1.0, 5.0) if all(1 <= point.value <= 5 for point in spread) else _around(spread)
        caption = say(
            f"Indicatoren met spreiding, {when}. Bolletje: {years[-1]}; vierkantje: {nl}; lijn: de "
            "spreiding naar weerszijden",
            f"Indicators with spread, {when}. Dot: {years[-1]}; square: {en}; line: the spread to either side",
        )
        made = with_spread(spread, scale)
        charts.append(_chart(reading, "chart-indicators-spread", caption, _alternative(reading, spread), made, table))
    # One bar on a scale of its own says no more than the number in the table.
    if others and len(years) > 1:
        caption = say(
            f"De andere indicatoren, {when}; elk op een eigen schaal",
            f"The other indicators, {when}; each on a scale of its own",
        )
        charts.append(
            _chart(reading, "chart-indicators", caption, _alternative(reading, others), panels(others), table)
        )
    return charts


def rounds_chart(reading: Reading, table: Table, rounds: Sequence[int]) -> Chart | None:
    """How far each round's expectation lay from the budget, per theme; `None` if one is lacking."""
    steps, sentences = [], []
    size = scale_of(reading.profile.institution.money).size
    for line in _body(table):
        budget = _shown(table, line, "budget")
        for number in rounds:
            expected = _shown(table, line, f"forecast_{number}")
            if budget is None or expected is None:
                return None
            parts = {"budget": budget, "outcome": expected}
            difference = demanded_number("spending_explanations", "difference", parts)
            steps.append(Step(str(line.cells[0]), number, float(difference / size)))
        ends = [step for step in steps if step.name == str(line.cells[0])]
        sentences.append(f"{line.cells[0]}: " + ", ".join(amount(reading, Decimal(str(s.value * size))) for s in ends))
    if not steps:
        return None
    say = reading.say
    unit, called = money_unit(reading), reading.house.round
    listed, order = "; ".join(sentences), _listed([str(number) for number in rounds], reading.language)
    alternative = say(
        f"Puntdiagram: verwachting min begroting in {unit}, achtereenvolgens in {called} {order}. {listed}.",
        f"Dot plot: expected minus budget in {unit}, in {called} {order} in turn. {listed}.",
    )
    caption = say(
        f"Verloop tussen de rondes: hoe ver de verwachting van de begroting lag, in {unit}. Het getal is de ronde",
        f"Drift between the rounds: how far the expectation lay from the budget, in {unit}. The number is the round",
    )
    axis = say(f"verwacht min begroot, in {unit}", f"expected minus budget, in {unit}")
    return _chart(reading, "chart-rounds", caption, alternative, drift(steps, axis), table)


def _chart(reading: Reading, identity: str, caption: str, alternative: str, spec: Spec, table: Table) -> Chart:
    localised = spec | {"config": {"locale": {"number": dict(NUMBERS[reading.language])}}}
    return Chart(identity, caption, alternative, localised, table.id)


def _body(table: Table) -> list[Line]:
    return [line for line in table.rows if line.kind == "body"]


def _shown(table: Table, line: Line, name: str) -> Decimal | None:
    place = next(place for place, column in enumerate(table.columns) if column.name == name)
    cell = line.cells[place]
    return cell.value if isinstance(cell, Figure) else None


def _points(table: Table, line: Line, years: Sequence[int]) -> list[Point]:
    level = str(line.cells[1])
    name = f"{line.cells[0]} ({level})" if level else str(line.cells[0])
    points = []
    for year in years:
        cell = line.cells[next(p for p, column in enumerate(table.columns) if column.name == f"year_{year}")]
        if isinstance(cell, Figure) and cell.value is not None:
            spread = None if cell.spread is None else float(cell.spread)
            points.append(Point(name, year, float(cell.value), spread, cell.text))
    return points


def _around(points: Sequence[Point]) -> tuple[float, float]:
    """A scale that holds every value with its spread."""
    low = min(point.value - (point.spread or 0) for point in points)
    high = max(point.value + (point.spread or 0) for point in points)
    return float(int(low) - (low < 0)), float(int(high) + 1)


def _alternative(reading: Reading, points: Sequence[Point]) -> str:
    """Every indicator with its figure in each year, in a sentence."""
    sentences = []
    for name in dict.fromkeys(point.name for point in points):
        of_name = [point for point in points if point.name == name]
        sentences.append(f"{name}: " + ", ".join(f"{point.year} {point.text}" for point in of_name))
    kind = reading.say("Diagram van de indicatoren over de jaren.", "Chart of the indicators over the years.")
    return f"{kind} {'; '.join(sentences)}."


def _listed(names: Sequence[str], language: str) -> str:
    """`a, b en c`; `geen` for none."""
    if not names:
        return "geen" if language == "nl" else "none"
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} {'en' if language == 'nl' else 'and'} {names[-1]}"
