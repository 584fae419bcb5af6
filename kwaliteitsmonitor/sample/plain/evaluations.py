"""Evaluations in a plain sample: who was invited and who answered what, on the scale in which a question was asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from kwaliteitsmonitor.sample.apportion import stream
from kwaliteitsmonitor.sample.plain.people import taught
from kwaliteitsmonitor.sample.plain.setting import Contents, Occasion, Setting
from schemas.calendar import academic_year
from schemas.profile.forms import Form
from schemas.profile.questions import EVERY_QUESTION, Question, Scale
from schemas.profile.registers import Programme
from schemas.values import Row

COURSES = 3
"""Courses of a programme that are evaluated."""
FEWEST = 6
"""Answers to a question in a group, beyond the threshold of disclosure."""
LEVELS = {"ba": "Ba", "ma": "Ma"}


@dataclass(frozen=True)
class Group:
    """Those who were asked the same questions: of a programme, or of one of its courses."""

    evaluation: str
    unit: str
    programme: str
    level: str
    course: str | None
    respondents: int
    invited: int

    @property
    def place(self) -> dict[str, str | None]:
        """The fields by which a group is known."""
        return {
            "evaluation": self.evaluation,
            "unit": self.unit,
            "programme": self.programme,
            "level": self.level,
            "course": self.course,
        }


def evaluations(setting: Setting, occasion: Occasion, form: Form) -> list[Row]:
    """A row per answer: every respondent answers every question of the evaluation that was asked in that year."""
    rows: list[Row] = []
    for year in _years(setting, occasion):
        number = 0
        for group in groups(setting, occasion, year):
            questions = _questions(setting, group.evaluation, year)
            scores = [_scores(setting, group, question, form, year) for question in questions]
            for place in range(group.respondents):
                number += 1
                rows += [
                    {
                        "academic_year": academic_year(year),
                        **group.place,
                        "question": question.id,
                        "score": int(answers[place]),
                        "respondent": f"R-{number:06d}",
                    }
                    for question, answers in zip(questions, scores, strict=True)
                ]
    return rows


def population(setting: Setting, occasion: Occasion) -> list[Row]:
    """How many were invited to each evaluation."""
    feed = setting.feed_of("evaluations")
    return [
        {"academic_year": academic_year(year), **group.place, "invited": group.invited, "open_link": False}
        for year in _years(setting, occasion)
        for group in groups(setting, Occasion(feed, year) if feed else occasion, year)
    ]


def groups(setting: Setting, occasion: Occasion, year: int) -> list[Group]:
    """Everybody who was asked in a year, as many as the number of answers that was wished for allows.

    With few answers fewer programmes are evaluated, for a group is no smaller than can be shown; each unit that has
    programmes has one.
    """
    fewest = setting.profile.institution.disclosure.threshold + FEWEST
    wished = setting.responses / len(setting.years)
    places = _chosen(setting, occasion, year, int(wished / fewest))
    answers = sum(len(_questions(setting, kind, year)) for kind, *_ in places)
    chosen = []
    for evaluation, unit, programme, level, course in places:
        rng = stream(setting.seed, "asked", programme, course, year)
        respondents = max(fewest, round(wished / answers * float(rng.uniform(0.7, 1.3))))
        invited = round(respondents / float(rng.uniform(0.3, 0.55)))
        chosen.append(Group(evaluation, unit, programme, level, course, respondents, invited))
    return chosen


Place = tuple[str, str, str, str, str | None]


def _chosen(setting: Setting, occasion: Occasion, year: int, most: int) -> list[Place]:
    """The evaluations that are held: of the first programme of every unit, the second, … while `most` are not asked."""
    units = {unit.id for unit in setting.units(occasion.feed, year)}
    of_unit: dict[str, list[Programme]] = {}
    for programme in taught(setting, occasion.feed.id, year):
        if programme.unit in units:
            of_unit.setdefault(programme.unit, []).append(programme)
    chosen: list[Place] = []
    count = 0
    for turn in zip_longest(*of_unit.values()):
        for programme in filter(None, turn):
            chosen += (own := list(_of(setting, programme, year)))
            count += sum(len(_questions(setting, kind, year)) for kind, *_ in own)
        if count >= most:
            break
    return sorted(chosen, key=lambda place: (place[0], place[1], place[2], place[4] or ""))


def _of(setting: Setting, programme: Programme, year: int) -> Iterator[Place]:
    level = LEVELS.get(programme.croho_type, "other")
    if _questions(setting, "course", year):
        for number in range(1, COURSES + 1):
            yield "course", programme.unit, programme.programme, level, f"{programme.programme}-{number}01"
    if _questions(setting, "programme", year):
        yield "programme", programme.unit, programme.programme, level, None


def _questions(setting: Setting, evaluation: str, year: int) -> list[Question]:
    return [q for q in setting.profile.questions if q.evaluation == evaluation and q.version_in(year) is not None]


def _years(setting: Setting, occasion: Occasion) -> tuple[int, ...]:
    return setting.years if occasion.year is None else (occasion.year,)


def _scores(setting: Setting, group: Group, question: Question, form: Form, year: int) -> NDArray[np.int64]:
    """The answers of a group to a question: around three quarters of the way from the worst end to the best."""
    scale = _scale(question, form, year)
    near = 0.66 + 0.18 * float(stream(setting.seed, "mean", question.id, group.programme).random())
    drawn = stream(setting.seed, "answers", question.id, group.programme, group.course, year).normal(
        near, 0.22, group.respondents
    )
    return np.rint(scale.worst + np.clip(drawn, 0.0, 1.0) * (scale.best - scale.worst)).astype(int)


def _scale(question: Question, form: Form, year: int) -> Scale:
    version = question.version_in(year)
    declared = (version.scale if version else None) or question.scale
    return form.scales.get(question.id) or form.scales.get(EVERY_QUESTION) or declared


CONTENTS: Mapping[str, Contents] = {"evaluation_population": population}
"""What each of these tables holds."""
