"""The progress report as a whole: its front, and its sections in the order in which a board reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from string import ascii_lowercase

from kwaliteitsmonitor.methods.figures.printing import Language
from kwaliteitsmonitor.releases.format.reader import ReleaseReader
from kwaliteitsmonitor.releases.report.contents.by_unit import by_unit
from kwaliteitsmonitor.releases.report.contents.carry_over import carry_over
from kwaliteitsmonitor.releases.report.contents.changes import changed
from kwaliteitsmonitor.releases.report.contents.classes import classes
from kwaliteitsmonitor.releases.report.contents.consultations import councils, panels
from kwaliteitsmonitor.releases.report.contents.definitions import meaning
from kwaliteitsmonitor.releases.report.contents.deliveries import accounts, findings
from kwaliteitsmonitor.releases.report.contents.evaluations import evaluations
from kwaliteitsmonitor.releases.report.contents.indicators import indicators
from kwaliteitsmonitor.releases.report.contents.measures import measures
from kwaliteitsmonitor.releases.report.contents.narrative import story
from kwaliteitsmonitor.releases.report.contents.national import national
from kwaliteitsmonitor.releases.report.contents.provenance import provenance
from kwaliteitsmonitor.releases.report.contents.rounds import rounds
from kwaliteitsmonitor.releases.report.contents.spending import spending
from kwaliteitsmonitor.releases.report.contents.targets import beside
from kwaliteitsmonitor.releases.report.document.model import Block, Document, Section, Table
from kwaliteitsmonitor.releases.report.document.reading import Reading
from schemas.calendar import fiscal_year
from schemas.formula import names_in
from schemas.profile import Profile
from schemas.rows import SpendingOverviewRow
from schemas.words import Words

SECTIONS: tuple[Callable[[Reading], Section | None], ...] = (
    indicators,
    beside,
    spending,
    by_unit,
    national,
    rounds,
    carry_over,
    story,
    measures,
    classes,
    councils,
    panels,
    evaluations,
    accounts,
    findings,
    meaning,
)


def report_of(
    profile: Profile, release: ReleaseReader, language: Language, since: ReleaseReader | None = None
) -> Document:
    """The progress report over a release, in a language.

    A section of which the release has nothing is left out. `since` is an earlier release, such as the one that the
    council saw: the report then says what changed since. Raises `UsageError` if the two cannot be compared, and
    `KwaliteitsmonitorError` if a table of the release is missing or altered.
    """
    reading = Reading(profile, release, language)
    made = [filled(section) for make in SECTIONS if (section := make(reading)) is not None]
    if since is not None:
        made.insert(-1, changed(reading, made, provenance(reading, made), since))
    sections = tuple(_numbered(reading, made))
    return Document(
        reading.language,
        title(reading),
        reading.named(reading.profile.institution),
        tuple(_facts(reading)),
        sections,
        provenance(reading, sections),
    )


def title(reading: Reading) -> str:
    """The title of the report: that of the cycle where it has one, else of the institution, else by what it is about.

    `{year}` in it stands for the reporting year.
    """
    institution, cycle = reading.profile.institution, reading.cycle
    entry = next(one for one in institution.cycles if one.month == int(cycle.key[-2:]))
    plan = reading.house.plan
    own = reading.named(institution.report) if "report" in institution.model_fields_set else ""
    named = reading.named(entry) or own
    named = named or reading.say(f"Voortgangsrapportage {plan} {{year}}", f"Progress report on the {plan} {{year}}")
    return named.replace("{year}", str(cycle.reporting_year))


def filled(section: Section) -> Section:
    """A section without its empty columns: not every institution splits by level, or knows a response."""
    return replace(section, blocks=tuple(_filled(b) if isinstance(b, Table) else b for b in section.blocks))


def _filled(table: Table) -> Table:
    """A table without its empty columns, but for the first, and for those that a formula reads."""
    rows = [row for row in table.rows if row.kind != "heading"]
    rules = (column.formula for column in table.columns if column.formula)
    read = {name.removeprefix("whole.") for rule in rules for name in names_in(rule)}
    kept = [
        place
        for place, column in enumerate(table.columns)
        if place == 0 or column.name in read or any(row.cells[place] != "" for row in rows)
    ]
    if not rows or len(kept) == len(table.columns):
        return table
    columns = tuple(table.columns[place] for place in kept)
    lines = (
        row if row.kind == "heading" else replace(row, cells=tuple(row.cells[place] for place in kept))
        for row in table.rows
    )
    return replace(table, columns=columns, rows=tuple(lines))


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


CALENDAR_YEAR = "01-01"
"""The day on which a fiscal year begins that is a calendar year, which nobody has to be told."""
NAMED = 12
"""So many things that are lacking are named on the front; of more the number is told."""


def _nothing(reading: Reading, status: str) -> str:
    """Of a release that lacks nothing: a draft still waits for its adoption."""
    if status == "draft":
        return reading.say("niets: volledig, nog vast te stellen", "nothing: complete, still to be adopted")
    return reading.say("niets", "nothing")


def _lacking(reading: Reading, lacking: Sequence[Words]) -> str:
    """What a release lacks. Whoever lacks fifty deliveries finds them in the table of deliveries."""
    named = [one.in_language(reading.language) for one in lacking[:NAMED]]
    more = len(lacking) - len(named)
    if more:
        named.append(reading.say(f"en nog {more}", f"and {more} more"))
    return "; ".join(named)


def _facts(reading: Reading) -> Iterator[tuple[str, str]]:
    """The facts on the front: whose report, of when, its status and what it lacks."""
    say, manifest, cycle = reading.say, reading.release.manifest, reading.cycle
    yield say("Instelling", "Institution"), reading.named(reading.profile.institution)
    yield say("Verslagjaar", "Reporting year"), str(cycle.reporting_year)
    yield say("Cyclus", "Cycle"), cycle.key
    if reading.rows(SpendingOverviewRow):
        settled = f"{reading.house.round} {cycle.round}"
        yield (
            say("Besteding", "Spending"),
            say(f"{settled} van {cycle.spending_year}", f"{settled} of {cycle.spending_year}"),
        )
        begins = reading.profile.institution.fiscal_year_begins
        if begins != CALENDAR_YEAR:
            first, last = (reading.day(day) for day in fiscal_year(cycle.spending_year, begins))
            yield (
                say(f"Boekjaar {cycle.spending_year}", f"Fiscal year {cycle.spending_year}"),
                say(f"{first} tot en met {last}", f"{first} to {last}"),
            )
    stands = {"draft": say("concept", "draft"), "final": say("definitief", "final")}
    yield say("Stand", "State"), stands.get(manifest.status, manifest.status)
    if (signed := manifest.sign_off) is not None:
        yield say("Vastgesteld", "Signed off"), f"{signed.role}, {reading.day(signed.on)}: {signed.reason}"
    yield (
        say("Wat ontbreekt", "What is lacking"),
        _lacking(reading, manifest.lacking) or _nothing(reading, manifest.status),
    )
    yield (
        say("Gemaakt met", "Made with"),
        say(
            f"profiel {manifest.profile.version}, Kwaliteitsmonitor {manifest.code.version}",
            f"profile {manifest.profile.version}, Kwaliteitsmonitor {manifest.code.version}",
        ),
    )
