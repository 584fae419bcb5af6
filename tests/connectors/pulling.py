"""Pulling the financial lines of a round, and what is said where that fails."""

from __future__ import annotations

from typing import Any

import pytest

from kwaliteitsmonitor.connectors.database import pull
from kwaliteitsmonitor.foundation.retrying import Patience
from schemas.errors import SourceError
from schemas.profile.feeds import SqlSource
from schemas.tables import CATALOGUE
from tests.connectors.writing import QUICK

BFR = CATALOGUE["bfr"]
COLUMNS = ", ".join(BFR.names)
ROUND_3 = {"reporting_year": 2020, "round": 3}
ONCE = Patience(attempts=1)


def table(name: str = "bfr_lines", **more: Any) -> SqlSource:
    """The lines as a table of a database."""
    return SqlSource(kind="sql", connection="finance", database_table=name, tables=["bfr"], **more)


def query(text: str, **more: Any) -> SqlSource:
    """The lines as a query gives them."""
    return SqlSource(kind="sql", connection="finance", query=text, tables=["bfr"], **more)


def taken(url: str, source: SqlSource, patience: Patience = QUICK, **where: Any) -> bytes:
    """The bytes that are pulled of a round."""
    with pull(url, source, BFR, where or ROUND_3, patience) as pulled:
        return pulled.stream.read()


def refusal(url: str, source: SqlSource, patience: Patience = QUICK) -> SourceError:
    """The error of a database that gives nothing."""
    with pytest.raises(SourceError) as caught:
        taken(url, source, patience)
    assert caught.value.exit_code == 4
    assert "KWALITEITSMONITOR_FINANCE_URL" in caught.value.remedy or "`silence`" in caught.value.remedy
    return caught.value
