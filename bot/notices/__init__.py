"""Notices to staff by e-mail."""
