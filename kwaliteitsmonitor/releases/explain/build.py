"""Explaining a figure: from a release and an id to all that is published of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

from kwaliteitsmonitor.foundation.vault.removed import Removal, by_hash
from kwaliteitsmonitor.methods.figures.arithmetic import filled_in, in_words, worked_out
from kwaliteitsmonitor.releases.explain import numbers as writing
from kwaliteitsmonitor.releases.explain.evidence_reader import TABLES, Released, kind_of
from kwaliteitsmonitor.releases.explain.explanation import (
    Delivered,
    Explanation,
    FeedNames,
    Node,
    Number,
    Part,
    Publication,
    Waived,
)
from kwaliteitsmonitor.releases.explain.labels import ASPECTS, FUNCTIONS, PARTS, RELATIONS, SUPPRESSED, UNTOLD_NOTE
from kwaliteitsmonitor.releases.explain.tree import Trees
from kwaliteitsmonitor.releases.format import fields
from kwaliteitsmonitor.releases.format.manifest import Revision
from kwaliteitsmonitor.releases.format.notes import COLUMNS, words_in
from kwaliteitsmonitor.releases.format.records import RevisionRecord
from schemas.errors import UsageError
from schemas.figures import FIGURES
from schemas.formula import names_in
from schemas.rows import CorrectionsRow, DefinitionsRow, LineageRow, WaiversRow
from schemas.tables import CATALOGUE
from schemas.tables.shared.code_words import HIDDEN_BY
from schemas.values import Row
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
    explanation = Explanation(
        figure,
        trees.title(figure),
        tuple(_about(trees, row, kind)),
        str(row["status"]),
        _printed(row),
        _definition(released, row),
        tuple(_notes(row)),
        release=_release(released),
    )
    if explanation.status == "suppressed":
        return explanation
    numbers = tuple(_numbers(released, figure, row, kind))
    parts = tuple(_parts(released, trees, figure, numbers))
    notes = [UNTOLD_NOTE] if any(_untold(part.nodes) for part in parts) else []
    if of := released.related(figure, "divided"):
        notes.append(Words(f"een deel van: {', '.join(of)}", f"a part of: {', '.join(of)}"))
    rows = [one for part in released.lineage(figure).values() for one in part]
    deliveries = tuple(_deliveries(trees, parts, rows, by_hash(removed), feeds))
    notes.extend(_gone(deliveries, removed, feeds))
    met = {d["delivery"] for d in deliveries}
    read = {d["feed"] for d in deliveries}
    waivers: list[Waived] = [
        {**waiver, **_feed_names(waiver["feed"], feeds)}
        for waiver in released.release.rows_of(WaiversRow)
        if waiver["used"] and (waiver["feed"] in read or not waiver["feed"])
    ]
    return replace(
        explanation,
        notes=(*explanation.notes, *notes),
        numbers=numbers,
        parts=parts,
        deliveries=deliveries,
        corrections=[row for row in released.release.rows_of(CorrectionsRow) if row["delivery"] in met],
        waivers=waivers,
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


def _release(released: Released) -> Publication:
    own = released.release.manifest
    return {
        "release": _name(released),
        "status": own.status,
        "institution": own.institution,
        "manifest_sha256": own.sha256,
        "profile": _in_order(own.profile),
        "code": _in_order(own.code),
    }


def _in_order(revision: Revision) -> RevisionRecord:
    return {"sha256": revision.sha256, "version": revision.version}


def _about(trees: Trees, row: Row, kind: str) -> Iterable[tuple[Words, Words]]:
    for name, label in ASPECTS.items():
        aspect = trees.aspect(name, row, kind if name != "theme" else "")
        if aspect is not None:
            nl, en = (f"{text} " for text in (label.nl, label.en))
            yield label, Words(aspect.nl.removeprefix(nl), aspect.en.removeprefix(en))
    if row.get("definition_version"):
        version = str(row["definition_version"])
        yield Words("versie van de definitie", "version of the definition"), Words(version, version)


def _printed(row: Row) -> Words | None:
    return Words(str(row["printed_nl"]), str(row["printed_en"])) if "printed_nl" in row else None


def _definition(released: Released, row: Row) -> Words | None:
    for one in released.release.rows_of(DefinitionsRow) if "indicator" in row else ():
        if (one["indicator"], one["version"]) == (row["indicator"], row["definition_version"]):
            return Words(one["definition_nl"], one["definition_en"])
    return None


def _notes(row: Row) -> Iterable[Words]:
    if row["status"] == "suppressed":
        yield SUPPRESSED
        if row.get("hidden_by"):
            yield HIDDEN_BY[str(row["hidden_by"])]
        return
    for column in COLUMNS:
        yield from words_in(row, column)


def _numbers(released: Released, figure: str, row: Row, kind: str) -> Iterable[Number]:
    table = CATALOGUE[TABLES[kind]]
    parts = released.parts(figure)
    for name, rule in released.rules(figure).items():
        value = fields.number(row.get(name))
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


def _gone(deliveries: Sequence[Delivered], removed: Sequence[Removal], feeds: Mapping[str, Words]) -> Iterable[Words]:
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
    rows: Iterable[LineageRow],
    removed: Mapping[str, Removal],
    feeds: Mapping[str, Words],
) -> Iterable[Delivered]:
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
        known = trees.deliveries.get(delivery)
        named = _feed_names(known["feed"] if known else None, feeds)
        told: Delivered = {
            "delivery": delivery,
            "feed": known["feed"] if known else None,
            "file": known["file"] if known else None,
            "version": known.get("version") if known else None,
            "received_on": known.get("received_on") if known else None,
            "status": known["status"] if known else None,
            "sha256": known.get("sha256") if known else None,
            "cells_corrected": known.get("cells_corrected") if known else None,
            "feed_nl": named["feed_nl"],
            "feed_en": named["feed_en"],
        }
        gone = removed.get(told["sha256"] or "")
        if gone is not None:
            told["removed_on"], told["removed_by"] = gone.on.isoformat(), gone.rule.en
        yield told


def _feed_names(feed: str | None, feeds: Mapping[str, Words]) -> FeedNames:
    """What a feed is called in both languages, if the profile has it still."""
    called = feeds.get(feed or "")
    return {"feed_nl": called.nl if called else None, "feed_en": called.en if called else None}
