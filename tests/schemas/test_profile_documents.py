"""What is written about profiles is what the models say: the reference, the schemas for editors, and the example."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Annotated, Any

import pytest
import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from pipelines.dictionary import profile_documents
from schemas.exports.key_meanings import meanings, models_of
from schemas.exports.profile_schema import profile_schemas, schema_line, schema_name
from schemas.profile.files import FILES
from schemas.profile.loading import load_profile
from schemas.profile.shapes import keys_of

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = ROOT / "docs" / "profile"
EXAMPLE = WRITTEN / "example"
PROFILES = [*sorted(path.parent for path in (ROOT / "institutions").glob("*/profile.yaml")), EXAMPLE]
FILES_OF_PROFILES = [path for folder in PROFILES for path in sorted(folder.glob("*.yaml"))]


def test_the_reference_and_the_schemas_are_those_of_the_models() -> None:
    made = profile_documents(WRITTEN)
    written = {path.name: path.read_text(encoding="utf-8") for path in WRITTEN.iterdir() if path.is_file()}
    assert made.keys() == written.keys(), "run: make dictionary"
    assert [name for name in made if made[name] != written[name]] == [], "run: make dictionary"


def test_every_key_is_said_what_it_means() -> None:
    lacking = [
        f"{file.name}: {path}.{key}"
        for file in FILES
        for path, model in models_of(file.model)
        for key in keys_of(model)
        if not meanings(model).get(key)
    ]
    assert lacking == []


@pytest.mark.filterwarnings("ignore:The 'alias' attribute")
def test_every_example_of_a_key_is_one_that_the_key_takes() -> None:
    told = 0
    for file in FILES:
        for path, model in models_of(file.model):
            for key, info in keys_of(model).items():
                for example in info.examples or []:
                    assert _accepts(info, example), f"{file.name}: {path}.{key}: {example}"
                    told += 1
    assert told > 100


def validator_of(schema: dict[str, Any]) -> Any:
    """What holds files against a schema; imported here, for it builds a grammar of addresses in every worker."""
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema)


def _accepts(info: FieldInfo, example: object) -> bool:
    try:
        TypeAdapter(Annotated[info.annotation, info]).validate_python(example)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize("path", FILES_OF_PROFILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_file_of_a_profile_is_what_its_schema_says(path: Path) -> None:
    schema = profile_schemas()[schema_name(path.name)]
    data = json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8"))))
    assert [f"{one.json_path}: {one.message}" for one in validator_of(schema).iter_errors(data)] == []


@pytest.mark.parametrize("schema", list(profile_schemas()))
def test_a_schema_is_one(schema: str) -> None:
    validator_of(profile_schemas()[schema]).check_schema(profile_schemas()[schema])


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("units.yaml", "- {id: A, nl: a, en: a, aliasses: [b]}", "aliasses"),
        ("units.yaml", "- {id: A, nl: a}", "'en' is a required property"),
        ("profile.yaml", "student_reference_date: '02-30'", "does not match"),
        ("indicators.yaml", "- {direction: up}", "is not one of"),
        ("feeds.yaml", "- {sources: [{kind: files, path: x, format: csv, tables: [a], x: 1}]}", "not valid under any"),
        ("questions.yaml", "- {id: q, versions: [{version: '1', break: {nl: a}}]}", "not valid under any"),
    ],
)
def test_an_editor_marks_what_cannot_be(file: str, text: str, said: str) -> None:
    validator = validator_of(profile_schemas()[schema_name(file)])
    assert any(said in one.message for one in validator.iter_errors(yaml.safe_load(text)))


@pytest.mark.parametrize(
    "path",
    [path for path in FILES_OF_PROFILES if "yaml-language-server" in path.read_text(encoding="utf-8").split("\n")[0]],
    ids=lambda path: f"{path.parent.name}/{path.name}",
)
def test_the_first_line_of_a_file_leads_an_editor_to_its_schema(path: Path) -> None:
    first = path.read_text(encoding="utf-8").split("\n")[0]
    way = first.partition("$schema=")[2]
    assert (path.parent / way).resolve() == WRITTEN / schema_name(path.name)
    assert first == schema_line(path.name, way.rpartition("/")[0])


def test_the_example_is_a_whole_profile(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "example"))

    profile = load_profile(folder)

    assert {path.name for path in EXAMPLE.iterdir()} == {file.name for file in FILES}, "each file is shown"
    assert (len(profile.units), profile.rounds, profile.uses("bfr")) == (2, (1, 2), True)


def test_links_within_the_reference_lead_somewhere() -> None:
    text = (WRITTEN / "README.md").read_text(encoding="utf-8")
    heads = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", head.casefold()).replace(" ", "-") for head in heads}
    assert [link for link in re.findall(r"\]\(#([^)]+)\)", text) if link not in anchors] == []
    for target in re.findall(r"\]\((?!#|https?:)([^)]+)\)", text):
        assert (WRITTEN / target).exists(), target
