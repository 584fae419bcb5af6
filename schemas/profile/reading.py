"""Reading the files of a profile into entries, with every fault on the way and the place of each."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from schemas.problems import Problem
from schemas.profile.contents import Contents, Entries
from schemas.profile.documents import Document, Register, parsed, too_deep
from schemas.profile.explaining import explained
from schemas.profile.faults import Fault
from schemas.profile.files import (
    CLASSIFICATIONS,
    FEEDS,
    FILES,
    INDICATORS,
    MEASURES,
    MISPRINTS,
    PLAN,
    PROFILE,
    PROGRAMMES,
    QUESTIONS,
    REFERENCES,
    THEMES,
    UNITS,
    Form,
    ProfileFile,
    strays,
)
from schemas.profile.institution import FORMAT
from schemas.profile.migrations import FIRST, upgraded, version_of
from schemas.profile.salvaging import salvaged
from schemas.visible import steering

Model = TypeVar("Model", bound=BaseModel)
SAVE_AGAIN = "save it again as UTF-8; in Excel that is ‘CSV UTF-8’"


class Reading:
    """The files of a profile folder, read once; `faults` are what is wrong with them so far.

    A profile in an older format is read as if it had been rewritten (`schemas.profile.migrations`); `written_in` is the
    format in which it stands.
    """

    def __init__(self, folder: Path) -> None:
        self.faults: list[Fault] = []
        self.incomplete: set[str] = set()
        self._documents: dict[str, Document | Register] = {}
        self._texts = {file.name: text for file in FILES if (text := self._text(folder, file)) is not None}
        self.written_in = version_of(self._texts)
        if self.written_in > FORMAT:
            mistake = f"is {self.written_in}, newer than this version of kwaliteitsmonitor reads"
            newer = Fault("profile.yaml", ("format_version",), mistake, f"at most {FORMAT}", "install a newer version")
            self.faults, self._texts = [newer], {"profile.yaml": self._texts["profile.yaml"]}
        elif self.written_in >= FIRST:
            self._texts = upgraded(self._texts, self.written_in)

    def contents(self) -> Contents:
        """The entries of every file, as far as they could be read; of a format that is too new, none."""
        if self.written_in > FORMAT:
            document, _ = parsed("profile.yaml", self._texts["profile.yaml"])
            self._documents |= {"profile.yaml": document} if document else {}
            return Contents(None, None)
        return Contents(
            next((one for _, one in self._entries(PROFILE)), None),
            next((one for _, one in self._entries(THEMES)), None),
            units=self._entries(UNITS),
            measures=self._entries(MEASURES),
            classifications=self._entries(CLASSIFICATIONS),
            questions=self._entries(QUESTIONS),
            indicators=self._entries(INDICATORS),
            reference_values=self._entries(REFERENCES),
            feeds=self._entries(FEEDS),
            plan=self._entries(PLAN),
            programmes=self._entries(PROGRAMMES),
            misprints=self._entries(MISPRINTS),
            incomplete=frozenset(self.incomplete),
        )

    def add(self, faults: Iterable[Fault]) -> None:
        """Add what is wrong between entries, without consequences of a mistake that is reported already."""
        wrong = {(fault.file, fault.path) for fault in self.faults if fault.path}
        around = {(file, path[:end]) for file, path in wrong for end in range(1, len(path) + 1)}
        self.faults += [f for f in faults if not wrong & _around(f) and not around.intersection(f.rests_on)]

    def problems(self) -> list[Problem]:
        """Every fault with its line and key, in the order in which a reader goes through the files."""
        order = {file.name: at for at, file in enumerate(FILES)}
        problems = dict.fromkeys(self._located(fault) for fault in self.faults)
        return sorted(problems, key=lambda one: (order.get(one.file, len(order)), one.file, one.line))

    def _located(self, fault: Fault) -> Problem:
        document = self._documents.get(fault.file)
        if document is None:
            key = ".".join(str(part) for part in fault.path)
            return Problem(fault.file, fault.line, key, fault.actual, fault.expected, fault.hint)
        hint = fault.hint
        if fault.first is not None:
            hint = f"it is in line {document.line(fault.first)} as well"
        line = fault.line or (document.line(fault.path) if fault.path or isinstance(document, Register) else 0)
        return Problem(fault.file, line, document.name(fault.path), fault.actual, fault.expected, hint)

    def _text(self, folder: Path, file: ProfileFile[BaseModel]) -> str | None:
        path = folder / file.name
        if not path.is_file():
            if file.needed:
                meant = next((stray for stray, meant in strays(folder).items() if meant == file.name), "")
                hint = f"rename {meant}, if that is it" if meant else ""
                self._unread(Fault(file.name, (), "the file is missing", "it in the profile's folder", hint))
            return None
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            mistake, hint = _of_bytes(error.object)
            self._unread(Fault(file.name, (), mistake, "UTF-8", hint, line=line))
            return None
        except OSError as error:
            self._unread(Fault(file.name, (), f"cannot be read ({error.strerror})", "a file that may be read"))
            return None
        if not text.strip():
            self._unread(Fault(file.name, (), "the file is empty", "its entries"))
            return None
        if path.suffix == ".yaml" and (deep := too_deep(file.name, text)) is not None:
            self._unread(deep)
            return None
        return text

    def _unread(self, fault: Fault) -> None:
        """A fault for which a file, or a part of it, cannot be read: what refers to it cannot be judged."""
        self.faults.append(fault)
        self.incomplete.add(fault.file)

    def _entries(self, file: ProfileFile[Model]) -> Entries[Model]:
        text = self._texts.get(file.name)
        if text is None:
            return ()
        if file.form is Form.ROWS:
            return self._rows(file, text)
        document, faults = parsed(file.name, text)
        self.faults += faults
        if document is None:
            self.incomplete.add(file.name)
            return ()
        self._documents[file.name] = document
        if file.form is Form.KEYS:
            return self._valid(file, 0, document.data, ())
        if not isinstance(document.data, list):
            self._unread(Fault(file.name, (), "holds no list", "entries that each begin with a hyphen", line=1))
            return ()
        entries = [one for at, entry in enumerate(document.data) for one in self._valid(file, at, entry, (at,))]
        return tuple(entries)

    def _valid(self, file: ProfileFile[Model], at: int, data: object, path: tuple[int, ...]) -> Entries[Model]:
        try:
            return ((at, file.model.model_validate(data)),)
        except ValidationError as error:
            faults = explained(file.name, file.model, error, path)
            self.faults += faults
            meant = salvaged(file.model, data, error)
            if meant is None or any(_names(fault) for fault in faults):
                self.incomplete.add(file.name)
            return () if meant is None else ((at, meant),)

    def _rows(self, file: ProfileFile[Model], text: str) -> Entries[Model]:
        expected = list(file.model.model_fields)
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        rows: list[Mapping[str, str]] = []
        lines: list[int] = []
        try:
            columns = list(reader.fieldnames or [])
            if sorted(columns) != sorted(expected):
                mistake, names = f"the columns are {', '.join(columns)}", f"{', '.join(expected)}, with commas between"
                self._unread(Fault(file.name, (), mistake, names, line=1))
                return ()
            for row in reader:
                rows.append(row)
                lines.append(reader.line_num)
        except csv.Error:
            mistake = "not readable as CSV from here on"
            self._unread(Fault(file.name, (), mistake, "closed quotes", line=reader.line_num + 1))
        self._documents[file.name] = Register(tuple(lines))
        return tuple(one for at, row in enumerate(rows) for one in self._row(file, at, row, len(expected)))

    def _row(self, file: ProfileFile[Model], at: int, row: Mapping[str, str], columns: int) -> Entries[Model]:
        if None in row or None in row.values():
            mistake = "another number of values than columns"
            self._unread(Fault(file.name, (at,), mistake, f"{columns}, with a point in amounts"))
            return ()
        for column, value in row.items():
            if sign := steering(value):
                self._unread(Fault(file.name, (at, column), f"holds the sign {sign}, which does not show", "text"))
                return ()
        return self._valid(file, at, row, (at,))


def _around(fault: Fault) -> set[tuple[str, tuple[str | int, ...]]]:
    """The place of a fault and of what it compares with, and all around them, but for the entry as a whole."""
    paths = [fault.path, *([fault.first] if fault.first else [])]
    return {(fault.file, path[:end]) for path in paths for end in range(2, len(path) + 1)}


def _names(fault: Fault) -> bool:
    """Whether a mistake is in what others refer to: an id, or a list of what has one."""
    within = fault.path[1:] if fault.path and isinstance(fault.path[0], int) else fault.path
    return within[-1:] in (("id",), ("programme",)) or within in (("themes",), ("national",), ("councils",))


def _of_bytes(content: bytes) -> tuple[str, str]:
    """What bytes that are no UTF-8 probably are, and what to do about it."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "text in UTF-16", SAVE_AGAIN
    if b"\0" in content:
        return "not readable as text", "replace it by a text file"
    return "text that is not in UTF-8, probably in windows-1252", SAVE_AGAIN
