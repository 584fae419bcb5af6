"""The forms in which a report is made, and their files: every form in every language of an institution."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module

from kwaliteitsmonitor.methods.figures.printing import Language
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.document.model import Document
from schemas.errors import UsageError
from schemas.profile import Profile
from schemas.report_forms import FOLDER, FORMS

_MAKERS = {
    "html": ("kwaliteitsmonitor.releases.report.web.page", "page"),
    "docx": ("kwaliteitsmonitor.releases.report.word.document", "document"),
    "xlsx": ("kwaliteitsmonitor.releases.report.excel.workbook", "workbook"),
    "pdf": ("kwaliteitsmonitor.releases.report.pdf.pages", "pages"),
}
"""Where each form is made, by the extension of its files; imported when it is asked for."""


def name_of(profile: Profile, cycle: str, language: str, form: str) -> str:
    """The name of a report: `example-2021-03.nl.html` for an institution `example`."""
    return f"{profile.id}-{cycle}.{language}.{form}"


def rendered(
    profile: Profile,
    release: ReleaseReader,
    languages: Sequence[str] = (),
    forms: Sequence[str] = FORMS,
    since: ReleaseReader | None = None,
) -> Iterator[tuple[str, bytes]]:
    """The name in the release (`report/…`) and the bytes of each form in each language of the profile, in their order.

    The same release gives the same bytes. `since` is an earlier release: the report then says what changed. Raises
    `UsageError` for a form or a language that is not made or where the two cannot be compared, and
    `KwaliteitsmonitorError` if a table is missing or altered.
    """
    from kwaliteitsmonitor.releases.report.contents.report import report_of

    spoken = [language_of(profile, one) for one in languages or profile.institution.languages]
    makers = {form: maker(form) for form in forms}
    for language in spoken:
        document = report_of(profile, release, language, since)
        for form, make in makers.items():
            yield f"{FOLDER}/{name_of(profile, release.manifest.cycle, language, form)}", make(document)


def maker(form: str) -> Callable[[Document], bytes]:
    """What makes a form. Raises `UsageError` if there is no such form, or a library for it is lacking."""
    if form not in _MAKERS:
        raise UsageError(f"there is no form '{form}' of a report", expected=f"one of {', '.join(FORMS)}, or all")
    module, function = _MAKERS[form]
    return partial(_made, form, module, function)


def _made(form: str, module: str, function: str, document: Document) -> bytes:
    try:
        made = getattr(import_module(module), function)(document)
    except ModuleNotFoundError as error:
        raise UsageError(
            f"the form '{form}' cannot be made: {error.name} is not installed",
            remedy="Install Kwaliteitsmonitor with all that it depends on, or choose another form.",
        ) from error
    return bytes(made)


def language_of(profile: Profile, language: str) -> Language:
    """The language, where the profile has it. Raises `UsageError` if it does not."""
    for known in profile.institution.languages:
        if known == language:
            return known
    raise UsageError(
        f"there is no report in the language '{language}'",
        expected=f"one of {', '.join(profile.institution.languages)}, the languages of {profile.id}",
    )
