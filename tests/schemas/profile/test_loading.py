"""A profile folder by its name or path, and the profile in it, which is refused with everything that is wrong."""

from __future__ import annotations

import pytest

from schemas.errors import ProfileError, UsageError
from schemas.profile.loading import digest, load_profile, profile_folder
from schemas.profile.models import Profile
from tests.schemas.profile.copies import ProfileCopy


def test_the_digest_is_that_of_the_bytes_in_any_folder(copy: ProfileCopy, leiden: Profile) -> None:
    assert load_profile(copy.folder).digest == leiden.digest == digest(copy.folder)
    copy.edit("plan.csv", "original,guidance,2020,771000.00", "original,guidance,2020,771000.01")
    assert digest(copy.folder) != leiden.digest


def test_a_folder_is_taken_as_a_path(copy: ProfileCopy) -> None:
    assert profile_folder(str(copy.folder)) == copy.folder


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("leidn", "Did you mean 'leiden'"),
        *((name, "Known here: .*leiden") for name in ("utopia", "", "../institutions/nowhere", "leiden/units.yaml")),
    ],
)
def test_an_unknown_institution_is_refused_with_those_that_are_known(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=hint) as refused:
        profile_folder(name)
    assert refused.value.exit_code == 2


def test_a_definition_may_follow_another_that_has_ended(copy: ProfileCopy) -> None:
    entry = '- id: sko_count\n  version: "1"\n  valid_from: 2019\n'
    before, after = copy.text("indicators.yaml").split(entry)
    (body, *_) = after.split("\n# ---")
    first = f"{entry}  valid_until: 2019\n{body}\n"
    second = entry.replace("2019", "2020").replace('"1"', '"2"')
    copy.write("indicators.yaml", before + first + second + after)
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
