"""What is found wrong with answers once they are counted: other years, another's programmes, more than were invited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from kwaliteitsmonitor.methods.checks.results import SHOWN_CELLS, Outcome, RuleResult
from kwaliteitsmonitor.methods.statistics.summaries import Statistics
from schemas.consequences import Costs
from schemas.words import Words

OTHER_YEARS = "evaluations.other_years"
MORE_ANSWERS = "evaluations.more_answers_than_invited"
SHOWN_BEFORE = "evaluations.shown_before"
ANOTHERS = "evaluations.programme_of_another_unit"
UNKNOWN_SIZE = "evaluations.invited_unknown"


def findings(
    statistics: Statistics,
    answers: pa.Table,
    years: Sequence[int],
    files: Mapping[str, str],
    units: Mapping[str, str] | None = None,
    *,
    delivered: bool = True,
) -> list[RuleResult]:
    """The outcome of each rule on the counts of a cycle that reads these reporting years.

    `files` gives the file of each delivery, `units` the unit to which a programme belongs, as far as that is known.
    `delivered` is false if no feed of the institution says how many were invited: that is no fault of anyone then.
    """
    invited = _invited(statistics, Costs.NOTE if delivered else Costs.NOTHING)
    return [_other_years(answers, years, files), _of_another_unit(answers, files, units or {}), *invited]


def shown_before(cells: int) -> RuleResult:
    """Whether an earlier release shows what is hidden now for what it holds: so many cells.

    Which ones is reported to the operators (`status`), and not with the release: it would point at them.
    """
    return RuleResult(
        "evaluations",
        SHOWN_BEFORE,
        Costs.NOTE,
        Outcome.FAILED if cells else Outcome.PASSED,
        cells,
        cells,
        "wat verborgen is om wat erin staat, is niet eerder getoond",
        "what is hidden for what it holds was not shown before",
        detail=Words("status zegt welke cellen", "status says which cells") if cells else None,
    )


def _other_years(answers: pa.Table, years: Sequence[int], files: Mapping[str, str]) -> RuleResult:
    """Answers of a year that the cycle does not read are in none of its figures, and that is said."""
    others = answers.filter(pc.invert(pc.is_in(answers.column("reporting_year"), pa.array(list(years), pa.int64()))))
    by_file = others.group_by(["_delivery", "reporting_year"]).aggregate([("answers", "sum")]).to_pylist()
    places = sorted({(files.get(row["_delivery"], row["_delivery"]), row["reporting_year"]) for row in by_file})
    read = ", ".join(str(year) for year in years)
    message = Words(f"niet geteld: de cyclus leest {read}", f"not counted: the cycle reads {read}")
    return RuleResult(
        "evaluations",
        OTHER_YEARS,
        Costs.NOTE,
        Outcome.FAILED if places else Outcome.PASSED,
        int(pc.sum(answers.column("answers")).as_py() or 0),
        sum(row["answers_sum"] for row in by_file),
        "antwoorden zijn van een studiejaar dat deze cyclus leest",
        "answers are of an academic year that this cycle reads",
        cells=tuple(f"{file}, {year - 1}-{year}" for file, year in places[:SHOWN_CELLS]),
        detail=message if places else None,
    )


def _of_another_unit(answers: pa.Table, files: Mapping[str, str], units: Mapping[str, str]) -> RuleResult:
    """Answers of one unit about a programme of another count for the unit that delivered them, and that is said.

    It may be right: units teach in each other's programmes. It may also be another's file under the wrong name.
    """
    groups = answers.group_by(["_delivery", "unit", "programme"]).aggregate([("answers", "sum")]).to_pylist()
    known = [row for row in groups if units.get(row["programme"])]
    wrong = [row for row in known if units[row["programme"]] != row["unit"]]
    places = sorted({
        f"{files.get(row['_delivery'], row['_delivery'])}, {row['programme']} ({units[row['programme']]})"
        for row in wrong
    })  # fmt: skip
    message = Words(
        "volgens programmes.csv van een andere eenheid; geteld bij wie ze leverde. Klopt dat niet, lever het bestand "
        "dan bij die eenheid aan of verbeter programmes.csv",
        "of another unit by programmes.csv; counted for the one that delivered them. If that is wrong, deliver the "
        "file for that unit or mend programmes.csv",
    )
    return RuleResult(
        "evaluations",
        ANOTHERS,
        Costs.NOTE,
        Outcome.FAILED if wrong else Outcome.PASSED,
        sum(row["answers_sum"] for row in known),
        sum(row["answers_sum"] for row in wrong),
        "een eenheid levert antwoorden over eigen opleidingen",
        "a unit delivers answers about programmes of its own",
        cells=tuple(places[:SHOWN_CELLS]),
        detail=message if wrong else None,
    )


def _invited(statistics: Statistics, unknown_costs: Costs) -> list[RuleResult]:
    """Programmes of a unit of which more answered than were invited, and of which it is not known how many were."""
    leaves = [
        one
        for cells in statistics.summaries.values()
        for cell, one in cells.items()
        if cell.programme and not (one.population and one.population.open_link)
    ]
    more: set[str] = set()
    unknown: set[str] = set()
    for one in leaves:
        place = ", ".join([str(one.question.year), one.question.evaluation, *(part or "" for part in one.cell)])
        if one.population is None or one.population.unknown:
            unknown.add(place)
        elif one.n > one.population.invited:
            more.add(place)
    checked = len({(one.question.year, one.question.evaluation, one.cell) for one in leaves})
    return [
        _of_leaves(
            MORE_ANSWERS,
            checked,
            more,
            "er zijn niet meer antwoorden op een vraag dan uitgenodigden",
            "there are no more answers to a question than people invited",
        ),
        _of_leaves(
            UNKNOWN_SIZE,
            checked,
            unknown,
            "van elke opleiding met antwoorden is bekend hoeveel er zijn uitgenodigd",
            "of each programme with answers it is known how many were invited",
            unknown_costs,
        ),
    ]


def _of_leaves(rule: str, checked: int, wrong: set[str], nl: str, en: str, costs: Costs = Costs.NOTE) -> RuleResult:
    consequence = Words("geen respons berekend", "no response rate computed") if wrong else None
    return RuleResult(
        "evaluation_population",
        rule,
        costs,
        Outcome.FAILED if wrong else Outcome.PASSED,
        checked,
        len(wrong),
        nl,
        en,
        cells=tuple(sorted(wrong)[:SHOWN_CELLS]),
        detail=consequence,
    )
