"""What participants made: sent again when they ask, and forgotten whole when they say so."""

from collections.abc import Callable

import pytest

from bot.domain import run_state
from bot.domain.messages import OutboxMessage
from bot.services.data_export import export_participant
from bot.services.delivery_results import (
    Accepted,
    Claimed,
    claim_messages,
    message_sent,
    messages_sent,
    not_begun,
    not_sent,
    outcome_unknown,
    refused,
)
from bot.services.document_making import begin_order, finish_order
from bot.services.own_work import ALL_OWN_WORK, delete_own_work
from bot.services.ports import UnitOfWork
from bot.services.publishing import publish_content
from bot.services.runs import start_run
from tests.builders import oslo
from tests.document_work import claim, make_documents, orders_of_amina, two_files
from tests.rehearsal import Rehearsal
from tests.services.test_documents_in_lessons import begins, pack_with_a_paper, run_of

REAL = oslo("2026-11-21 09:00")


def test_a_file_that_was_lost_is_sent_again(rehearsal: Rehearsal) -> None:
    phone = begins(rehearsal)
    make_documents(rehearsal)
    phone.write("Hva dere vet om meg")

    phone.tap("Få CV-en på nytt")
    make_documents(rehearsal)

    assert [order.document for order in orders_of_amina(rehearsal)] == ["cv", "cv"]
    assert len(phone.by_rule("document")) == 4


@pytest.mark.parametrize("label", ["Få søknaden på nytt", "Få budsjettet på nytt"])
def test_what_was_never_made_is_not_offered(rehearsal: Rehearsal, label: str) -> None:
    phone = begins(rehearsal)
    make_documents(rehearsal)

    phone.write("Hva dere vet om meg")

    assert all(label not in message.labels for message in phone.received)


def test_the_first_half_of_an_answer_is_deleted_as_well(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    files = dict(pack_with_a_paper())  # kept for other tests as it is
    module = files["modules/my_paper/module.yaml"]
    files |= {"modules/my_paper/module.yaml": module.replace("short_text, into", "long_text, into")}
    rehearsal.run(publish_content, 1, digest="in pieces", files=files, by="a test")
    amina = rehearsal.now_of(rehearsal.cast.amina)
    rehearsal.run_as_update(start_run, amina, flow_key="module:my_paper", subject="course")
    rehearsal.settle()
    phone.write("Kokk")
    phone.write("Den første halvdelen")
    before = run_state.load(run_of(rehearsal).state).partial

    rehearsal.run(delete_own_work, amina, ALL_OWN_WORK[0])

    assert before == ("Den første halvdelen",)
    assert run_state.load(run_of(rehearsal).state).partial == ()


@pytest.mark.parametrize(
    ("becomes", "state"),
    [
        pytest.param(lambda uow, row: message_sent(uow, row.id, 7), "sent", id="it arrives"),
        pytest.param(
            lambda uow, row: messages_sent(uow, [Accepted(row.id, row.rule, 7)]),
            "sent",
            id="it arrives with others",
        ),
        pytest.param(lambda uow, row: not_sent(uow, row.id, "down"), "superseded", id="no network"),
        pytest.param(
            lambda uow, row: outcome_unknown(uow, row.id, "down"), "superseded", id="it may arrive"
        ),
        pytest.param(lambda uow, row: refused(uow, row.id, "no"), "failed", id="it is refused"),
        pytest.param(
            lambda uow, row: not_begun(uow, [Claimed(row, 1)]), "superseded", id="it is given back"
        ),
    ],
)
def test_words_deleted_while_they_are_on_their_way_are_gone_with_the_outcome(
    rehearsal_on_both: Rehearsal, becomes: Callable[[UnitOfWork, OutboxMessage], None], state: str
) -> None:
    begins(rehearsal_on_both)
    rehearsal_on_both.telegram_is_up = False
    make_documents(rehearsal_on_both)
    (on_its_way,) = rehearsal_on_both.run(claim_messages, 1, real_now=REAL, limit=9)
    amina = rehearsal_on_both.now_of(rehearsal_on_both.cast.amina)

    rehearsal_on_both.run(delete_own_work, amina, ALL_OWN_WORK[0])
    rehearsal_on_both.run(becomes, on_its_way.message)

    row = rehearsal_on_both.read(lambda uow: uow.outbox.get(on_its_way.message.id))
    assert on_its_way.message.subject == "document:cv"
    assert (row.state.value, row.body) == (state, {})


def test_a_file_in_the_making_is_not_sent_once_its_words_are_deleted(rehearsal: Rehearsal) -> None:
    phone = begins(rehearsal)
    claimed = claim(rehearsal)
    assert claimed is not None
    rehearsal.run(begin_order, claimed)

    rehearsal.run(delete_own_work, rehearsal.cast.amina, ALL_OWN_WORK[0])
    rehearsal.run(finish_order, claimed, two_files({}))
    rehearsal.settle()
    sent_of_old = phone.by_rule("document")
    make_documents(rehearsal)

    assert sent_of_old == []
    assert len(phone.by_rule("document")) == 2
    assert run_of(rehearsal).status == "finished"


def test_a_deleted_plan_stands_in_no_message_and_no_answer(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    amina = rehearsal.cast.amina
    rehearsal.wind_to(oslo("2026-11-06 12:00"))
    phone.tap("Fin")
    phone.tap("Hopp over")
    phone.tap("Ja, lag en plan")
    phone.write("Prøvebakeriet")
    phone.tap(phone.last.labels[5])
    phone.write("kl. 10")
    rehearsal.wind_to(oslo("2026-11-10 10:00"))
    before = str(rehearsal.read(export_participant, amina))

    rehearsal.run(delete_own_work, rehearsal.now_of(amina), ALL_OWN_WORK[2])

    exported = rehearsal.read(export_participant, amina)
    answered = rehearsal.read(lambda uow: uow.questions.answered_of(amina.id, limit=50))
    reminders = [one["text"] for one in exported["messages"] if one["rule"] == "session_reminder"]
    assert "Prøvebakeriet" in before
    assert "Prøvebakeriet" not in str(exported)
    assert [text for text in reminders if "Kommer du?" in text]
    assert not [one.answer for one in answered if (one.answer or "").startswith("2026-")]
