"""The HTTP side of `tettpa run`: console, webhook and health on one port."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from bot.app import Program
from bot.delivery.inbound import Inbound
from bot.delivery.uploads import TelegramUploads
from bot.delivery.webhook import WebhookDoor, webhook_routes
from bot.domain.errors import BadSetting
from bot.health import Health
from bot.health_routes import health_routes
from bot.lines import bot_tokens
from bot.services.logins import LOGIN_KEEPS, REHEARSAL_LOGIN_KEEPS
from bot.web.console import console_routes

if TYPE_CHECKING:
    from bot.metrics import Metrics

# The machine has no such address; everything else is about the port.
NOT_OURS = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)


def web_application(
    program: Program,
    *,
    health: Health,
    inbound: Inbound,
    webhook_doors: Mapping[int, WebhookDoor],
    shows_console: bool = True,
) -> Starlette:
    """The routes that a process's role asks for; health and metrics always."""

    async def token_of(office_id: int) -> str | None:
        tokens = await program.storage.read(bot_tokens, program.settings.telegram_token)
        return tokens.get(office_id)

    async def rehearsal(_: Request) -> JSONResponse:
        return JSONResponse(await health.rehearsal())

    @cache
    def metrics() -> Metrics:
        # Prometheus' library is a megabyte, for those who are watched by it.
        from bot.metrics import Metrics

        return Metrics(program, health)

    routes: list[BaseRoute] = health_routes(
        health, metrics, metrics_token=program.settings.metrics_token
    )
    if program.clock.is_declared:
        routes.append(Route("/rehearsal", rehearsal))
    if webhook_doors:
        routes += webhook_routes(
            inbound.store, doors=webhook_doors, webhook_url=program.settings.webhook_url
        )
    if not shows_console:
        return Starlette(routes=routes)
    is_https = program.settings.public_url.startswith("https://")
    routes += console_routes(
        program.storage,
        secure_cookies=is_https,
        login_keeps=REHEARSAL_LOGIN_KEEPS if program.clock.is_declared else LOGIN_KEEPS,
        uploads=TelegramUploads(program.settings.telegram_api_url, token_of),
    )
    return Starlette(routes=routes)


def open_socket(host: str, port: int) -> socket.socket:
    """Raises BadSetting, naming the host or the port, whichever it is that does not work."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named so that asyncio turns Nagle's delay off.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        if isinstance(error, socket.gaierror) or error.errno in NOT_OURS:
            raise BadSetting(
                f"TETTPA_HOST: {host} is not an address of this machine ({error.strerror}); "
                "write 127.0.0.1 for this machine alone or 0.0.0.0 for all that reach it."
            ) from None
        raise BadSetting(
            f"TETTPA_PORT: {host}:{port} cannot be opened ({error.strerror}); choose another port."
        ) from None
    return listening


async def serve(application: Starlette, listening: socket.socket) -> None:
    """Serve until cancelled."""
    config = uvicorn.Config(
        application,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,
        lifespan="off",
    )
    await _Server(config).serve(sockets=[listening])


class _Server(uvicorn.Server):
    """Leaves signals to the program, which stops all its parts in order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
