"""Control of bots, faults, limits, and the logs of what bots asked and sent."""

from collections.abc import Iterable
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from bot.emulator.control.bodies import answering, json_body, world_of
from bot.emulator.delivery_faults import DELIVERY_KINDS
from bot.emulator.records import BotAccount, Json
from bot.emulator.world import Refused


def _view(bot: BotAccount) -> Json:
    bot.updates.drop_expired()
    return {
        "id": bot.bot_id,
        "token": bot.token,
        "username": bot.username,
        "name": bot.name,
        "invalid": bot.invalid,
        "webhook": bot.webhook.url,
        "pending_updates": len(bot.updates.entries),
        "next_update_id": bot.updates.next_id,
        "line_is_down": bot.updates.faults.is_out(),
    }


def _bot(request: Request) -> BotAccount:
    return world_of(request).bot(request.path_params["token"])


async def list_bots(request: Request) -> Any:
    """GET: all known bots."""
    return [_view(bot) for bot in world_of(request).bots.values()]


async def make_bot(request: Request) -> Any:
    """POST: make a bot known, or give it another name."""
    world, given = world_of(request), await json_body(request)
    bot = world.bot(str(given["token"]))
    bot.username = str(given.get("username") or bot.username)
    bot.name = str(given.get("name") or bot.name)
    bot.reads_all_group_messages = bool(
        given.get("reads_all_group_messages", bot.reads_all_group_messages)
    )
    world.changed()
    return _view(bot)


async def declare_invalid(request: Request) -> Any:
    """POST: the token is refused with 401 from now on; `{"invalid": false}` lifts that."""
    given, bot = await json_body(request), _bot(request)
    bot.invalid = bool(given.get("invalid", True))
    return _view(bot)


async def inject_updates(request: Request) -> Any:
    """POST: raw updates of any shape, in the order given."""
    given, bot = await json_body(request), _bot(request)
    many = given["updates"] if "updates" in given else [given["update"]]
    as_is = bool(given.get("as_is"))
    return {"update_ids": [bot.updates.inject(raw, as_is=as_is) for raw in many]}


async def set_next_update_id(request: Request) -> Any:
    """POST: where update ids go on, as when Telegram begins anew after a quiet week."""
    given, bot = await json_body(request), _bot(request)
    bot.updates.next_id = int(given["update_id"])
    return _view(bot)


async def list_faults(request: Request) -> Any:
    """GET: faults still to come."""
    world = world_of(request)
    planted: list[Json] = [fault.view() for fault in world.faults.faults]
    for bot in world.bots.values():
        bot.updates.faults.is_out()  # an outage that is over is no fault any more
        planted += [fault.view() | {"bot": bot.token} for fault in bot.updates.faults.faults]
    return planted


async def plant_fault(request: Request) -> Any:
    """POST: a fault of the calls, or of a bot's line (default: every known bot's)."""
    world, given = world_of(request), await json_body(request)
    if given.get("kind") not in DELIVERY_KINDS:
        return world.faults.plant(given).view()
    bots = [world.bot(given["bot"])] if given.get("bot") else list(world.bots.values())
    if not bots:
        raise Refused("no bot is known yet")
    planted = [bot.updates.faults.plant(given) for bot in bots]
    for bot in bots:
        if bot.updates.faults.is_out():
            bot.updates.end_poll("the line is down")
    return planted[0].view()


async def clear_faults(request: Request) -> Any:
    """DELETE: no more faults."""
    world = world_of(request)
    world.faults.faults.clear()
    for bot in world.bots.values():
        bot.updates.faults.faults.clear()
        bot.updates.wake()
    return {"ok": True}


async def set_limits(request: Request) -> Any:
    """POST: switch Telegram's sending limits on or off, or change them."""
    limits, given = world_of(request).limits, await json_body(request)
    limits.enforced = bool(given.get("enforce", limits.enforced))
    limits.per_bot_per_second = int(given.get("per_bot_per_second", limits.per_bot_per_second))
    limits.private_burst = int(given.get("private_burst", limits.private_burst))
    limits.private_burst_seconds = float(
        given.get("private_burst_seconds", limits.private_burst_seconds)
    )
    limits.per_group_per_minute = int(
        given.get("per_group_per_minute", limits.per_group_per_minute)
    )
    limits.forget()
    return {
        "enforce": limits.enforced,
        "per_bot_per_second": limits.per_bot_per_second,
        "private_burst": limits.private_burst,
        "private_burst_seconds": limits.private_burst_seconds,
        "per_group_per_minute": limits.per_group_per_minute,
    }


def _since(request: Request, entries: Iterable[Json]) -> list[Json]:
    since = int(request.query_params.get("since", 0))
    wanted = request.query_params.get("method", "").lower()
    return [
        entry
        for entry in entries
        if entry["seq"] > since and (not wanted or entry["method"].lower() == wanted)
    ]


async def list_requests(request: Request) -> Any:
    """GET: Bot API calls after number `since`, perhaps of one `method`."""
    return _since(request, world_of(request).calls)


async def list_sent(request: Request) -> Any:
    """GET: accepted outgoing messages after number `since`."""
    return _since(request, world_of(request).sent)


def _route(path: str, handler: Any, method: str = "POST") -> Route:
    return Route(f"/emulator/{path}", answering(handler), methods=[method])


ROUTES = [
    _route("bots", list_bots, "GET"),
    _route("bots", make_bot),
    _route("bots/{token}/invalid", declare_invalid),
    _route("bots/{token}/updates", inject_updates),
    _route("bots/{token}/next-update-id", set_next_update_id),
    _route("faults", list_faults, "GET"),
    _route("faults", plant_fault),
    _route("faults", clear_faults, "DELETE"),
    _route("limits", set_limits),
    _route("requests", list_requests, "GET"),
    _route("sent", list_sent, "GET"),
]
