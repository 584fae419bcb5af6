"""What people wrote in open questions, and who they are, is nowhere but in the kept bytes of what was delivered."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from kwaliteitsmonitor.sample import write_sample
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.profile import load_profile, profile_folder

SENTENCE = "Docent Zwartjes-Overkamp lachte mij uit op 3 mei"
WORD = "Zwartjes-Overkamp"
RESPONDENT = "s2718281828"
NAMES = ("evaluation", "academic_year", "unit", "programme", "level", "course", "question", "score", "respondent")
YEAR = "2019-2020"

MORE_SOURCES = r"""
- kind: files
  path: evaluaties/{academic_year}/werkboek/{unit}{suffix}.xlsx
  format: workbook
  tables: [evaluations]
- kind: files
  path: evaluaties/{academic_year}/breed/{unit}{suffix}.csv
  format: csv
  delimiter: ";"
  encoding: utf-8
  tables: [evaluations]
  forms:
    - table: evaluations
      columns: {Respondent-ID: respondent, Opleiding: programme}
      constants: {evaluation: course, level: Ba, course: C-909}
      ignored: ['Opmerkingen*']
      unpivot: {name: question, value: score}
"""


def answer(unit: str, programme: str, number: int, score: Any = 4, **more: str) -> tuple[Any, ...]:
    """An answer with an open text beside it; the first is from the one who can be recognised."""
    who = RESPONDENT if number == 0 else f"s90{number:07d}"
    row = {"evaluation": "course", "course": "C-909", "question": "organisation"} | more
    row |= {"academic_year": YEAR, "unit": unit, "programme": programme, "level": "Ba"}
    return (*(row[name] for name in NAMES[:-2]), score, who, SENTENCE)


def plant(landing: Path) -> None:
    """Answers with open texts in each form in which answers come, and open texts where a score should stand."""
    folder = landing / "evaluaties" / YEAR
    long = [answer("FGGA", "56627", i, SENTENCE if i == 9 else 4) for i in range(12)]
    place = folder / "cursus" / "FGW.parquet"
    course, extra = pq.read_table(place), [answer("FGW", "56034", i, 2 + i % 3) for i in range(12)]
    added = pa.table([pa.array(column) for column in zip(*extra, strict=True)], [*NAMES, "toelichting"])
    every = pa.concat_tables([course, added.select(course.column_names).cast(course.schema)])
    pq.write_table(every.append_column("toelichting", pa.array([SENTENCE] * len(every))), place)
    with (folder / "programma.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    about = {"evaluation": "programme", "course": "", "question": "career_options"}
    of_programme = [answer("FGGA", "56627", i, SENTENCE if i == 9 else 4, **about) for i in range(12)]
    explained = [[*rows[0], "toelichting"], *([*r, SENTENCE] for r in rows[1:])]
    write_text(folder / "programma.csv", [*explained, *of_programme])
    book = openpyxl.Workbook()
    book.active.title = "Antwoorden"
    for row in [(*NAMES, "toelichting"), *long]:
        book.active.append(row)
    (folder / "werkboek").mkdir()
    book.save(folder / "werkboek" / "FGGA.xlsx")
    who = [RESPONDENT, *(f"s91{i:07d}" for i in range(1, 12))]
    wide = [[one, "56034", 1 + i % 5, SENTENCE if i == 9 else 3, SENTENCE] for i, one in enumerate(who)]
    (folder / "breed").mkdir()
    header = ["Respondent-ID", "Opleiding", "organisation", "assessment", "Opmerkingen"]
    write_text(folder / "breed" / "FGW.csv", [header, *wide])


def write_text(path: Path, rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a cycle over the planted answers."""
    place = tmp_path_factory.mktemp("open")
    shutil.copytree(profile_folder("leiden"), place / "profile")
    feeds = place / "profile" / "feeds.yaml"
    declared = yaml.safe_load(feeds.read_text(encoding="utf-8"))
    next(feed for feed in declared if feed["id"] == "evaluations")["sources"].extend(yaml.safe_load(MORE_SOURCES))
    feeds.write_text(yaml.safe_dump(declared, allow_unicode=True), encoding="utf-8")
    write_sample(load_profile(place / "profile"), place / "landing", responses=5_000)
    plant(place / "landing")
    where = {"--institution": "profile", "--landing": "landing", "--out": "out"}
    arguments = [text for option, name in where.items() for text in (option, str(place / name))]
    assert kwaliteitsmonitor.main(["run", "--cycle", "2021-03", *arguments]) == 0
    return place / "out"


def texts(path: Path) -> Iterator[str]:
    """What a file holds as text: its bytes as they are, and every cell of a Parquet file."""
    yield path.read_bytes().decode("utf-8", errors="ignore")
    yield path.read_bytes().decode("utf-16-le", errors="ignore")
    if path.suffix == ".parquet":
        read = pq.read_table(path)
        yield str(read.schema.metadata)
        yield from (str(value) for column in read.columns for value in column.unique().to_pylist())


def test_the_planted_answers_were_read_in_every_form(out: Path) -> None:
    rows = pq.read_table(out / "work" / "2021-03" / "staged" / "evaluations.parquet").to_pylist()
    planted = [row for row in rows if row["course"] == "C-909"]
    of_unit = {unit: sum(r["answers"] for r in planted if r["unit"] == unit) for unit in ("FGGA", "FGW")}
    assert of_unit == {"FGGA": 11, "FGW": 12 + 12 + 11}
    assert sum(r["answers"] for r in rows if r["question"] == "career_options" and r["programme"] == "56627") >= 11


def test_an_open_text_and_a_respondent_are_found_nowhere_but_in_the_kept_bytes(out: Path) -> None:
    """One search for all: a text that is read once is held against every secret."""
    place, secrets = out / "delivered" / "sha256", (SENTENCE, WORD, RESPONDENT)
    files = [path for path in out.rglob("*") if path.is_file() and not path.is_symlink()]
    kept, beside = ([path for path in files if (place in path.parents) is within] for within in (True, False))
    assert any(path.is_relative_to(out / "delivered") for path in beside)
    of_work = [path for path in beside if path.is_relative_to(out / "work")]
    assert any("C-909" in text for path in of_work for text in texts(path)), "the cells of Parquet files are read too"
    assert [path for path in beside if any(secret in text for text in texts(path) for secret in secrets)] == []
    assert any(SENTENCE in text and RESPONDENT in text for path in kept for text in texts(path)), "as they came"
