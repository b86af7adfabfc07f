"""Putting the emulator together and running it: one process, HTTP and SMTP, until SIGTERM."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from bot.emulator.api_route import bot_api, bot_file
from bot.emulator.clock import WindableClock
from bot.emulator.control import bots, clock, groups, phones, rehearsal, stage
from bot.emulator.mailbox import smtp_protocol
from bot.emulator.webhooks import WebhookPusher
from bot.emulator.winding import Winder
from bot.emulator.world import World


@dataclass(frozen=True)
class Options:
    """What the command line says; port 0 means any free port."""

    host: str = "127.0.0.1"
    port: int = 8081
    smtp_port: int = 8025
    app_url: str | None = None
    now: datetime | None = None
    speed: float = 1.0
    ready_file: Path | None = None
    guide: Path | None = None


def make_app(options: Options) -> Starlette:
    """Return the web application with a fresh world; must run inside an event loop."""
    world = World(WindableClock(options.now, speed=options.speed))
    pusher = WebhookPusher(world)
    winder = Winder(world.clock, options.app_url, world.changed)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        pushing = asyncio.create_task(pusher.run())
        yield
        world.close()
        pushing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await pushing
        await winder.close()

    app = Starlette(
        routes=[
            Route("/bot{token}/{method}", bot_api, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", bot_file, methods=["GET"]),
            *clock.ROUTES,
            *phones.ROUTES,
            *groups.ROUTES,
            *bots.ROUTES,
            *rehearsal.ROUTES,
            *stage.ROUTES,
        ],
        lifespan=lifespan,
    )
    app.state.world = world
    app.state.winder = winder
    app.state.guide = options.guide
    return app


class _Server(uvicorn.Server):
    """uvicorn without its signal handling: it would end us by the signal, not cleanly."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.answering = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.answering.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Naming TCP matters: asyncio switches Nagle's delay (40 ms an answer) off only then.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(2048)
    return listener


async def run(options: Options) -> None:
    """Serve until SIGTERM or SIGINT; say on one line where."""
    app = make_app(options)
    world: World = app.state.world
    loop = asyncio.get_running_loop()
    listener = _listen(options.host, options.port)
    mail = await loop.create_server(lambda: smtp_protocol(world), options.host, options.smtp_port)
    port, smtp_port = listener.getsockname()[1], mail.sockets[0].getsockname()[1]
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=2, lifespan="on"
    )
    server = _Server(config)

    def stop() -> None:
        world.close()
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    await server.answering.wait()
    url = f"http://{options.host}:{port}"
    print(f"Emulator at {url} (mail on {options.host}:{smtp_port})", flush=True)
    if options.ready_file is not None:
        unfinished = options.ready_file.with_name(options.ready_file.name + ".part")
        unfinished.write_bytes(orjson.dumps({"url": url, "smtp_port": smtp_port}))
        unfinished.replace(options.ready_file)
    try:
        await serving
    finally:
        mail.close()
