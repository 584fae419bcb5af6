"""`python -m benchmarks.answers`: staging a file of ten million answers against DuckDB's own reading of it.

The yardstick is `COPY (SELECT * FROM read_csv(...)) TO 'x.parquet'`, with the columns it finds by itself and with the
columns declared: reading the file and writing it once, and nothing else. Staging counts the answers, judges them by
their contract with Great Expectations, looks for second answers of a respondent, and finds each answer that is wrong
back by its line. Each measurement is a process of its own, and the two take turns. `staging` and `ratio` are of the
work itself, by a process that is up and has its judge beside it, as a run has when it comes to staging; `cold` is of
the whole process, from its start to its end, imports and the start of the judge included.

Numbers of lines are worked out only for what is set aside: `clean` has nothing that is. `faulty` has 0.1% of answers
that cannot stay, in equal parts scores beyond the scale, scores that are no number, unknown questions, answers without
a respondent, second answers and lines that lack cells.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.__main__ import KEPT, ROOT, once

ANSWERS = 10_000_000
TIMES = 3
VARIANTS = ("clean", "faulty")
COLUMNS = ("academic_year", "unit", "programme", "level", "course", "question", "score", "respondent")
FAULTY_EVERY = 1000
SECONDS = "KWALITEITSMONITOR_BENCH_SECONDS"


@dataclass(frozen=True)
class Compared:
    """Medians of wall time in seconds, and highest peak memory in MB, of staging and of the yardstick."""

    variant: str
    staging: float
    copying: float
    staging_cold: float
    copying_cold: float
    staging_megabytes: float
    copying_megabytes: float

    @property
    def ratio(self) -> float:
        """How many times as long staging takes."""
        return self.staging / self.copying

    @property
    def cold(self) -> float:
        """The same of whole processes, imports included."""
        return self.staging_cold / self.copying_cold


def file_of(variant: str, answers: int = ANSWERS) -> Path:
    """A `;`-separated file with so many answers in eight columns, made where it is not there yet."""
    path = KEPT / f"answers-{variant}-{answers}.csv"
    if not path.is_file():
        KEPT.mkdir(exist_ok=True)
        partial = path.with_suffix(".part")
        _make(partial, answers, faulty=variant == "faulty")
        partial.replace(path)
    return path


def _make(path: Path, answers: int, *, faulty: bool) -> None:
    import duckdb

    wrong = f"r % {FAULTY_EVERY} = 500" if faulty else "false"
    kind = f"(r // {FAULTY_EVERY}) % 6"
    question = "(['teaching_methods', 'organisation', 'assessment', 'course_content'])[1 + r % 4]"
    line = (
        "'2019-2020;' || (['FGW', 'FdR', 'FSW', 'FWN', 'LUMC'])[1 + (r // 40) % 5] || ';' || "
        "(['56034', '50700', '56551'])[1 + (r // 40) % 3] || ';' || (['Ba', 'Ma'])[1 + (r // 40) % 2] || ';C-' || "
        "lpad(((r // 400) % 900)::VARCHAR, 4, '0') || "
        f"CASE WHEN {wrong} AND {kind} = 5 THEN '' ELSE ';' END || "
        f"CASE WHEN {wrong} AND {kind} = 2 THEN 'teaching' ELSE {question} END || ';' || "
        f"CASE WHEN {wrong} AND {kind} = 0 THEN '334' WHEN {wrong} AND {kind} = 1 THEN 'n.v.t.' "
        "ELSE (1 + hash(r) % 5)::VARCHAR END || ';' || "
        f"CASE WHEN {wrong} AND {kind} = 3 THEN '' ELSE 'R-' || lpad(((r - CASE WHEN {wrong} AND {kind} = 4 THEN 4 "
        "ELSE 0 END) // 4)::VARCHAR, 8, '0') END"
    )
    with duckdb.connect() as connection:
        connection.execute(
            f'COPY (SELECT {line} AS "{";".join(COLUMNS)}" FROM range({answers}) rows(r)) '
            f"TO '{path}' (HEADER, DELIMITER '\t', QUOTE '', ESCAPE '')"
        )


def copy(path: Path, target: Path, *, declared: bool) -> None:
    """The yardstick: DuckDB reads the file and writes it as Parquet."""
    import duckdb

    kinds = ", ".join(f"'{name}': 'VARCHAR'" for name in COLUMNS)
    how = f", header = true, auto_detect = false, columns = {{{kinds}}}" if declared else ""
    ignoring = ", ignore_errors = true" if "faulty" in path.name else ""
    with duckdb.connect() as connection:
        began = time.monotonic()
        connection.execute(
            f"COPY (SELECT * FROM read_csv('{path}', delim = ';'{how}{ignoring})) TO '{target}' (FORMAT parquet)"
        )
        _note_seconds(time.monotonic() - began)


def _note_seconds(seconds: float) -> None:
    """Leave how long the work took for the process that asked for it."""
    if target := os.environ.get(SECONDS):
        Path(target).write_text(str(seconds), encoding="utf-8")


def stage(path: Path) -> dict[str, int]:
    """Stage the file as a run does; returns what became of its answers."""
    from datetime import date

    import pyarrow as pa

    from kwaliteitsmonitor.methods.checks.judge import validate
    from kwaliteitsmonitor.readers.answers.files import AnswerFile
    from kwaliteitsmonitor.readers.answers.staging import HowRead, stage_answers
    from kwaliteitsmonitor.readers.cells.reading import cell_readers
    from kwaliteitsmonitor.readers.delivery import Delivery
    from schemas.exports.arrow import arrow_schema
    from schemas.profile import load_profile, profile_folder
    from schemas.profile.feeds import FileSource, Format
    from schemas.profile.forms import Form
    from schemas.tables import CATALOGUE

    profile = load_profile(profile_folder("leiden"))
    table = CATALOGUE["evaluations"].bind(profile.code_lists())
    form = Form(table=table.name, constants={"evaluation": "course"})
    source = FileSource(kind="files", path="x", format=Format.CSV, tables=[table.name], forms=[form])
    delivery = Delivery("evaluations", 0, path.name, "a" * 64, 1, date(2020, 9, 1), "2019-2020")
    readers = cell_readers(table.fields, form, "iso", profile.aliases, b"k" * 32)
    file = AnswerFile(delivery, path, source, {"academic_year": "2019-2020"}, 2020)
    example = {field.name: field.example for field in table.fields}
    validate(table, pa.Table.from_pylist([example], arrow_schema(table)))  # so that the judge is there
    began = time.monotonic()
    counted, rejected = stage_answers(HowRead(table, lambda _: readers, profile.aliases, validate), [file])
    _note_seconds(time.monotonic() - began)
    if rejected:
        sys.exit(str(rejected))
    (tally,) = counted.tallies.values()
    if tally.accepted + tally.quarantined != tally.received:
        sys.exit(f"not accounted for: {tally}")
    return {**vars(tally), "listed": len(counted.quarantine)}


def compare(variant: str, answers: int = ANSWERS, times: int = TIMES, *, declared: bool = False) -> Compared:
    """Staging and the yardstick on the same file, in turns."""
    path = file_of(variant, answers)
    taken: dict[str, list[tuple[float, float, float]]] = {"staging": [], "copying": []}
    with TemporaryDirectory(prefix="bench-") as folder:
        how = "declared" if declared else "found"
        for turn in range(times):
            target = f"{folder}/{turn}.parquet"
            command = [sys.executable, "-m", "benchmarks.answers"]
            taken["copying"].append(_timed([*command, "--copy", str(path), target, how], folder))
            taken["staging"].append(_timed([*command, "--stage", str(path)], folder))
            Path(target).unlink()
    staging, copying = taken["staging"], taken["copying"]
    return Compared(
        variant,
        *(statistics.median(run[at] for run in runs) for at in (0, 1) for runs in (staging, copying)),
        *(max(run[2] for run in runs) for runs in (staging, copying)),
    )


def _timed(command: list[str], folder: str) -> tuple[float, float, float]:
    """Seconds of the work, seconds of the process, and its peak memory in MB."""
    noted = Path(folder) / "seconds"
    os.environ[SECONDS] = str(noted)
    cold, memory = once(command)
    return float(noted.read_text(encoding="utf-8")), cold, memory


def main() -> None:
    """Measure and print, as a Markdown table; or run one of the two in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=ANSWERS, help="how many answers")
    parser.add_argument("--times", type=int, default=TIMES, help="how often each is measured")
    parser.add_argument("--stage", metavar="FILE", help=argparse.SUPPRESS)
    parser.add_argument("--copy", nargs=3, metavar=("FILE", "TARGET", "HOW"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    os.chdir(ROOT)
    if arguments.stage:
        print(stage(Path(arguments.stage)))
        return
    if arguments.copy:
        path, target, how = arguments.copy
        copy(Path(path), Path(target), declared=how == "declared")
        return
    print(f"{os.cpu_count()} cores, {arguments.answers:,} answers; medians of {arguments.times} runs each\n")
    print("| file | columns | staging | DuckDB to Parquet | ratio | cold | peak memory | DuckDB |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for variant in VARIANTS:
        for declared in (False, True):
            one = compare(variant, arguments.answers, arguments.times, declared=declared)
            print(
                f"| {variant} | {'declared' if declared else 'found'} | {one.staging:.1f} s | {one.copying:.1f} s "
                f"| {one.ratio:.2f}× | {one.cold:.2f}× | {one.staging_megabytes:.0f} MB "
                f"| {one.copying_megabytes:.0f} MB |",
                flush=True,
            )


if __name__ == "__main__":
    main()
