"""Each section of the report by the function that makes it: its tables over a real release, and none without rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.contents.by_unit import by_unit
from kwaliteitsmonitor.releases.report.contents.carry_over import carry_over
from kwaliteitsmonitor.releases.report.contents.classes import classes
from kwaliteitsmonitor.releases.report.contents.consultations import councils, panels
from kwaliteitsmonitor.releases.report.contents.definitions import meaning
from kwaliteitsmonitor.releases.report.contents.deliveries import accounts, findings
from kwaliteitsmonitor.releases.report.contents.evaluations import evaluations
from kwaliteitsmonitor.releases.report.contents.national import national
from kwaliteitsmonitor.releases.report.contents.targets import beside
from kwaliteitsmonitor.releases.report.document.model import Section
from kwaliteitsmonitor.releases.report.document.reading import Reading
from schemas.profile import load_profile, profile_folder
from tests.releases.report.cells import tables_of

Make = Callable[[Reading], Section | None]


@pytest.fixture(scope="module")
def published(leiden_release: ReleaseReader) -> Reading:
    return Reading(load_profile(profile_folder("leiden")), leiden_release, "nl")


@pytest.mark.parametrize(
    ("make", "tables"),
    [
        (by_unit, "units units-themes"),
        (carry_over, "available left-over"),
        (classes, ""),
        (councils, "approvals consultations"),
        (panels, "panels"),
        (accounts, "deliveries"),
        (findings, "findings"),
        (evaluations, "evaluations-course evaluations-programme"),
        (national, ""),
        (beside, ""),
    ],
)
def test_a_section_has_its_tables_and_is_not_there_without_rows(
    published: Reading, read: Callable[..., Reading], make: Make, tables: str
) -> None:
    assert make(read({})) is None
    own = tables_of(make(published))
    assert list(own) == [f"table-{name}" for name in tables.split()]
    assert all(row.cells for table in own.values() for row in table.rows)


def test_what_the_figures_mean_is_told_whatever_there_is(published: Reading, read: Callable[..., Reading]) -> None:
    whole, bare = meaning(published), meaning(read({}))
    assert whole is not None
    assert bare is not None
    assert [[inner.id for inner in one.sections] for one in (whole, bare)] == [["definitions", "signs"], ["signs"]]
