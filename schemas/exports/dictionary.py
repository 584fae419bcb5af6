"""The data dictionary: every table, column and rule, for readers, in Dutch or English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from schemas.consequences import COSTS
from schemas.contract import KIND_EN, KIND_NL, Constraint, Field, Kind, Layer, Table
from schemas.written import unit_of_measure

MOST_CODES = 20
"""Above this, a code list is named and counted rather than written out."""


@dataclass(frozen=True)
class _Words:
    title: str
    columns: tuple[str, ...]
    rules: tuple[str, ...]
    rules_heading: str
    key: str
    no_key: str
    layer: str
    yes: str
    no: str
    codes: str
    where: str
    kinds: Mapping[Kind, str]
    layers: Mapping[Layer, str]


_WORDS: Mapping[str, _Words] = {
    "nl": _Words(
        title="Gegevenswoordenboek",
        columns=("Kolom", "Soort", "Meeteenheid", "Verplicht", "Toegestaan", "Omschrijving"),
        rules=("Controle", "Kost", "Wat moet gelden", "Kolommen", "Zet rijen apart"),
        rules_heading="Controles",
        key="Sleutel",
        no_key="geen",
        layer="Laag",
        yes="ja",
        no="nee",
        codes="{count} codes uit lijst `{name}`",
        where="waar {condition}",
        kinds=KIND_NL,
        layers={
            Layer.DELIVERED: "geleverd",
            Layer.FACTS: "feiten",
            Layer.KEPT: "tussen stappen",
            Layer.PUBLISHED: "gepubliceerd",
            Layer.SECTOR: "sector",
        },
    ),
    "en": _Words(
        title="Data dictionary",
        columns=("Column", "Type", "Unit", "Required", "Allowed", "Description"),
        rules=("Rule", "Costs", "What must hold", "Columns", "Sets rows aside"),
        rules_heading="Rules",
        key="Key",
        no_key="none",
        layer="Layer",
        yes="yes",
        no="no",
        codes="{count} codes of list `{name}`",
        where="where {condition}",
        kinds=KIND_EN,
        layers={
            Layer.DELIVERED: "delivered",
            Layer.FACTS: "facts",
            Layer.KEPT: "between steps",
            Layer.PUBLISHED: "published",
            Layer.SECTOR: "sector",
        },
    ),
}


def markdown(tables: Iterable[Table], language: str) -> str:
    """Return the dictionary of the tables, in the order given, as Markdown in `language` (`nl` or `en`).

    Raises `ValueError` for any other language.
    """
    if language not in _WORDS:
        raise ValueError(f"no data dictionary in '{language}': expected one of {', '.join(_WORDS)}")
    sections = [f"# {_WORDS[language].title}\n"]
    sections.extend(_table(table, language) for table in tables)
    return "\n".join(sections)


def _table(table: Table, language: str) -> str:
    words = _WORDS[language]
    description = table.nl if language == "nl" else table.en
    key = ", ".join(f"`{name}`" for name in table.key) or words.no_key
    lines = [
        f"## {table.name}",
        "",
        f"{_sentence(description)}",
        "",
        f"- {words.layer}: {words.layers[table.layer]}",
        f"- {words.key}: {key}",
        "",
        *_rows(words.columns, [_column(f, language) for f in table.fields]),
        "",
        f"### {words.rules_heading}: {table.name}",
        "",
        *_rows(words.rules, [_rule(c, language) for c in table.constraints()]),
        "",
    ]
    return "\n".join(lines)


def _column(field: Field, language: str) -> tuple[str, ...]:
    words = _WORDS[language]
    return (
        f"`{field.name}`",
        words.kinds[field.kind],
        unit_of_measure(field.unit_of_measure).in_language(language),
        words.no if field.nullable else words.yes,
        _allowed(field, words, language),
        field.nl if language == "nl" else field.en,
    )


def _allowed(field: Field, words: _Words, language: str) -> str:
    if field.code_list and not 0 < len(field.codes) <= MOST_CODES:
        return words.codes.format(count=len(field.codes) or "", name=field.code_list).strip()
    if field.codes:
        return ", ".join(_code(field, code, language) for code in field.codes)
    bounds = []
    if field.minimum is not None:
        bounds.append(f"≥ {field.minimum}")
    if field.maximum is not None:
        bounds.append(f"≤ {field.maximum}")
    return ", ".join(bounds)


def _code(field: Field, code: str, language: str) -> str:
    """A code, with what people call it and may write instead."""
    label = field.code_labels.get(code)
    word = label.in_language(language) if label else code
    return f"`{code}`" if word == code else f"`{code}` ({word})"


def _rule(constraint: Constraint, language: str) -> tuple[str, ...]:
    words = _WORDS[language]
    what = constraint.nl if language == "nl" else constraint.en
    if constraint.where:
        condition = ", ".join(f"`{name}` = `{value}`" for name, value in constraint.where.items())
        what = f"{what}, {words.where.format(condition=condition)}"
    return (
        f"`{constraint.id}`",
        COSTS[constraint.costs].in_language(language),
        what,
        ", ".join(f"`{name}`" for name in constraint.fields),
        words.yes if constraint.quarantines else words.no,
    )


def _rows(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    return [_line(header), _line(["---"] * len(header)), *(_line(row) for row in rows)]


def _line(cells: Sequence[str]) -> str:
    # A bar in a cell would start another column.
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
