"""The state of a run as JSON, and back: what is written is read, and nothing else is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.domain.errors import NaiveDatetime
from bot.domain.flows import RunState, RunStatus
from bot.domain.run_state import dump, load


def test_state_survives_json_whatever_zone_its_instant_came_in() -> None:
    winter = timezone(timedelta(hours=1))
    state = RunState(
        "module:sample",
        step_key="night",
        status=RunStatus.WAITING,
        instance=4,
        attempts=1,
        answers={"mood": "fine"},
        wake_at=datetime(2026, 3, 7, 13, 0, 0, 5, tzinfo=winter),
        outcome="bound",
        partial=("fine", "two\nlines"),
        return_to="look",
        return_after="mood",
        outer_returns=(("all", None), ("part", "sum")),
        wakes=3,
    )

    restored = load(json.loads(json.dumps(dump(state))))

    assert restored == state
    assert restored.wake_at is not None
    assert restored.wake_at.tzinfo is UTC


def test_state_of_an_older_or_newer_release_is_read() -> None:
    state = load({"flow_key": "module:sample", "status": "asking", "mascot": "elk"})

    assert state == RunState("module:sample", status=RunStatus.ASKING)


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({}, id="no flow"),
        pytest.param({"status": "dancing"}, id="unknown status"),
        pytest.param({"instance": "four"}, id="a number in words"),
        pytest.param({"step_key": 4}, id="a key as a number"),
        pytest.param({"answers": ["fine"]}, id="answers without questions"),
        pytest.param({"partial": "fine"}, id="pieces in no list"),
        pytest.param({"wakes": "often"}, id="wakes in words"),
        pytest.param({"outer_returns": "look"}, id="reviews in no list"),
        pytest.param({"outer_returns": [["look"]]}, id="half a way back"),
        pytest.param({"wake_at": "2026-03-07T12:00:00"}, id="an instant without a zone"),
    ],
)
def test_state_that_dump_never_wrote_is_refused(broken: dict[str, object]) -> None:
    stored = {"flow_key": "module:sample", **broken} if broken else broken

    with pytest.raises(ValueError, match=r"."):
        load(stored)


def test_instant_without_a_zone_is_not_written() -> None:
    naive = datetime(2026, 3, 6, 12)  # noqa: DTZ001 without a zone on purpose

    with pytest.raises(NaiveDatetime):
        dump(RunState("module:sample", wake_at=naive))
