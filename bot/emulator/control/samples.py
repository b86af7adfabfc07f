"""Small files a phone sends when nobody picks one."""

import struct
import zlib

from bot.emulator.parameters import Upload


def _chunk(kind: bytes, data: bytes) -> bytes:
    checked = kind + data
    return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))


def sample_picture(width: int = 320, height: int = 200) -> bytes:
    """Return a PNG: a plain evening sky, darker towards the top."""
    rows = bytearray()
    for row in range(height):
        share = row / height
        colour = (int(60 + 150 * share), int(90 + 90 * share), int(140 + 40 * share))
        rows += b"\x00" + bytes(colour) * width
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(bytes(rows), 9))
        + _chunk(b"IEND", b"")
    )


PHOTO = Upload("photo.png", "image/png", sample_picture())
DOCUMENT = Upload("sample.txt", "text/plain", b"A sample document from the rehearsal.\n")
# Only the beginning of an Ogg stream: enough to be told apart, nothing to hear.
VOICE = Upload("voice.ogg", "audio/ogg", b"OggS\x00\x02" + bytes(200))
STICKER = Upload("sticker.webp", "image/webp", b"RIFF\x1a\x00\x00\x00WEBPVP8L" + bytes(18))
