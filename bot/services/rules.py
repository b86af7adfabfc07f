"""Every rule that fires by time, and the function that fires it: the ticker loops over this table."""

from __future__ import annotations

from collections.abc import Mapping

from bot.services.attendance import fire_missed_session
from bot.services.check_ins import check_in_given_up, fire_check_in
from bot.services.course import fire_module_offer
from bot.services.enrolment_end import fire_enrolment_end
from bot.services.occurrences import GivenUp, ReadAhead, Rule
from bot.services.pause import fire_pause_over
from bot.services.run_wakes import fire_run_wake
from bot.services.session_reminders import fire_session_reminder, read_ahead_of_reminders
from bot.services.silence import fire_never_started, fire_no_sign_of_life

RULES: Mapping[str, Rule] = {
    "session_reminder": fire_session_reminder,
    "check_in": fire_check_in,
    "module_offer": fire_module_offer,
    "run_wake": fire_run_wake,
    "missed_session": fire_missed_session,
    "pause_over": fire_pause_over,
    "enrolment_end": fire_enrolment_end,
    "never_started": fire_never_started,
    "no_sign_of_life": fire_no_sign_of_life,
}

# What several of one rule, fired together, had better read in one go.
READ_AHEAD: Mapping[str, ReadAhead] = {
    "session_reminder": read_ahead_of_reminders,
}

# Rules of which each firing plans the next one: a chain must not end with one that was dropped.
WHEN_GIVEN_UP: Mapping[str, GivenUp] = {
    "check_in": check_in_given_up,
}
