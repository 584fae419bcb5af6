"""One mistake is one problem: its file, line and key, what stands there, what was expected, and what was meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pytest
from pydantic import ValidationError

from schemas.problems import Problem
from schemas.profile.explaining import explained
from schemas.profile.faults import Fault
from schemas.profile.near_misses import nearest, one_of, unknown_in
from schemas.profile.salvaging import salvaged
from schemas.profile.strict import Strict, Year
from schemas.profile.units import Unit
from tests.schemas.profile.copies import ProfileCopy, begins, message

MISTAKES = {
    "profile.yaml": """
first_year: 2019 | first_year: negentien | first_year: is 'negentien', which is no year
first_year: 2019 | first_year: | first_year: has no value; expected a year from 2000
last_year: 2024 | last_year: 2018 | last_year: is 2018, before first_year 2019
[nl, en] | [nl, nl] | languages: 'nl' stands there twice; expected it once
[nl, en] | [nl, de] | languages: is 'de'; expected one of nl, en
[nl, en] | [] | languages: is an empty list; expected a list of at least one entry
[nl, en] | nl | languages: is 'nl'; expected a list of at least one entry
Europe/Amsterdam | Europe/Amsterdm | timezone: is 'Europe/Amsterdm'; expected a time zone such as
owner: team: | owner:  | owner: is 'quality-agreements', which is no owner; expected team:
owner: | onwer: | onwer: no such key; … did you mean 'owner'
month: 9, round: 2 | month: 3, round: 2 | cycles.3.month: two cycles run in month 3
round: 2, spending_year: 0, indicator | round: 2, indicator | cycles.9: does not fit together
profile_version: "2020.1" | profile_version: 2020.1 | profile_version: …; put it in quotes
publish_explanations: true | publish_explanations: ja | spending…true or false
contact: kw | contact: a@b, kw | notices.contact: …which is no mailbox
sector: wo | sector: WO | sector: is 'WO'; expected one of wo, hbo, other; did you mean 'wo'
student_reference_date: "10-01" | student_reference_date: "02-30" | …every year; expected a month and a day as MM-DD
threshold: 5 | threshold: 0 | disclosure.threshold: is 0; expected a whole number from 1 on
sector: wo | threshold: 5⏎sector: wo | threshold: no such key; … it belongs under disclosure
sector: wo | treshold: 5⏎sector: wo | treshold: no such key; … did you mean 'disclosure.threshold'
⏎councils: | ⏎concils: | concils: no such key
expected: [FGGA, FdA, | expected: [FGGX, FdA, | panels.expected: there is no unit 'FGGX'
decision: discussed} | decision: discussed, council: senate} | consultations.2.council: there is no
bfr, decision: discussed} | bfr, decision: agreed} | consultations.2.decision: is 'agreed'
owner: team:quality-agreements⏎ |  | ~owner: is missing; expected team: and
""",
    "units.yaml": """
student_council | senate | LUMC.council: there is no council of profile.yaml 'senate'
aliases: [FA] | aliasses: [FA] | FdA.aliasses: no such key; expected one of id, nl, en, council, …did you mean 'aliases'
- id: FGW⏎ | - id: FGW⏎  valid_from: 2021⏎  valid_until: 2020⏎ | ~FGW: does not fit together
""",
    "themes.yaml": """
{nl_intensive: 1} | {nl_intensive: 0.5} | themes.intensive.national: the parts add up to 0.5; expected 1
funded: false | fundd: false | themes.facilities.fundd: …did you mean 'funded'
{nl_intensive: 1} | {nl_none: 1} | themes.intensive.national.nl_none: there is no national theme
⏎national: | ⏎nationall: | nationall: no such key
""",
    "measures.yaml": """
theme: guidance | theme: guidence | professional_advisers.theme: …; expected one of intensive, …'guidance'
theme: guidance | theme: Meer en betere begeleiding van studenten | prof… did you mean 'guidance'
no_column: [HA] | no_column: [HX] | smaller_groups.no_column: there is no unit
units: [FGW, FSW] | units: [FGW, Leiden Law School] | peer_coaching.units: …; did you mean 'FdR'
[FGW, FSW] | [FGW, FSW, HA] | ~peer_coaching.no_column: 'HA' stands under units as well
en: Smaller teaching groups⏎ | en: x⏎  valid_from: 2022⏎  valid_until: 2021⏎ | ~smaller_groups: …
""",
    "indicators.yaml": """
reference_date: "10-01" | reference_date: "10-32" | student_staff_ratio.…which is no day of every year
direction: lower_is_better | direction: lower_better | …is 'lower_better'…'lower_is_better'
kind: ratio | knd: ratio | student_staff_ratio.knd: no such key; … did you mean 'kind'
theme: guidance | theme: none | study_adviser_fte.theme: there is no theme 'none'
question: field_skills | question: assessment | programme_evaluation_field_skills.answers.question: there is
facts: fact_enrolments | facts: fact_enrolment | student_staff_ratio.numerator.facts: there is no table
sum: certified | sum: certificates | study_advisers_certified.numerator.sum: there is no field
less_units: [FGW] | less_units: [FGX] | study_adviser_fte.numerator.less_units: there is no unit 'FGX'
any_of: [compulsory_matching, | any_of: [matching, | ba_programmes_with_matching.numerator.where.2.any_of
is: main | is: mian | student_staff_ratio.numerator.where.enrolment.is: there is no main or secondary
not_in: [LUMC] | not_in: [LUMK] | student_staff_ratio.numerator.where.unit.not_in: …; did you mean 'LUMC'
not_in: [LUMC] | in: [LUMK] | student_staff_ratio.numerator.where.unit.in: …; did you mean 'LUMC'
not_in: [LUMC] | is: LUMK | student_staff_ratio.numerator.where.unit.is: …; did you mean 'LUMC'
is: main⏎ | is: main⏎        filled: true⏎ | ~…enrolment: a condition takes exactly one of
- id: sko_count⏎  version: "1" | - id: bko_share⏎  version: "2" | ~bko_share.valid_from: …; end version 1 with
""",
    "feeds.yaml": """
period: round | period: rounds | bfr.period: …; did you mean 'round'
kind: sql | kind: sq | bfr.sources.1.kind: is 'sq'; expected one of files, sql; did you mean 'sql'
locale: nl | locale: NL | decisions.sources.1.locale: …; did you mean 'nl'
locale: nl⏎ | required: false⏎      locale: nl⏎ | decisions…with the entry itself
period: round⏎ | unpivot: {}⏎  period: round⏎ | bfr.unpivot: …; it belongs under sources.forms
format: parquet | format: parket | …is 'parket'; expected one of workbook, csv, fixed, parquet, zip; did
format: csv | seperator: ';'⏎      format: csv | evaluations.sources.2.seperator: no
month_day: "05-15" | month_day: "06-31" | bfr.deadlines.1.month_day: is '06-31'
0: {month_day: "12-31" | 1: {month_day: "12-31" | faculty_report.deadlines.1: there is no round 1
3: {month_day: "02-28" | 4: {month_day: "02-28" | bfr.deadlines.4: …; expected one of 1, 2, 3, or 0
[FGGA, FdA, | [FGGA, FdX, | faculty_report.units: there is no unit 'FdX'
tables: [staff] | tables: [staf] | staff.sources.1.tables: there is no delivered table 'staf'
/{unit}{suffix}.xlsx | /{faculty}.xlsx | faculty_report.sources.1.path: there is no placeholder 'faculty'
""",
    "plan.csv": """
original,guidance,2020 | original,gidance,2020 | theme: there is no theme 'gidance'; …'guidance'
intensive,2019,2326700.00 | intensive,2019,2.326.700 | amount: is '2.326.700'; expected a number
intensive,2019,2326700.00 | intensive,2019 | another number of values than columns; expected 4
intensive,2019,2326700.00 | intensive,2019,2326700,00 | another number of values than columns; expected 4
original,guidance,2019 | original,guidance,2018 | year: is 2018; expected a year of the plan
original,guidance,2024 | original,guidance,2025 | year: is 2025; expected a year of the plan
""",
    "programmes.csv": """
true,FGGA | true,FGGB | unit: there is no unit 'FGGB'
,true,FGGA | ,waar,FGGA | funded: is 'waar'; expected true or false
programme,name,croho_type,funded,unit | code;name;type | the columns are code;name;type; expected
""",
    "misprints.yaml": """
table: indicators | table: indicator | 1.table: …; did you mean 'indicators'
indicator: bko_share | indicator: bko_shar | 2.indicator: …'bko_share'
part: difference | theme: sports⏎  part: difference | 3.theme: there is no theme 'sports'
""",
}
"""Per file a text, what stands in its place, and how the message begins; ⏎ ends a line.

With ~ before it the problem is at another line than the one that was changed: that of the entry, say.
"""
TWICE = {
    "units.yaml": """
id: FdR | id: FGW | FGW.id: 'FGW'
aliases: [FA] | aliases: [FWN] | FWN.id: 'FWN'
""",
    "questions.yaml": "id: study_load | id: organisation | organisation.id: 'organisation'",
    "measures.yaml": "id: skills | id: work_experience | work_experience.id: 'differentiation/work_experience'",
    "indicators.yaml": "id: sko_count | id: bko_share | bko_share.version: 'bko_share version 1'",
    "plan.csv": "guidance,2020 | guidance,2019 | 'original, guidance, 2019'",
    "programmes.csv": "56034, | 56035, | programme: '56035'",
    "feeds.yaml": "id: staff | id: enrolments | enrolments.id: 'enrolments'",
    "profile.yaml": "id: university_council | id: faculty_council | councils.faculty_council.id: 'faculty_council'",
}


def cases(mistakes: Mapping[str, str]) -> list[tuple[str, ...]]:
    rows = [(file, row) for file, text in mistakes.items() for row in text.strip("\n").split("\n")]
    return [(file, *(part.replace("⏎", "\n") for part in row.split(" | "))) for file, row in rows]


@pytest.mark.parametrize(("file", "old", "new", "start"), cases(MISTAKES))
def test_a_mistake_is_one_problem_at_its_line(copy: ProfileCopy, file: str, old: str, new: str, start: str) -> None:
    line = copy.edit(file, old, new)
    problem = copy.problem()
    assert (problem.file, problem.line if start[0] != "~" else line) == (file, line)
    assert begins(message(problem), f"{file}: {start.removeprefix('~')}"), problem
    assert "Input should" not in str(problem), "in plain words"
    assert "valid" not in problem.sentence.replace("valid_", "")


@pytest.mark.parametrize(("file", "old", "new", "start"), cases(TWICE))
def test_an_id_that_stands_there_twice_is_a_problem_with_the_line_of_the_first(
    copy: ProfileCopy, file: str, old: str, new: str, start: str
) -> None:
    copy.edit(file, old, new)
    expected = f"{file}: {start} stands there twice; expected it once; it is in line "
    assert [one for one in copy.messages() if one.startswith(expected)]


@pytest.mark.parametrize("day", ["02-29", "02-30", "04-31", "13-01", "00-10", "1-10", "10-1"])
def test_a_day_that_not_every_year_has_is_a_mistake(copy: ProfileCopy, day: str) -> None:
    copy.edit("profile.yaml", 'student_reference_date: "10-01"', f'student_reference_date: "{day}"')
    assert copy.problem().actual == f"is '{day}', which is no day of every year"


def test_a_problem_is_written_with_all_its_parts() -> None:
    whole = Problem("units.yaml", 3, "A.council", "there is no council 'x'", "one of y", "did you mean 'y'")
    assert str(whole) == "units.yaml, line 3: A.council: there is no council 'x'; expected one of y; did you mean 'y'"
    assert str(Problem("units.yaml", 0, "", "the file is missing")) == "units.yaml: the file is missing"


def test_one_mistake_hides_neither_the_others_of_its_entry_nor_of_what_refers_to_it(copy: ProfileCopy) -> None:
    copy.edit("units.yaml", "  council: student_council", "  council: senate\n  color: red")
    copy.edit("profile.yaml", "sector: wo", "sector: university\nfirst: 2019")
    copy.edit("plan.csv", "original,guidance,2020", "original,guidance,2030")
    copy.edit("indicators.yaml", "not_in: [LUMC]", "not_in: [LUMK]")
    no_unit = "there is no unit (faculty or institute) 'LUMK'"
    assert [(one.file, one.key, one.actual) for one in copy.problems()] == [
        ("profile.yaml", "sector", "is 'university'"),
        ("profile.yaml", "first", "no such key"),
        ("units.yaml", "LUMC.council", "there is no council of profile.yaml 'senate'"),
        ("units.yaml", "LUMC.color", "no such key"),
        ("indicators.yaml", "student_staff_ratio.numerator.where.unit.not_in", no_unit),
        ("plan.csv", "year", "is 2030"),
    ]


def test_what_follows_from_a_mistake_is_no_problem_beside_it(copy: ProfileCopy) -> None:
    copy.edit("profile.yaml", "first_year: 2019", "first_year: 1019")
    copy.edit("feeds.yaml", "tables: [staff]", "tables: [staf]")
    assert [one.key for one in copy.problems()] == ["first_year", "staff.sources.1.tables"]


@pytest.mark.parametrize(
    ("file", "old", "new", "key"),
    [
        ("units.yaml", "id: FGW", "id: F G W", "F G W.id"),
        ("themes.yaml", "id: guidance", "id: ''", "themes.3.id"),
        ("themes.yaml", "national:\n  - id: nl_intensive", "national: x\nother:\n  - id: nl_intensive", "national"),
        ("profile.yaml", "id: faculty_council", "id: [faculty_council]", "councils.1.id"),
        ("questions.yaml", "- id: field_skills", "- nr: field_skills", "6.id"),
    ],
)
def test_what_refers_to_a_wrong_name_is_not_blamed(copy: ProfileCopy, file: str, old: str, new: str, key: str) -> None:
    copy.edit(file, old, new)
    problems = copy.problems()
    assert {one.file for one in problems} == {file}
    assert key in [one.key for one in problems]


def test_an_entry_with_mistakes_is_explained_and_read_as_it_was_likely_meant() -> None:
    class Holder(Strict):
        unit: Unit
        sector: Literal["wo", "hbo"]
        rounds: list[Year]

    entry = {"unit": {"id": "A", "nl": "a", "en": "a", "aliasses": ["b"]}, "sector": "WO", "rounds": [2020, "x"]}
    with pytest.raises(ValidationError) as refused:
        Holder.model_validate(entry)
    assert [(one.path, one.actual, one.hint) for one in explained("x.yaml", Holder, refused.value, (3,))] == [
        ((3, "unit", "aliasses"), "no such key", "did you mean 'aliases'"),
        ((3, "sector"), "is 'WO'", "did you mean 'wo'"),
        ((3, "rounds", 1), "is 'x', which is no year", ""),
    ]
    meant = salvaged(Holder, entry, refused.value)
    assert meant is not None
    assert (meant.unit.aliases, meant.sector, meant.rounds) == (["b"], "wo", [2020, 2024])
    assert entry["sector"] == "WO", "the entry itself stays as it is"


def test_a_name_that_is_not_known_is_a_fault_with_the_one_that_was_likely_meant() -> None:
    def faults(*names: str, known: list[str] | None) -> list[Fault]:
        return list(unknown_in("x.yaml", ("units",), names, known, "unit", {"letteren": "FGW"}))

    assert faults("FGW", "FGWW", "Letteren", "x", known=["FGW", "FSW"]) == [
        Fault("x.yaml", ("units", at), f"there is no unit '{name}'", "one of FGW, FSW", hint)
        for at, name, hint in ((1, "FGWW", "did you mean 'FGW'"), (2, "Letteren", "did you mean 'FGW'"), (3, "x", ""))
    ]
    assert faults("FGWW", known=None) == [], "nobody can tell"
    assert (nearest("GUIDENCE", ["Guidance"]), nearest("x", ["Guidance"])) == ("Guidance", "")
    assert one_of([str(n) for n in range(61)]) == "one of 61", "a long list is not written out"
