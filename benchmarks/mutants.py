"""Mutation testing of the code that may not be wrong: whether a test fails when one thing in it is changed.

    python -m benchmarks.mutants [money|statistics|disclosure …] [--ending DIGITS] [--survivors]

mutmut makes the mutants (a `+` that becomes a `-`, a `<` a `<=`, an argument that is left out) and runs, per mutant,
the tests that reach its function. That goes in `.bench/mutants/`, one process at a time. What was tried is kept there:
run it again and only what is left, what changed since, and what survived is tried. Mutants are numbered within their
function; those whose number ends in one of the digits are tried: `--ending 16` is one in five, `--ending 0123456789`
is all of them.
"""

from __future__ import annotations

import argparse
import configparser
import filecmp
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from schemas.packages import PACKAGES

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / ".bench" / "mutants"
COPIED = (*PACKAGES, "institutions", "tests", "docs", "dagster.yaml", "README.md")
OUTCOMES = {1: "killed", 3: "killed", 0: "survived", 33: "no test", 5: "no test", 36: "timeout"}
"""What the exit codes that mutmut keeps mean; a signal is a timeout as well."""
AGAIN = ("survived", "no test")

UNSHRUNK = '''"""A property that fails has killed its mutant: the smallest example of it is not looked for."""
from hypothesis import Phase, settings

settings.register_profile("mutants", phases=(Phase.explicit, Phase.generate), database=None, deadline=None)
settings.load_profile("mutants")
'''


@dataclass(frozen=True)
class Group:
    """Modules that are mutated, as patterns of paths, and the tests that are to notice."""

    mutated: tuple[str, ...]
    tests: tuple[str, ...]


GROUPS = {
    "money": Group(
        ("assets/spending/*.py", "assets/validation/reconciliation.py"),
        ("tests/spending", "tests/validation/test_planned.py", "tests/validation/test_reconciliation.py"),
    ),
    "statistics": Group(
        (
            "kwaliteitsmonitor/methods/statistics/*.py",
            "assets/evaluations/*.py",
        ),
        ("tests/methods/statistics",),
    ),
    "disclosure": Group(
        ("kwaliteitsmonitor/methods/disclosure/*.py",),
        (
            "tests/methods/disclosure/test_applying.py",
            "tests/methods/disclosure/test_gate.py",
            "tests/methods/disclosure/test_keeping.py",
            "tests/methods/disclosure/test_lineage_control.py",
            "tests/methods/disclosure/test_people.py",
            "tests/methods/disclosure/test_recovery.py",
            "tests/methods/disclosure/test_shown_in_part.py",
        ),
    ),
}


def main() -> None:
    """Try the mutants of the groups that are asked for, and print the scores."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"one of {', '.join(GROUPS)}; all of them otherwise")
    parser.add_argument("--ending", default="16", metavar="DIGITS", help="of the numbers of mutants; 16: one in five")
    parser.add_argument("--survivors", action="store_true", help="try nothing; show the change of every survivor")
    arguments = parser.parse_args()
    if unknown := set(arguments.groups) - set(GROUPS):
        parser.error(f"there is no group {', '.join(sorted(unknown))}; there is {', '.join(GROUPS)}")
    if not arguments.ending.isdecimal():
        parser.error(f"--ending {arguments.ending}: expected digits, such as 16")
    names = arguments.groups or list(GROUPS)
    for name in names:
        if arguments.survivors:
            _show(PLACE / name)
        else:
            _try(GROUPS[name], PLACE / name, arguments.ending)
    for name in names:
        _report(name, PLACE / name)


def _try(group: Group, tree: Path, ending: str) -> None:
    for name in COPIED:
        _refresh(ROOT / name, tree / name)
    (tree / "unshrunk.py").write_text(UNSHRUNK, encoding="utf-8")
    (tree / "pytest.ini").write_text("[pytest]\npythonpath = .\naddopts = --import-mode=importlib\n", encoding="utf-8")
    with (tree / "setup.cfg").open("w", encoding="utf-8") as file:
        _configuration(group).write(file)
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", "1"]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    if not _left(tree, ending, survivors=True):
        subprocess.run([*command, f"*__mutmut_*[{ending}]"], cwd=tree, env=environment, check=True)
        return
    for survivors in (True, False):  # a second time for functions of which the first found that they changed
        if names := _left(tree, ending, survivors=survivors):
            subprocess.run([*command, *names], cwd=tree, env=environment, check=True)


def _left(tree: Path, ending: str, *, survivors: bool) -> list[str]:
    """The mutants whose number ends so and that were not tried yet, with those that survived before."""
    wanted = (None, *((code for code, outcome in OUTCOMES.items() if outcome in AGAIN) if survivors else ()))
    return [
        name
        for meta in sorted((tree / "mutants").rglob("*.py.meta"))
        for name, code in json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"].items()
        if code in wanted and name[-1] in ending
    ]


def _configuration(group: Group) -> configparser.ConfigParser:
    made = configparser.ConfigParser()
    made["mutmut"] = {
        "source_paths": "\nassets\nkwaliteitsmonitor\nschemas\npipelines",
        "only_mutate": "\n" + "\n".join(group.mutated),
        "do_not_mutate": "\n*/assets.py",  # thin functions of Dagster, which tests of whole cycles reach
        "also_copy": "\ninstitutions\ndocs\ndagster.yaml\nREADME.md\npytest.ini\nunshrunk.py",
        "pytest_add_cli_args_test_selection": "\n" + "\n".join(group.tests),
        "pytest_add_cli_args": "\n-p\nno:cacheprovider\n-p\nunshrunk",
        # Libraries that start threads do not survive a fork of a process that used them.
        "process_isolation": "forkserver",
        "timeout_multiplier": "6",
        "timeout_constant": "10",
        "use_git_change_detection": "false",
        "on_dependency_change": "ignore",
    }
    return made


def _refresh(source: Path, target: Path) -> None:
    """Copy what is not the same there; what did not change keeps its time, by which mutmut knows what to try again."""
    if source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists() or not filecmp.cmp(source, target, shallow=False):
            shutil.copy(source, target)
        return
    names = {path.name for path in source.iterdir() if path.name != "__pycache__"}
    for path in target.iterdir() if target.is_dir() else ():
        if path.name not in names:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for name in sorted(names):
        _refresh(source / name, target / name)


def outcomes(tree: Path) -> dict[str, Counter[str]]:
    """What became of the mutants, per module; those that were not tried are not counted."""
    tallies: dict[str, Counter[str]] = {}
    for meta in sorted((tree / "mutants").rglob("*.py.meta")):
        module = meta.relative_to(tree / "mutants").as_posix().removesuffix(".meta")
        codes = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"].values()
        tallies[module] = Counter(OUTCOMES.get(code, "timeout") for code in codes if code is not None)
        tallies[module]["made"] = len(codes)
    return tallies


def _report(name: str, tree: Path) -> None:
    per_module = outcomes(tree)
    total: Counter[str] = sum(per_module.values(), Counter())
    print(f"\n{name:42}   made  tried killed survived timeout no test  score")
    for module, counts in (*per_module.items(), ("together", total)):
        tried = counts.total() - counts["made"]
        score = f"{(counts['killed'] + counts['timeout']) / tried:6.1%}" if tried else "     –"
        numbers = f"{counts['killed']:6} {counts['survived']:8} {counts['timeout']:7} {counts['no test']:7}"
        print(f"  {module:40} {counts['made']:6} {tried:6} {numbers} {score}")


def _show(tree: Path) -> None:
    results = subprocess.run(
        [sys.executable, "-m", "mutmut", "results"], cwd=tree, check=True, capture_output=True, text=True
    ).stdout
    for line in results.splitlines():
        mutant, _, outcome = line.strip().partition(": ")
        if outcome in ("survived", "no tests"):
            subprocess.run([sys.executable, "-m", "mutmut", "show", mutant], cwd=tree, check=True)


if __name__ == "__main__":
    main()
