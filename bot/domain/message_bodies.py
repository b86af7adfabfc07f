"""Message bodies as plain JSON, as the outbox keeps them, and callback data of their buttons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.messages import Body, Button, Document

CALLBACK_VERSION = "v1"


def callback_data(question_id: int, option: str) -> str:
    """What a button carries: at most 64 bytes by Telegram's rule; options are 24 at most."""
    return f"{CALLBACK_VERSION}:{question_id}:{option}"


def parse_callback_data(data: str) -> tuple[int, str] | None:
    """Question instance and option, or None for anything this program never wrote."""
    parts = data.split(":")
    if (
        len(parts) != 3
        or parts[0] != CALLBACK_VERSION
        or not parts[1].isascii()
        or not parts[1].isdigit()
    ):
        return None
    question_id = int(parts[1])
    # Larger than any row number: forged, and databases refuse to look it up.
    return (question_id, parts[2]) if question_id < 2**63 else None


def dump_body(body: Body) -> dict[str, object]:
    plain: dict[str, object] = {"text": body.text}
    if body.buttons:
        plain["buttons"] = [
            [{"label": b.label, "question": b.question_id, "option": b.option} for b in row]
            for row in body.buttons
        ]
    if body.menu is not None:
        plain["menu"] = [list(row) for row in body.menu]
    if body.document is not None:
        plain["document"] = {
            "filename": body.document.filename,
            "mime_type": body.document.mime_type,
            "content_base64": body.document.content_base64,
        }
    return plain


def load_body(plain: Mapping[str, Any]) -> Body:
    menu = plain.get("menu")
    document = plain.get("document")
    return Body(
        text=str(plain.get("text", "")),
        buttons=tuple(
            tuple(Button(b["label"], b["question"], b["option"]) for b in row)
            for row in plain.get("buttons", ())
        ),
        menu=None if menu is None else tuple(tuple(row) for row in menu),
        document=None if document is None else Document(**document),
    )
