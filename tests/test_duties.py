"""Doing something for as long as its duty is ours."""

import asyncio
from contextlib import suppress

import pytest

from bot.duties import SoleDuties, while_held


class SampleDuties(SoleDuties):
    """A duty that a test gives and takes."""

    def __init__(self) -> None:
        self.has = asyncio.Event()
        self.loses = asyncio.Event()
        self.let_go_of: list[str] = []
        self.was_let_go = asyncio.Event()

    async def until_held(self, duty: str) -> None:
        await self.has.wait()

    async def until_lost(self, duty: str) -> None:
        await self.loses.wait()

    async def let_go(self, duty: str) -> None:
        self.let_go_of.append(duty)
        self.was_let_go.set()
        self.has.clear()
        self.loses.clear()


class Work:
    """Goes on until it is cancelled, and writes down what happens."""

    def __init__(self) -> None:
        self.story: list[str] = []
        self.begun = asyncio.Event()

    async def run(self) -> None:
        self.story.append("begins")
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.story.append("stops")

    async def rest(self) -> None:
        self.story.append("rests")


async def test_work_begins_with_the_duty_and_rests_before_it_is_given_away() -> None:
    duties, work = SampleDuties(), Work()
    task = asyncio.create_task(while_held(duties, "send:1", work.run, at_rest=work.rest))
    await asyncio.sleep(0)
    before = list(work.story)

    duties.has.set()
    await work.begun.wait()
    duties.loses.set()
    await duties.was_let_go.wait()

    assert before == []
    assert work.story == ["begins", "stops", "rests"]
    task.cancel()


async def test_work_begins_again_when_the_duty_comes_back() -> None:
    duties, work = SampleDuties(), Work()
    task = asyncio.create_task(while_held(duties, "tick", work.run))

    for _ in range(2):
        work.begun.clear()
        duties.has.set()
        await work.begun.wait()
        duties.loses.set()
        await duties.was_let_go.wait()
        duties.was_let_go.clear()

    assert work.story == ["begins", "stops"] * 2
    task.cancel()


async def test_cancelling_lets_the_duty_go() -> None:
    duties, work = SampleDuties(), Work()
    duties.has.set()
    task = asyncio.create_task(while_held(duties, "mail", work.run, at_rest=work.rest))
    await work.begun.wait()

    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert work.story == ["begins", "stops", "rests"]
    assert duties.let_go_of == ["mail"]


async def test_what_the_work_raises_is_heard() -> None:
    duties = SampleDuties()
    duties.has.set()

    async def fails() -> None:
        raise RuntimeError("sample")

    with pytest.raises(RuntimeError, match="sample"):
        await while_held(duties, "poll:1", fails)

    assert duties.let_go_of == ["poll:1"]


async def test_alone_on_a_database_everything_is_ours() -> None:
    sole = SoleDuties()

    await sole.until_held("tick")

    assert sole.is_held("tick")
    assert sole.is_held_by_anybody("poll:7")
    assert sole.is_alone
