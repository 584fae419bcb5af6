"""What Dagster records of a run, as far as it is read here: its own objects have these attributes, of these types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from kwaliteitsmonitor.foundation.errors.disk import Told


class Figure(Protocol):
    """A value of metadata."""

    @property
    def value(self) -> object:
        """The value itself: a number, a text, or whatever its kind holds."""


class Raised(Protocol):
    """A failure that the code of a step raised."""

    @property
    def description(self) -> str | None:
        """Its sentence."""

    @property
    def metadata(self) -> Mapping[str, Figure]:
        """What came with it."""


class StepFailure(Protocol):
    """Why a step failed (`StepFailureData`)."""

    @property
    def error(self) -> Told | None:
        """The error by which it ended."""

    @property
    def user_failure_data(self) -> Raised | None:
        """What its code raised, if that is how it ended."""


class Key(Protocol):
    """The key of an asset."""

    @property
    def path(self) -> Sequence[str]:
        """Its parts."""


class Made(Protocol):
    """An asset that was made (`AssetMaterialization`)."""

    @property
    def asset_key(self) -> Key:
        """Which one."""

    @property
    def metadata(self) -> Mapping[str, Figure]:
        """What was told of it."""


class Materialised(Protocol):
    """An event that an asset was made (`StepMaterializationData`)."""

    @property
    def materialization(self) -> Made:
        """The asset."""


class Checked(Protocol):
    """A check of an asset that was judged (`AssetCheckEvaluation`)."""

    @property
    def asset_key(self) -> Key:
        """The asset."""

    @property
    def check_name(self) -> str:
        """The check."""

    @property
    def passed(self) -> bool:
        """Whether it passed."""


class Event(Protocol):
    """An event of Dagster (`DagsterEvent`). Each of its data is there in an event of that kind alone."""

    @property
    def event_type_value(self) -> str:
        """Its kind."""

    @property
    def step_key(self) -> str | None:
        """The step, if it is of one."""

    @property
    def step_failure_data(self) -> StepFailure:
        """Why the step failed."""

    @property
    def step_materialization_data(self) -> Materialised:
        """What was made."""

    @property
    def asset_check_evaluation_data(self) -> Checked:
        """What was judged."""


class Entry(Protocol):
    """A line in the list of events of a run (`EventLogEntry`)."""

    @property
    def timestamp(self) -> float:
        """When it was, in seconds since 1970."""

    @property
    def level(self) -> str | int:
        """How grave it is, as Python's logging has it."""

    @property
    def user_message(self) -> str:
        """What a step logged."""

    @property
    def step_key(self) -> str | None:
        """The step, if it is of one."""

    @property
    def dagster_event(self) -> Event | None:
        """The event; `None` for a message that a step logged."""
