"""What steps do with answers and with the profile: whether there is such a value, and fits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from bot.content.assembling import Parts
from bot.content.findings import Finding, Severity, did_you_mean, listed
from bot.content.flow_building import BuiltFlow, PlacedStep
from bot.content.flow_values import BUILT_IN, Held, Holds, profile_values, stored_by
from bot.content.reachability import is_followable, reachable, ways_of
from bot.domain.flows import Flow, Step
from bot.domain.steps import KINDS_BY_CODE
from bot.domain.steps.branch import GIVEN, MISSING, PROFILE
from bot.domain.steps.keep import CONSTANT
from bot.domain.steps.scale import SCALE, scale_options

_RANGE = re.compile(r"(\d*)-(\d*)", re.ASCII)
_ONE_OF_OPTIONS = frozenset({"choose", "choose_several", "quiz", "remind_later", "review"})
_FIELDS_OF_WORK = ("title", "place", "period", "did")
# What the documents read of each record (bot/domain/cv_answers.py).
RECORD_FIELDS: Mapping[str, tuple[str, ...]] = {
    "cv_jobs": _FIELDS_OF_WORK,
    "cv_education": _FIELDS_OF_WORK,
    "cv_courses": _FIELDS_OF_WORK,
    "cv_volunteering": _FIELDS_OF_WORK,
    "cv_languages": ("name", "level"),
}
# Not kept: the program says it while a run looks (bot/services/run_surroundings.py).
_SAID_BY_THE_PROGRAM = {"plan_is_due": (Held(Holds.CODE, codes=("yes",)),)}
_OF_THE_PROGRAM = ("cv_", "letter_", "budget_", "plan_")
_INSTEAD = {
    Holds.LINES: "a list; add to it with a `keep` step",
    Holds.NUMBER: "a number; ask with a `number` step",
    Holds.DATE: "a day; ask with a `date` step",
}


def value_problems(parts: Parts, built: Mapping[str, BuiltFlow]) -> Iterator[Finding]:
    profile = profile_values(parts)
    for name, held in _SAID_BY_THE_PROGRAM.items():
        profile.setdefault(f"{PROFILE}{name}", held)
    # Where one flow cannot be read, nobody knows what it would have kept.
    is_whole = len(built) == len(parts.flows)
    for flow in built.values():
        if not is_followable(flow):
            continue
        ways = ways_of(flow.flow, with_again=False)
        for placed in flow.steps:
            for message, field in _answers_named(placed.step, flow.flow, ways):
                yield flow.document.problem(message, *placed.place, *field)
            for message, case in _cases(placed.step, flow.flow, profile, is_whole=is_whole):
                yield flow.document.problem(message, *placed.place, *case)
            yield from _kept(flow, placed)


def _answers_named(
    step: Step, flow: Flow, ways: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Steps whose answers this one uses, that ask nothing or come only afterwards."""
    places: list[tuple[str, tuple[str, ...]]] = [
        (key, ("record", field)) for field, key in step.record.items()
    ]
    places += [(key, (field,)) for field, key in (("by", step.by), ("answer", step.answer)) if key]
    for key, place in places:
        # Neither a constant of a record nor a name of the profile is a step.
        asked = None if key.startswith((CONSTANT, PROFILE)) else flow.step(key)
        if asked is None:
            continue
        if KINDS_BY_CODE[asked.kind].listens_for is None:
            yield f"step `{key}` asks nothing; name a question", place
        elif step.key not in reachable(flow, key, ways):
            yield f"step `{key}` is asked only later; name an earlier one, or move it up", place


def _cases(
    step: Step, flow: Flow, profile: Mapping[str, tuple[Held, ...]], *, is_whole: bool
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Of a branch: values that never come."""
    if step.by is None:
        return
    possible: tuple[str, ...] | None
    if step.by.startswith(PROFILE):
        ways = profile.get(step.by)
        if ways is None:
            if is_whole:
                known = [name.removeprefix(PROFILE) for name in profile]
                hint = did_you_mean(step.by.removeprefix(PROFILE), known)
                hint = hint or "; keep it with `into`, `set` or `keep`"
                yield f"nothing keeps `{step.by}`{hint}", ("by",)
            return
        codes = tuple(code for way in ways for code in way.codes)
        possible = codes if {way.holds for way in ways} == {Holds.CODE} else None
    else:
        asked = flow.step(step.by)
        if asked is None:
            return
        possible = scale_options(asked) if asked.kind == SCALE.code else asked.options
        possible = possible if asked.kind in _ONE_OF_OPTIONS | {SCALE.code} else None
    takes_all = ""
    for case in step.goto:
        if takes_all and case != MISSING:
            message = f"`{case}` comes after `{takes_all}`, which takes every answer; put it before"
            yield message, ("goto", case)
        elif case == GIVEN:
            takes_all = case
        elif case != MISSING and (message := _never(case, step.by, possible)):
            yield message, ("goto", case)


def _never(case: str, by: str, possible: tuple[str, ...] | None) -> str:
    """Why no answer is ever `case`, or ""."""
    bounds = _RANGE.fullmatch(case)
    if bounds and bounds[1] and bounds[2] and int(bounds[1]) > int(bounds[2]):
        return f"the range `{case}` is the wrong way round; write `{bounds[2]}-{bounds[1]}`"
    if not possible or case in possible:
        return ""
    if bounds and any(_is_in(bounds, one) for one in possible):
        return ""
    hint = did_you_mean(case, possible) or f"; there are {listed(possible)}"
    return f"no answer to `{by}` is `{case}`{hint}"


def _is_in(bounds: re.Match[str], one: str) -> bool:
    return (
        one.isdigit()
        and (not bounds[1] or int(one) >= int(bounds[1]))
        and (not bounds[2] or int(one) <= int(bounds[2]))
    )


def _kept(flow: BuiltFlow, placed: PlacedStep) -> Iterator[Finding]:
    """Of a step that keeps something in the profile: whether the documents can read it so."""
    step = placed.step
    field = "into" if step.into is not None else "list" if step.kind == "keep" else "name"
    name = step.into or step.name
    if name is None or step.forget is not None:
        return
    known = BUILT_IN.get(name)
    if known is None:
        hint = did_you_mean(name, BUILT_IN) if name.startswith(_OF_THE_PROGRAM) else ""
        if hint:
            message = f"the program reads no `{name}`{hint} Begin a name of your own otherwise"
            line = flow.document.line(*placed.place, field)
            yield Finding(flow.document.path, line, message, Severity.WARNING)
        return
    if step.kind == "keep":
        yield from _records(flow, placed, name, known)
        return
    ways = tuple(stored_by(step, flow.flow))
    message = _unfit(name, known, ways)
    if message:
        yield flow.document.problem(message, *placed.place, field)


def _unfit(name: str, known: Held, ways: Iterable[Held]) -> str:
    for held in ways:
        if known.holds in _INSTEAD and held.holds != known.holds and not _is_fit(held, known):
            return f"`{name}` is {_INSTEAD[known.holds]}"
        if known.holds is Holds.CODE and not set(held.codes) <= set(known.codes):
            return f"`{name}` is one of {listed(known.codes)}"
        if known.holds is Holds.CODE and not held.codes:
            return f"`{name}` is one of {listed(known.codes)}; use a `set` step"
    return ""


def _is_fit(held: Held, known: Held) -> bool:
    """A fixed value may be a number."""
    return known.holds is Holds.NUMBER and bool(held.codes) and all(c.isdigit() for c in held.codes)


def _records(flow: BuiltFlow, placed: PlacedStep, name: str, known: Held) -> Iterator[Finding]:
    if known.holds is not Holds.LINES:
        message = f"`{name}` is no list; keep it with `into`, or choose another name"
        yield flow.document.problem(message, *placed.place, "list")
    for field in placed.step.record if name in RECORD_FIELDS else ():
        fields = RECORD_FIELDS[name]
        if field not in fields:
            hint = did_you_mean(field, fields) or f"; there are {listed(fields)}"
            message = f"records of `{name}` have no `{field}`{hint}"
            yield flow.document.problem(message, *placed.place, "record", field)
