"""What was read ahead for many answers as the database would, until something of theirs changes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.messages import InboxUpdate, Question, QuestionState
from bot.domain.people import AccountStatus, TelegramAccount
from bot.domain.planning import Expectation, ExpectationState
from bot.services.cases import raise_signal
from bot.services.ports import UnitOfWork
from bot.storage.remembered import forget_remembered
from bot.storage.tables.messages import inbox
from tests.offices_on_both import KINDS, office_on
from tests.real_office import AMINA_CHAT, BEN_CHAT, NOON, OFFICE, add_active
from tests.statement_counts import asked
from tests.storage.staged_office import AMINAS_OLD_CHAT, CARAS_CHAT, Staged, much_of_everything

NOBODYS_CHAT = 4711


@pytest.fixture(scope="module", params=KINDS)
def staged(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Staged]:
    """Amina has much of everything, Ben a little, Cara nothing but her account."""
    with office_on(request.param, request, tmp_path_factory.mktemp("ahead")) as office:
        cara = office.do(add_active, "Cara", CARAS_CHAT, office.carol)
        office.do(much_of_everything, office)
        yield Staged(office, cara)


def _questions(uow: Any, person: int) -> Any:
    return [uow.questions.open_of(person, kind) for kind in (None, "pause", "run", "session")]


def _expectations(uow: Any, person: int) -> Any:
    return sorted(uow.expectations.open_of(person), key=lambda one: one.id)


def _cases(uow: Any, person: int) -> Any:
    return [
        uow.cases.open_of(person, reason) for reason in (None, "quiet", "help", "undeliverable")
    ]


def _participants(uow: Any, person: int) -> Any:
    return uow.participants.get(person)


def _accounts(uow: Any, person: int) -> Any:
    return uow.accounts.of_participant(person)


def _chats(uow: Any, person: int) -> Any:
    chats = {1: (AMINA_CHAT, AMINAS_OLD_CHAT), 2: (BEN_CHAT,), 3: (CARAS_CHAT, NOBODYS_CHAT)}
    return [uow.accounts.by_chat(OFFICE, chat) for chat in chats[person]]


def _read_chats_ahead(uow: Any, _: list[int]) -> None:
    chats = [AMINA_CHAT, BEN_CHAT, CARAS_CHAT, NOBODYS_CHAT, AMINAS_OLD_CHAT, BEN_CHAT]
    uow.accounts.read_chats_ahead(OFFICE, chats)


def _ahead(store: str) -> Callable[[Any, list[int]], None]:
    return lambda uow, people: getattr(uow, store).read_ahead([*people, people[0]])


READ = {
    "questions": (_ahead("questions"), _questions),
    "expectations": (_ahead("expectations"), _expectations),
    "cases": (_ahead("cases"), _cases),
    "participants": (_ahead("participants"), _participants),
    "accounts": (_ahead("accounts"), _accounts),
    "chats": (_read_chats_ahead, _chats),
    "accounts of chats": (_read_chats_ahead, _accounts),
}


def _afresh(uow: Any, ask: Callable[[Any, int], Any], people: list[int]) -> list[Any]:
    forget_remembered(uow._db)
    return [ask(uow, person) for person in people]


@pytest.mark.parametrize("which", READ)
def test_each_gets_the_answer_they_would_have_got_without_a_question_of_their_own(
    staged: Staged, which: str
) -> None:
    read_ahead, ask = READ[which]

    def with_ahead_and_without(uow: UnitOfWork) -> tuple[list[Any], list[str], list[Any]]:
        read_ahead(uow, staged.people)
        with asked() as seen:
            answers = [ask(uow, person) for person in staged.people]
        return answers, [*seen], _afresh(uow, ask, staged.people)

    answers, questions_asked, afresh = staged.do(with_ahead_and_without)

    assert answers == afresh
    assert answers[0] != answers[1]
    assert questions_asked == []


def _another_question(uow: Any, staged: Staged) -> None:
    amina = staged.office.amina.id
    uow.questions.add(Question(OFFICE, amina, "session", "s", ("a",), NOON))


def _question_closed(uow: Any, staged: Staged) -> None:
    first = uow.questions.get(1)
    uow.questions.save(replace(first, state=QuestionState.CLOSED))


def _question_answered(uow: Any, _: Staged) -> None:
    assert uow.questions.answer_once(1, option="a", at=NOON)


def _answer_changed(uow: Any, _: Staged) -> None:
    uow.questions.change_answer(1, option="b", at=NOON)


def _expectation_met(uow: Any, staged: Staged) -> None:
    first = uow.expectations.open_of(staged.office.amina.id)[0]
    uow.expectations.save(replace(first, state=ExpectationState.MET))


def _another_expectation(uow: Any, staged: Staged) -> None:
    amina = staged.office.amina.id
    uow.expectations.add(Expectation(OFFICE, amina, "check_in", "s", "new", NOON))


def _another_case(uow: Any, staged: Staged) -> None:
    raise_signal(uow, staged.office.amina, reason="undeliverable", source="new")


def _another_language(uow: Any, staged: Staged) -> None:
    amina = uow.participants.get(staged.office.amina.id)
    uow.participants.save(replace(amina, language="nn"))


def _account_blocked(uow: Any, staged: Staged) -> None:
    account = uow.accounts.of_participant(staged.office.amina.id)
    uow.accounts.save(replace(account, status=AccountStatus.BLOCKED))


def _account_moved(uow: Any, staged: Staged) -> None:
    account = uow.accounts.of_participant(staged.office.amina.id)
    uow.accounts.save(replace(account, status=AccountStatus.UNBOUND))
    uow.accounts.add(TelegramAccount(OFFICE, 1005, staged.office.amina.id, NOON))


def _accounts_paced(uow: Any, staged: Staged) -> None:
    uow.accounts.pace([staged.office.amina.id], until=NOON)


CHANGES = [
    ("questions", _another_question),
    ("questions", _question_closed),
    ("questions", _question_answered),
    ("questions", _answer_changed),
    ("expectations", _expectation_met),
    ("expectations", _another_expectation),
    ("cases", _another_case),
    ("participants", _another_language),
    ("accounts", _account_blocked),
    ("accounts", _account_moved),
    ("accounts", _accounts_paced),
    ("chats", _account_blocked),
    ("chats", _account_moved),
    ("chats", _accounts_paced),
    ("accounts of chats", _account_blocked),
    ("accounts of chats", _account_moved),
]


@pytest.mark.parametrize(("which", "change"), CHANGES)
def test_a_change_is_seen_by_whoever_asks_next(
    staged: Staged, which: str, change: Callable[[Any, Staged], None]
) -> None:
    read_ahead, ask = READ[which]

    def change_it(uow: UnitOfWork) -> tuple[list[Any], list[Any], list[Any]]:
        read_ahead(uow, staged.people)
        before = [ask(uow, person) for person in staged.people]
        change(uow, staged)
        after = [ask(uow, person) for person in staged.people]
        return before, after, _afresh(uow, ask, staged.people)

    before, after, afresh = staged.do(change_it)

    assert after == afresh
    assert after[0] != before[0] or change is _answer_changed


@pytest.mark.parametrize(
    ("which", "change"),
    [
        ("questions", _another_question),
        ("questions", _question_closed),
        ("expectations", _expectation_met),
        ("expectations", _another_expectation),
        ("cases", _another_case),
        ("participants", _another_language),
    ],
)
def test_a_change_of_ones_own_does_not_cost_the_others(
    staged: Staged, which: str, change: Callable[[Any, Staged], None]
) -> None:
    read_ahead, ask = READ[which]

    def change_it(uow: UnitOfWork) -> list[str]:
        read_ahead(uow, staged.people)
        change(uow, staged)
        with asked() as seen:
            for person in staged.people[1:]:
                ask(uow, person)
        return seen

    assert staged.do(change_it) == []


def test_what_was_erased_is_not_read_from_before(staged: Staged) -> None:
    amina = staged.office.amina.id

    def erase(uow: Any) -> list[Any]:
        for read_ahead, _ in READ.values():
            read_ahead(uow, staged.people)
        uow.erasure.erase(amina, at=uow.now)
        return [
            uow.questions.open_of(amina),
            uow.expectations.open_of(amina),
            uow.cases.open_of(amina),
            uow.accounts.of_participant(amina),
            uow.accounts.by_chat(OFFICE, AMINA_CHAT),
            uow.participants.get(amina).first_name,
        ]

    assert staged.do(erase) == [[], [], [], None, None, ""]


def test_another_transaction_reads_anew(staged: Staged) -> None:
    ben = staged.office.ben.id
    staged.office.do(lambda uow: uow.questions.read_ahead([ben]))
    staged.office.do(lambda uow: uow.questions.answer_once(2, option="a", at=NOON))

    assert staged.do(lambda uow: uow.questions.open_of(ben)) == []


def test_an_update_read_ahead_is_marked_once(staged: Staged) -> None:
    def mark_twice(uow: Any) -> list[list[bool]]:
        for number in range(4):
            uow.inbox.add_once(InboxUpdate(OFFICE, number, number, NOON, {"n": number}))
        numbers = [row.seq for row in uow.inbox._all(order=inbox.c.seq)]
        uow.inbox.mark_processed(numbers[1], NOON, drop_payload=False)
        uow.inbox.read_ahead([*numbers[:3], 999])
        marked = [
            [
                uow.inbox.mark_processed(seq, NOON, drop_payload=seq == numbers[2])
                for seq in (*numbers, 999)
            ]
            for _ in range(2)
        ]
        rows = [[row.state.value, row.payload] for row in uow.inbox._all(order=inbox.c.seq)]
        return [*marked, *rows]

    assert staged.do(mark_twice) == [
        [True, False, True, True, False],
        [False, False, False, False, False],
        ["processed", {"n": 0}],
        ["processed", {"n": 1}],
        ["processed", {}],
        ["processed", {"n": 3}],
    ]
