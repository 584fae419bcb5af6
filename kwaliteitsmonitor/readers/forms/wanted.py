"""Everything that is known before a file is opened: its form, the contract, and the fields in its path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from kwaliteitsmonitor.readers.cells.grid import PathFields
from kwaliteitsmonitor.readers.cells.reading import CellReader
from kwaliteitsmonitor.readers.cells.texts import Refused
from kwaliteitsmonitor.readers.forms.amounts import NOTHING_NAMED, Named
from kwaliteitsmonitor.readers.forms.layout import Layout, Plan
from kwaliteitsmonitor.readers.forms.totals import Labels
from schemas.contract import Kind, Table
from schemas.profile.forms import Form
from schemas.spelling import fold
from schemas.values import Value

_NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.NUMBER})


@dataclass(frozen=True)
class Shape:
    """Everything known before a file is opened: its form, the contract, and the fields in its path (`path_fields`).

    `aliases` are other spellings of codes, by code list; `named` what is known of its amounts. The contract is bound to
    the lists of the institution.
    """

    form: Form
    table: Table
    path_fields: PathFields = field(default_factory=dict)
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    named: Named = NOTHING_NAMED

    @property
    def plan(self) -> Plan:
        """What to look for among headers."""
        unpivot = self.form.unpivot
        return Plan(self.form, self.table, self._reader(unpivot.name) if unpivot else None)

    def constant(self, name: str) -> Value:
        """The value of a field that is the same in every row; its text where it is none, to be refused in each."""
        text = self.form.constants[name]
        try:
            return self._reader(name)(text)
        except Refused:
            return text

    def labels(self, layout: Layout) -> Labels:
        """The columns in which a row may be called a total; none in a table of people, whose rows are no sums."""
        if self.table.personal:
            return Labels({})
        keys = {layout.fields[n][0]: self.table[n] for n in self.table.key if n in layout.fields}
        sums = any(f.kind in _NUMBERS for f in self.table.fields if f.name not in self.table.key)
        of_lists = {at: partial(self._is_name, f.name) for at, f in keys.items() if f.codes}
        return Labels(
            {at: known for at, known in of_lists.items() if not keys[at].nullable},
            words := frozenset(at for at, f in keys.items() if f.kind is Kind.TEXT and not f.codes),
            frozenset(at for at in words if keys[at].identifier),
            frozenset(at for at, f in keys.items() if f.kind is not Kind.TEXT),
            frozenset(at for at, f in keys.items() if not f.nullable),
            {at: known for at, known in of_lists.items() if keys[at].nullable} if sums else {},
        )

    def needed(self, layout: Layout) -> frozenset[int]:
        """The columns that must be filled in for a row to be data; none in a table of people."""
        if self.table.personal:
            return frozenset()
        fields = {at[0]: self.table[name] for name, at in layout.fields.items()}
        return frozenset(at for at, f in fields.items() if not (f.nullable or f.open_text))

    def _is_name(self, name: str, text: str) -> bool:
        return self._reader(name).code(text) in self.table[name].codes or fold(text) in map(
            fold, self.form.values.get(name, {})
        )

    def _reader(self, name: str) -> CellReader:
        named = self.table[name]
        return CellReader(
            named,
            "iso",
            {**named.code_aliases, **self.aliases.get(named.code_list, {})},
            b"-",  # of no account: neither a code in a header nor a constant is an identifier of a person
            values=self.form.values.get(name, {}),
        )
