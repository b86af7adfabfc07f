"""python-telegram-bot with its AIORateLimiter: a broadcast to many, and answers to who writes meanwhile.

Environment: API_URL, TOKEN, FIRST_CHAT, MANY. The text "begin" from any chat begins the broadcast.
"""

from __future__ import annotations

import asyncio
import os

from telegram import Update
from telegram.ext import AIORateLimiter, Application, ContextTypes, MessageHandler, filters

# Where it would answer one after another each reply would wait for the one before as well.
AT_ONCE = 64


async def answer(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    message = update.message
    assert message is not None
    if message.text == "begin":
        first, many = int(os.environ["FIRST_CHAT"]), int(os.environ["MANY"])
        context.application.create_task(broadcast(context, range(first, first + many)))
        return
    await message.reply_text("Dette skjer framover")


async def broadcast(context: ContextTypes.DEFAULT_TYPE, chats: range) -> None:
    said = (
        context.bot.send_message(chat, "Til alle: kontoret er stengt i morgen.") for chat in chats
    )
    await asyncio.gather(*said)


def main() -> None:
    builder = Application.builder().token(os.environ["TOKEN"])
    builder = builder.base_url(f"{os.environ['API_URL']}/bot").concurrent_updates(AT_ONCE)
    builder = builder.connection_pool_size(AT_ONCE).pool_timeout(60)
    application = builder.rate_limiter(AIORateLimiter()).build()
    application.add_handler(MessageHandler(filters.TEXT, answer))
    application.run_polling(timeout=25)


if __name__ == "__main__":
    main()
