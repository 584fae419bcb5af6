"""The spending of several institutions by national theme, and of them together.

An institution counts in a year with all of its amounts or with none: if one of them is not shown, a sum over themes
would otherwise not be that of the totals. Amounts count together that are in the same currency, of the same fiscal
year, and were given after the year was over, or else in the same cycle of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from kwaliteitsmonitor.methods.figures.numbers import numbers
from kwaliteitsmonitor.releases.format import fields
from kwaliteitsmonitor.releases.format.notes import notes_of
from kwaliteitsmonitor.releases.sector.comparable import Traits, agreeing
from kwaliteitsmonitor.releases.sector.indicators import state
from kwaliteitsmonitor.releases.sector.reasons import left_out
from kwaliteitsmonitor.releases.sector.sources import Source
from schemas.figures import PUBLISHED
from schemas.rows import CrosswalkRow, SectorLeftOutRow, SpendingByNationalThemeRow
from schemas.values import AnyRow, Row, Value
from schemas.words import in_columns

SUBJECT = "spending"
"""What rows of `sector_left_out` are about that are made here."""
NATIONAL, NOT_MAPPED, TOTAL = "national", "not_mapped", "total"
AMOUNTS = tuple(PUBLISHED["sector_spending"].parts)
Place = tuple[str, str | None]
"""The kind of a row, and the national theme if it is of one."""
WHOLE: Place = (TOTAL, None)


@dataclass(frozen=True)
class Account:
    """What an institution accounts for in a year, by place; themes of its own that are not mapped are one."""

    source: Source
    year: int
    rows: Sequence[SpendingByNationalThemeRow]

    @property
    def moment(self) -> str:
        """Whether the year was over when the amounts were given."""
        return "year_over" if int(self.source.manifest.cycle[:4]) > self.year else "under_way"

    @property
    def traits(self) -> Traits:
        """By what it may differ from those of others."""
        about = self.source.about
        moment = self.moment if self.moment == "year_over" else f"{self.moment} {self.source.manifest.cycle}"
        return (
            ("other_currency", about["currency"]),
            ("other_fiscal_year", about["fiscal_year_begins"]),
            ("other_moment", moment),
        )

    @property
    def hindrance(self) -> str:
        """Why it cannot count, whatever others give; empty if it can."""
        states = sorted({str(row["status"]) for row in self.rows} - {"ok"}, reverse=True)
        if states:
            return states[0]
        lacking = any(row["budget"] is None or row["realised"] is None for row in self.rows)
        return "not_available" if lacking else ""

    def amounts(self, place: Place) -> dict[str, Decimal | None]:
        """The amounts in a place, as far as they are shown: nothing is spent on a theme of which there is no row."""
        rows = [row for row in self.rows if _place(row) == place]
        return {name: _sum([_amount(row, name) for row in rows]) for name in AMOUNTS}

    def notes(self, place: Place, language: str) -> list[str]:
        """What a release says of its amounts in a place, such as without whom they are."""
        notes = (note for row in self.rows if _place(row) == place for note in notes_of(row, language))
        return list(dict.fromkeys(notes))


def spending(sources: Sequence[Source]) -> tuple[list[Row], list[SectorLeftOutRow]]:
    """The rows of `sector_spending`, and those of `sector_left_out` that are about spending."""
    rows: list[Row] = []
    out: list[SectorLeftOutRow] = []
    by_year: dict[int, dict[str, Account]] = {}
    for source in sources:
        published = source.national
        if not published and any(other.national for other in sources):
            reason = "no_crosswalk" if source.has_spending else "no_spending"
            out.append(left_out(reason, source.institution, SUBJECT))
        for year in sorted({row["reporting_year"] for row in published}):
            own = [row for row in published if row["reporting_year"] == year]
            by_year.setdefault(year, {})[source.institution] = Account(source, year, own)
    names = _names(sources)
    for year in sorted(by_year):
        of_year = by_year[year]
        refused = {name: one.hindrance for name, one in of_year.items() if one.hindrance}
        able = {name: one.traits for name, one in of_year.items() if name not in refused}
        counting, others = agreeing(able)
        rows.extend(_rows(of_year, counting, names))
        giving = [one.institution for one in sources if one.national]
        late = [name for name in giving if name not in of_year]
        refused |= others | dict.fromkeys(late, "other_year")
        out.extend(left_out(refused[name], name, SUBJECT, reporting_year=year) for name in sorted(refused))
    return rows, out


def _rows(accounts: Mapping[str, Account], counting: Sequence[str], names: Mapping[str, CrosswalkRow]) -> list[Row]:
    """The rows of a year: per place those of each institution, then that of those together that compare."""
    places = {_place(row) for one in accounts.values() for row in one.rows}
    order = sorted(places, key=lambda place: ((NATIONAL, NOT_MAPPED, TOTAL).index(place[0]), place[1] or ""))
    members = [accounts[name] for name in counting]
    rows: list[Row] = []
    for place in order:
        for name, account in accounts.items():
            mine = [row["figure_id"] for row in account.rows if _place(row) == place]
            if mine:
                row = _row([account], place, account.amounts(place), account.amounts(WHOLE), names, name)
                own: dict[str, Value] = {"counts": name in counting, "of_figure": mine[0] if len(mine) == 1 else None}
                rows.append(row | own | _notes(partial(account.notes, place)))
        if members:
            added = _added([one.amounts(place) for one in members])
            rows.append(_row(members, place, added, _added([one.amounts(WHOLE) for one in members]), names))
    return rows


def _row(
    accounts: Sequence[Account],
    place: Place,
    amounts: Mapping[str, Decimal | None],
    whole: Mapping[str, Decimal | None],
    names: Mapping[str, CrosswalkRow],
    institution: str | None = None,
) -> dict[str, Value]:
    """The row of an institution, or of institutions together; `whole` are the amounts on all themes."""
    kind, theme = place
    first = accounts[0]
    called = names.get(theme or "")
    return {
        "reporting_year": first.year,
        "kind": kind,
        "national_theme": theme,
        "theme_nl": called["national_nl"] if called else None,
        "theme_en": called["national_en"] if called else None,
        "institution": institution,
        "currency": first.source.about["currency"],
        "moment": first.moment,
        **numbers("sector_spending", amounts, {"whole": whole}),
        "institutions": len(accounts),
        "counts": True,
        "release_status": state(one.source for one in accounts),
        **_notes(partial(_of_each, accounts, place)),
        "figure_id": f"sector:spending:{first.year}:{kind}:{theme or 'all'}:{institution or 'together'}",
        "of_figure": None,
    }


def _notes(said: Callable[[str], Iterable[str]]) -> dict[str, Value]:
    """What is said in each language, in a column of its own."""
    notes = in_columns(said)
    return {"note_nl": notes["note_nl"], "note_en": notes["note_en"]}


def _of_each(accounts: Iterable[Account], place: Place, language: str) -> Iterator[str]:
    """What releases say of the amounts of several institutions, with whose they are."""
    return (f"{one.source.institution}: {note}" for one in accounts for note in one.notes(place, language))


def _names(sources: Sequence[Source]) -> dict[str, CrosswalkRow]:
    """What national themes are called, as the first institution that names one calls it."""
    by_theme: dict[str, CrosswalkRow] = {}
    for source in sources:
        for row in source.tables.crosswalk:
            if row["national_theme"] is not None:
                by_theme.setdefault(row["national_theme"], row)
    return by_theme


def _place(row: SpendingByNationalThemeRow) -> Place:
    return row["kind"], row["national_theme"]


def _amount(row: AnyRow, name: str) -> Decimal | None:
    """An amount of a row, if it is shown."""
    return fields.amount(row[name]) if row["status"] == "ok" else None


def _added(amounts: Sequence[Mapping[str, Decimal | None]]) -> dict[str, Decimal | None]:
    """Amounts added up, each if every institution gives it."""
    return {name: _sum([one[name] for one in amounts]) for name in AMOUNTS}


def _sum(values: Sequence[Decimal | None]) -> Decimal | None:
    """The sum; `None` if one of the values is not there."""
    known = [value for value in values if value is not None]
    return sum(known, Decimal("0.00")) if len(known) == len(values) else None
