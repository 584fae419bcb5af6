"""An explanation as a page of HTML that needs nothing but itself."""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files

from kwaliteitsmonitor.releases.explain import evidence
from kwaliteitsmonitor.releases.explain import numbers as writing
from kwaliteitsmonitor.releases.explain.explanation import Explanation
from kwaliteitsmonitor.releases.explain.labels import STATUS, UNTOLD
from schemas.words import Words

OPEN = 2
"""Levels of a tree that are open when the page is."""


def as_html(explained: Explanation, language: str) -> str:
    """The explanation in `nl` or `en`; all that comes from files is escaped, and there is no script."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(files(__package__).joinpath("page.html.j2").read_text(encoding="utf-8"))

    def text_of(words: Words | None) -> str:
        return "" if words is None else words.in_language(language)

    def say(nl: str, en: str) -> str:
        return nl if language == "nl" else en

    def amount(value: Decimal | None, measure: str) -> str:
        return text_of(UNTOLD) if value is None else writing.amount(value, language, measure)

    page: str = template.render(
        e=explained,
        language=language,
        text_of=text_of,
        say=say,
        amount=amount,
        status=text_of(STATUS[explained.status]),
        open=OPEN,
        evidence=evidence,
    )
    return page
