"""The lock: complete, hashed, without addresses, of a day that is written down, and what is installed."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-spark.lock")


def locked(name: str) -> list[tuple[Requirement, list[str]]]:
    """Each line of a lock, with its hashes."""
    joined = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return [(Requirement(line.partition(" --hash")[0]), re.findall(r"--hash=(\S+)", line)) for line in lines]


def required() -> list[Requirement]:
    """What the project needs, and what its tests need."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [Requirement(one) for one in (*project["dependencies"], *project["optional-dependencies"]["dev"])]


def test_every_dependency_is_in_the_lock_at_a_version_that_the_project_allows() -> None:
    there = {canonicalize_name(one.name): one for one, _ in locked("requirements.lock")}
    for requirement in required():
        pinned = there[canonicalize_name(requirement.name)]
        (pin,) = pinned.specifier
        assert pin.operator == "=="
        assert requirement.specifier.contains(pin.version, prereleases=True), f"{requirement}: {pinned}"


@pytest.mark.parametrize("name", LOCKS)
def test_every_line_has_one_version_and_its_hashes(name: str) -> None:
    """And nothing says where the lock was made."""
    for requirement, hashes in locked(name):
        assert [one.operator for one in requirement.specifier] == ["=="], requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes), requirement
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"://|--(?:extra-)?index|--find-links|@ file|(?<!\w)/(?:home|tmp|work|root)/", text) == []


def test_resolving_again_looks_at_nothing_that_came_after_the_day_of_the_lock() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^LOCKED_ON := \d{4}-\d\d-\d\dT00:00:00Z$", makefile, re.MULTILINE), "a moment, in no time zone"
    resolve = re.search(r"^RESOLVE = (.*\\\n.*)$", makefile, re.MULTILINE)
    assert resolve is not None
    for option in ("--upgrade", "--exclude-newer", "--generate-hashes", "--no-emit-index-url", "--universal"):
        assert option in resolve[1], "the lock of before has no say in it, and neither has this machine"
    recipe = makefile.partition("\nlock:")[2].partition("\n\n")[0]
    assert recipe.count("$(RESOLVE)") == len(LOCKS)


def test_what_is_installed_is_what_is_locked() -> None:
    """Of what is not for this platform there is nothing to see."""
    unlike = []
    for requirement, _ in locked("requirements.lock"):
        if requirement.marker is not None and not requirement.marker.evaluate():
            continue
        (pin,) = requirement.specifier
        try:
            installed = version(requirement.name)
        except PackageNotFoundError:
            installed = "nothing"
        if installed != pin.version:
            unlike.append(f"{requirement.name}: {installed} is installed, {pin.version} is locked")
    assert unlike == [], "install it anew: make setup"
