"""The image and the compose file: what they hold, what a container may do, and how it starts."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from kwaliteitsmonitor.foundation.settings_reference import unknown

ROOT = Path(__file__).resolve().parents[2]
DOCKER = ROOT / "deploy" / "docker"
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


def module(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"deploy_docker_{name}", DOCKER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


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
    healthy = module("healthy")
    assert healthy.probe([str(word) for word in SERVICES[service]["command"]]) == expected
    assert not healthy.is_well(["dagster-webserver", "--port", "9"]), "it does not answer"
    assert healthy.is_well(["kwaliteitsmonitor", "backup"])


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


def pinned(path: Path) -> dict[str, set[str]]:
    """The versions of each library in a lock; there may be one per version of Python."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([a-z0-9._-]+)==(\S+)", path.read_text(), re.MULTILINE):
        versions.setdefault(name, set()).add(version)
    return versions


def test_the_image_has_the_versions_that_the_tests_have_each_by_its_hash_and_no_tests() -> None:
    everywhere, image = pinned(ROOT / "requirements.lock"), pinned(DOCKER / "requirements.lock")
    assert {name: v for name, v in image.items() if not v <= everywhere.get(name, v)} == {}, "run: deploy/docker/lock"
    assert not {"pytest", "hypothesis", "playwright", "mypy"} & set(image)
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
