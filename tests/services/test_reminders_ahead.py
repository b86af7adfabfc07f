"""Reminders days ahead for kinds of sessions that say so, and places on the map."""

from base64 import b64decode
from dataclasses import replace
from datetime import datetime

import pytest

from bot.domain.messages import Document, MapPin
from bot.domain.planning import ProgrammeSession
from bot.services.ports import UnitOfWork
from bot.services.programme_sessions import add_session, cancel_session, move_session
from bot.services.publishing import publish_content
from tests.builders import oslo
from tests.phones import Phone
from tests.rehearsal import Rehearsal

VISIT = 5  # the fifth session is a company visit
STARTS = oslo("2026-11-17 10:00")
WEEK_BEFORE, THREE_DAYS_BEFORE = oslo("2026-11-10 12:00"), oslo("2026-11-14 12:00")
EVENING, TWO_HOURS = oslo("2026-11-16 18:00"), oslo("2026-11-17 08:00")


def visit(rehearsal: Rehearsal) -> ProgrammeSession:
    found = rehearsal.read(lambda uow: uow.programme_sessions.of_cohort(rehearsal.cast.cohort.id))
    return found[VISIT - 1]


def about_the_visit(phone: Phone) -> list[tuple[datetime, str]]:
    """The other visit is on the 26th."""
    return [
        (message.at, message.text)
        for message in phone.by_rule("session_reminder")
        if "Bedriftsbesøk" in message.text and "26. november" not in message.text
    ]


def test_a_company_visit_is_reminded_of_a_week_and_three_days_ahead_too(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()

    rehearsal.wind_to(STARTS)

    told = about_the_visit(phone)
    assert [at for at, _ in told] == [WEEK_BEFORE, THREE_DAYS_BEFORE, EVENING, TWO_HOURS]
    assert "Om en uke skjer dette" in told[0][1]
    assert "Tirsdag 17. november kl. 10.00" in told[0][1]
    assert "Om 3 dager sees vi" in told[1][1]
    assert phone.by_rule("session_reminder")[-1].labels[0] == "Kommer"


def test_other_kinds_of_sessions_are_not_reminded_of_days_ahead(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()

    rehearsal.wind_to(oslo("2026-11-12 13:00"))

    texts = [m.text for m in phone.by_rule("session_reminder") if "Bedriftsbesøk" not in m.text]
    assert len(texts) == 2 * 4
    assert not any("Om en uke" in text or "dager" in text for text in texts)


def test_a_visit_that_staff_add_by_hand_is_of_the_same_kind(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.run(
        add_session,
        office_id=1,
        cohort_id=rehearsal.cast.cohort.id,
        starts_at=oslo("2026-11-06 10:00"),
        ends_at=oslo("2026-11-06 12:00"),
        theme="company_visit",
        place="company",
        announce=False,
    )

    rehearsal.wind_to(oslo("2026-11-06 10:00"))

    # A week ahead is over already; three days ahead still helps.
    assert [at for at, _ in about_the_visit(phone)] == [
        oslo("2026-11-03 12:00"),
        oslo("2026-11-05 18:00"),
        oslo("2026-11-06 08:00"),
    ]


def test_a_visit_that_moves_is_reminded_of_at_its_new_time_only(
    rehearsal_on_both: Rehearsal,
) -> None:
    rehearsal = rehearsal_on_both
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-11 09:00"))
    phone.forget()

    rehearsal.run(move_session, visit(rehearsal).id, starts_at=oslo("2026-11-20 10:00"))
    rehearsal.wind_to(oslo("2026-11-20 10:00"))

    assert [at for at, _ in about_the_visit(phone)] == [
        oslo("2026-11-13 12:00"),
        oslo("2026-11-17 12:00"),
        oslo("2026-11-19 18:00"),
        oslo("2026-11-20 08:00"),
    ]


def test_a_cancelled_visit_is_not_reminded_of(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(WEEK_BEFORE)

    rehearsal.run(cancel_session, visit(rehearsal).id)
    rehearsal.wind_to(STARTS)

    assert [at for at, _ in about_the_visit(phone)] == [WEEK_BEFORE]


def test_days_ahead_too_nobody_is_reminded_in_quiet_hours(rehearsal: Rehearsal) -> None:
    rehearsal.run(_change_programme, 'days_before: 7, at: "12:00"', 'days_before: 7, at: "23:00"')
    phone = rehearsal.amina_starts()
    rehearsal.run(move_session, visit(rehearsal).id, starts_at=oslo("2026-11-17 12:00"))
    phone.forget()

    rehearsal.wind_to(oslo("2026-11-12 12:00"))

    # Early rather than late: it moves back to when the allowed hours end.
    assert [at for at, _ in about_the_visit(phone)] == [oslo("2026-11-10 20:45")]


def test_reminders_days_ahead_take_nothing_from_the_one_message_a_day(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.run(_change_programme, "days_before: 7", "days_before: 4")
    phone = rehearsal.amina_starts()
    rehearsal.run(move_session, visit(rehearsal).id, starts_at=oslo("2026-11-17 12:00"))

    rehearsal.wind_to(oslo("2026-11-13 12:05"))

    # A Friday, when the check-in is asked at the same hour.
    same_hour = [m.rule for m in phone.received if m.at == oslo("2026-11-13 12:00")]
    assert sorted(same_hour) == ["check_in", "session_reminder"]


def test_whoever_cannot_come_is_not_asked_again_days_ahead(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(WEEK_BEFORE)
    phone.tap("Kan ikke")

    rehearsal.wind_to(STARTS)

    assert [at for at, _ in about_the_visit(phone)] == [WEEK_BEFORE]


def test_whoever_wants_few_messages_and_has_answered_gets_the_evening_one_only(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    amina = replace(rehearsal.now_of(rehearsal.cast.amina), fewer_messages=True)
    rehearsal.run(lambda uow: uow.participants.save(amina))
    rehearsal.wind_to(WEEK_BEFORE)
    phone.tap("Kommer")

    rehearsal.wind_to(STARTS)

    assert [at for at, _ in about_the_visit(phone)] == [WEEK_BEFORE, EVENING]


@pytest.mark.parametrize(
    ("language", "says"),
    [("Nynorsk", "Om ei veke skjer dette"), ("English", "This is coming up in one week")],
)
def test_reminders_days_ahead_speak_the_participants_language(
    rehearsal: Rehearsal, language: str, says: str
) -> None:
    phone = rehearsal.amina_starts(language=language)

    rehearsal.wind_to(WEEK_BEFORE)

    assert says in phone.by_rule("session_reminder")[-1].text


def test_the_map_is_shown_when_somebody_asks_for_it_as_often_as_they_ask(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.run(_map_of_the_company)
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(WEEK_BEFORE)
    reminder = phone.last
    phone.tap("Kommer")

    for _ in range(2):
        phone.tap("Vis på kart")

    assert reminder.labels[-2:] == ["Legg i kalenderen", "Vis på kart"]
    pins = [m.body.attachment for m in phone.received if isinstance(m.body.attachment, MapPin)]
    assert pins == [MapPin(59.9, 10.7, "Bedriften vi besøker", "Eksempelgata 1")] * 2


def test_the_calendar_knows_where_it_is(rehearsal: Rehearsal) -> None:
    rehearsal.run(_map_of_the_company)
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(WEEK_BEFORE)

    phone.tap("Legg i kalenderen")

    assert b"GEO:59.9;10.7" in _file(phone)


def test_a_place_that_nobody_put_on_the_map_has_no_button_for_it(rehearsal: Rehearsal) -> None:
    rehearsal.run(_map_of_the_company)
    phone = rehearsal.amina_starts()

    rehearsal.wind_to(oslo("2026-11-02 18:00"))

    assert "Vis på kart" not in phone.last.labels


def test_the_old_button_of_a_visit_that_moved_elsewhere_does_no_harm(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.run(_map_of_the_company)
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(WEEK_BEFORE)
    data = phone.data_of("Vis på kart")
    rehearsal.run(_map_of_the_company, back=True)

    phone.forget()
    phone.tap_data(data)

    assert phone.texts == []


def _file(phone: Phone) -> bytes:
    sent = phone.last.body.attachment
    assert isinstance(sent, Document)
    return b64decode(sent.content_base64)


def _map_of_the_company(uow: UnitOfWork, back: bool = False) -> None:
    name = "name: {nb: Bedriften vi besøker, nn: Bedrifta vi besøkjer, en: The company we visit}"
    where = "\n    map: {latitude: 59.9, longitude: 10.7}"
    old = f'{name}\n    address: ""'
    new = f'{name}\n    address: "Eksempelgata 1"{where}'
    _change_programme(uow, *((new, old) if back else (old, new)))


def _change_programme(uow: UnitOfWork, old: str, new: str) -> None:
    files = {path: str(text) for path, text in uow.pack(1).files.items()}
    assert old in files["programme.yaml"]
    files["programme.yaml"] = files["programme.yaml"].replace(old, new)
    publish_content(uow, 1, digest=f"changed {new}", files=files, by="dana")
