"""What came from a file is a text wherever people read it, and what the pages on security promise is there."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from kwaliteitsmonitor.releases.explain.explanation import Details, Explanation, Node, Number, Part, Publication
from kwaliteitsmonitor.releases.explain.page import as_html
from kwaliteitsmonitor.releases.format.records import RevisionRecord
from schemas.words import Words

ROOT = Path(__file__).resolve().parents[2]
HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(1)>"\' onmouseover=alert(1) x="{{ 7 * 7 }}{% raw %}'
DELIVERY = (
    "delivery",
    "feed",
    "feed_nl",
    "feed_en",
    "file",
    "version",
    "received_on",
    "status",
    "sha256",
    "removed_on",
)
CORRECTION = ("delivery", "cell", "expected", "new_value", "reason", "role", "decided_on", "file")
WAIVER = ("feed", "period", "unit", "rule", "role", "decided_on", "reason")


class Read(HTMLParser):
    """The elements of a page, the names of their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def explanation(text: str) -> Explanation:
    """An explanation in which every text is this one."""
    words, made = Words(text, text), RevisionRecord(version=text, sha256=text)
    cell = Node("cell", words, None, Details(file=text, sheet=text, cell=text, written=text), words)
    node = Node("delivery", words, None, Details(delivery=text, file=text), words, (cell,))
    number = Number(text, words, words, 1, text, words, words, True)
    texts, part = ((words, words),), Part(text, words, (node,), True, text)
    delivery, corrected, waived = (dict.fromkeys(names, text) for names in (DELIVERY, CORRECTION, WAIVER))
    evidence: tuple[Any, ...] = ((number,), (part,), ({**delivery, "cells_corrected": text},), (corrected,), (waived,))
    of = Publication(release=text, status=text, institution=text, manifest_sha256=text, profile=made, code=made)
    return Explanation(text, words, texts, "ok", words, words, (words,), *evidence, release=of)


def test_what_came_from_a_file_is_a_text_in_an_explanation() -> None:
    for language in ("nl", "en"):
        plain, hostile = (Read(as_html(explanation(text), language)) for text in ("gewoon", HOSTILE))
        assert hostile.tags == plain.tags, "no element was born"
        assert hostile.attributes == plain.attributes, "and no attribute"
        assert hostile.text.count("<script>") == plain.text.count("gewoon") > 10
        assert "{{ 7 * 7 }}" in hostile.text


@pytest.mark.parametrize("page", ["threat-model.md", "personal-data.md", "hostile-input.md"])
def test_every_test_that_a_page_names_is_there(page: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?", (ROOT / "docs" / page).read_text(encoding="utf-8"))
    assert named
    for path, test in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert names, path
        assert not test or test in names, f"{path}::{test}"


def test_every_threat_has_what_is_done_and_a_test() -> None:
    text = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in text.splitlines() if re.match(r"\| [STRIDE]\d", line)]
    assert {row[0][2] for row in rows} == set("STRIDE")
    assert all(len(row) == 5 and row[2] and "tests/" in row[3] for row in rows)
