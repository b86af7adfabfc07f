"""The webhook: 200 only after the update is on disk, the secret compared in constant time."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.domain.errors import StorageUnavailable

log = structlog.get_logger(__name__)

MAX_BYTES = 1_000_000
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"

StoreFor = Callable[[int, list[dict[str, Any]]], Awaitable[None]]


def webhook_route(store: StoreFor, *, secrets: Mapping[int, str]) -> Route:
    """`POST /telegram/{office_id}`; `secrets` by office. A wrong secret learns nothing."""

    async def receive(request: Request) -> Response:
        office_id = int(request.path_params["office_id"])
        expected = secrets.get(office_id)
        given = request.headers.get(SECRET_HEADER, "")
        if expected is None or not hmac.compare_digest(given.encode(), expected.encode()):
            return PlainTextResponse("", status_code=403)
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BYTES:
                return PlainTextResponse("", status_code=413)
        try:
            update = orjson.loads(bytes(body))
        except orjson.JSONDecodeError:
            update = None
        if not isinstance(update, dict):
            # Telegram never sends this; a 4xx would make it come again for ever.
            log.warning("webhook_not_an_update")
            return PlainTextResponse("")
        try:
            await store(office_id, [update])
        except StorageUnavailable:
            return PlainTextResponse("", status_code=503)  # Telegram delivers it again
        return PlainTextResponse("")

    return Route("/telegram/{office_id:int}", receive, methods=["POST"])


def webhook_secret(base: str, office_id: int) -> str:
    """A secret of its own per office, from WEBHOOK_SECRET; Telegram allows A-Z a-z 0-9 _ -."""
    return hmac.new(base.encode(), f"office {office_id}".encode(), "sha256").hexdigest()
