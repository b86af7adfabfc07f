"""The buttons below a question of a run: their words, their ticks, and how they lie in rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.flows import Step
from bot.domain.people import Participant
from bot.domain.run_events import Buttons
from bot.domain.steps.choose_several import SEPARATOR
from bot.domain.steps.date import DATE
from bot.domain.steps.rank import RANK
from bot.domain.steps.scale import SCALE
from bot.domain.time_words import day_in_words
from bot.services.ports import PackPort, UnitOfWork

TICK = "✓"
# As many as a narrow phone shows without cutting words off.
IN_A_ROW = {SCALE.code: 6, DATE.code: 2}
LONGEST_IN_A_ROW = 3  # a labelled end of a scale takes a row of its own

Labels = list[tuple[str, str]]


def option_labels(
    pack: PackPort, flow_key: str, step: Step, options: Sequence[str], language: str
) -> Labels:
    """Option and its words, in the order of the buttons. Raises TextFailed."""
    if step.kind == DATE.code:
        return [(o, day_in_words(date.fromisoformat(o), language=language)) for o in options]
    return [(o, pack.option_label(flow_key, step.key, o, language)) for o in options]


def answered_words(
    pack: PackPort, flow_key: str, step: Step, option: str, value: str, language: str
) -> str:
    """What the phone shows as the answer once `option` was tapped and `value` is kept.

    The last tap of a ranking settles all of it. Raises TextFailed.
    """
    if step.kind != RANK.code:
        return option_labels(pack, flow_key, step, [option], language)[0][1]
    labels = option_labels(pack, flow_key, step, value.split(SEPARATOR), language)
    return ", ".join(f"{place}. {label}" for place, (_, label) in enumerate(labels, 1))


def extra_labels(uow: UnitOfWork, participant: Participant, buttons: Buttons) -> Labels:
    """The general buttons, in the words of the office's content of today."""
    pack = uow.pack(participant.office_id)
    return [(code, pack.label(f"button.{code}", participant.language)) for code in buttons.extra]


def button_rows_of(
    uow: UnitOfWork,
    participant: Participant,
    pack: PackPort,
    flow_key: str,
    step: Step,
    buttons: Buttons,
) -> list[Labels]:
    """Rows of (option, label)."""
    labels = option_labels(pack, flow_key, step, buttons.options, participant.language)
    ticked = [(option, _marked(option, label, buttons)) for option, label in labels]
    width = IN_A_ROW.get(step.kind, 1)
    if step.kind == SCALE.code and any(len(label) > LONGEST_IN_A_ROW for _, label in ticked):
        width = 1
    rows = [ticked[at : at + width] for at in range(0, len(ticked), width)]
    return [*rows, *([extra] for extra in extra_labels(uow, participant, buttons))]


def _marked(option: str, label: str, buttons: Buttons) -> str:
    if option not in buttons.marked:
        return label
    sign = f"{buttons.marked.index(option) + 1}." if buttons.ranked else TICK
    return f"{sign} {label}"
