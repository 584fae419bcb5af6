"""The report as a whole: every figure as it was printed, in both languages, and nothing where there is nothing."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kwaliteitsmonitor.methods.figures.arithmetic import Parts, worked_out
from kwaliteitsmonitor.methods.figures.printing import Language
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.contents.report import report_of
from kwaliteitsmonitor.releases.report.document.model import Column, Document, Figure, Row, Table, Terms
from kwaliteitsmonitor.releases.report.document.wording import title_of
from kwaliteitsmonitor.releases.report.forms import maker
from schemas.profile import Profile, load_profile, profile_folder
from schemas.profile.institution import HouseWords, Institution, Named
from tests.made_up import mean, profile
from tests.releases.report.cells import cell, tables_of, texts
from tests.releases.report.reading_back import in_document, in_excel, in_html
from tests.releases.report.releases import figure, measure, spent

Made = Callable[..., ReleaseReader]
Reports = Mapping[str, Document]
WHO = profile(indicators=[mean()])
LEIDEN = profile_folder("leiden")


def published(name: str) -> list[dict[str, str]]:
    """The rows of a table as the report of the university printed it."""
    with (LEIDEN / "sample" / f"published_{name}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def as_printed(text: str) -> str:
    """A figure of the published table in the notation of the report: a comma, and a plus-minus sign."""
    figures = text.removeprefix("Ba:").removeprefix("Ma:").strip().replace("+/-", "±").replace(" ", "")
    return "3,4±1,1" if "334" in text else figures.replace(".", ",")


def test_table_1_reads_as_it_was_printed_and_says_what_was_misprinted(leiden: Reports) -> None:
    table = tables_of(leiden["nl"])["table-indicators"]
    assert table.caption == "Tabel 1. Indicatoren per thema, 2019–2020"
    themes = [str(row.cells[0]) for row in table.rows if row.kind == "heading"]
    assert themes == [theme.nl for theme in load_profile(LEIDEN).funded_themes]
    assert [row[1] for row in texts(table)] == ["", "", "Ba", "Ma", "Ba", "Ma", "", "", "", "", ""]
    shown = {}
    for at, row in enumerate(table.rows):
        for year in ("2019", "2020") if row.kind == "body" else ():
            one = cell(table, at, f"year_{year}")
            shown[((one.figure_id or "").split(":")[3], row.cells[1], year)] = one.text.replace(" ", "")
    rows = published("indicators")
    assert len(rows) == 22
    assert shown == {(r["indicator_id"], r["level"], r["reporting_year"]): as_printed(r["printed"]) for r in rows}
    skills = [at for at, row in enumerate(table.rows) if "vakspecifieke" in str(row.cells[0])][-1]
    assert any("‘334 +/- 1.1’" in table.notes[key] for key in cell(table, skills, "year_2020").notes)


def test_table_2_reads_as_it_was_printed_and_says_what_was_misprinted(leiden: Reports) -> None:
    tables = tables_of(leiden["nl"])
    totals = {row["reporting_year"]: row for row in published("spending_totals")}
    lines = {year: texts(tables[f"table-spending-{year}"], ("total",))[0] for year in totals}
    for year, row in totals.items():
        assert lines[year][:3] == ["Totaal", row["budget_printed"], row["realised_printed"]]
    assert lines["2019"][3:5] == ["-361", "-5%"]
    assert lines["2020"][3] == totals["2020"]["difference_in_text_keur"]
    table = tables["table-spending-2020"]
    at = [column.name for column in table.columns].index("share_of_realised")
    shares = {row["theme_nl"]: f"{row['realisation_2020_share_pct']}%" for row in published("theme_shares")}
    assert {row[0]: row[at] for row in texts(table, ("body",))} == shares
    assert next(row for row in texts(table) if row[0] == "Onderwijsdifferentiatie")[3] == "-285"
    table = tables["table-spending-2019"]
    assert "\N{MINUS SIGN}359" in table.notes[cell(table, -1, "difference").notes[0]]


def test_every_figure_of_a_published_report_says_where_it_comes_from(leiden: Reports) -> None:
    report = leiden["nl"]
    identities = {one.figure_id for table in report.tables() for one in table.figures() if one.figure_id}
    assert (identities, len(identities) > 200) == (set(report.provenance), True)
    assert {
        "Teller: inschrijvingen op 1 oktober; 29.612 rijen uit inschrijvingen/2020.csv.",
        "Teller, weggelaten: 1.340, een neveninschrijving telt dezelfde student nog eens.",
    } <= {*report.provenance["2021-03:indicator:2020:student_staff_ratio:all:all"].lines}


def figures_of(table: Table, row: Row) -> list[tuple[Column, Figure]]:
    return [(c, v) for c, v in zip(table.columns, row.cells, strict=False) if isinstance(v, Figure)]


def test_what_a_column_says_of_its_total_and_of_how_it_follows_from_others_is_so(leiden: Reports) -> None:
    sums = formulas = 0
    for table in leiden["nl"].tables():
        body, totals = ([row for row in table.rows if row.kind == kind] for kind in ("body", "total"))
        of_total = {column.name: one.value for row in totals for column, one in figures_of(table, row)}
        for at, column in enumerate(table.columns):
            if totals and column.adds_up:
                cells = [row.cells[at] for row in body]
                assert sum(c.value or 0 for c in cells if isinstance(c, Figure)) == of_total[column.name], table.id
                sums += 1
        for row in (*body, *totals):
            own = {column.name: one.value for column, one in figures_of(table, row)}
            for column, shown in figures_of(table, row):
                if column.formula and shown.value is not None:
                    value = worked_out(column.formula, Parts(own.get, lambda _, name, of=of_total: [of.get(name)]))
                    assert value is not None
                    assert abs(value - shown.value) < Decimal("0.000001"), (table.id, column.name)
                    formulas += 1
    assert (sums >= 30, formulas > 100) == (True, True)


def titles(document: Document) -> list[str]:
    """Every heading, caption and header of a report, with the names of what stands on its front."""
    words = [document.title, *(name for name, _ in document.facts), *(section.title for section in document.sections)]
    for table in document.tables():
        words += [table.caption, *(title_of(table, place) for place in range(len(table.columns)))]
    return words


def test_both_languages_hold_the_same_figures_and_nothing_dutch_is_left_in_english(leiden: Reports) -> None:
    english = leiden["en"]
    for ours, theirs in zip(leiden["nl"].tables(), english.tables(), strict=True):
        own, other = ([(f.value, f.figure_id, f.status) for f in table.figures()] for table in (ours, theirs))
        assert (ours.id, own) == (theirs.id, other)
    total = texts(tables_of(english)["table-spending-2020"], ("total",))[0]
    assert total[:4] == ["Total", "7,711", "7,993", "283"]
    words = [*titles(english), *(text for _, text in english.facts)]
    words += [note for table in english.tables() for note in table.notes.values()]
    words += [line for origin in english.provenance.values() for line in origin.lines]
    dutch = {"van", "en", "het", "een", "niet", "per eenheid"}
    assert [text for text in words if dutch & set(text.lower().split())] == []


def signs(document: Document) -> dict[str, str]:
    blocks = [b for section in document.sections for inner in section.sections for b in inner.blocks]
    return {sign: text for block in blocks if isinstance(block, Terms) for sign, text in block.entries}


def test_a_release_with_nothing_gives_a_report_that_says_what_signs_mean(release: Made) -> None:
    document = report_of(WHO, release({}), "nl")
    assert ([section.id for section in document.sections], list(document.tables())) == (["meaning"], [])
    assert "minder dan 5 personen" in signs(document)["×"]


def test_sections_without_rows_are_left_out_and_tables_are_numbered_in_order(release: Made) -> None:
    waiver = {"cycle": "2021-03", "rule": "a.b", "reason": "bekend", "role": "bestuur", "used": True}
    tables = {
        "indicator_values": [figure(year=2019), figure()],
        "spending_overview": [spent(None, "1000", "900", 2019), spent(None, "1000", "900")],
        "waivers": [waiver | {"decided_on": date(2021, 2, 1)}],
    }
    document = report_of(WHO, release(tables), "nl")
    assert " ".join(section.id for section in document.sections) == "indicators spending carry-over deliveries meaning"
    numbers = [table.caption.split(".")[0].removeprefix("Tabel ") for table in document.tables()]
    assert numbers == ["1", "1a", "2", "2a", "3", "4"]


def test_a_column_in_which_nothing_stands_is_left_out(release: Made) -> None:
    def columns(*rows: dict[str, Any]) -> set[str]:
        table = tables_of(report_of(WHO, release({"indicator_values": rows}), "nl"))["table-indicators-basis"]
        return {column.name for column in table.columns}

    lone = columns(figure(invited=None, response_rate=None))
    assert {"level", "invited", "response_rate", "numerator"}.isdisjoint(lone)
    split = columns(figure(level="Ba", n=None, invited=None, response_rate=None), figure(level="Ma", n=None))
    assert (split >= {"level", "invited"}, "n" in split) == (True, False)


# --- the front -------------------------------------------------------------------------------------------------------


def who(**keys: Any) -> Profile:
    """The made-up university with other keys in its `profile.yaml`."""
    known = WHO.institution.model_dump(exclude_unset=True) | keys
    return replace(WHO, institution=Institution.model_validate(known))


FINALISES = {"cycle": "2021-03", "version": "v1", "manifest": "0" * 64}
SIGNED = {"role": "bestuur", "date": "2021-04-20", "reason": "vastgesteld", "finalises": FINALISES, "follows": None}
LACKING = [f"niet geleverd: {number} / not delivered: {number}" for number in range(20)]
MANY = "; ".join(f"not delivered: {number}" for number in range(12)) + "; and 8 more"
MONEY = {"spending_overview": [spent(theme, "7056612.40", "6100000") for theme in ("small_classes", None)]}


def test_the_front_says_how_far_the_report_is_and_what_it_lacks(release: Made) -> None:
    def front(language: Language, **entries: Any) -> dict[str, str]:
        return dict(report_of(WHO, release({}, **entries), language).facts)

    assert front("nl", lacking=LACKING[:1]).items() >= {"Stand": "concept", "Wat ontbreekt": "niet geleverd: 0"}.items()
    assert front("en", lacking=LACKING).items() >= {"State": "draft", "What is lacking": MANY}.items()
    assert front("en", status="final").items() >= {"State": "final", "What is lacking": "nothing"}.items()
    assert front("nl", status="final", sign_off=SIGNED)["Vastgesteld"] == "bestuur, 20 april 2021: vastgesteld"


def test_a_report_has_the_title_of_its_cycle_or_institution(release: Made) -> None:
    own = {"nl": "Verslag {year}", "en": "Report {year}"}
    of_cycle = [{"month": 3, "indicator_year": -1, "nl": "Review {year}", "en": "Review {year}"}]
    keys: tuple[dict[str, Any], ...] = ({}, {"report": own}, {"report": own, "cycles": of_cycle})
    made = release({"indicator_values": [figure()]})
    titles = ["Voortgangsrapportage kwaliteitsafspraken 2020", "Verslag 2020", "Review 2020"]
    assert [report_of(who(**of), made, "nl").title for of in keys] == titles


def test_a_report_tells_money_and_the_fiscal_year_where_there_are_and_differ_from_the_usual(release: Made) -> None:
    document = report_of(who(), release({"indicator_values": [figure()]}), "nl")
    assert "Besteding" not in dict(document.facts)
    assert {"k€", "BFR", "procentpunt", "95%-interval"}.isdisjoint(signs(document))
    assert "±" in signs(document)
    usual, own = (
        dict(report_of(who(**keys), release(MONEY), "nl").facts) for keys in ({}, {"fiscal_year_begins": "09-01"})
    )
    assert own["Boekjaar 2020"] == "1 september 2020 tot en met 31 augustus 2021"
    assert not [name for name in usual if name.startswith("Boekjaar")]


# --- in the words of the institution, and of who typed ----------------------------------------------------------------

PROMISES = HouseWords(
    plan=Named(nl="instellingsplan", en="institutional plan", nl_plural="plannen", en_plural="plans"),
    theme=Named(nl="belofte", en="promise", nl_plural="beloften", en_plural="promises"),
    measure=Named(nl="ambitie", en="ambition", nl_plural="ambities", en_plural="ambitions"),
    unit=Named(nl="faculteit", en="school", nl_plural="faculteiten", en_plural="schools"),
    round=Named(nl="kwartaal", en="quarter", nl_plural="kwartalen", en_plural="quarters"),
)


def test_headings_and_columns_are_in_the_words_of_the_institution(release: Made) -> None:
    made = release({**MONEY, "measures": [measure("North"), measure("East", "groups")]})
    dutch, english = (titles(report_of(who(words=PROMISES), made, language)) for language in ("nl", "en"))
    assert "Voortgangsrapportage instellingsplan 2020" in dutch
    assert "Progress report on the institutional plan 2020" in english
    assert {"Besteding per belofte", "Belofte", "Ambities en voortgang", "Ambitie"} <= set(dutch)
    assert {"Spending per promise", "Promise", "Ambitions and progress", "Ambition"} <= set(english)
    assert [text for text in (*dutch, *english) if "BFR" in text or "hema" in text or "theme" in text] == []
    assert any("(kwartaal 3)" in text for text in dutch)


def test_amounts_in_millions_are_the_same_in_every_form(release: Made) -> None:
    document = report_of(who(money={"shown_in": "millions"}), release(MONEY), "nl")
    assert texts(tables_of(document)["table-spending-2020"])[0][1:4] == ["7,1", "6,1", "-1,0"]
    assert "Begroot (M€)" in titles(document)
    sheet = in_excel(maker("xlsx")(document), document)
    assert in_document(document) == sheet == in_html(maker("html")(document))


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("typed", ["zie mail van 3 mei / bijlage 2", "eerst dit; dan dat / later", "a | b, c = d"])
def test_what_a_person_typed_is_printed_as_it_was_typed(release: Made, language: Language, typed: str) -> None:
    """A stroke in a reason does not part two languages."""
    of = {"cycle": "2021-03", "feed": "bfr", "unit": "N"}
    came = {"period": "2020", "delivery": "d1", "file": "N.xlsx", "status": "missing", "required": True, "late": False}
    rule = {"cycle": "2021-03", "table": "bfr", "rule": "bfr.a", "severity": "critical", "outcome": "failed"}
    rule |= {"checked": 2, "failed": 1, "quarantines": True, "nl": "rij", "en": "rule"}
    costs = {"costs": "note", "costs_nl": "niets", "costs_en": "nothing"}
    tables = {
        "indicator_values": [figure()],
        "delivery_status": [of | came | {"waived_because": typed}],
        "quality_results": [rule | costs | {"waived_because": typed}],
        "waivers": [of | {"reason": typed, "role": "board", "decided_on": date(2021, 2, 1), "used": True}],
    }
    made = report_of(WHO, release(tables), language)
    cells = [str(cell) for table in made.tables() for row in table.rows for cell in row.cells]
    assert sum(typed in cell for cell in cells) == 3
