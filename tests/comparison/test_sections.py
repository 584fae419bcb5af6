"""What a report says of targets, the country, national themes, classes and progress; nothing where there is none."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from assets.comparison.classes import classifications, measures_by_class
from assets.comparison.national import counts, crosswalk, spending
from assets.comparison.targets import references, targets
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.contents.report import report_of
from kwaliteitsmonitor.releases.report.document.model import Document, Figure, Paragraph, Table
from schemas.profile import Profile
from schemas.profile.reference_values import ReferenceValue
from schemas.profile.themes import Classification, NationalTheme
from tests.made_up import indicator, profile
from tests.releases.report.releases import figure, spent, write_release

CYCLE = "2021-03"
VALUES = [
    figure("leave", year, value=value, printed_nl=nl, printed_en=en, spread=None, unit=None, level=None)
    for year, value, nl, en in ((2019, 5.1, "5,1", "5.1"), (2020, 4.6, "4,6", "4.6"))
]


def leave(**more: Any) -> Profile:
    aims = [{"reporting_year": 2024, "value": "4.0", "nl": "uit het plan", "en": "from the plan"}]
    given = {"delivered": {"combine": "none"}, "direction": "lower_is_better", "targets": aims}
    return profile(indicators=[indicator("leave", "delivered", **(given | more))])


def made(tmp_path: Path, who: Profile, tables: dict[str, Any], language: Any = "nl") -> Document:
    return report_of(who, ReleaseReader(write_release(tmp_path / language, tables)), language)


def table_of(document: Document, name: str) -> Table:
    return next(table for table in document.tables() if table.id == name)


def cells(table: Table) -> list[list[str]]:
    return [[c.text if isinstance(c, Figure) else c for c in row.cells] for row in table.rows]


def test_a_figure_stands_beside_its_target_and_its_first_year(tmp_path: Path) -> None:
    who = leave()
    tables = {"indicator_values": VALUES, "indicator_targets": targets(who, VALUES)}
    nl = table_of(made(tmp_path, who, tables), "table-indicators-targets")
    assert cells(nl) == [["leave", "lager is beter", "2019", "5,1", "4,6", "2024", "4,0", "op weg: lager dan in 2019"]]
    assert nl.notes == {"a": "Uit het plan."}
    en = table_of(made(tmp_path, who, tables, "en"), "table-indicators-targets")
    assert cells(en)[0][-1] == "on the way: lower than in 2019"


def test_lower_is_worse_where_higher_is_better(tmp_path: Path) -> None:
    who = leave(direction="higher_is_better", targets=[{"reporting_year": 2024, "value": "6"}])
    tables = {"indicator_values": VALUES, "indicator_targets": targets(who, VALUES)}
    found = cells(table_of(made(tmp_path, who, tables), "table-indicators-targets"))
    assert found[0][-1] == "niet op weg: lager dan in 2019"


def test_the_country_stands_beside_with_its_note_and_its_year(tmp_path: Path) -> None:
    who = replace(
        leave(targets=[]),
        reference_values=tuple(
            ReferenceValue.model_validate(
                {"indicator": "leave", "sector": "other", "reporting_year": year, "value": value, "source": "CBS"}
                | {"comparable": comparable, "nl": "anders geteld", "en": "counted otherwise"}
            )
            for year, value, comparable in ((2018, "4.9", "with_reservation"), (2020, "3.0", "no"))
        ),
    )
    national = references(who, who.cycle(CYCLE), VALUES)
    document = made(tmp_path, who, {"indicator_values": VALUES, "reference_values": national})
    beside = table_of(document, "table-indicators-references")
    assert cells(beside) == [["leave", "4,6", "4,9", "2018", "met voorbehoud", "CBS"]]
    assert list(beside.notes.values()) == [
        "Anders geteld.",
        "Het landelijke cijfer is van 2018: van 2020 is er geen.",
    ]
    apart = table_of(document, "table-indicators-references-apart")
    assert cells(apart) == [["leave", "3,0", "2020", "anders geteld", "CBS"]]


def divided_university() -> Profile:
    who = profile()
    halves = {"n1": Decimal("0.5"), "n2": Decimal("0.5")}
    parts = (halves, {"n2": Decimal(1)}, {})
    themes = tuple(t.model_copy(update={"national": of}) for t, of in zip(who.themes, parts, strict=True))
    named = tuple(NationalTheme(id=i, nl=f"landelijk {i}", en=f"national {i}") for i in ("n1", "n2"))
    return replace(who, themes=themes, national_themes=named)


def by_national(who: Profile) -> dict[str, Any]:
    cycle = who.cycle(CYCLE)
    overview = [spent(t, b, r) for t, b, r in (("small_classes", "3000", "1000"), ("teachers", "1000", "2000"))]
    overview.append(spent(None, "4000", "3000"))
    rows, _ = spending(who, cycle, [{"carried_over": None, "note": None, **row} for row in overview], [])
    return {
        "spending_overview": overview,
        "crosswalk": crosswalk(who, cycle),
        "spending_by_national_theme": rows,
        "national_theme_counts": counts(who, cycle, [2020]),
    }


def test_the_spending_stands_by_national_theme_where_themes_are_divided(tmp_path: Path) -> None:
    who = divided_university()
    document = made(tmp_path, who, by_national(who))
    found = cells(table_of(document, "table-national-spending"))
    assert [row[:4] for row in found] == [
        ["landelijk n1", "2", "1", "-1"],
        ["landelijk n2", "3", "3", "0"],
        ["Totaal", "4", "3", "-1"],
    ]
    parts = cells(table_of(document, "table-national-crosswalk"))
    assert parts[0] == ["small_classes", "landelijk n1", "50%"]
    assert parts[-1] == ["buildings", "geen", "100%"]
    number = cells(table_of(document, "table-national-counts"))
    assert [row[1:3] for row in number] == [["2", "2"], ["3", "2"], ["0", "0"], ["3", "2"]]


def test_a_crosswalk_that_divides_nothing_is_not_told(tmp_path: Path) -> None:
    who = divided_university()
    own = tuple(t.model_copy(update={"national": {f"n{i}": Decimal(1)}}) for i, t in enumerate(who.themes))
    named = tuple(NationalTheme(id=f"n{i}", nl="x", en="x") for i in range(3))
    plain = replace(who, themes=own, national_themes=named)
    assert "national" not in {section.id for section in made(tmp_path, plain, by_national(plain)).sections}


def test_measures_stand_by_class_and_with_what_units_say(tmp_path: Path) -> None:
    who = profile()
    both = [{"id": c, "nl": f"{c} nl", "en": f"{c} en"} for c in ("health", "safety")]
    focus = Classification.model_validate({"id": "focus", "nl": "zwaartepunten", "en": "focus", "classes": both})
    own = tuple(m.model_copy(update={"classes": {"focus": ["health", "safety"]}}) for m in who.measures[:1])
    who = replace(who, measures=(*own, *who.measures[1:]), classifications=(focus,))
    rows = [
        {
            "reporting_year": 2020, "cycle": CYCLE, "unit": unit, "theme": "small_classes", "measure": measure,
            "measure_nl": measure, "measure_en": measure, "progress": progress, "status": "ok",
            "figure_id": f"{measure}{unit}", "explanation": said,
        }
        for unit, measure, progress, said in (
            ("North", "tutors", "on_course", "=Loopt <b>goed</b>"),
            ("East", "tutors", "at_risk", None),
            ("North", "groups", "done", None),
        )
    ]  # fmt: skip
    cycle = who.cycle(CYCLE)
    tables = {
        "measures": rows,
        "classifications": classifications(who, cycle),
        "measures_by_class": measures_by_class(who, cycle, rows),
    }
    document = made(tmp_path, who, tables)
    by_class = table_of(document, "table-classes-focus")
    assert cells(by_class) == [
        ["health nl", "1", "0", "1", "1", "0"],
        ["safety nl", "1", "0", "1", "1", "0"],
        ["in geen van deze", "2", "0", "0", "0", "1"],
    ]
    section = next(one for one in document.sections if one.id == "classes")
    assert "telt in elke klasse mee" in " ".join(b.text for b in section.blocks if isinstance(b, Paragraph))
    told = table_of(document, "table-measures-told")
    assert cells(told) == [["Tutors"], ["North", "op koers", "=Loopt <b>goed</b>"]]


def test_a_release_without_any_of_it_has_no_such_sections(tmp_path: Path) -> None:
    who = leave(targets=[])
    document = made(tmp_path, who, {"indicator_values": VALUES})
    assert not {"beside", "national", "classes"} & {section.id for section in document.sections}
    assert "table-measures-told" not in {table.id for table in document.tables()}
