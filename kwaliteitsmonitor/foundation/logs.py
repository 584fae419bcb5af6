"""The log for machines: a line of JSON per event, with cycle, feed, unit, delivery, job, run and step.

    logs/2021-03-01.jsonl    what runs of a day did, by UTC; removed after 400 days

`KWALITEITSMONITOR_LOG` says where to: `file` (in the output folder, which is where it goes unless it says otherwise),
`stderr`, `none`, or a folder by its absolute path. Runs of all processes write to the same file, each line in one go.

It holds no value of a person and no text of an error that is not meant for people: of such an error only its kind.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from kwaliteitsmonitor.foundation.errors.dagster_events import Entry, Event
from kwaliteitsmonitor.foundation.errors.steps import kind_of, sentence_of
from kwaliteitsmonitor.foundation.settings import Settings
from schemas.environment import PREFIX
from schemas.errors import UsageError
from schemas.packages import PACKAGES

LOG = f"{PREFIX}LOG"
FILE, STDERR, NONE = "file", "stderr", "none"
KEPT = timedelta(days=400)
"""A log is kept a year and a month, so that last year's cycle can be looked at beside this year's."""
SHORT = 12
"""So many signs of the hash of a delivery tell it from all others."""
_TOLD = frozenset(
    {
        "RUN_SUCCESS",
        "PIPELINE_SUCCESS",
        "RUN_FAILURE",
        "PIPELINE_FAILURE",
        "PIPELINE_CANCELED",
        "STEP_START",
        "STEP_SUCCESS",
        "STEP_FAILURE",
        "STEP_SKIPPED",
        "ASSET_MATERIALIZATION",
        "ASSET_CHECK_EVALUATION",
    }
)
_FIELDS = ("institution", "job", "run", "cycle", "step", "feed", "unit", "delivery")
_NOTHING: Mapping[str, str] = {}
_about: ContextVar[Mapping[str, str]] = ContextVar("about")


@contextmanager
def about(**fields: str) -> Iterator[None]:
    """Have what is logged in the block be about these: `cycle`, `feed`, `unit`, `delivery`, `step`. Blocks may nest."""
    known = {name: value[:SHORT] if name == "delivery" else value for name, value in fields.items() if value}
    token = _about.set({**_about.get(_NOTHING), **known})
    try:
        yield
    finally:
        _about.reset(token)


class JsonLines(logging.Formatter):
    """A record of the standard library's logging as one line of JSON. Of an exception only its class is logged."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        fields = {**_about.get(_NOTHING), **getattr(record, "about", {})}
        message = record.getMessage()
        if record.exc_info and record.exc_info[0] is not None:
            message = f"{message} ({record.exc_info[0].__name__})"
        moment = datetime.fromtimestamp(record.created, UTC)
        return line(moment, record.levelname, message, fields, getattr(record, "figures", {}))


def line(
    moment: datetime, level: str, message: str, fields: Mapping[str, str], figures: Mapping[str, float] | None = None
) -> str:
    """An event as one line of JSON; fields that are empty are left out, and the message is on one line."""
    known = {name: fields[name] for name in _FIELDS if fields.get(name)}
    common = {"time": moment.isoformat(timespec="milliseconds"), "level": level.lower(), **known}
    return json.dumps({**common, **(figures or {}), "message": " ".join(message.split())}, ensure_ascii=False)


class DayFiles(logging.Handler):
    """Writes each line to the file of its day, in one go, so that processes do not write through each other."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self.setFormatter(JsonLines())

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record. One that cannot be written, as on a full disk, is passed over: it must not end a run."""
        try:
            self.write(self.format(record))
        except OSError:
            return

    def write(self, text: str) -> None:
        """Write a line to the file of today."""
        self._folder.mkdir(parents=True, exist_ok=True)
        place = self._folder / f"{datetime.now(UTC).date().isoformat()}.jsonl"
        handle = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        try:
            os.write(handle, f"{text}\n".encode())
        finally:
            os.close(handle)

    def tidy(self, today: date) -> None:
        """Remove the files of days that are long gone."""
        for path in self._folder.glob("????-??-??.jsonl"):
            try:
                if date.fromisoformat(path.stem) < today - KEPT:
                    path.unlink()
            except (ValueError, OSError):
                continue


def handler(settings: Settings) -> logging.Handler | None:
    """The log handler that `KWALITEITSMONITOR_LOG` selects, or `None` for `none`.

    Raises `UsageError` for any other value.
    """
    place = settings.log or FILE
    if place == NONE:
        return None
    if place == STDERR:
        stream = logging.StreamHandler(sys.stderr)
        stream.setFormatter(JsonLines())
        return stream
    if place == FILE:
        return DayFiles(settings.workspace.root / "logs")
    if not Path(place).is_absolute():
        raise UsageError(f"'{place}' is no place for a log", where=LOG, expected="file, stderr, none, or a folder")
    return DayFiles(Path(place))


class RunLog:
    """The log of one run: the events of its steps from Dagster, and the messages of our own code."""

    def __init__(self, to: logging.Handler, fields: Mapping[str, str]) -> None:
        self._to = to
        self._fields = dict(fields)
        self._loggers = [logging.getLogger(name) for name in PACKAGES]
        self._levels = [logger.level for logger in self._loggers]

    def begin(self) -> None:
        """Listen to our own loggers, and say that the run begins."""
        if isinstance(self._to, DayFiles):
            self._to.tidy(datetime.now(UTC).date())
        for logger in self._loggers:
            logger.addHandler(self._to)
            logger.setLevel(min(logging.INFO, logger.level or logging.INFO))
        _about.set({**_about.get(_NOTHING), **self._fields})
        self._say(logging.INFO, "run begins", {})

    def end(self) -> None:
        """Stop listening; later events of Dagster are still written."""
        for logger, level in zip(self._loggers, self._levels, strict=True):
            logger.removeHandler(self._to)
            logger.setLevel(level)
        _about.set({name: value for name, value in _about.get(_NOTHING).items() if name not in self._fields})

    def __call__(self, event: Entry) -> None:
        """Write an event of Dagster, as its list of events has it."""
        happened = event.dagster_event
        if happened is None:
            self._say(int(event.level), event.user_message, {"step": event.step_key or ""})
            return
        kind = happened.event_type_value
        step = happened.step_key or ""
        if step:
            _about.set({**_about.get(_NOTHING), "step": step})
        if kind in _TOLD:
            message, level, figures = _event_summary(kind, happened)
            self._say(level, message, {"step": step, "feed": _feed(step)}, figures)

    def _say(
        self, level: int, message: str, fields: Mapping[str, str], figures: Mapping[str, float] | None = None
    ) -> None:
        record = logging.LogRecord("dagster", level, "", 0, message, None, None)
        record.about = {**self._fields, **{name: value for name, value in fields.items() if value}}
        record.figures = dict(figures or {})
        self._to.handle(record)


def _event_summary(kind: str, happened: Event) -> tuple[str, int, dict[str, float]]:
    """What an event says, how grave it is, and the figures in it."""
    match kind:
        case "STEP_FAILURE":
            data = happened.step_failure_data
            known = sentence_of(data, happened.step_key or "")
            return known[0].en if known else f"step failed ({kind_of(data.error)})", logging.ERROR, {}
        case "RUN_FAILURE" | "PIPELINE_FAILURE":
            return "run failed", logging.ERROR, {}
        case "ASSET_MATERIALIZATION":
            made = happened.step_materialization_data.materialization
            told = {name: made.metadata[key].value for key, name in _COUNTED.items() if key in made.metadata}
            figures = {name: value for name, value in told.items() if isinstance(value, int | float)}
            return f"made {'/'.join(made.asset_key.path)}", logging.INFO, figures
        case "ASSET_CHECK_EVALUATION":
            check = happened.asset_check_evaluation_data
            level = logging.INFO if check.passed else logging.WARNING
            name = f"{'/'.join(check.asset_key.path)}:{check.check_name}"
            return f"check {name} {'passed' if check.passed else 'failed'}", level, {}
        case _:
            return kind.lower().replace("pipeline", "run").replace("_", " "), logging.INFO, {}


_COUNTED = {"dagster/row_count": "rows", "received": "received", "accepted": "accepted", "quarantined": "quarantined"}


def _feed(step: str) -> str:
    """The feed of a step that is about one."""
    return next((step.removeprefix(verb) for verb in ("deliver_", "stage_") if step.startswith(verb)), "")


def begin(settings: Settings, fields: Mapping[str, str], listen: Callable[[RunLog], None]) -> RunLog | None:
    """Begin the log of a run; `listen` has Dagster tell it its events. `None` if nothing is to be logged."""
    to = handler(settings)
    if to is None:
        return None
    log = RunLog(to, fields)
    log.begin()
    listen(log)
    return log
