"""An institution with two semesters: answers in a database, enrolments of fixed width, appointments in parts.

A cycle is run of deliveries that are made here, and each published figure is that which plain Python makes of them.
"""

from __future__ import annotations

import random
import statistics
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from kwaliteitsmonitor.releases.explain.build import explain
from kwaliteitsmonitor.releases.explain.evidence_reader import Released
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from schemas.profile.loading import read_profile
from tests.institutions.running import run_cycle
from tests.postgresql import postgres_url as postgres_url
from tests.sample_year import rows

PROFILE = Path(__file__).parent / "semesters" / "profile"
PROGRAMMES = {"34808": ("PABO", "Ba", True), "34560": ("ZORG", "Ba", True), "70140": ("ZORG", "Ma", False)}
ANSWERS = "jaar text, semester int, cursus text, opleiding int, vraag text, cijfer int, student text"


@dataclass
class Truth:
    """What is delivered, as plain Python knows it: by reporting year, and scores by unit and course."""

    scores: dict[tuple[int, str, str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    students: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    fte: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def courses(self, year: int, question: str, unit: str | None) -> list[list[int]]:
        """The scores of each course of a unit, or of all."""
        return [s for (y, q, u, _), s in self.scores.items() if (y, q) == (year, question) and unit in (None, u)]

    def expected(self, year: int, indicator: str, unit: str | None) -> tuple[float, float | None]:
        """The figure and its spread."""
        if indicator == "students_per_teacher":
            return self.students[year] / float(self.fte[year]), None
        of = self.courses(year, "clear" if indicator == "clear_by_course" else "guided", unit)
        if indicator == "guidance_median":
            return statistics.median(v for s in of for v in s), None
        values = [statistics.mean(s) for s in of] if indicator == "clear_by_course" else [v for s in of for v in s]
        return statistics.mean(values), statistics.stdev(values)


def survey(url: str, truth: Truth, chance: random.Random) -> None:
    """The database of answers: a course is given in both semesters, and a question that was skipped has no number."""
    numbered = dict(enumerate(PROGRAMMES, start=1))
    with sa.create_engine(url, poolclass=sa.NullPool).begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS antwoorden, opleidingen"))
        connection.execute(sa.text(f"CREATE TABLE antwoorden ({ANSWERS})"))
        connection.execute(sa.text("CREATE TABLE opleidingen (id int, school text, croho text, niveau text)"))
        for number, croho in numbered.items():
            unit, level, _ = PROGRAMMES[croho]
            values = {"i": number, "u": unit, "c": croho, "n": level}
            connection.execute(sa.text("INSERT INTO opleidingen VALUES (:i, :u, :c, :n)"), values)
        answers = []
        for year, number, semester, course, student in places():
            unit = PROGRAMMES[numbered[number]][0]
            for question in ("clear", "guided"):
                score = chance.choice([None, *range(4, 11)])
                row = {"y": f"{year - 1}-{year}", "s": semester, "c": course, "o": number, "q": question}
                answers.append(row | {"n": score, "r": student})
                if score is not None:
                    truth.scores[year, question, unit, f"{course}-{semester}"].append(score)
        connection.execute(sa.text("INSERT INTO antwoorden VALUES (:y, :s, :c, :o, :q, :n, :r)"), answers)


def places() -> Iterator[tuple[int, int, int, str, str]]:
    """Year, programme, semester, course and student of each questionnaire; one student takes a course twice a year."""
    for year, number, semester, course in product((2024, 2025), (1, 2, 3), (1, 2), "ABC"):
        for student in range(24):
            yield year, number, semester, f"{course}{number}", f"s{number}{student:03d}"


def register(folder: Path, truth: Truth, chance: random.Random) -> None:
    """Enrolments of fixed width, in the encoding of the register; a secondary one is of a student that has another."""
    folder.mkdir(parents=True)
    for year in (2024, 2025):
        lines = []
        for number in range(chance.randrange(300, 400)):
            croho = chance.choice(list(PROGRAMMES))
            lines.append(f"{number + 100000000:9d}{year}H{croho}{chance.randrange(2018, year + 1)}")
            truth.students[year] += PROGRAMMES[croho][2]
            if number % 7 == 0:
                other = next(one for one in PROGRAMMES if one != croho)
                lines.append(f"{number + 100000000:9d}{year}N{other}{year}")
        (folder / f"1cijfer_{year}.asc").write_bytes("\r\n".join([*lines, ""]).encode("cp1252"))


def appointments(folder: Path, truth: Truth, chance: random.Random) -> None:
    """Appointments as DuckDB and Spark write them: a folder of parts, with a mark that it is whole."""
    for year in (2024, 2025):
        people: list[dict[str, Any]] = []
        for person in range(60):
            fte, role = Decimal(chance.randrange(2, 11)) / 10, "oop" if person % 5 == 0 else "docent"
            row = {"peildatum": date(year, 10, 1), "medewerker": f"m{person}", "functie": role, "wtf": fte}
            school = ("PABO", "Health and Care")[person % 2]
            people.append(row | {"school": school, "in_dienst": date(2010, 1, 1)})
            truth.fte[year] += fte if role == "docent" else Decimal(0)
        parts = folder / f"{year}.parquet"
        parts.mkdir(parents=True)
        for number, of in enumerate((people[:25], people[25:])):
            pq.write_table(pa.Table.from_pylist(of), parts / f"part-{number:05d}.snappy.parquet")
        (parts / "_SUCCESS").touch()


def test_a_cycle_publishes_what_plain_python_makes_of_the_same_deliveries(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    truth, chance = Truth(), random.Random(3)
    survey(postgres_url, truth, chance)
    register(tmp_path / "landing" / "inschrijvingen", truth, chance)
    appointments(tmp_path / "landing" / "personeel", truth, chance)
    monkeypatch.setenv("KWALITEITSMONITOR_SURVEY_URL", postgres_url)
    assert read_profile(PROFILE)[1] == []
    release = run_cycle(PROFILE, tmp_path / "landing", tmp_path / "out", "2026-02")
    assert {r["severity"] for r in rows(release, "quality_results") if r["outcome"] == "failed"} <= {"info"}
    values = rows(release, "indicator_values")
    assert {r["reporting_year"] for r in values} == {2024, 2025}
    assert len(values) == 2 * (3 + 3 + 3 + 1)
    for r in values:
        assert r["status"] == "ok", r
        value, spread = truth.expected(r["reporting_year"], r["indicator"], r["unit"])
        assert r["value"] == pytest.approx(value, abs=1e-9), r
        assert r["spread"] is None or r["spread"] == pytest.approx(spread, abs=0.05), r
    published, explained = Released(ReleaseReader(release)), 0
    for r in (r for r in values if r["indicator"] == "guidance_median"):
        again = {n.name: n.agrees for n in explain(published, r["figure_id"]).numbers}
        assert set(again) >= {"value", "n"}
        assert again["value"] is not False, "a median that can be computed again from the shares is the same"
        explained += again["value"] is True
    assert explained
