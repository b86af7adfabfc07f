"""Mistakes in module files, one for each way a kind of step goes wrong, each told at its line."""

import pytest

from tests.content.broken import broken, said_of
from tests.content.every_kind_pack import STEPS

WAIT = "until: session_start, session: 1"
RECORD = "title: what, place: place"


def step(case: str, old: str, new: str, *says: str, below: int = 0) -> object:
    return broken(case, STEPS, old, new, *says, below=below)


QUESTIONS = [
    step("scale without ends", "from: 1, to: 5, escalate", "escalate", "needs 'from' and 'to'"),
    step("scale of thirty", "to: 5", "to: 30", "11 values at most"),
    step("scale from above to", "from: 1, to: 5", "from: 5, to: 1", "lower to a higher"),
    step("scale of words", "from: 1", "from: one", "`from` must be a whole number"),
    step("number outside a scale", '{"1": help}', '{"9": help}', "escalate names '9'"),
    step("reason that is none", '{"1": help}', '{"1": halp}', "did you mean `help`?"),
    step("number from above to", "from: 0, to: 400", "from: 400, to: 0", "must be below its 'to'"),
    step("unknown unit", "unit: kroner", "unit: NOK", "no unit 'NOK'", "kroner, percent"),
    step("too many decimals", "decimals: 2", "decimals: 5", "`decimals` must be 2 or less"),
    step("unknown days", "dates: upcoming", "dates: future", "any, upcoming, past"),
    step("no room for words", "max_chars: 500", "max_chars: 0", "`max_chars` must be 1 or more"),
    step("listening for nonsense", '"2 days"', "long", '"long" is not a duration', '"1 day"'),
    step("misspelt field", "listens_for", "listen_for", "did you mean `listens_for`?"),
    step("upload of nothing", ", takes: [photo, file]", "", "needs 'takes': photo, file, or both"),
    step("upload of a kind that is none", "[photo, file]", "[picture]", "takes photo or file"),
    step("one instead of a list", "[photo, file]", "photo", "`takes: [photo]`"),
    step("a row of words", "[till, store, yard]", "till store yard", "`options: [till, store, yard]`"),
    step("second try of neither", "second_try: true", "second_try: maybe", "true or false"),
    step("quiz with nothing right", "right: week, ", "", "needs 'right'"),
    step("more than there are", "at_most: 2", "at_most: 5", "at_most", "number of options"),
    step("at least above at most", "at_least: 1", "at_least: 3", "at_least not above at_most"),
    step("one option to rank", "[pay, people, hours]", "[pay]", "at least 2 options"),
    step("option twice", "[pay, people, hours]", "[pay, people, pay]", "give each a name"),
    step("a button's name", "[pay, people, hours]", "[skip, people, hours]", "something else"),
    step("option with a blank", "[pay, people, hours]", "[Pay day, people]", "a-z, 0-9 and _"),
    step("options on a finish", "{key: end, kind: finish}", "{key: end, kind: finish, options: [a]}",
         "A finish step takes no 'options'; remove it"),
]  # fmt: skip

WAYS = [
    step("branch to nowhere", '"1-2": later', '"1-2": latr', "did you mean `about.later`?"),
    step("branch to another lesson", "given: jobs.what", "given: what",
         "did you mean `jobs.what`?"),
    step("range in words", '"1-2": later', '"1 to 2": later', "no range such as '1-3'"),
    step("range turned round", '"1-2": later', '"2-1": later', "write `1-2`"),
    step("range that never comes", '"1-2": later', '"7-9": later', "no answer to `about.mood`",
         "`1`, `2`, `3`, `4` and `5`"),
    step("case that never comes", 'by: mood, goto: {"1-2"', "by: tasks, goto: {tilll",
         "did you mean `till`?"),
    step("case behind all others", '{"1-2": later, given: jobs.what}',
         '{given: jobs.what, "1-2": later}', "`1-2` comes after `given`", "put it before"),
    step("branch without by", "by: mood, ", "", "needs 'by': an earlier step"),
    step("branch without goto", ', goto: {"1-2": later, given: jobs.what}', "", "needs 'goto'"),
    step("by a step that is not there", "by: mood", "by: moood", "did you mean `about.mood`?"),
    step("by a step that asks nothing", "by: mood", "by: hello", "asks nothing; name a question"),
    step("by a later step", "by: mood", "by: jobs.what", "is asked only later", "earlier one"),
    step("by what is in the profile", "by: mood", "by: nick", "write 'profile.nickname'"),
    step("by what nobody keeps", "by: mood", "by: profile.shoes", "keep it with `into`"),
    step("by a misspelt name", "by: mood", "by: profile.nicknam", "did you mean `nickname`?"),
    step("by no name", "by: mood", "by: profile.Nick Name", "cannot be a name", "a-z, 0-9"),
    step("goto nowhere", "{another: what}", "{another: waht}", "did you mean `jobs.what`?"),
    step("goto of no option", "{another: what}", "{anothr: what}", "did you mean `another`?"),
    step("review that never goes on", "[nick, jobs, good]", "[nick, jobs]", "must go on"),
    step("again to what asks nothing", "{nick: about.nick}", "{nick: about.hello}",
         "which asks nothing; name a question"),
    step("again without the lesson", "{nick: about.nick}", "{nick: nick}",
         "did you mean `about.nick`?"),
    step("again and goto", "{nick: about.nick}", "{nick: about.nick, jobs: about.nick}",
         "keep one"),
    step("a part that never comes back", "{jobs: what}", "{jobs: end}", "with a `back` step"),
    step("a step nobody comes to", "{another: what}", "{another: what, enough: look}",
         "nothing leads to step `done`", "lead there with `goto`", below=1),
    step("a circle that asks nothing", "{key: ring, kind: hand_over, reason: help}",
         "{key: ring, kind: branch, by: more, goto: {given: make}}",
         "`jobs.make` → `jobs.ring` → `jobs.make`", "ask in between", below=-1),
    step("unknown kind", "kind: back", "kind: bakc", "did you mean `back`?"),
]  # fmt: skip

PAUSES_AND_RESULTS = [
    step("until nonsense", WAIT, "until: nonsense", "write a time or monday, tuesday"),
    step("until a session that is not", WAIT, "until: session_start, session: 9",
         "the plan has 2"),
    step("until a time that is none", WAIT, 'until: monday, at: "25:00"', 'write it as "10:00"'),
    step("session on a weekday", WAIT, "until: monday, session: 1", "session_start or session_end"),
    step("for and until", WAIT, 'for: "1 day", until: monday', "either 'for' or 'until'"),
    step("for in Norwegian", WAIT, 'for: "1 dag"', "a whole number and a unit"),
    step("for too long", WAIT, 'for: "400 days"', "a year at most: 365 days"),
    step("wait for nothing", f", {WAIT}", "", "needs 'for': how long"),
    step("until an answer to what", ', of: "check_in:weekly"', "", "needs 'of'"),
    step("an answer of no flow", '"check_in:weekly"', '"check_in:weakly"',
         "did you mean `check_in:weekly`?"),
    step("half a flow's name", '"check_in:weekly"', "weekly", "write `check_in:weekly`"),
    step("an answer of itself", '"check_in:weekly"', '"module:plans"', "name another one"),
    step("remind later without after", ', after: {tomorrow: "1 day"}', "", "needs 'after'"),
    step("after no option", '{tomorrow: "1 day"}', '{tomorow: "1 day"}',
         "did you mean `tomorrow`?"),
    step("after nonsense", '{tomorrow: "1 day"}', "{tomorrow: soon}", '"soon" is not a duration'),
    step("module inside itself", "module: rules", "module: plans", "cannot run inside itself",
         "take the step out"),
    step("module that is not there", "module: rules", "module: rulez", "did you mean `rules`?"),
    step("module without a name", "module, module: rules", "module", "the key of another module"),
    step("into a bad name", "into: nickname", "into: Kallenavn", "use a-z, 0-9 and _"),
    step("into a list", "into: nickname", "into: cv_jobs", "add to it with a `keep` step"),
    step("words into a number", "into: nickname", "into: budget_out_rent", "a `number` step"),
    step("words into a day", "into: nickname", "into: plan_on", "a `date` step"),
    step("words into a state", "into: nickname", "into: plan_state", "`open`, `done`"),
    step("no document's name", "into: nickname", "into: cv_fone", "did you mean `cv_phone`?"),
    step("keep without record", f', record: {{{RECORD}, did: "=job"}}', "", "needs 'record'"),
    step("keep without a list", "list: cv_jobs, ", "", "needs 'list'"),
    step("keep in what is no list", "list: cv_jobs", "list: cv_name", "keep it with `into`"),
    step("record of what is kept", RECORD, "title: about.nick, place: place",
         "is in the profile already", "take `into` away"),
    step("record of nothing", RECORD, "title: whta, place: place", "did you mean `jobs.what`?"),
    step("record of what asks nothing", RECORD, "title: mark, place: place", "name a question"),
    step("field no document reads", RECORD, "tittel: what, place: place", "did you mean `title`?"),
    step("set of nothing", "name: stage, value: written", "name: stage", "exactly one of value"),
    step("set without a name", "name: stage, value: written", "value: written", "needs 'name'"),
    step("forget a little", "value: written", "forget: some", "one of all and last"),
    step("unknown document", "document: cv", "document: resume", "one of cv, letter, budget"),
    step("hand over for no reason", ", reason: help", "", "needs 'reason', such as help"),
    step("hand over for another reason", "reason: help", "reason: danger",
         "unknown escalation reason `danger`; there are help"),
    step("picture that is not there", "media/door.png", "media/dor.png",
         "did you mean `media/door.png`?"),
    step("picture without its folder", "media/door.png", "door.png", "write `media/door.png`"),
    step("two things at once", "image: media/door.png", "image: media/door.png, place: office",
         "keep one of image and place"),
    step("unknown place", "place: office", "place: offce", "did you mean `office`?"),
    step("unknown fact", "[in_writing]", "[in_writting]", "did you mean `in_writing`?"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "old", "new", "below", "says"), QUESTIONS + WAYS + PAUSES_AND_RESULTS
)
def test_a_mistake_in_a_step_is_told_at_its_line_with_what_to_do(
    path: str, old: str, new: str, below: int, says: tuple[str, ...]
) -> None:
    told, everything = said_of(path, old, new, below=below)

    assert any(all(part in line for part in says) for line in told), everything


def test_a_way_that_leads_nowhere_is_named_at_its_own_line() -> None:
    old = "{key: more, kind: choose, options: [another, enough], goto: {another: what}}"
    fields = ("key: more", "kind: choose", "options: [another, enough]", "goto:")
    new = "\n        ".join((*fields, "  another: waht", "  enough: look"))

    told, everything = said_of(STEPS, old, new, below=4)

    assert any("did you mean `jobs.what`?" in line for line in told), everything


def test_a_step_that_cannot_be_read_is_one_problem() -> None:
    _, everything = said_of(STEPS, "from: 1", "from: one")

    assert everything == [f"{STEPS}:12: `from` must be a whole number"]


def test_steps_that_nobody_comes_to_are_told_once_in_a_row() -> None:
    _, everything = said_of(STEPS, "{another: what}", "{another: what, enough: end}")

    assert [line for line in everything if "nothing leads" in line] == [
        f"{STEPS}:26: nothing leads to step `done`; remove it, or lead there with `goto`"
    ]
