"""The domain's refusals in the words of the person at the console."""

from __future__ import annotations

import re

from bot.web.words import Words

# How a sentence of the domain begins or reads -> the words for it.
KNOWN: tuple[tuple[str, str], ...] = (
    (r"This case has changed since", "refused.stale"),
    (r"Somebody changed the case", "refused.stale"),
    (r"Somebody changed the session", "refused.stale_session"),
    (r"This case is closed already", "refused.closed"),
    (r"You have taken this case already", "refused.taken_by_you"),
    (r"A colleague has taken this case", "refused.taken"),
    (r"Only people who work at this office can change", "refused.not_here"),
    (r"A case of this reason cannot be put off", "refused.no_snooze"),
    (r"Only the colleague who has taken this case can put it off", "refused.snooze_others"),
    (r"You are registered as away", "refused.away"),
    (r"This case is with the whole team already", "refused.in_queue"),
    (r"This case is with that colleague already", "refused.with_colleague"),
    (r"Only people who work at this office can be given", "refused.colleague_gone"),
    (r"That colleague is away", "refused.colleague_away"),
    (r"Please say how you tried", "refused.say_how"),
    (r"Please say how you were in contact", "refused.say_how"),
    (r"Please say what came of it", "refused.say_result"),
    (r".* must lie in the future", "refused.future"),
    (r".* can be at most .* away", "refused.too_far"),
    (r"Write something first", "refused.no_words"),
    (r"The message has (?P<chars>\d+) characters and may have (?P<most>\d+)", "refused.too_long"),
    (r"The participant does not use the bot", "refused.no_bot"),
    (r"The participant was erased", "refused.erased"),
    (r"The session was cancelled", "refused.session_cancelled"),
    (r"Session \d+ is cancelled", "refused.session_cancelled"),
    (r"The session has not begun", "refused.not_begun"),
    (r"The session has begun", "refused.begun"),
    (r"A session must end after", "refused.end_first"),
    (r"That moment is over", "refused.over"),
    (r"Participant \d+ does not belong", "refused.not_in_session"),
    (r"Only coordinators can switch the staff group off", "refused.group_coordinators"),
)


def in_words(sentence: str, words: Words) -> str:
    """The refusal in the person's language; a sentence nobody has put into words goes as it is."""
    for pattern, key in KNOWN:
        found = re.match(pattern, sentence)
        if found is not None:
            return words(key, **found.groupdict())
    return sentence
