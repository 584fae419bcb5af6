"""The section on the meaning of figures: definitions, breaks in series, and signs in place of a figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kwaliteitsmonitor.methods.figures.house_words import heading
from kwaliteitsmonitor.methods.figures.money import currency, scale_of
from kwaliteitsmonitor.methods.figures.printing import SYMBOLS
from kwaliteitsmonitor.releases.report.contents.columns import money_unit
from kwaliteitsmonitor.releases.report.contents.indicators import SPREADS, years_shown
from kwaliteitsmonitor.releases.report.document.model import Section, Terms
from kwaliteitsmonitor.releases.report.document.reading import Reading
from schemas.rows import (
    DefinitionsRow,
    EvaluationResultsRow,
    IndicatorValuesRow,
    SpendingOverviewRow,
    SpendingPlanVersionsRow,
    SpendingRoundsRow,
)
from schemas.tables.shared.code_words import HIDDEN_BY


def meaning(reading: Reading) -> Section | None:
    """The section with definitions and signs; `None` if the release defines nothing."""
    inner = [
        Section("signs", reading.say("Tekens en notatie", "Signs and notation"), (Terms(tuple(_signs(reading))),)),
    ]
    defined = tuple(_definitions(reading))
    if defined:
        inner.insert(0, Section("definitions", reading.say("Definities", "Definitions"), (Terms(defined),)))
    return Section("meaning", reading.say("Toelichting op de cijfers", "What the figures mean"), (), tuple(inner))


def _definitions(reading: Reading) -> Iterator[tuple[str, str]]:
    years = years_shown(reading)
    for row in reading.rows(DefinitionsRow):
        holds = [year for year in years if row["valid_from"] <= year <= (row["valid_until"] or year)]
        if holds:
            yield reading.say(row["label_nl"], row["label_en"]), " ".join(_defined(reading, row))


def _defined(reading: Reading, row: DefinitionsRow) -> Iterator[str]:
    yield reading.say(row["definition_nl"], row["definition_en"])
    if row["spread_kind"]:
        spread = reading.word(SPREADS, row["spread_kind"])
        yield reading.say(f"Spreiding: {spread}.", f"Spread: {spread}.")
    until = reading.say(f" tot en met {row['valid_until']}", f" until {row['valid_until']}")
    yield reading.say(
        f"Versie {row['version']}, geldig vanaf {row['valid_from']}{until if row['valid_until'] else ''}.",
        f"Version {row['version']}, valid from {row['valid_from']}{until if row['valid_until'] else ''}.",
    )


def _signs(reading: Reading) -> Iterator[tuple[str, str]]:
    """The signs in place of a figure, and those that the tables of this report have."""
    say, threshold = reading.say, reading.profile.institution.disclosure.threshold
    rules = "".join(f" {heading(line)}." for line in _hidden(reading))
    yield (
        SYMBOLS["suppressed"][reading.language],
        say(
            f"Niet getoond: het cijfer gaat over minder dan {threshold} personen, of zou zo'n cijfer verraden.",
            f"Not shown: the figure is about fewer than {threshold} people, or would give such a figure away.",
        )
        + rules,
    )
    yield (
        SYMBOLS["not_available"][reading.language],
        say(
            "Niet beschikbaar: er is niets geleverd waaruit het volgt.", "Not available: nothing was delivered for it."
        ),
    )
    yield (
        SYMBOLS["not_applicable"][reading.language],
        say("Niet van toepassing.", "Not applicable."),
    )
    indicators, results = reading.rows(IndicatorValuesRow), reading.rows(EvaluationResultsRow)
    if any(row["spread"] is not None for row in indicators):
        yield (
            "±",
            say("De spreiding; welke, staat bij de definitie.", "The spread; which one, stands with the definition."),
        )
    yield from _of_answers(reading)
    yield from _of_money(reading)
    if {"Ba", "Ma"} & {row["level"] for row in (*indicators, *results)}:
        yield "Ba, Ma", say("Bacheloropleidingen, masteropleidingen.", "Bachelor's programmes, master's programmes.")
    yield from _of_rounds(reading)


def _hidden(reading: Reading) -> Iterator[str]:
    """By which rules figures of evaluations and indicators are hidden, the most frequent first, with how many."""
    rows = [*reading.rows(IndicatorValuesRow), *reading.rows(EvaluationResultsRow)]
    rules = (row.get("hidden_by") for row in rows)
    for rule, number in Counter(rule for rule in rules if rule).most_common():
        words = HIDDEN_BY[rule].in_language(reading.language)
        yield reading.say(f"{number} keer: {words}", f"{number} times: {words}")


def _of_answers(reading: Reading) -> Iterator[tuple[str, str]]:
    if not reading.rows(EvaluationResultsRow):
        return
    say = reading.say
    yield (
        "n, sd",
        say(
            "Het aantal antwoorden of personen waarop een cijfer berust; de standaardafwijking tussen de respondenten.",
            "The number of answers or people on which a figure rests; the standard deviation between respondents.",
        ),
    )
    yield (
        say("95%-interval", "95% interval"),
        say(
            "Waar het gemiddelde met 95% zekerheid ligt; nul in dat van een verschil: het kan toeval zijn.",
            "Where the mean lies with 95% certainty; zero within that of a change: it may be chance.",
        ),
    )


def _of_money(reading: Reading) -> Iterator[tuple[str, str]]:
    spent, planned = reading.rows(SpendingOverviewRow), reading.rows(SpendingPlanVersionsRow)
    if not (spent or planned):
        return
    say, money = reading.say, reading.profile.institution.money
    nl, en = currency(money, "nl"), currency(money, "en")
    called = scale_of(money).called
    yield (
        money_unit(reading),
        say(
            f"{called.nl.format(nl)}. Er wordt gerekend in {nl} en pas bij het afdrukken afgerond; afgeronde bedragen "
            "tellen daardoor niet altijd precies op.",
            f"{called.en.format(en)}. Sums are made in {en} and rounded only in print; rounded amounts therefore do "
            "not always add up exactly.",
        ),
    )
    yield (
        say("procentpunt", "percentage points"),
        say(
            "Het verschil tussen twee percentages: het aandeel in het gerealiseerde min dat in het begrote.",
            "The difference between two percentages: the share of what was realised minus the share of the budget.",
        ),
    )


def _of_rounds(reading: Reading) -> Iterator[tuple[str, str]]:
    """What a financial round is, by the name of what is delivered for it."""
    if not reading.rows(SpendingRoundsRow):
        return
    named = next((reading.named(feed) for feed in reading.profile.feeds if "bfr" in feed.tables), "")
    units = reading.house.units
    yield (
        heading(reading.house.round),
        heading(
            reading.say(
                f"{named}: een ronde waarin de {units} over hun besteding berichten.",
                f"{named}: a round in which the {units} report on their spending.",
            )
        ),
    )
