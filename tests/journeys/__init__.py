"""Whole stories: the real program as its own process, with the emulator."""
