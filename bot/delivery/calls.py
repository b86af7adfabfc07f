"""The Bot API call that carries a message of the outbox to its chat."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)
from telegram.constants import ParseMode

from bot.domain.message_bodies import callback_data, load_body
from bot.domain.messages import Body, Document, MapPin, Photo, Voice
from bot.domain.plain_text import without_markup
from bot.services.delivery_results import Claimed

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True).to_json()  # the same for every message


def call_for(claim: Claimed) -> tuple[str, dict[str, Any]]:
    """The method, and its parameters as python-telegram-bot takes them."""
    body = load_body(claim.message.body)
    text = without_markup(body.text) if claim.message.is_plain else body.text
    parameters: dict[str, Any] = {"chat_id": claim.chat_id, "reply_markup": _markup(body)}
    if isinstance(body.attachment, MapPin):
        method, where = _place(body.attachment)
        return method, parameters | where
    parameters["parse_mode"] = None if claim.message.is_plain else ParseMode.HTML
    match body.attachment:
        case None:
            return "sendMessage", parameters | {"text": text, "link_preview_options": _NO_PREVIEW}
        case Photo():
            method, kind = "sendPhoto", "photo"
        case Voice():
            method, kind = "sendVoice", "voice"
        case _:
            method, kind = "sendDocument", "document"
    return method, parameters | {"caption": text or None, kind: _file(body.attachment)}


def _file(attachment: Document) -> InputFile:
    return InputFile(b64decode(attachment.content_base64), filename=attachment.filename)


def _place(pin: MapPin) -> tuple[str, dict[str, Any]]:
    where = {"latitude": pin.latitude, "longitude": pin.longitude}
    if not (pin.title and pin.address):  # Telegram wants both for a named place
        return "sendLocation", where
    return "sendVenue", where | {"title": pin.title, "address": pin.address}


def _markup(body: Body) -> Markup:
    if body.buttons:
        return InlineKeyboardMarkup(
            [
                [
                    InlineKeyboardButton(
                        b.label, callback_data=callback_data(b.question_id, b.option)
                    )
                    for b in row
                ]
                for row in body.buttons
            ]
        )
    if body.menu is None:
        return None
    if not body.menu:
        return ReplyKeyboardRemove()
    return ReplyKeyboardMarkup(body.menu, resize_keyboard=True, is_persistent=True)
