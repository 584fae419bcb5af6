"""A profile written from the documentation alone, for five schools whose files are in English notation."""

from __future__ import annotations

import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from kwaliteitsmonitor.foundation.settings import Settings
from pipelines.cli.run_summary import summary
from tests.command_line import CommandLine
from tests.institutions.running import run_cycle

HERE = Path(__file__).parent / "five_schools"
CYCLE = "2025-03"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("five-schools")
    shutil.copytree(HERE / "deliveries", base / "landing")
    return run_cycle(HERE / "profile", base / "landing", base / "out", CYCLE, reports="html")


def ask(release: Path, table: str, columns: str, where: str = "true") -> list[tuple[Any, ...]]:
    file = release / "tables" / f"{table}.parquet"
    return duckdb.sql(f"SELECT {columns} FROM '{file}' WHERE {where} ORDER BY ALL").fetchall()


def test_every_row_is_accepted_and_nothing_is_missing(release: Path, command: CommandLine) -> None:
    assert "no problems" in command.output("check-profile", HERE / "profile")
    assert ask(release, "delivery_status", "DISTINCT status") == [("accepted",)]
    assert ask(release, "delivery_status", "sum(rows_accepted), sum(rows_quarantined)") == [(24 + 24 + 10, 0)]
    assert ask(release, "quality_results", "rule", "outcome = 'failed' AND severity <> 'info'") == []


def test_totals_are_those_of_the_files(release: Path) -> None:
    """The sums were made by hand from the files; one amount is negative, in brackets."""
    totals = ask(release, "spending_overview", "reporting_year, budget, realised", "theme IS NULL")
    assert totals == [
        (2023, Decimal("4415000.00"), Decimal("4330249.77")),
        (2024, Decimal("4477000.00"), Decimal("4222324.75")),
    ]
    of_schools = "unit IN ('BUSINESS', 'LAW') AND theme IS NULL AND reporting_year = 2024"
    realised = ask(release, "spending_by_unit", "unit, realised", of_schools)
    assert realised == [("BUSINESS", Decimal("1493522.35")), ("LAW", Decimal("210728.80"))]


def test_percentages_of_progress_have_the_words_of_the_report(release: Path) -> None:
    words = Counter(ask(release, "measures", "reporting_year, progress"))
    assert (words[2023, "not_started"], words[2024, "done"], words.total()) == (1, 2, 24)  # 0%, 100%
    assert {progress for _, progress in words} == {"not_started", "on_course", "done"}


def test_the_mark_of_the_whole_weighs_the_schools_by_their_students(release: Path) -> None:
    whole = ask(release, "indicator_values", "reporting_year, round(value, 4), n, printed_en", "unit IS NULL")
    assert whole == [(2023, 7.0044, 1910, "7.0"), (2024, 7.0919, 1991, "7.1")]
    assert ask(release, "indicator_values", "count(*)", "unit IS NOT NULL AND status = 'ok'") == [(10,)]


def test_the_report_is_in_english_and_in_the_words_of_the_institution(release: Path) -> None:
    assert [path.name for path in sorted((release / "report").glob("*.html"))] == [f"riverside-{CYCLE}.en.html"]
    page = (release / "report" / f"riverside-{CYCLE}.en.html").read_text(encoding="utf-8")
    for words in ("Annual review 2024", "Spending per programme", "Spending per school", "4,477", "4,222"):
        assert words in page
    assert "BFR" not in page


def test_the_terminal_speaks_the_first_language_of_the_institution(
    release: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    summary(Settings(institution=str(HERE / "profile"), out=str(release.parents[2])), CYCLE, released=True, new=True)
    printed = capsys.readouterr().out
    for words in ("Table 1. Indicators", "Student satisfaction", "Table 2. Spending 2024, round 1 (k€)", "Total"):
        assert words in printed
    for words in ("4,477", "-5.7%", "No rows set aside.", f"Release {CYCLE} v1 (draft, complete)", ".en.html"):
        assert words in printed
    assert not any(dutch in printed for dutch in ("Totaal", "Tabel", "rijen", "Uitgave", "Verslag"))
