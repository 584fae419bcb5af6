"""A release and the workbooks that faculties get have the same bytes, whatever else is on the machine."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import openpyxl
import pytest

from schemas.report_forms import FORMS
from tests.institutions.test_five_schools import CYCLE, HERE

ROOT = Path(__file__).resolve().parents[3]
CONFIG = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir></fontconfig>
"""
CHART = (
    '{"mark": "text", "data": {"values": [{"a": "Wensen"}]}, "encoding": {"text": {"field": "a"}}, '
    '"config": {"font": "Liberation Sans"}}'
)
DRAWN = f"import vl_convert, sys; sys.stdout.buffer.write(vl_convert.vegalite_to_png('{CHART}'))"
MADE = """
import os, sys
from pathlib import Path
from assets.delivered.collect import collect
from kwaliteitsmonitor.connectors.landing import Landing
from kwaliteitsmonitor.foundation.workspace import Workspace
from pipelines.cli.commands import kwaliteitsmonitor
from schemas.profile import load_profile
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:int(os.environ["CORES"])])
base, cycle = Path(sys.argv[1]), sys.argv[2]
where = ["--institution", str(base / "profile"), "--landing", str(base / "landing"), "--out", str(base / "out")]
profile = load_profile(base / "profile")
for feed in profile.feeds[::-1] if (base / "earlier").exists() else ():
    zone = Landing(str(base / "earlier"), profile.institution.timezone)
    collect(Workspace(base / "out"), profile, profile.cycle(cycle), feed, zone, None)
assert kwaliteitsmonitor.main(["run", "--cycle", cycle, *where, "--reports", "all"]) == 0
(base / "back").mkdir()
for language in ("nl", "en"):
    spoken = ["--language", language, "--to", str(base / "back")]
    kwaliteitsmonitor.main(["feedback", "--feed", "actions", "--cycle", cycle, *where, *spoken, "--replace"])
    of_a_unit = ["--unit", "FGW", "--cycle", "2021-03", "--institution", "leiden", "--out", str(base / "none")]
    assert kwaliteitsmonitor.main(["template", *of_a_unit, *spoken]) == 0
    for path in (base / "back").glob("*.xlsx"):
        path.rename(path.with_suffix(f".{language}"))
"""
PLAIN = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "Europe/Amsterdam", "PYTHONHASHSEED": "0", "CORES": "1"}
OTHER = {"LC_ALL": "C", "LANG": "C", "LANGUAGE": "nl", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4711"}


def renamed(font: bytes, family: str) -> bytes:
    """A font under another name of its family: its table of names is replaced by one at the end of the file."""
    names = ((1, family), (2, "Regular"), (4, family), (6, family.replace(" ", "")))
    records, texts = b"", b""
    for number, name in names:
        text = name.encode("utf-16-be")
        records += struct.pack(">6H", 3, 1, 0x409, number, len(text), len(texts))
        texts += text
    table = struct.pack(">3H", 0, len(names), 6 + len(records)) + records + texts
    (count,) = struct.unpack(">H", font[4:6])
    content = bytearray(font)
    for at in range(12, 12 + 16 * count, 16):
        if bytes(content[at : at + 4]) == b"name":
            content[at + 8 : at + 16] = struct.pack(">2L", len(font), len(table))
    return bytes(content) + table


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fonts with the names of those by which charts are written, and none of them: the letters of another font."""
    folder = tmp_path_factory.mktemp("fonts")
    other = files("great_expectations").joinpath("render/view/static/fonts/HKGrotesk/HKGrotesk-Regular.otf")
    for family in ("Liberation Sans", "Arial", "Helvetica", "Libertinus Serif", "DejaVu Sans Mono"):
        (folder / f"{family}.otf").write_bytes(renamed(other.read_bytes(), family))
    path = folder.with_suffix(".conf")
    path.write_text(CONFIG.format(folder=folder))
    return path


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Deliveries with a cell that is not right, so that feedback has something to mark, and a file of no feed."""
    folder = tmp_path_factory.mktemp("received") / "landing"
    shutil.copytree(HERE / "deliveries", folder)
    workbook = folder / "progress" / "2023-2024.xlsx"
    book = openpyxl.load_workbook(workbook)
    sheet = book.worksheets[0]
    sheet.cell(sheet.max_row, sheet.max_column, "no idea")
    book.save(workbook)
    (folder / "notes.txt").write_text("of no feed")
    return folder


def hashed(folder: Path) -> dict[str, str]:
    there = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in there}


def made(deliveries: Path, base: Path, own: Mapping[str, str], umask: int) -> dict[str, str]:
    """What a machine makes of the same deliveries, by name with its hash."""
    shutil.copytree(deliveries, base / "landing")
    shutil.copytree(HERE / "profile", base / "profile")
    (base / "home").mkdir()
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(base / "home"), **own}
    environment["KWALITEITSMONITOR_PSEUDONYM_KEY"] = hashlib.sha256(b"made up").hexdigest()
    command = [sys.executable, "-c", MADE, str(base), CYCLE]
    ran = subprocess.run(command, cwd=base, env=environment, umask=umask, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr
    release = base / "out" / "releases" / CYCLE / "v1"
    landing = json.loads((release / "manifest.json").read_text())["landing"]
    assert [one["path"] for one in landing["untaken"]] == ["notes.txt"]
    found = {**hashed(release), **hashed(base / "back")}
    assert {Path(name).suffix for name in found} >= {f".{form}" for form in FORMS}
    assert len(list((base / "back").iterdir())) == 4
    return found


def order(base: Path) -> list[str]:
    """The files of a feed in the order in which they were taken up."""
    receipts = (base / "out" / "delivered" / "receipts" / "satisfaction.jsonl").read_text().splitlines()
    return [json.loads(line)["path"] for line in receipts]


def test_the_fonts_of_the_other_machine_are_there(settings: Path) -> None:
    """Who draws without care takes them: else the next test would prove nothing."""
    drawings = [
        subprocess.run([sys.executable, "-c", DRAWN], capture_output=True, env=os.environ | own, check=True).stdout
        for own in ({}, {"FONTCONFIG_FILE": str(settings)})
    ]
    assert drawings[0] != drawings[1]


def test_another_machine_makes_the_same_bytes(deliveries: Path, settings: Path, tmp_path: Path) -> None:
    """With other fonts, place, language, clock, home, rights and cores, which took them up in another order."""
    here, there = tmp_path / "one", tmp_path / "another" / "deeper"
    one = made(deliveries, here, PLAIN, 0o022)
    shutil.copytree(deliveries, there / "earlier", ignore=shutil.ignore_patterns("2023.csv", "2022-2023.xlsx"))
    cores = {"CORES": str(max(2, os.cpu_count() or 2))}
    other = made(deliveries, there, OTHER | cores | {"FONTCONFIG_FILE": str(settings)}, 0o077)
    assert sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []
    assert order(here) != order(there)
