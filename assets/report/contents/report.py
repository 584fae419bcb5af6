"""The progress report as a whole: its front, and its sections in the order in which a board reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from string import ascii_lowercase

from assets.indicators.printing import Language
from assets.report.contents.accounts import accounts, findings
from assets.report.contents.by_unit import by_unit
from assets.report.contents.carry_over import carry_over
from assets.report.contents.changed import changed
from assets.report.contents.evaluations import evaluations
from assets.report.contents.indicators import indicators
from assets.report.contents.meaning import meaning
from assets.report.contents.measures import measures
from assets.report.contents.provenance import provenance
from assets.report.contents.rounds import rounds
from assets.report.contents.spending import spending
from assets.report.contents.story import story
from assets.report.contents.talks import councils, panels
from assets.report.document import Block, Document, Section, Table
from assets.report.reading import Reading, published
from schemas.profile import Profile
from schemas.words import half

SECTIONS: tuple[Callable[[Reading], Section | None], ...] = (
    indicators,
    spending,
    by_unit,
    rounds,
    carry_over,
    story,
    measures,
    councils,
    panels,
    evaluations,
    accounts,
    findings,
    meaning,
)


def report_of(profile: Profile, release: Path, language: Language, since: Path | None = None) -> Document:
    """The progress report over the release in a folder, in a language.

    The folder holds `manifest.json` and `tables/*.parquet`; it need not be published yet. A section of which the
    release has nothing is left out. `since` is the folder of an earlier release, such as the one that the council saw:
    the report then tells what changed since. Raises `UsageError` where there is no release or the two cannot be
    compared, and `KwaliteitsmonitorError` where a table of the release is missing or altered.
    """
    return composed(Reading(profile, published(release), language), release, since)


def composed(reading: Reading, release: Path, since: Path | None = None) -> Document:
    """The progress report over the release in a folder, which was read; see `report_of`."""
    made = [section for make in SECTIONS if (section := make(reading)) is not None]
    if since is not None:
        made.insert(-1, changed(reading, made, provenance(reading, made), since, release))
    sections = tuple(_numbered(reading, made))
    institution = reading.profile.institution
    year = reading.cycle.reporting_year
    return Document(
        reading.language,
        reading.say(
            f"Voortgangsrapportage kwaliteitsafspraken {year}", f"Progress report on the quality agreements {year}"
        ),
        reading.named(institution),
        tuple(_facts(reading)),
        sections,
        provenance(reading, sections),
    )


def _numbered(reading: Reading, sections: Iterable[Section]) -> Iterator[Section]:
    """The sections with their tables numbered: `Tabel 3` is the first table of a section, `Tabel 3a` its second."""
    number = 0
    for section in sections:
        tables = [block for block in section.blocks if isinstance(block, Table)]
        number += bool(tables)
        names = {
            table.id: reading.say(f"Tabel {number}{letter}", f"Table {number}{letter}")
            for table, letter in zip(tables, ["", *ascii_lowercase], strict=False)
        }
        yield replace(section, blocks=tuple(_captioned(block, names) for block in section.blocks))


def _captioned(block: Block, names: Mapping[str, str]) -> Block:
    if isinstance(block, Table) and block.id in names:
        return replace(block, caption=f"{names[block.id]}. {block.caption}")
    return block


def _facts(reading: Reading) -> Iterator[tuple[str, str]]:
    """What stands on the front: whose report, of when, how far it is and what it lacks."""
    say, manifest, cycle = reading.say, reading.release.manifest, reading.cycle
    yield say("Instelling", "Institution"), reading.named(reading.profile.institution)
    yield say("Verslagjaar", "Reporting year"), str(cycle.reporting_year)
    yield say("Cyclus", "Cycle"), cycle.key
    yield (
        say("Besteding", "Spending"),
        say(
            f"BFR {cycle.round} van {cycle.spending_year}",
            f"BFR {cycle.round} of {cycle.spending_year}",
        ),
    )
    stands = {"draft": say("concept", "draft"), "final": say("definitief", "final")}
    yield say("Stand", "State"), stands.get(manifest["status"], str(manifest["status"]))
    signed = manifest.get("sign_off")
    if signed:
        day = reading.day(date.fromisoformat(signed["date"]))
        yield say("Vastgesteld", "Signed off"), f"{signed['role']}, {day}: {signed['reason']}"
    lacking = [half(one, reading.language) for one in manifest["lacking"]]
    yield say("Wat ontbreekt", "What is lacking"), "; ".join(lacking) or say("niets", "nothing")
    yield (
        say("Gemaakt met", "Made with"),
        say(
            f"profiel {manifest['profile']['version']}, Kwaliteitsmonitor {manifest['code']['version']}",
            f"profile {manifest['profile']['version']}, Kwaliteitsmonitor {manifest['code']['version']}",
        ),
    )
