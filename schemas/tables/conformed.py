"""Tables of facts: which delivered tables each reads, and the query over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_YEAR = "CAST(right(academic_year, 4) AS BIGINT) AS reporting_year"


_PLACE = "_sheet, _row, _column"
_PLACE_OF_F = "f._sheet, f._row, f._column"
_LEVEL = "CASE p.croho_type WHEN 'ba' THEN 'Ba' WHEN 'ma' THEN 'Ma' END AS level"


@dataclass(frozen=True)
class Conforming:
    """A table of facts: the staged tables that it reads, and the query over them."""

    reads: tuple[str, ...]
    query: str


FACTS: Mapping[str, Conforming] = {
    "fact_spending": Conforming(
        ("bfr",),
        "SELECT reporting_year, round, unit, theme, measure, budget, realised, forecast, submitted_on, "
        f"_delivery, {_PLACE} FROM bfr ORDER BY ALL",
    ),
    "fact_plan": Conforming(
        ("spending_plan",),
        f"SELECT version, unit, theme, year, amount, _delivery, {_PLACE} FROM spending_plan ORDER BY ALL",
    ),
    "fact_answers": Conforming(
        ("evaluations", "evaluation_population"),
        f"SELECT {_YEAR}, evaluation, unit, programme, level, course, question, score, worst, best, "
        "question_version, CAST(sum(answers) AS BIGINT) AS answers, _delivery "
        "FROM evaluations GROUP BY ALL ORDER BY ALL",
    ),
    "fact_population": Conforming(
        ("evaluation_population", "evaluations"),
        f"SELECT {_YEAR}, evaluation, unit, programme, level, course, invited, open_link, _delivery "
        "FROM evaluation_population ORDER BY ALL",
    ),
    "fact_enrolments": Conforming(
        ("enrolments", "programmes"),
        f"SELECT year(e.reference_date) AS reporting_year, e.student, e.programme, {_LEVEL}, "
        "coalesce(p.funded, false) AS funded, p.unit, e.enrolment, e._delivery "
        "FROM enrolments e LEFT JOIN programmes p USING (programme) ORDER BY ALL",
    ),
    "fact_staff": Conforming(
        ("staff",),
        "SELECT year(reference_date) AS reporting_year, reference_date, person, unit, category, fte, start_date, "
        "bko_date, sko_date, _delivery FROM staff ORDER BY ALL",
    ),
    "fact_study_advisers": Conforming(
        ("faculty_study_advisers",),
        f"SELECT {_YEAR}, unit, fte, fte_temporary, certified, in_training, _delivery, {_PLACE} "
        "FROM faculty_study_advisers ORDER BY ALL",
    ),
    "fact_programme_offers": Conforming(
        ("faculty_programmes", "programmes"),
        f"SELECT {_YEAR}, f.unit, f.programme, {_LEVEL}, coalesce(p.funded, false) AS funded, "
        f"f.compulsory_matching, f.online_trial_study, f._delivery, {_PLACE_OF_F} "
        "FROM faculty_programmes f LEFT JOIN programmes p USING (programme) ORDER BY ALL",
    ),
    "fact_measures": Conforming(
        ("faculty_measures",),
        f"SELECT {_YEAR}, unit, theme, measure, progress, _delivery, {_PLACE} FROM faculty_measures ORDER BY ALL",
    ),
    "fact_figures": Conforming(
        ("delivered_figures",),
        "SELECT reporting_year, unit, level, indicator, value, n, spread, numerator, denominator, "
        "_delivery, _row, _sheet, _column FROM delivered_figures ORDER BY ALL",
    ),
}
