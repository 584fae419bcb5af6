"""What of the flow an institution uses: what nobody delivers is no part of its accounts.

Steps whose sources no feed delivers are not declared: an institution without money has no assets of money. A release
holds every published table all the same, an empty one where the institution does not use it, so that whoever reads
releases of several institutions finds the same columns in all; the report leaves out what is empty.

What is used follows from the profile alone and never from which files lie in the workspace: a feed that is taken out of
the profile leaves its tables behind.
"""

from __future__ import annotations

import pyarrow as pa

from kwaliteitsmonitor.foundation.workspace import Workspace
from schemas.exports.arrow import arrow_schema
from schemas.profile import Profile
from schemas.profile.flow import ANSWERS, FACTS_STEP, REGISTER, STAGED_STEP, makes
from schemas.tables import CATALOGUE, staged


def staged_table(workspace: Workspace, profile: Profile, cycle: str, name: str) -> pa.Table:
    """A staged table of a cycle under way; where no feed fills it, what the profile says itself, or nothing.

    Raises `UsageError` where a feed fills it and has not been staged for the cycle.
    """
    if profile.uses(name):
        return workspace.read(cycle, STAGED_STEP, name)
    if name == REGISTER:
        return _registered(profile)
    from schemas.tables.counted import counted

    opened = CATALOGUE[name].opening(profile.open_text(name))
    return arrow_schema(counted(opened) if name == ANSWERS else staged(opened)).empty_table()


def facts_table(workspace: Workspace, profile: Profile, cycle: str, name: str) -> pa.Table:
    """A table of facts of a cycle under way; empty where no feed fills what it follows from."""
    return _table(workspace, profile, cycle, FACTS_STEP, name)


def computed_table(workspace: Workspace, profile: Profile, cycle: str, step: str, name: str) -> pa.Table:
    """A published table that a step of a cycle under way made; empty where the institution has no use for it."""
    return _table(workspace, profile, cycle, step, name)


def _table(workspace: Workspace, profile: Profile, cycle: str, step: str, name: str) -> pa.Table:
    if makes(profile, name):
        return workspace.read(cycle, step, name)
    return arrow_schema(CATALOGUE[name]).empty_table()


def _registered(profile: Profile) -> pa.Table:
    """The programmes of `programmes.csv`: who delivers no register means that an enrolment is of those."""
    rows = [one.model_dump() | {"unit": one.unit or None} for one in profile.programmes]
    return pa.Table.from_pylist(rows, schema=arrow_schema(CATALOGUE[REGISTER]))
