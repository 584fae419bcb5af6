"""What the documentation shows is what there is."""

from __future__ import annotations

import re

import pytest

from pipelines.dictionary import dictionary
from schemas.packages import PACKAGES, ROOT


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_data_dictionary_is_that_of_the_contracts(language: str) -> None:
    written = (ROOT / "docs" / f"dictionary.{language}.md").read_text(encoding="utf-8")
    assert written == dictionary(language), "run: make dictionary"


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{p.name}" for p in sorted((ROOT / "docs").glob("*.md")))])
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), f"{page} points to {target}"


@pytest.mark.parametrize("page", ["README.md", "docs/engineer.md", "docs/hostile-input.md", "docs/maturity.md"])
def test_files_and_folders_of_the_code_that_a_page_names_are_there(page: str) -> None:
    code = "|".join(PACKAGES)
    named = re.findall(rf"`((?:{code})/[\w./-]*)`", (ROOT / page).read_text(encoding="utf-8"))
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
