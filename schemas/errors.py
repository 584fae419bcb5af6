"""The one family of errors that a user may meet.

Each error is a sentence with four parts: what was wrong, where, what was expected, what to do about it.
The command line prints the sentence and ends with `exit_code`; Dagster shows the same sentence. Nothing here
may hold a value of a person.
"""

from __future__ import annotations

from collections.abc import Sequence

from schemas.problems import Problem
from schemas.words import Words


class KwaliteitsmonitorError(Exception):
    """A problem that a user can act on.

    `what` says what was wrong (`words` in both languages), `where` the file, cell, key or address, `expected` what
    should have been there, `remedy` what to do. Empty parts are left out of the sentence. Parts that are `Words` are
    said in the `language` of who reads them, once that is set; `nl` is the whole sentence in Dutch, where the parts are
    in English alone.
    """

    exit_code: int = 1

    language: str = ""

    def __init__(
        self,
        what: Words | str,
        *,
        where: Words | str = "",
        expected: Words | str = "",
        remedy: Words | str = "",
        nl: str = "",
    ) -> None:
        self.what, self.expected, self.remedy = _in_english(what), _in_english(expected), _in_english(remedy)
        self.where = _in_english(where)
        self.nl = nl
        self.words = what if isinstance(what, Words) else Words(what, what)
        self._remedy_nl = ""
        if isinstance(what, Words):
            self._remedy_nl = _in_dutch(remedy)
            self.nl = _sentence(what.nl, _in_dutch(where), _in_dutch(expected), self._remedy_nl, "verwacht")
        super().__init__(self.sentence())

    def __str__(self) -> str:
        """The message, in the language of the reader if that is known and available."""
        return self.in_words.nl if self.language == "nl" else str(super().__str__())

    @property
    def in_words(self) -> Words:
        """The message in both languages; the English one stands for a Dutch one that is not there."""
        english = str(super().__str__())
        return Words(self.nl or english, english)

    @property
    def finding(self) -> Words:
        """The message without its remedy, in both languages."""
        both = self.in_words
        remedy = self._remedy_nl if self._remedy_nl or self.nl else self.remedy
        return Words(both.nl.removesuffix(f" {remedy}"), both.en.removesuffix(f" {self.remedy}"))

    @property
    def cure(self) -> Words:
        """The remedy in both languages; empty if the message says it all."""
        return Words(self._remedy_nl if self._remedy_nl or self.nl else self.remedy, self.remedy)

    def sentence(self) -> str:
        """The whole message on one line."""
        return _sentence(self.what, self.where, self.expected, self.remedy, "expected")


def _in_english(part: Words | str) -> str:
    return part.en if isinstance(part, Words) else part


def _in_dutch(part: Words | str) -> str:
    return part.nl if isinstance(part, Words) else part


def _sentence(what: str, where: str, expected: str, remedy: str, is_expected: str) -> str:
    text = "; ".join([f"{where}: {what}" if where else what, *([f"{is_expected} {expected}"] if expected else [])])
    return f"{text}. {remedy}" if remedy else f"{text}."


class UsageError(KwaliteitsmonitorError):
    """The command was used wrongly: an option, a cycle, a folder that does not exist."""

    exit_code = 2


class NewerFormatError(UsageError):
    """Something was written by a newer version of this program, in a form that this one does not know."""


class ProfileError(KwaliteitsmonitorError):
    """The profile of an institution does not hold together; carries every problem found, not just the first.

    `problems` are sentences; `details` those of which the place in a file is known, with their parts. They are in
    English, as keys and documentation of a profile are; how many there are is said in the language of who reads it.
    """

    exit_code = 2

    def __init__(self, institution: str, problems: Sequence[Problem | str]) -> None:
        self.problems = [str(problem) for problem in problems]
        self.details = tuple(problem for problem in problems if isinstance(problem, Problem))
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        lines = "".join(f"\n  - {problem}" for problem in problems)
        dutch = "1 probleem" if len(problems) == 1 else f"{len(problems)} problemen"
        nl = f"{institution}: het profiel heeft {dutch}, hieronder in het Engels:{lines}"
        super().__init__(f"profile has {count}:{lines}", where=institution, nl=nl)

    def sentence(self) -> str:
        """The whole message, a line for each problem."""
        return f"{self.where}: {self.what}"


class BlockedError(KwaliteitsmonitorError):
    """Validation found something critical; nothing was published and nothing was replaced."""

    exit_code = 3


class SourceError(KwaliteitsmonitorError):
    """A landing zone or a database could not be reached or refused."""

    exit_code = 4


class StoppedError(KwaliteitsmonitorError):
    """A run ended because it was asked to, by Ctrl-C or by the system; `what` is the whole sentence."""

    exit_code = 130

    def sentence(self) -> str:
        """The sentence as it was made."""
        return self.what


class UnreadableError(KwaliteitsmonitorError):
    """One delivery cannot be read at all; the others go on."""
