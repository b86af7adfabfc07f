"""Small real files for tests: pictures, a recording, a PDF."""

import base64
import struct
import zlib

from bot.domain.messages import Document, Photo, Voice


def picture(width: int = 8, height: int = 8, *, noise: int = 0) -> bytes:
    """A grey PNG; `noise` bytes that do not compress make it larger."""
    rows = (b"\x00" + b"\x80" * width) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + (_chunk(b"noIs", bytes(noise)) if noise else b"")
        + _chunk(b"IDAT", zlib.compress(rows))
        + _chunk(b"IEND", b"")
    )


def recording(seconds: int = 3) -> bytes:
    """An OGG with Opus of silent frames, 20 ms each."""
    frames = [b"\xfc\xff\xfe"] * 50
    pages = [_page(0, 0, [b"OpusHead\x01\x01" + struct.pack("<HIhB", 0, 48_000, 0, 0)], first=True)]
    tags = b"OpusTags" + struct.pack("<I", 6) + b"sample" + struct.pack("<I", 0)
    pages.append(_page(1, 0, [tags]))
    for second in range(1, seconds + 1):
        pages.append(_page(1 + second, second * 48_000, frames, last=second == seconds))
    return b"".join(pages)


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def photo(content: bytes | None = None) -> Photo:
    given = picture() if content is None else content
    return Photo("map.png", "image/png", base64.b64encode(given).decode(), alt="The way in")


def voice() -> Voice:
    return Voice("hello.ogg", "audio/ogg", base64.b64encode(recording()).decode())


def document(content: bytes = PDF, filename: str = "plan.pdf") -> Document:
    return Document(filename, "application/pdf", base64.b64encode(content).decode())


def _chunk(kind: bytes, data: bytes) -> bytes:
    checked = kind + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))


def _page(
    number: int, samples: int, packets: list[bytes], *, first: bool = False, last: bool = False
) -> bytes:
    lacing = bytes(len(packet) for packet in packets)
    flags = (2 if first else 0) | (4 if last else 0)
    head = struct.pack("<4sBBqIII", b"OggS", 0, flags, samples, 1, number, 0)
    page = head + bytes([len(lacing)]) + lacing + b"".join(packets)
    return page[:22] + struct.pack("<I", _ogg_sum(page)) + page[26:]


def _ogg_sum(page: bytes) -> int:
    value = 0
    for byte in page:
        value ^= byte << 24
        for _ in range(8):
            value = ((value << 1) ^ 0x04C11DB7 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
    return value
