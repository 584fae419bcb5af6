"""What does not fit in figures that are delivered as such: off their scale, given twice, or a total unlike its units.

A delivered figure of a whole that differs from what its units give is told apart as elsewhere: explained by rounding
(at most half a unit of the last decimal per rounded term) or not. No number is told of a figure that is suppressed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assets.indicators import delivered
from assets.indicators.delivered import Given, Made, Whole
from assets.indicators.scale import possible
from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from schemas.consequences import Costs
from schemas.profile import Indicator, Profile
from schemas.rows import FactFiguresRow
from schemas.words import Words
from schemas.written import number

TABLE = "delivered_figures"
Key = tuple[int, str, str | None]
"""A reporting year, an indicator and a level."""


def findings(
    profile: Profile,
    years: Sequence[int],
    rows: Iterable[FactFiguresRow],
    files: Mapping[str, str],
    public: Collection[Key],
) -> list[RuleResult]:
    """What the rules about delivered figures found in rows of `fact_figures` of these years.

    `files` gives the file of each delivery, `public` the figures of which nothing is suppressed, so that their numbers
    may stand in a finding.
    """
    of_years = [row for row in rows if row["reporting_year"] in years]
    if not of_years:
        return []
    place = _Places(files)
    defined = [(row, definition) for row in of_years if (definition := _read_by(profile, row)) is not None]
    return [
        *_fitting(profile, of_years, defined, place),
        *_parts_agree(defined, place, public),
        *_totals(profile, years, of_years, place, public),
    ]


@dataclass(frozen=True)
class _Places:
    """Where rows and figures stand, by the file of each delivery."""

    files: Mapping[str, str]

    def __call__(self, of: FactFiguresRow | Given, field: str = "value") -> str:
        """The file, the row and the field."""
        delivery, row = (of.delivery, of.row) if isinstance(of, Given) else (of["_delivery"], of["_row"])
        return f"{self.files.get(delivery, delivery)} row {row}, {field}"


def _fitting(
    profile: Profile,
    rows: Sequence[FactFiguresRow],
    defined: Sequence[tuple[FactFiguresRow, Indicator]],
    place: _Places,
) -> Iterator[RuleResult]:
    """Whether each row has a definition that reads it, a value on its scale, and no other row against it."""
    yield _rule(
        "used",
        Costs.NOTE,
        len(rows),
        [place(row, "indicator") for row in rows if _read_by(profile, row) is None],
        "een geleverd cijfer is van een indicator die als cijfer wordt geleverd, op een niveau dat die heeft",
        "a delivered figure is of an indicator that is delivered as such, at a level that it has",
    )
    yield _rule(
        "filled",
        Costs.NOTE,
        len(defined),
        [place(row) for row, one in defined if delivered.figure_of(one, row) is None],
        "een geleverd cijfer heeft een waarde, of een teller en een noemer",
        "a delivered figure has a value, or a numerator and a denominator",
    )
    yield _rule(
        "possible",
        Costs.FIGURES,
        len(defined),
        [place(row) for row, one in defined if not _possible(one, row)],
        "een geleverd cijfer ligt op de schaal van zijn indicator",
        "a delivered figure lies on the scale of its indicator",
    )
    yield _rule(
        "once",
        Costs.FIGURES,
        len(defined),
        list(_twice(rows, place)),
        "van een eenheid komt een indicator een keer, of elke keer met dezelfde getallen",
        "of a unit an indicator comes once, or with the same numbers each time",
    )


def _read_by(profile: Profile, row: FactFiguresRow) -> Indicator | None:
    """The definition that reads a row; `None` if it is computed otherwise, or has no such level."""
    definition = profile.indicator(row["indicator"], row["reporting_year"])
    if definition is None or definition.delivered is None or definition.split_level != (row["level"] is not None):
        return None
    return definition


def _possible(indicator: Indicator, row: FactFiguresRow) -> bool:
    one = delivered.figure_of(indicator, row)
    return one is None or possible(indicator, one.value, one.spread)


def _twice(rows: Iterable[FactFiguresRow], place: _Places) -> Iterator[str]:
    """The places of rows of which another row says otherwise."""
    by_place: dict[tuple[int, str | None, str | None, str], list[FactFiguresRow]] = defaultdict(list)
    for row in rows:
        if any(number is not None for number in delivered.numbers(row)):
            by_place[(row["reporting_year"], row["unit"], row["level"], row["indicator"])].append(row)
    for same in by_place.values():
        if len(set(map(delivered.numbers, same))) > 1:
            yield from (place(row) for row in same)


def _parts_agree(
    defined: Iterable[tuple[FactFiguresRow, Indicator]], place: _Places, public: Collection[Key]
) -> Iterator[RuleResult]:
    """Whether a ratio that comes with its value is that of its numerator and denominator, as far as rounding goes."""
    words = Words(
        "een geleverde verhouding is haar teller gedeeld door haar noemer",
        "a delivered ratio is its numerator divided by its denominator",
    )
    compared = []
    for row, definition in defined:
        one = delivered.figure_of(definition, row)
        if one is not None and one.by_parts and row["value"] is not None:
            allowed = _half(definition, row["value"])
            key = (row["reporting_year"], row["indicator"], row["level"])
            compared.append((definition, key, row["unit"], row["value"], one.value, allowed, place(row)))
    yield from _compared("ratio", words, compared, public)


def _totals(
    profile: Profile, years: Iterable[int], rows: Sequence[FactFiguresRow], place: _Places, public: Collection[Key]
) -> Iterator[RuleResult]:
    """Whether a figure that is delivered for a whole is what its units give."""
    words = Words(
        "een geleverd cijfer van het geheel is wat de eenheden geven",
        "a delivered figure of the whole is what its units give",
    )
    compared = []
    for year in years:
        for name in dict.fromkeys(one.id for one in profile.indicators):
            definition = profile.indicator(name, year)
            if definition is None or definition.delivered is None:
                continue
            delivering = profile.delivering_figure(definition, year)
            for level, figures in delivered.by_level(definition, rows, year).items():
                fit = {u: one for u, one in figures.items() if delivered.unfit(definition, one) is None}
                whole = Whole(definition, profile.units_in(year), delivering, fit)
                for unit, own in fit.items():
                    made = whole.made(unit)
                    if isinstance(made, Made) and made.combined:
                        key = (year, definition.id, level)
                        allowed = _rounding(definition, own, made)
                        compared.append((definition, key, unit, own.value, made.value, allowed, place(own)))
    yield from _compared("total", words, compared, public)


HIDDEN = Words("×", "×")

Compared = tuple[Indicator, Key, str | None, Decimal, Decimal, Decimal, str]
"""A definition, what it is about and of which unit; what was stated, what we compute, what rounding explains; where."""


def _compared(name: str, words: Words, compared: Sequence[Compared], public: Collection[Key]) -> Iterator[RuleResult]:
    """A result for the rule as a whole, and one for each statement that needs a word of explanation."""
    rule = f"{TABLE}.{name}"
    if not any(abs(stated - ours) > allowed for _, _, _, stated, ours, allowed, _ in compared):
        yield RuleResult(TABLE, rule, Costs.NOTE, Outcome.PASSED, len(compared), 0, words.nl, words.en)
    for definition, key, unit, stated, ours, allowed, where in compared:
        if stated == ours:
            continue
        wrong = abs(stated - ours) > allowed
        verdict = (
            Words("niet door afronding te verklaren", "not explained by rounding")
            if wrong
            else Words("door afronding te verklaren", "explained by rounding")
        )
        shown = key in public and (unit is None or definition.by_unit)
        theirs, own = (number(stated), number(ours)) if shown else (HIDDEN, HIDDEN)
        about = " ".join(str(part) for part in (key[0], key[2], unit) if part is not None)
        yield RuleResult(
            TABLE,
            rule,
            Costs.NOTE if wrong else Costs.NOTHING,
            Outcome.FAILED if wrong else Outcome.PASSED,
            len(compared) if wrong else 1,
            int(wrong),
            words.nl,
            words.en,
            cells=(where,),
            detail=Words(
                f"{definition.nl} {about}: geleverd {theirs.nl}, berekend {own.nl}: {verdict.nl}",
                f"{definition.en} {about}: delivered {theirs.en}, computed {own.en}: {verdict.en}",
            ),
        )


def _rounding(definition: Indicator, own: Given, made: Made) -> Decimal:
    """What rounding explains: half a unit per term of a sum; of a mean, half a unit of it and of its terms."""
    halves = [_half(definition, one.value) for one in made.of]
    match made.numerator, definition.delivered.combine if definition.delivered else "":
        case _, "sum":
            below = sum(halves, Decimal(0))
        case None, _:
            below = max(halves)
        case _:
            below = Decimal(0)  # a ratio of whole numbers is exact
    return _half(definition, own.value) + below


def _half(definition: Indicator, value: Decimal) -> Decimal:
    """Half a unit of the last decimal in which a figure was delivered, which has at least those that are printed."""
    places = max(definition.decimals + 2 * (definition.unit_of_measure == "fraction"), -_exponent(value))
    return Decimal(1).scaleb(-places) / 2


def _exponent(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return min(exponent, 0) if isinstance(exponent, int) else 0


def _rule(name: str, costs: Costs, checked: int, wrong: Sequence[str], nl: str, en: str) -> RuleResult:
    outcome = Outcome.FAILED if wrong else Outcome.PASSED
    return RuleResult(TABLE, f"{TABLE}.{name}", costs, outcome, checked, len(wrong), nl, en, cells=tuple(wrong))
