"""What the code never does: run what it reads, leave a door open in a parser, or trust a certificate blindly.

Ruff checks much of the same while code is written (`S` in pyproject.toml) and bandit in `make security`; each can be
told to look away in a comment. This test cannot: what it forbids is nowhere in the three packages, but where a line
below says so, with the reason.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path

import pytest

from schemas.packages import PACKAGES

ROOT = Path(__file__).resolve().parents[2]


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MODULES = words(
    "pickle cPickle dill cloudpickle joblib marshal shelve jsonpickle telnetlib ftplib xmlrpc pty commands imp code "
    "codeop xml.sax xml.dom.minidom xml.dom.pulldom lxml"
)
"""Modules that run what they read, or read XML with entities."""

CALLS = words(
    "eval exec compile __import__ input os.system os.popen os.startfile os.mktemp os.tempnam tempfile.mktemp "
    "os.execl os.execlp os.execv os.execvp os.spawnl os.spawnv "
    "subprocess.getoutput subprocess.getstatusoutput ctypes.CDLL importlib.reload "
    "yaml.unsafe_load yaml.full_load yaml.load_all yaml.unsafe_load_all pandas.read_pickle pd.read_pickle "
    "numpy.load np.load torch.load ssl._create_unverified_context ssl.wrap_socket "
    "shutil.unpack_archive random.seed hashlib.md5 hashlib.sha1 logging.config.listen"
)
"""Calls that there are none of."""

METHODS = words("extractall to_pickle read_pickle install_extension load_extension enable_load_extension")
"""Methods, of whatever object, that there are none of: an archive is unpacked member by member, and measured."""

WAITING = words(
    "requests.get requests.post requests.put requests.patch requests.delete requests.head requests.request "
    "urllib.request.urlopen urlopen smtplib.SMTP smtplib.SMTP_SSL socket.create_connection"
)
"""Calls that wait for ever where no timeout is named."""


@lru_cache(maxsize=1)
def modules() -> tuple[tuple[str, ast.Module], ...]:
    paths = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return tuple((path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))) for path in paths)


@cache
def nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Every node of a module, walked once for all rules."""
    return tuple(ast.walk(tree))


def name_of(node: ast.expr) -> str:
    """The dotted name of what is called: `os.path.join`; of a method of a value its own name after a dot."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}"
    return ""


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    for node in nodes(tree):
        if isinstance(node, ast.Call):
            yield node, name_of(node.func)


def argument(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def constant(node: ast.expr | None) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def forbidden_imports(_: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    for line, name in imports(tree):
        if any(name == one or name.startswith(f"{one}.") for one in MODULES):
            yield line, f"imports {name}"


def forbidden_calls(_: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    imported = {name.rpartition(".")[2]: name for _, name in imports(tree)}
    for call, name in calls(tree):
        full = f"{imported.get(name.partition('.')[0], name.partition('.')[0])}{name[len(name.partition('.')[0]) :]}"
        if (name in CALLS or full in CALLS) and not name.startswith("self."):
            yield call.lineno, f"calls {full}"
        if name.rpartition(".")[2] in METHODS:
            yield call.lineno, f"calls .{name.rpartition('.')[2]}"


def loaders_of_yaml(_: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    for call, name in calls(tree):
        if name in ("yaml.load", "yaml.compose") and "SafeLoader" not in "".join(map(name_of, call.args[1:])):
            yield call.lineno, "loads YAML with a loader of its own"


def shells(_: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    for call, name in calls(tree):
        if argument(call, "shell") is not None and constant(argument(call, "shell")) is not False:
            yield call.lineno, "may start a shell"
        if name.startswith("subprocess.") and call.args and isinstance(call.args[0], ast.JoinedStr | ast.Constant):
            yield call.lineno, "starts a program by a text and not by a list"


def careless_connections(_: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    for call, name in calls(tree):
        if name in WAITING and argument(call, "timeout") is None:
            yield call.lineno, f"{name} without a timeout"
        if any(
            constant(argument(call, option)) is False for option in ("verify", "check_hostname", "verify_ssl", "ssl")
        ):
            yield call.lineno, "does not look at a certificate"


def open_servers(_: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in nodes(tree):
        if isinstance(node, ast.Constant) and node.value in ("0.0.0.0", "::", "[::]"):  # noqa: S104
            yield node.lineno, "names every address of the machine"


def guards_by_assert(_: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Asserts vanish under -O: they may tell a type checker that something is there, and nothing else."""
    for node in nodes(tree):
        if isinstance(node, ast.Assert) and not _narrows(node.test):
            yield node.lineno, "guards by an assert"


def _narrows(test: ast.expr) -> bool:
    if isinstance(test, ast.BoolOp):
        return all(map(_narrows, test.values))
    if isinstance(test, ast.Compare):
        return isinstance(test.ops[0], ast.IsNot) and constant(test.comparators[0]) is None
    return isinstance(test, ast.Call) and name_of(test.func) == "isinstance"


def parsers_of_xml(_: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    for line, name in imports(tree):
        if name.startswith(("xml.etree", "xml.parsers")):
            yield line, f"parses XML by {name}"


def templates_that_do_not_escape(_: str, tree: ast.Module) -> Iterator[tuple[int, str]]:
    for call, name in calls(tree):
        if name in ("Environment", "jinja2.Environment") and constant(argument(call, "autoescape")) is not True:
            yield call.lineno, "has templates that do not escape"
        if name.rpartition(".")[2] == "Markup" and call.args and not isinstance(call.args[0], ast.Constant):
            yield call.lineno, "says of a text that it is safe"


RULES: dict[str, Callable[[str, ast.Module], Iterator[tuple[int, str]]]] = {
    rule.__name__: rule
    for rule in (
        forbidden_imports,
        forbidden_calls,
        loaders_of_yaml,
        shells,
        careless_connections,
        open_servers,
        guards_by_assert,
        parsers_of_xml,
        templates_that_do_not_escape,
    )
}
EXPAT, YAML, TEMPLATES = (
    "kwaliteitsmonitor/readers/files/parts.py", "schemas/profile/documents.py", "pipelines/new_institution.py"
)  # fmt: skip
EXCUSED = {
    ("parsers_of_xml", EXPAT): "expat, which refuses a document type and every entity",
    ("loaders_of_yaml", YAML): "its loader descends from SafeLoader; the test below looks",
    ("templates_that_do_not_escape", TEMPLATES): "its templates are YAML, in which answers are quoted",
}
"""Where a rule does not hold, and why."""


@pytest.mark.parametrize("rule", list(RULES))
def test_nothing_in_the_packages_breaks_a_rule_but_what_is_excused(rule: str) -> None:
    broken = [(path, f"{path}:{line} {what}") for path, tree in modules() for line, what in RULES[rule](path, tree)]
    assert [place for path, place in broken if (rule, path) not in EXCUSED] == []
    assert {path for name, path in EXCUSED if name == rule} <= {path for path, _ in broken}, "an excuse for nothing"


SAMPLES = {
    "forbidden_imports": ["import pickle", "from xml.dom import minidom", "import lxml.etree"],
    "forbidden_calls": ["eval('1')", "import os\nos.system('x')", "from os import popen\npopen('x')", "a.extractall()"],
    "loaders_of_yaml": ["yaml.load(text, Loader)", "yaml.load(text)"],
    "shells": ["subprocess.run(['x'], shell=True)", "subprocess.run('x')"],
    "careless_connections": ["requests.get(u)", "requests.get(u, timeout=1, verify=False)", "smtplib.SMTP(h)"],
    "open_servers": ["serve('0.0.0.0')"],
    "guards_by_assert": ["assert user.may_read", "assert x == 1"],
    "parsers_of_xml": ["from xml.etree import ElementTree", "from xml.parsers import expat"],
    "templates_that_do_not_escape": ["Environment()", "jinja2.Environment(autoescape=False)", "Markup(text)"],
}


@pytest.mark.parametrize(("rule", "code"), [(rule, code) for rule, codes in SAMPLES.items() for code in codes])
def test_a_rule_finds_what_it_is_about(rule: str, code: str) -> None:
    assert list(RULES[rule]("some.py", ast.parse(code)))


def test_every_rule_has_a_sample() -> None:
    assert SAMPLES.keys() == RULES.keys()


def test_the_loader_of_exact_yaml_makes_no_objects() -> None:
    import yaml

    from schemas.profile import documents

    assert issubclass(documents._Exact, yaml.SafeLoader)
    with pytest.raises(yaml.YAMLError):
        yaml.load("!!python/object/apply:os.getcwd []", documents._Exact)  # noqa: S506
