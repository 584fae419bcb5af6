"""The command line, called in the process of the test: the exit code and what was written."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from pipelines.cli.commands import kwaliteitsmonitor


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def message(self) -> str:
        """What was written to the error stream, on one line."""
        return " ".join(self.err.split())


@dataclass(frozen=True)
class CommandLine:
    """Calls commands: `command("status", "--cycle", "2021-03")`."""

    capture: pytest.CaptureFixture[str]

    def __call__(self, *words: object) -> Ended:
        """Call a command, which may end in any way."""
        self.capture.readouterr()
        code = int(kwaliteitsmonitor.main([str(word) for word in words]))
        return Ended(code, *self.capture.readouterr())

    def output(self, *words: object) -> str:
        """What a command writes that must end well."""
        ended = self(*words)
        assert ended.code == 0, (words, ended.err, ended.out)
        return ended.out

    def refusal(self, *words: object, code: int = 2) -> str:
        """The one sentence, on one line, with which a command is refused."""
        ended = self(*words)
        assert (ended.code, "Traceback" in ended.err) == (code, False), (words, ended.err, ended.out)
        return ended.message
