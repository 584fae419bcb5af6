"""An institution's own words, titles and money in its report: what it calls things, and how it shows amounts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from kwaliteitsmonitor.methods.figures.house_words import House, heading
from kwaliteitsmonitor.methods.figures.money import currency, shown, sign, unit
from kwaliteitsmonitor.methods.figures.printing import Language
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.contents.report import report_of
from kwaliteitsmonitor.releases.report.document.model import Document, Figure, Terms
from kwaliteitsmonitor.releases.report.document.wording import title_of
from kwaliteitsmonitor.releases.report.forms import maker
from schemas.profile import Profile
from schemas.profile.institution import HouseWords, Institution, Money, Named
from tests.made_up import mean, profile
from tests.releases.report.reading_back import in_document, in_excel, in_html
from tests.releases.report.releases import figure, spent


@pytest.mark.parametrize(
    ("shown_in", "language", "text", "of"),
    [
        ("thousands", "nl", "7.057", "k€"),
        ("thousands", "en", "7,057", "k€"),
        ("units", "nl", "7.056.612", "€"),
        ("millions", "nl", "7,1", "M€"),
        ("millions", "en", "7.1", "M€"),
    ],
)
def test_an_amount_is_shown_in_the_unit_of_the_profile(shown_in: str, language: Language, text: str, of: str) -> None:
    money = Money.model_validate({"shown_in": shown_in})
    assert shown(Decimal("7056612.40"), money, language) == text
    assert unit(money, language) == of


@pytest.mark.parametrize(
    ("code", "language", "expected"), [("GBP", "en", "£"), ("USD", "nl", "US$"), ("XCG", "en", "Cg.")]
)
def test_a_currency_has_the_sign_that_its_language_gives_it(code: str, language: Language, expected: str) -> None:
    assert sign(Money(currency=code), language) in (expected, code)


def test_a_currency_is_named_in_a_sentence() -> None:
    assert currency(Money(), "nl") == "euro's"
    assert currency(Money(), "en") == "euro"
    assert "pound" in currency(Money(currency="GBP"), "en").lower()


def test_the_words_of_an_institution_are_those_of_the_language() -> None:
    promise = Named(nl="belofte", en="promise", nl_plural="beloften", en_plural="promises")
    words = HouseWords(theme=promise)
    assert House.of(words, "nl").themes == "beloften"
    assert House.of(words, "en").theme == "promise"
    assert House.of(words, "nl").unit == "eenheid"
    assert heading(House.of(words, "nl").theme) == "Belofte"


# --- in a report -----------------------------------------------------------------------------------------------------

Made = Callable[..., ReleaseReader]
PROMISES = HouseWords(
    plan=Named(nl="instellingsplan", en="institutional plan", nl_plural="plannen", en_plural="plans"),
    theme=Named(nl="belofte", en="promise", nl_plural="beloften", en_plural="promises"),
    measure=Named(nl="ambitie", en="ambition", nl_plural="ambities", en_plural="ambitions"),
    unit=Named(nl="faculteit", en="school", nl_plural="faculteiten", en_plural="schools"),
    round=Named(nl="kwartaal", en="quarter", nl_plural="kwartalen", en_plural="quarters"),
)


def who(**keys: Any) -> Profile:
    """The made-up university with other keys in its `profile.yaml`."""
    plain = profile(indicators=[mean()])
    given = plain.institution.model_dump(exclude_unset=True) | keys
    return replace(plain, institution=Institution.model_validate(given))


def titles(document: Document) -> list[str]:
    """Every heading, caption and header of a report, with the names of what stands on its front."""
    found = [document.title, *(name for name, _ in document.facts), *(section.title for section in document.sections)]
    for table in document.tables():
        found += [table.caption, *(title_of(table, place) for place in range(len(table.columns)))]
    return found


def test_headings_and_columns_are_in_the_words_of_the_institution(release: Made) -> None:
    made = release(
        {
            "spending_overview": [spent("small_classes", "100", "90"), spent(None, "100", "90")],
            "measures": [_measure("North"), _measure("East", measure="groups")],
        }
    )
    dutch, english = (titles(report_of(who(words=PROMISES), made, language)) for language in ("nl", "en"))
    assert "Voortgangsrapportage instellingsplan 2020" in dutch
    assert "Progress report on the institutional plan 2020" in english
    assert {"Besteding per belofte", "Belofte", "Ambities en voortgang", "Ambitie"} <= set(dutch)
    assert {"Spending per promise", "Promise", "Ambitions and progress", "Ambition"} <= set(english)
    assert [text for text in (*dutch, *english) if "BFR" in text or "hema" in text or "theme" in text] == []
    assert any("(kwartaal 3)" in text for text in dutch)


def _measure(unit: str, measure: str = "tutors") -> dict[str, Any]:
    return {
        "reporting_year": 2020,
        "cycle": "2021-03",
        "unit": unit,
        "theme": "small_classes",
        "measure": measure,
        "measure_nl": measure,
        "measure_en": measure,
        "progress": "on_course",
        "status": "ok",
        "figure_id": f"2021-03:measure:2020:{unit}:small_classes:{measure}",
    }


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({}, "Voortgangsrapportage kwaliteitsafspraken 2020"),
        ({"report": {"nl": "Verslag {year}", "en": "Report {year}"}}, "Verslag 2020"),
        ({"report": {"nl": "Verslag {year}", "en": "Report {year}"}, "cycle": "Review {year}"}, "Review 2020"),
    ],
)
def test_a_report_has_the_title_of_its_cycle_else_of_its_institution(
    release: Made, keys: dict[str, Any], expected: str
) -> None:
    named = keys.pop("cycle", "")
    if named:
        keys["cycles"] = [{"month": 3, "indicator_year": -1, "nl": named, "en": named}]
    assert report_of(who(**keys), release({"indicator_values": [figure()]}), "nl").title == expected


def test_a_report_without_money_has_none_on_its_front_nor_among_its_signs(release: Made) -> None:
    document = report_of(who(), release({"indicator_values": [figure()]}), "nl")
    signs = [
        term
        for s in document.sections
        for i in s.sections
        for b in i.blocks
        if isinstance(b, Terms)
        for term in b.entries
    ]
    assert "Besteding" not in dict(document.facts)
    assert {"k€", "BFR", "procentpunt", "95%-interval"}.isdisjoint(dict(signs))
    assert "±" in dict(signs)


def test_a_fiscal_year_that_is_no_calendar_year_is_told_on_the_front(release: Made) -> None:
    rows = {"spending_overview": [spent("small_classes", "7000", "6100"), spent(None, "7000", "6100")]}
    front = dict(report_of(who(fiscal_year_begins="09-01"), release(rows), "nl").facts)
    assert front["Boekjaar 2020"] == "1 september 2020 tot en met 31 augustus 2021"
    assert not [name for name in dict(report_of(who(), release(rows), "nl").facts) if name.startswith("Boekjaar")]


def test_amounts_in_millions_are_the_same_in_every_form(release: Made) -> None:
    found = who(money={"shown_in": "millions"})
    made = release(
        {"spending_overview": [spent("small_classes", "7056612.40", "6100000"), spent(None, "7056612.40", "6100000")]}
    )
    document = report_of(found, made, "nl")
    table = next(table for table in document.tables() if table.id == "table-spending-2020")
    shown_amounts = [cell.text for cell in table.rows[0].cells if isinstance(cell, Figure)][:3]
    assert shown_amounts == ["7,1", "6,1", "-1,0"]
    assert "Begroot (M€)" in titles(document)
    sheet = in_excel(maker("xlsx")(document), document)
    assert in_document(document) == sheet == in_html(maker("html")(document))


def test_a_round_that_there_is_not_is_passed_over_in_what_a_round_drifts_from(release: Made) -> None:
    rows = [
        {
            "reporting_year": 2020,
            "cycle": "2021-03",
            "round": number,
            "theme": theme,
            "budget": Decimal(100),
            "realised": Decimal(10 * number),
            "forecast": Decimal(90 + number),
            "status": "ok",
            "figure_id": f"2021-03:round:2020:{number}:{theme or 'all'}",
        }
        for number in (1, 3)
        for theme in ("small_classes", None)
    ]
    document = report_of(who(), release({"spending_rounds": rows}), "nl")
    table = next(table for table in document.tables() if table.id == "table-rounds")
    formulas = {column.name: column.formula for column in table.columns}
    assert formulas["drift_3"] == "{forecast_3} - {forecast_1}"


def test_units_beyond_a_dozen_stand_in_a_table_of_their_own(release: Made) -> None:
    units = [f"U{number}" for number in range(1, 31)]
    many = profile(units=units, measures=[("tutors", "small_classes", units)])
    document = report_of(many, release({"measures": [_measure(unit) for unit in units]}), "nl")
    tables = [table for table in document.tables() if table.id.startswith("table-measures")]
    assert [len(table.columns) - 1 for table in tables] == [12, 12, 6]
    assert [column.name for table in tables for column in table.columns if column.name != "measure"] == units
    assert tables[1].caption == "Tabel 1a. Voortgang van de maatregelen over 2020: U13 – U24"


def test_a_column_in_which_nothing_stands_is_left_out(release: Made) -> None:
    split = [
        figure(level="Ba", n=None, invited=None, response_rate=None),
        figure(level="Ma", n=None, response_rate=None),
    ]
    plain = report_of(who(), release({"indicator_values": [figure(invited=None, response_rate=None)]}), "nl")
    by_level = report_of(who(), release({"indicator_values": split}), "nl")
    columns = [{column.name for column in table.columns} for one in (plain, by_level) for table in one.tables()]
    assert {"level", "invited", "response_rate", "numerator"}.isdisjoint(columns[1])
    assert {"level", "invited"} <= columns[3]
    assert "n" not in columns[3]


def test_many_things_lacking_are_counted_on_the_front(release: Made) -> None:
    lacking = [f"niet geleverd: {number} / not delivered: {number}" for number in range(20)]
    facts = dict(report_of(who(), release({}, lacking=lacking), "en").facts)
    assert facts["What is lacking"].startswith("not delivered: 0; not delivered: 1; ")
    assert facts["What is lacking"].endswith("not delivered: 11; and 8 more")
