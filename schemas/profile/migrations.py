"""Profiles in an older format: how their files read in the one of today.

A profile says in `format_version` by which form it was written. One in an older form is upgraded as text: what changed
is rewritten in its place, and every other byte, comment and line break stays. Loading does so in memory, so that a
release can be made again from the profile that it kept; `kwaliteitsmonitor migrate-profile` does so in the files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

import yaml

from schemas.profile.institution import FORMAT

FIRST = 1
"""The oldest format that is read."""

Texts = Mapping[str, str]
"""The text of each file of a profile, by its name."""

_VERSION = re.compile(r"^(format_version[ \t]*:[ \t]*)(\d+)(?=[ \t]*(#.*)?\r?$)", re.MULTILINE)
_FINEST = Decimal("0.0001")


@dataclass(frozen=True)
class ToDecide:
    """What a rewriting had to assume, for a person to look at: where, what was assumed, what to decide."""

    file: str
    line: int
    key: str
    assumed: str


def version_of(texts: Texts) -> int:
    """The format in which a profile says that it is written; that of today if it does not say so plainly."""
    match = _VERSION.search(texts.get("profile.yaml", ""))
    return int(match[2]) if match else FORMAT


def upgraded(texts: Texts, version: int) -> dict[str, str]:
    """The files of a profile in the format of today; as they are if they cannot be read."""
    upgraded_texts = dict(texts)
    for step in range(version, FORMAT):
        upgraded_texts = _STEPS[step](upgraded_texts)
    return upgraded_texts


def to_decide(texts: Texts, version: int) -> list[ToDecide]:
    """What upgrading the files of a profile assumes."""
    return [*_equal_parts(texts)] if version == FIRST else []


def _from_1(texts: Texts) -> dict[str, str]:
    """Format 2 says which part of a theme belongs to each national theme; format 1 only named them: equal parts."""
    rewritten = dict(texts)
    rewritten["profile.yaml"] = _VERSION.sub(r"\g<1>2", rewritten["profile.yaml"], count=1)
    edits: list[tuple[int, int, str]] = []
    text = rewritten.get("themes.yaml", "")
    for key, listed in _national(text):
        edits += _as_mapping(text, key, listed)
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    if edits:
        rewritten["themes.yaml"] = text
    return rewritten


_STEPS: Mapping[int, Callable[[Texts], dict[str, str]]] = {1: _from_1}


def equal_parts(count: int) -> list[Decimal]:
    """So many parts that are as equal as four decimals allow and add up to exactly one; the last takes the rest.

    >>> [str(part) for part in equal_parts(3)]
    ['0.3333', '0.3333', '0.3334']
    """
    part = (Decimal(1) / count).quantize(_FINEST, ROUND_HALF_UP).normalize()
    return [*([part] * (count - 1)), 1 - part * (count - 1)]


def _national(text: str) -> Iterator[tuple[yaml.ScalarNode, yaml.SequenceNode]]:
    """The key and the list of every `national` of a theme."""
    try:
        root = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError:
        return
    themes = _value(root, "themes")
    for theme in themes.value if isinstance(themes, yaml.SequenceNode) else []:
        for key, value in theme.value if isinstance(theme, yaml.MappingNode) else []:
            if key.value == "national" and isinstance(value, yaml.SequenceNode):
                yield key, value


def _value(node: yaml.Node | None, name: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for key, value in pairs if key.value == name), None)


def _as_mapping(text: str, key: yaml.ScalarNode, listed: yaml.SequenceNode) -> Iterator[tuple[int, int, str]]:
    """The places of a list of national themes that change, with what comes there, so that it is a mapping to parts."""
    names = [node for node in listed.value if isinstance(node, yaml.ScalarNode)]
    parts = equal_parts(len(names)) if names else []
    for node, part in zip(names, parts, strict=True):
        start, end = node.start_mark.index, node.end_mark.index
        written = f"{text[start:end]}: {part:f}"
        if not listed.flow_style:
            dash = text.rindex("-", 0, start)
            indent = "  " if listed.start_mark.column <= key.start_mark.column else ""
            start, written = dash, indent + written
        yield start, end, written
    if listed.flow_style:
        begin, stop = listed.start_mark.index, listed.end_mark.index
        yield begin, begin + 1, "{"
        yield stop - 1, stop, "}"


def _equal_parts(texts: Texts) -> Iterator[ToDecide]:
    text = texts.get("themes.yaml", "")
    for key, listed in _national(text):
        if len(listed.value) > 1:
            names = ", ".join(str(node.value) for node in listed.value)
            parts = ", ".join(f"{part:f}" for part in equal_parts(len(listed.value)))
            assumed = f"equal parts ({parts}) of the theme for {names}"
            yield ToDecide("themes.yaml", key.start_mark.line + 1, "national", assumed)
