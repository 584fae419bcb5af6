"""How an institution reports the progress of its measures: the key `progress` of profile.yaml."""

from __future__ import annotations

from schemas.profile.strict import Strict


class Progress(Strict):
    """House rules of the section on measures."""

    publish_explanations: bool = False
    """Whether the sentence is published in which a unit says how far a measure is. It is open text, in which anything
    may stand: whoever sets this has told the units that what they write is printed."""
