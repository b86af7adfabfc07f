"""Pauses: questions and the measuring of silence rest, session reminders go on."""

from datetime import timedelta

from bot.domain.messages import OutboxState
from bot.domain.planning import ExpectationState
from bot.services.cases import raise_signal
from tests.builders import oslo
from tests.rehearsal import Rehearsal

FRIDAY = oslo("2026-11-06 12:00")


def test_a_pause_excuses_what_was_awaited_and_drops_what_was_queued(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    amina = rehearsal.cast.amina
    rehearsal.wind_to(FRIDAY - timedelta(minutes=1))
    rehearsal.telegram_is_up = False
    rehearsal.wind_to(FRIDAY)
    waiting = rehearsal.awaited(amina)[0]

    phone.write("Pause")
    rehearsal.telegram_is_up = True
    rehearsal.deliver()
    phone.tap("En uke")

    stored = rehearsal.read(lambda uow: uow.expectations.get(waiting.id))
    assert (stored.state, stored.reason) == (ExpectationState.EXCUSED, "paused")
    assert "pause til fredag 13. november" in phone.last.text


def test_what_is_queued_when_the_pause_begins_is_not_sent(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    phone.write("Pause")
    rehearsal.wind_to(FRIDAY - timedelta(minutes=1))
    rehearsal.telegram_is_up = False
    rehearsal.wind_to(FRIDAY)

    phone.tap("En uke")
    rehearsal.telegram_is_up = True
    rehearsal.deliver()

    row = rehearsal.ledger(rehearsal.cast.amina, "check_in")[0]
    assert (row.state, row.reason) == (OutboxState.SUPERSEDED, "paused")
    assert phone.by_rule("check_in") == []


def test_in_a_pause_check_ins_are_held_back_on_record_and_reminders_go_on(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.ben_declines()
    phone = rehearsal.amina_starts()
    phone.write("Pause")
    phone.tap("To uker")

    rehearsal.wind_to(oslo("2026-11-14 12:00"))

    assert phone.by_rule("check_in") == []
    held = [
        reason for rule, reason in rehearsal.held_back(rehearsal.cast.amina) if rule == "check_in"
    ]
    assert held == ["paused", "paused"]
    assert len(phone.by_rule("session_reminder")) == 10


def test_a_pause_suppresses_quiet_only_and_the_suppression_is_on_record(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    amina = rehearsal.cast.amina
    phone.write("Pause")
    phone.tap("En måned")
    amina = rehearsal.now_of(amina)

    for reason in ("quiet", "help", "undeliverable"):
        rehearsal.run(raise_signal, amina, reason=reason, source=f"test:{reason}")

    cases = rehearsal.read(lambda uow: uow.cases.open_of(amina.id))
    signals = rehearsal.read(lambda uow: uow.signals.of_participant(amina.id))
    assert [case.reason for case in cases] == ["help", "undeliverable"]
    assert [signal.suppressed_because for signal in signals] == ["paused", "", ""]


def test_when_the_pause_is_over_they_are_told_and_check_ins_come_again(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.ben_declines()
    phone = rehearsal.amina_starts()
    phone.write("Pause")
    phone.tap("En uke")
    phone.forget()

    rehearsal.wind_to(oslo("2026-11-13 12:00"))

    assert [message.at for message in phone.by_rule("pause_over")] == [oslo("2026-11-09 08:30")]
    assert [message.at for message in phone.by_rule("check_in")] == [oslo("2026-11-13 12:00")]


def test_a_pause_can_be_ended_early_and_its_end_is_not_told_again(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    phone.write("Pause")
    phone.tap("En uke")
    phone.write("Pause")

    phone.tap("Avslutt pausen")
    rehearsal.wind_to(oslo("2026-11-10 12:00"))

    assert not rehearsal.now_of(rehearsal.cast.amina).is_paused(rehearsal.now)
    assert phone.by_rule("pause_over") == []
    assert "Pausen er avsluttet." in " ".join(phone.texts)


def test_no_silence_is_measured_over_a_pause(rehearsal: Rehearsal) -> None:
    rehearsal.ben_declines()
    phone = rehearsal.amina_starts()
    phone.write("Innstillinger")  # a question of ours that stays open
    phone.write("Pause")
    phone.tap("To uker")

    rehearsal.wind_to(oslo("2026-11-17 08:00"))

    assert rehearsal.read(lambda uow: uow.cases.of_participant(rehearsal.cast.amina.id)) == []


def test_silence_after_the_pause_is_noticed_though_a_pause_had_hidden_it(
    rehearsal: Rehearsal,
) -> None:
    rehearsal.ben_declines()
    phone = rehearsal.amina_starts()
    phone.write("Innstillinger")
    phone.write("Pause")
    phone.tap("To uker")

    rehearsal.wind_to(oslo("2026-11-26 12:00"))

    assert len(rehearsal.read(lambda uow: uow.cases.of_participant(rehearsal.cast.amina.id))) == 1
