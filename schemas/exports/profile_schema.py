"""JSON Schemas of the files of a profile: editors complete keys by them, and mark what cannot be while one types."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from schemas.exports.key_meanings import meanings, models_of
from schemas.json_types import Json
from schemas.profile.files import FILES, Form, ProfileFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _WithoutTitles(GenerateJsonSchema):
    """A schema in which a key has no title: an editor would show it in the place of what the key means."""

    def field_title_should_be_set(self, schema: object) -> bool:
        """Never."""
        del schema
        return False


def schema_name(file: str) -> str:
    """The name of the schema of a file: `units.schema.json` of `units.yaml`."""
    return f"{file.rpartition('.')[0]}.schema.json"


def profile_schemas() -> dict[str, Mapping[str, Json]]:
    """The schema of each YAML file of a profile, by the name of the schema."""
    return {schema_name(file.name): _schema(file) for file in FILES if file.form is not Form.ROWS}


def schema_line(file: str, schemas: str) -> str:
    """The comment at the head of a file by which editors find its schema; `schemas` is the way to their folder."""
    return f"# yaml-language-server: $schema={schemas}/{schema_name(file)}"


def _schema(file: ProfileFile[BaseModel]) -> Mapping[str, Json]:
    of = file.model if file.form is Form.KEYS else list[file.model]  # type: ignore[name-defined]
    made = TypeAdapter(of).json_schema(by_alias=True, mode="validation", schema_generator=_WithoutTitles)
    for model in dict.fromkeys(model for _, model in models_of(file.model)):
        described_in = made.get("$defs", {}).get(model.__name__, made)
        for key, meaning in meanings(model).items():
            described_in["properties"][key] = {"description": meaning, **described_in["properties"][key]}
    described = {"description": _line(file.model.__doc__ or "")}
    return {"$schema": DIALECT, "title": file.name, **described, **_in_lines({**made, "title": file.name})}


def _in_lines(schema: Mapping[str, Json]) -> dict[str, Json]:
    """The schema with each description on one line, as editors wrap them themselves."""
    return {
        key: _line(inner) if key == "description" and isinstance(inner, str) else _within(inner)
        for key, inner in schema.items()
    }


def _within(value: Json) -> Json:
    if isinstance(value, Mapping):
        return _in_lines(value)
    return [_within(one) for one in value] if isinstance(value, list) else value


def _line(text: str) -> str:
    return " ".join(text.split())
