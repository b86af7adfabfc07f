"""Files in memory: ids, paths, and the Telegram objects that describe them."""

import mimetypes
import struct
from hashlib import sha256
from pathlib import PurePosixPath

from bot.emulator.api_errors import bad_request
from bot.emulator.records import Json, StoredFile

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
MAX_PHOTO_BYTES = 10 * 1024 * 1024
_FOLDERS = {"photo": "photos", "document": "documents", "voice": "voice", "sticker": "stickers"}


class FileShelf:
    """Every file of the rehearsal by id and by path."""

    def __init__(self) -> None:
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def store(self, kind: str, name: str, content_type: str, data: bytes) -> StoredFile:
        """Keep bytes and return their record."""
        number = len(self._by_id) + 1
        suffix = PurePosixPath(name).suffix or mimetypes.guess_extension(content_type) or ".bin"
        unique = sha256(data).hexdigest()[:15]
        if content_type in {"", "application/octet-stream"}:
            content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
        stored = StoredFile(
            file_id=f"EMU{kind[:3].upper()}{number:06d}{sha256(data).hexdigest()[:24]}",
            unique_id=f"AQ{unique}",
            name=name,
            content_type=content_type,
            data=data,
            path=f"{_FOLDERS.get(kind, 'files')}/file_{number}{suffix}",
            kind=kind,
        )
        self._by_id[stored.file_id] = stored
        self._by_path[stored.path] = stored
        return stored

    def by_id(self, file_id: str) -> StoredFile | None:
        """Find a file by its id."""
        return self._by_id.get(file_id)

    def by_path(self, path: str) -> StoredFile | None:
        """Find a file by the path getFile gave."""
        return self._by_path.get(path)


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG, JPEG or GIF; None for anything else."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return width, height
    if data[:6] in {b"GIF87a", b"GIF89a"} and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return width, height
    if data.startswith(b"\xff\xd8"):
        return _jpeg_size(data)
    return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    place = 2
    while place + 9 < len(data):
        if data[place] != 0xFF:
            return None
        marker = data[place + 1]
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return width, height
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return None


def _base(stored: StoredFile) -> Json:
    return {
        "file_id": stored.file_id,
        "file_unique_id": stored.unique_id,
        "file_size": len(stored.data),
    }


def photo_content(stored: StoredFile) -> Json:
    """Return a message's photo field: one size, the original."""
    size = picture_size(stored.data)
    if size is None or len(stored.data) > MAX_PHOTO_BYTES:
        raise bad_request("IMAGE_PROCESS_FAILED")
    return {"photo": [{**_base(stored), "width": size[0], "height": size[1]}]}


def document_content(stored: StoredFile) -> Json:
    """Return a message's document field."""
    return {
        "document": {**_base(stored), "file_name": stored.name, "mime_type": stored.content_type}
    }


def voice_content(stored: StoredFile, duration: int) -> Json:
    """Return a message's voice field; `duration` is in seconds, 0 when the caller did not say."""
    seconds = duration or round(_opus_seconds(stored.data))
    return {"voice": {**_base(stored), "duration": seconds, "mime_type": stored.content_type}}


def _opus_seconds(data: bytes) -> float:
    """How long an OGG recording is: its last page counts the samples, 48,000 a second."""
    last = data.rfind(b"OggS")
    if last < 0 or len(data) < last + 14:
        return 0.0
    samples: int = struct.unpack("<q", data[last + 6 : last + 14])[0]
    return max(samples, 0) / 48_000


def sticker_content(stored: StoredFile, emoji: str) -> Json:
    """Return a message's sticker field."""
    return {
        "sticker": {
            **_base(stored),
            "type": "regular",
            "width": 512,
            "height": 512,
            "is_animated": False,
            "is_video": False,
            "emoji": emoji,
        }
    }
