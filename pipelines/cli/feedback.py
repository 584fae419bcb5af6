"""The `feedback` command: take up what was delivered, and give it back with what is to be mended marked in it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.console import Console

from kwaliteitsmonitor.foundation.settings import Settings
from pipelines.cli.options import WorkbookOptions
from pipelines.cli.template import places_for, write
from schemas.errors import UsageError
from schemas.profile import Feed, Profile
from schemas.words import Words
from schemas.written import day_in_words, number

if TYPE_CHECKING:
    from assets.common.cycle_tables import CycleTables
    from kwaliteitsmonitor.exchange.workbooks.comments import Remark
    from kwaliteitsmonitor.exchange.workbooks.feedback import Delivered
    from kwaliteitsmonitor.exchange.workbooks.summary import Received, Still
    from kwaliteitsmonitor.methods.checks.results import RuleResult
    from kwaliteitsmonitor.obligations.periods import Expected
    from kwaliteitsmonitor.readers.delivery import Delivery
    from schemas.rows import DeliveryStatusRow, QuarantineRow

STAGED, STATUS, STATUS_TABLE = "staged", "status", "delivery_status"
MEND = 3
"""The exit code that says that something is to be mended."""
ATTEMPTS = 3
_PAUSE = 2.0


def write_feedback(settings: Settings, cycle: str, workbook: WorkbookOptions) -> int:
    """Take up a feed, and write what a unit delivered back with its findings; returns the exit code.

    Raises `UsageError` if nothing was delivered, or a file stands in the way.
    """
    from kwaliteitsmonitor.exchange.workbooks.feedback import feedback, name_of
    from kwaliteitsmonitor.exchange.workbooks.request import expected_of, feed_of, unit_of

    profile = settings.profile
    key = profile.cycle_of_agreements(cycle).key
    whose = unit_of(profile, workbook.unit).id if workbook.unit else ""
    chosen = feed_of(profile, workbook.feed, by_unit=bool(whose), workbook=False)
    expected = expected_of(profile, profile.cycle(key), chosen, workbook.period)
    began = time.monotonic()
    deliveries = _taken_up(settings, key, chosen, expected, whose)
    every = [_delivered(settings, key, chosen, expected, group) for group in _by_subject(deliveries)]
    spoken = workbook.language or profile.institution.languages[0]
    passed_over = _passed_over(settings, key, chosen, expected, whose)
    for message in passed_over:
        Console().print(message.in_language(spoken), highlight=False, soft_wrap=True, markup=False)
    if not every:
        raise _nothing(profile, chosen, expected, whose)
    places = places_for([name_of(one, spoken) for one in every], workbook.to, workbook.replace)
    console = Console()
    to_mend = 0
    for one, place in zip(every, places, strict=True):
        content, received = feedback(one, spoken)
        write(place, content)
        _tell(console, received, str(place), spoken)
        to_mend += received.to_mend
    took = number(time.monotonic() - began, digits=1)
    console.print(Words(f"Klaar in {took.nl} s.", f"Done in {took.en} s.").in_language(spoken), highlight=False)
    return MEND if to_mend or passed_over else 0


def _taken_up(settings: Settings, cycle: str, feed: Feed, expected: Expected, unit: str) -> list[Delivery]:
    """The deliveries of a unit over a period, once the feed was taken up and none of them is still arriving."""
    from kwaliteitsmonitor.readers.delivery import Standing
    from pipelines.cli.run import take_up_feed

    deliveries: list[Delivery] = []
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(_PAUSE)  # a file that was put there a moment ago is read once it is whole
        for one in _to_take_up(settings, cycle, feed):
            take_up_feed(settings, cycle, one)
        deliveries = [d for d in _deliveries(settings, cycle, feed) if (d.period, d.unit) == (expected.period, unit)]
        if not any(d.standing is Standing.ARRIVING for d in deliveries):
            break
    return deliveries


def _to_take_up(settings: Settings, cycle: str, feed: Feed) -> list[Feed]:
    """The feed, and before it the decisions about it, as far as they are not staged as they stand now.

    What was staged by an earlier form of the profile is staged again, and what comes from a database always is.
    """
    from assets.decisions.records import decides
    from schemas.profile.feeds import is_pulled

    workspace, profile = settings.workspace, settings.profile
    register = [f for f in profile.feeds if decides(f) and f.id != feed.id and _has_changed(settings, cycle, f)]
    staged = workspace.step(cycle, STAGED) / f"{feed.id}.json"
    status = workspace.path(cycle, STATUS, STATUS_TABLE)
    files = list(profile.folder.glob("*.*"))
    again = (
        bool(register)
        or is_pulled(feed)
        or not (staged.is_file() and status.is_file())
        or any(path.stat().st_mtime > staged.stat().st_mtime for path in files)
        or _has_changed(settings, cycle, feed)
    )
    return [*register, *([feed] if again else [])]


def _has_changed(settings: Settings, cycle: str, feed: Feed) -> bool:
    """Whether the files of a feed are others than were last taken up."""
    from assets.common.cycle_tables import CycleTables
    from assets.decisions.records import decisions_of
    from assets.delivered.collect import collect
    from assets.staged.uptake import contents
    from kwaliteitsmonitor.connectors.landing import Landing
    from kwaliteitsmonitor.readers.delivery import Standing
    from kwaliteitsmonitor.readers.feed_record import taken_up

    workspace, profile = settings.workspace, settings.profile
    landing = Landing(settings.landing_url, profile.institution.timezone)
    deliveries = collect(workspace, profile, profile.cycle(cycle), feed, landing, None)
    if any(d.standing is Standing.ARRIVING for d in deliveries):
        return True
    now = contents(feed, deliveries, decisions_of(CycleTables(workspace, profile, cycle)))
    return now != taken_up(workspace, cycle, feed.id).contents


def _deliveries(settings: Settings, cycle: str, feed: Feed) -> list[Delivery]:
    from kwaliteitsmonitor.readers.feed_record import demand_record

    return [*demand_record(settings.workspace, cycle, feed.id).deliveries]


def _by_subject(deliveries: Iterable[Delivery]) -> list[list[Delivery]]:
    """The versions of each thing that was delivered, oldest first; copies and what was withdrawn are left out."""
    from kwaliteitsmonitor.readers.delivery import Standing

    groups: dict[tuple[str | int, ...], list[Delivery]] = {}
    for delivery in deliveries:
        if delivery.standing in (Standing.CURRENT, Standing.SUPERSEDED):
            groups.setdefault(delivery.subject, []).append(delivery)
    return [sorted(group, key=lambda d: d.version) for group in groups.values()]


def _delivered(settings: Settings, cycle: str, feed: Feed, expected: Expected, versions: list[Delivery]) -> Delivered:
    """The newest delivery of a thing and what staging made of it; one that could not be read is reported as such."""
    from assets.common.cycle_tables import CycleTables
    from assets.staged.instead import instead
    from kwaliteitsmonitor.exchange.workbooks.feedback import Delivered
    from kwaliteitsmonitor.readers.delivery import Standing

    newest = versions[-1]
    counted = next((d for d in reversed(versions) if d.standing is Standing.CURRENT), None)
    workspace, profile = settings.workspace, settings.profile
    remarks = _remarks(CycleTables(workspace, profile, cycle), feed, newest)
    today = datetime.now(ZoneInfo(profile.institution.timezone)).date()
    tables = CycleTables(workspace, profile, cycle)
    of_tables = tables.demand_feed(feed.id).tallies
    tallies = {name: of[newest.id] for name, of in of_tables.items() if newest.id in of}
    name = f"{feed.id}.quarantine"
    rows: list[QuarantineRow] = tables.made(STAGED, name).to_pylist() if tables.is_staged(name) else []
    quarantine = [row for row in rows if row["delivery"] == newest.id]
    return Delivered(
        workspace,
        profile,
        feed,
        expected,
        newest,
        quarantine,
        tallies,
        remarks,
        refused=None if quarantine else newest.reason,
        lost=newest.reason if quarantine else None,
        counts=counted.path if counted and counted != newest else "",
        replaced={name: one.path for name, one in instead(versions, of_tables).get(newest.id, {}).items()},
        owed=_owed(settings, cycle, feed, newest, quarantine),
        on=today,
    )


def _owed(
    settings: Settings, cycle: str, feed: Feed, delivery: Delivery, quarantine: Iterable[QuarantineRow] = ()
) -> list[Still]:
    """What the sender of a delivery still owes for the cycle today, by the register; of a central one, all in it.

    It is to be mended here if it belongs in this delivery, is due and waits for nobody else. If rows of its sheet
    are set aside, those are what there is to mend.
    """
    from assets.common.cycle_tables import CycleTables
    from assets.status.states import status_of
    from kwaliteitsmonitor.exchange.workbooks.summary import Still
    from kwaliteitsmonitor.obligations.obligation import TABLES, Entry, State
    from kwaliteitsmonitor.obligations.wording import lacking, sentence

    profile = settings.profile
    today = datetime.now(ZoneInfo(profile.institution.timezone)).date()
    register = status_of(CycleTables(settings.workspace, profile, cycle), today).owed
    aside = {row["table"] for row in quarantine}

    def within(one: Entry) -> bool:
        return (one.owed.feed, one.owed.period) == (feed.id, delivery.period)

    def here(one: Entry) -> bool:
        own = within(one) and one.state is State.OPEN and one.detail is None
        return own and TABLES.get(one.owed.kind) not in aside

    return [
        Still(sentence(lacking(profile, one)), here(one))
        for one in register.open()
        if one.owed.unit == delivery.unit or (not delivery.unit and within(one))
    ]


def _remarks(tables: CycleTables, feed: Feed, delivery: Delivery) -> list[Remark]:
    """What the status of a delivery says of it: late, or waiting for its council; and columns of mixed notation."""
    from assets.status.unowed_measures import unowed_measures
    from kwaliteitsmonitor.exchange.workbooks import comments as remarks

    notes = []
    status: list[DeliveryStatusRow] = tables.made(STATUS, STATUS_TABLE).to_pylist()
    for row in status:
        if row["feed"] == feed.id and row["delivery"] == delivery.id:
            if row["late"] and row["received_on"] and row["deadline"]:
                notes.append(remarks.late(row["received_on"], row["deadline"], row["status"]))
            if row["cells_corrected"]:
                notes.append(remarks.corrected(row["cells_corrected"]))
            if row["approval"] in ("waiting", "rejected"):
                notes.append(remarks.approval(row["approval"], _council(tables.profile, delivery.unit)))
    notes.extend(_of_cells(tables.demand_feed(feed.id).results, delivery))
    for result in unowed_measures(tables, {delivery.id: delivery.path}):
        cells = [cell for cell in result.cells if isinstance(cell, str)]
        own = [cell.removeprefix(f"{delivery.path} ") for cell in cells if cell.startswith(f"{delivery.path} ")]
        notes.extend([remarks.of_others(", ".join(own))] if own else [])
    return notes


def _of_cells(results: Iterable[RuleResult], delivery: Delivery) -> list[Remark]:
    """What is to be said of cells whose rows stay: columns of mixed notation, dates far from their period."""
    from kwaliteitsmonitor.exchange.workbooks import comments as remarks

    prefix = f"{delivery.path}: "
    remark = {"notation": remarks.mixed, "window": remarks.outside}
    return [
        remark[aspect](Words(one.detail.nl.removeprefix(prefix), one.detail.en.removeprefix(prefix)), one.places)
        for one in results
        if (aspect := one.rule.rpartition(".")[2]) in remark and one.detail and one.detail.nl.startswith(prefix)
    ]


def _council(profile: Profile, unit: str) -> Words:
    council = next((u.council for u in profile.units if u.id == unit), "")
    declared = next((c for c in profile.institution.councils if c.id == council), None)
    return Words(declared.nl, declared.en) if declared else Words("raad", "council")


def _passed_over(settings: Settings, cycle: str, feed: Feed, expected: Expected, unit: str) -> list[Words]:
    """What is to be said of files that no feed took and that this delivery may be meant by."""
    from assets.status.recognition import Untaken, of_unit, untaken, what_to_do
    from kwaliteitsmonitor.connectors.landing import Landing
    from kwaliteitsmonitor.exchange.workbooks.request import path_of
    from kwaliteitsmonitor.obligations.subjects import unit_names
    from kwaliteitsmonitor.readers.delivery import Standing
    from schemas.profile.feeds import comes_by_file

    if not comes_by_file(feed):
        return []
    profile = settings.profile
    files = Landing(settings.landing_url, profile.institution.timezone).files()
    names = [name for name, one in unit_names(profile).items() if one == unit] if unit else []
    (place, *_) = path_of(feed, expected, unit)
    unplaced = [
        Untaken(d.path, feed.id, "", other_period=False, refused=d.reason if d.unit else None)
        for d in _deliveries(settings, cycle, feed)
        if d.standing is Standing.UNPLACED and d.unit in ("", unit) and d.period == expected.period
    ]
    passed_over = of_unit([*untaken(profile, profile.cycle(cycle), files), *unplaced], feed.id, names, place)
    return [what_to_do(one, place) for one in passed_over]


def _nothing(profile: Profile, feed: Feed, expected: Expected, unit: str) -> UsageError:
    from kwaliteitsmonitor.exchange.workbooks.request import path_of
    from kwaliteitsmonitor.exchange.workbooks.words import day
    from kwaliteitsmonitor.obligations.periods import deadline

    places = path_of(feed, expected, unit)
    whose = unit or profile.institution.nl
    return UsageError(
        f"there is no delivery of {feed.id} by {whose} yet",
        where=expected.period,
        expected=" or ".join(places) + f", by {day(deadline(feed, expected), 'en')}",
        remedy="`kwaliteitsmonitor template` writes the workbook to fill in.",
        nl=f"Van {whose} is nog niets ontvangen: {feed.nl}{f', {expected.period}' if expected.period else ''}. "
        f"Lever aan als {' of '.join(places)}. {_due(deadline(feed, expected))}",
    )


def _due(last: date | None) -> str:
    if last is None:
        return "Er is geen uiterste datum."
    return f"De uiterste datum {'was' if last < datetime.now(UTC).date() else 'is'} {day_in_words(last).nl}."


def _tell(console: Console, received: Received, place: str, language: str) -> None:
    """Say in a few lines what there is to mend, and where the workbook is."""
    from kwaliteitsmonitor.exchange.workbooks.summary import verdict
    from schemas.consequences import Severity

    console.print(f"{received.file}: {verdict(received).in_language(language)}", highlight=False, soft_wrap=True)
    for item in received.items[:SHOWN]:
        cell, value = item.place.in_language(language), item.actual.in_language(language)
        where = f"{item.sheet}!{cell}" if item.sheet else cell
        console.print(
            f"  {where}  {value}  →  {item.expected.in_language(language)}",
            highlight=False,
            soft_wrap=True,
            markup=False,
        )
    for one in received.owed[:SHOWN]:
        if one.here:
            console.print(f"  {one.text.in_language(language)}", highlight=False, soft_wrap=True, markup=False)
    if len(received.items) > SHOWN:
        console.print(
            "  "
            + Words(f"… en nog {len(received.items) - SHOWN}", f"… and {len(received.items) - SHOWN} more").in_language(
                language
            ),
            highlight=False,
        )
    for remark in received.remarks:
        if remark.severity is not Severity.INFO:
            sheet = f"{remark.sheet}: " if remark.sheet else ""
            console.print(
                f"  {sheet}{remark.text.in_language(language)}", highlight=False, soft_wrap=True, markup=False
            )
    console.print(place, highlight=False, soft_wrap=True)


SHOWN = 12
