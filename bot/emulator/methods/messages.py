"""Methods that send text, places and signs of life, and the one that deletes."""

import time
from datetime import timedelta

from bot.emulator.api_errors import Json, bad_request
from bot.emulator.formatting import checked_text
from bot.emulator.keyboards import checked_markup
from bot.emulator.methods.call import Call, deliver, method, own_message, writable_chat

DELETABLE_FOR = timedelta(hours=48)
_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


@method("sendMessage")
async def send_message(call: Call) -> Json:
    """Send a text."""
    given = call.parameters
    markup = checked_markup(given.parsed("reply_markup", "reply keyboard markup"))
    entities = given.parsed("entities", "message entities")
    text, found = checked_text(given.text("text"), given.text("parse_mode"), entities)
    chat = writable_chat(call)
    return deliver(call, chat, {"text": text, "entities": found}, markup)


@method("sendLocation")
async def send_location(call: Call) -> Json:
    """Send a place."""
    given = call.parameters
    latitude, longitude = given.number("latitude"), given.number("longitude")
    if latitude is None or longitude is None:
        raise bad_request("latitude is empty" if latitude is None else "longitude is empty")
    markup = checked_markup(given.parsed("reply_markup", "reply keyboard markup"))
    place = {"latitude": latitude, "longitude": longitude}
    return deliver(call, writable_chat(call), {"location": place}, markup)


@method("sendVenue")
async def send_venue(call: Call) -> Json:
    """Send a place with its name and address."""
    given = call.parameters
    latitude, longitude = given.number("latitude"), given.number("longitude")
    if latitude is None or longitude is None:
        raise bad_request("latitude is empty" if latitude is None else "longitude is empty")
    title, address = given.text("title"), given.text("address")
    if not title or not address:
        raise bad_request("venue title is empty" if not title else "venue address is empty")
    markup = checked_markup(given.parsed("reply_markup", "reply keyboard markup"))
    place = {"latitude": latitude, "longitude": longitude}
    venue = {"location": place, "title": title, "address": address}
    return deliver(call, writable_chat(call), {"location": place, "venue": venue}, markup)


@method("sendChatAction")
async def send_chat_action(call: Call) -> bool:
    """Show "typing" and the like for five seconds."""
    if call.parameters.text("action") not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = writable_chat(call)
    chat.typing_until = time.monotonic() + 5
    call.world.changed()
    return True


@method("deleteMessage")
async def delete_message(call: Call) -> bool:
    """Delete a message that is younger than 48 hours."""
    chat = writable_chat(call)
    message = own_message(call, chat, "message to delete not found")
    foreign = message.from_bot != call.bot.bot_id and chat.person_id is None
    if foreign or call.world.clock.now() - message.at > DELETABLE_FOR:
        raise bad_request("message can't be deleted for everyone")
    message.deleted = True
    call.world.changed()
    return True
