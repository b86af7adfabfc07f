"""A founded office's database, with the folders its backups go to, as tests use them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot import backups
from tests.real_office import NOON, office_settings

LATER = NOON + timedelta(days=1)


@dataclass
class Place:
    """A founded office's database, and where its backups go."""

    url: str
    folder: Path
    other_url: str

    def back_up(self, now: datetime = NOON, *, url: str = "") -> tuple[Path, Path]:
        return backups.back_up(
            office_settings(url or self.url),
            to=self.folder / "main",
            keys_to=self.folder / "keys",
            now=now,
            real_now=now,
        )

    def restore(
        self,
        folder: Path,
        keys: Path | None = None,
        *,
        url: str = "",
        now: datetime = LATER,
        real_now: datetime = LATER,
        **settings: Any,
    ) -> backups.Restoration:
        return backups.restore(
            office_settings(url or self.url).model_copy(update=settings),
            folder,
            keys_folder=keys,
            lose_newer=True,
            now=now,
            real_now=real_now,
        )
