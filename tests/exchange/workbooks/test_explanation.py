"""The sheet that explains: what, when, where, the rules of each column, and what becomes of free text."""

from __future__ import annotations

from dataclasses import replace

import openpyxl
import pytest

from kwaliteitsmonitor.exchange.workbooks.explanation import privacy
from kwaliteitsmonitor.exchange.workbooks.request import Request, requests, unit_of
from kwaliteitsmonitor.exchange.workbooks.template import template
from schemas.profile import Profile
from schemas.profile.feeds import FileSource
from tests.exchange.workbooks.filling import CYCLE, opened, report, rules_of


def test_the_explanation_says_what_when_where_and_the_rules_of_each_column(book: openpyxl.Workbook) -> None:
    rows = list(book["Toelichting"].iter_rows(values_only=True))
    facts = {row[0]: row[1] for row in rows if row[0] and row[1]}
    assert facts["Eenheid"] == "Faculteit der Geesteswetenschappen (FGW)"
    assert facts["Periode"] == "2019-2020"
    assert facts["Uiterlijk"] == "31 december 2020"
    assert facts["Aanleveren als"] == "onderwijsjaarverslag/2019-2020/FGW.xlsx"
    assert facts["Volgende versie"] == "onderwijsjaarverslag/2019-2020/FGW_v2.xlsx"
    assert "faculteitsraad" in facts["Wie leest het"]
    text = " ".join(str(cell) for row in rows for cell in row if cell)
    assert "Noem geen personen" in text
    assert ("Studieadviseurs", "Fte", "ja", "Formatie studieadviseurs", "Een getal van 0 tot en met 200 fte.") in rows
    assert any(row[3] == "De tijdelijke fte is deel van de fte." for row in rows)


PUBLISHED, KEPT = (
    "Deze tekst wordt gepubliceerd zoals u die schrijft: ",
    "met het bestand bewaard en niet gepubliceerd: ",
)


@pytest.mark.parametrize(
    ("feed", "key", "field"),
    [("faculty_report", "progress", "Toelichting (Maatregelen)"), ("bfr", "spending", "Toelichting")],
)
@pytest.mark.parametrize("published", [False, True])
def test_what_is_said_of_free_text_follows_what_the_profile_publishes(
    profile: Profile, feed: str, key: str, field: str, *, published: bool
) -> None:
    settings = getattr(profile.institution, key).model_copy(update={"publish_explanations": published})
    profile = replace(profile, institution=profile.institution.model_copy(update={key: settings}))
    delivered = "onderwijsjaarverslag/{academic_year}/{unit}{suffix}.xlsx"
    one = report(profile)
    if feed == "bfr":
        source = FileSource(kind="files", path=delivered, format="workbook", tables=["bfr"])
        of_feed = profile.feed("bfr").model_copy(update={"sources": [source]})
        (one,) = requests(profile, profile.cycle(CYCLE), of_feed, unit_of(profile, "FGW"))
    book = opened(template(one, "nl"))
    said = [str(row[0]) for row in book["Toelichting"].iter_rows(values_only=True) if row[0]]
    told = {True: "".join(s for s in said if PUBLISHED in s), False: "".join(s for s in said if KEPT in s)}
    assert field in told[published]
    assert field not in told[not published]
    sheet = book["Maatregelen" if feed == "faculty_report" else "BFR"]
    assert ("Wordt gepubliceerd" in rules_of(sheet)["Toelichting"].prompt) is published
    assert ("niet gepubliceerd" in rules_of(sheet)["Toelichting"].prompt) is not published
    if feed == "faculty_report":
        assert "Opmerking (Medezeggenschap)" in told[False]
        assert "Uitkomst (Panelgesprekken)" in told[False]


def test_the_register_of_decisions_says_that_reasons_are_published(profile: Profile) -> None:
    (one,) = requests(profile, profile.cycle(CYCLE), profile.feed("decisions"), None)
    said = " ".join(words.nl for words in privacy(one))
    assert all(f"Reden ({sheet})" in said for sheet in ("Correcties", "Ontheffingen", "Intrekkingen"))
    assert all(f"Rol ({sheet})" in said for sheet in ("Correcties", "Ontheffingen"))
    assert "Rol (Intrekkingen)" not in said, "who withdrew is not published"
    assert "niet gepubliceerd" not in said


@pytest.mark.parametrize(("years", "said"), [(None, "Het bestand wordt bewaard"), (7, "tot 7 jaar na het jaar")])
def test_how_long_a_file_is_kept_is_said_by_the_profile(profile: Profile, years: int | None, said: str) -> None:
    retention = profile.institution.retention.model_copy(update={"other": years})
    kept = replace(profile, institution=profile.institution.model_copy(update={"retention": retention}))
    assert said in privacy(report(kept))[-1].nl


def test_that_a_council_approves_is_said_where_one_has_to(profile: Profile) -> None:
    asks_nobody = replace(profile, institution=profile.institution.model_copy(update={"consultations": []}))
    assert "faculteitsraad" in _about(report(profile))
    assert "raad" not in _about(report(asks_nobody))


def _about(one: Request) -> str:
    rows = opened(template(one, "nl"))["Toelichting"].iter_rows(values_only=True)
    return next(str(row[1]) for row in rows if row[0] == "Wie leest het")
