"""What units write in a plain sample, in Dutch and English."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.words import Words

SPENT_MORE = Words("Meer uitgegeven dan begroot: eerder kunnen starten", "Spent more than budgeted: started earlier")
SPENT_LESS = Words("Minder uitgegeven dan begroot: later gestart", "Spent less than budgeted: started later")

PROGRESS: Mapping[str, tuple[Words, ...]] = {
    "not_started": (
        Words("Start in het volgende studiejaar.", "Starts in the next academic year."),
        Words("Wacht op de uitkomst van een verkenning.", "Waits for the outcome of an exploration."),
        Words("De werkgroep wordt nog samengesteld.", "The working group is still being formed."),
    ),
    "on_course": (
        Words("Loopt volgens planning.", "On schedule."),
        Words("De eerste teams werken er zichtbaar mee.", "The first teams visibly work with it."),
        Words(
            "De helft van de opleidingen doet mee; de rest volgt.", "Half of the programmes take part; the rest follow."
        ),
    ),
    "at_risk": (
        Words("Vertraagd door krapte in de bezetting.", "Delayed by a shortage of staff."),
        Words("Er is nog geen overeenstemming over de aanpak.", "There is no agreement on the approach yet."),
    ),
    "done": (
        Words("Afgerond en opgenomen in de gewone werkwijze.", "Completed and part of the usual way of working."),
        Words("Afgerond; de evaluatie was positief.", "Completed; the evaluation was positive."),
    ),
}
"""Sentences about a measure, by its progress."""

WITHOUT_REMARKS = Words("Zonder opmerkingen", "Without remarks")

OUTCOMES = (
    Words("Meer contacturen gewenst", "More contact hours wanted"),
    Words("Tevreden over de begeleiding", "Content with the guidance"),
    Words("Eerder informatie over keuzes gewenst", "Information about choices wanted earlier"),
)
"""What came out of a panel discussion with students."""


def in_language(words: Words, language: str) -> str:
    """The words in one language."""
    return words.nl if language == "nl" else words.en
