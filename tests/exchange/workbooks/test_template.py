"""What can be asked for as a workbook, and what its template offers, explains and looks like."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pyarrow as pa
import pytest

from kwaliteitsmonitor.exchange.workbooks import styles
from kwaliteitsmonitor.exchange.workbooks.columns import choices
from kwaliteitsmonitor.exchange.workbooks.explanation import privacy
from kwaliteitsmonitor.exchange.workbooks.prefill import fields_to_fill
from kwaliteitsmonitor.exchange.workbooks.request import expected_of, feed_of, requests, unit_of
from kwaliteitsmonitor.exchange.workbooks.template import template
from kwaliteitsmonitor.exchange.workbooks.words import allowed, day, instruction, refused
from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.contract import Layer
from schemas.errors import UsageError
from schemas.exports.arrow import arrow_schema
from schemas.profile import Profile
from schemas.profile.feeds import FileSource
from schemas.profile.spellings import spellings
from schemas.tables import CATALOGUE, staged
from schemas.workbooks import comparison_header, is_comparison, is_own_sheet
from tests import made_up
from tests.exchange.workbooks.filling import CYCLE, contents, filled_in, opened, report, rules_of, valid_rows
from tests.exchange.workbooks.filling import staged as read_back
from tests.made_up import told

SHEETS = ["Maatregelen", "Studieadviseurs", "Opleidingen", "Medezeggenschap", "Panelgesprekken"]


def listed(book: openpyxl.Workbook, rule: Any) -> list[str]:
    """The choices of a list, by the name that the validation gives."""
    ((sheet, area),) = book.defined_names[rule.formula1].destinations
    return [cell.value for (cell,) in book[sheet][area]]


def having(profile: Profile, **settings: Any) -> Profile:
    """The profile with other settings of the institution."""
    return replace(profile, institution=profile.institution.model_copy(update=settings))


def test_what_cannot_be_asked_is_refused_with_what_can(profile: Profile) -> None:
    cycle, feed, one = profile.cycle(CYCLE), profile.feed("faculty_report"), report(profile)
    scaled = {"table": "faculty_study_advisers", "scale": {"fte": "1000"}}
    source = FileSource.model_validate({**one.source.model_dump(), "forms": [scaled]})
    (odd,) = requests(profile, cycle, feed.model_copy(update={"sources": [source]}), one.unit)
    for sentence, ask in {
        "faculty_study_advisers a form of its own": lambda: template(odd, "nl"),
        "delivered by each unit": lambda: requests(profile, cycle, feed, None),
        "does not read '2015-2016'": lambda: expected_of(profile, cycle, feed, "2015-2016"),
        "not delivered as a workbook": lambda: requests(profile, cycle, profile.feed("enrolments"), None),
        "delivered centrally": lambda: requests(profile, cycle, profile.feed("spending_plan"), one.unit),
        "there is no unit 'XX'": lambda: unit_of(profile, "XX"),
        "not said which feed": lambda: feed_of(profile, "", by_unit=False, workbook=True),
    }.items():
        with pytest.raises(UsageError, match=sentence):
            ask()
    assert unit_of(profile, "fa").id == "FdA"
    assert feed_of(profile, "", by_unit=True, workbook=True) is feed


def test_the_sheets_are_those_of_the_contracts_with_the_units_own_lines_and_choices(
    profile: Profile, book: openpyxl.Workbook
) -> None:
    assert book.sheetnames == ["Toelichting", *SHEETS, "Lijsten"]
    assert [sheet.title for sheet in book if sheet.sheet_state == "hidden"] == ["Lijsten"]
    measures = list(book["Maatregelen"].iter_rows(min_row=2, max_col=4, values_only=True))
    assert measures[0] == ("Intensiever en kleinschalig onderwijs", "Kleinere onderwijsgroepen", None, None)
    own = [m.nl for m in profile.measures if "FGW" in m.units]
    assert {row[1] for row in measures if row[1]} == set(own)
    programmes = [row[0] for row in book["Opleidingen"].iter_rows(min_row=2, values_only=True) if row[0]]
    of_unit = [p for p in profile.programmes if p.unit == "FGW" and p.croho_type in ("ba", "ma")]
    assert programmes == [f"{p.name} ({p.programme})" for p in of_unit]
    offered = listed(book, rules_of(book["Maatregelen"])["Maatregel"])
    assert offered[: len(own)] == own
    assert set(offered) == {m.nl for m in profile.measures}
    decided = listed(book, rules_of(book["Medezeggenschap"])["Besluit"])
    assert decided == ["goedgekeurd", "geadviseerd", "besproken", "afgewezen"]
    assert listed(book, rules_of(book["Opleidingen"])["Verplichte matching"]) == ["ja", "nee"]


def test_numbers_and_dates_are_kept_within_what_the_contract_allows(book: openpyxl.Workbook) -> None:
    advisers = rules_of(book["Studieadviseurs"])
    fte, training, held_on = advisers["Fte"], advisers["In traject"], rules_of(book["Panelgesprekken"])["Datum"]
    assert (fte.type, fte.formula1, fte.formula2, fte.errorStyle) == ("decimal", "0", "200", "stop")
    assert (training.type, training.formula2, held_on.type) == ("whole", "500", "date")
    assert fte.error == "Verwacht: een getal van 0 tot en met 200 fte."
    assert held_on.error == "Verwacht: een datum, bijvoorbeeld 1-10-2020."
    assert book["Panelgesprekken"]["B2"].number_format == "d-m-yyyy"
    for rule in (rule for name in SHEETS for rule in book[name].data_validations.dataValidation):
        lengths = (len(rule.prompt), len(rule.error or ""), len(rule.promptTitle))
        assert all(length <= most for length, most in zip(lengths, (255, 225, 32), strict=True))


def test_all_but_the_cells_to_fill_in_is_protected_and_a_header_shows_what_is_required(book: openpyxl.Workbook) -> None:
    assert book.security.lockStructure
    assert book.security.workbookPassword is None
    assert all(sheet.protection.sheet and sheet.protection.password is None for sheet in book)
    measures, advisers = book["Maatregelen"], book["Studieadviseurs"]
    assert measures["A1"].protection.locked
    assert not measures["C2"].protection.locked
    assert not measures.column_dimensions["C"].protection.locked
    assert measures.freeze_panes == "A2"
    # Of advisers there is one row.
    assert [advisers[cell].protection.locked for cell in ("A2", "A3")] == [False, True]
    assert advisers.column_dimensions["A"].protection.locked
    assert str(rules_of(advisers)["Fte"].sqref) == "A2"
    headers = [(c.value, c.number_format) for c in measures[1] if c.value]
    required = [(name, '@" *"') for name in ("Thema", "Maatregel", "Voortgang")]
    assert headers == [*required, ("Toelichting", "General")]


def test_in_english_the_words_are_english(profile: Profile) -> None:
    book = opened(template(report(profile), "en"))
    assert book.sheetnames == ["Explanation", *SHEETS, "Lists"]
    assert book["Maatregelen"]["A2"].value == "More intensive, small-scale teaching"
    assert [c.value for c in book["Studieadviseurs"][1]] == ["Fte", "Of which temporary", "Certified", "In training"]
    assert listed(book, rules_of(book["Maatregelen"])["Progress"])[0] == "not started"
    assert book.properties.language == "en-GB"
    assert book.properties.title == "faculty's annual education report 2019-2020 FGW"


def test_the_same_template_is_the_same_bytes(profile: Profile) -> None:
    made = template(report(profile), "nl")
    assert made == template(report(profile), "nl")
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert re.findall(rb">([0-9T:-]+Z)<", archive.read("docProps/core.xml")) == [b"2000-01-01T00:00:00Z"] * 2


def test_the_values_of_the_year_before_stand_beside_and_are_not_read_back(
    profile: Profile, workspace: Workspace
) -> None:
    nobody = {"fte_temporary": Decimal(0), "certified": 3, "in_training": 1}
    for name, rows in {
        "faculty_study_advisers": [{"fte": Decimal("6.2")} | nobody, {"unit": "FdA", "fte": Decimal("9.9")} | nobody],
        "faculty_measures": [{"theme": "intensive", "measure": "smaller_groups", "progress": "at_risk"}],
        "faculty_programmes": [{"programme": "56034", "compulsory_matching": True, "online_trial_study": False}],
    }.items():
        schema = arrow_schema(staged(CATALOGUE[name].bind(profile.code_lists())))
        delivery = {"academic_year": "2018-2019", "unit": "FGW", "_delivery": "d" * 16, "_row": 2}
        complete = [{field: (delivery | row).get(field) for field in schema.names} for row in rows]
        workspace.write("2020-09", "staged", name, pa.Table.from_pylist(complete, schema=schema))
    one = report(profile)
    made = template(one, "nl", workspace)
    book = opened(made)
    advisers, measures = book["Studieadviseurs"], book["Maatregelen"]
    (beside,) = (c.column_letter for c in advisers[1] if c.value == "Ter vergelijking (2018-2019): Fte")
    assert (advisers[f"{beside}2"].value, advisers[f"{beside}2"].protection.locked) == (6.2, True)
    known = ["Intensiever en kleinschalig onderwijs", "Kleinere onderwijsgroepen", None, None, "loopt risico"]
    assert [c.value for c in measures[2]][:5] == known
    assert "Toelichting" not in "".join(str(c.value) for c in measures[1][4:])  # open text was not staged
    # An unfilled sheet with values beside it is an unfilled sheet, and a filled one is read without them.
    (tally,) = read_back(workspace, [(one, made)]).tables["faculty_study_advisers"].tallies.values()
    assert tally.received == 0
    filling = {t.name: valid_rows(one, t) for t in one.tables}
    feed = read_back(workspace, [(one, filled_in(one, made, filling, "nl"))])
    assert [q for t in feed.tables.values() for q in t.quarantine] == []
    assert contents(feed, "faculty_study_advisers", {})[0]["fte"] == filling["faculty_study_advisers"][0]["fte"]
    details = " ".join(told(r) for t in feed.tables.values() for r in t.results)
    assert "ter vergelijking" not in details, "our own grey columns are no finding"
    assert "onbekend" not in details


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_word_in_a_list_is_read_as_its_code(profile: Profile, language: str) -> None:
    aliases, codes = profile.aliases, profile.code_lists()
    for table in (table for table in CATALOGUE.values() if table.layer is Layer.DELIVERED):
        for field in table.bind(codes).fields:
            read_as = {**aliases.get(field.code_list, {}), **field.code_aliases}
            for code, word in spellings(profile, field, language).items():
                assert read_as.get(word, word) == code
                assert word == code or word not in field.codes


def test_two_codes_of_one_name_are_shown_and_read_as_codes_alone() -> None:
    who = made_up.profile(measures=[(m, "small_classes", made_up.UNITS) for m in ("one", "two", "three")])
    names = {"one": "Zelfde naam", "two": "zelfde  naam", "three": "Een andere"}
    named = replace(who, measures=tuple(m.model_copy(update={"nl": names[m.id]}) for m in who.measures))
    field = CATALOGUE["faculty_measures"]["measure"]
    assert spellings(named, field, "nl") == {"one": "one", "two": "two", "three": "Een andere"}
    assert not {"Zelfde naam", "zelfde  naam"} & set(named.aliases["measures"])


def test_a_unit_is_known_by_its_names_but_for_those_that_stand_for_another() -> None:
    """What the profile lists itself, an id or an alias, goes before a name; a name of two units is neither's."""
    names = {"SCI": ("Natuur", "Science"), "LAW": ("Recht", "sci"), "OLD": ("Bèta", "Nature"), "NEW": ("Bèta", "Stem")}
    who = made_up.profile(units=list(names))
    units = (u.model_copy(update=dict(zip(("nl", "en"), names[u.id], strict=True))) for u in who.units)
    called = tuple(u.model_copy(update={"aliases": ["nature"]}) if u.id == "SCI" else u for u in units)
    read = replace(who, units=called).aliases["units"]
    assert read == {"nature": "SCI", "Natuur": "SCI", "Science": "SCI", "Recht": "LAW", "Stem": "NEW"}


def test_headers_for_comparison_and_sheets_of_our_own_are_known_again() -> None:
    headers = (comparison_header("nl", "2018-2019", "Fte"), comparison_header("en", "2020-3", "Budget"))
    assert all(is_comparison(header) for header in headers)
    assert not any(is_comparison(header) for header in ("Fte", None, "Ter vergelijking"))
    assert [is_own_sheet(name) for name in ("terugkoppeling ", "Maatregelen")] == [True, False]


def test_columns_that_the_delivery_tells_are_not_asked_and_open_text_has_no_choices(profile: Profile) -> None:
    one = report(profile)
    assert {f.name for t in one.tables for f in fields_to_fill(one, t)}.isdisjoint({"unit", "academic_year"})
    assert choices(one, next(f for f in one.tables[0].fields if f.open_text), "nl") == []


@pytest.mark.parametrize(
    ("table", "field", "nl", "en"),
    [
        ("faculty_study_advisers", "fte", "Een getal van 0 tot en met 200 fte.", "A number from 0 to 200 fte."),
        ("faculty_measures", "progress", "Kies uit de lijst.", "Choose from the list."),
        ("faculty_programmes", "compulsory_matching", "Ja / nee.", "Yes / no."),
        ("faculty_panels", "held_on", "Een datum.", "A date."),
        ("staff", "person", "", ""),
    ],
)
def test_the_form_of_a_field_is_said_in_both_languages(table: str, field: str, nl: str, en: str) -> None:
    assert (allowed(CATALOGUE[table][field], "nl"), allowed(CATALOGUE[table][field], "en")) == (nl, en)


def test_what_excel_refuses_is_said_with_what_it_takes_and_a_day_as_people_write_it() -> None:
    fte = CATALOGUE["faculty_study_advisers"]["fte"]
    assert refused(fte, "en", listed=True).startswith("Choose a value from the list")
    assert instruction(fte, "nl").endswith("Een getal van 0 tot en met 200 fte. Verplicht.")
    assert [day(one, "nl") for one in (date(2020, 12, 31), None)] == ["31 december 2020", "bij wijziging"]


def test_the_explanation_says_what_when_where_and_the_rules_of_each_column(
    profile: Profile, book: openpyxl.Workbook
) -> None:
    rows = list(book["Toelichting"].iter_rows(values_only=True))
    facts = {row[0]: row[1] for row in rows if row[0] and row[1]}
    expected = {
        "Eenheid": "Faculteit der Geesteswetenschappen (FGW)",
        "Periode": "2019-2020",
        "Uiterlijk": "31 december 2020",
        "Aanleveren als": "onderwijsjaarverslag/2019-2020/FGW.xlsx",
        "Volgende versie": "onderwijsjaarverslag/2019-2020/FGW_v2.xlsx",
    }
    assert {name: facts[name] for name in expected} == expected
    assert "faculteitsraad" in facts["Wie leest het"]
    assert "Noem geen personen" in " ".join(str(cell) for row in rows for cell in row if cell)
    assert ("Studieadviseurs", "Fte", "ja", "Formatie studieadviseurs", "Een getal van 0 tot en met 200 fte.") in rows
    assert any(row[3] == "De tijdelijke fte is deel van de fte." for row in rows)
    unasked = opened(template(report(having(profile, consultations=[])), "nl"))["Toelichting"]
    (readers,) = (str(row[1]) for row in unasked.iter_rows(values_only=True) if row[0] == "Wie leest het")
    assert "raad" not in readers


PUBLISHED = "Deze tekst wordt gepubliceerd zoals u die schrijft: "
KEPT = "met het bestand bewaard en niet gepubliceerd: "


@pytest.mark.parametrize(
    ("feed", "key", "name", "field"),
    [
        ("faculty_report", "progress", "Maatregelen", "Toelichting (Maatregelen)"),
        ("bfr", "spending", "BFR", "Toelichting"),
    ],
)
@pytest.mark.parametrize("published", [False, True])
def test_what_is_said_of_free_text_follows_what_the_profile_publishes(
    profile: Profile, feed: str, key: str, name: str, field: str, *, published: bool
) -> None:
    settings = getattr(profile.institution, key).model_copy(update={"publish_explanations": published})
    profile = having(profile, **{key: settings})
    path = "onderwijsjaarverslag/{academic_year}/{unit}{suffix}.xlsx"
    source = FileSource(kind="files", path=path, format="workbook", tables=["bfr"])
    of_feed = profile.feed("bfr").model_copy(update={"sources": [source]}) if feed == "bfr" else profile.feed(feed)
    (one,) = requests(profile, profile.cycle(CYCLE), of_feed, unit_of(profile, "FGW"))
    book = opened(template(one, "nl"))
    texts = [str(row[0]) for row in book["Toelichting"].iter_rows(values_only=True) if row[0]]
    named = {True: "".join(s for s in texts if PUBLISHED in s), False: "".join(s for s in texts if KEPT in s)}
    assert field in named[published]
    assert field not in named[not published]
    prompt = rules_of(book[name])["Toelichting"].prompt
    assert ("Wordt gepubliceerd" in prompt, "niet gepubliceerd" in prompt) == (published, not published)
    if feed == "faculty_report":
        assert all(other in named[False] for other in ("Opmerking (Medezeggenschap)", "Uitkomst (Panelgesprekken)"))


def test_the_register_of_decisions_says_that_reasons_are_published(profile: Profile) -> None:
    (one,) = requests(profile, profile.cycle(CYCLE), profile.feed("decisions"), None)
    text = " ".join(words.nl for words in privacy(one))
    assert all(f"Reden ({sheet})" in text for sheet in ("Correcties", "Ontheffingen", "Intrekkingen"))
    assert all(f"Rol ({sheet})" in text for sheet in ("Correcties", "Ontheffingen"))
    assert "Rol (Intrekkingen)" not in text, "who withdrew is not published"
    assert "niet gepubliceerd" not in text


@pytest.mark.parametrize(("years", "sentence"), [(None, "Het bestand wordt bewaard"), (7, "tot 7 jaar na het jaar")])
def test_how_long_a_file_is_kept_is_said_by_the_profile(profile: Profile, years: int | None, sentence: str) -> None:
    retention = profile.institution.retention.model_copy(update={"other": years})
    assert sentence in privacy(report(having(profile, retention=retention)))[-1].nl


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (2, 4, 6)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        (styles.WHITE, styles.BLUE),
        (styles.INK, styles.GREY),
        (styles.INK, styles.WHITE),
        (styles.BLUE, styles.WHITE),
        (styles.LINK, styles.WHITE),
        (styles.RED, styles.PINK),
        (styles.INK, styles.AMBER),
    ],
)
def test_what_is_written_stands_out_from_its_ground_by_wcag_2(text: str, ground: str) -> None:
    light, dark = sorted((luminance(text), luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 7
