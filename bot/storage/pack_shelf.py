"""The shelf of published packs: each is parsed once and kept while the program runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

ParsePack = Callable[[Mapping[str, str]], Any]  # gives what services/ports calls a PackPort


class PackShelf:
    """Published packs, parsed once each and kept; shared by all storage threads.

    Offices with the same content share one pack: parsing it for each of hundreds would take minutes,
    and keeping it a gigabyte.
    """

    def __init__(self, parse: ParsePack) -> None:
        self._parse = parse
        self._packs: dict[int, Any] = {}
        self._by_digest: dict[str, Any] = {}
        self._lock = threading.Lock()

    def keep(self, pack: Any) -> None:
        """Have a pack at hand that was parsed elsewhere: whoever has its content shares it."""
        self._by_digest[pack.digest] = pack

    def get(
        self, version_id: int, digest: Callable[[], str], files: Callable[[], Mapping[str, str]]
    ) -> Any:
        pack = self._packs.get(version_id)
        if pack is None:
            content = digest()
            # One at a time: threads that meet a new pack together would each parse it.
            with self._lock:
                pack = self._by_digest.get(content)
                if pack is None:
                    pack = self._by_digest[content] = self._parse(files())
                self._packs[version_id] = pack
        return pack
