"""The shape of the code: imports run one way, and nothing in Python knows an institution."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from functools import cache
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

from schemas.packages import PACKAGES
from tests.imports import ROOT, imported_folders, untested_modules
from tests.untested import LIST, listed

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def of_package(package: str) -> list[Path]:
    return sorted((ROOT / package).rglob("*.py"))


@cache
def imports_and_literals(path: Path) -> tuple[set[str], set[object]]:
    """The names of the packages that a file imports, and the texts and numbers that it holds."""
    names: set[str] = set()
    literals: set[object] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module.split(".")[0])
        elif isinstance(node, ast.Constant):
            literals.add(node.value)
    return names, literals


def imported(path: Path) -> set[str]:
    return imports_and_literals(path)[0]


def of_distribution(name: str) -> str:
    return name.casefold().replace("_", "-")


def test_imports_run_one_way() -> None:
    """As `[tool.importlinter]` in pyproject.toml draws it: no package, step or folder imports what comes after it."""
    from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == EXIT_STATUS_SUCCESS


def test_every_folder_of_the_library_and_the_flow_has_its_place_in_the_layers() -> None:
    for contract in PROJECT["tool"]["importlinter"]["contracts"]:
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
    extras = PROJECT["project"]["optional-dependencies"]
    wanted = [*PROJECT["project"]["dependencies"], *(one for name in extras if name != "dev" for one in extras[name])]
    declared = {of_distribution(re.split(r"[\[<>=!~; ]", requirement)[0]) for requirement in wanted}
    offered = packages_distributions()
    for path in (path for package in PACKAGES for path in of_package(package)):
        others = imported(path) - set(PACKAGES) - sys.stdlib_module_names
        lacking = {name for name in others if not declared & {*map(of_distribution, offered.get(name, [name]))}}
        assert not lacking, f"{path.relative_to(ROOT)} imports {lacking}"


def test_dagster_is_met_in_the_rim_alone() -> None:
    """Neither the contracts nor the library know it; steps of the flow do in `assets.py`."""
    met = [path for package in ("schemas", "kwaliteitsmonitor", "assets") for path in of_package(package)]
    met = [path for path in met if "dagster" in imported(path)]
    assert {path.relative_to(ROOT).parts[0] for path in met} == {"assets"}
    assert {path.parent for path in met if not path.name.endswith("assets.py")} == {ROOT / "assets" / "common"}


def test_no_python_names_an_institution_or_what_is_its_own() -> None:
    from schemas.profile import load_profile, profile_folder

    profile = load_profile(profile_folder("leiden"))
    # Words of the institution that mean nothing else; "HA" or "skills" may stand in other words and sentences.
    own = {profile.id, *(u.id for u in profile.units if len(u.id) > 2), *(i.id for i in profile.indicators)}
    for path in (path for package in PACKAGES for path in of_package(package)):
        assert not imports_and_literals(path)[1] & own, path


def test_no_module_is_too_long_to_read_in_one_sitting() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for package in PACKAGES for path in of_package(package)}
    assert {path: length for path, length in lengths.items() if length > 420} == {}
