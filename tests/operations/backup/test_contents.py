"""What of a workspace belongs in a backup, and in which order it is read."""

from __future__ import annotations

from kwaliteitsmonitor.operations.backup.contents import present
from tests.operations.backup.conftest import MadeUp


def test_what_names_is_read_before_what_is_named_and_what_is_made_again_is_left(made_up: MadeUp) -> None:
    (made_up.workspace.root / ".half").write_text("under way")
    paths = [one.path for one in present(made_up.workspace, with_key=False, with_counts=False)]
    folders = list(dict.fromkeys("/".join(path.split("/")[: 1 + path.startswith("delivered")]) for path in paths))
    assert folders == [
        "current",
        "releases",
        "institution",
        "delivered/receipts",
        "disclosure",
        "profiles",
        "delivered/sha256",
    ]
    (link,) = (one.link for one in present(made_up.workspace, with_key=True, with_counts=True) if one.link)
    assert link.endswith("releases/2021-03/v1")
