"""The one instruction for delivering again, which feedback and mails give."""

from __future__ import annotations

from schemas.words import Words


def again(place: str) -> Words:
    """Where a mended delivery goes: whole, under a name by which it is told from the one before."""
    return Words(
        f"Lever het herstelde bestand in zijn geheel aan als {place}.", f"Deliver the mended file whole, as {place}."
    )
