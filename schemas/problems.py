"""Problems in files that people write: the place, the actual value and the expected value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """A mistake in a file, exact enough to mend it without looking further.

    `line` counts from 1 and is 0 where the file as a whole is meant; `key` is the path of the key within the file, with
    entries of a list by their name. `hint` names what was likely meant, or says what to do.
    """

    file: str
    line: int
    key: str
    actual: str
    expected: str = ""
    hint: str = ""

    @property
    def place(self) -> str:
        """The file, and the line where it is known."""
        return f"{self.file}, line {self.line}" if self.line else self.file

    @property
    def sentence(self) -> str:
        """All of it but the place: what was found, what was expected, what was likely meant."""
        expected = f"expected {self.expected}" if self.expected else ""
        return "; ".join(part for part in (self.actual, expected, self.hint) if part)

    def __str__(self) -> str:
        return ": ".join(part for part in (self.place, self.key, self.sentence) if part)
