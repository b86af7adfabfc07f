"""Fills in what Telegram always sends and other Bot API servers leave out, before PTB reads it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

Json = dict[str, Any]


def filled_in(update: Json, *, received_at: datetime) -> Json:
    """Return the update with the fields PTB insists on; what is there stays as it came.

    Local Bot API servers and emulators leave out `is_bot`, `chat_instance`, or the date of a
    tapped message. Nothing the program decides by is made up: a missing date is the moment of
    arrival, and a chat without a kind is a person's when its number is positive, as at Telegram.
    """
    whole = dict(update)
    for kind in ("message", "edited_message", "channel_post", "edited_channel_post"):
        if isinstance(whole.get(kind), dict):
            whole[kind] = _message(whole[kind], received_at)
    if isinstance(whole.get("callback_query"), dict):
        query = dict(whole["callback_query"])
        query.setdefault("chat_instance", "")
        query["id"] = str(query.get("id", ""))
        if isinstance(query.get("message"), dict):
            query["message"] = _message(query["message"], received_at)
        if isinstance(query.get("from"), dict):
            query["from"] = _person(query["from"])
        whole["callback_query"] = query
    if isinstance(whole.get("my_chat_member"), dict):
        change = dict(whole["my_chat_member"])
        change.setdefault("date", int(received_at.timestamp()))
        whole["my_chat_member"] = change
    return whole


def _message(message: Json, received_at: datetime) -> Json:
    whole = dict(message)
    whole.setdefault("message_id", 0)
    whole.setdefault("date", int(received_at.timestamp()))
    if isinstance(whole.get("from"), dict):
        whole["from"] = _person(whole["from"])
    if isinstance(whole.get("chat"), dict):
        chat = dict(whole["chat"])
        is_person = isinstance(chat.get("id"), int) and chat["id"] > 0
        chat.setdefault("type", "private" if is_person else "group")
        whole["chat"] = chat
    return whole


def _person(person: Json) -> Json:
    return {"is_bot": False, "first_name": "", **person}
