"""The one instruction for delivering again, which feedback and mails give."""

from __future__ import annotations

from schemas.words import Words


def again(place: str) -> Words:
    """The place of a mended delivery: whole, under a name that distinguishes it from the one before."""
    return Words(
        f"Lever het herstelde bestand in zijn geheel aan als {place}.", f"Deliver the mended file whole, as {place}."
    )
