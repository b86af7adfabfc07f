"""The methods of the Bot API; importing this package fills the register in `call.py`."""

from bot.emulator.methods import callbacks, chats, edits, media, messages, polling, profile
from bot.emulator.methods.call import METHODS, Call

__all__ = [
    "METHODS",
    "Call",
    "callbacks",
    "chats",
    "edits",
    "media",
    "messages",
    "polling",
    "profile",
]
