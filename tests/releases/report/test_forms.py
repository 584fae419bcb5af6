"""Every form in every language, for the step that publishes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest

from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.forms import maker, rendered
from schemas.errors import UsageError
from schemas.report_forms import FORMS
from tests.made_up import mean, profile
from tests.releases.report import by_hand
from tests.releases.report.releases import figure, spent

Made = Callable[..., ReleaseReader]
WHO = profile(indicators=[mean()])


def test_every_form_in_every_language_has_its_name_and_the_same_bytes_again(
    release: Callable[..., ReleaseReader],
) -> None:
    folder = release({"indicator_values": [figure(year=2019), figure()], "spending_overview": [spent(None, "1", "2")]})
    first, second = dict(rendered(WHO, folder)), dict(rendered(WHO, folder))
    assert list(first) == [f"report/made-up-2021-03.{language}.{form}" for language in ("nl", "en") for form in FORMS]
    assert first == second


def test_a_form_that_is_not_made_is_said_before_anything_is(release: Made) -> None:
    with pytest.raises(UsageError, match="no form 'odt'"):
        next(rendered(WHO, release({}), forms=["html", "odt"]))


@pytest.mark.parametrize("form", FORMS)
def test_a_report_in_a_language_that_no_form_is_made_in_is_refused(form: str) -> None:
    with pytest.raises(UsageError, match=r"language .?de"):
        maker(form)(replace(by_hand.report(), language=cast(Any, "de")))
