"""What the documentation prints as YAML is read as printed: a profile with it has no problems, and a delivery is read.

Each fragment stands in a small profile, with what the text beside it says of its source, and reads one delivery.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml

from kwaliteitsmonitor.connectors.database import pull
from kwaliteitsmonitor.foundation.retrying import Patience
from kwaliteitsmonitor.readers.answers.in_database import pull_counts
from schemas.profile import Profile, load_profile
from schemas.profile.feeds import SqlSource
from schemas.profile.loading import read_profile
from schemas.tables import CATALOGUE
from tests.institutions.invented import write
from tests.institutions.test_any_profile import LEAST
from tests.postgresql import postgres_url  # noqa: F401
from tests.readers.files.making import put, zipped
from tests.readers.forms.making import taken, workbook, written

DOCS = Path(__file__).resolve().parents[3] / "docs"
OTHERS = {"profile.md": r"# (profile|units|themes|measures|indicators|feeds)\.yaml\n"}
"""What begins so is a whole file: `tests/institutions/test_merging.py` runs the recipes; notices are tested below."""

HOST: dict[str, Any] = deepcopy(LEAST) | {
    "units.yaml": [
        {"id": "FGW", "nl": "Letteren", "en": "Humanities", "aliases": ["Faculteit der Letteren"]},
        {"id": "LAW", "nl": "Rechten", "en": "Law", "aliases": ["Law School"]},
        {"id": "CARE", "nl": "Zorg", "en": "Care"},
    ],
    "themes.yaml": {"themes": [{"id": "guidance", "nl": "Begeleiding", "en": "Guidance"}]},
    "measures.yaml": [
        {"id": "mentors", "theme": "guidance", "nl": "Mentoren", "en": "Mentors", "units": ["FGW", "LAW"]}
    ],
    "programmes.csv": "programme,name,croho_type,funded,unit\n56034,B Geschiedenis,ba,true,FGW\n",
    "questions.yaml": [
        {"id": "teaching_methods", "evaluation": "course", "nl": "De werkvormen waren goed.", "en": "Good methods."}
    ],
}
HOST["profile.yaml"] |= {"first_year": 2019, "last_year": 2026} | {
    "cycles": [{"month": 3, "round": 1, "spending_year": -1, "indicator_year": -1}]
}


def printed(page: str) -> list[str]:
    """The fragments of a page, without files that are run elsewhere."""
    found = re.findall(r"^```yaml\n(.*?)^```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return [one for one in found if not (page in OTHERS and re.match(OTHERS[page], one))]


def host(folder: Path, period: str = "none", source: Mapping[str, Any] | None = None, **files: Any) -> Profile:
    """A profile with this source, or with other files; it has no problems."""
    more = {f"{name}.yaml": content for name, content in files.items()}
    if source is not None:
        more["feeds.yaml"] = [{"id": "one", "nl": "een", "en": "one", "period": period, "sources": [source]}]
    place = write(HOST | more, folder / "profile")
    assert read_profile(place)[1] == []
    return load_profile(place)


YEARS = {"none": "one", "academic_year": "{academic_year}/{unit}", "reporting_year": "{reporting_year}"}
COURSE = "evaluaties/{academic_year}/{unit}/{course}.csv"


@dataclass(frozen=True)
class Form:
    """A printed form: what the text beside it says of its source, a delivery, and the rows that are read of it.

    The file is a text, the worksheets of a workbook or the texts of a ZIP.
    """

    table: str
    fields: str
    rows: list[tuple[Any, ...]]
    file: str | Mapping[str, list[tuple[Any, ...]]] | Mapping[str, str]
    period: str = "academic_year"
    source: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)


REPORT = {"academic_year": "2019-2020", "unit": "FGW"}
ZIP = {
    "a/answers.csv": "respondent;programme;question_id;scale_id;answer\nR-1;56034;11;1;A\nR-2;56034;11;1;B\n",
    "a/questions.csv": "id;label\n11;De werkvormen waren goed.\n",
    "a/scale.csv": "scale_id;value;text\n1;A;zeer eens\n1;B;eens\n",
}
SPENT = (
    'School,Programme,Action,Budget,Actual,Date\nLaw School,Guidance,Mentors,"1,250,000.00","(12,500.00)",31/12/2020\n'
)
FORMS = [
    Form(
        "faculty_study_advisers", "fte fte_temporary certified in_training",
        [(7, 1, 12, 9)],
        file={"Studieadviseurs": [
            ("Eenheid", "Formatie", "Waarvan tijdelijk (fte)", "Certificaat"),
            ("FGW", 7, 1, "12 (+ 9 in traject)"), ("Totaal", 7, 1, ""), ("Bron: eigen opgave",)]},
        told=REPORT,
    ),
    Form(
        "faculty_programmes", "programme compulsory_matching online_trial_study",
        [("56034", True, False)],
        file={"Matching 2020": [
            ("Overzicht van de matching",), ("Opleidingen", "", "Kennismaking", "Online proefstuderen"),
            ("Code", "Naam", "verplicht", ""), ("56034", "Geschiedenis", "ja", "nee"), ("", "Totaal", "", ""),
            ("Noot: voorlopig",)]},
        told=REPORT,
    ),
    Form(
        "faculty_measures", "unit theme measure progress",
        [("FGW", "guidance", "mentors", "on_course")],
        file={"Maatregelen": [("Maatregel", "FGW", "LAW"), ("Mentoren", "x", "")]},
        told={"academic_year": "2019-2020"},
    ),
    Form(
        "bfr", "unit theme measure budget realised submitted_on",
        [("LAW", "guidance", "mentors", 1_250_000, -12_500, "2020-12-31")],
        file=SPENT,
        period="round",
        source={"path": "spending/{reporting_year}/{unit}{suffix}.csv", "locale": "en", "delimiter": ","},
        told={"reporting_year": 2020},
    ),
    Form(
        "spending_plan", "version unit theme year amount",
        [("original", "FGW", "guidance", 2021, 3000), ("original", "FGW", "guidance", 2019, 1000)],
        file={"Bestedingsplan": [("Eenheid", "Thema", "Plan 2021", "Plan 2020", "Plan 2019"),
                                   ("FGW", "guidance", 3000, "-", 1000)]},
        period="none",
    ),
    Form(
        "evaluations", "question programme course score",
        [("teaching_methods", "56034", "C-1", 4)],
        file="Respondent-ID;Opleiding;De werkvormen waren goed. [Jansen];Opmerkingen\nR-1;56034;4;mooi\nR-2;56034;0;\n",
        source={"path": COURSE},
        told=REPORT | {"course": "C-1"},
    ),
    Form(
        "evaluations", "question programme course score",
        [("teaching_methods", "56034", "C-1", 4), ("teaching_methods", "56034", "C-1", 5)],
        file=ZIP,
        source={"path": COURSE.replace("csv", "zip"), "format": "zip"},
        told=REPORT | {"course": "C-1"},
    ),
    Form(
        "enrolments", "reference_date programme enrolment",
        [("2020-10-01", "56034", "main")],
        file="persoonsgebonden_nummer;soort_inschrijving_continu_hoger_onderwijs;opleidingscode_naam_opleiding;"
        "inschrijvingsjaar\n7;hoofdinschrijving binnen het domein hoger onderwijs;B Geschiedenis;2020\n",
        period="reporting_year",
        source={"encoding": "latin-1"},
    ),
    Form(
        "enrolments", "reference_date programme enrolment",
        [("2020-10-01", "56034", "main"), ("2020-10-01", "56034", "secondary")],
        file="0000000072020HB Geschiedenis      \n0000000082020NB Geschiedenis      \n",
        period="reporting_year",
        source={"format": "fixed"},
    ),
    Form(
        "enrolment_counts", "year programme origin phase first_years main_enrolments",
        [(2020, "56034", "NL", "Bachelor", 1, 15)],
        file={"Blad1": [
            ("Collegejaar", "Isatcode", "EER-NL-nietEER", "Examentype code", "Aantal eerstejaars croho",
             "Aantal Hoofdinschrijvingen"), (2020, "56034", "NL", "Bachelor", 1, 15)]},
        period="reporting_year",
    ),
    Form(
        "enrolments", "reference_date programme enrolment",
        [("2020-10-01", "56034", "main")],
        file="VLP|1|x\nBRD|700000001|3|4|5|6|7|8|56034|10|11|20201001\nSLR|1\n",
        period="reporting_year",
        source={"delimiter": "|"},
    ),
]  # fmt: skip
"""The forms of profile.md, in their order."""


@pytest.mark.parametrize("number", range(len(FORMS)), ids=lambda n: f"{n}-{FORMS[n].table}")
def test_a_printed_form_reads_a_delivery(number: int, tmp_path: Path) -> None:
    form, (given,) = FORMS[number], yaml.safe_load(printed("profile.md")[number])
    if isinstance(form.file, str):
        path, kind = written(tmp_path / "one.csv", form.file, "latin-1"), "csv"
    elif form.source.get("format") == "zip":
        path, kind = put(tmp_path, zipped(form.file), "one.zip"), "zip"  # type: ignore[arg-type]
    else:
        path, kind = workbook(tmp_path / "one.xlsx", form.file), "workbook"  # type: ignore[arg-type]
    own: dict[str, Any] = {"kind": "files", "path": YEARS.get(form.period, "x"), "format": kind, "locale": "nl"}
    source = given if "kind" in given else own | form.source | {"tables": [form.table], "forms": [given]}
    profile = host(tmp_path, form.period, source)
    found = taken(path, yaml.safe_dump(source), form.table, told=form.told, profile=profile)
    assert found.refused == []
    read = [tuple(str(v) if hasattr(v, "isoformat") else v for v in row) for row in found.rows(*form.fields.split())]
    assert sorted(read) == sorted(form.rows)
    assert found.raw.unknown == ()


def test_no_fragment_of_a_page_is_left_out() -> None:
    """Those of profile.md that follow the forms are whole institutions and notices; each other page is counted here."""
    assert len(printed("profile.md")) == len(FORMS)
    with_yaml = {page.name: len(printed(page.name)) for page in DOCS.glob("*.md") if "```yaml" in page.read_text()}
    assert with_yaml == {"profile.md": len(FORMS), "sources.md": 3, "evaluations.md": 2, "personal-data.md": 1}


QUICK = Patience(attempts=1, first=0.01, longest=0.01, chance=0.01)
ROUND = {"reporting_year": 2020, "round": 1}
AMOUNTS = "1000.50, 900.25, NULL, '2020-12-31', NULL"
LINES = "reporting_year int, round int, unit text, theme text, measure text"
IN_DUTCH = "jaar int, ronde int, eenheid text, thema text, maatregel text"
MONEY = "realised numeric, forecast numeric, submitted_on date, explanation text"
MONEY_IN_DUTCH = "begroot numeric, gerealiseerd numeric, prognose numeric, ingediend_op date, toelichting text"
DATABASE = f"""
DROP SCHEMA IF EXISTS fin CASCADE; CREATE SCHEMA fin; DROP SCHEMA IF EXISTS eva CASCADE; CREATE SCHEMA eva;
CREATE TABLE fin.bfr_lines ({LINES}, "Begroot (EUR)" numeric, {MONEY});
CREATE TABLE fin.bfr ({IN_DUTCH}, {MONEY_IN_DUTCH});
INSERT INTO fin.bfr_lines VALUES (2020, 1, 'FGW', 'guidance', 'mentors', {AMOUNTS});
INSERT INTO fin.bfr VALUES (2020, 1, 'FGW', 'guidance', 'mentors', {AMOUNTS});
INSERT INTO fin.bfr VALUES (2021, 1, 'FGW', 'guidance', 'mentors', {AMOUNTS});
CREATE TABLE eva.antwoorden ({", ".join(f"{name} text" for name in CATALOGUE["evaluations"].names if name != "score")},
  score int);
INSERT INTO eva.antwoorden (evaluation, academic_year, unit, programme, level, course, question, respondent, score)
  VALUES ('course', '2019-2020', 'FGW', '56034', 'Ba', 'C-1', 'teaching_methods', 'R-1', 4);
"""


def test_printed_sources_read_a_database(postgres_url: str, tmp_path: Path) -> None:  # noqa: F811
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        for statement in filter(str.strip, DATABASE.split(";")):
            connection.execute(sa.text(statement))
    engine.dispose()
    named, query, counted = printed("sources.md")
    (table,) = yaml.safe_load(named)["sources"]
    asked = {"kind": "sql", "connection": "finance", "tables": ["bfr"]} | yaml.safe_load(textwrap.dedent(query))
    for number, source in enumerate((table, asked)):
        host(tmp_path / str(number), "round", source)
        with pull(postgres_url, SqlSource.model_validate(source), CATALOGUE["bfr"], ROUND, QUICK) as found:
            assert found.rows == 1
            assert b"1000.5" in found.stream.read()
    (source,) = yaml.safe_load(counted)
    profile = host(tmp_path / "counted", "academic_year", source)
    year: dict[str, int | str] = {"academic_year": "2019-2020", "reporting_year": 2020}
    own, contract = SqlSource.model_validate(source), CATALOGUE["evaluations"].bind(profile.code_lists())
    with pull_counts(postgres_url, own, contract, year, profile.aliases, QUICK, 0) as counts:
        assert counts.rows == 1


def test_printed_questions_settings_and_notices_are_of_a_profile_without_problems(tmp_path: Path) -> None:
    question, response = printed("evaluations.md")
    settings = yaml.safe_load(response) | yaml.safe_load(printed("personal-data.md")[0])
    text = (DOCS / "profile.md").read_text(encoding="utf-8")
    (notices,) = [one for one in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "notices:" in one]
    of_profile, of_units = re.split(r"\n# units\.yaml\n", notices)
    settings |= yaml.safe_load(of_profile)
    units = [*yaml.safe_load(of_units), *HOST["units.yaml"][1:]]
    owed = re.search(r"\n\n((?:    .*\n)*    consultations:.*\n(?:    .*\n)*)", text)
    assert owed is not None
    settings |= yaml.safe_load(textwrap.dedent(owed[1]))
    questions = yaml.safe_load(question)
    profile = host(tmp_path, questions=questions, units=units, profile=HOST["profile.yaml"] | settings)
    (asked,) = profile.questions
    assert [(v.version, v.scale and v.scale.worst) for v in asked.versions] == [("1", 5), ("2", None)]
    assert [one.responses for one in profile.institution.evaluations.minimum_response] == [5, None]
    assert profile.institution.retention.staff == 7
    assert profile.institution.notices.days_before == [14, 3]
    assert [one.subject for one in profile.institution.consultations] == ["faculty_report", "bfr"]
    assert profile.institution.panels.expected == ["LAW", "CARE"]
    assert str(profile.institution.spending.explain_from.eur) == "10000"
