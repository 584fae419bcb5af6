"""Reserved words, which no id may be: in the address of a figure they have another meaning.

The address of a figure names its unit, its theme and its programme, and `all` if it is about all of them:
`2021-03:spending:2020:all`. An id that is this word would give two figures one address.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemas.profile.contents import Contents
from schemas.profile.faults import Fault, Path

ALL = "all"
EXPECTED = "another id: in the addresses of figures 'all' stands for all of them together"


def taken(profile: Contents) -> Iterator[Fault]:
    """Ids that would give two figures one address."""
    for file, path, name in _addressed(profile):
        if name == ALL:
            yield Fault(file, path, f"is '{ALL}', which is taken", EXPECTED)


def _addressed(profile: Contents) -> Iterator[tuple[str, Path, str]]:
    """The ids that stand in the address of a figure where `all` may stand: each with its file and its place."""
    for at, unit in profile.units:
        yield "units.yaml", (at, "id"), unit.id
    for number, theme in enumerate(profile.themes):
        yield "themes.yaml", ("themes", number, "id"), theme.id
    for number, national in enumerate(profile.national):
        yield "themes.yaml", ("national", number, "id"), national.id
    for at, programme in profile.programmes:
        yield "programmes.csv", (at, "programme"), programme.programme
