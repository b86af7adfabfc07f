"""What only a rehearsal has: /try, which begins any part of the content on the phone that writes it."""

from __future__ import annotations

import re

from telegram import Update

from bot.handlers.door import Door, event_of
from bot.services.rehearsing import TRY, Samples, try_out

COMMAND = re.compile(rf"^/{TRY}(@\w+)?(\s|$)")


class RehearsalHandlers:
    """Registered only where the program talks to an emulator."""

    def __init__(self, door: Door, samples: Samples) -> None:
        self._door, self._samples = door, samples

    async def try_out(self, update: Update) -> None:
        assert update.message is not None
        words = (update.message.text or "").split(maxsplit=1)[1:]
        await self._door.apply(try_out, event_of(update), " ".join(words), samples=self._samples)
