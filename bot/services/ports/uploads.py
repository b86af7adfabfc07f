"""What the console needs of whoever can fetch a file from Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol


class UploadSource(Protocol):
    async def open(self, office_id: int, file_id: str) -> AsyncIterator[bytes]:
        """Begin to fetch a file; what is returned gives it piece by piece, at most 20 MB.

        Raises:
            NotFound: Telegram does not give this file out (any more).
            DeliveryFailed: Telegram cannot be reached, or answers nonsense.
        """
        ...
