"""A release as a report reads it: its tables and its manifest, with the names that the profile gives to codes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from kwaliteitsmonitor.methods.figures.house_words import House
from kwaliteitsmonitor.methods.figures.printing import Language
from kwaliteitsmonitor.releases.format.manifest import demand_known_format
from schemas.calendar import Cycle
from schemas.errors import KwaliteitsmonitorError, UsageError
from schemas.profile import Profile
from schemas.profile.themes import Theme
from schemas.profile.units import Unit
from schemas.words import Words, both, half, things

Row = Mapping[str, Any]

TABLES = (
    "approvals",
    "carry_over",
    "classifications",
    "corrections",
    "council_consultations",
    "crosswalk",
    "definitions",
    "delivery_status",
    "evaluation_results",
    "indicator_targets",
    "indicator_values",
    "lineage",
    "measures",
    "measures_by_class",
    "national_theme_counts",
    "obligations",
    "panel_discussions",
    "quality_results",
    "reference_values",
    "spending_by_national_theme",
    "spending_by_unit",
    "spending_explanations",
    "spending_forecasts",
    "spending_overview",
    "spending_plan_versions",
    "spending_rounds",
    "waivers",
)
"""The tables that a report tells of."""


@dataclass(frozen=True)
class Published:
    """What a release holds: its manifest, and the rows of each table by name."""

    manifest: Mapping[str, Any]
    tables: Mapping[str, Sequence[Row]]

    @cached_property
    def evidence(self) -> Mapping[str, Sequence[Row]]:
        """The rows of `lineage` by figure id."""
        found: dict[str, list[Row]] = {}
        for row in self.tables["lineage"]:
            found.setdefault(row["figure_id"], []).append(row)
        return found


def published(release: Path) -> Published:
    """What the release in a folder holds; a table that it does not have is empty.

    Raises `UsageError` where the folder holds no release, and `KwaliteitsmonitorError` where a table of which the
    manifest speaks is missing, altered or unreadable.
    """
    path = release / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(
            "there is no release here", where=str(release), expected="a folder with a manifest.json"
        ) from error
    except (OSError, ValueError) as error:
        raise _not_whole(path, "cannot be read") from error
    demand_known_format(release)
    return Published(manifest, {name: _rows(release, name, manifest["files"]) for name in TABLES})


def _rows(release: Path, name: str, files: Mapping[str, str]) -> list[dict[str, Any]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    expected = files.get(f"tables/{name}.parquet")
    if expected is None:
        return []
    path = release / "tables" / f"{name}.parquet"
    try:
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != expected:
            raise _not_whole(path, "was altered: its SHA-256 is not that of the manifest")
        return [dict(row) for row in pq.read_table(pa.BufferReader(content)).to_pylist()]
    except FileNotFoundError as error:
        raise _not_whole(path, "is missing") from error
    except (OSError, pa.ArrowInvalid) as error:
        raise _not_whole(path, "cannot be read") from error


def _not_whole(path: Path, what: str) -> KwaliteitsmonitorError:
    return KwaliteitsmonitorError(
        f"the release is not whole: {path.name} {what}",
        where=str(path.parent),
        remedy="Nothing was rendered. Run the cycle again, or put the release back from a copy.",
    )


@dataclass(frozen=True)
class Reading:
    """A release read in one language, with the profile of its institution."""

    profile: Profile
    release: Published
    language: Language

    def rows(self, table: str, year: int | None = None) -> list[Row]:
        """The rows of a table, of one reporting year where that is given."""
        rows = self.release.tables[table]
        return [row for row in rows if year is None or row["reporting_year"] == year]

    @cached_property
    def cycle(self) -> Cycle:
        """The cycle of the release."""
        return self.profile.cycle(str(self.release.manifest["cycle"]))

    @cached_property
    def themes(self) -> Mapping[str, Theme]:
        """The themes by id, in the order of the profile."""
        return {theme.id: theme for theme in self.profile.themes}

    @cached_property
    def units(self) -> Mapping[str, Unit]:
        """The units by id, in the order of the profile."""
        return {unit.id: unit for unit in self.profile.units}

    @cached_property
    def house(self) -> House:
        """The institution's own words, in the language of the report."""
        return House.of(self.profile.institution.words, self.language)

    def say(self, nl: str, en: str) -> str:
        """What is said in the language of the report."""
        return nl if self.language == "nl" else en

    def word(self, words: Mapping[str, Words], code: str | None) -> str:
        """The word for a code, or the code itself where there is none; nothing for no code."""
        if code is None:
            return ""
        return words[code].in_language(self.language) if code in words else code

    def named(self, thing: Any) -> str:
        """The name of something that the profile names in both languages."""
        return str(thing.nl if self.language == "nl" else thing.en)

    def theme(self, code: str) -> str:
        """The name of a theme, or its code where the profile has none of it."""
        return self.named(self.themes[code]) if code in self.themes else code

    def council(self, code: str) -> str:
        """The name of a council, or its code where the profile has none of it."""
        return next((self.named(c) for c in self.profile.institution.councils if c.id == code), code)

    def feed(self, code: str) -> str:
        """The name of a feed, or its code where the profile has none of it."""
        return next((self.named(feed) for feed in self.profile.feeds if feed.id == code), code)

    def day(self, value: date | None, *, short: bool = False) -> str:
        """A day as people write it, `31 december 2020` or short `31 dec 2020`; nothing for no day."""
        from babel.dates import format_date

        return (
            "" if value is None else str(format_date(value, "d MMM y" if short else "d MMMM y", locale=self.language))
        )

    def halves(self, said: str | None) -> tuple[str, ...]:
        """What a release says in both languages, in that of the report: a text per thing that is said.

        Notes stand in a table as `Dutch / English`, several of them after another. Breaks that the profile knows are
        told apart from what stands around them.
        """
        rest = said or ""
        found = []
        for known in self._breaks:
            kept = both(known)
            if kept in rest:
                rest = rest.replace(kept, "").strip()
                found.append(known.in_language(self.language))
        return (*found, *(half(one, self.language) for one in things(rest)))

    def notes(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """What a release says of a figure: breaks in its series, and what else there is to say.

        Releases of before the notes had a column of their own hold both among the breaks.
        """
        more = row.get(f"note_{self.language}") or ""
        return (*self.halves(row["break_note"]), *(one for one in more.split("; ") if one))

    def misprints(self, table: str, year: int, *subject: str | None) -> list[Words]:
        """What is to be said of a figure that an earlier report printed wrong; see `schemas.profile.misprints`."""
        return [
            Words(one.nl, one.en)
            for one in self.profile.misprints
            if (one.table, one.reporting_year) == (table, year) and one.subject == tuple(s or "" for s in subject)
        ]

    @cached_property
    def _breaks(self) -> tuple[Words, ...]:
        of_indicators = [one for i in self.profile.indicators for one in i.breaks]
        every = [*self.profile.institution.evaluations.breaks, *of_indicators]
        return tuple(dict.fromkeys(Words(one.nl, one.en) for one in every))


def decimal(value: float | int | Decimal | None) -> Decimal | None:
    """A number of a table as an exact decimal; none stays none."""
    return None if value is None else Decimal(str(value))
