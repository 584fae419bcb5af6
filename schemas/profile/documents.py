"""The files of a profile as data, with the line and the key of each value.

A file is read once, by a reader in C if there is one. The nodes that it composes know their lines, so that keeping them
beside the data costs nothing; they are used only when there is a problem to report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from schemas.profile.faults import Fault, Path
from schemas.visible import steering

_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
DEEPEST = 50
"""How deep lists and mappings may lie within each other; a profile goes to 10. The reader in C has no limit of its
own: it follows a text down until there is no stack left."""
_NAMED_BY = {"forms": "table", "versions": "version", "cycles": "month", "where": "field"}
"""The key by which an entry of a list is called, if that is not its id."""


def _without_days(loader: type[yaml.resolver.BaseResolver]) -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    """What a plain word is read as, without days: a profile has none but as text, and not every text is a day."""
    resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = loader.yaml_implicit_resolvers
    day = "tag:yaml.org,2002:timestamp"
    return {first: [one for one in patterns if one[0] != day] for first, patterns in resolvers.items()}


class _Fast(_FAST):  # type: ignore[misc]
    yaml_implicit_resolvers = _without_days(_FAST)


class _Exact(yaml.SafeLoader):
    """The reader in Python, which says where a mistake is alike on every machine."""

    yaml_implicit_resolvers = _without_days(yaml.SafeLoader)


@dataclass(frozen=True)
class Document:
    """A YAML file as data, with the nodes that it was made of."""

    data: object
    node: yaml.Node

    def line(self, path: Path) -> int:
        """The line of the last key on a path that there is; what lacks stands in the entry that lacks it."""
        line: int = self.node.start_mark.line
        for key, value in self._steps(path):
            line = (key or value).start_mark.line
        return line + 1

    def name(self, path: Path) -> str:
        """The path as people write it: entries of a list by their name or else their number from 1.

        The place of a plain value in a list is left out: its line says it.
        """
        names: list[str] = []
        node: yaml.Node | None = self.node
        for part in path:
            if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
                node = node.value[part] if part < len(node.value) else None
                if not isinstance(node, yaml.ScalarNode):
                    names.append(_named(node, names[-1] if names else "") or str(part + 1))
            elif isinstance(node, yaml.MappingNode) and (entry := _entry(node, part)) is not None:
                names.append(str(entry[0].value))
                node = entry[1]
            else:
                names.append(str(part))
                node = None
        return ".".join(names)

    def _steps(self, path: Path) -> Iterator[tuple[yaml.Node | None, yaml.Node]]:
        node: yaml.Node = self.node
        for part in path:
            if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
                node = node.value[part]
                yield None, node
            elif isinstance(node, yaml.MappingNode) and (entry := _entry(node, part)) is not None:
                node = entry[1]
                yield entry
            else:
                return


@dataclass(frozen=True)
class Register:
    """A table of a profile, with the line in which each of its rows ends."""

    lines: tuple[int, ...]

    def line(self, path: Path) -> int:
        """The line of the row on a path; that of the header without one."""
        return self.lines[path[0]] if path and isinstance(path[0], int) and path[0] < len(self.lines) else 1

    def name(self, path: Path) -> str:
        """The column."""
        return ".".join(str(part) for part in path[1:])


def parsed(file: str, text: str) -> tuple[Document | None, list[Fault]]:
    """The data of a YAML text and what is wrong with it; without data if it is no YAML at all.

    A text that is `too_deep` must not come here: no reader follows it down to the end.
    """
    try:
        node = yaml.compose(text, _Fast)
        if node is None:
            return None, [Fault(file, (), "the file is empty", "its entries")]
        faults = [*_twice(file, node, (), set()), *_steering(file, node)]
        data = yaml.constructor.SafeConstructor().construct_document(node)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return None, [_unreadable(file, text, error)]
    return Document(data, node), faults


def too_deep(file: str, text: str) -> Fault | None:
    """That lists and mappings lie deeper within each other than a profile needs, before anything follows them down."""
    depth = 0
    try:
        for event in yaml.parse(text, _Fast):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > DEEPEST:
                line = event.start_mark.line + 1 if event.start_mark else 1
                return Fault(file, (), "lists and keys lie too deep within each other", f"at most {DEEPEST}", line=line)
    except yaml.YAMLError:
        return None  # what is no YAML is reported where it is read
    return None


def _steering(file: str, root: yaml.Node) -> Iterator[Fault]:
    """Each key and value with a sign that would steer a terminal or turn the reading direction."""
    waiting, seen = [root], set[int]()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.ScalarNode):
            if sign := steering(str(node.value)):
                line = node.start_mark.line + 1
                yield Fault(file, (), f"holds the sign {sign}, which does not show", "text", line=line)
        elif isinstance(node, yaml.MappingNode):
            waiting.extend(one for pair in node.value for one in pair)
        else:
            waiting.extend(node.value)


def _unreadable(file: str, text: str, error: Exception) -> Fault:
    """What is wrong with a text that is no YAML, as the exact reader says it."""
    try:
        yaml.load(text, _Exact)  # noqa: S506 - a safe loader  # nosec B506
    except (yaml.YAMLError, ValueError, RecursionError) as exact:
        error = exact
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", "") or "")
    line = mark.line + 1 if mark else 0
    expected, hint = "keys and values, indented by spaces", ""
    if isinstance(error, yaml.reader.ReaderError):
        return Fault(file, (), "holds a character that does not show", "text", line=_line_at(text, error.position))
    if mark and repr("\t") in problem:
        return Fault(file, (), "begins with a tab", "spaces", line=line)
    if isinstance(error, yaml.constructor.ConstructorError):
        expected, hint = "plain keys and values", "put what YAML gives a meaning of its own in quotes"
    elif "mapping values are not allowed" in problem:
        hint = "put a text that holds a colon in quotes"
    return Fault(file, (), "not readable as YAML", expected, hint, line=line)


def _line_at(text: str, position: int) -> int:
    return text[:position].count("\n") + 1


def _twice(file: str, node: yaml.Node, path: Path, seen: set[int]) -> Iterator[Fault]:
    """Each key that is given twice, where YAML itself would silently keep the last."""
    if id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for at, value in enumerate(node.value):
            yield from _twice(file, value, (*path, at), seen)
    elif isinstance(node, yaml.MappingNode):
        first: dict[str, int] = {}
        for key, value in node.value:
            name = str(key.value)
            line = key.start_mark.line + 1
            if name in first:
                mistake, hint = f"the key '{name}' stands there twice", f"it is in line {first[name]} as well"
                yield Fault(file, (*path, name), mistake, "each key once", hint, line=line)
            first.setdefault(name, line)
            yield from _twice(file, value, (*path, name), seen)


def _entry(node: yaml.MappingNode, part: str | int) -> tuple[yaml.Node, yaml.Node] | None:
    """The key and the value under a key, by its text or else by what YAML reads that as: `yes` is true."""
    keys = [(key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]
    for key, value in keys:
        if key.value == str(part):
            return key, value
    if isinstance(part, str):
        return None
    read = yaml.constructor.SafeConstructor()
    return next(((key, value) for key, value in keys if read.construct_object(key) == part), None)


def _named(node: yaml.Node | None, listed: str) -> str:
    """What an entry of a list is called, by the key that names it."""
    entry = _entry(node, _NAMED_BY.get(listed, "id")) if isinstance(node, yaml.MappingNode) else None
    return str(entry[1].value) if entry is not None and isinstance(entry[1], yaml.ScalarNode) else ""
