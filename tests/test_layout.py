"""The shape of the code: imports run one way, and nothing in Python knows an institution."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from schemas.packages import PACKAGES
from tests.imports import imported_folders, untested_modules
from tests.untested import LIST, listed

ROOT = Path(__file__).resolve().parents[1]


def modules(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
    return names


def of_distribution(name: str) -> str:
    return name.casefold().replace("_", "-")


def test_imports_run_one_way() -> None:
    """As `[tool.importlinter]` in pyproject.toml draws it: no package, step or folder imports what comes after it."""
    from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == EXIT_STATUS_SUCCESS


def test_every_folder_of_the_library_and_the_flow_has_its_place_in_the_layers() -> None:
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    for contract in tool["importlinter"]["contracts"]:
        for package in contract.get("containers", ()):
            layered = {name for layer in contract["layers"] for name in layer.split(" | ")}
            assert {path.parent.name for path in (ROOT / package).glob("*/__init__.py")} == layered


def test_no_folders_import_each_other_in_a_ring() -> None:
    """A ring raises an error that names its folders; the modules that lie loose in a folder are that folder."""
    TopologicalSorter(imported_folders()).prepare()


def test_the_modules_that_no_test_imports_are_those_of_a_list_that_only_shrinks() -> None:
    untested, known = untested_modules(), listed()
    assert untested - known == set(), "write a test that imports the module itself"
    assert known - untested == set(), f"take them out of {LIST.name}: python -m tests.untested"


def test_what_is_imported_is_a_dependency_by_name() -> None:
    """What comes along with something else today may not tomorrow, and is not there in a new environment."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(one for name in extras if name != "dev" for one in extras[name])]
    declared = {of_distribution(re.split(r"[\[<>=!~; ]", requirement)[0]) for requirement in wanted}
    offered = packages_distributions()
    for package in PACKAGES:
        for path in modules(package):
            others = imported(path) - set(PACKAGES) - sys.stdlib_module_names
            lacking = {name for name in others if not declared & {*map(of_distribution, offered.get(name, [name]))}}
            assert not lacking, f"{path.relative_to(ROOT)} imports {lacking}"


@pytest.mark.parametrize("package", ["schemas", "kwaliteitsmonitor"])
def test_neither_contracts_nor_the_library_know_dagster(package: str) -> None:
    assert [path for path in modules(package) if "dagster" in imported(path)] == []


def test_dagster_is_met_in_the_rim_alone() -> None:
    met = [path for path in modules("assets") if "dagster" in imported(path)]
    rim = (ROOT / "assets" / "common").iterdir()
    assert [path for path in met if not path.name.endswith("assets.py")] == sorted({*met} & {*rim})


@pytest.mark.parametrize("package", PACKAGES)
def test_no_python_names_an_institution_or_what_is_its_own(package: str) -> None:
    from schemas.profile import load_profile, profile_folder

    profile = load_profile(profile_folder("leiden"))
    # Words of the institution that mean nothing else; "HA" or "skills" may stand in other words and sentences.
    own = {profile.id, *(u.id for u in profile.units if len(u.id) > 2), *(i.id for i in profile.indicators)}
    for path in modules(package):
        text = path.read_text(encoding="utf-8")
        literals = {
            n.value for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Constant) and isinstance(n.value, str)
        }
        assert not {word for word in own if any(word == literal for literal in literals)}, path


def test_no_module_is_too_long_to_read_in_one_sitting() -> None:
    long = {
        str(p.relative_to(ROOT)): n
        for package in PACKAGES
        for p in modules(package)
        if (n := len(p.read_text(encoding="utf-8").splitlines())) > 420
    }
    assert long == {}
