"""Tests of the emulator: its Bot API, phones, clock, faults and mailbox."""
