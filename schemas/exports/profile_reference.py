"""The reference documentation of profiles, as Markdown: every file and every key, from the models that read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from schemas.exports.key_meanings import meanings, models_of
from schemas.exports.profile_schema import schema_name
from schemas.exports.profile_tables import delivered_tables, facts
from schemas.profile.files import FILES, Form, ProfileFile
from schemas.profile.institution import FORMAT
from schemas.profile.shapes import Shape, keys_of, of_field

_HEADS = ("key", "what it may be", "without it", "what it means", "example")
_FORMS = {
    Form.KEYS: "One set of keys.",
    Form.ENTRIES: "A list of entries, each of which begins with a hyphen.",
    Form.ROWS: "A table as CSV, with a comma between cells and the names of the columns on the first line.",
}


def reference(examples: Mapping[str, str]) -> str:
    """The whole reference; `examples` are the files of a small profile, by their names."""
    contents = [
        f"- [`{file.name}`](#{_anchor(file.name)}): {_first(file).partition('. ')[0].rstrip('.')}." for file in FILES
    ]
    head = [
        "# Files and keys of a profile",
        "",
        "A profile is a folder with these files. This page is made from the models that read them "
        "(`python -m pipelines.dictionary docs`), so that it says what there is. How to write one, step by step, is in "
        "[profile.md](../profile.md). The examples together are a whole profile that works: [example](example).",
        "",
        *contents,
        "- [What feeds deliver](#what-feeds-deliver) and [what indicators read](#what-indicators-read): the tables "
        "that a profile names.",
        "",
        f"These are the keys of `format_version: {FORMAT}`. A profile in an older format is read as it is, and "
        "`kwaliteitsmonitor migrate-profile FOLDER` rewrites it; one in a newer format is refused.",
        "",
        "An editor that knows YAML (Visual Studio Code with the YAML extension, say) completes and checks the keys of "
        "a file by its JSON Schema, which a comment on the first line names. `kwaliteitsmonitor check-profile FOLDER` "
        "tells everything that is wrong with a profile at once, each with its file, line and key.",
        "",
    ]
    sections = [line for file in FILES for line in _file(file, examples.get(file.name, ""))]
    return "\n".join([*head, *sections, *delivered_tables(), *facts()]).rstrip() + "\n"


def _file(file: ProfileFile[BaseModel], example: str) -> Iterator[str]:
    yield from (f"## {file.name}", "", _first(file), "")
    needed = "A profile has to have it." if file.needed else "It may be left out."
    schema = f" Schema: [{schema_name(file.name)}]({schema_name(file.name)})."
    yield from (f"{_FORMS[file.form]} {needed}{schema if file.form is not Form.ROWS else ''}", "")
    for path, model in _each_once(file):
        if path:
            kind = f" ({model.__name__})" if _is_one_of_several(file, path) else ""
            yield from (f"### {file.name}: {path}{kind}", "", _line(model.__doc__ or ""), "")
        yield from (f"| {' | '.join(_HEADS)} |", f"|{' --- |' * len(_HEADS)}")
        means = meanings(model)
        yield from (_row(file, key, info, means.get(key, "")) for key, info in keys_of(model).items())
        yield ""
    if example:
        yield from ("Example:", "", f"```{file.name.rpartition('.')[2]}", example.strip(), "```", "")


def _each_once(file: ProfileFile[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    """The models of a file; one that stands under several keys, under the first."""
    seen: set[type[BaseModel]] = set()
    for path, model in models_of(file.model):
        if model not in seen:
            seen.add(model)
            yield path, model


def _is_one_of_several(file: ProfileFile[BaseModel], path: str) -> bool:
    return len({model for at, model in models_of(file.model) if at == path}) > 1


def _row(file: ProfileFile[BaseModel], key: str, info: FieldInfo, meaning: str) -> str:
    cells = (
        f"`{key}`",
        _kind(file, of_field(info)),
        _default(info),
        meaning,
        _example(info),
    )
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _kind(file: ProfileFile[BaseModel], shape: Shape) -> str:
    if shape.held == "list":
        many = f"{len(shape.inner)} " if len(shape.inner) > 1 else ""
        return f"list of {many}{_kind(file, shape.inner[0]) if shape.inner[0].models else shape.inner[0].several}"
    if shape.held == "mapping":
        inner = shape.inner[0]
        return f"mapping to {_kind(file, inner) if inner.models or inner.inner else inner.several}"
    if shape.models:
        return " or ".join(_link(file, model) for model in shape.models)
    return shape.one


def _link(file: ProfileFile[BaseModel], model: type[BaseModel]) -> str:
    path = next(at for at, one in _each_once(file) if one is model)
    several = f" ({model.__name__})" if _is_one_of_several(file, path) else ""
    return f"[{path}{several}](#{_anchor(f'{file.name}: {path}{several}')})"


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "**required**"
    default = info.get_default(call_default_factory=True, validated_data={})
    if isinstance(default, BaseModel):
        return "its own defaults"
    return f"`{_yaml(default)}`" if default not in (None, "", [], {}) else "nothing"


def _example(info: FieldInfo) -> str:
    return f"`{_yaml(info.examples[0])}`" if info.examples else ""


def _yaml(value: object) -> str:
    """A value as it stands in a file, on one line."""
    plain = value if isinstance(value, str | bool | int | float | list | dict) else str(value)
    if isinstance(plain, list):
        plain = [one.model_dump(exclude_unset=True) if isinstance(one, BaseModel) else one for one in plain]
    text: str = yaml.safe_dump(plain, default_flow_style=True, allow_unicode=True, width=1000, sort_keys=False)
    return text.removesuffix("...\n").strip()


def _first(file: ProfileFile[BaseModel]) -> str:
    return _line(file.model.__doc__ or "")


def _line(text: str) -> str:
    return " ".join(text.split())


def _anchor(heading: str) -> str:
    """The anchor that Markdown gives a heading."""
    kept = "".join(one for one in heading.casefold() if one.isalnum() or one in " -_")
    return kept.replace(" ", "-")
