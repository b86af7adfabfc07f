"""How duties and processes are written as PostgreSQL's advisory locks; needs no driver to tell."""

from __future__ import annotations

from zlib import crc32

PROCESS = "process"

# By kind and number, in the shape pg_locks shows them.
OF_THIS_DATABASE = """
    locktype = 'advisory' AND objsubid = 2 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def lock_class(kind: str) -> int:
    """The first of the two numbers of a lock; the second is the office's, or a process's own."""
    return crc32(f"tettpa {kind}".encode()) & 0x7FFF_FFFF


def living_processes_sql() -> tuple[str, dict[str, int]]:
    """The numbers of all processes that are alive, as a query and its parameters."""
    query = f"SELECT objid::bigint FROM pg_locks WHERE {OF_THIS_DATABASE} AND classid = :process"
    return query, {"process": lock_class(PROCESS)}
