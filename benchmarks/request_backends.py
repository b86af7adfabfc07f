"""Echoes a second through python-telegram-bot: its own httpx backend against ours, in one run.

Run: python -m benchmarks.request_backends
The emulator answers from its own process and limits both; only the ratios mean something.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from telegram import Bot, Update
from telegram.request import BaseRequest, HTTPXRequest

from bot.delivery.aiohttp_request import AiohttpRequest
from tests.emulator_process import EmulatorControl, start_emulator

ECHOES = 1000
ROUNDS = 5
AT_ONCE = 16
TOKEN = "100200300:sample-token-of-the-benchmark-bot-0"
CHAT = 1001

# The default pool of python-telegram-bot holds 256 connections.
BACKENDS: dict[str, Callable[[], BaseRequest]] = {
    "httpx, the library's default": lambda: HTTPXRequest(connection_pool_size=256),
    "httpx, 32 connections": lambda: HTTPXRequest(connection_pool_size=32),
    "aiohttp, ours": lambda: AiohttpRequest(connection_pool_size=32),
}


def update(number: int) -> dict[str, Any]:
    """A message as Telegram gives it."""
    person = {"id": CHAT, "is_bot": False, "first_name": "Sample"}
    chat = {"id": CHAT, "type": "private", "first_name": "Sample"}
    message = {"message_id": number, "date": 1, "chat": chat, "from": person, "text": "Hei på deg"}
    return {"update_id": number, "message": message}


async def echo_all(bot: Bot) -> None:
    async def echo_every(first: int) -> None:
        for number in range(first, ECHOES + 1, AT_ONCE):
            received = Update.de_json(update(number), bot)
            assert received.message is not None
            await received.message.reply_text(received.message.text or "")

    await asyncio.gather(*(echo_every(first) for first in range(1, AT_ONCE + 1)))


async def measure(
    emulator: EmulatorControl, make: Callable[[], BaseRequest]
) -> tuple[float, float]:
    """Return echoes a second and this process's CPU time for each, in microseconds."""
    emulator.reset()
    emulator.add_bot(TOKEN)
    emulator.add_phone("Sample", user_id=CHAT)
    emulator.start(CHAT)
    bot = Bot(
        TOKEN,
        base_url=f"{emulator.api_url}/bot",
        request=make(),
        get_updates_request=make(),
    )
    async with bot:
        began, cpu_began = time.perf_counter(), time.process_time()
        await echo_all(bot)
        took, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    arrived = len(emulator.requests(method="sendMessage"))
    if arrived != ECHOES or len(emulator.sent()) != ECHOES:
        raise RuntimeError(f"{arrived} calls arrived of {ECHOES}: the rates would mean nothing")
    return ECHOES / took, cpu / ECHOES * 1e6


def main() -> None:
    measured: dict[str, list[tuple[float, float]]] = {label: [] for label in BACKENDS}
    with tempfile.TemporaryDirectory() as name, start_emulator(Path(name)) as emulator:
        for _ in range(ROUNDS):
            for label, make in BACKENDS.items():
                measured[label].append(asyncio.run(measure(emulator, make)))
    rates = {label: statistics.median(r for r, _ in runs) for label, runs in measured.items()}
    costs = {label: statistics.median(c for _, c in runs) for label, runs in measured.items()}
    base = next(iter(BACKENDS))
    print(f"{f'{ECHOES} echoes, {AT_ONCE} at once':<32}{'a second':>10}{'ratio':>8}", end="")
    print(f"{'CPU µs each':>14}{'ratio':>8}")
    for label in BACKENDS:
        print(f"{label:<32}{rates[label]:>10.0f}{rates[label] / rates[base]:>8.2f}", end="")
        print(f"{costs[label]:>14.0f}{costs[base] / costs[label]:>8.2f}")


if __name__ == "__main__":
    main()
