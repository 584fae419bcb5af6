"""Sheets that do not count while others of their delivery do, and the delivery whose sheet counts for each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from kwaliteitsmonitor.readers.delivery import Delivery, Standing
from kwaliteitsmonitor.readers.staging import Tally
from schemas.tables import CATALOGUE
from schemas.words import Words


def instead(
    deliveries: Iterable[Delivery], tallies: Mapping[str, Mapping[str, Tally]]
) -> dict[str, dict[str, Delivery]]:
    """Per delivery that counts, by its id, and per table that does not count in it: the older one that counts for it.

    `tallies` gives, per table, what became of the rows of each delivery that was read for it.
    """
    by_subject: dict[tuple[str | int, ...], list[Delivery]] = defaultdict(list)
    for one in deliveries:
        if one.standing is Standing.CURRENT:
            by_subject[one.subject].append(one)
    replaced: dict[str, dict[str, Delivery]] = defaultdict(dict)
    for versions in by_subject.values():
        for table, of_table in tallies.items():
            counting = [v for v in versions if v.id in of_table and of_table[v.id].accepted]
            newest = max(counting, key=lambda v: v.version, default=None)
            for one in versions:
                if newest is not None and one.version > newest.version:
                    replaced[one.id][table] = newest
    return dict(replaced)


def of_sheets(delivery: Delivery, replaced: Mapping[str, Mapping[str, Delivery]]) -> Words | None:
    """What of a delivery counts from an older one, or what it still counts for itself; `None` if it counts whole."""
    remarks = [*_from_others(replaced.get(delivery.id, {})), *_for_others(delivery, replaced)]
    if not remarks:
        return None
    return Words("; ".join(one.nl for one in remarks), "; ".join(one.en for one in remarks))


def _from_others(of: Mapping[str, Delivery]) -> Iterator[Words]:
    for table, older in of.items():
        name = _called(table)
        yield Words(
            f"niet voor {name.nl}: daarvoor telt {older.path}", f"not for {name.en}: for that {older.path} counts"
        )


def _for_others(delivery: Delivery, replaced: Mapping[str, Mapping[str, Delivery]]) -> Iterator[Words]:
    tables = {table for of in replaced.values() for table, older in of.items() if older.id == delivery.id}
    names = [_called(name) for name in CATALOGUE if name in tables]
    if names:
        nl, en = ", ".join(one.nl for one in names), ", ".join(one.en for one in names)
        yield Words(f"telt alleen nog voor {nl}", f"counts for {en} alone")


def _called(table: str) -> Words:
    """What a table is about, without the workbook that it stands in."""
    of = CATALOGUE[table]
    return Words(of.nl.partition(",")[0], of.en.partition(",")[0])
