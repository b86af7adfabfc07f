"""Words whose answer is the participant's alone, edited; and words written before a question came."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.messages import FreeText
from bot.services import incoming
from bot.services.publishing import publish_content
from bot.services.runs import start_run
from bot.services.speaking import Sending
from tests.phones import Phone
from tests.rehearsal import Rehearsal
from tests.services.test_documents_in_lessons import pack_with_a_paper


def _in_the_lesson(rehearsal: Rehearsal, how: Sending | None = None) -> Phone:
    rehearsal.run(publish_content, 1, digest="a paper", files=pack_with_a_paper(), by="a test")
    phone = rehearsal.amina_starts()
    amina = rehearsal.now_of(rehearsal.cast.amina)
    flow = {"flow_key": "module:my_paper", "subject": "course", "how": how}
    rehearsal.run_as_update(start_run, amina, **flow)
    rehearsal.settle()
    return phone


def _texts(rehearsal: Rehearsal) -> list[FreeText]:
    return rehearsal.read(
        lambda uow: list(uow.free_texts.of_participant(rehearsal.cast.amina.id, limit=9))
    )


def test_an_edited_answer_that_is_their_own_reaches_nobody(rehearsal: Rehearsal) -> None:
    phone = _in_the_lesson(rehearsal)
    event = phone.event()
    rehearsal.run_as_update(incoming.text_received, event, "Kokk")

    rehearsal.run_as_update(incoming.text_edited, event, "Prøvebakeriet")
    rehearsal.settle()

    assert _texts(rehearsal) == []
    assert "Det du svarte først, står fortsatt." in phone.last.text


def test_any_other_edited_message_reaches_a_human(rehearsal: Rehearsal) -> None:
    phone = _in_the_lesson(rehearsal)
    phone.write("Kokk")

    phone.edit("Jeg kommer litt sent")

    assert [(text.kind, text.text) for text in _texts(rehearsal)] == [
        ("edit", "Jeg kommer litt sent")
    ]


def test_words_written_before_a_lesson_came_by_itself_are_for_a_human(
    rehearsal: Rehearsal,
) -> None:
    how = Sending(rule="module:my_paper", key="came", is_initiative=True)
    phone = _in_the_lesson(rehearsal, how)
    event = replace(phone.event(), at=rehearsal.now - timedelta(minutes=30))

    rehearsal.run_as_update(incoming.text_received, event, "Kommer ikke i dag")

    assert [text.text for text in _texts(rehearsal)] == ["Kommer ikke i dag"]


def test_words_sent_quickly_after_one_another_stay_in_the_lesson(rehearsal: Rehearsal) -> None:
    phone = _in_the_lesson(rehearsal)
    event = replace(phone.event(), at=rehearsal.now - timedelta(seconds=30))

    rehearsal.run_as_update(incoming.text_received, event, "Kokk")

    assert _texts(rehearsal) == []
