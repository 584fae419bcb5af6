"""The profile of Leiden holds the facts that the university published, and nothing that contradicts them."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from schemas.calendar import reference_date
from schemas.profile import Feed, Profile, load_profile, profile_folder
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


@pytest.fixture(scope="module")
def leiden() -> Profile:
    return load_profile(profile_folder("leiden"))


def test_the_profile_is_found_by_name_and_loads(leiden: Profile) -> None:
    assert (leiden.id, leiden.institution.nl, leiden.institution.en) == (
        "leiden",
        "Universiteit Leiden",
        "Leiden University",
    )
    assert leiden.institution.disclosure.threshold == 5
    assert leiden.last_round == 3


def test_its_code_lists_hold_what_deliveries_may_name(leiden: Profile) -> None:
    lists = leiden.code_lists()

    assert lists["units"] == UNITS
    assert lists["themes"] == (*FUNDED, "facilities")
    assert lists["measures"] == tuple(measure for _, measure in MEASURES)
    assert lists["questions"] == (
        "teaching_methods",
        "course_content",
        "organisation",
        "assessment",
        "career_options",
        "field_skills",
        "programme_content",
        "study_load",
    )
    assert lists["indicators"] == (
        "course_evaluation_teaching_methods",
        "student_staff_ratio",
        "programme_evaluation_career_options",
        "programme_evaluation_field_skills",
        "study_adviser_fte",
        "study_advisers_certified",
        "bko_share",
        "sko_count",
        "ba_programmes_with_matching",
    )
    assert lists["councils"] == ("faculty_council", "student_council", "university_council", "programme_committee")
    assert lists["academic_years"] == (
        "2018-2019",
        "2019-2020",
        "2020-2021",
        "2021-2022",
        "2022-2023",
        "2023-2024",
    )
    assert len(lists["programmes"]) == 394


def test_every_declared_table_can_be_bound_to_its_code_lists(leiden: Profile) -> None:
    lists = leiden.code_lists()

    bound = {name: table.bind(lists) for name, table in CATALOGUE.items()}

    assert bound["bfr"]["unit"].codes == UNITS
    assert all(f.codes for table in bound.values() for f in table.fields if f.code_list)


def test_fa_is_another_spelling_of_the_faculty_of_archaeology(leiden: Profile) -> None:
    spelled = leiden.aliases()["units"]
    assert {word for word, unit in spelled.items() if unit == "FdA"} == {
        "FA",
        "Faculteit der Archeologie",
        "Faculty of Archaeology",
    }


def test_a_dutch_measure_name_as_the_report_spells_it_stands_for_the_measure(leiden: Profile) -> None:
    assert leiden.aliases()["measures"]["community vorming"] == "community_building"
    assert leiden.aliases()["measures"]["Mogelijkheden voor werkervaring en -oriëntatie"] == "work_experience"


def test_reports_are_approved_by_the_faculty_council_and_at_the_lumc_by_the_student_council(leiden: Profile) -> None:
    assert {u.id for u in leiden.units if u.council == "student_council"} == {"LUMC"}
    assert {u.council for u in leiden.units if u.id != "LUMC"} == {"faculty_council"}


@pytest.mark.parametrize(
    ("key", "spending", "indicators"),
    [
        ("2020-05", (2020, 1), 2019),
        ("2020-09", (2020, 2), 2019),
        ("2021-03", (2020, 3), 2020),
        ("2021-05", (2021, 1), 2020),
    ],
)
def test_a_cycle_settles_its_round_and_years(
    leiden: Profile, key: str, spending: tuple[int, int], indicators: int
) -> None:
    cycle = leiden.cycle(key)

    assert (cycle.spending_year, cycle.round) == spending
    assert cycle.indicator_year == indicators


def test_five_themes_are_funded_and_facilities_is_declared_with_the_reason(leiden: Profile) -> None:
    assert tuple(t.id for t in leiden.funded_themes) == FUNDED
    facilities = next(t for t in leiden.themes if t.id == "facilities")
    assert not facilities.funded
    assert "vijf thema's" in facilities.reason_nl
    assert "five themes" in facilities.reason_en


def test_the_crosswalk_reaches_each_of_the_six_national_themes_once(leiden: Profile) -> None:
    reached = [name for theme in leiden.themes for name in theme.national]

    assert len(leiden.national_themes) == 6
    assert sorted(reached) == sorted(t.id for t in leiden.national_themes)


def test_each_measure_stands_where_the_report_has_it(leiden: Profile) -> None:
    def mark(unit: str, has: list[str], no_column: list[str]) -> str:
        return "1" if unit in has else "-" if unit in no_column else "0"

    found = {(m.theme, m.id): "".join(mark(unit, m.units, m.no_column) for unit in UNITS) for m in leiden.measures}

    assert found == MEASURES
    assert Counter(theme for theme, _ in found) == {
        "intensive": 5,
        "differentiation": 4,
        "guidance": 1,
        "teaching_quality": 3,
        "study_success": 2,
    }


def test_no_measure_both_has_a_unit_and_lacks_its_column(leiden: Profile) -> None:
    assert [m.id for m in leiden.measures if set(m.units) & set(m.no_column)] == []


def test_the_plan_gives_each_funded_theme_an_amount_in_each_year(leiden: Profile) -> None:
    assert {(line.version, line.theme, line.year) for line in leiden.plan} == {
        ("original", theme, year) for theme in FUNDED for year in YEARS
    }


def test_the_plan_adds_up_to_the_total_of_each_year(leiden: Profile) -> None:
    totals: Counter[int] = Counter()
    for line in leiden.plan:
        totals[line.year] += line.amount  # type: ignore[assignment]

    assert totals == {
        2019: Decimal("7057000.00"),
        2020: Decimal("7710600.00"),
        2021: Decimal("9600000.00"),
        2022: Decimal("13200000.00"),
        2023: Decimal("16400000.00"),
        2024: Decimal("19200000.00"),
    }


def test_the_plan_shares_round_to_the_published_ones(leiden: Profile) -> None:
    total = sum(line.amount for line in leiden.plan)
    shares = {theme: 100 * sum(line.amount for line in leiden.plan if line.theme == theme) / total for theme in FUNDED}

    assert {theme: round(share) for theme, share in shares.items()} == {
        "intensive": 34,
        "differentiation": 38,
        "guidance": 6,
        "teaching_quality": 16,
        "study_success": 6,
    }
    assert all(abs(share - round(share)) < Decimal("0.3") for share in shares.values()), "too near to a half"


def test_only_differentiation_is_planned_less_than_the_year_before_as_the_report_says_of_2020(leiden: Profile) -> None:
    planned = {(line.theme, line.year): line.amount for line in leiden.plan}

    assert [
        (theme, year)
        for theme in FUNDED
        for before, year in pairwise(YEARS)
        if planned[theme, year] < planned[theme, before]
    ] == [("differentiation", 2020)]


def test_the_whole_register_is_there_by_type(leiden: Profile) -> None:
    assert Counter(p.croho_type for p in leiden.programmes) == {"ba": 69, "ma": 136, "on": 108, "pm": 64, "pi": 17}


def test_bachelor_and_master_programmes_are_funded_and_have_a_faculty(leiden: Profile) -> None:
    degrees = [p for p in leiden.programmes if p.croho_type in ("ba", "ma")]

    assert all(p.funded for p in degrees)
    assert {p.unit for p in degrees} == set(FACULTIES)


def test_other_programmes_are_not_funded(leiden: Profile) -> None:
    assert [p.programme for p in leiden.programmes if p.funded and p.croho_type not in ("ba", "ma")] == []


def test_only_undivided_degrees_have_no_unit(leiden: Profile) -> None:
    assert {p.croho_type for p in leiden.programmes if not p.unit} == {"on"}
    assert all(not p.unit for p in leiden.programmes if p.croho_type == "on")


def test_teacher_training_belongs_to_iclon_and_nothing_to_the_honours_academy(leiden: Profile) -> None:
    assert {p.unit for p in leiden.programmes if p.croho_type == "pm"} == {"ICLON"}
    assert "HA" not in {p.unit for p in leiden.programmes}


@pytest.mark.parametrize(
    ("code", "unit"),
    [
        ("56627", "FGGA"),
        ("59320", "FGGA"),
        ("50429", "FGGA"),
        ("59328", "FGW"),
        ("56703", "FdA"),
        ("56034", "FGW"),
        ("56469", "FdR"),
        ("66474", "FdR"),
        ("56604", "FSW"),
        ("50035", "FSW"),
        ("56980", "FWN"),
        ("60965", "FWN"),
        ("56551", "LUMC"),
        ("66157", "LUMC"),
        ("65019", "LUMC"),
        ("60238", "ICLON"),
        ("75120", "FGGA"),
    ],
)
def test_a_programme_belongs_to_the_faculty_that_teaches_it(leiden: Profile, code: str, unit: str) -> None:
    assert next(p.unit for p in leiden.programmes if p.programme == code) == unit


def test_a_programme_name_does_not_carry_the_marker_of_a_joint_degree(leiden: Profile) -> None:
    names = {p.programme: p.name for p in leiden.programmes}

    assert names["55010"] == "b life science and technology (joint degree)"
    assert [name for name in names.values() if name != " ".join(name.split()) or name[-5:].isdigit()] == []


def test_the_ratio_leaves_out_the_lumc_on_both_sides(leiden: Profile) -> None:
    ratio = leiden.indicator("student_staff_ratio", 2019)
    assert ratio is not None
    assert ratio.numerator is not None
    assert ratio.denominator is not None

    students = {c.field: c.is_ if c.is_ is not None else c.not_in for c in ratio.numerator.where}
    staff = {c.field: c.in_ or c.not_in for c in ratio.denominator.where}

    assert students == {"enrolment": "main", "funded": True, "unit": ["LUMC"]}
    assert staff == {"category": TEACHING, "unit": ["LUMC"]}


def test_bko_holders_are_counted_among_exactly_those_who_must_have_one(leiden: Profile) -> None:
    share = leiden.indicator("bko_share", 2020)
    assert share is not None
    assert share.numerator is not None
    assert share.denominator is not None

    *must, has = share.numerator.where

    assert must == share.denominator.where
    assert [(c.field, c.in_ or c.at_least or c.years_before_reference) for c in must] == [
        ("category", TEACHING),
        ("fte", "0.5"),
        ("start_date", 1),
    ]
    assert (has.field, has.years_before_reference) == ("bko_date", 0)


def test_the_temporary_increase_is_left_out_at_humanities_alone(leiden: Profile) -> None:
    advisers = leiden.indicator("study_adviser_fte", 2020)
    assert advisers is not None
    assert advisers.numerator is not None

    assert (advisers.numerator.sum, advisers.numerator.less) == ("fte", "fte_temporary")
    assert advisers.numerator.less_units == ["FGW"]


def test_the_spread_of_an_evaluation_says_what_it_is_a_spread_of(leiden: Profile) -> None:
    assert {i.id: (i.unit_of_analysis, i.spread_kind, i.split_level) for i in leiden.indicators if i.answers} == {
        "course_evaluation_teaching_methods": ("course", "sd_units", False),
        "programme_evaluation_career_options": ("respondent", "sd_respondents", True),
        "programme_evaluation_field_skills": ("respondent", "sd_respondents", True),
    }


def test_a_score_of_334_lies_outside_the_scale_of_each_evaluation(leiden: Profile) -> None:
    scales = [(i.minimum, i.maximum) for i in leiden.indicators if i.answers]

    assert scales == [(1, 5)] * 3


def test_the_figures_of_2020_that_do_not_compare_with_2019_say_so_in_both_languages(leiden: Profile) -> None:
    of_indicators = {i.id: b for i in leiden.indicators for b in i.breaks if b.reporting_year == 2020}
    of_evaluations = [b for b in leiden.institution.evaluations.breaks if b.reporting_year == 2020]
    notes = {i.id for i in leiden.indicators for b in i.notes if b.reporting_year == 2020}

    assert set(of_indicators) == {"ba_programmes_with_matching"}
    assert "five programmes" in of_indicators["ba_programmes_with_matching"].en
    assert ["corona" in b.nl and "corona" in b.en for b in of_evaluations] == [True]
    assert notes == {"bko_share", "sko_count"}


def test_every_condition_gives_its_reason_in_both_languages(leiden: Profile) -> None:
    terms = [t for i in leiden.indicators for t in (i.numerator, i.denominator, i.beside) if t]

    assert [c for t in terms for c in t.where if not (c.reason_nl and c.reason_en)] == []


@pytest.mark.parametrize("indicator", ["bko_share", "sko_count", "student_staff_ratio"])
def test_staff_is_counted_on_the_first_of_october(leiden: Profile, indicator: str) -> None:
    definition = leiden.indicator(indicator, 2020)
    assert definition is not None
    assert definition.numerator is not None

    assert reference_date(2020, definition.numerator.reference_date) == date(2020, 10, 1)


def test_every_delivered_table_but_the_derived_ones_has_a_feed(leiden: Profile) -> None:
    fed = {table for feed in leiden.feeds for table in feed.tables}
    delivered = {name for name, table in CATALOGUE.items() if table.layer == "delivered"}

    assert fed == delivered - {"quarantine", "enrolment_counts", "delivered_figures"}, "everything is counted here"


def test_a_feed_names_the_units_that_must_deliver(leiden: Profile) -> None:
    assert {feed.id: tuple(feed.units) for feed in leiden.feeds} == {
        "decisions": (),
        "faculty_report": UNITS,
        "bfr": UNITS,
        "spending_plan": (),
        "evaluations": FACULTIES,
        "evaluation_population": (),
        "enrolments": (),
        "staff": (),
        "programmes": (),
        "control_totals": (),
    }
    assert [feed.id for feed in leiden.feeds if not feed.required] == ["decisions", "control_totals"]


def test_deadlines_follow_the_clock_of_their_feed(leiden: Profile) -> None:
    def last_days(feed: Feed) -> dict[int, tuple[str, int]]:
        return {number: (d.month_day, d.years) for number, d in feed.deadlines.items()}

    assert last_days(leiden.feed("faculty_report")) == {0: ("12-31", 0)}
    assert last_days(leiden.feed("bfr")) == {1: ("05-15", 0), 2: ("09-15", 0), 3: ("02-28", 1)}
    assert last_days(leiden.feed("evaluations")) == {0: ("10-31", 0)}
    assert last_days(leiden.feed("staff")) == {0: ("12-01", 0)}
    assert last_days(leiden.feed("programmes")) == {}
