"""The known defects that a sample can be given, with the place of each.

Each breaks one rule, in a place that follows from the order of the profile, so that a run over the sample can be
compared with this list: all of these, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from kwaliteitsmonitor.sample.lines import Line, Total
from schemas.consequences import Costs
from schemas.values import Row
from schemas.words import Words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SUFFIX = "_kopie"
"""What the sender adds to the name of a delivery that arrives a second time."""

SCORE_AT = 20
"""The row, counted from 1, of the answer outside the scale."""

SCORE = 334
UNKNOWN_THEME = "onbekend"
TOO_HIGH = 1000


@dataclass(frozen=True)
class Defect:
    """A defect and its place; `why` is its effect in the sample, and so why it blocks or does not.

    `file` is a path in the landing zone, or the table of the database. `row` counts from 1: the sheet's row in a
    workbook, the line in a CSV file, header included, and the row in a Parquet file or a database table.
    """

    id: str
    rule: str
    costs: Costs
    description: str
    why: Words
    file: str = ""
    sheet: str = ""
    row: int | None = None
    cell: str = ""


KNOWN: Mapping[str, Defect] = {
    defect.id: defect
    for defect in (
        Defect(
            "score_out_of_range",
            "evaluations.score.range",
            Costs.ROW,
            "an answer of 334 on a five-point scale",
            Words(
                "Het antwoord telt niet mee; de cijfers gaan over de andere antwoorden. Bij de levering staat dat er "
                "een "
                "apart is gezet. De publicatie gaat door.",
                "The answer does not count; the figures are about the others. With the delivery it is told that one "
                "was "
                "set aside. Publication goes on.",
            ),
        ),
        Defect(
            "unknown_theme",
            "bfr.theme.codes",
            Costs.FIGURES,
            "a line without money in the last round, for a theme that does not exist",
            Words(
                "Van welk thema de rij is, is niet bekend: elk bedrag van dat jaar staat er zonder die eenheid, en "
                "zegt "
                "dat. De publicatie gaat door, als concept.",
                "Of which theme the row is, is not known: each amount of that year is without the unit, and says so. "
                "Publication goes on, as a draft.",
            ),
        ),
        Defect(
            "duplicate_line",
            "bfr.key",
            Costs.FIGURES,
            "a line of the last round that is there twice; a mere copy, so that no figure changes",
            Words(
                "De rij telt een keer; de kopie wordt apart gezet en geen cijfer mist iets. Zeiden de twee niet "
                "hetzelfde, dan telde geen van beide. De publicatie gaat door.",
                "The row counts once; its copy is set aside and no figure lacks anything. Where the two differed, "
                "neither would count. Publication goes on.",
            ),
        ),
        Defect(
            "missing_unit",
            "faculty_report.delivered",
            Costs.FIGURES,
            "a unit whose annual education report was not delivered",
            Words(
                "Er is niets om apart te zetten. De cijfers die het verslag nodig hebben, staan er zonder de eenheid "
                "en "
                "zeggen dat. De publicatie gaat door, als concept.",
                "There is nothing to set aside. The figures that need the report are without the unit and say so. "
                "Publication goes on, as a draft.",
            ),
        ),
        Defect(
            "wrong_total",
            "control_totals.delivered_total",
            Costs.RELEASE,
            "a delivered total of the last round that is 1000 euro more than its lines",
            Words(
                "Het totaal of een van de rijen is onwaar, en niemand weet welke. Er wordt niets gepubliceerd; "
                "de vorige publicatie blijft staan.",
                "The total or one of its lines is untrue, and nobody knows which. Nothing is published; the release "
                "before it stays.",
            ),
        ),
        Defect(
            "negative_fte",
            "faculty_study_advisers.fte.range",
            Costs.FIGURES,
            "study advisers with a negative fte",
            Words(
                "De rij telt niet mee. De studieadviseurs van het geheel staan er zonder die eenheid, en zeggen dat. "
                "De "
                "publicatie gaat door, als concept.",
                "The row does not count. The study advisers of the whole are without the unit, and say so. Publication "
                "goes on, as a draft.",
            ),
        ),
        Defect(
            "second_main_enrolment",
            "enrolments.one_main_enrolment",
            Costs.ROW,
            "a student with two main enrolments",
            Words(
                "De eerste inschrijving telt, de tweede wordt apart gezet; het cijfer zegt dat. De publicatie gaat "
                "door.",
                "The first enrolment counts, the second is set aside; the figure says so. Publication goes on.",
            ),
        ),
        Defect(
            "twice_delivered",
            "deliveries.arrive_once",
            Costs.NOTHING,
            "a delivery that arrives twice",
            Words(
                "De eerste telt; de tweede is dezelfde, en wordt gemeld. De publicatie gaat door.",
                "The first counts; the second is the same, and is told. Publication goes on.",
            ),
        ),
    )
}
"""Every kind of defect, by id, without its place."""


@dataclass
class Planter:
    """Puts the known defects in place, if `on`; `planted` lists those that were put in place."""

    on: bool
    year: int
    planted: list[Defect] = field(default_factory=list)

    def here(self, year: int) -> bool:
        """Whether defects are wanted in a year: in the last one."""
        return self.on and year == self.year

    def note(self, defect_id: str, file: str, *, sheet: str = "", row: int | None = None, cell: str = "") -> None:
        """Record the place of a defect."""
        known = KNOWN[defect_id]
        self.planted.append(replace(known, file=file, sheet=sheet, row=row, cell=cell))

    def in_order(self) -> tuple[Defect, ...]:
        """What was planted, in the order of `KNOWN`."""
        order = list(KNOWN)
        return tuple(sorted(self.planted, key=lambda d: order.index(d.id)))

    def spoil_score(self, scores: NDArray[np.int16], file: str, column: str) -> None:
        """Put an answer outside of the scale among the first answers of a file."""
        scores[SCORE_AT - 1] = SCORE
        self.note("score_out_of_range", file, row=SCORE_AT, cell=column)

    def spoil_lines(self, lines: list[Line], where: str, last_round: int) -> None:
        """Add to the lines of the last round one with an unknown theme and one that is there already.

        The first stands at the last unit, the second at the first, both at the end of the table.
        """
        of_round = [line for line in lines if line["reporting_year"] == self.year and line["round"] == last_round]
        nothing = Decimal(0)
        lines.append(
            {**of_round[-1], "theme": UNKNOWN_THEME, "budget": nothing, "realised": nothing, "forecast": nothing}
        )
        self.note("unknown_theme", where, row=len(lines), cell="theme")
        lines.append(of_round[0].copy())
        self.note("duplicate_line", where, row=len(lines))

    def spoil_advisers(self, advisers: dict[str, int | Decimal], file: str, sheet: str, column: str) -> None:
        """Turn the fte of a unit's study advisers negative."""
        advisers["fte"] = -abs(Decimal(advisers["fte"]))
        self.note("negative_fte", file, sheet=sheet, row=2, cell=f"{column}2")

    def spoil_enrolments(self, rows: list[Row], programmes: Sequence[str], file: str) -> None:
        """Enrol the first student, who has one main enrolment, a second time, in another programme."""
        first = next(row for row in rows if row["enrolment"] == "main")
        taken = {row["programme"] for row in rows if row["student"] == first["student"]}
        other = next(p for p in programmes if p not in taken)
        rows.append({**first, "programme": other})
        self.note("second_main_enrolment", file, row=len(rows) + 1, cell="student")

    def spoil_total(self, rows: Iterable[Total], file: str, subject: str, last_round: int) -> None:
        """Raise the first delivered total of the last round."""
        for number, row in enumerate(rows):
            if (row["origin"], row["subject"], row["round"]) == ("delivered", subject, last_round):
                row["value"] += TOO_HIGH
                row["printed"] = format(row["value"], "f")
                self.note("wrong_total", file, row=number + 2, cell="value")
                return
