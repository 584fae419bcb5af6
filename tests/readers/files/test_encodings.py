"""In which encoding a text is: as declared, or found by its bytes and said; never read garbled."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from kwaliteitsmonitor.readers.files.encodings import encoding_of, is_utf_8
from kwaliteitsmonitor.readers.files.likely import clearly_another, likely
from kwaliteitsmonitor.readers.files.refusals import RefusedFileError

CASES = Path(__file__).parents[2] / "cases"
ACCENTS = "naam;bedrag\r\nJosé Ångström;12\r\n"
LETTERS = "naam;plaats\nZoë;één café\n"
SIGNS = "a;b\r\nfoto’s;“woord” ‘woord’\r\nŠkoda;a—b k€\r\nŽ;CAFÉ’s\u00a0open\r\n"
OLD = [("cp1252", "windows-1252"), ("mac-roman", "MacRoman"), ("cp850", "DOS (cp850)")]


def found(content: bytes, declared: str = "auto") -> tuple[str, str]:
    """The text as it is read, and the name of the encoding that is reported, if any is."""
    stream = BytesIO(content)
    encoding = encoding_of(stream, declared)
    (note,) = encoding.notes or (None,)
    assert note is None or note.text.nl == f"gelezen als {encoding.name}: dat volgt uit de bytes"
    return content.decode(encoding.codec), encoding.name if note else ""


def refusal(content: bytes, declared: str = "auto") -> str:
    with pytest.raises(RefusedFileError) as caught:
        encoding_of(BytesIO(content), declared)
    assert "Jos" not in caught.value.words.en
    return caught.value.words.en


def test_an_encoding_that_was_found_by_rules_is_reported() -> None:
    for text, encoding, name in (
        (ACCENTS, "utf-8", ""),
        (ACCENTS, "utf-16", "utf-16"),
        (ACCENTS, "utf-16-be", "utf-16"),
        (ACCENTS, "cp1252", "windows-1252"),
        (SIGNS, "cp1252", "windows-1252"),
        *((LETTERS, *old) for old in OLD),
    ):
        assert found(text.encode(encoding)) == (text, name)


def test_a_declared_encoding_holds_and_is_not_remarked_upon() -> None:
    for encoding in ("utf-8", "utf-16", "cp1252", "latin-1"):
        assert found(ACCENTS.encode(encoding), encoding) == (ACCENTS, "")
    for form in ("utf-16-le", "utf-16-be"):
        assert found(ACCENTS.encode(form), "utf-16") == (ACCENTS, ""), "known by its zeros"
        assert "this is text in utf-16; expected" in refusal(ACCENTS.encode(form), "utf-8")
    assert is_utf_8(BytesIO(ACCENTS.encode()), "UTF8"), "which needs no look"
    assert not is_utf_8(BytesIO(ACCENTS.encode("utf-16")), "utf-8")
    assert not is_utf_8(BytesIO(ACCENTS.encode()), "auto")


def test_quotes_dashes_and_names_of_windows_are_not_taken_for_letters_of_another() -> None:
    assert found(SIGNS.encode("cp1252"), "cp1252") == (SIGNS, "")
    assert likely([SIGNS.encode("cp1252")]) == "cp1252"
    assert clearly_another([SIGNS.encode("cp1252")], "cp1252") == ""


def test_a_text_in_another_encoding_than_declared_is_refused_by_its_line() -> None:
    sentence = refusal("a;b\r\n1;2\r\nJosé;3\r\n".encode("cp1252"), "utf-8")
    assert sentence.startswith("this is not text in utf-8 but in windows-1252: see line 3; expected text in utf-8. Exp")
    for encoding, name in OLD:
        assert f"but in {name}: see line 2" in refusal(LETTERS.encode(encoding), "utf-8")
    case = (CASES / "cr-only-line-number" / "2020.csv").read_bytes()
    assert "but in windows-1252: see line 3;" in refusal(case, "utf-8"), "its lines end in a return alone"


def test_utf_8_under_a_declared_one_byte_encoding_is_refused_and_not_garbled() -> None:
    for declared in ("latin-1", "cp1252"):
        assert refusal(ACCENTS.encode(), declared).startswith("this is text in utf-8; expected text in")


def test_a_text_of_a_mac_where_windows_was_agreed_is_refused_and_not_garbled() -> None:
    sentence = refusal(LETTERS.encode("mac-roman"), "cp1252")
    assert sentence.startswith("this is text in MacRoman; expected text in windows-1252")


def test_a_contradicting_mark_and_what_is_no_encoding_are_refused() -> None:
    assert "this is text in utf-16" in refusal(ACCENTS.encode("utf-16"), "utf-8")
    assert "the profile names an encoding" in refusal(ACCENTS.encode(), "utf-9")
    assert "cannot be recognised" in refusal(b"a;b\n\x81\x8d;2\n")


def test_two_encodings_in_one_text_are_told_with_the_line() -> None:
    content = "naam;p\r\nZoë;a\r\n".encode() + "José;b\r\n".encode("cp1252")
    for declared in ("auto", "utf-8", "cp1252"):
        assert "mixes two encodings: utf-8 and another one: see line 3" in refusal(content, declared)


def test_a_text_that_ends_in_the_middle_of_a_letter_is_told_as_such() -> None:
    content = "naam;p\nZoë;a\nb;José".encode()[:-1]
    for declared in ("auto", "utf-8"):
        assert "cut off in the middle of a letter: see line 3" in refusal(content, declared)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_line_of_a_wrong_byte_is_counted_by_any_end_of_line(end: str) -> None:
    for before in (1, 3, 265_000):
        content = end.join(["a;b", *["1;2"] * (before - 1), ""]).encode() + b"S-\x80;2" + end.encode()
        assert f"see line {before + 1};" in refusal(content, "utf-8")
