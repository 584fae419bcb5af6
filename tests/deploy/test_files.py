"""The files to run it by, for containers, Kubernetes and a plain server: they are taken, and allow little."""

from __future__ import annotations

import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from dagster import QueuedRunCoordinator, Shape
from dagster._config import process_config

from kwaliteitsmonitor.foundation.settings_reference import unknown
from pipelines.cli.commands import kwaliteitsmonitor

ROOT = Path(__file__).resolve().parents[2]
DOCKER, KUBERNETES, SYSTEMD = (ROOT / "deploy" / name for name in ("docker", "kubernetes", "systemd"))
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def started(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What becomes of a command in a container with these secrets; the files beside it are those of the image."""
    share = folder / "share"
    share.mkdir(exist_ok=True)
    for path in (DOCKER / "start.py", DOCKER / "storage.yaml", ROOT / "dagster.yaml"):
        shutil.copy(path, share)
    own = {"PATH": os.environ["PATH"], "SECRETS_FOLDER": str(folder), **environment}
    return subprocess.run(
        [sys.executable, str(share / "start.py"), *command], env=own, capture_output=True, text=True, check=False
    )


SHOW = (sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))")


def test_a_secret_in_a_file_is_a_variable_of_the_command_alone_and_an_empty_one_ends_it(tmp_path: Path) -> None:
    key = tmp_path / "KWALITEITSMONITOR_PSEUDONYM_KEY"
    key.write_text("9f3c\n")
    (tmp_path / "postgres_password").write_text("x")
    (tmp_path / "PATH").write_text("/elsewhere")
    environment = json.loads(started(tmp_path, *SHOW).stdout)
    assert (environment[key.name], environment["PATH"]) == ("9f3c", os.environ["PATH"])
    assert "postgres_password" not in environment
    key.write_text("\n")
    ended = started(tmp_path, *SHOW)
    assert (ended.returncode, ended.stderr) == (1, "Error: the secret KWALITEITSMONITOR_PSEUDONYM_KEY is empty.\n")


def test_the_folder_of_dagster_is_set_up_where_it_stands_on_postgresql(tmp_path: Path) -> None:
    home = tmp_path / "home"
    started(tmp_path, *SHOW, DAGSTER_HOME=str(home))
    assert not home.exists()  # on Kubernetes the chart puts it there
    started(tmp_path, *SHOW, DAGSTER_HOME=str(home), KWALITEITSMONITOR_DAGSTER_URL="postgresql+psycopg2://x/y")
    settings = yaml.safe_load((home / "dagster.yaml").read_text())
    assert settings["storage"] == {"postgres": {"postgres_url": {"env": "KWALITEITSMONITOR_DAGSTER_URL"}}}
    everywhere = yaml.safe_load((ROOT / "dagster.yaml").read_text())
    assert {name: settings[name] for name in everywhere} == everywhere


@pytest.mark.parametrize(
    ("service", "expected"),
    [
        ("web", "http://127.0.0.1:3000/beheer/server_info"),
        ("readers", "http://127.0.0.1:3001/inzage/server_info"),
        ("daemon", ["dagster-daemon", "liveness-check"]),
        ("code", ["dagster", "api", "grpc-health-check", "--port", "4200"]),
        ("backup", ""),
    ],
)
def test_what_is_healthy_is_asked_of_each_service_by_its_own_command(service: str, expected: object) -> None:
    healthy = runpy.run_path(str(DOCKER / "healthy.py"))
    assert healthy["probe"]([str(word) for word in SERVICES[service]["command"]]) == expected
    assert not healthy["is_well"](["dagster-webserver", "--port", "9"]), "it does not answer"
    assert healthy["is_well"](["kwaliteitsmonitor", "backup"])


@pytest.mark.parametrize("name", list(SERVICES))
def test_a_container_may_do_little_and_what_shows_has_no_secret_of_the_institution(name: str) -> None:
    service = SERVICES[name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    volumes = [str(volume) for volume in service.get("volumes", ())]
    assert not any("docker.sock" in volume for volume in volumes)
    if name in ("web", "readers", "daemon"):
        assert service["secrets"] == ["KWALITEITSMONITOR_DAGSTER_URL"]
        assert "env_file" not in service
        assert not any(volume.startswith("workspace:") for volume in volumes)


def test_every_secret_is_a_file_and_every_variable_is_known() -> None:
    used = {name for service in SERVICES.values() for name in service.get("secrets", ())}
    assert used == set(COMPOSE["secrets"])
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())
    example = (DOCKER / "kwaliteitsmonitor.env.example").read_text()
    named = set(re.findall(r"^#? ?(KWALITEITSMONITOR_\w+)=", example, re.MULTILINE))
    named |= {name for name in used if name.startswith("KWALITEITSMONITOR")}
    assert unknown(dict.fromkeys(named, "x")) == []
    assert not re.search(r"(PASSWORD|KEY|TOKEN|SECRET)=.", example)


def test_compose_takes_the_file(tmp_path: Path) -> None:
    compose = shutil.which("docker-compose")
    if not compose:
        pytest.skip("the compose file is not read by Compose: install docker-compose (apt-get)")
    # Debian's is of before files had a name.
    text = re.sub(r"^name: .*$", "", (DOCKER / "compose.yaml").read_text(), flags=re.MULTILINE)
    here = tmp_path / "docker"
    (here / "secrets").mkdir(parents=True)
    (tmp_path / "proxy").mkdir()
    (here / "compose.yaml").write_text(text)
    shutil.copy(DOCKER / "kwaliteitsmonitor.env.example", here / "kwaliteitsmonitor.env")
    for name in COMPOSE["secrets"]:
        (here / "secrets" / name).write_text("x")
    command = [compose, "--file", str(here / "compose.yaml"), "--profile", "proxy", "config"]
    read = subprocess.run(command, capture_output=True, text=True, check=False)
    assert read.returncode == 0, read.stderr
    assert set(yaml.safe_load(read.stdout)["services"]) == set(SERVICES)


def pinned(path: Path) -> set[tuple[str, str]]:
    """Each library of a lock with its version; there may be one per version of Python."""
    return set(re.findall(r"^([a-z0-9._-]+)==(\S+)", path.read_text(), re.MULTILINE))


def test_the_image_has_the_versions_that_the_tests_have_each_by_its_hash_and_no_tests() -> None:
    everywhere, image = pinned(ROOT / "requirements.lock"), pinned(DOCKER / "requirements.lock")
    known = {name for name, _ in everywhere}
    assert {one for one in image - everywhere if one[0] in known} == set(), "run: deploy/docker/lock"
    assert not {"pytest", "hypothesis", "playwright", "mypy"} & {name for name, _ in image}
    for name in ("requirements.lock", "build.lock"):
        text = (DOCKER / name).read_text()
        assert len(re.findall(r"^[a-z0-9._-]+==", text, re.MULTILINE)) > 4
        assert not re.search(r"^[a-z0-9._-]+==[^\\]*$", text, re.MULTILINE), "a requirement without a hash"


@pytest.mark.parametrize("path", [ROOT / "Dockerfile", ROOT / "deploy" / "proxy" / "Dockerfile"], ids=["own", "proxy"])
def test_an_image_is_of_a_named_release_and_does_not_run_as_root(path: Path) -> None:
    text = path.read_text()
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)
    assert all(":" in base and not base.endswith(":latest") for base in bases)
    users = re.findall(r"^USER (\d+):(\d+)$", text, re.MULTILINE)
    assert users
    assert "0" not in users[-1]
    assert "HEALTHCHECK" in text
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE)
    for source in " ".join(copied).split():
        assert (path.parent / source).exists(), source
    if linter := shutil.which("hadolint"):
        checked = subprocess.run([linter, str(path)], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout


def test_the_image_is_built_from_what_it_names_and_no_settings_come_along() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert {"**/*.env", "**/*.key"} <= set(rules)
    sources = re.findall(r"^COPY (?!--from)(.*) \S+$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    for source in " ".join(sources).split():
        assert any(source.startswith(rule[1:]) for rule in rules if rule.startswith("!")), source


VALUES: dict[str, Any] = yaml.safe_load((KUBERNETES / "values.yaml").read_text())


def snake(data: Any) -> Any:
    """The names as Dagster has them, of which the chart makes its own."""
    if isinstance(data, dict):
        return {re.sub(r"(?<=[a-z])([A-Z])", lambda m: f"_{m[1].lower()}", key): snake(v) for key, v in data.items()}
    return [snake(one) for one in data] if isinstance(data, list) else data


def test_the_queue_never_runs_two_of_the_same_cycle() -> None:
    declared = VALUES["dagsterDaemon"]["runCoordinator"]["config"]["queuedRunCoordinator"]
    coordinator = {next(iter(snake({own: None}))): value for own, value in declared.items()}
    read = process_config(Shape(QueuedRunCoordinator.config_type()), coordinator)
    assert read.success, read.errors
    limits = {limit["key"]: limit for limit in coordinator["tag_concurrency_limits"]}
    assert limits["dagster/partition"]["limit"] == 1
    assert limits["dagster/partition"]["value"]["applyLimitPerUniqueValue"] is True


def test_the_launcher_takes_what_runs_get() -> None:
    reason = "the values for runs are not held against their schema: install dagster-k8s"
    k8s = pytest.importorskip("dagster_k8s", reason=reason)
    run = snake({"runK8sConfig": VALUES["runLauncher"]["config"]["k8sRunLauncher"]["runK8sConfig"]})
    own = {"instance_config_map": "x", "dagster_home": "/dagster", "service_account_name": "x"}
    read = process_config(Shape(k8s.K8sRunLauncher.config_type()), {**own, **run})
    assert read.success, read.errors
    from dagster_k8s.models import k8s_model_from_dict, k8s_snake_case_dict
    from kubernetes import client

    for name, model in (("storage.yaml", "V1PersistentVolumeClaim"), ("backup.yaml", "V1CronJob")):
        made = yaml.safe_load((KUBERNETES / name).read_text())
        kind = getattr(client, model)
        assert k8s_model_from_dict(kind, k8s_snake_case_dict(kind, made)).kind == made["kind"]


def test_no_container_runs_as_root_or_may_write_to_its_image_and_readers_do_not_act() -> None:
    web = VALUES["dagsterWebserver"]
    assert (web["enableReadOnly"], web["service"]["type"], VALUES["ingress"]["enabled"]) == (True, "ClusterIP", False)
    for one in (*VALUES["dagster-user-deployments"]["deployments"], web, VALUES["dagsterDaemon"]):
        assert one["podSecurityContext"]["runAsNonRoot"] is True
        assert one["securityContext"]["readOnlyRootFilesystem"] is True
        assert one["securityContext"]["allowPrivilegeEscalation"] is False
        assert one["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    run = VALUES["runLauncher"]["config"]["k8sRunLauncher"]["runK8sConfig"]
    assert run["podSpecConfig"]["securityContext"]["runAsNonRoot"] is True
    assert run["containerConfig"]["securityContext"]["readOnlyRootFilesystem"] is True


def test_no_file_for_kubernetes_holds_a_secret() -> None:
    secret = r"(PASSWORD|_KEY|TOKEN|SECRET)[\"']?\s*[:=,]\s*(value:\s*)?[\"']?[^\s\"'{]"
    lines = [line for path in KUBERNETES.glob("*.yaml") for line in path.read_text().splitlines()]
    assert [line for line in lines if re.search(secret, line.split("#")[0])] == []


UNITS = sorted(SYSTEMD.glob("*.service"))
ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(not ANALYZE, reason="units are not verified: systemd-analyze is not here (systemd)")
HERE = "/opt/kwaliteitsmonitor/"


def settings(path: Path) -> dict[str, list[str]]:
    """What a unit says, by name; a name may be there more than once."""
    unit: dict[str, list[str]] = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", path.read_text(), re.MULTILINE):
        unit.setdefault(name, []).append(value)
    return unit


@needs_systemd
def test_systemd_takes_every_unit_without_a_remark(tmp_path: Path) -> None:
    """As they would be installed for one institution, with programs at the places that they name."""
    programs = tmp_path / "opt"
    units = []
    for path in sorted(p for p in SYSTEMD.iterdir() if p.suffix in (".service", ".timer")):
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
        units.append(str(unit))
    command = [str(ANALYZE), "verify", "--man=no", "--recursive-errors=no", *units]
    verified = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stderr) == (0, "")


each_service = pytest.mark.parametrize("path", UNITS, ids=[path.stem for path in UNITS])


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
        assert (SYSTEMD.parents[1] / words[0].removeprefix(HERE)).is_file()
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


def test_readers_may_only_look_timers_start_what_is_there_and_web_servers_know_the_port() -> None:
    for name, looks in (("readers", True), ("web", False)):
        (command,) = settings(SYSTEMD / f"kwaliteitsmonitor-{name}.service")["ExecStart"]
        assert ("--read-only" in command) is looks
    timers = sorted(SYSTEMD.glob("*.timer"))
    assert len(timers) > 2
    for timer in timers:
        assert timer.with_suffix(".service").is_file()
        assert settings(timer)["Persistent"] == ["true"]
    # The port of an institution is the one that the web servers know.
    (server,) = yaml.safe_load((SYSTEMD / "etc" / "workspace.yaml").read_text())["load_from"]
    own = re.search(r"^PORT=(\d+)$", (SYSTEMD / "etc" / "leiden.env").read_text(), re.MULTILINE)
    assert own is not None
    assert server["grpc_server"].items() >= {"location_name": "leiden", "port": int(own[1])}.items()


def test_every_variable_in_the_examples_is_known_and_no_example_holds_a_secret() -> None:
    for path in [*(SYSTEMD / "etc").glob("*.env"), *(SYSTEMD.parent / "institutions").glob("*.env")]:
        text = path.read_text()
        named = re.findall(r"^(?:# )?(KWALITEITSMONITOR_\w+)=", text, re.MULTILINE)
        assert unknown(dict.fromkeys(named, "x")) == [], path
        assert not re.search(r"(PASSWORD|KEY|TOKEN)=.", text), path


PAGES = (ROOT / "README.md", ROOT / "deploy" / "README.md", *sorted((ROOT / "docs").glob("*.md")))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_line_is_pasted_into_an_installer_that_reads_what_comes_after_it(page: Path) -> None:
    for block in re.findall(r"(?:^ {4,}\S.*\n)+", page.read_text(encoding="utf-8"), flags=re.MULTILINE):
        commands = re.sub(r"\\\n *", "", block).splitlines()  # what goes on after a backslash is one
        for number, line in enumerate(commands):
            if "apt-get install" in line:
                assert "--yes" in line, f"{line.strip()}: asks, and takes the next line for the answer"
                assert number == len(commands) - 1, f"{line.strip()}: what is pasted after it is lost"
