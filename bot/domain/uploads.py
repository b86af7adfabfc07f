"""Files participants send: where Telegram has them, and how that is written down as an answer."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.own_words import one_line

# Telegram hands larger files out to no bot.
MAX_BYTES = 20 * 1024 * 1024
_MAX_NAME_CHARS = 80
KIND = "upload"  # of the free text that holds the reference, sealed like all words of theirs


@dataclass(frozen=True, slots=True)
class Upload:
    """The file itself stays with Telegram. `kind` is "photo" or "file"; photos have no name."""

    kind: str
    file_id: str
    name: str = ""

    @property
    def filename(self) -> str:
        """What a caseworker's machine calls it. Telegram makes every photo a JPEG."""
        return self.name or ("photo.jpg" if self.kind == "photo" else "file")


def read_upload(value: str) -> Upload | None:
    """The reference that an `upload` step keeps as its answer; None for anything else."""
    kind, _, rest = value.partition(":")
    file_id, _, name = rest.partition(":")
    return Upload(kind, file_id, name) if kind in ("photo", "file") and file_id else None


def clean_name(name: str) -> str:
    """A file's name as somebody's phone gave it, as one short line without folders."""
    last = name.replace("\\", "/").rpartition("/")[2]
    line = one_line(last, max_chars=max(len(last), 1) * 4)
    stem, dot, suffix = line.rpartition(".")
    if len(line) <= _MAX_NAME_CHARS or not dot or len(suffix) > 10:
        return line[:_MAX_NAME_CHARS]
    return f"{stem[: _MAX_NAME_CHARS - len(suffix) - 1]}.{suffix}"
