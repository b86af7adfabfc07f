"""One file per kind of step a flow can hold, and the tuple that lists them."""

from collections.abc import Mapping

from bot.domain.steps.choose import CHOOSE
from bot.domain.steps.finish import FINISH
from bot.domain.steps.kind import StepKind
from bot.domain.steps.quiz import QUIZ
from bot.domain.steps.say import SAY
from bot.domain.steps.short_text import SHORT_TEXT
from bot.domain.steps.wait import WAIT

STEP_KINDS: tuple[StepKind, ...] = (SAY, CHOOSE, QUIZ, SHORT_TEXT, WAIT, FINISH)

KINDS_BY_CODE: Mapping[str, StepKind] = {kind.code: kind for kind in STEP_KINDS}
