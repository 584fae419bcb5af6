"""`python -m benchmarks.counting`: answers in a Parquet file to counts, against what counts them bare.

The yardsticks are DuckDB's `SELECT columns, count(*) ... GROUP BY ALL` over the same file, and what an analyst would
write with pandas: `read_parquet` and `groupby` of the same columns. Staging counts the answers, judges them by their
contract with Great Expectations, and accounts for each; where the file says who answered, it also looks for answers
without a respondent and for second ones, which is a pass of its own and measured apart.

Each measurement is a process of its own; they take turns. Time is that of the work itself, by a process that is up and
has its libraries and its judge beside it, as a run has when it comes to staging; peak memory is of the whole process.
`rules` is what holding the counts against the value rules takes at 1, 10 and 100 million answers: they have as many
combinations, so it is flat.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.__main__ import KEPT, ROOT, once
from benchmarks.answers import SECONDS

ANSWERS = 50_000_000
TIMES = 3
COURSES = 900
BY = ("academic_year", "unit", "programme", "level", "course", "question", "score")
RULES_AT = (1_000_000, 10_000_000, 100_000_000)


def file_of(answers: int, *, who: bool) -> Path:
    """A Parquet file with so many answers in no order, made where it is not there yet."""
    path = KEPT / f"counting-{'who' if who else 'plain'}-{answers}.parquet"
    if not path.is_file():
        KEPT.mkdir(exist_ok=True)
        partial = path.with_suffix(".part")
        _make(partial, answers, who=who)
        partial.replace(path)
    return path


def _make(path: Path, answers: int, *, who: bool) -> None:
    import duckdb

    respondent = ", 'R-' || lpad((r // 4)::VARCHAR, 9, '0') AS respondent" if who else ""
    with duckdb.connect() as connection:
        connection.execute(
            "COPY (SELECT '2019-2020' AS academic_year, (['FGW', 'FdR', 'FSW', 'FWN', 'LUMC'])[1 + k % 5] AS unit, "
            "(['56034', '50700', '56551'])[1 + k % 3] AS programme, (['Ba', 'Ma'])[1 + k % 2] AS \"level\", "
            "'C-' || lpad(k::VARCHAR, 4, '0') AS course, (['teaching_methods', 'organisation', 'assessment', "
            "'course_content'])[1 + r % 4] AS question, (1 + hash(r) % 5)::TINYINT AS score" + respondent + " "
            f"FROM (SELECT r, (hash(r // 4, 7) % {COURSES})::INT AS k FROM range({answers}) rows(r))) "
            f"TO '{path}' (FORMAT parquet)"
        )


def bare(path: Path) -> None:
    """DuckDB counts, and nothing else."""
    import duckdb

    with duckdb.connect() as connection:
        began = time.monotonic()
        connection.execute(
            f"CREATE TABLE counts AS SELECT {', '.join(BY)}, count(*) AS answers FROM '{path}' GROUP BY ALL"
        )
        _note(time.monotonic() - began)


def pandas(path: Path) -> None:
    """Pandas counts the same columns."""
    import pandas as pd

    began = time.monotonic()
    pd.read_parquet(path, columns=list(BY)).groupby(list(BY), dropna=False).size()
    _note(time.monotonic() - began)


def stage(path: Path) -> None:
    """Stage the file as a run does."""
    from datetime import date

    import duckdb  # noqa: F401 - a run has it, as the yardstick has
    import ibis
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
    compose = {} if "who" in path.name else {"respondent": "{#}"}
    form = Form(table=table.name, constants={"evaluation": "course"}, compose=compose)
    source = FileSource(kind="files", path="x", format=Format.PARQUET, tables=[table.name], forms=[form])
    delivery = Delivery("evaluations", 0, path.name, "a" * 64, 1, date(2020, 9, 1), "2019-2020")
    readers = cell_readers(table.fields, form, "iso", profile.aliases, b"k" * 32)
    file = AnswerFile(delivery, path, source, {"academic_year": "2019-2020"}, 2020)
    example = {field.name: field.example for field in table.fields}
    validate(table, pa.Table.from_pylist([example], arrow_schema(table)))  # so that the judge is there
    ibis.to_sql(ibis.table({"score": "int8"}, name="answers").count(), dialect="duckdb")  # and the compiler
    began = time.monotonic()
    staged, rejected = stage_answers(HowRead(table, lambda _: readers, profile.aliases, validate), [file])
    _note(time.monotonic() - began)
    (tally,) = staged.tallies.values()
    if rejected or tally.accepted != tally.received or tally.quarantined:
        sys.exit(f"not accounted for: {rejected or tally}")


def rules(path: Path) -> None:
    """Hold the counts of a file against the value rules; the counting itself is not timed."""
    import duckdb

    from kwaliteitsmonitor.methods.checks.judge import validate
    from schemas.exports.arrow import arrow_schema
    from schemas.profile import load_profile, profile_folder
    from schemas.tables import CATALOGUE
    from schemas.tables.counted import counted

    table = counted(CATALOGUE["evaluations"].bind(load_profile(profile_folder("leiden")).code_lists()))
    schema = arrow_schema(table)
    columns = dict.fromkeys(schema.names, "NULL") | {name: name for name in BY}
    columns |= {"evaluation": "'course'", "answers": "count(*)", "_delivery": "'-'"}
    columns |= {"worst": "1", "best": "5", "question_version": "'1'"}
    picked = ", ".join(f'{sql} AS "{name}"' for name, sql in columns.items())
    with duckdb.connect() as connection:
        rows = connection.sql(f"SELECT {picked} FROM '{path}' GROUP BY {', '.join(BY)}").to_arrow_table()
    rows = rows.cast(schema)
    validate(table, rows.slice(0, 1))
    began = time.monotonic()
    validate(table, rows)
    _note(time.monotonic() - began)


WORK = {"bare": bare, "pandas": pandas, "stage": stage, "rules": rules}


def _note(seconds: float) -> None:
    if target := os.environ.get(SECONDS):
        Path(target).write_text(str(seconds), encoding="utf-8")


def measured(works: tuple[str, ...], path: Path, times: int) -> dict[str, tuple[float, float]]:
    """The median seconds of each work on a file and its highest peak memory in MB, taking turns."""
    taken: dict[str, list[tuple[float, float]]] = {work: [] for work in works}
    with TemporaryDirectory(prefix="bench-") as folder:
        noted = Path(folder) / "seconds"
        os.environ[SECONDS] = str(noted)
        for _ in range(times):
            for work in works:
                _, memory = once([sys.executable, "-m", "benchmarks.counting", "--do", work, str(path)])
                taken[work].append((float(noted.read_text(encoding="utf-8")), memory))
    return {work: (statistics.median(s for s, _ in runs), max(m for _, m in runs)) for work, runs in taken.items()}


def _row(what: str, seconds: float, memory: float, against: tuple[float, float]) -> None:
    print(
        f"| {what} | {seconds:.2f} s | {seconds / against[0]:.2f}× | {memory:.0f} MB | {memory / against[1]:.2f}× |",
        flush=True,
    )


def main() -> None:
    """Measure and print, as Markdown tables; or do one of the works in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=ANSWERS, help="how many answers")
    parser.add_argument("--times", type=int, default=TIMES, help="how often each is measured")
    parser.add_argument("--rules-at", nargs="*", type=int, default=list(RULES_AT), help="numbers of answers")
    parser.add_argument("--do", nargs=2, metavar=("WORK", "FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    os.chdir(ROOT)
    if arguments.do:
        work, file = arguments.do
        WORK[work](Path(file))
        return
    plain = measured(("bare", "stage"), file_of(arguments.answers, who=False), arguments.times)
    plain |= measured(("pandas",), file_of(arguments.answers, who=False), 1)
    who = measured(("bare", "stage"), file_of(arguments.answers, who=True), arguments.times)
    print(f"{os.cpu_count()} cores, {arguments.answers:,} answers; medians of {arguments.times} runs, pandas once\n")
    print("| | time | to DuckDB's | peak memory | to DuckDB's |")
    print("| --- | ---: | ---: | ---: | ---: |")
    _row("DuckDB, bare group-by", *plain["bare"], plain["bare"])
    _row("staging", *plain["stage"], plain["bare"])
    _row("pandas", *plain["pandas"], plain["bare"])
    _row("staging, with respondents", *who["stage"], who["bare"])
    faster, lighter = (plain["pandas"][at] / plain["stage"][at] for at in (0, 1))
    print(f"\nAgainst pandas: {faster:.1f}× faster, 1/{lighter:.1f} of the memory.\n")
    for answers in arguments.rules_at:
        seconds, _ = measured(("rules",), file_of(answers, who=False), arguments.times)["rules"]
        print(f"Value rules, {answers:,} answers: {seconds:.2f} s", flush=True)


if __name__ == "__main__":
    main()
