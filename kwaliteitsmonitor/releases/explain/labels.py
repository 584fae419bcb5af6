"""What parts, relations and kinds of figures are called in Dutch and in English."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.figures import FIGURES
from schemas.words import Words

PARTS: Mapping[str, Words] = {
    **{name: part.words for of in FIGURES.values() for name, part in of.parts.items()},
    "left_over": Words("over", "left over"),
    "mean": Words("gemiddelde", "mean"),
    "course_mean": Words("gemiddelde over de cursussen", "mean over the courses"),
    "corrections": Words("correcties", "corrections"),
}
"""What parts of figures are called, and numbers of others from which a figure follows."""

FUNCTIONS: Mapping[str, Words] = {
    "deviation": Words("standaardafwijking", "standard deviation"),
    "spread": Words("standaardafwijking", "standard deviation"),
    "half_width": Words("halve breedte van het 95%-interval", "half the width of the 95% interval"),
    "welch": Words("halve breedte van het 95%-interval volgens Welch", "half the width of Welch's 95% interval"),
    "average": Words("gemiddelde", "mean"),
    "median": Words("mediaan", "median"),
}

RELATIONS: Mapping[str, Words] = {
    "whole": Words("van het geheel", "of the whole"),
    "earlier": Words("van de ronde ervoor", "of the round before"),
    "before": Words("van het jaar ervoor", "of the year before"),
    "units": Words("van de eenheden", "of the units"),
    "same": Words("over dezelfde antwoorden", "over the same answers"),
    "result": Words("van alle antwoorden", "of all answers"),
    "shares": Words("per antwoord", "per answer"),
    "divided": Words("van de eigen thema's", "of the own themes"),
}

KINDS: Mapping[str, Words] = {kind: of.called for kind, of in FIGURES.items()}

STATUS: Mapping[str, Words] = {
    "ok": Words("opgenomen", "included"),
    "suppressed": Words("onderdrukt", "suppressed"),
    "not_available": Words("niet beschikbaar", "not available"),
    "not_applicable": Words("niet van toepassing", "not applicable"),
}

SUPPRESSED = Words(
    "Dit cijfer wordt niet getoond: het gaat over minder mensen dan de drempel van de instelling, of er zou een ander "
    "onderdrukt cijfer uit te berekenen zijn. Om dezelfde reden wordt niet getoond waaruit het is berekend.",
    "This figure is not shown: it is about fewer people than the threshold of the institution, or another suppressed "
    "figure could be derived from it. For the same reason it is not shown what it was computed from.",
)
UNTOLD = Words("niet getoond", "not shown")
UNTOLD_NOTE = Words(
    "Een bijdrage die niet getoond wordt, gaat over weinig mensen of zou zo'n bijdrage prijsgeven.",
    "A contribution that is not shown is about few people or would give such a contribution away.",
)

ASPECTS: Mapping[str, Words] = {
    "reporting_year": Words("verslagjaar", "reporting year"),
    "from_year": Words("van jaar", "from year"),
    "year": Words("kalenderjaar", "calendar year"),
    "version": Words("versie", "version"),
    "to_year": Words("naar jaar", "to year"),
    "round": Words("ronde", "round"),
    "evaluation": Words("evaluatie", "evaluation"),
    "question": Words("vraag", "question"),
    "national_theme": Words("landelijk thema", "national theme"),
    "theme": Words("thema", "theme"),
    "unit": Words("eenheid", "unit"),
    "programme": Words("opleiding", "programme"),
    "level": Words("niveau", "level"),
    "measure": Words("maatregel", "measure"),
    "score": Words("antwoord", "answer"),
}
WHOLE: Mapping[str, Words] = {
    "unit": Words("de hele instelling", "the whole institution"),
    "theme": Words("alle thema's samen", "all themes together"),
}
"""What an empty unit or theme stands for."""
