"""Each section of the report by the function that makes it, over a real release and over rows made by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.contents.by_unit import by_unit
from kwaliteitsmonitor.releases.report.contents.carry_over import carry_over
from kwaliteitsmonitor.releases.report.contents.changes import changed
from kwaliteitsmonitor.releases.report.contents.classes import classes
from kwaliteitsmonitor.releases.report.contents.consultations import councils, panels
from kwaliteitsmonitor.releases.report.contents.definitions import meaning
from kwaliteitsmonitor.releases.report.contents.deliveries import accounts, findings
from kwaliteitsmonitor.releases.report.contents.evaluations import evaluations
from kwaliteitsmonitor.releases.report.contents.indicators import indicators, measure
from kwaliteitsmonitor.releases.report.contents.measures import measures
from kwaliteitsmonitor.releases.report.contents.narrative import story
from kwaliteitsmonitor.releases.report.contents.national import national
from kwaliteitsmonitor.releases.report.contents.provenance import provenance
from kwaliteitsmonitor.releases.report.contents.rounds import rounds
from kwaliteitsmonitor.releases.report.contents.spending import spending
from kwaliteitsmonitor.releases.report.contents.targets import beside
from kwaliteitsmonitor.releases.report.document.model import Paragraph, Section
from kwaliteitsmonitor.releases.report.document.reading import Reading
from schemas.errors import UsageError
from schemas.profile import load_profile, profile_folder
from schemas.profile.misprints import Misprint
from schemas.rows import IndicatorValuesRow
from schemas.words import listed
from tests.made_up import mean, profile
from tests.releases.report import releases
from tests.releases.report.cells import Read, cell, tables_of, texts
from tests.releases.report.releases import evidence, figure, of_year, spent, write_release

Make = Callable[[Reading], Section | None]
BREAK = {"reporting_year": 2020, "nl": "Nieuw; geldt zo.", "en": "New; so it holds."}
BROKEN = "Nieuw; geldt zo. / New; so it holds. zonder East / without East"
SUPPRESSED = {"status": "suppressed", "printed_nl": "×", "printed_en": "×"}
HIDDEN = figure(value=None, spread=None, n=None, **SUPPRESSED)


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
def test_a_section_is_not_there_without_rows(published: Reading, read: Read, make: Make, tables: str) -> None:
    assert make(read({})) is None
    own = tables_of(make(published))
    assert list(own) == [f"table-{name}" for name in tables.split()]
    assert all(row.cells for table in own.values() for row in table.rows)


def test_what_the_figures_mean_is_told_whatever_there_is(published: Reading, read: Read) -> None:
    ids = [[inner.id for inner in one.sections] for one in (meaning(published), meaning(read({}))) if one is not None]
    assert ids == [["definitions", "signs"], ["signs"]]


# --- a release as it is read -----------------------------------------------------------------------------------------


def test_what_a_release_says_in_two_languages_is_read_in_one(read: Read) -> None:
    row = {"break_note": BROKEN, "note_nl": "eerst dit; dan dat", "note_en": "this first"}
    for language, day, notes in (
        ("nl", "1 maart 2021", ("Nieuw; geldt zo.", "zonder East", "eerst dit", "dan dat")),
        ("en", "1 March 2021", ("New; so it holds.", "without East", "this first")),
    ):
        reading = read({}, language, profile(indicators=[mean(breaks=[BREAK])]))
        assert (reading.notes(row), reading.day(date(2021, 3, 1)), reading.day(None)) == (notes, day, "")


def test_what_the_profile_has_no_name_for_is_called_by_its_code(read: Read) -> None:
    reading = read({"indicator_values": [figure(year=2019), figure()]}, "en")
    assert (reading.theme("teachers"), reading.theme("gone")) == ("teachers", "gone")
    assert (reading.council("council"), reading.council("gone"), reading.feed("gone")) == ("council", "gone", "gone")
    assert len(reading.rows(IndicatorValuesRow, 2020)) == 1


# --- indicators ------------------------------------------------------------------------------------------------------


def test_a_suppressed_figure_has_its_sign_and_nothing_of_a_value_that_stands_beside_it(read: Read) -> None:
    careless = figure(**SUPPRESSED)
    for row in (HIDDEN, careless):
        section = indicators(read({"indicator_values": [figure(year=2019, n=7, response_rate=0.5), row]}))
        tables = tables_of(section)
        shown = cell(tables["table-indicators"], 1, "year_2020")
        assert (shown.text, shown.value, shown.spread, shown.status) == ("×", None, None, "suppressed")
        assert set(texts(tables["table-indicators-basis"])[0][2:5]) == {"×"}
        everything = json.dumps(section, default=lambda o: str(vars(o)) if hasattr(o, "__dict__") else str(o))
        assert not [number for number in ("2.500", "25,0%") if number in everything]


def test_what_is_said_of_a_figure_stands_below_the_table(read: Read) -> None:
    def notes(language: str, *rows: dict[str, Any]) -> list[str]:
        reading = read({"indicator_values": rows}, language, profile(indicators=[mean(breaks=[BREAK])]))
        return list(tables_of(indicators(reading))["table-indicators"].notes.values())

    row = figure(break_note_nl=listed([BREAK["nl"], "zonder East"]), break_note_en="x")
    assert notes("nl", row) == ["Nieuw; geldt zo.", "Zonder East."]
    assert notes("en", figure(year=2019), figure(definition_version="2", spread_kind="sd_units")) == [
        "Rests on version 2 of the definition, the year before on version 1.",
        "The spread is of another kind than that of the year before.",
    ]


def test_a_measure_is_named_with_the_scale_of_its_scores(read: Read) -> None:
    assert measure(read({}), figure()) == "score 1–5"
    assert measure(read({}), figure(unit_of_measure="fraction")) == "%"


def test_provenance_tells_deliveries_rows_and_what_a_filter_dropped(read: Read) -> None:
    row = figure()
    about = {
        "figure_id": row["figure_id"],
        "filter_nl": "-7: te klein; <5: elders, buiten; zonder toelichting",
        "filter_en": "-7: too small; <5: elsewhere, outside; without a reason",
    }
    rows = [evidence(part="numerator", file=f"{name}.csv", **about) for name in "abcd"]
    reading = read({"indicator_values": [row], "lineage": [*rows, evidence(part="denominator", **about, rows=None)]})
    section = indicators(reading)
    assert section is not None
    origin = provenance(reading, [section])[row["figure_id"]]
    assert (origin.title, origin.lines) == (
        "satisfaction, 2020",
        (
            "Definitie: versie 1.",
            "Respons: 2.500 van 10.000 uitgenodigd, 25,0%.",
            "Teller: bfr; 12 rijen uit 4 bestanden.",
            "Noemer: bfr; rijen uit a.csv.",
            "Teller en noemer, weggelaten: 7, te klein.",
            "Teller en noemer, weggelaten: <5, elders, buiten.",
        ),
    )


# --- measures --------------------------------------------------------------------------------------------------------


def test_units_beyond_a_dozen_stand_in_a_table_of_their_own(read: Read) -> None:
    units = [f"U{number}" for number in range(1, 31)]
    many = profile(units=units, measures=[("tutors", "small_classes", units)])
    rows = {"measures": [releases.measure(unit) for unit in units]}
    tables = list(tables_of(measures(read(rows, "nl", many))).values())
    assert [len(table.columns) - 1 for table in tables] == [12, 12, 6]
    assert [column.name for table in tables for column in table.columns if column.name != "measure"] == units
    assert tables[1].caption == "Voortgang van de maatregelen over 2020: U13 – U24"


def test_what_a_unit_says_of_a_measure_stands_below_how_far_it_is(read: Read) -> None:
    rows = [
        releases.measure("North", explanation="Begonnen in mei"),
        releases.measure("East", progress=None),
        releases.measure("South", "groups", status="not_available", progress=None),
    ]
    tables = tables_of(measures(read({"measures": rows}, "en")))
    assert texts(tables["table-measures"]) == [["Tutors", "on course", "–", ""], ["Groups", "", "", "–"]]
    assert texts(tables["table-measures-told"]) == [["North", "on course", "Begonnen in mei"]]


# --- money -----------------------------------------------------------------------------------------------------------

SEVERAL = "zonder East (ontheffing); een eerder jaar is niet compleet"


def test_what_is_said_of_a_row_is_noted_at_its_budget(read: Read) -> None:
    missing = {"status": "not_available", "note_nl": "niet geleverd: East", "note_en": "not delivered: East"}
    missing |= dict.fromkeys(("budget", "realised", "difference"))
    for language, more, budget, notes in (
        ("en", missing, "–", ["Not delivered: East."]),
        ("nl", {"note_nl": SEVERAL}, "5.000", ["Zonder East (ontheffing).", "Een eerder jaar is niet compleet."]),
    ):
        rows = {"spending_overview": [spent(None, "5000000", "5000000") | more]}
        table = tables_of(spending(read(rows, language)))["table-spending-2020"]
        shown = cell(table, 0, "budget")
        assert (shown.text, [table.notes[key] for key in shown.notes]) == (budget, notes)
        assert list(table.notes.values()) == notes


def test_what_an_earlier_report_misprinted_is_said_at_that_figure_alone(read: Read) -> None:
    misprint = Misprint(table="spending", reporting_year=2020, part="difference", printed="9", nl="Was 9.", en="Was 9.")
    rows = {"spending_overview": [spent("teachers", "1", "2"), spent(None, "1", "2")]}
    table = tables_of(spending(read(rows, who=replace(profile(), misprints=(misprint,)))))["table-spending-2020"]
    assert [cell(table, row, "difference").notes for row in (0, 1)] == [(), ("a",)]
    assert table.notes == {"a": "Was 9."}


def test_overspending_stands_with_its_explanation_or_that_it_was_asked_for(read: Read) -> None:
    amounts = {"budget": Decimal(1000000), "outcome": Decimal(1300000), "difference": Decimal(300000)}
    rows = [
        of_year(unit=unit, theme="teachers", round=3, difference_pct=0.3, basis="realised", **amounts)
        | {"explained": state, "explanation": words, "about_figure": f"2021-03:unit_spending:2020:{unit}:teachers"}
        for unit, words, state in (("East", "Eerder gestart", "given"), ("North", None, "asked"))
    ]
    table = tables_of(story(read({"spending_explanations": rows})))["table-explanations"]
    assert texts(table) == [
        ["East", "teachers", "1.000", "1.300", "300", "30%", "Eerder gestart"],
        ["North", "teachers", "1.000", "1.300", "300", "30%", "Toelichting gevraagd, nog niet gegeven."],
    ]


def test_versions_of_the_plan_stand_beside_each_other_with_the_consent_that_they_had(read: Read) -> None:
    def planned(version: str, theme: str | None, amount: str, year: int = 2020, **more: Any) -> dict[str, Any]:
        row = {"cycle": "2021-03", "version": version, "year": year, "theme": theme, "amount": Decimal(amount)}
        return row | {"status": "ok", "figure_id": f"2021-03:plan:{version}:{year}:{theme}"} | more

    consent = {"shift": Decimal("-100000"), "consent_by": "council", "consent_on": date(2020, 6, 1)}
    rows = [planned("first", theme, "1000000") for theme in ("teachers", None)]
    rows.append(planned("first", "teachers", "7000000", 2024))
    rows += [planned("revised", theme, "900000", **consent) for theme in ("teachers", None)]
    table = tables_of(story(read({"spending_plan_versions": rows})))["table-plan"]
    assert texts(table) == [["teachers", "1.000", "900", "-100"], ["Totaal", "1.000", "900", "-100"]]
    titles = [column.title for column in table.columns if column.name.startswith("amount_")]
    assert titles == ["Oorspronkelijk plan", "Gewijzigd plan (1 juni 2020)"]
    assert table.notes == {"a": "De raad heeft op 1 juni 2020 met dit plan ingestemd."}
    assert cell(table, 1, "amount_1").notes == ("a",)


def test_a_forecast_stands_beside_what_the_year_became_of_the_same_units(read: Read) -> None:
    def expected(number: int, forecast: str, realised: str, without: str = "") -> list[dict[str, Any]]:
        amounts = {"forecast": Decimal(forecast), "realised": Decimal(realised)}
        amounts |= {"deviation": amounts["realised"] - amounts["forecast"]}
        notes = {"note_nl": f"zonder {without}", "note_en": f"without {without}"} if without else {}
        return [
            of_year(round=number, theme=theme, without=without or None, deviation_pct=-0.05, **notes, **amounts)
            | {"figure_id": f"2021-03:forecast:2020:{number}:{theme or 'all'}"}
            for theme in ("teachers", None)
        ]

    second = expected(2, "1850000", "1900000")
    together, apart = (
        tables_of(story(read({"spending_forecasts": [*first, *second]}, "en")))["table-forecasts"]
        for first in (expected(1, "2000000", "1900000"), expected(1, "1500000", "1400000", "N"))
    )
    assert texts(together) == [[name, "2,000", "-100", "1,850", "50", "1,900"] for name in ("teachers", "Total")]
    each = ["1,500", "1,400", "-100", "1,850", "1,900", "50"]
    assert (texts(apart), apart.notes) == ([["teachers", *each], ["Total", *each]], {"a": "Without N."})


def test_what_is_left_of_the_first_year_follows_from_what_stands_in_the_table(read: Read) -> None:
    rows = {"spending_overview": [spent("teachers", "5000000", "4000000"), spent(None, "5000000", "4000000")]}
    usual = profile()
    first = replace(usual, institution=usual.institution.model_copy(update={"first_year": 2020}))
    expected = (usual, True, "budget + carried_over - realised"), (first, False, "available - realised")
    for who, carried, formula in expected:
        table = tables_of(carry_over(read(rows, who=who)))["table-available"]
        columns = {one.name: one.formula for one in table.columns}
        assert ("carried_over" in columns, columns["left_over"]) == (carried, formula)


def test_a_round_that_there_is_not_is_passed_over_in_what_a_round_drifts_from(read: Read) -> None:
    rows = [
        of_year(round=number, theme=theme, figure_id=f"2021-03:round:2020:{number}:{theme or 'all'}")
        | {"budget": Decimal(100), "realised": Decimal(10 * number), "forecast": Decimal(90 + number)}
        for number in (1, 3)
        for theme in ("small_classes", None)
    ]
    table = tables_of(rounds(read({"spending_rounds": rows})))["table-rounds"]
    assert {column.name: column.formula for column in table.columns}["drift_3"] == "forecast_3 - forecast_1"


# --- what changed since an earlier release ---------------------------------------------------------------------------


def since(folder: Path, before: dict[str, Any], after: dict[str, Any]) -> tuple[list[list[str]], list[str]]:
    """The first four cells of each line of the section, and its paragraphs."""
    old, new = (ReleaseReader(write_release(folder / name, of)) for name, of in (("v1", before), ("v2", after)))
    reading = Reading(profile(indicators=[mean()]), new, "nl")
    sections = [section for make in (indicators, spending) if (section := make(reading)) is not None]
    section = changed(reading, sections, provenance(reading, sections), old)
    lines = [line[:4] for table in tables_of(section).values() for line in texts(table)]
    return lines, [block.text for block in section.blocks if isinstance(block, Paragraph)]


def test_a_figure_that_changed_stands_as_it_was_and_as_it_is_unless_it_is_printed_the_same(tmp_path: Path) -> None:
    before, after, close = (
        {"spending_overview": [spent(None, "1000000", realised)]} for realised in ("900000", "950000", "900001")
    )
    lines, _ = since(tmp_path / "changed", before, after)
    total = "Totaal · Besteding per thema in 2020 (ronde 3)"
    assert [f"{total}, Gerealiseerd", "900", "950", "50"] in lines
    assert [f"{total}, Verschil", "-100", "-50", "50"] in lines
    lines, words = since(tmp_path / "close", before, close)
    assert (lines, "0 cijfers zoals dit verslag ze afdrukt" in words[0]) == ([], True)
    assert since(tmp_path / "same", before, before)[1] == ["Sinds 2021-03/v1 is geen cijfer veranderd."]
    with pytest.raises(UsageError, match="no figure in common"):
        since(tmp_path / "other", before, {"indicator_values": [figure()]})


def test_a_figure_that_is_now_suppressed_is_not_told_as_it_was(tmp_path: Path) -> None:
    lines, _ = since(tmp_path, {"indicator_values": [figure()]}, {"indicator_values": [HIDDEN]})
    assert lines
    assert all(line[1:] == ["×", "×", ""] for line in lines)
