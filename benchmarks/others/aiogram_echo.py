"""A bare aiogram echo: stores nothing. Runs in .venv-bench. Environment: API_URL, TOKEN."""

import asyncio
import os

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message

dispatcher = Dispatcher()


@dispatcher.message()
async def echo(message: Message) -> None:
    await message.answer(message.text or "")


async def main() -> None:
    api = TelegramAPIServer.from_base(os.environ["API_URL"])
    async with AiohttpSession(api=api) as connections:
        await dispatcher.start_polling(Bot(os.environ["TOKEN"], session=connections))


if __name__ == "__main__":
    asyncio.run(main())
