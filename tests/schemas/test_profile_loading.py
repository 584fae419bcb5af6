"""A profile with mistakes is refused with all of them at once, each with its file, its key and what was expected."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from schemas.errors import ProfileError, UsageError
from schemas.profile import load_profile, profile_folder
from schemas.profile.loading import digest

Edit = Callable[[str, str, str], None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of Leiden's profile, to be broken."""
    return Path(shutil.copytree(profile_folder("leiden"), tmp_path / "profile"))


@pytest.fixture
def edit(folder: Path) -> Edit:
    def replace(file: str, old: str, new: str) -> None:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} no longer holds {old!r}: the test breaks nothing"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


def problems(folder: Path) -> list[str]:
    """The problems without their lines, which other tests look at."""
    with pytest.raises(ProfileError) as refused:
        load_profile(folder)
    return [re.sub(r", line \d+:", ":", problem, count=1) for problem in refused.value.problems]


def the_problem(folder: Path) -> str:
    found = problems(folder)
    assert len(found) == 1, found
    return found[0]


def test_an_untouched_copy_loads_with_the_same_digest(folder: Path) -> None:
    assert load_profile(folder).digest == load_profile(profile_folder("leiden")).digest


def test_the_digest_changes_with_any_byte_of_the_profile(folder: Path, edit: Edit) -> None:
    before = digest(folder)
    edit("plan.csv", "original,guidance,2020,771000.00", "original,guidance,2020,771000.01")

    assert digest(folder) != before


def test_a_folder_is_taken_as_given(folder: Path) -> None:
    assert profile_folder(str(folder)) == folder


def test_an_unknown_institution_is_refused_with_the_name_that_was_probably_meant() -> None:
    with pytest.raises(UsageError, match="Did you mean 'leiden'"):
        profile_folder("leidn")


@pytest.mark.parametrize("name", ["utopia", "", "../institutions/nowhere", "leiden/units.yaml"])
def test_an_unknown_institution_is_refused_with_those_that_are_known(name: str) -> None:
    with pytest.raises(UsageError, match="leiden") as refused:
        profile_folder(name)

    assert refused.value.exit_code == 2


def test_an_unknown_key_is_refused_with_its_near_miss(folder: Path, edit: Edit) -> None:
    edit("units.yaml", "  aliases: [FA]", "  aliasses: [FA]")

    assert the_problem(folder).startswith("units.yaml: FdA.aliasses: no such key")
    assert the_problem(folder).endswith("did you mean 'aliases'")


def test_an_unknown_key_deep_in_an_entry_is_named_by_its_path(folder: Path, edit: Edit) -> None:
    edit("feeds.yaml", "      format: csv", "      format: csv\n      seperator: ';'")

    assert the_problem(folder).startswith("feeds.yaml: evaluations.sources.2.seperator: no such key")


def test_a_missing_key_is_named(folder: Path, edit: Edit) -> None:
    edit("profile.yaml", "owner: team:quality-agreements\n", "")

    assert the_problem(folder) == "profile.yaml: owner: is missing; expected team: and the name of a team, or a mailbox"


def test_a_value_outside_its_range_is_shown(folder: Path, edit: Edit) -> None:
    edit("profile.yaml", "threshold: 5", "threshold: 0")

    assert the_problem(folder) == ("profile.yaml: disclosure.threshold: is 0; expected a whole number from 1 on")


def test_a_measure_of_an_unknown_theme_is_refused_with_the_theme_that_was_probably_meant(
    folder: Path, edit: Edit
) -> None:
    edit("measures.yaml", "theme: guidance", "theme: guidence")

    assert the_problem(folder) == (
        "measures.yaml: professional_advisers.theme: there is no theme 'guidence'; expected one of intensive, "
        "differentiation, guidance, teaching_quality, study_success, facilities; did you mean 'guidance'"
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("units.yaml", "student_council", "senate", "units.yaml: LUMC.council: there is no council"),
        (
            "themes.yaml",
            "{nl_intensive: 1}",
            "{nl_none: 1}",
            "themes.yaml: themes.intensive.national.nl_none: there is no national theme",
        ),
        (
            "measures.yaml",
            "no_column: [HA]",
            "no_column: [HX]",
            "measures.yaml: smaller_groups.no_column: there is no unit",
        ),
        ("plan.csv", "original,guidance,2020", "original,gidance,2020", "plan.csv: theme: there is no"),
        ("programmes.csv", "true,FGGA", "true,FGGB", "programmes.csv: unit: there is no unit 'FGGB'"),
        ("feeds.yaml", "[FGGA, FdA,", "[FGGA, FdX,", "feeds.yaml: faculty_report.units: there is no unit 'FdX'"),
        (
            "feeds.yaml",
            "tables: [staff]",
            "tables: [staf]",
            "feeds.yaml: staff.sources.1.tables: there is no delivered table",
        ),
        (
            "feeds.yaml",
            "/{unit}{suffix}.xlsx",
            "/{faculty}.xlsx",
            "feeds.yaml: faculty_report.sources.1.path: there is no",
        ),
        ("indicators.yaml", "theme: guidance", "theme: none", "indicators.yaml: study_adviser_fte.theme: there is no"),
        (
            "indicators.yaml",
            "question: field_skills",
            "question: assessment",
            "indicators.yaml: programme_evaluation_field_skills.answers.question: there is no question of the",
        ),
        (
            "indicators.yaml",
            "facts: fact_enrolments",
            "facts: fact_enrolment",
            "indicators.yaml: student_staff_ratio.numerator.facts: there is no table of facts",
        ),
        (
            "indicators.yaml",
            "sum: certified",
            "sum: certificates",
            "indicators.yaml: study_advisers_certified.numerator.sum: there is no field of fact_study_advisers",
        ),
        (
            "indicators.yaml",
            "less_units: [FGW]",
            "less_units: [FGX]",
            "indicators.yaml: study_adviser_fte.numerator.less_units: there is no unit 'FGX'",
        ),
        (
            "indicators.yaml",
            "any_of: [compulsory_matching,",
            "any_of: [matching,",
            "indicators.yaml: ba_programmes_with_matching.numerator.where.2.any_of: there is no field of "
            "fact_programme_offers",
        ),
        (
            "indicators.yaml",
            "is: main",
            "is: mian",
            "indicators.yaml: student_staff_ratio.numerator.where.enrolment.is: there is no main or "
            "secondary enrolment",
        ),
    ],
)
def test_a_reference_that_leads_nowhere_is_named(
    folder: Path, edit: Edit, file: str, old: str, new: str, expected: str
) -> None:
    edit(file, old, new)

    assert the_problem(folder).startswith(expected)


@pytest.mark.parametrize("test", ["not_in: [LUMK]", "in: [LUMK]", "is: LUMK"])
def test_a_condition_on_an_unknown_unit_is_refused(folder: Path, edit: Edit, test: str) -> None:
    edit("indicators.yaml", "not_in: [LUMC]", test)

    assert the_problem(folder).startswith(
        f"indicators.yaml: student_staff_ratio.numerator.where.unit.{test.split(':')[0]}: "
        "there is no unit (faculty or institute) 'LUMK'"
    )
    assert the_problem(folder).endswith("did you mean 'LUMC'")


def test_a_condition_with_two_tests_is_refused(folder: Path, edit: Edit) -> None:
    edit("indicators.yaml", "        is: main\n", "        is: main\n        filled: true\n")

    assert the_problem(folder).startswith(
        "indicators.yaml: student_staff_ratio.numerator.where.enrolment: a condition takes exactly one of is, in,"
    )


@pytest.mark.parametrize(
    "file",
    [
        "profile.yaml",
        "units.yaml",
        "themes.yaml",
        "indicators.yaml",
        "feeds.yaml",
    ],
)
class TestAFile:
    def test_that_is_missing_is_the_one_problem(self, folder: Path, file: str) -> None:
        (folder / file).unlink()

        assert the_problem(folder) == f"{file}: the file is missing; expected it in the profile's folder"

    def test_that_is_empty_is_the_one_problem(self, folder: Path, file: str) -> None:
        (folder / file).write_text("\n", encoding="utf-8")

        assert the_problem(folder) == f"{file}: the file is empty; expected its entries"

    @pytest.mark.parametrize(
        ("encoding", "named"),
        [("cp1252", "text that is not in UTF-8, probably in windows-1252"), ("utf-16", "text in UTF-16")],
    )
    def test_in_another_encoding_is_the_one_problem(self, folder: Path, file: str, encoding: str, named: str) -> None:
        (folder / file).write_bytes("id: oriëntatie".encode(encoding))

        assert (
            the_problem(folder)
            == f"{file}: {named}; expected UTF-8; save it again as UTF-8; in Excel that is ‘CSV UTF-8’"
        )


def test_a_file_that_a_windows_editor_marked_as_utf8_loads(folder: Path) -> None:
    for name in ("plan.csv", "units.yaml"):
        path = folder / name
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert len(load_profile(folder).plan) == 30


def test_a_yaml_file_of_comments_alone_is_empty(folder: Path) -> None:
    (folder / "profile.yaml").write_text("# later\n", encoding="utf-8")

    assert the_problem(folder) == "profile.yaml: the file is empty; expected its entries"


def test_a_list_that_is_no_list_is_refused(folder: Path) -> None:
    (folder / "questions.yaml").write_text("id: teaching_methods\n", encoding="utf-8")

    assert the_problem(folder).startswith("questions.yaml: holds no list")


def test_broken_yaml_is_named_by_its_line(folder: Path) -> None:
    (folder / "units.yaml").write_text("- id: A\n  nl: [open\n- id: B\n", encoding="utf-8")

    assert the_problem(folder).startswith("units.yaml: not readable as YAML")


def test_a_key_given_twice_is_refused_and_does_not_silently_win(folder: Path, edit: Edit) -> None:
    edit("profile.yaml", "  threshold: 5\n", "  threshold: 5\n  threshold: 1\n")

    assert "the key 'threshold' stands there twice" in the_problem(folder)
    assert the_problem(folder).startswith("profile.yaml: disclosure.threshold: ")


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("units.yaml", "id: FdR", "id: FGW", "units.yaml: FGW.id: 'FGW' stands there twice"),
        ("units.yaml", "aliases: [FA]", "aliases: [FWN]", "units.yaml: FWN.id: 'FWN' stands there twice"),
        (
            "questions.yaml",
            "id: study_load",
            "id: organisation",
            "questions.yaml: organisation.id: 'organisation' stands there twice",
        ),
        (
            "measures.yaml",
            "id: skills",
            "id: work_experience",
            "measures.yaml: work_experience.id: 'differentiation/work_experience' stands there twice",
        ),
        (
            "indicators.yaml",
            "id: sko_count",
            "id: bko_share",
            "indicators.yaml: bko_share.version: 'bko_share version 1' stands there twice",
        ),
        (
            "plan.csv",
            "guidance,2020",
            "guidance,2019",
            "plan.csv: 'original, guidance, 2019' stands there twice",
        ),
        ("programmes.csv", "56034,", "56035,", "programmes.csv: programme: '56035' stands there twice"),
        ("feeds.yaml", "id: staff", "id: enrolments", "feeds.yaml: enrolments.id: 'enrolments' stands there twice"),
        (
            "profile.yaml",
            "id: university_council",
            "id: faculty_council",
            "profile.yaml: councils.faculty_council.id: 'faculty_council' stands there twice",
        ),
    ],
)
def test_an_id_given_twice_is_refused(folder: Path, edit: Edit, file: str, old: str, new: str, expected: str) -> None:
    edit(file, old, new)

    assert [one for one in problems(folder) if one.startswith(f"{expected}; expected it once; it is in line ")]


def test_two_definitions_of_an_indicator_for_the_same_year_are_refused(folder: Path, edit: Edit) -> None:
    edit("indicators.yaml", '- id: sko_count\n  version: "1"', '- id: bko_share\n  version: "2"')

    assert (
        "indicators.yaml: bko_share.valid_from: versions 1 and 2 hold in the same year; "
        "expected one definition per year; end version 1 with valid_until before 2019" in problems(folder)
    )


def test_a_definition_may_follow_another_that_has_ended(folder: Path) -> None:
    path = folder / "indicators.yaml"
    entry = '- id: sko_count\n  version: "1"\n  valid_from: 2019\n'
    before, after = path.read_text(encoding="utf-8").split(entry)
    body = after.split("\n# ---")[0]
    ended = f"{entry}  valid_until: 2019\n{body}\n"
    path.write_text(before + ended + entry.replace("2019", "2020").replace('"1"', '"2"') + after, encoding="utf-8")

    profile = load_profile(folder)

    versions = [
        definition and definition.version
        for definition in (profile.indicator("sko_count", year) for year in (2018, 2019, 2020))
    ]
    assert versions == [None, "1", "2"]


def test_an_amount_that_is_no_number_is_named_by_its_line(folder: Path, edit: Edit) -> None:
    edit("plan.csv", "original,intensive,2019,2326700.00", "original,intensive,2019,2.326.700")

    assert the_problem(folder).startswith("plan.csv: amount: ")
    assert "is '2.326.700'; expected a number from 0 on" in the_problem(folder)


@pytest.mark.parametrize("line", ["original,intensive,2019", "original,intensive,2019,2326700,00"])
def test_a_csv_line_of_another_length_is_named(folder: Path, edit: Edit, line: str) -> None:
    edit("plan.csv", "original,intensive,2019,2326700.00", line)

    assert the_problem(folder) == "plan.csv: another number of values than columns; expected 4, with a point in amounts"


def test_other_columns_are_one_problem_and_not_one_per_line(folder: Path, edit: Edit) -> None:
    edit("programmes.csv", "programme,name,croho_type,funded,unit", "code;name;type")

    assert the_problem(folder) == (
        "programmes.csv: the columns are code;name;type; "
        "expected programme, name, croho_type, funded, unit, with commas between"
    )


def test_an_unclosed_quote_is_named(folder: Path) -> None:
    (folder / "plan.csv").write_text('version,theme,year,amount\n"original,guidance,2019,1\n', encoding="utf-8")

    assert the_problem(folder).startswith("plan.csv: not readable as CSV")


def test_a_theme_without_money_must_say_why(folder: Path, edit: Edit) -> None:
    edit("themes.yaml", "    reason_en: >-", "    reason_en: ''\n    # >-")
    text = (folder / "themes.yaml").read_text(encoding="utf-8")
    start, end = text.index("    # >-"), text.index("\nnational:")
    (folder / "themes.yaml").write_text(text[:start] + text[end:], encoding="utf-8")

    assert the_problem(folder) == (
        "themes.yaml: themes.facilities.funded: is false without reason_nl and reason_en; expected both, saying why"
    )


def test_a_plan_that_is_not_there_is_not_missed_but_an_empty_one_is(folder: Path) -> None:
    (folder / "plan.csv").unlink()
    assert load_profile(folder).plan == ()

    (folder / "plan.csv").write_text("\n", encoding="utf-8")
    assert the_problem(folder) == "plan.csv: the file is empty; expected its entries"


def test_all_problems_are_reported_at_once_each_with_its_file_and_key(folder: Path, edit: Edit) -> None:
    edit("profile.yaml", "first_year: 2019", "first_yaer: 2019")
    edit("measures.yaml", "theme: study_success", "theme: study_succes")
    edit("indicators.yaml", "theme: guidance", "theme: guidence")
    edit("feeds.yaml", "required: false  # a check on other", "requird: false  # a check on other")
    edit("questions.yaml", "id: study_load", "id: organisation")
    edit("plan.csv", "original,guidance,2020,771000.00", "original,guidance,2020,veel")
    (folder / "units.yaml").unlink()

    with pytest.raises(ProfileError) as refused:
        load_profile(folder)

    expected = (
        "profile.yaml: first_yaer: no such key",
        "measures.yaml: trial_study_and_matching.theme: there is no theme 'study_succes'",
        "indicators.yaml: study_adviser_fte.theme: there is no theme 'guidence'",
        "feeds.yaml: control_totals.requird: no such key",
        "questions.yaml: organisation.id: 'organisation' stands there twice",
        "plan.csv: amount: ",
        "units.yaml: the file is missing",
    )
    found = problems(folder)
    assert [start for start in expected if not any(line.startswith(start) for line in found)] == []
    assert len(found) == len(expected), found
    assert refused.value.exit_code == 2
    assert str(refused.value).startswith(f"{folder}: profile has 7 problems:\n  - ")


def test_a_broken_file_is_not_blamed_on_the_files_that_refer_to_it(folder: Path) -> None:
    (folder / "units.yaml").write_text("- {id: FGGA\n", encoding="utf-8")

    assert {line.split(":")[0] for line in problems(folder)} == {"units.yaml"}
