"""A landing zone that a test fills, and the workspace into which its deliveries are collected."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from assets.delivered.collect import collect
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.workspace import Workspace
from kwaliteitsmonitor.readers.delivery import Delivery
from schemas.exports.sql import sql_table
from schemas.profile import Feed, Profile
from schemas.profile.feeds import FileSource, Format, Period, SqlSource
from schemas.tables import CATALOGUE

AMSTERDAM, CYCLE = "Europe/Amsterdam", "2021-03"
FOLDER = "verslag/2019-2020"
DECEMBER, JANUARY = date(2020, 12, 18), date(2021, 1, 4)
_PATH = "verslag/{academic_year}/{unit}{suffix}.xlsx"
REPORT = Feed(
    id="faculty_report",
    nl="verslag",
    en="report",
    period=Period.ACADEMIC_YEAR,
    units=["FGW", "FdA"],
    sources=[FileSource(kind="files", path=_PATH, format=Format.WORKBOOK, tables=["faculty_measures"])],
)
_LINES = SqlSource(kind="sql", connection="finance", database_table="bfr_lines", tables=["bfr"])
BFR = Feed(id="bfr", nl="bfr", en="bfr", period=Period.ROUND, sources=[_LINES])


class Uptake:
    """A landing zone, the workspace in which its deliveries are kept, and the collecting of them."""

    def __init__(self, folder: Path, profile: Profile) -> None:
        self.zone, self.profile = folder / "landing", profile
        self.workspace = Workspace(folder / "workspace")
        self.zone.mkdir(parents=True)

    def put(self, name: str, content: bytes, day: date = DECEMBER) -> Path:
        """A file among the reports of 2019-2020 that arrived at noon of a day."""
        file = self.zone / FOLDER / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        moment = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(AMSTERDAM)).timestamp()
        os.utime(file, (moment, moment))
        return file

    def landing(self) -> Landing:
        """The landing zone, opened."""
        return Landing(str(self.zone), AMSTERDAM)

    def collect(
        self, feed: Feed = REPORT, *, database: str | None = None, landing: Landing | None = None
    ) -> list[Delivery]:
        """The deliveries of a feed that a cycle reads."""
        databases = None if database is None else {"finance": database}
        cycle = self.profile.cycle(CYCLE)
        return collect(self.workspace, self.profile, cycle, feed, landing or self.landing(), databases)


def standings(deliveries: Iterable[Delivery]) -> list[tuple[str, int, str, bool | None]]:
    """Of each delivery its name, version and standing, and whether it stands in the landing zone."""
    return [(Path(d.path).name, d.version, str(d.standing), d.in_landing_zone) for d in deliveries]


def finance(file: Path, *rounds: tuple[int, int, date]) -> str:
    """The address of a finance database with a line in each of these rounds: year, number, day of submission."""
    engine = sa.create_engine(f"sqlite:///{file}", poolclass=sa.NullPool)
    table = sql_table(CATALOGUE["bfr"], sa.MetaData(), "bfr_lines")
    table.create(engine)
    line = {"unit": "FGW", "theme": "guidance", "measure": "M1", "budget": Decimal(1), "realised": Decimal(1)}
    with engine.begin() as connection:
        for year, number, submitted_on in rounds:
            when = {"reporting_year": year, "round": number, "submitted_on": submitted_on}
            connection.execute(table.insert().values(line | when))
    return f"sqlite:///{file}"
