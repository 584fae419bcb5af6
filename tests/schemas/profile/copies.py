"""A copy of Leiden's profile, to be broken."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from schemas.problems import Problem
from schemas.profile.contents import Contents
from schemas.profile.loading import read_profile


@dataclass(frozen=True)
class ProfileCopy:
    """A folder with the files of a profile."""

    folder: Path

    def text(self, file: str) -> str:
        return (self.folder / file).read_text(encoding="utf-8")

    def write(self, file: str, text: str) -> None:
        (self.folder / file).write_text(text, encoding="utf-8")

    def edit(self, file: str, old: str, new: str) -> int:
        """Replace a text once; the line in which the new text begins."""
        text = self.text(file)
        assert old in text, f"{file} no longer holds {old!r}: the test breaks nothing"
        self.write(file, text.replace(old, new, 1))
        before = text.index(old) + len(old) - len(old.lstrip("\n"))
        return text[:before].count("\n") + 1

    def contents(self) -> Contents:
        return read_profile(self.folder)[0]

    def problems(self) -> list[Problem]:
        return read_profile(self.folder)[1]

    def problem(self) -> Problem:
        """The only problem."""
        problems = self.problems()
        assert len(problems) == 1, [str(one) for one in problems]
        return problems[0]

    def messages(self) -> list[str]:
        """The problems as they are written, without their lines."""
        return [message(one) for one in self.problems()]


def message(problem: Problem) -> str:
    return str(replace(problem, line=0))


def begins(text: str, start: str) -> bool:
    """Whether a text begins so; `…` stands for whatever lies between."""
    return re.match(".*?".join(map(re.escape, start.split("…"))), text, re.DOTALL) is not None
