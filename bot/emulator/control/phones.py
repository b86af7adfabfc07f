"""Control of the phones: making them and doing what a person can do on one."""

from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from bot.emulator import phone_actions as actions
from bot.emulator.control import samples
from bot.emulator.control.bodies import answering, file_body, json_body, world_of
from bot.emulator.files import document_content, photo_content, sticker_content, voice_content
from bot.emulator.parameters import Upload
from bot.emulator.phone_view import message_view, phone_summary, phone_view
from bot.emulator.records import BotAccount, Json, Message, Person, StoredFile
from bot.emulator.text_units import detect
from bot.emulator.world import Refused, World


def _owner(request: Request) -> Person:
    return actions.person(world_of(request), int(request.path_params["phone"]))


def _bot(request: Request, given: Json) -> BotAccount:
    token = given.get("bot") or request.query_params.get("bot")
    return actions.bot_of(world_of(request), _owner(request), token)


def _shown(world: World, owner: Person, bot: BotAccount, message: Message) -> Json:
    return message_view(world, world.private_chat(bot, owner), message)


async def list_phones(request: Request) -> Any:
    """GET: all phones, without their messages."""
    world = world_of(request)
    return [phone_summary(world, owner) for owner in world.people.values()]


async def make_phone(request: Request) -> Any:
    """POST: a new phone."""
    world, given = world_of(request), await json_body(request)
    wanted = given.get("user_id")
    if wanted is not None and int(wanted) in world.people:
        raise Refused(f"there is a phone {wanted} already")
    if wanted is not None and int(wanted) <= 0:
        raise Refused("a person's id is above zero", 400)
    owner = Person(
        person_id=int(wanted) if wanted is not None else world.new_person_id(),
        first_name=str(given.get("name") or "Somebody"),
        last_name=given.get("last_name"),
        username=given.get("username"),
        language_code=given.get("language_code"),
        bot_id=world.bot(given["bot"]).bot_id if given.get("bot") else None,
    )
    world.people[owner.person_id] = owner
    world.changed()
    return phone_view(world, owner)


async def show_phone(request: Request) -> Any:
    """GET: one phone with everything on its screen."""
    return phone_view(world_of(request), _owner(request), request.query_params.get("bot"))


async def drop_phone(request: Request) -> Any:
    """DELETE: the phone and its chats; bots get "chat not found" from now on."""
    world, owner = world_of(request), _owner(request)
    del world.people[owner.person_id]
    for key in [key for key in world.private if key[1] == owner.person_id]:
        del world.private[key]
    for group in world.chats_of(owner):
        group.members.remove(owner.person_id)
    world.changed()
    return {"ok": True}


async def write(request: Request) -> Any:
    """POST: a text; optional `reply_to`."""
    world, given = world_of(request), await json_body(request)
    owner, bot = _owner(request), _bot(request, given)
    content = actions.written(str(given.get("text", "")))
    message = actions.send(world, owner, bot, content, given.get("reply_to"))
    return _shown(world, owner, bot, message)


async def press_start(request: Request) -> Any:
    """POST: Start, perhaps from a link with a payload."""
    world, given = world_of(request), await json_body(request)
    owner, bot = _owner(request), _bot(request, given)
    message = actions.start(world, owner, bot, str(given.get("payload") or ""))
    return _shown(world, owner, bot, message)


async def tap_button(request: Request) -> Any:
    """POST: a tap, by `label` or by `message_id` and `data`; `forged` skips the screen."""
    world, given = world_of(request), await json_body(request)
    owner, bot = _owner(request), _bot(request, given)
    if "label" in given:
        return actions.tap_label(world, owner, bot, str(given["label"]))
    forged = bool(given.get("forged"))
    return actions.tap(
        world, owner, bot, int(given["message_id"]), str(given["data"]), forged=forged
    )


async def edit_text(request: Request) -> Any:
    """POST: another wording of an own message."""
    world, given = world_of(request), await json_body(request)
    owner, bot = _owner(request), _bot(request, given)
    message_id = int(given["message_id"])
    message = actions.edit(world, owner, bot, message_id, str(given.get("text", "")))
    return _shown(world, owner, bot, message)


_SAMPLES: dict[str, Upload] = {
    "photo": samples.PHOTO,
    "document": samples.DOCUMENT,
    "voice": samples.VOICE,
    "sticker": samples.STICKER,
}


def _media(kind: str, stored: StoredFile, given: Json) -> Json:
    if kind == "photo":
        return photo_content(stored)
    if kind == "voice":
        return voice_content(stored, int(given.get("duration", 3)))
    if kind == "sticker":
        return sticker_content(stored, str(given.get("emoji", "👍")))
    return document_content(stored)


async def send_media(request: Request) -> Any:
    """POST photo, document, voice or sticker: multipart, base64, or a sample without either."""
    world, kind = world_of(request), request.url.path.rpartition("/")[2]
    upload, given = await file_body(request, sample=_SAMPLES[kind])
    owner, bot = _owner(request), _bot(request, given)
    stored = world.files.store(kind, upload.name, upload.content_type, upload.data)
    content = _media(kind, stored, given)
    caption = str(given.get("caption") or "")
    if caption:
        content |= {"caption": caption, "caption_entities": detect(caption, [])}
    return _shown(world, owner, bot, actions.send(world, owner, bot, content))


async def change_standing(request: Request) -> Any:
    """POST block, unblock, deactivate, reactivate or delete-chat."""
    world, given = world_of(request), await json_body(request)
    owner, what = _owner(request), request.url.path.rpartition("/")[2]
    if what in {"deactivate", "reactivate"}:
        owner.deactivated = what == "deactivate"
        world.changed()
        return phone_summary(world, owner)
    does = {
        "block": actions.block,
        "unblock": actions.unblock,
        "delete-chat": actions.delete_chat,
    }
    does[what](world, owner, _bot(request, given))
    return phone_summary(world, owner)


async def put_history(request: Request) -> Any:
    """POST: earlier messages, of which no bot hears."""
    world, given = world_of(request), await json_body(request)
    owner, bot = _owner(request), _bot(request, given)
    made = actions.add_history(world, owner, bot, list(given.get("messages", [])))
    return {"message_ids": made}


def _post(path: str, handler: Any) -> Route:
    return Route(f"/emulator/phones/{{phone:int}}/{path}", answering(handler), methods=["POST"])


ROUTES = [
    Route("/emulator/phones", answering(list_phones), methods=["GET"]),
    Route("/emulator/phones", answering(make_phone), methods=["POST"]),
    Route("/emulator/phones/{phone:int}", answering(show_phone), methods=["GET"]),
    Route("/emulator/phones/{phone:int}", answering(drop_phone), methods=["DELETE"]),
    _post("text", write),
    _post("start", press_start),
    _post("tap", tap_button),
    _post("edit", edit_text),
    _post("history", put_history),
    *[_post(kind, send_media) for kind in _SAMPLES],
    *[
        _post(what, change_standing)
        for what in ("block", "unblock", "deactivate", "reactivate", "delete-chat")
    ],
]
