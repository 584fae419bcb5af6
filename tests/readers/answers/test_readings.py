"""What texts are read as, as numbers: one for texts that are read alike, and others for what is nothing or no name."""

from __future__ import annotations

from kwaliteitsmonitor.readers.answers.readings import EMPTY, NOTHING, UNREAD, readings
from kwaliteitsmonitor.readers.cells.reading import cell_readers
from schemas.profile import Profile
from schemas.profile.forms import Form
from schemas.tables import CATALOGUE


def test_texts_that_are_read_alike_have_one_number(profile: Profile) -> None:
    table = CATALOGUE["evaluations"].bind(profile.code_lists())
    readers = cell_readers(table.fields, Form(table="evaluations"), "iso", profile.aliases, b"key")
    courses = readings(["C-1", "c-1", '="C-1"', "C-2", " ", "\\", "N.v.t.", "0", "6-jan"], readers["course"])
    assert courses.of_value == {"C-1": 1, "C-2": 2}
    assert courses.of_text == {
        "C-1": 1, "c-1": 1, '="C-1"': 1, "C-2": 2, " ": EMPTY,
        "\\": NOTHING, "N.v.t.": NOTHING, "0": NOTHING, "6-jan": UNREAD,
    }  # fmt: skip
    evaluations = readings(["course", "Cursusevaluatie", "programme", "x", "X"], readers["evaluation"])
    assert evaluations.of_text["course"] == evaluations.of_text["Cursusevaluatie"] == evaluations.of_value["course"]
    assert evaluations.of_text["x"] != evaluations.of_text["X"], "what no list knows is read as it stands"
    assert readings(["-", "#N/A"], readers["question"]).of_text == {"-": 1, "#N/A": UNREAD}
