"""What can be typed to name a part of the content, and what is answered to a misspelt one."""

import pytest

from bot.domain.errors import NotFound
from bot.domain.flows import Flow, Step
from bot.domain.rehearsal import Part, PartKind, find_part, short_keys

FLOWS = {
    "module:cv": Flow(
        "module:cv",
        (Step("about.intro", "say"), Step("about.name", "short_text"), Step("jobs.intro", "say")),
        lessons=("about", "jobs"),
    ),
    "check_in:weekly": Flow("check_in:weekly", (Step("week", "choose"),)),
    "check_in:cv": Flow("check_in:cv", (Step("week", "choose"),)),
}
MESSAGES = ("session.reminder", "menu.shown")


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("cv", Part(PartKind.FLOW, "module:cv")),
        ("module:cv", Part(PartKind.FLOW, "module:cv")),
        ("cv.jobs", Part(PartKind.FLOW, "module:cv", "jobs.intro")),
        ("module:cv.about", Part(PartKind.FLOW, "module:cv", "about.intro")),
        ("cv.about.name", Part(PartKind.FLOW, "module:cv", "about.name")),
        ("weekly", Part(PartKind.FLOW, "check_in:weekly")),
        ("check_in:weekly.week", Part(PartKind.FLOW, "check_in:weekly", "week")),
        ("check_in:cv", Part(PartKind.FLOW, "check_in:cv")),
        ("session.reminder", Part(PartKind.MESSAGE, "session.reminder")),
        ("login.body", Part(PartKind.NOTICE, "login.body")),
    ],
)
def test_a_key_names_a_flow_a_place_in_it_or_a_text(typed: str, part: Part) -> None:
    found = find_part(typed, FLOWS, messages=MESSAGES, notices=("login.body",))

    assert found == part


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("cv.abuot", 'did you mean "cv.about"?'),
        ("sesion.reminder", 'did you mean "session.reminder"?'),
        ("wekly", 'did you mean "weekly"?'),
        ("qqqq", "name a module, lesson or message."),
    ],
)
def test_a_misspelt_key_is_answered_with_the_nearest(typed: str, hint: str) -> None:
    with pytest.raises(NotFound) as refused:
        find_part(typed, FLOWS, messages=MESSAGES)

    assert str(refused.value) == f'The content has nothing called "{typed}": {hint}'


def test_what_can_be_typed_is_short_unless_it_would_mean_two_things() -> None:
    keys = short_keys(FLOWS)

    assert keys == {
        "module:cv": ("cv", "cv.about", "cv.jobs"),
        "check_in:weekly": ("weekly",),
        "check_in:cv": ("check_in:cv",),
    }
    for whole, *_ in keys.values():
        assert find_part(whole, FLOWS, messages=()).step_key is None
