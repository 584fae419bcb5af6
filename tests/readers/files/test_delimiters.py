"""What separates the cells of a text: as declared, or found by a rule and said."""

from __future__ import annotations

import pytest

from kwaliteitsmonitor.readers.files.delimiters import delimiter_of, name_of
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError


@pytest.mark.parametrize(
    ("text", "character", "words"),
    [
        ("eenheid;bedrag;deel\nFdA;1,5;2,5\nFdB;2,5;3,5", ";", "puntkomma's"),
        ("naam;opmerking\n1;x,y,z,w\n2;p,q,r,s\n3;t\n4;u,v", ";", "puntkomma's"),
        ("Overzicht, voorlopig\n\neenheid;bedrag;deel\nFdA;1;2\nFdB;2;3\nFdC;3;4", ";", "puntkomma's"),
        ("eenheid\tbedrag\nFdA\t1", "\t", "tabs"),
        ("eenheid\nFdA\nFdB", ";", "één kolom"),
        ("sep=|\na;b|c", "|", "zoals de eerste regel zegt"),
    ],
    ids=["decimal-commas", "commas-in-remarks", "title-above", "tabs", "one-column", "told"],
)
def test_the_delimiter_is_found_by_what_fits_the_header_and_said(text: str, character: str, words: str) -> None:
    found = delimiter_of(text.split("\n"), "auto")
    assert (found.character, found.in_first_line) == (character, text.startswith("sep="))
    (note,) = found.notes
    assert note.code == "delimiter"
    assert words in note.text.nl


def test_a_declared_delimiter_holds_for_one_column_too_and_needs_no_word() -> None:
    found = delimiter_of(["eenheid", "FdA"], ";")
    assert (found.character, found.notes, found.in_first_line) == (";", (), False)
    assert delimiter_of(["sep=|", "a|b"], "|").in_first_line
    assert name_of("~").en == "'~'"


def test_another_delimiter_than_declared_is_refused_with_both() -> None:
    for lines in (["eenheid,thema,bedrag", "FdA,klein,1"], ["sep=,", "a,b", "1,2"]):
        with pytest.raises(RefusedFileError, match="are separated by commas; expected cells separated by semico"):
            delimiter_of(lines, ";")


def test_a_delimiter_that_can_separate_nothing_is_a_matter_of_the_profile() -> None:
    for declared in (";;", '"'):
        with pytest.raises(RefusedFileError, match="Change the profile"):
            delimiter_of(["a;b"], declared)
