"""Reading the evidence in a release: parts, contributions, the figures it is derived from, cells and rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from kwaliteitsmonitor.methods.figures.arithmetic import Numbers, Parts, worked_out
from kwaliteitsmonitor.releases.format.reader import R, ReleaseReader
from schemas.errors import UsageError
from schemas.exports.row_types import table_of
from schemas.figures import FIGURES, SHARE
from schemas.rows import LineageFiguresRow, LineageRow, LineageRulesRow
from schemas.values import Row

TABLES: Mapping[str, str] = {kind: of.name for kind, of in FIGURES.items()}
"""Per kind of figure the table that it is a row of."""

NEEDED = ("lineage", "lineage_rules")
"""The tables without which no figure can be explained."""


def kind_of(figure: str) -> str:
    """The kind of a figure by its id; empty if it is no id."""
    parts = figure.split(":")
    return "" if len(parts) < 3 else "share" if SHARE in figure else parts[1]


@dataclass(frozen=True)
class Released:
    """The evidence in a release. Raises `UsageError` if it has none."""

    release: ReleaseReader
    _indexes: dict[str, dict[str, list[int]]] = field(default_factory=dict, compare=False, repr=False)
    _known: dict[tuple[str, str], Decimal | None] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        lacking = [name for name in NEEDED if name not in self.release.names]
        if lacking:
            raise UsageError(
                "this is no release whose figures can be explained",
                where=str(self.release.folder),
                expected=f"a release with the tables {', '.join(lacking)}",
                remedy="Name a release as CYCLE/vN or by its folder, or publish the cycle again.",
            )

    def rows_of(self, kind: type[R], figure: str) -> list[R]:
        """The rows of a table that are about a figure, by their type."""
        rows: list[R] = self._about(table_of(kind), figure)
        return rows

    def _about(self, name: str, figure: str) -> Any:
        """The rows of a table that are about a figure, as the engine gives them, which knows no types."""
        table = self.release.table(name)
        if name not in self._indexes:
            index: dict[str, list[int]] = defaultdict(list)
            for position, of_row in enumerate(self.ids(name)):
                index[of_row].append(position)
            self._indexes[name] = index
        return [table.slice(position, 1).to_pylist()[0] for position in self._indexes[name].get(figure, ())]

    def row(self, figure: str) -> Row | None:
        """The published row of a figure; `None` if there is no such figure."""
        table = TABLES.get(kind_of(figure))
        rows: list[Row] = self._about(table, figure) if table else []
        return rows[0] if rows else None

    def ids(self, table: str) -> Sequence[str]:
        """The ids of all figures in a table."""
        ids: Sequence[str] = self.release.table(table).column("figure_id").to_pylist()
        return ids

    @cached_property
    def _rules(self) -> dict[str, dict[str, str]]:
        rules: dict[str, dict[str, str]] = defaultdict(dict)
        for row in self.release.rows_of(LineageRulesRow):
            rules[row["kind"]][row["number"]] = row["rule"]
        return dict(rules)

    def rules(self, figure: str) -> Mapping[str, str]:
        """How each number of a figure follows from its parts."""
        kind = kind_of(figure)
        if kind != "indicator":
            return self._rules.get(kind, {})
        row = self.row(figure) or {}
        own = f"indicator:{row.get('indicator')}:{row.get('definition_version')}"
        within = self._rules.get(f"{own}:unit", {}) if row.get("unit") is not None else {}
        return {**self._rules.get(own, {}), **within}

    def lineage(self, figure: str) -> dict[str, list[LineageRow]]:
        """What each delivery contributed, by part."""
        by_part: dict[str, list[LineageRow]] = defaultdict(list)
        for row in self.rows_of(LineageRow, figure):
            by_part[row["part"]].append(row)
        return dict(by_part)

    def related(self, figure: str, relation: str) -> list[str]:
        """The figures from which a figure is derived by a relation."""
        match relation:
            case "result":
                return [figure.partition(SHARE)[0]]
            case "shares":
                return list(self._shares.get(figure, ()))
            case _:
                rows = self.rows_of(LineageFiguresRow, figure)
                return [row["of_figure"] for row in rows if row["relation"] == relation]

    @cached_property
    def _shares(self) -> dict[str, list[str]]:
        shares: dict[str, list[str]] = defaultdict(list)
        for one in self.ids("evaluation_shares"):
            shares[one.partition(SHARE)[0]].append(one)
        return dict(shares)

    def total(self, figure: str, part: str) -> Decimal | None:
        """What the contributions to a part add up to; of a part without, what the figures below add up to.

        `None` if a contribution is not published.
        """
        key = (figure, part)
        if key not in self._known:
            rows = self.lineage(figure).get(part, [])
            values = (
                [row["contribution"] for row in rows]
                if rows
                else [self.total(one, part) for one in self.related(figure, "below")]
            )
            known = [value for value in values if value is not None]
            self._known[key] = sum(known, Decimal(0)) if values and len(known) == len(values) else None
        return self._known[key]

    def parts(self, figure: str) -> Parts[Decimal]:
        """Where the rules of a figure find their numbers."""
        return Parts(lambda name: self.total(figure, name), lambda relation, name: self._others(figure, relation, name))

    def _others(self, figure: str, relation: str, name: str) -> Numbers:
        return [self._named(one, name) for one in self.related(figure, relation)]

    def _named(self, figure: str, name: str) -> Decimal | None:
        """A part of a figure, or a number that follows from its parts."""
        if name == "score":
            return Decimal(figure.partition(SHARE)[2])
        total = self.total(figure, name)
        return self.number(figure, name) if total is None else total

    def number(self, figure: str, name: str) -> Decimal | None:
        """A number of a figure, computed from its parts by its rule; `None` if one is not published or lacks."""
        rule = self.rules(figure).get(name)
        return None if rule is None or rule == name else worked_out(rule, self.parts(figure))

    def recomputed(self, figure: str) -> dict[str, Decimal | None]:
        """Every number of a figure that has a rule, from its parts alone."""
        return {name: worked_out(rule, self.parts(figure)) for name, rule in self.rules(figure).items()}
