"""Every pair of colours that stands on one another can be told apart and read."""

from __future__ import annotations

import pytest

from bot.documents.colours import (
    BLUE,
    GOLD,
    INK,
    LIGHT_BLUE,
    LIGHT_ORANGE,
    ORANGE,
    PAPER,
    QUIET_INK,
    TEAL,
    TRACK,
    WASH,
)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.1 has it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(
    ("words", "ground"),
    [
        (INK, PAPER),
        (INK, LIGHT_BLUE),
        (INK, LIGHT_ORANGE),
        (INK, WASH),
        (QUIET_INK, PAPER),
        (TEAL, PAPER),
        (PAPER, INK),
        (PAPER, BLUE),
        (PAPER, ORANGE),
    ],
)
def test_words_stand_out_from_their_ground(words: str, ground: str) -> None:
    assert contrast(words, ground) >= 4.5


@pytest.mark.parametrize(
    ("shape", "ground"),
    [
        (BLUE, PAPER),
        (BLUE, TRACK),
        (ORANGE, PAPER),
        (ORANGE, TRACK),
        (BLUE, LIGHT_BLUE),
        (ORANGE, LIGHT_ORANGE),
        (TEAL, WASH),
        (GOLD, PAPER),
    ],
)
def test_shapes_stand_out_from_their_ground(shape: str, ground: str) -> None:
    assert contrast(shape, ground) >= 3
