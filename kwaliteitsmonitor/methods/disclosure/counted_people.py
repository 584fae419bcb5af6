"""In which cells of an evaluation, and for which answers in them, it is known that enough people gave them.

Who answered is counted when a delivery is staged (`kwaliteitsmonitor.readers.answers.engines.people`), and its number
is all that is left of it. Of answers that came in several deliveries it is not known who is in more than one: there are
at least as many people as in the one with most.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from kwaliteitsmonitor.foundation.engine import duckdb_for
from kwaliteitsmonitor.methods.disclosure.respondents import FewPeople, Respondents
from kwaliteitsmonitor.methods.statistics.sums import Asked, Cell

_KEY = "reporting_year, evaluation, question, unit, programme, level, steps"
_SETS = ("", "level", "unit", "unit, level", "unit, programme, level")


@dataclass(frozen=True)
class People:
    """What is known of the people behind answers; an answer of `None` stands for all answers to the question.

    `sure` are those of which it is known that at least as many as the threshold gave them; `unnamed` the cells with
    answers of which it is not known who gave them.
    """

    sure: frozenset[tuple[Asked, Cell, int | None]] = field(default_factory=frozenset)
    unnamed: frozenset[tuple[Asked, Cell]] = field(default_factory=frozenset)

    def enough(self, question: Asked, cell: Cell, steps: int | None = None) -> bool:
        """Whether enough people answered a question in a cell, or gave one answer."""
        return (question, cell, steps) in self.sure

    def estimated(self, question: Asked, cell: Cell) -> bool:
        """Whether the people in a cell are estimated from their answers, for want of who they are."""
        return (question, cell) in self.unnamed and not self.enough(question, cell)


def people_of(answers: pa.Table, factors: pa.Table, by_delivery: Mapping[str, Respondents], threshold: int) -> People:
    """The people behind the answers of `fact_answers`; `factors` maps scores onto the scale of the question."""
    named = [delivery for delivery, one in by_delivery.items() if one.up_to >= threshold]
    few = [(delivery, *one) for delivery in named for one in by_delivery[delivery].few if one.people < threshold]
    names = ("delivery", *FewPeople._fields)
    kinds = {"score": pa.int64(), "people": pa.int64()}
    columns = {n: pa.array([one[at] for one in few], kinds.get(n, pa.string())) for at, n in enumerate(names)}
    sets = [f"({', '.join(filter(None, (_FIXED, cell, steps)))})" for cell in _SETS for steps in ("", "steps, score")]
    with duckdb_for("people") as connection:
        connection.register("facts", answers)
        connection.register("factors", factors)
        connection.register("few", pa.table(columns))
        connection.register("named", pa.table({"_delivery": pa.array(named, pa.string())}))
        connection.execute(
            "CREATE TABLE counts AS SELECT *, (score - worst) * factor AS steps FROM facts "
            "JOIN factors USING (question, worst, best)"
        )
        connection.execute(
            f"CREATE TABLE sizes AS SELECT {_KEY}, score, _delivery, sum(answers) AS n FROM counts "
            f"GROUP BY GROUPING SETS ({', '.join(sets)})"
        )
        alike = " AND ".join(
            f"few.{name} IS NOT DISTINCT FROM sizes.{name}" for name in ("unit", "programme", "level", "score")
        )
        sure = connection.execute(
            f"SELECT DISTINCT {_KEY} FROM (SELECT * FROM sizes SEMI JOIN named USING (_delivery)) AS sizes "
            "ANTI JOIN few "
            "ON few.delivery = sizes._delivery AND few.evaluation = sizes.evaluation AND few.question = sizes.question "
            f"AND CAST(right(few.academic_year, 4) AS BIGINT) = sizes.reporting_year AND {alike} WHERE n >= {threshold}"
        ).fetchall()
        unnamed = connection.execute(
            f"SELECT DISTINCT {_KEY} FROM sizes ANTI JOIN named USING (_delivery) WHERE steps IS NULL"
        ).fetchall()
    return People(
        frozenset((Asked(*row[:3]), Cell(*row[3:6]), None if row[6] is None else int(row[6])) for row in sure),
        frozenset((Asked(*row[:3]), Cell(*row[3:6])) for row in unnamed),
    )


_FIXED = "reporting_year, evaluation, question, _delivery"
