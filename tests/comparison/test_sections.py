"""Classes of measures; what a report says of targets, the country, national themes and classes, or of none of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from assets.comparison.classes import classifications, measures_by_class
from assets.comparison.national import counts, crosswalk, spending
from assets.comparison.targets import references, targets
from assets.progress.tables import measures
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.contents.report import report_of
from kwaliteitsmonitor.releases.report.document.model import Document, Paragraph
from schemas.profile import Profile
from schemas.profile.progress import Progress
from schemas.profile.reference_values import ReferenceValue
from schemas.profile.themes import Classification, NationalTheme
from tests.made_up import MEASURES, NO_NOTE, indicator, profile, table
from tests.releases.report.cells import tables_of, texts
from tests.releases.report.releases import figure, measure, spent, write_release

CYCLE = "2021-03"
VALUES = [
    figure("leave", year, value=value, printed_nl=nl, printed_en=en, spread=None, unit=None, level=None)
    for year, value, nl, en in ((2019, 5.1, "5,1", "5.1"), (2020, 4.6, "4,6", "4.6"))
]


def leave(**more: Any) -> Profile:
    aims = [{"reporting_year": 2024, "value": "4.0", "nl": "uit het plan", "en": "from the plan"}]
    usual = {"delivered": {"combine": "none"}, "direction": "lower_is_better", "targets": aims}
    return profile(indicators=[indicator("leave", "delivered", **(usual | more))])


def made(tmp_path: Path, who: Profile, tables: dict[str, Any], language: Any = "nl") -> Document:
    return report_of(who, ReleaseReader(write_release(tmp_path / language, tables)), language)


def cells(document: Document, name: str) -> list[list[str]]:
    return texts(tables_of(document)[f"table-{name}"])


def test_a_figure_stands_beside_its_target_and_its_first_year(tmp_path: Path) -> None:
    who = leave()
    tables = {"indicator_values": VALUES, "indicator_targets": targets(who, VALUES)}
    nl = made(tmp_path, who, tables)
    assert cells(nl, "indicators-targets") == [
        ["leave", "lager is beter", "2019", "5,1", "4,6", "2024", "4,0", "op weg: lager dan in 2019"]
    ]
    assert tables_of(nl)["table-indicators-targets"].notes == {"a": "Uit het plan."}
    assert cells(made(tmp_path, who, tables, "en"), "indicators-targets")[0][-1] == "on the way: lower than in 2019"
    higher = leave(direction="higher_is_better", targets=[{"reporting_year": 2024, "value": "6"}])
    tables |= {"indicator_targets": targets(higher, VALUES)}
    assert cells(made(tmp_path, higher, tables), "indicators-targets")[0][-1] == "niet op weg: lager dan in 2019"


def test_the_country_stands_beside_with_its_note_and_its_year(tmp_path: Path) -> None:
    common = {
        "indicator": "leave",
        "sector": "other",
        "source": "CBS",
        "nl": "anders geteld",
        "en": "counted otherwise",
    }
    values = [
        ReferenceValue.model_validate(common | {"reporting_year": year, "value": value, "comparable": comparable})
        for year, value, comparable in ((2018, "4.9", "with_reservation"), (2020, "3.0", "no"))
    ]
    who = replace(leave(targets=[]), reference_values=tuple(values))
    national = references(who, who.cycle(CYCLE), VALUES)
    document = made(tmp_path, who, {"indicator_values": VALUES, "reference_values": national})
    assert cells(document, "indicators-references") == [["leave", "4,6", "4,9", "2018", "met voorbehoud", "CBS"]]
    assert list(tables_of(document)["table-indicators-references"].notes.values()) == [
        "Anders geteld.",
        "Het landelijke cijfer is van 2018: van 2020 is er geen.",
    ]
    assert cells(document, "indicators-references-apart") == [["leave", "3,0", "2020", "anders geteld", "CBS"]]


def by_national(tmp_path: Path, *parts: dict[str, Decimal]) -> Document:
    """The report of a university whose themes are these parts of national ones."""
    who = profile()
    themes = tuple(t.model_copy(update={"national": of}) for t, of in zip(who.themes, parts, strict=True))
    names = sorted({name for of in parts for name in of})
    named = tuple(NationalTheme(id=i, nl=f"landelijk {i}", en=f"national {i}") for i in names)
    who = replace(who, themes=themes, national_themes=named)
    cycle = who.cycle(CYCLE)
    amounts = (("small_classes", "3000", "1000"), ("teachers", "1000", "2000"), (None, "4000", "3000"))
    overview = [spent(*of) for of in amounts]
    rows, _ = spending(who, cycle, [{**row, "carried_over": None, **NO_NOTE} for row in overview], [])
    tables = {
        "spending_overview": overview,
        "crosswalk": crosswalk(who, cycle),
        "spending_by_national_theme": rows,
        "national_theme_counts": counts(who, cycle, [2020]),
    }
    return made(tmp_path, who, tables)


def test_the_spending_stands_by_national_theme_where_themes_are_divided(tmp_path: Path) -> None:
    halves = {"n1": Decimal("0.5"), "n2": Decimal("0.5")}
    document = by_national(tmp_path / "divided", halves, {"n2": Decimal(1)}, {})
    assert [row[:4] for row in cells(document, "national-spending")] == [
        ["landelijk n1", "2", "1", "-1"],
        ["landelijk n2", "3", "3", "0"],
        ["Totaal", "4", "3", "-1"],
    ]
    first, *_, last = cells(document, "national-crosswalk")
    assert (first, last) == (["small_classes", "landelijk n1", "50%"], ["buildings", "geen", "100%"])
    assert [row[1:3] for row in cells(document, "national-counts")] == [["2", "2"], ["3", "2"], ["0", "0"], ["3", "2"]]
    plain = by_national(tmp_path / "plain", *({f"n{i}": Decimal(1)} for i in range(3)))
    assert "national" not in {section.id for section in plain.sections}, "a crosswalk that divides nothing is not told"


def grouped() -> Profile:
    """Tutors are of two classes, groups of one, courses of none."""
    who = profile()
    classes = [{"id": c, "nl": f"{c} nl", "en": f"{c} en"} for c in ("health", "safety", "nature")]
    focus = Classification.model_validate({"id": "focus", "nl": "zwaartepunt", "en": "focus", "classes": classes})
    of = {"tutors": ["health", "safety"], "groups": ["health"]}
    own = tuple(m.model_copy(update={"classes": {"focus": of[m.id]} if m.id in of else {}}) for m in who.measures)
    return replace(who, measures=own, classifications=(focus,))


def test_a_measure_counts_in_every_class_to_which_it_belongs(tmp_path: Path) -> None:
    who = grouped()
    cycle = who.cycle(CYCLE)
    rows = [
        measure(unit, name, theme=MEASURES[name], progress=progress, explanation=why)
        for name, unit, progress, why in (
            ("tutors", "North", "on_course", "=Loopt <b>goed</b>"), ("tutors", "East", "on_course", None),
            ("groups", "North", "on_course", None), ("groups", "East", None, None), ("courses", "North", "done", None),
        )
    ]  # fmt: skip
    by_class, of_measures = measures_by_class(who, cycle, rows), classifications(who, cycle)
    assert [(r["class"], r["progress"], r["reports"], r["measures"]) for r in by_class] == [
        ("health", "on_course", 3, 2),
        ("health", None, 1, 1),
        ("safety", "on_course", 2, 1),
        (None, "done", 1, 1),
    ]
    assert [(r["class"], r["class_en"], r["measure"]) for r in of_measures] == [
        ("health", "health en", "tutors"),
        ("health", "health en", "groups"),
        ("safety", "safety en", "tutors"),
    ]
    tables = {"measures": rows, "classifications": of_measures, "measures_by_class": by_class}
    document = made(tmp_path, who, tables)
    assert cells(document, "classes-focus") == [
        ["health nl", "2", "0", "3", "0", "0", "1"],
        ["safety nl", "1", "0", "2", "0", "0", "0"],
        ["nature nl", "0", "0", "0", "0", "0", "0"],
        ["in geen van deze", "1", "0", "0", "0", "1", "0"],
    ]
    section = next(one for one in document.sections if one.id == "classes")
    assert "telt in elke klasse mee" in " ".join(b.text for b in section.blocks if isinstance(b, Paragraph))
    assert cells(document, "measures-told") == [["North", "op koers", "=Loopt <b>goed</b>"]]


def test_what_a_unit_says_of_its_progress_stands_with_the_measure_if_the_profile_says_so() -> None:
    who = profile()
    assert who.open_text("faculty_measures") == frozenset()
    published = {"progress": Progress(publish_explanations=True)}
    who = replace(who, institution=who.institution.model_copy(update=published))
    assert who.open_text("faculty_measures") == {"explanation"}
    about = {"unit": "North", "theme": "small_classes", "measure": "tutors"}
    facts = [about | {"reporting_year": 2020, "progress": "done"}]
    words = [about | {"academic_year": "2019-2020", "explanation": "  Klaar,\n vanaf mei. "}]
    rows, _ = measures(who, who.cycle(CYCLE), table("fact_measures", facts), table("fact_spending", []), words)
    explained = {r["unit"]: r["explanation"] for r in rows if (r["reporting_year"], r["measure"]) == (2020, "tutors")}
    assert (explained["North"], explained["East"]) == ("Klaar, vanaf mei.", None)


def test_a_release_without_any_of_it_has_no_such_sections(tmp_path: Path) -> None:
    who = leave(targets=[])
    assert measures_by_class(who, who.cycle(CYCLE), [measure("North")]) == []
    document = made(tmp_path, who, {"indicator_values": VALUES})
    assert not {"beside", "national", "classes"} & {section.id for section in document.sections}
    assert "table-measures-told" not in tables_of(document)
