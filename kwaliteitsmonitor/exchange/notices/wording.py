"""The text of a notice, in Dutch and in English.

It says what is expected, by when and where to deliver it, what is missing or set aside, and how to get the template and
the feedback. A place is named by its file and cell, with what was expected there; its value is not quoted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kwaliteitsmonitor.connectors.versions import next_place
from kwaliteitsmonitor.exchange.notices.schedule import Notice, Place, State
from schemas.delivering import again
from schemas.profile import Feed, Profile
from schemas.profile.feeds import FileSource, Format
from schemas.words import ROWS, Words, counted
from schemas.written import day_in_words

SHOWN = 20
"""So many places are named in a mail; the feedback has them all."""
_RULE = "-" * 68


@dataclass(frozen=True)
class Letter:
    """A notice as it is read: one line of subject, and the text in both languages."""

    subject: str
    text: str


def letter(profile: Profile, notice: Notice) -> Letter:
    """The text of a notice, Dutch first."""
    parts = [_in_language(profile, notice, language) for language in ("nl", "en")]
    return Letter(subject(notice), ruled(*parts))


def ruled(*parts: str) -> str:
    """The text of a letter: its languages one below the other, with a line between."""
    return f"\n\n{_RULE}\n\n".join(parts) + "\n"


def subject(notice: Notice) -> str:
    """The subject of a notice: which, about what and by when, short enough for a list of mails."""
    opening = "Te laat / overdue" if notice.moment.after else "Herinnering / reminder"
    what = delivery_in_words(notice.feed, notice.expected.period, notice.unit).nl
    by = "uiterste datum was" if notice.moment.after else "uiterlijk"
    return f"{opening}: {what}, {by} {day_in_words(notice.deadline).nl}"


def delivery_in_words(feed: Feed, period: str, unit: str = "") -> Words:
    """What is asked for: the feed, the period and the unit, if it has them."""
    tail = "".join(f", {part}" for part in (period, unit) if part)
    return Words(f"{feed.nl}{tail}", f"{feed.en}{tail}")


def matter(notice: Notice) -> Words:
    """What is the matter with the delivery, in a few words."""
    match notice.state:
        case State.MISSING:
            return Words("nog niet ontvangen", "not received yet")
        case State.REFUSED:
            return Words("ontvangen, maar geweigerd", "received, but refused")
        case State.SET_ASIDE:
            rows, be = counted(notice.rows, ROWS), ("is", "is") if notice.rows == 1 else ("zijn", "are")
            return Words(f"ontvangen, maar {rows.nl} {be[0]} apart gezet", f"received, but {rows.en} {be[1]} set aside")
        case State.INCOMPLETE:
            return Words("ontvangen, maar nog niet volledig", "received, but not complete yet")


def places(notice: Notice) -> list[Words]:
    """Where to deliver: the path in the landing zone for each file that may hold it, or the source system."""
    files = [source for source in notice.feed.sources if isinstance(source, FileSource)]
    fitting = [source for source in files if ("{unit}" in source.path) == bool(notice.unit)] or files
    pulled = [source.connection for source in notice.feed.sources if not isinstance(source, FileSource)]
    paths = [_filled(source.path, notice) for source in fitting]
    return [
        *(Words(f"in de aanleverzone, als {path}", f"in the landing zone, as {path}") for path in paths),
        *(
            Words(
                f"in het bronsysteem ({name}); daar wordt het opgehaald", f"in the source system ({name}); it is pulled"
            )
            for name in pulled
        ),
    ]


def _filled(path: str, notice: Notice) -> str:
    """A path pattern with what is known of the delivery; what the sender fills in is between angle brackets."""
    expected = notice.expected
    known = {
        "academic_year": expected.period,
        "reporting_year": str(expected.year),
        "round": str(expected.round),
        "unit": notice.unit or "<unit>",
        "suffix": "",
    }
    return re.sub(r"\{(\w+)\}", lambda match: known.get(match[1], f"<{match[1]}>"), path)


def _in_language(profile: Profile, notice: Notice, language: str) -> str:
    dutch = language == "nl"
    unit = next((u for u in profile.units if u.id == notice.unit), None)
    name = (unit.nl if dutch else unit.en) if unit else ""
    institution = profile.institution.nl if dutch else profile.institution.en
    sections = [
        f"{name + ', ' if name else ''}{institution}",
        _opening(notice, language),
        _findings(notice, language),
        _owed(notice, language),
        _delivering(notice, language),
        _help(profile, notice, language),
    ]
    return "\n\n".join(section for section in sections if section)


def _opening(notice: Notice, language: str) -> str:
    what = delivery_in_words(notice.feed, notice.expected.period, notice.unit).in_language(language)
    state = matter(notice).in_language(language)
    day = day_in_words(notice.deadline).in_language(language)
    passed = notice.moment.after
    if language == "nl":
        due = f"De uiterste datum was {day}" if passed else f"Uiterste datum: {day}"
        return f"Gevraagd: {what}.\n{due}.\nStand: {state}."
    due = f"The deadline was {day}" if passed else f"Deadline: {day}"
    return f"Expected: {what}.\n{due}.\nState: {state}."


def _findings(notice: Notice, language: str) -> str:
    if not notice.places:
        return ""
    lines = [f"- {_line(place, language)}" for place in notice.places[:SHOWN]]
    if len(notice.places) > SHOWN:
        more = len(notice.places) - SHOWN
        lines.append(
            f"- en nog {more}; zie de terugkoppeling" if language == "nl" else f"- and {more} more; see the feedback"
        )
    heading = Words("Te herstellen:", "To mend:").in_language(language)
    return "\n".join([heading, *lines])


def _owed(notice: Notice, language: str) -> str:
    """What is missing from the delivery."""
    if not notice.owed:
        return ""
    lines = [f"- {words.in_language(language)}" for words in notice.owed[:SHOWN]]
    if more := len(notice.owed) - SHOWN if len(notice.owed) > SHOWN else 0:
        lines.append(f"- en nog {more}" if language == "nl" else f"- and {more} more")
    return "\n".join([Words("Nog te ontvangen:", "Still to be received:").in_language(language), *lines])


def _line(place: Place, language: str) -> str:
    expected = place.expected.in_language(language)
    where = place.where.in_language(language)
    return f"{where}: {expected}" if expected else where


def _delivering(notice: Notice, language: str) -> str:
    if next_one := _next(notice):
        return again(next_one).in_language(language)
    lines: Sequence[str] = [place.in_language(language) for place in places(notice)]
    if language == "nl":
        return "Aanleveren: " + "; of ".join(lines) + "."
    return "Where to deliver: " + "; or ".join(lines) + "."


def _next(notice: Notice) -> str:
    """Where the next version goes of what came in as a file, by the name that feedback gives it too."""
    if notice.state is State.MISSING or not notice.newest:
        return ""
    files = [source for source in notice.feed.sources if isinstance(source, FileSource)]
    fitting = [source for source in files if ("{unit}" in source.path) == bool(notice.unit)] or files
    return next_place(fitting[0], notice.newest, notice.unit, notice.version) if fitting else ""


def _help(profile: Profile, notice: Notice, language: str) -> str:
    """How to get the template and the feedback, if there are any; who looks after them all has the command line."""
    dutch = language == "nl"
    if not notice.unit:
        command = f"kwaliteitsmonitor status --cycle {notice.cycle}"
        return f"Het overzicht van alle leveringen: {command}" if dutch else f"All deliveries at a glance: {command}"
    offered = []
    if any(isinstance(s, FileSource) and s.format is Format.WORKBOOK for s in notice.feed.sources):
        offered.append("het sjabloon" if dutch else "the template")
    if notice.state is not State.MISSING:
        offered.append("de terugkoppeling per cel" if dutch else "the feedback, cell by cell,")
    plan = profile.institution.words.plan
    whom = profile.institution.notices.contact or (
        f"de coördinator ({plan.nl})" if dutch else f"the coordinator ({plan.en})"
    )
    if not offered:
        return f"Vragen? Schrijf naar {whom}." if dutch else f"Questions? Write to {whom}."
    listed = (" en " if dutch else " and ").join(offered)
    return f"U krijgt {listed} van {whom}." if dutch else f"You get {listed} from {whom}."
