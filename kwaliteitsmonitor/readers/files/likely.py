"""Find the likely encoding of a text that is not UTF-8, from its letters.

Every byte is a letter in one old encoding and a sign in another. They differ in that letters with accents are beside
other letters, and are few: those of the languages that are written here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import takewhile

CANDIDATES = ("cp1252", "mac-roman", "cp850")
"""What Windows, a Mac of before 2001 and DOS wrote in Western Europe; of those that fit as well, the first."""
_WEIGHTS: Mapping[str, int] = {
    **dict.fromkeys("ÁÀÂÄÇÉÈËÍÎÏÑÓÖØÚÜ", 0),  # beside other letters mostly the wrong reading of a small letter
    **dict.fromkeys("âãåæìîòôõøœûùÿ", 1),
    **dict.fromkeys("áàäçéèêëíïñóöúüß", 3),
}
"""What each letter that stands beside another one speaks for an encoding; all other signs speak against it."""
_NEVER_TELLS = rb"\x80\x85\x92-\x94\x96\x97\x99\xa0\xca"
"""Quotes, dashes, the euro, a space that does not break: these stand beside letters too, in one of the encodings."""
_BESIDE_A_LETTER = re.compile(
    rb"(?<=[A-Za-z])(?![%b])[\x80-\xff]|(?![%b\x91\x95])(?!(?<![\x80-\xff])[\x8a\x8e])[\x80-\xff](?=[A-Za-z])"
    % (_NEVER_TELLS, _NEVER_TELLS)
)
"""Not a first letter that may be the S or Z of a Czech name, as Windows writes it."""
_AS_UTF_8 = re.compile(rb"[\xc2\xc3\xcc][\x80-\xbf]|\xe2[\x80-\x82][\x80-\xbf]")
"""How UTF-8 writes letters with accents, quotes and the sign of the euro: as Latin text they would be nonsense."""
ENOUGH = 10_000
"""Letters after which no more are looked at."""
CLEARLY = 6
"""So much more must speak for another encoding, before what was agreed is doubted: two common letters."""


def likely(pieces: Iterable[bytes]) -> str:
    """The codec of the encoding for which most speaks; empty if it can be none, or one as well as another."""
    scores = {codec: score for codec, score in _scores(pieces).items() if codec == CANDIDATES[0] or score > 0}
    best = max(scores, key=lambda codec: scores[codec], default="")
    doubtful = best != CANDIDATES[0] and list(scores.values()).count(scores.get(best, 0)) > 1
    return "" if doubtful else best


def clearly_another(pieces: Iterable[bytes], agreed: str) -> str:
    """The codec of an encoding of one byte that a text clearly has instead of another such one; empty if not."""
    scores = _scores(pieces, agreed)
    best = max(scores, key=lambda codec: scores[codec], default="")
    other = best not in (agreed, "", CANDIDATES[0]) and scores[best] - scores.get(agreed, 0) >= CLEARLY
    return best if other and scores[best] > 0 else ""


def is_mixed(pieces: Iterable[bytes]) -> bool:
    """Whether a text that is not UTF-8 holds letters that are: two texts in two encodings, put one after the other."""
    return any(_AS_UTF_8.search(piece) for piece in pieces)


def _scores(pieces: Iterable[bytes], *more: str) -> Mapping[str, int]:
    """Per codec what the bytes beside a letter speak for it; without those in which a byte is nothing."""
    beside: Counter[int] = Counter()
    met: set[int] = set()
    for piece in takewhile(lambda _: beside.total() < ENOUGH, pieces):
        beside.update(match[0] for match in _BESIDE_A_LETTER.findall(piece))
        met |= set(piece)
    codecs = dict.fromkeys((*CANDIDATES, *more))
    return {codec: score for codec in codecs if (score := _score(codec, beside, met)) is not None}


def _score(codec: str, beside: Counter[int], met: Iterable[int]) -> int | None:
    try:
        bytes(sorted(met)).decode(codec)
    except UnicodeDecodeError:
        return None
    return sum(times * _WEIGHTS.get(bytes([byte]).decode(codec), -1) for byte, times in beside.items())
