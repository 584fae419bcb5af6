"""The `status` command: who delivered what, what is missing, late, rejected, withdrawn or waiting, and by when."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from assets.common.cycle_tables import CycleTables
from assets.status.deliveries import STATUS_TABLE
from assets.status.findings import places_aside
from assets.status.recognition import LOOKED, Look, Untaken
from assets.status.states import CycleStatus, set_aside, status_of
from kwaliteitsmonitor.foundation.settings import Settings
from kwaliteitsmonitor.foundation.vault.removed import removals
from kwaliteitsmonitor.methods.checks.results import Outcome
from kwaliteitsmonitor.methods.disclosure.outlook import as_json, outlook, remarks
from kwaliteitsmonitor.obligations.obligation import Entry, Kind
from kwaliteitsmonitor.obligations.status_rows import one_row_each
from kwaliteitsmonitor.obligations.wording import lacking, sentence
from kwaliteitsmonitor.readers.findings import COLUMNS, READ_AS
from kwaliteitsmonitor.releases.format.places import current
from pipelines.cli.output import print_json
from pipelines.cli.run_summary import count, day, short
from schemas.consequences import Severity
from schemas.errors import UsageError
from schemas.exports.arrow import to_arrow
from schemas.profile import Feed
from schemas.rows import DeliveryStatusRow
from schemas.tables.shared.code_words import DELIVERY_STATUS
from schemas.words import FILES, ROWS, Words, both, counted

if TYPE_CHECKING:
    from assets.status.findings import Closed
    from schemas.rows import DeliveryStatusRow

NOT_REQUIRED = Words("hoeft niet", "not required")
LATE = Words("! te laat: na de uiterste datum", "! late: after the deadline")
ALARMING = ("missing", "rejected", "not_pulled")
APPROVALS: Mapping[str, Words] = {
    "approved": Words("akkoord", "approved"),
    "rejected": Words("afgewezen", "rejected"),
    "waiting": Words("wacht", "waiting"),
}
WAIVED = Words("ontheffing", "waived")
GONE = Words("niet meer in de aanleverzone", "no longer in the landing zone")
HEADINGS = (
    Words("periode", "period"),
    Words("eenheid", "unit"),
    Words("stand", "state"),
    Words("ontvangen", "received"),
    Words("uiterlijk", "deadline"),
    Words("rijen", "rows"),
    Words("apart", "aside"),
    Words("raad", "council"),
)
SHOWN_OWED = 40
"""So many things that are owed are named; a program reads all of them."""
ALWAYS = 5
"""So many of the columns are shown whether or not anything is in them."""

FIGURES = ("rijen", "rows", "apart", "aside")


def show_status(
    settings: Settings, cycle: str, *, unit: str = "", feed: str = "", form: str = "table", language: str = "nl"
) -> int:
    """Print how the deliveries of a cycle stand, of all units and feeds or of one; `form` is `table` or `json`.

    It shows the result of the last uptake of deliveries; before the first, what is expected of whom and by when. Raises
    `UsageError` for a unit, a feed or a cycle that does not exist.
    """
    profile = settings.profile
    key = profile.cycle_of_agreements(cycle)
    units = {name: u.id for u in profile.units for name in (u.id, *u.aliases)}
    of_unit = _known(unit, units, Words("eenheid", "unit"))
    of_feed = _known(feed, {f.id: f.id for f in profile.feeds}, Words("levering", "feed"))
    today = datetime.now(ZoneInfo(profile.institution.timezone)).date()
    tables = CycleTables(settings.workspace, profile, key.key)
    status = status_of(tables, today)
    rows = [r for r in status.report.rows if of_unit in ("", r["unit"]) and of_feed in ("", r["feed"])]
    shown = _Shown(tables, status, rows, of_unit, of_feed, language)
    if form == "json":
        print_json(shown.to_json(), plain=_plain)
    else:
        shown.print(Console())
    return 0


def _known(name: str, known: Mapping[str, str], what: Words) -> str:
    """The id with a name. Raises `UsageError` if there is none."""
    if not name or name in known:
        return known.get(name, "")
    there = ", ".join(dict.fromkeys(known.values()))
    near = difflib.get_close_matches(name, known, 1)
    raise UsageError(
        f"there is no {what.en} '{name}'",
        expected=f"one of {there}",
        remedy=f"Did you mean '{near[0]}'?" if near else "",
        nl=f"De {what.nl} '{name}' bestaat niet.{f' Bedoelt u {near[0]}?' if near else ''} Kies uit {there}.",
    )


class _Shown:
    """What is shown of a cycle, of these rows, in a language."""

    def __init__(
        self,
        tables: CycleTables,
        status: CycleStatus,
        rows: Sequence[DeliveryStatusRow],
        unit: str,
        feed: str,
        language: str,
    ) -> None:
        self.tables, self.status = tables, status
        self.profile, self.workspace, self.cycle = tables.profile, tables.workspace, tables.cycle
        self.rows, self.unit, self.feed, self.language = rows, unit, feed, language
        self.feeds: dict[str, Feed] = {f.id: f for f in tables.profile.feeds}

    def say(self, words: Words) -> str:
        return words.in_language(self.language)

    def to_json(self) -> dict[str, object]:
        """The status as plain values, for a program to read."""
        return {
            "cycle": self.cycle.key,
            "taken_up": self.status.taken,
            "hidden": as_json(outlook(self.workspace, self.cycle.key, self.profile)),
            "deliveries": to_arrow(STATUS_TABLE, one_row_each(self.rows)).to_pylist(),
            "lacking": [both(one) for one in self.status.lacking],
            "lacking_nl": [one.nl for one in self.status.lacking],
            "lacking_en": [one.en for one in self.status.lacking],
            "obligations": [
                row
                for row in self.status.owed.rows()
                if self.unit in ("", row["unit"]) and self.feed in ("", row["feed"])
            ],
            "set_aside": {"open": self._open(), "closed": sum(c.items for c in self._closed())},
            "closed": [asdict(c) for c in self._closed()],
            "not_recognised": [asdict(u) for u in self._passed_over() if not u.other_period],
            "of_other_periods": [u.path for u in self._passed_over() if u.other_period],
        }

    def print(self, console: Console) -> None:
        """All of it for a person to read: a block per feed, in columns of one width."""
        title = self.say(Words(f"Leveringen voor cyclus {self.cycle.key}", f"Deliveries for cycle {self.cycle.key}"))
        rows = one_row_each(self.rows)
        lines = [(row["feed"], self._cells(row)) for row in rows]
        shown = [i for i in range(len(HEADINGS)) if i < ALWAYS or any(cells[i] for _, cells in lines)]
        headings = [self.say(HEADINGS[i]) for i in shown]
        widths = [
            max([cell_len(heading), *(Text.from_markup(cells[i]).cell_len for _, cells in lines)])
            for i, heading in zip(shown, headings, strict=True)
        ]
        console.print(f"[bold]{title}[/]")
        if lines:
            console.print(_block(headings, widths, [headings], style="dim"))
        for feed, of_feed in groupby(lines, key=itemgetter(0)):
            console.print(f"[bold]{escape(self._name(feed))}[/]", highlight=False)
            console.print(_block(headings, widths, [[cells[i] for i in shown] for _, cells in of_feed]))
        counts = Counter(self._stand(row) for row in rows)
        console.print(", ".join(f"{n} {stand}" for stand, n in sorted(counts.items())), highlight=False)
        if any(row["late"] for row in self.rows):
            console.print(self.say(LATE), highlight=False)
        for line in (
            *self._remarks(),
            *self._owed(),
            *self._set_aside(),
            *self._not_taken(),
            *self._removed(),
            *self._hidden(),
            *self._where(),
        ):
            console.print(line, highlight=False, soft_wrap=True)

    def _name(self, feed: str) -> str:
        of_feed = self.feeds[feed]
        return of_feed.nl if self.language == "nl" else of_feed.en

    def _cells(self, row: DeliveryStatusRow) -> list[str]:
        stand = escape(self._stand(row))
        alarming = row["status"] in ALARMING and row["required"] and not row["waived_because"]
        approval = self.say(APPROVALS[row["approval"]]) if row["approval"] else ""
        return [
            row["period"] or "",
            row["unit"] or "",
            f"[red]{stand}[/]" if alarming else stand,
            day(row["received_on"]) + ("[yellow]![/]" if row["late"] else ""),
            day(row["deadline"]),
            count(row["rows_received"]),
            count(row["rows_quarantined"]),
            approval,
        ]

    def _stand(self, row: DeliveryStatusRow) -> str:
        if row["status"] == "missing" and not row["required"]:
            return self.say(NOT_REQUIRED)
        return self.say(DELIVERY_STATUS[row["status"]])

    def _remark(self, row: DeliveryStatusRow) -> str:
        """Why a delivery stands as it does, and what became of its file."""
        remarks_ = []
        if row["waived_because"]:
            remarks_.append(f"{self.say(WAIVED)}: {row['waived_because']}")
        reason = row["reason_nl"] if self.language == "nl" else row["reason_en"]
        if reason:
            remarks_.append(reason)
        if row["cells_corrected"]:
            cells = row["cells_corrected"]
            remarks_.append(self.say(Words(f"gecorrigeerde cellen: {cells}", f"cells corrected: {cells}")))
        if row["in_landing_zone"] is False and row["status"] not in ("superseded", "withdrawn"):
            remarks_.append(self.say(GONE))
        several = sum(bool(other["file"]) and _same(other, row) for other in self.rows) > 1
        if several and not remarks_:
            remarks_.append(self.say(DELIVERY_STATUS[row["status"]]))
        if row["file"] and remarks_:
            remarks_.insert(0, row["file"])
        return "".join(sign for sign in "; ".join(remarks_) if sign.isprintable())

    def _remarks(self) -> list[str]:
        """What there is to say of single deliveries, a line each."""
        lines = []
        for row in self.rows:
            remark = "; ".join(filter(None, (self._remark(row), *self._of_its_sheets(row))))
            if remark:
                whose = " ".join(filter(None, (self._name(row["feed"]), row["period"], row["unit"])))
                lines.append(escape(f"{whose}: {remark}"))
        return lines

    def _of_its_sheets(self, row: DeliveryStatusRow) -> list[str]:
        """What is to be said of the sheets and columns of a delivery that counts: not there, or not read."""
        if row["status"] not in ("accepted", "partly_accepted"):
            return []
        begin = f"{row['file']}: "
        details = [d.removeprefix(begin) for d in self._details(row["feed"]) if d.startswith(begin)]
        return [f"{row['file']}: {'; '.join(details)}"] if details else []

    @cache  # noqa: B019 - lives as long as the command
    def _details(self, feed: str) -> list[str]:
        """What staging found of whole files of a feed that their senders may have to mend."""
        record = self.tables.feed(feed)
        return [
            self.say(r.detail)
            for r in (record.results if record else ())
            if r.outcome is Outcome.FAILED
            and r.detail
            and r.severity is not Severity.INFO
            and r.rule.endswith((f".{COLUMNS}", f".{READ_AS}"))
        ]

    def _still(self) -> list[Entry]:
        """What still has to come, of the units and feeds that are shown; whole deliveries stand among the rows."""
        return [
            one
            for one in self.status.owed.open()
            if one.owed.kind is not Kind.DELIVERY
            and self.unit in ("", one.owed.unit)
            and self.feed in ("", one.owed.feed)
        ]

    def _owed(self) -> list[str]:
        """What was to stand in the deliveries and still has to come, a line each; nothing before any was taken up."""
        still = self._still() if self.status.states and any(row["file"] for row in self.rows) else []
        if not still:
            return []
        named = [sentence(lacking(self.profile, one)) for one in still[:SHOWN_OWED]]
        lines = [f"[yellow]{escape(self.say(one))}[/]" for one in named]
        more = len(still) - len(named)
        if more:
            lines.append(
                self.say(
                    Words(
                        f"En nog {more}; de tabel obligations noemt alles.",
                        f"And {more} more; the table obligations has all of it.",
                    )
                )
            )
        return lines

    def _open(self) -> int:
        """How many rows are set aside now, of the deliveries that are shown; also of those that do not count for it."""
        files = [str(path) for path in set_aside(self.tables)]
        return places_aside(files, [row["delivery"] for row in self.rows if row["delivery"]])

    def _closed(self) -> list[Closed]:
        return [c for c in self.status.closed if self.unit in ("", c.unit) and self.feed in ("", c.feed)]

    def _passed_over(self) -> list[Untaken]:
        """The files that no feed took when the status was last made; they are of no unit that anyone knows."""
        kept = self.workspace.read_json_or_none(self.cycle.key, "status", LOOKED)
        look = Look.from_json(kept) if kept else Look()
        return [u for u in look.untaken if self.feed in ("", u.feed)]

    def _set_aside(self) -> list[str]:
        closed = sum(c.items for c in self._closed())
        if not self.status.states or not any(row["file"] for row in self.rows):
            return []
        still = counted(self._open(), ROWS)
        lines = [
            self.say(
                Words(
                    f"Apart gezet: {still.nl} open, {closed} afgehandeld.",
                    f"Set aside: {still.en} open, {closed} closed.",
                )
            )
        ]
        by_file = Counter[tuple[str, str]]()
        for c in self._closed():
            by_file[(c.file, c.closed_by)] += c.items
        for (file, closed_by), items in sorted(by_file.items()):
            lines.append(
                escape(
                    self.say(
                        Words(
                            f"  {items} van {file} afgehandeld door {closed_by}",
                            f"  {items} of {file} closed by {closed_by}",
                        )
                    )
                )
            )
        return lines

    def _not_taken(self) -> list[str]:
        lines = []
        for u in self._passed_over():
            if u.other_period:
                continue
            meant = Words(f"; wellicht bedoeld: {u.meant}", f"; perhaps meant: {u.meant}")
            words = Words(f"Niet herkend: {u.path}", f"Not recognised: {u.path}")
            if u.refused:
                words = Words(f"{u.path}: {u.refused.nl}", f"{u.path}: {u.refused.en}")
                meant = Words("", "")
            lines.append(f"[yellow]{escape(self.say(words) + (self.say(meant) if u.meant else ''))}[/]")
        other = sum(u.other_period for u in self._passed_over())
        if other:
            files = counted(other, FILES)
            nl, en = "Van een periode die deze cyclus niet leest", "Of a period that this cycle does not read"
            lines.append(self.say(Words(f"{nl}: {files.nl}.", f"{en}: {files.en}.")))
        return lines

    def _removed(self) -> list[str]:
        """Of which deliveries of this cycle the bytes are no longer kept, so that it cannot be run again."""
        names = {row["file"] for row in self.rows}
        gone = [one for one in removals(self.workspace) if names & {file.path for file in one.files}]
        return [
            self.say(
                Words(
                    f"{self._name(one.feed)} {one.period}: verwijderd op {day(one.on)}, {one.rule.nl}; "
                    "deze cyclus kan niet opnieuw worden gedraaid.",
                    f"{self._name(one.feed)} {one.period}: removed on {one.on.isoformat()}, {one.rule.en}; "
                    "this cycle cannot be run again.",
                )
            )
            for one in gone
            if one.feed in self.feeds
        ]

    def _hidden(self) -> list[str]:
        """What is hidden of the evaluations, of all units and feeds together."""
        cells = None if self.unit or self.feed else outlook(self.workspace, self.cycle.key, self.profile)
        return [escape(self.say(words)) for words in remarks(cells)]

    def _where(self) -> list[str]:
        release = current(self.workspace, self.cycle.key)
        if not any(state.taken for state in self.status.states):
            nothing = Words(
                f"Er is nog niets opgehaald voor cyclus {self.cycle.key}: dit is wat verwacht wordt, en wanneer.",
                f"Nothing was taken up yet for cycle {self.cycle.key}: this is what is expected, and by when.",
            )
            return [self.say(nothing)]
        if release is None:
            return [
                self.say(Words("Er is nog geen uitgave van deze cyclus.", "There is no release of this cycle yet."))
            ]
        return [self.say(Words("Uitgave", "Release")) + f" {self.cycle.key} {release.name}: {short(release)}"]


def _block(headings: Sequence[str], widths: Sequence[int], rows: Sequence[Sequence[str]], style: str = "") -> Table:
    """Rows in columns of these widths; figures stand to the right."""
    block = Table(box=None, show_header=False, pad_edge=False, collapse_padding=True, style=style)
    for heading, width in zip(headings, widths, strict=True):
        block.add_column(width=width, no_wrap=True, justify="right" if heading in FIGURES else "left")
    for row in rows:
        block.add_row(*row)
    return block


def _same(one: DeliveryStatusRow, other: DeliveryStatusRow) -> bool:
    return (one["feed"], one["period"], one["unit"]) == (other["feed"], other["period"], other["unit"])


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
