"""A lesson that ends in a file: it sleeps while the file is made, and goes on whatever becomes of it."""

from functools import cache
from typing import Any

import pytest

from bot.app import DEFAULT_PACK
from bot.content.loading import load_folder
from bot.domain.document_orders import MadeDocument, OrderState
from bot.domain.errors import DocumentFailed
from bot.domain.messages import InboxUpdate, Run
from bot.domain.people import Participant
from bot.services.data_export import export_participant
from bot.services.document_making import LEASE, begin_order, finish_order, go_on_after_files
from bot.services.document_orders import MOST_A_DAY, order_document
from bot.services.ports import UnitOfWork
from bot.services.publishing import publish_content
from bot.services.restoring import settle_restored
from bot.services.runs import start_run, wake_run
from bot.storage.repositories.restored import Restored
from tests.document_work import claim, make_documents, orders_of_amina, put, two_files
from tests.phones import Phone
from tests.rehearsal import Rehearsal

MODULE = """\
key: my_paper
lessons:
  - key: make
    steps:
      - {key: work, kind: short_text}
      - {key: job, kind: keep, list: cv_jobs, record: {title: work}}
      - {key: name, kind: short_text, into: cv_name}
      - {key: paper, kind: document, document: cv}
      - {key: after, kind: say}
      - {key: end, kind: finish}
"""
TEXTS = """\
title: Papiret mitt
lessons:
  make:
    title: Lag det
    work: Hva har du jobbet med?
    name: Hva heter du?
    paper: Et øyeblikk.
    after: Da går vi videre, {{ profile.cv_name }}.
"""
AFTER = "Da går vi videre, {{ profile.cv_name }}."
WORDS = "Hemmelig kokk"


@cache
def pack_with_a_paper() -> dict[str, str]:
    files = dict(load_folder(DEFAULT_PACK).files)
    files["modules/my_paper/module.yaml"] = MODULE
    for language in ("nb", "nn", "en"):
        files[f"modules/my_paper/{language}.yaml"] = TEXTS
    return files


def begins(rehearsal: Rehearsal, *, ordered_before: int = 0, after: str = AFTER) -> Phone:
    """Amina answers both questions, and her CV is ordered."""
    phone = rehearsal.amina_starts()
    for number in range(ordered_before):
        key = f"number {number}"
        rehearsal.run(order_document, rehearsal.cast.amina, document="cv", key=key)
        make_documents(rehearsal)
    texts = {
        path: text.replace(AFTER, after) if "my_paper" in path else text
        for path, text in pack_with_a_paper().items()
    }
    rehearsal.run(publish_content, 1, digest="with a paper", files=texts, by="a test")
    amina = rehearsal.now_of(rehearsal.cast.amina)
    rehearsal.run_as_update(start_run, amina, flow_key="module:my_paper", subject="course")
    rehearsal.settle()
    phone.write(WORDS)
    phone.write("Ada Eksempel")
    return phone


def run_of(rehearsal: Rehearsal) -> Run:
    (found,) = rehearsal.read(lambda uow: uow.runs.of_participant(rehearsal.cast.amina.id))
    return found


def test_the_file_comes_and_the_lesson_goes_on_after_it(rehearsal_on_both: Rehearsal) -> None:
    asked: list[dict[str, Any]] = []
    phone = begins(rehearsal_on_both)
    waiting = run_of(rehearsal_on_both)

    def render(request: dict[str, Any]) -> MadeDocument:
        asked.append(request)
        return two_files(request)

    make_documents(rehearsal_on_both, render)

    assert waiting.status == "waiting"
    assert phone.texts[-4:-3] == ["Et øyeblikk."]
    assert phone.last.text == "Da går vi videre, Ada Eksempel."
    assert len(phone.by_rule("document")) == 2
    assert run_of(rehearsal_on_both).status == "finished"
    assert asked[0]["values"] == {"cv_name": "Ada Eksempel", "cv_jobs": [{"title": WORDS}]}


def test_a_file_that_cannot_be_made_does_not_stop_the_lesson(rehearsal: Rehearsal) -> None:
    phone = begins(rehearsal)

    def broken(_: dict[str, Any]) -> MadeDocument:
        raise DocumentFailed("The fonts are missing.")

    make_documents(rehearsal, broken)

    assert "Nå fikk vi ikke til å lage filen." in phone.texts[-2]
    assert run_of(rehearsal).status == "finished"


def test_a_file_is_made_whatever_becomes_of_the_text_after_it(rehearsal_on_both: Rehearsal) -> None:
    phone = begins(rehearsal_on_both, after="Da{% if participant.first_name > 3 %}!{% endif %}")

    make_documents(rehearsal_on_both)

    (made,) = orders_of_amina(rehearsal_on_both)
    assert (made.state, made.reason) == (OrderState.MADE, "")
    assert len(phone.by_rule("document")) == 2
    assert phone.last.body.attachment is not None  # not a word that it failed
    assert run_of(rehearsal_on_both).status == "waiting"  # "my course" goes on with it
    told = rehearsal_on_both.mails_to(rehearsal_on_both.cast.dana.email)[-1].text
    assert "its lesson could not go on" in told
    assert "make.after" in told
    assert "Amina" not in told


def test_a_maker_that_dies_between_the_file_and_the_lesson_leaves_the_lesson_to_the_next(
    rehearsal_on_both: Rehearsal,
) -> None:
    phone = begins(rehearsal_on_both)
    dead = claim(rehearsal_on_both)
    rehearsal_on_both.run(finish_order, dead, two_files({}))  # and then: kill -9
    rehearsal_on_both.settle()
    meanwhile = run_of(rehearsal_on_both).status

    heir = claim(rehearsal_on_both, later=LEASE)
    made_anew = rehearsal_on_both.run(begin_order, heir)
    rehearsal_on_both.run(go_on_after_files, heir)
    rehearsal_on_both.settle()

    assert (meanwhile, made_anew) == ("waiting", None)
    assert run_of(rehearsal_on_both).status == "finished"
    assert phone.last.text == "Da går vi videre, Ada Eksempel."
    assert len(phone.by_rule("document")) == 2
    assert [one.state for one in orders_of_amina(rehearsal_on_both)] == [OrderState.MADE]


def test_one_too_many_is_said_and_the_lesson_goes_on(rehearsal: Rehearsal) -> None:
    phone = begins(rehearsal, ordered_before=MOST_A_DAY)

    make_documents(rehearsal)

    assert "mange filer" in phone.texts[-2]
    assert run_of(rehearsal).status == "finished"
    assert orders_of_amina(rehearsal)[-1].reason == "too_many"


def test_who_goes_on_without_the_file_is_not_asked_twice(rehearsal: Rehearsal) -> None:
    phone = begins(rehearsal)
    amina = rehearsal.now_of(rehearsal.cast.amina)
    rehearsal.run_as_update(wake_run, amina, run_of(rehearsal), early=True)

    make_documents(rehearsal)

    assert phone.texts.count("Da går vi videre, Ada Eksempel.") == 1
    assert len(phone.by_rule("document")) == 2


def test_after_a_restore_the_file_is_not_made_and_the_lesson_is_in_the_menu(
    rehearsal: Rehearsal,
) -> None:
    phone = begins(rehearsal)

    rehearsal.run(_restore)
    made = make_documents(rehearsal)
    amina = rehearsal.now_of(rehearsal.cast.amina)
    rehearsal.run_as_update(wake_run, amina, run_of(rehearsal), early=True)
    rehearsal.settle()

    assert made == 0
    assert orders_of_amina(rehearsal)[0].state is OrderState.FAILED
    assert phone.last.text.startswith("Da går vi videre")


def test_the_export_holds_what_they_made(rehearsal: Rehearsal) -> None:
    begins(rehearsal)
    make_documents(rehearsal)

    exported = rehearsal.read(export_participant, rehearsal.cast.amina)

    assert exported["own_values"]["cv_name"] == "Ada Eksempel"
    assert [one["document"] for one in exported["documents"]] == ["cv"]


def test_deleting_the_cv_deletes_every_copy_of_it(rehearsal_on_both: Rehearsal) -> None:
    phone = begins(rehearsal_on_both)
    make_documents(rehearsal_on_both)
    put(rehearsal_on_both, budget_in_wages="12500")
    phone.write("Hva dere vet om meg")
    phone.tap("Slett CV og søknad")

    answers = phone.tap("Ja, slett")

    exported = str(rehearsal_on_both.read(export_participant, rehearsal_on_both.cast.amina))
    assert answers == ["Nå er det slettet hos oss. Filene du har fått, kan du beholde."]
    assert WORDS not in exported
    assert "Ada Eksempel" not in exported
    assert "12500" in exported
    assert phone.write("Hva dere vet om meg") != []
    assert phone.last.labels == ["Få budsjettet på nytt", "Slett budsjettet mitt"]


def test_deleting_leaves_no_raw_copy_of_what_was_typed(rehearsal_on_both: Rehearsal) -> None:
    phone = rehearsal_on_both.amina_starts()
    put(rehearsal_on_both, budget_in_wages="12500")
    rehearsal_on_both.run(_raw_copies, rehearsal_on_both.cast.amina)
    phone.write("Hva dere vet om meg")
    phone.tap("Slett budsjettet mitt")

    phone.tap("Ja, slett")

    kept = rehearsal_on_both.read(lambda uow: [uow.inbox.get(seq).payload for seq in (1, 2)])
    assert kept == [{}, {"text": "not handled yet"}]


def test_a_no_deletes_nothing(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    put(rehearsal, budget_in_wages="12500")
    phone.write("Hva dere vet om meg")
    phone.tap("Slett budsjettet mitt")

    answers = phone.tap("Nei, alt som før")

    assert answers == ["Fint, vi har ikke slettet noe. Alt er som før."]
    kept = rehearsal.read(lambda uow: uow.profiles.of(rehearsal.cast.amina.id))
    assert kept == {"budget_in_wages": "12500"}


@pytest.mark.parametrize(
    ("name", "label"),
    [("letter_why", "Slett CV og søknad"), ("plan_who", "Slett planen min")],
)
def test_there_is_a_button_for_what_there_is(rehearsal: Rehearsal, name: str, label: str) -> None:
    phone = rehearsal.amina_starts()
    nothing = phone.write("Hva dere vet om meg")
    without = phone.last.labels
    put(rehearsal, **{name: "noe"})

    phone.write("Hva dere vet om meg")
    asks = phone.last.labels
    phone.tap(label)
    phone.tap("Ja, slett")

    assert nothing
    assert without == []
    assert [button for button in asks if button.startswith("Slett")] == [label]
    assert rehearsal.read(lambda uow: uow.profiles.of(rehearsal.cast.amina.id)) == {}


def test_the_buttons_of_my_data_take_no_words_for_an_answer(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    put(rehearsal, budget_in_wages="12500")
    phone.write("Hva dere vet om meg")

    phone.write("Slett budsjettet mitt")

    assert "Vil du slette tallene" not in phone.last.text
    texts = rehearsal.read(lambda uow: uow.free_texts.of_participant(1, limit=5))
    assert [text.text for text in texts] == ["Slett budsjettet mitt"]


def _raw_copies(uow: UnitOfWork, amina: Participant) -> None:
    """One update that was handled and one that waits."""
    for number, text in ((1, "12500"), (2, "not handled yet")):
        update = InboxUpdate(1, number, 1001, uow.now, {"text": text}, participant_id=amina.id)
        uow.inbox.add_once(update)
    uow.inbox.mark_processed(1, uow.now, drop_payload=False)


def _restore(uow: Any) -> None:
    restored = Restored(uow._db, uow._vault)
    settle_restored(uow, restored, moment=uow.now, destroyed_keys=())
