"""Kinds of sessions, the reminders for them, and places on the map, as programme.yaml says them."""

import pytest

from bot.content.findings import BadPack
from bot.content.loading import load_files
from bot.domain.programme import MapPoint
from tests.content.sample_pack import sample_files

FILE = "programme.yaml"
REMINDER = '{key: evening_before, days_before: 1, at: "18:00"}'
FAR = '{key: week_before, days_before: 7, at: "12:00", for: [visit]}'
FIRST = 'day: tuesday, from: "10:00", to: "13:00", theme: welcome, place: office'
SECOND = "day: thursday, from: 10:00, to: 13:00, theme: welcome, place: office"
PLACE = "{name: {nb: Kontoret, nn: Kontoret, en: The office}}"


def edited(*changes: tuple[str, str]) -> dict[str, str]:
    files = sample_files()
    for old, new in changes:
        assert old in files[FILE]
        files[FILE] = files[FILE].replace(old, new, 1)
    return files


def problems(*changes: tuple[str, str]) -> str:
    with pytest.raises(BadPack) as refused:
        load_files(edited(*changes))
    return str(refused.value)


def kinds(first: str, second: str) -> tuple[tuple[str, str], ...]:
    return (
        (FIRST, f"{FIRST}{first}"),
        (SECOND, f"{SECOND}{second}"),
        (REMINDER, f"{REMINDER}\n  - {FAR}"),
    )


def test_a_reminder_for_a_kind_is_for_sessions_of_that_kind_alone() -> None:
    same = ", kind: visit"

    programme = load_files(edited(*kinds(same, same))).programme

    assert programme.kind_of("welcome") == "visit"
    assert [r.key for r in programme.reminders_of("welcome")] == [
        "evening_before",
        "week_before",
        "two_hours_before",
    ]
    assert [r.key for r in programme.reminders_of("something said in words")] == [
        "evening_before",
        "two_hours_before",
    ]


def test_a_session_without_a_kind_is_of_its_themes_kind() -> None:
    far = FAR.replace("visit", "welcome")

    programme = load_files(edited((REMINDER, f"{REMINDER}\n  - {far}"))).programme

    assert "week_before" in [r.key for r in programme.reminders_of("welcome")]


def test_sessions_of_one_theme_are_of_one_kind() -> None:
    said = problems(*kinds(", kind: visit", ""))

    assert "programme.yaml:9: " in said
    assert "`visit` and `welcome`" in said


def test_a_reminder_for_a_kind_nobody_has_is_an_error_with_what_was_meant() -> None:
    said = problems((REMINDER, REMINDER.replace("}", ", for: [wellcome]}")))

    assert "programme.yaml:11: no session is of the kind `wellcome`, did you mean `welcome`" in said


def test_a_place_may_be_on_the_map() -> None:
    new = PLACE.replace("}}", "}, map: {latitude: 59.91, longitude: 10.75}}")

    place = load_files(edited((PLACE, new))).programme.places["office"]

    assert place.map == MapPoint(59.91, 10.75)


@pytest.mark.parametrize(
    ("where", "says"),
    [
        pytest.param("latitude: 10.75, longitude: 59.91", "wrong way round", id="swapped"),
        pytest.param("latitude: 95, longitude: 10", "90", id="beyond the pole"),
        pytest.param("latitude: 59.9", "`longitude` is missing", id="half"),
        pytest.param('latitude: "59,9", longitude: 10', "latitude", id="comma"),
        pytest.param("latitude: nan, longitude: 10", "latitude", id="no number"),
    ],
)
def test_a_place_that_cannot_be_is_refused_with_its_line(where: str, says: str) -> None:
    said = problems((PLACE, PLACE.replace("}}", f"}}, map: {{{where}}}}}")))

    assert "programme.yaml:4: " in said
    assert says in said
