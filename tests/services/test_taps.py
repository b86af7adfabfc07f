"""Taps that come twice, late, forged, or from somebody else; and the same update twice."""

from collections.abc import Callable
from typing import Any

from bot.domain.message_bodies import callback_data
from bot.services.incoming import button_tapped
from bot.services.ports import UnitOfWork
from bot.services.questions import TapResult
from tests.builders import oslo
from tests.phones import Phone
from tests.rehearsal import Rehearsal

OLD = "Det spørsmålet er over, så knappen virker ikke lenger."
FRIDAY = oslo("2026-11-06 12:00")


def _asked(rehearsal: Rehearsal) -> Phone:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)
    return phone


def test_a_double_tap_is_one_answer_and_needs_no_words(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    phone = _asked(rehearsal)
    data = phone.data_of("Fin")
    phone.forget()

    first, second = phone.tap_data(data), phone.tap_data(data)

    assert first.answered == "Fin"
    assert second.remove_buttons
    assert len(phone.texts) == 1


def test_another_button_of_an_answered_question_changes_nothing(rehearsal: Rehearsal) -> None:
    phone = _asked(rehearsal)
    good, hard = phone.data_of("Fin"), phone.data_of("Litt tung")
    phone.tap_data(good)

    phone.tap_data(hard)

    assert phone.last.text.startswith(OLD)
    question = rehearsal.read(lambda uow: uow.questions.get(int(good.split(":")[1])))
    assert question.answer == "good"


def test_a_month_old_tap_is_answered_kindly(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    phone = rehearsal.amina_starts()
    phone.write("Pause")
    data = phone.data_of("En uke")
    phone.write("Pause")
    phone.tap("Nei, alt som før")
    rehearsal.wind_to(oslo("2026-12-02 12:00"))
    phone.forget()

    phone.tap_data(data)

    # An own menu may be answered late: it does what its label says.
    assert len(phone.texts) == 1


def test_a_month_old_answer_to_a_check_in_is_no_answer_to_todays(rehearsal: Rehearsal) -> None:
    phone = _asked(rehearsal)
    old = phone.data_of("Fin")
    phone.tap("Litt tung")
    phone.tap("Hopp over")
    rehearsal.wind_to(oslo("2026-11-27 12:00"))
    phone.forget()

    phone.tap_data(old)

    assert phone.texts[0].startswith(OLD)
    assert len(rehearsal.awaited(rehearsal.cast.amina)) == 1


FORGED = (
    "",
    "v1",
    "v1:1",
    "v2:1:good",
    "v1:x:good",
    "v1:999999:good",
    "v1:99999999999999999999999:good",
    "v1:-1:good",
    "v1:١:good",
    "v1:1:good:more",
    "'; DROP TABLE outbox; --",
    "\x00",
)


def test_forged_data_is_harmless_and_answered_kindly(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    phone = rehearsal.amina_starts()

    results = {data: phone.tap_data(data) for data in FORGED}

    assert [text.startswith(OLD) for text in phone.texts] == [True] * len(FORGED)
    assert [data for data, result in results.items() if result.remove_buttons] == []


def test_an_option_that_was_not_offered_is_refused(rehearsal: Rehearsal) -> None:
    phone = _asked(rehearsal)
    number = int(phone.data_of("Fin").split(":")[1])

    phone.tap_data(callback_data(number, "marvellous"))

    assert phone.last.text.startswith(OLD)
    assert rehearsal.read(lambda uow: uow.questions.get(number)).answer is None


def test_a_tap_on_somebody_elses_question_changes_nothing(rehearsal: Rehearsal) -> None:
    phone, other = rehearsal.amina_starts(), rehearsal.ben_starts()
    rehearsal.wind_to(FRIDAY)
    data = phone.data_of("Fin")
    other.forget()

    other.tap_data(data)

    assert other.texts[0].startswith(OLD)
    assert rehearsal.read(lambda uow: uow.questions.get(int(data.split(":")[1]))).answer is None
    assert len(rehearsal.awaited(rehearsal.cast.amina)) == 1


def test_a_tap_from_an_unbound_chat_asks_for_the_code(rehearsal: Rehearsal) -> None:
    phone = _asked(rehearsal)
    stranger = rehearsal.a_phone()

    result = stranger.tap_data(phone.data_of("Fin"))

    assert stranger.texts == ["Hei! Skriv koden du har fått, så kommer vi i gang."]
    assert result.remove_buttons


def test_after_leaving_an_old_button_offers_to_begin(rehearsal: Rehearsal) -> None:
    phone = _asked(rehearsal)
    data = phone.data_of("Fin")
    phone.write("Slutte her")
    phone.tap("Ja, jeg vil slutte her")

    phone.tap_data(data)

    assert phone.last.labels[0] == "Begynn"


def test_the_same_update_run_twice_says_nothing_twice(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    phone = _asked(rehearsal)
    event, data = phone.event(), phone.data_of("Fin")
    phone.forget()

    for _ in range(2):
        rehearsal.run(_as_update_77, button_tapped, event, data)
    rehearsal.deliver()

    assert len(phone.texts) == 1


def _as_update_77(uow: UnitOfWork, service: Callable[..., TapResult], *args: Any) -> TapResult:
    uow.cause = "update:77"
    return service(uow, *args)
