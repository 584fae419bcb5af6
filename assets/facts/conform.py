"""How each table of facts follows from staged tables: one query each, run by DuckDB on Arrow tables in memory.

A reporting year reads the academic year that ends in it: 2020 reads 2019-2020. Level and funding of an enrolment are
those of its programme in the register; a programme that is not in it is not funded. A course has one spelling in all
tables of facts (`assets.facts.courses`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from assets.embedded import duckdb_for
from assets.facts.courses import NOTHING_RESPELLED, Spelled, in_one_spelling
from schemas.exports.arrow import arrow_schema
from schemas.tables import CATALOGUE

_YEAR = "CAST(right(academic_year, 4) AS BIGINT) AS reporting_year"
_LEVEL = "CASE p.croho_type WHEN 'ba' THEN 'Ba' WHEN 'ma' THEN 'Ma' END AS level"


@dataclass(frozen=True)
class Conforming:
    """A table of facts: the staged tables that it reads, and the query over them."""

    reads: tuple[str, ...]
    query: str


FACTS: Mapping[str, Conforming] = {
    "fact_spending": Conforming(
        ("bfr",),
        "SELECT reporting_year, round, unit, theme, measure, budget, realised, forecast, submitted_on, _delivery "
        "FROM bfr ORDER BY ALL",
    ),
    "fact_plan": Conforming(
        ("spending_plan",), "SELECT version, unit, theme, year, amount, _delivery FROM spending_plan ORDER BY ALL"
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
        f"SELECT {_YEAR}, unit, fte, fte_temporary, certified, in_training, _delivery "
        "FROM faculty_study_advisers ORDER BY ALL",
    ),
    "fact_programme_offers": Conforming(
        ("faculty_programmes", "programmes"),
        f"SELECT {_YEAR}, f.unit, f.programme, {_LEVEL}, coalesce(p.funded, false) AS funded, "
        "f.compulsory_matching, f.online_trial_study, f._delivery "
        "FROM faculty_programmes f LEFT JOIN programmes p USING (programme) ORDER BY ALL",
    ),
    "fact_measures": Conforming(
        ("faculty_measures",),
        f"SELECT {_YEAR}, unit, theme, measure, progress, _delivery FROM faculty_measures ORDER BY ALL",
    ),
    "fact_figures": Conforming(
        ("delivered_figures",),
        "SELECT reporting_year, unit, level, indicator, value, n, spread, numerator, denominator, _delivery, _row "
        "FROM delivered_figures ORDER BY ALL",
    ),
}


def conform(name: str, staged: Mapping[str, pa.Table], courses: Spelled = NOTHING_RESPELLED) -> pa.Table:
    """The table of facts of this name from the staged tables that it reads, in the types of its contract.

    `courses` are the spellings of courses that are not read as they stand.
    """
    schema = arrow_schema(CATALOGUE[name])
    with duckdb_for("facts") as connection:
        for table, rows in staged.items():
            connection.register(table, in_one_spelling(rows, courses))
        return connection.sql(FACTS[name].query).to_arrow_table().select(schema.names).cast(schema)
