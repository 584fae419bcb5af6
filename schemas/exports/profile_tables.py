"""The tables that a profile names, for its reference: what feeds can fill, and what indicators can read of it."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.contract import Field
from schemas.tables import DELIVERED
from schemas.tables.facts import FACTS, Fact


def delivered_tables() -> Iterator[str]:
    """The tables that a feed can fill, each with its columns; those with a star must be there."""
    yield from ("## What feeds deliver", "")
    yield (
        "The tables that `tables` of a source in `feeds.yaml` may name, with their columns; those with a star have to "
        "be filled. What each column may hold is in the data dictionary ([English](../dictionary.en.md), "
        "[Dutch](../dictionary.nl.md)), and `kwaliteitsmonitor template` writes a workbook with them. What nobody "
        "delivers is no part of the accounts, and leaves no empty section in the report."
    )
    yield from ("", "| table | what it is | columns |", "| --- | --- | --- |")
    for table in DELIVERED:
        columns = ", ".join(f"`{f.name}`{'' if f.nullable else '*'}" for f in table.fields)
        yield f"| `{table.name}` | {table.en} | {columns} |"
    yield ""


def facts() -> Iterator[str]:
    """The tables of facts that indicators can read, with what fills each, its fields and their codes."""
    yield from ("## What indicators read", "")
    yield (
        "The tables that `facts` of an indicator may name, the delivered table that fills each, and their fields. "
        "Means over answers to evaluations are defined by `answers` instead, and figures that are delivered as such by "
        "`delivered`."
    )
    yield ""
    for fact in FACTS.values():
        yield from _fact(fact)


def _fact(fact: Fact) -> Iterator[str]:
    table = fact.table
    yield from (
        f"### {table.name}",
        "",
        f"{table.en[:1].upper()}{table.en[1:]}; filled by `{fact.reads[0]}`.",
        "",
    )
    yield from ("| field | what it is | type | values |", "| --- | --- | --- | --- |")
    for field in table.fields:
        if not field.name.startswith("_"):
            yield f"| `{field.name}` | {field.en} | {field.kind.value} | {_values(field)} |"
    yield ""


def _values(field: Field) -> str:
    if field.codes:
        return ", ".join(f"`{code}`" for code in field.codes)
    return f"{field.code_list} of the profile" if field.code_list else ""
