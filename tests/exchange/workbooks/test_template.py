"""What a template offers to who fills it in, beside what reading it back finds."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from click.testing import CliRunner

from kwaliteitsmonitor.exchange.workbooks import styles
from kwaliteitsmonitor.exchange.workbooks.columns import choices
from kwaliteitsmonitor.exchange.workbooks.explanation import privacy
from kwaliteitsmonitor.exchange.workbooks.prefill import fields_to_fill
from kwaliteitsmonitor.exchange.workbooks.request import Asked, asked, expected_of, feed_of, unit_of
from kwaliteitsmonitor.exchange.workbooks.template import template
from kwaliteitsmonitor.foundation.workspace import Workspace
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.contract import Kind, Layer
from schemas.errors import UsageError
from schemas.exports.arrow import arrow_schema
from schemas.profile import Profile
from schemas.profile.feeds import FileSource
from schemas.profile.spellings import spellings
from schemas.tables import CATALOGUE, staged
from schemas.workbooks import comparison_header, is_comparison, is_own_sheet
from tests import made_up
from tests.exchange.workbooks.filling import contents, filled_in, valid_rows
from tests.exchange.workbooks.filling import staged as read_back

CYCLE = "2021-03"
SHEETS = ["Maatregelen", "Studieadviseurs", "Opleidingen", "Medezeggenschap", "Panelgesprekken"]


def report(profile: Profile, unit: str = "FGW", period: str = "") -> Asked:
    (one,) = asked(profile, profile.cycle(CYCLE), profile.feed("faculty_report"), unit_of(profile, unit), period)
    return one


def opened(book: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(book))


@pytest.fixture(scope="module")
def book(profile: Profile) -> openpyxl.Workbook:
    return opened(template(report(profile), "nl"))


def rules_of(sheet: Any) -> dict[str, Any]:
    """The validation of each column of a sheet by its header."""
    found = {}
    for rule in sheet.data_validations.dataValidation:
        column = str(rule.sqref).split(":")[0].rstrip("0123456789")
        found[sheet[f"{column}1"].value] = rule
    return found


def listed(book: openpyxl.Workbook, rule: Any) -> list[str]:
    """The choices of a list, by the name that the validation gives."""
    ((sheet, area),) = book.defined_names[rule.formula1].destinations
    return [cell.value for (cell,) in book[sheet][area]]


def test_the_sheets_are_those_of_the_contracts_between_an_explanation_and_hidden_lists(
    book: openpyxl.Workbook,
) -> None:
    assert book.sheetnames == ["Toelichting", *SHEETS, "Lijsten"]
    assert book["Lijsten"].sheet_state == "hidden"
    assert all(book[name].sheet_state == "visible" for name in ("Toelichting", *SHEETS))


def test_the_units_own_measures_and_programmes_are_filled_in_with_the_words_that_people_know(
    profile: Profile, book: openpyxl.Workbook
) -> None:
    rows = list(book["Maatregelen"].iter_rows(min_row=2, max_row=4, max_col=4, values_only=True))
    assert rows[0] == ("Intensiever en kleinschalig onderwijs", "Kleinere onderwijsgroepen", None, None)
    names = {m.nl for m in profile.measures if "FGW" in m.units}
    assert {r[1] for r in book["Maatregelen"].iter_rows(min_row=2, values_only=True) if r[1]} == names
    programmes = [r[0] for r in book["Opleidingen"].iter_rows(min_row=2, values_only=True) if r[0]]
    own = [p for p in profile.programmes if p.unit == "FGW" and p.croho_type in ("ba", "ma")]
    assert programmes == [f"{p.name} ({p.programme})" for p in own]


def test_the_lists_offer_the_units_own_first_and_then_every_other(profile: Profile, book: openpyxl.Workbook) -> None:
    offered = listed(book, rules_of(book["Maatregelen"])["Maatregel"])
    own = [m.nl for m in profile.measures if "FGW" in m.units]
    assert offered[: len(own)] == own
    assert set(offered) == {m.nl for m in profile.measures}
    assert listed(book, rules_of(book["Medezeggenschap"])["Besluit"]) == [
        "goedgekeurd",
        "geadviseerd",
        "besproken",
        "afgewezen",
    ]
    assert listed(book, rules_of(book["Opleidingen"])["Verplichte matching"]) == ["ja", "nee"]


def test_numbers_and_dates_are_kept_within_what_the_contract_allows(book: openpyxl.Workbook) -> None:
    advisers = rules_of(book["Studieadviseurs"])
    assert (advisers["Fte"].type, advisers["Fte"].formula1, advisers["Fte"].formula2) == ("decimal", "0", "200")
    assert (advisers["In traject"].type, advisers["In traject"].formula2) == ("whole", "500")
    assert advisers["Fte"].error == "Verwacht: een getal van 0 tot en met 200 fte."
    assert advisers["Fte"].errorStyle == "stop"
    date_rule = rules_of(book["Panelgesprekken"])["Datum"]
    assert date_rule.type == "date"
    assert date_rule.error == "Verwacht: een datum, bijvoorbeeld 1-10-2020."
    assert book["Panelgesprekken"]["B2"].number_format == "d-m-yyyy"
    for name in SHEETS:
        for rule in book[name].data_validations.dataValidation:
            assert len(rule.prompt) <= 255
            assert len(rule.error or "") <= 225
            assert len(rule.promptTitle) <= 32


def test_headers_and_structure_are_protected_and_cells_to_fill_in_are_not(book: openpyxl.Workbook) -> None:
    assert book.security.lockStructure
    assert book.security.workbookPassword is None
    for name in ("Toelichting", "Lijsten", *SHEETS):
        assert book[name].protection.sheet
        assert book[name].protection.password is None
    sheet = book["Maatregelen"]
    assert sheet["A1"].protection.locked
    assert not sheet["C2"].protection.locked
    assert not sheet.column_dimensions["C"].protection.locked
    assert sheet.freeze_panes == "A2"


def test_a_sheet_of_one_row_has_room_for_one(book: openpyxl.Workbook) -> None:
    sheet = book["Studieadviseurs"]
    assert not sheet["A2"].protection.locked
    assert sheet["A3"].protection.locked
    assert sheet.column_dimensions["A"].protection.locked
    assert str(rules_of(sheet)["Fte"].sqref) == "A2"


def test_required_columns_show_an_asterisk_that_is_no_part_of_the_header(book: openpyxl.Workbook) -> None:
    sheet = book["Maatregelen"]
    assert [(c.value, c.number_format) for c in sheet[1] if c.value] == [
        ("Thema", '@" *"'),
        ("Maatregel", '@" *"'),
        ("Voortgang", '@" *"'),
        ("Toelichting", "General"),
    ]


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
        (one,) = asked(profile, profile.cycle(CYCLE), of_feed, unit_of(profile, "FGW"))
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
    (one,) = asked(profile, profile.cycle(CYCLE), profile.feed("decisions"), None)
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


def _about(one: Asked) -> str:
    rows = opened(template(one, "nl"))["Toelichting"].iter_rows(values_only=True)
    return next(str(row[1]) for row in rows if row[0] == "Wie leest het")


def test_in_english_the_words_are_english(profile: Profile) -> None:
    book = opened(template(report(profile), "en"))
    assert book.sheetnames == ["Explanation", *SHEETS, "Lists"]
    assert book["Maatregelen"]["A2"].value == "More intensive, small-scale teaching"
    assert [c.value for c in book["Studieadviseurs"][1]] == ["Fte", "Of which temporary", "Certified", "In training"]
    assert listed(book, rules_of(book["Maatregelen"])["Progress"])[0] == "not started"
    assert book.properties.language == "en-GB"
    assert book.properties.title == "faculty's annual education report 2019-2020 FGW"


def test_the_same_template_is_the_same_bytes(profile: Profile) -> None:
    assert template(report(profile), "nl") == template(report(profile), "nl")
    assert template(report(profile), "nl") != template(report(profile, "FdA"), "nl")
    with zipfile.ZipFile(io.BytesIO(template(report(profile), "nl"))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert re.findall(rb">([0-9T:-]+Z)<", archive.read("docProps/core.xml")) == [b"2000-01-01T00:00:00Z"] * 2


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_word_in_a_list_is_read_as_its_code(profile: Profile, language: str) -> None:
    aliases = profile.aliases()
    codes = profile.code_lists()
    for table in CATALOGUE.values():
        for field in table.bind(codes).fields if table.layer is Layer.DELIVERED else ():
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
    assert not {"Zelfde naam", "zelfde  naam"} & set(named.aliases()["measures"])


def earlier(profile: Profile, workspace: Workspace, cycle: str = "2020-09") -> None:
    """Keep what an earlier cycle staged of the year before."""

    def keep(name: str, rows: list[dict[str, Any]]) -> None:
        schema = arrow_schema(staged(CATALOGUE[name].bind(profile.code_lists())))
        told = {"academic_year": "2018-2019", "unit": "FGW", "_delivery": "d" * 16, "_row": 2}
        complete = [{f: {**told, **row}.get(f) for f in schema.names} for row in rows]
        workspace.write(cycle, "staged", name, pa.Table.from_pylist(complete, schema=schema))

    keep("faculty_study_advisers", [
        {"fte": Decimal("6.2"), "fte_temporary": Decimal(0), "certified": 3, "in_training": 1},
        {"unit": "FdA", "fte": Decimal("9.9"), "fte_temporary": Decimal(0), "certified": 0, "in_training": 0},
    ])  # fmt: skip
    keep("faculty_measures", [{"theme": "intensive", "measure": "smaller_groups", "progress": "at_risk"}])
    keep("faculty_programmes", [
        {"programme": "56034", "compulsory_matching": True, "online_trial_study": False},
    ])  # fmt: skip


def test_the_values_of_the_year_before_stand_beside_and_are_not_read_back(
    profile: Profile, workspace: Workspace
) -> None:
    earlier(profile, workspace)
    one = report(profile)
    made = template(one, "nl", workspace)
    book = opened(made)
    sheet = book["Studieadviseurs"]
    headers = {cell.value: cell.column_letter for cell in sheet[1] if cell.value}
    beside = headers["Ter vergelijking (2018-2019): Fte"]
    assert sheet[f"{beside}2"].value == 6.2
    assert sheet[f"{beside}2"].protection.locked
    measures = book["Maatregelen"]
    assert [c.value for c in measures[2]][:5] == [
        "Intensiever en kleinschalig onderwijs",
        "Kleinere onderwijsgroepen",
        None,
        None,
        "loopt risico",
    ]
    assert "Toelichting" not in "".join(str(c.value) for c in measures[1][4:])  # open text was not staged
    # An unfilled sheet with values beside it is an unfilled sheet, and a filled one is read without them.
    empty = read_back(workspace, [(one, made)])
    (tally,) = empty.tables["faculty_study_advisers"].tallies.values()
    assert tally.received == 0
    rows = {t.name: valid_rows(one, t) for t in one.tables}
    found = read_back(workspace, [(one, filled_in(one, made, rows, "nl"))])
    assert [q for t in found.tables.values() for q in t.quarantine] == []
    assert contents(found, "faculty_study_advisers", {})[0]["fte"] == rows["faculty_study_advisers"][0]["fte"]
    details = " ".join(r.detail for t in found.tables.values() for r in t.results)
    assert "ter vergelijking" not in details, "our own grey columns are no finding"
    assert "onbekend" not in details


def test_headers_for_comparison_and_sheets_of_our_own_are_known_again() -> None:
    assert is_comparison(comparison_header("nl", "2018-2019", "Fte"))
    assert is_comparison(comparison_header("en", "2020-3", "Budget"))
    assert not is_comparison("Fte")
    assert not is_comparison(None)
    assert not is_comparison("Ter vergelijking")
    assert is_own_sheet("terugkoppeling ")
    assert not is_own_sheet("Maatregelen")


def test_a_form_that_is_no_table_has_no_template(profile: Profile) -> None:
    one = report(profile)
    scaled = {"table": "faculty_study_advisers", "scale": {"fte": "1000"}}
    source = FileSource.model_validate({**one.source.model_dump(), "forms": [scaled]})
    feed = one.feed.model_copy(update={"sources": [source]})
    (odd,) = asked(profile, one.cycle, feed, one.unit)
    with pytest.raises(UsageError, match="faculty_study_advisers a form of its own"):
        template(odd, "nl")


def test_what_cannot_be_asked_is_refused_with_what_can(profile: Profile) -> None:
    cycle = profile.cycle(CYCLE)
    feed = profile.feed("faculty_report")
    with pytest.raises(UsageError, match="delivered by each unit"):
        asked(profile, cycle, feed, None)
    with pytest.raises(UsageError, match="does not read '2015-2016'"):
        expected_of(profile, cycle, feed, "2015-2016")
    with pytest.raises(UsageError, match="not delivered as a workbook"):
        asked(profile, cycle, profile.feed("enrolments"), None)
    with pytest.raises(UsageError, match="delivered centrally"):
        asked(profile, cycle, profile.feed("spending_plan"), unit_of(profile, "FGW"))
    with pytest.raises(UsageError, match="there is no unit 'XX'"):
        unit_of(profile, "XX")
    with pytest.raises(UsageError, match="not said which feed"):
        feed_of(profile, "", by_unit=False, workbook=True)
    assert unit_of(profile, "fa").id == "FdA"
    assert feed_of(profile, "", by_unit=True, workbook=True) is feed


def test_the_command_writes_the_file_under_the_name_by_which_it_is_delivered(tmp_path: Path) -> None:
    runner = CliRunner()
    options = ["--cycle", CYCLE, "--institution", "leiden", "--out", str(tmp_path / "out"), "--to", f"{tmp_path}/to/"]
    done = runner.invoke(kwaliteitsmonitor, ["template", "--unit", "fa", *options])
    assert (done.exit_code, done.return_value) == (0, 0)
    assert (tmp_path / "to" / "FdA.xlsx").is_file()
    assert "onderwijsjaarverslag/2019-2020/FdA.xlsx" in done.output
    again = runner.invoke(kwaliteitsmonitor, ["template", "--unit", "fa", *options])
    assert again.return_value == 2
    assert "Er staat al een bestand met deze naam" in again.output
    before = (tmp_path / "to" / "FdA.xlsx").read_bytes()
    assert runner.invoke(kwaliteitsmonitor, ["template", "--unit", "fa", *options, "--replace"]).return_value == 0
    assert (tmp_path / "to" / "FdA.xlsx").read_bytes() == before
    assert not (tmp_path / "out").exists()


def test_the_help_shows_its_examples_line_by_line() -> None:
    shown = CliRunner().invoke(kwaliteitsmonitor, ["template", "--help"]).output
    assert "\n    kwaliteitsmonitor template --unit FGW --cycle 2021-03\n" in shown
    assert "\\b" not in shown


def test_columns_that_the_delivery_tells_are_not_asked(profile: Profile) -> None:
    one = report(profile)
    asked_for = {f.name for t in one.tables for f in fields_to_fill(one, t)}
    assert asked_for.isdisjoint({"unit", "academic_year"})
    free = next(f for f in one.tables[0].fields if f.open_text)
    assert choices(one, free, "nl") == []
    assert free.kind is Kind.TEXT


def contrast(one: str, other: str) -> float:
    """The contrast between two colours, by WCAG 2."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (2, 4, 6)]
        red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


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
def test_what_is_written_stands_out_from_its_ground(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 7


def test_a_unit_is_known_by_its_names_but_for_those_that_stand_for_another() -> None:
    """What the profile lists itself, an id or an alias, goes before a name; a name of two units is neither's."""
    who = made_up.profile(units=["SCI", "LAW", "OLD", "NEW"])
    names = {"SCI": ("Natuur", "Science"), "LAW": ("Recht", "sci"), "OLD": ("Bèta", "Nature"), "NEW": ("Bèta", "Stem")}
    called = tuple(
        u.model_copy(
            update={"nl": names[u.id][0], "en": names[u.id][1], "aliases": ["nature"] if u.id == "SCI" else []}
        )
        for u in who.units
    )
    read = replace(who, units=called).aliases()["units"]
    assert read == {"nature": "SCI", "Natuur": "SCI", "Science": "SCI", "Recht": "LAW", "Stem": "NEW"}
