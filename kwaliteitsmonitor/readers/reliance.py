"""Whether a delivery can be relied on, by what it lost: one that loses more than a share of its rows does not count.

Figures over answers, students and staff are taken over many rows, and a row that is set aside costs just itself. That
holds for a few rows, and not for most of them: what is left is no longer what was delivered. Rows of another period
than the delivery are no loss, for they are not what was asked for, and neither is what a form leaves out; if all
of them are of another period, nothing was delivered. Rows of its year with a wrong day are lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from kwaliteitsmonitor.methods.checks.results import Outcome, RuleResult
from kwaliteitsmonitor.readers.quarantine import Quarantined
from kwaliteitsmonitor.readers.staging import StagedTable
from schemas.consequences import Costs
from schemas.contract import Table
from schemas.words import Words

ROWS_KEPT, COLUMNS = "rows_kept", "columns"
NOTHING = Words("", "")
FEWEST = 5
"""Fewer rows than this are no share of anything, but where they are all that there are."""


@dataclass(frozen=True)
class Lost:
    """A delivery that cannot be relied on: how many of its rows were set aside, of how many; or it has none at all.

    `mostly` is what most of them were set aside for, if that is known.
    """

    table: str
    lost: int
    received: int
    tolerance: Decimal
    mostly: Words | None = None

    @property
    def reason(self) -> Words:
        """The reason why it does not count."""
        if not self.received:
            return Words(
                "telt niet: zonder een enkele rij met gegevens. Vul het in en lever het opnieuw",
                "does not count: without a single row of data. Fill it in and deliver it again",
            )
        share, most = _share(self.lost / self.received), _share(float(self.tolerance))
        why = Words(f"; de meeste om: {self.mostly.nl}", f"; most for: {self.mostly.en}") if self.mostly else NOTHING
        return Words(
            f"telt niet mee: {self.lost} van {self.received} rijen zijn apart gezet ({share}, hoogstens {most} mag)"
            f"{why.nl}. "
            "Herstel wat bij de bevindingen staat en lever opnieuw aan",
            f"does not count: {self.lost} of {self.received} rows were set aside ({share}, at most {most} may be)"
            f"{why.en}. "
            "Mend what the findings say and deliver it again",
        )


def is_lost(lost: int, received: int, tolerance: Decimal) -> bool:
    """Whether the lost rows are more than a share of the received ones; all of them always are."""
    return received > 0 and (lost == received or (lost >= FEWEST and lost > tolerance * received))


def unreliable(table: Table, staged: StagedTable, tolerance: Decimal) -> Mapping[str, Lost]:
    """The deliveries in a staged table that cannot be relied on, by id.

    Those are without a row although there must be some. Of tables of many rows those that lost too many are as well: in
    others a row costs the figures that need it, and they say so.
    """
    lost_by_id = {identity: Lost(table.name, 0, 0, tolerance) for identity in staged.empty}
    if table.row_costs is not Costs.ROW:
        return lost_by_id
    for delivery, tally in staged.tallies.items():
        # Where nothing is left, no row was of the period: as many are lost as came, whatever they say that they are of.
        others = staged.elsewhere.get(delivery, 0) if tally.accepted else 0
        ours, lost = tally.received - others, tally.quarantined - others
        if is_lost(lost, ours, tolerance):
            lost_by_id[delivery] = Lost(table.name, lost, ours, tolerance, _mostly(table, staged.quarantine, delivery))
    return lost_by_id


def _mostly(table: Table, quarantine: Iterable[Quarantined], delivery: str) -> Words | None:
    """What most of the rows of a delivery that are listed were set aside for: the field, or what its rows must meet."""
    rules = Counter(item.rule for item in quarantine if item.delivery == delivery)
    if not rules:
        return None
    (rule, _), *_ = rules.most_common(1)
    about = rule.split(".")[1]
    if about in table.names:
        return table[about].label
    return next((Words(c.nl, c.en) for c in table.constraints() if c.id == rule), None)


def rows_kept(lost: Lost, path: str) -> RuleResult:
    """That a delivery does not count, since it lost too many of its rows or has none."""
    if not lost.received:
        return RuleResult(
            lost.table,
            f"{lost.table}.{COLUMNS}",
            Costs.DELIVERY,
            Outcome.FAILED,
            1,
            1,
            "het bestand heeft de kolommen van het contract",
            "the file has the columns of the contract",
            cells=(path,),
            detail=Words(f"{path}: {lost.reason.nl}", f"{path}: {lost.reason.en}"),
        )
    return RuleResult(
        lost.table,
        f"{lost.table}.{ROWS_KEPT}",
        Costs.DELIVERY,
        Outcome.FAILED,
        lost.received,
        lost.lost,
        "een levering verliest niet meer dan een deel van haar rijen",
        "a delivery loses no more than a share of its rows",
        cells=(path,),
        detail=Words(f"{path}: {lost.reason.nl}", f"{path}: {lost.reason.en}"),
    )


def set_aside_of(staged: StagedTable, deliveries: Mapping[str, Lost]) -> Iterator[Quarantined]:
    """What was set aside of these deliveries, for those who mend them."""
    return (item for item in staged.quarantine if item.delivery in deliveries)


def _share(share: float) -> str:
    return f"{round(100 * share)}%"
