"""The outline of an Excel package: its worksheets and their places, its formats and its references."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from kwaliteitsmonitor.readers.cells.grid import Note
from kwaliteitsmonitor.readers.cells.percents import fraction_shown
from kwaliteitsmonitor.readers.cells.units import Shown, shown_by
from kwaliteitsmonitor.readers.files.packages import Package, damaged
from kwaliteitsmonitor.readers.files.parts import elements, is_true, unusual
from schemas.words import Words

_PERCENTAGES = dict.fromkeys(("9", "10"), Decimal(1))
_DATES = tuple(str(n) for n in (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""The numbers of formats that Excel has built in."""
_DATE_PARTS = re.compile("[dmyhsDMYHS]")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')

_CODE = re.compile(r'((?:"[^"]*"|\\.|-)*)(0+)((?:"[^"]*"|\\.|-)*)')
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|(-)')

MACROS = Note(
    "macros",
    Words("deze werkmap bevat macro's; die zijn niet uitgevoerd", "this workbook holds macros; they have not been run"),
)
EXTERNAL = Note(
    "external_links",
    Words(
        "formules verwijzen naar iets buiten deze werkmap; dat is niet geopend, en gelezen is wat er het laatst stond",
        "formulas refer to something outside this workbook; that was not opened, and what stood there last was read",
    ),
)


@dataclass(frozen=True)
class Formats:
    """The numbers of the styles that show a percentage, and of those that show a number as a date.

    `percentages` give what makes a fraction of the number that is shown so. `amounts` are those that divide a number or
    name a unit, each with how. `padded` are those that show a whole number as a code, with zeros before it or a text
    around it; `{:05d}` says how.
    """

    percentages: Mapping[str, Decimal] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    amounts: Mapping[str, Shown] = field(default_factory=dict)
    padded: Mapping[str, str] = field(default_factory=dict)


NO_FORMATS = Formats()


@dataclass(frozen=True)
class Worksheet:
    """A worksheet of the package: its name, the part that holds it and whether people see it."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True)
class Outline:
    """What a package holds.

    `to_calculate` says that the package itself asks for its formulas to be calculated when it is opened: it was written
    by a program that does not calculate, and a result of 0 is none.
    """

    sheets: tuple[Worksheet, ...]
    since_1904: bool
    to_calculate: bool
    strings: str
    styles: str
    formats: Formats
    notes: tuple[Note, ...]


def outline(package: Package) -> Outline:
    """The outline of an opened package. Raises `UnreadableError`."""
    book = _workbook_part(package)
    folder, name = posixpath.split(book)
    targets: dict[str, tuple[str, str]] = {}
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    for tag, attributes in elements(relations, package.read(_there(package, relations))):
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            kind = attributes.get("Type", "").rpartition("/")[2]
            targets[attributes.get("Id", "")] = (kind, _resolved(folder, attributes.get("Target", "")))
    sheets: list[Worksheet] = []
    since_1904 = to_calculate = False
    for tag, attributes in elements(book, package.read(book)):
        if tag == "sheet":
            kind, part = targets.get(attributes.get("id", ""), ("", ""))
            if len(sheets) == package.limits.sheets:
                raise unusual(book)
            if kind == "worksheet":
                hidden = attributes.get("state", "visible") != "visible"
                sheets.append(Worksheet(attributes.get("name", ""), _there(package, part), hidden))
        elif tag == "workbookPr":
            since_1904 = is_true(attributes.get("date1904"))
        elif tag == "calcPr":
            to_calculate = is_true(attributes.get("fullCalcOnLoad"))
    parts = dict(targets.values())
    strings, styles = (package.part(parts.get(kind, "")) for kind in ("sharedStrings", "styles"))
    formats = _formats(styles, package.read(styles)) if styles else NO_FORMATS
    return Outline(tuple(sheets), since_1904, to_calculate, strings, styles, formats, _notes(package))


def _workbook_part(package: Package) -> str:
    """The part of the workbook itself, as the package's own relations say."""
    if root := package.part("_rels/.rels"):
        for tag, attributes in elements(root, package.read(root)):
            if tag == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
                return _there(package, _resolved("", attributes.get("Target", "")))
    return _there(package, "xl/workbook.xml")


def _resolved(folder: str, target: str) -> str:
    target = target.replace("\\", "/")  # as some programs write a path
    return posixpath.normpath(target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target))


def _there(package: Package, part: str) -> str:
    """The name of a part as the package writes it. Raises `UnreadableError` if it is not there."""
    name = package.part(part)
    if not name:
        raise damaged(part)
    return name


def shown_as_code(code: str) -> str:
    """How a number format shows a whole number as a code, as `{:05d}` for `00000`; empty if it does not."""
    match = _CODE.fullmatch(re.sub(r"\[[^\]]*\]", "", code.split(";")[0]))
    if match is None or (len(match[2]) == 1 and not (match[1] or match[3])):
        return ""
    before, after = (
        "".join(map("".join, _LITERAL.findall(text))).replace("{", "{{").replace("}", "}}")
        for text in (match[1], match[3])
    )
    return f"{before}{{:0{len(match[2])}d}}{after}"


def _formats(part: str, styles: bytes) -> Formats:
    """The positions in `cellXfs` of the styles that show a percentage, a date, or an amount in another unit."""
    percentages, dates = dict(_PERCENTAGES), set(_DATES)
    of_one: dict[str, Decimal] = {}
    days: list[str] = []
    shown: dict[str, Shown] = {}
    amounts: dict[str, Shown] = {}
    codes: dict[str, str] = {}
    padded: dict[str, str] = {}
    position = -1
    for tag, attributes in elements(part, styles):
        number = attributes.get("numFmtId", "")
        if tag == "numFmt" and (how := shown_by(attributes.get("formatCode", ""))):
            shown[number] = how
        if tag == "numFmt" and (code := shown_as_code(attributes.get("formatCode", ""))):
            codes[number] = code
        if tag == "numFmt" and (times := fraction_shown(attributes.get("formatCode", ""))):
            percentages[number] = times
        elif tag == "numFmt" and _DATE_PARTS.search(_QUOTED.sub("", attributes.get("formatCode", ""))):
            dates.add(number)
        elif tag in ("cellXfs", "cellStyles", "cellStyleXfs", "dxfs"):
            position = 0 if tag == "cellXfs" else -1
        elif tag == "xf" and position >= 0:
            if number in percentages:
                of_one[str(position)] = percentages[number]
            if number in dates:
                days.append(str(position))
            if number in shown and number not in percentages:
                amounts[str(position)] = shown[number]
            if number in codes:
                padded[str(position)] = codes[number]
            position += 1
    return Formats(of_one, tuple(days), amounts, padded)


def _notes(package: Package) -> tuple[Note, ...]:
    names = [name.casefold() for name in package.members]
    macros = any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in names)
    outside = any("/externallinks/" in name or name.endswith("xl/connections.xml") for name in names)
    return (*([MACROS] if macros else []), *([EXTERNAL] if outside else []))
