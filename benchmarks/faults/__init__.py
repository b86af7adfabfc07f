"""The fault matrix: injects every fault of docs/fault-matrix.md into the real program and counts."""
