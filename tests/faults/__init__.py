"""The fault matrix itself: its rows must be able to fail."""
