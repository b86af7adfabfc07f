"""Which wall-clock time to use when a participant has an hour they prefer."""

from datetime import time


def at_hour(preferred_hour: int | None, otherwise: time) -> time:
    return otherwise if preferred_hour is None else time(preferred_hour)
