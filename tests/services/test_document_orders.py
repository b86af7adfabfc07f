"""Ordered documents: stored once, made once, sent in order, and never left without a word."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.document_orders import MadeDocument, OrderState
from bot.domain.errors import DocumentFailed, TextFailed
from bot.domain.messages import Photo
from bot.services import document_making
from bot.services.document_making import (
    LEASE,
    MAX_ATTEMPTS,
    begin_order,
    finish_order,
    give_order_back,
    retry_order,
)
from bot.services.document_orders import MOST_A_DAY
from bot.services.sweep import is_idle
from tests.document_work import (
    PAPER,
    REAL_NOW,
    claim,
    make_documents,
    order,
    orders_of_amina,
    two_files,
)
from tests.rehearsal import Rehearsal


def test_files_come_in_order_the_first_with_words_and_what_the_picture_shows(
    rehearsal_on_both: Rehearsal,
) -> None:
    phone = rehearsal_on_both.amina_starts()
    order(rehearsal_on_both)

    made = make_documents(rehearsal_on_both)

    assert made == 1
    first, second = phone.by_rule("document")
    assert isinstance(first.body.attachment, Photo)
    assert first.text.startswith("Her er CV-en din!")
    assert first.text.endswith("Hva <bildet> viser")
    assert second.body.attachment is not None
    assert second.body.attachment.name == "CV Ada.pdf"
    assert second.text == ""
    assert [one.state for one in orders_of_amina(rehearsal_on_both)] == [OrderState.MADE]


def test_what_the_page_leaves_out_is_said_after_the_files(rehearsal: Rehearsal) -> None:
    phone = rehearsal.amina_starts()
    order(rehearsal)

    make_documents(rehearsal, lambda _: MadeDocument((PAPER,), shortened=True, unprintable="<😀"))

    file, shortened, signs = phone.by_rule("document")
    assert file.body.attachment is not None
    assert "Alt står i Word-filen." in shortened.text
    assert "ikke skrive i PDF-en: < 😀." in signs.text


def test_a_caption_that_cannot_be_rendered_keeps_no_file_back(
    rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> str:
        raise TextFailed("Text document.cv is missing.")

    monkeypatch.setattr(document_making, "render", broken)
    phone = rehearsal.amina_starts()
    order(rehearsal)

    make_documents(rehearsal)

    assert [one.text for one in phone.by_rule("document")] == ["Hva <bildet> viser", ""]
    assert "document.cv is missing" in rehearsal.mails_to(rehearsal.cast.dana.email)[-1].text


def test_the_same_key_orders_once(rehearsal_on_both: Rehearsal) -> None:
    phone = rehearsal_on_both.amina_starts()
    order(rehearsal_on_both)
    make_documents(rehearsal_on_both)

    again = order(rehearsal_on_both)

    assert again is None
    assert make_documents(rehearsal_on_both) == 0
    assert len(phone.by_rule("document")) == 2


def test_an_impatient_finger_gets_one_picture(rehearsal: Rehearsal) -> None:
    rehearsal.amina_starts()

    taps = [order(rehearsal, f"tap {number}") for number in range(5)]

    assert [one is not None for one in taps] == [True, False, False, False, False]


def test_the_program_is_not_at_rest_while_a_file_is_to_be_made(rehearsal: Rehearsal) -> None:
    rehearsal.amina_starts()
    before = rehearsal.read(is_idle)
    order(rehearsal)

    meanwhile = rehearsal.read(is_idle)
    make_documents(rehearsal)

    assert (before, meanwhile, rehearsal.read(is_idle)) == (True, False, True)


def test_two_makers_never_hold_the_same_order(rehearsal_on_both: Rehearsal) -> None:
    rehearsal_on_both.amina_starts()
    order(rehearsal_on_both)

    first, second = claim(rehearsal_on_both), claim(rehearsal_on_both)

    assert first is not None
    assert second is None


def test_what_a_dead_maker_had_in_hand_is_made_by_the_next_and_sent_once(
    rehearsal_on_both: Rehearsal,
) -> None:
    phone = rehearsal_on_both.amina_starts()
    order(rehearsal_on_both)
    dead = claim(rehearsal_on_both)
    assert dead is not None
    assert rehearsal_on_both.run(begin_order, dead) is not None  # and rendered, and then: kill -9

    early = claim(rehearsal_on_both, later=LEASE / 2)
    heir = claim(rehearsal_on_both, later=LEASE)
    assert heir is not None
    rehearsal_on_both.run(finish_order, heir, two_files({}))
    rehearsal_on_both.run(finish_order, dead, two_files({}))  # it had only been hanging
    rehearsal_on_both.settle()

    assert early is None
    assert len(phone.by_rule("document")) == 2


def test_what_was_made_for_one_order_never_goes_out_with_another_of_its_number(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    order(rehearsal)
    claimed = claim(rehearsal)
    assert claimed is not None

    # A database restored to a moment before the order gives its number to the next one.
    before = replace(claimed, key=f"{claimed.key}:before")
    rehearsal.run(finish_order, before, two_files({}))
    rehearsal.settle()

    assert phone.by_rule("document") == []


def test_an_order_that_kills_its_maker_again_and_again_is_given_up_kindly(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    order(rehearsal)
    for death in range(MAX_ATTEMPTS):
        assert claim(rehearsal, later=LEASE * death) is not None

    last = claim(rehearsal, later=LEASE * MAX_ATTEMPTS)
    assert last is not None
    begun = rehearsal.run(begin_order, last)
    rehearsal.settle()

    assert begun is None
    assert "Nå fikk vi ikke til å lage filen." in phone.last.text
    assert "begun several times" in rehearsal.mails_to(rehearsal.cast.dana.email)[-1].text


def test_what_cannot_be_made_is_said_to_them_and_to_the_coordinators(
    rehearsal_on_both: Rehearsal,
) -> None:
    phone = rehearsal_on_both.amina_starts(language="English")
    order(rehearsal_on_both)

    def broken(_: dict[str, Any]) -> MadeDocument:
        raise DocumentFailed("The fonts are missing: install the program again.")

    make_documents(rehearsal_on_both, broken)

    (failed,) = orders_of_amina(rehearsal_on_both)
    assert failed.state is OrderState.FAILED
    assert len(phone.by_rule("document")) == 1
    assert phone.last.body.attachment is None
    mail = rehearsal_on_both.mails_to(rehearsal_on_both.cast.dana.email)[-1].text
    assert "The fonts are missing" in mail
    assert "Amina" not in mail


def test_what_was_cut_off_is_tried_again_and_then_said_to_have_failed(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    order(rehearsal)

    for attempt in range(MAX_ATTEMPTS):
        real_now = REAL_NOW + LEASE * attempt
        held = claim(rehearsal, later=LEASE * attempt)
        assert held is not None
        assert phone.by_rule("document") == []
        rehearsal.run(retry_order, held, sentence="Too slow.", real_now=real_now)
    rehearsal.settle()

    assert len(phone.by_rule("document")) == 1
    assert orders_of_amina(rehearsal)[0].state is OrderState.FAILED


def test_what_a_stopping_program_gives_back_is_free_at_once(rehearsal: Rehearsal) -> None:
    rehearsal.amina_starts()
    order(rehearsal)
    held = claim(rehearsal)
    assert held is not None

    rehearsal.run(give_order_back, held)

    again = claim(rehearsal)
    assert again is not None
    assert again.attempts == held.attempts


def test_the_eleventh_in_a_day_is_refused_in_words_and_the_next_day_is_new(
    rehearsal: Rehearsal,
) -> None:
    phone = rehearsal.amina_starts()
    for number in range(MOST_A_DAY):
        order(rehearsal, f"number {number}")
        make_documents(rehearsal)

    refused = order(rehearsal, "one more")
    rehearsal.settle()
    rehearsal.clock.set(rehearsal.now + timedelta(days=1))
    tomorrow = order(rehearsal, "tomorrow")

    assert refused is None
    assert "mange filer" in phone.last.text
    assert tomorrow is not None
