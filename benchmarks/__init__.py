"""Benchmarks and the fault matrix; run by `make`, not part of the package."""
