"""Counting the answers in a database where they are: only their counts travel, and no respondent ever leaves it.

What is asked of it are expressions (`kwaliteitsmonitor.readers.answers.engines.expressions`), over the very query by
which answers would be pulled (`kwaliteitsmonitor.connectors.database`): the same columns, the same period as
parameters, a transaction that only reads. Counts and second answers are of one moment. What the texts of a field are
read as is worked out here, from those that were counted, and told to the database when it looks for second answers
(`kwaliteitsmonitor.readers.answers.readings`). PostgreSQL counts; other databases give their answers, to be counted
here.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from tempfile import TemporaryFile
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

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
)
from kwaliteitsmonitor.readers.answers.engines.names import name_and_damage
from kwaliteitsmonitor.readers.answers.engines.people import doubt, few
from kwaliteitsmonitor.readers.answers.readings import EMPTY, NOTHING, UNREAD, Readings, readings
from kwaliteitsmonitor.readers.cells.reading import cell_readers
from schemas.contract import Aspect, Constraint, Field, Kind, Table
from schemas.errors import UsageError
from schemas.profile.feeds import SqlSource
from schemas.profile.forms import Form
from schemas.tables.counted import RESPONDENT
from schemas.words import Words

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import sqlalchemy as sa

Combination: TypeAlias = tuple[str | int | None, ...]
"""The values of the fields by which answers are counted, in their order."""

Found: TypeAlias = tuple[Any, ...]
"""A row that a database gives: which columns it has and of what type, its query says."""

Numbers = tuple[int, int, int]
"""Of a combination: its answers, those without a respondent, and those of a respondent who answered before."""

DELIVERED, READ = "delivered", "read_as"
"""What a query calls the answers, and the answers with what their texts are read as."""

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

    `table` is the contract bound to the codes of the institution, and `where` is as for `pull`; `aliases` are other
    spellings of codes, by code list: who answers a question under two spellings has answered it twice; `threshold` is
    what the number of people behind answers is compared with, if it is to be. The rows of what is given are the answers
    that were counted. Raises as `pull` does, and `UsageError` if the database is not one that counts.
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

            def rows_of(
                expression: ir.Table,
                query: str = "SELECT * FROM counted",
                read: Mapping[str, Readings] = MappingProxyType({}),
                **more: str,
            ) -> Sequence[Found]:
                # A percent sign begins a parameter, and is written twice where it is none.
                inner, outer = delivered, _fitting(_postgres(expression), codec).replace("%", "%%")
                told = f", {READ} AS (SELECT *{''.join(map(_reading_of, read))} FROM {DELIVERED})"
                query = f"WITH {DELIVERED} AS ({inner}){told}, counted AS ({outer}) {query}"
                rows = connection.exec_driver_sql(query, {**parameters, **_told(read), **more}).fetchall()
                heard()
                return rows

            answers = self._answers()
            numbers = {
                tuple(row[: len(by)]): (row[-2], row[-1], 0) for row in rows_of(counts(answers, by, answers[WHO]))
            }
            values = self._read(numbers)
            read = {name: values[name] for name in self._rule().fields if name != RESPONDENT}
            once, knowing = self._once(self._answers(read), read), partial(rows_of, read=read)
            for row in knowing(self._second(once)):
                all_of_them, nobody, _ = numbers[tuple(row[:-1])]
                numbers[tuple(row[:-1])] = (all_of_them, nobody, row[-1])
            people = self._people(knowing, once, numbers, values) if self.threshold else None
        return list(self._as_texts(numbers)), people

    def _delivered(self, connection: sa.Connection, query: sa.Executable) -> tuple[str, Mapping[str, int | str]]:
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

    def _answers(self, read: Collection[str] = ()) -> ir.Table:
        """The answers as an expression: what they are counted by, and who gave them; nobody if that is no name.

        Of the fields `read` it is told what their texts are read as.
        """
        import ibis

        kinds = {field.name: "string" if field.kind is Kind.TEXT else "int64" for field in self._fields()}
        numbers = {_read_as(name): "int64" for name in read}
        delivered = ibis.table({**kinds, **numbers}, name=READ if read else DELIVERED)
        who = trimmed(delivered[RESPONDENT])
        name, wrong = name_and_damage(who)
        known = ibis.ifelse(wrong.isnull() | (wrong == OTHERWISE), name, ibis.null("string"))
        return delivered.select(*counted_by(self.table), *numbers, **{WHO: known})

    def _read(self, combined: Collection[Combination]) -> Mapping[str, Readings]:
        """What the texts are read as that stand in the fields by which answers are counted."""
        by = counted_by(self.table)
        own = tuple(self.table[name] for name in by if self.table[name].kind is Kind.TEXT)
        readers = cell_readers(own, Form(table=self.table.name), "iso", self.aliases, b"")
        texts = {f.name: {of for v in combined if isinstance(of := v[by.index(f.name)], str)} for f in own}
        return {name: readings(texts[name], reader) for name, reader in readers.items()}

    def _rule(self) -> Constraint:
        """The rule that says what somebody answers once."""
        return next(c for c in self.table.constraints() if c.aspect is Aspect.UNIQUE)

    def _second(self, once: tuple[ir.Table, tuple[str, ...]]) -> ir.Table:
        """How many answers of each combination are of a respondent who answered before.

        Rows of a database have no order: of several answers the one with the first values stays, in the order of the
        contract; if nothing else differs that is the lowest score.
        """
        by = counted_by(self.table)
        later = later_ones(*once, by)
        return later.group_by([later[name] for name in by]).aggregate(_later=later.count())

    def _once(self, answers: ir.Table, read: Mapping[str, Readings]) -> tuple[ir.Table, tuple[str, ...]]:
        """The answers of which it is known who gave them and to what, and the columns by which somebody answers once.

        As in a file, what cannot be read tells no answers apart, and an answer to something else is no second one.
        """
        unless = self._rule().unless
        values = {name: self._value(answers, name, read) for name in read}
        keys = {f"_once_{name}": _apart(values, name, unless.get(name, "")) for name in read}
        answers = answers.mutate(**keys)
        readable = [answers[key] != UNREAD for key in keys]
        return answers.filter(answers[WHO].notnull(), *readable), (*keys, WHO)

    def _value(self, answers: ir.Table, name: str, read: Mapping[str, Readings]) -> ir.IntegerValue:
        """The number of what stands in a field; of a word for nothing, whether it rightly does."""
        import ibis

        value = answers[_read_as(name)].fill_null(EMPTY)
        elsewhere = self.table[name].empty_where
        if not elsewhere:
            return value
        rightly = ibis.and_(
            *(answers[_read_as(other)] == read[other].of_value.get(code, UNREAD) for other, code in elsewhere.items())
        )
        return ibis.cases((value != NOTHING, value), (rightly, EMPTY), else_=UNREAD)

    def _people(
        self,
        rows_of: Callable[..., Sequence[Found]],
        once: tuple[ir.Table, tuple[str, ...]],
        combined: Mapping[Combination, Numbers],
        read: Mapping[str, Readings],
    ) -> Respondents:
        """The people behind the answers, if they may be too few; only their number is asked of the database.

        Answers are of one cell if they are read alike, however they are spelled.
        """
        import pyarrow as pa

        by = counted_by(self.table)
        rows = [dict(zip(by, values, strict=True)) for values in combined]
        coded = [
            {name: read[name].value(of) if name in read and isinstance(of, str) else of for name, of in row.items()}
            for row in rows
        ]
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
                first_ones(*once, by),
                f'SELECT k, count(DISTINCT counted."{WHO}") FROM counted JOIN json_to_recordset(%(_wanted)s::json) '
                f"AS wanted (k bigint, {kinds}) ON {alike} GROUP BY k",
                _wanted=wanted,
            )
            return Respondents(self.threshold, few(connection, 0, counted, self.threshold))

    def _as_texts(self, numbers: Mapping[Combination, Numbers]) -> Iterator[tuple[tuple[str, ...], Numbers]]:
        """The counts with values as texts, without what is only blank; rows of empty cells are no answers."""
        fields = [self.table[name] for name in counted_by(self.table)]
        for values, (answers, nobody, later) in numbers.items():
            texts = tuple(text_of(value, field).strip(BLANKS) for value, field in zip(values, fields, strict=True))
            if any(texts):
                yield texts, (answers, nobody, later)
            elif answers > nobody:
                yield texts, (answers - nobody, 0, later)


def _apart(values: Mapping[str, ir.IntegerValue], name: str, other: str) -> ir.IntegerValue:
    """The value of a field, if it tells answers apart: if another is named, only if that one is empty."""
    import ibis

    return ibis.ifelse(values[other] == EMPTY, values[name], EMPTY) if other else values[name]


def _read_as(name: str) -> str:
    """The column, and the parameter, that says what the texts of a field are read as."""
    return f"_read_{name}"


def _reading_of(name: str) -> str:
    """That column in a query. It is looked up in an object: a join may go through all texts for each answer."""
    return f", (%({_read_as(name)})s::jsonb ->> {name})::bigint AS {_read_as(name)}"


def _told(read: Mapping[str, Readings]) -> Mapping[str, str]:
    """Those parameters: only the database's own texts are in them, and numbers."""
    return {_read_as(name): json.dumps(of_field.of_text, ensure_ascii=False) for name, of_field in read.items()}


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
