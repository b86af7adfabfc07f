"""Every single message: its key and the placeholders it may use, with samples for the check.

All participant texts may also use `participant.first_name`, `caseworker.first_name` and
`office.name`; all notices `office.name`, and mails `staff.first_name`.
"""

from __future__ import annotations

from collections.abc import Mapping

# Values are samples: the content check renders every text in every language with them.
Samples = Mapping[str, object]

_SESSION: Samples = {
    "session_day": "tirsdag 3. mars",
    "session_time": "10:00",
    "theme": "Arbeidslivets spilleregler",
    "place": "Nav Røros",
}

MESSAGE_CONTEXTS: Mapping[str, Samples] = {
    # First contact. Unknown people have no caseworker: these use no placeholders but office.name.
    "onboarding.ask_for_code": {},
    "onboarding.code_not_recognised": {},  # wrong, used and expired alike
    "onboarding.try_later": {"minutes": 15},
    "onboarding.choose_language": {},  # one text in three languages
    "onboarding.welcome": {},  # who is behind the bot, what is stored; then yes / no / tell me more
    "onboarding.more": {},  # the longer explanation
    "onboarding.started": {},  # after yes: what happens now, the menu is below
    "onboarding.declined": {},  # after no: the same follow-up another way
    "onboarding.welcome_back": {},  # /start again by a bound person
    "onboarding.returned": {},  # somebody who had left begins again
    "onboarding.someone_elses_code": {},  # a bound person opened another invitation
    "onboarding.changed_mind": {},  # a declined person writes again: offers to begin
    "onboarding.moved_here": {},  # a new code bound this account
    "onboarding.moved_away": {},  # to the old account, so that a stolen code is noticed
    # The menu (reply keyboard labels: short, at most 24 characters) and what it opens.
    "menu.week": {},
    "menu.course": {},
    "menu.help": {},
    "menu.pause": {},
    "menu.settings": {},
    "menu.my_data": {},
    "menu.leave": {},
    "menu.erase": {},
    "menu.shown": {},
    # My week.
    "week.heading": {},
    "week.line": {**_SESSION, "answer": ""},  # one session; `answer` is "" or what was answered
    "week.nothing": {},
    "week.calendar_caption": {},
    # Sessions and one-person appointments.
    "session.reminder": {**_SESSION, "when": "i morgen"},  # evening before; `when` is "when.*"
    "session.reminder_soon": {**_SESSION, "hours": 2},
    # Six days ahead or more, and two to five; of sessions and appointments alike.
    "session.reminder_week_before": {**_SESSION, "days": 7},
    "session.reminder_days_before": {**_SESSION, "days": 3},
    "appointment.reminder": {**_SESSION, "when": "i morgen"},
    "appointment.reminder_soon": {**_SESSION, "hours": 2},
    # One more sentence below a reminder: the plan they made (bot/domain/plan.py).
    "session.plan_line": {
        "plan_who": "Prøvebakeriet",
        "plan_on": "2026-03-05",  # "" once the day is past
        "when": "",  # "when.today", "when.tomorrow", or "" for any other day
        "is_far": False,  # so far ahead that a weekday alone could be the wrong one
        "plan_at": "10:00",  # their own words, or ""
        "is_clock": True,  # whether the filter `time` can read them
    },
    "session.answered_coming": _SESSION,
    "session.answered_late": _SESSION,
    "session.answered_cannot": _SESSION,
    "session.answered_call_me": {**_SESSION, "act_by": "i dag kl. 14.30"},
    "session.moved": {**_SESSION, "old_day": "tirsdag 3. mars", "old_time": "10:00"},
    "session.cancelled": _SESSION,
    "session.planned": _SESSION,  # a session or appointment that came after the plan was told
    "session.over": {},  # tapped an answer after the session
    "session.missed": _SESSION,  # first miss without reply; friendly, no blame
    "session.missed_ok": {},
    "when.today": {},
    "when.tomorrow": {},
    # The course.
    "course.offer": {"title": "Arbeidslivets spilleregler", "lessons": 5},
    "course.progress": {"title": "Arbeidslivets spilleregler", "done": 2, "lessons": 5},
    "course.waiting": {
        "title": "Arbeidslivets spilleregler",
        "wake_day": "torsdag 5. mars kl. 10.00",
    },
    "course.nothing": {},
    "course.all_done": {"title": "Arbeidslivets spilleregler"},
    "course.set_aside": {},  # bound on failed answers reached: we go on another time
    # Inputs to an open question that did not fit.
    "run.tap_a_button": {},
    "run.too_long": {"max_chars": 500},
    "run.empty": {},
    "run.not_words": {},  # a photo, voice message or sticker where words were asked for
    "run.try_again": {},  # a quiz with a second try whose author wrote no hint
    "run.number_wanted": {},  # no number, where one was asked for
    "run.number_out_of_range": {"lowest": 0, "highest": 9999, "unit": "kroner"},  # or "none", ...
    "run.number_whole": {},
    "run.date_wanted": {},  # no day that we understand
    "run.date_upcoming": {},  # a day that was, where one to come was asked for
    "run.date_past": {},  # the other way round
    "run.choose_at_least": {"at_least": 2},
    "run.choose_at_most": {"at_most": 3},
    "run.file_wanted": {},
    "run.photo_wanted": {},
    "run.long_text_more": {},  # asks on after each piece of a longer text; the button is "done"
    "run.upload_received": {},
    "run.file_too_large": {"megabytes": 20},
    "run.first_file_kept": {},  # of several sent together, where there is room for one
    # Files made for them: what stands below each, and what is said when there is none.
    "document.cv": {},
    "document.letter": {},
    "document.budget": {},
    "document.progress": {},
    "document.certificate": {},
    "document.failed": {},
    "document.too_many": {},  # as many as we make in a day
    "document.shortened": {},  # the one page holds less than was told
    "document.signs_missing": {"signs": "😀 ✓"},  # no font of ours has them
    # Check-ins.
    "check_in.nudge": {},  # stands in front of the question, which greets
    # Help and danger. The card is fixed: 113, 116 117, 116 123.
    "help.opened": {"act_by": "i dag kl. 14.30"},
    "help.opened_closed": {
        "opens": "mandag 9. mars kl. 08.00",
        "act_by": "mandag 9. mars kl. 12.00",
    },
    "help.already_open": {"act_by": "i dag kl. 14.30"},
    "danger.card": {},
    # Words and media that answer nothing.
    "free_text.received": {},
    "free_text.received_closed": {"opens": "mandag 9. mars kl. 08.00"},
    "free_text.media": {},
    "free_text.before_yes": {},
    "free_text.edited_own": {},  # of an answer that is theirs alone
    "free_text.edited": {},
    # Pause.
    "pause.choose": {},
    "pause.paused": {"until": "mandag 16. mars"},
    "pause.still_paused": {"until": "mandag 16. mars"},
    "pause.over": {},
    "pause.resumed": {},
    # Settings.
    "settings.shown": {"language": "bokmål", "hour": "10:00", "fewer": False},
    "settings.choose_language": {},
    "settings.language_set": {},
    "settings.choose_hour": {},
    "settings.hour_set": {"hour": "10:00"},
    "settings.fewer_on": {},
    "settings.fewer_off": {},
    # What you know about me.
    "my_data.summary": {
        "full_name": "Amina Eksempel",
        "language": "bokmål",
        "cohort": "Vårkurset",  # "" without one
        "session_count": 10,
        "message_count": 24,
        "free_text_count": 3,
        "check_in_count": 4,
        "open_cases": 0,
    },
    "my_data.delete_cv": {},  # asks whether they are sure; then "confirm_delete" or "cancel"
    "my_data.cv_deleted": {},
    "my_data.delete_budget": {},
    "my_data.budget_deleted": {},
    "my_data.delete_plan": {},
    "my_data.plan_deleted": {},
    # Leave and erase.
    "leave.confirm": {},
    "leave.done": {},
    "leave.kept": {},
    "erase.confirm": {},
    "erase.done": {},
    "erase.kept": {},
    # Declined or left, and writes all the same; then the button "begin".
    "gone.nobody_reads": {},
    # From and about people.
    "case.seen": {"seen_by": "Kari"},
    "staff.message": {"sender": "Kari", "text": "Hei! Passer det at jeg ringer i dag?"},
    "enrolment.ended": {"programme": "Jobbkurset"},
    # The rest.
    "question.old": {},  # tapped a button of a question that is answered or over
    "question.asked_again": {},  # after an outage: we were away, here is the question once more
    "group.private_only": {},  # said once in a group
    "command.unknown": {},
    # Button labels (plain text, short: at most 30 characters).
    "button.show_menu": {},  # what the command /menu does, beside it in the phone's list
    "button.yes": {},
    "button.no": {},
    "button.more": {},
    "button.begin": {},
    "button.language_nb": {},
    "button.language_nn": {},
    "button.language_en": {},
    "button.coming": {},
    "button.late": {},
    "button.cannot": {},
    "button.call_me": {},
    "button.calendar": {},
    "button.map": {},
    "button.im_ok": {},
    "button.need_help": {},
    "button.pause_me": {},
    "button.start_course": {},
    "button.go_on": {},
    "button.later": {},
    "button.skip": {},
    "button.done": {},  # after several choices, or a longer text
    "button.start_over": {},  # a ranking, from the first
    "button.course_picture": {},  # how far they have come, as a picture
    "button.send_cv": {},
    "button.send_letter": {},
    "button.send_budget": {},
    "button.delete_cv": {},
    "button.delete_plan": {},
    "button.delete_budget": {},
    "button.confirm_delete": {},
    "button.pause_week": {},
    "button.pause_two_weeks": {},
    "button.pause_month": {},
    "button.resume": {},
    "button.keep_pause": {},
    "button.change_language": {},
    "button.change_hour": {},
    "button.fewer": {},
    "button.more_messages": {},
    "button.hour_morning": {},  # 09:00
    "button.hour_midday": {},  # 12:00
    "button.hour_afternoon": {},  # 15:00
    "button.hour_evening": {},  # 18:00
    "button.confirm_leave": {},
    "button.confirm_erase": {},
    "button.cancel": {},
}

_GROUP: Samples = {
    "count": 1,
    "act_by": "i dag kl. 14.30",
    "link": "https://console.example/cases/7",
}

# Mails to staff: a subject and a body each. Never names or contents of participants.
NOTICE_CONTEXTS: Mapping[str, Samples] = {
    "case.subject": {"count": 1, "reason": "help"},  # `reason` only chooses the wording
    "case.body": {
        "count": 1,
        "link": "https://console.example/cases/7",
        "act_by": "i dag kl. 14.30",
    },
    "case_moved.subject": {"count": 1},  # the case came to you from somebody else, or to the queue
    "case_moved.body": {"count": 1, "link": "https://console.example/cases/7", "in_queue": False},
    "case_reminder.subject": {"count": 1, "number": 2},  # repeated, labelled
    "case_reminder.body": {"count": 1, "number": 2, "link": "https://console.example/cases/7"},
    "digest.subject": {"count": 3},
    "digest.body": {"count": 3, "link": "https://console.example/cases"},
    "participant_answered.subject": {},
    "participant_answered.body": {"link": "https://console.example/cases/7"},
    "declined.subject": {},
    "declined.body": {"link": "https://console.example/participants/7"},
    "left.subject": {},
    "left.body": {"link": "https://console.example/participants/7"},
    "erased.subject": {},
    "erased.body": {},  # whose page is gone with the rest
    "returned.subject": {},  # had said no or left, and begins
    "returned.body": {"link": "https://console.example/participants/7"},
    "new_text.subject": {"count": 1},
    "new_text.body": {"count": 1, "link": "https://console.example/participants/7"},
    "login.subject": {},
    "login.body": {"link": "https://console.example/login/abc", "minutes": 30},
    "operations.subject": {},  # to coordinators: something in the installation needs a look
    "operations.body": {"sentence": "Oppdatering 4711 kunne ikke behandles."},
    # Lines in an office's staff group, one each; several people read them, so they name nobody.
    "group.case": {**_GROUP, "reason": "help"},  # `reason` only chooses the wording
    "group.case_moved": {**_GROUP, "reason": "help", "in_queue": False},
    "group.case_reminder": {**_GROUP, "reason": "help", "number": 2},
    "group.digest": {"count": 3, "link": "https://console.example/cases"},
    "group.linked": {},  # the bot's answer to /link CODE
    "group.code_refused": {},  # wrong, used and expired alike
    "group.taken": {},  # another office has this group
    "group.try_later": {"minutes": 15},
}
