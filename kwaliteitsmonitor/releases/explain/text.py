"""An explanation as plain text, for a terminal or a file."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kwaliteitsmonitor.releases.explain import evidence
from kwaliteitsmonitor.releases.explain import numbers as writing
from kwaliteitsmonitor.releases.explain.explanation import Explanation, Node, Number, Part
from kwaliteitsmonitor.releases.explain.labels import STATUS, UNTOLD
from schemas.words import Words

WIDTH = 110
AMOUNT = 22
"""Columns that an amount takes, at the end of a line."""

WHAT_MORE = Words(
    "(+3): daaronder staan er nog 3; --depth 0 toont ze, tot en met de cellen.",
    "(+3): there are 3 more below; --depth 0 shows them, down to the cells.",
)


def as_text(explained: Explanation, language: str, depth: int = 0) -> str:
    """The explanation in `nl` or `en`; of each tree `depth` levels, or all of them if `depth` is 0."""
    return "\n".join(line.rstrip() for line in _lines(explained, language, depth)) + "\n"


def _lines(e: Explanation, to: str, depth: int) -> Iterator[str]:
    def say(nl: str, en: str) -> str:
        return Words(nl, en).in_language(to)

    yield e.title.in_language(to)
    yield "=" * min(len(e.title.in_language(to)), WIDTH)
    yield from _facts([("id", e.figure_id), *((k.in_language(to), v.in_language(to)) for k, v in e.about)])
    printed = [(say("gedrukt als", "printed as"), e.printed.in_language(to))] if e.printed else []
    yield from _facts([*printed, (say("stand", "status"), STATUS[e.status].in_language(to))])
    if e.definition:
        yield from ("", say("Definitie", "Definition"))
        yield from _wrapped(e.definition.in_language(to))
    for note in e.notes:
        yield ""
        yield from _wrapped(note.in_language(to))
    if e.numbers:
        yield from ("", say("Berekening", "Calculation"), "")
        for number in e.numbers:
            yield from _number(number, to)
    if e.parts:
        yield from ("", say("Waaruit het volgt", "What it follows from"))
        for part in e.parts:
            yield from _Tree(to, depth, part.measure).part(part)
        if depth and any(_cut(node, depth - 1) for part in e.parts for node in part.nodes):
            yield from ("", f"  {WHAT_MORE.in_language(to)}")
    yield from _evidence(e, to)
    release = e.release
    yield from ("", say("Publicatie", "Release"))
    yield from _facts([
        (say("publicatie", "release"), f"{release['release']} ({evidence.status(release['status'], to)})"),
        ("manifest", f"sha256 {release['manifest_sha256']}"),
        (say("profiel", "profile"), f"{release['profile']['version']}, sha256 {release['profile']['sha256']}"),
        (say("code", "code"), f"{release['code']['version']}, sha256 {release['code']['sha256']}"),
    ])  # fmt: skip


def _facts(pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    for label, value in pairs:
        yield from textwrap.wrap(
            f"  {label:<26}{value}", WIDTH, subsequent_indent=" " * 28, break_long_words=False, break_on_hyphens=False
        )


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="  ")


def _number(number: Number, to: str) -> Iterator[str]:
    mark = {True: "✓", False: "≠", None: "…"}[number.agrees]
    name = number.label.in_language(to)
    yield f"  {mark} {name}: {number.published.in_language(to)}"
    if number.rule != number.name:
        yield from textwrap.wrap(
            f"= {number.in_words.in_language(to)} = {number.filled.in_language(to)}",
            WIDTH,
            initial_indent="      ",
            subsequent_indent="        ",
            break_long_words=False,
        )


def _cut(node: Node, depth: int) -> bool:
    """Whether a node has more levels below it than shown."""
    return bool(node.below) and (depth < 0 or any(_cut(below, depth - 1) for below in node.below))


@dataclass(frozen=True)
class _Tree:
    """Writes trees, in a language, to a depth, with amounts in a measure."""

    to: str
    depth: int
    measure: str

    def part(self, part: Part) -> Iterator[str]:
        """The trees of a part; where it has one, that of the figure itself, the part is what its first line names."""
        yield ""
        if len(part.nodes) == 1 and not part.elsewhere:
            yield from self._node(replace(part.nodes[0], what=part.label), "  ", "  ", 1)
            return
        yield f"  {part.label.in_language(self.to)}"
        for node in part.nodes[:-1]:
            yield from self._node(node, "  ├─ ", "  │  ", 2)
        for last in part.nodes[-1:]:
            yield from self._node(last, "  └─ ", "     ", 2)

    def _node(self, node: Node, first: str, rest: str, level: int) -> Iterator[str]:
        cut = bool(self.depth and level > self.depth and node.below)
        more = f" (+{len(node.below)})" if cut else ""
        label = f"{first}{node.what.in_language(self.to)}{more}"
        amount = UNTOLD.in_language(self.to)
        if node.amount is not None:
            amount = writing.amount(node.amount, self.to, self.measure)
        mark = {True: " ✓", False: " ≠", None: ""}[node.adds_up]
        room = WIDTH - AMOUNT - 2
        if len(label) > room:
            *lines, label = textwrap.wrap(label, room, subsequent_indent=f"{rest}  ", drop_whitespace=False)
            yield from lines
        yield f"{label} {'.' * max(0, room - len(label) - 1)} {amount:>{AMOUNT}}{mark}"
        if node.note is not None and node.note != UNTOLD:
            note = f"{rest}  ({node.note.in_language(self.to)})"
            yield from textwrap.wrap(note, WIDTH, subsequent_indent=f"{rest}   ", drop_whitespace=False)
        if cut:
            return
        for below in node.below[:-1]:
            yield from self._node(below, f"{rest}├─ ", f"{rest}│  ", level + 1)
        for last in node.below[-1:]:
            yield from self._node(last, f"{rest}└─ ", f"{rest}   ", level + 1)


def _evidence(e: Explanation, to: str) -> Iterator[str]:
    def say(nl: str, en: str) -> str:
        return Words(nl, en).in_language(to)

    if e.deliveries:
        yield from ("", say("Leveringen", "Deliveries"))
        for delivery in e.deliveries:
            yield f"  {delivery['file'] or '?'}"
            version = say(f"versie {delivery['version']}", f"version {delivery['version']}")
            day = evidence.day(delivery["received_on"], to)
            received = say(f"ontvangen {day}", f"received {day}")
            gone = ""
            if on := delivery.get("removed_on"):
                gone = say(f", verwijderd op {evidence.day(on, to)}", f", removed on {evidence.day(on, to)}")
            yield f"      {evidence.feed(delivery, to)}, {version}, {received}, sha256 {delivery['sha256']}{gone}"
    if e.corrections:
        yield from ("", say("Correcties in deze leveringen", "Corrections to these deliveries"))
        for one in e.corrections:
            was, now = one["expected"] or "–", one["new_value"] or "–"
            cell = evidence.cell(one["cell"], to)
            yield from _wrapped(
                f"{cell}: {was} → {now} ({one['role']}, {evidence.day(one['decided_on'], to)}): {one['reason']}"
            )
    if e.waivers:
        yield from ("", say("Ontheffingen", "Waivers"))
        for waiver in e.waivers:
            day = evidence.day(waiver["decided_on"], to)
            yield from _wrapped(f"{evidence.waived(waiver, to)} ({waiver['role']}, {day}): {waiver['reason']}")
