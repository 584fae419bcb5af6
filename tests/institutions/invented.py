"""Institutions that nobody thought of: a strategy that draws a valid profile, as the files of its folder.

What is drawn is what differs between institutions: units, themes and how they map to national ones, measures and their
classes, what is delivered and in which form, the cycles and the rounds that they settle, thresholds, languages and how
money is shown. Everything else of a file is filled in so that the profile is valid.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

FIRST, LAST = 2021, 2026
Files = Mapping[str, Any]
"""The contents of each file of a profile, by its name; a text is written as it is, all else as YAML."""

PARTS = (("1",), ("0.5", "0.5"), ("0.25", "0.75"), ("0.1", "0.2", "0.7"), ("0.333333", "0.333333", "0.333334"))
FACULTY = tuple(f"faculty_{name}" for name in ("measures", "study_advisers", "programmes", "consultations", "panels"))
WORDS = {
    "plan": {"nl": "instellingsplan", "en": "institutional plan", "nl_plural": "plannen", "en_plural": "plans"},
    "theme": {"nl": "belofte", "en": "promise", "nl_plural": "beloften", "en_plural": "promises"},
    "measure": {"nl": "ambitie", "en": "ambition", "nl_plural": "ambities", "en_plural": "ambitions"},
    "unit": {"nl": "faculteit", "en": "school", "nl_plural": "faculteiten", "en_plural": "schools"},
    "round": {"nl": "kwartaalronde", "en": "quarter", "nl_plural": "kwartaalrondes", "en_plural": "quarters"},
}


def write(files: Files, folder: Path) -> Path:
    """Write the files of a profile into a new folder; returns the folder."""
    folder.mkdir(parents=True)
    for name, content in files.items():
        text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@st.composite
def profiles(draw: st.DrawFn, *, most_units: int = 6) -> dict[str, Any]:
    """The files of a valid profile."""
    units = [f"U{number}" for number in range(1, draw(st.sampled_from([1, 2, 3, most_units])) + 1)]
    themes = [f"theme_{number}" for number in range(1, draw(st.integers(1, 4)) + 1)]
    national = [f"national_{number}" for number in range(1, draw(st.integers(0, 3)) + 1)]
    councils = draw(st.sampled_from([[], ["council"], ["council", "students"]]))
    measures = _measures(draw, units, themes)
    used = _used(draw, bool(measures))
    cycles = _cycles(draw, money="bfr" in used)
    if not any("round" in cycle for cycle in cycles):
        used = [name for name in used if name != "bfr"]
    programmes = _programmes(draw, units, used)
    files: dict[str, Any] = {
        "profile.yaml": _institution(draw, councils, cycles),
        "units.yaml": [_unit(draw, unit, councils) for unit in units],
        "themes.yaml": {
            "themes": [_theme(draw, theme, national, first=theme == themes[0]) for theme in themes],
            "national": [{"id": one, "nl": one, "en": one} for one in national],
        },
        "indicators.yaml": _indicators(draw, used, themes),
        "feeds.yaml": _feeds(draw, used, units),
    }
    if measures:
        files["measures.yaml"] = measures
        if any("classes" in measure for measure in measures):
            classes = [{"id": one, "nl": one, "en": one} for one in ("one", "two")]
            files["classifications.yaml"] = [{"id": "focus", "nl": "Focus", "en": "Focus", "classes": classes}]
    if "evaluations" in used:
        files["questions.yaml"] = [
            {"id": "content", "evaluation": "course", "nl": "De inhoud was goed.", "en": "The content was good."},
            {"id": "career", "evaluation": "programme", "nl": "Er was aandacht.", "en": "There was attention."},
        ]
    if programmes:
        files["programmes.csv"] = programmes
    if "spending_plan" in used and draw(st.booleans()):
        funded = [one["id"] for one in files["themes.yaml"]["themes"] if one.get("funded", True)]
        lines = [f"plan,{theme},{year},{250_000 * year}.50" for theme in funded for year in range(FIRST, LAST + 1)]
        files["plan.csv"] = "\n".join(["version,theme,year,amount", *lines, ""])
    return files


def _institution(draw: st.DrawFn, councils: list[str], cycles: list[dict[str, Any]]) -> dict[str, Any]:
    institution: dict[str, Any] = {
        "format_version": 2,
        "id": "invented",
        "nl": "Verzonnen Hogeschool",
        "en": "Invented School",
        "sector": draw(st.sampled_from(["wo", "hbo", "other"])),
        "profile_version": "1",
        "languages": draw(st.sampled_from([["nl"], ["en"], ["nl", "en"], ["en", "nl"]])),
        "timezone": draw(st.sampled_from(["Europe/Amsterdam", "America/Curacao"])),
        "owner": "team:invented",
        "first_year": FIRST,
        "last_year": LAST,
        "student_reference_date": "10-01",
        "academic_year_begins": draw(st.sampled_from(["09-01", "08-15", "02-01"])),
        "cycles": cycles,
        "disclosure": {"threshold": draw(st.sampled_from([1, 5, 10]))},
        "councils": [{"id": one, "nl": one, "en": one} for one in councils],
        "money": {
            "currency": draw(st.sampled_from(["EUR", "USD", "XCG"])),
            "shown_in": draw(st.sampled_from(["units", "thousands", "millions"])),
        },
    }
    if draw(st.booleans()):
        institution["words"] = WORDS
    if draw(st.booleans()):
        institution["report"] = {"nl": "Verslag over {year}", "en": "Report on {year}"}
    return institution


def _cycles(draw: st.DrawFn, *, money: bool) -> list[dict[str, Any]]:
    """Cycles in any months; where there is money, some of them settle a round, the last one of the year before."""
    months = sorted(draw(st.sets(st.integers(1, 12), min_size=1, max_size=4)))
    cycles: list[dict[str, Any]] = [{"month": m, "indicator_year": draw(st.sampled_from([-1, 0]))} for m in months]
    settling = [cycle for cycle in cycles if money and draw(st.booleans())]
    for number, cycle in enumerate(settling[1:], start=1):
        cycle |= {"round": number, "spending_year": 0}
    if settling:
        settling[0] |= {"round": len(settling), "spending_year": -1}
    for cycle in cycles:
        if draw(st.booleans()):
            cycle |= {"nl": "Review {year}", "en": "Review of {year}"}
    return cycles


def _unit(draw: st.DrawFn, unit: str, councils: list[str]) -> dict[str, Any]:
    entry = {"id": unit, "nl": f"Faculteit {unit}", "en": f"School {unit}"}
    return entry | ({"council": draw(st.sampled_from(councils))} if councils and draw(st.booleans()) else {})


def _theme(draw: st.DrawFn, theme: str, national: list[str], *, first: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": theme, "nl": f"Thema {theme}", "en": f"Theme {theme}"}
    parts = draw(st.sampled_from([of for of in PARTS if len(of) <= len(national)] or [()]))
    if parts and draw(st.booleans()):
        entry["national"] = dict(zip(draw(st.permutations(national)), parts, strict=False))
    if not first and draw(st.integers(0, 3)) == 0:
        entry |= {"funded": False, "reason_nl": "Uit andere middelen.", "reason_en": "From other means."}
    return entry


def _measures(draw: st.DrawFn, units: list[str], themes: list[str]) -> list[dict[str, Any]]:
    """Every theme has a measure in every unit, so that whoever must deliver money has some; or there are none."""
    if draw(st.integers(0, 5)) == 0:
        return []
    measures: list[dict[str, Any]] = []
    for theme in themes:
        measures.append({"id": f"{theme}_base", "theme": theme, "units": units})
        if draw(st.booleans()):
            some = draw(st.sets(st.sampled_from(units), min_size=1))
            measures.append({"id": f"{theme}_more", "theme": theme, "units": sorted(some)})
    for measure in measures:
        measure |= {"nl": f"maatregel {measure['id']}", "en": f"measure {measure['id']}"}
        if draw(st.booleans()):
            measure["classes"] = {"focus": sorted(draw(st.sets(st.sampled_from(["one", "two"]), min_size=1)))}
    return measures


def _used(draw: st.DrawFn, measures: bool) -> list[str]:
    """The delivered tables that feeds fill: any of them, and at least one."""
    whole = ["faculty_study_advisers", "evaluations", "staff", "enrolments", "faculty_panels", "faculty_programmes"]
    whole.append("delivered_figures")
    if measures:
        whole += ["faculty_measures", "bfr", "spending_plan"]
    names = draw(st.sets(st.sampled_from(whole), min_size=1))
    if "evaluations" in names and draw(st.booleans()):
        names = {*names, "evaluation_population"}
    return [name for name in [*whole, "evaluation_population"] if name in names]


def _programmes(draw: st.DrawFn, units: list[str], used: list[str]) -> str:
    needed = {"evaluations", "enrolments", "faculty_programmes"}.intersection(used)
    if not needed and draw(st.booleans()):
        return ""
    lines = [
        f"{number}{kind},Opleiding {number} {kind},{kind},true,{unit}"
        for number, unit in enumerate(units, start=50001)
        for kind in ("ba", "ma")
    ]
    return "\n".join(["programme,name,croho_type,funded,unit", *lines, ""])


def _feeds(draw: st.DrawFn, used: list[str], units: list[str]) -> list[dict[str, Any]]:
    feeds = [_feed(draw, name, units) for name in used]
    if {"enrolments", "faculty_programmes"}.intersection(used) and draw(st.booleans()):
        feeds.append(_feed(draw, "programmes", units))
    return feeds


PERIODS = {
    **dict.fromkeys((*FACULTY, "evaluations", "evaluation_population"), "academic_year"),
    **dict.fromkeys(("staff", "enrolments", "delivered_figures"), "reporting_year"),
    "bfr": "round",
}
PLACES = {"academic_year": "{academic_year}/", "reporting_year": "{reporting_year}/", "none": ""}
PLACES["round"] = "{reporting_year}-{round}/"
PER_UNIT = (*FACULTY, "bfr", "evaluations")
FORMATS = {"csv": "csv", "workbook": "xlsx", "parquet": "parquet"}


def _feed(draw: st.DrawFn, name: str, units: list[str]) -> dict[str, Any]:
    """A feed of one table, in a form that is drawn."""
    period = PERIODS.get(name, "none")
    per_unit = name in PER_UNIT and draw(st.booleans())
    form = draw(st.sampled_from(sorted(FORMATS)))
    source: dict[str, Any] = {
        "kind": "files",
        "path": f"{name}/{PLACES[period]}{'{unit}' if per_unit else 'all'}{{suffix}}.{FORMATS[form]}",
        "format": form,
        "tables": [name],
    }
    if form == "csv":
        source |= {
            "delimiter": draw(st.sampled_from([";", ",", "auto"])),
            "locale": draw(st.sampled_from(["nl", "en"])),
        }
        if source["locale"] == "nl":
            source["delimiter"] = ";"  # a comma is its decimal sign
    feed = {"id": name, "nl": f"levering {name}", "en": f"delivery {name}", "period": period, "sources": [source]}
    return feed | ({"units": units} if per_unit else {})


INDICATORS: dict[str, tuple[str, dict[str, Any]]] = {
    name: (of.pop("needs"), of)
    for name, of in yaml.safe_load("""
advisers: {needs: faculty_study_advisers, kind: sum, numerator: {facts: fact_study_advisers, sum: fte}}
certified:
  {needs: faculty_study_advisers, kind: count, numerator: {facts: fact_study_advisers, sum: certified},
   beside: {facts: fact_study_advisers, sum: in_training}, unit_of_measure: persons,
   printing: {style: count_and_beside, beside_nl: in opleiding, beside_en: in training}}
teachers: {needs: staff, kind: count, numerator: {facts: fact_staff, count: person}}
qualified:
  {needs: staff, kind: share, unit_of_measure: fraction, printing: {style: percentage},
   numerator: {facts: fact_staff, count: person, where: [
     {field: bko_date, filled: true, reason_nl: heeft het niet, reason_en: does not have it}]},
   denominator: {facts: fact_staff, count: person}}
ratio:
  {needs: staff+enrolments, kind: ratio, numerator: {facts: fact_enrolments, count: student},
   denominator: {facts: fact_staff, sum: fte}}
energy: {needs: delivered_figures, kind: delivered, delivered: {combine: sum}, by_unit: true}
marks: {needs: delivered_figures, kind: delivered, delivered: {combine: weighted_by_n}, by_unit: true, minimum: 1,
        maximum: 10}
leave: {needs: delivered_figures, kind: delivered, delivered: {combine: ratio}, by_unit: true, minimum: 0, maximum: 1,
        unit_of_measure: fraction}
content:
  {needs: evaluations, kind: mean, answers: {evaluation: course, question: content}, unit_of_analysis: course,
   spread_kind: sd_units, unit_of_measure: score, minimum: 1, maximum: 5, printing: {style: mean_and_spread},
   by_unit: true}
career:
  {needs: evaluations, kind: mean, answers: {evaluation: programme, question: career}, unit_of_analysis: respondent,
   spread_kind: ci95, unit_of_measure: score, minimum: 1, maximum: 5, printing: {style: mean_and_spread},
   split_level: true}
""").items()
}
"""Indicators of every kind, each with the deliveries that it needs."""


def _indicators(draw: st.DrawFn, used: list[str], themes: list[str]) -> list[dict[str, Any]]:
    """Some of the indicators that what is delivered allows, of every kind."""
    allowed = [name for name, (needs, _) in INDICATORS.items() if set(needs.split("+")) <= set(used)]
    chosen = draw(st.sets(st.sampled_from(allowed))) if allowed else set()
    usual = {"version": "1", "valid_from": FIRST, "definition_nl": "Wat het is.", "definition_en": "What it is."}
    return [
        {
            **usual,
            "id": name,
            "theme": draw(st.sampled_from(themes)),
            "nl": f"Indicator {name}",
            "en": f"Indicator {name}",
            "direction": draw(st.sampled_from(["higher_is_better", "lower_is_better", "neutral"])),
            "unit_of_measure": "number",
            "decimals": draw(st.integers(0, 2)),
            "printing": {"style": "number"},
            **INDICATORS[name][1],
        }
        for name in allowed
        if name in chosen
    ]
