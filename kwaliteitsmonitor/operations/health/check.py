"""What looking at one thing found: that it is well, that it deserves attention, or that it is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from schemas.errors import KwaliteitsmonitorError
from schemas.words import Words


class Weight(IntEnum):
    """Severity of a problem: something broken keeps a cycle from running or being reported; attention can wait."""

    WELL = 0
    ATTENTION = 1
    BROKEN = 2


@dataclass(frozen=True)
class Problem:
    """What is the matter with one thing, and what to do about it. `id` stays the same as long as it lasts.

    `alert` is false if the operators hear of it in another way.
    """

    id: str
    says: Words
    remedy: Words
    weight: Weight = Weight.BROKEN
    alert: bool = True


@dataclass(frozen=True)
class Looked:
    """One thing that was looked at: its name, what was found (empty: nothing to say), and its problems."""

    id: str
    name: Words
    detail: Words | str = ""
    problems: tuple[Problem, ...] = field(default=())

    @property
    def wording(self) -> Words:
        """What was found, in both languages; a name or a number is the same in both."""
        return self.detail if isinstance(self.detail, Words) else Words(self.detail, self.detail)

    @property
    def weight(self) -> Weight:
        """The worst of its problems."""
        return max((problem.weight for problem in self.problems), default=Weight.WELL)


def broken(id_: str, says: Words, remedy: Words) -> Problem:
    """A problem that keeps a cycle from running, or from being reported."""
    return Problem(id_, says, remedy)


def attention(id_: str, says: Words, remedy: Words) -> Problem:
    """A problem that can wait, and should not be forgotten."""
    return Problem(id_, says, remedy, Weight.ATTENTION)


SEE = Words("De zin zegt wat er nodig is.", "See the sentence.")


def from_error(id_: str, error: KwaliteitsmonitorError) -> Problem:
    """An error that a user can act on, as a problem: it says itself what to do."""
    remedy = error.cure
    return broken(id_, error.finding, Words(remedy.nl or SEE.nl, remedy.en or SEE.en))


def guarded(id_: str, name: Words, look: Callable[[], Looked]) -> Looked:
    """Run one check. A check that raises is reported as a problem and does not stop the others.

    Of unexpected exceptions only the class name is reported.
    """
    try:
        return look()
    except KwaliteitsmonitorError as error:
        return Looked(id_, name, problems=(from_error(id_, error),))
    except Exception as error:
        kind = type(error).__name__
        says = Words(
            f"{name.nl}: dit kon niet worden bekeken ({kind})", f"{name.en}: this could not be looked at ({kind})"
        )
        remedy = Words("Bekijk het met kwaliteitsmonitor health.", "Look into it with kwaliteitsmonitor health.")
        return Looked(id_, name, problems=(broken(id_, says, remedy),))


def problems(looks: Iterable[Looked], weight: Weight = Weight.BROKEN) -> list[Problem]:
    """The problems of at least a weight."""
    return [problem for look in looks for problem in look.problems if problem.weight >= weight]


def worst(looks: Sequence[Looked]) -> Weight:
    """How things stand in one word: as bad as the worst of them."""
    return max((look.weight for look in looks), default=Weight.WELL)
