"""What an obligation is called in a sentence, in Dutch and in English, and how a sentence of both is kept."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from kwaliteitsmonitor.obligations.obligation import Entry, Kind, Obligation, State
from schemas.profile import Profile
from schemas.words import Words
from schemas.written import day_in_words, money

REJECTED = Words("afgewezen door de raad", "rejected by the council")


def quoted(name: Words, nl: str, en: str) -> Words:
    """A name between quotation marks, after what it is the name of."""
    return Words(f"{nl}‘{name.nl}’", f"{en}‘{name.en}’")


def amount(profile: Profile, euro: Decimal) -> Words:
    """An amount in whole units of the currency, as it stands in a sentence: `€ 105.132`."""
    return money(euro.quantize(Decimal(1)), profile.institution.money.currency)


def called(profile: Profile, owed: Obligation) -> Words:
    """What is owed, over which period and by whom: `voortgang van ‘Kleinere groepen’, 2019-2020, FGW`."""
    when = Words(owed.period, owed.period)
    if owed.kind in (Kind.LINE, Kind.EXPLANATION) and owed.round:
        of = profile.institution.words.round
        when = Words(f"{of.nl} {owed.round} van {owed.year}", f"{of.en} {owed.round} of {owed.year}")
    return Words(_listed(owed.what.nl, when.nl, owed.unit), _listed(owed.what.en, when.en, owed.unit))


def _listed(what: str, when: str, unit: str) -> str:
    """As `facultair onderwijsjaarverslag 2019-2020, FGW`: the period follows its name, the unit after a comma."""
    return ", ".join(
        filter(None, (f"{what} {when}".strip() if not what.endswith(("’", ")")) else f"{what}, {when}", unit))
    )


def lacking(profile: Profile, entry: Entry) -> Words:
    """What there is to say of something that still has to come."""
    name = called(profile, entry.owed)
    if entry.state is State.NOT_YET_DUE and entry.owed.due:
        day = day_in_words(entry.owed.due)
        return Words(f"nog niet verschuldigd: {name.nl}, uiterlijk {day.nl}", f"not yet due: {name.en}, by {day.en}")
    lead = entry.detail or _LEADS.get(entry.owed.kind, _LEAD)
    return Words(f"{lead.nl}: {name.nl}", f"{lead.en}: {name.en}")


def without(profile: Profile, entry: Entry) -> Words:
    """What a release does without, and why it may."""
    name, why = called(profile, entry.owed), entry.waived_because
    return Words(f"zonder {name.nl} (ontheffing: {why})", f"without {name.en} (waived: {why})")


_LEAD = Words("ontbreekt", "lacking")
_LEADS = {Kind.DELIVERY: Words("niet geleverd", "not delivered")}


def sentence(words: Words) -> Words:
    """What is said, as a sentence of its own."""
    return Words(*(f"{half[:1].upper()}{half[1:]}." for half in (words.nl, words.en)))


def each_once(sentences: Iterable[Words]) -> list[Words]:
    """Sentences, each once, in their order."""
    return list(dict.fromkeys(sentences))
