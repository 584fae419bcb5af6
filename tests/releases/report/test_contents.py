"""What a report says: every figure as the release has it, what is lacking said, and nothing where there is nothing."""

from __future__ import annotations

import ast
import csv
import json
import operator
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.methods.figures.printing import Language
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.contents.report import report_of
from kwaliteitsmonitor.releases.report.document.model import Document, Figure, Table, Terms
from schemas.errors import KwaliteitsmonitorError, UsageError
from schemas.profile import load_profile, profile_folder
from schemas.profile.misprints import Misprint
from tests.made_up import mean, profile
from tests.releases.report.releases import evidence, figure, spent

Made = Callable[..., ReleaseReader]
WHO = profile(indicators=[mean()])
LEIDEN = profile_folder("leiden")


def tables_of(document: Document) -> dict[str, Table]:
    return {table.id: table for table in document.tables()}


def texts(table: Table, kinds: tuple[str, ...] = ("body", "total")) -> list[list[str]]:
    return [
        [cell.text if isinstance(cell, Figure) else cell for cell in row.cells]
        for row in table.rows
        if row.kind in kinds
    ]


def cell(table: Table, row: int, column: str) -> Figure:
    found = table.rows[row].cells[[c.name for c in table.columns].index(column)]
    assert isinstance(found, Figure)
    return found


# --- as it was printed -----------------------------------------------------------------------------------------------


def as_printed(text: str) -> str:
    """A figure of the published table in the notation of the report: a comma, and a plus-minus sign."""
    figures = text.removeprefix("Ba:").removeprefix("Ma:").strip().replace("+/-", "±").replace(" ", "")
    return figures.replace(".", ",")


@pytest.fixture(scope="module")
def leiden(leiden_release: ReleaseReader) -> Document:
    return report_of(load_profile(LEIDEN), leiden_release, "nl")


def test_table_1_reads_as_it_was_printed(leiden: Document) -> None:
    table = tables_of(leiden)["table-indicators"]
    columns = [column.name for column in table.columns]
    shown: dict[tuple[str, str, str], str] = {}
    for row in table.rows:
        if row.kind == "body":
            for year in ("2019", "2020"):
                found = row.cells[columns.index(f"year_{year}")]
                assert isinstance(found, Figure)
                assert found.figure_id is not None
                shown[(found.figure_id.split(":")[3], str(row.cells[1]), year)] = found.text.replace(" ", "")
    with (LEIDEN / "sample" / "published_indicators.csv").open(encoding="utf-8") as stream:
        published = list(csv.DictReader(stream))
    assert len(published) == len(shown) == 22
    for row in published:
        key = (row["indicator_id"], row["level"], row["reporting_year"])
        expected = "3,4±1,1" if "334" in row["printed"] else as_printed(row["printed"])
        assert shown[key] == expected, key


def test_table_1_stands_by_theme_with_bachelor_and_master_apart(leiden: Document) -> None:
    table = tables_of(leiden)["table-indicators"]
    assert table.caption == "Tabel 1. Indicatoren per thema, 2019–2020"
    themes = [str(row.cells[0]) for row in table.rows if row.kind == "heading"]
    assert themes == [theme.nl for theme in load_profile(LEIDEN).funded_themes]
    assert [row[1] for row in texts(table)] == ["", "", "Ba", "Ma", "Ba", "Ma", "", "", "", "", ""]


def test_table_2_reads_as_it_was_printed(leiden: Document) -> None:
    tables = tables_of(leiden)
    with (LEIDEN / "sample" / "published_spending_totals.csv").open(encoding="utf-8") as stream:
        published = {row["reporting_year"]: row for row in csv.DictReader(stream)}
    for year, row in published.items():
        table = tables[f"table-spending-{year}"]
        total = texts(table, ("total",))[0]
        assert total[:3] == ["Totaal", row["budget_printed"], row["realised_printed"]]
    assert texts(tables["table-spending-2019"], ("total",))[0][3:5] == ["-361", "-5%"]
    assert texts(tables["table-spending-2020"], ("total",))[0][3] == published["2020"]["difference_in_text_keur"]


def test_the_shares_of_the_themes_are_the_published_ones(leiden: Document) -> None:
    table = tables_of(leiden)["table-spending-2020"]
    place = [column.name for column in table.columns].index("share_of_realised")
    with (LEIDEN / "sample" / "published_theme_shares.csv").open(encoding="utf-8") as stream:
        published = {row["theme_nl"]: f"{row['realisation_2020_share_pct']}%" for row in csv.DictReader(stream)}
    assert {row[0]: row[place] for row in texts(table, ("body",))} == published
    differentiation = next(row for row in texts(table) if row[0] == "Onderwijsdifferentiatie")
    assert differentiation[3] == "-285"


def test_what_was_misprinted_is_said_at_the_right_figure(leiden: Document) -> None:
    tables = tables_of(leiden)
    skills = [row for row in tables["table-indicators"].rows if "vakspecifieke" in str(row.cells[0])][-1].cells[3]
    assert isinstance(skills, Figure)
    said = [tables["table-indicators"].notes[key] for key in skills.notes]
    assert any("‘334 +/- 1.1’" in text for text in said)
    total = cell(tables["table-spending-2019"], -1, "difference")
    assert "\N{MINUS SIGN}359" in tables["table-spending-2019"].notes[total.notes[0]]


def test_every_figure_of_a_published_report_says_where_it_comes_from(leiden: Document) -> None:
    identities = {one.figure_id for table in leiden.tables() for one in table.figures() if one.figure_id}
    assert identities == set(leiden.provenance)
    assert len(identities) > 200
    ratio = leiden.provenance["2021-03:indicator:2020:student_staff_ratio:all:all"]
    assert "Teller: inschrijvingen op 1 oktober; 29.612 rijen uit inschrijvingen/2020.csv." in ratio.lines
    assert "Teller, weggelaten: 1.340, een neveninschrijving telt dezelfde student nog eens." in ratio.lines


def test_every_sum_of_money_adds_up(leiden: Document) -> None:
    """What a column says of its total, and of how it follows from others, is so."""
    looked = 0
    for table in leiden.tables():
        totals = [row for row in table.rows if row.kind == "total"]
        for place, column in enumerate(table.columns):
            if totals and column.adds_up:
                parts = [row.cells[place] for row in table.rows if row.kind == "body"]
                total = totals[0].cells[place]
                assert isinstance(total, Figure)
                assert sum(c.value or 0 for c in parts if isinstance(c, Figure)) == total.value, (table.id, column.name)
                looked += 1
    assert looked >= 30


def test_formulas_give_the_figures_beside_them(leiden: Document) -> None:
    looked = 0
    for table in leiden.tables():
        totals = {c.name: v.value for row in table.rows if row.kind == "total" for c, v in figures_of(table, row)}
        for row in (row for row in table.rows if row.kind != "heading"):
            known = {c.name: v.value for c, v in figures_of(table, row)}
            for column, shown in figures_of(table, row):
                if column.formula and shown.value is not None:
                    values = {f"{name}:total": value for name, value in totals.items()} | known
                    assert abs(worked_out(column.formula, values) - shown.value) < Decimal("0.000001"), (
                        table.id,
                        column.name,
                    )
                    looked += 1
    assert looked > 100


def worked_out(formula: str, values: Mapping[str, Decimal | None]) -> Decimal:
    """What a formula gives over these values: sums, differences, products and quotients."""
    names: list[str] = []

    def named(found: re.Match[str]) -> str:
        names.append(found[1])
        return f"v{len(names) - 1}"

    def of(node: ast.expr) -> Decimal:
        match node:
            case ast.Name(id=name):
                value = values[names[int(name[1:])]]
                assert value is not None
                return value
            case ast.Constant(value=int(number)):
                return Decimal(number)
            case ast.BinOp(left=left, op=op, right=right):
                ways = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
                result: Decimal = ways[type(op)](of(left), of(right))
                return result
        raise AssertionError(f"not arithmetic: {formula}")

    return of(ast.parse(re.sub(r"{([^}]+)}", named, formula), mode="eval").body)


def figures_of(table: Table, row: Any) -> list[tuple[Any, Figure]]:
    return [(c, v) for c, v in zip(table.columns, row.cells, strict=False) if isinstance(v, Figure)]


def test_both_languages_hold_the_same_figures(leiden: Document, leiden_release: ReleaseReader) -> None:
    english = report_of(load_profile(LEIDEN), leiden_release, "en")
    for ours, theirs in zip(leiden.tables(), english.tables(), strict=True):
        assert ours.id == theirs.id
        pairs = list(zip(ours.figures(), theirs.figures(), strict=True))
        assert [(a.value, a.figure_id, a.status) for a, _ in pairs] == [
            (b.value, b.figure_id, b.status) for _, b in pairs
        ]
    total = texts(tables_of(english)["table-spending-2020"], ("total",))[0]
    assert total[:4] == ["Total", "7,711", "7,993", "283"]


def test_nothing_dutch_is_left_in_the_english_report(leiden_release: ReleaseReader) -> None:
    english = report_of(load_profile(LEIDEN), leiden_release, "en")
    said = [english.title, *(text for fact in english.facts for text in fact)]
    for table in english.tables():
        said += [table.caption, *(c.title for c in table.columns), *table.notes.values()]
    said += [line for origin in english.provenance.values() for line in origin.lines]
    for text in said:
        assert not {"van", "en", "het", "een", "niet", "per eenheid"} & set(text.lower().split()), text


# --- what is not there -----------------------------------------------------------------------------------------------


def test_a_suppressed_figure_has_its_sign_and_no_value(release: Made) -> None:
    hidden = figure(status="suppressed", value=None, spread=None, printed_nl="×", printed_en="×", n=None)
    document = report_of(WHO, release({"indicator_values": [figure(year=2019), hidden]}), "nl")
    shown = cell(tables_of(document)["table-indicators"], 1, "year_2020")
    assert (shown.text, shown.value, shown.spread, shown.status) == ("×", None, None, "suppressed")
    rest = texts(tables_of(document)["table-indicators-basis"])[0]
    assert set(rest[1:6]) == {"×"}


def test_a_value_that_stands_beside_a_suppressed_status_is_not_shown(release: Made) -> None:
    careless = figure(status="suppressed", printed_nl="×", printed_en="×")
    document = report_of(WHO, release({"indicator_values": [careless]}), "nl")
    everything = json.dumps(document, default=lambda o: str(vars(o)) if hasattr(o, "__dict__") else str(o))
    assert "2.500" not in everything
    assert "25,0%" not in everything
    assert cell(tables_of(document)["table-indicators"], 1, "year_2020").value is None


def test_what_was_not_delivered_is_said_in_a_note(release: Made) -> None:
    row = spent("teachers", "100", "100", status="not_available", note="niet geleverd: East / not delivered: East")
    lacking = row | dict.fromkeys(("budget", "realised", "difference"))
    document = report_of(WHO, release({"spending_overview": [lacking]}), "en")
    table = tables_of(document)["table-spending-2020"]
    assert cell(table, 0, "budget").text == "–"
    assert [table.notes[key] for key in cell(table, 0, "budget").notes] == ["Not delivered: East."]


def test_several_things_said_of_a_row_each_have_their_note(release: Made) -> None:
    note = "zonder East (ontheffing) / without East (waived); een eerder jaar is niet compleet / an earlier year is not"
    document = report_of(WHO, release({"spending_overview": [spent(None, "5000", "5000", note=note)]}), "nl")
    table = tables_of(document)["table-spending-2020"]
    assert list(table.notes.values()) == ["Zonder East (ontheffing).", "Een eerder jaar is niet compleet."]
    assert cell(table, 0, "budget").notes == ("a", "b")


def test_a_break_that_holds_a_semicolon_is_one_note(release: Made) -> None:
    broken = mean(breaks=[{"reporting_year": 2020, "nl": "Nieuw; geldt zo.", "en": "New; so it holds."}])
    row = figure(break_note="Nieuw; geldt zo. / New; so it holds. zonder East / without East")
    document = report_of(profile(indicators=[broken]), release({"indicator_values": [row]}), "nl")
    assert list(tables_of(document)["table-indicators"].notes.values()) == ["Nieuw; geldt zo.", "Zonder East."]


def test_two_versions_of_a_definition_are_not_compared_in_silence(release: Made) -> None:
    rows = [figure(year=2019), figure(definition_version="2", spread_kind="sd_units")]
    document = report_of(WHO, release({"indicator_values": rows}), "en")
    assert list(tables_of(document)["table-indicators"].notes.values()) == [
        "Rests on version 2 of the definition, the year before on version 1.",
        "The spread is of another kind than that of the year before.",
    ]


def test_a_release_with_nothing_gives_a_report_that_says_what_signs_mean(release: Made) -> None:
    document = report_of(WHO, release({}), "nl")
    assert [section.id for section in document.sections] == ["meaning"]
    assert list(document.tables()) == []
    terms = document.sections[0].sections[0].blocks[0]
    assert isinstance(terms, Terms)
    assert "minder dan 5 personen" in dict(terms.entries)["×"]


def test_sections_without_rows_are_left_out_and_tables_are_numbered_in_order(release: Made) -> None:
    tables = {
        "indicator_values": [figure(year=2019), figure()],
        "spending_overview": [spent(None, "1000", "900", 2019), spent(None, "1000", "900")],
        "waivers": [
            {"cycle": "2021-03", "rule": "a.b", "reason": "bekend", "role": "bestuur", "used": True}
            | {"decided_on": date(2021, 2, 1)}
        ],
    }
    document = report_of(WHO, release(tables), "nl")
    assert [section.id for section in document.sections] == [
        "indicators", "spending", "carry-over", "deliveries", "meaning"
    ]  # fmt: skip
    assert [table.caption.split(".")[0] for table in document.tables()] == [
        "Tabel 1", "Tabel 1a", "Tabel 2", "Tabel 2a", "Tabel 3", "Tabel 4"
    ]  # fmt: skip


def test_the_front_says_how_far_the_report_is_and_what_it_lacks(release: Made) -> None:
    lacking = ["bfr 2020-3 van East / bfr 2020-3 of East"]
    draft = dict(report_of(WHO, release({}, lacking=lacking), "nl").facts)
    assert (draft["Stand"], draft["Wat ontbreekt"]) == ("concept", "bfr 2020-3 van East")
    final = dict(report_of(WHO, release({}, status="final"), "en").facts)
    assert (final["State"], final["What is lacking"]) == ("final", "nothing")
    draft = {"cycle": "2021-03", "version": "v1", "manifest": "0" * 64}
    signed = {"role": "bestuur", "date": "2021-04-20", "reason": "vastgesteld", "finalises": draft, "follows": None}
    front = dict(report_of(WHO, release({}, status="final", sign_off=signed), "nl").facts)
    assert front["Vastgesteld"] == "bestuur, 20 april 2021: vastgesteld"


# --- where figures come from -----------------------------------------------------------------------------------------


def test_provenance_tells_deliveries_rows_and_what_a_filter_dropped(release: Made) -> None:
    row = figure()
    dropped = "-7: te klein / too small; -2: elders, buiten / elsewhere; outside"
    rows = [
        evidence(row["figure_id"], "numerator", file=f"{name}.csv", filter=dropped) for name in ("a", "b", "c", "d")
    ]
    rows.append(evidence(row["figure_id"], "denominator", rows=None, filter=dropped))
    document = report_of(WHO, release({"indicator_values": [row], "lineage": rows}), "nl")
    origin = document.provenance[row["figure_id"]]
    assert origin.title == "satisfaction, 2020"
    assert origin.lines == (
        "Definitie: versie 1.",
        "Respons: 2.500 van 10.000 uitgenodigd, 25,0%.",
        "Teller: bfr; 12 rijen uit 4 bestanden.",
        "Noemer: bfr; rijen uit a.csv.",
        "Teller en noemer, weggelaten: 7, te klein.",
        "Teller en noemer, weggelaten: 2, elders, buiten.",
    )


def test_a_misprint_of_the_profile_stands_with_its_figure(release: Made) -> None:
    from dataclasses import replace

    misprint = Misprint(table="spending", reporting_year=2020, part="difference", printed="9", nl="Was 9.", en="Was 9.")
    who = replace(WHO, misprints=(misprint,))
    document = report_of(
        who, release({"spending_overview": [spent("teachers", "1", "2"), spent(None, "1", "2")]}), "nl"
    )
    table = tables_of(document)["table-spending-2020"]
    assert cell(table, 0, "difference").notes == ()
    assert table.notes[cell(table, 1, "difference").notes[0]] == "Was 9."


# --- releases that cannot be read ------------------------------------------------------------------------------------


def test_a_folder_without_a_release_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no release here"):
        ReleaseReader(tmp_path)


@pytest.mark.parametrize("how", ["missing", "altered"])
def test_a_table_that_is_missing_or_altered_is_named(release: Made, how: str) -> None:
    made = release({"indicator_values": [figure()]})
    path = made.folder / "tables" / "indicator_values.parquet"
    content = bytearray(path.read_bytes())
    path.unlink()
    if how == "altered":
        content[len(content) // 2] ^= 1
        path.write_bytes(bytes(content))
    with pytest.raises(KwaliteitsmonitorError, match=rf"indicator_values\.parquet (is|was) {how}") as caught:
        report_of(WHO, made, "nl")
    assert caught.value.exit_code == 1


def test_a_manifest_that_cannot_be_read_is_said(release: Made) -> None:
    folder = release({}).folder
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(KwaliteitsmonitorError, match=r"manifest\.json was altered"):
        ReleaseReader(folder)


# --- beside the amounts ----------------------------------------------------------------------------------------------


def explained(unit: str, explanation: str | None, state: str) -> dict[str, Any]:
    budget, outcome = Decimal("1000000"), Decimal("1300000")
    return {
        "reporting_year": 2020,
        "cycle": "2021-03",
        "round": 3,
        "unit": unit,
        "theme": "teachers",
        "budget": budget,
        "basis": "realised",
        "outcome": outcome,
        "difference": outcome - budget,
        "difference_pct": 0.3,
        "explained": state,
        "explanation": explanation,
        "about_figure": f"2021-03:unit_spending:2020:{unit}:teachers",
    }


def test_overspending_stands_with_its_explanation_or_that_it_was_asked_for(release: Made) -> None:
    rows = [explained("East", "Eerder gestart", "given"), explained("North", None, "asked")]
    table = tables_of(report_of(WHO, release({"spending_explanations": rows}), "nl"))["table-explanations"]
    assert texts(table) == [
        ["East", "teachers", "1.000", "1.300", "300", "30%", "Eerder gestart"],
        ["North", "teachers", "1.000", "1.300", "300", "30%", "Toelichting gevraagd, nog niet gegeven."],
    ]


def test_versions_of_the_plan_stand_beside_each_other_with_the_consent_that_they_had(release: Made) -> None:
    def planned(version: str, theme: str | None, amount: str, year: int = 2020, **more: Any) -> dict[str, Any]:
        row = {"cycle": "2021-03", "version": version, "year": year, "theme": theme, "amount": Decimal(amount)}
        return row | {"status": "ok", "figure_id": f"2021-03:plan:{version}:{year}:{theme}"} | more

    consent = {"shift": Decimal("-100000"), "consent_by": "council", "consent_on": date(2020, 6, 1)}
    rows = [
        planned("first", "teachers", "1000000"),
        planned("first", None, "1000000"),
        planned("first", "teachers", "7000000", 2024),
        planned("revised", "teachers", "900000", **consent),
        planned("revised", None, "900000", **consent),
    ]
    table = tables_of(report_of(WHO, release({"spending_plan_versions": rows}), "nl"))["table-plan"]
    assert texts(table) == [["teachers", "1.000", "900", "-100"], ["Totaal", "1.000", "900", "-100"]]
    assert [c.title for c in table.columns if c.name.startswith("amount_")] == [
        "Oorspronkelijk plan",
        "Gewijzigd plan (1 juni 2020)",
    ]
    assert table.notes == {"a": "De raad heeft op 1 juni 2020 met dit plan ingestemd."}
    assert cell(table, 1, "amount_1").notes == ("a",)


def test_a_forecast_stands_beside_what_the_year_became(release: Made) -> None:
    def expected(
        number: int, theme: str | None, forecast: str, deviation: str, realised: str = "1900000", without: str = ""
    ) -> dict[str, Any]:
        return {
            "reporting_year": 2020,
            "cycle": "2021-03",
            "round": number,
            "theme": theme,
            "forecast": Decimal(forecast),
            "realised": Decimal(realised),
            "deviation": Decimal(deviation),
            "without": without or None,
            "note": f"zonder {without} / without {without}" if without else None,
            "deviation_pct": -0.05,
            "status": "ok",
            "figure_id": f"2021-03:forecast:2020:{number}:{theme or 'all'}",
        }

    rows = [
        expected(number, theme, *of)
        for number, of in ((1, ("2000000", "-100000")), (2, ("1850000", "50000")))
        for theme in ("teachers", None)
    ]
    table = tables_of(report_of(WHO, release({"spending_forecasts": rows}), "en"))["table-forecasts"]
    assert texts(table) == [[name, "2,000", "-100", "1,850", "50", "1,900"] for name in ("teachers", "Total")]
    first = [expected(1, theme, "1500000", "-100000", "1400000", "N") for theme in ("teachers", None)]
    apart = tables_of(report_of(WHO, release({"spending_forecasts": [*first, *rows[2:]]}), "en"))["table-forecasts"]
    each = ["1,500", "1,400", "-100", "1,850", "1,900", "50"]
    assert texts(apart) == [["teachers", *each], ["Total", *each]], "what the year became is of the same units"
    assert apart.notes == {"a": "Without N."}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("typed", ["zie mail van 3 mei / bijlage 2", "eerst dit; dan dat / later", "a | b, c = d"])
def test_what_a_person_typed_is_printed_as_it_was_typed(release: Made, language: Language, typed: str) -> None:
    """A stroke in a reason does not part two languages."""
    came = {"cycle": "2021-03", "feed": "bfr", "period": "2020", "unit": "N", "delivery": "d1", "file": "N.xlsx"}
    tables = {
        "indicator_values": [figure()],
        "delivery_status": [came | {"status": "missing", "waived_because": typed, "required": True, "late": False}],
        "quality_results": [
            {
                "cycle": "2021-03", "table": "bfr", "rule": "bfr.a", "severity": "critical", "outcome": "failed",
                "checked": 2, "failed": 1, "quarantines": True, "waived_because": typed, "nl": "rij", "en": "rule",
                "costs": "note", "costs_nl": "niets", "costs_en": "nothing",
            }
        ],
        "waivers": [
            {
                "cycle": "2021-03", "feed": "bfr", "unit": "N", "reason": typed, "role": "board",
                "decided_on": date(2021, 2, 1), "used": True,
            }
        ],
    }  # fmt: skip
    made = report_of(WHO, release(tables), language)
    cells = [str(cell) for table in made.tables() for row in table.rows for cell in row.cells]
    assert sum(typed in cell for cell in cells) == 3
