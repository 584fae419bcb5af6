"""The types of rows: `schemas/rows/`, a `TypedDict` for each table of which code reads rows by the names of fields.

A field that is renamed in its contract is then found by mypy wherever it is read. `make dictionary` writes the modules.
"""

from __future__ import annotations

from collections.abc import Sequence

from schemas.contract import Field, Kind, Layer, Table
from schemas.tables import CATALOGUE, PROVENANCE
from schemas.values import AnyRow

UNREAD = (
    "evaluations",
    "evaluation_population",
    "enrolments",
    "staff",
    "programmes",
    "enrolment_counts",
    "fact_answers",
    "fact_population",
    "fact_enrolments",
    "fact_staff",
    "fact_study_advisers",
    "fact_programme_offers",
    "contributions",
    "classifications",
    "measures_by_class",
    "spending_by_parent",
    "sector_spending",
)
"""Tables whose rows are counted in an engine, or read as rows of any table; some have a field called `class`."""
READ = tuple(name for name in CATALOGUE if name not in UNREAD)
"""The tables of which there is a type; of a table that comes in it is that of its accepted rows."""
ABOUT = ("quarantine",)
"""Tables of the layer of what comes in that are about deliveries, and no delivery themselves."""
WORDED_LAST = ("indicator_values", "evaluation_results")
"""Tables of which the texts are made last: what a row is before that has a type as well."""
_TYPES = {
    Kind.TEXT: "str",
    Kind.INTEGER: "int",
    Kind.DECIMAL: "Decimal",
    Kind.MONEY: "Decimal",
    Kind.NUMBER: "float",
    Kind.DATE: "date",
    Kind.BOOLEAN: "bool",
}
_HEAD = '"""{}. Written by `make dictionary` (`schemas.exports.row_types`), not by hand."""\n\n'
_FUTURE = "from __future__ import annotations\n\n"
DELIVERED, FACTS, FIGURES, PUBLISHED, SECTOR = "delivered", "facts", "figures", "published", "sector"
_MODULES = {
    DELIVERED: "Rows of what comes in",
    FACTS: "Rows of facts",
    FIGURES: "Rows of published tables with figures",
    PUBLISHED: "Rows of the other published tables",
    SECTOR: "Rows of a view of several institutions",
}
"""The modules of types, with what they hold."""
_STAGED = '''

class StagedRow(TypedDict):
    """An accepted row of a delivered table: where it came from, by delivery, sheet, row and column."""

'''


def row_types() -> dict[str, str]:
    """The files of `schemas/rows/`, by their names."""
    names = {module: [name for name in READ if _module(CATALOGUE[name]) == module] for module in _MODULES}
    return {"__init__.py": _package(names)} | {f"{module}.py": _text(module, of) for module, of in names.items()}


def _module(table: Table) -> str:
    if table.layer is Layer.PUBLISHED:
        return FIGURES if "figure_id" in table.names else PUBLISHED
    return {Layer.DELIVERED: DELIVERED, Layer.FACTS: FACTS, Layer.SECTOR: SECTOR}[table.layer]


def _package(names: dict[str, list[str]]) -> str:
    """The package, which has all types under one name."""
    types = {module: sorted(one for name in of for one in _types(name)) for module, of in names.items()}
    types[DELIVERED] = sorted(["StagedRow", *types[DELIVERED]])
    imports = (f"from schemas.rows.{module} import {one} as {one}\n" for module, of in types.items() for one in of)
    return _HEAD.format("The types of rows by their contracts") + _FUTURE + "".join(imports)


def _types(table: str) -> list[str]:
    name = type_name(table)
    return [name, f"Unworded{name}"] if table in WORDED_LAST else [name]


def _text(module: str, names: Sequence[str]) -> str:
    staged = _STAGED + _fields(PROVENANCE) if module == DELIVERED else ""
    classes = staged + "".join(_row(CATALOGUE[name]) for name in names)
    imports = {"date": "datetime", "Decimal": "decimal", "TypedDict": "typing"}
    used = [
        f"from {of} import {one}\n" for one, of in imports.items() if f": {one}" in classes or f"({one})" in classes
    ]
    return _HEAD.format(_MODULES[module]) + _FUTURE + "".join(used) + classes


def type_name(table: str) -> str:
    """The name of the type of a table's rows.

    >>> type_name("delivery_status")
    'DeliveryStatusRow'
    """
    return "".join(part.capitalize() for part in table.split("_")) + "Row"


def table_of(row: type[AnyRow]) -> str:
    """The table of a type of rows.

    >>> from schemas.rows import DeliveryStatusRow
    >>> table_of(DeliveryStatusRow)
    'delivery_status'
    """
    return _TABLES[row.__name__]


def _row(table: Table) -> str:
    came_in = table.layer is Layer.DELIVERED and table.name not in ABOUT
    base, what = ("StagedRow", "An accepted row") if came_in else ("TypedDict", "A row")
    # A field that joins two others is deprecated: it is published, and no code reads it.
    fields = tuple(one for one in table.fields if one.joins is None and not (came_in and one.open_text))
    name, before = type_name(table.name), ""
    if table.name in WORDED_LAST:
        texts = tuple(one for one in fields if one.name.endswith(("_nl", "_en")))
        rest = tuple(one for one in fields if one not in texts)
        before = _class(f"Unworded{name}", base, f"{what} of `{table.name}` before it is worded.", rest)
        base, fields = f"Unworded{name}", texts
    return before + _class(name, base, f"{what} of `{table.name}`.", fields)


def _class(name: str, base: str, meaning: str, fields: tuple[Field, ...]) -> str:
    return f'\n\nclass {name}({base}):\n    """{meaning}"""\n\n' + _fields(fields)


def _fields(fields: tuple[Field, ...]) -> str:
    return "".join(f"    {one.name}: {_TYPES[one.kind]}{' | None' if one.nullable else ''}\n" for one in fields)


_TABLES = {type_name(name): name for name in READ}
