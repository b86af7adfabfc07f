"""An office to ask many questions of: one has much of everything, one a little, one nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import pytest

from bot.domain.messages import Question, QuestionState
from bot.domain.people import AccountStatus, Participant, TelegramAccount
from bot.domain.planning import Expectation, ExpectationState
from bot.services.cases import raise_signal
from bot.services.ports import UnitOfWork
from tests.real_office import NOON, OFFICE, RealOffice

CARAS_CHAT, AMINAS_OLD_CHAT = 1003, 1004

T = TypeVar("T")


class _TakenBack(Exception):
    """What a test did leaves nothing to the next."""


@dataclass(frozen=True)
class Staged:
    office: RealOffice
    cara: Participant

    @property
    def people(self) -> list[int]:
        return [self.office.amina.id, self.office.ben.id, self.cara.id]

    def do(self, fn: Callable[[Any], T]) -> T:
        """Run it in one transaction, of which nothing is kept."""
        done: list[T] = []

        def take_back(uow: UnitOfWork) -> None:
            uow.cause = "sample"
            done.append(fn(uow))
            raise _TakenBack

        with pytest.raises(_TakenBack):
            self.office.do(take_back)
        return done[-1]


def much_of_everything(uow: UnitOfWork, office: RealOffice) -> None:
    amina, ben = office.amina, office.ben
    uow.cause = "sample"
    for who, kind, state in (
        (amina, "pause", QuestionState.OPEN),
        (ben, "pause", QuestionState.OPEN),
        (amina, "run", QuestionState.OPEN),
        (amina, "run", QuestionState.ANSWERED),
        (amina, "run", QuestionState.CLOSED),
    ):
        uow.questions.add(Question(OFFICE, who.id, kind, "s", ("a", "b"), NOON, state))
    for key, who, waits in (
        ("1", amina, ExpectationState.OPEN),
        ("2", ben, ExpectationState.OPEN),
        ("3", amina, ExpectationState.MET),
        ("4", amina, ExpectationState.OPEN),
    ):
        uow.expectations.add(Expectation(OFFICE, who.id, "check_in", "s", key, NOON, waits))
    for who, reason in ((amina, "quiet"), (ben, "quiet"), (amina, "help")):
        raise_signal(uow, who, reason=reason, source=f"{reason}:{who.id}")
    old = TelegramAccount(OFFICE, AMINAS_OLD_CHAT, amina.id, NOON.replace(year=2025))
    uow.accounts.add(replace(old, status=AccountStatus.UNBOUND))
