"""A nudge that nobody knows the fate of: it is not repeated, and the first question stands."""

from datetime import timedelta

from bot.domain.messages import OutboxState
from bot.services.delivery_results import claim_messages, outcome_unknown
from tests.builders import oslo
from tests.phones import Phone
from tests.rehearsal import Rehearsal

FRIDAY = oslo("2026-11-06 12:00")
NUDGE = oslo("2026-11-07 12:00")


def _nudge_of_unknown_fate(rehearsal: Rehearsal) -> Phone:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(NUDGE - timedelta(minutes=1))
    rehearsal.telegram_is_up = False
    rehearsal.wind_to(NUDGE)
    for found in rehearsal.run(claim_messages, 1, real_now=NUDGE, limit=99):
        rehearsal.run(outcome_unknown, found.message.id, "read_timeout")
    rehearsal.telegram_is_up = True
    return phone


def test_a_nudge_that_may_have_arrived_is_not_repeated_and_its_clock_runs(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.ben_declines()
    phone = _nudge_of_unknown_fate(rehearsal)

    rehearsal.wind_to(oslo("2026-11-11 08:00"))

    (row,) = rehearsal.ledger(rehearsal.cast.amina, "nudge")
    cases = rehearsal.read(lambda uow: uow.cases.of_participant(rehearsal.cast.amina.id))
    assert (row.state, row.copies) == (OutboxState.UNKNOWN, 1)
    assert phone.by_rule("nudge") == []
    assert [case.reason for case in cases] == ["quiet"]


def test_while_nobody_knows_of_the_nudge_the_first_buttons_answer(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    phone = _nudge_of_unknown_fate(rehearsal)

    phone.tap("Fin")

    assert "Så fint!" in phone.last.text
    assert rehearsal.awaited(rehearsal.cast.amina) == []


def test_after_the_nudge_was_answered_the_first_buttons_answer_nothing(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)
    first = phone.data_of("Litt tung")
    rehearsal.wind_to(NUDGE)
    phone.tap("Fin")

    phone.tap_data(first)

    assert phone.last.text.startswith("Det spørsmålet er over")
