"""/try: any part of the content on a phone at once, and nothing of the course is touched by it."""

import pytest

from bot.content.message_samples import SAMPLES_BY_MESSAGE
from bot.domain.messages import Run
from bot.services.rehearsing import try_out
from bot.services.silence import _awaits_an_answer
from tests.builders import oslo
from tests.phones import Phone
from tests.rehearsal import Rehearsal
from tests.services.office_work import begin_with_the_rules


@pytest.fixture(autouse=True)
def _first_module(rehearsal: Rehearsal) -> None:
    begin_with_the_rules(rehearsal)


def _try(rehearsal: Rehearsal, phone: Phone, words: str) -> list[str]:
    before = len(phone.received)
    rehearsal.run_as_update(try_out, phone.event(), words, samples=SAMPLES_BY_MESSAGE)
    rehearsal.deliver()
    return phone.texts[before:]


def _runs(rehearsal: Rehearsal) -> list[Run]:
    return rehearsal.read(lambda uow: uow.runs.of_participant(rehearsal.cast.amina.id))


def test_a_module_begins_before_its_session_has_been(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()

    said = _try(rehearsal, phone, "workplace_rules")

    assert said[0].startswith("Hei Amina!")
    assert phone.last.labels


def test_a_lesson_begins_in_the_middle_of_its_module(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()

    said = _try(rehearsal, phone, "workplace_rules.trial")

    assert "prøvetid" in said[0]
    assert _runs(rehearsal)[0].state["step_key"] == "trial.days_left"


def test_it_can_be_started_again_and_the_earlier_buttons_answer_nothing(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    first = _try(rehearsal, phone, "workplace_rules")
    old = phone.data_of(phone.last.labels[0])

    second = _try(rehearsal, phone, "workplace_rules")
    phone.forget()
    phone.tap_data(old)

    assert second == first
    assert sorted(run.status for run in _runs(rehearsal)) == ["abandoned", "asking"]
    assert len({str(run.state["step_key"]) for run in _runs(rehearsal)}) == 1
    assert len(phone.texts) == 1


def test_the_course_is_as_if_nothing_had_been_tried(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    before = phone.write("Mitt kurs")
    for module in ("workplace_rules", "personal_finance"):
        _try(rehearsal, phone, module)

    after = phone.write("Mitt kurs")

    assert after == before
    assert "Start kurset" in phone.last.labels


def test_the_language_is_the_participants_from_then_on(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()

    said = _try(rehearsal, phone, "workplace_rules nn")

    assert "nynorsk" in said[0]
    assert "Avtalen heiter" in " ".join(said)
    assert rehearsal.now_of(rehearsal.cast.amina).language == "nn"


def test_a_message_comes_with_sample_values(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()

    [said] = _try(rehearsal, phone, "session.reminder")

    assert "Amina" in said
    assert "Nav Røros" in said


def test_every_message_can_be_tried(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()

    said = {key: _try(rehearsal, phone, key) for key in SAMPLES_BY_MESSAGE}

    assert [key for key, texts in said.items() if len(texts) != 1] == []
    assert [key for key, texts in said.items() if "nothing called" in texts[0]] == []


def test_alone_it_tells_what_there_is(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()

    flows, messages = _try(rehearsal, phone, "")

    assert "workplace_rules.trial" in flows
    assert "weekly" in flows
    assert "session.reminder" in messages
    assert max(len(flows), len(messages)) < 4096


def test_a_misspelt_key_is_answered_with_the_nearest(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()

    [said] = _try(rehearsal, phone, "workplace_ruls")

    assert 'did you mean "workplace_rules"?' in said


def test_it_is_no_sign_of_life_and_a_tried_check_in_closes_no_case(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    rehearsal.wind_to(oslo("2026-11-13 09:00"))  # two working days after the nudge
    quiet = rehearsal.read(lambda uow: uow.cases.open_of(rehearsal.cast.amina.id, "quiet"))
    before = rehearsal.now_of(rehearsal.cast.amina).last_sign_of_life_at

    _try(rehearsal, phone, "check_in:weekly")
    after = rehearsal.now_of(rehearsal.cast.amina).last_sign_of_life_at
    phone.tap(phone.last.labels[0])

    assert quiet
    assert after == before
    still = rehearsal.read(lambda uow: uow.cases.open_of(rehearsal.cast.amina.id, "quiet"))
    assert [case.id for case in still] == [case.id for case in quiet]


def test_a_tried_question_left_open_awaits_no_answer(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    amina = rehearsal.cast.amina

    _try(rehearsal, phone, "workplace_rules")
    tried = rehearsal.read(_awaits_an_answer, amina)
    phone.write("Mitt kurs")
    phone.tap("Start kurset")

    assert not tried
    assert rehearsal.read(_awaits_an_answer, amina)


def test_whoever_has_not_said_yes_gets_the_usual_answer(rehearsal: Rehearsal) -> None:
    stranger = rehearsal.a_phone()

    said = _try(rehearsal, stranger, "workplace_rules")

    assert len(said) == 1
    assert "kode" in said[0]
