"""The tree of a part of a figure: the figures it adds up from, the deliveries, and the cells in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from kwaliteitsmonitor.methods.figures.plan_names import plan_names
from kwaliteitsmonitor.releases.explain.evidence_reader import Released, kind_of
from kwaliteitsmonitor.releases.explain.explanation import Details, Node
from kwaliteitsmonitor.releases.explain.labels import ASPECTS, KINDS, PARTS, UNTOLD, WHOLE
from kwaliteitsmonitor.releases.format.notes import filters_in
from schemas.figures import FIGURES, PUBLISHED
from schemas.formula import terms
from schemas.rows import (
    CorrectionsRow,
    DefinitionsRow,
    DeliveryStatusRow,
    LineageCellsRow,
    LineageRow,
    NamesRow,
    SpendingPlanVersionsRow,
)
from schemas.tables.lineage import DECIMALS
from schemas.values import Row, Value
from schemas.words import ROWS, Words, counted

HALF_A_DIGIT = Decimal(5).scaleb(-DECIMALS - 1)
"""By how much rounding may put a contribution off that is no whole number of its last digit, such as a mean."""

LISTS = {
    "theme": "themes",
    "national_theme": "national_themes",
    "measure": "measures",
    "question": "questions",
    "programme": "programmes",
}
"""Of what a figure is about, the list with what its codes mean. Units are known by their code."""

_SAID = (
    "version",
    "reporting_year",
    "from_year",
    "year",
    "round",
    "question",
    "national_theme",
    "theme",
    "measure",
    "unit",
    "programme",
    "level",
    "score",
)


@dataclass(frozen=True)
class Trees:
    """Makes the trees of the parts of figures of a release."""

    released: Released

    @cached_property
    def deliveries(self) -> Mapping[str, DeliveryStatusRow]:
        """What is known of each delivery, the one that was read if the same bytes came more than once."""
        rows = self.released.release.rows_of(DeliveryStatusRow)
        read_last = sorted(rows, key=lambda row: row["status"] in ("accepted", "partly_accepted"))
        return {row["delivery"]: row for row in read_last if row["delivery"]}

    def of(self, figure: str, name: str) -> tuple[Node, ...]:
        """The trees of a part, or of what a rule calls `relation.part`."""
        relation, _, part = name.rpartition(".")
        if not relation:
            return (self.part(figure, name),)
        others = self.released.related(figure, relation)
        if relation == "same" and all(part in FIGURES[kind_of(other)].parts for other in others):
            return tuple(self.part(other, part) for other in others)
        amounts = self.released.parts(figure).others(relation, part)
        return tuple(self._figure(one, amount) for one, amount in zip(others, amounts, strict=True))

    def part(self, figure: str, part: str, above: str | None = None) -> Node:
        """A figure with what its part follows from; `above` is the figure that it is shown below, if it is."""
        return self._figure(figure, self.released.total(figure, part), self._below(figure, part), above)

    def _figure(
        self, figure: str, amount: Decimal | None, below: Sequence[Node] = (), above: str | None = None
    ) -> Node:
        title = self.title(figure) if above is None else self.within(figure, above)
        return Node("figure", title, amount, {"figure_id": figure}, None, tuple(below), adds_up(amount, below))

    def _below(self, figure: str, part: str) -> list[Node]:
        others = self.released.related(figure, "below")
        if others and all(self._has(other, part) for other in others):
            return [self.part(other, part, figure) for other in others]
        carried = self.released.related(figure, "carried") if part == "carried_over" else []
        if carried:
            return [self._left(other, figure) for other in carried]
        rows = sorted(self.released.lineage(figure).get(part, ()), key=lambda row: (row["file"], row["delivery"]))
        return [self._delivery(figure, part, row) for row in rows]

    def _has(self, figure: str, part: str) -> bool:
        return part in self.released.lineage(figure) or self.released.total(figure, part) is not None

    def _left(self, figure: str, above: str) -> Node:
        """What a year leaves: its budget and what was carried into it, without what was spent."""
        below = []
        for sign, name in terms(PUBLISHED["carry_over"].numbers["left_over"]):
            node = self.part(figure, name, figure)
            amount = _times(sign, node.amount)
            below.append(replace(node, what=PARTS[name], amount=amount, below=_signed(sign, node.below)))
        return self._figure(figure, self.released.number(figure, "left_over"), below, above)

    def _delivery(self, figure: str, part: str, row: LineageRow) -> Node:
        of_figure = self.released.rows_of(LineageCellsRow, figure)
        cells = [one for one in of_figure if (one["part"], one["delivery"]) == (part, row["delivery"])]
        known = self.deliveries.get(row["delivery"])
        below = [self._cell(one, row["file"]) for one in cells]
        rows = row["rows"]
        counts = counted(rows, ROWS) if rows is not None else None
        of_rows = Words(f" ({counts.nl})", f" ({counts.en})") if counts else Words("", "")
        return Node(
            "delivery",
            Words(f"levering {row['file']}{of_rows.nl}", f"delivery {row['file']}{of_rows.en}"),
            row["contribution"],
            {
                "delivery": row["delivery"],
                "feed": row["feed"],
                "file": row["file"],
                "rows": row["rows"],
                "sha256": known.get("sha256") if known else None,
            },
            _dropped(row) if row["contribution"] is not None else UNTOLD,
            tuple(below),
            adds_up(row["contribution"], below),
        )

    def _cell(self, cell: LineageCellsRow, file: str) -> Node:
        details: Details = {
            "sheet": cell["sheet"],
            "row": cell["row"],
            "last_row": cell["last_row"],
            "cell": cell["cell"],
            "column": cell["column"],
            "key": cell["key"],
            "written": cell["written"],
            "file": file,
        }
        if cell["last_row"] is not None:
            rows = f"{cell['row']}–{cell['last_row']}"
            of = f"{cell['sheet']}, " if cell["sheet"] else ""
            where = Words(f"{of}uit rijen {rows}", f"{of}from rows {rows}")
            return Node("rows", where, cell["contribution"], details)
        note = self._corrected(cell)
        stood = "" if cell["written"] is None else f" = {cell['written']}"
        about = f"  [{cell['key']}]" if cell["key"] else ""
        if cell["cell"]:
            place = f"{cell['sheet']}!{cell['cell']}{stood}{about}"
            return Node("cell", Words(place, place), cell["contribution"], details, note)
        sheet = f"{cell['sheet']}, " if cell["sheet"] else ""
        column = cell["column"] or "?"
        return Node(
            "cell",
            Words(
                f"{sheet}rij {cell['row']}, kolom {column}{stood}{about}",
                f"{sheet}row {cell['row']}, column {column}{stood}{about}",
            ),
            cell["contribution"],
            details,
            note,
        )

    def _corrected(self, cell: LineageCellsRow) -> Words | None:
        """The note on a corrected cell: its earlier value, and why."""
        sheet, row = cell["sheet"], cell["row"]
        names = {f"{sheet}!{cell['cell']}"} if cell["cell"] else {f"row {row}, {cell['column']}"}
        for one in self.released.release.rows_of(CorrectionsRow):
            if one["delivery"] == cell["delivery"] and one["cell"] in names:
                was = one["expected"]
                return Words(
                    f"gecorrigeerd: er stond {was or 'niets'}; {one['reason']}",
                    f"corrected: {was or 'nothing'} stood there; {one['reason']}",
                )
        return None

    def title(self, figure: str) -> Words:
        """What a figure is about, in a few words: `Besteding 2020, thema guidance`."""
        row = self.released.row(figure) or {}
        kind = kind_of(figure)
        name = self._label(row) or KINDS.get(kind, Words(figure, figure))
        aspects = [one for field in _SAID if (one := self.aspect(field, row, kind)) is not None]
        return Words(
            ", ".join([name.nl, *(one.nl for one in aspects)]), ", ".join([name.en, *(one.en for one in aspects)])
        )

    def within(self, figure: str, above: str) -> Words:
        """What a figure is about that the one above it is not."""
        own, theirs = self.title(figure), self.title(above)
        nl, en = (
            [part for part in one.split(", ") if part not in other.split(", ")]
            for one, other in ((own.nl, theirs.nl), (own.en, theirs.en))
        )
        return Words(_rest(nl or [own.nl]), _rest(en or [own.en]))

    def _label(self, row: Row) -> Words | None:
        return self.labels.get((row.get("indicator"), row.get("definition_version")))

    @cached_property
    def labels(self) -> Mapping[tuple[Value, Value], Words]:
        """What each version of an indicator is called."""
        rows = self.released.release.rows_of(DefinitionsRow)
        return {(r["indicator"], r["version"]): Words(r["label_nl"], r["label_en"]) for r in rows}

    @cached_property
    def plans(self) -> Mapping[str, Words]:
        """What each version of the spending plan is called."""
        rows = self.released.release.rows_of(SpendingPlanVersionsRow)
        return plan_names((row["version"], row.get("consent_on")) for row in rows)

    def aspect(self, name: str, row: Row, kind: str) -> Words | None:
        """What a figure is about in one respect, such as its unit; `None` if that says nothing."""
        if name not in row or (name == "theme" and (kind == "indicator" or row.get("national_theme"))):
            return None
        value = row[name]
        if value is None:
            return WHOLE.get(name) if kind != "indicator" or name == "unit" else None
        if name in ("reporting_year", "from_year", "year"):
            return Words(str(value), str(value))
        called = self._called(name, row)
        if name == "version":
            return called
        return Words(f"{ASPECTS[name].nl} {called.nl}", f"{ASPECTS[name].en} {called.en}")

    def _called(self, name: str, row: Row) -> Words:
        value = row[name]
        if name == "measure" and "measure_nl" in row:
            return Words(str(row["measure_nl"]), str(row["measure_en"]))
        if name == "score":
            return Words(f"{value:g}", f"{value:g}")
        if name == "version" and str(value) in self.plans:
            return self.plans[str(value)]
        return self.names.get((LISTS.get(name), value)) or Words(str(value), str(value))

    @cached_property
    def names(self) -> Mapping[tuple[str | None, Value], Words]:
        """What each code means, by its list."""
        return {(r["list"], r["code"]): Words(r["nl"], r["en"]) for r in self.released.release.rows_of(NamesRow)}


def adds_up(amount: Decimal | None, below: Sequence[Node]) -> bool | None:
    """Whether nodes add up to an amount; `None` if there are none, or an amount is not published."""
    amounts = [node.amount for node in below if node.amount is not None]
    if amount is None or not below or len(amounts) < len(below):
        return None
    return abs(sum(amounts, Decimal(0)) - amount) <= (len(amounts) + 1) * HALF_A_DIGIT


def _rest(parts: Sequence[str]) -> str:
    """What is said of a figure, without its kind, which is clear once it is known what it is of."""
    kinds = {text for words in KINDS.values() for text in (words.nl, words.en)}
    return ", ".join([one for one in parts if one not in kinds] or parts)


def _times(sign: int, amount: Decimal | None) -> Decimal | None:
    return None if amount is None else sign * amount


def _signed(sign: int, nodes: Sequence[Node]) -> tuple[Node, ...]:
    """The nodes with the sign with which they count."""
    return tuple(replace(n, amount=_times(sign, n.amount), below=_signed(sign, n.below)) for n in nodes)


def _dropped(row: LineageRow) -> Words | None:
    """What filters dropped of what a delivery contributed."""
    every = filters_in(row)
    return Words("; ".join(one.nl for one in every), "; ".join(one.en for one in every)) if every else None
