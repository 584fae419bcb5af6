"""The table of settings: the page `docs/settings.md`, and what holds on a machine.

It is made from the fields of `kwaliteitsmonitor.foundation.variables.Variables`, in which each variable is declared.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from itertools import groupby
from typing import get_args

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from kwaliteitsmonitor.foundation.variables import Row, Variables, name_of, row_of, rows
from schemas.environment import PREFIX


@dataclass(frozen=True)
class Variable:
    """An environment variable. `name` is as it is set; `<…>` in it stands for a name of the profile's own."""

    name: str
    what: str
    row: Row
    secret: bool

    @classmethod
    def of(cls, name: str, field: FieldInfo) -> Variable:
        """The variable of a field; it is secret if its values are."""
        return cls(name_of(name, field), field.description or "", row_of(field), _is_secret(field.annotation))

    @property
    def pattern(self) -> re.Pattern[str]:
        """What a name that is set must look like to be this variable."""
        return re.compile(re.sub(r"<[A-Z]+>", "[A-Z][A-Z0-9_]*", self.name))


def _is_secret(kind: object) -> bool:
    """Whether values of a type, or any of the values in it, are secret."""
    return kind is SecretStr or any(_is_secret(one) for one in get_args(kind))


@cache
def variables() -> tuple[Variable, ...]:
    """Every variable, in the order of the table."""
    return tuple(Variable.of(name, field) for name, field in rows(Variables))


def settings_page() -> str:
    """The page `docs/settings.md`."""
    lines = [
        "# Settings",
        "",
        "Everything that a machine can be told. An option of the command line goes before its variable.",
        "What is secret stands in the environment alone: in no file of Dagster's, no log and no release.",
        "`kwaliteitsmonitor settings` tells what holds where it is run, without showing a secret.",
        "",
        "Any other option of a command can be set as `KWALITEITSMONITOR_<COMMAND>_<OPTION>`, as in",
        "`KWALITEITSMONITOR_RUN_CYCLE`.",
        "The settings of libraries (`FSSPEC_…`, `AWS_…`, `TMPDIR`) keep working.",
    ]
    for title, group in groupby(variables(), key=lambda variable: variable.row.group):
        lines += ["", f"## {title}", "", "| variable | what | without it |", "| --- | --- | --- |"]
        for one in group:
            option = f", `{one.row.option}`" if one.row.option else ""
            what = f"{one.what} **(secret)**" if one.secret else one.what
            lines.append(f"| `{one.name}`{option} | {what} | {one.row.otherwise} |")
    return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Setting:
    """A variable as it is on this machine. `value` is empty if it is not set, and hidden if it is secret."""

    variable: Variable
    name: str
    value: str


def in_force(environment: Mapping[str, str]) -> list[Setting]:
    """Every variable as an environment has it; one that stands for several is there once for each that is set."""
    settings: list[Setting] = []
    for variable in variables():
        names = sorted(name for name in environment if variable.pattern.fullmatch(name) and _whose(name) is variable)
        values = [Setting(variable, name, _shown(variable, environment[name])) for name in names]
        settings += values or [Setting(variable, variable.name, "")]
    return settings


def unknown(environment: Mapping[str, str]) -> list[tuple[str, Sequence[str]]]:
    """The variables with our prefix that nothing reads, each with names that look like it."""
    known = [v.name for v in variables()]
    return [
        (name, get_close_matches(name, known, n=1, cutoff=0.75))
        for name in sorted(environment)
        if name.startswith(PREFIX) and _whose(name) is None
    ]


def _whose(name: str) -> Variable | None:
    """The variable that a name is of; one that is written out goes before one that stands for several."""
    fitting = [v for v in variables() if v.pattern.fullmatch(name)]
    return min(fitting, key=lambda v: "<" in v.name, default=None)


def _shown(variable: Variable, value: str) -> str:
    return "(set)" if variable.secret and value else value
