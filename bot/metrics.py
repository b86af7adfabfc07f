"""Turns measurements and vitals into what Prometheus reads; the only file that knows prometheus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, GCCollector, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.app import Program
from bot.domain.errors import TettpaError
from bot.domain.messages import Lane
from bot.health import Health, Vitals
from bot.kept_reading import KeptReading
from bot.scheduling.clock_guard import ClockState
from bot.services.measurements import Measurements, measure

log = structlog.get_logger(__name__)

MEASUREMENTS_KEEP_S = 5.0
MEASURED_WITHIN_S = 5.0  # Prometheus itself gives up after ten


class Metrics:
    """A registry of our own. Labels hold codes and numbers of offices, nothing about anybody."""

    def __init__(self, program: Program, health: Health) -> None:
        self._health = health
        self._measurements = KeptReading[Measurements](
            lambda: program.storage.read(measure),
            keeps_s=MEASUREMENTS_KEEP_S,
            within_s=MEASURED_WITHIN_S,
        )
        self._board = _Board()
        self._registry = CollectorRegistry(auto_describe=False)
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self._registry.register(self._board)

    async def exposition(self, accept: str) -> tuple[bytes, str]:
        """Return what a scraper with this Accept header reads, and its content type.

        When the database does not answer, its metrics are left out rather than repeated.
        """
        measured = None
        try:
            measured = await self._measurements.get()
        except (TimeoutError, TettpaError) as error:
            log.warning("not_measured", error=type(error).__name__)
        self._board.show(self._health.vitals(), measured)
        encode, content_type = choose_encoder(accept)
        return encode(self._registry), content_type


class _Board(Collector):
    """What was found last, for the registry to collect."""

    def __init__(self) -> None:
        self._families: list[Metric] = []

    def show(self, vitals: Vitals, measured: Measurements | None) -> None:
        up = _gauge("database_up", "Whether the database answered this time.", measured is not None)
        self._families = [up, *_of_process(vitals)]
        if measured is not None:
            self._families += [
                *_of_queues(measured),
                *_of_cases(measured),
                *_of_notifying(measured),
            ]

    def collect(self) -> Iterable[Metric]:
        return self._families


def _of_process(vitals: Vitals) -> Iterator[Metric]:
    yield _gauge("working", "1 while this process works, 0 while it stands by.", vitals.is_working)
    yield _gauge(
        "last_sweep_age_seconds", "Since the last sweep of what is due.", vitals.sweep_age_s
    )
    yield _gauge("last_heartbeat_age_seconds", "Since the last heartbeat.", vitals.heartbeat_age_s)
    yield CounterMetricFamily(
        "tettpa_heartbeats",
        "Heartbeats: sweep, senders and getMe all succeeded.",
        value=vitals.heartbeats,
    )
    mail_ages = {} if vitals.mail_age_s is None else {(): vitals.mail_age_s}
    yield _labelled("last_mail_age_seconds", "Since the last mail sent by this run.", (), mail_ages)
    yield _by_office("last_poll_age_seconds", "Since the last successful poll.", vitals.poll_age_s)
    yield _by_office(
        "last_sender_turn_age_seconds",
        "Since the sender last looked for messages.",
        vitals.sender_age_s,
    )
    yield _by_office(
        "telegram_connected", "Whether Telegram knows the office's bot.", vitals.is_connected
    )
    yield _labelled(
        "clock_state",
        "1 for the state the clock is judged to be in.",
        ("state",),
        {(state,): state is vitals.clock_state for state in ClockState},
    )
    yield _gauge(
        "storage_queued", "Units of work waiting for a storage thread.", vitals.storage_queued
    )
    yield _gauge(
        "loop_lag_seconds", "How late the event loop was at worst in a minute.", vitals.loop_lag_s
    )


def _of_queues(measured: Measurements) -> Iterator[Metric]:
    yield _gauge("inbox_pending", "Updates stored and not yet handled.", measured.updates_pending)
    yield _gauge(
        "inbox_set_aside", "Updates that failed again and again.", measured.updates_set_aside
    )
    yield _labelled(
        "outbox_queued",
        "Messages waiting, those for later included.",
        ("lane",),
        _by_lane(measured.messages_queued),
    )
    yield _gauge("outbox_claimed", "Messages on their way.", measured.messages_claimed)
    yield _labelled(
        "outbox_oldest_due_age_seconds",
        "Since the oldest unsent message of the lane could have gone.",
        ("lane",),
        _by_lane(measured.message_ages),
    )
    yield _gauge(
        "notices_queued", "Notices to staff waiting, digests included.", measured.notices_queued
    )
    yield _gauge(
        "documents_queued", "Files that participants are waiting for.", measured.documents_queued
    )
    yield _labelled(
        "oldest_due_age_seconds",
        "Since the oldest thing of this kind fell due and was not done.",
        ("kind",),
        {(kind,): age for kind, age in measured.ages.items()},
    )
    yield _labelled(
        "outcomes_last_day",
        "What became of the messages of the last 24 hours.",
        ("outcome",),
        {(outcome,): count for outcome, count in measured.outcomes.items()},
    )
    yield _gauge(
        "unknown_share_last_day",
        "Share of the last 24 hours' messages that may or may not have arrived.",
        measured.unknown_share,
    )
    yield _gauge(
        "offices_without_content",
        "Offices that have no texts to speak with.",
        measured.offices_without_content,
    )


def _of_cases(measured: Measurements) -> Iterator[Metric]:
    yield _labelled("cases_open", "Open cases.", ("reason", "state"), measured.cases_open)
    yield _by_office(
        "cases_past_deadline",
        "Open cases whose time to act is over and that were not moved on.",
        measured.cases_past_deadline,
    )
    yield _by_office("cases_unowned", "Open cases in the team queue.", measured.cases_unowned)
    yield _by_office(
        "oldest_unowned_case_working_seconds",
        "Staffed time since the oldest case in the team queue was opened.",
        measured.unowned_for_working_s,
    )
    yield _by_office(
        "cases_untold",
        "Untaken cases of which nobody on staff was ever sent the notice that was due.",
        measured.cases_untold,
    )
    yield _by_office(
        "oldest_untold_case_age_seconds",
        "Since somebody should have been told of the oldest such case.",
        measured.untold_for_s,
    )


def _of_notifying(measured: Measurements) -> Iterator[Metric]:
    yield _labelled(
        "signal_to_notice_p95_seconds",
        "From the signal to the first notice sent, 95th of 100 cases opened in the last 7 days.",
        ("reason",),
        {(reason,): seconds for reason, seconds in measured.notified_p95_s.items()},
    )


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"tettpa_{name}", words, value=float(value))


def _by_office(name: str, words: str, values: Mapping[int, float]) -> Metric:
    by_label = {(office_id,): value for office_id, value in values.items()}
    return _labelled(name, words, ("office",), by_label)


def _by_lane(values: Mapping[Lane, float]) -> dict[tuple[str], float]:
    return {(lane.name.lower(),): value for lane, value in values.items()}


def _labelled(
    name: str, words: str, labels: tuple[str, ...], values: Mapping[Any, float]
) -> Metric:
    """`values` are by tuples of codes or numbers, one for each label."""
    family = GaugeMetricFamily(f"tettpa_{name}", words, labels=labels)
    for given, value in values.items():
        family.add_metric([_label(item) for item in given], float(value))
    return family


def _label(value: object) -> str:
    return str(value.value if isinstance(value, Enum) else value)
