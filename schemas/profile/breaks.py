"""What a profile says of the figures of a year: that the series breaks there, or something else."""

from __future__ import annotations

from pydantic import Field as Key

from schemas.profile.strict import Strict


class Break(Strict):
    """A year from which a figure does not compare with the year before, or only with a reservation."""

    reporting_year: int = Key(examples=[2020])
    """The first year that does not compare with the one before."""
    nl: str = Key(examples=["De evaluaties over 2019-2020 weerspiegelen de overgang naar online onderwijs."])
    """Why, in Dutch; printed with the figure."""
    en: str = Key(examples=["The evaluations of 2019-2020 reflect the move to online teaching."])
    """The same in English."""


class Note(Strict):
    """What is to be said of a figure of some year that is no break in its series."""

    reporting_year: int = Key(examples=[2020])
    """The year of the figure."""
    nl: str = Key(examples=["Het aandeel beweegt mee met de instroom van docenten."])
    """What is said, in Dutch; printed with the figure."""
    en: str = Key(examples=["The share moves with the intake of teachers."])
    """The same in English."""
