"""The engine's sentences about a step as findings: at the nearest line, with what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.content.findings import Finding, did_you_mean
from bot.content.yaml_source import Document, Value
from bot.domain.flows import Step
from bot.domain.steps import KINDS_BY_CODE

_QUOTED = re.compile(r"'([^' ]+)'")
_WORD = re.compile(r"\w+")
_STEP = re.compile(r"(?<!A )(?<!An )step '([^']+)', which the flow")
_OPTION = re.compile(r"'([^']+)', which is not an option")
_KIND = re.compile(r"step kind '([^']+)'")
_REMEDIES = (
    (re.compile(r"cannot be a name in the profile"), "use a-z, 0-9 and _, as in `first_job`"),
    (re.compile(r"step takes no '"), "remove it"),
    (re.compile(r"cannot run inside itself"), "take the step out"),
    (re.compile(r"which asks nothing"), "name a question"),
    (re.compile(r"is in the profile already"), "take `into` away there"),
    (re.compile(r"is (?:used|listed) more than once"), "give each a name of its own"),
    (re.compile(r"needs at least \d+ option"), "add one"),
)

Place = tuple[str | int, ...]


def finding_of(
    sentence: str, document: Document, place: Place, step: Step | None, keys: Sequence[str]
) -> Finding:
    """One problem of the step at `place`; `keys` are those of all steps of its flow."""
    near = _near(sentence, document, place)
    hint = "" if step is None else _hint(sentence, step, keys)
    return document.problem(sentence.rstrip(".") + (hint or _remedy(sentence)), *near)


def _near(sentence: str, document: Document, place: Place) -> Place:
    """The field the sentence is about, and the entry in it: nearer than the step's first line."""
    value = _value(document, place)
    if not isinstance(value, dict):
        return place
    quoted = _QUOTED.findall(sentence)
    named = (*quoted, *_WORD.findall(sentence), *(["options"] if "Option" in sentence else []))
    field = next((word for word in named if word in value), None)
    if field is None:
        return place
    return next(_entries(value[field], quoted, (*place, field)), (*place, field))


def _entries(value: Value, quoted: Sequence[str], place: Place) -> Iterator[Place]:
    if isinstance(value, dict):
        for name, target in value.items():
            # An author may leave out the own lesson, which the sentence names.
            if name in quoted or any(f".{word}".endswith(f".{target}") for word in quoted):
                yield (*place, name)
    elif isinstance(value, list):
        # Of two that are alike the second is the one too many.
        yield from ((*place, n) for n in reversed(range(len(value))) if value[n] in quoted)


def _value(document: Document, place: Place) -> Value:
    value = document.value
    for part in place:
        if isinstance(value, dict) and isinstance(part, str):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int):
            value = value[part]
    return value


def _hint(sentence: str, step: Step, keys: Sequence[str]) -> str:
    if named := _STEP.search(sentence):
        name = named[1].rpartition(".")[2]
        elsewhere = [key for key in keys if key.rpartition(".")[2] == name]
        return did_you_mean(named[1], elsewhere) or did_you_mean(named[1], keys)
    for pattern, known in ((_OPTION, step.options), (_KIND, tuple(KINDS_BY_CODE))):
        if named := pattern.search(sentence):
            return did_you_mean(named[1], known)
    return ""


def _remedy(sentence: str) -> str:
    return next((f"; {words}" for pattern, words in _REMEDIES if pattern.search(sentence)), "")
