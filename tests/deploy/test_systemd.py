"""The units for a plain server: systemd takes them, they may do little, and what they start is there."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from kwaliteitsmonitor.foundation.settings_reference import unknown
from pipelines.cli.commands import kwaliteitsmonitor

FOLDER = Path(__file__).resolve().parents[2] / "deploy" / "systemd"
SERVICES = sorted(FOLDER.glob("*.service"))
ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(not ANALYZE, reason="units are not verified: systemd-analyze is not here (systemd)")
HERE = "/opt/kwaliteitsmonitor/"


def settings(path: Path) -> dict[str, list[str]]:
    """What a unit says, by name; a name may be there more than once."""
    unit: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", path.read_text(), re.MULTILINE):
        unit.setdefault(name, []).append(value)
    return unit


@pytest.fixture
def installed(tmp_path: Path) -> list[Path]:
    """The units as they would be installed for one institution, with programs at the places that they name."""
    programs = tmp_path / "opt"
    units = []
    for path in sorted(p for p in FOLDER.iterdir() if p.suffix in (".service", ".timer")):
        text = path.read_text()
        for program in re.findall(rf"{HERE}(\S*/bin/\S+)", text):
            place = programs / program
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text("#!/bin/sh\n")
            place.chmod(0o755)
        unit = tmp_path / path.name.replace("@.", "@leiden.")
        unit.write_text(text.replace(HERE, f"{programs}/"))
        if unit.name != path.name:
            (tmp_path / path.name).write_text(unit.read_text())
        units.append(unit)
    return units


@needs_systemd
def test_systemd_takes_every_unit_without_a_remark(installed: list[Path]) -> None:
    command = [str(ANALYZE), "verify", "--man=no", "--recursive-errors=no", *map(str, installed)]
    verified = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stderr) == (0, "")


each_service = pytest.mark.parametrize("path", SERVICES, ids=[path.stem for path in SERVICES])


@needs_systemd
@each_service
def test_a_service_is_exposed_little(path: Path, tmp_path: Path) -> None:
    """Of 10 at most 2, up to which `systemd-analyze security` calls it `OK`."""
    unit = shutil.copy(path, tmp_path / path.name.replace("@.", "@leiden."))
    command = [str(ANALYZE), "security", "--offline=true", "--no-pager", "--threshold=20", str(unit)]
    verified = subprocess.run(command, capture_output=True, text=True, check=False)
    assert verified.returncode == 0, verified.stdout[-300:]


@each_service
def test_a_service_runs_as_a_user_of_its_own_and_listens_on_the_loopback(path: Path) -> None:
    unit = settings(path)
    assert unit["User"][0] in ("km-%i", "km-dagster")
    (command,) = unit["ExecStart"]
    if "--port" in command:
        assert "--host 127.0.0.1" in command
    institution = "/etc/kwaliteitsmonitor/%i.env" in unit["EnvironmentFile"]
    assert institution == (unit["User"][0] == "km-%i")  # what shows and schedules has no secret of an institution
    assert not re.search(r"PASSWORD|_KEY=|TOKEN", path.read_text())


@each_service
def test_what_a_service_starts_is_there_with_the_options_that_it_is_given(path: Path) -> None:
    program, *words = shlex.split(settings(path)["ExecStart"][0].removeprefix("-"))
    name = Path(program).name
    options = [word for word in words if word.startswith("--")]
    if name == "python":
        assert (FOLDER.parents[1] / words[0].removeprefix(HERE)).is_file()
        return
    if name == "kwaliteitsmonitor":
        shown = CliRunner().invoke(kwaliteitsmonitor, [words[0], "--help"]).output
    else:
        from dagster._cli import cli as dagster
        from dagster._daemon.cli import cli as daemon
        from dagster_webserver.cli import dagster_webserver as web

        command = {"dagster": dagster, "dagster-daemon": daemon, "dagster-webserver": web}[name]
        before = words[: {"dagster": 2, "dagster-daemon": 1}.get(name, 0)]
        shown = CliRunner().invoke(command, [*before, "--help"]).output
    assert [option for option in options if option not in shown] == []


def test_the_reader_may_only_look_and_every_timer_starts_a_service_that_is_there() -> None:
    for name, looks in (("readers", True), ("web", False)):
        (command,) = settings(FOLDER / f"kwaliteitsmonitor-{name}.service")["ExecStart"]
        assert ("--read-only" in command) is looks
    timers = sorted(FOLDER.glob("*.timer"))
    assert len(timers) > 2
    for timer in timers:
        assert timer.with_suffix(".service").is_file()
        assert settings(timer)["Persistent"] == ["true"]


def test_every_variable_in_the_examples_is_known_and_no_example_holds_a_secret() -> None:
    for path in [*(FOLDER / "etc").glob("*.env"), *(FOLDER.parent / "institutions").glob("*.env")]:
        text = path.read_text()
        named = re.findall(r"^(?:# )?(KWALITEITSMONITOR_\w+)=", text, re.MULTILINE)
        assert unknown(dict.fromkeys(named, "x")) == [], path
        assert not re.search(r"(PASSWORD|KEY|TOKEN)=.", text), path


def test_the_port_of_an_institution_is_the_one_that_the_web_servers_know() -> None:
    (server,) = yaml.safe_load((FOLDER / "etc" / "workspace.yaml").read_text())["load_from"]
    own = re.search(r"^PORT=(\d+)$", (FOLDER / "etc" / "leiden.env").read_text(), re.MULTILINE)
    assert own is not None
    assert server["grpc_server"].items() >= {"location_name": "leiden", "port": int(own[1])}.items()
