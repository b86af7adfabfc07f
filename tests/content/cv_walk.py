"""Somebody going through the module "CV and application", with what a host would keep for them."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.content.loading import DEFAULT_PACK, load_folder
from bot.domain import engine
from bot.domain.flows import RunState, RunStatus
from bot.domain.office_hours import OfficeHours
from bot.domain.profile import Profile, profile_after
from bot.domain.run_events import Choice, DocumentWanted, RunEvent, RunInput, Start, Text, Wake
from bot.domain.surroundings import Surroundings
from bot.domain.work_calendar import WorkCalendar

PACK = load_folder(DEFAULT_PACK)
KEY = "module:cv"
FLOW = PACK.flows[KEY]
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CALENDAR = WorkCalendar(OfficeHours())
# What leads on fastest where there is nothing to skip.
ONWARD = ("go_on", "fine", "now", "not_now", "none", "not_yet")


class Walk:
    """One way through the module; `said` is everything that happened, `documents` what was made."""

    def __init__(self, profile: Profile | None = None) -> None:
        self.state = RunState(FLOW.key)
        self.profile: Profile = profile or {}
        self.said: list[RunEvent] = []
        self.documents: list[str] = []
        self._give(Start())

    @property
    def asked(self) -> str:
        return (self.state.step_key or "") if self.state.status is RunStatus.ASKING else ""

    def tap(self, *options: str) -> Walk:
        for option in options:
            self._give(Choice(self.state.instance, option))
        return self

    def write(self, *texts: str) -> Walk:
        for text in texts:
            self._give(Text(text))
        return self

    def skip(self, times: int = 1) -> Walk:
        return self.tap(*["skip"] * times)

    def until(self, step_key: str, *, prefer: tuple[str, ...] = ()) -> Walk:
        """Skip, or take the first way on, until `step_key` is asked ("" is the end)."""
        for _ in range(200):
            if self.asked == step_key:
                return self
            self.tap(self._fastest(prefer))
        raise AssertionError(f"never came to {step_key}, but stands at {self.state}")

    def _fastest(self, prefer: tuple[str, ...]) -> str:
        step = FLOW.step(self.asked)
        assert step is not None
        if step.optional:
            return "skip"
        if step.right:
            return step.right
        wanted = [code for code in (*prefer, *ONWARD) if code in step.options]
        return wanted[0] if wanted else step.options[0]

    def _give(self, given: RunInput) -> None:
        around = Surroundings(CALENDAR, profile=self.profile)
        self.state, events = engine.step(self.state, FLOW, given, NOW, around=around)
        for event in events:
            self.profile = profile_after(self.profile, event)
        self.said += events
        wanted = [event.document for event in events if isinstance(event, DocumentWanted)]
        self.documents += wanted
        if wanted:
            self._give(Wake(early=True))
