"""After the program was away: taps asked again, one message at the most, nobody's silence."""

from datetime import timedelta

import pytest

from bot.delivery.inbound import _look_back
from bot.domain.planning import OccurrenceState
from bot.services.outage import came_back, note_polled, polled_at
from tests.builders import oslo
from tests.phones import Phone
from tests.rehearsal import Rehearsal
from tests.services.office_work import begin_with_the_rules

FRIDAY = oslo("2026-11-06 12:00")


@pytest.fixture(autouse=True)
def _first_module(rehearsal: Rehearsal) -> None:
    begin_with_the_rules(rehearsal)


def _cases(rehearsal: Rehearsal) -> list[str]:
    amina = rehearsal.cast.amina
    return [case.reason for case in rehearsal.read(lambda uow: uow.cases.of_participant(amina.id))]


def test_after_three_minutes_an_open_question_is_asked_once_more(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)
    lost = phone.data_of("Fin")
    phone.forget()

    rehearsal.be_away_until(FRIDAY + timedelta(minutes=3))

    assert len(phone.texts) == 1
    assert phone.last.text.startswith("Vi var borte en stund. Beklager det.")
    assert "Hvordan har uka vært?" in phone.last.text
    assert phone.data_of("Fin") != lost
    phone.tap("Fin")
    assert rehearsal.awaited(rehearsal.cast.amina) == []


def test_after_two_minutes_nothing_happens(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)
    phone.forget()

    rehearsal.be_away_until(FRIDAY + timedelta(minutes=2))

    assert phone.texts == []


def test_a_question_that_had_not_left_is_not_asked_twice(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY - timedelta(minutes=1))
    rehearsal.telegram_is_up = False
    rehearsal.wind_to(FRIDAY)

    rehearsal.telegram_is_up = True
    rehearsal.be_away_until(FRIDAY + timedelta(minutes=10))

    assert [message.text[:15] for message in phone.received[-1:]] == ["Hei Amina! Hvor"]
    assert len([m for m in phone.received if "Hvordan har uka vært?" in m.text]) == 1
    phone.tap("Fin")
    assert rehearsal.awaited(rehearsal.cast.amina) == []


def test_the_clocks_of_silence_stand_still_for_the_gap(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-09 12:00"))
    before = rehearsal.awaited(rehearsal.cast.amina)[0].next_at
    assert before is not None
    assert len(phone.by_rule("nudge")) == 1

    rehearsal.be_away_until(oslo("2026-11-12 12:00"))

    after = rehearsal.awaited(rehearsal.cast.amina)[0].next_at
    assert after == before + timedelta(days=3)
    assert _cases(rehearsal) == []


def test_a_nudge_that_fell_due_in_the_gap_does_not_come_with_the_return(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY + timedelta(hours=8))

    rehearsal.be_away_until(oslo("2026-11-07 16:00"))

    assert phone.by_rule("nudge") == []
    assert len([m for m in phone.received if m.at == rehearsal.now]) == 1


@pytest.mark.parametrize("hours", [26, 72])
def test_over_a_day_the_coordinators_are_told_that_texts_may_be_missing(
    rehearsal: Rehearsal, hours: int
) -> None:
    rehearsal.amina_starts()

    rehearsal.be_away_until(rehearsal.now + timedelta(hours=hours))

    mails = rehearsal.mails_to(rehearsal.cast.dana.email)
    assert len([mail for mail in mails if "some may be missing" in mail.text]) == 1


@pytest.mark.parametrize(
    ("begins", "returns"),
    [
        pytest.param("2026-11-06 11:55", "2026-11-06 12:05", id="ten minutes"),
        pytest.param("2026-11-05 11:00", "2026-11-06 13:00", id="26 hours"),
        pytest.param("2026-11-04 17:00", "2026-11-07 17:00", id="3 days"),
        pytest.param("2026-11-09 17:00", "2026-11-12 17:00", id="3 days with an open check-in"),
        pytest.param("2026-11-02 17:00", "2026-11-03 23:00", id="back at night"),
    ],
)
def test_each_participant_gets_one_message_at_the_most(
    rehearsal: Rehearsal, begins: str, returns: str
) -> None:
    phones = [rehearsal.amina_starts(), rehearsal.ben_starts()]
    for phone in phones:
        _wait_for_a_lesson(phone)
    rehearsal.wind_to(oslo(begins))
    for phone in phones:
        phone.forget()

    rehearsal.be_away_until(oslo(returns))
    at_once = [len(phone.texts) for phone in phones]
    rehearsal.wind_to(max(rehearsal.now, oslo(returns[:10] + " 21:00")))

    own = [
        [m for m in phone.received if m.rule not in ("session_reminder", "reply")]
        for phone in phones
    ]
    assert max(at_once) <= 1
    assert max(len(each) for each in own) <= 1
    assert "quiet" not in _cases(rehearsal)


def _wait_for_a_lesson(phone: Phone) -> None:
    """Take the first lesson and put the next one off till tomorrow."""
    phone.write("Mitt kurs")
    phone.tap("Start kurset")
    for _ in range(6):
        labels = next(m.labels for m in reversed(phone.received) if m.labels)
        if "Heller i morgen" in labels:
            phone.tap("Heller i morgen")
            return
        if "Hopp over" in labels:
            phone.tap("Hopp over")
        else:
            phone.tap(labels[0])
    raise AssertionError("no lesson to wait for")


def test_what_was_left_out_is_on_record_and_the_rest_goes_on(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-02 17:00"))
    reminders = rehearsal.pending(rehearsal.cast.amina, "session_reminder")[:4]
    phone.forget()

    rehearsal.be_away_until(oslo("2026-11-05 11:00"))
    rehearsal.wind_to(FRIDAY)

    stored = rehearsal.read(lambda uow: [uow.occurrences.get(each.id) for each in reminders])
    assert {(o.state, o.reason) for o in stored} == {(OccurrenceState.SKIPPED, "outage")}
    assert [message.rule for message in phone.received] == ["check_in"]


def test_a_reminder_of_a_session_still_to_come_is_the_one_message(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-02 17:00"))
    phone.forget()

    rehearsal.be_away_until(oslo("2026-11-02 20:00"))

    assert [(message.rule, message.at) for message in phone.received] == [
        ("session_reminder", oslo("2026-11-02 20:00"))
    ]


def test_check_ins_go_on_after_one_fell_into_the_gap(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY - timedelta(hours=1))

    rehearsal.be_away_until(oslo("2026-11-10 12:00"))
    rehearsal.wind_to(oslo("2026-11-13 12:00"))

    assert [message.at for message in phone.by_rule("check_in")] == [oslo("2026-11-13 12:00")]


def test_nobody_failed_to_start_while_the_program_was_away(rehearsal: Rehearsal) -> None:
    rehearsal.wind_to(oslo("2026-11-03 12:00"))

    rehearsal.be_away_until(oslo("2026-11-06 12:00"))
    on_return = _cases(rehearsal)
    rehearsal.wind_to(oslo("2026-11-08 08:30"))

    assert on_return == []
    assert _cases(rehearsal) == ["quiet"]


def test_our_absence_is_no_missing_sign_of_life(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)
    phone.tap("Fin")  # the words that may follow are still awaited
    rehearsal.wind_to(oslo("2026-11-12 12:00"))

    rehearsal.be_away_until(oslo("2026-11-16 20:00"))

    assert _cases(rehearsal) == []


def test_no_time_is_looked_back_at_twice(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-09 12:00"))
    before = rehearsal.awaited(rehearsal.cast.amina)[0].next_at
    assert before is not None
    since = rehearsal.now
    phone.forget()

    rehearsal.be_away_until(since + timedelta(hours=3))
    rehearsal.run(came_back, since)  # another bot's poller saw the same gap
    rehearsal.settle()

    assert rehearsal.awaited(rehearsal.cast.amina)[0].next_at == before + timedelta(hours=3)
    assert len(phone.texts) <= 1


def test_one_offices_absence_touches_nobody_elses_clocks(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-09 12:00"))
    before = rehearsal.awaited(rehearsal.cast.amina)[0].next_at
    assert before is not None
    since = rehearsal.now - timedelta(hours=3)

    rehearsal.run(came_back, since, office_id=2)
    elsewhere = rehearsal.awaited(rehearsal.cast.amina)[0].next_at
    rehearsal.run(came_back, since, office_id=1)
    here = rehearsal.awaited(rehearsal.cast.amina)[0].next_at

    assert elsewhere == before
    assert here == before + timedelta(hours=3)


def test_nobody_polled_for_a_while_though_the_program_was_at_work(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-09 12:00"))
    rehearsal.run(note_polled, 1)
    polled = rehearsal.now
    rehearsal.wind_to(polled + timedelta(hours=1))
    before = rehearsal.awaited(rehearsal.cast.amina)[0].next_at
    assert before is not None

    since = rehearsal.read(lambda uow: polled_at(uow, 1))
    rehearsal.run(_look_back, 1)
    after = rehearsal.awaited(rehearsal.cast.amina)[0].next_at
    rehearsal.run(_look_back, 2)  # a bot that was never polled was not away

    assert since == polled
    assert after == before + timedelta(hours=1)
