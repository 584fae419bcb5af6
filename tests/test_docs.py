"""What the documentation shows is what there is."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pipelines.dictionary import PROFILES, PROMISE, main
from schemas.packages import PACKAGES, ROOT

DOCS = ROOT / "docs"


def test_what_is_written_of_the_code_is_what_the_code_says(tmp_path: Path) -> None:
    """The dictionaries, the promise, the settings, the rules, and the reference and schemas of profiles."""
    shutil.copytree(DOCS / PROFILES / "example", tmp_path / PROFILES / "example")
    shutil.copy(DOCS / PROMISE, tmp_path)
    main(tmp_path)
    made = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert made >= {str(path.relative_to(DOCS)) for path in (DOCS / PROFILES).rglob("*") if path.is_file()}
    differ = [name for name in made if (DOCS / name).read_bytes() != (tmp_path / name).read_bytes()]
    assert (len(made) > 12, differ) == (True, []), "run: make dictionary"


@pytest.mark.parametrize("page", ["README.md", *(f"docs/{p.name}" for p in sorted(DOCS.glob("*.md")))])
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
