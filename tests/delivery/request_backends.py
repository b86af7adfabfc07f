"""A request backend for tests, and one call through it."""

from typing import Any

from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.delivery.aiohttp_request import AiohttpRequest


def request_backend(**limits: Any) -> AiohttpRequest:
    return AiohttpRequest(**{"connection_pool_size": 4, **limits})


async def post(backend: BaseRequest, url: str, **values: object) -> Any:
    data = RequestData([RequestParameter(name, value, None) for name, value in values.items()])
    return await backend.post(f"{url}/bot1:sample/sendMessage", data)
