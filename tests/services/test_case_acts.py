"""What staff do with cases: take, try, close, transfer, and who may not."""

import asyncio
from typing import Any

import pytest

from bot.domain.case_codes import CaseState, Verdict
from bot.domain.case_commands import Acknowledge, Close, Snooze, Transfer, TriedContact
from bot.domain.case_events import CaseEventKind
from bot.domain.errors import NotFound, RuleBroken, StaleVersion
from bot.services.cases import act_on_case, raise_signal
from bot.services.offices import depart
from bot.services.participants import participant_for
from bot.services.programme_sessions import session_for
from tests.builders import oslo
from tests.rehearsal import Rehearsal
from tests.services.office_work import a_quiet_office, act, now_of, raise_case


def test_taking_the_case_says_who_acts_and_by_when(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    dana = rehearsal.cast.dana
    case = raise_case(rehearsal)

    taken = act(rehearsal, dana, Acknowledge(dana.id, case.version), case)

    assert (taken.state, taken.owner_id) == (CaseState.ACKNOWLEDGED, dana.id)
    assert taken.act_by == oslo("2026-11-04 08:30")


def test_two_caseworkers_at_once_one_takes_it_and_the_other_is_told(
    rehearsal_on_both: Rehearsal,
) -> None:
    rehearsal, cast = rehearsal_on_both, rehearsal_on_both.cast
    a_quiet_office(rehearsal)
    case = raise_case(rehearsal)

    async def both() -> list[Any]:
        run = rehearsal.program.storage.run
        return await asyncio.gather(
            *(
                run(act_on_case, staff, case.id, Acknowledge(staff.id, case.version))
                for staff in (cast.carol, cast.dana)
            ),
            return_exceptions=True,
        )

    results = asyncio.run(both())

    refusals = [result for result in results if isinstance(result, BaseException)]
    assert len(refusals) == 1
    assert isinstance(refusals[0], StaleVersion)
    events = rehearsal.read(lambda uow: uow.cases.events_of(case.id))
    assert [event.kind for event in events].count(CaseEventKind.ACKNOWLEDGED) == 1
    assert [event.version for event in events] == list(range(1, len(events) + 1))


def test_a_stale_page_changes_nothing(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    carol = rehearsal.cast.carol
    case = raise_case(rehearsal)
    act(rehearsal, carol, Acknowledge(carol.id, case.version), case)

    with pytest.raises(StaleVersion, match="has changed since"):
        act(rehearsal, carol, Close(carol.id, case.version, "phone", "reached_ok"), case)

    assert now_of(rehearsal, case).is_open


def test_closing_needs_how_and_with_what_result(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    carol = rehearsal.cast.carol
    case = raise_case(rehearsal)

    for how, outcome in (("", "reached_ok"), ("phone", ""), ("telepathy", "reached_ok")):
        with pytest.raises(RuleBroken, match="Please say"):
            act(rehearsal, carol, Close(carol.id, case.version, how, outcome), case)
    closed = act(
        rehearsal,
        carol,
        Close(carol.id, case.version, "phone", "reached_ok", Verdict.USEFUL),
        case,
    )

    assert (closed.state, closed.contacted_how, closed.outcome, closed.verdict) == (
        CaseState.CLOSED,
        "phone",
        "reached_ok",
        Verdict.USEFUL,
    )
    assert closed.closed_by == f"staff:{carol.id}"


def test_what_was_written_with_an_act_is_kept_sealed_beside_it(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    carol = rehearsal.cast.carol
    case = raise_case(rehearsal)

    act(
        rehearsal,
        carol,
        TriedContact(carol.id, case.version, "phone", "no_answer"),
        case,
        note="  Ringte to ganger.  ",
    )

    notes = rehearsal.read(lambda uow: uow.case_notes.of_case(case.id))
    assert [(note.staff_id, note.text) for note in notes] == [(carol.id, "Ringte to ganger.")]


def test_a_refused_act_keeps_no_note(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    carol = rehearsal.cast.carol
    case = raise_case(rehearsal)

    with pytest.raises(RuleBroken):
        act(rehearsal, carol, Close(carol.id, case.version, "", ""), case, note="Borte?")

    assert rehearsal.read(lambda uow: uow.case_notes.of_case(case.id)) == []


def test_somebody_who_has_departed_can_do_nothing(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    cast = rehearsal.cast
    case = raise_case(rehearsal, ben=True)
    rehearsal.run(depart, cast.carol, successor=cast.dana)

    with pytest.raises(RuleBroken, match="Only people who work at this office"):
        act(rehearsal, cast.carol, Acknowledge(cast.carol.id, case.version), case)


def test_omar_of_another_office_finds_nothing(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    cast, omar = rehearsal.cast, rehearsal.cast.omar
    case = raise_case(rehearsal)
    session = rehearsal.read(lambda uow: uow.programme_sessions.of_cohort(cast.cohort.id))[0]

    for command in (
        Acknowledge(omar.id, case.version),
        Transfer(omar.id, case.version, omar.id),
        Close(omar.id, case.version, "phone", "reached_ok"),
    ):
        with pytest.raises(NotFound):
            act(rehearsal, omar, command, case)
    with pytest.raises(NotFound):
        rehearsal.read(participant_for, omar, cast.amina.id)
    with pytest.raises(NotFound):
        rehearsal.read(session_for, omar, session.id)


def test_a_case_cannot_be_given_to_omar(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    carol, omar = rehearsal.cast.carol, rehearsal.cast.omar
    case = raise_case(rehearsal)

    with pytest.raises(RuleBroken, match="work at this office"):
        act(rehearsal, carol, Transfer(carol.id, case.version, omar.id), case)


def test_a_transfer_tells_the_new_owner(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    carol, dana = rehearsal.cast.carol, rehearsal.cast.dana
    case = raise_case(rehearsal, reason="help")

    moved = act(rehearsal, carol, Transfer(carol.id, case.version, dana.id), case)

    assert moved.owner_id == dana.id
    assert len(rehearsal.mails_to(dana.email)) == 1


def test_quiet_may_rest_for_five_working_days_and_help_may_not(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    carol = rehearsal.cast.carol
    case = raise_case(rehearsal)
    help_case = raise_case(rehearsal, reason="help", source="help")

    with pytest.raises(RuleBroken, match="5 working days"):
        act(rehearsal, carol, Snooze(carol.id, case.version, oslo("2026-11-10 08:00")), case)
    with pytest.raises(RuleBroken, match="cannot be put off"):
        act(
            rehearsal,
            carol,
            Snooze(carol.id, help_case.version, oslo("2026-11-03 08:00")),
            help_case,
        )
    rested = act(rehearsal, carol, Snooze(carol.id, case.version, oslo("2026-11-06 08:00")), case)
    rehearsal.wind_to(oslo("2026-11-06 08:00"))

    assert rested.state is CaseState.SNOOZED
    assert now_of(rehearsal, case).state is CaseState.OPEN


def test_an_answer_to_a_taken_quiet_case_is_told_to_its_owner_once(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    carol = rehearsal.cast.carol
    case = raise_case(rehearsal, reason="quiet")
    act(rehearsal, carol, Acknowledge(carol.id, case.version), case)

    phone.write("Beklager, her er jeg")
    phone.write("Jeg var bortreist")

    events = rehearsal.read(lambda uow: uow.cases.events_of(case.id))
    assert now_of(rehearsal, case).state is CaseState.ACKNOWLEDGED
    kinds = [event.kind for event in events]
    assert kinds.count(CaseEventKind.PARTICIPANT_ANSWERED) == 1


def test_the_same_signal_twice_is_one_and_another_joins_the_open_case(
    rehearsal_on_both: Rehearsal,
) -> None:
    rehearsal = rehearsal_on_both
    a_quiet_office(rehearsal)

    first = raise_case(rehearsal, source="one")
    again = raise_case(rehearsal, source="one")
    other = raise_case(rehearsal, source="two")

    assert first.id == again.id == other.id
    assert first.version == again.version
    assert len(rehearsal.read(lambda uow: uow.signals.of_case(first.id))) == 2


def test_signals_raised_at_the_same_moment_open_one_case(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    a_quiet_office(rehearsal)
    amina = rehearsal.now_of(rehearsal.cast.amina)

    async def at_once() -> None:
        run = rehearsal.program.storage.run
        await asyncio.gather(
            *(run(raise_signal, amina, reason="help", source=f"help:{n}") for n in range(8))
        )

    asyncio.run(at_once())

    cases = rehearsal.read(lambda uow: uow.cases.of_participant(amina.id))
    assert len(cases) == 1
    assert len(cases[0].signals) == 8


def test_the_third_case_in_two_weeks_begins_with_the_deputy(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    cast = rehearsal.cast
    owners = []
    for number in range(3):
        case = raise_case(rehearsal, source=f"signal {number}")
        owners.append(case.owner_id)
        closing = Close(cast.dana.id, case.version, "phone", "reached_ok")
        act(rehearsal, cast.dana, closing, case)

    assert owners == [cast.carol.id, cast.carol.id, cast.dana.id]


def test_a_closed_case_sends_no_more_notices(rehearsal: Rehearsal) -> None:
    a_quiet_office(rehearsal)
    carol = rehearsal.cast.carol
    case = raise_case(rehearsal)

    act(rehearsal, carol, Close(carol.id, case.version, "phone", "reached_ok"), case)
    rehearsal.wind_to(oslo("2026-11-12 12:00"))

    assert rehearsal.mailbox == []
