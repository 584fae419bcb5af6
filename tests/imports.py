"""Which modules of the code a file imports, and which modules no test imports."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from schemas.packages import PACKAGES

ROOT = Path(__file__).resolve().parents[1]
FOLDER = "__init__.py"


@cache
def modules() -> dict[str, Path]:
    """The modules of the code by their names; a folder is the module of its `__init__.py`."""
    files = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in files}


@cache
def imported_modules(path: Path) -> frozenset[str]:
    """The modules of the code that a file imports, within functions too; `from folder import module` is the module."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            within = {f"{node.module}.{alias.name}" for alias in node.names} & modules().keys()
            names |= within
            if len(within) < len(node.names):
                names.add(node.module)
    return frozenset(names & modules().keys())


def folder(module: str) -> str:
    return module if modules()[module].name == FOLDER else module.rpartition(".")[0]


def imported_folders() -> dict[str, set[str]]:
    """Per folder of the code the other folders of which its own modules import something."""
    folders: dict[str, set[str]] = {folder(module): set() for module in modules()}
    for module, path in modules().items():
        folders[folder(module)] |= {folder(other) for other in imported_modules(path)} - {folder(module)}
    return folders


def untested_modules() -> set[str]:
    """The modules that no file of the tests imports, of those that hold more than a docstring."""
    tested: Iterable[str] = (module for path in (ROOT / "tests").rglob("*.py") for module in imported_modules(path))
    return {module for module, path in modules().items() if _holds_something(path)} - {*tested}


def _holds_something(path: Path) -> bool:
    return path.name != FOLDER or len(ast.parse(path.read_text(encoding="utf-8")).body) > 1
