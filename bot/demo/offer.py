"""What the emulator's page offers to try: every part of the content by the key that /try takes."""

from __future__ import annotations

from typing import Any

from bot.content.message_samples import SAMPLES_BY_MESSAGE
from bot.content.pack import Pack
from bot.domain.rehearsal import short_keys

LANGUAGE = "en"  # the page's own


def offer_of(pack: Pack) -> dict[str, Any]:
    """The body of the emulator's `PUT rehearsal`."""
    wholes: dict[str, list[dict[str, str]]] = {"Modules": [], "Check-ins": []}
    lessons: list[dict[str, Any]] = []
    for flow_key, (whole, *keys) in short_keys(pack.flows).items():
        title = pack.flow_title(flow_key, LANGUAGE)
        group = "Modules" if flow_key.startswith("module:") else "Check-ins"
        wholes[group].append(_item(whole, title))
        if keys:
            titles = [
                pack.lesson_title(flow_key, lesson, LANGUAGE)
                for lesson in pack.flows[flow_key].lessons
            ]
            items = [_item(*pair) for pair in zip(keys, titles, strict=True)]
            lessons.append({"title": f"Lessons of {title}", "items": items})
    messages = [{"key": key, "title": key} for key in SAMPLES_BY_MESSAGE]
    return {
        "groups": [
            *({"title": title, "items": items} for title, items in wholes.items() if items),
            *lessons,
            {"title": "Messages", "items": messages},
        ]
    }


def _item(key: str, title: str) -> dict[str, str]:
    return {"key": key, "title": f"{title} ({key})"}
