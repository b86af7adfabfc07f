"""A part of a pack to read through: every step with every option and what is answered to it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from bot.commands.preview_shown import Bubble, Note, Shown, along, label_of
from bot.content.assembling import read_parts
from bot.content.flow_values import Values, flow_values, profile_values
from bot.content.message_contexts import NOTICE_CONTEXTS
from bot.content.message_samples import SAMPLES_BY_MESSAGE
from bot.content.pack import Pack
from bot.content.samples import SamplePerson, own_values
from bot.domain.errors import TextFailed
from bot.domain.flows import Step
from bot.domain.rehearsal import Part

FEEDBACK = ("right", "wrong", "hint")


def read_message(pack: Pack, key: str, language: str, person: SamplePerson) -> dict[str, Any]:
    """One single message with the values it is tried with. Raises TextFailed."""
    text = pack.message(key, language, person.context(SAMPLES_BY_MESSAGE[key]))
    return _head(key, language, person) | {"text": text}


def read_notice(pack: Pack, key: str, language: str, person: SamplePerson) -> dict[str, Any]:
    """One text to staff: plain, as a mail is. Raises TextFailed."""
    text = pack.notice(key, language, person.context(NOTICE_CONTEXTS[key]))
    return _head(key, language, person) | {"text": escape(text, quote=False)}


def read_flow(pack: Pack, part: Part, language: str, person: SamplePerson) -> dict[str, Any]:
    """All steps of a module or check-in, or of one lesson, with sample answers in their texts.

    Raises:
        TextFailed: A text cannot be rendered.
    """
    flow = pack.flows[part.key]
    lesson = (part.step_key or "").partition(".")[0]
    wanted = [step for step in flow.steps if not lesson or step.key.startswith(f"{lesson}.")]
    context = person.context({}, next(own_values(person, _values_of(pack, part.key))))
    steps = [_step(pack, part.key, step, language, context) for step in wanted]
    return _head(part.key, language, person) | {
        "title": pack.flow_title(part.key, language),
        "lessons": [
            {"key": one, "title": pack.lesson_title(part.key, one, language)}
            for one in flow.lessons
            if lesson in ("", one)
        ],
        "steps": steps,
    }


def as_shown(read: dict[str, Any]) -> Iterator[tuple[str, list[Shown]]]:
    """The same under headings, to be printed."""
    if "steps" not in read:
        yield read["key"], [Bubble(read["text"])]
        return
    titles = {lesson["key"]: lesson["title"] for lesson in read["lessons"]}
    for step in read["steps"]:
        lesson, _, _ = step["key"].partition(".")
        title = f"{titles.pop(lesson)}\n\n" if lesson in titles else ""
        yield f"{title}{step['key']}  [{step['kind']}]", list(_shown(step))


def _shown(step: dict[str, Any]) -> Iterator[Shown]:
    buttons = tuple((one["option"], one["label"]) for one in step["options"])
    if step["text"] or buttons or step["along"]:
        yield Bubble(step["text"], buttons, step["along"])
    for one in step["options"]:
        if one.get("is_right"):
            yield Note(f"{one['label']} is right")
        if "goto" in one:
            yield Note(f"{one['label']} → {one['goto']}")
        if "escalate" in one:
            yield Note(f"{one['label']} → a case for a caseworker: {one['escalate']}")
        if "answer" in one:
            yield Note(f"{one['label']}:")
            yield Bubble(one["answer"])
    for value, target in step.get("goto", {}).items():
        yield Note(f"{step['by'] or 'the answer'} {value} → {target}")
    for part in FEEDBACK:
        if part in step:
            yield Note(f"{part}:")
            yield Bubble(step[part])


def _step(
    pack: Pack, flow_key: str, step: Step, language: str, context: dict[str, object]
) -> dict[str, Any]:
    def text(part: str, option: str = "") -> str | None:
        try:
            return pack.flow_text(flow_key, step.key, part, language, context, option=option)
        except TextFailed as failure:
            if "is missing" in str(failure):
                return None
            raise

    read: dict[str, Any] = {"key": step.key, "kind": step.kind, "text": text("text") or ""}
    general = {part: words for part in FEEDBACK if (words := text(part)) is not None}
    read |= general | {"along": along(step)} | _ways(step)
    read["options"] = [
        {
            "option": option,
            "label": label_of(pack, flow_key, step.key, option, language),
            **({"is_right": option == step.right} if step.right else {}),
            **({"goto": step.goto[option]} if option in step.goto else {}),
            **({"escalate": step.escalate[option]} if option in step.escalate else {}),
            **_own_answer(general, {part: text(part, option) for part in FEEDBACK}),
        }
        for option in step.options
    ]
    return read


def _ways(step: Step) -> dict[str, Any]:
    """Where it goes by something else than its buttons: by an earlier answer, a value, a number."""
    ways = {value: target for value, target in step.goto.items() if value not in step.options}
    return {"by": step.by, "goto": ways} if ways else {}


def _own_answer(general: dict[str, str], own: dict[str, str | None]) -> dict[str, str]:
    """What an option is answered with where its author wrote words for it alone."""
    found = [
        words for part, words in own.items() if words is not None and words != general.get(part)
    ]
    return {"answer": found[0]} if found else {}


def _values_of(pack: Pack, flow_key: str) -> Values:
    parts = read_parts(pack.files)
    return flow_values(parts.flows[flow_key], profile_values(parts)).values


def _head(key: str, language: str, person: SamplePerson) -> dict[str, Any]:
    return {"key": key, "language": language, "person": person.first_name}
