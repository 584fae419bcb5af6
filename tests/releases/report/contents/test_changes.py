"""What changed since an earlier release, as a section of the report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.contents.changes import changed
from kwaliteitsmonitor.releases.report.contents.indicators import indicators
from kwaliteitsmonitor.releases.report.contents.provenance import provenance
from kwaliteitsmonitor.releases.report.contents.spending import spending
from kwaliteitsmonitor.releases.report.document.model import Paragraph, Section
from kwaliteitsmonitor.releases.report.document.reading import Reading
from schemas.errors import UsageError
from tests.made_up import mean, profile
from tests.releases.report.cells import tables_of, texts
from tests.releases.report.releases import figure, spent, write_release

WHO = profile(indicators=[mean()])


def lines_of(section: Section) -> list[list[str]]:
    return [line[:4] for table in tables_of(section).values() for line in texts(table)]


def compared(folder: Path, before: dict[str, Any], after: dict[str, Any], language: Any = "nl") -> Section:
    old, new = (ReleaseReader(write_release(folder / name, of)) for name, of in (("v1", before), ("v2", after)))
    reading = Reading(WHO, new, language)
    sections = [section for make in (indicators, spending) if (section := make(reading)) is not None]
    return changed(reading, sections, provenance(reading, sections), old)


def test_a_figure_that_changed_stands_as_it_was_and_as_it_is(tmp_path: Path) -> None:
    before = {"spending_overview": [spent(None, "1000000", "900000")]}
    after = {"spending_overview": [spent(None, "1000000", "950000")]}
    lines = lines_of(compared(tmp_path, before, after))
    spent_on = "Totaal · Besteding per thema in 2020 (ronde 3)"
    assert [f"{spent_on}, Gerealiseerd", "900", "950", "50"] in lines
    assert [f"{spent_on}, Verschil", "-100", "-50", "50"] in lines


def test_what_rounds_to_the_same_is_counted_and_not_listed(tmp_path: Path) -> None:
    before = {"spending_overview": [spent(None, "1000000", "900000")]}
    after = {"spending_overview": [spent(None, "1000000", "900001")]}
    section = compared(tmp_path, before, after)
    assert lines_of(section) == []
    said = section.blocks[0]
    assert isinstance(said, Paragraph)
    assert "0 cijfers zoals dit verslag ze afdrukt" in said.text


def test_a_figure_that_is_now_suppressed_is_not_told_as_it_was(tmp_path: Path) -> None:
    hidden = figure(status="suppressed", value=None, spread=None, n=None, printed_nl="×", printed_en="×")
    section = compared(tmp_path, {"indicator_values": [figure()]}, {"indicator_values": [hidden]})
    values = [line[1:] for line in lines_of(section)]
    assert values
    assert all(line == ["×", "×", ""] for line in values)


def test_nothing_changed_is_said(tmp_path: Path) -> None:
    same = {"spending_overview": [spent(None, "1000000", "900000")]}
    section = compared(tmp_path, same, same, "en")
    said = [block.text for block in section.blocks if isinstance(block, Paragraph)]
    assert said == ["No figure changed since 2021-03/v1."]


def test_releases_without_a_figure_in_common_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no figure in common"):
        compared(tmp_path, {"spending_overview": [spent(None, "1", "1")]}, {"indicator_values": [figure()]})
