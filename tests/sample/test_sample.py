"""The sample deliveries, read back with nothing but pandas, DuckDB and openpyxl, hold what was published."""

from __future__ import annotations

import csv
import sqlite3
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from openpyxl import load_workbook

from kwaliteitsmonitor.sample import SampleSummary
from schemas.profile import Profile
from schemas.profile.feeds import FileSource
from schemas.tables import CATALOGUE

YEARS = (2019, 2020)


def published(profile: Profile, name: str) -> list[dict[str, str]]:
    with (profile.folder / "sample" / f"published_{name}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def value_of(profile: Profile, indicator: str, year: int, level: str = "") -> tuple[Decimal, Decimal | None]:
    for row in published(profile, "indicators"):
        if (row["indicator_id"], row["reporting_year"], row["level"]) == (indicator, str(year), level):
            # The report printed 334 on a scale of 1 to 5, where the sample gives 3.4.
            value = Decimal(row["value"]) if row["value"] else Decimal("3.4")
            return value, Decimal(row["spread"]) if row["spread"] else None
    raise AssertionError(f"{indicator} {year} {level} was not published")


def rounded(value: float | Decimal, decimals: int) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def academic(year: int) -> str:
    return f"{year - 1}-{year}"


def sheet_rows(path: Path, sheet: str) -> list[dict[str, object]]:
    header, *rows = load_workbook(path)[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def over_reports(sample: SampleSummary, year: int, sheet: str) -> pd.DataFrame:
    frames = []
    for path in sorted((sample.folder / "onderwijsjaarverslag" / academic(year)).glob("*.xlsx")):
        frame = pd.DataFrame(sheet_rows(path, sheet))
        frame["unit"] = path.stem
        frames.append(frame)
    return pd.concat([frame for frame in frames if len(frame)], ignore_index=True)


def staff(sample: SampleSummary, year: int) -> pd.DataFrame:
    frame = pd.read_parquet(sample.folder / "personeel" / f"{year}.parquet")
    assert set(frame.reference_date) == {date(year, 10, 1)}
    return frame


TEACHING = ("professor", "associate_professor", "assistant_professor", "lecturer")


@pytest.mark.parametrize("year", YEARS)
def test_course_evaluations_give_the_published_mean_and_spread_between_units(
    profile: Profile, sample: SampleSummary, year: int
) -> None:
    files = sample.folder / "evaluaties" / academic(year) / "cursus" / "*.parquet"
    courses = duckdb.sql(
        f"select unit, course, avg(score) mean, count(*) n from '{files}' "
        "where question = 'teaching_methods' group by all"
    ).df()
    value, spread = value_of(profile, "course_evaluation_teaching_methods", year)
    assert rounded(courses["mean"].mean(), 1) == value
    assert rounded(courses.groupby("unit")["mean"].mean().std(), 1) == spread
    answers = courses.assign(total=courses["mean"] * courses.n).groupby("unit")[["total", "n"]].sum()
    assert rounded((answers.total / answers.n).std(), 1) == spread
    assert courses.groupby("unit")["mean"].mean().round(3).nunique() == courses.unit.nunique()


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("level", ["Ba", "Ma"])
@pytest.mark.parametrize("question", ["career_options", "field_skills"])
def test_programme_evaluations_give_the_published_mean_and_deviation(
    profile: Profile, sample: SampleSummary, year: int, level: str, question: str
) -> None:
    frame = pd.read_csv(sample.folder / "evaluaties" / academic(year) / "programma.csv", sep=";")
    scores = frame[(frame.level == level) & (frame.question == question)].score
    value, spread = value_of(profile, f"programme_evaluation_{question}", year, level)
    assert rounded(scores.mean(), 1) == value
    assert rounded(scores.std(), 1) == spread


@pytest.mark.parametrize("year", YEARS)
def test_students_and_staff_give_the_published_ratio(profile: Profile, sample: SampleSummary, year: int) -> None:
    enrolments = pd.read_csv(sample.folder / "inschrijvingen" / f"{year}.csv", sep=";", dtype=str)
    programmes = pd.read_csv(sample.folder / "croho" / "opleidingen.csv", sep=";", dtype=str)
    assert set(enrolments.reference_date) == {f"{year}-10-01"}
    joined = enrolments.merge(programmes, on="programme")
    main = joined[joined.enrolment == "main"]
    assert not main.student.duplicated().any()
    students = main[(main.funded == "ja") & (main.unit != "LUMC")].student.nunique()
    people = staff(sample, year)
    fte = people[people.category.isin(TEACHING) & (people.unit != "LUMC")].fte.sum()
    if year == 2019:
        assert (students, fte) == (27670, Decimal("1071.8"))
    assert rounded(students / fte, 1) == value_of(profile, "student_staff_ratio", year)[0]
    left_out = {
        "secondary": (joined.enrolment == "secondary"),
        "LUMC": (main.unit == "LUMC"),
        "unfunded": (main.funded == "nee"),
    }
    assert all(rows.any() for rows in left_out.values())


@pytest.mark.parametrize("year", YEARS)
def test_staff_give_the_published_qualifications(profile: Profile, sample: SampleSummary, year: int) -> None:
    people = staff(sample, year)
    on = date(year, 10, 1)
    teachers = people[people.category.isin(TEACHING)]
    must = teachers[(teachers.fte >= Decimal("0.5")) & (teachers.start_date <= date(year - 1, 10, 1))]
    qualified = must[must.bko_date.notna() & (must.bko_date.fillna(date.max) <= on)]
    share = 100 * Decimal(qualified.person.nunique()) / Decimal(must.person.nunique())
    assert rounded(share, 1) == value_of(profile, "bko_share", year)[0]
    senior = teachers[teachers.sko_date.fillna(date.max) <= on]
    assert senior.person.nunique() == value_of(profile, "sko_count", year)[0]


@pytest.mark.parametrize("year", YEARS)
def test_staff_hold_the_cases_that_a_definition_must_tell_apart(sample: SampleSummary, year: int) -> None:
    people = staff(sample, year)
    on = date(year, 10, 1)
    teachers = people[people.category.isin(TEACHING)]
    assert (teachers.start_date == date(year - 1, 10, 1)).any()
    assert ((teachers.start_date > date(year - 1, 10, 1)) & (teachers.fte >= Decimal("0.5"))).any()
    assert (teachers.fte < Decimal("0.5")).any()
    assert (teachers.bko_date.fillna(date.min) == on).any()
    assert (teachers.bko_date.fillna(date.min) > on).any()
    assert (teachers.sko_date.fillna(date.min) > on).any()
    assert people.person.duplicated().any()
    assert not people.duplicated(["person", "unit", "category"]).any()


def test_most_people_are_there_the_next_year_too(sample: SampleSummary) -> None:
    first, second = (staff(sample, year) for year in YEARS)
    both = first.merge(second, on=["person", "unit", "category"], suffixes=("_then", "_now"))
    assert len(both) > 0.8 * len(first)
    assert (both.start_date_then == both.start_date_now).all()
    known = both[both.bko_date_then.notna()]
    assert (known.bko_date_then == known.bko_date_now).all()


@pytest.mark.parametrize("year", YEARS)
def test_faculty_reports_give_the_published_study_advisers_and_matching(
    profile: Profile, sample: SampleSummary, year: int
) -> None:
    advisers = over_reports(sample, year, "Studieadviseurs")
    fte = sum(Decimal(str(v)) for v in advisers["Fte"])
    temporary = sum(Decimal(str(v)) for v in advisers[advisers.unit == "FGW"]["Waarvan tijdelijk"])
    assert temporary > 0
    assert fte - temporary == value_of(profile, "study_adviser_fte", year)[0]
    assert advisers["Gecertificeerd"].sum() == value_of(profile, "study_advisers_certified", year)[0]
    assert advisers["In traject"].sum() == {2019: 0, 2020: 9}[year]
    offers = over_reports(sample, year, "Opleidingen")
    types = {p.programme: p.croho_type for p in profile.programmes}
    bachelors = offers[offers["Opleiding"].map(types) == "ba"]
    matching, online = (bachelors[name] == "ja" for name in ("Verplichte matching", "Online proefstuderen"))
    assert (matching.sum(), online.sum()) == {2019: (5, 0), 2020: (6, 12)}[year]
    assert (matching | online).sum() == value_of(profile, "ba_programmes_with_matching", year)[0]


def test_every_sheet_has_the_labels_of_its_contract(profile: Profile, sample: SampleSummary) -> None:
    source = profile.feed("faculty_report").sources[0]
    assert isinstance(source, FileSource)
    book = load_workbook(sample.folder / "onderwijsjaarverslag" / "2019-2020" / "FGW.xlsx")
    for name in source.tables:
        header = [cell.value for cell in book[CATALOGUE[name].sheet][1]]
        assert header == [f.label_nl for f in CATALOGUE[name].fields if f.name not in ("unit", "academic_year")]


def test_each_unit_reports_its_own_measures_and_the_approval_of_its_own_council(
    profile: Profile, sample: SampleSummary
) -> None:
    measures = over_reports(sample, 2020, "Maatregelen")
    given = set(zip(measures.unit, measures["Thema"], measures["Maatregel"], strict=True))
    assert given == {(unit, m.theme, m.id) for m in profile.measures for unit in m.units}
    consulted = over_reports(sample, 2020, "Medezeggenschap")
    approved = consulted[(consulted["Onderwerp"] == "faculty_report") & (consulted["Besluit"] == "approved")]
    assert dict(zip(approved.unit, approved["Raad"], strict=True)) == {u.id: u.council for u in profile.units}
    assert over_reports(sample, 2020, "Panelgesprekken")["Studenten"].min() >= 8


def lines(sample: SampleSummary) -> pd.DataFrame:
    with sqlite3.connect(sample.folder / "finance.db") as database:
        frame = pd.read_sql_query("select * from bfr_lines", database)
    for name in ("budget", "realised", "forecast"):
        assert all(isinstance(value, str) for value in frame[name])
        frame[name] = frame[name].map(Decimal)
    return frame


def test_spending_adds_up_to_the_published_totals_and_shares(profile: Profile, sample: SampleSummary) -> None:
    frame = lines(sample)
    definitive = frame[frame["round"] == 3]
    for row in published(profile, "spending_totals"):
        of_year = definitive[definitive.reporting_year == int(row["reporting_year"])]
        assert rounded(of_year.budget.sum() / 1000, 0) == Decimal(row["budget_keur"])
        assert rounded(of_year.realised.sum() / 1000, 0) == Decimal(row["realised_keur"])
        assert (of_year.forecast == of_year.realised).all()
    last = definitive[definitive.reporting_year == 2020]
    assert rounded((last.realised.sum() - last.budget.sum()) / 1000, 0) == 283
    per_theme = last.groupby("theme")[["budget", "realised"]].sum()
    for row in published(profile, "theme_shares"):
        share = 100 * per_theme.realised[row["theme_id"]] / last.realised.sum()
        assert rounded(share, 0) == Decimal(row["realisation_2020_share_pct"])
    differentiation = per_theme.loc["differentiation"]
    assert differentiation.budget - differentiation.realised == 285_000


def test_budgets_are_those_of_the_plan_and_spending_grows_over_the_rounds(
    profile: Profile, sample: SampleSummary
) -> None:
    plan = pd.DataFrame(sheet_rows(sample.folder / "bestedingsplan" / "bestedingsplan.xlsx", "Bestedingsplan"))
    plan["Bedrag"] = plan["Bedrag"].map(lambda v: Decimal(str(v)))
    assert set(plan["Jaar"]) == set(range(2019, 2025))
    totals = plan.groupby(["Versie", "Thema", "Jaar"])["Bedrag"].sum().to_dict()
    assert totals == {(p.version, p.theme, p.year): p.amount for p in profile.plan}
    frame = lines(sample)
    key = ["reporting_year", "unit", "theme"]
    definitive = frame[frame["round"] == 3].groupby(key).budget.sum()
    planned = plan.set_index(["Jaar", "Eenheid", "Thema"])["Bedrag"]
    assert all(planned[index] == amount for index, amount in definitive.items())
    per_round = frame.pivot(index=[*key, "measure"], columns="round", values="realised")
    assert ((per_round[1] < per_round[2]) & (per_round[2] < per_round[3])).mean() > 0.9
    assert not frame.duplicated(["reporting_year", "round", "unit", "theme", "measure"]).any()


def test_control_totals_hold_every_printed_figure_and_the_totals_of_every_unit(
    profile: Profile, sample: SampleSummary
) -> None:
    frame = pd.read_csv(sample.folder / "controletotalen" / "2020.csv", sep=";", dtype=str)
    printed = frame[frame.origin == "printed"]
    indicators = printed[printed.subject == "indicator"]
    assert list(indicators.printed) == [row["printed"] for row in published(profile, "indicators")]
    misprint = indicators[indicators.value == "334"]
    assert list(zip(misprint.indicator, misprint.level, misprint.reporting_year, strict=True)) == [
        ("programme_evaluation_field_skills", "Ma", "2020")
    ]
    totals = printed[printed.unit_of_measure == "keur"].set_index(["reporting_year", "subject"]).value
    assert totals.to_dict() == {
        ("2019", "budget"): "7057",
        ("2019", "realised"): "6696",
        ("2019", "difference"): "-359",
        ("2020", "budget"): "7711",
        ("2020", "realised"): "7993",
        ("2020", "difference"): "283",
    }
    spent = lines(sample)
    for year in YEARS:
        delivered = pd.read_csv(sample.folder / "controletotalen" / f"{year}.csv", sep=";", dtype=str)
        delivered = delivered[delivered.origin == "delivered"]
        assert len(delivered) == 3 * 2 * spent.unit.nunique()
        for row in delivered.itertuples():
            of_round = spent[(spent.reporting_year == year) & (spent["round"] == int(row.round))]
            of_unit = of_round[of_round.unit == row.unit]
            assert of_unit[row.subject].sum() == Decimal(row.value)


def test_every_respondent_answers_every_question_once_and_was_invited(sample: SampleSummary) -> None:
    for year in YEARS:
        folder = sample.folder / "evaluaties" / academic(year)
        course = duckdb.sql(f"select * from '{folder}/cursus/*.parquet'").df()
        programme = pd.read_csv(folder / "programma.csv", sep=";", dtype={"programme": str})
        answers = pd.concat([course, programme]).fillna({"course": ""})
        group = ["evaluation", "academic_year", "unit", "programme", "level", "course"]
        counts = answers.groupby([*group, "respondent"], dropna=False).question.agg(["count", "nunique"])
        questions = answers.groupby("evaluation").question.nunique()
        assert (counts["count"] == counts["nunique"]).all()
        assert (counts["count"] == questions.loc[counts.index.get_level_values(0)].to_numpy()).all()
        population = sample.folder / "evaluatiepopulatie" / f"{academic(year)}.csv"
        asked = pd.read_csv(population, sep=";", dtype={"programme": str}).fillna({"course": ""})
        asked = asked.set_index(group).invited
        there = counts.groupby(level=group, dropna=False).size()
        rate = there / asked.reindex(there.index)
        assert rate.notna().all()
        assert rate.between(0.2, 0.7).all()
        assert 0.3 < there.sum() / asked.sum() < 0.6


@pytest.mark.parametrize("year", YEARS)
def test_who_studies_one_programme_studies_no_other(sample: SampleSummary, year: int) -> None:
    """People are counted in a delivery, so the same number in two programmes would be one person."""
    files = [
        sample.folder / "evaluaties" / academic(year) / "programma.csv",
        *sorted((sample.folder / "evaluaties" / academic(year) / "cursus").glob("*.parquet")),
    ]
    for file in files:
        programmes = duckdb.sql(f"select respondent from '{file}' group by all having count(distinct programme) > 1")
        assert programmes.fetchall() == [], file
