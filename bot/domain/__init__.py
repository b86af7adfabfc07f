"""Rules and records: no I/O, no await, no clock."""
