"""Benchmark 9: what a text costs to render, and a large pack to load."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

import yaml
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from benchmarks.how import How
from benchmarks.many_lessons import LESSONS, pack_of_many_lessons
from benchmarks.table import NO_DATABASE, Line, median
from bot.content.filters import FILTERS_BY_LANGUAGE
from bot.content.loading import load_files
from bot.content.pack import Pack

RENDERINGS = 2_000
FLOW, STEP = "module:module_1", "lesson_1.intro"
CONTEXT: Mapping[str, object] = {
    "participant": {"first_name": "Amina"},
    "caseworker": {"first_name": "Kari"},
    "office": {"name": "Nav Eksempelby"},
    "profile": {"plan_on": "2026-03-12"},
}


def measure(how: How) -> list[Line]:
    files = pack_of_many_lessons()
    with _garbage_as_in_the_program():
        rendering = _rendering(load_files(files), turns=15 if how.is_full else 9)
        return [rendering, *_loading(files, how)]


def _rendering(pack: Pack, *, turns: int) -> Line:
    """Two placeholders and one filter; the bare environment has the same filter."""
    source = pack.texts.flows[FLOW]["nb"].steps[STEP].text
    assert source is not None
    assert source.count("{{") == 3
    bare = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    bare.filters["date"] = FILTERS_BY_LANGUAGE["nb"]["date"]
    template = bare.from_string(source)
    assert pack.flow_text(FLOW, STEP, "text", "nb", CONTEXT) == template.render(CONTEXT).strip()
    ours, theirs = [], []
    for _ in range(turns):
        ours.append(_seconds(lambda: pack.flow_text(FLOW, STEP, "text", "nb", CONTEXT), RENDERINGS))
        theirs.append(_seconds(lambda: template.render(CONTEXT), RENDERINGS))
    return Line(
        "9 rendering a published text, two placeholders and a date",
        NO_DATABASE,
        median(ours) / RENDERINGS * 1e6,
        "µs",
        "Jinja2's ImmutableSandboxedEnvironment, the template kept",
        median(theirs) / RENDERINGS * 1e6,
        less_is_better=True,
    )


def _loading(files: Mapping[str, str], how: How) -> list[Line]:
    """Reading, judging and building the whole pack, beside reading the YAML alone."""
    loaders: dict[str, type] = {"PyYAML's loader in Python": yaml.SafeLoader}
    if hasattr(yaml, "CSafeLoader"):
        loaders["PyYAML's loader with libyaml"] = yaml.CSafeLoader
    ours: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in loaders}
    for _ in range(7 if how.is_full else 3):
        ours.append(_seconds(lambda: load_files(files)))
        for name, loader in loaders.items():
            theirs[name].append(_seconds(partial(_parse, files, loader)))
    return [
        Line(
            f"9 loading a pack of {LESSONS} lessons in three languages",
            NO_DATABASE,
            median(ours),
            "s",
            f"{name}, the YAML alone",
            median(seconds),
            less_is_better=True,
        )
        for name, seconds in theirs.items()
    ]


@contextmanager
def _garbage_as_in_the_program() -> Iterator[None]:
    """Look for garbage as seldom as `tettpa run` does (bot/commands/running.py)."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _parse(files: Mapping[str, str], loader: type) -> None:
    for text in files.values():
        yaml.load(text, Loader=loader)


def _seconds(work: Callable[[], object], times: int = 1) -> float:
    began = time.perf_counter()
    for _ in range(times):
        work()
    return time.perf_counter() - began
