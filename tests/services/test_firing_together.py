"""Occurrences that are due at once fire in few units, and are as if each had fired by itself."""

from datetime import timedelta

import pytest

from bot.domain.planning import OccurrenceState
from bot.services.sweep import Due, fire_occurrences
from tests.builders import START, an_appointment
from tests.rehearsal import Rehearsal


def test_each_participant_has_one_occurrence_in_a_unit() -> None:
    whose = {1: 7, 2: 7, 3: 8, 4: 9, 5: 7, 6: 8}
    due = Due(at=START, occurrences=tuple(whose), participant_of=whose)

    together = list(due.occurrences_together(2))

    assert together == [[1, 3], [4], [2, 6], [5]]


def test_two_reminders_fired_in_one_unit_are_both_queued_and_done(
    rehearsal_on_both: Rehearsal,
) -> None:
    rehearsal = rehearsal_on_both
    rehearsal.amina_starts()
    rehearsal.ben_starts()
    both = [rehearsal.now_of(one) for one in (rehearsal.cast.amina, rehearsal.cast.ben)]
    for participant in both:
        rehearsal.run(an_appointment, participant, START + timedelta(days=3))
    reminders = [rehearsal.pending(who, "session_reminder")[0] for who in both]
    rehearsal.clock.set(max(one.due_at for one in reminders))

    rehearsal.run(fire_occurrences, [one.id for one in reminders])

    fired = [rehearsal.read(lambda uow, n=one.id: uow.occurrences.get(n)) for one in reminders]
    queued = [row.key for who in both for row in rehearsal.ledger(who, "session_reminder")]
    assert [one.state for one in fired] == [OccurrenceState.DONE] * 2
    assert [one.ended_at for one in fired] == [rehearsal.now] * 2
    assert set(queued) >= {one.key for one in reminders}


def test_two_of_one_participant_are_refused_in_one_unit(rehearsal: Rehearsal) -> None:
    rehearsal.amina_starts()
    amina = rehearsal.now_of(rehearsal.cast.amina)
    for days in (3, 4):
        rehearsal.run(an_appointment, amina, START + timedelta(days=days))
    planned = rehearsal.pending(amina, "session_reminder")

    with pytest.raises(ValueError, match="may change what else is planned"):
        rehearsal.run(fire_occurrences, [one.id for one in planned])

    assert rehearsal.pending(amina, "session_reminder") == planned
