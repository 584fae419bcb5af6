"""What was set aside of deliveries that count and figures need: told with what is lacking, and kept for the figures."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assets.common.cycle_tables import CycleTables
from assets.decisions.waivers import Waivers
from assets.status.feed_states import FeedState
from assets.status.record import LostRow
from kwaliteitsmonitor.obligations.register import Register
from kwaliteitsmonitor.readers.delivery import Delivery
from kwaliteitsmonitor.readers.losses import AMOUNTS, Loss
from schemas.consequences import Costs
from schemas.profile import Feed
from schemas.tables import CATALOGUE
from schemas.values import Row
from schemas.words import ALL_ROWS_SET_ASIDE, QUESTIONS_SET_ASIDE, ROWS_SET_ASIDE, TABLES_UNUSED, Words, counted
from schemas.written import place

PLACES_SHOWN = 3
KEPT = ("unit", "theme", "measure", "indicator", "level", "version", "question")
"""What figures need to know of a loss, beside its table, year and round."""


@dataclass(frozen=True)
class DeliveryLoss:
    """A loss, the delivery that it is of, and why a decision does without it; empty if none does."""

    loss: Loss
    feed: Feed
    delivery: Delivery
    waived_because: str = ""

    @property
    def unit(self) -> str:
        """Whose it is: the unit of its delivery, or else the one that the row says; empty if neither does."""
        return self.delivery.unit or self.loss.text("unit") or ""

    @property
    def about(self) -> tuple[str, str, str, Row]:
        """Its table, period and unit, with what is known of it."""
        return (self.loss.table, self.delivery.period, self.unit, self.loss.known)

    @property
    def is_table(self) -> bool:
        """Whether it is not one row but a whole table: without a column, or without a single row."""
        return self.loss.place == self.delivery.path and not self.loss.whole

    @property
    def has_content(self) -> bool:
        """Whether the row held what it was to bring, though it does not count; an empty cell brings nothing."""
        return not self.is_table and not all(rule.endswith(".required") for rule in self.loss.rules)

    @property
    def _ambiguous(self) -> bool:
        """Whether other rows say otherwise of the same: which of their amounts is right is not known."""
        return any(rule.endswith(".key") for rule in self.loss.rules)

    def kept(self) -> LostRow:
        """The loss as later steps need it."""
        read = {name: self.loss.text(name) for name in AMOUNTS}
        amounts = {} if self._ambiguous else {name: amount for name, amount in read.items() if amount is not None}
        return LostRow(
            self.loss.table,
            self.loss.year,
            self.loss.round,
            **{name: self.loss.text(name) for name in KEPT},
            waived=bool(self.waived_because),
            amounts=amounts,
        )


def losses_of(tables: CycleTables, states: Iterable[FeedState], waivers: Waivers, owed: Register) -> list[DeliveryLoss]:
    """Every loss of the deliveries of a cycle.

    A waiver of the delivery, of all rules by which a row was set aside, or of what it would have met, does without it.
    """
    losses = []
    for state in states:
        deliveries = {d.id: d for d in state.deliveries}
        record = tables.feed(state.feed.id)
        for loss in record.losses if record else ():
            of = deliveries.get(loss.delivery)
            if of is not None:
                losses.append(DeliveryLoss(loss, state.feed, of, _waived(loss, state.feed, of, waivers, owed)))
    return losses


def _waived(loss: Loss, feed: Feed, of: Delivery, waivers: Waivers, owed: Register) -> str:
    why = [waivers.rule(rule) for rule in loss.rules]
    if why and all(why):
        return why[0]
    unit = of.unit or loss.text("unit") or ""
    return waivers.delivery(feed.id, of.period, unit) or owed.waived_row(loss.table, of.period, unit, loss.known)


def described(lost: Sequence[DeliveryLoss], *, waived: bool) -> list[Words]:
    """What was set aside: of each delivery how many rows, and by which rules."""
    groups: dict[tuple[str, str, str, str, bool], list[DeliveryLoss]] = defaultdict(list)
    for one in lost:
        if bool(one.waived_because) is waived:
            groups[(one.feed.id, one.delivery.period, one.unit, one.waived_because, one.is_table)].append(one)
    return [_words(*key[1:4], of) for key, of in sorted(groups.items())]


def _words(period: str, unit: str, why: str, of: Sequence[DeliveryLoss]) -> Words:
    rows = _counted(of)
    places = [_place(one) for one in of]
    shown = Words(*(", ".join(getattr(one, to) for one in places[:PLACES_SHOWN]) for to in ("nl", "en")))
    more = len(places) - PLACES_SHOWN
    tail = Words(f" en nog {more}", f" and {more} more") if more > 0 else Words("", "")
    nl, en = (" ".join(filter(None, (name, period))) for name in (of[0].feed.nl, of[0].feed.en))
    whose = f", {unit}" if unit else ""
    because = Words(f" (ontheffing: {why})", f" (waived: {why})") if why else Words("", "")
    return Words(
        f"{rows.nl}: {nl}{whose}, {shown.nl}{tail.nl}{because.nl}",
        f"{rows.en}: {en}{whose}, {shown.en}{tail.en}{because.en}",
    )


def _counted(of: Sequence[DeliveryLoss]) -> Words:
    """What was set aside, with how many of it there are."""
    if of[0].is_table:
        return counted(len(of), TABLES_UNUSED)
    if any(one.loss.whole for one in of):
        return ALL_ROWS_SET_ASIDE
    return counted(len(of), QUESTIONS_SET_ASIDE if all(map(_is_question, of)) else ROWS_SET_ASIDE)


def _place(one: DeliveryLoss) -> Words:
    """Where it stands: the cell of a row, or the sheet of a table that is not to be used."""
    contract = CATALOGUE[one.loss.table]
    if one.is_table:
        whole = f"{one.loss.place} {contract.sheet or ''}".strip()
        return Words(whole, whole)
    return place(one.loss.place, contract.labels)


def _is_question(one: DeliveryLoss) -> bool:
    """Whether it is not one row but every answer to a question that does not count."""
    return bool(one.loss.known.get("question"))


def rows_aside(tables: CycleTables, states: Iterable[FeedState]) -> dict[tuple[str, int], int]:
    """Per delivered table and reporting year how many rows are set aside that cost no more than themselves.

    A year of zero stands for a delivery that tells no period. Of deliveries that count alone.
    """
    counts: Counter[tuple[str, int]] = Counter()
    for state in states:
        record = tables.feed(state.feed.id)
        read = {d.id: _year(d.period) for d in state.deliveries if state.reads(d)}
        for table, tallies in record.tallies.items() if record else ():
            if CATALOGUE[table].costs is Costs.ROW:
                for delivery, tally in tallies.items():
                    if delivery in read and tally.quarantined:
                        counts[(table, read[delivery])] += tally.quarantined
    return dict(counts)


def _year(period: str) -> int:
    """The reporting year of a period: `2019-2020` is 2020; zero if it tells none."""
    first, _, second = period.partition("-")
    year = second if len(second) == 4 else first
    return int(year) if year.isdigit() else 0
