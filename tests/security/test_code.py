"""What the code never does: run what it reads, leave a door open in a parser, or trust a certificate blindly.

Ruff checks much of the same while code is written (`S` in pyproject.toml) and bandit in `make security`; each can be
told to look away in a comment. This test cannot: what it forbids is nowhere in the three packages, but where a line
below says so, with the reason.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from schemas.packages import PACKAGES
from schemas.profile import documents

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


EVERYWHERE = words("0.0.0.0 :: [::]")
CERTIFICATES = words("verify check_hostname verify_ssl ssl")


def name_of(node: ast.expr) -> str:
    """The dotted name of what is called: `os.path.join`; of a method of a value its own name after a dot."""
    if isinstance(node, ast.Name):
        return node.id
    return f"{name_of(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else ""


def constant(node: ast.expr | None) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


def narrows(test: ast.expr) -> bool:
    """Whether an assert only tells a type checker that something is there: asserts vanish under -O."""
    if isinstance(test, ast.BoolOp):
        return all(map(narrows, test.values))
    if isinstance(test, ast.Compare):
        return isinstance(test.ops[0], ast.IsNot) and constant(test.comparators[0]) is None
    return isinstance(test, ast.Call) and name_of(test.func) == "isinstance"


def of_call(call: ast.Call, imported: dict[str, str]) -> Iterator[str]:
    """The rules that a call breaks."""
    name = name_of(call.func)
    first, method = name.partition(".")[0], name.rpartition(".")[2]
    full = f"{imported.get(first, first)}{name[len(first) :]}"
    options = {keyword.arg: keyword.value for keyword in call.keywords}
    if ((name in CALLS or full in CALLS) and not name.startswith("self.")) or method in METHODS:
        yield "forbidden call"
    if name in ("yaml.load", "yaml.compose") and "SafeLoader" not in "".join(map(name_of, call.args[1:])):
        yield "YAML by a loader of its own"
    if "shell" in options and constant(options["shell"]) is not False:
        yield "shell"
    if name.startswith("subprocess.") and call.args and isinstance(call.args[0], ast.JoinedStr | ast.Constant):
        yield "shell"  # a program by a text and not by a list
    if name in WAITING and "timeout" not in options:
        yield "careless connection"
    if any(constant(options.get(option)) is False for option in CERTIFICATES):
        yield "careless connection"
    if name in ("Environment", "jinja2.Environment") and constant(options.get("autoescape")) is not True:
        yield "template that does not escape"
    if method == "Markup" and call.args and not isinstance(call.args[0], ast.Constant):
        yield "template that does not escape"


def broken(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Each rule that a module breaks, and the line in which it does."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.expr | ast.stmt)]
    imported = {name.rpartition(".")[2]: name for node in nodes for name in imports(node)}
    for node in nodes:
        for name in imports(node):
            if any(name == one or name.startswith(f"{one}.") for one in MODULES):
                yield "forbidden import", node.lineno
            if name.startswith(("xml.etree", "xml.parsers")):
                yield "parser of XML", node.lineno
        if isinstance(node, ast.Call):
            yield from ((rule, node.lineno) for rule in of_call(node, imported))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in EVERYWHERE:
            yield "server on every address", node.lineno
        if isinstance(node, ast.Assert) and not narrows(node.test):
            yield "guard by an assert", node.lineno


EXCUSED = {
    # expat, which refuses a document type and every entity
    ("parser of XML", "kwaliteitsmonitor/readers/files/parts.py"),
    # its loader descends from SafeLoader; the test below looks
    ("YAML by a loader of its own", "schemas/profile/documents.py"),
    # its templates are YAML, in which answers are quoted
    ("template that does not escape", "pipelines/new_institution.py"),
}


def test_nothing_in_the_packages_breaks_a_rule_but_what_is_excused() -> None:
    excuses = set()
    for path in (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))):
        name = path.relative_to(ROOT).as_posix()
        for rule, line in broken(ast.parse(path.read_text(encoding="utf-8"))):
            assert (rule, name) in EXCUSED, f"{name}:{line} {rule}"
            excuses.add((rule, name))
    assert excuses == EXCUSED, "an excuse for nothing"


@pytest.mark.parametrize(
    ("rule", "samples"),
    [
        ("forbidden import", ["import pickle", "from xml.dom import minidom", "import lxml.etree"]),
        ("forbidden call", ["eval('1')", "import os\nos.system('x')", "from os import popen\npopen('x')"]),
        ("forbidden call", ["a.extractall()"]),
        ("YAML by a loader of its own", ["yaml.load(text, Loader)", "yaml.load(text)"]),
        ("shell", ["subprocess.run(['x'], shell=True)", "subprocess.run('x')"]),
        ("careless connection", ["requests.get(u)", "requests.get(u, timeout=1, verify=False)", "smtplib.SMTP(h)"]),
        ("server on every address", ["serve('0.0.0.0')"]),
        ("guard by an assert", ["assert user.may_read", "assert x == 1"]),
        ("parser of XML", ["from xml.etree import ElementTree", "from xml.parsers import expat"]),
        ("template that does not escape", ["Environment()", "jinja2.Environment(autoescape=False)", "Markup(text)"]),
    ],
)
def test_a_rule_finds_what_it_is_about(rule: str, samples: list[str]) -> None:
    for code in samples:
        assert rule in {name for name, _ in broken(ast.parse(code))}, code


def test_the_loader_of_exact_yaml_makes_no_objects() -> None:
    assert issubclass(documents._Exact, yaml.SafeLoader)
    with pytest.raises(yaml.YAMLError):
        yaml.load("!!python/object/apply:os.getcwd []", documents._Exact)  # noqa: S506
