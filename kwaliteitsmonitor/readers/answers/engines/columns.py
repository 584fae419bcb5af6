"""Which column of a file of answers is which field, as expressions of the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from kwaliteitsmonitor.readers.answers.engines.expressions import PLACE, WHY
from kwaliteitsmonitor.readers.answers.engines.expressions import ROW as ROW_NUMBER
from kwaliteitsmonitor.readers.answers.engines.names import NAME, WRONG
from kwaliteitsmonitor.readers.forms.headers import letter
from kwaliteitsmonitor.readers.forms.wanted import Shape
from schemas.identifiers import MOST_EXACT
from schemas.profile.forms import PLACEHOLDER
from schemas.spelling import fold
from schemas.tables.counted import RESPONDENT
from schemas.words import Words

BLANKS = (32, 9, 10, 13, 160)
"""Space, tab, line feed, carriage return and no-break space, by their code."""

ROW = "{#}"
"""In a form, what composes a respondent's id of the number of the row."""


@dataclass(frozen=True)
class Named:
    """A column of a file: what it is called in the engine, its header, and whether it holds texts.

    `trimmed` says that these are known to have no blanks around them. `name` is its name in the file, if it has one.
    `is_fraction` says that it holds floating-point numbers.
    """

    sql: str
    header: str
    is_text: bool
    trimmed: bool = False
    name: str = ""
    is_fraction: bool = False


@dataclass(frozen=True)
class Pivot:
    """A column each of whose cells is an answer: its expression, the question, its header, and its name in the file."""

    sql: str
    code: str
    header: str
    name: str = ""


@dataclass(frozen=True)
class Columns:
    """Expressions by field. `respondent` is `None` if the delivery has none, or `by_row` says that each row is one.

    `pivots` become rows, of which `name` says the question and `value` holds the answer. `wheres` pairs an expression
    with the texts of which it must be one, folded. `headless` are columns without a header, by their letter. `flaws`
    are what may be wrong with a row, by the number that its column `_flaw` gives after the name of a field.

    `used` are the columns of the file of which fields are made and by which rows are kept, and `telling` conditions,
    any of which tells at little cost that something stands in a row. `who` are the texts and columns of which a
    respondent is made, and `nobody` the texts, folded, that stand for none. `counts` says that they are counts, of
    which nobody is reported.
    """

    fields: Mapping[str, str]
    respondent: str | None
    pivots: tuple[Pivot, ...] = ()
    name: str = ""
    value: str = ""
    wheres: tuple[tuple[str, frozenset[str]], ...] = ()
    unknown: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    headless: Mapping[str, str] = field(default_factory=dict)
    place: Mapping[str, str] = field(default_factory=dict)
    flaws: tuple[Words, ...] = ()
    by_row: bool = False
    width: int = 0
    used: tuple[str, ...] = ()
    telling: tuple[str, ...] = ()
    who: tuple[str | Named, ...] = ()
    nobody: tuple[str, ...] = ()
    counts: bool = False

    @property
    def counted(self) -> tuple[str, ...]:
        """The names of what answers are counted by: the fields without the respondent, and what rows are kept by."""
        extra = (*(f"_where{at}" for at in range(len(self.wheres))), *(("_flaw",) if self.flaws else ()))
        who = (WHY,) if self.looks_at_who else ()
        return (*self.fields, *((self.name, self.value) if self.pivots else ()), *extra, *who)

    @property
    def looks_at_who(self) -> bool:
        """Whether who gave an answer is a cell of the file, so that something may be wrong with it."""
        return bool(self.respondent) and not self.by_row and not self.counts

    @property
    def answers_in_a_row(self) -> int:
        """How many answers a row of the file gives."""
        return len(self.pivots) or 1

    def rows(self, scan: str, *, placed: bool = False) -> str:
        """A query over the file: a row per answer with what it is counted by, `respondent`, `_filled` and `_hash`.

        The rows come in the order of the file, those of a row from left to right. `_filled` is false in a row of empty
        cells. `_hash` is that of the cells as they stand: what they mean need not be read to count them. If `placed`,
        the scan gives the number of each row of the file, from 0, as `_row`, and each answer has its place among all of
        the file as `_place`.
        """
        own = {**self.fields, **{f"_where{at}": sql for at, (sql, _) in enumerate(self.wheres)}}
        own |= {"_flaw": "_flaw"} if self.flaws else {}
        own |= {RESPONDENT: self.respondent} if self.respondent else {}
        wanted = {**own, **{f"_p{at}": pivot.sql for at, pivot in enumerate(self.pivots)}}
        raw = {f"_c{at}": name_of(name) for at, name in enumerate(self.used)}
        given = {**wanted, **raw, **{f"_t{at}": sql for at, sql in enumerate(self.telling)}}
        given |= {ROW_NUMBER: ROW_NUMBER} if placed else {}
        picked = ", ".join(f"{sql} AS {name}" for name, sql in given.items())
        cells = f"SELECT {picked} FROM {scan}"
        hashed = [*raw, *(["_flaw"] if self.flaws else [])]
        if self.looks_at_who:
            name, wrong = f"{NAME}({RESPONDENT})", f"{WRONG}({RESPONDENT})"
            cells = f"SELECT * REPLACE ({name} AS {RESPONDENT}), {wrong} AS {WHY} FROM ({cells})"
            own[WHY] = WHY
            hashed.append(WHY)
        kept = "".join(f"{name}, " for name in own)
        something = " OR ".join(f"{name} IS NOT NULL" for name in wanted)
        whens = " ".join(f"WHEN _t{at} THEN TRUE" for at in range(len(self.telling)))
        kept += f"CASE {whens} ELSE {something} END AS _filled" if whens else f"{something} AS _filled"
        if self.pivots:
            codes = ", ".join(quoted(pivot.code) for pivot in self.pivots)
            values = ", ".join(f"_p{at}" for at in range(len(self.pivots)))
            kept += f", unnest([{codes}]) AS {self.name}, unnest([{values}]) AS {self.value}"
            hashed += [self.name, self.value]
        if placed:
            times = self.answers_in_a_row
            nth = f" + unnest(range({times}))" if self.pivots else ""
            kept += f", {ROW_NUMBER} * {times}{nth} AS {PLACE}"
        answers = f"SELECT {', '.join([kept, *raw])} FROM ({cells})"
        return f"SELECT *, hash({', '.join(['0', *hashed])}) AS _hash FROM ({answers})"


def columns_of(names: Sequence[Named], wanted: Shape) -> Columns | None:
    """The columns of a file by its headers; `None` if several say to be the same field, which takes a closer look."""
    layout = wanted.plan.layout([one.header for one in names])
    if any(len(positions) > 1 for positions in layout.fields.values()):
        return None
    form = wanted.form
    made: dict[str, tuple[str | Named, ...]] = {
        name: (names[at[0]],) for name, at in layout.fields.items() if not wanted.table[name].open_text
    }
    fields = {name: _cell(one) for name, (one,) in made.items() if isinstance(one, Named)}
    for name, parts in layout.composed.items():
        made[name] = _pieces(form.compose[name], {part: names[at] for part, at in parts.items()})
        fields[name] = _composed(made[name])
    who = made.pop(RESPONDENT, ())
    fields.pop(RESPONDENT, None)
    respondent = _composed(who) if who else None
    nobody = tuple(map(fold, form.empty.get(RESPONDENT, ()))) if respondent else ()
    if nobody:
        none = ", ".join(map(quoted, nobody))
        respondent = f"CASE WHEN lower({respondent}) IN ({none}) THEN NULL ELSE {respondent} END"
    pivots = tuple(Pivot(_cell(names[at]), code, names[at].header, names[at].name) for at, code in layout.pivots)
    if len({names[at].is_text for at, _ in layout.pivots}) > 1:
        pivots = tuple(replace(one, sql=f"CAST({one.sql} AS VARCHAR)") for one in pivots)
    by_header = {fold(one.header): one for one in reversed(names)}
    nothing = Named("NULL", "", False)
    telling = [by_header.get(fold(header), nothing) for header in form.where]
    wheres = tuple(
        (_cell(column), frozenset(map(fold, values)))
        for column, values in zip(telling, form.where.values(), strict=True)
    )
    single = [pieces[0] for name, pieces in made.items() if name in layout.fields]
    single += [names[at] for at, _ in layout.pivots]
    used = (one for pieces in (*made.values(), telling) for one in pieces if isinstance(one, Named) and one.name)
    unpivot = form.unpivot if pivots else None
    return Columns(
        fields,
        respondent,
        pivots,
        unpivot.name if unpivot else "",
        unpivot.value if unpivot else "",
        wheres,
        tuple(names[at].header for at in layout.unknown if names[at].header),
        layout.missing,
        (*layout.absent, *(header for header, name in form.columns.items() if name in layout.missing)),
        {letter(at): names[at].sql for at in layout.unknown if not names[at].header},
        by_row=form.compose.get(RESPONDENT) == ROW,
        width=len(names),
        used=tuple(dict.fromkeys(one.name for one in used)),
        telling=tuple(_telling(one) for one in single if isinstance(one, Named)),
        who=who,
        nobody=nobody,
    )


def _cell(column: Named) -> str:
    return _trimmed(column.sql) if column.is_text and not column.trimmed else column.sql


def _telling(column: Named) -> str:
    """Whether something stands in a cell; of a text, whether it begins with a printable character of ASCII."""
    return f"{column.sql} BETWEEN '!' AND '~'" if column.is_text else f"{column.sql} IS NOT NULL"


def _trimmed(column: str) -> str:
    """A text without blanks around it, and `None` if nothing is left.

    Trimming every cell costs five times what counting does. So it is asked first, and cheaply, whether a cell begins or
    ends with anything else than a printable character of ASCII.
    """
    blanks = " || ".join(f"chr({code})" for code in BLANKS)
    doubtful = f"{column} < '!' OR {column} >= chr(160) OR right({column}, 1) NOT BETWEEN '!' AND '~'"
    return f"CASE WHEN {doubtful} THEN nullif(trim({column}, {blanks}), '') ELSE {column} END"


def _pieces(template: str, parts: Mapping[str, Named]) -> tuple[str | Named, ...]:
    """The texts and columns that a text is put together of."""
    pieces = (parts[piece] if at % 2 else piece for at, piece in enumerate(PLACEHOLDER.split(template)))
    return tuple(piece for piece in pieces if piece)


def _composed(pieces: Sequence[str | Named]) -> str:
    """The text of cells put together; `None` if one of them is empty."""
    texts = (quoted(one) if isinstance(one, str) else _text(one) for one in pieces)
    return f"({' || '.join(texts)})"


def _text(column: Named) -> str:
    """A cell as text; a fraction that holds a whole number is that number, as every reader of cells has it."""
    if column.is_text:
        return _cell(column)
    text = f"CAST({column.sql} AS VARCHAR)"
    if not column.is_fraction:
        return text
    exact = f"abs({column.sql}) < {MOST_EXACT} AND {column.sql} = trunc({column.sql})"
    return f"CASE WHEN {exact} THEN CAST(TRY_CAST({column.sql} AS BIGINT) AS VARCHAR) ELSE {text} END"


def quoted(value: object) -> str:
    """A text as SQL has it."""
    return "'" + str(value).replace("'", "''") + "'"


def name_of(column: str) -> str:
    """The name of a column as SQL has it."""
    return '"' + column.replace('"', '""') + '"'
