"""A profile folder by its name or path, what is in it with everything that is wrong, and one in the form of before."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
import yaml

from schemas.errors import ProfileError, UsageError
from schemas.profile.loading import digest, load_profile, profile_folder
from schemas.profile.migrations import equal_parts, to_decide, upgraded, version_of
from schemas.profile.models import Profile
from tests.schemas.profile.copies import ProfileCopy


def test_a_folder_is_a_path_and_the_digest_that_of_its_bytes_wherever_it_is(copy: ProfileCopy, leiden: Profile) -> None:
    assert profile_folder(str(copy.folder)) == copy.folder
    assert load_profile(copy.folder).digest == leiden.digest == digest(copy.folder)
    copy.edit("plan.csv", "original,guidance,2020,771000.00", "original,guidance,2020,771000.01")
    assert digest(copy.folder) != leiden.digest


@pytest.mark.parametrize("name", ["leidn", "utopia", "", "../institutions/nowhere", "leiden/units.yaml"])
def test_an_unknown_institution_is_refused_with_those_that_are_known(name: str) -> None:
    hint = "Did you mean 'leiden'" if name == "leidn" else "Known here: .*leiden"
    with pytest.raises(UsageError, match=hint) as refused:
        profile_folder(name)
    assert refused.value.exit_code == 2


def test_a_definition_may_follow_another_that_has_ended(copy: ProfileCopy) -> None:
    entry = '- id: sko_count\n  version: "1"\n  valid_from: 2019\n'
    before, after = copy.text("indicators.yaml").split(entry)
    (body, *_) = after.split("\n# ---")
    second = entry.replace("2019", "2020").replace('"1"', '"2"')
    copy.write("indicators.yaml", f"{before}{entry}  valid_until: 2019\n{body}\n{second}{after}")
    profile = load_profile(copy.folder)
    definitions = [profile.indicator("sko_count", year) for year in (2018, 2019, 2020)]
    assert [one and one.version for one in definitions] == [None, "1", "2"]


def test_a_profile_with_mistakes_is_refused_with_all_of_them(copy: ProfileCopy) -> None:
    copy.edit("profile.yaml", "first_year: 2019", "first_yaer: 2019")
    copy.edit("feeds.yaml", "required: false  # a check", "requird: false  # a check")
    (copy.folder / "units.yaml").unlink()
    with pytest.raises(ProfileError) as refused:
        load_profile(copy.folder)
    assert refused.value.exit_code == 2
    assert str(refused.value).startswith(f"{copy.folder}: profile has 3 problems:\n  - profile.yaml, line ")
    places = [(one.file, one.key) for one in refused.value.details]
    assert places == [("profile.yaml", "first_yaer"), ("units.yaml", ""), ("feeds.yaml", "control_totals.requird")]


def test_a_theme_without_money_says_why(copy: ProfileCopy) -> None:
    text = copy.text("themes.yaml")
    start, end = text.index("    reason_en: >-"), text.index("\nnational:")
    copy.write("themes.yaml", text[:start] + text[end:])
    assert copy.messages() == [
        "themes.yaml: themes.facilities.funded: is false without reason_nl and reason_en; expected both, saying why"
    ]


@pytest.fixture
def old(copy: ProfileCopy) -> ProfileCopy:
    """Leiden's profile in format 1: national themes are a list."""
    text = re.sub(r"national: \{(\w+): 1\}", r"national: [\1]", copy.text("themes.yaml"))
    assert text.count("national: [") == 6
    copy.write("themes.yaml", text)
    copy.edit("profile.yaml", "format_version: 2", "format_version: 1")
    return copy


def themes(text: str) -> dict[str, str]:
    """A profile in format 1 with these themes."""
    return {"profile.yaml": "format_version: 1\n", "themes.yaml": text}


def test_a_profile_in_format_1_is_read_as_the_same_profile(old: ProfileCopy, leiden: Profile) -> None:
    profile = load_profile(old.folder)
    assert (profile.themes, profile.institution) == (leiden.themes, leiden.institution)
    assert profile.indicators == leiden.indicators
    assert profile.digest == digest(old.folder) != leiden.digest, "its own bytes"
    before, now = (
        {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.yaml")}
        for folder in (old.folder, profile_folder("leiden"))
    )
    assert upgraded(before, 1) == now, "to the byte"


def test_format_1_takes_what_it_took_and_a_mistake_in_it_is_a_problem_at_its_own_line(old: ProfileCopy) -> None:
    old.write("notes.yaml", "a: 1\n")
    old.write("plan.csv", old.text("plan.csv") + "other,guidance,2030,1.00\n")
    assert load_profile(old.folder).plan[-1].year == 2030
    line = old.edit("themes.yaml", "[nl_study_success]", "[nl_study_succes]")
    assert (old.problem().line, old.problem().hint) == (line, "did you mean 'nl_study_success'")


def test_a_newer_format_is_refused_with_one_sentence(copy: ProfileCopy) -> None:
    line = copy.edit("profile.yaml", "format_version: 2", "format_version: 3\nsomething: new")
    copy.write("themes.yaml", "of: another form\n")
    with pytest.raises(ProfileError) as refused:
        load_profile(copy.folder)
    assert refused.value.problems == [
        f"profile.yaml, line {line}: format_version: is 3, newer than this version of kwaliteitsmonitor reads; "
        "expected at most 2; install a newer version"
    ]


@pytest.mark.parametrize("count", range(1, 13))
def test_equal_parts_add_up_to_exactly_one_also_as_yaml_reads_them(count: int) -> None:
    parts = equal_parts(count)
    assert sum(parts) == sum(Decimal(str(yaml.safe_load(f"{part:f}"))) for part in parts) == 1
    assert all(abs(part - Decimal(1) / count) < Decimal("0.001") and part > 0 for part in parts)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "themes:\n  - id: a\n    national: [x, y,  z]  # three\n    nl: a\n",
            "themes:\n  - id: a\n    national: {x: 0.3333, y: 0.3333,  z: 0.3334}  # three\n    nl: a\n",
        ),
        (
            "themes:\n- id: a\n  national:\n  - x  # first\n  - 'y'\n",
            "themes:\n- id: a\n  national:\n    x: 0.5  # first\n    'y': 0.5\n",
        ),
        (
            "themes:\n- id: a\n  national:\n    # of the six\n    -   x\n    - y\n  nl: a\n",
            "themes:\n- id: a\n  national:\n    # of the six\n    x: 0.5\n    y: 0.5\n  nl: a\n",
        ),
        ("themes:\r\n  - {id: a, national: [x]}\r\n", "themes:\r\n  - {id: a, national: {x: 1}}\r\n"),
        ("themes:\n  - {id: a, national: []}\n  - {id: b}\n", "themes:\n  - {id: a, national: {}}\n  - {id: b}\n"),
    ],
)
def test_lists_of_any_form_become_mappings_and_nothing_else_changes(before: str, after: str) -> None:
    assert upgraded(themes(before), 1)["themes.yaml"] == after
    yaml.safe_load(after)


def test_what_was_assumed_is_for_a_person_to_decide() -> None:
    before = themes("themes:\n  - {id: a, national: [x]}\n  - id: b\n    national: [x, y, z]\n")
    (assumed,) = to_decide(before, 1)
    assert (assumed.file, assumed.line, assumed.key) == ("themes.yaml", 4, "national")
    assert assumed.assumed == "equal parts (0.3333, 0.3333, 0.3334) of the theme for x, y, z"


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("format_version: 1  # old\r\nid: a\r\n", 1),
        ("id: a\nformat_version : 12\n", 12),
        ("format_version: two\n", 2),
        ("# format_version: 1\n", 2),
        ("", 2),
    ],
)
def test_the_format_is_that_of_a_plain_line_of_the_profile(text: str, version: int) -> None:
    assert version_of({"profile.yaml": text}) == version
