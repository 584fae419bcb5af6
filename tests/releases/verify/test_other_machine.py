"""A release and the workbooks that faculties get have the same bytes, whatever else is on the machine."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

from schemas.report_forms import FORMS
from tests.institutions.test_five_schools import CYCLE, HERE
from tests.releases.verify.other_machine import fonts

ROOT = Path(__file__).resolve().parents[3]
CHART = (
    '{"mark": "text", "data": {"values": [{"a": "Wensen"}]}, "encoding": {"text": {"field": "a"}}, '
    '"config": {"font": "Liberation Sans"}}'
)
DRAWN = f"import vl_convert, sys; sys.stdout.buffer.write(vl_convert.vegalite_to_png('{CHART}'))"
MADE = """
import os, sys
from pathlib import Path
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:int(os.environ["CORES"])])
from pipelines.cli.commands import kwaliteitsmonitor
base = Path(sys.argv[1])
where = ["--institution", str(base / "profile"), "--landing", str(base / "landing"), "--out", str(base / "out")]
assert kwaliteitsmonitor.main(["run", "--cycle", sys.argv[2], *where, "--reports", "all"]) == 0
(base / "back").mkdir()
for language in ("nl", "en"):
    spoken = ["--language", language, "--to", str(base / "back")]
    kwaliteitsmonitor.main(["feedback", "--feed", "actions", "--cycle", sys.argv[2], *where, *spoken, "--replace"])
    of_a_unit = ["--unit", "FGW", "--cycle", "2021-03", "--institution", "leiden", "--out", str(base / "none")]
    assert kwaliteitsmonitor.main(["template", *of_a_unit, *spoken]) == 0
    for path in (base / "back").glob("*.xlsx"):
        path.rename(path.with_suffix(f".{language}"))
"""
PLAIN = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "TZ": "Europe/Amsterdam", "PYTHONHASHSEED": "0", "CORES": "1"}
OTHER = {"LC_ALL": "C", "LANG": "C", "LANGUAGE": "nl", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4711"}


def made(deliveries: Path, base: Path, own: Mapping[str, str], umask: int) -> dict[str, str]:
    """What a machine makes of the same deliveries, by name with its hash."""
    shutil.copytree(deliveries, base / "landing")
    shutil.copytree(HERE / "profile", base / "profile")
    home = base / "home"
    home.mkdir()
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(home), **own}
    environment["KWALITEITSMONITOR_PSEUDONYM_KEY"] = hashlib.sha256(b"made up").hexdigest()
    command = [sys.executable, "-c", MADE, str(base), CYCLE]
    ran = subprocess.run(command, cwd=base, env=environment, umask=umask, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr
    release = base / "out" / "releases" / CYCLE / "v1"
    found = {**_hashed(release), **_hashed(base / "back")}
    assert {Path(name).suffix for name in found} >= {f".{form}" for form in FORMS}
    assert len(list((base / "back").iterdir())) == 4
    return found


def _hashed(folder: Path) -> dict[str, str]:
    there = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in there}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fonts(tmp_path_factory.mktemp("machine") / "fonts")


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Deliveries with a cell that is not right, so that feedback has something to mark."""
    folder = tmp_path_factory.mktemp("received") / "landing"
    shutil.copytree(HERE / "deliveries", folder)
    workbook = folder / "progress" / "2023-2024.xlsx"
    book = openpyxl.load_workbook(workbook)
    sheet = book.worksheets[0]
    sheet.cell(sheet.max_row, sheet.max_column, "no idea")
    book.save(workbook)
    return folder


def test_the_fonts_of_the_other_machine_are_there(settings: Path) -> None:
    """Who draws without care takes them: else the next test would prove nothing."""
    drawings = [
        subprocess.run([sys.executable, "-c", DRAWN], capture_output=True, env=os.environ | own, check=True).stdout
        for own in ({}, {"FONTCONFIG_FILE": str(settings)})
    ]
    assert drawings[0] != drawings[1]


def test_another_machine_makes_the_same_bytes(deliveries: Path, settings: Path, tmp_path: Path) -> None:
    one = made(deliveries, tmp_path / "one", PLAIN, 0o022)
    cores = {"CORES": str(max(2, os.cpu_count() or 2))}
    own = OTHER | cores | {"FONTCONFIG_FILE": str(settings)}
    other = made(deliveries, tmp_path / "another" / "deeper", own, 0o077)
    assert sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []
