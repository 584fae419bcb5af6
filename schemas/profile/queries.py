"""The text of a query in a profile: that it reads and does nothing else, and which parameters it takes.

A database is asked for a transaction that only reads if it has such a thing; this is the check that holds
everywhere, before any connection is made. It looks at words, not at what they do: a function that writes passes here,
and the database must refuse it.
"""

from __future__ import annotations

import re

from schemas.calendar import PERIOD_FIELDS

PARAMETERS = PERIOD_FIELDS
_SKIPPED = re.compile(
    r"""
      --[^\n]*                          # a comment to the end of the line
    | /\*.*?\*/                         # a comment between signs
    | '(?:[^']|'')*'                    # a text
    | "(?:[^"]|"")*"                    # a name in quotes
    | \[[^\]]*\]                        # a name in brackets, as SQL Server writes it
    | `[^`]*`                           # a name as MySQL writes it
    | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$   # a text as PostgreSQL writes it
    """,
    re.VERBOSE | re.DOTALL,
)
_CHANGES = re.compile(
    r"\b(insert|update|delete|merge|into|create|alter|drop|truncate|grant|revoke|call|exec|execute|lock|copy|do)\b",
    re.IGNORECASE,
)
_BOUND = re.compile(r"(?<![:\w\\]):(\w+)(?!:)")
"""A parameter, as SQLAlchemy finds it; `::date` and `\\:` are none."""


def parameters(query: str) -> frozenset[str]:
    """The names of the parameters that a query takes.

    >>> sorted(parameters("SELECT a::date FROM t WHERE year = :reporting_year"))
    ['reporting_year']
    """
    return frozenset(_BOUND.findall(query))


def query_problem(query: str) -> str:
    """What is wrong with a query as one that only reads; empty if nothing is.

    >>> query_problem("SELECT 1; DROP TABLE t")
    'expected one statement: a semicolon ends it'
    """
    bare = _SKIPPED.sub(" ' ", query).strip().rstrip(";").strip()
    if not re.match(r"(select|with)\b", bare, re.IGNORECASE):
        return "expected a query that begins with SELECT or WITH"
    if ";" in bare:
        return "expected one statement: a semicolon ends it"
    if match := _CHANGES.search(bare):
        return f"expected a query that only reads, without {match[0].upper()}; put quotes around a column of that name"
    unknown = sorted(parameters(query) - set(PARAMETERS))
    if unknown:
        known = ", ".join(f":{name}" for name in PARAMETERS)
        return f"unknown parameter :{unknown[0]}; expected {known}, or \\: for a colon in a text"
    return ""
