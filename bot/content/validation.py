"""Turning pydantic's errors into located findings that say what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.content.findings import Finding, did_you_mean
from bot.content.yaml_source import Document

_BETWEEN = re.compile(r"[,\s]+")
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_SENTENCES = {
    "missing": "`{field}` is missing; write it",
    "string_type": "`{field}` must be a text",
    "string_too_short": "`{field}` is empty; write the text",
    "string_too_long": "`{field}` is too long; at most {max_length} characters",
    "string_pattern_mismatch": "`{input}` must be of a-z, 0-9 and _, beginning with a letter",
    "dict_type": "`{field}` must hold keys with values: `{field}: {{key: …}}`",
    "model_type": "`{field}` must hold keys with values under it",
    "model_attributes_type": "`{field}` must hold keys with values under it",
    "tuple_type": "`{field}` must be a list: `{field}: [{listed}]`",
    "list_type": "`{field}` must be a list",
    "too_short": "`{field}` is empty; it needs at least one",
    "int_parsing": "`{field}` must be a whole number",
    "int_type": "`{field}` must be a whole number",
    "float_type": "`{field}` must be a number, with a point: 59.9",
    "float_parsing": "`{field}` must be a number, with a point: 59.9",
    "bool_parsing": "`{field}` must be true or false",
    "bool_type": "`{field}` must be true or false",
    "greater_than_equal": "`{field}` must be {ge} or more",
    "less_than_equal": "`{field}` must be {le} or less",
    "literal_error": "`{field}` must be {expected}",
}


def located(
    error: ValidationError, model: type[BaseModel], document: Document, *above: str | int
) -> Iterator[Finding]:
    """One finding for each thing pydantic saw, at the line it stands on."""
    for detail in error.errors(include_url=False):
        place = (*above, *_written_place(detail["loc"], document, above))
        yield document.problem(_sentence(detail, model, place), *place)


def _written_place(
    loc: tuple[str | int, ...], document: Document, above: tuple[str | int, ...]
) -> tuple[str | int, ...]:
    # A lesson's steps stand beside its title in the file, one level above where the model has
    # them; a bad key of a mapping is reported under "[key]". Neither is in the file.
    place: list[str | int] = []
    node = document.node(*above)
    for part in loc:
        if part == "[key]" or (
            part == "steps" and "steps" not in node.children and place[:1] == ["lessons"]
        ):
            continue
        place.append(part)
        node = node.children.get(part, node)
    return tuple(place)


def _sentence(detail: ErrorDetails, model: type[BaseModel], place: tuple[str | int, ...]) -> str:
    names = [str(part) for part in place if isinstance(part, str)]
    field = names[-1] if names else "the file"
    kind = detail["type"]
    if kind == "extra_forbidden":
        hint = did_you_mean(field, _all_fields(model)) or _of_a_comma(field, detail)
        return f"unknown field `{field}`{hint or '; remove it'}"
    context = {key: value for key, value in (detail.get("ctx") or {}).items() if key != "error"}
    if kind == "value_error":
        reason = str((detail.get("ctx") or {}).get("error", detail["msg"]))
        named = bool(names) and not isinstance(detail["input"], dict)
        return f"`{field}`: {reason}" if named else reason
    if kind.endswith("_type") and detail["input"] is None:
        return f"`{field}` is empty{_of_a_comma(field, detail) or '; write it, or remove the key'}"
    if isinstance(detail["input"], list) and kind not in ("dict_type", "value_error"):
        return f"`{field}` must not be a list; a text that begins with `[` needs quotes"
    sentence = _SENTENCES.get(kind)
    if sentence is None:
        return f"`{field}`: {detail['msg']}"
    shown = str(detail["input"])[:40]
    listed = ", ".join(_BETWEEN.split(shown.strip()))
    return sentence.format(field=field, input=shown, listed=listed, **context)


def _of_a_comma(field: str, detail: ErrorDetails) -> str:
    """Within braces what follows a comma is taken for a key; nobody writes such a key on purpose."""
    if detail["input"] is None and not _KEY.fullmatch(field):
        return "; within { } a text with a comma needs quotes"
    return ""


def _all_fields(model: type[BaseModel]) -> frozenset[str]:
    """The field names of `model` and of every model inside it, as files write them."""
    names: set[str] = set()
    waiting: list[object] = [model]
    seen: set[object] = set()
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if kind in seen:
                continue
            seen.add(kind)
            for name, info in kind.model_fields.items():
                names.add(info.alias or name)
                waiting.append(info.annotation)
        else:
            waiting.extend(get_args(kind))
    return frozenset(names)
