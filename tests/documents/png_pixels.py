"""The pixels of a PNG as the typesetter writes it, for tests that look at a picture."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

CHANNELS = {2: 3, 6: 4}


@dataclass(frozen=True)
class Pixels:
    width: int
    height: int
    rows: list[bytes]
    channels: int

    def colours(self, columns: range, rows: slice = slice(None)) -> set[bytes]:
        """Every colour (red, green, blue) in some columns."""
        step = self.channels
        return {row[x * step : x * step + 3] for row in self.rows[rows] for x in columns}


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def pixels_of(png: bytes) -> Pixels:
    """Decode eight bits per channel, not interlaced; for small pictures, since it is slow."""
    width, height = size_of(png)
    depth, kind, _, _, interlaced = png[24:29]
    assert (depth, interlaced) == (8, 0)
    channels = CHANNELS[kind]
    at, packed = 8, b""
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        if name == b"IDAT":
            packed += png[at + 8 : at + 8 + length]
        at += 12 + length
    raw = zlib.decompress(packed)
    stride = width * channels
    rows: list[bytes] = []
    above = bytes(stride)
    for y in range(height):
        start = y * (stride + 1)
        line = bytearray(raw[start + 1 : start + 1 + stride])
        _unfilter(raw[start], line, above, channels)
        above = bytes(line)
        rows.append(above)
    return Pixels(width, height, rows, channels)


def _unfilter(kind: int, line: bytearray, above: bytes, step: int) -> None:
    for i in range(len(line)):
        left = line[i - step] if i >= step else 0
        corner = above[i - step] if i >= step else 0
        added = (0, left, above[i], (left + above[i]) // 2, _paeth(left, above[i], corner))[kind]
        line[i] = (line[i] + added) & 255


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    by_distance = ((abs(guess - one), one) for one in (left, above, corner))
    return min(by_distance, key=lambda pair: pair[0])[1]
