"""Pictures, recordings and files of a content pack: where they lie, of what types, how they are text."""

from __future__ import annotations

from base64 import b64decode, b64encode
from pathlib import PurePosixPath

FOLDER = "media"
MAX_BYTES = 300_000

# A pack's files are text through and through: so versions, digests and databases know one kind.
_MARK = "base64:"

MIME_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "ogg": "audio/ogg",
}
PICTURES = ("png", "jpg")
RECORDINGS = ("ogg",)


def is_media(path: str) -> bool:
    """Whether a file of a pack, by its path inside the pack, is bytes kept as text."""
    return path.startswith(f"{FOLDER}/")


def type_of(path: str) -> str:
    """ "png" of "media/door.png"."""
    return PurePosixPath(path).suffix.removeprefix(".")


def as_text(content: bytes) -> str:
    return _MARK + b64encode(content).decode()


def as_base64(text: str) -> str:
    """The content of a media file as Base64, which message bodies carry."""
    return text.removeprefix(_MARK)


def as_bytes(text: str) -> bytes:
    """The inverse of `as_text`. Raises ValueError for what it never wrote."""
    if not text.startswith(_MARK):
        raise ValueError("a media file is kept as Base64")
    return b64decode(text.removeprefix(_MARK), validate=True)
