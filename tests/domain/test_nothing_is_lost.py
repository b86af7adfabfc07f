"""Whatever a participant has answered is there until they, or the author, do away with it."""

from __future__ import annotations

from hypothesis import given

from bot.domain.flows import Flow
from bot.domain.run_events import AnswerGiven, AskAgain, Explain, ProfileKept
from tests.domain.flow_strategies import flows
from tests.domain.played_runs import Played, Script, play, scripts
from tests.domain.test_engine_properties import thorough


def kept_away(flow: Flow, turn: Played) -> set[str]:
    """Steps whose answers have become part of a record."""
    lists = {event.name for event in turn.events if isinstance(event, ProfileKept)}
    return {key for step in flow.steps if step.name in lists for key in step.record.values()}


def passed_over(flow: Flow, turn: Played) -> set[str]:
    """The optional question that could not be answered, unless it was asked to be corrected."""
    here = flow.step(turn.before.step_key or "")
    is_passed = here is not None and here.optional and turn.before.return_to is None
    return {here.key} if here is not None and is_passed else set()


@thorough
@given(flows(), scripts)
def test_an_answer_stays_until_it_is_given_anew_or_kept_in_a_record(
    flow: Flow, script: Script
) -> None:
    for turn in play(flow, script):
        anew = {event.step_key for event in turn.events if isinstance(event, AnswerGiven)}
        may_go = anew | kept_away(flow, turn) | passed_over(flow, turn)
        for key, value in turn.before.answers.items():
            assert key in may_go or turn.after.answers.get(key) == value


@thorough
@given(flows(), scripts)
def test_an_accepted_answer_is_in_the_run_or_in_the_profile(flow: Flow, script: Script) -> None:
    for turn in play(flow, script):
        for number, event in enumerate(turn.events):
            if not isinstance(event, AnswerGiven) or not event.value:
                continue
            step = flow.step(event.step_key)
            assert step is not None
            assert event.into == step.into
            later = turn.events[number + 1 :]
            if event.into is not None:
                named = any(getattr(other, "name", None) == event.into for other in later)
                assert named or turn.profile_after[event.into] == event.value
                assert event.step_key not in turn.after.answers
            elif event.step_key not in kept_away(flow, turn):
                so_far = turn.after.partial if turn.after.step_key == event.step_key else ()
                assert event.value in (turn.after.answers.get(event.step_key), *so_far)


@thorough
@given(flows(), scripts)
def test_an_answer_given_in_parts_survives_refusals_and_being_asked_again(
    flow: Flow, script: Script
) -> None:
    for turn in play(flow, script):
        refused = any(isinstance(event, Explain) for event in turn.events)
        if refused or turn.given == AskAgain():
            assert turn.after.partial == turn.before.partial


@thorough
@given(flows(), scripts)
def test_words_written_in_pieces_stay_until_they_are_the_answer(flow: Flow, script: Script) -> None:
    for turn in play(flow, script):
        here = flow.step(turn.before.step_key or "")
        pieces = turn.before.partial
        if here is None or here.kind != "long_text" or not pieces:
            continue
        given = [event.value for event in turn.events if isinstance(event, AnswerGiven)]
        goes_on = turn.after.partial[: len(pieces)] == pieces
        assert goes_on or given[0] == "\n".join(pieces)
