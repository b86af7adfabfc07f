"""The HTTP face of the Bot API: one call in, its method, perhaps a fault, one answer out."""

import asyncio
import time
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.emulator.api_errors import ApiError, Json
from bot.emulator.clock import iso
from bot.emulator.faults import AFTER_KINDS, BEFORE_KINDS, Fault
from bot.emulator.methods import METHODS, Call
from bot.emulator.parameters import Parameters, read_parameters
from bot.emulator.records import BotAccount
from bot.emulator.world import TOKEN_SHAPE, World


class CutConnection(Response):
    """An answer that never comes: the connection is closed instead."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Abort the transport; without access to it, break off in the middle of a body."""
        transport = getattr(getattr(receive, "__self__", None), "transport", None)
        if transport is not None:
            transport.abort()
            await asyncio.sleep(0.05)
            return
        headers = [(b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


def _answer(status: int, body: Any) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")


async def _perform(world: World, bot: BotAccount, name: str, parameters: Parameters) -> Any:
    method = METHODS.get(name.lower())
    if method is None:
        raise ApiError(404, "Not Found: method not found")
    return await method(Call(world, bot, parameters, name))


def _account(world: World, token: str) -> BotAccount:
    if not TOKEN_SHAPE.fullmatch(token):
        raise ApiError(404, "Not Found")
    bot = world.bot(token)
    if bot.invalid:
        raise ApiError(401, "Unauthorized")
    return bot


async def _with_fault(
    world: World, bot: BotAccount, name: str, parameters: Parameters, fault: Fault | None
) -> tuple[Json, Response | None]:
    """Run the method as the fault allows; return the JSON answer or a broken one."""
    kind = fault.kind if fault else ""
    if fault and kind in BEFORE_KINDS:
        if kind == "disconnect":
            return {}, CutConnection()
        if kind == "hang":
            await world.pause(fault.seconds)
        raise fault.error()
    result = {"ok": True, "result": await _perform(world, bot, name, parameters)}
    if fault and kind in AFTER_KINDS:
        if kind == "accept_then_disconnect":
            return result, CutConnection()
        if kind == "bad_json":
            return result, Response(b'{"ok":true,"result":{"mess', media_type="application/json")
        if kind in ("accept_then_hang", "answer_late"):
            await world.pause(fault.seconds)
        if kind == "answer_late":
            return result, None
        raise fault.error()
    return result, None


async def bot_api(request: Request) -> Response:
    """Answer `/bot<token>/<method>`."""
    world: World = request.app.state.world
    token, name = request.path_params["token"], request.path_params["method"]
    entry: Json = {
        "seq": next(world.call_numbers),
        "method": name,
        "at": iso(world.clock.now()),
        "monotonic": time.monotonic(),
        "status": None,
        "error": None,
        "fault": None,
    }
    broken: Response | None = None
    status = 200
    try:
        bot = _account(world, token)
        entry["bot"] = bot.token
        parameters = await read_parameters(request)
        entry["params"] = parameters.logged()
        world.calls.append(entry)
        fault = world.faults.take(name.lower(), parameters.text("chat_id") or None)
        entry["fault"] = fault.kind if fault else None
        body, broken = await _with_fault(world, bot, name, parameters, fault)
    except ApiError as error:
        status, body = error.code, error.body()
        entry["error"] = error.description
    entry["status"] = status if broken is None else 0
    entry["seconds"] = time.monotonic() - entry["monotonic"]
    return broken if broken is not None else _answer(status, body)


async def bot_file(request: Request) -> Response:
    """Answer `/file/bot<token>/<path>`: the bytes getFile pointed at."""
    world: World = request.app.state.world
    try:
        _account(world, request.path_params["token"])
    except ApiError as error:
        return _answer(error.code, error.body())
    stored = world.files.by_path(request.path_params["path"])
    if stored is None:
        return _answer(404, ApiError(404, "Not Found").body())
    return Response(stored.data, media_type="application/octet-stream")


async def webhook_reply(world: World, bot: BotAccount, answer: Any) -> None:
    """Run the method a webhook named in its own answer, as Telegram does; errors vanish."""
    name = answer.get("method") if isinstance(answer, dict) else None
    if not isinstance(name, str) or name.lower().startswith(("get", "setwebhook", "deletewebhook")):
        return
    values = {key: value for key, value in answer.items() if key != "method"}
    try:
        await _perform(world, bot, name, Parameters(values))
    except ApiError:
        return
