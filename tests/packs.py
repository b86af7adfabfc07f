"""Content packs read once per run: parsing the same files anew takes longer than most tests."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from unittest.mock import patch

from bot.content import loading
from bot.content.assembling import Parts
from bot.content.findings import Finding
from bot.content.pack import Pack

MOST = 64  # the packs that tests come back to; those of hypothesis are met once
_Known = tuple[frozenset[tuple[str, str]], bool]


@contextmanager
def read_once() -> Iterator[None]:
    """Give whoever loads files that were loaded before the pack that came of them then.

    Packs never change; what a folder or a version holds is still read each time, and a pack that
    is refused is judged anew.
    """
    read = loading._loaded
    packs: OrderedDict[_Known, Pack] = OrderedDict()

    def loaded(
        files: Mapping[str, str],
        unreadable: tuple[Finding, ...],
        *,
        stand_ins: Parts | None = None,
    ) -> Pack:
        if unreadable:
            return read(files, unreadable, stand_ins=stand_ins)
        known = frozenset(files.items()), stand_ins is None
        if known not in packs:
            packs[known] = read(files, unreadable, stand_ins=stand_ins)
            if len(packs) > MOST:
                packs.popitem(last=False)
        packs.move_to_end(known)
        return packs[known]

    with patch.object(loading, "_loaded", loaded):
        yield
