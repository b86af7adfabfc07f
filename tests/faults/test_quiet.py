"""When a row may judge: all that people did has been fetched and handled, all that was to go has gone."""

import os
import signal
from collections.abc import Iterator

import pytest

from benchmarks.faults.groups import ask_for_help
from benchmarks.faults.installation import Installation
from benchmarks.faults.lab import SHORT, Lab
from tests.program_process import TOKEN


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    lab = Lab(scale=SHORT)
    yield lab
    lab.close()


@pytest.fixture
def place(lab: Lab) -> Iterator[Installation]:
    with lab.installation("sqlite") as place:
        yield place


def a_program_that_stands_still(place: Installation, role: str = "all") -> None:
    """It is there, and whatever comes happens because the test does it."""
    os.kill(place.start(wait=False, role=role).popen.pid, signal.SIGSTOP)


def test_it_is_not_quiet_before_an_offset_confirms_what_people_wrote(place: Installation) -> None:
    a_program_that_stands_still(place)

    at_first = place.is_quiet()
    place.write(0, "Hei")
    unfetched = place.is_quiet()
    (update,) = place.emulator.call(TOKEN, "getUpdates")["result"]
    fetched = place.is_quiet()
    place.emulator.call(TOKEN, "getUpdates", offset=update["update_id"] + 1)

    assert at_first
    assert not unfetched
    assert not fetched
    assert place.is_quiet()


def test_nothing_is_awaited_that_nobody_will_fetch(place: Installation) -> None:
    place.write(0, "Hei")

    nobody_there = place.is_quiet()
    a_program_that_stands_still(place, role="worker")
    nobody_listens = place.is_quiet()
    a_program_that_stands_still(place)
    somebody_listens = place.is_quiet()
    place.emulator.delivery_fault("outage", outage_seconds=3600)
    line_is_down = place.is_quiet()
    place.emulator.delete("faults")
    line_is_back = place.is_quiet()
    place.emulator.declare_invalid(TOKEN)

    assert (nobody_there, nobody_listens, line_is_down) == (True, True, True)
    assert (somebody_listens, line_is_back) == (False, False)
    assert place.is_quiet()


def test_a_webhook_is_waited_for_until_it_takes_what_came(place: Installation) -> None:
    a_program_that_stands_still(place)
    place.emulator.call(TOKEN, "setWebhook", url=f"{place.by_webhook()['TETTPA_WEBHOOK_URL']}/x")

    place.write(0, "Hei")

    assert not place.is_quiet()


def test_it_is_not_quiet_while_a_mail_is_to_go(place: Installation) -> None:
    before = place.is_quiet()

    place.do(ask_for_help, 0)

    assert before
    assert place.count("outbox WHERE state = 'queued'") == 0
    assert not place.is_quiet()


def test_it_is_not_quiet_while_a_message_is_to_go(place: Installation) -> None:
    place.queue([(0, "Hei")])

    assert not place.is_quiet()
