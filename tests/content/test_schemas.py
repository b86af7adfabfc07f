"""The schemas that editors use accept every file of a sound pack, and find what is misspelt."""

from fnmatch import fnmatch
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from bot.content.languages import LANGUAGES
from bot.content.loading import DEFAULT_PACK, read_folder
from bot.content.schemas import editor_settings, schemas
from bot.domain.steps import STEP_KINDS

SCHEMAS = schemas()


def schema_for(path: str) -> dict[str, Any]:
    for name, globs in editor_settings().items():
        for glob in globs:
            head, _, tail = glob.partition("{")
            ends = [f"{language}.yaml" for language in LANGUAGES] if tail else [""]
            if any(fnmatch(path, head + end) for end in ends):
                return SCHEMAS[name]
    raise AssertionError(f"no schema is for {path}")


def complaints(path: str, text: str) -> list[str]:
    # As editors read it: dates and yes stay words, for they follow YAML 1.2.
    value = yaml.load(text, Loader=yaml.BaseLoader) if path.endswith("facts.yaml") else None
    value = value or yaml.safe_load(text)
    found = Draft202012Validator(schema_for(path)).iter_errors(_dates_as_words(value))
    return [error.message for error in found]


def _dates_as_words(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _dates_as_words(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_dates_as_words(inner) for inner in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_each_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


FILES, _ = read_folder(DEFAULT_PACK)


@pytest.mark.parametrize("path", sorted(set(FILES) - {"translations.yaml"}))
def test_every_file_of_the_pack_that_comes_along_is_accepted(path: str) -> None:
    assert complaints(path, FILES[path]) == []


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("modules/workplace_rules/module.yaml", "kind: say", "kind: tell"),
        ("modules/workplace_rules/module.yaml", "options:", "optoins:"),
        ("modules/workplace_rules/nb.yaml", "wrong:", "worng:"),
        ("programme.yaml", "day: tuesday", "day: tirsdag"),
        ("programme.yaml", 'from: "10:00"', 'from: "ten"'),
        ("facts.yaml", "sure: high", "sure: quite"),
        ("messages/nb.yaml", "danger:", "dagner:"),
    ],
)
def test_what_is_misspelt_is_found_while_typing(path: str, old: str, new: str) -> None:
    assert old in FILES[path]

    assert complaints(path, FILES[path].replace(old, new, 1)) != []


def test_editors_complete_every_kind_of_step_with_its_sentence() -> None:
    offered = SCHEMAS["module.schema.json"]["$defs"]["StepEntry"]["properties"]["kind"]["oneOf"]

    assert offered == [{"const": kind.code, "description": kind.doc} for kind in STEP_KINDS]
