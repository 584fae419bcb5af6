"""`profile.yaml`: the institution, the plan that it accounts for, its calendar and its house rules."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import model_validator

from schemas.profile.consultations import Consultation, Panels
from schemas.profile.progress import Progress
from schemas.profile.questions import Evaluations
from schemas.profile.retention import Retention
from schemas.profile.spending import Spending
from schemas.profile.strict import Code, Mailbox, Meant, MonthDay, Owner, Strict, Strictness, Year

FORMAT = 2
"""The version of the form that these models describe; what came before it is in `schemas.profile.migrations`."""


Currency = Annotated[str, Key(pattern=r"^[A-Z]{3}$"), Meant("currency", "three capitals", "three capitals each", "EUR")]


class CycleEntry(Strict):
    """A month in which a cycle runs, the financial round that it settles and the years it reports on.

    A cycle without `round` and `spending_year` settles no money.
    """

    month: int = Key(ge=1, le=12, examples=[3])
    """The month in which the cycle runs; each month once. Cycle 2021-03 is the one that runs in March 2021."""
    round: int | None = Key(default=None, ge=1, le=12, examples=[3])
    """The financial round that the cycle settles; the highest of all cycles is definitive."""
    spending_year: int | None = Key(default=None, ge=-2, le=0, examples=[-1])
    """The year whose money it settles, counted from the year in its name: -1 is the year before."""
    indicator_year: int = Key(ge=-2, le=0, examples=[-1])
    """The reporting year of its indicators, counted from the year in its name."""
    nl: str = Key(default="", examples=["Voorjaarsreview {year}"])
    """The title of its report in Dutch, with `{year}` for the reporting year; else the title of `report`."""
    en: str = Key(default="", examples=["Spring review {year}"])
    """The same in English."""

    @model_validator(mode="after")
    def _both_or_neither(self) -> CycleEntry:
        if (self.round is None) != (self.spending_year is None):
            raise ValueError("expected `round` and `spending_year` together, or neither where no money is settled")
        if bool(self.nl) != bool(self.en):
            raise ValueError("expected `nl` and `en` together")
        return self


class Tolerances(Strict):
    """How far figures may lie apart before a warning is given, and how much a delivery may lose and still count."""

    plan_vs_budget_eur: Decimal = Key(default=Decimal(1), ge=0, examples=["1.00"])
    """How far the definitive budget of a theme may lie from the spending plan, in the currency of `money`."""
    rows_lost: Decimal = Key(default=Decimal("0.05"), ge=0, le=1, examples=["0.05"])
    """The share of the rows of a delivery of answers, enrolments or staff that may be set aside. One that loses more
    does not count, from five rows on; where every row is lost, always. A feed may have its own."""


class Disclosure(Strict):
    """From how many people on a figure is shown. A figure that rests on one course says how one teacher does."""

    threshold: int = Key(ge=1, examples=[5])
    """No published figure is about fewer people than this."""
    courses_taught_by_several: list[Code] = Key(default=[], examples=[["4021BIO1"]])
    """Codes of courses that no single teacher gives, so that a figure that rests on one of them need not be hidden."""


class Notices(Strict):
    """When to remind of a deadline, and who hears of it. Mailboxes are those of roles, never of persons."""

    days_before: list[Annotated[int, Key(ge=0, le=365)]] = Key(default=[], examples=[[14, 3]])
    """So many days before a deadline who has not delivered is reminded; each notice goes out once."""
    days_after: list[Annotated[int, Key(ge=1, le=365)]] = Key(default=[], examples=[[1, 7]])
    """So many days after a deadline that has passed."""
    contact: Mailbox = ""
    """The mailbox that hears of central deliveries, and of those of units without a contact of their own."""
    sender: Mailbox = ""
    """The mailbox from which notices come."""
    operators: Mailbox = ""
    """The mailbox of who runs the pipeline: hears of runs that fail, of late deliveries and of what is broken."""


class Council(Strict):
    """A body that is consulted or decides (medezeggenschap)."""

    id: Code = Key(examples=["faculty_council"])
    """How units refer to it."""
    nl: str = Key(examples=["faculteitsraad"])
    """Its name in Dutch."""
    en: str = Key(examples=["faculty council"])
    """Its name in English."""


class Named(Strict):
    """What the institution calls something, in the singular and the plural."""

    nl: str = Key(min_length=1, examples=["ambitie"])
    """In Dutch, one."""
    en: str = Key(min_length=1, examples=["ambition"])
    """In English, one."""
    nl_plural: str = Key(min_length=1, examples=["ambities"])
    """In Dutch, several."""
    en_plural: str = Key(min_length=1, examples=["ambitions"])
    """In English, several."""


class HouseWords(Strict):
    """The institution's own words: what it accounts for, and what it calls a theme, a measure, a unit and a round.

    `plan` stands in titles and sentences (*kwaliteitsafspraken*, quality agreements; *instellingsplan*, institutional
    plan); `round` is a financial round, which stands with its number (*BFR 3*, quarterly report 3).
    """

    plan: Named = Named(
        nl="kwaliteitsafspraken",
        en="quality agreements",
        nl_plural="kwaliteitsafspraken",
        en_plural="quality agreements",
    )
    """What the institution accounts for, in titles and sentences: quality agreements, institutional plan."""
    theme: Named = Named(nl="thema", en="theme", nl_plural="thema's", en_plural="themes")
    """What a theme is called: theme, promise, programme line."""
    measure: Named = Named(nl="maatregel", en="measure", nl_plural="maatregelen", en_plural="measures")
    """What a measure is called: measure, ambition, action."""
    unit: Named = Named(nl="eenheid", en="unit", nl_plural="eenheden", en_plural="units")
    """What a unit is called: faculty, school, academy."""
    round: Named = Named(nl="ronde", en="round", nl_plural="rondes", en_plural="rounds")
    """What a financial round is called; it stands with its number: BFR 3, quarterly report 3."""


class ReportTitle(Strict):
    """The title of the report, with `{year}` for the reporting year."""

    nl: str = Key(default="Voortgangsrapportage kwaliteitsafspraken {year}", min_length=1)
    """In Dutch."""
    en: str = Key(default="Progress report on the quality agreements {year}", min_length=1)
    """In English."""


class Money(Strict):
    """How amounts are shown. They are kept exact in the currency itself, whatever is shown."""

    currency: Currency = "EUR"
    """The currency of all amounts, by its ISO 4217 code."""
    shown_in: Literal["units", "thousands", "millions"] = "thousands"
    """The unit in which the report prints amounts."""


class Institution(Strict):
    """The institution itself: what it accounts for and over which years, its calendar and its house rules.

    An academic year is named by the calendar years in which it begins and ends, and a reporting year reads the one that
    ends in it.
    """

    format_version: Literal[2]
    """The form in which the files of the profile are written. `migrate-profile` rewrites older ones."""
    id: Code = Key(examples=["mine"])
    """How the institution is called in addresses and names of files."""
    nl: str = Key(examples=["Hogeschool Voorbeeld"])
    """Its name in Dutch."""
    en: str = Key(examples=["Example University of Applied Sciences"])
    """Its name in English."""
    sector: Literal["wo", "hbo", "other"] = "other"
    """Whose national reference values are its own: universities (wo), universities of applied sciences (hbo)."""
    profile_version: str = Key(examples=["2025.1"])
    """Raised when a definition, a plan or a unit changes; a release names the version it was made with."""
    languages: list[Literal["nl", "en"]] = Key(min_length=1, examples=[["nl", "en"]])
    """The languages of reports, the first one first. The tables carry both, whatever stands here."""
    timezone: str = Key(examples=["Europe/Amsterdam"])
    """The time zone in which deadlines pass, by its IANA name."""
    owner: Owner
    """Who answers for the data; shown as the owner of every asset."""
    first_year: Year
    """The first reporting year of the plan that is accounted for."""
    last_year: Year
    """Its last reporting year."""
    student_reference_date: MonthDay
    """The day of the reporting year on which enrolments are counted."""
    academic_year_begins: MonthDay = "09-01"
    """The day on which an academic year begins."""
    fiscal_year_begins: MonthDay = "01-01"
    """The day on which a fiscal year begins; spending year 2024 is the one that begins in 2024."""
    cycles: list[CycleEntry] = Key(min_length=1)
    """The months in which the accounts are made up, and what each settles."""
    words: HouseWords = HouseWords()
    """The institution's own words for a plan, a theme, a measure, a unit and a round."""
    report: ReportTitle = ReportTitle()
    """The title of the report, of cycles without one of their own."""
    money: Money = Money()
    """How amounts are shown."""
    disclosure: Disclosure
    """From how many people on a figure is shown."""
    retention: Retention = Retention()
    """How many years the bytes of deliveries are kept."""
    tolerances: Tolerances = Tolerances()
    """How far figures may lie apart before a warning is given, and how much a delivery may lose."""
    strictness: Strictness = "proportionate"
    """Whether what was delivered and does not count stops publication (strict), or costs just the figures that need it
    (proportionate); `docs/rules.md` says what each rule costs."""
    spending: Spending = Spending()
    """How over- and underspending is explained."""
    progress: Progress = Progress()
    """How the progress of measures is told."""
    notices: Notices = Notices()
    """When who is reminded of a deadline."""
    evaluations: Evaluations = Evaluations()
    """How evaluations are counted."""
    councils: list[Council] = []
    """The bodies that are consulted or decide; units name theirs."""
    consultations: list[Consultation] = [Consultation(subject="faculty_report", decision="approved")]
    """What is put before councils each year, where reports tell of it. A release lacks what was not. Unless the profile
    says otherwise it is the report of each unit, which the council of that unit approves."""
    panels: Panels = Panels()
    """Which units hold talks with students each year."""
    sources: list[str] = Key(default=[], examples=[["Annual report 2024, table 3"]])
    """Where the facts in the profile come from; printed in the report."""
