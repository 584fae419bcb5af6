"""Counting the answers in a database where they are: only their counts travel, and no respondent ever leaves it.

What is asked is asked of every engine (`kwaliteitsmonitor.readers.answers.engines.expressions`), over the very query by
which answers would be pulled (`kwaliteitsmonitor.connectors.database`): the same columns, the same period as
parameters, a transaction that only reads. Counts and second answers are of one moment. PostgreSQL counts; other
databases give their answers, to be counted here.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from kwaliteitsmonitor.connectors.database import (
    Pull,
    engine_for,
    no_column,
    not_read,
    only_reading,
    place,
    refusal,
    statement,
    text_of,
    theirs,
)
from kwaliteitsmonitor.connectors.database_errors import worth_another_try
from kwaliteitsmonitor.connectors.silence import unless_silent
from kwaliteitsmonitor.foundation.engine import duckdb_for
from kwaliteitsmonitor.foundation.retrying import PATIENCE, Patience, TriedError, patiently
from kwaliteitsmonitor.methods.disclosure.respondents import Respondents
from kwaliteitsmonitor.readers.answers.engines.counted import counted_by, write_counts
from kwaliteitsmonitor.readers.answers.engines.expressions import (
    BLANKS,
    OTHERWISE,
    WHO,
    counts,
    first_ones,
    later_ones,
    trimmed,
    with_code,
)
from kwaliteitsmonitor.readers.answers.engines.names import name_and_damage
from kwaliteitsmonitor.readers.answers.engines.people import doubt, few
from schemas.contract import Aspect, Field, Kind, Table
from schemas.errors import UsageError
from schemas.profile.feeds import SqlSource
from schemas.spelling import fold
from schemas.tables.counted import RESPONDENT
from schemas.words import Words

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import sqlalchemy as sa

Numbers = tuple[int, int, int]
"""Of a combination: its answers, those without a respondent, and those of a respondent who answered before."""

DELIVERED = "delivered"
NEVER = "\x01"
"""Stands where a character cannot: a name with this one in it is none."""


@contextmanager
def pull_counts(
    url: str,
    source: SqlSource,
    table: Table,
    where: Mapping[str, int | str],
    aliases: Mapping[str, Mapping[str, str]],
    patience: Patience = PATIENCE,
    threshold: int = 0,
) -> Iterator[Pull]:
    """The counts of the answers of a period, as Parquet in a file that is gone when the context ends.

    `where` is as for `pull`; `aliases` are other spellings of codes, by code list: who answers a question under two
    spellings has answered it twice; `threshold` is what the number of people behind answers is compared with, if it is
    to be. The rows of what is given are the answers that were counted. Raises as `pull` does, and `UsageError` if the
    database is not one that counts.
    """
    query = statement(source, table, where)
    engine = engine_for(url, source)
    if engine.dialect.name != "postgresql":
        raise UsageError(
            Words(
                f"een database van {engine.dialect.name} telt geen antwoorden",
                f"{engine.dialect.name} databases do not count answers",
            ),
            where=place(source),
            expected=Words(
                "PostgreSQL, als de bron `counted: true` zegt", "PostgreSQL, where the source says `counted: true`"
            ),
            remedy=Words(
                "Laat `counted: true` in feeds.yaml weg: de antwoorden worden dan opgehaald en hier geteld.",
                "Leave out `counted: true` in feeds.yaml: the answers are then pulled, and counted here.",
            ),
        )
    request = _Asked(source, table, aliases, threshold)
    try:
        numbers, people = patiently(
            lambda: unless_silent(partial(request.of, engine, query), source.silence),
            f"{source.connection} database",
            worth_another_try,
            patience,
        )
    except TriedError as tried:
        raise not_read(tried, source, table) from None
    with TemporaryFile(prefix="counts-") as file:
        _, answers = write_counts(file, table, numbers, people)
        file.seek(0)
        yield Pull(file, answers, None)


@dataclass(frozen=True)
class _Asked:
    """What is asked of a database that holds the answers of a contract."""

    source: SqlSource
    table: Table
    aliases: Mapping[str, Mapping[str, str]]
    threshold: int

    def of(
        self, engine: sa.Engine, query: sa.Executable, heard: Callable[[], None]
    ) -> tuple[list[tuple[tuple[str, ...], Numbers]], Respondents | None]:
        """The counts, each combination with the texts of its values; and the people behind them, if these count.

        `heard` is called when the database answers.
        """
        with engine.connect() as connection:
            connection = only_reading(connection.execution_options(isolation_level="REPEATABLE READ"))
            delivered, parameters = self._delivered(connection, query)
            by, codec = counted_by(self.table), _codec(connection)

            def rows_of(expression: ir.Table, query: str = "SELECT * FROM counted", **more: str) -> Sequence[Any]:
                # A percent sign begins a parameter, and is written twice where it is none.
                inner, outer = delivered, _fitting(_postgres(expression), codec).replace("%", "%%")
                query = f"WITH {DELIVERED} AS ({inner}), counted AS ({outer}) {query}"
                rows = connection.exec_driver_sql(query, {**parameters, **more}).fetchall()
                heard()
                return rows

            answers = self._answers()
            numbers = {
                tuple(row[: len(by)]): (row[-2], row[-1], 0) for row in rows_of(counts(answers, by, answers[WHO]))
            }
            for row in rows_of(self._second(answers)):
                all_of_them, nobody, _ = numbers[tuple(row[:-1])]
                numbers[tuple(row[:-1])] = (all_of_them, nobody, row[-1])
            people = self._people(rows_of, answers, numbers) if self.threshold else None
        return list(self._as_texts(numbers)), people

    def _delivered(self, connection: sa.Connection, query: sa.Executable) -> tuple[str, Mapping[str, Any]]:
        """The query for the answers with the names of the contract, and its parameters. Open text is not in it."""
        compiled = query.compile(connection)  # type: ignore[attr-defined]
        parameters = dict(compiled.construct_params())
        inner = str(compiled)
        head = connection.exec_driver_sql(f"SELECT * FROM ({inner}) AS asked LIMIT 0", parameters)
        there = {name.lower(): name for name in head.keys()}  # noqa: SIM118 - a result is no mapping
        wanted = theirs(self.source, self.table)
        lacking = [name for name in wanted.values() if name.lower() not in there]
        if lacking:
            raise refusal(no_column(lacking), self.source, self.table)
        quote = connection.dialect.identifier_preparer.quote_identifier
        picked = []
        for field in self._fields():
            column = f"asked.{quote(there[wanted[field.name].lower()])}"
            whole = f"CAST({column} AS text)" if field.kind is Kind.TEXT else column
            picked.append(f"{whole} AS {quote(field.name)}")
        return f"SELECT {', '.join(picked)} FROM ({inner}) AS asked", parameters

    def _fields(self) -> tuple[Field, ...]:
        return tuple(self.table[name] for name in (*counted_by(self.table), RESPONDENT))

    def _answers(self) -> ir.Table:
        """The answers as an expression: what they are counted by, and who gave them; nobody if that is no name."""
        import ibis

        kinds = {field.name: "string" if field.kind is Kind.TEXT else "int64" for field in self._fields()}
        delivered = ibis.table(kinds, name=DELIVERED)
        who = trimmed(delivered[RESPONDENT])
        name, wrong = name_and_damage(who)
        known = ibis.ifelse(wrong.isnull() | (wrong == OTHERWISE), name, ibis.null("string"))
        return delivered.select(*counted_by(self.table), **{WHO: known})

    def _second(self, answers: ir.Table) -> ir.Table:
        """How many answers of each combination are of a respondent who answered before.

        Rows of a database have no order: of several answers the one with the first values stays, in the order of the
        contract; if nothing else differs that is the lowest score.
        """
        by = counted_by(self.table)
        later = later_ones(*self._once(answers), by)
        return later.group_by([later[name] for name in by]).aggregate(_later=later.count())

    def _once(self, answers: ir.Table) -> tuple[ir.Table, tuple[str, ...]]:
        """The answers of which it is known who gave them, and the columns by which somebody answers once."""
        rule = next(c for c in self.table.constraints() if c.aspect is Aspect.UNIQUE)
        once = [name for name in rule.fields if name != RESPONDENT]
        keys = {f"_once_{name}": self._telling(answers, name, rule.unless.get(name, "")) for name in once}
        return answers.mutate(**keys).filter(answers[WHO].notnull()), (*keys, WHO)

    def _people(
        self, rows_of: Callable[..., Sequence[Any]], answers: ir.Table, combined: Mapping[tuple[Any, ...], Numbers]
    ) -> Respondents:
        """The people behind the answers, if they may be too few; only their number is asked of the database."""
        import pyarrow as pa

        by = counted_by(self.table)
        rows = [dict(zip(by, values, strict=True)) for values in combined]
        coded = [{name: self._coded(name, value) for name, value in row.items()} for row in rows]
        numbers = {"h": range(len(rows)), "answers": [n - nobody - later for n, nobody, later in combined.values()]}
        fields = {name: pa.int64() if name == "score" else pa.string() for name in by}
        columns = {name: pa.array([row[name] for row in coded], kind) for name, kind in fields.items()}
        with duckdb_for("people") as connection:
            connection.register("combinations", pa.table({**columns, **{n: pa.array(v) for n, v in numbers.items()}}))
            if not doubt(connection, "combinations", 0, self.threshold):
                return Respondents(self.threshold)
            doubtful = connection.execute("SELECT h, k FROM doubtful_0").fetchall()
            wanted = json.dumps([{**rows[h], "k": k} for h, k in doubtful])
            kinds = ", ".join(f"{name} {'bigint' if name == 'score' else 'text'}" for name in by)
            alike = " AND ".join(
                f"coalesce(counted.{name}::text, '') = coalesce(wanted.{name}::text, '')" for name in by
            )
            counted = rows_of(
                first_ones(*self._once(answers), by),
                f'SELECT k, count(DISTINCT counted."{WHO}") FROM counted JOIN json_to_recordset(%(_wanted)s::json) '
                f"AS wanted (k bigint, {kinds}) ON {alike} GROUP BY k",
                _wanted=wanted,
            )
            return Respondents(self.threshold, few(connection, 0, counted, self.threshold))

    def _coded(self, name: str, value: Any) -> Any:
        """A value as the code that it stands for, folded: which codes an institution has is known where it is read."""
        if not isinstance(value, str):
            return value
        own, field = value.strip(BLANKS), self.table[name]
        return fold(self._spellings(name).get(fold(own), own)) if field.codes or field.code_list else own

    def _telling(self, answers: ir.Table, name: str, other: str) -> ir.StringValue:
        """The code in a field, if it distinguishes answers: if another is named, only if that one is empty."""
        import ibis

        own = with_code(answers[name], self._spellings(name))
        return ibis.ifelse(with_code(answers[other], {}) == "", own, "") if other else own

    def _spellings(self, name: str) -> Mapping[str, str]:
        """The code of each spelling of a field, folded."""
        field = self.table[name]
        others = {**field.code_aliases, **self.aliases.get(field.code_list, {})}
        codes = {fold(code): code for code in (*field.codes, *others.values())}
        # Codes first: the database tries them in this order, and most answers have one.
        return codes | {fold(text): code for text, code in others.items() if fold(text) not in codes}

    def _as_texts(self, numbers: Mapping[tuple[Any, ...], Numbers]) -> Iterator[tuple[tuple[str, ...], Numbers]]:
        """The counts with values as texts, without what is only blank; rows of empty cells are no answers."""
        fields = [self.table[name] for name in counted_by(self.table)]
        for values, (answers, nobody, later) in numbers.items():
            texts = tuple(text_of(value, field).strip(BLANKS) for value, field in zip(values, fields, strict=True))
            if any(texts):
                yield texts, (answers, nobody, later)
            elif answers > nobody:
                yield texts, (answers - nobody, 0, later)


def _postgres(expression: ir.Table) -> str:
    import ibis

    return str(ibis.to_sql(expression, dialect="postgres", pretty=False))


def _codec(connection: sa.Connection) -> str:
    """What Python calls the encoding of a database; plain ASCII if it has no name for it."""
    name = str(connection.exec_driver_sql("SHOW server_encoding").scalar_one())
    try:
        return codecs.lookup(name.replace("WIN", "cp")).name
    except LookupError:
        return "ascii"


def _fitting(query: str, codec: str) -> str:
    """A query without characters that a database cannot hold, which it would refuse: no text in it has them either."""
    lacking = {one for one in set(query) if one != one.encode(codec, "ignore").decode(codec)}
    return query.translate({ord(one): NEVER for one in lacking})
