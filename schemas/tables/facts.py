"""Facts: staged rows conformed to units, themes, programmes and reporting years.

What indicators and spending read. A fact keeps `_delivery`, so that each figure knows the deliveries it came from; one
that is an amount or a count of a unit keeps the place of its row as well, so that a figure is traced to its cells.

A reporting year reads the academic year that ends in it: 2020 reads 2019-2020. Level and funding are those of the
programme in the register; a programme that is not in it is not funded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from schemas.contract import Field, Kind, Layer, Table
from schemas.tables.delivered import evaluations, faculty, figures, money, people
from schemas.tables.delivered.evaluations import SCALE_FIELDS
from schemas.tables.shared.fields import (
    LEVELS,
    bfr_round,
    measure,
    programme,
    reporting_year,
    theme,
    unit,
)
from schemas.tables.shared.provenance import PROVENANCE

_DELIVERY = Field("_delivery", Kind.TEXT, "kenmerk van de levering", "id of the delivery", "0" * 16)
_LEVEL = Field(
    "level",
    Kind.TEXT,
    "bachelor of master; leeg bij overig",
    "bachelor or master; empty for others",
    "Ba",
    nullable=True,
    codes=LEVELS,
)
_FUNDED = Field("funded", Kind.BOOLEAN, "bekostigd", "funded", True)


def _same(table: Table, *names: str) -> tuple[Field, ...]:
    return tuple(table[name] for name in names)


_YEARS: Mapping[str, str] = {
    "reporting_year": "reporting_year",
    "academic_year": "CAST(right(academic_year, 4) AS BIGINT)",
    "reference_date": "year(reference_date)",
}
"""The reporting year of a row, by the field of the delivered table that names its year."""
_REGISTER = people.PROGRAMMES.name
_OF_PROGRAMME: Mapping[str, str] = {
    "level": f"CASE {_REGISTER}.croho_type WHEN 'ba' THEN 'Ba' WHEN 'ma' THEN 'Ma' END",
    "funded": f"coalesce({_REGISTER}.funded, false)",
    "unit": f"{_REGISTER}.unit",
}
"""What the register of programmes says of a row that does not say so itself."""


@dataclass(frozen=True)
class Fact:
    """A table of facts, and the delivered tables that it follows from: each row of the first becomes a fact.

    A field comes from the column of the same name, the reporting year from what names the year of a row, and what the
    first table does not have from the register of programmes, if that is among `of`. `counted` gives the aggregates of
    a table of facts that adds up the rows that are equal in all other fields, as SQL by field.
    """

    table: Table
    of: tuple[Table, ...]
    counted: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def name(self) -> str:
        """The name of the table."""
        return self.table.name

    @property
    def reads(self) -> tuple[str, ...]:
        """The names of the delivered tables, first that without which there are no facts."""
        return tuple(table.name for table in self.of)

    @property
    def keeps_rows(self) -> bool:
        """Whether a fact keeps the place of its row, so that a figure is traced to the cells of it."""
        return all(f.name in self.table.names for f in PROVENANCE)

    @property
    def query(self) -> str:
        """The query over the staged tables, which are known by their names."""
        first = self.reads[0]
        joined = f" LEFT JOIN {_REGISTER} USING (programme)" if _REGISTER in self.reads else ""
        columns = ", ".join(f"{self._column(name)} AS {name}" for name in self.table.names)
        grouped = " GROUP BY ALL" if self.counted else ""
        return f"SELECT {columns} FROM {first}{joined}{grouped} ORDER BY ALL"

    def _column(self, name: str) -> str:
        first = self.of[0]
        if name in self.counted:
            return self.counted[name]
        if name == "reporting_year":
            return next(column for clock, column in _YEARS.items() if clock in first.names)
        if name in _OF_PROGRAMME and name not in first.names:
            return _OF_PROGRAMME[name]
        return f"{first.name}.{name}"


_FACTS: tuple[Fact, ...] = (
    Fact(
        Table(
            "fact_spending",
            Layer.FACTS,
            "bestedingen per maatregel en ronde",
            "spending per measure and round",
            (
                reporting_year(),
                bfr_round(),
                unit(),
                theme(),
                measure(),
                *_same(money.BFR, "budget", "realised", "forecast", "submitted_on"),
                *PROVENANCE,
            ),
            key=("reporting_year", "round", "unit", "theme", "measure"),
        ),
        (money.BFR,),
    ),
    Fact(
        Table(
            "fact_plan",
            Layer.FACTS,
            "gepland bedrag per versie van het bestedingsplan",
            "planned amount per version of the spending plan",
            (*_same(money.SPENDING_PLAN, "version", "unit", "theme", "year", "amount"), *PROVENANCE),
            key=("version", "unit", "theme", "year"),
        ),
        (money.SPENDING_PLAN,),
    ),
    Fact(
        Table(
            "fact_answers",
            Layer.FACTS,
            "aantallen antwoorden per score",
            "counts of answers per score",
            (
                reporting_year(),
                *_same(
                    evaluations.EVALUATIONS, "evaluation", "unit", "programme", "level", "course", "question", "score"
                ),
                *SCALE_FIELDS,
                Field("answers", Kind.INTEGER, "aantal antwoorden", "number of answers", 25, minimum=Decimal(1)),
                _DELIVERY,
            ),
        ),
        (evaluations.EVALUATIONS, evaluations.EVALUATION_POPULATION),
        counted={"answers": "CAST(sum(answers) AS BIGINT)"},
    ),
    Fact(
        Table(
            "fact_population",
            Layer.FACTS,
            "uitgenodigden per evaluatie",
            "invited per evaluation",
            (
                reporting_year(),
                *_same(
                    evaluations.EVALUATION_POPULATION,
                    "evaluation",
                    "unit",
                    "programme",
                    "level",
                    "course",
                    "invited",
                    "open_link",
                ),
                _DELIVERY,
            ),
        ),
        (evaluations.EVALUATION_POPULATION, evaluations.EVALUATIONS),
    ),
    Fact(
        Table(
            "fact_enrolments",
            Layer.FACTS,
            "inschrijvingen met opleiding en eenheid",
            "enrolments with programme and unit",
            (
                reporting_year(),
                people.ENROLMENTS["student"],
                programme(),
                _LEVEL,
                _FUNDED,
                unit(nullable=True),
                people.ENROLMENTS["enrolment"],
                _DELIVERY,
            ),
        ),
        (people.ENROLMENTS, people.PROGRAMMES),
    ),
    Fact(
        Table(
            "fact_staff",
            Layer.FACTS,
            "aanstellingen op de peildatum",
            "appointments on the reference date",
            (
                reporting_year(),
                *people.STAFF.fields,
                _DELIVERY,
            ),
        ),
        (people.STAFF,),
    ),
    Fact(
        Table(
            "fact_study_advisers",
            Layer.FACTS,
            "studieadviseurs per eenheid",
            "study advisers per unit",
            (
                reporting_year(),
                unit(),
                *_same(faculty.FACULTY_STUDY_ADVISERS, "fte", "fte_temporary", "certified", "in_training"),
                *PROVENANCE,
            ),
            key=("reporting_year", "unit"),
        ),
        (faculty.FACULTY_STUDY_ADVISERS,),
    ),
    Fact(
        Table(
            "fact_programme_offers",
            Layer.FACTS,
            "matching en proefstuderen per opleiding",
            "matching and trial study per programme",
            (
                reporting_year(),
                unit(),
                programme(),
                _LEVEL,
                _FUNDED,
                *_same(faculty.FACULTY_PROGRAMMES, "compulsory_matching", "online_trial_study"),
                *PROVENANCE,
            ),
            key=("reporting_year", "programme"),
        ),
        (faculty.FACULTY_PROGRAMMES, people.PROGRAMMES),
    ),
    Fact(
        Table(
            "fact_measures",
            Layer.FACTS,
            "voortgang per maatregel",
            "progress per measure",
            (reporting_year(), unit(), theme(), measure(), faculty.FACULTY_MEASURES["progress"], *PROVENANCE),
            key=("reporting_year", "unit", "theme", "measure"),
        ),
        (faculty.FACULTY_MEASURES,),
    ),
    Fact(
        Table(
            "fact_figures",
            Layer.FACTS,
            "geleverde cijfers",
            "delivered figures",
            (
                reporting_year(),
                *_same(
                    figures.DELIVERED_FIGURES,
                    "unit",
                    "level",
                    "indicator",
                    "value",
                    "n",
                    "spread",
                    "numerator",
                    "denominator",
                ),
                *PROVENANCE,
            ),
        ),
        (figures.DELIVERED_FIGURES,),
    ),
)

FACTS: Mapping[str, Fact] = {fact.name: fact for fact in _FACTS}
"""Every table of facts, by its name."""
