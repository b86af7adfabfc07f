"""Words handled together leave behind what they would have left one by one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from bot.domain.messages import InboxState, InboxUpdate
from bot.domain.people import AccountStatus, ParticipantStatus
from bot.domain.planning import Expectation
from bot.handlers.dispatch import Dispatcher, Gatherer
from bot.handlers.door import Act, Door
from bot.services import incoming
from bot.services.cases import raise_signal
from bot.services.inbox import store_updates
from bot.services.participants import invite_participant, redeem_code
from bot.services.ports import UnitOfWork
from bot.services.runs import start_run
from bot.services.speaking import Choices, button_rows, say_text
from bot.storage.unit_of_work import SecretCodes
from tests.handlers.conftest import message
from tests.offices_on_both import KINDS, office_on
from tests.real_office import AMINA_CHAT, BEN_CHAT, NOON, OFFICE, RealOffice, add_active
from tests.statement_counts import asked

LESSON, PAUSED, GONE, INVITED, BLOCKED, ERASES, HELPED = range(1003, 1010)
STRANGERS = range(3000, 3003)
CODES = [letter * 10 for letter in "ABCDEFGH"]
# In each round a text of each chat, in an order of its own.
ROUNDS: list[list[tuple[int, str]]] = [
    [
        (AMINA_CHAT, "Hei, jeg rekker det ikke i dag"),
        (BEN_CHAT, "En uke"),  # answers the question he was asked
        (LESSON, "Hvem kan jeg spørre om dette?"),
        (STRANGERS[0], CODES[-1].lower()),
        (PAUSED, "Jeg er her igjen"),
        (GONE, "Er det noen her?"),
        (STRANGERS[1], "Hei på deg"),
        (INVITED, "Hva er dette?"),
        (BLOCKED, "Nå virker det"),
        (ERASES, "Slett meg"),
        (HELPED, "Jeg trenger hjelp"),
        (STRANGERS[2], "ZZZZZZZZZZ"),
    ],
    [
        (STRANGERS[0], "Bokmål"),
        (HELPED, "Takk, det gikk bra"),
        (ERASES, "Ja, slett meg"),
        (AMINA_CHAT, "Min uke"),
        (LESSON, "1"),
        (INVITED, "Ja, gjerne"),
        (BEN_CHAT, "Takk!"),
        (STRANGERS[2], "Jeg trenger hjelp"),
    ],
    [
        (AMINA_CHAT, "Og en ting til"),
        (STRANGERS[0], "Ja, gjerne"),
        (ERASES, "Hallo?"),
        (INVITED, "Når begynner vi?"),
        (PAUSED, "Innstillinger"),
        (LESSON, "Hva som er prøvetid"),
    ],
]
STORES = (
    "inbox",
    "outbox",
    "free_texts",
    "notices",
    "questions",
    "expectations",
    "participants",
    "accounts",
    "invitations",
    "code_attempts",
    "occurrences",
    "enrolments",
    "runs",
)
NUMBERS = {"id", "seq", "holder", "key_id"}


@pytest.fixture(params=KINDS)
def offices(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[RealOffice, RealOffice]]:
    """The same office twice."""
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    with (
        office_on(request.param, request, tmp_path / "one") as one,
        office_on(request.param, request, tmp_path / "other") as other,
    ):
        for office in (one, other):
            with patch.object(SecretCodes, "new_code", side_effect=CODES):
                office.do(_move_in, office)
        yield one, other


def _move_in(uow: UnitOfWork, office: RealOffice) -> None:
    uow.cause = "sample"
    _expect(uow, office.amina.id)
    _ask_ben_to_pause(uow, office)
    lesson = add_active(uow, "Lisa", LESSON, office.carol)
    start_run(uow, lesson, flow_key="module:workplace_rules", subject="course")
    paused = add_active(uow, "Pia", PAUSED, office.carol)
    uow.participants.save(replace(paused, paused_until=NOON + timedelta(days=7)))
    gone = add_active(uow, "Gry", GONE, office.carol)
    uow.participants.save(replace(gone, status=ParticipantStatus.LEFT, ended_at=NOON))
    invited = invite_participant(uow, office_id=OFFICE, first_name="Iben", caseworker=office.carol)
    redeem_code(uow, OFFICE, INVITED, invited.code)
    blocked = add_active(uow, "Bo", BLOCKED, office.carol)
    account = uow.accounts.of_participant(blocked.id)
    assert account is not None
    uow.accounts.save(replace(account, status=AccountStatus.BLOCKED))
    add_active(uow, "Ea", ERASES, office.carol)
    helped = add_active(uow, "Hedda", HELPED, office.carol)
    raise_signal(uow, helped, reason="quiet", source="sample")
    _expect(uow, helped.id)
    invite_participant(uow, office_id=OFFICE, first_name="Nora", caseworker=office.carol)


def _expect(uow: UnitOfWork, participant_id: int) -> None:
    key = f"sample:{participant_id}"
    opened_at = NOON - timedelta(hours=2)
    uow.expectations.add(
        Expectation(OFFICE, participant_id, "check_in", "s", key, opened_at, next_at=NOON)
    )


def _ask_ben_to_pause(uow: UnitOfWork, office: RealOffice) -> None:
    rows = button_rows(uow, office.ben, ("pause_week",), ("cancel",))
    say_text(uow, office.ben, "Pause?", choices=Choices("pause", "pause", rows))


def _put(office: RealOffice, texts: Sequence[tuple[int, str]]) -> list[InboxUpdate]:
    """Store them as they come from Telegram; their rows."""
    before = max((row.update_id for row in office.rows("inbox")), default=0)
    updates = [
        {"update_id": number, "message": message(words, chat=chat, message_id=number)}
        for number, (chat, words) in enumerate(texts, start=before + 1)
    ]
    office.do(store_updates, OFFICE, updates)
    return [row for row in office.rows("inbox") if row.update_id > before]


def _acts(gatherer: Gatherer, rows: Sequence[InboxUpdate]) -> list[Act]:
    acts = [gatherer.act_for(row) for row in rows]
    assert None not in acts
    return [act for act in acts if act is not None]


def _door(office: RealOffice) -> Door:
    return Door(office.storage, wake_sender=lambda: None)


def _left_behind(office: RealOffice) -> dict[str, list[dict[str, Any]]]:
    """Every row of what handling may write, without what numbers it."""
    # A unit that ran in vain leaves a gap in the numbers.
    questions = {row.id: place for place, row in enumerate(office.rows("questions"))}
    people = [person.id for person in office.rows("participants")]
    cases = office.do(lambda uow: [uow.cases.of_participant(one) for one in people])
    found = {name: office.rows(name) for name in STORES}
    found["cases"] = [case for theirs in cases for case in theirs]
    return {
        name: sorted((_plain(asdict(row), questions) for row in rows), key=repr)
        for name, rows in found.items()
    }


def _plain(value: Any, questions: Mapping[int, int]) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one, questions) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: questions.get(its) if name in ("question", "question_id") else _plain(its, questions)
        for name, its in value.items()
        if name not in NUMBERS
    }


async def test_together_and_one_by_one_leave_the_same_rows(
    offices: tuple[RealOffice, RealOffice],
) -> None:
    one_by_one, together = offices
    dispatcher = Dispatcher(None, (), _door(one_by_one))  # type: ignore[arg-type]
    gatherer = Gatherer(_door(together))

    for texts in ROUNDS:
        for row in _put(one_by_one, texts):
            await dispatcher.handle(row)
        raised = await gatherer.handle(_acts(gatherer, _put(together, texts)))
        assert raised == [None] * len(texts)

    left, right = _left_behind(one_by_one), _left_behind(together)
    for name in left:
        assert right[name] == left[name], name
    assert {row["state"] for row in left["inbox"]} == {InboxState.PROCESSED}
    # Nobody's words went another way than this test is about.
    assert [row["status"] for row in left["participants"]].count(ParticipantStatus.ERASED) == 1
    assert {case["reason"] for case in left["cases"]} == {"quiet", "help"}
    assert [run["state"]["answers"].keys() for run in left["runs"]] == [
        {"contract.deadline", "contract.own_words"}
    ]
    assert ("pause", "pause_week") in [(row["kind"], row["answer"]) for row in left["questions"]]
    assert [row["chat_id"] for row in left["accounts"]].count(STRANGERS[0]) == 1


async def test_together_with_one_that_fails_the_others_leave_the_same_rows(
    offices: tuple[RealOffice, RealOffice], monkeypatch: pytest.MonkeyPatch
) -> None:
    one_by_one, together = offices
    real = incoming.text_received

    def fail_for_gone(uow: UnitOfWork, event: incoming.ChatEvent, text: str) -> None:
        real(uow, event, text)
        if event.chat_id == GONE:
            raise ValueError("sample")

    monkeypatch.setattr(incoming, "text_received", fail_for_gone)
    dispatcher = Dispatcher(None, (), _door(one_by_one))  # type: ignore[arg-type]
    gatherer = Gatherer(_door(together))

    for row in _put(one_by_one, ROUNDS[0]):
        if row.chat_id != GONE:
            await dispatcher.handle(row)
    raised = await gatherer.handle(_acts(gatherer, _put(together, ROUNDS[0])))

    assert [type(one) for one in raised if one] == [ValueError]
    assert _left_behind(together) == _left_behind(one_by_one)


async def test_an_update_that_was_handled_is_not_handled_again_together(
    offices: tuple[RealOffice, RealOffice],
) -> None:
    office, _ = offices
    gatherer = Gatherer(_door(office))
    dispatcher = Dispatcher(None, (), _door(office))  # type: ignore[arg-type]
    first, second = _put(office, [(AMINA_CHAT, "Hei"), (HELPED, "Hallo")])
    await dispatcher.handle(first)

    for _ in range(2):
        assert await gatherer.handle(_acts(gatherer, [first, second])) == [None, None]

    assert sorted(text.text for text in office.rows("free_texts")) == ["Hallo", "Hei"]


async def _round_trips(office: RealOffice, chats: Sequence[int]) -> int:
    gatherer = Gatherer(_door(office))
    acts = _acts(gatherer, _put(office, [(chat, "Hei, alt går bra") for chat in chats]))
    with asked() as seen:
        assert set(await gatherer.handle(acts)) == {None}
    return len(seen)


@pytest.mark.parametrize("offices", ["postgresql"], indirect=True)
async def test_forty_texts_together_cost_no_more_round_trips_than_four(
    offices: tuple[RealOffice, RealOffice],
) -> None:
    office, _ = offices
    chats = range(5000, 5050)
    office.do(lambda uow: [add_active(uow, f"S {n}", n, office.carol) for n in chats])
    await _round_trips(office, chats[:2])  # what is remembered for good is asked for now

    few = await _round_trips(office, chats[2:6])
    many = await _round_trips(office, chats[6:46])

    assert many <= few <= 15
    assert len(office.rows("free_texts")) == 46
