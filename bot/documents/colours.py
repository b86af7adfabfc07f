"""The colours of the pictures and the certificate: told apart with any colour vision."""

from __future__ import annotations

# Blue against orange is told apart whatever colours somebody sees; every pair that stands on one
# another is measured in tests/documents/test_colours.py.
PAPER = "#ffffff"
INK = "#1b2733"
QUIET_INK = "#4d5b68"
TRACK = "#e8edf1"  # the empty part of a bar, told from the paper by nobody who needs to
BLUE = "#0b5f9e"
ORANGE = "#c04f00"
LIGHT_BLUE = "#e3effa"
LIGHT_ORANGE = "#fdeee0"
TEAL = "#1d6a63"  # the accent of the CV and the letter too
WASH = "#e9f2ef"
EDGE = "#c3dad4"
GOLD = "#8a6a1f"

PALETTE = {
    "paper": PAPER,
    "ink": INK,
    "quiet_ink": QUIET_INK,
    "track": TRACK,
    "blue": BLUE,
    "orange": ORANGE,
    "light_blue": LIGHT_BLUE,
    "light_orange": LIGHT_ORANGE,
    "teal": TEAL,
    "wash": WASH,
    "edge": EDGE,
    "gold": GOLD,
}
