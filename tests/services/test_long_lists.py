"""Answers and lists of the profile inside one message, however much somebody has told."""

from typing import Any

import pytest

from bot.domain.flows import RunState
from bot.domain.plain_text import utf16_units, without_markup
from bot.services.ports import UnitOfWork
from bot.services.run_surroundings import own_words
from bot.services.speaking import text_context
from tests.document_work import put
from tests.rehearsal import Rehearsal

LONGEST_MESSAGE = 4096  # UTF-16 units, by Telegram's rule


def _review_of_work(rehearsal: Rehearsal) -> str:
    def read(uow: UnitOfWork) -> str:
        amina, pack = uow.participants.get(rehearsal.cast.amina.id), uow.pack(1)
        flow = pack.flows["module:cv"]
        context = {
            **text_context(uow, amina, uow.offices.get(1)),
            **own_words(uow, amina, pack, flow, RunState(flow.key)),
        }
        return pack.flow_text(flow.key, "look.work", "text", "nb", context)

    return without_markup(rehearsal.read(read))


def _own_words(rehearsal: Rehearsal, state: RunState) -> dict[str, Any]:
    """`profile` and `answers`, as far as these tests ask for them."""

    def read(uow: UnitOfWork) -> dict[str, Any]:
        amina, pack = uow.participants.get(rehearsal.cast.amina.id), uow.pack(1)
        own: Any = own_words(uow, amina, pack, pack.flows[state.flow_key], state)
        work = own["answers"]["look"]["work"]
        about = own["profile"]["cv_about"]
        return {"profile": {"cv_about": about}, "answers": {"look": {"work": work}}}

    return rehearsal.read(read)


@pytest.mark.parametrize("word", ["arbeid ", "😀😀😀😀😀😀 "])
def test_two_lists_as_long_as_they_may_be_fit_one_message(rehearsal: Rehearsal, word: str) -> None:
    longest = [{"title": (word * 8).strip(), "place": (word * 8).strip()}] * 30
    put(rehearsal, cv_jobs=longest, cv_volunteering=longest)

    text = _review_of_work(rehearsal)

    assert utf16_units(text) <= LONGEST_MESSAGE
    assert "…" in text


@pytest.mark.parametrize("word", ["arbeid ", "😀", "👩🏽‍🔧 og "])
def test_a_long_answer_is_shown_by_its_beginning_and_a_sign_that_there_is_more(
    rehearsal: Rehearsal, word: str
) -> None:
    words = (word * 20_000)[:20_000]
    put(rehearsal, cv_about=words)

    own = _own_words(rehearsal, RunState("module:cv", answers={"look.work": words}))

    shown = own["profile"]["cv_about"]
    assert own["answers"]["look"]["work"] == shown
    assert shown.endswith(" […]")
    assert words.startswith(shown.removesuffix(" […]"))
    assert 2900 < utf16_units(shown) <= 3000


def test_an_answer_that_has_room_is_shown_whole(rehearsal: Rehearsal) -> None:
    put(rehearsal, cv_about="x" * 3000)

    assert _own_words(rehearsal, RunState("module:cv"))["profile"]["cv_about"] == "x" * 3000


def test_fifteen_jobs_are_all_in_the_list(rehearsal: Rehearsal) -> None:
    put(rehearsal, cv_jobs=[{"title": "x" * 60, "place": f"Sted {n}"} for n in range(15)])

    text = _review_of_work(rehearsal)

    assert [n for n in range(15) if f"Sted {n}" not in text] == []
