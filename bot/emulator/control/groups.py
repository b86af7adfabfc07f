"""Control of groups."""

from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from bot.emulator import group_actions as actions
from bot.emulator.control.bodies import answering, json_body, world_of
from bot.emulator.phone_view import group_view, message_view
from bot.emulator.records import BotAccount, Chat, Json
from bot.emulator.world import Refused


def _group(request: Request) -> Chat:
    return actions.group(world_of(request), int(request.path_params["group"]))


def _bot(request: Request, given: Json) -> BotAccount:
    world = world_of(request)
    found = world.bot(given["bot"]) if given.get("bot") else world.only_bot()
    if found is None:
        raise Refused("no bot is known yet")
    return found


async def list_groups(request: Request) -> Any:
    """GET: all groups."""
    world = world_of(request)
    return [group_view(world, chat) for chat in world.groups.values()]


async def make_group(request: Request) -> Any:
    """POST: a group of phones, with bots (default: the first known one) in it."""
    world, given = world_of(request), await json_body(request)
    tokens = given.get("bots")
    bots = [_bot(request, {})] if tokens is None else [world.bot(token) for token in tokens]
    chat = actions.make_group(
        world,
        str(given.get("title", "Group")),
        [int(one) for one in given.get("members", [])],
        bots,
        kind="supergroup" if given.get("type") == "supergroup" else "group",
    )
    return group_view(world, chat)


async def show_group(request: Request) -> Any:
    """GET: one group."""
    return group_view(world_of(request), _group(request))


async def write(request: Request) -> Any:
    """POST: a member writes."""
    world, given, chat = world_of(request), await json_body(request), _group(request)
    message = actions.write(
        world, chat, int(given["from"]), str(given.get("text", "")), given.get("reply_to")
    )
    return message_view(world, chat, message)


async def kick(request: Request) -> Any:
    """POST: throw the bot out."""
    given, chat = await json_body(request), _group(request)
    actions.kick_bot(world_of(request), chat, _bot(request, given))
    return group_view(world_of(request), chat)


async def add(request: Request) -> Any:
    """POST: let the bot in."""
    given, chat = await json_body(request), _group(request)
    actions.add_bot(world_of(request), chat, _bot(request, given))
    return group_view(world_of(request), chat)


async def migrate(request: Request) -> Any:
    """POST: upgrade to a supergroup; the answer is the new group."""
    return group_view(world_of(request), actions.migrate(world_of(request), _group(request)))


def _route(path: str, handler: Any, method: str = "POST") -> Route:
    return Route(f"/emulator/groups/{{group}}{path}", answering(handler), methods=[method])


ROUTES = [
    Route("/emulator/groups", answering(list_groups), methods=["GET"]),
    Route("/emulator/groups", answering(make_group), methods=["POST"]),
    _route("", show_group, "GET"),
    _route("/text", write),
    _route("/kick", kick),
    _route("/add", add),
    _route("/migrate", migrate),
]
