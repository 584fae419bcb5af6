"""Who gave an answer, asked of an engine: the name, whichever way it is written, and what is wrong with it.

It is the same as reading cells says of a name (`kwaliteitsmonitor.readers.cells.identifiers`), from the same patterns.
Of each answer it is first looked at, in one pattern, whether there is anything to say: of most there is not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kwaliteitsmonitor.readers.answers.engines.expressions import OTHERWISE
from schemas.identifiers import FOLDS, ODD, PATTERNS, SPELLED

if TYPE_CHECKING:
    import ibis.expr.types as ir

NAME, WRONG = "name_in", "wrong_with_name"
"""What DuckDB calls both, once it has the `macros`: one expression is then short, however often it is asked."""


def macros() -> tuple[str, ...]:
    """What to tell DuckDB, so that it knows both."""
    own = f"translate(t, {_quoted(SPELLED[0])}, {_quoted(SPELLED[1])})"
    for pattern, name in FOLDS:
        own = f"regexp_replace({own}, {_quoted(pattern)}, {_quoted(name)}, 'g')"
    damaged = " ".join(
        f"WHEN regexp_full_match(own, {_quoted(pattern)}) THEN {_quoted(damage)}"
        for damage, pattern in PATTERNS.items()
    )
    odd = f"regexp_matches(t, {_quoted(ODD)})"
    # A list of one, so that the name stands in the query once: DuckDB plans each of its occurrences anew.
    wrong = f"list_transform([{own}], lambda own: CASE {damaged} WHEN own <> t THEN {_quoted(OTHERWISE)} END)[1]"
    return (
        f"CREATE OR REPLACE TEMP MACRO {NAME}(t) AS CASE WHEN {odd} THEN {own} ELSE t END",
        f"CREATE OR REPLACE TEMP MACRO {WRONG}(t) AS CASE WHEN {odd} THEN {wrong} END",
    )


def name_and_damage(text: ir.StringValue) -> tuple[ir.StringValue, ir.StringValue]:
    """The name in a text, and what is wrong with it: a `Damage`, that it is written in another way, or none."""
    import ibis

    own = text.translate(*SPELLED)
    for pattern, name in FOLDS:
        own = own.re_replace(pattern, name)
    nothing = ibis.null("string")
    damaged = ((own.re_search(f"^(?:{pattern})$"), str(damage)) for damage, pattern in PATTERNS.items())
    wrong = ibis.cases(*damaged, (own != text, OTHERWISE), else_=nothing)
    odd = text.re_search(ODD)
    return ibis.ifelse(odd, own, text), ibis.ifelse(odd, wrong, nothing)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
