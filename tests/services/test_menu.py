"""The menu in three languages, the week, the commands, and the calendar file."""

import base64
from datetime import timedelta

import pytest
from icalendar import Calendar

from bot.services.participants import invite_participant
from bot.services.programme_sessions import move_session
from tests.builders import an_appointment, oslo
from tests.rehearsal import Rehearsal


@pytest.mark.parametrize(
    ("language", "week", "heading"),
    [
        ("Bokmål", "Min uke", "Dette skjer framover"),
        ("Nynorsk", "Mi veke", "Dette skjer framover"),
        ("English", "My week", "This is coming up"),
    ],
)
def test_the_menu_opens_the_week_in_each_language(
    rehearsal: Rehearsal, language: str, week: str, heading: str
) -> None:
    phone = rehearsal.amina_starts(language=language)

    answers = phone.write(week)

    assert answers[0].startswith(heading)
    assert phone.received[0].body.menu is not None
    assert phone.received[0].body.menu[0][0] == week


def test_menu_labels_of_another_language_work_as_well(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts(language="English")

    answers = phone.write("Min uke")

    assert answers[0].startswith("This is coming up")


def test_the_week_shows_the_next_seven_days_with_what_was_answered(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-02 18:00"))
    phone.tap("Kommer")

    week = phone.write("Min uke")[0]

    assert "tirsdag 3. november kl. 10.00" in week
    assert "Velkommen, og bli kjent, Nav-kontoret" in week
    assert week.count("Du har svart: Kommer") == 1
    assert "torsdag 5. november kl. 10.00" in week
    assert "10. november" not in week


def test_an_empty_plan_says_so(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-12-04 10:00"))
    phone.forget()

    answers = phone.write("Min uke")

    assert answers[0].startswith("Det står ikke noe i planen din")


def test_the_calendar_file_holds_every_session_and_keeps_its_uid_when_one_moves(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    phone.write("Min uke")
    before = _events(phone.by_rule("reply")[-1].body.attachment)
    first = rehearsal.read(lambda uow: uow.programme_sessions.of_cohort(rehearsal.cast.cohort.id))[
        0
    ]
    rehearsal.run(move_session, first.id, starts_at=first.starts_at + timedelta(hours=2))

    phone.write("Min uke")

    after = _events(phone.by_rule("reply")[-1].body.attachment)
    assert len(before) == len(after) == 10
    assert set(before) == set(after)
    moved = [uid for uid in after if before[uid] != after[uid]]
    assert len(moved) == 1
    assert after[moved[0]] == (1, first.starts_at + timedelta(hours=2), "Velkommen, og bli kjent")


def _events(document: object) -> dict[str, tuple[int, object, str]]:
    assert document is not None
    content = base64.b64decode(document.content_base64)  # type: ignore[attr-defined]
    calendar = Calendar.from_ical(content)
    found = {}
    for event in calendar.walk("VEVENT"):
        assert event.decoded("dtend") > event.decoded("dtstart")
        found[str(event["uid"])] = (
            int(str(event["sequence"])),
            event.decoded("dtstart"),
            str(event["summary"]),
        )
    return found


@pytest.mark.parametrize("name", ["uke", "week", "veke", "UKE"])
def test_commands_open_what_the_menu_opens(rehearsal: Rehearsal, name: str) -> None:
    phone = rehearsal.amina_starts()

    answers = phone.command(name)

    assert answers[0].startswith("Dette skjer framover")


def test_an_unknown_command_shows_the_menu(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()

    answers = phone.command("dance")

    assert answers == ["Den kommandoen har vi ikke. Det du kan gjøre, står i menyen nederst."]
    assert phone.last.body.menu is not None


def test_somebody_without_a_cohort_has_a_week_of_appointments(rehearsal: Rehearsal) -> None:
    cast = rehearsal.cast
    invited = rehearsal.run(
        invite_participant, office_id=1, first_name="Dina", caseworker=cast.carol
    )
    phone = rehearsal.a_phone()
    phone.start(invited.code)
    phone.tap("Bokmål")
    phone.tap("Ja, gjerne")
    rehearsal.run(an_appointment, invited.participant, oslo("2026-11-04 12:00"))

    answers = phone.write("Min uke")

    assert "onsdag 4. november kl. 12.00" in answers[0]
    assert "Samtale, Rom 3" in answers[0]


def test_a_name_with_markup_and_marks_is_shown_as_it_is(rehearsal: Rehearsal) -> None:
    name = "<b>Åse</b> & \u200f\u200d_Ø_ 🙂"
    invited = rehearsal.run(
        invite_participant, office_id=1, first_name=name, caseworker=rehearsal.cast.carol
    )
    phone = rehearsal.a_phone()

    phone.start(invited.code)
    phone.tap("Bokmål")

    assert "&lt;b&gt;Åse&lt;/b&gt; &amp;" in phone.last.body.text
    assert "🙂" in phone.last.body.text
