"""What the page offers to try is what the application said, and a shapeless list is refused."""

from typing import Any

import httpx
import pytest

from tests.emulator.conftest import START
from tests.emulator_process import EmulatorControl

GROUPS = [{"title": "Modules", "items": [{"key": "cv", "title": "CV"}, {"key": "money"}]}]


def test_the_list_is_kept_until_a_reset_and_its_number_tells_of_a_new_one(
    emulator: EmulatorControl,
) -> None:
    before = emulator.get("state")["rehearsal"]

    kept = emulator.put("rehearsal", {"groups": GROUPS})
    first = emulator.get("state")["rehearsal"]
    emulator.put("rehearsal", {"groups": []})
    second = emulator.get("state")["rehearsal"]
    emulator.reset(now=START)

    assert kept["groups"][0]["items"][1] == {"key": "money", "title": "money"}
    assert len({before, first, second}) == 3
    assert emulator.get("state")["rehearsal"] == 0
    assert emulator.get("rehearsal") == {"groups": []}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"groups": "cv"},
        {"groups": ["cv"]},
        {"groups": [{"items": ["cv"]}]},
        {"groups": [{"items": [{"key": "two words"}]}]},
    ],
)
def test_a_list_of_another_shape_is_refused(emulator: EmulatorControl, body: Any) -> None:
    with pytest.raises(httpx.HTTPStatusError) as refused:
        emulator.put("rehearsal", body)

    assert refused.value.response.status_code == 400
    assert "groups" in refused.value.response.json()["error"]
