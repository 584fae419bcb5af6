"""What is written about profiles is what the models say: the reference, the schemas for editors, and the example."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any

import pytest
import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from schemas.exports.key_meanings import meanings, models_of
from schemas.exports.profile_reference import reference
from schemas.exports.profile_schema import profile_schemas, schema_line, schema_name
from schemas.exports.profile_tables import delivered_tables, facts
from schemas.json_types import Json
from schemas.packages import ROOT
from schemas.profile.files import FILES
from schemas.profile.loading import PROFILES, load_profile
from schemas.profile.shapes import keys_of

WRITTEN = ROOT / "docs" / "profile"
EXAMPLE = WRITTEN / "example"
FOLDERS = [*sorted(path.parent for path in PROFILES.glob("*/profile.yaml")), EXAMPLE]
KEYS = [
    (f"{file.name}: {path}.{key}", model, key, info)
    for file in FILES
    for path, model in models_of(file.model)
    for key, info in keys_of(model).items()
]


@pytest.mark.filterwarnings("ignore:The 'alias' attribute")
def test_every_key_has_a_meaning_and_examples_that_the_key_takes() -> None:
    assert [place for place, model, key, _ in KEYS if not meanings(model).get(key)] == []
    examples = [(place, info, example) for place, _, _, info in KEYS for example in info.examples or []]
    assert len(examples) > 100
    assert [(place, example) for place, info, example in examples if not _accepts(info, example)] == []


def _accepts(info: FieldInfo, example: object) -> bool:
    try:
        TypeAdapter(Annotated[info.annotation, info]).validate_python(example)
    except ValidationError:
        return False
    return True


@pytest.fixture(scope="module")
def editors() -> dict[str, Any]:
    """What an editor holds a file against, by the name of the schema."""
    from jsonschema import Draft202012Validator  # builds a grammar of addresses in every worker

    made = {name: Draft202012Validator(schema) for name, schema in profile_schemas().items()}
    for one in made.values():
        Draft202012Validator.check_schema(one.schema)
    return made


def test_a_schema_is_plain_data_with_each_description_on_one_line() -> None:
    def described(value: Json) -> list[str]:
        within = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
        own = [value["description"]] if isinstance(value, dict) and isinstance(value.get("description"), str) else []
        return [*own, *(text for one in within for text in described(one))]

    made = profile_schemas()
    assert json.loads(json.dumps(made)) == made
    texts = described(made)
    assert len(texts) > 100
    assert not [text for text in texts if "\n" in text]


@pytest.mark.parametrize(
    "path",
    [path for folder in FOLDERS for path in sorted(folder.glob("*.yaml"))],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_a_file_of_a_profile_is_what_its_schema_says(path: Path, editors: dict[str, Any]) -> None:
    text = path.read_text(encoding="utf-8")
    data: Any = json.loads(json.dumps(yaml.safe_load(text)))
    assert list(editors[schema_name(path.name)].iter_errors(data)) == []
    first = text.partition("\n")[0]
    if "yaml-language-server" in first:
        way = first.partition("$schema=")[2]
        assert (path.parent / way).resolve() == WRITTEN / schema_name(path.name)
        assert first == schema_line(path.name, way.rpartition("/")[0])


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("units.yaml", "- {id: A, nl: a, en: a, aliasses: [b]}", "aliasses"),
        ("units.yaml", "- {id: A, nl: a}", "'en' is a required property"),
        ("profile.yaml", "student_reference_date: '02-30'", "does not match"),
        ("indicators.yaml", "- {direction: up}", "is not one of"),
        ("feeds.yaml", "- {sources: [{kind: files, path: x, format: csv, tables: [a], x: 1}]}", "not valid under any"),
        ("questions.yaml", "- {id: q, versions: [{version: '1', break: {nl: a}}]}", "not valid under any"),
    ],
)
def test_an_editor_marks_what_cannot_be(file: str, text: str, message: str, editors: dict[str, Any]) -> None:
    marked = editors[schema_name(file)].iter_errors(yaml.safe_load(text))
    assert any(message in one.message for one in marked)


def test_the_example_is_a_whole_profile() -> None:
    profile = load_profile(EXAMPLE)
    assert {path.name for path in EXAMPLE.iterdir()} == {file.name for file in FILES}, "each file is shown"
    assert (len(profile.units), profile.rounds, profile.uses("bfr")) == (2, (1, 2), True)


def test_the_reference_ends_with_the_tables_that_a_profile_names_and_its_links_lead_somewhere() -> None:
    tables = "\n".join([*delivered_tables(), *facts()]).rstrip()
    assert reference({}).rstrip().endswith(tables)
    text = (WRITTEN / "README.md").read_text(encoding="utf-8")
    heads = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", head.casefold()).replace(" ", "-") for head in heads}
    assert [link for link in re.findall(r"\]\(#([^)]+)\)", text) if link not in anchors] == []
    for target in re.findall(r"\]\((?!#|https?:)([^)]+)\)", text):
        assert (WRITTEN / target).exists(), target
