"""The shapes services need from storage and content; both fit them without being imported."""

from bot.services.ports.content import PackPort
from bot.services.ports.unit_of_work import UnitOfWork

__all__ = ["PackPort", "UnitOfWork"]
