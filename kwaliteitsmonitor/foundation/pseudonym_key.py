"""Whether a key for pseudonyms protects anyone: a hash with a key that can be guessed is undone by trying identifiers.

A student number has some seven digits. Who can guess the key hashes all of them in a second, and knows each pseudonym.
"""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

from schemas.words import Words

SHORTEST = 32
"""The fewest characters of a key: 128 bits in hexadecimal."""

LEAST_BITS = 80
"""The least information in the characters of a key, by how often each occurs."""

STAND_INS = (
    "changeme", "change-me", "change_me", "password", "passw0rd", "wachtwoord", "geheim", "secret", "sleutel",
    "verander", "vervang", "replace",
    "example", "voorbeeld", "default", "qwerty", "pseudonym", "placeholder", "todo", "your-key",
    "yourkey",
)  # fmt: skip
"""Words that stand in examples of settings, and in keys that nobody replaced."""


def weakness(key: str) -> Words | None:
    """Why a key is too weak, in a few words that do not quote it; `None` if it is not."""
    if not key.strip():
        return Words("is leeg", "is empty")
    if len(key) < SHORTEST:
        return Words("is te kort", "is too short")
    if len(set(key)) == 1:
        return Words("is steeds hetzelfde teken", "is one character over and over")
    folded = key.casefold()
    if any(word in folded for word in STAND_INS):
        return Words("bevat een woord dat voor een sleutel in de plaats staat", "holds a word that stands for a key")
    if sum(abs(ord(b) - ord(a)) <= 1 for a, b in pairwise(key)) > len(key) // 2:
        return Words("is een reeks letters of cijfers op volgorde", "is a row of letters or digits in their order")
    if _bits(_repeated(key)) < LEAST_BITS:
        return Words("is te makkelijk te raden", "has too little in it that cannot be guessed")
    return None


def _repeated(key: str) -> str:
    """The part that a key repeats from begin to end; the key itself if it repeats nothing."""
    sizes = (size for size in range(1, len(key) // 2 + 1) if key == (key[:size] * (len(key) // size + 1))[: len(key)])
    return key[: next(sizes, len(key))]


def _bits(text: str) -> float:
    """The information in a text by Shannon's measure: how surprising its characters are, taken by themselves."""
    shares = [count / len(text) for count in Counter(text).values()]
    return -len(text) * sum(share * math.log2(share) for share in shares)
