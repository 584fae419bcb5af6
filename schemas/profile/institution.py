"""`profile.yaml`: the institution, the plan that it accounts for, its calendar and its house rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import model_validator

from schemas.profile.questions import Evaluations
from schemas.profile.spending import Spending
from schemas.profile.strict import Code, Mailbox, MonthDay, Strict, Year

FORMAT = 2
"""The version of the form that these models describe; what came before it is in `schemas.profile.migrations`."""


class CycleEntry(Strict):
    """A month in which a cycle runs, the financial round that it settles and the years it reports on, as offsets.

    A cycle without `round` and `spending_year` settles no money. `nl` and `en` are what the institution calls the
    cycle (*voorjaarsreview*, spring review) and head its report, with `{year}` for the reporting year; without them
    the report has the title of the institution.
    """

    month: int = Key(ge=1, le=12)
    round: int | None = Key(default=None, ge=1, le=12)
    spending_year: int | None = Key(default=None, ge=-2, le=0)
    indicator_year: int = Key(ge=-2, le=0)
    nl: str = ""
    en: str = ""

    @model_validator(mode="after")
    def _both_or_neither(self) -> CycleEntry:
        if (self.round is None) != (self.spending_year is None):
            raise ValueError("expected `round` and `spending_year` together, or neither where no money is settled")
        if bool(self.nl) != bool(self.en):
            raise ValueError("expected `nl` and `en` together")
        return self


class Tolerances(Strict):
    """How far figures may lie apart before a warning is given.

    `plan_vs_budget_eur`: the definitive budget of a theme against the spending plan, in euro.
    """

    plan_vs_budget_eur: Decimal = Decimal(1)


class Disclosure(Strict):
    """From how many people on a figure is shown.

    A figure that rests on one course says how one teacher does, and is hidden. `courses_taught_by_several` are the
    codes of courses of which that is not so.
    """

    threshold: int = Key(ge=1)
    courses_taught_by_several: list[Code] = []


class Notices(Strict):
    """When to remind of a deadline: so many days before it, and so many days after it has passed.

    `contact` is the mailbox of a role that hears of central deliveries, and of units without a contact of their own;
    `sender` is the mailbox from which mail comes.
    """

    days_before: list[Annotated[int, Key(ge=0, le=365)]] = []
    days_after: list[Annotated[int, Key(ge=1, le=365)]] = []
    contact: Mailbox = ""
    sender: Mailbox = ""


class Council(Strict):
    """A body that is consulted or decides (medezeggenschap)."""

    id: Code
    nl: str
    en: str


class Named(Strict):
    """What the institution calls something, in the singular and the plural."""

    nl: str = Key(min_length=1)
    en: str = Key(min_length=1)
    nl_plural: str = Key(min_length=1)
    en_plural: str = Key(min_length=1)


class HouseWords(Strict):
    """The institution's own words: what it accounts for, and what it calls a theme, a measure and a unit.

    `plan` stands in titles and sentences (*kwaliteitsafspraken*, quality agreements; *instellingsplan*, institutional
    plan).
    """

    plan: Named = Named(
        nl="kwaliteitsafspraken",
        en="quality agreements",
        nl_plural="kwaliteitsafspraken",
        en_plural="quality agreements",
    )
    theme: Named = Named(nl="thema", en="theme", nl_plural="thema's", en_plural="themes")
    measure: Named = Named(nl="maatregel", en="measure", nl_plural="maatregelen", en_plural="measures")
    unit: Named = Named(nl="eenheid", en="unit", nl_plural="eenheden", en_plural="units")


class ReportTitle(Strict):
    """The title of the report, with `{year}` for the reporting year."""

    nl: str = Key(default="Voortgangsrapportage kwaliteitsafspraken {year}", min_length=1)
    en: str = Key(default="Progress report on the quality agreements {year}", min_length=1)


class Money(Strict):
    """How amounts are shown. They are kept exact in the currency itself, whatever is shown.

    `currency` is the ISO 4217 code, `shown_in` the unit in which the report prints amounts.
    """

    currency: Annotated[str, Key(pattern=r"^[A-Z]{3}$")] = "EUR"
    shown_in: Literal["units", "thousands", "millions"] = "thousands"


class Institution(Strict):
    """`profile.yaml`: the institution, its calendar and its house rules.

    `sector` says which national reference values are its own: `wo` (universities), `hbo` (universities of applied
    sciences) or `other`. An academic year is named by the calendar years in which it begins and ends, and a reporting
    year reads the one that ends in it; `academic_year_begins` and `fiscal_year_begins` say on which day they begin.
    """

    format_version: Literal[2]
    id: Code
    nl: str
    en: str
    sector: Literal["wo", "hbo", "other"] = "other"
    profile_version: str
    languages: list[Literal["nl", "en"]] = Key(min_length=1)
    timezone: str
    owner: str
    first_year: Year
    last_year: Year
    student_reference_date: MonthDay
    academic_year_begins: MonthDay = "09-01"
    fiscal_year_begins: MonthDay = "01-01"
    cycles: list[CycleEntry] = Key(min_length=1)
    words: HouseWords = HouseWords()
    report: ReportTitle = ReportTitle()
    money: Money = Money()
    disclosure: Disclosure
    tolerances: Tolerances = Tolerances()
    spending: Spending = Spending()
    notices: Notices = Notices()
    evaluations: Evaluations = Evaluations()
    councils: list[Council] = []
    sources: list[str] = []
