"""An entry with mistakes as it was likely meant, so that the rest of the profile can be checked all the same.

One mistake must not hide the others. What is made here never leaves the check: a profile with a mistake is refused.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from schemas.profile.explaining import Spot, spot_of, tags_of
from schemas.profile.near_misses import nearest
from schemas.profile.shapes import Shape, keys_of

Model = TypeVar("Model", bound=BaseModel)

_ROUNDS = 6
"""What is mended may show what lay below it, so deep as entries lie in each other."""


def salvaged(model: type[Model], data: Any, error: ValidationError) -> Model | None:
    """The entry with each mistake replaced by what was likely meant, or by a value that fits; none if none does."""
    data = deepcopy(data)
    for _ in range(_ROUNDS):
        errors = error.errors(include_url=False)
        for one in sorted(errors, key=lambda one: one["type"] != "extra_forbidden"):
            try:
                _mend(data, spot_of(model, one["loc"]), str(one["type"]))
            except (KeyError, IndexError, TypeError, AttributeError, ValueError):
                return None
        try:
            return model.model_validate(data)
        except ValidationError as again:
            error = again
    return None


def _mend(data: Any, spot: Spot, kind: str) -> None:
    if kind in ("union_tag_invalid", "union_tag_not_found") and spot.shape:
        _mend_tag(_within(data, spot.path), spot.shape)
        return
    holder = _within(data, spot.path[:-1])
    key = spot.path[-1]
    if spot.is_key:
        holder[str(key)] = holder.pop(key)
    elif kind == "extra_forbidden":
        keys = [name for name in (keys_of(spot.holder.models[0]) if spot.holder else ()) if name not in holder]
        value = holder.pop(key)
        if near := nearest(str(key), keys):
            holder[near] = value
    elif kind == "missing" and key in holder:
        return  # it stood there by another spelling
    elif spot.shape is None or (kind == "value_error" and spot.shape.held == "keys"):
        del holder[key]
    elif meant := _meant(spot.shape, holder, key):
        holder[key] = meant
    elif kind != "missing" and spot.holder and not keys_of(spot.holder.models[0])[str(key)].is_required():
        del holder[key]
    else:
        holder[key] = deepcopy(spot.shape.stand_in)


def _mend_tag(entry: dict[str, Any], shape: Shape) -> None:
    """Say which kind of entry it is: the one that is spelled like it, or that has the most of its keys."""
    by_tag = {tag: model for model in shape.models for tag in tags_of(model, shape.by)}
    near = nearest(str(entry.get(shape.by, "")), by_tag)
    entry[shape.by] = near or max(by_tag, key=lambda tag: len(entry.keys() & keys_of(by_tag[tag]).keys()))


def _meant(shape: Shape, holder: Any, key: Any) -> str:
    """Of a word out of a few, the one that was likely meant."""
    value = holder.get(key) if isinstance(holder, dict) else holder[key]
    return nearest(value, shape.codes) if isinstance(value, str) else ""


def _within(data: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        data = data[part if not isinstance(data, dict) or part in data else str(part)]
    return data
