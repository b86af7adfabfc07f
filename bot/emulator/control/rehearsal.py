"""Control of what the page offers to try: the application's list of its own commands for that."""

from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from bot.emulator.control.bodies import answering, json_body, world_of
from bot.emulator.records import Json
from bot.emulator.world import Refused

SHAPE = 'send {"groups": [{"title": "…", "items": [{"key": "…", "title": "…"}]}]}'


async def show(request: Request) -> Any:
    """GET: what can be tried."""
    return {"groups": world_of(request).rehearsal}


async def offer(request: Request) -> Any:
    """PUT: what can be tried from now on; the page sends `/try <key>` from a phone."""
    world, given = world_of(request), await json_body(request)
    world.rehearsal = [_group(one) for one in _list(given.get("groups"))]
    world.rehearsal_number = world.revision  # a number it never had, even after a reset
    world.changed()
    return {"groups": world.rehearsal}


def _list(given: object) -> list[Any]:
    if not isinstance(given, list):
        raise Refused(SHAPE, 400)
    return given


def _group(given: object) -> Json:
    if not isinstance(given, dict):
        raise Refused(SHAPE, 400)
    items = []
    for one in _list(given.get("items")):
        key = str(one.get("key", "")) if isinstance(one, dict) else ""
        if not key or len(key.split()) != 1:
            raise Refused(f"a key is one word; {SHAPE}", 400)
        items.append({"key": key, "title": str(one.get("title") or key)})
    return {"title": str(given.get("title", "")), "items": items}


ROUTES = [
    Route("/emulator/rehearsal", answering(show), methods=["GET"]),
    Route("/emulator/rehearsal", answering(offer), methods=["PUT"]),
]
