"""The profile of Leiden holds the facts that the university published, and nothing that contradicts them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from schemas.calendar import reference_date
from schemas.profile.indicators import Indicator, Term
from schemas.profile.models import Profile
from schemas.tables import CATALOGUE

UNITS = ("FGGA", "FdA", "FGW", "FdR", "FSW", "FWN", "LUMC", "ICLON", "HA")
FACULTIES = UNITS[:7]
FUNDED = ("intensive", "differentiation", "guidance", "teaching_quality", "study_success")
YEARS = range(2019, 2025)
TEACHING = ["professor", "associate_professor", "assistant_professor", "lecturer"]

# The table of measures in the progress report over 2020, a column per unit: 1 yes, 0 no, - no such column.
MEASURES = {
    ("intensive", "smaller_groups"): "10100100-",
    ("intensive", "individual_guidance"): "11011100-",
    ("intensive", "community_building"): "10001000-",
    ("intensive", "blended_learning"): "10010110-",
    ("intensive", "activating_assignments"): "11001010-",
    ("differentiation", "work_experience"): "101101000",
    ("differentiation", "skills"): "101111100",
    ("differentiation", "internationalisation"): "001011100",
    ("differentiation", "flexible_routes"): "111111011",
    ("guidance", "professional_advisers"): "10111111-",
    ("teaching_quality", "teacher_training"): "11111111-",
    ("teaching_quality", "teaching_innovation"): "00111100-",
    ("teaching_quality", "peer_coaching"): "00101000-",
    ("study_success", "trial_study_and_matching"): "11111110-",
    ("study_success", "other_study_success"): "10011100-",
}
CODE_LISTS = {
    "units": UNITS,
    "themes": (*FUNDED, "facilities"),
    "measures": tuple(measure for _, measure in MEASURES),
    "questions": (
        *("teaching_methods", "course_content", "organisation", "assessment"),
        *("career_options", "field_skills", "programme_content", "study_load"),
    ),
    "indicators": (
        *("course_evaluation_teaching_methods", "student_staff_ratio"),
        *("programme_evaluation_career_options", "programme_evaluation_field_skills"),
        *("study_adviser_fte", "study_advisers_certified", "bko_share", "sko_count", "ba_programmes_with_matching"),
    ),
    "councils": ("faculty_council", "student_council", "university_council", "programme_committee"),
    "academic_years": ("2018-2019", "2019-2020", "2020-2021", "2021-2022", "2022-2023", "2023-2024"),
}


def test_it_is_leiden_university(leiden: Profile) -> None:
    of = leiden.institution
    assert (leiden.id, of.nl, of.en) == ("leiden", "Universiteit Leiden", "Leiden University")
    assert (of.disclosure.threshold, leiden.last_round) == (5, 3)


def test_its_code_lists_hold_what_deliveries_may_name(leiden: Profile) -> None:
    lists = leiden.code_lists()
    assert {name: lists[name] for name in CODE_LISTS} == CODE_LISTS
    assert len(lists["programmes"]) == 394
    bound = {name: table.bind(lists) for name, table in CATALOGUE.items()}
    assert bound["bfr"]["unit"].codes == UNITS
    assert all(f.codes for table in bound.values() for f in table.fields if f.code_list)


def test_other_spellings_stand_for_a_unit_and_a_measure(leiden: Profile) -> None:
    units, measures = leiden.aliases()["units"], leiden.aliases()["measures"]
    archaeology = {"FA", "Faculteit der Archeologie", "Faculty of Archaeology"}
    assert {word for word, unit in units.items() if unit == "FdA"} == archaeology
    assert measures["community vorming"] == "community_building", "as the report spells it"
    assert measures["Mogelijkheden voor werkervaring en -oriëntatie"] == "work_experience"


def test_reports_are_approved_by_the_faculty_council_and_at_the_lumc_by_the_student_council(leiden: Profile) -> None:
    assert {u.id for u in leiden.units if u.council == "student_council"} == {"LUMC"}
    assert {u.council for u in leiden.units if u.id != "LUMC"} == {"faculty_council"}


def test_a_cycle_settles_its_round_and_years(leiden: Profile) -> None:
    cycles = [leiden.cycle(key) for key in ("2020-05", "2020-09", "2021-03", "2021-05")]
    assert [(one.spending_year, one.round, one.indicator_year) for one in cycles] == [
        (2020, 1, 2019),
        (2020, 2, 2019),
        (2020, 3, 2020),
        (2021, 1, 2020),
    ]


def test_five_themes_are_funded_and_facilities_is_declared_with_the_reason(leiden: Profile) -> None:
    assert tuple(t.id for t in leiden.funded_themes) == FUNDED
    (facilities,) = (t for t in leiden.themes if not t.funded)
    assert facilities.id == "facilities"
    assert "vijf thema's" in facilities.reason_nl
    assert "five themes" in facilities.reason_en


def test_the_crosswalk_reaches_each_of_the_six_national_themes_once(leiden: Profile) -> None:
    assert len(leiden.national_themes) == 6
    reached = [name for theme in leiden.themes for name in theme.national]
    assert sorted(reached) == sorted(t.id for t in leiden.national_themes)


def test_each_measure_stands_where_the_report_has_it(leiden: Profile) -> None:
    marks = {
        (m.theme, m.id): "".join("1" if u in m.units else "-" if u in m.no_column else "0" for u in UNITS)
        for m in leiden.measures
    }
    assert marks == MEASURES


def test_the_plan_is_the_published_one(leiden: Profile) -> None:
    planned = {(line.version, line.theme, line.year): line.amount for line in leiden.plan}
    assert planned.keys() == {("original", theme, year) for theme in FUNDED for year in YEARS}
    totals = {year: sum(planned["original", theme, year] for theme in FUNDED) for year in YEARS}
    assert totals == dict(zip(YEARS, (7057000, 7710600, 9600000, 13200000, 16400000, 19200000), strict=True))
    total = sum(totals.values())
    shares = [100 * sum(planned["original", theme, year] for year in YEARS) / total for theme in FUNDED]
    assert [round(share) for share in shares] == [34, 38, 6, 16, 6]
    assert all(abs(share - round(share)) < Decimal("0.3") for share in shares), "too near to a half"
    fewer = [
        (theme, year)
        for theme in FUNDED
        for before, year in pairwise(YEARS)
        if planned["original", theme, year] < planned["original", theme, before]
    ]
    assert fewer == [("differentiation", 2020)], "as the report has it"


def test_the_register_of_programmes_is_whole(leiden: Profile) -> None:
    programmes = leiden.programmes
    assert Counter(p.croho_type for p in programmes) == {"ba": 69, "ma": 136, "on": 108, "pm": 64, "pi": 17}
    assert {p.croho_type for p in programmes if p.funded} == {"ba", "ma"}
    assert {p.croho_type for p in programmes if not p.funded} == {"on", "pm", "pi"}, "all bachelors and masters are"
    assert {p.unit for p in programmes if p.funded} == set(FACULTIES)
    assert [p for p in programmes if (p.croho_type == "on") == bool(p.unit)] == [], "undivided degrees alone have none"
    assert {p.unit for p in programmes if p.croho_type == "pm"} == {"ICLON"}
    assert "HA" not in {p.unit for p in programmes}
    names = {p.programme: p.name for p in programmes}
    assert names["55010"] == "b life science and technology (joint degree)"
    assert [name for name in names.values() if name != " ".join(name.split()) or name[-5:].isdigit()] == []


def test_a_programme_belongs_to_the_faculty_that_teaches_it(leiden: Profile) -> None:
    taught = {
        "FGGA": ("56627", "59320", "50429", "75120"),
        "FGW": ("59328", "56034"),
        "FdA": ("56703",),
        "FdR": ("56469", "66474"),
        "FSW": ("56604", "50035"),
        "FWN": ("56980", "60965"),
        "LUMC": ("56551", "66157", "65019"),
        "ICLON": ("60238",),
    }
    units = {p.programme: p.unit for p in leiden.programmes}
    assert {unit: tuple(code for code in codes if units[code] == unit) for unit, codes in taught.items()} == taught


def of_2020(leiden: Profile, name: str) -> Indicator:
    indicator = leiden.indicator(name, 2020)
    assert indicator is not None
    return indicator


def terms(leiden: Profile, name: str) -> tuple[Term, Term]:
    """The numerator and the denominator of an indicator."""
    indicator = of_2020(leiden, name)
    assert indicator.numerator is not None
    assert indicator.denominator is not None
    return indicator.numerator, indicator.denominator


def test_the_ratio_leaves_out_the_lumc_on_both_sides(leiden: Profile) -> None:
    students, staff = terms(leiden, "student_staff_ratio")
    assert {c.field: c.is_ if c.is_ is not None else c.not_in for c in students.where} == {
        "enrolment": "main",
        "funded": True,
        "unit": ["LUMC"],
    }
    assert {c.field: c.in_ or c.not_in for c in staff.where} == {"category": TEACHING, "unit": ["LUMC"]}


def test_bko_holders_are_counted_among_exactly_those_who_must_have_one(leiden: Profile) -> None:
    numerator, denominator = terms(leiden, "bko_share")
    *must, has = numerator.where
    assert must == denominator.where
    assert [(c.field, c.in_ or c.at_least or c.years_before_reference) for c in must] == [
        ("category", TEACHING),
        ("fte", "0.5"),
        ("start_date", 1),
    ]
    assert (has.field, has.years_before_reference) == ("bko_date", 0)


def test_the_temporary_increase_is_left_out_at_humanities_alone(leiden: Profile) -> None:
    advisers = of_2020(leiden, "study_adviser_fte").numerator
    assert advisers is not None
    assert (advisers.sum, advisers.less, advisers.less_units) == ("fte", "fte_temporary", ["FGW"])


def test_a_mean_has_a_spread_of_what_it_is_the_mean_of_on_five_points(leiden: Profile) -> None:
    assert {
        i.id: (i.unit_of_analysis, i.spread_kind, i.split_level, i.minimum, i.maximum)
        for i in leiden.indicators
        if i.answers
    } == {
        "course_evaluation_teaching_methods": ("course", "sd_units", False, 1, 5),
        "programme_evaluation_career_options": ("respondent", "sd_respondents", True, 1, 5),
        "programme_evaluation_field_skills": ("respondent", "sd_respondents", True, 1, 5),
    }


def test_the_figures_of_2020_that_do_not_compare_with_2019_say_so_in_both_languages(leiden: Profile) -> None:
    of_indicators = {i.id: b for i in leiden.indicators for b in i.breaks if b.reporting_year == 2020}
    of_evaluations = [b for b in leiden.institution.evaluations.breaks if b.reporting_year == 2020]
    assert of_indicators.keys() == {"ba_programmes_with_matching"}
    assert "five programmes" in of_indicators["ba_programmes_with_matching"].en
    assert ["corona" in b.nl and "corona" in b.en for b in of_evaluations] == [True]
    notes = {i.id for i in leiden.indicators for b in i.notes if b.reporting_year == 2020}
    assert notes == {"bko_share", "sko_count"}


def test_every_condition_gives_its_reason_in_both_languages(leiden: Profile) -> None:
    every = [t for i in leiden.indicators for t in (i.numerator, i.denominator, i.beside) if t]
    assert [c for t in every for c in t.where if not (c.reason_nl and c.reason_en)] == []


@pytest.mark.parametrize("name", ["bko_share", "sko_count", "student_staff_ratio"])
def test_staff_is_counted_on_the_first_of_october(leiden: Profile, name: str) -> None:
    numerator = of_2020(leiden, name).numerator
    assert numerator is not None
    assert reference_date(2020, numerator.reference_date) == date(2020, 10, 1)


def test_every_delivered_table_but_the_derived_ones_has_a_feed(leiden: Profile) -> None:
    delivered = {name for name, table in CATALOGUE.items() if table.layer == "delivered"}
    derived = {"quarantine", "enrolment_counts", "delivered_figures"}
    assert {table for feed in leiden.feeds for table in feed.tables} == delivered - derived, (
        "everything is counted here"
    )


def test_a_feed_names_the_units_that_must_deliver_and_by_when(leiden: Profile) -> None:
    by_unit = {"faculty_report": UNITS, "bfr": UNITS, "evaluations": FACULTIES}
    by_day = {
        "faculty_report": {0: ("12-31", 0)},
        "bfr": {1: ("05-15", 0), 2: ("09-15", 0), 3: ("02-28", 1)},
        "evaluations": {0: ("10-31", 0)},
        "staff": {0: ("12-01", 0)},
        "programmes": {},
    }
    feeds = {feed.id: feed for feed in leiden.feeds}
    assert list(feeds) == [
        *("decisions", "faculty_report", "bfr", "spending_plan", "evaluations", "evaluation_population"),
        *("enrolments", "staff", "programmes", "control_totals"),
    ]
    assert {name: tuple(feed.units) for name, feed in feeds.items() if feed.units} == by_unit
    assert [name for name, feed in feeds.items() if not feed.required] == ["decisions", "control_totals"]
    days = {name: {n: (d.month_day, d.years) for n, d in feeds[name].deadlines.items()} for name in by_day}
    assert days == by_day
