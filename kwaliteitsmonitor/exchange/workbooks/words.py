"""What our workbooks say, in Dutch and English."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from schemas.consequences import Severity
from schemas.contract import KIND_EN, KIND_NL, Field, Kind
from schemas.words import Words
from schemas.written import UNITS_OF_MEASURE, day_in_words, number

YES = Words("ja", "yes")
NO = Words("nee", "no")
EMPTY = Words("(leeg)", "(empty)")
MASKED = Words("(niet getoond)", "(not shown)")
"""What stood in a cell about a person."""
SEVERITY: Mapping[Severity, Words] = {
    Severity.CRITICAL: Words("telt niet mee", "does not count"),
    Severity.WARNING: Words("waarschuwing", "warning"),
    Severity.INFO: Words("ter informatie", "for information"),
}
NOT_THIS = Words("Deze waarde past hier niet", "This value does not fit here")
PUBLISHED = Words(
    "Wordt gepubliceerd zoals u het schrijft. Noem geen personen.", "Published as you write it. Name no people."
)
KEPT = Words("Wordt bewaard en niet gepubliceerd. Noem geen personen.", "Kept and not published. Name no people.")
"""What becomes of what is typed in a cell of free text, by the contract as the profile opens it."""


def label(field: Field) -> Words:
    """What a workbook calls a field, in both languages."""
    return field.label


def instruction(field: Field, language: str) -> str:
    """What a cell of a field is to hold, in a sentence: what it is, its form and its range, and whether it must be."""
    what = field.nl if language == "nl" else field.en
    must = Words("mag leeg blijven", "may be left empty") if field.nullable else Words("verplicht", "required")
    parts = [_sentence(what), allowed(field, language), _sentence(must.in_language(language))]
    return " ".join(part for part in parts if part)


def allowed(field: Field, language: str) -> str:
    """The form and range of a field's values, in a sentence; empty for free text."""
    if field.kind is Kind.BOOLEAN:
        return _sentence(f"{YES.in_language(language)} / {NO.in_language(language)}")
    if field.code_list or field.codes:
        return Words("Kies uit de lijst.", "Choose from the list.").in_language(language)
    if field.as_typed:
        return PUBLISHED.in_language(language)
    if field.open_text:
        return KEPT.in_language(language)
    if field.kind is Kind.TEXT:
        return ""
    kind = (KIND_NL if language == "nl" else KIND_EN)[field.kind]
    return _sentence(f"{kind}{_range(field, language)}")


def refused(field: Field, language: str, *, listed: bool) -> str:
    """What Excel says when something else is typed than a field takes."""
    if listed:
        return Words(
            "Kies een waarde uit de lijst: klik op het pijltje rechts van de cel.",
            "Choose a value from the list: click the arrow to the right of the cell.",
        ).in_language(language)
    kind = (KIND_NL if language == "nl" else KIND_EN)[field.kind]
    expected = f"{kind}{_range(field, language)}"
    if field.kind is Kind.DATE:
        expected += Words(", bijvoorbeeld 1-10-2020", ", for example 2020-10-01").in_language(language)
    return Words(f"Verwacht: {expected}.", f"Expected: {expected}.").in_language(language)


def _range(field: Field, language: str) -> str:
    low, high, grouped = field.minimum, field.maximum, not field.is_year
    measure = UNITS_OF_MEASURE.get(field.unit_of_measure)
    unit = f" {measure.in_language(language)}" if measure and field.kind is not Kind.MONEY else ""
    if low is None and high is None:
        return ""
    if high is None:
        least = number(low, grouped=grouped).in_language(language)
        return Words(f" van ten minste {least}{unit}", f" of at least {least}{unit}").in_language(language)
    most = number(high, grouped=grouped).in_language(language)
    if low is None:
        return Words(f" van ten hoogste {most}{unit}", f" of at most {most}{unit}").in_language(language)
    least = number(low, grouped=grouped).in_language(language)
    return Words(f" van {least} tot en met {most}{unit}", f" from {least} to {most}{unit}").in_language(language)


def day(value: date | None, language: str) -> str:
    """A day as people write it: `31 december 2020`; what changes has no day."""
    if value is None:
        return Words("bij wijziging", "when it changes").in_language(language)
    return day_in_words(value).in_language(language)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""
