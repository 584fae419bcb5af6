"""The profile of Leiden holds the facts that the university published, and nothing that contradicts them.

Its measures are held against the published table in tests/flow/test_statements.py, and what its indicators count
against the published figures in tests/flow/test_published_figures.py.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import pairwise

from schemas.profile.models import Profile
from schemas.tables import CATALOGUE

UNITS = ("FGGA", "FdA", "FGW", "FdR", "FSW", "FWN", "LUMC", "ICLON", "HA")
FACULTIES = UNITS[:7]
FUNDED = ("intensive", "differentiation", "guidance", "teaching_quality", "study_success")
YEARS = range(2019, 2025)


def test_its_code_lists_hold_what_deliveries_may_name(leiden: Profile) -> None:
    lists = leiden.code_lists()
    assert (lists["units"], lists["themes"]) == (UNITS, (*FUNDED, "facilities"))
    assert lists["academic_years"] == tuple(f"{year - 1}-{year}" for year in YEARS)
    assert [len(lists[name]) for name in ("programmes", "questions", "indicators", "councils")] == [394, 8, 9, 4]
    bound = {name: table.bind(lists) for name, table in CATALOGUE.items()}
    assert bound["bfr"]["unit"].codes == UNITS
    assert all(f.codes for table in bound.values() for f in table.fields if f.code_list)


def test_other_spellings_stand_for_a_unit_and_a_measure(leiden: Profile) -> None:
    units, measures = leiden.aliases["units"], leiden.aliases["measures"]
    archaeology = {"FA", "Faculteit der Archeologie", "Faculty of Archaeology"}
    assert {word for word, unit in units.items() if unit == "FdA"} == archaeology
    assert measures["community vorming"] == "community_building", "as the report spells it"
    assert measures["Mogelijkheden voor werkervaring en -oriëntatie"] == "work_experience"


def test_who_it_is_which_council_approves_and_what_a_cycle_settles(leiden: Profile) -> None:
    of = leiden.institution
    assert (leiden.id, of.nl, of.en) == ("leiden", "Universiteit Leiden", "Leiden University")
    assert (of.disclosure.threshold, leiden.last_round) == (5, 3)
    councils = {unit.id: unit.council for unit in leiden.units}
    assert councils == dict.fromkeys(UNITS, "faculty_council") | {"LUMC": "student_council"}
    cycles = [leiden.cycle(key) for key in ("2020-05", "2020-09", "2021-03", "2021-05")]
    settled = [(2020, 1, 2019), (2020, 2, 2019), (2020, 3, 2020), (2021, 1, 2020)]
    assert [(one.spending_year, one.round, one.indicator_year) for one in cycles] == settled


def test_five_themes_are_funded_and_all_reach_each_national_theme_once(leiden: Profile) -> None:
    assert tuple(t.id for t in leiden.funded_themes) == FUNDED
    (facilities,) = (t for t in leiden.themes if not t.funded)
    assert "vijf thema's" in facilities.reason_nl
    assert "five themes" in facilities.reason_en
    reached = [name for theme in leiden.themes for name in theme.national]
    assert len(reached) == 6
    assert sorted(reached) == sorted(t.id for t in leiden.national_themes)


def test_the_plan_is_the_published_one(leiden: Profile) -> None:
    planned = {(line.version, line.theme, line.year): line.amount for line in leiden.plan}
    assert planned.keys() == {("original", theme, year) for theme in FUNDED for year in YEARS}
    amounts = {theme: [planned["original", theme, year] for year in YEARS] for theme in FUNDED}
    totals = [sum(of_year) for of_year in zip(*amounts.values(), strict=True)]
    assert totals == [7057000, 7710600, 9600000, 13200000, 16400000, 19200000]
    shares = [100 * sum(of_theme) / sum(totals) for of_theme in amounts.values()]
    assert [round(share) for share in shares] == [34, 38, 6, 16, 6]
    assert all(abs(share - round(share)) < Decimal("0.3") for share in shares), "too near to a half"
    steps = ((theme, *step) for theme in FUNDED for step in zip(YEARS[1:], pairwise(amounts[theme]), strict=True))
    fewer = [(theme, year) for theme, year, (before, after) in steps if after < before]
    assert fewer == [("differentiation", 2020)], "as the report has it"


def test_the_register_of_programmes_is_whole(leiden: Profile) -> None:
    programmes = leiden.programmes
    assert Counter(p.croho_type for p in programmes) == {"ba": 69, "ma": 136, "on": 108, "pm": 64, "pi": 17}
    assert [p for p in programmes if p.funded != (p.croho_type in ("ba", "ma"))] == []
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


def test_breaks_notes_and_conditions_give_their_reason_in_both_languages(leiden: Profile) -> None:
    of_indicators = {i.id: b for i in leiden.indicators for b in i.breaks if b.reporting_year == 2020}
    of_evaluations = [b for b in leiden.institution.evaluations.breaks if b.reporting_year == 2020]
    assert of_indicators.keys() == {"ba_programmes_with_matching"}
    assert "five programmes" in of_indicators["ba_programmes_with_matching"].en
    assert ["corona" in b.nl and "corona" in b.en for b in of_evaluations] == [True]
    notes = {i.id for i in leiden.indicators for b in i.notes if b.reporting_year == 2020}
    assert notes == {"bko_share", "sko_count"}
    terms = [t for i in leiden.indicators for t in (i.numerator, i.denominator, i.beside) if t]
    assert [c for t in terms for c in t.where if not (c.reason_nl and c.reason_en)] == []


def test_a_feed_has_the_tables_units_and_days_of_its_delivery(leiden: Profile) -> None:
    feeds = {feed.id: feed for feed in leiden.feeds}
    assert list(feeds) == [
        *("decisions", "faculty_report", "bfr", "spending_plan", "evaluations", "evaluation_population"),
        *("enrolments", "staff", "programmes", "control_totals"),
    ]
    delivered = {name for name, table in CATALOGUE.items() if table.layer == "delivered"}
    derived = {"quarantine", "enrolment_counts", "delivered_figures"}
    assert {table for feed in leiden.feeds for table in feed.tables} == delivered - derived
    by_unit = {"faculty_report": UNITS, "bfr": UNITS, "evaluations": FACULTIES}
    assert {name: tuple(feed.units) for name, feed in feeds.items() if feed.units} == by_unit
    assert [name for name, feed in feeds.items() if not feed.required] == ["decisions", "control_totals"]
    by_day = {
        "faculty_report": {0: ("12-31", 0)},
        "bfr": {1: ("05-15", 0), 2: ("09-15", 0), 3: ("02-28", 1)},
        "evaluations": {0: ("10-31", 0)},
        "staff": {0: ("12-01", 0)},
        "programmes": {},
    }
    assert {name: {n: (d.month_day, d.years) for n, d in feeds[name].deadlines.items()} for name in by_day} == by_day
