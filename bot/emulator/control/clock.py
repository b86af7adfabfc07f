"""Control of the clock: read it, wind it, change its speed."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from bot.emulator.clock import ClockRefused, WindableClock, iso, local_target, parse_instant
from bot.emulator.control.bodies import answering, json_body, world_of
from bot.emulator.records import Json
from bot.emulator.winding import AlreadyWinding, Winder
from bot.emulator.world import World

_running_winds: set[asyncio.Task[None]] = set()


def _winder(request: Request) -> Winder:
    winder: Winder = request.app.state.winder
    return winder


def clock_view(world: World, winder: Winder) -> Json:
    """Return the clock as the page shows it."""
    return {
        "now": iso(world.clock.now()),
        "speed": world.clock.speed,
        **winder.progress(),
    }


async def tell_time(request: Request) -> Any:
    """GET /clock: what the application follows."""
    return {"now": iso(world_of(request).clock.now())}


async def show_clock(request: Request) -> Any:
    """GET: the clock and how far a wind has come."""
    return clock_view(world_of(request), _winder(request))


def _target(clock: WindableClock, given: Json) -> datetime | None:
    now = clock.now()
    if "advance_seconds" in given:
        return now + timedelta(seconds=float(given["advance_seconds"]))
    if "to" in given:
        return parse_instant(str(given["to"]))
    if "to_local" in given:
        return local_target(
            now,
            at=str(given["to_local"]),
            days=int(given.get("days", 0)),
            zone=str(given.get("zone", "Europe/Oslo")),
        )
    return None


async def wind(request: Request) -> Any:
    """POST: wind; the answer comes when the wind is over, or at once with `"wait": false`."""
    world, winder, given = world_of(request), _winder(request), await json_body(request)
    if "speed" in given:
        world.clock.set_speed(float(given["speed"]))
        world.changed()
    target = _target(world.clock, given)
    if given.get("next_due"):
        if winder.target is not None:
            raise AlreadyWinding("the clock is being wound already")
        target = await winder.next_due()
        if target is None:
            return {**clock_view(world, winder), "moved": False, "reason": "nothing is due"}
        target = max(target, world.clock.now())
    if target is None:
        if "speed" in given:
            return clock_view(world, winder)
        raise ClockRefused("say advance_seconds, to, to_local, next_due or speed")
    if given.get("force") and target < world.clock.now():
        if winder.target is not None:
            raise AlreadyWinding("the clock is being wound already")
        world.clock.set_to(target, force=True)
        world.changed()
        return clock_view(world, winder)
    winder.begin(target)
    task = asyncio.create_task(winder.run())
    _running_winds.add(task)
    task.add_done_callback(_running_winds.discard)
    if given.get("wait", True):
        await asyncio.shield(task)
    return {**clock_view(world, winder), "moved": True}


ROUTES = [
    Route("/clock", answering(tell_time), methods=["GET"]),
    Route("/emulator/clock", answering(show_clock), methods=["GET"]),
    Route("/emulator/clock", answering(wind), methods=["POST"]),
]
