"""What an earlier report printed wrong, as a profile has it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.profile.misprints import Misprint

OF_MONEY = {"table": "spending", "reporting_year": 2019, "part": "difference"}
OF_INDICATOR = {"table": "indicators", "reporting_year": 2019, "indicator": "bko_share", "level": "Ba"}
PRINTED = {"printed": "-359", "nl": "Was -359.", "en": "Was -359."}


@pytest.mark.parametrize(
    ("keys", "subject"),
    [(OF_MONEY, ("", "difference")), (OF_INDICATOR, ("bko_share", "Ba"))],
    ids=["money", "indicator"],
)
def test_a_misprint_is_about_a_figure(keys: dict[str, Any], subject: tuple[str, str]) -> None:
    assert Misprint.model_validate(keys | PRINTED).subject == subject


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        (OF_MONEY | {"part": ""}, "expected a `part`"),
        (OF_MONEY | {"indicator": "bko_share"}, "expected an `indicator`"),
        (OF_INDICATOR | {"indicator": ""}, "expected an `indicator`"),
        (OF_INDICATOR | {"theme": "guidance"}, "expected a `part`"),
        (OF_MONEY | {"nederlands": "Was -359."}, "nederlands"),
    ],
)
def test_a_misprint_of_nothing_is_refused(keys: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        Misprint.model_validate(keys | PRINTED)
