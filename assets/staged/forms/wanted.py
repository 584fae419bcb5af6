"""What is known before a file is opened: its form, the contract, and what the delivery tells by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from assets.staged.cells.reading import CellReader, Refused
from assets.staged.forms.amounts import NOTHING_NAMED, Named
from assets.staged.forms.layout import Layout, Plan
from schemas.contract import Table
from schemas.profile.forms import Form
from schemas.spelling import fold


@dataclass(frozen=True)
class Shape:
    """What is known before a file is opened: its form, the contract, and what the delivery tells by itself (`told`).

    `aliases` are other spellings of codes, by code list; `named` what is known of its amounts. The contract is bound to
    the lists of the institution.
    """

    form: Form
    table: Table
    told: Mapping[str, Any] = field(default_factory=dict)
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    named: Named = NOTHING_NAMED

    @property
    def plan(self) -> Plan:
        """What to look for among headers."""
        unpivot = self.form.unpivot
        return Plan(self.form, self.table, self._reader(unpivot.name) if unpivot else None)

    def constant(self, name: str) -> Any:
        """The value of a field that is the same in every row; its text where it is none, to be refused in each."""
        text = self.form.constants[name]
        try:
            return self._reader(name)(text)
        except Refused:
            return text

    def names(self, layout: Layout) -> dict[int, Callable[[str], bool]]:
        """The columns of names by which rows are told apart, each with what tells whether a text is one of them."""
        if self.table.personal:
            return {}
        fields = [self.table[n] for n in self.table.key if n in layout.fields]
        return {layout.fields[f.name][0]: partial(self._is_name, f.name) for f in fields if f.codes and not f.nullable}

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
