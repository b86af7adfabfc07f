"""The matrix: every fault in order, and the function that injects it."""

from __future__ import annotations

from benchmarks.faults import (
    clocks,
    contents,
    groups,
    inbound,
    kills,
    load,
    outbound,
    power,
    privacy,
    processes,
    restoring,
    storage,
)
from benchmarks.faults.outcomes import POSTGRESQL, SQLITE, Row

ROWS: tuple[Row, ...] = (
    Row(1, "kill -9 at random and at named points", kills.killed_at_any_moment),
    Row(2, "SIGTERM with slow handlers, SIGKILL 10 s later", kills.told_to_end),
    Row(3, "every update delivered three times", inbound.three_times),
    Row(4, "updates out of order; ids begin anew, lower", inbound.out_of_order),
    Row(5, "poison updates: bad shapes, a handler that raises", inbound.poison),
    Row(6, "a handler hangs; CancelledError", inbound.handler_hangs),
    Row(7, "429 with retry_after 3 and 60; a storm of them", outbound.flood),
    Row(8, "500 before accepting", outbound.refused_before),
    Row(9, "accepted, then 500, silence, half an answer, a cut line", outbound.refused_after),
    Row(10, "403 in its three forms; chat not found", outbound.gone),
    Row(11, "the staff group migrates in the middle", groups.migrates),
    Row(12, "a second process on one token; a stranger's poller", processes.second_process),
    Row(13, "two workers, one killed", figure="one process does all the work so far"),
    Row(14, "SQLite locked for 20 s", storage.locked, (SQLITE,)),
    Row(15, "disk full (RLIMIT_FSIZE)", storage.full, (SQLITE,)),
    Row(16, "PostgreSQL stops at once under load", storage.server_restarts, (POSTGRESQL,)),
    Row(17, "connection cut at COMMIT", storage.cut_at_commit, (POSTGRESQL,)),
    Row(18, "power loss: what was not synced is gone", power.power_fails, (SQLITE,)),
    Row(19, "outage of 3 min, 26 h, 3 days", clocks.outage),
    Row(20, "both clock changes, one on Easter Sunday", clocks.clock_changes),
    Row(21, "clock jumps by 1 h and 1 day, both ways", clocks.clock_jumps),
    Row(22, "broken content: YAML, bomb, duplicate, 10 MB, no step", contents.broken_packs),
    Row(23, "a template raises in one language", contents.text_fails),
    Row(24, "content edited while people are mid-course", contents.edited_in_between),
    Row(25, "hostile words, names and callback data", contents.hostile_words),
    Row(26, "thousands of updates at once", load.flood_of_updates),
    Row(27, "double tap; month-old and forged taps", inbound.double_tap),
    Row(28, "nobody on staff answers for 14 days", clocks.nobody_answers),
    Row(29, "kill -9 during migration", storage.killed_while_upgrading),
    Row(30, "restore of yesterday's backup", restoring.yesterdays_backup),
    Row(31, "sweep of all logs", privacy.logs_are_clean),
    Row(32, "erase a participant, then look everywhere", privacy.erased),
)
