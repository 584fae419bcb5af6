"""What a command prints for a person and for a program."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from rich.console import Console

from pipelines.cli.output import new_table, print_json


def test_json_has_every_letter_plain_values_and_nothing_that_may_not_be_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_json(
        {"naam": "Oriëntatie €", "op": date(2021, 3, 1), "sleutel": "geheim"},
        plain=str,
        clean=lambda text: text.replace("geheim", "***"),
    )
    text = capsys.readouterr().out
    assert "Oriëntatie €" in text
    assert text.startswith('{\n "naam"')
    assert json.loads(text) == {"naam": "Oriëntatie €", "op": "2021-03-01", "sleutel": "***"}


def test_a_table_has_its_title_above_and_a_line_under_its_headings() -> None:
    out = io.StringIO()
    table = new_table("eenheid", "rijen", title="Leveringen")
    table.add_row("FGW", "12")
    Console(file=out, width=40).print(table)
    lines = [line.split() for line in out.getvalue().splitlines() if line.strip()]
    assert lines[:2] == [["Leveringen"], ["eenheid", "rijen"]]
    assert set(lines[2][0]) == {"─"}
    assert lines[3] == ["FGW", "12"]
