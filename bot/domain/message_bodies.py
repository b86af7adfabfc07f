"""Message bodies as plain JSON, as the outbox keeps them, what fits into one, and callback data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from bot.domain.messages import Attachment, Body, Button, Document, MapPin, Photo, Voice
from bot.domain.plain_text import escape, shortened, utf16_units, without_markup

CALLBACK_VERSION = "v1"
# UTF-16 units of what is shown, by Telegram's rule
MAX_TEXT_UNITS = 4096
MAX_CAPTION_UNITS = 1024
# What is left of the end of a text that is too long.
_END_UNITS = 600
_GAP = "\n\n"

# By which name each kind of file stands in a stored body; never renamed. "document" is of the
# first release, whose programs may still read bodies during an upgrade.
_FILES: Mapping[str, type[Document]] = {"document": Document, "photo": Photo, "voice": Voice}
_PLACE = "place"


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
    if body.own_from is not None:
        plain["own_from"] = body.own_from
    if isinstance(body.attachment, MapPin):
        plain[_PLACE] = asdict(body.attachment)
    elif body.attachment is not None:
        name = next(n for n, kind in _FILES.items() if type(body.attachment) is kind)
        plain[name] = asdict(body.attachment)
    return plain


def load_body(plain: Mapping[str, Any]) -> Body:
    menu = plain.get("menu")
    return Body(
        text=str(plain.get("text", "")),
        buttons=tuple(
            tuple(Button(b["label"], b["question"], b["option"]) for b in row)
            for row in plain.get("buttons", ())
        ),
        menu=None if menu is None else tuple(tuple(row) for row in menu),
        attachment=_attachment(plain),
        own_from=plain.get("own_from"),
    )


def fits_as_caption(text: str, attachment: Attachment) -> bool:
    """Whether `text` (Telegram HTML) can stand below the attachment, in the same message."""
    if isinstance(attachment, MapPin):
        return not text
    return utf16_units(without_markup(text)) <= MAX_CAPTION_UNITS


def cut_to_fit(body: Body) -> Body | None:
    """The same without the middle of its text, in plain words; None when all of it fits.

    The end stays, for that is where a text asks what its buttons answer.
    """
    words = without_markup(body.text).strip()
    if utf16_units(words) <= MAX_TEXT_UNITS:
        return None
    end = words.encode("utf-16-le")[-2 * _END_UNITS :].decode("utf-16-le", errors="ignore")
    end = end.partition(" ")[2].strip() or end
    beginning = shortened(words, MAX_TEXT_UNITS - _END_UNITS - len(_GAP))
    own_from = None if body.own_from is None else 0
    return replace(body, text=escape(f"{beginning}{_GAP}{end}"), own_from=own_from)


def _attachment(plain: Mapping[str, Any]) -> Attachment | None:
    for name, kind in _FILES.items():
        if plain.get(name) is not None:
            return kind(**plain[name])
    return MapPin(**plain[_PLACE]) if plain.get(_PLACE) is not None else None
