"""One file per kind of step a flow can hold, and the tuple that lists them."""

from collections.abc import Mapping

from bot.domain.steps.back import BACK
from bot.domain.steps.branch import BRANCH
from bot.domain.steps.choose import CHOOSE
from bot.domain.steps.choose_several import CHOOSE_SEVERAL
from bot.domain.steps.date import DATE
from bot.domain.steps.document import DOCUMENT
from bot.domain.steps.finish import FINISH
from bot.domain.steps.hand_over import HAND_OVER
from bot.domain.steps.keep import KEEP
from bot.domain.steps.kind import StepKind
from bot.domain.steps.long_text import LONG_TEXT
from bot.domain.steps.module import MODULE
from bot.domain.steps.number import NUMBER
from bot.domain.steps.quiz import QUIZ
from bot.domain.steps.rank import RANK
from bot.domain.steps.remind_later import REMIND_LATER
from bot.domain.steps.review import REVIEW
from bot.domain.steps.say import SAY
from bot.domain.steps.scale import SCALE
from bot.domain.steps.set_value import SET
from bot.domain.steps.short_text import SHORT_TEXT
from bot.domain.steps.upload import UPLOAD
from bot.domain.steps.wait import WAIT

STEP_KINDS: tuple[StepKind, ...] = (
    SAY,
    CHOOSE,
    CHOOSE_SEVERAL,
    RANK,
    SCALE,
    NUMBER,
    DATE,
    SHORT_TEXT,
    LONG_TEXT,
    UPLOAD,
    QUIZ,
    REVIEW,
    BRANCH,
    BACK,
    WAIT,
    REMIND_LATER,
    MODULE,
    SET,
    KEEP,
    DOCUMENT,
    HAND_OVER,
    FINISH,
)

KINDS_BY_CODE: Mapping[str, StepKind] = {kind.code: kind for kind in STEP_KINDS}
