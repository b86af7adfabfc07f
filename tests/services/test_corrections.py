"""An edit while people are in the middle: who stays as they were, and who gets the corrected words."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from bot.app import Program
from bot.content.loading import digest_of
from bot.domain import run_state
from bot.domain.flows import RunStatus
from bot.domain.message_bodies import callback_data
from bot.domain.messages import Run
from bot.domain.people import ParticipantStatus
from bot.services.content_standing import Standing, correct_run, plan_correction, standing
from bot.services.ports import UnitOfWork
from bot.services.publishing import publish_content, published_files
from bot.services.questions import TapResult, tap
from bot.services.typed_answers import answer_typed
from tests.content.sample_pack import sample_files
from tests.in_the_middle import NB, begin_module, with_other_words, without_the_quiz
from tests.rehearsal import Rehearsal
from tests.staging import opened_again

OFFICE = 1
PEOPLE = 20


@pytest.fixture
def office(rehearsal: Rehearsal) -> Rehearsal:
    """With a small pack of its own."""
    _publish(rehearsal, sample_files())
    return rehearsal


def _publish(rehearsal: Rehearsal, files: dict[str, str]) -> None:
    rehearsal.run(publish_content, OFFICE, digest=digest_of(files), files=files, by="test")


def _begin(rehearsal: Rehearsal, how_many: int) -> list[Run]:
    return rehearsal.run(begin_module, rehearsal.cast.carol, how_many)


def _answer(uow: UnitOfWork, run_id: int, option: str, question_id: int | None = None) -> TapResult:
    """A tap on a button of the run's open question, or of the one that was asked before."""
    run = uow.runs.get(run_id)
    asked = question_id or run.question_id
    assert asked is not None
    return tap(uow, uow.participants.get(run.participant_id), callback_data(asked, option))


def _correct(program: Program, run_id: int) -> bool:
    plan = program.storage.read_sync(plan_correction, OFFICE)
    return program.storage.run_sync(correct_run, OFFICE, run_id, to_version=plan.to_version)


def _run(rehearsal: Rehearsal, run: Run) -> Run:
    return rehearsal.read(lambda uow: uow.runs.get(run.id))


def test_a_correction_gives_the_new_words_to_who_is_in_the_middle(office: Rehearsal) -> None:
    (run,) = _begin(office, 1)
    _publish(office, with_other_words(sample_files()))

    was_moved = _correct(office.program, run.id)
    tapped = office.run(_answer, run.id, "week", run.question_id)

    assert was_moved
    assert tapped.answered == "En uke"
    person = office.read(lambda uow: uow.participants.get(run.participant_id))
    assert any("Hva mener du?" in text for text in office.said(person))
    assert dict(run_state.load(_run(office, run).state).answers) == {"contract.deadline": "week"}


@pytest.mark.parametrize("words", ["En uke", "en uk", "Sju dager", "1"])
def test_after_a_correction_the_button_that_was_shown_may_be_typed_as_well_as_the_new_one(
    office: Rehearsal, words: str
) -> None:
    (run,) = _begin(office, 1)
    files = sample_files()
    _publish(office, {**files, NB: files[NB].replace("week: En uke", "week: Sju dager")})
    _correct(office.program, run.id)

    was_taken = office.run(_type, run.id, words)

    assert was_taken
    assert dict(run_state.load(_run(office, run).state).answers) == {"contract.deadline": "week"}


def test_words_that_no_button_ever_said_are_no_answer_after_a_correction(office: Rehearsal) -> None:
    (run,) = _begin(office, 1)
    _publish(office, with_other_words(sample_files()))
    _correct(office.program, run.id)

    was_taken = office.run(_type, run.id, "Et år")

    assert not was_taken


def _type(uow: UnitOfWork, run_id: int, words: str) -> bool:
    run = uow.runs.get(run_id)
    someone, question = (
        uow.participants.get(run.participant_id),
        uow.questions.get(run.question_id or 0),
    )
    return answer_typed(uow, someone, question, words, at=uow.now, message_id=1)


def test_without_a_correction_everybody_ends_as_they_began(office: Rehearsal) -> None:
    (run,) = _begin(office, 1)
    _publish(office, with_other_words(sample_files()))

    office.run(_answer, run.id, "week")

    person = office.read(lambda uow: uow.participants.get(run.participant_id))
    assert any("Hva tenker du?" in text for text in office.said(person))
    assert _run(office, run).content_version_id == run.content_version_id


def _standing(rehearsal: Rehearsal, files: dict[str, str]) -> list[Standing]:
    def work(uow: UnitOfWork) -> list[Standing]:
        version = uow.content_versions.by_digest(OFFICE, digest_of(files))
        assert version is not None
        return standing(uow, OFFICE, uow.pack_version(version.id))

    _publish(rehearsal, files)
    return rehearsal.read(work)


def test_who_stands_on_a_step_that_goes_is_named_and_stays_pinned(office: Rehearsal) -> None:
    first, second = _begin(office, 2)
    office.run(_answer, second.id, "week")

    people = _standing(office, without_the_quiz(sample_files()))

    told = [(one.name, one.step_key, one.step_goes) for one in people]
    assert told == [
        ("Person 0 Sample", "contract.deadline", True),
        ("Person 1 Sample", "contract.words", False),
    ]
    assert people[0].why_not == "the new version no longer has step contract.deadline"
    assert people[0].fate(is_correcting=True) == (
        f"ends it as it is in version {first.content_version_id}; buttons sent before go on working"
    )
    assert not _correct(office.program, first.id)
    plan = office.read(plan_correction, OFFICE)
    assert plan.moves == ()
    assert set(plan.stays.values()) == {people[0].why_not}
    assert office.run(_answer, first.id, "week").answered == "En uke"


def test_who_is_not_on_the_way_any_more_is_not_named(office: Rehearsal) -> None:
    runs = _begin(office, 3)

    def leave(uow: UnitOfWork) -> None:
        gone = uow.participants.get(runs[0].participant_id)
        uow.participants.save(replace(gone, status=ParticipantStatus.LEFT))
        done = uow.runs.get(runs[1].id)
        uow.runs.save(replace(done, status=RunStatus.FINISHED.value, finished_at=uow.now))

    office.run(leave)

    people = _standing(office, with_other_words(sample_files()))

    assert [one.run_id for one in people] == [runs[2].id]
    assert people[0].fate(is_correcting=True).startswith("goes on with the corrected texts")


def test_a_module_that_leaves_the_programme_is_told(office: Rehearsal) -> None:
    _begin(office, 1)
    files = sample_files()
    files["programme.yaml"] = files["programme.yaml"].replace(
        "modules:\n  - {key: rules, after_session: 1}\n", "modules: []\n"
    )

    (one,) = _standing(office, files)

    assert one.why_not == ""
    assert '"my course" no longer leads there' in one.fate(is_correcting=False)


def test_a_run_is_only_moved_to_what_is_published_now(office: Rehearsal) -> None:
    (run,) = _begin(office, 1)
    newer = with_other_words(sample_files())
    _publish(office, newer)
    old_plan = office.read(plan_correction, OFFICE)
    _publish(office, without_the_quiz(newer))

    moved = office.run(correct_run, OFFICE, run.id, to_version=old_plan.to_version)

    assert not moved
    assert _run(office, run) == run


@contextmanager
def _neighbour(rehearsal: Rehearsal) -> Iterator[Program]:
    """A process of its own on the same database, as the command line is."""
    with opened_again(rehearsal.program.settings, rehearsal.clock) as program:
        yield program


def test_twenty_people_answer_while_the_correction_is_pushed(rehearsal_on_both: Rehearsal) -> None:
    rehearsal = rehearsal_on_both
    _publish(rehearsal, sample_files())
    runs = _begin(rehearsal, PEOPLE)
    _publish(rehearsal, with_other_words(sample_files()))
    together = threading.Barrier(PEOPLE + 1)
    taps: dict[int, TapResult] = {}
    moved: list[bool] = []

    def answer(run: Run) -> None:
        together.wait()
        option = "week" if run.id % 2 else "month"
        taps[run.id] = rehearsal.run(_answer, run.id, option, run.question_id)

    with _neighbour(rehearsal) as program:

        def correct() -> None:
            together.wait()
            moved.extend(_correct(program, run.id) for run in runs)

        threads = [threading.Thread(target=answer, args=(run,)) for run in runs]
        threads.append(threading.Thread(target=correct))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    new = rehearsal.read(lambda uow: uow.offices.get(OFFICE).content_version_id)
    assert moved == [True] * PEOPLE
    answered = {run.id: "En uke" if run.id % 2 else "En måned" for run in runs}
    assert {number: tapped.answered for number, tapped in taps.items()} == answered
    for run in runs:
        after = _run(rehearsal, run)
        state = run_state.load(after.state)
        assert after.content_version_id == new
        assert state.answers == {"contract.deadline": "week" if run.id % 2 else "month"}
        assert state.step_key == "contract.words"
        assert after.question_id != run.question_id
    assert "Hva mener du?" in rehearsal.read(published_files, OFFICE)[NB]
