"""The one family of errors that a user may meet.

Each error is a sentence with four parts: what was wrong, where, what was expected, what to do about it.
The command line prints the sentence and ends with `exit_code`; Dagster shows the same sentence. Nothing here
may hold a value of a person.
"""

from __future__ import annotations

from collections.abc import Sequence

from schemas.problems import Problem


class KwaliteitsmonitorError(Exception):
    """A problem that a user can act on.

    `what` says what was wrong, `where` the file, cell, key or address, `expected` what should have been there,
    `remedy` what to do. Empty parts are left out of the sentence. `nl` is the whole sentence in Dutch, where those whom
    a command speaks to read that: it is what is said once `language` is set to it.
    """

    exit_code: int = 1

    language: str = ""

    def __init__(self, what: str, *, where: str = "", expected: str = "", remedy: str = "", nl: str = "") -> None:
        self.nl = nl
        self.what = what
        self.where = where
        self.expected = expected
        self.remedy = remedy
        super().__init__(self.sentence())

    def __str__(self) -> str:
        """The message, in the language of who reads it where that is known and it is there."""
        return self.nl if self.nl and self.language == "nl" else str(super().__str__())

    def sentence(self) -> str:
        """The whole message on one line."""
        parts = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.expected:
            parts.append(f"expected {self.expected}")
        text = "; ".join(parts)
        return f"{text}. {self.remedy}" if self.remedy else f"{text}."


class UsageError(KwaliteitsmonitorError):
    """The command was used wrongly: an option, a cycle, a folder that does not exist."""

    exit_code = 2


class NewerFormatError(UsageError):
    """Something was written by a newer version of this program, in a form that this one does not know."""


class ProfileError(KwaliteitsmonitorError):
    """The profile of an institution does not hold together; carries every problem found, not just the first.

    `problems` are sentences; `details` those of which the place in a file is known, with their parts.
    """

    exit_code = 2

    def __init__(self, institution: str, problems: Sequence[Problem | str]) -> None:
        self.problems = [str(problem) for problem in problems]
        self.details = tuple(problem for problem in problems if isinstance(problem, Problem))
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        lines = "".join(f"\n  - {problem}" for problem in problems)
        super().__init__(f"profile has {count}:{lines}", where=institution)

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
