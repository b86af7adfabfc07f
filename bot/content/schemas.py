"""JSON Schemas of a pack's files, so that editors complete and check while somebody types.

They tell shapes. What spans files (a text that is missing, a goto to nowhere) is the check's matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter

from bot.content.languages import LANGUAGES
from bot.content.message_contexts import MESSAGE_CONTEXTS, NOTICE_CONTEXTS
from bot.content.models import CheckInFile, CheckInTexts, Fact, HelpLine, ModuleFile, ModuleTexts
from bot.content.programme_models import ProgrammeFile
from bot.domain.escalation_reasons import ESCALATION_REASONS
from bot.domain.steps import STEP_KINDS

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Schema = {"type": ["string", "number"]}
# A bare text is short for `{text: …}`, and a step without texts may stand empty.
_SHORT_FORMS = ("StepTexts",)
_LANGUAGE_FILES = "{" + ",".join(LANGUAGES) + "}.yaml"


def schemas() -> dict[str, Schema]:
    """Each schema under its file name."""
    found = {
        "programme": _of(ProgrammeFile),
        "facts": _of(dict[str, Fact]),
        "help_lines": _of(list[HelpLine]),
        "module": _with_registers(_of(ModuleFile)),
        "module_texts": _with_lesson_titles(_of(ModuleTexts)),
        "check_in": _with_registers(_of(CheckInFile)),
        "check_in_texts": _of(CheckInTexts),
        "messages": _nested(MESSAGE_CONTEXTS),
        "notices": _nested(NOTICE_CONTEXTS),
    }
    return {f"{name}.schema.json": {"$schema": DIALECT, **schema} for name, schema in found.items()}


def editor_settings() -> dict[str, list[str]]:
    """Which files each schema is for, as the `yaml.schemas` setting of editors wants it."""
    files = {
        "programme": ["programme.yaml"],
        "facts": ["facts.yaml"],
        "help_lines": ["help_lines.yaml"],
        "module": ["modules/*/module.yaml"],
        "module_texts": [f"modules/*/{_LANGUAGE_FILES}"],
        "check_in": ["check_ins/*/check_in.yaml"],
        "check_in_texts": [f"check_ins/*/{_LANGUAGE_FILES}"],
        "messages": [f"messages/{_LANGUAGE_FILES}"],
        "notices": [f"notices/{_LANGUAGE_FILES}"],
    }
    return {f"{name}.schema.json": globs for name, globs in files.items()}


def _of(kind: Any) -> Schema:
    schema: Schema = TypeAdapter(kind).json_schema(by_alias=True, mode="validation")
    definitions = schema.get("$defs", {})
    for name in _SHORT_FORMS:
        if name in definitions:
            definitions[name] = {"anyOf": [definitions[name], _TEXT, {"type": "null"}]}
    return schema


def _with_registers(schema: Schema) -> Schema:
    """Name the step kinds and the reasons, which the models leave to the domain."""
    step = schema["$defs"]["StepEntry"]["properties"]
    step["kind"] = {"oneOf": [{"const": kind.code, "description": kind.doc} for kind in STEP_KINDS]}
    reasons = [reason.code for reason in ESCALATION_REASONS if not reason.retired]
    step["escalate"]["additionalProperties"] = {"enum": reasons}
    return schema


def _with_lesson_titles(schema: Schema) -> Schema:
    # In the file the title stands among the steps.
    entry = {"$ref": "#/$defs/StepTexts"}
    schema["$defs"]["LessonTexts"] = {
        "type": "object",
        "properties": {"title": _TEXT},
        "required": ["title"],
        "additionalProperties": entry,
    }
    return schema


def _nested(keys: Iterable[str]) -> Schema:
    """Dotted keys as the nested mapping that authors write; the check names what is missing."""
    tree: dict[str, Any] = {}
    for key in keys:
        *above, name = key.split(".")
        inner = tree
        for part in above:
            inner = inner.setdefault(part, {})
        inner[name] = None
    return _mapping(tree)


def _mapping(tree: Mapping[str, Any]) -> Schema:
    properties = {
        name: _TEXT if inner is None else _mapping(inner) for name, inner in sorted(tree.items())
    }
    return {"type": "object", "properties": properties, "additionalProperties": False}
