"""A bare python-telegram-bot echo: stores nothing. Environment: API_URL, TOKEN, BACKEND, AT_ONCE."""

import os

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from bot.delivery.aiohttp_request import AiohttpRequest


async def echo(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    await update.message.reply_text(update.message.text or "")


def main() -> None:
    builder = Application.builder().token(os.environ["TOKEN"])
    builder = builder.base_url(f"{os.environ['API_URL']}/bot")
    if at_once := int(os.environ.get("AT_ONCE", "0")):
        builder = builder.concurrent_updates(at_once)
    if os.environ.get("BACKEND") == "aiohttp":
        builder = builder.request(AiohttpRequest(connection_pool_size=32))
        builder = builder.get_updates_request(AiohttpRequest(connection_pool_size=1))
    application = builder.build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling(timeout=25)


if __name__ == "__main__":
    main()
