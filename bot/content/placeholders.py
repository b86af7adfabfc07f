"""Which placeholders each text may use, and which texts are labels rather than messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from bot.content.message_contexts import MESSAGE_CONTEXTS, NOTICE_CONTEXTS

FOR_PARTICIPANTS = frozenset({"participant.first_name", "caseworker.first_name", "office.name"})
FOR_STAFF = frozenset({"staff.first_name", "office.name"})

# Said to people we do not know yet: there is no name and no caseworker to fill in.
TO_STRANGERS = frozenset(
    {
        "onboarding.ask_for_code",
        "onboarding.code_not_recognised",
        "onboarding.try_later",
        "group.private_only",
    }
)
# Plain words on buttons and in the menu, or dropped into other messages.
LABEL_GROUPS = ("button.", "menu.", "when.")
NOT_LABELS = frozenset({"menu.shown"})
BUTTON_MAX_CHARS = 30
MENU_MAX_CHARS = 24


def is_label(key: str) -> bool:
    return key.startswith(LABEL_GROUPS) and key not in NOT_LABELS


def label_max_chars(key: str) -> int:
    return MENU_MAX_CHARS if key.startswith("menu.") else BUTTON_MAX_CHARS


@cache
def of_message(key: str) -> frozenset[str]:
    """The placeholders message `key` may use; its own and those of every participant text."""
    if is_label(key):
        return frozenset()
    common = frozenset({"office.name"}) if key in TO_STRANGERS else FOR_PARTICIPANTS
    return common | dotted(MESSAGE_CONTEXTS.get(key, {}))


@cache
def of_notice(key: str) -> frozenset[str]:
    # A group is many people, and not the console: nobody is spoken to by name there.
    common = frozenset({"office.name"}) if is_for_group(key) else FOR_STAFF
    return common | dotted(NOTICE_CONTEXTS.get(key, {}))


def is_for_group(key: str) -> bool:
    """Whether a notice is a line in a staff group rather than a mail."""
    return key.startswith("group.")


def dotted(values: Mapping[str, object]) -> frozenset[str]:
    """Flatten a nested mapping into names as templates write them: `participant.first_name`."""
    return frozenset(_dotted(values, ""))


def _dotted(values: Mapping[str, object], before: str) -> Iterable[str]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _dotted(value, f"{before}{name}.")
        else:
            yield f"{before}{name}"
