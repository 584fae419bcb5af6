"""The overview for the operators of who has not delivered: once after each deadline, and with each cycle.

Units are reminded of their own deliveries (`due`). The operators get one message with all of them: per feed and period
which units are missing, refused, have rows set aside or came late, and of which feeds that is not known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kwaliteitsmonitor.exchange.notices.alerts import Alert
from kwaliteitsmonitor.exchange.notices.schedule import LAPSES, State, parts_of, state_of
from kwaliteitsmonitor.exchange.notices.wording import delivery_in_words
from kwaliteitsmonitor.obligations.obligation import Entry
from kwaliteitsmonitor.obligations.periods import Expected, deadline, expected_periods
from schemas.calendar import Cycle
from schemas.profile import Feed, Profile
from schemas.rows import DeliveryStatusRow
from schemas.words import Words, counted
from schemas.written import day_in_words

Rows = Sequence[DeliveryStatusRow]
_STATES = {
    State.MISSING: Words("niet ontvangen", "not received"),
    State.REFUSED: Words("geweigerd", "refused"),
    State.SET_ASIDE: Words("rijen apart gezet", "rows set aside"),
    State.INCOMPLETE: Words("niet volledig", "not complete"),
}
DELIVERIES = (Words("levering", "delivery"), Words("leveringen", "deliveries"))
_LATE = Words("te laat ontvangen", "received late")
_WAIVED = Words("niet nodig, volgens een besluit", "not needed, by a decision")
_ALL = Words("van de hele instelling", "of the whole institution")
_REST = Words("Al het andere is ontvangen en heel.", "Everything else was received and is whole.")
_NOTHING = Words(
    "Alles wat gevraagd is, is ontvangen en heel.", "Everything that was asked for was received and is whole."
)


@dataclass(frozen=True)
class Standing:
    """The units of one feed and period in each state, in the order of the profile; or why that is unknown.

    An empty unit is the whole institution. `unknown` is why nothing is known of it.
    """

    feed: Feed
    period: str
    deadline: date | None
    units: Mapping[Words, tuple[str, ...]]
    unknown: Words | None = None

    @property
    def complete(self) -> bool:
        """Whether nothing of it needs anyone's attention."""
        return not self.unknown and not self.units


def standings(
    profile: Profile, cycle: Cycle, status: Rows, unknown: Mapping[str, Words], owed: Sequence[Entry] = ()
) -> list[Standing]:
    """How every delivery that a cycle requires stands, from the rows of `delivery_status` and what still has to come.

    `unknown` gives, per feed of which the status may not be what it is, why.
    """
    stand = []
    for feed in profile.feeds:
        for expected in expected_periods(feed, cycle, profile) if feed.required else ():
            rows = [r for r in status if r["feed"] == feed.id and (r["period"] or "") == expected.period]
            why = unknown.get(feed.id)
            units = {} if why else _units(profile, rows, parts_of(owed, feed, expected.period))
            stand.append(Standing(feed, expected.period, deadline(feed, expected), units, why))
    return stand


def _units(profile: Profile, rows: Rows, parts: Collection[str]) -> dict[Words, tuple[str, ...]]:
    order = {unit.id: at for at, unit in enumerate(profile.units)}
    by_state: dict[Words, list[str]] = {}
    for unit in sorted(
        {*(r["unit"] or "" for r in rows), *parts}, key=lambda unit: (order.get(unit, len(order)), unit)
    ):
        of_unit = [r for r in rows if (r["unit"] or "") == unit]
        state = state_of(of_unit) or (State.INCOMPLETE if unit in parts else None)
        if state is not None:
            by_state.setdefault(_STATES[state], []).append(unit)
        if any(r["late"] for r in of_unit):
            by_state.setdefault(_LATE, []).append(unit)
        if any(r["waived_because"] and r["status"] == "missing" for r in of_unit):
            by_state.setdefault(_WAIVED, []).append(unit)
    return {words: tuple(units) for words, units in by_state.items()}


def lines(stand: Sequence[Standing]) -> list[Words]:
    """A line for each delivery that is not as it should be, and one for all the others."""
    open_ones = [standing for standing in stand if not standing.complete]
    return [*map(_line, open_ones), _REST if open_ones else _NOTHING]


def _line(standing: Standing) -> Words:
    what = delivery_in_words(standing.feed, standing.period)
    due = day_in_words(standing.deadline) if standing.deadline else None
    by = Words(f" (uiterlijk {due.nl})", f" (by {due.en})") if due else Words("", "")
    if standing.unknown:
        return Words(
            f"- {what.nl}{by.nl}: niet bekend. {standing.unknown.nl}",
            f"- {what.en}{by.en}: not known. {standing.unknown.en}",
        )
    parts = [
        Words(f"{state.nl}: {_named(units, 'nl')}", f"{state.en}: {_named(units, 'en')}")
        for state, units in standing.units.items()
    ]
    return Words(
        f"- {what.nl}{by.nl}: " + "; ".join(one.nl for one in parts) + ".",
        f"- {what.en}{by.en}: " + "; ".join(one.en for one in parts) + ".",
    )


def _named(units: Sequence[str], language: str) -> str:
    return ", ".join(unit or _ALL.in_language(language) for unit in units)


def deadlines_passed(profile: Profile, cycle: Cycle, day: date) -> list[date]:
    """The deadlines of a cycle that have passed on a day, and not so long ago that telling of them would surprise."""
    passed = {last for _, last in _deadlines(profile, cycle) if last < day <= last + timedelta(days=1) + LAPSES}
    return sorted(passed)


def _deadlines(profile: Profile, cycle: Cycle) -> Iterator[tuple[tuple[Feed, Expected], date]]:
    for feed in profile.feeds:
        for expected in expected_periods(feed, cycle, profile) if feed.required else ():
            last = deadline(feed, expected)
            if last is not None:
                yield (feed, expected), last


def key_of_deadline(cycle: Cycle, last: date) -> tuple[str, ...]:
    """By what the overview after a deadline goes out once."""
    return ("deadline", cycle.key, last.isoformat())


def after_deadline(cycle: Cycle, last: date, stand: Sequence[Standing]) -> Alert | None:
    """The overview of what was due on a day that has passed; `None` if all of it is there."""
    of_day = [standing for standing in stand if standing.deadline == last]
    if all(standing.complete for standing in of_day):
        return None
    due = day_in_words(last)
    nl, en = due.nl, due.en
    missing = sum(len(standing.units.get(_STATES[State.MISSING], ())) for standing in of_day)
    subject = Words(
        f"Cyclus {cycle.key}: leveringen na {nl} niet op orde", f"cycle {cycle.key}: deliveries not in order after {en}"
    )
    if missing:
        count = counted(missing, DELIVERIES)
        subject = Words(
            f"Cyclus {cycle.key}: na {nl} {'ontbreekt' if missing == 1 else 'ontbreken'} {count.nl}",
            f"cycle {cycle.key}: {count.en} missing after {en}",
        )
    return Alert(
        key_of_deadline(cycle, last),
        subject,
        (
            Words(
                f"De uiterste datum {nl} is voorbij. Zo staat het met wat toen binnen moest zijn:",
                f"The deadline of {en} has passed. This is how what was due by then stands:",
            ),
            _joined(lines(of_day)),
            whole_picture(cycle),
        ),
    )


def whole_picture(cycle: Cycle) -> Words:
    """Where everything about the deliveries of a cycle is shown."""
    command = f"kwaliteitsmonitor status --cycle {cycle.key}"
    return Words(f"Het hele overzicht: {command}", f"All of it: {command}")


def _joined(parts: Sequence[Words]) -> Words:
    return Words("\n".join(one.nl for one in parts), "\n".join(one.en for one in parts))


def _missing(stand: Sequence[Standing]) -> list[str]:
    """The units of which something was not received, each once."""
    return list(dict.fromkeys(unit for s in stand for unit in s.units.get(_STATES[State.MISSING], ()) if unit))


def cycle_begun(cycle: Cycle, run: str, stand: Sequence[Standing]) -> Alert:
    """That a scheduled cycle has begun, and what is not there at that moment."""
    known = [standing for standing in stand if not standing.unknown]
    missing = _missing(known)
    subject = Words(f"Cyclus {cycle.key} is begonnen", f"cycle {cycle.key} has begun")
    if missing:
        units = ", ".join(missing)
        subject = Words(f"{subject.nl}, nog niets van {units}", f"{subject.en}, nothing yet of {units}")
    text = _joined(lines(known))
    if len(known) < len(stand):
        count = counted(len(stand) - len(known), DELIVERIES)
        more = Words(
            f"Van {count.nl} is nog niet bekend of ze er zijn: dat kijkt de cyclus nu na.",
            f"Of {count.en} it is not known yet whether they are there: the cycle looks now.",
        )
        text = _joined([text, more]) if known else more
    return Alert(
        ("begun", cycle.key, run),
        subject,
        (
            Words(
                f"Cyclus {cycle.key} is volgens het rooster begonnen. Zo stonden de leveringen er toen voor:",
                f"Cycle {cycle.key} has begun by its schedule. This is how the deliveries stood then:",
            ),
            text,
            Words("Er volgt een bericht zodra de cyclus klaar is.", "A message follows once the cycle is done."),
        ),
    )


@dataclass(frozen=True)
class Published:
    """What a cycle published: the version, whether it is final and lacks something, and the folder."""

    version: str
    final: bool
    lacking: bool
    place: str


def cycle_done(cycle: Cycle, run: str, stand: Sequence[Standing], published: Published) -> Alert:
    """That a cycle has published, what it lacks and who has not delivered."""
    kind = Words("definitief", "final") if published.final else Words("concept", "draft")
    missing = _missing(stand)
    without = Words(f", zonder {', '.join(missing)}", f", without {', '.join(missing)}") if missing else Words("", "")
    subject = Words(
        f"Cyclus {cycle.key} is gepubliceerd ({kind.nl}){without.nl}",
        f"cycle {cycle.key} is published ({kind.en}){without.en}",
    )
    paragraphs = [
        Words(
            f"Cyclus {cycle.key} is klaar: uitgave {published.version}, {kind.nl}, in {published.place}.",
            f"Cycle {cycle.key} is done: release {published.version}, {kind.en}, in {published.place}.",
        ),
        _joined(lines(stand)),
    ]
    if published.lacking:
        paragraphs.append(
            Words(
                "Cijfers die van een ontbrekende levering afhangen staan erin als niet beschikbaar. Zodra de levering "
                "er is: de cyclus opnieuw draaien, dan volgt een nieuwe uitgave.",
                "Figures that depend on a missing delivery stand in it as not available. Once the delivery is there: "
                "run the cycle again, and a new release follows.",
            )
        )
    return Alert(("done", cycle.key, run), subject, (*paragraphs, whole_picture(cycle)))
