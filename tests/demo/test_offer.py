"""What the demo lets its visitors try: all of it by keys that /try understands."""

import pytest

from bot.app import DEFAULT_PACK
from bot.content.loading import load_folder
from bot.content.message_samples import SAMPLES_BY_MESSAGE
from bot.demo.offer import offer_of
from bot.domain.rehearsal import PartKind, find_part


@pytest.fixture(scope="module")
def offered() -> dict[str, list[str]]:
    """The keys under each heading."""
    groups = offer_of(load_folder(DEFAULT_PACK))["groups"]
    return {group["title"]: [item["key"] for item in group["items"]] for group in groups}


def test_modules_lessons_check_ins_and_messages_are_offered(
    offered: dict[str, list[str]],
) -> None:
    lessons = [title for title in offered if title.startswith("Lessons of ")]

    assert "workplace_rules" in offered["Modules"]
    assert offered["Check-ins"] == ["weekly"]
    assert len(lessons) == len(offered["Modules"])
    assert offered["Messages"] == list(SAMPLES_BY_MESSAGE)
    assert not any(key.startswith("button.") for key in offered["Messages"])


def test_every_offered_key_is_one_that_can_be_tried(offered: dict[str, list[str]]) -> None:
    flows = load_folder(DEFAULT_PACK).flows

    found = {
        key: find_part(key, flows, messages=SAMPLES_BY_MESSAGE)
        for keys in offered.values()
        for key in keys
    }

    assert all(
        (part.kind is PartKind.MESSAGE) == (key in SAMPLES_BY_MESSAGE)
        for key, part in found.items()
    )
