"""How codes of an institution are written for people, in a spelling that is read back as the same code."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.contract import Field
from schemas.profile.models import Profile


def spellings(profile: Profile, field: Field, language: str) -> dict[str, str]:
    """The codes of a field with the word that people know each by, in `nl` or `en`; none if it has no codes.

    A word is used only if reading maps it to that very code; if two codes have the same name, the code itself is
    written.
    """
    if field.code_list:
        names = _names(profile, language).get(field.code_list, {})
        codes = profile.code_lists()[field.code_list]
        read_as: Mapping[str, str] = profile.aliases.get(field.code_list, {})
    else:
        names = {code: words.in_language(language) for code, words in field.code_labels.items()}
        codes, read_as = field.codes, field.code_aliases
    labels = {}
    for code in codes:
        name = " ".join(names.get(code, code).split())
        labels[code] = name if name not in codes and read_as.get(name) == code else code
    return labels


def _names(profile: Profile, language: str) -> dict[str, dict[str, str]]:
    """Per code list the name of each code. A unit is known by its code, as people in an institution speak of it."""

    def named(nl: str, en: str) -> str:
        return nl if language == "nl" else en

    return {
        "themes": {t.id: named(t.nl, t.en) for t in profile.themes},
        "measures": {m.id: named(m.nl, m.en) for m in profile.measures},
        "indicators": {i.id: named(i.nl, i.en) for i in profile.indicators},
        "councils": {c.id: named(c.nl, c.en) for c in profile.institution.councils},
        "questions": {q.id: named(q.nl, q.en) for q in profile.questions},
        "programmes": {p.programme: f"{p.name} ({p.programme})" for p in profile.programmes},
    }
