"""The consequences of a failing rule, in proportion to what the rule affects.

A cell costs its row; a row costs the figures that need it, in the units and themes where it counts; a delivery that
cannot be relied on gives way to the older one that could; and publication is blocked only if the release itself would
be untrue. The severity of a finding is derived from this alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from schemas.words import Words


class Severity(StrEnum):
    """What a failing rule means: `critical` blocks publication, `warning` is published with the release."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class Costs(StrEnum):
    """What is lost where a rule does not hold, from nothing at all to the release itself."""

    NOTHING = "nothing"
    NOTE = "note"
    ROW = "row"
    FIGURES = "figures"
    DELIVERY = "delivery"
    RELEASE = "release"

    @property
    def severity(self) -> Severity:
        """How bad it is: critical where the release is lost, and a warning where less is."""
        match self:
            case Costs.NOTHING:
                return Severity.INFO
            case Costs.RELEASE:
                return Severity.CRITICAL
            case _:
                return Severity.WARNING

    @property
    def loses(self) -> bool:
        """Whether something that was delivered does not count: a row, what a figure needs, or all of it."""
        return self in (Costs.ROW, Costs.FIGURES, Costs.DELIVERY)


COSTS: Mapping[Costs, Words] = {
    Costs.NOTHING: Words("niets", "nothing"),
    Costs.NOTE: Words("niets; het staat erbij", "nothing; it is told"),
    Costs.ROW: Words("de rij", "the row"),
    Costs.FIGURES: Words("de cijfers die de rij nodig hebben", "the figures that need the row"),
    Costs.DELIVERY: Words("de levering", "the delivery"),
    Costs.RELEASE: Words("de uitgave", "the release"),
}
"""What is lost, in a few words, for tables."""

MEANING: Mapping[Costs, Words] = {
    Costs.NOTHING: Words("Ter informatie: er is niets mis.", "For information: nothing is wrong."),
    Costs.NOTE: Words(
        "Alles telt; de bevinding wordt met de cijfers gepubliceerd.",
        "Everything counts; the finding is published with the figures.",
    ),
    Costs.ROW: Words(
        "De rij wordt apart gezet en telt niet mee. De cijfers gaan over de andere rijen.",
        "The row is set aside and does not count. The figures are about the other rows.",
    ),
    Costs.FIGURES: Words(
        "De rij wordt apart gezet. Elk cijfer dat de rij nodig heeft, staat er zonder die eenheid, met een noot die "
        "zegt zonder welke, of is niet beschikbaar. De uitgave blijft een concept tot het is hersteld of er een "
        "ontheffing is.",
        "The row is set aside. Each figure that needs it is shown without that unit, with a note that says without "
        "which, or is not available. The release stays a draft until it is mended or waived.",
    ),
    Costs.DELIVERY: Words(
        "De levering telt niet. De vorige versie die wel te gebruiken was, telt in haar plaats; is die er niet, dan "
        "geldt zij als niet geleverd.",
        "The delivery does not count. The version before it that could be used counts in its place; where there is "
        "none, it is as if it was not delivered.",
    ),
    Costs.RELEASE: Words(
        "Er wordt niets gepubliceerd: de uitgave zou zelf onwaar zijn. De vorige uitgave blijft staan.",
        "Nothing is published: the release itself would be untrue. The release before it stays.",
    ),
}
"""What it means for who delivers and who reads."""
