"""Buttons typed out below any question, and the way back to a lesson after a check-in."""

import pytest

from bot.domain.messages import FreeText
from bot.domain.people import ParticipantStatus
from bot.services.ports import UnitOfWork
from bot.services.publishing import publish_content
from tests.builders import oslo
from tests.phones import Phone
from tests.rehearsal import Rehearsal
from tests.services.office_work import begin_with_the_rules

EVENING = oslo("2026-11-02 18:00")
FRIDAY = oslo("2026-11-06 12:00")


@pytest.fixture(autouse=True)
def _first_module(rehearsal: Rehearsal) -> None:
    begin_with_the_rules(rehearsal)


def _kept(rehearsal: Rehearsal) -> list[FreeText]:
    amina = rehearsal.cast.amina
    return rehearsal.read(lambda uow: uow.free_texts.of_participant(amina.id, limit=100))


def _reminded(rehearsal: Rehearsal) -> Phone:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(EVENING)
    return phone


def _session_answers(rehearsal: Rehearsal) -> list[str]:
    amina = rehearsal.cast.amina

    def read(uow: object) -> list[str]:
        asked = [q for q in uow.questions._all() if q.kind == "session"]  # type: ignore[attr-defined]
        return [q.answer for q in asked if q.participant_id == amina.id and q.answer]

    return rehearsal.read(read)


@pytest.mark.parametrize(
    ("words", "answer"),
    [("kommer", "coming"), ("Komer!", "coming"), ("3", "cannot"), ("kan ikkje", "cannot")],
)
def test_a_button_typed_below_a_session_reminder_is_the_answer(
    rehearsal: Rehearsal, words: str, answer: str
) -> None:
    phone = _reminded(rehearsal)

    answers = phone.write(words)

    assert _session_answers(rehearsal) == [answer]
    assert len(answers) == 1
    assert _kept(rehearsal) == []


@pytest.mark.parametrize("words", ["Kommer ikke", "kan", "kommer litt før tida, går det?"])
def test_words_that_are_not_clearly_a_button_go_to_a_human(
    rehearsal: Rehearsal, words: str
) -> None:
    phone = _reminded(rehearsal)

    phone.write(words)

    assert _session_answers(rehearsal) == []
    assert [text.text for text in _kept(rehearsal)] == [words]


def test_a_slip_in_a_typed_answer_to_a_check_in_is_forgiven(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)

    answers = phone.write("Helt gre")

    assert "Takk for at du svarte." in answers[0]
    assert _kept(rehearsal) == []


def test_skip_may_be_typed_and_is_not_kept_as_words(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)
    phone.tap("Fin")

    answers = phone.write("hopp over")

    assert "Vil du lage en liten plan" in answers[0]
    assert _kept(rehearsal) == []


@pytest.mark.parametrize("words", ["ja", "1", "ja slett me"])
def test_nobody_is_erased_by_words_that_are_nearly_the_button(
    rehearsal: Rehearsal, words: str
) -> None:
    phone = rehearsal.amina_starts()
    phone.write("Slett meg")

    phone.write(words)

    participant = rehearsal.read(lambda uow: uow.participants.get(rehearsal.cast.amina.id))
    assert participant.status is ParticipantStatus.ACTIVE


def test_after_a_check_in_the_lesson_it_came_over_is_offered_again(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    phone.write("Mitt kurs")
    phone.tap("Start kurset")
    lesson = phone.last.text
    rehearsal.wind_to(FRIDAY)

    phone.tap("Fin")
    phone.write("Det gikk fint på praksisplassen")
    answers = phone.tap("Nei takk, ikke nå")
    phone.tap("Gå videre")

    assert "Du har gjort 0 av 6 deler" in answers[-1]
    assert phone.last.text == lesson


def test_after_a_check_in_alone_nothing_more_is_said(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)
    phone.tap("Fin")

    answers = phone.write("Bra")

    assert len(answers) == 1


@pytest.mark.parametrize("words", ["hopp over", "gå videre uten"])
def test_skip_keeps_the_words_it_was_shown_with_beside_own_words_too(
    rehearsal: Rehearsal, words: str
) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)
    phone.tap("Fin")
    rehearsal.run(_publish_other_button, "skip: Hopp over\n", "skip: Gå videre uten\n")

    answers = phone.write(words)

    assert "Vil du lage en liten plan" in answers[0]
    assert _kept(rehearsal) == []


@pytest.mark.parametrize("words", ["hopp ove", "1", "Jeg vil ikke hoppe over noe"])
def test_what_is_only_nearly_an_old_button_is_words_of_their_own(
    rehearsal: Rehearsal, words: str
) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(FRIDAY)
    phone.tap("Fin")
    rehearsal.run(_publish_other_button, "skip: Hopp over\n", "skip: Gå videre uten\n")

    phone.write(words)

    assert [kept.text for kept in _kept(rehearsal)] == [words]


def test_a_button_keeps_the_words_it_was_shown_with_when_others_are_published(
    rehearsal: Rehearsal,
) -> None:
    phone = _reminded(rehearsal)
    rehearsal.run(_publish_other_button, "coming: Kommer\n", "coming: Jeg er med\n")

    phone.write("Kommer")

    assert _session_answers(rehearsal) == ["coming"]
    assert _kept(rehearsal) == []


def _publish_other_button(uow: UnitOfWork, before: str, after: str) -> None:
    stored = uow.content_versions.get(uow.offices.get(1).content_version_id or 0).files
    files = {name: str(text) for name, text in stored.items()}
    path = "messages/nb.yaml"
    changed = files[path].replace(before, after)
    assert changed != files[path]
    publish_content(uow, 1, digest="another button", files={**files, path: changed}, by="dana")
