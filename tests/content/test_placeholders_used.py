"""A language that leaves out what the bokmål fills in tells its readers less."""

from datetime import date

import pytest

from bot.content.check import check_files
from bot.content.placeholders_used import used_in
from tests.content.sample_pack import with_message

TODAY = date(2026, 6, 1)
KNOWN = frozenset({"session_day", "place.name", "count"})


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{{ session_day }} kl. 10", {"session_day"}),
        ("{{ session_day|first_upper }}", {"session_day"}),
        ("{% if count == 1 %}en{% else %}{{ count }}{% endif %}", {"count"}),
        ("{{ place.name }}", {"place.name"}),
        ("session_day", set()),
        ('{% if x == "count" %}{% endif %}', set()),
    ],
)
def test_what_a_text_uses(source: str, expected: set[str]) -> None:
    assert used_in(source, KNOWN) == expected


def test_what_a_translation_leaves_out_is_a_warning() -> None:
    files = with_message("course.waiting", "Den kommer {{ wake_day }}.")

    findings = [str(finding) for finding in check_files(files, today=TODAY)]

    assert [line.split(":")[0] for line in findings] == ["messages/en.yaml", "messages/nn.yaml"]
    assert all("leaves out `wake_day`, which the bokmål" in line for line in findings)


def test_names_may_be_left_out() -> None:
    files = with_message("course.nothing", "Hei {{ participant.first_name }}!")

    assert check_files(files, today=TODAY) == ()
