"""`sample.yaml`: the choices from which a sample is made, where what was published leaves something open."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from schemas.errors import ProfileError, UsageError
from schemas.profile import Profile
from schemas.profile.strict import MonthDay

Weight = Annotated[float, Field(ge=0)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]


class Strict(BaseModel):
    """A model that refuses keys it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class UnitChoices(Strict):
    """Weights by which money and people are divided over the units, and the courses that a unit evaluates."""

    money: Weight
    students: Weight
    teachers: Weight
    advisers: Weight
    courses: Count = 0
    answers: Weight = 0


class Parts(Strict):
    """What a figure is made of; `instead` replaces, per level, a value that cannot be as it was printed."""

    numerator: Decimal | None = None
    denominator: Decimal | None = None
    beside: Decimal | None = None
    instead: dict[str, Decimal] = {}


class Students(Strict):
    """Students beside those whom the indicators count, and enrolments beside the main one."""

    left_out: Count
    unfunded: Count
    secondary: Count


class StaffChoices(Strict):
    """Appointments that the definitions have to distinguish from the teachers they count."""

    first_year: Count
    small: Count
    second: Count
    obtained_later: dict[str, Count] = {}
    others: dict[str, Count]


class Offers(Strict):
    """Bachelor's programmes with matching and trial study; `other_levels` are master's programmes that have it too."""

    compulsory_matching: Count
    online_trial_study: Count
    other_levels: Count


class Departure(Strict):
    """By how much a unit departs from its budget in a theme, in euro, and what it says of that."""

    eur: Decimal
    because: str = ""


class Talk(Strict):
    """A panel discussion with students: its theme and its outcome."""

    theme: str
    outcome: str


class YearChoices(Strict):
    """The choices for one reporting year.

    If `departures` are chosen, they are so for each unit with money in a theme; otherwise chance divides what was
    `realised` in a theme. A unit without `panels` of its own holds some on themes that chance picks.
    """

    realised: dict[str, Decimal]
    departures: dict[str, dict[str, Departure]] = {}
    panels: dict[str, list[Talk]] = {}
    indicators: dict[str, Parts] = {}
    students: Students
    staff: StaffChoices
    temporary_advisers: dict[str, Decimal] = {}
    offers: Offers


class Round(Strict):
    """The part of a year's spending in a round, and how far its forecast has moved to the outcome."""

    realised: Fraction
    known: Fraction


class Consent(Strict):
    """A council's consent to a version of the spending plan."""

    by: str
    date: datetime.date


class EvaluationChoices(Strict):
    """One kind of evaluation: its source in the feed, share of answers, smallest group and response rates."""

    source: Count
    share: Fraction
    fewest: Annotated[int, Field(ge=2)]
    response: tuple[Fraction, Fraction]


class Evaluations(Strict):
    """The choices for the evaluations."""

    course: EvaluationChoices
    programme: EvaluationChoices
    levels: dict[str, Weight]
    mean: tuple[float, float]
    deviation: tuple[float, float]
    between_courses: Weight


class Arrival(Strict):
    """The day on which files arrive, `years` after the reporting year."""

    month_day: MonthDay
    years: Annotated[int, Field(ge=-1, le=2)]

    def on(self, reporting_year: int) -> datetime.date:
        """The day itself."""
        return datetime.date.fromisoformat(f"{reporting_year + self.years}-{self.month_day}")


class AlsoConsulted(Strict):
    """A body that units ask beside their council, each year in the days from `begins` on (month and day)."""

    council: str
    subject: str
    decision: str
    begins: tuple[int, int]


class Statements(Strict):
    """The ids under which a report's printed figures are delivered."""

    indicators: str
    spending: str


class Choices(Strict):
    """The whole of `sample.yaml`."""

    units: dict[str, UnitChoices]
    years: dict[int, YearChoices] = Field(min_length=1)
    rounds: dict[int, Round]
    consent: dict[str, Consent]
    evaluations: Evaluations
    teachers: dict[str, Weight]
    received: dict[str, Arrival]
    statements: Statements
    also_consulted: list[AlsoConsulted] = []

    @property
    def first_year(self) -> int:
        """The first reporting year of the sample."""
        return min(self.years)

    @property
    def last_year(self) -> int:
        """The last reporting year of the sample: the one whose report printed the figures."""
        return max(self.years)


def sample_folder(profile: Profile) -> Path:
    """The folder with the data of a profile's sample. Raises `UsageError` if the profile has none."""
    folder = profile.folder / "sample"
    if not (folder / "sample.yaml").is_file():
        raise UsageError(
            f"institution '{profile.id}' has no sample",
            where=str(folder),
            expected="a folder with sample.yaml and the published figures",
            remedy="Choose an institution that has one, or write one.",
        )
    return folder


def load_choices(profile: Profile) -> Choices:
    """The validated choices of a profile. Raises `ProfileError` with every problem found."""
    import yaml

    path = sample_folder(profile) / "sample.yaml"
    try:
        choices = Choices.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise ProfileError(str(path), ["not readable as YAML; expected keys and values, indented by spaces"]) from error
    except ValidationError as error:
        raise ProfileError(str(path), explain(error)) from error
    problems = list(_references(choices, profile))
    if problems:
        raise ProfileError(str(path), problems)
    return choices


def explain(error: ValidationError) -> list[str]:
    """Each problem that pydantic found, as a key and a sentence."""
    problems = error.errors(include_url=False)
    keys = [".".join(str(part) for part in problem["loc"]) or "the file" for problem in problems]
    return [f"{key}: {problem['msg']}" for key, problem in zip(keys, problems, strict=True)]


def _references(choices: Choices, profile: Profile) -> list[str]:
    units = {u.id for u in profile.units}
    themes = {t.id for t in profile.funded_themes}
    indicators = {i.id for i in profile.indicators}
    named: list[tuple[str, set[str], set[str]]] = [
        ("units", set(choices.units), units),
        ("consent", set(choices.consent), {line.version for line in profile.plan}),
        ("consent: by", {c.by for c in choices.consent.values()}, {c.id for c in profile.institution.councils}),
        ("also_consulted", {a.council for a in choices.also_consulted}, {c.id for c in profile.institution.councils}),
        ("received", set(choices.received), {f.id for f in profile.feeds}),
    ]
    for year, chosen in choices.years.items():
        named += [
            (f"years.{year}.realised", set(chosen.realised), themes),
            (f"years.{year}.indicators", set(chosen.indicators), indicators),
            (f"years.{year}.temporary_advisers", set(chosen.temporary_advisers), units),
            (f"years.{year}.departures", set(chosen.departures), units),
            (f"years.{year}.panels", set(chosen.panels), units),
        ]
        named += [(f"years.{year}.departures.{u}", set(names), themes) for u, names in chosen.departures.items()]
        named += [(f"years.{year}.panels.{u}", {t.theme for t in held}, themes) for u, held in chosen.panels.items()]
    problems = [
        f"{key}: '{name}' is not in the profile; expected one of {', '.join(sorted(known))}"
        for key, names, known in named
        for name in sorted(names - known)
    ]
    missing = sorted(units - set(choices.units))
    problems += [f"units: {name} is missing; expected every unit of the profile" for name in missing]
    wanted = set(range(1, profile.last_round + 1))
    if set(choices.rounds) != wanted:
        problems.append(f"rounds: expected exactly the rounds {', '.join(map(str, sorted(wanted)))}")
    return problems
