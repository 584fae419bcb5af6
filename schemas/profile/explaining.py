"""Describe pydantic's errors in a profile to people: the actual value and what was expected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from pydantic import BaseModel, ValidationError

from schemas.profile.faults import Fault, Path
from schemas.profile.near_misses import did_you_mean, nearest, one_of
from schemas.profile.shapes import Shape, keys_of, of_field, of_model

_TOO_LONG = 60
_DEEPEST = 4
"""Entries do not lie deeper in each other than this."""


class _Error(TypedDict):
    """What pydantic says of a mistake: its kind, where it stands, and the value that stands there."""

    type: str
    loc: Path
    msg: str
    input: object
    ctx: NotRequired[dict[str, object]]


@dataclass(frozen=True)
class Spot:
    """Where pydantic found something: the path in the file, what may stand there, and what holds it.

    `is_key` says that the key itself is wrong, and not what stands under it.
    """

    path: Path
    shape: Shape | None
    holder: Shape | None
    is_key: bool = False


def explained(file: str, model: type[BaseModel], error: ValidationError, entry: Path = ()) -> list[Fault]:
    """The faults of an entry that stands at a path of a file, each once."""
    faults: dict[tuple[Path, str], Fault] = {}
    errors = error.errors(include_url=False)
    misspelled = _misspelled(model, errors)
    for one in errors:
        spot = spot_of(model, one["loc"])
        if one["type"] == "missing" and (spot.path[:-1], spot.path[-1]) in misspelled:
            continue
        fault = _fault(file, model, (*entry, *spot.path), spot, one)
        faults.setdefault((fault.path, fault.expected), fault)
    return list(faults.values())


def _misspelled(model: type[BaseModel], errors: Iterable[_Error]) -> set[tuple[Path, str | int]]:
    """Keys that are missing because they are misspelt: one mistake, reported once."""
    missing: dict[Path, list[str]] = {}
    strange: dict[Path, list[str]] = {}
    for one in errors:
        path = spot_of(model, one["loc"]).path
        if one["type"] == "missing":
            missing.setdefault(path[:-1], []).append(str(path[-1]))
        elif one["type"] == "extra_forbidden":
            strange.setdefault(path[:-1], []).append(str(path[-1]))
    return {(at, near) for at, names in strange.items() for n in names if (near := nearest(n, missing.get(at, [])))}


def spot_of(model: type[BaseModel], loc: Path) -> Spot:
    """The spot that pydantic means by the place of an error in a model.

    Pydantic names the member of a union that it tried, and says of a key that it is one; neither stands in the file.
    """
    path: list[str | int] = []
    shape: Shape | None = of_model(model)
    holder: Shape | None = None
    for part in loc:
        if part == "[key]":
            return Spot(tuple(path), Shape("a text", "texts"), None, is_key=True)
        if shape is None:
            path.append(part)
        elif shape.held == "keys" and len(shape.models) > 1:
            shape = next((of_model(m) for m in shape.models if str(part) in tags_of(m, shape.by)), shape)
        elif shape.held == "keys":
            path.append(part)
            info = keys_of(shape.models[0]).get(str(part))
            holder, shape = shape, of_field(info) if info else None
        elif shape.held == "list":
            path.append(part)
            holder, shape = None, shape.inner[part if isinstance(part, int) and part < len(shape.inner) else 0]
        elif shape.held == "mapping":
            path.append(part)
            holder, shape = None, shape.inner[0]
        # what is left is the name of a member of a union of plain values, which stands in no file
    return Spot(tuple(path), shape, holder)


def tags_of(model: type[BaseModel], by: str) -> tuple[str, ...]:
    """The words for a kind of entry under the key that distinguishes them."""
    return of_field(keys_of(model)[by]).codes if by else ()


def _fault(file: str, model: type[BaseModel], path: Path, spot: Spot, error: _Error) -> Fault:
    kind, value, shape, holder = error["type"], error.get("input"), spot.shape, spot.holder
    expected = shape.one if shape else "a value"
    if kind == "extra_forbidden":
        keys = list(keys_of(holder.models[0])) if holder and holder.models else []
        return Fault(file, path, "no such key", one_of(keys), _belongs(str(path[-1]), keys, holder, model))
    if kind == "missing":
        return Fault(file, path, "is missing", expected)
    if kind in ("union_tag_invalid", "union_tag_not_found") and shape:
        tags = [tag for model in shape.models for tag in tags_of(model, shape.by)]
        if kind == "union_tag_not_found":
            return Fault(file, (*path, shape.by), "is missing", one_of(tags))
        tag = str(error["ctx"]["tag"])
        return Fault(file, (*path, shape.by), f"is '{tag}'", one_of(tags), did_you_mean(tag, tags))
    if kind == "value_error":
        mistake, expected = _parts_of(error["msg"].removeprefix("Value error, "))
        return Fault(file, path, mistake, expected)
    return _plain(file, path, shape, expected, value)


def _plain(file: str, path: Path, shape: Shape | None, expected: str, value: object) -> Fault:
    """A value that is not what it must be: shown, with what it must be."""
    hint = ""
    text = bool(shape) and shape is not None and not shape.codes and (shape.one.startswith("a text") or shape.name)
    if isinstance(value, str) and shape and shape.codes:
        hint = did_you_mean(value, shape.codes)
    elif isinstance(value, bool | int | float) and text:
        hint = "put it in quotes"
    called = f", which is no {shape.name}" if shape and shape.name and isinstance(value, str) else ""
    return Fault(file, path, f"{_shown(value)}{called}", expected, hint)


def _shown(value: object) -> str:
    match value:
        case None:
            return "has no value"
        case bool():
            return f"is {str(value).lower()}"
        case str() if not value:
            return "is empty"
        case str():
            return f"is '{value[:_TOO_LONG]}…'" if len(value) > _TOO_LONG else f"is '{value}'"
        case int() | float():
            return f"is {value}"
        case []:
            return "is an empty list"
        case list():
            return "is a list"
        case dict():
            return f"has the keys {', '.join(str(key) for key in value)}" if value else "has no keys"
    return "is something else"


def _parts_of(message: str) -> tuple[str, str]:
    """What stands there and what was expected, of a sentence of a model with both or the latter."""
    mistake, between, expected = message.partition("expected ")
    if not between:
        return message, ""
    return mistake.rstrip("; ") or "does not fit together", expected


def _belongs(name: str, keys: list[str], holder: Shape | None, model: type[BaseModel]) -> str:
    """What was likely meant by a key that is not known here: one of here, of an entry within, or of another level."""
    level = next((at for at, of_level in _levels(model, "", 0) if name in of_level), None)
    if level is not None:
        return f"it belongs under {level}" if level else "it belongs with the entry itself"
    meant = did_you_mean(name, keys)
    if meant or holder is None or not holder.models:
        return meant
    within = next((f"{at}.{near}" for at, near in _within(name, holder)), "")
    return f"did you mean '{within}'" if within else ""


def _within(name: str, holder: Shape) -> Iterator[tuple[str, str]]:
    for at, info in keys_of(holder.models[0]).items():
        shape = of_field(info)
        if shape.held == "keys" and len(shape.models) == 1:
            near = nearest(name, keys_of(shape.models[0]))
            if near:
                yield at, near


def _levels(model: type[BaseModel], path: str, depth: int) -> Iterator[tuple[str, Iterable[str]]]:
    """The keys of a model and of those within it, with the way to each."""
    yield path, keys_of(model)
    for key, info in keys_of(model).items() if depth < _DEEPEST else ():
        shape = of_field(info)
        for inner in (*shape.models, *(one for each in shape.inner for one in each.models)):
            yield from _levels(inner, f"{path}.{key}" if path else key, depth + 1)
