"""What a value of a profile may be, in plain words, from the annotation of its key in a model.

Messages about mistakes and the reference documentation say it in the same words.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Annotated, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from schemas.profile.strict import Meant

_NUMBERS = {
    int: ("a whole number", "whole numbers"),
    Decimal: ("a number", "numbers"),
    float: ("a number", "numbers"),
}


@dataclass(frozen=True)
class Shape:
    """What a value may be.

    `one` and `several` say it in words. `codes` are the words that it may be, if those are known; `models` are the
    models of entries with keys, `inner` what a list or a mapping holds; `name` is what a value of a special form is
    called; `by` is the key that tells which of several models is meant.
    """

    one: str
    several: str
    codes: tuple[str, ...] = ()
    models: tuple[type[BaseModel], ...] = ()
    inner: tuple[Shape, ...] = ()
    name: str = ""
    by: str = ""
    held: str = field(default="value", compare=False)
    """`list`, `mapping`, `keys` (a model), `either` (of several plain kinds) or `value`."""
    stand_in: object = field(default="x", compare=False)
    """A value that fits, if the right one is not known."""


def of_field(info: FieldInfo) -> Shape:
    """What the value of a key may be."""
    return _shape(info.annotation, tuple(info.metadata), str(info.discriminator or ""))


def of_model(model: type[BaseModel]) -> Shape:
    """What an entry that a model describes may be."""
    return _shape(model, ())


def key_of(model: type[BaseModel], name: str) -> str:
    """The key by which a field stands in a file."""
    return model.model_fields[name].alias or name


def keys_of(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The keys of a model, in its order."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def _shape(annotation: object, metadata: tuple[object, ...], by: str = "") -> Shape:
    core, extras = _unfolded(annotation)
    metadata = (*metadata, *_flat(extras))
    by = by or next((str(m.discriminator) for m in extras if isinstance(m, FieldInfo) and m.discriminator), "")
    meant = next((m for m in metadata if isinstance(m, Meant)), None)
    if meant:
        return Shape(meant.one, meant.several, name=meant.name, stand_in=meant.example)
    origin, arguments = get_origin(core), get_args(core)
    if origin is Literal:
        return _of_codes([_word(value) for value in arguments])
    if origin in (Union, types.UnionType):
        return _either([_shape(one, ()) for one in arguments if one is not type(None)], by)
    if origin in (list, tuple):
        return _list(origin, arguments, metadata)
    if origin is dict:
        inner = _shape(arguments[1], ())
        return Shape(
            f"a mapping to {inner.several}", f"mappings to {inner.several}", inner=(inner,), held="mapping", stand_in={}
        )
    if isinstance(core, type) and issubclass(core, BaseModel):
        keys = ", ".join(keys_of(core))
        return Shape(f"the keys {keys}", f"entries with the keys {keys}", models=(core,), held="keys", stand_in={})
    if isinstance(core, type) and issubclass(core, Enum):
        return _of_codes([str(member.value) for member in core])
    return _plain(core, metadata)


def _plain(core: object, metadata: tuple[object, ...]) -> Shape:
    if core is bool:
        return Shape("true or false", "true or false", codes=("true", "false"), stand_in=False)
    if isinstance(core, type) and core in _NUMBERS:
        one, several = _NUMBERS[core]
        least, above, most = (_limit(metadata, name) for name in ("ge", "gt", "le"))
        fits = least if least is not None else most if most is not None else (above or 0) + 1
        return Shape(f"{one}{_range(metadata)}", f"{several}{_range(metadata)}", stand_in=fits)
    pattern = next((found for m in metadata if (found := getattr(m, "pattern", None))), "")
    if pattern:
        return Shape(f"a text that fits {pattern}", f"texts that fit {pattern}")
    if _limit(metadata, "min_length"):
        return Shape("a text that is not empty", "texts that are not empty")
    return Shape("a text", "texts")


def _list(origin: object, arguments: tuple[object, ...], metadata: tuple[object, ...]) -> Shape:
    inner = _shape(arguments[0], ())
    if origin is tuple and Ellipsis not in arguments:
        many = f"{len(arguments)} {inner.several}"
        return Shape(
            f"a list of {many}", f"lists of {many}", inner=tuple(_shape(a, ()) for a in arguments), held="list"
        )
    least, most = _limit(metadata, "min_length"), _limit(metadata, "max_length")
    number = "exactly one entry: " if least == most == 1 else "at least one entry: " if least else ""
    return Shape(
        f"a list of {number}{inner.several}",
        f"lists of {inner.several}",
        inner=(inner,),
        held="list",
        stand_in=[inner.stand_in] if least else [],
    )


def _either(shapes: list[Shape], by: str) -> Shape:
    if len(shapes) == 1:
        return shapes[0]
    models = tuple(model for shape in shapes for model in shape.models)
    if models:
        return Shape(
            "one of several kinds of entries",
            "entries of several kinds",
            models=models,
            by=by,
            held="keys",
            stand_in={},
        )
    one, several = (" or ".join(getattr(s, name) for s in shapes) for name in ("one", "several"))
    codes = tuple(code for shape in shapes for code in shape.codes)
    return Shape(one, several, codes=codes, held="either", stand_in=shapes[0].stand_in)


def _of_codes(codes: list[str]) -> Shape:
    words = [code for code in codes if code]
    nothing = ", or nothing" if len(words) < len(codes) else ""
    if len(words) == 1:
        return Shape(f"{words[0]}{nothing}", words[0], codes=tuple(words), stand_in=words[0])
    return Shape(
        f"one of {', '.join(words)}{nothing}", f"words out of {', '.join(words)}", codes=tuple(words), stand_in=words[0]
    )


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _unfolded(annotation: object) -> tuple[object, tuple[object, ...]]:
    """An annotation without its extras, and those; one that may be nothing counts as what it else is."""
    extras: tuple[object, ...] = ()
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            extras += tuple(more)
        elif get_origin(annotation) in (Union, types.UnionType):
            others = [one for one in get_args(annotation) if one is not type(None)]
            if len(others) != 1:
                return annotation, extras
            annotation = others[0]
        else:
            return annotation, extras


def _flat(extras: tuple[object, ...]) -> Iterator[object]:
    for extra in extras:
        if isinstance(extra, FieldInfo):
            yield from extra.metadata
        else:
            yield extra


def _limit(metadata: tuple[object, ...], name: str) -> int | float | Decimal | None:
    """A limit that pydantic keeps with an annotation: `ge`, `gt`, `le`, `lt`, `min_length`, `max_length`."""
    return next((limit for m in metadata if (limit := getattr(m, name, None)) is not None), None)


def _range(metadata: tuple[object, ...]) -> str:
    """The bounds of a number, in words."""
    least, above, most, below = (_limit(metadata, name) for name in ("ge", "gt", "le", "lt"))
    ends = [f"from {least}" if least is not None else "", f"above {above}" if above is not None else ""]
    high = [f"at most {most}" if most is not None else "", f"below {below}" if below is not None else ""]
    if least is not None and most is not None:
        return f" from {least} to {most}"
    if least is not None and below is None:
        return f" from {least} on"
    parts = [part for part in (*ends, *high) if part]
    return f" {' and '.join(parts)}" if parts else ""
