"""Explaining a figure: from a release and an id to all that is published of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from functools import partial
from typing import Any

from kwaliteitsmonitor.foundation.vault.removed import Removal, by_hash
from kwaliteitsmonitor.methods.figures.arithmetic import filled_in, in_words, worked_out
from kwaliteitsmonitor.releases.explain import numbers as writing
from kwaliteitsmonitor.releases.explain.evidence_reader import TABLES, Released, kind_of
from kwaliteitsmonitor.releases.explain.explanation import Explanation, Node, Number, Part
from kwaliteitsmonitor.releases.explain.labels import ASPECTS, FUNCTIONS, PARTS, RELATIONS, SUPPRESSED, UNTOLD_NOTE
from kwaliteitsmonitor.releases.explain.tree import Trees
from kwaliteitsmonitor.releases.format.manifest import Revision
from kwaliteitsmonitor.releases.format.notes import COLUMNS, words_in
from schemas.errors import UsageError
from schemas.figures import FIGURES
from schemas.formula import names_in
from schemas.tables import CATALOGUE
from schemas.tables.shared.code_words import HIDDEN_BY
from schemas.words import DELIVERIES, Words, counted

CLOSE = 1e-5
"""How near a number in floating point, worked out again from decimals, is to the one published."""

NEAR = 200
_EURO = frozenset(kind for kind, of in FIGURES.items() if of.money)


def explain(
    released: Released, figure: str, removed: Sequence[Removal] = (), feeds: Mapping[str, Words] = {}
) -> Explanation:
    """The explanation of a figure of a release.

    `removed` are deliveries of which the bytes are no longer kept, `feeds` says what feeds are called.

    Raises `UsageError` if the release has no figure of that id, with the id that was likely meant.
    """
    row = released.row(figure)
    if row is None:
        raise _unknown(released, figure)
    trees = Trees(released)
    kind = kind_of(figure)
    shown = row["status"] != "suppressed"
    common: dict[str, Any] = {
        "figure_id": figure,
        "title": trees.title(figure),
        "about": tuple(_about(trees, row, kind)),
        "status": row["status"],
        "printed": _printed(row),
        "definition": _definition(released, row),
        "notes": tuple(_notes(row)),
        "release": _release(released),
    }
    if not shown:
        return Explanation(**common)
    numbers = tuple(_numbers(released, figure, row, kind))
    parts = tuple(_parts(released, trees, figure, numbers))
    if any(_untold(part.nodes) for part in parts):
        common["notes"] = (*common["notes"], UNTOLD_NOTE)
    if of := released.related(figure, "divided"):
        common["notes"] = (*common["notes"], Words(f"een deel van: {', '.join(of)}", f"a part of: {', '.join(of)}"))
    rows = [one for part in released.lineage(figure).values() for one in part]
    deliveries = tuple(_deliveries(trees, parts, rows, by_hash(removed), feeds))
    common["notes"] = (*common["notes"], *_gone(deliveries, removed, feeds))
    corrections = [
        r for r in released.release.rows("corrections") if r["delivery"] in {d["delivery"] for d in deliveries}
    ]
    read = {d["feed"] for d in deliveries}
    waivers = [
        {**row, **_feed_names(row["feed"], feeds)}
        for row in released.release.rows("waivers")
        if row["used"] and (row["feed"] in read or not row["feed"])
    ]
    return Explanation(
        **common, numbers=numbers, parts=parts, deliveries=deliveries, corrections=corrections, waivers=waivers
    )


def _unknown(released: Released, figure: str) -> UsageError:
    """That there is no such figure, and which of its kind comes nearest."""
    from schemas.profile.near_misses import did_you_mean

    table = TABLES.get(kind_of(figure))
    ids = released.ids(table) if table else [one for t in TABLES.values() for one in released.ids(t)]
    wanted = figure.split(":")

    def alike(one: str) -> int:
        return sum(a == b for a, b in zip(wanted, one.split(":"), strict=False))

    meant = did_you_mean(figure, sorted(ids, key=alike, reverse=True)[:NEAR])
    return UsageError(
        "; ".join(part for part in (f"there is no figure '{figure}'", meant) if part),
        where=f"release {_name(released)}",
        expected="the figure_id of a row of " + ", ".join(TABLES.values()),
        remedy='Ids are listed by: kwaliteitsmonitor query "select figure_id from indicator_values".',
    )


def _name(released: Released) -> str:
    return f"{released.release.manifest.cycle}/{released.release.folder.name}"


def _release(released: Released) -> dict[str, Any]:
    own = released.release.manifest
    return {
        "release": _name(released),
        "status": own.status,
        "institution": own.institution,
        "manifest_sha256": own.sha256,
        "profile": _in_order(own.profile),
        "code": _in_order(own.code),
    }


def _in_order(revision: Revision) -> dict[str, str]:
    return dict(sorted(asdict(revision).items()))


def _about(trees: Trees, row: Mapping[str, Any], kind: str) -> Iterable[tuple[Words, Words]]:
    for name, label in ASPECTS.items():
        aspect = trees.aspect(name, row, kind if name != "theme" else "")
        if aspect is not None:
            nl, en = (f"{text} " for text in (label.nl, label.en))
            yield label, Words(aspect.nl.removeprefix(nl), aspect.en.removeprefix(en))
    if row.get("definition_version"):
        version = row["definition_version"]
        yield Words("versie van de definitie", "version of the definition"), Words(version, version)


def _printed(row: Mapping[str, Any]) -> Words | None:
    return Words(row["printed_nl"], row["printed_en"]) if "printed_nl" in row else None


def _definition(released: Released, row: Mapping[str, Any]) -> Words | None:
    for one in released.release.rows("definitions") if "indicator" in row else ():
        if (one["indicator"], one["version"]) == (row["indicator"], row["definition_version"]):
            return Words(one["definition_nl"], one["definition_en"])
    return None


def _notes(row: Mapping[str, Any]) -> Iterable[Words]:
    if row["status"] == "suppressed":
        yield SUPPRESSED
        if row.get("hidden_by"):
            yield HIDDEN_BY[row["hidden_by"]]
        return
    for column in COLUMNS:
        yield from words_in(row, column)


def _numbers(released: Released, figure: str, row: Mapping[str, Any], kind: str) -> Iterable[Number]:
    table = CATALOGUE[TABLES[kind]]
    parts = released.parts(figure)
    for name, rule in released.rules(figure).items():
        value = row.get(name)
        if value is None:
            continue
        write = writing.cents if kind in _EURO else writing.number
        result = worked_out(rule, parts)
        filled = (filled_in(rule, parts, partial(write, language=to), partial(_called, to=to)) for to in ("nl", "en"))
        yield Number(
            name,
            Words(table[name].nl, table[name].en),
            writing.of_field(table[name], value),
            value,
            rule,
            Words(*(in_words(rule, partial(_called, to=language)) for language in ("nl", "en"))),
            Words(*filled),
            None if result is None else agrees(value, result),
        )


def agrees(published: Decimal | float | int, result: Decimal) -> bool:
    """Whether a number worked out again is the published one: an amount to the cent, other numbers but for rounding.

    A number that is published in one decimal, so as not to give others away, agrees in one decimal.
    """
    if isinstance(published, Decimal):
        return result == published
    near = abs(float(result) - published) <= CLOSE * max(1.0, abs(published))
    return near or (round(published, 1) == published and abs(float(result) - published) <= 0.05 + CLOSE)


def _parts(released: Released, trees: Trees, figure: str, numbers: Iterable[Number]) -> Iterable[Part]:
    named = list(dict.fromkeys(name for number in numbers for name in names_in(number.rule)))
    others = [part for part in released.lineage(figure) if part not in (*named, "corrections")]
    for name in (*named, *others):
        if not name.startswith("shares."):
            relation = name.rpartition(".")[0]
            measure = "EUR" if kind_of(figure) in _EURO and name != "progress" else ""
            yield Part(name, _label(name), trees.of(figure, name), relation not in ("", "same"), measure)


def _called(name: str, to: str) -> str:
    return (FUNCTIONS.get(name) or _label(name)).in_language(to)


def _label(name: str) -> Words:
    relation, _, part = name.rpartition(".")
    own = PARTS.get(part, Words(part, part))
    of = RELATIONS.get(relation)
    return own if of is None else Words(f"{own.nl} {of.nl}", f"{own.en} {of.en}")


def _untold(nodes: Iterable[Node]) -> bool:
    return any(node.amount is None or _untold(node.below) for node in nodes)


def _gone(
    deliveries: Sequence[Mapping[str, Any]], removed: Sequence[Removal], feeds: Mapping[str, Words]
) -> Iterable[Words]:
    """Of which deliveries the bytes were removed, a sentence for each removal."""
    for one in removed:
        hashes = {file.sha256 for file in one.files}
        count = sum(row["sha256"] in hashes for row in deliveries)
        if count:
            text, on = counted(count, DELIVERIES), one.on
            feed = feeds.get(one.feed, Words(one.feed, one.feed))
            nl, en = (f"{name} {one.period}".rstrip() for name in (feed.nl, feed.en))
            yield Words(
                f"de bytes van {text.nl} ({nl}) zijn verwijderd op {on.day}-{on.month}-{on.year}, {one.rule.nl}",
                f"the bytes of {text.en} ({en}) were removed on {on.isoformat()}, {one.rule.en}",
            )


def _deliveries(
    trees: Trees,
    parts: Iterable[Part],
    rows: Iterable[Mapping[str, Any]],
    removed: Mapping[str, Removal],
    feeds: Mapping[str, Words],
) -> Iterable[Mapping[str, Any]]:
    """Every delivery in the trees, once, with what is known of it, and when its bytes were removed if they were."""
    met: dict[str, None] = {}

    def meet(nodes: Iterable[Node]) -> None:
        for node in nodes:
            if node.kind == "delivery":
                met[node.details["delivery"]] = None
            meet(node.below)

    for part in parts:
        meet(part.nodes)
    met |= dict.fromkeys(row["delivery"] for row in rows)
    for delivery in met:
        known = trees.deliveries.get(delivery, {})
        names = ("feed", "file", "version", "received_on", "status", "sha256", "cells_corrected")
        gone = removed.get(known.get("sha256") or "")
        removal = {} if gone is None else {"removed_on": gone.on.isoformat(), "removed_by": gone.rule.en}
        named = _feed_names(known.get("feed"), feeds)
        yield {"delivery": delivery, **{name: known.get(name) for name in names}, **named, **removal}


def _feed_names(feed: str | None, feeds: Mapping[str, Words]) -> dict[str, str | None]:
    """What a feed is called in both languages, if the profile has it still."""
    called = feeds.get(feed or "")
    return {"feed_nl": called.nl if called else None, "feed_en": called.en if called else None}
