"""What the keys of a profile mean: the docstrings below them in the models, read from the source when asked for.

Pydantic can keep them with a model (`use_attribute_docstrings`), and would then read the source of every model at every
start of the command line. They are needed only where documentation is made.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from pydantic import BaseModel

from schemas.profile.shapes import Shape, key_of, keys_of, of_field


def meanings(model: type[BaseModel]) -> dict[str, str]:
    """What each key of a model means, on one line: its description, else its docstring; a key without is left out."""
    described = {name: info.description for name, info in model.model_fields.items() if info.description}
    docstrings: dict[str, str] = {}
    for one in reversed(model.__mro__):  # a key that is inherited means what it does where it is declared
        if issubclass(one, BaseModel) and one is not BaseModel:
            docstrings |= _docstrings(one.__module__).get(one.__name__, {})
    known = docstrings | described
    return {key_of(model, name): known[name] for name in model.model_fields if name in known}


def models_of(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """A model and those within it, each with the path of keys by which it is reached, in the order of the keys."""
    yield path, model
    for key, info in keys_of(model).items():
        for inner in _models(of_field(info)):
            yield from models_of(inner, f"{path}.{key}" if path else key)


def _models(shape: Shape) -> Iterator[type[BaseModel]]:
    """The models of entries that a value holds, at whatever depth of lists and mappings."""
    yield from shape.models
    for inner in shape.inner:
        yield from _models(inner)


@lru_cache(maxsize=64)
def _docstrings(module: str) -> dict[str, dict[str, str]]:
    """By class of a module the docstring below each of its attributes."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {one.name: dict(_below(one)) for one in tree.body if isinstance(one, ast.ClassDef)}


def _below(of: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for declared, below in pairwise(of.body):
        if (
            isinstance(declared, ast.AnnAssign)
            and isinstance(declared.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        ):
            yield declared.target.id, " ".join(below.value.value.split())
