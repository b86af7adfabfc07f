"""Case files of step kinds: read into flows, inputs and surroundings, and events written back."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from bot.domain.durations import Duration
from bot.domain.flows import Flow, Step
from bot.domain.profile import ProfileValue
from bot.domain.run_events import (
    Abandoned,
    AnswerGiven,
    Ask,
    AskAgain,
    Buttons,
    Choice,
    DocumentWanted,
    Explain,
    Finished,
    HandToHuman,
    Ignored,
    ModuleWanted,
    OtherMedia,
    ProfileForgotten,
    ProfileKept,
    ProfileSet,
    Redraw,
    RunEvent,
    RunInput,
    Say,
    Sleep,
    Start,
    Text,
    Wake,
)
from bot.domain.surroundings import SessionTime, Surroundings
from bot.domain.work_calendar import OfficeHours, WorkCalendar

HERE = Path(__file__).parent
CASE_FILES = sorted(HERE.glob("*.toml"))
FRIDAY_NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
OSLO = WorkCalendar(OfficeHours())
FIXED_INPUTS: dict[str, RunInput] = {
    "start": Start(),
    "wake": Wake(),
    "wake early": Wake(early=True),
    "ask again": AskAgain(),
}
RIGHT = {None: "", True: " (right)", False: " (wrong)"}


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


# --- in -------------------------------------------------------------------------------------------


def read_step(written: Mapping[str, Any]) -> Step:
    """A step under the names of the code: `wait_for`, `lowest`, `answer_of`."""
    ready: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in written.items()
    }
    for name in ("wait_for", "listens_for"):
        if name in ready:
            ready[name] = Duration.parse(ready[name])
    if "after" in ready:
        ready["after"] = {option: _read_pause(pause) for option, pause in ready["after"].items()}
    return Step(**ready)


def _read_pause(written: str) -> Duration | time:
    return time.fromisoformat(written) if ":" in written else Duration.parse(written)


def read_flow(steps: list[dict[str, Any]]) -> Flow:
    return Flow("module:cases", tuple(map(read_step, steps)))


def read_around(written: Mapping[str, Any]) -> Surroundings:
    profile: dict[str, ProfileValue] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in written.get("profile", {}).items()
    }
    sessions = tuple(SessionTime(**one) for one in written.get("sessions", []))
    return Surroundings(OSLO, profile, sessions, frozenset(written.get("modules_done", [])))


def read_input(written: str) -> RunInput:
    """ "tap good #1", "type own words", "send photo FILE_ID name.jpg", or one of FIXED_INPUTS."""
    if written in FIXED_INPUTS:
        return FIXED_INPUTS[written]
    verb, rest = written.split(" ", 1)
    if verb == "tap":
        option, instance = rest.split(" #")
        return Choice(int(instance), option)
    if verb == "send":
        return OtherMedia(*rest.split(" ", 2))
    assert verb == "type", f"there is no input '{verb}'"
    return Text(rest)


# --- out ------------------------------------------------------------------------------------------


def write_event(event: RunEvent) -> str:
    match event:
        case Say(key, part, option):
            words = f"say {key}" + (f": {part}" if part != "text" else "")
            words += f" of {option}" if option else ""
        case Ask(key, instance, buttons, accepts_text, message_key):
            how = " in words" * accepts_text + (f" by {message_key}" if message_key else "")
            words = f"ask {key} #{instance}{how}{_written_below(buttons)}"
        case Redraw(key, buttons):
            words = f"redraw {key}{_written_below(buttons)}"
        case Explain(message_key, key, values):
            words = f"explain {key}: {message_key}{_written_values(values)}"
        case AnswerGiven(key, value, is_text, is_right, into):
            verb = "words" if is_text else "answer"
            words = f"{verb} {key}: {value}{RIGHT[is_right]}" + (f" > {into}" if into else "")
        case HandToHuman(key, reason):
            words = f"hand over {key}: {reason}"
        case Sleep(until):
            words = f"sleep until {until.isoformat()}"
        case Finished(outcome):
            words = f"finished {outcome}"
        case Abandoned(reason):
            words = f"abandoned {reason}"
        case Ignored(reason):
            words = f"ignored {reason}"
        case _:
            words = _written_order(event)
    return words


def _written_order(event: RunEvent) -> str:
    """Events about the profile, files and other modules."""
    match event:
        case ProfileSet(name, value):
            return f"set {name}: {value}"
        case ProfileKept(name, record):
            return f"keep {name}:{_written_values(record)}"
        case ProfileForgotten(name, last_only):
            return f"forget {'last of ' * last_only}{name}"
        case DocumentWanted(key, document):
            return f"document {key}: {document}"
        case ModuleWanted(key, module):
            return f"module {key}: {module}"
        case _:
            raise AssertionError(f"write down how {event} reads in a case file")


def _written_below(buttons: Buttons) -> str:
    """ ": red✓ blue [done]"; ranked options carry their place: "red(2)"."""
    written = [_marked(option, buttons) for option in buttons.options]
    written += [f"[{general}]" for general in buttons.extra]
    return f": {' '.join(written)}" if written else ""


def _marked(option: str, buttons: Buttons) -> str:
    if option not in buttons.marked:
        return option
    return f"{option}({buttons.marked.index(option) + 1})" if buttons.ranked else f"{option}✓"


def _written_values(values: Mapping[str, Any]) -> str:
    return "".join(f" {name}={value}" for name, value in values.items())
