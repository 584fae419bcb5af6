"""People behind answers: the cells with enough answers that too few people gave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypedDict


class FewPeople(NamedTuple):
    """Answers that are enough for the threshold, and the people who gave them, who are not."""

    evaluation: str
    academic_year: str
    question: str
    unit: str | None
    programme: str | None
    level: str | None
    score: int | None
    people: int


class RespondentsRecord(TypedDict):
    """People behind answers as JSON holds them, which knows no tuples."""

    up_to: int
    few: list[list[str | int | None]]


@dataclass(frozen=True)
class Respondents:
    """The people behind the answers of a delivery.

    `up_to` is the threshold with which they were compared: all answers that are as many are of as many people, but for
    `few`. It is 0 if the delivery does not say who answered, or nobody counted them.
    """

    up_to: int = 0
    few: tuple[FewPeople, ...] = ()

    def record(self) -> RespondentsRecord:
        """As JSON holds it."""
        return {"up_to": self.up_to, "few": [list(one) for one in self.few]}

    @classmethod
    def of_record(cls, record: RespondentsRecord) -> Respondents:
        """What `record` gave."""
        return cls(record["up_to"], tuple(map(FewPeople._make, record["few"])))
